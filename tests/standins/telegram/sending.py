"""Methods that send: messages, photos, documents, albums, drafts and chat actions."""

import secrets
import struct

from standins.telegram.api import Telegram, method
from standins.telegram.entities import CAPTION_LIMIT, TEXT_LIMIT, read_text, units
from standins.telegram.errors import bad_request
from standins.telegram.keyboards import read_keyboard
from standins.telegram.objects import file_object, message_object
from standins.telegram.parameters import Arguments
from standins.telegram.places import Target, demand_kind, open_thread, target, writable_chat
from standins.telegram.state import Action, Content, Draft, Json, Media, Message
from standins.telegram.world import ACTION_LIFETIME, DRAFT_LIFETIME

ALBUM_SIZES = range(2, 11)
"""Items of an album (Bot API, sendMediaGroup: 2–10)."""

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip

_ALBUM_KINDS = ("photo", "document", "video", "audio", "live_photo")


@method
async def send_message(telegram: Telegram, call: Arguments) -> Json:
    """A text of 1–4096 units."""
    text, entities = message_text(call)
    where = target(telegram, call)
    demand_kind(where.chat, "text")
    keyboard = read_keyboard(call.get("reply_markup"), where.chat)
    options = {"link_preview_options": call["link_preview_options"]} if call.get("link_preview_options") else {}
    return _send(telegram, call, where, Content(text, entities, None, keyboard, options))


@method
async def send_photo(telegram: Telegram, call: Arguments) -> Json:
    """A photo, re-encoded, with a caption of up to 1024 units."""
    return await _send_media(telegram, call, "photo")


@method
async def send_document(telegram: Telegram, call: Arguments) -> Json:
    """A file, kept byte for byte, with a caption of up to 1024 units."""
    return await _send_media(telegram, call, "document")


@method
async def send_animation(telegram: Telegram, call: Arguments) -> Json:
    """A GIF that plays by itself, with a caption of up to 1024 units: a document that the message also calls an animation.

    What is no GIF is refused, where Telegram would make a plain file of it: the bot has no other use for this method.
    """
    text, entities = caption_text(call)
    where = target(telegram, call)
    demand_kind(where.chat, "documents")
    keyboard = read_keyboard(call.get("reply_markup"), where.chat)
    media = await load_media(telegram, call, "document", call["animation"])
    if not media.best.data.startswith(b"GIF8"):
        raise bad_request("the stand-in takes nothing but a GIF for an animation")
    wide, high = struct.unpack_from("<HH", media.best.data, 6)
    moving = file_object(media.best) | {"width": wide, "height": high, "duration": 1, "mime_type": "video/mp4"}
    return _send(telegram, call, where, Content(text, entities, media, keyboard, _shown(call) | {"animation": moving}))


@method
async def send_media_group(telegram: Telegram, call: Arguments) -> list[Json]:
    """An album of 2–10 photos or of 2–10 documents; there can be no buttons under it."""
    items = call["media"]
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) not in ALBUM_SIZES:
        raise bad_request(
            "too many messages to send as an album" if len(items) > 1 else "too few messages to send as an album"
        )
    kinds = {_album_kind(item) for item in items}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad_request("document can't be mixed with other media types")
    contents = [await input_media(telegram, call, item) for item in items]
    where = target(telegram, call)
    demand_kind(where.chat, "documents" if "document" in kinds else "photos")
    group = str(13_000_000_000_000_000 + secrets.randbelow(900_000_000_000_000))
    _pass_flood(telegram, where, cost=len(contents))
    sent = [_post(telegram, call, where, content, group) for content in contents]
    return [message_object(telegram.world, message) for message in sent]


@method
async def send_message_draft(telegram: Telegram, call: Arguments) -> bool:
    """Show a text while it is being written: 30 seconds, in private chats only."""
    text, entities = read_text(call.get("text", ""), call.get("parse_mode"), call.get("entities"))
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    chat = writable_chat(telegram, call["chat_id"])
    if chat.kind != "private":
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    if call["draft_id"] == 0:
        raise bad_request("draft_id must be non-zero")
    telegram.flood.admit("draft", chat.id, group=False)
    now = telegram.clock.now()
    thread = open_thread(chat, call.get("message_thread_id"))
    chat.drafts.append(Draft(call["draft_id"], text, entities, thread, now, now + DRAFT_LIFETIME))
    telegram.world.feed.note("draft", chat, None, text=text, draft_id=call["draft_id"])
    return True


@method
async def send_chat_action(telegram: Telegram, call: Arguments) -> bool:
    """Show for five seconds what the bot is doing."""
    if call["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(telegram, call["chat_id"])
    if chat.kind == "channel":
        raise bad_request("chat actions can't be sent to channel chats")
    now = telegram.clock.now()
    thread = open_thread(chat, call.get("message_thread_id"))
    chat.actions.append(Action(call["action"], thread, now, now + ACTION_LIFETIME))
    telegram.world.feed.note("action", chat, None, action=call["action"])
    return True


def message_text(call: Arguments) -> tuple[str, tuple[Json, ...]]:
    """A message's text with its entities. Raises `Refused` (400) for an empty text, one over 4096 units, bad markup."""
    text, entities = read_text(call["text"], call.get("parse_mode"), call.get("entities"))
    if not text:
        raise bad_request("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return text, entities


def caption_text(given: Arguments | Json) -> tuple[str, tuple[Json, ...]]:
    """A caption with its entities, perhaps empty. Raises `Refused` (400) over 1024 units or for bad markup."""
    text, entities = read_text(given.get("caption") or "", given.get("parse_mode"), given.get("caption_entities"))
    if units(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return text, entities


async def input_media(telegram: Telegram, call: Arguments, item: Json) -> Content:
    """What an InputMediaPhoto or InputMediaDocument describes. Raises `Refused` (400)."""
    kind = _album_kind(item)
    text, entities = caption_text(item)
    media = await load_media(telegram, call, kind, item.get("media"))
    return Content(text, entities, media, None, _shown(item))


async def load_media(telegram: Telegram, call: Arguments, kind: str, value: object) -> Media:
    """The photo or document that a value means: a fresh upload, or the file_id of an old one. Raises `Refused` (400)."""
    file = call.file(value)
    if isinstance(file, str):
        return _known_media(telegram, kind, file)
    if not file.data:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        return await telegram.world.store_photo(file.data)
    generic = file.mime in (None, "application/octet-stream")
    return await telegram.world.store_document(file.data, file.name, None if generic else file.mime)


def _known_media(telegram: Telegram, kind: str, file_id: str) -> Media:
    """A file that Telegram has. URLs are refused: the stand-in never fetches anything."""
    media = telegram.world.media.get(file_id)
    if media is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if media.kind != kind:
        raise bad_request(f"can't use file of type {media.kind.capitalize()} as {kind.capitalize()}")
    return media


def _album_kind(item: object) -> str:
    kind = item.get("type") if isinstance(item, dict) else None
    if kind not in _ALBUM_KINDS:
        raise bad_request(f"can't parse InputMedia: type \"{kind}\" can't be used in sendMediaGroup")
    if kind not in ("photo", "document"):
        raise bad_request(f"the stand-in has no media of type {kind}")
    return str(kind)


async def _send_media(telegram: Telegram, call: Arguments, kind: str) -> Json:
    text, entities = caption_text(call)
    where = target(telegram, call)
    demand_kind(where.chat, f"{kind}s")
    keyboard = read_keyboard(call.get("reply_markup"), where.chat)
    media = await load_media(telegram, call, kind, call[kind])
    return _send(telegram, call, where, Content(text, entities, media, keyboard, _shown(call)))


def _shown(given: Arguments | Json) -> Json:
    """The options that a message with media echoes."""
    options = {
        "has_media_spoiler": given.get("has_spoiler"),
        "show_caption_above_media": given.get("show_caption_above_media"),
    }
    return {name: True for name, value in options.items() if value}


def _send(telegram: Telegram, call: Arguments, where: Target, content: Content) -> Json:
    _pass_flood(telegram, where)
    return message_object(telegram.world, _post(telegram, call, where, content))


def _pass_flood(telegram: Telegram, where: Target, cost: int = 1) -> None:
    telegram.flood.admit("send", where.chat.id, group=where.chat.kind != "private", cost=cost)


def _post(telegram: Telegram, call: Arguments, where: Target, content: Content, group: str | None = None) -> Message:
    return telegram.world.post(
        where.chat,
        telegram.world.bot,
        content,
        reply_to=where.reply_to,
        quote=where.quote,
        thread=where.thread,
        group=group,
        protected=call.get("protect_content", False),
    )
