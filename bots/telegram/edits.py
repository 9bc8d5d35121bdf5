"""Which of Telegram's "edited" messages somebody edited: it also tells so of a first reaction, a link's preview, a place that moves."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator

import telegram
from telegram import Bot, Update

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
    rows: Iterable[InboxRow], row: str, message: telegram.Message, bot: Bot
) -> tuple[list[telegram.Message], list[telegram.Message]]:
    """What an edited message was before, oldest first, and what else is in its album now; by the ``rows`` that were kept before its own."""
    versions: list[telegram.Message] = []
    album: dict[int, telegram.Message] = {}
    for kept in _before(rows, row, bot):
        if kept.chat.id != message.chat.id:
            continue
        if kept.message_id == message.message_id:
            versions.append(kept)
        elif message.media_group_id and kept.media_group_id == message.media_group_id:
            album[kept.message_id] = kept
    return versions, list(album.values())


def is_changed(message: telegram.Message, versions: list[telegram.Message]) -> bool:
    """Whether its words are others now. Of what was never seen, or was forgotten, nobody knows."""
    return bool(versions) and words_of(versions[-1]) != words_of(message)


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
