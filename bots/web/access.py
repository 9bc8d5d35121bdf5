"""Who may come in through the web door: the host and origin of a request, who asks, and which chats and pieces they may see."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import SplitResult, urlsplit

import structlog
from fastapi import Request, Response
from fastapi.routing import APIRoute

from bots import board_links
from bots.links import PATH
from bots.web.door import Sight, WebDoor
from bots.web.places import PLATFORM, PRIVATE, place_of
from bots.web.problems import Problem
from bots.web.tries import Tries
from core import texts
from core.conversation.pace import Pace
from core.people import Person, Visit
from core.settings import LOOPBACK
from core.types import User

COOKIE = "fabula"
HANDED_OUT = (PATH, "/page/", "/paint", "/api/paint/", board_links.PATH, "/api" + board_links.PATH)
"""What is to be had under the public address: files and boards by their links, pages by their tickets, and what these look like."""

NAME = re.compile(r"[\w.@-]{1,64}")
"""What a chat or a person may be called."""

TOLD_EVERY = 60.0
"""Seconds between two lines of the log about the same."""

log = structlog.get_logger()


class Access:
    """Checks requests. Without a token (loopback only) people are who they say; with one they are whom their log-in or API token names."""

    def __init__(self, door: WebDoor) -> None:
        self._settings = door.settings
        self._people = door.people
        self._media = door.media
        self._allows = door.allows
        self._pace = Pace(door.settings)
        self._token = door.settings.web_token.get_secret_value() if door.settings.web_token else None
        self._hosts = LOOPBACK | set(door.settings.web_hosts)
        public = _parts(door.settings.public_url or "").hostname
        self._handed_out = frozenset({public} - {None})
        self._any_host = door.settings.web_is_open and not door.settings.web_hosts
        self.tries = Tries()
        self._tells_from = 0.0

    @property
    def demands_token(self) -> bool:
        """Whether people have to sign in."""
        return self._token is not None

    def check_host(self, request: Request) -> None:
        """Refuse names we are not served under (DNS rebinding) and other sites' requests. Raises ``Problem``."""
        host = request.headers.get("host", "")
        name = _parts(f"//{host}").hostname or ""
        handed_out = name in self._handed_out and request.url.path.startswith(HANDED_OUT)
        if name not in self._hosts and not self._any_host and not handed_out:
            raise Problem(421, "host-unknown")
        if request.method in ("GET", "HEAD"):
            return
        origin = request.headers.get("origin")
        if origin is not None:
            said = _parts(origin)
            if said.netloc != host or said.scheme != request.url.scheme:
                if said.netloc == host and said.scheme in ("http", "https"):
                    self._tell_of_proxy(said.scheme)
                raise Problem(403, "host-unknown")
        if request.headers.get("sec-fetch-site") == "cross-site":
            raise Problem(403, "host-unknown")

    def _tell_of_proxy(self, scheme: str) -> None:
        """Tell the log once a minute: whoever asks may be a stranger, and ask as often as they can."""
        if time.monotonic() >= self._tells_from:
            self._tells_from = time.monotonic() + TOLD_EVERY
            log.warning("a page under another scheme: FABULA_TRUSTED_PROXIES names a proxy", scheme=scheme)

    # --- who asks ----------------------------------------------------------------------------------------------------

    async def admit(self, request: Request) -> None:
        """Before a body is read: who asks, whether they may into the chat of the path, and do not too much. Raises ``Problem``."""
        request.state.person = await self._known(request) if self.demands_token else None
        claimed = request.query_params.get("user")
        chat = request.path_params.get("chat")
        if chat is not None and (self.demands_token or claimed or request.method == "GET"):
            await self.enter(chat, self.user(request, claimed), request.state.person)
        if self.demands_token and request.method not in ("GET", "HEAD"):
            self.keep_pace(self.user(request, None))

    def user(self, request: Request, claimed: str | None) -> User:
        """Who asks. Without a token it is whom a program, or the page on this machine, names; nobody has an empty id. Raises ``Problem``."""
        person: Person | None = request.state.person
        if claimed and not NAME.fullmatch(claimed):
            raise Problem(400, "request-malformed")
        language = texts.accept_language(request.headers.get("accept-language"), self._settings.language)
        if person is not None:
            return User(platform=PLATFORM, id=person.id, name=person.name, language=language)
        return User(platform=PLATFORM, id=claimed or "", name=claimed or "", language=language)

    async def actor(self, request: Request, chat: str, claimed: str) -> User:
        """Who does something in a chat, of those who were admitted. Raises ``Problem`` where they may not, or do too much."""
        user = self.user(request, claimed)
        if not user.id:
            raise Problem(400, "request-malformed")
        if not self.demands_token:  # who it is was not known before
            await self.enter(chat, user, None)
            self.keep_pace(user)
        return user

    def keep_pace(self, user: User) -> None:
        """Raise ``Problem`` (429) for somebody who does too much in a minute."""
        if not self._pace.takes(user.key):
            raise Problem(429, "too-fast", retry_after=60, limit=self._pace.limit)

    async def recognise(self, request: Request) -> None:
        """Note who asks where they are turned away all the same: who is known is listened to until they can read why."""
        request.state.person = await self._bearer(request) or await self.signed_in(request)

    async def signed_in(self, request: Request) -> Person | None:
        """Whose log-in the cookie is, if anybody's."""
        cookie = request.cookies.get(COOKIE)
        return await self._people.logged_in(cookie) if cookie and self.demands_token else None

    def visit(self, request: Request, chat: str) -> Visit:
        """Somebody who was admitted to a chat, by what let them in."""
        given, person = _given(request), request.state.person.id
        room = "" if chat.startswith(PRIVATE) else chat
        if given is None:
            return Visit(person=person, room=room, login=request.cookies.get(COOKIE, ""))
        operators = self._token is not None and hmac.compare_digest(given.encode(), self._token.encode())
        return Visit(person=person, room=room, token="" if operators else given)

    async def token_of(self, request: Request) -> str:
        """The API token (its id) that somebody who was admitted brings, or that their log-in was made with; empty for others."""
        if not self.demands_token:
            return ""
        given = _given(request)
        if given is None:
            return await self._people.behind(request.cookies.get(COOKIE, ""))
        token = await self._people.by_token(given)
        return token.id if token else ""

    def is_operators(self, given: str, address: str) -> bool:
        """Whether that is the operator's token, compared in constant time. Raises ``Problem`` where an address has tried too often."""
        self.tries.check(address)
        if self._token is not None and hmac.compare_digest(given.encode(), self._token.encode()):
            self.tries.passed(address)
            return True
        return False

    async def _known(self, request: Request) -> Person:
        """Who brings an API token, the operator's, or a log-in."""
        given = _given(request)
        person = await self._bearer(request) or (await self.signed_in(request) if given is None else None)
        if person is None and given is not None:
            if self.is_operators(given, address_of(request)):
                person = await self._people.operator()
            else:
                self.tries.failed(address_of(request), "bearer")
        if person is None:
            raise Problem(401, "token-needed")
        return person

    async def _bearer(self, request: Request) -> Person | None:
        """Whose API token a request brings."""
        given = _given(request)
        token = await self._people.by_token(given) if given and self.demands_token else None
        return token.person if token else None

    # --- what they may see -------------------------------------------------------------------------------------------

    def check_allowed(self, chat: str, user: User) -> None:
        """Raise ``Problem`` where the operator's list has neither the person nor the chat, they were blocked, or the chat is somebody else's."""
        if not NAME.fullmatch(chat):
            raise Problem(400, "request-malformed")
        if not self._allows(user, place_of(chat)):
            raise Problem(403, "not-allowed-here")
        if chat.startswith(PRIVATE) and chat.removeprefix(PRIVATE) != user.id:
            raise Problem(403, "not-your-chat")

    def check_sender(self, chat: str, user: User) -> None:
        """Before a file is taken from somebody. Raises ``Problem``; where there is no list, who has not said their name yet may still do so."""
        if user.id or self._settings.allowed:
            self.check_allowed(chat, user)

    async def enter(self, chat: str, user: User, person: Person | None) -> None:
        """Let somebody into a chat: into their private one, a room that they are a member of, or one that they open. Raises ``Problem``."""
        self.check_allowed(chat, user)
        if person is not None and not (await self._is_in(chat, person) or await self._opens(chat, user, person)):
            raise Problem(403, "not-your-room")

    async def _is_in(self, chat: str, person: Person) -> bool:
        """Whether a chat that somebody is allowed is theirs, or a room of theirs."""
        return not person.guest if chat.startswith(PRIVATE) else await self._people.is_member(person, chat)

    async def _opens(self, chat: str, user: User, person: Person) -> bool:
        """Whether somebody opens a new room. It is kept, so it counts among what they do, also where they only ask what is said there."""
        if chat.startswith(PRIVATE) or person.guest:
            return False
        self.keep_pace(user)
        return await self._people.opens(person, chat)

    async def sees(self, request: Request, chat: str, author: str = "") -> bool:
        """Whether who asks may see what is in a chat, or is theirs (``author``: a person's key). Nobody is turned away on this machine."""
        user = self.user(request, request.query_params.get("user"))
        if author and author == user.key and self._allows(user, place_of(chat)):
            return True
        if not user.id:  # a picture on the page of this machine names nobody; its id cannot be guessed
            return self._allows(user, place_of(chat))
        try:
            self.check_allowed(chat, user)
        except Problem:
            return False
        person: Person | None = request.state.person
        return person is None or await self._is_in(chat, person)

    async def media_seen(self, request: Request, media: str) -> Sight | None:
        """What is known of these bytes, if who asks may see them: their own, and what was sent to or made in a chat that they may enter."""
        sight = await self._media.sight(media)
        return sight if sight and await self._sees_media(request, sight) else None

    async def _sees_media(self, request: Request, sight: Sight) -> bool:
        chats = [home.partition(":")[2] for home in sight.homes if home.startswith(f"{PLATFORM}:")]
        if not chats:
            return await self.sees(request, f"{PRIVATE}{sight.owner.partition(':')[2]}", sight.owner)
        for chat in chats:
            if await self.sees(request, chat, sight.owner):
                return True
        return False


class Admitting(APIRoute):
    """A route that knows who asks before it reads what they send."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the door."""
        handle: Callable[[Request], Awaitable[Response]] = super().get_route_handler()

        async def admitted(request: Request) -> Response:
            await access_of(request).admit(request)
            return await handle(request)

        return admitted


def access_of(request: Request) -> Access:
    """Who checks a request."""
    access: Access = request.app.state.access
    return access


def _given(request: Request) -> str | None:
    """The token that a request brings (RFC 6750)."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy that the settings name, what it says."""
    return request.client.host if request.client else ""


def _parts(address: str) -> SplitResult:
    """An address taken apart; nothing of it is known where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
