"""The API as an application: a token, a scope, a body of the right form, once for each key; then the endpoint.

In: requests under /api/v1. Out: JSON, or a problem (RFC 9457). Called by web.studio.app, which has judged the Host.

Only a token in `Authorization: Bearer` opens it. No cookie is read or set, so no page elsewhere can act through somebody's browser.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.model.access import Access
from newsletter.model.errors import Explained
from newsletter.pipeline import access as accesses
from newsletter.pipeline import answering
from newsletter.pipeline.context import Context
from newsletter.pipeline.memory import Memory
from newsletter.web import bodies
from newsletter.web.api import document, problems, shapes
from newsletter.web.api.operations import Call, Operation
from newsletter.web.api.pace import Meter
from newsletter.web.api.table import OPERATIONS

log = logging.getLogger(__name__)

MOST = 256 * 1024  #: bytes of a body
_JSON = "application/json"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_MARKS = re.compile(r"\{(\w+)\}")
_LARGEST = 2**53
_CODES = {
    404: ("not-found", "there is nothing under this address"),
    405: ("method-not-allowed", "this address does not take this method"),
    413: ("body-too-large", f"the body is larger than {MOST // 1024} KB"),
    408: ("too-slow", "the body took too long to come"),
}


class _Refused(Exception):
    """A request that gets no further; with its answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def _refuse(
    status: int, code: str, detail: str, hint: str = "", headers: Mapping[str, str] | None = None
) -> _Refused:
    return _Refused(problems.problem(status, code, detail, hint, headers))


def api(ctx: Context) -> ASGIApp:
    """The application that answers what stands behind /api/v1."""
    doors = _Doors(ctx)
    paths: dict[str, list[Operation]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, []).append(one)
    routes = [
        Route(_MARKS.sub(r"{\1}", path), doors.endpoint({one.method: one for one in found}), methods=[one.method for one in found])
        for path, found in paths.items()
    ]  # fmt: skip
    handlers: dict[Any, Any] = {404: _missing, 405: _missing, HTTPException: _missing, Exception: _broken}
    return Starlette(routes=[*routes, Route("/openapi.json", _described)], exception_handlers=handlers)


def beside(ctx: Context, application: ASGIApp) -> ASGIApp:
    """The API under /api/v1, and another application for all else. (A path is taken as it is: a mounted route would pass over one with a
    line end in it, and the pages of staff would answer for the API.)"""
    inner = api(ctx)

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(f"{document.BASE}/"):
            await inner({**scope, "root_path": scope.get("root_path", "") + document.BASE}, receive, send)
        else:
            await application(scope, receive, send)

    return either


async def _described(_request: Request) -> Response:
    return Response(msgspec.json.encode(document.document()), media_type=_JSON)


async def _missing(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    code, detail = _CODES.get(status, ("request-broken", "the request broke off, or is no HTTP"))
    headers = error.headers if isinstance(error, HTTPException) else None
    return problems.problem(status, code, detail, "GET /api/v1/openapi.json describes all.", headers)


async def _broken(_request: Request, error: Exception) -> Response:
    log.error("a request of the API failed", exc_info=error)
    return problems.problem(500, "internal", "the program failed; what was asked may or may not be done")


class _Doors:
    """What stands between a request and its endpoint."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._memory = Memory()  # for what only reads
        self._meter = Meter(ctx.settings.whole("api.per_minute"))
        self._strangers = Meter(60)

    def endpoint(self, operations: Mapping[str, Operation]) -> Callable[[Request], Any]:
        """The endpoint of one address."""

        async def answer(request: Request) -> Response:
            # HEAD is answered as GET is; the server sends no body.
            operation = operations["GET" if request.method == "HEAD" else request.method]
            try:
                access = await run_in_threadpool(self._enter, request)
                self._require(access, operation)
                body = await bodies.read(request, MOST)
                return await run_in_threadpool(self._answered, request, operation, access, body)
            except _Refused as refused:
                return refused.response
            except HTTPException as broken:
                return await _missing(request, broken)
            except Explained as error:  # the database is away before the token could be looked up
                return _response(*problems.of(error))
            except Exception as failure:  # noqa: BLE001 - whatever it is, the other program gets an answer that it can read
                return await _broken(request, failure)

        return answer

    def _enter(self, request: Request) -> Access:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        found = accesses.enter(self._ctx, secret.strip()) if scheme.lower() == "bearer" else None
        now = self._ctx.now()
        if found is None:
            network = request.client.host if request.client else ""
            wait = self._strangers.wait(network, now)
            if wait:
                raise _too_many(wait)
            challenge = {"WWW-Authenticate": 'Bearer realm="newsletter"'}
            hint = "Authorization: Bearer … with a token of `newsletter token add`."
            raise _refuse(401, "token-missing", "a token that is valid is wanted", hint, challenge)
        wait = self._meter.wait(str(found.id), now)
        if wait:
            raise _too_many(wait)
        return found

    def _require(self, access: Access, operation: Operation) -> None:
        if not access.may(operation.need):
            scope = operation.need.value
            headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
            detail = f"this wants the scope {scope}"
            raise _refuse(403, "scope-missing", detail, "Make a token that has it.", headers)

    def _answered(self, request: Request, operation: Operation, access: Access, body: bytes) -> Response:
        call = Call(
            replace(
                self._ctx,
                actor=f"token {access.name}",
                memory=None if operation.unsafe else self._memory,
            ),
            access,
            _path(request),
            _query(request, operation),
            _body(request, operation, body),
        )
        if not operation.unsafe:
            return _response(*_act(operation, call))
        key = _key(request)
        digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()
        try:
            (status, text), again = answering.once(
                self._ctx, access.id, key, digest, lambda: _as_text(_act(operation, call))
            )
        except Explained as error:
            return _response(*problems.of(error))
        response = _response(status, text.encode())
        if again:
            response.headers["Idempotency-Replayed"] = "true"
        return response


def _too_many(wait: float) -> _Refused:
    headers = {"Retry-After": str(max(1, int(wait + 0.999)))}
    return _refuse(
        429, "too-many-requests", "too many requests a minute", "Wait as Retry-After says.", headers
    )


def _act(operation: Operation, call: Call) -> tuple[int, bytes]:
    try:
        return operation.status, msgspec.json.encode(operation.endpoint(call))
    except Explained as error:
        return problems.of(error)


def _as_text(answer: tuple[int, bytes]) -> tuple[int, str]:
    return answer[0], answer[1].decode()


def _response(status: int, body: bytes) -> Response:
    return Response(body, status, media_type=problems.MEDIA if status >= 400 else _JSON)


def _path(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = dict(request.path_params)
    if "number" in found:
        text = found["number"]
        number = int(text) if re.fullmatch(r"[0-9]{1,17}", text) else 0
        if not 1 <= number <= _LARGEST:
            raise _refuse(
                404, "campaign-unknown", "there is no such mailing", "GET /api/v1/campaigns lists them."
            )
        found["number"] = number
    return found


def _query(request: Request, operation: Operation) -> Any:
    """The parameters, of the operation's own type; one that is not known, or comes twice, is refused."""
    given = request.query_params.multi_items()
    twice = len(dict(given)) < len(given)
    try:
        if twice:
            raise msgspec.ValidationError("a parameter stands there twice")
        return msgspec.convert(dict(given), operation.query or shapes.Nothing, strict=False)
    except msgspec.ValidationError as error:
        raise _refuse(422, "parameter-invalid", f"the parameters: {error}") from None


def _body(request: Request, operation: Operation, body: bytes) -> Any:
    if operation.body is None:
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _JSON and (body or operation.body is not shapes.Nothing):
        raise _refuse(415, "media-type", "the body must be JSON", "Content-Type: application/json")
    try:
        return msgspec.json.decode(body or b"{}", type=operation.body)
    except msgspec.ValidationError as error:
        raise _refuse(422, "body-invalid", f"the body: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _refuse(400, "body-unreadable", "the body is no JSON") from None


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        detail = "an Idempotency-Key is wanted" if not key else "this Idempotency-Key cannot be one"
        raise _refuse(
            400,
            "idempotency-missing",
            detail,
            "A new random text for each thing that is to be done, up to 200 signs.",
        )
    return key
