"""From one of Telegram's messages, or from several that belong together, to one of a person's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import telegram
from telegram import Bot, MessageEntity, ReactionTypeCustomEmoji, ReactionTypeEmoji

from bots.markup import utf16
from bots.telegram.files import Carrier, documents_of, files_of, unusable_in
from bots.telegram.limits import TEXT
from bots.telegram.people import author_of, place_of
from core.conversation import commands
from core.types import Message

WHERE = ("message_id", "date", "chat", "message_thread_id", "is_topic_message")
"""Where a message stands."""


def read(
    bot: Bot, rows: Sequence[str], messages: Sequence[telegram.Message], earlier: Sequence[telegram.Message] = ()
) -> Message | None:
    """One message of a person, made from one of Telegram's or from those that belong together; ``None`` where it is not for us.

    What is said under a picture that was forwarded is not the person's own, and not taken for it. In a group neither forwarded words nor those of
    another bot (``via_bot``) are said to us, whatever they begin with.
    ``earlier``: what it was before its person changed it, oldest first.
    """
    messages = sorted(messages, key=lambda message: message.message_id)
    told = next((message for message in messages if words_of(message)), messages[0])
    author = author_of(told)
    if author is None or commands.names_other_bot(words_of(told), bot.username):
        return None
    place = place_of(told.chat, told)
    if not place.private and (told.forward_origin or told.via_bot):
        return None
    reply = _replied(told)
    answered = reply or told.external_reply
    ours = bool(reply and reply.from_user and reply.from_user.id == bot.id)
    mentioned, text = _without_mention(told, bot)
    for part, after in pairwise(message for message in messages if message.text):
        text += ("" if utf16(part.text or "") >= TEXT else "\n") + (after.text or "")
    return Message(
        inbox=tuple(rows),
        id=str(told.message_id),
        place=place,
        author=author,
        text=text,
        files=tuple(file for message in messages for file in files_of(message)),
        documents=tuple(file for message in messages for file in documents_of(message)),
        unusable=tuple(kind for message in messages for kind in unusable_in(message)),
        reply_to=str(reply.message_id) if reply else None,
        replied_files=files_of(answered) if answered and not ours else (),
        replied_documents=documents_of(answered) if answered and not ours else (),
        replied_unusable=_unusable_reply(answered, ours=ours) if answered else (),
        addressed=place.private or ours or mentioned,
        earlier=tuple(plain_words(message, bot) for message in earlier),
        quote=_quoted(told, reply),
        overheard=not place.private,
        mentioned=() if place.private else _mentioned(told),
        partial=bool(told.media_group_id) and len(messages) == 1 and not place.private,
    )


def lean(update: dict[str, Any]) -> dict[str, Any]:
    """An update without the words of the message whose button was pressed: Telegram tells all of it each time, and where it stands is enough."""
    press = update.get("callback_query")
    if not isinstance(press, dict) or not isinstance(message := press.get("message"), dict):
        return update
    return update | {"callback_query": press | {"message": {name: message[name] for name in WHERE if name in message}}}


def words_of(message: telegram.Message) -> str:
    """What it says: its text, or what stands under its picture."""
    return message.text or message.caption or ""


def plain_words(message: telegram.Message, bot: Bot) -> str:
    """What it says, without the bot's name."""
    return _without_mention(message, bot)[1]


def _without_mention(message: telegram.Message, bot: Bot) -> tuple[bool, str]:
    """Whether the bot is mentioned, and the words without that and without the bot's name behind a command."""
    text = words_of(message)
    name = re.compile(rf"@{re.escape(bot.username)}\b", re.I)
    entities = (
        message.parse_entities([MessageEntity.MENTION])
        if message.text
        else message.parse_caption_entities([MessageEntity.MENTION])
    )
    mentioned = any(name.fullmatch(words) for words in entities.values())
    if mentioned or text.startswith("/"):
        before, *after = name.split(text, maxsplit=1)
        text = "".join((before.rstrip(), *after)).strip() if after else text.strip()
    return mentioned, text


def _mentioned(message: telegram.Message) -> tuple[str, ...]:
    """The people that it mentions by their names. Alone with the bot nobody is there to be mentioned."""
    entities = message.parse_entities if message.text else message.parse_caption_entities
    return tuple(said.removeprefix("@") for said in entities([MessageEntity.MENTION]).values())


def says_something(message: telegram.Message) -> bool:
    """Whether it is a person's message: no note of Telegram's that somebody came, paid or renamed something, no place that moves along with them."""
    if message.location and message.location.live_period:
        return False
    return bool(words_of(message) or files_of(message) or unusable_in(message))


def _replied(message: telegram.Message) -> telegram.Message | None:
    """The message it answers; in a topic, what answers nothing carries the topic's opening instead."""
    reply = message.reply_to_message
    return None if reply is None or reply.forum_topic_created else reply


def _quoted(message: telegram.Message, answered: telegram.Message | None) -> str:
    """The words that it answers: the part that its person marked, else all of them."""
    marked = message.quote.text if message.quote else ""
    return marked or (words_of(answered) if answered else "")


def _unusable_reply(answered: Carrier, *, ours: bool) -> tuple[str, ...]:
    """What cannot be used of the message it answers. A picture of our own is found by what it shows; where it shows nothing any more, it is gone."""
    return ("gone",) if ours and files_of(answered) else unusable_in(answered)


def emoji(kind: telegram.ReactionType) -> str | None:
    """The sign of a reaction, or the number of a custom one."""
    if isinstance(kind, ReactionTypeEmoji):
        return kind.emoji
    return f"custom:{kind.custom_emoji_id}" if isinstance(kind, ReactionTypeCustomEmoji) else None
