"""The description of the API (OpenAPI 3.1), made from the table of operations and the very types that judge and answer.

In: nothing. Out: an object for JSON. Called by web.api.app, docs.generate, tests.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from newsletter import __version__
from newsletter.model.account import Right
from newsletter.web.api import answers, shapes
from newsletter.web.api.operations import Operation
from newsletter.web.api.table import OPERATIONS

BASE = "/api/v1"
_REF = "#/components/schemas/{name}"
_PATHS: dict[str, dict[str, Any]] = {
    "number": {"type": "integer", "minimum": 1, "maximum": 2**53},
    "slug": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,79}$"},
    "email": {"type": "string", "minLength": 3, "maxLength": 320},
}
_ALWAYS = {
    401: "No token, or one that is not valid",
    403: "The token lacks the scope",
    429: "Too many requests",
    503: "The database cannot be reached now, or the program is not set up for this: nothing was done",
}
_OF_UNSAFE = {
    400: "No Idempotency-Key, or a body that is no JSON",
    409: "The state of things forbids it",
    413: "The body is too large",
    415: "The body is no JSON",
    422: "What was sent is not what is taken; or the Idempotency-Key came with another request",
}
_OTHERS = {404: "There is no such thing", 409: "The state of things forbids it"}
_INFO = (
    "For other programs. Every request wants a token (`newsletter token add NAME --scope look`) as `Authorization: Bearer …`; every POST and PATCH an "
    "`Idempotency-Key`: the same key with the same request gets the first answer again, and nothing is done twice. Lists come in pages: `next` is "
    "the `cursor` of the page behind. What goes wrong is a problem (RFC 9457) with a stable `code`."
)


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    types = [kind for one in OPERATIONS for kind in (one.answer, one.body) if kind is not None]
    _, components = msgspec.json.schema_components(
        list(dict.fromkeys([*types, answers.Problem])), ref_template=_REF
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "newsletter", "version": __version__, "description": _INFO},
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"Scopes: {', '.join(right.value for right in Right)}.",
                }
            },
        },
    }


def _paths() -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        found.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return found


def _operation(one: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "description": f"{(one.endpoint.__doc__ or '').strip()} Scope: `{one.need.value}`.",
        "tags": [one.path.split("/")[1]],
        "parameters": [*_in_path(one), *_in_query(one), *_in_header(one)],
        "responses": _responses(one),
        "x-scope": one.need.value,
    }
    if one.body is not None:
        made["requestBody"] = {
            "required": one.body is not shapes.Nothing,
            "content": {"application/json": {"schema": {"$ref": _REF.format(name=one.body.__name__)}}},
        }
    return made


def _in_path(one: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", one.path)
    return [{"name": name, "in": "path", "required": True, "schema": _PATHS[name]} for name in names]


def _in_query(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    schema = msgspec.json.schema(one.query)
    properties = schema["$defs"][one.query.__name__]["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": value}
        for name, value in properties.items()
    ]


def _in_header(one: Operation) -> list[dict[str, Any]]:
    if not one.unsafe:
        return []
    schema = {"type": "string", "pattern": "^[!-~]{1,200}$"}
    return [{"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema}]


def _responses(one: Operation) -> dict[str, Any]:
    told = dict(_ALWAYS)
    if one.query is not None:
        told |= {400: "A cursor that is none of ours"}
    told |= {422: "What was sent is not what is taken"}
    if one.unsafe:
        told |= _OF_UNSAFE
    told |= {status: _OTHERS[status] for status in one.refusals}
    made = {str(one.status): _content("Done", one.answer.__name__, "application/json")}
    for status in sorted(told):
        made[str(status)] = _content(told[status], "Problem", "application/problem+json")
    return made


def _content(told: str, name: str, media: str) -> dict[str, Any]:
    return {"description": told, "content": {media: {"schema": {"$ref": _REF.format(name=name)}}}}
