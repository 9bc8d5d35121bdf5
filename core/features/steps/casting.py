"""The characters of a picture, and its style: the pictures that show them, and what of it a model can use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core import texts
from core.conversation.cast import pictures_in_order
from core.errors import BadInput
from core.features.steps.toolbox import Toolbox, is_chinese
from core.pictures import canvas as canvases
from core.pictures.work import in_thread
from core.ports import Drawing, Fit
from core.prompts import cast as prompts
from core.types import Cast, Piece, PieceKind, Request
from core.types.characters import PICTURES_EACH


@dataclass(frozen=True)
class Troupe:
    """Who is in a picture: ``pictures`` that show them, in the order in which the prompt names them.

    ``asked`` is the drawing with all that it says of them, ``bare`` that without pictures. ``likenesses`` are the first picture of each, and a sheet;
    ``unseen`` tells who has none. Pictures of a style come last, and are nobody's likeness.
    """

    asked: Drawing
    bare: Drawing
    pictures: tuple[bytes, ...] = ()
    likenesses: tuple[Piece, ...] = ()
    hidden: bool = False
    unseen: tuple[Fit, ...] = ()

    def by_words(self, request: Request) -> Troupe:
        """The same by their descriptions alone."""
        told = [described([one.name for one in request.characters])] if request.characters else []
        told += [_STYLE_BY_WORDS] if request.style_pictures else []
        return replace(self, asked=self.bare, pictures=(), likenesses=(), unseen=tuple(told))


async def troupe(
    tools: Toolbox, request: Request, drawing: Drawing, *, before: int = 0, like: Sequence[Piece] = ()
) -> Troupe:
    """The characters of a request for one drawing. ``before``: pictures that are sent first; ``like``: pictures of who is meant, and sheets.

    As many pictures come along as the painter takes: first those of who is meant, then of each character the sheet, then the portrait; then the
    sheets that show several, and last those that show the style.
    """
    language = "zh" if is_chinese(drawing.prompt) else "en"
    bare = drawing.model_copy(update={"prompt": prompts.described(drawing.prompt, request.characters, language)})
    room = max(0, tools.painter.most_sources() - before)
    first = await _sent(tools, [one for one in like if one.kind is not PieceKind.SHEET][:room])
    room -= len(first)
    code = "fitted-unseen" if room else "fitted-described"
    found = [(one, await _pictures(tools, one)) for one in request.characters]
    most = PICTURES_EACH if room >= PICTURES_EACH * len(found) else 1
    sent = [(one, await _sent(tools, pieces[:most])) for one, pieces in found[:room]]
    shown = [(one.name, len(group)) for one, group in sent if group]
    room -= sum(number for _, number in shown)
    last = await _sent(tools, [one for one in like if one.kind is PieceKind.SHEET][:room])
    prompt = prompts.referring(
        bare.prompt, shown, language, before=before + len(first), like=bool(first), sheet=bool(last)
    )
    style = await _style(tools, request, room - len(last))
    without = [one.name for one in request.characters if one.name not in {name for name, _ in shown}]
    everybody = [*first, *(one for _, group in sent for one in group), *last]
    prompt = prompts.in_the_style_of(prompt, len(style), language, before=before + len(everybody))
    unseen = (described(without, code),) if without else ()
    return Troupe(
        asked=bare.model_copy(update={"prompt": prompt}),
        bare=bare,
        pictures=(*(data for _, data in everybody), *style),
        likenesses=tuple(piece for piece, _ in (*first, *(group[0] for _, group in sent if group), *last)),
        hidden=any(piece.picture.spoiler for piece, _ in everybody if piece.picture),
        unseen=unseen if style or not request.style_pictures else (*unseen, _STYLE_BY_WORDS),
    )


def on_page(request: Request, who: Sequence[str], *words: str) -> Request:
    """The request for one picture of several: of its characters those alone who are in this one, by the plan (``who``) or by what is said of it."""
    named = {name.strip().casefold() for name in who}
    there = (one for one in request.characters if one.name.casefold() in named or any(map(one.is_in, words)))
    return request.model_copy(update={"characters": tuple(there)})


async def unshown(tools: Toolbox, request: Request, looks: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of some looks, by name, of whom no kept character's picture shows them already."""
    shown = {one.name.casefold() for one in request.characters if await _pictures(tools, one)}
    return tuple((name, look) for name, look in looks if name.casefold() not in shown)


def described(names: Sequence[str], code: str = "fitted-described") -> Fit:
    """That characters were drawn by their descriptions alone."""
    return Fit(code=code, asked=texts.listed(names))


_STYLE_BY_WORDS = Fit(code="fitted-style", asked="")
"""That a style which has pictures was followed by its words alone."""


async def _style(tools: Toolbox, request: Request, room: int) -> tuple[bytes, ...]:
    """The pictures that show the style of a request, as many as there is room for."""
    if not request.style_pictures or room <= 0:
        return ()
    kept = await tools.store.pieces_of(request.style_pictures[:room])
    return tuple(data for _, data in await _sent(tools, [one.piece for one in kept]))


async def _pictures(tools: Toolbox, one: Cast) -> list[Piece]:
    return pictures_in_order(await tools.store.pictures_of(one.piece))


async def _sent(tools: Toolbox, pieces: Sequence[Piece]) -> list[tuple[Piece, bytes]]:
    """Those that are still there, each with its bytes as a painter takes them."""
    sent = []
    for piece in pieces:
        try:
            data = await tools.media.read(piece.picture.media) if piece.picture else b""
        except BadInput:
            continue
        if data:
            sent.append((piece, await in_thread(canvases.as_source, data)))
    return sent
