"""The page that documents the HTTP interface: our own schema as plain HTML. Pure; no script, nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

from web.markup import escape
from web.page import standalone

_EXAMPLES: dict[str, dict[str, Any]] = {
    "/ask": {"question": "What has been reported?", "from": "2024-11-01", "mode": "quotes"},
    "/ask/stream": {"question": "What has been reported?"},
}
_VALUES = {"q": "bridge", "topic": "bridge", "name": "ARTICLE_ID"}


def api_page(schema: dict[str, Any], address: str) -> str:
    """A page of its own: every route with its parameters, a curl line to copy, and the shape of its answer.

    ``schema``: an OpenAPI document; ``address``: where the interface is mounted, as the visitor reached it.
    """
    operations = "".join(
        _operation(schema, address, path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    )
    shapes = "".join(_shape(name, shape) for name, shape in sorted(schema["components"]["schemas"].items()))
    body = (
        f'<article class="whole reference"><h1 class="headline">{escape(schema["info"]["title"])} for programs</h1>'
        f"<p>{escape(schema['info']['description'])}</p>"
        f'<p><a href="/api/v1/openapi.json">openapi.json</a></p>{operations}<h2>Shapes</h2>{shapes}</article>'
    )
    return standalone("Backissue for programs", body)


def _operation(schema: dict[str, Any], address: str, path: str, method: str, operation: dict[str, Any]) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    fields = [
        (each["name"], each["schema"], each.get("required", False), each.get("description", ""))
        for each in operation.get("parameters", [])
    ]
    if body:
        fields += _fields(schema["components"]["schemas"][_name(body)])
    rows = "".join(_row(*field) for field in fields)
    table = f'<div class="scroll"><table class="fields">{rows}</table></div>' if rows else ""
    return (
        f'<section class="operation"><h2><code>{method.upper()} {escape(path)}</code></h2>'
        f"<p>{escape(operation.get('summary', ''))}</p>"
        f'<pre class="command"><code>{escape(curl(address, path, method, operation))}</code></pre>{table}'
        f"<p>{_answers(operation)}</p></section>"
    )


def curl(address: str, path: str, method: str, operation: dict[str, Any]) -> str:
    """A line to copy into a terminal."""
    for name, value in _VALUES.items():
        path = path.replace(f"{{{name}}}", value)
    if method == "post":
        data = json.dumps(_EXAMPLES.get(path, {}))
        stream = " -N" if path.endswith("/stream") else ""
        return f"curl -s{stream} '{address}{path}' -H 'content-type: application/json' -d '{data}'"
    needed = [
        each["name"] for each in operation.get("parameters", []) if each.get("required") and each["in"] == "query"
    ]
    query = "&".join(f"{name}={_VALUES.get(name, name)}" for name in needed)
    return f"curl -s '{address}{path}{'?' + query if query else ''}'"


def _answers(operation: dict[str, Any]) -> str:
    said = []
    for status, response in operation["responses"].items():
        shapes = [_name(content.get("schema", {})) for content in response.get("content", {}).values()]
        shape = next((f'<a href="#{escape(name)}">{escape(name)}</a>' for name in shapes if name), "")
        said.append(f"<code>{escape(status)}</code> {shape or escape(response.get('description', ''))}")
    return " · ".join(said)


def _shape(name: str, shape: dict[str, Any]) -> str:
    rows = "".join(_row(*field) for field in _fields(shape))
    return (
        f'<section class="operation" id="{escape(name)}"><h3>{escape(name)}</h3>'
        f"<p>{escape(shape.get('description', ''))}</p>"
        f'<div class="scroll"><table class="fields">{rows}</table></div></section>'
    )


def _fields(shape: dict[str, Any]) -> list[tuple[str, dict[str, Any], bool, str]]:
    required = shape.get("required", [])
    return [
        (name, field, name in required, field.get("description", ""))
        for name, field in shape.get("properties", {}).items()
    ]


def _row(name: str, field: dict[str, Any], required: bool, description: str) -> str:
    must = " (required)" if required else ""
    return (
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{escape(type_of(field))}{must}</td>'
        f"<td>{escape(description)}</td></tr>"
    )


def type_of(field: dict[str, Any]) -> str:
    """A schema's type in a few words: ``day or null``, ``list of text``."""
    if "anyOf" in field:
        return " or ".join(type_of(each) for each in field["anyOf"])
    if "enum" in field:
        return ", ".join(str(each) for each in field["enum"])
    if "$ref" in field:
        return _name(field)
    if field.get("type") == "array":
        return f"list of {type_of(field.get('items', {}))}"
    if field.get("format") == "date":
        return "day (YYYY-MM-DD)"
    kind = str(field.get("type", ""))
    return {"string": "text", "integer": "whole number"}.get(kind, kind)


def _name(reference: dict[str, Any]) -> str:
    return str(reference.get("$ref", "")).rpartition("/")[2]
