"""*Sketch them*: a picture of each idea of the shortlist, for a second vote on what everybody can see."""

from __future__ import annotations

import time
from dataclasses import replace

from core import texts
from core.boards import rounds
from core.boards.made import making
from core.brief import Brief
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Closing, Moment
from core.errors import BadInput
from core.features.image import Distilled, distil
from core.features.steps.boards import found, in_turn, moved_on
from core.features.steps.painting import SAYS, Painted, draft_piece, paint_all
from core.features.steps.sheets import draw_checked
from core.features.steps.toolbox import Context, Toolbox, check, drawing_from, language_for
from core.jobs import LOOK, Estimator, Job, Recipe
from core.jobs.budget import PROMPT, QUESTIONS
from core.ports import Change, Drawing
from core.types import Board, Button, FromIdea, Reply, Request, Spend, Status, new_id

SKETCHES = "board-sketches"
"""The command of a request for the pictures of a shortlist."""

AT_ONCE = 3


# --- what it costs is told first -------------------------------------------------------------------------------------


async def offer(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Tell what the pictures cost, and ask whether they are to be drawn."""
    board = await _shortlisted(hands, here, pressed.argument)
    usd, language = hands.limits.estimate(_request(hands, here, board)), here.private_language
    told = {"count": len(board.chosen), "usd": texts.money(usd, language)}
    text = texts.say("board-sketch-ask" if usd else "board-sketch-free", language, **told)
    yes = Button(action=f"board-sketch-yes:{board.id}", label=texts.say("button-board-sketch-yes", language))
    await hands.desk.answer(here, Reply(text=text, buttons=(yes,), private=True))


async def sketch(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Begin to draw, and note on the board that it was begun, in one commit."""

    async def attempt() -> None:
        board = await _shortlisted(hands, here, pressed.argument)
        job = new_id()
        noted = making(board, here.user, board.chosen[0], SKETCHES, here.message, time.time(), job)
        begun = replace(here, closing=Closing(board=noted))
        await hands.desk.accept(begun, _request(hands, begun, board), job=job)

    await in_turn(hands, here, pressed.argument, attempt)


async def _shortlisted(hands: Hands, here: Moment, name: str) -> Board:
    """A board whose shortlist can be drawn. Raises ``BadInput`` for any other, and while it is being drawn or somebody is asked whether it may be."""
    board = await found(hands, here, name)
    if board.sketched:
        raise BadInput("board-sketched")
    if board.round != "over" or len(board.chosen) < 2:
        raise BadInput("board-idea-gone")
    begun = [one.job for one in board.made if one.command == SKETCHES]
    if begun and await hands.store.open_job(begun[-1]):
        raise BadInput("board-sketching")
    if begun and await hands.store.ask(begun[-1]):
        raise BadInput("board-sketch-asked")
    return board


def _request(hands: Hands, here: Moment, board: Board) -> Request:
    words = "\n".join(idea.text for number in board.chosen if (idea := board.idea(number)) and idea.text)
    options = {"board": board.id, "pictures": str(len(board.chosen))}
    return hands.desk.request(here, SKETCHES, words, options=options)


# --- what is drawn ---------------------------------------------------------------------------------------------------


async def draw_all(job: Job, tools: Toolbox) -> None:
    """Draw each idea of the shortlist, then have them voted on. Steps: check, prompt:<idea>, picture-<idea> each with those of ``look_over``."""
    board = await tools.store.board(job.request.options["board"])
    if board is None or board.sketched:
        return
    await job.step(LOOK, check, tools, job.request, Context())
    job.show(Status(phase="thinking"))
    asked = {
        str(number): job.request.model_copy(update={"words": idea.text})
        for number in board.chosen
        if (idea := board.idea(number))
    }

    async def prompted(one: Request) -> Distilled:
        return await distil(tools, one)

    prompts = dict(zip(asked, await job.each("prompt", asked.items(), prompted, at_most=AT_ONCE), strict=True))
    drawings = [_drawing(tools, one, prompts[number], int(number)) for number, one in asked.items()]

    async def paint(drawing: Drawing) -> Painted:
        number, one = str(drawing.slot), asked[str(drawing.slot)]
        prompt = prompts[number]
        caption = f"{number} · {texts.shortened(one.words, 200)}"
        draft = draft_piece(one, drawing.prompt, caption=caption, spends=_spends(prompt))
        draft = draft.model_copy(update={"idea": FromIdea(board=board.id, number=drawing.slot)})
        questions = prompt.questions if isinstance(prompt, Distilled) else ()
        return await draw_checked(job, tools, f"picture-{number}", drawing, draft, None, questions, one)

    await paint_all(job, tools, drawings, paint, priced=True)
    await job.settle(lambda: _voted_on(job, tools, board.id))


def _drawing(tools: Toolbox, request: Request, prompt: Distilled | Exception, slot: int) -> Drawing:
    """One picture; where the helper made nothing of the idea, it is drawn as it was said."""
    said = prompt.prompt if isinstance(prompt, Distilled) else request.words
    brief = Brief(kind="picture", language=language_for(request, request.words), words=request.words)
    return drawing_from(tools, request, said, slot, brief)


def _spends(prompt: Distilled | Exception) -> tuple[Spend, ...]:
    return prompt.spends if isinstance(prompt, Distilled) else ()


async def _voted_on(job: Job, tools: Toolbox, name: str) -> Change | None:
    """The vote on the pictures begins, if that has not happened yet."""
    board, now = await tools.store.board(name), time.time()
    if board is None or board.sketched:
        return None
    drawn = tuple(piece.idea.number for piece in job.made.values() if piece.idea)
    after = rounds.sketched(board, tuple(number for number in board.chosen if number in drawn), now)
    return moved_on(board, after.model_copy(update={"version": board.version + 1}), now)


def costs(estimator: Estimator, request: Request) -> list[float]:
    """A prompt and a picture for each, with the looks at them."""
    number = int(request.options["pictures"])
    checks = estimator.checks(request, number)
    prompts = [estimator.helper(len(request.words), PROMPT + QUESTIONS if checks else PROMPT)] * number
    return [*prompts, *estimator.pictures(request, number), *checks]


FEATURE = Feature(
    recipes={SKETCHES: Recipe(draw_all, costs)},
    verbs={"board-sketch": Verb(offer), "board-sketch-yes": Verb(sketch, slow=True)},
    says=(*SAYS, "board-sketch-ask", "board-sketch-free", "board-sketches-note"),
    of="brainstorm",
)
