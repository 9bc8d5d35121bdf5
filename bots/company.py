"""Whether this process serves alone or beside others over one database, and what that means for what it runs."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from bots.chores import beside, tend
from bots.delivery import Delivery
from bots.outbound import Outbound
from bots.platform import Platform
from bots.platforms import Settings
from bots.services import Services
from bots.shared_delivery import SharedDelivery
from bots.web.hub import Hub
from bots.web.places import PLATFORM as WEB
from bots.web.shared_hub import SharedHub
from core.errors import OperatorFault
from core.jobs import JobRunner
from core.jobs.shared import CHECK_EVERY, SharedRunner
from core.ports import Slowly, Store
from core.services.openai_batches import OpenAIBatches
from core.thrift import Service
from storage.opening import Storage

if TYPE_CHECKING:
    from storage.together import Together

CHORES = "chores"
"""What one process does for all: timers, the sweep, and what others left over."""

TAKE_UP_EVERY = 5.0
"""Seconds between two looks at what processes left over that are gone."""

SHARE_EVERY = 2.0
"""Seconds between two looks at how many processes call the services."""

Work = Callable[[], Awaitable[object]]


class Alone:
    """One process does everything."""

    listens = True
    """Whether people reach this process: whether it has platforms and the page."""

    def hub(self) -> Hub:
        """What is on its way to open pages."""
        return Hub()

    def delivery(self, store: Store, outbounds: Mapping[str, Outbound]) -> Delivery:
        """Where what is said is handed over."""
        return Delivery(store, outbounds)

    def runner(self, *made_with: Any) -> JobRunner:
        """What runs the jobs, with what a ``JobRunner`` is made with."""
        return JobRunner(*made_with)

    def slowly(self, services: Services) -> Mapping[Service, Slowly]:
        """The services as those that may take a day."""
        return {"text": OpenAIBatches(services.text), "image": OpenAIBatches(services.image)}

    @asynccontextmanager
    async def listening(self, platform: Platform) -> AsyncIterator[None]:
        """A platform, connected and listening meanwhile."""
        async with beside(platform.name, platform.run()):
            yield

    async def chore(self, name: str, work: Work, every: float) -> None:
        """Do what is done once for all, as ``tend`` does."""
        await tend(name, work, every)

    def on_change(self, look: Work) -> Callable[[], None]:
        """Have something read again what an operator set in another process; what is called here tells the others that something was set."""
        return lambda: None

    def chores(self, take_up: Work, share: Callable[[int], None]) -> Iterator[Coroutine[Any, Any, None]]:
        """What is done beside. ``take_up`` begins what others left over, ``share`` is told how many call the services."""
        yield from ()


class Beside(Alone):
    """One process of several: each thing is done by one of them, and another takes over where that one ends."""

    def __init__(self, settings: Settings, together: Together) -> None:
        self.listens = settings.role != "work"
        self._slots = settings.jobs_at_once if settings.role != "front" else 0
        self._together = together
        self._chores = together.presence.want(CHORES) if self.listens else None
        self._delivery: SharedDelivery | None = None
        self._runner: SharedRunner | None = None

    def hub(self) -> Hub:
        """As of the base class, for the pages of all processes."""
        return SharedHub(self._together.relay)

    def delivery(self, store: Store, outbounds: Mapping[str, Outbound]) -> Delivery:
        """As of the base class; to a platform only while this process has it."""
        relay, presence = self._together.relay, self._together.presence
        self._delivery = SharedDelivery(
            store, outbounds, relay, anywhere={WEB}, shows=self.listens, lives=lambda: presence.lives
        )
        return self._delivery

    def runner(self, *made_with: Any) -> JobRunner:
        """As of the base class, for the jobs that this process takes."""
        store, outlet, recipes, tools, may_pay, _, *checks = made_with
        leases, others = self._together.leases, self._together.relay
        made = partial(SharedRunner, store, outlet, recipes, tools, may_pay, self._slots, leases=leases, others=others)
        self._runner = made(*checks)
        return self._runner

    @asynccontextmanager
    async def listening(self, platform: Platform) -> AsyncIterator[None]:
        """As of the base class, for as long as this process has it."""
        if not self.listens:
            yield
            return
        async with beside(platform.name, self._while_ours(platform)):
            yield

    async def _while_ours(self, platform: Platform) -> None:
        assert self._delivery
        digest = hashlib.sha256(platform.account.encode()).hexdigest()[:32]
        owned = self._together.presence.want(f"{platform.name} {digest}")
        while True:
            await owned.gained.wait()
            async with AsyncExitStack() as undo:
                await undo.enter_async_context(beside(platform.name, platform.run()))
                if platform.delivers:
                    name = platform.name
                    undo.push_async_callback(self._delivery.leave, name)
                    sending = tend(f"delivery {name}", lambda: self._delivery.send_to(name), 0)  # type: ignore[union-attr] # noqa: B023
                    await undo.enter_async_context(beside(f"delivery {name}", sending))
                await owned.lost.wait()
                platform.outbound.connected.clear()

    async def chore(self, name: str, work: Work, every: float) -> None:
        """As of the base class, while this process is the one that does it."""
        if self._chores is None:
            return
        while True:
            await self._chores.gained.wait()
            async with beside(name, tend(name, work, every)):
                await self._chores.lost.wait()

    def on_change(self, look: Work) -> Callable[[], None]:
        """As of the base class."""
        looking: set[asyncio.Future[object]] = set()

        def heard() -> None:
            task = asyncio.ensure_future(look())
            looking.add(task)
            task.add_done_callback(looking.discard)

        self._together.relay.hear("set", heard)
        self._together.relay.hear("again", heard)
        return lambda: self._together.relay.tell("set")

    def chores(self, take_up: Work, share: Callable[[int], None]) -> Iterator[Coroutine[Any, Any, None]]:
        """As of the base class."""
        assert self._delivery and self._runner

        async def shared() -> None:
            share(self._together.presence.workers)

        async def left_over() -> None:
            assert self._delivery
            await take_up()
            await self._delivery.take_up()

        yield tend("check jobs", self._runner.check, CHECK_EVERY)
        yield tend("look after", self._delivery.look_after, TAKE_UP_EVERY)
        yield tend("share", shared, SHARE_EVERY)
        yield self.chore("left over", left_over, TAKE_UP_EVERY)
        if self._slots:
            yield tend("take jobs", self._runner.take_jobs, 0)


def check_role(settings: Settings) -> None:
    """Raise ``OperatorFault`` for a part of the work over a file, which one process has for itself."""
    if settings.role != "all" and not settings.database:
        raise OperatorFault("role-needs-server")


@asynccontextmanager
async def company_of(settings: Settings, storage: Storage) -> AsyncIterator[Alone]:
    """Alone over a file, beside others over a server. Raises ``StorageFault``."""
    if not settings.database:
        yield Alone()
        return
    from storage.together import together

    async with together(storage, settings.database, settings.jobs_at_once if settings.role != "front" else 0) as joined:
        yield Beside(settings, joined)
