"""What the server knows while it runs, and one request on its way."""

import hashlib
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import Headers

from embedded.openai.faults import Faults, Latency, Trouble
from embedded.openai.fields import Body
from embedded.openai.request_log import Entry, RequestLog
from embedded.openai.workshop import Workshop

Json = dict[str, object]


@dataclass
class Server:
    """Everything one server knows while it runs."""

    key: str
    seed: int = 1
    log: RequestLog = field(default_factory=RequestLog)
    latency: Latency = field(default_factory=Latency)
    faults: Faults = field(default_factory=Faults)
    pinned_day: date | None = None
    """The day it pretends it is, for models that retire; None is the real one."""
    workshop: Workshop = field(default_factory=Workshop)
    _asked: Counter[bytes] = field(default_factory=Counter)

    @property
    def today(self) -> date:
        """The day that decides which models still live."""
        return self.pinned_day or date.today()

    def seed_for(self, text: str) -> int:
        """A seed that differs each time the same text is asked for, and repeats after a restart with the same seed."""
        digest = hashlib.sha256(text.encode()).digest()
        self._asked[digest] += 1
        mixed = hashlib.sha256(f"{self.seed} {self._asked[digest]} ".encode() + digest).digest()
        return int.from_bytes(mixed[:4])


@dataclass(frozen=True)
class Call:
    """One request on its way through an endpoint."""

    server: Server
    headers: Headers
    params: dict[str, str]
    """What stands in its path."""
    body: Body
    entry: Entry
    trouble: Trouble


Outcome = Json | AsyncGenerator[Json]
Handler = Callable[[Call], Awaitable[Outcome]]
