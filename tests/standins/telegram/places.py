"""Where the bot may write: finding a chat, topic and message to reply to; and the methods that tell about chats."""

from dataclasses import dataclass

from standins.telegram.api import Telegram, method
from standins.telegram.entities import read_text, units
from standins.telegram.errors import bad_request, forbidden
from standins.telegram.objects import full_chat_object, may_manage, member_object
from standins.telegram.parameters import Arguments
from standins.telegram.state import MANAGING, PRESENT, Chat, Content, Json, Message, Topic

TOPIC_COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
"""RGB values a topic's icon may have (Bot API, createForumTopic)."""


@dataclass(frozen=True)
class Target:
    """Where a message goes: chat, topic (its thread id) and the message it replies to."""

    chat: Chat
    thread: int | None = None
    reply_to: Message | None = None
    quote: Json | None = None


def known_chat(telegram: Telegram, reference: int | str) -> Chat:
    """The chat that a chat_id means, whether or not the bot may write there. Raises `Refused`: 400 chat not found, 403."""
    world = telegram.world
    chat = world.chats.get(reference) if isinstance(reference, int) else world.chat_named(reference)
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.kind == "private":
        return chat
    if chat.gone:
        raise forbidden("the group chat was deleted")
    words = f"the {chat.kind} chat"
    if chat.bot == "kicked":
        raise forbidden(f"bot was kicked from {words}")
    if chat.bot == "left":
        raise forbidden(f"bot is not a member of {words}")
    return chat


def writable_chat(telegram: Telegram, reference: int | str) -> Chat:
    """The chat, if the bot may write there. Raises `Refused`: besides `known_chat`'s, blocked, not started, no rights."""
    chat = known_chat(telegram, reference)
    if chat.kind == "private":
        if chat.gone:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.bot not in PRESENT:
            raise forbidden("bot can't initiate conversation with a user")
    if chat.kind == "channel" and not may_manage(chat):
        raise bad_request("need administrator rights in the channel chat")
    return chat


FORBIDDEN_AS = {"text": "PLAIN", "photos": "PHOTOS", "documents": "DOCS", "polls": "POLLS"}
"""The kinds that a group can forbid, as Telegram's own errors call them."""


def demand_kind(chat: Chat, kind: str) -> None:
    """Raises `Refused` (400) where members may not send this kind of thing.

    Photos and polls are refused in the Bot API server's words, which knows these rights; of the others it passes Telegram's own error on.
    """
    if kind not in chat.forbidden or may_manage(chat):
        return
    if kind in ("photos", "polls"):
        raise bad_request(f"not enough rights to send {kind} to the chat")
    raise bad_request(f"CHAT_SEND_{FORBIDDEN_AS[kind]}_FORBIDDEN")


def open_thread(chat: Chat, thread: int | None) -> int | None:
    """The topic to write in. Raises `Refused`: 400 message thread not found, TOPIC_CLOSED (except for administrators)."""
    if thread is None:
        return None
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed and not may_manage(chat):
        raise bad_request("TOPIC_CLOSED")
    return thread


def target(telegram: Telegram, call: Arguments) -> Target:
    """Where a send method's message goes. Raises `Refused` as the functions above, and for a message to reply to that is not there."""
    chat = writable_chat(telegram, call["chat_id"])
    reply_to, quote = _replied(telegram, chat, call.get("reply_parameters"))
    thread = open_thread(chat, call.get("message_thread_id"))
    if thread is None and reply_to is not None:
        thread = open_thread(chat, reply_to.thread)
    return Target(chat, thread, reply_to, quote)


def _replied(telegram: Telegram, chat: Chat, wish: Json | None) -> tuple[Message | None, Json | None]:
    if not wish:
        return None, None
    message = None
    if wish.get("chat_id") in (None, chat.id) and isinstance(wish.get("message_id"), int):
        message = telegram.world.find(chat, wish["message_id"])
    if message is None:
        if wish.get("allow_sending_without_reply"):
            return None, None
        raise bad_request("message to be replied not found")
    if not wish.get("quote"):
        return message, None
    text, entities = read_text(wish["quote"], wish.get("quote_parse_mode"), wish.get("quote_entities"))
    if units(text) > 1024 or text not in message.content.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = units(message.content.text.partition(text)[0])
    return message, {"text": text, "position": position, "is_manual": True} | (
        {"entities": list(entities)} if entities else {}
    )


@method
async def get_chat(telegram: Telegram, call: Arguments) -> Json:
    """A chat the bot knows."""
    return full_chat_object(telegram.world, known_chat(telegram, call["chat_id"]))


@method
async def get_chat_member(telegram: Telegram, call: Arguments) -> Json:
    """One member's standing; about others it is certain only for administrators, here it always works."""
    chat, world = known_chat(telegram, call["chat_id"]), telegram.world
    user = world.users.get(call["user_id"])
    if user is None:
        raise bad_request("member not found" if chat.kind != "private" else "invalid user_id specified")
    standing = chat.bot if user is world.bot else chat.members.get(user.id, "left")
    return member_object(user, standing)


@method
async def get_chat_administrators(telegram: Telegram, call: Arguments) -> list[Json]:
    """The people and the bot who administer the chat (other bots, which `return_bots` is about, do not exist here)."""
    chat, world = known_chat(telegram, call["chat_id"]), telegram.world
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    people = [
        member_object(world.users[number], standing)
        for number, standing in chat.members.items()
        if standing in MANAGING
    ]
    return people + ([member_object(world.bot, chat.bot)] if may_manage(chat) else [])


@method
async def get_chat_member_count(telegram: Telegram, call: Arguments) -> int:
    """People and the bot."""
    return len(telegram.world.present(known_chat(telegram, call["chat_id"]))) + 1


@method
async def leave_chat(telegram: Telegram, call: Arguments) -> bool:
    """Leave a group, supergroup or channel."""
    chat = known_chat(telegram, call["chat_id"])
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot = "left"
    return True


@method
async def create_forum_topic(telegram: Telegram, call: Arguments) -> Json:
    """Open a topic; its thread id is the id of the service message that says so."""
    chat = _forum(telegram, call)
    name, colour = call["name"].strip(), call.get("icon_color", TOPIC_COLOURS[0])
    if not name or units(name) > 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    if colour not in TOPIC_COLOURS:
        raise bad_request("wrong topic icon color specified")
    topic = add_topic(telegram, chat, name, telegram.world.bot.id, colour)
    return {"message_thread_id": topic.thread, "name": topic.name, "icon_color": topic.icon_color}


@method
async def close_forum_topic(telegram: Telegram, call: Arguments) -> bool:
    """Close a topic."""
    return _set_closed(telegram, call, closed=True)


@method
async def reopen_forum_topic(telegram: Telegram, call: Arguments) -> bool:
    """Open a closed topic again."""
    return _set_closed(telegram, call, closed=False)


def add_topic(telegram: Telegram, chat: Chat, name: str, creator: int, colour: int = TOPIC_COLOURS[0]) -> Topic:
    """A new topic, opened by its service message."""
    created = {"forum_topic_created": {"name": name, "icon_color": colour}}
    message = telegram.world.post(chat, telegram.world.users[creator], Content(), service=created)
    message.thread = message.message_id
    topic = chat.topics[message.message_id] = Topic(message.message_id, name, icon_color=colour)
    return topic


def _set_closed(telegram: Telegram, call: Arguments, *, closed: bool) -> bool:
    topic = _forum(telegram, call).topics.get(call["message_thread_id"])
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    return True


def _forum(telegram: Telegram, call: Arguments) -> Chat:
    chat = writable_chat(telegram, call["chat_id"])
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not may_manage(chat):
        raise bad_request("not enough rights to manage topics")
    return chat
