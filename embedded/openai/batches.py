"""``/v1/files`` and ``/v1/batches``: many requests in one file, answered later.

Files and batches are kept in memory. Each line is answered as its endpoint answers it, whatever would stop a single request being
a line of the error file. Looser than the real API: a batch is done as soon as it is answered; ``images/edits`` is not offered.
For tests ``POST /_control/batches`` sets ``Manner``: hold what comes, let it expire half done, refuse it, or have no such endpoints at all.
"""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field

from starlette.datastructures import Headers, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from embedded import brief
from embedded.openai.body import read_body, without_bytes, words
from embedded.openai.errors import ApiError, invalid, missing, not_offered
from embedded.openai.faults import Trouble
from embedded.openai.fields import Body, Fields
from embedded.openai.state import Call, Handler, Json, Server

LARGEST_FILE = 200_000_000
MOST_LINES = 50_000
PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
ENDPOINTS = ("/v1/chat/completions", "/v1/images/generations")
DAY = 86_400

_LINE = {"custom_id", "method", "url", "body"}
_BRIEF = "fabula_brief"
"""What Fabula tells beside a request, which in a file has no headers."""


@dataclass
class Manner:
    """How batches fare. ``hold``: they stay in progress; ``expire_after``: so many lines are answered, then the day is over; ``refuse``: they fail
    when they are looked through; ``absent``: there are no such endpoints.
    """

    hold: bool = False
    expire_after: int | None = None
    refuse: bool = False
    absent: bool = False


@dataclass
class Batch:
    """One batch, as it is told of."""

    id: str
    endpoint: str
    file: str
    metadata: Mapping[str, str]
    created: int = field(default_factory=lambda: int(time.time()))
    status: str = "validating"
    output: str | None = None
    errors_in: str | None = None
    wrong: list[Json] = field(default_factory=list)
    total: int = 0
    completed: int = 0
    failed: int = 0

    def describe(self) -> Json:
        """The object of the API."""
        told: Json = {"id": self.id, "object": "batch", "endpoint": self.endpoint, "input_file_id": self.file}
        told |= {"completion_window": "24h", "status": self.status, "created_at": self.created}
        told |= {"expires_at": self.created + DAY, "output_file_id": self.output, "error_file_id": self.errors_in}
        told |= {"errors": {"object": "list", "data": self.wrong} if self.wrong else None, "metadata": self.metadata}
        counts = {"total": self.total, "completed": self.completed, "failed": self.failed}
        return told | {"request_counts": counts}


class Batches:
    """The files and batches of one server."""

    def __init__(
        self, server: Server, handlers: Mapping[str, tuple[str, Handler]], scripted: Callable[[Trouble], object]
    ) -> None:
        """``handlers``: by the URL of a line, what its endpoint is called and does. ``scripted`` raises trouble that was asked for."""
        self._server = server
        self._handlers = handlers
        self._scripted = scripted
        self._files: dict[str, tuple[str, str, bytes]] = {}
        self._batches: dict[str, Batch] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.manner = Manner()
        self._changed = asyncio.Event()

    def routes(self, check: Callable[[Server, Request], None]) -> list[Route]:
        """The endpoints; ``check`` looks at the key."""

        def api(path: str, method: str, act: Callable[[Request], Awaitable[object]]) -> Route:
            async def endpoint(request: Request) -> Response:
                check(self._server, request)
                if self.manner.absent and "_control" not in path:
                    raise ApiError(404, f"Invalid URL ({method} {request.url.path})", code="unknown_url")
                answer = await act(request)
                return answer if isinstance(answer, Response) else JSONResponse(answer)

            return Route(path, endpoint, methods=[method])

        return [
            api("/v1/files", "POST", self._upload),
            api("/v1/files", "GET", self._list_files),
            api("/v1/files/{id}", "GET", self._file),
            api("/v1/files/{id}", "DELETE", self._delete_file),
            api("/v1/files/{id}/content", "GET", self._content),
            api("/v1/batches", "POST", self._create),
            api("/v1/batches", "GET", self._list),
            api("/v1/batches/{id}", "GET", self._retrieve),
            api("/v1/batches/{id}/cancel", "POST", self._cancel),
            api("/_control/batches", "POST", self._set_manner),
        ]

    # --- files -------------------------------------------------------------------------------------------------------

    async def _upload(self, request: Request) -> Json:
        async with request.form(max_files=1, max_fields=10) as form:
            purpose, file = form.get("purpose"), form.get("file")
            if not isinstance(purpose, str):
                raise missing("purpose")
            if purpose not in PURPOSES:
                raise not_offered("purpose", purpose, PURPOSES)
            if not isinstance(file, UploadFile):
                raise missing("file")
            data, name = await file.read(), file.filename or ""
        if len(data) > LARGEST_FILE:
            raise ApiError(413, "The file is too large.", code="request_too_large")
        if purpose == "batch" and not name.endswith(".jsonl"):
            raise invalid("Invalid file format for Batch API. Must be .jsonl", param="file", code="invalid_file_format")
        return self._told(self._keep(name, data, purpose))

    def _keep(self, name: str, data: bytes, purpose: str) -> str:
        file = f"file-{secrets.token_hex(12)}"
        self._files[file] = (name, purpose, data)
        return file

    def _told(self, file: str) -> Json:
        name, purpose, data = self._files[file]
        told: Json = {"id": file, "object": "file", "bytes": len(data), "created_at": int(time.time())}
        return told | {"filename": name, "purpose": purpose, "status": "processed"}

    def _known(self, request: Request) -> str:
        file = request.path_params["id"]
        if file not in self._files:
            raise ApiError(404, f"No such File object: {file}", code=None, param="id")
        return str(file)

    async def _list_files(self, request: Request) -> Json:
        purpose = request.query_params.get("purpose")
        kept = [self._told(file) for file, (_, of, _) in self._files.items() if purpose in (None, of)]
        return {"object": "list", "data": kept[::-1], "has_more": False}

    async def _file(self, request: Request) -> Json:
        return self._told(self._known(request))

    async def _delete_file(self, request: Request) -> Json:
        file = self._known(request)
        del self._files[file]
        return {"id": file, "object": "file", "deleted": True}

    async def _content(self, request: Request) -> Response:
        return Response(self._files[self._known(request)][2], media_type="application/octet-stream")

    # --- batches -----------------------------------------------------------------------------------------------------

    async def _create(self, request: Request) -> Json:
        fields = Fields(
            await read_body(request),
            ("input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after"),
        )
        for name in ("input_file_id", "endpoint", "completion_window"):
            if name not in fields:
                raise missing(name)
        file, endpoint = str(fields.raw("input_file_id")), str(fields.raw("endpoint"))
        if endpoint not in ENDPOINTS:
            raise not_offered("endpoint", endpoint, ENDPOINTS)
        if fields.raw("completion_window") != "24h":
            raise not_offered("completion_window", fields.raw("completion_window"), ("24h",))
        if file not in self._files or self._files[file][1] != "batch":
            raise invalid(f"Invalid input_file_id: {file}", param="input_file_id")
        metadata = fields.raw("metadata") or {}
        if (
            not isinstance(metadata, dict)
            or len(metadata) > 16
            or not all(isinstance(v, str) for v in metadata.values())
        ):
            raise invalid("Invalid metadata: at most 16 pairs of strings.", param="metadata")
        batch = Batch(f"batch_{secrets.token_hex(12)}", endpoint, file, metadata)
        self._batches[batch.id] = batch
        self._server.log.start("batches", {"batch": batch.id, "to": endpoint, "metadata": metadata}).finish(200)
        task = asyncio.create_task(self._run(batch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return batch.describe()

    async def _list(self, request: Request) -> Json:
        limit = min(100, int(request.query_params.get("limit", 20)))
        newest = [batch.describe() for batch in [*self._batches.values()][::-1]]
        return {"object": "list", "data": newest[:limit], "has_more": len(newest) > limit}

    def _batch(self, request: Request) -> Batch:
        batch = self._batches.get(request.path_params["id"])
        if batch is None:
            raise ApiError(404, f"No batch found with id '{request.path_params['id']}'.", code=None)
        return batch

    async def _retrieve(self, request: Request) -> Json:
        return self._batch(request).describe()

    async def _cancel(self, request: Request) -> Json:
        batch = self._batch(request)
        if batch.status not in ("validating", "in_progress"):
            raise ApiError(409, f"Cannot cancel a batch with status '{batch.status}'.", code=None)
        batch.status = "cancelling"
        self._wake()
        return batch.describe()

    async def _set_manner(self, request: Request) -> Json:
        self.manner = Manner(**{**asdict(self.manner), **await request.json()})
        self._wake()
        return asdict(self.manner)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    # --- answered ----------------------------------------------------------------------------------------------------

    async def _run(self, batch: Batch) -> None:
        lines = self._looked_through(batch)
        if batch.wrong:
            batch.status = "failed"
            return
        batch.total, batch.status = len(lines), "in_progress"
        answered: list[Json] = []
        failed: list[Json] = []
        while self.manner.hold and batch.status == "in_progress":
            await self._changed.wait()
        for number, line in enumerate(lines):
            if self._is_over(batch, number):
                failed.append(_unanswered(line, "batch_expired" if batch.status != "cancelling" else "batch_cancelled"))
                continue
            told, is_well = await self._answered(batch, line)
            (answered if is_well else failed).append(told)
        batch.completed, batch.failed = len(answered), len(failed)
        batch.output = self._keep(f"{batch.id}_output.jsonl", _jsonl(answered), "batch_output") if answered else None
        batch.errors_in = self._keep(f"{batch.id}_error.jsonl", _jsonl(failed), "batch_output") if failed else None
        expired = self.manner.expire_after is not None and self.manner.expire_after < len(lines)
        batch.status = "cancelled" if batch.status == "cancelling" else "expired" if expired else "completed"

    def _is_over(self, batch: Batch, number: int) -> bool:
        after = self.manner.expire_after
        return batch.status == "cancelling" or (after is not None and number >= after)

    def _looked_through(self, batch: Batch) -> list[Json]:
        """The lines of its file; what is wrong with them is noted, and nothing of it is done then."""
        lines: list[Json] = []
        for number, text in enumerate(self._files[batch.file][2].splitlines(), 1):
            if problem := _problem(text, batch.endpoint, lines):
                batch.wrong.append({"code": problem, "line": number, "message": problem, "param": None})
        if not lines and not batch.wrong:
            batch.wrong.append({"code": "empty_file", "line": None, "message": "The file is empty.", "param": None})
        if len(lines) > MOST_LINES:
            batch.wrong.append({"code": "too_many_tasks", "line": None, "message": "Too many lines.", "param": None})
        if self.manner.refuse:
            batch.wrong.append({"code": "invalid_model", "line": 1, "message": "Not for this model.", "param": None})
        return lines

    async def _answered(self, batch: Batch, line: Json) -> tuple[Json, bool]:
        name, handler = self._handlers[batch.endpoint]
        values = line["body"]
        assert isinstance(values, dict)
        body = Body(values)
        trouble = self._server.faults.take(name, words(body), values)
        facts = {"custom_id": line["custom_id"], "faults": trouble.names}
        entry = self._server.log.start(f"batch.{name}", without_bytes(body) | facts)
        await trouble.delay(0)
        try:
            self._scripted(trouble)
            headers = Headers({brief.HEADER: str(line[_BRIEF])} if _BRIEF in line else {})
            answer = await handler(Call(self._server, headers, {}, body, entry, trouble))
            status = 200
        except ApiError as error:
            answer, status = error.body(), error.status
        entry.finish(status)
        response = {"status_code": status, "request_id": secrets.token_hex(8), "body": answer}
        told: Json = {"id": f"batch_req_{secrets.token_hex(8)}", "custom_id": line["custom_id"]}
        return told | {"response": response, "error": None}, status == 200


def _problem(text: bytes, endpoint: str, lines: list[Json]) -> str:
    """What is wrong with a line, which is put with the others otherwise."""
    line: Json = {}
    with contextlib.suppress(ValueError):
        line = json.loads(text)
    body = line.get("body") if isinstance(line, dict) else None
    if not isinstance(body, dict) or not set(line) >= _LINE or set(line) - _LINE - {_BRIEF}:
        return "invalid_json_line"
    if line["method"] != "POST" or line["url"] != endpoint:
        return "mismatched_url"
    if body.get("stream"):
        return "stream_not_supported"
    if any(one["custom_id"] == line["custom_id"] for one in lines[-1000:]):
        return "duplicate_custom_id"
    if lines and body.get("model") != _model(lines[0]):
        return "mismatched_model"
    lines.append(line)
    return ""


def _model(line: Json) -> object:
    body = line["body"]
    return body.get("model") if isinstance(body, dict) else None


def _unanswered(line: Json, code: str) -> Json:
    error = {"code": code, "message": "This request could not be executed before the completion window expired."}
    return {"id": f"batch_req_{secrets.token_hex(8)}", "custom_id": line["custom_id"], "response": None, "error": error}


def _jsonl(lines: list[Json]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
