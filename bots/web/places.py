"""The web page's chats as places."""

from __future__ import annotations

from core.types import Place

PLATFORM = "web"
PRIVATE = "home-"
"""A chat of this name and a person's id is theirs alone; every other chat is a room."""


def place_of(chat: str) -> Place:
    """A web chat as a place. Nobody runs a room: all who are in it are equals."""
    private = chat.startswith(PRIVATE)
    return Place(platform=PLATFORM, chat=chat, private=private, peers=not private)
