"""What a message of Telegram's brings along: pictures, or something that no picture can be made from."""

from __future__ import annotations

import telegram

from core.documents import formats
from core.pictures import kinds
from core.types import FileRef

PLATFORM = "telegram"

Carrier = telegram.Message | telegram.ExternalReplyInfo
"""A message, or what an answer tells of a message in another chat."""

_OTHERS = {
    "animation": "animation",  # before documents: Telegram tells of it as one, too
    "video": "video",
    "video_note": "video",
    "voice": "voice",
    "audio": "audio",
    "contact": "contact",
    "venue": "location",
    "location": "location",
    "poll": "poll",
    "dice": "dice",
    "story": "video",
    "live_photo": "animation",
    "paid_media": "other",
    "game": "other",
    "invoice": "other",
    "giveaway": "other",
    "giveaway_winners": "other",
    "checklist": "other",
}
"""The fields of a message that hold something else, and what it is called here (Bot API 10.0)."""


def files_of(message: Carrier) -> tuple[FileRef, ...]:
    """Its picture: a photo in its largest size, a sticker that does not move, or a file that is none of the other things by its name."""
    still = message.live_photo.photo if message.live_photo else ()  # of an answer to another chat nothing else is told
    if photo := message.photo or still:
        largest = max(photo, key=lambda size: size.width * size.height)
        size, hidden = largest.file_size or 0, bool(message.has_media_spoiler)
        return (FileRef(platform=PLATFORM, ref=largest.file_id, mime="image/jpeg", size=size, spoiler=hidden),)
    sticker = message.sticker
    if sticker and not (sticker.is_animated or sticker.is_video):
        return (FileRef(platform=PLATFORM, ref=sticker.file_id, mime="image/webp", size=sticker.file_size or 0),)
    document = message.document
    if document and not message.animation and _kind_of(document) == kinds.PICTURE:
        return (_file(document),)
    return ()


def documents_of(message: Carrier) -> tuple[FileRef, ...]:
    """Its table or document, by its name."""
    document = message.document
    if document and not (message.animation or files_of(message)) and formats.named(document.file_name or ""):
        return (_file(document),)
    return ()


def unusable_in(message: Carrier) -> tuple[str, ...]:
    """What it brings that no picture can be made from, as a kind of ``core.pictures.kinds``."""
    if files_of(message):
        return ()
    if message.sticker:
        return ("sticker",)
    for field, kind in _OTHERS.items():
        if getattr(message, field, None):
            return (kind,)
    return (_kind_of(message.document),) if message.document else ()


def _file(document: telegram.Document) -> FileRef:
    name, mime, size = document.file_name or "", document.mime_type or "", document.file_size or 0
    return FileRef(platform=PLATFORM, ref=document.file_id, name=name, mime=mime, size=size)


def _kind_of(document: telegram.Document) -> str:
    return kinds.looks_like(document.file_name or "", document.mime_type or "")
