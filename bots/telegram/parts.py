"""A reply cut into Telegram's messages: pure, so that after a crash the same parts come out again and those with a receipt are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bots.markup import Span, parse, plain, split, utf16
from bots.telegram.limits import ALBUM, BUTTON_ROW, CAPTION, MOVING, TEXT
from bots.telegram.polls import fits
from bots.thumbnails import Numbered, numbered
from core.rows import rows_by_piece
from core.types import AnyButton, Document, Picture, Piece, Poll, Reply

_ROW_WIDTH = 44
"""Latin letters that a phone shows in one row of buttons, which are all as wide as the widest; a Chinese sign is two wide (our own rule)."""


@dataclass(frozen=True)
class Part:
    """One call, and what is seen in the message it makes (an album makes one for each picture). ``replaces``: the message it changes instead.

    ``asks``: what is written next answers it. ``small``: what a sheet shows. A ``plate`` is words beside a small picture, the ``file``;
    a ``poll`` stands for its words, which are said where it is not taken.
    """

    kind: Literal["text", "photo", "album", "document", "sheet", "plate", "poll"]
    spans: Sequence[Span] = ()
    pieces: tuple[Piece, ...] = ()
    captions: tuple[Sequence[Span], ...] = ()
    file: Picture | None = None
    document: Document | None = None
    buttons: tuple[AnyButton, ...] = ()
    shows: tuple[str, ...] = ()
    replaces: str | None = None
    asks: bool = False
    small: Numbered = ()
    poll: Poll | None = None

    @property
    def messages(self) -> int:
        """How many messages it makes."""
        return len(self.pieces) if self.kind == "album" else 1


def parts_of(reply: Reply) -> list[Part]:
    """The messages of a reply, the buttons under the last one."""
    spans = parse(reply.text)
    pictures = [piece for piece in reply.pieces if piece.picture]
    about = reply.about
    if reply.documents:
        return [
            Part("document", spans=() if place else spans, file=file, shows=about)
            for place, file in enumerate(reply.documents)
        ]
    if kept := [piece for piece in reply.pieces if piece.document]:
        handed = [_document(piece, () if place else spans, about) for place, piece in enumerate(kept)]
        return [*handed[:-1], replace(handed[-1], buttons=reply.buttons)]
    small = numbered(reply)
    if pictures and small:  # what they were made from, by its numbers, stands before them
        numbers = parse(" · ".join(str(number) for number, _ in small))
        made = parts_of(reply.model_copy(update={"thumbnails": False}))
        return [Part("sheet", spans=numbers, shows=about, small=small), *made]
    if len(pictures) == 1:
        return _one_picture(pictures[0], spans, reply.buttons, about)
    if pictures:
        albums, words = _albums(pictures), _texts(spans, reply.buttons, about)
        if not words and albums[-1].kind == "photo":
            albums[-1] = replace(albums[-1], buttons=reply.buttons)
        return albums + words
    if small:
        return _with_sheet(small, spans, reply.buttons, about)
    parts = _texts(spans, reply.buttons, about)
    parts[-1:] = [replace(part, asks=reply.asks) for part in parts[-1:]]
    if fits(reply.poll) and len(parts) == 1:
        parts = [replace(parts[0], kind="poll", poll=reply.poll)]
    if reply.plate and len(parts) == 1 and utf16(plain(spans)) <= CAPTION:
        parts = [replace(parts[0], kind="plate", file=reply.plate)]
    return [replace(parts[0], replaces=reply.replaces), *parts[1:]] if parts else []


def singly(part: Part) -> list[Part]:
    """An album's pictures one by one."""
    if part.kind != "album":
        return [part]
    return [
        Part("photo", spans=caption, pieces=(piece,), shows=(piece.id,))
        for piece, caption in zip(part.pieces, part.captions, strict=True)
    ]


def button_rows(buttons: Sequence[AnyButton]) -> list[list[AnyButton]]:
    """Buttons in as few rows as fit a phone, the rows as even as that allows; a row for each of several pieces."""
    if of_pieces := rows_by_piece(buttons):
        return of_pieces
    choices = [_filled(buttons, most) for most in range(1, BUTTON_ROW + 1)]
    return min(choices, key=len)


def _filled(buttons: Sequence[AnyButton], most: int) -> list[list[AnyButton]]:
    """Rows of at most so many buttons, each as full as fits."""
    rows: list[list[AnyButton]] = []
    for button in buttons:
        wider = [*rows[-1], button] if rows else []
        if rows and len(wider) <= most and len(wider) * max(map(_width, wider)) <= _ROW_WIDTH:
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def _width(button: AnyButton) -> int:
    return 3 + sum(1 if sign.isascii() else 2 for sign in button.label)


def _document(piece: Piece, spans: Sequence[Span], about: tuple[str, ...]) -> Part:
    return Part("document", spans=spans, pieces=(piece,), document=piece.document, shows=about)


def _one_picture(
    piece: Piece, spans: Sequence[Span], buttons: tuple[AnyButton, ...], about: tuple[str, ...]
) -> list[Part]:
    """A photo with its caption; a caption beyond the limit becomes messages of its own before it."""
    if utf16(plain(spans)) <= CAPTION:
        return [Part("photo", spans=spans, pieces=(piece,), buttons=buttons, shows=about)]
    return [*_texts(spans, (), about), Part("photo", pieces=(piece,), buttons=buttons, shows=about)]


def _with_sheet(
    small: Numbered, spans: Sequence[Span], buttons: tuple[AnyButton, ...], about: tuple[str, ...]
) -> list[Part]:
    """A list under a sheet of what it speaks of; what is too long for that stands before it."""
    fits = utf16(plain(spans)) <= CAPTION
    last = Part("sheet", spans=spans if fits else (), buttons=buttons, shows=about, small=small)
    return [last] if fits else [*_texts(spans, (), about), last]


def _albums(pictures: Sequence[Piece]) -> list[Part]:
    """Albums of two to ten pictures, each with its caption; a caption beyond the limit is said before the album."""
    parts: list[Part] = []
    for start in range(0, len(pictures), ALBUM):
        group = tuple(pictures[start : start + ALBUM])
        if any(piece.picture and piece.picture.mime == MOVING for piece in group):  # no album takes what moves
            parts += [one for piece in group for one in _one_picture(piece, parse(piece.caption), (), (piece.id,))]
            continue
        captions = [parse(piece.caption) for piece in group]
        for caption in captions:
            if utf16(plain(caption)) > CAPTION:
                parts += _texts(caption, (), ())
        short = tuple(caption if utf16(plain(caption)) <= CAPTION else [] for caption in captions)
        if len(group) == 1:
            parts.append(Part("photo", spans=short[0], pieces=group, shows=(group[0].id,)))
        else:
            parts.append(Part("album", pieces=group, captions=short))
    return parts


def _texts(spans: Sequence[Span], buttons: tuple[AnyButton, ...], about: tuple[str, ...]) -> list[Part]:
    chunks = split(spans, TEXT)
    return [
        Part("text", spans=chunk, buttons=buttons if place == len(chunks) else (), shows=about)
        for place, chunk in enumerate(chunks, 1)
    ]


def is_spoiler(piece: Piece) -> bool | None:
    """Whether a picture is hidden until it is tapped; ``None`` asks for nothing."""
    return (piece.picture is not None and piece.picture.spoiler) or None
