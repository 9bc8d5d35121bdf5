"""The Bot API's side: everything one bot's requests touch, and the way of a request to its method."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from standins.clock import Bell, Clock
from standins.telegram.errors import Refused
from standins.telegram.faults import Faults
from standins.telegram.flood import FloodGate
from standins.telegram.parameters import METHODS, Arguments, Upload, Violation, read, violation
from standins.telegram.spec import Spec
from standins.telegram.state import Json, User
from standins.telegram.updates import UpdateQueue
from standins.telegram.webhook import Deliverer
from standins.telegram.world import World

LOG_LENGTH = 20_000
"""Requests that the log keeps; older ones are forgotten."""

BOT_NAME = "Fabula"
BOT_USERNAME = "fabula_standin_bot"


@dataclass
class Profile:
    """What the bot says about itself. Commands by (scope, language), texts by (which, language)."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)


UPLOAD_BYTES = 50 << 20
"""Largest file that a bot may send (Bot API, "Sending files": 50 MB)."""

DOWNLOAD_BYTES = 20 << 20
"""Largest file that getFile prepares (Bot API, getFile: 20 MB)."""


@dataclass
class Sizes:
    """The largest files that a bot may send and fetch, in bytes; smaller ones spare a test the moving of large files."""

    upload: int = UPLOAD_BYTES
    download: int = DOWNLOAD_BYTES


@dataclass
class Telegram:
    """One stand-in: its world, and everything between the bot and it. `reset` starts all over under the same token."""

    token: str
    spec: Spec | None = None
    flood_limits: bool = True
    keep_photos: bool = False
    """Leave photos as they come, which spares a benchmark the work of re-encoding."""
    log: deque[Json] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    spec_violations: list[Json] = field(default_factory=list)
    ever_violated: list[Json] = field(default_factory=list)
    """The same, also from before a reset."""
    faults: Faults = field(default_factory=Faults)
    asked: Bell = field(default_factory=Bell)
    """Rings with every new line of the log."""
    logged_out: bool = False

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.clock = Clock()
        bot = User(int(self.token.partition(":")[0]), BOT_NAME, username=BOT_USERNAME, is_bot=True)
        self.world = World(self.clock, bot, self.keep_photos)
        self.updates = UpdateQueue(self.clock)
        self.webhook = Deliverer(self.clock, self.updates)
        self.flood = FloodGate(self.clock, self.flood_limits)
        self.profile = Profile()
        self.sizes = Sizes()

    def reset(self) -> None:
        """Forget everybody and everything. Polls and deliveries that are under way end."""
        self.updates.interrupt("close")
        self.webhook.use(None)
        self.calm()
        self.logged_out = False
        self._start()

    def calm(self) -> None:
        """Script no trouble any more, and forget what was asked so far. The world stays."""
        self.faults.clear()
        self.log.clear()
        self.spec_violations.clear()

    def read(self, method: str, raw: Mapping[str, object], uploads: Mapping[str, Upload]) -> Arguments:
        """A request's arguments. Raises `Refused`: 404 for an unknown method, 400 for a request that breaks the contract."""
        if self.logged_out:
            raise Refused(400, "Logged out")
        if method not in HANDLERS:
            raise Refused(404, "Not Found: method not found")
        try:
            arguments = read(method, raw, uploads)
            if self.spec is not None and (wrong := self.spec.check(method, arguments.values)):
                raise violation(wrong[0])
        except Violation as refusal:
            note = {"method": method, "problem": refusal.description, "at": self.clock.now()}
            self.spec_violations.append(note)
            self.ever_violated.append(note)
            raise
        return arguments

    async def call(self, method: str, arguments: Arguments) -> Any:
        """Do what a request asks for and return its result. Raises `Refused` as Telegram would."""
        return await HANDLERS[method](self, arguments)


Handler = Callable[[Telegram, Arguments], Awaitable[Any]]

HANDLERS: dict[str, Handler] = {}
"""What each method does; the modules of methods fill it as they are imported."""


def method(handler: Handler) -> Handler:
    """Register a handler: `send_photo` serves `sendPhoto`."""
    HANDLERS[METHODS[handler.__name__.replace("_", "")]] = handler
    return handler
