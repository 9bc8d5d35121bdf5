"""A plain page that shows the API: no scripts, nothing from other hosts."""

from __future__ import annotations

from html import escape
from typing import Any


def docs_page(api: dict[str, Any]) -> str:
    """The API's OpenAPI description as HTML."""
    paths = "".join(
        _operation(path, verb, details) for path, verbs in api["paths"].items() for verb, details in verbs.items()
    )
    shapes = "".join(
        _shape(name, shape)
        for name, shape in api["components"]["schemas"].items()
        if not name.startswith(("Body_", "HTTP", "Validation"))
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>Fabula · API</title><link rel="stylesheet" href="/page/docs.css"></head><body><main><h1>The API of this studio</h1>'
        '<p>The page itself uses nothing else. For programs: <a href="/api/openapi.json">openapi.json</a>.</p>'
        f"{paths}<h2>Shapes</h2>{shapes}</main></body></html>"
    )


def _operation(path: str, verb: str, details: dict[str, Any]) -> str:
    rows = [(f"{item['name']} ({item['in']})", _type(item.get("schema", {}))) for item in details.get("parameters", ())]
    body = details.get("requestBody", {}).get("content", {})
    sent = "".join(
        f"<p>Body: <code>{escape(kind)}</code> {_type(content.get('schema', {}))}</p>" for kind, content in body.items()
    )
    answers = ", ".join(f"{escape(status)} {_answer(answer)}" for status, answer in details["responses"].items())
    return (
        f"<section><h2><code>{verb.upper()} {escape(path)}</code></h2><p>{escape(details.get('summary', ''))}</p>"
        f"{_table(rows)}{sent}<p>Answers: {answers}</p></section>"
    )


def _answer(answer: dict[str, Any]) -> str:
    return " ".join(_type(content.get("schema", {})) for content in answer.get("content", {}).values())


def _shape(name: str, shape: dict[str, Any]) -> str:
    rows = [(field, _type(schema)) for field, schema in shape.get("properties", {}).items()]
    text = escape(shape.get("description", "")).replace("\n", " ").replace("``", "")
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3><p>{text}</p>{_table(rows)}</section>'


def _table(rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    return (
        "<table>"
        + "".join(f"<tr><td><code>{escape(name)}</code></td><td>{kind}</td></tr>" for name, kind in rows)
        + "</table>"
    )


def _type(schema: dict[str, Any]) -> str:
    """A schema in a word, with a link where it has a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return "form" if name.startswith("Body_") else f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return " | ".join(escape(str(value)) for value in schema["enum"])
    return escape(str(schema.get("format") or schema.get("type", "any")))
