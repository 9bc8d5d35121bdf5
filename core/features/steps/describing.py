"""How somebody in a picture looks, in words that go into every later prompt."""

from __future__ import annotations

from pydantic import BaseModel, Field

from core import texts
from core.errors import Unavailable
from core.features.steps.toolbox import PREVIEW_EDGE, Toolbox, language_for, passed_over
from core.jobs import Paid
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.prompts.cast import LOOKS_OF
from core.types import Piece, Request, Spend
from core.types.characters import LOOKS


class Seen(BaseModel):
    """What the helper makes of a picture."""

    looks: str = Field(description="How they look, in one phrase.")


class Described(Paid):
    """How somebody looks."""

    looks: str


async def described(tools: Toolbox, request: Request, piece: Piece) -> Described:
    """Have the helper look at a picture; where nothing comes of that, what the picture was asked for with says it, or that it is as pictured."""
    language = language_for(request, request.words)
    known = piece.request or piece.caption
    spends: tuple[Spend, ...] = ()
    try:
        assert piece.picture
        small = await in_thread(pictures.thumbnail, await tools.media.read(piece.picture.media), PREVIEW_EDGE)
        seen, spend = await tools.writer.extract(
            LOOKS_OF[language],
            known or "…",
            Seen,
            name="looks",
            person=tools.pseudonym(request.author),
            pictures=(small,),
        )
        looks, spends = seen.looks.strip(), (spend,)
    except Unavailable as error:
        looks, spends = "", passed_over(error, tools)
    looks = looks.strip("…") or known or texts.say("character-as-pictured", language)
    return Described(looks=" ".join(looks.split())[:LOOKS], spends=spends)
