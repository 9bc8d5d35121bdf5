"""Texts as Telegram takes them in: length in UTF-16 units, parse modes, trimming, and the entities it finds by itself."""

import re
from collections.abc import Iterable
from itertools import accumulate

from standins.telegram import html, markdown
from standins.telegram.errors import bad_request
from standins.telegram.state import Json

TEXT_LIMIT = 4096
"""UTF-16 units of a message's text after its entities were parsed (Bot API, sendMessage)."""

CAPTION_LIMIT = 1024
"""UTF-16 units of a caption after its entities were parsed (Bot API, sendPhoto)."""

# What Telegram marks without being asked, in the order in which one wins over another.
_FOUND = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}']")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/@])")),
    ("mention", re.compile(r"(?<![\w@/])@[a-zA-Z][a-zA-Z0-9_]{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#&])#\w*[^\W\d]\w*")),
)
_OPAQUE = {"code", "pre", "text_link", "text_mention"}


def units(text: str) -> int:
    """Length in UTF-16 code units, as all of Telegram's lengths and offsets count."""
    return len(text) + sum(character > "\uffff" for character in text)


def slice_units(text: str, offset: int, length: int) -> str:
    """The part of `text` that an entity covers; offset and length in UTF-16 units."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def split_for_sending(text: str) -> list[str]:
    """A person's text in the messages that an app makes of it: each of at most `TEXT_LIMIT`, cut where a word ends if there is such a place."""
    parts = []
    while units(text) > TEXT_LIMIT:
        most = slice_units(text, 0, TEXT_LIMIT).rstrip("\ufffd")
        cut = max(most.rfind(" "), most.rfind("\n"))
        end = cut if cut > 0 else len(most)
        parts.append(text[:end].strip())
        text = text[end:].strip()
    return [*parts, text] if text else parts


def read_text(text: str, mode: str | None, given: Iterable[Json] | None) -> tuple[str, tuple[Json, ...]]:
    """What a message says: plain text without outer white space, and its entities, found ones included.

    `mode` is the request's parse_mode, `given` its explicit entities (ignored when there is a mode, as Telegram does).
    Raises `Refused` (400) where the markup cannot be parsed.
    """
    entities: list[Json]
    match (mode or "").lower():
        case "":
            entities = [_checked(entity, units(text)) for entity in given or ()]
        case "html":
            text, entities = html.parse(text)
        case "markdownv2":
            text, entities = markdown.parse(text)
        case _:
            raise bad_request("unsupported parse_mode")
    text, entities = _trimmed(text, entities)
    entities += find(text, entities)
    return text, tuple(sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])))


def find(text: str, taken: Iterable[Json] = ()) -> list[Json]:
    """Commands, mentions, links, addresses and hashtags in `text`, outside what `taken` entities already make opaque."""
    busy = [(e["offset"], e["offset"] + e["length"]) for e in taken if e["type"] in _OPAQUE]
    position = list(accumulate((1 + (character > "\uffff") for character in text), initial=0))
    found = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            start, end = position[match.start()], position[match.end()]
            if all(end <= left or right <= start for left, right in busy):
                busy.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return sorted(found, key=lambda entity: int(entity["offset"]))


def _checked(entity: Json, length: int) -> Json:
    """An explicit entity, refused where it is no entity or lies outside the text."""
    try:
        start, span = int(entity["offset"]), int(entity["length"])
        kind = str(entity["type"])
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse entities: can't parse MessageEntity") from None
    if start < 0 or span <= 0 or start + span > length:
        raise bad_request(f"entity beginning at UTF-16 offset {start} ends after the end of the text")
    return {**entity, "type": kind}


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without white space around it; entities move and shrink with the text."""
    kept = text.lstrip()
    cut = units(text) - units(kept)
    kept = kept.rstrip()
    end = units(kept)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        stop = min(end, entity["offset"] + entity["length"] - cut)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return kept, moved
