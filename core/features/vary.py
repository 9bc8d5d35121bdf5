"""``/vary``: variations of a picture. OpenAI's variations endpoint is gone; a variation is an edit without a mask."""

from __future__ import annotations

from core import prompts, texts
from core.brief import Brief
from core.conversation.commands import NUMBER, QUALITY, STYLE, Command, Option
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput
from core.features.steps.changing import asked_beside, change_checked
from core.features.steps.checking import CHECK
from core.features.steps.painting import SAYS, Painted, draft_piece, paint_all
from core.features.steps.tasting import liked
from core.features.steps.toolbox import Toolbox, check, drawing_from, gather, language_for, number_of
from core.jobs import LOOK, Estimator, Job, Recipe
from core.ports import Drawing
from core.types import PieceKind

STRENGTH = Option(
    "strength", "choice", ("subtle", "strong"), aliases=("强度",), values={"细微": "subtle", "强": "strong"}
)
COMMAND = Command(
    "vary", "how", (STYLE, QUALITY, NUMBER, STRENGTH, CHECK), ("photo",), paid=True, aliases=("变化", "变体")
)


async def vary(job: Job, tools: Toolbox) -> None:
    """Make 1–4 variations. Steps: context, check, picture-1…n beside questions."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    await job.step(LOOK, check, tools, request, context)
    if not (context.photos or context.sources):
        raise BadInput("no-picture")
    source = (context.photos or context.sources)[0]
    language = language_for(request, request.words)
    words = prompts.variation(request.words, request.options.get("strength", "subtle"), language)
    prompt = prompts.styled(words, request.options.get("style"), language)
    brief = Brief(kind="variation", language=language, words=request.words)
    number = number_of(request)
    drawings = [drawing_from(tools, request, prompt, slot, brief) for slot in range(1, number + 1)]
    under_each = "caption-variation" if number == 1 else "caption-variation-numbered"

    async def paint(drawing: Drawing) -> Painted:
        caption = request.words or texts.say(under_each, request.language, slot=drawing.slot)
        draft = draft_piece(request, prompt, caption=caption, parent=source.id)
        return await change_checked(job, tools, f"picture-{drawing.slot}", drawing, draft, (source,), asked)

    hints = await liked(tools, request, source)
    async with asked_beside(job, tools) as asked:
        await paint_all(job, tools, drawings, paint, mentions=(source,), hints=hints)


async def vary_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Vary the picture, as it comes."""
    await hands.questions.start(here, COMMAND, "", sources=(pressed.piece.id,))


FEATURE = Feature(
    COMMAND,
    about="variations of a photo, of the picture you reply to, or of your last one",
    recipes={"vary": Recipe(vary, Estimator.changed_pictures, version=2)},
    verbs={"vary": Verb(vary_it, frozenset({PieceKind.PICTURE, PieceKind.PHOTO}), whose="user", slow=True)},
    says=(*SAYS, "caption-variation", "caption-variation-numbered", "ask-which", "button-cancel"),
)
