"""Methods that change what was sent: edits, deletions, the bot's own reactions."""

from dataclasses import replace

from standins.telegram.api import Telegram, method
from standins.telegram.errors import bad_request
from standins.telegram.keyboards import read_keyboard
from standins.telegram.objects import may_manage, message_object
from standins.telegram.parameters import Arguments
from standins.telegram.places import known_chat, writable_chat
from standins.telegram.reactions import check_reactions
from standins.telegram.sending import caption_text, input_media, message_text
from standins.telegram.state import Chat, Content, Json, Message

DELETABLE_SECONDS = 48 * 3600
"""Age in seconds up to which a message can be deleted (Bot API, deleteMessage)."""

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)


@method
async def edit_message_text(telegram: Telegram, call: Arguments) -> Json:
    """Other words in a text message. Buttons that are not sent again are gone."""
    text, entities = message_text(call)
    message = _editable(telegram, call)
    if message.content.media is not None:
        raise bad_request("there is no text in the message to edit")
    options = {"link_preview_options": call["link_preview_options"]} if call.get("link_preview_options") else {}
    return _edit(telegram, call, message, Content(text, entities, None, None, options))


@method
async def edit_message_caption(telegram: Telegram, call: Arguments) -> Json:
    """Other words under a photo or document."""
    text, entities = caption_text(call)
    message = _editable(telegram, call)
    if message.content.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(telegram, call, message, replace(message.content, text=text, entities=entities))


@method
async def edit_message_reply_markup(telegram: Telegram, call: Arguments) -> Json:
    """Other buttons, or none."""
    return _edit(telegram, call, message := _editable(telegram, call), message.content, dated=False)


@method
async def edit_message_media(telegram: Telegram, call: Arguments) -> Json:
    """Another photo or document, also in the place of a text. The caption comes with it."""
    content = await input_media(telegram, call, call["media"])
    message = _editable(telegram, call)
    old = message.content.media
    if message.media_group_id and old is not None and content.media is not None and old.kind != content.media.kind:
        raise bad_request("can't change media type in an album")
    return _edit(telegram, call, message, content)


@method
async def delete_message(telegram: Telegram, call: Arguments) -> bool:
    """Delete one message: the bot's own, any incoming one in a private chat, anybody's for an administrator."""
    message = _deletable(telegram, writable_chat(telegram, call["chat_id"]), call["message_id"])
    telegram.world.remove(message)
    return True


@method
async def delete_messages(telegram: Telegram, call: Arguments) -> bool:
    """Delete 1–100 messages; those that are not there are skipped."""
    numbers = call["message_ids"]
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad_request("too many message identifiers specified")
    chat = writable_chat(telegram, call["chat_id"])
    existing = [_deletable(telegram, chat, number) for number in numbers if telegram.world.find(chat, number)]
    for message in existing:
        telegram.world.remove(message)
    return True


@method
async def set_message_reaction(telegram: Telegram, call: Arguments) -> bool:
    """At most one emoji of Telegram's list; in an album it goes to the first message that is left."""
    chat = known_chat(telegram, call["chat_id"])
    message = telegram.world.find(chat, call["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    reactions = check_reactions(call.get("reaction") or [], most=1)
    if message.media_group_id is not None:
        album = (
            other
            for other in chat.messages.values()
            if other.media_group_id == message.media_group_id and not other.deleted
        )
        message = next(album)
    message.reactions[telegram.world.bot.id] = reactions
    telegram.world.feed.note("reaction", chat, message.message_id)
    return True


def _editable(telegram: Telegram, call: Arguments) -> Message:
    """The bot's own message that a call means. Raises `Refused` (400)."""
    if call.get("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    if call.get("chat_id") is None:
        raise bad_request("chat_id is empty")
    if call.get("message_id") is None:
        raise bad_request("message identifier is not specified")
    message = telegram.world.find(writable_chat(telegram, call["chat_id"]), call["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender is not telegram.world.bot or message.service:
        raise bad_request("message can't be edited")
    return message


def _edit(telegram: Telegram, call: Arguments, message: Message, content: Content, *, dated: bool = True) -> Json:
    """Put new content under the call's buttons in place, if it differs and the flood limits let it through."""
    markup = call.get("reply_markup")
    if markup and message.media_group_id:
        raise bad_request("reply markup can't be used in an album")
    content = content.with_keyboard(read_keyboard(markup, message.chat, inline_only=True))
    if content == message.content:
        raise bad_request(_NOT_MODIFIED)
    telegram.flood.admit("edit", message.chat.id, group=message.chat.kind != "private")
    telegram.world.change(message, content, dated=dated)
    return message_object(telegram.world, message)


def _deletable(telegram: Telegram, chat: Chat, message_id: int) -> Message:
    message = telegram.world.find(chat, message_id)
    if message is None:
        raise bad_request("message to delete not found")
    mine = message.sender is telegram.world.bot
    if not (mine or chat.kind == "private" or may_manage(chat)):
        raise bad_request("message can't be deleted")
    if telegram.world.today - message.date > DELETABLE_SECONDS and not (may_manage(chat) and chat.kind != "private"):
        raise bad_request("message can't be deleted for everyone")
    return message
