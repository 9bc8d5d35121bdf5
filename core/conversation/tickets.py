"""Buttons that open a page of ours: who presses one gets a ticket for it, theirs alone."""

from __future__ import annotations

import time

from core import texts
from core.conversation.feature import Pressed
from core.conversation.moment import Moment
from core.types import PageLink, Reply, Ticket, new_id, ticket_id, ticket_secret

TICKET_SECONDS = 24 * 3600
"""How long a page may be opened, and what was begun there be sent."""


def issue(here: Moment, pressed: Pressed, page: str) -> tuple[Ticket, str]:
    """A ticket for a page about the pressed piece, and its secret, which is kept nowhere."""
    secret = ticket_secret()
    return Ticket(
        id=ticket_id(secret),
        page=page,
        place=here.event.place,
        user=here.user,
        piece=pressed.piece.id,
        message=pressed.press.message,
        ends=time.time() + TICKET_SECONDS,
        language=here.private_language,
    ), secret


def once_more(ticket: Ticket, piece: str, message: str) -> tuple[Ticket, str]:
    """A ticket for the same person and page, about what came of an earlier one, and its secret."""
    secret = ticket_secret()
    fresh = {"id": ticket_id(secret), "piece": piece, "message": message, "ends": time.time() + TICKET_SECONDS}
    return ticket.model_copy(update={**fresh, "job": new_id(), "filled": {}}), secret


def link_to(here: Moment, page: str, secret: str) -> Reply:
    """What is said where a page does not open in place: the button that opens it, for its person alone."""
    language = here.private_language
    button = PageLink(page=page, ticket=secret, label=texts.say(f"button-{page}-page", language))
    return Reply(text=texts.say(f"{page}-page", language), buttons=(button,), private=True)
