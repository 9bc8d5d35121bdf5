"""The steps that set words over pictures: free, and apart from the drawing, so that a picture is paid for once however often its words change."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from core.documents.posters import Setting, poster
from core.features.steps.toolbox import Toolbox, keep_picture
from core.jobs import Job
from core.rows import SETTING
from core.types import Picture, Piece, Request


def setting_of(piece: Piece) -> Setting | None:
    """The words that belong over a picture; nothing where there are none, or where they are of a kind that only a later version knows."""
    try:
        return Setting.model_validate(piece.parameters[SETTING], extra="ignore")
    except (KeyError, ValidationError):
        return None


def bare(piece: Piece) -> Picture | None:
    """The picture beneath its words."""
    return piece.own if piece.own and SETTING in piece.parameters else piece.picture


def with_words_of(draft: Piece, sources: Sequence[Piece]) -> Piece:
    """A picture that is made from one with words gets the same words."""
    setting = setting_of(sources[0]) if sources else None
    return with_setting(draft, setting) if setting else draft


def with_setting(piece: Piece, setting: Setting) -> Piece:
    """A picture over which these words are to be set, and which is called by them: so they are also read where it is not seen."""
    told = {**piece.parameters, SETTING: setting.model_dump(mode="json")}
    caption = " · ".join(setting.words.splitlines())
    return piece.model_copy(update={"parameters": told, "caption": caption})


async def lettered(job: Job, tools: Toolbox, pieces: Sequence[Piece]) -> list[Piece]:
    """The pictures with the words that belong over them. Steps: words-1…n."""
    return [
        await job.step(f"words-{number}", set_words, tools, job.request, piece) if setting_of(piece) else piece
        for number, piece in enumerate(pieces, 1)
    ]


async def set_words(tools: Toolbox, request: Request, piece: Piece) -> Piece:
    """Set a picture's words over it; the picture itself is kept beside. A free step."""
    setting, picture = setting_of(piece), piece.picture
    assert setting and picture
    data = await poster(await tools.media.read(picture.media), setting, "png")
    made = await keep_picture(tools, request, data)
    return piece.model_copy(update={"picture": made.model_copy(update={"spoiler": picture.spoiler}), "own": picture})
