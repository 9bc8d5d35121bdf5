"""A plain page that shows the API: no scripts, nothing from other hosts."""

from __future__ import annotations

import json
from html import escape
from shlex import quote
from typing import Any


def docs_page(api: dict[str, Any]) -> str:
    """The API's OpenAPI description as HTML."""
    shapes_of = api["components"]["schemas"]
    paths = "".join(
        _operation(path, verb, details, shapes_of)
        for path, verbs in api["paths"].items()
        for verb, details in verbs.items()
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
        "<p>Whatever is turned away says so with its status, a <code>code</code> that stays the same, and one sentence for people "
        'in the language of <code>Accept-Language</code>: <a href="#Trouble">Trouble</a>. What a button or a message asks for in vain is '
        "answered in the chat, as everywhere.</p>"
        f"{paths}<h2>Shapes</h2>{shapes}</main></body></html>"
    )


def _operation(path: str, verb: str, details: dict[str, Any], shapes: dict[str, Any]) -> str:
    rows = [(f"{item['name']} ({item['in']})", _type(item.get("schema", {}))) for item in details.get("parameters", ())]
    body = details.get("requestBody", {}).get("content", {})
    sent = "".join(
        f"<p>Body: <code>{escape(kind)}</code> {_type(content.get('schema', {}))}</p>" for kind, content in body.items()
    )
    answers = [
        (status, f"{_answer(answer)} {escape(answer.get('description', ''))}")
        for status, answer in details["responses"].items()
        if not (status == "422" and "HTTPValidationError" in _answer(answer))  # malformed is 400 here
    ]
    return (
        f"<section><h2><code>{verb.upper()} {escape(path)}</code></h2><p>{escape(details.get('summary', ''))}</p>"
        f"{_table(rows)}{sent}{_example(path, verb, body, shapes)}<h3>Answers</h3>{_table(answers)}</section>"
    )


def _example(path: str, verb: str, body: dict[str, Any], shapes: dict[str, Any]) -> str:
    """The call as it is typed into a terminal on this machine."""
    values = {"chat": "home-ann", "piece": "Zx1c9A", "media": "q8", "link": "…", "name": "…"}
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    typed = ["curl", *(["-N"] if path.endswith("/events") else []), *([] if verb == "get" else ["-X", verb.upper()])]
    for kind, content in body.items():
        example = _resolved(content.get("schema", {}), shapes).get("example", {})
        if kind == "application/json":
            typed += ["-H", "'Content-Type: application/json'", "-d", quote(json.dumps(example, ensure_ascii=False))]
        else:
            typed += [part for name, value in example.items() for part in ("-F", quote(f"{name}={value}"))]
    who = "?user=ann" if verb == "get" and "/chats/" in path else ""
    return f"<pre><code>{escape(' '.join([*typed, quote(f'http://127.0.0.1:8000{path}{who}')]))}</code></pre>"


def _resolved(schema: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    """What a schema refers to, or itself."""
    found: dict[str, Any] = shapes.get(schema["$ref"].rpartition("/")[2], {}) if "$ref" in schema else schema
    return found


def _answer(answer: dict[str, Any]) -> str:
    return " ".join(_type(content.get("schema", {})) for content in answer.get("content", {}).values())


def _shape(name: str, shape: dict[str, Any]) -> str:
    rows = [(field, _type(schema)) for field, schema in shape.get("properties", {}).items()]
    text = escape(shape.get("description", "")).replace("\n", " ").replace("``", "")
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3><p>{text}</p>{_table(rows)}{_shown(shape)}</section>'


def _shown(shape: dict[str, Any]) -> str:
    """The example of a shape, if it has one."""
    if "example" not in shape:
        return ""
    return f"<pre><code>{escape(json.dumps(shape['example'], ensure_ascii=False, indent=2))}</code></pre>"


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
