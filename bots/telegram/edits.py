"""Which of Telegram's "edited" messages somebody edited: it also tells so of a first reaction, a link's preview, a place that moves."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator

import telegram
from telegram import Bot, Update

from bots.telegram.gathering import IsComment, together
from bots.telegram.reading import words_of
from core.ports import InboxRow

EDITED_WITHIN = 120.0
"""Seconds after it was written in which a correction counts (our own rule): later, people tidy up and do not ask."""


def in_time(message: telegram.Message) -> bool:
    """Whether a message was changed soon after it was written, and that was just now: not one that was waiting while nobody was there."""
    if message.edit_date is None:
        return False
    after = (message.edit_date - message.date).total_seconds()
    return after <= EDITED_WITHIN and time.time() - message.date.timestamp() <= EDITED_WITHIN


def since(message: telegram.Message) -> float:
    """From when on the rows of a message can have been kept; clocks differ."""
    return message.date.timestamp() - EDITED_WITHIN


def earlier(
    rows: Iterable[InboxRow], row: str, message: telegram.Message, bot: Bot, is_comment: IsComment
) -> tuple[list[telegram.Message], list[telegram.Message]]:
    """What an edited message was before, oldest first, and what else was sent with it, as it is now; by the ``rows`` kept before its own."""
    known: dict[int, list[telegram.Message]] = {}
    for kept in _before(rows, row, bot):
        if (kept.chat.id, kept.message_thread_id) == (message.chat.id, message.message_thread_id):
            known.setdefault(kept.message_id, []).append(kept)
    for parts in together((versions[0] for versions in known.values()), is_comment):
        others = [part.message_id for part in parts if part.message_id != message.message_id]
        if len(others) < len(parts):
            return known[message.message_id], [known[other][-1] for other in others]
    return [], []


def is_changed(message: telegram.Message, versions: list[telegram.Message]) -> bool:
    """Whether its words are others now. Of what was never seen, or was forgotten, nobody knows what was made, whatever was edited in it since."""
    return bool(versions) and versions[0].edit_date is None and words_of(versions[-1]) != words_of(message)


def _before(rows: Iterable[InboxRow], row: str, bot: Bot) -> Iterator[telegram.Message]:
    """The messages in the rows before one, as far as they can be read."""
    for kept in rows:
        if kept.id == row:
            return
        try:
            update = Update.de_json(json.loads(kept.payload), bot)
        except Exception:  # noqa: BLE001, S112 — what the library cannot read was stepped over then, too
            continue
        if message := update.message or update.edited_message:
            yield message
