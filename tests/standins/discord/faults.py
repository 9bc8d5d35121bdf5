"""Scripted trouble between the bot and Discord's REST API: wrong answers, dropped connections, silence."""

import asyncio
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from standins.discord.errors import Refused
from standins.discord.state import Json

FaultKind = Literal["status", "page", "disconnect_before", "disconnect_after", "stall", "stall_after"]
_KINDS = ("status", "page", "disconnect_before", "disconnect_after", "stall", "stall_after")


@dataclass(frozen=True)
class Content:
    """What a request carries: the names of its files, and of the fields of its JSON."""

    files: Sequence[str]
    fields: Collection[str]

    def has(self, file: str, field: str) -> bool:
        """Whether it carries a file of that pattern and a field of that name, as far as they are given."""
        carried = not file or any(fnmatchcase(name, file) for name in self.files)
        return carried and (not field or field in self.fields)


@dataclass
class Fault:
    """One rule: of the requests with `method` ("*" for all) to a `path`, leave `skip` alone and then harm `times`.

    `path` is a pattern such as `/channels/*/messages`, without `/api/v10`. `status` answers with HTTP `status`, Discord's
    `code` and `message`, and perhaps `retry_after` (seconds); `page` answers with `status` and `body`, a page of HTML or what else
    its `content_type` says, as a proxy in between does; `disconnect_before` drops the connection and does nothing;
    `disconnect_after` does what was asked and then drops it; `stall` waits (`seconds` of real time, or until the faults
    are cleared or the client goes) and then does what was asked; `stall_after` does what was asked, and waits so with the answer.
    `file`, where it is given, is a pattern of the name of a file that the request has to carry, and `field` the name of a field of its JSON;
    they go with `status` and `disconnect_after`.
    """

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    times: int = 1
    skip: int = 0
    status: int = 500
    code: int = 0
    message: str = "500: Internal Server Error"
    retry_after: float | None = None
    seconds: float = 3600.0
    body: str = "<html><h1>Bad Gateway</h1></html>"
    content_type: str = "text/html"
    file: str = ""
    field: str = ""

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(f"kind must be one of {', '.join(_KINDS)}")
        if (self.file or self.field) and self.kind not in ("status", "disconnect_after"):
            raise ValueError("file and field go with status and disconnect_after")

    def refusal(self) -> Refused:
        """The answer of a `status` fault."""
        if self.retry_after is None:
            return Refused(self.status, self.code, self.message)
        more: Json = {"retry_after": self.retry_after, "global": False}
        headers = {"Retry-After": str(math.ceil(self.retry_after)), "X-RateLimit-Scope": "shared"}
        return Refused(self.status, self.code, self.message, more=more, headers=headers)

    def fits(self, method: str, path: str, content: Content | None = None) -> bool:
        """Whether a request is one that the rule speaks of: before it is read, or by its content once that is known."""
        asked = self.method.upper() in ("*", method) and fnmatchcase(path, self.path)
        if content is None:
            return asked and not self.file and not self.field
        return asked and (self.file or self.field) != "" and content.has(self.file, self.field)


@dataclass
class Faults:
    """The rules in force; the first that fits is used up first."""

    rules: list[Fault] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, rule: Json) -> None:
        """Add a rule from JSON. Raises `TypeError` or `ValueError` for one that is none."""
        self.rules.append(Fault(**rule))

    def clear(self) -> None:
        """Remove all rules and let stalled requests go on."""
        self.rules.clear()
        self.released.set()
        self.released = asyncio.Event()

    def take(self, method: str, path: str, content: Content | None = None) -> Fault | None:
        """The fault that meets this request, counted: before it is read, or by its content, when that is given."""
        for rule in self.rules:
            if not rule.fits(method, path, content):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            rule.times -= 1
            if rule.times <= 0:
                self.rules.remove(rule)
            return rule
        return None
