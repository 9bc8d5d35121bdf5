"""Telegram's MarkdownV2: every reserved character either opens or closes an entity or is escaped, or the message is refused.

Byte offsets in errors are those of the request's text.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from standins.telegram.errors import bad_request
from standins.telegram.state import Json

_RESERVED = set("_*[]()~`>#+-=|{}.!")
# Marks in the order in which they are tried: `__` is underline before `_` is italic.
_MARKS = (
    ("__", "underline", "Underline"), ("||", "spoiler", "Spoiler"),
    ("*", "bold", "Bold"), ("_", "italic", "Italic"), ("~", "strikethrough", "Strikethrough"),
)  # fmt: skip
_CODE = ((r"```", "pre", "PreCode"), ("`", "code", "Code"))
_LANGUAGE = re.compile(r"([^\s`]+)\n")
_TARGET = re.compile(r"\(((?:\\.|[^\\)])*)\)", re.DOTALL)


@dataclass
class _Open:
    mark: str
    kind: str
    name: str
    offset: int
    at: int


class _Reader:
    """One pass over the text. Lengths in UTF-16 units."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.plain: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[Json] = []
        self.quote: int | None = None

    def write(self, piece: str) -> None:
        self.plain.append(piece)
        self.length += len(piece) + sum(character > "\uffff" for character in piece)

    def entity(self, kind: str, offset: int, **more: str) -> None:
        if self.length > offset:
            self.entities.append({"type": kind, "offset": offset, "length": self.length - offset, **more})

    def fail(self, reason: str, at: int | None = None) -> NoReturn:
        where = "" if at is None else f" at byte offset {len(self.text[:at].encode())}"
        raise bad_request(f"can't parse entities: {reason}{where}")


def parse(text: str) -> tuple[str, list[Json]]:
    """Plain text and entities. Raises `Refused`: 400 "can't parse entities: …"."""
    reader = _Reader(text)
    while reader.at < len(text):
        if not (_quote(reader) or _escape(reader) or _code(reader) or _link(reader) or _mark(reader)):
            _character(reader)
    if reader.stack:
        opened = reader.stack[-1]
        reader.fail(f"Can't find end of {opened.name} entity", opened.at)
    _end_quote(reader, expandable=False)
    return "".join(reader.plain), reader.entities


def _quote(reader: _Reader) -> bool:
    """A `>` at a line's start opens or continues a block quotation; a line without one ends it."""
    if reader.at and reader.text[reader.at - 1] != "\n":
        return False
    if reader.text.startswith(">", reader.at):
        if reader.quote is None:
            reader.quote = reader.length
        reader.at += 1
        return True
    _end_quote(reader, expandable=False)
    return False


def _end_quote(reader: _Reader, *, expandable: bool) -> None:
    if reader.quote is not None:
        reader.entity("expandable_blockquote" if expandable else "blockquote", reader.quote)
        reader.quote = None


def _escape(reader: _Reader) -> bool:
    text, at = reader.text, reader.at
    if text[at] != "\\" or at + 1 >= len(text) or not 0 < ord(text[at + 1]) < 127:
        return False
    reader.write(text[at + 1])
    reader.at += 2
    return True


def _code(reader: _Reader) -> bool:
    for mark, kind, name in _CODE:
        if not reader.text.startswith(mark, reader.at):
            continue
        start = reader.at + len(mark)
        end = start
        while end < len(reader.text) and not reader.text.startswith(mark, end):
            end += 2 if reader.text[end] == "\\" else 1
        if end >= len(reader.text):
            reader.fail(f"Can't find end of {name} entity", reader.at)
        body, more = reader.text[start:end], {}
        if kind == "pre" and (language := _LANGUAGE.match(body)):
            more = {"language": language.group(1)}
            body = body[language.end() :]
        offset = reader.length
        reader.write(re.sub(r"\\([\x01-\x7e])", r"\1", body.removeprefix("\n") if kind == "pre" else body))
        reader.entity(kind, offset, **more)
        reader.at = end + len(mark)
        return True
    return False


def _link(reader: _Reader) -> bool:
    text = reader.text
    if text.startswith("![", reader.at):
        reader.stack.append(_Open("]", "custom_emoji", "CustomEmoji", reader.length, reader.at))
        reader.at += 2
        return True
    if text[reader.at] == "[":
        reader.stack.append(_Open("]", "text_link", "TextUrl", reader.length, reader.at))
        reader.at += 1
        return True
    if text[reader.at] != "]" or not reader.stack or reader.stack[-1].mark != "]":
        return False
    opened = reader.stack.pop()
    target = _TARGET.match(text, reader.at + 1)
    address = re.sub(r"\\(.)", r"\1", target.group(1)) if target else ""
    if opened.kind == "custom_emoji":
        if not address.startswith("tg://emoji?id="):
            reader.fail('Custom emoji URL must have scheme "tg"')
        reader.entity("custom_emoji", opened.offset, custom_emoji_id=address.removeprefix("tg://emoji?id="))
    elif address:
        reader.entity("text_link", opened.offset, url=address)
    reader.at = target.end() if target else reader.at + 1
    return True


def _mark(reader: _Reader) -> bool:
    if (
        reader.quote is not None
        and reader.text.startswith("||", reader.at)
        and _at_line_end(reader)
        and not _is_open(reader, "||")
    ):
        _end_quote(reader, expandable=True)
        reader.at += 2
        return True
    for mark, kind, name in _MARKS:
        if not reader.text.startswith(mark, reader.at):
            continue
        if reader.stack and reader.stack[-1].mark == mark:
            reader.entity(kind, reader.stack.pop().offset)
        elif _is_open(reader, mark):
            opened = reader.stack[-1]
            reader.fail(f"Can't find end of {opened.name} entity", opened.at)
        else:
            reader.stack.append(_Open(mark, kind, name, reader.length, reader.at))
        reader.at += len(mark)
        return True
    return False


def _is_open(reader: _Reader, mark: str) -> bool:
    return any(opened.mark == mark for opened in reader.stack)


def _at_line_end(reader: _Reader) -> bool:
    return reader.text[reader.at + 2 : reader.at + 3] in {"", "\n"}


def _character(reader: _Reader) -> None:
    character = reader.text[reader.at]
    if character in _RESERVED:
        reader.fail(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
    reader.write(character)
    reader.at += 1
