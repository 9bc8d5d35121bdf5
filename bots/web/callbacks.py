"""Telling a program that its work is done: the work's JSON, signed, is posted to an address on a host that the operator allows.

A timer waits for the end of each work that asks for it, so that nothing is lost with the process. Each try is a timer of its own, and the next is
set before one is made: so no try is made twice. Headers and signature are those of Standard Webhooks 1.0 (standardwebhooks.com, 2026-11).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, NamedTuple

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import BaseModel
from yarl import URL

from bots.web.batch_view import batch_named, batch_shown
from bots.web.works import work_of
from core.clock import Clock
from core.conversation.timers import Handler, Outcome
from core.errors import BadInput
from core.people import People
from core.ports import Change, EventLog, Store
from core.settings import LOOPBACK
from core.types import BatchState, Place, Timer, User

WHAT = "callback"
"""What the timers of callbacks are called."""

WAITS = (30.0, 60.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds between one try and the next: seven tries in 31 hours. The first is longer than a receiver may take: none is asked twice at once."""

LATEST = 30 * 24 * 3600.0
"""Seconds after which nobody waits any more for the end of a work: no job lasts as long."""

PATIENCE = 15.0
"""Seconds that a receiver may take (Standard Webhooks asks for 15 to 30)."""

LOOKING = 4
"""Names that are looked up at once."""

LONGEST_ADDRESS = 1000
"""Characters."""

_GONE = 410
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
_CARRIER = ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for one of IPv4 (RFC 6052)."""

_PUBLIC = ip_network("2000::/3")
"""Where public addresses of IPv6 are; others are of a site, or stand for one of IPv4 (IANA, "IPv6 Address Space", 2026-11)."""

Address = IPv4Address | IPv6Address
log = structlog.get_logger()


class Receiver(NamedTuple):
    """Where somebody is told, an address that was checked. Where it was asked for by an API ``token`` (its id), for as long as that is good."""

    address: str
    token: str = ""


class Hosts:
    """The hosts that may be called back: names and, for what is private, addresses and networks."""

    def __init__(self, named: Iterable[str]) -> None:
        """``named``: as the operator lists them. ``localhost`` is this machine's own addresses."""
        self._names = {name.casefold() for name in named}
        self._networks = [network for name in self._names if (network := _network(name))]
        if "localhost" in self._names:
            self._networks += [ip_network("127.0.0.0/8"), ip_network("::1/128")]

    def check(self, address: str) -> None:
        """Raise ``BadInput`` for what is no whole address (``callback-malformed``), or on a host that is not allowed (``callback-host``)."""
        try:
            url = URL(address)
            host = (url.host or "").casefold()
            plain = url.scheme == "https" or (url.scheme == "http" and _is_loopback(host))
            whole = plain and host and url.port and not (url.user or url.password or url.fragment)
        except ValueError:
            whole, host = False, ""
        if not whole or len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address:
            raise BadInput("callback-malformed")
        found = _address(host)
        if host not in self._names and not (found and self._is_named(found)):
            raise BadInput("callback-host", host=host)

    def reaches(self, address: str) -> bool:
        """Whether an address that a name leads to may be spoken to: a public one, or one that the operator names."""
        found = _address(address)
        return found is not None and (_is_public(found) or self._is_named(found))

    def _is_named(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _network(name: str) -> Any:
    try:
        return ip_network(name, strict=False)
    except ValueError:
        return None


def _address(host: str) -> Address | None:
    """The address that a host is, the one of IPv4 where it is only wrapped in one of IPv6; ``None`` for a name."""
    try:
        found = ip_address(host)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        carried = IPv4Address(found.packed[-4:]) if found in _CARRIER else None
        return found.ipv4_mapped or found.sixtofour or carried or found
    return found


def _is_loopback(host: str) -> bool:
    found = _address(host)
    return host in LOOPBACK or (found is not None and found.is_loopback)


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and (address.version == 4 or address in _PUBLIC)


class _Looking(AbstractResolver):
    """Finds the addresses of a name and leaves out those that may not be spoken to: what is looked at is what is connected to."""

    def __init__(self, hosts: Hosts, threads: Executor) -> None:
        self._hosts = hosts
        self._threads = threads

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        look = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look)
        allowed = [
            ResolveResult(hostname=host, host=str(at[0]), port=int(at[1]), family=kind, proto=proto, flags=_NUMERIC)
            for kind, _, proto, _, at in found
            if self._hosts.reaches(str(at[0]))
        ]
        if not allowed:
            raise OSError("leads to no address that may be called back")
        return allowed

    async def close(self) -> None:
        """Nothing: the threads are lent."""


class Callbacks(AbstractContextManager["Callbacks"]):
    """Keeps who wants to be told of which work, and tells them, until it is left."""

    def __init__(
        self,
        events: EventLog,
        store: Store,
        people: People | None,
        secret: bytes,
        hosts: Iterable[str],
        clock: Clock,
    ) -> None:
        """``people``: who is let in, where people sign in. ``secret`` is the installation's: everybody's own secret is made of it."""
        self._events = events
        self._store = store
        self._people = people
        self._secret = secret
        self._hosts = Hosts(hosts)
        self._clock = clock
        # Of their own: a name that is not answered holds a thread for many seconds, and files are read and written in the loop's.
        self._threads = ThreadPoolExecutor(LOOKING, "callbacks")

    def __exit__(self, *_: object) -> None:
        """Look nothing up any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @property
    def handlers(self) -> dict[str, Handler]:
        """Who handles the timers."""
        return {WHAT: self._due}

    def check(self, address: str) -> None:
        """Raise ``BadInput`` for an address that may not be called back."""
        self._hosts.check(address)

    def key(self, person: str) -> bytes:
        """What is signed with for a person (by their key), 32 bytes."""
        return hmac.digest(self._secret, f"callback\n{person}".encode(), "sha256")

    def secret(self, person: str) -> str:
        """The same as people copy it."""
        return f"whsec_{base64.b64encode(self.key(person)).decode()}"

    def timer(self, message: str, receiver: Receiver, place: Place, author: User) -> Timer:
        """What waits for the end of the work that a message asks for."""
        about = {"message": message, "try": "1", **receiver._asdict()}
        at = self._clock.now() + LATEST
        return Timer(id=name_of(message), at=at, what=WHAT, about=about, place=place, owner=author.key)

    async def _due(self, timer: Timer, _tools: object) -> Outcome:
        """Set the next try, then make this one. What was deleted meanwhile, or is allowed no longer, is told to nobody.

        A table that was planned is told when its batch has ended: another timer waits for that.
        """
        address, message, number = timer.about["address"], timer.about["message"], int(timer.about["try"])
        if "batch" not in timer.about and (batch := await batch_named(self._events, timer.place.chat, message)):
            about = {**timer.about, "message": batch, "batch": "yes"}
            at = self._clock.now() + LATEST
            return Outcome(
                change=Change(timers=(timer.model_copy(update={"id": name_of(batch), "at": at, "about": about}),))
            )
        work = await self._told(timer)
        try:
            self.check(address)
        except BadInput:
            work = None
        if work is None:
            log.warning("a callback is not made", work=message)
            return Outcome()
        following = tuple(self._next(timer, number, wait) for wait in WAITS[number - 1 : number])
        body = work.model_dump_json().encode()
        telling = partial(self._tell, address, message, number, body, self.key(timer.owner), following)
        return Outcome(change=Change(timers=following), afterwards=telling)

    async def _told(self, timer: Timer) -> BaseModel | None:
        """The work or batch that has ended; ``None`` where it has not, or is gone, or its person may not read it any more."""
        if not await self._is_let_in(timer):
            return None
        message = timer.about["message"]
        if "batch" in timer.about:
            batch = await self._store.batch(message)
            ended = batch and batch.state in (BatchState.DONE, BatchState.CANCELLED)
            return await batch_shown(self._store, batch, batch.language) if batch and ended else None
        person = timer.owner.partition(":")[2]
        work = await work_of(self._events, self._store, timer.place.chat, message, person)
        return work if work and work.state != "open" else None

    async def _is_let_in(self, timer: Timer) -> bool:
        """Whether whose work it is may still into its chat, by what let them in: a try may come a day after that was taken from them."""
        if self._people is None:
            return True
        token = timer.about.get("token")  # timers of before know none
        if token and token not in [one.id for one in await self._people.tokens()]:
            return False
        name, chat = timer.owner.partition(":")[2], timer.place
        person = next((one for one in await self._people.everybody() if one.id == name), None)
        if person is None:
            return False
        return not person.guest if chat.private else await self._people.is_member(person, chat.chat)

    def _next(self, timer: Timer, number: int, wait: float) -> Timer:
        message = timer.about["message"]
        about = {**timer.about, "try": str(number + 1)}
        name = f"{name_of(message)}:{number + 1}"
        return timer.model_copy(update={"id": name, "at": self._clock.now() + wait, "about": about})

    async def _tell(
        self, address: str, message: str, number: int, body: bytes, key: bytes, following: tuple[Timer, ...]
    ) -> Change:
        """Post the work; where it was taken, or nobody will ever take it, there is no further try."""
        try:
            status = await self._post(address, body, signed(message, int(self._clock.now()), body, key))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            log.info("a callback was not heard", work=message, number=number, cause=type(error).__name__)
            return Change()
        log.info("a callback was made", work=message, number=number, status=status)
        over = 200 <= status < 300 or status == _GONE
        return Change(cancelled_timers=tuple(one.id for one in following)) if over else Change()

    async def _post(self, address: str, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; nothing else of it is read, and it leads nowhere."""
        connector = aiohttp.TCPConnector(
            resolver=_Looking(self._hosts, self._threads), use_dns_cache=False, force_close=True
        )
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.post(URL(address), data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status


def name_of(message: str) -> str:
    """The name of the timer that waits for the end of a work."""
    return f"{WHAT}:{message}"


def signed(message: str, now: int, body: bytes, key: bytes) -> dict[str, str]:
    """The headers of a callback. ``message`` is the same in each try, so that a receiver knows one that comes again; ``now`` is in seconds."""
    signature = hmac.digest(key, f"{message}.{now}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Fabula",
        "Webhook-Id": message,
        "Webhook-Timestamp": str(now),
        "Webhook-Signature": f"v1,{base64.b64encode(signature).decode()}",
    }
