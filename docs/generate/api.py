"""The reference of the API: its operations, and the shapes of what it takes and gives.

In: the OpenAPI document of the program. Out: Markdown. Called by docs.generate.pages.
"""

from __future__ import annotations

from typing import Any

from docs.generate.tables import table
from newsletter.web.api.document import document


def operations() -> str:
    """Every operation with its scope, what it takes and what it answers."""
    parts: list[str] = []
    for path, methods in document()["paths"].items():
        for method, one in methods.items():
            parts.append(f"### `{method.upper()} {path}`")
            parts.append(f"{one['summary']} Scope: `{one['x-scope']}`.")
            named = [item for item in one["parameters"] if item["in"] == "query"]
            if named:
                rows = ((f"`{item['name']}`", _kind(item["schema"]), _said(item["schema"])) for item in named)
                parts.append(table(("parameter", "kind", "what"), rows))
            body = one.get("requestBody")
            if body:
                optional = "" if body["required"] else ", or nothing"
                parts.append(f"Takes {_link(body['content']['application/json']['schema'])}{optional}.")
            done, answer = next((status, told) for status, told in one["responses"].items() if status < "300")
            others = ", ".join(status for status in one["responses"] if status >= "300")
            shape = _link(answer["content"]["application/json"]["schema"])
            parts.append(f"Answers {done} with {shape}; or a [`Problem`](#problem) with {others}.")
    return "\n\n".join(parts)


def shapes() -> str:
    """Every shape with its fields."""
    parts: list[str] = []
    for name, schema in sorted(document()["components"]["schemas"].items()):
        parts += [f"### `{name}`", _flat(schema.get("description", ""))]
        wanted = set(schema.get("required", ()))
        rows = [
            (f"`{key}`{' (wanted)' if key in wanted else ''}", _kind(value), _said(value))
            for key, value in schema.get("properties", {}).items()
        ]
        if rows:
            parts.append(table(("field", "kind", "what"), rows))
    return "\n\n".join(parts)


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _link(schema)
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" if value else "empty" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"{_kind(schema['additionalProperties'])} by name"
    return str(schema.get("format") or schema.get("type", "anything"))


def _link(schema: dict[str, Any]) -> str:
    name = schema["$ref"].rpartition("/")[2]
    return f"[`{name}`](#{name.lower()})"


def _said(schema: dict[str, Any]) -> str:
    return _flat(schema.get("description", ""))


def _flat(text: str) -> str:
    return " ".join(text.split())
