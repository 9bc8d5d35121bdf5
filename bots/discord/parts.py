"""A reply cut into Discord's messages: pure, so that after a crash the same parts come out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bots.discord.limits import CONTENT, FILES
from bots.markup import Span, discord_markdown, parse, split
from core.types import Button, Picture, Reply


@dataclass(frozen=True)
class Part:
    """One message: its content, its files (Discord shows several pictures as a gallery), its buttons, and the pieces seen in it."""

    content: str = ""
    files: tuple[tuple[Picture, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    shows: tuple[str, ...] = ()


def parts_of(reply: Reply) -> list[Part]:
    """The messages of a reply: long texts first, the files and buttons with the last one."""
    pictures = [(piece.picture, piece.caption) for piece in reply.pieces if piece.picture]
    files = [*pictures, *((picture, "") for picture in reply.documents)]
    chunks = [discord_markdown(chunk) for chunk in split(_spans(reply), CONTENT, length)]
    groups = [tuple(files[start : start + FILES]) for start in range(0, len(files), FILES)]
    shows = tuple(piece.id for piece in (*reply.mentions, *reply.pieces))
    last = Part(chunks[-1] if chunks else "", groups[-1] if groups else (), reply.buttons, shows)
    before = [Part(chunk, shows=shows) for chunk in chunks[:-1]] + [
        Part(files=group, shows=shows) for group in groups[:-1]
    ]
    return [*before, last] if last.content or last.files else before


def _spans(reply: Reply) -> Sequence[Span]:
    """The words; with several pictures in one message their captions are numbered above them."""
    captions = [piece.caption for piece in reply.pieces if piece.picture and piece.caption]
    if len(captions) < 2:
        return parse(reply.text)
    numbered = "\n".join(f"**{place}.** {caption}" for place, caption in enumerate(captions, 1))
    return parse(f"{numbered}\n\n{reply.text}")


def length(text: str) -> int:
    """The length as it is sent: escaped, with room for marks."""
    return len(discord_markdown([Span(text)])) + 8
