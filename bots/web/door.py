"""What the routes of the web platform need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

from fastapi import Request

from bots.links import Links
from bots.platform import Webhook
from bots.web.callbacks import Callbacks
from bots.web.hub import Hub
from bots.web.inbound import WebInbound
from core.conversation.commands import Commands
from core.people import People
from core.pictures.sizes import SizeRule
from core.ports import EventLog, MediaFile, Store
from core.recipes.form import RecipeFile
from core.settings import Settings
from core.types import Piece, Place, User

Vouches = Callable[[str], str | None]
"""Reads what a platform tells a page of ours that it opens: for whom, by their id."""


class Sight(Protocol):
    """Where bytes are to be seen: whose they are, and the chats (``Place.home``) that they were sent to or made in."""

    @property
    def owner(self) -> str:
        """The key of a person, or nothing."""
        ...

    @property
    def homes(self) -> Set[str]:
        """Chats."""
        ...

    @property
    def piece(self) -> Piece | None:
        """The piece that has them under this very id."""
        ...


class Able(Protocol):
    """What the painter is able to do."""

    def edit_sizes(self) -> SizeRule:
        """The sizes that it draws."""
        ...

    def takes_markup(self) -> bool:
        """Whether it takes marks as something apart."""
        ...


class Recipes(Protocol):
    """The recipes that there are now."""

    @property
    def recipes(self) -> Mapping[str, RecipeFile]:
        """All that can be used, by name."""
        ...


class ServedMedia(Protocol):
    """Where the bytes of media are."""

    async def describe(self, media: str) -> MediaFile:
        """The file of an id; raises ``BadInput("file-gone")``."""
        ...

    async def digest(self, media: str) -> str | None:
        """The SHA-256 of an id; ``None`` for one that is none."""
        ...

    async def sight(self, media: str) -> Sight | None:
        """Where they are to be seen; ``None`` where there are none."""
        ...


class Operates(Protocol):
    """What an operator sees and does."""

    async def is_ready(self) -> bool:
        """Whether requests are taken and kept."""
        ...

    async def metrics(self) -> bytes:
        """The figures."""
        ...

    async def view(self, language: str) -> Mapping[str, Any]:
        """All that the page shows."""
        ...

    async def again(self, job: str) -> None:
        """Have a failed job's request done once more."""
        ...

    async def announce(self, words: str, once: str) -> int:
        """Say something in every room."""
        ...

    async def maintain(self, begins: bool) -> None:
        """Begin maintenance, or end it."""
        ...

    async def block(self, person: str, blocked: bool) -> None:
        """Answer somebody no more, or again."""
        ...

    async def limit(self, person: str, amounts: Mapping[str, str]) -> None:
        """Set somebody's own limits; empty ones take them away."""
        ...


@dataclass(frozen=True)
class WebDoor:
    """Everything the routes need. ``allows``: whether somebody may use the studio in a place at all.

    ``may_still_use``: whether somebody may go on with what they were given in a place.

    ``vouching``: the platforms that tell a page for whom they opened it.
    """

    settings: Settings
    store: Store
    events: EventLog
    media: ServedMedia
    people: People
    hub: Hub
    inbound: WebInbound
    commands: Commands
    links: Links
    recipes: Recipes
    callbacks: Callbacks
    operates: Operates
    is_operator: Callable[[User], bool]
    painter: Able
    allows: Callable[[User, Place], bool]
    may_still_use: Callable[[User, Place], Awaitable[bool]]
    webhooks: tuple[Webhook, ...] = ()
    vouching: Mapping[str, Vouches] = field(default_factory=dict)


def door_of(request: Request) -> WebDoor:
    """What the routes need, of the program that serves a request."""
    door: WebDoor = request.app.state.door
    return door
