"""What belongs together though Telegram tells of it in several updates: an album, a long paste, words and what is forwarded with them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import telegram
from telegram import Bot

from bots.markup import utf16
from bots.telegram.limits import ALBUM_PATIENCE, FORWARD_PATIENCE, LONG_TEXT, MOMENT, PASTE_PATIENCE
from bots.telegram.people import author_of, place_of
from bots.telegram.reading import plain_words
from core.conversation.commands import Commands
from core.errors import BadInput

Hand = Callable[[Sequence[str], Sequence[telegram.Message]], None]
IsComment = Callable[[telegram.Message], bool]


@dataclass
class _Bundle:
    """What makes one request, with its inbox rows. ``timer``: until when more is waited for; ``complete``: nothing more is."""

    rows: list[str] = field(default_factory=list)
    messages: list[telegram.Message] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None
    complete: bool = False

    def takes(self, message: telegram.Message, is_comment: IsComment) -> bool:
        """Whether a message that came right behind is a part of this."""
        first, last = self.messages[0], self.messages[-1]
        if (message.date - last.date).total_seconds() > MOMENT:
            return False
        if message.forward_origin:
            return is_comment(first)
        text = message.text or "/"
        return _is_long(last) and not text.startswith("/") and not message.reply_to_message


class Gathering:
    """Holds a message back where more may belong to it, and behind it what the same person sends there meanwhile. All else goes on at once."""

    def __init__(self, is_comment: IsComment, hand: Hand) -> None:
        """``is_comment``: whether words may be about what is forwarded behind them. ``hand`` is given each request: its rows and its messages."""
        self._is_comment = is_comment
        self._hand = hand
        self._lines: dict[tuple[str, str], deque[_Bundle]] = {}

    def take(self, row: str, message: telegram.Message, least: float = 0) -> bool:
        """Take a person's message; whether waiting for more begins with it. ``least``: seconds to wait at least where there is any waiting."""
        author = author_of(message)
        key = (place_of(message.chat, message).key, author.id if author else "")
        line = self._lines.setdefault(key, deque())
        bundle = _bundle_of(message, line, self._is_comment)
        begins = bundle is None
        if bundle is None:
            line.append(bundle := _Bundle())
        elif bundle.timer:
            bundle.timer.cancel()
        bundle.rows.append(row)
        bundle.messages.append(message)
        wait = self._patience(message, more=not begins)
        if wait:
            bundle.timer = asyncio.get_running_loop().call_later(max(wait, least), self._complete, key, bundle)
        else:
            self._complete(key, bundle)
        return begins and wait > 0

    def change(self, row: str, message: telegram.Message) -> bool:
        """Put the corrected form of a message in its place, if it is still held back: then the earlier one is never begun."""
        for bundle in (bundle for line in self._lines.values() for bundle in line):
            for place, held in enumerate(bundle.messages):
                if (held.chat.id, held.message_id) == (message.chat.id, message.message_id):
                    bundle.messages[place] = message
                    bundle.rows.append(row)
                    return True
        return False

    def close(self) -> None:
        """Let go of what is held back; its rows are in the inbox."""
        for bundle in (bundle for line in self._lines.values() for bundle in line):
            if bundle.timer:
                bundle.timer.cancel()

    def _patience(self, message: telegram.Message, *, more: bool) -> float:
        """Seconds to wait for what may come behind a message; ``more``: it is itself what was waited for."""
        if message.media_group_id:
            return ALBUM_PATIENCE
        if _is_long(message):
            return PASTE_PATIENCE
        if message.forward_origin:
            return FORWARD_PATIENCE if more else 0
        return FORWARD_PATIENCE if not more and self._is_comment(message) else 0

    def _complete(self, key: tuple[str, str], bundle: _Bundle) -> None:
        """Hand on what is complete, unless something before it is not."""
        bundle.complete = True
        line = self._lines[key]
        while line and line[0].complete:
            first = line.popleft()
            self._hand(first.rows, first.messages)
        if not line:
            del self._lines[key]


def together(messages: Iterable[telegram.Message], is_comment: IsComment) -> list[list[telegram.Message]]:
    """What a person sent in one place, in the order they sent it, by what belongs together."""
    bundles: list[_Bundle] = []
    for message in messages:
        bundle = _bundle_of(message, bundles, is_comment)
        if bundle is None:
            bundles.append(bundle := _Bundle())
        bundle.messages.append(message)
    return [bundle.messages for bundle in bundles]


def _bundle_of(message: telegram.Message, bundles: Sequence[_Bundle], is_comment: IsComment) -> _Bundle | None:
    """The request that a message is a part of, if it is none of its own."""
    album = message.media_group_id
    for bundle in bundles:
        if album and not bundle.complete and any(part.media_group_id == album for part in bundle.messages):
            return bundle
    last = bundles[-1] if bundles else None
    return last if last and not last.complete and last.takes(message, is_comment) else None


def _is_long(message: telegram.Message) -> bool:
    """Whether it may be the first part of a text that was too long for one message."""
    return not message.forward_origin and utf16(message.text or "") >= LONG_TEXT


def may_be_a_comment(bot: Bot, commands: Commands, message: telegram.Message) -> bool:
    """Whether words of one's own may be about what is forwarded right behind them: plain ones, and commands that lack a picture or words."""
    if not message.text or message.forward_origin or message.reply_to_message:
        return False
    try:
        parsed = commands.parse(plain_words(message, bot))
    except BadInput:
        return False
    return parsed is None or bool(parsed.command.files) or (parsed.command.paid and not parsed.words)
