"""Styles in pictures: the first time three rows of four, the same scene in four styles: which of these? Nobody has to. And later those of which
something was learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core import prompts, texts
from core.conversation import ratings
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput
from core.features.steps.toolbox import Toolbox, keep_picture
from core.jobs import Job, Recipe, nothing
from core.pictures.sheet import Tile, sheet
from core.pictures.work import in_thread
from core.ports import Hint
from core.settings import Settings
from core.types import Button, Chosen, Piece, PieceKind, Reply, Request, Tasted

COMMAND, LEARNT = "taste-row", "taste-learnt"
SHELF = Path(__file__).parents[1] / "shelf"
"""The pictures that are shipped, drawn once by the sketch artist (``make samples``)."""

ROWS = (
    ("watercolor", "ink", "cartoon", "pixel"),
    ("oil", "papercut", "sketch", "cyberpunk"),
    ("childlike", "woodcut", "clay", "stainedglass"),
)
PICTURED = frozenset(style for row in ROWS for style in row)
"""The styles of which there is a picture."""

ENDINGS = (".webp", ".png", ".jpg", ".jpeg")
LARGEST = 5_000_000
"""Bytes of a picture of the operator's own that is shown; a larger one is passed over for ours."""

SAID, AGAINST = 1.0, -0.25
"""What it says of the chosen style, and of each of the others."""


def picture_of(style: str, settings: Settings) -> bytes:
    """The picture of a style: the operator's own where there is a usable one, else ours. Reads a file: run it in a thread."""
    own = [settings.taste_shelf / f"{style}{ending}" for ending in ENDINGS] if settings.taste_shelf else []
    for file in own:
        try:
            if file.stat().st_size <= LARGEST:
                return file.read_bytes()
        except OSError:
            continue
    return (SHELF / f"{style}.webp").read_bytes()


async def show_row(job: Job, tools: Toolbox) -> None:
    """Show one row, as one picture with numbers. Step: row. Costs nothing."""
    number, language = int(job.request.options["row"]), job.private_language
    piece = await job.step("row", _pictures, tools, job.request, dict(enumerate(ROWS[number], 1)))
    buttons = [
        Button(action=f"taste-pick:{number}={style}", label=f"{place} {prompts.STYLES[style].label(language)}")
        for place, style in enumerate(ROWS[number], 1)
    ]
    buttons.append(Button(action=f"taste-pick:{number}=", label=texts.say("button-taste-none", language)))
    text = texts.say("taste-which", language, number=number + 1, count=len(ROWS))
    await job.say("row", Reply(text=text, pieces=(piece,), buttons=tuple(buttons), private=True))


async def show_learnt(job: Job, tools: Toolbox) -> None:
    """Show the styles of which something was learnt as one picture, by the numbers of their lines. Step: learnt. Costs nothing."""
    styles = {int(number): style for number, style in job.request.options.items()}
    piece = await job.step("learnt", _pictures, tools, job.request, styles)
    named = (f"{number} {prompts.STYLES[style].label(job.private_language)}" for number, style in styles.items())
    await job.say("learnt", Reply(text=" · ".join(named), pieces=(piece,), private=True))


async def _pictures(tools: Toolbox, request: Request, styles: Mapping[int, str]) -> Piece:
    """The pictures of styles in one, kept for whom it is shown to. One of the operator's that is broken is passed over. A free step."""
    try:
        data = await in_thread(_sheet, styles, tools.settings)
    except BadInput:
        data = await in_thread(_sheet, styles, tools.settings.model_copy(update={"taste_shelf": None}))
    return Piece(kind=PieceKind.PHOTO, picture=await keep_picture(tools, request, data))


def _sheet(styles: Mapping[int, str], settings: Settings) -> bytes:
    return sheet([Tile(number, picture_of(style, settings)) for number, style in styles.items()])


async def first_row(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The button under ``/taste``."""
    await _show(hands, here, 0)


async def _show(hands: Hands, here: Moment, number: int) -> None:
    await hands.desk.accept(here, hands.desk.request(here, COMMAND, options={"row": str(number)}))


async def pick(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """One of a row was chosen, or none: the next row, or thanks. Raises ``BadInput`` for a row or a style that there is not."""
    row, _, style = pressed.argument.partition("=")
    if row not in map(str, range(len(ROWS))) or style not in ("", *ROWS[int(row)]):
        raise BadInput("question-gone")
    if style and ratings.learns(hands.settings, here.session.preferences):
        here = replace(here, hints=tuple(_hints(here, ROWS[int(row)], style)))
    if int(row) + 1 < len(ROWS):
        return await _show(hands, here, int(row) + 1)
    return await hands.desk.answer(here, Reply(text=texts.say("taste-thanks", here.private_language), private=True))


def _hints(here: Moment, row: tuple[str, ...], style: str) -> list[Hint]:
    """What the choice says of each style of the row; each counts once, as it was chosen last."""
    user, room = here.user.key, ratings.room_of(here.event.place)
    return [
        Hint(
            about=f"shelf {one}",
            user=user,
            room=room,
            value=SAID if one == style else AGAINST,
            taste=Tasted(kind="", choices=(Chosen(factor="style", arm=one),)),
        )
        for one in row
    ]


FEATURE = Feature(
    recipes={
        COMMAND: Recipe(show_row, nothing, looks=False),
        LEARNT: Recipe(show_learnt, nothing, looks=False),
    },
    verbs={
        "taste-row": Verb(first_row, asked=True, slow=True),
        "taste-pick": Verb(pick, asked=True, slow=True, labelled=False),
    },
    says=("taste-which", "taste-thanks", "button-taste-none"),
    of="taste",
)
