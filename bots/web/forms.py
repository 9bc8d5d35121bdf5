"""Reading what is sent as a form: counted and bounded before anything of it is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bots.web.gate import FORM_LIMIT, UPLOAD_LIMIT
from bots.web.problems import Problem
from core.conversation.commands import PROMPT_LIMIT
from core.conversation.limits import PHOTO_LIMIT

MOST_FILES = 2 * PHOTO_LIMIT
"""Files that are looked at in one message. Of more than a request may have none is kept, and the answer says so in the chat."""

MOST_FIELDS = 16
TEXT_LIMIT = 2 * PROMPT_LIMIT
"""Characters of a text that is taken at all; one over the prompt's limit is answered in the chat."""

ON_THE_WAY = 3 * UPLOAD_LIMIT
"""Bytes of uploads that are on their way at the same time, all together: they lie in the temporary folder, which is small in a container."""

OF_ONE = 2
"""Uploads that one person has on their way at the same time; together they are no larger than one may be, which leaves room for others."""


class Said(NamedTuple):
    """What a message's form says."""

    user: str
    text: str
    files: tuple[UploadFile, ...]
    mask: UploadFile | None
    reply_to: str | None
    client_id: str | None
    callback: str = ""

    async def close(self) -> None:
        """Let go of what was uploaded."""
        for file in (*self.files, *((self.mask,) if self.mask else ())):
            await file.close()


class Uploads:
    """What is being uploaded just now."""

    def __init__(self) -> None:
        self._people: dict[str, list[int]] = {}

    @asynccontextmanager
    async def place(self, person: str, size: int) -> AsyncIterator[None]:
        """A place for an upload of so many bytes while it is read and kept; small ones need none. Raises ``Problem`` (503) where all are taken."""
        if size <= FORM_LIMIT:
            yield
            return
        theirs, everybody = self._people.get(person, []), sum(map(sum, self._people.values()))
        too_many = bool(person) and (len(theirs) >= OF_ONE or sum(theirs) + size > UPLOAD_LIMIT)
        if too_many or everybody + size > ON_THE_WAY:
            raise Problem(503, "busy", retry_after=2)
        self._people[person] = [*theirs, size]
        try:
            yield
        finally:
            self._people[person].remove(size)
            if not self._people[person]:
                del self._people[person]


async def read_message(request: Request, admit: Callable[[str], object], *, json_too: bool = False) -> Said:
    """The form of a message. ``admit`` is told the ``user`` that it names before its first file is looked at. Raises ``Problem``.

    ``json_too``: it may be JSON instead, which is its ``text`` then.
    """
    if json_too and _kind(request).startswith("application/json"):
        return Said("", (await request.body()).decode(errors="replace"), (), None, None, None)
    return _said(await read_form(request, admit))


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").lower()


async def read_form(request: Request, admit: Callable[[str], object]) -> FormData:
    """A form as it came, bounded likewise."""
    kind = _kind(request)
    try:
        if kind.startswith("multipart/form-data"):
            return await _Parser(request, admit).parse()
        if kind.startswith("application/x-www-form-urlencoded") or not kind:
            return await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=12 * TEXT_LIMIT)
    except MultiPartException as error:
        raise Problem(400, "request-malformed") from error
    raise Problem(400, "request-malformed")


class _Parser(MultiPartParser):
    """The framework's reader of multipart forms, which asks who it is before the first file, and counts files before it makes one."""

    spool_max_size = 256 * 1024

    def __init__(self, request: Request, admit: Callable[[str], object]) -> None:
        super().__init__(
            request.headers,
            request.stream(),
            max_files=MOST_FILES,
            max_fields=MOST_FIELDS,
            max_part_size=4 * TEXT_LIMIT,
        )
        self._admit = admit

    def on_headers_finished(self) -> None:
        """A part begins."""
        if not self._current_files and b"filename" in (self._current_part.content_disposition or b""):
            self._admit(next((value for name, value in self.items if name == "user" and isinstance(value, str)), ""))
        super().on_headers_finished()


def word(form: FormData, name: str, most: int) -> str:
    """A field of a form, of so many characters at most. Raises ``Problem``."""
    value = form.get(name, "")
    if not isinstance(value, str) or len(value) > most:
        raise Problem(400, "request-malformed")
    return value


def _said(form: FormData) -> Said:
    text = form.get("text", "")
    if not isinstance(text, str):
        raise Problem(400, "request-malformed")
    if len(text) > TEXT_LIMIT:
        raise Problem(413, "prompt-too-long", limit=PROMPT_LIMIT)
    files = [file for file in form.getlist("files") if file != ""]
    mask = form.get("mask") or None
    uploads = tuple(file for file in files if isinstance(file, UploadFile))
    if len(uploads) != len(files) or isinstance(mask, str):
        raise Problem(400, "request-malformed")
    reply_to, client_id = word(form, "reply_to", 64) or None, word(form, "client_id", 128) or None
    callback = word(form, "callback", TEXT_LIMIT)
    return Said(word(form, "user", 64), text, uploads, mask, reply_to, client_id, callback)
