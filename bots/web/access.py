"""Who may come in through the web door: the host and origin of a request, the token, the cookie, private rooms."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import SplitResult, quote, unquote, urlsplit

from fastapi import Request

from bots.web.problems import Problem
from core.settings import LOOPBACK, Settings

COOKIE = "fabula"
NAME = re.compile(r"[\w.@-]{1,64}")
"""What a chat or a person may be called."""

PRIVATE = "home-"
"""A chat of this name and a person's is theirs alone; every other chat is a room for all who may come in."""


class Access:
    """Checks requests. Without a token (loopback only) people are who they say; with one, programs bring it and persons have a cookie."""

    def __init__(self, settings: Settings) -> None:
        self._token = settings.web_token.get_secret_value() if settings.web_token else None
        self._hosts = set(settings.web_hosts)
        self._allowed = set(settings.allowed)
        self._open = settings.web_is_open

    @property
    def demands_token(self) -> bool:
        """Whether people have to sign in."""
        return self._token is not None

    def check_host(self, request: Request) -> None:
        """Refuse names we are not served under (DNS rebinding) and other sites' requests. Raises ``Problem``."""
        host = request.headers.get("host", "")
        name = _parts(f"//{host}").hostname or ""
        known = LOOPBACK | self._hosts
        if name not in known and not (self._open and not self._hosts):
            raise Problem(421, "host-unknown")
        origin = request.headers.get("origin")
        foreign = origin is not None and _parts(origin).netloc != host
        if request.method not in ("GET", "HEAD") and (foreign or request.headers.get("sec-fetch-site") == "cross-site"):
            raise Problem(403, "host-unknown")

    def person(self, request: Request, claimed: str | None) -> str | None:
        """Who asks: the cookie's person, else the one a program (or a page on this machine) names. Raises ``Problem`` without a right to."""
        if claimed is not None and not NAME.fullmatch(claimed):
            raise Problem(400, "request-malformed")
        if self._token is None:
            return claimed
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.token_is(given.strip()):
            return claimed
        name = self._read_cookie(request.cookies.get(COOKIE, ""))
        if name is None:
            raise Problem(401, "token-needed")
        return name

    def check_chat(self, chat: str, person: str | None) -> None:
        """Let only its owner into a private room, and only those on the operator's list in at all, also to read. Raises ``Problem``."""
        if not NAME.fullmatch(chat):
            raise Problem(400, "request-malformed")
        if chat.startswith(PRIVATE) and chat.removeprefix(PRIVATE) != person:
            raise Problem(403, "not-your-chat")
        if self._allowed and not self._allowed & {"web", f"web:{person}", f"web:#{chat}"}:
            raise Problem(403, "not-allowed-here")

    def token_is(self, given: str) -> bool:
        """Compare in constant time."""
        return self._token is not None and hmac.compare_digest(given.encode(), self._token.encode())

    def cookie_for(self, name: str) -> str:
        """The value of a signed cookie for a person."""
        return f"{quote(name)}.{self._sign(name)}"

    def _read_cookie(self, value: str) -> str | None:
        name, _, signature = value.rpartition(".")
        name = unquote(name)
        return name if name and hmac.compare_digest(signature.encode(), self._sign(name).encode()) else None

    def _sign(self, name: str) -> str:
        assert self._token is not None
        return hmac.new(self._token.encode(), name.encode(), hashlib.sha256).hexdigest()


def _parts(address: str) -> SplitResult:
    """An address taken apart; nothing of it is known where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
