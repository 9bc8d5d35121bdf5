"""Who speaks on Telegram, and where."""

from __future__ import annotations

from typing import Any

import telegram
from telegram.constants import ChatType

from bots.outbound import Undeliverable
from bots.telegram.files import PLATFORM
from bots.telegram.polls import teller
from core.people import display_name
from core.types import KeptReply, Place, User


def place_of(chat: telegram.Chat, message: telegram.Message | None) -> Place:
    """A chat, or a forum topic in it. What is under no topic of a forum is the chat itself."""
    thread = (
        str(message.message_thread_id) if message and message.is_topic_message and message.message_thread_id else ""
    )
    return Place(platform=PLATFORM, chat=str(chat.id), thread=thread, private=chat.type == ChatType.PRIVATE)


def home(person: str) -> Place | None:
    """The private chat with a person by their id; ``None`` for who speaks as a group."""
    return Place(platform=PLATFORM, chat=person, private=True) if person.isdecimal() else None


def in_confidence(reply: KeptReply) -> KeptReply:
    """The reply, in its person's private chat where it is for nobody else: whether that was ever opened, Telegram says."""
    if not reply.reply.confidential or reply.place.private:
        return reply
    alone = home(reply.user.partition(":")[2])
    if alone is None:
        raise Undeliverable
    return reply.model_copy(update={"place": alone, "in_reply_to": ""})


def user_of(user: telegram.User) -> User:
    """A person, in the language of their app."""
    return User(
        platform=PLATFORM, id=str(user.id), name=display_name(user.full_name), language=user.language_code or ""
    )


def author_of(message: telegram.Message) -> User | None:
    """Who speaks; ``None`` for bots and channels. An administrator may do it anonymously, in the name of the group."""
    speaker = message.sender_chat
    if speaker and speaker.id == message.chat.id and speaker.type != ChatType.CHANNEL:
        return in_name_of(speaker, message.chat)
    if speaker or message.from_user is None or message.from_user.is_bot:
        return None
    return user_of(message.from_user)


def in_name_of(speaker: telegram.Chat | None, chat: telegram.Chat) -> User | None:
    """Who does something in the name of a chat: for a group itself only its administrators can."""
    if speaker is None:
        return None
    title, own = display_name(speaker.title or ""), speaker.id == chat.id
    return User(platform=PLATFORM, id=str(speaker.id), name=title, language="", administrator=own)


def sender(update: dict[str, Any]) -> str:
    """The key of who sent an update, for ``/forget``; read without trusting its form."""
    for kind in ("message", "edited_message", "callback_query", "message_reaction"):
        part = update.get(kind)
        if isinstance(part, dict):
            person = part.get("sender_chat") or part.get("actor_chat") or part.get("from") or part.get("user")
            if isinstance(person, dict) and isinstance(person.get("id"), int):
                return f"{PLATFORM}:{person['id']}"
    poll = update.get("poll")
    return teller(str(poll.get("id"))) if isinstance(poll, dict) else PLATFORM
