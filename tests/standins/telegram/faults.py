"""Scripted trouble between the bot and Telegram: wrong answers, dropped connections, silence."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from standins.telegram.errors import Refused
from standins.telegram.state import Json

FaultKind = Literal["status", "page", "disconnect_before", "disconnect_after", "stall"]
_KINDS = ("status", "page", "disconnect_before", "disconnect_after", "stall")


@dataclass
class Fault:
    """One rule: of the requests for `method` ("*" for all), leave `skip` alone and then harm `times`.

    `status` answers with `code`, `description` and perhaps `retry_after` (seconds); `page` answers with `code` and `body`, a page of
    HTML or what else its `content_type` says, as a proxy in between does; `disconnect_before` drops the connection and does nothing;
    `disconnect_after` does what was asked and then drops it; `stall` waits (`seconds` of real time, or until the faults are cleared or
    the client goes) and then does what was asked.
    """

    kind: FaultKind
    method: str = "*"
    times: int = 1
    skip: int = 0
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    body: str = "<html><h1>Bad Gateway</h1></html>"
    content_type: str = "text/html"
    seconds: float = 3600.0

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(f"kind must be one of {', '.join(_KINDS)}")

    def refusal(self) -> Refused:
        """The answer of a `status` fault."""
        if self.retry_after is None:
            return Refused(self.code, self.description)
        return Refused(self.code, self.description, retry_after=self.retry_after)


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

    def take(self, method: str) -> Fault | None:
        """The fault that meets this request, counted."""
        for rule in self.rules:
            if rule.method.lower() not in ("*", method.lower()):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            rule.times -= 1
            if rule.times <= 0:
                self.rules.remove(rule)
            return rule
        return None
