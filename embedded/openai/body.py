"""Request bodies: reading JSON and multipart as strictly as the real API, and what of them may be written to a log."""

import asyncio
import hashlib
import json
from dataclasses import asdict

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from embedded.openai.errors import ApiError, invalid
from embedded.openai.fields import Body, Upload
from embedded.openai.pictures import describe

_LARGEST_JSON = 128_000_000
_MOST_FILES = 40


async def read_body(request: Request) -> Body:
    """The parameters of a request: multipart for edits, JSON for everything else, nothing for GET. Raises ``ApiError``."""
    if request.method == "GET":
        return Body({})
    is_edit = request.url.path.endswith("/images/edits")
    expected = "multipart/form-data" if is_edit else "application/json"
    given = request.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() != expected:
        message = f"Unsupported content type: '{given}'. This API method only accepts '{expected}' requests."
        raise invalid(message, param=None, code="unsupported_content_type")
    return await _read_form(request) if is_edit else await _read_json(request)


def words(body: Body) -> str:
    """The text a scripted fault may be matched against: the prompt, the moderated input, or the last message."""
    messages = body.values.get("messages")
    if isinstance(messages, list) and messages:
        return json.dumps(messages[-1], ensure_ascii=False)
    found = body.values.get("prompt", body.values.get("input", ""))
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def without_bytes(body: Body) -> dict[str, object]:
    """The request as the log keeps it: files and ``data:`` URLs become their size and sha256. Reads files: use a worker thread."""
    facts: dict[str, object] = {"model": body.values.get("model")}
    shown = {name: _shortened(value) for name, value in body.values.items() if name != "model"}
    for name in ("prompt", "messages", "input"):
        if name in shown:
            facts[name] = shown.pop(name)
    for upload in body.files:
        described: dict[str, object] = {"mimetype": upload.mimetype, **asdict(describe(upload.data))}
        earlier = shown.setdefault(upload.field.removesuffix("[]"), [])
        if isinstance(earlier, list):
            earlier.append(described)
    return facts | {"params": shown}


async def _read_json(request: Request) -> Body:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _LARGEST_JSON:
            raise ApiError(413, "The request is too large.", code="request_too_large")
    try:
        values = await asyncio.to_thread(json.loads, bytes(raw))
    except (ValueError, RecursionError) as error:
        raise invalid("We could not parse the JSON body of your request.", param=None, code=None) from error
    if not isinstance(values, dict):
        raise invalid("We could not parse the JSON body of your request: expected an object.", param=None, code=None)
    return Body(values)


async def _read_form(request: Request) -> Body:
    values: dict[str, object] = {}
    files: list[Upload] = []
    try:
        async with request.form(max_files=_MOST_FILES, max_fields=100) as form:
            for name, item in form.multi_items():
                if isinstance(item, UploadFile):
                    files.append(Upload(name, item.filename or "", item.content_type or "", await item.read()))
                elif name in values:
                    raise invalid(f"Duplicate parameter: '{name}'.", param=name, code="duplicate_parameter")
                else:
                    values[name] = item
    except HTTPException as error:
        raise invalid(f"Could not parse multipart form: {error.detail}", param=None, code=None) from error
    return Body(values, tuple(files), is_form=True)


def _shortened(value: object) -> object:
    if isinstance(value, str) and value.startswith("data:"):
        digest = hashlib.sha256(value.encode()).hexdigest()
        return f"{value.partition(',')[0]},… ({len(value)} characters, sha256 {digest})"
    if isinstance(value, dict):
        return {name: _shortened(item) for name, item in value.items()}
    return [_shortened(item) for item in value] if isinstance(value, list) else value
