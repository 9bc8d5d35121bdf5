"""Telegram's HTML, as strict as the Bot API page says: only its own tags, properly nested, nothing else.

Offsets in errors are bytes of the request's text, as Telegram reports them.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import NoReturn

from standins.telegram.errors import bad_request
from standins.telegram.state import Json

# Tag → entity type (Bot API, "HTML style", 10.1).
_PLAIN = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre",
}  # fmt: skip
_OTHERS = {"a", "span", "blockquote", "tg-emoji", "tg-time"}
_NAMED = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_END = re.compile(r"</\s*([^\s>]*)\s*>")
_NAME = re.compile(r"[^\s>]*")
_START = re.compile(r"((?:\s+[^\s=>]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*>")
_ATTRIBUTE = re.compile(r"([^\s=>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_LINK = re.compile(r"(?:https?|tg|tel|mailto):\S+|[\w-]+(?:\.[\w-]+)+\S*", re.IGNORECASE)


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


def parse(text: str) -> tuple[str, list[Json]]:
    """Plain text and entities (offsets in UTF-16 units). Raises `Refused`: 400 "can't parse entities: …"."""
    plain: list[str] = []
    length = at = 0
    entities: list[Json] = []
    stack: list[_Open] = []
    while at < len(text):
        character = text[at]
        if character == "<" and text.startswith("</", at):
            at = _close(text, at, stack, "".join(plain), length, entities)
            continue
        if character == "<":
            at = _open(text, at, stack, length)
            continue
        if character == "&" and (match := _NAMED.match(text, at)):
            character, at = unescape(match.group()), match.end()
        else:
            at += 1
        plain.append(character)
        length += 1 + (character > "\uffff")
    if stack:
        _fail(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return "".join(plain), entities


def _open(text: str, at: int, stack: list[_Open], length: int) -> int:
    name = _NAME.match(text, at + 1)
    tag = name.group().lower() if name else ""
    if at + 1 + len(tag) == len(text):
        _fail(f"Unclosed start tag at byte offset {_bytes(text, at)}")
    if tag not in _PLAIN and tag not in _OTHERS:
        _fail(f'Unsupported start tag "{tag}" at byte offset {_bytes(text, at)}')
    match = _START.match(text, at + 1 + len(tag))
    if not match:
        _fail(f"Unclosed start tag at byte offset {_bytes(text, at)}")
    attributes = {
        name.lower(): unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(match.group(1))
    }
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        _fail(f'Tag "span" must have class "tg-spoiler" at byte offset {_bytes(text, at)}')
    stack.append(_Open(tag, attributes, length))
    return match.end()


def _close(text: str, at: int, stack: list[_Open], plain: str, length: int, entities: list[Json]) -> int:
    match = _END.match(text, at)
    if not match:
        _fail(f"Unclosed end tag at byte offset {_bytes(text, at)}")
    if not stack:
        _fail(f"Unexpected end tag at byte offset {_bytes(text, at)}")
    opened = stack.pop()
    if match.group(1).lower() not in {opened.tag, ""}:
        _fail(
            f'Unmatched end tag at byte offset {_bytes(text, at)}, expected "</{opened.tag}>", found "</{match.group(1).lower()}>"'
        )
    if length > opened.offset:
        _add(opened, plain, length, stack, entities)
    return match.end()


def _add(  # noqa: C901 - a table of tags
    opened: _Open, plain: str, length: int, stack: list[_Open], entities: list[Json]
) -> None:
    """The entity that a closed tag stands for, if any."""
    entity: Json = {"type": "", "offset": opened.offset, "length": length - opened.offset}
    match opened.tag:
        case "code" if stack and stack[-1].tag == "pre" and opened.attributes.get("class", "").startswith("language-"):
            stack[-1].attributes["language"] = opened.attributes["class"].removeprefix("language-")
            return
        case "pre" if opened.attributes.get("language"):
            entity |= {"type": "pre", "language": opened.attributes["language"]}
        case "a":
            address = opened.attributes.get("href") or _covered(plain, opened.offset)
            if not _LINK.fullmatch(address):
                return  # Telegram shows the words and drops a link that leads nowhere
            entity |= {"type": "text_link", "url": address}
        case "span":
            entity["type"] = "spoiler"
        case "blockquote":
            entity["type"] = "expandable_blockquote" if "expandable" in opened.attributes else "blockquote"
        case "tg-emoji":
            if not opened.attributes.get("emoji-id", "").isdigit():
                _fail("Invalid custom emoji identifier specified")
            entity |= {"type": "custom_emoji", "custom_emoji_id": opened.attributes["emoji-id"]}
        case "tg-time":
            if not opened.attributes.get("unix", "").isdigit():
                _fail("Invalid Unix time specified")
            entity |= {"type": "date_time", "unix_time": int(opened.attributes["unix"])}
        case tag:
            entity["type"] = _PLAIN[tag]
    entities.append(entity)


def _covered(plain: str, offset: int) -> str:
    return plain.encode("utf-16-le")[2 * offset :].decode("utf-16-le", "replace")


def _bytes(text: str, at: int) -> int:
    return len(text[:at].encode())


def _fail(reason: str) -> NoReturn:
    raise bad_request(f"can't parse entities: {reason}")
