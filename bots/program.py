"""The running program, put together: settings → storage, services, manager, platforms."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import gc
import math
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from random import Random
from typing import Any, Protocol

import structlog
import uvicorn

from bots.chores import close, tend
from bots.company import Alone, check_role, company_of
from bots.delivery import Delivery
from bots.endpoints import warn
from bots.figures import watch_loop
from bots.intake import Intake
from bots.links import Links
from bots.operating import Operating
from bots.outbound import Outbound
from bots.platform import Platform, Webhook
from bots.platforms import CONNECTS, Settings
from bots.ruled import broken_rules, limits_of, operators_of, rules_of
from bots.services import Services, connect, moderator_of
from bots.tracing import tracing
from bots.web.app import create_app
from bots.web.callbacks import Callbacks
from bots.web.door import Vouches, WebDoor
from bots.web.hub import Hub
from bots.web.inbound import WebInbound
from bots.web.outbound import WebOutbound
from bots.web.places import PLATFORM as WEB
from bots.web.server import HEAD_PATIENCE, WebServer, protocol, widen
from core.clock import Clock, WallClock
from core.conversation.door import ConversationManager
from core.conversation.feature import Feature, Repertoire
from core.conversation.limits import Limits
from core.conversation.timers import Timers
from core.errors import OperatorFault
from core.features import FEATURES
from core.features.batch_slow import calls_of
from core.features.recipe import engine, names_of, offered
from core.features.report import next_report
from core.features.steps.toolbox import Toolbox
from core.jobs import JobRunner
from core.ports import Change, Fetcher, Painter, Slowly, Standing
from core.recipes.shelf import Shelf
from core.rules.book import RuleBook
from core.services.openai_images import OpenAIPainter
from core.services.openai_text import OpenAIWriter
from core.thrift import Service
from storage.opening import Storage, open_storage

SWEEP_EVERY = 3600.0

LOOK_AGAIN_EVERY = 86400.0
"""Seconds between two looks at the servers: models come and go."""

LOOK_AT_RULES_EVERY = 2.0
"""Seconds between two looks at the file of rules."""

LOOK_AT_RECIPES_EVERY = 2.0
"""Seconds between two looks at the folder of recipes."""

GIVE_BACK_EVERY = 5.0
"""Seconds between two times that unused memory goes back to the system."""

COLLECT_AFTER = (5_000, 20, 20)
"""More new objects, and more rounds between the thorough ones, than Python's own (700, 10, 10)."""

WALL_CLOCK = WallClock()

log = structlog.get_logger()


class Recovers(Protocol):
    """What an earlier process may have left something over of."""

    async def recover(self) -> object:
        """Take it up."""


@dataclass(frozen=True)
class Program:
    """A running Fabula."""

    settings: Settings
    storage: Storage
    manager: ConversationManager
    runner: JobRunner
    delivery: Delivery
    intake: Intake
    hub: Hub
    inbound: WebInbound
    shelf: Shelf
    callbacks: Callbacks
    rules: RuleBook
    limits: Limits
    operating: Operating
    painter: Painter
    webhooks: tuple[Webhook, ...] = ()
    vouching: Mapping[str, Vouches] = field(default_factory=dict)

    @property
    def door(self) -> WebDoor:
        """What the web routes need."""
        return WebDoor(
            self.settings,
            self.storage.store,
            self.storage.events,
            self.storage.media,
            self.storage.people,
            self.hub,
            self.inbound,
            self.manager.repertoire.commands,
            Links(self.settings, self.storage.store),
            self.shelf,
            self.callbacks,
            self.operating,
            self.limits.ruling.operates,
            self.painter,
            self.limits.allows,
            self.manager.may_still_use,
            self.webhooks,
            self.vouching,
        )


@asynccontextmanager
async def running(
    settings: Settings, features: Sequence[Feature] = FEATURES, *, clock: Clock = WALL_CLOCK
) -> AsyncIterator[Program]:
    """Everything but the web server: opened, unfinished work taken up, and closed in order. Raises ``StorageFault``, ``OperatorFault``.

    ``features``: what people can do. ``clock`` says when timers are due, and when what is kept was kept.
    """
    check_role(settings)
    shelf, repertoire = _offered(settings, features)
    async with tracing(settings), AsyncExitStack() as undo:
        enter = undo.enter_async_context
        storage = await enter(_opened(settings, clock))
        company, services = await enter(company_of(settings, storage)), await enter(connect(settings))
        store, media, hub = storage.store, storage.media, company.hub()
        platforms = [one for made in CONNECTS if (one := made(settings, media, store))]
        for one in platforms:
            undo.push_async_callback(close, one.name, one.close)
        outbounds: dict[str, Outbound] = {one.name: one.outbound for one in platforms}
        outbounds[WEB] = WebOutbound(store, storage.events, hub)
        delivery = company.delivery(store, outbounds)
        undo.push_async_callback(delivery.close)
        fetchers: dict[str, Fetcher] = {}
        standings: dict[str, Standing] = {one.name: one.standing for one in platforms}
        secret = await store.secret()
        tools = _toolbox(settings, services, storage, fetchers, secret, company.slowly(services))
        tools = replace(_at_platforms(tools, settings, platforms), works=repertoire.works, shelf=shelf)
        callbacks = undo.enter_context(_callbacks(settings, storage, secret, clock))
        rules = rules_of(settings, repertoire, shelf)
        limits = limits_of(settings, tools, repertoire, rules, await operators_of(settings, storage, bool(platforms)))
        checks = (limits.check_still, settings.jobs_at_once, limits.admit_on, limits.beyond)
        runner = company.runner(store, delivery, repertoire.recipes, tools, *checks, partial(calls_of, store, media))
        undo.push_async_callback(runner.close, settings.grace)
        manager = ConversationManager(store, runner, delivery, limits, settings, repertoire, standings)
        later = Timers(store, runner, limits, repertoire.timers | callbacks.handlers, tools, clock, manager.has_left)
        undo.push_async_callback(later.close)
        intake = Intake(manager)
        undo.push_async_callback(intake.close)
        inbound = WebInbound(store, storage.events, media, hub, intake, callbacks)
        fetchers |= {WEB: inbound} | {one.name: one.open(store, intake) for one in platforms}
        operating = Operating(settings, storage, runner, limits, outbounds, shelf, partial(broken_rules, rules))
        operating.tell = limits.ruling.operates.tell = company.on_change(operating.recover)
        await _recover(operating, delivery, runner, *((inbound, later) if company.listens else ()))
        await _set_report(settings, runner, clock)
        for one in platforms:
            await enter(company.listening(one))
        everything = _chores(settings, services, storage, later, clock, rules, company)
        for chore in chain(everything, [_recipes(shelf, repertoire)], company.chores(inbound.recover, services.share)):
            undo.callback(asyncio.create_task(chore).cancel)
        at_work = (manager, runner, delivery, intake, hub, inbound, shelf, callbacks, rules, limits, operating)
        yield Program(settings, storage, *at_work, tools.painter, *_doors(platforms))


def _callbacks(settings: Settings, storage: Storage, secret: bytes, clock: Clock) -> Callbacks:
    """Who tells programs of their works; where people sign in, only those who are still let in."""
    people = storage.people if settings.web_token else None
    return Callbacks(storage.events, storage.store, people, secret, settings.callback_hosts, clock)


async def _recover(*parts: Recovers) -> None:
    for part in parts:
        await part.recover()


def _doors(platforms: Sequence[Platform]) -> tuple[tuple[Webhook, ...], dict[str, Vouches]]:
    """The platforms' own doors in our web server, and what they tell pages of ours."""
    vouching = {one.name: one.vouches for one in platforms if one.vouches}
    return tuple(webhook for one in platforms for webhook in one.webhooks), vouching


async def _set_report(settings: Settings, runner: JobRunner, clock: Clock) -> None:
    """Have the operator told of the day, if they wish."""
    if reports := tuple(next_report(settings, clock.now())):
        await runner.commits.make(Change(timers=reports))


def _offered(settings: Settings, features: Sequence[Feature]) -> tuple[Shelf, Repertoire]:
    """What people can do, with the recipes; a feature that lacks a sentence is a ``LookupError``, before anything is opened."""
    shelf = Shelf(settings.recipes_folder, frozenset(names_of(features)))
    repertoire = Repertoire((*features, engine(shelf)))
    take_up(shelf, repertoire)
    return shelf, repertoire


def _at_platforms(tools: Toolbox, settings: Settings, platforms: Sequence[Platform]) -> Toolbox:
    """With what platforms have of their own. What is too large for one comes as a link, or, where there are no links, in parts that it takes."""
    rooms = {} if settings.public_url else {one.name: one.room for one in platforms}
    return replace(tools, rooms=rooms, polls={one.name: one.polls for one in platforms})


@asynccontextmanager
async def _opened(settings: Settings, clock: Clock) -> AsyncIterator[Storage]:
    """What is kept, with the operator among the people where a token says who that is."""
    async with await open_storage(
        settings.data_dir, clock.now, database_url=settings.database, media_place=settings.media_place
    ) as storage:
        if settings.web_token:
            await storage.people.settle(settings.web_token.get_secret_value())
        yield storage


def _toolbox(
    settings: Settings,
    services: Services,
    storage: Storage,
    fetchers: Mapping[str, Fetcher],
    secret: bytes,
    slowly: Mapping[Service, Slowly],
) -> Toolbox:
    return Toolbox(
        writer=OpenAIWriter(
            services.text, services.catalogue, model=settings.writer_model, helper=settings.helper_model
        ),
        painter=OpenAIPainter(services.image, services.catalogue, model=settings.image_model),
        moderator=moderator_of(settings, services),
        media=storage.media,
        store=storage.store,
        fetchers=fetchers,
        settings=settings,
        secret=secret,
        dice=Random(settings.taste_seed or None),
        slowly=slowly,
    )


async def serve(settings: Settings, greet: Callable[[str, str], None], features: Sequence[Feature] = FEATURES) -> None:
    """Run until a signal says stop: then no new requests are taken, and running steps get their grace.

    ``greet`` is told the address, and the code by which its operator is known, where it still needs one.

    Raises ``StorageFault`` and ``OperatorFault`` where the program cannot start.
    """
    widen()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    entered = serving if settings.listens_at is not None else _working
    async with running(settings, features) as program, entered(program) as address:
        spare_collector()
        greet(address, program.limits.ruling.operates.code)
        await stop.wait()
        program.runner.start_nothing()  # at once: the doors take a moment to close


def spare_collector() -> None:
    """Take what start-up made out of the garbage collector's rounds: looking through it holds everything up for a tenth of a second each time.

    Later rounds are made rarely: with hundreds of requests in flight nearly everything is still in use, and looking took a tenth of all the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


@asynccontextmanager
async def _working(program: Program) -> AsyncIterator[str]:
    """No web server: there is no address."""
    yield ""


@asynccontextmanager
async def serving(program: Program) -> AsyncIterator[str]:
    """The web server, answering; its address. Of a process that people do not reach it tells figures alone.

    At the end open event streams are closed first, so that they hold nothing up.
    """
    config = _web_config(program)
    listener = _listen(config, f"FABULA_{'WEB' if program.settings.role != 'work' else 'METRICS'}_PORT")
    server = WebServer(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield _address(program.settings, listener)
    finally:
        program.hub.close()
        server.stop()
        await task


def _web_config(program: Program) -> uvicorn.Config:
    settings = program.settings
    return uvicorn.Config(
        create_app(program.door, listens=settings.role != "work"),
        host=settings.web_host,
        port=settings.listens_at or 0,
        log_config=None,
        access_log=False,
        http=protocol(patient=not settings.web_token),
        ws="none",
        timeout_keep_alive=math.ceil(HEAD_PATIENCE),
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        lifespan="off",
    )


def _listen(config: uvicorn.Config, setting: str) -> socket.socket:
    """The web server's socket; raises ``OperatorFault("port-in-use")``, which names the ``setting`` of its port."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # asyncio leaves it out on a listener that is handed in
    try:
        listener.bind((config.host, config.port))
        listener.listen(config.backlog)  # whoever reads the address may come at once
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise OperatorFault("port-in-use", port=config.port, setting=setting) from error
        raise OperatorFault("cannot-listen", host=config.host, port=config.port) from error
    return listener


def _address(settings: Settings, listener: socket.socket) -> str:
    host = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
    return f"http://{host}:{listener.getsockname()[1]}"


def take_up(shelf: Shelf, repertoire: Repertoire) -> None:
    """Offer the recipes that there are now."""
    if shelf.look():
        repertoire.extend(map(offered, shelf.recipes.values()))


async def _recipes(shelf: Shelf, repertoire: Repertoire) -> None:
    """Take up recipe files that change, without a restart."""

    async def look() -> None:
        if await asyncio.to_thread(shelf.look):
            repertoire.extend(map(offered, shelf.recipes.values()))

    await tend("recipes", look, LOOK_AT_RECIPES_EVERY)


def _chores(
    settings: Settings,
    services: Services,
    storage: Storage,
    timers: Timers,
    clock: Clock,
    rules: RuleBook,
    company: Alone,
) -> Iterator[Coroutine[Any, Any, None]]:
    """What is done beside: looking at the servers and the rules, and returning memory to the system; by one process for all what timers wait for, and
    sweeping, from the start on.

    The C library would keep where pictures were for as long as something small lies behind it.
    """
    yield tend("servers", lambda: warn(settings, services.catalogue, services.text, services.image), LOOK_AGAIN_EVERY)
    yield company.chore("timers", timers.do_next, 0)
    yield tend("rules", lambda: asyncio.to_thread(rules.look), LOOK_AT_RULES_EVERY)
    yield tend("loop", watch_loop, 0)
    yield company.chore("sweep", lambda: storage.store.sweep(clock.now(), settings.keep_days), SWEEP_EVERY)
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's alone
    if trim:
        yield tend("give back", lambda: asyncio.to_thread(trim, 0), GIVE_BACK_EVERY)
