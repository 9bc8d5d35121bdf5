"""A photo without a command: what shall be done with it?"""

from __future__ import annotations

from core import texts
from core.conversation.feature import Feature
from core.features.steps.toolbox import Toolbox, gather
from core.jobs import Job, Recipe, nothing
from core.rows import PHOTO_VERBS, row
from core.types import Reply


async def photo(job: Job, tools: Toolbox) -> None:
    """Keep the photo and offer Edit and Vary. Steps: context.

    Of several, a command that comes next means all of them: one may be the mask of the other. So none becomes the last picture.
    """
    context = await job.step("context", gather, tools, job.request)
    piece = context.photos[0]
    buttons = row(PHOTO_VERBS, piece.id, job.language)
    await job.say(
        "offer",
        Reply(text=texts.say("ask-what-to-do", job.language), mentions=(piece,), buttons=buttons),
        last_picture=piece.id if len(context.photos) == 1 else None,
    )


FEATURE = Feature(recipes={"photo": Recipe(photo, nothing, version=2, looks=False)}, says=("ask-what-to-do",))
