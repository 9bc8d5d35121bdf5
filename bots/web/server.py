"""The web server and its connections: how many there may be, how long a request's head may take, how a refusal is told, how it ends."""

from __future__ import annotations

import asyncio
import resource
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain

import h11
import structlog
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 4000
RESERVED = 200
"""Descriptors for everything else: the database, pictures, calls to services and platforms."""

HEAD_PATIENCE = 20.0
"""Seconds for the head of a request, from its connection or the end of the one before: longer than programs keep a connection for later (15 at
aiohttp, 5 at httpx), or one would speak just as it is closed, and not know what became of it."""

LINGER = 1.0
LINGER_BYTES = 64 * 1024
"""How long, and for how much of what is still being sent, a refused connection stays, so that who sends it reads why."""

PATIENT_LINGER = 10.0
PATIENT_BYTES = 128 * 1024 * 1024
"""The same for who is known, and on this machine alone: some clients read nothing before they have sent everything."""

REPORTED_EVERY = 60.0

END_PATIENCE = 5.0
"""Seconds for answers that are under way when the server is told to stop."""

log = structlog.get_logger()


class WebServer(uvicorn.Server):
    """Ends as soon as it is told to and nothing is under way: uvicorn looks ten times a second, then waits a tenth more.

    Leaves signals to the program: uvicorn would raise them again after its own exit and so cut the grace of running jobs short.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        """``config``: its ``http`` is a ``protocol``."""
        super().__init__(config)
        assert isinstance(config.http, type) and issubclass(config.http, DoorProtocol)
        self._crowd = config.http.crowd
        self._told = asyncio.Event()

    def stop(self) -> None:
        """Take nothing more in; ``serve`` returns when what is under way has ended."""
        self.should_exit = True
        self._told.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def main_loop(self) -> None:
        """Until it is told to stop, keep the time that answers carry."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the doors, and give what is under way its time; then nobody is heard any more."""
        self._crowd.closed = True
        for listener in chain.from_iterable(server.sockets for server in self.servers):
            asyncio.get_running_loop().remove_reader(listener.fileno())
        await asyncio.sleep(0)  # of who was just let in asyncio would forget the connection, and leave it open
        for door in (*self.servers, *(sockets or ())):
            door.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_PATIENCE):
                while state.connections or state.tasks:  # noqa: ASYNC110 - uvicorn tells nobody of their ends
                    await asyncio.sleep(0.01)
        for task in list(state.tasks):
            task.cancel()
        for connection in list(state.connections):
            connection.transport.abort()


class Crowd:
    """All connections of a server. One too many takes the place of the one that waits longest for somebody to say something."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.closed = False
        self.all: set[DoorProtocol] = set()
        self.waiting: dict[DoorProtocol, None] = {}
        self._refused = 0
        self._reported = float("-inf")

    closed: bool
    """Whether the doors are closed. Who came in that very moment is let go of: they would be heard until the process ends, and nothing done."""

    def admit(self, fresh: DoorProtocol) -> bool:
        """Take one more connection in; ``False`` where all are at work, or it is closed. What is refused is told once a minute."""
        if self.closed:
            return False
        if len(self.all) >= self.most:
            self._report()
            oldest = next(iter(self.waiting), None)
            if oldest is None:
                return False
            oldest.leave()
        self.all.add(fresh)
        return True

    def _report(self) -> None:
        self._refused += 1
        now = time.monotonic()
        if now - self._reported >= REPORTED_EVERY:
            log.warning("too many connections", most=self.most, refused=self._refused)
            self._reported, self._refused = now, 0


class DoorProtocol(H11Protocol):
    """Uvicorn's protocol, with a deadline for a request's head, a limit of connections, and an end that the other side hears."""

    crowd: Crowd
    patient = False
    _head: asyncio.TimerHandle | None = None
    _lingering = False
    _more = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there."""
        super().connection_made(_Lingering(transport, self))  # type: ignore[arg-type]
        if self.crowd.admit(self):
            self._watch()
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """They say something."""
        if not self._lingering:
            super().data_received(data)
            self._watch()
            return
        self._more -= len(data)
        if self._more < 0:
            self.transport.pause_reading()

    def on_response_complete(self) -> None:
        """They have their answer."""
        super().on_response_complete()
        self._watch()

    def send_400_response(self, msg: str) -> None:
        """What goes on here is no HTTP: say so, unless something else was said already, and let whoever was to answer know that nobody listens."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.close()
        if self.cycle:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def leave(self) -> None:
        """Let go of somebody who says nothing."""
        self._forget()
        self.transport.abort()

    def stay(self, transport: asyncio.Transport) -> None:
        """Say no more, and give them a moment to read what was said while they are still sending."""
        self._lingering = True
        patient = self.patient or self._is_known()
        self._more = PATIENT_BYTES if patient else LINGER_BYTES
        try:
            transport.write_eof()
            transport.resume_reading()
        except OSError:  # they are gone already
            transport.abort()
            return
        self.loop.call_later(PATIENT_LINGER if patient else LINGER, transport.abort)

    @property
    def is_sending(self) -> bool:
        """Whether a body is still on its way to us."""
        return self.conn.their_state is h11.SEND_BODY or (self.cycle is not None and self.cycle.more_body)

    def _is_known(self) -> bool:
        """Whether the door found out who this is (``Access``)."""
        return self.cycle is not None and self.cycle.scope.get("state", {}).get("person") is not None

    def _watch(self) -> None:
        """Give the head of a request its time, once; more of it does not give it more."""
        waiting = self.cycle is None or self.cycle.response_complete
        if not waiting:
            self.crowd.waiting.pop(self, None)
            if self._head:
                self._head.cancel()
                self._head = None
        elif self._head is None and self in self.crowd.all:
            self.crowd.waiting[self] = None
            self._head = self.loop.call_later(HEAD_PATIENCE, self._late)

    def _late(self) -> None:
        """Their time is over. Who has spoken and was not heard yet, since so many speak at once, gets it anew."""
        self._head = None
        if _speaks(self.transport):
            self._watch()
        else:
            self.leave()

    def _forget(self) -> None:
        self.crowd.all.discard(self)
        self.crowd.waiting.pop(self, None)
        if self._head:
            self._head.cancel()
            self._head = None


def _speaks(transport: asyncio.Transport) -> bool:
    """Whether something has come that nobody has read."""
    asked = select.poll()
    asked.register(transport.get_extra_info("socket"), select.POLLIN)
    return bool(asked.poll(0))


class _Lingering:
    """A transport that closes politely: closed with something unread, the system would throw away the answer (RFC 9112, 9.6)."""

    def __init__(self, transport: asyncio.Transport, protocol: DoorProtocol) -> None:
        self._transport = transport
        self._protocol = protocol
        self._closed = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    def close(self) -> None:
        """Close, a moment later where somebody is still sending."""
        if self._closed or not self._protocol.is_sending or self._transport.is_closing():
            self._transport.close()
        else:
            self._closed = True
            self._protocol.stay(self._transport)

    def is_closing(self) -> bool:
        """Whether it is closed, or about to be."""
        return self._closed or self._transport.is_closing()


def widen() -> None:
    """Allow as many open files as the system lets this process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def protocol(patient: bool) -> type[DoorProtocol]:
    """The protocol of one server, with room for as many connections as there are descriptors for; ``patient`` where no stranger comes."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else soft - min(RESERVED, soft // 2)
    return type("Protocol", (DoorProtocol,), {"crowd": Crowd(min(MOST_CONNECTIONS, free)), "patient": patient})
