"""A photo without a command: what shall be done with it?"""

from __future__ import annotations

from core import texts
from core.conversation.feature import Feature
from core.documents import cards
from core.errors import BadInput
from core.features.characters import TAKE
from core.features.steps.toolbox import Toolbox, gather
from core.jobs import Job, Recipe, nothing
from core.pictures.work import in_thread
from core.rows import PHOTO_VERBS, row
from core.types import Piece, Reply


async def photo(job: Job, tools: Toolbox) -> None:
    """Keep the photo and offer Edit and Vary; one that is a character's card can be taken in. Steps: context, card.

    Of several, a command that comes next means all of them: one may be the mask of the other. So none becomes the last picture.
    """
    context = await job.step("context", gather, tools, job.request)
    piece = context.photos[0]
    verbs = (*PHOTO_VERBS, TAKE) if await job.step("card", _is_card, tools, piece) else PHOTO_VERBS
    buttons = row(verbs, piece.id, job.language)
    await job.say(
        "offer",
        Reply(text=texts.say("ask-what-to-do", job.language), mentions=(piece,), buttons=buttons),
        last_picture=piece.id if len(context.photos) == 1 else None,
    )


async def _is_card(tools: Toolbox, photo: Piece) -> bool:
    """Whether a photo is somebody's card that can be used; a broken one is a photo all the same. A free step."""
    assert photo.picture
    try:
        return bool(await in_thread(cards.read_card, await tools.media.read(photo.picture.media)))
    except BadInput:
        return False


FEATURE = Feature(recipes={"photo": Recipe(photo, nothing, version=2, looks=False)}, says=("ask-what-to-do",))
