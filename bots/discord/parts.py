"""A reply cut into Discord's messages: pure, so that after a crash the same parts come out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bots.discord.limits import FILES, WORDS
from bots.discord.rendering import discord_length, discord_markdown
from bots.markup import Span, parse, split
from bots.thumbnails import Numbered, numbered
from core.types import AnyButton, Document, Picture, Reply


@dataclass(frozen=True)
class Part:
    """One message: its content, its files (Discord shows several pictures as a gallery), its buttons, and the pieces seen in it.

    ``handed_over``: its files are to arrive untouched. ``document``: a file to keep, in place of pictures. ``small``: pictures that a list speaks of.
    ``plate``: one that stands beside its words.
    """

    content: str = ""
    files: tuple[tuple[Picture, str], ...] = ()
    buttons: tuple[AnyButton, ...] = ()
    shows: tuple[str, ...] = ()
    handed_over: bool = False
    document: Document | None = None
    small: Numbered = ()
    plate: Picture | None = None


def parts_of(reply: Reply) -> list[Part]:
    """The messages of a reply: long texts first, the files and buttons with the last one."""
    pictures = [(piece.picture, piece.caption) for piece in reply.pieces if piece.picture]
    files = [*pictures, *((picture, "") for picture in reply.documents)]
    chunks = contents(_spans(reply))
    groups = [tuple(files[start : start + FILES]) for start in range(0, len(files), FILES)]
    shows, handed_over = reply.about, bool(reply.documents)
    if documents := [piece.document for piece in reply.pieces if piece.document]:
        told = "\n".join(chunks)
        parts = [Part("" if place else told, shows=shows, document=one) for place, one in enumerate(documents)]
        return [*parts[:-1], replace(parts[-1], buttons=reply.buttons)]
    last = Part(chunks[-1] if chunks else "", groups[-1] if groups else (), reply.buttons, shows, handed_over)
    last = replace(last, small=numbered(reply), plate=reply.plate)
    before = [Part(chunk, shows=shows) for chunk in chunks[:-1]] + [
        Part(files=group, shows=shows, handed_over=handed_over) for group in groups[:-1]
    ]
    return [*before, last] if last.content or last.files else before


def contents(spans: Sequence[Span]) -> list[str]:
    """Words as Discord's Markdown, in parts that fit into a message with their marks and escapes.

    Discord speaks of characters and leaves open which ones: UTF-16 units are the most there can be.
    """
    return [discord_markdown(chunk) for chunk in split(spans, WORDS, discord_length)]


def _spans(reply: Reply) -> Sequence[Span]:
    """The words; with several pictures in one message their captions are numbered above them."""
    captions = [piece.caption for piece in reply.pieces if piece.picture]
    if len(captions) < 2:
        return parse(reply.text)
    numbered = [
        span
        for place, caption in enumerate(captions, 1)
        for span in (Span(f"{place}.", "bold"), Span(f" {caption}\n"))
        if caption
    ]
    return [*numbered, *parse(f"\n{reply.text}")]
