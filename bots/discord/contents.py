"""What a message of Discord's brings along: pictures, or something that no picture can be made from. Read from the API's own objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import discord

from bots.discord.people import PLATFORM
from core.documents import formats
from core.pictures import kinds
from core.types import FileRef

STICKERS = "https://cdn.discordapp.com/stickers"
"""Where the pictures of stickers lie (Discord's documentation, "Image Formatting", 2026-11)."""

_STILL = discord.StickerFormatType.png.value

SPOILER = "SPOILER_"
"""How the name of a file begins that is hidden until it is tapped (Discord's own rule; its apps put it there)."""

_SEEN = ("image", "thumbnail", "video")
"""The fields of an embed that show something."""

_EMBEDDED = {"gifv": "animation", "video": "video"}
"""What an embed shows, by its type, where that moves."""

_GIF_SITES = ("tenor.com", "giphy.com", "klipy.com")
"""Sites for GIFs: a picker of GIFs sends their links as a message's words. Which of them an app's picker uses is documented nowhere."""

Carrier = Mapping[str, Any]
"""A message, or what a forward tells of the message that it forwards."""


def told_by(message: discord.Message | discord.MessageSnapshot) -> dict[str, Any]:
    """A message of the library's as such an object, with what it forwards."""
    return {
        "attachments": [attachment.to_dict() for attachment in message.attachments],
        "sticker_items": [
            {"id": one.id, "name": one.name, "format_type": one.format.value} for one in message.stickers
        ],
        "content": message.content,
        "embeds": [embed.to_dict() for embed in message.embeds],
        "poll": getattr(message, "poll", None),
        "message_snapshots": [{"message": told_by(one)} for one in getattr(message, "message_snapshots", ())],
    }


def file_of(attachment: Mapping[str, Any]) -> FileRef:
    """An attachment as the core knows it."""
    return FileRef(
        platform=PLATFORM,
        ref=attachment["url"],
        name=attachment.get("filename", ""),
        mime=attachment.get("content_type") or "",
        size=attachment.get("size", 0),
        spoiler=is_spoiler(attachment),
    )


def is_spoiler(attachment: Mapping[str, Any]) -> bool:
    """Whether its person hid it: by its name, as apps do, or by its flag."""
    flags = int(attachment.get("flags") or 0)
    named = str(attachment.get("filename") or "").startswith(SPOILER)
    return named or bool(attachment.get("spoiler")) or bool(flags & discord.AttachmentFlags.spoiler.flag)


def forwarded_words(message: Carrier) -> str:
    """What is said in the messages that it forwards, unless that stands under pictures: then it is not its forwarder's wish."""
    snapshots = [snapshot.get("message") or {} for snapshot in message.get("message_snapshots") or ()]
    return "" if files_of(message) else "\n\n".join(filter(None, (str(one.get("content") or "") for one in snapshots)))


def files_of(message: Carrier) -> tuple[FileRef, ...]:
    """Its pictures, those of what it forwards, and stickers that do not move."""
    found: list[FileRef] = []
    for part in _parts(message):
        found += [file_of(one) for one in part.get("attachments") or () if kind_of(one) == kinds.PICTURE]
        found += [_sticker(one) for one in part.get("sticker_items") or () if one.get("format_type") == _STILL]
    return tuple(found)


def documents_of(message: Carrier) -> tuple[FileRef, ...]:
    """Its tables and documents, by their names, also those of what it forwards."""
    attached = [one for part in _parts(message) for one in part.get("attachments") or ()]
    return tuple(file_of(one) for one in attached if is_document(one))


def is_document(attachment: Mapping[str, Any]) -> bool:
    """Whether an attachment is called a table or document, and nothing says that it is a picture."""
    return kind_of(attachment) != kinds.PICTURE and formats.named(str(attachment.get("filename") or "")) is not None


def unusable_in(message: Carrier) -> tuple[str, ...]:
    """What it brings that no picture can be made from, as kinds of ``core.pictures.kinds``."""
    found: list[str] = []
    for part in _parts(message):
        found += [kind for one in part.get("attachments") or () if (kind := kind_of(one)) != kinds.PICTURE]
        found += ["sticker" for one in part.get("sticker_items") or () if one.get("format_type") != _STILL]
        found += ["poll"] if part.get("poll") else []
    return tuple(found)


def out_of_reach_in(message: Carrier) -> tuple[str, ...]:
    """What is seen in it and lies elsewhere (a link's preview, a GIF of the picker's, another bot's picture), as such kinds; none beside pictures."""
    embeds = [one for part in _parts(message) for one in part.get("embeds") or () if any(map(one.get, _SEEN))]
    return () if files_of(message) else tuple(_EMBEDDED.get(one.get("type", ""), "other") for one in embeds)


def shown_for(words: str) -> str:
    """What apps show in the place of words that are one link and nothing else, as such a kind; empty where they are words.

    Looked at are the words: what Discord itself says of a link often comes later.
    """
    try:
        link = urlsplit(words if len(words.split()) == 1 else "")
        host = link.hostname or ""
    except ValueError:
        return ""
    if link.scheme not in ("https", "http"):
        return ""
    if link.path.lower().endswith(".gif") or host.removeprefix("www.").removeprefix("media.") in _GIF_SITES:
        return "animation"
    return "other" if link.path.lower().rpartition(".")[2] in kinds.PICTURE_ENDINGS else ""


def kind_of(attachment: Mapping[str, Any]) -> str:
    """What an attachment is by its name and type; what it really is, its first bytes tell."""
    return kinds.looks_like(str(attachment.get("filename") or ""), str(attachment.get("content_type") or ""))


def _parts(message: Carrier) -> Iterator[Carrier]:
    yield message
    snapshots: Iterable[Mapping[str, Any]] = message.get("message_snapshots") or ()
    for snapshot in snapshots:
        yield snapshot.get("message") or {}


def _sticker(sticker: Mapping[str, Any]) -> FileRef:
    return FileRef(platform=PLATFORM, ref=f"{STICKERS}/{sticker['id']}.png", mime="image/png")
