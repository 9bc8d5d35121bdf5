"""The REST API's side: everything the bot's requests touch, and the way of a request to its route."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from standins.clock import Bell, Clock
from standins.discord.bodies import Body, Upload
from standins.discord.cdn import Cdn
from standins.discord.errors import MISSING_ACCESS, UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE
from standins.discord.events import Events
from standins.discord.faults import Faults
from standins.discord.gateway import HEARTBEAT_SECONDS, Gateway
from standins.discord.permissions import Permission, demand
from standins.discord.rate_limits import RateLimits
from standins.discord.sessions import NO_INTENT, Intent
from standins.discord.spec import Spec
from standins.discord.state import Channel, Content, Guild, Json, Message, MessageFlag, User
from standins.discord.world import World

LOG_LENGTH = 20_000
"""Requests that the log keeps; older ones are forgotten."""

BOT_NAME = "Fabula"
APPLICATION_ID = 1_400_000_000_000_000_001
"""Id of the application and of its bot."""


@dataclass
class Discord:
    """One stand-in: its world, and everything between the bot and it. `reset` starts all over under the same token."""

    token: str
    base: str
    spec: Spec | None = None
    rate_limits: bool = True
    log: deque[Json] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    spec_violations: list[Json] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    asked: Bell = field(default_factory=Bell)
    """Rings with every new line of the log."""

    def __post_init__(self) -> None:
        gateway_url = self.base.replace("http", "ws", 1) + "/gateway"
        self.gateway = Gateway(self.token, gateway_url, lambda: self.world)
        self._start()

    def _start(self) -> None:
        self.clock = Clock()
        bot = User(APPLICATION_ID, BOT_NAME, bot=True)
        self.world = World(self.clock, bot, Cdn(self.base, self.clock))
        self.events = Events(self.world, self.gateway)
        self.limits = RateLimits(self.clock, self.rate_limits)
        self.commands: dict[int | None, list[Json]] = {None: []}
        """Registered commands, the global ones under None, others by their guild."""
        self.nonces: dict[str, tuple[float, Message]] = {}

    def reset(self) -> None:
        """Forget everybody and everything. Gateway sessions end, intents and heartbeats are as in the beginning."""
        self.gateway.forget()
        self.gateway.allowed, self.gateway.heartbeat, self.gateway.acknowledging = NO_INTENT, HEARTBEAT_SECONDS, True
        self.gateway.starts = self.gateway.resumes = 0
        self.gateway.greeting.set()
        self.faults.clear()
        self.log.clear()
        self.spec_violations.clear()
        self._start()

    @property
    def may_read(self) -> bool:
        """Whether REST shows the bot other people's message contents: its owner switched that intent on."""
        return Intent.MESSAGE_CONTENT in self.gateway.allowed

    def post(self, message: Message) -> Message:
        """Put a message into its channel and tell the bot; in a sleeping thread it wakes the thread first."""
        channel = message.channel
        if channel.thread is not None and channel.thread.archived:
            channel.thread.archived = False
            channel.thread.archived_at = self.clock.now()
            self.events.thread_changed(channel)
        self.world.add(message)
        self.events.message_created(message)
        return message

    def change(self, message: Message, content: Content) -> None:
        """Edit a message and tell the bot."""
        self.world.change(message, content.flagged(MessageFlag.LOADING, False))
        self.events.message_changed(message)

    def remove(self, message: Message) -> None:
        """Delete a message and tell the bot."""
        self.world.remove(message)
        self.events.message_deleted(message)

    def channel(self, number: int, *needed: Permission) -> Channel:
        """A channel where the bot may do what is needed. Raises `Refused`: 10003, 50001, 50013."""
        channel = self.world.channels.get(number)
        if channel is None:
            raise UNKNOWN_CHANNEL
        demand(channel, self.world.bot.id, *needed)
        return channel

    def message(self, channel: Channel, number: int) -> Message:
        """A message that the bot can reach through its channel. Raises `Refused` (10008); ephemeral ones are unknown there."""
        message = self.world.find(channel, number)
        if message is None or message.seen_by is not None:
            raise UNKNOWN_MESSAGE
        return message

    def guild(self, number: int) -> Guild:
        """A guild that the bot is in. Raises `Refused`: 10004, 50001."""
        guild = self.world.guilds.get(number)
        if guild is None:
            raise UNKNOWN_GUILD
        if self.world.bot.id not in guild.members:
            raise MISSING_ACCESS
        return guild


@dataclass(frozen=True)
class Call:
    """One request on its way: the ids and names of its path, its query and its body (an object or a list)."""

    path: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    body: object = None
    uploads: Sequence[Upload] = ()

    def number(self, name: str) -> int:
        """An id of the path."""
        return int(self.path[name])

    @property
    def values(self) -> Json:
        """The body's fields; none if it is no object."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def form(self) -> Body:
        """The body as a message reads it."""
        return Body(self.values, self.uploads)

    def asks(self, name: str) -> bool:
        """Whether a flag of the query is set."""
        return self.query.get(name, "").lower() in ("1", "true")


Answer = Json | list[Json] | None
"""What a route answers: JSON, or nothing with status 204."""

Handler = Callable[[Discord, Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Route:
    """One route. `open` ones need no bot token: their path has a token of its own."""

    method: str
    template: str
    handler: Handler
    open: bool = False

    @property
    def name(self) -> str:
        """Such as `GET /users/@me`."""
        return f"{self.method} {self.template}"


ROUTES: list[Route] = []
"""Every route; the modules of routes fill it as they are imported."""


def route(method: str, template: str, *, open_: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler for a path such as `/channels/{channel_id}`, named as in Discord's OpenAPI document."""

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, template, handler, open_))
        return handler

    return register
