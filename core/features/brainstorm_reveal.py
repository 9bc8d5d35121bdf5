"""What happens to a board at a time: a round ends, all that was written is gathered and revealed, the board ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice, zip_longest

from pydantic import BaseModel, Field

from core import texts
from core.boards import alike, carrying, rounds
from core.boards.rounds import Groups
from core.conversation.feature import Feature
from core.conversation.timers import Outcome
from core.errors import FabulaError, Refused
from core.features.brainstorm_groups import GROUPING, grouped_by_helper, names_groups
from core.features.brainstorm_photos import kept_photos, let_go_of, thumbnail
from core.features.steps import board_words as words
from core.features.steps.boards import OVER, REVEAL, ROUND, TICK, is_still_due, moved_on, said, tick
from core.features.steps.toolbox import Toolbox, language_for
from core.graphemes import is_blank
from core.jobs import Estimator, Job, Paid, Recipe
from core.ports import Change, NewReply
from core.prompts import sparks as prompts
from core.types import Board, Idea, Reply, Request, Timer, User, Value

LOOKED_AT_ONCE = 4
"""Ideas that the moderator looks at together, one by one, where something is wrong with one of all."""

TOKENS = 500
"""Of somebody's thoughts and ideas, rounded up."""


# --- when a time has come --------------------------------------------------------------------------------------------


async def round_over(timer: Timer, tools: Toolbox) -> Outcome:
    """The time of a round is over: the next one begins."""
    board = await tools.store.board(timer.about["board"])
    if board is None or not is_still_due(timer, board):
        return Outcome()
    now = max(time.time(), timer.at)
    after = rounds.next_round(board, now).model_copy(update={"version": board.version + 1})
    return Outcome(change=moved_on(board, after, now))


async def time_left(timer: Timer, tools: Toolbox) -> Outcome:
    """Tell anew how much time is left."""
    board, now = await tools.store.board(timer.about["board"]), max(time.time(), timer.at)
    if board is None or not is_still_due(timer, board) or board.ends is None or board.ends <= now:
        return Outcome()
    shown = said(board, f"left {timer.id}", words.living(board, now))
    return Outcome(change=Change(replies=(shown,), timers=(tick(board, now),)))


async def board_over(timer: Timer, tools: Toolbox) -> Outcome:
    """Nobody has ended it in all that time: it ends with what it has."""
    board, now = await tools.store.board(timer.about["board"]), max(time.time(), timer.at)
    if board is None or board.round == "over":
        return Outcome()
    after = rounds.end(board, now).model_copy(update={"version": board.version + 1})
    return Outcome(change=moved_on(board, after, now))


async def reveal_due(timer: Timer, tools: Toolbox) -> Outcome:
    """All has been written: a job gathers it."""
    board = await tools.store.board(timer.about["board"])
    if board is None or not is_still_due(timer, board) or board.round != "reveal":
        return Outcome()
    members = (one.user for one in board.members)
    author = board.leader or next(members, User(platform=board.place.platform, id=""))
    without = Request(
        command=REVEAL,
        options={"board": board.id},
        language=board.language,
        message="",
        place=board.place,
        author=author,
        session=f"{board.place.key}:{author.id}",
        hidden=True,  # the board itself says that all is being gathered
    )
    if board.hands_on:
        return Outcome(request=without)
    wanted, named = min(board.sparks, len(board.ideas)), names_groups(board, tools)
    options = {"board": board.id, "letters": str(_letters(board)), **({"sparks": str(wanted)} if wanted else {})}
    options |= {"groups": "true"} if named else {}
    request = without.model_copy(update={"options": options}) if wanted or named else without
    return Outcome(request=request, instead=without)


# --- what is gathered ------------------------------------------------------------------------------------------------


class Held(Value):
    """The numbers of ideas that break the rules."""

    numbers: tuple[int, ...] = ()


async def reveal(job: Job, tools: Toolbox) -> None:
    """Look at all ideas, then reveal those that may be seen, or first give them to others to carry further.

    Steps: look, look:<number>, spark:<number>, look at the sparks. Nothing is shown meanwhile, and where the job is taken up again after that was
    done it ends. Ideas are compared in a thread: of the largest board it takes half a second.
    """
    board = await tools.store.board(job.request.options["board"])
    if board is None or board.round != "reveal":
        return
    held = frozenset(await _looked_over(job, tools, board))
    if board.hands_on:
        await job.settle(partial(_hand_on, tools, board, held))
        return
    given = [idea.text for idea in board.ideas if idea.text and idea.number not in held]
    sparks = await _sparks(job, tools, board, given) if job.request.options.get("sparks") and given else ()

    groups: Groups = ()
    if "groups" in job.request.options:
        pooled = await asyncio.to_thread(rounds.pooled, board, held, sparks, board.since)
        groups = await grouped_by_helper(job, tools, pooled)

    async def then() -> Change | None:
        found = await tools.store.board(board.id)
        if found is None or found.round != "reveal":
            return None
        now = time.time()
        revealed = await asyncio.to_thread(rounds.gathered, found, held, sparks, now, groups)
        after = revealed.model_copy(update={"version": found.version + 1})
        change = moved_on(found, after, now)
        told = _kept_back(found, after, held)
        return change.model_copy(update={"pieces": kept_photos(after), "replies": (*change.replies, *told)})

    await job.settle(then)
    await let_go_of(tools.store, board)


async def _hand_on(tools: Toolbox, board: Board, held: frozenset[int]) -> Change | None:
    """What is given to others to carry further, and a word to the authors of what is not."""
    found = await tools.store.board(board.id)
    if found is None or found.turn != board.turn:
        return None
    now = time.time()
    after = carrying.handed_on(found, held, now).model_copy(update={"version": found.version + 1})
    change = moved_on(found, after, now)
    return change.model_copy(update={"replies": (*change.replies, *_kept_back(found, after, held))})


def _kept_back(before: Board, after: Board, held: frozenset[int]) -> tuple[NewReply, ...]:
    """A word to their authors alone that ideas are not shown, to each once."""
    new = (idea for idea in before.ideas if idea.number in held and idea.author and not idea.kept_back)
    return tuple(_not_shown(after, idea) for idea in new)


def _not_shown(board: Board, idea: Idea) -> NewReply:
    member = board.member(idea.author)
    language = texts.language_of(member.user.language, board.language) if member else board.language
    text = texts.say("board-kept-back-yours", language, topic=board.topic, idea=words.told(idea))
    reply = Reply(text=text, private=True, confidential=True)
    return said(board, f"kept back {idea.number}", reply).model_copy(update={"user": idea.author, "language": language})


async def _looked_over(job: Job, tools: Toolbox, board: Board) -> Sequence[int]:
    """The numbers of the ideas that the moderator refuses, now or before. Raises what keeps it from looking at one."""
    new = [idea for idea in board.ideas if not idea.looked and not idea.kept_back]
    fine = (await job.step("look", _fine, tools, tuple(filter(None, (idea.text for idea in new))))).numbers == ()
    named = [(str(idea.number), idea) for idea in new if idea.photo or not fine]

    async def look(idea: Idea) -> Held:
        return await _look(tools, idea)

    looks = await job.each("look", named, look, at_most=LOOKED_AT_ONCE)
    if failed := next((one for one in looks if isinstance(one, FabulaError)), None):
        raise failed
    refused = [number for one in looks if isinstance(one, Held) for number in one.numbers]
    return [*refused, *(idea.number for idea in board.ideas if idea.kept_back)]


async def _fine(tools: Toolbox, told: tuple[str, ...]) -> Held:
    """Whether all ideas together may be seen; else the number 0 stands for one that may not."""
    if not told:
        return Held()
    try:
        await tools.moderator.check("\n\n".join(told))
    except Refused:
        return Held(numbers=(0,))
    return Held()


async def _look(tools: Toolbox, idea: Idea) -> Held:
    try:
        await tools.moderator.check(idea.text, [await thumbnail(tools, idea.photo)] if idea.photo else [])
    except Refused:
        return Held(numbers=(idea.number,))
    return Held()


# --- what is added ---------------------------------------------------------------------------------------------------


class Thought(BaseModel):
    """What somebody thinks, step by step, and the ideas that come of it."""

    thoughts: str = Field(description="The thoughts, before any idea.")
    ideas: list[str]


class Sparks(Paid):
    """The ideas of one of those through whose eyes the model looks."""

    ideas: tuple[str, ...] = ()


class _Asked(Value):
    who: str
    part: int
    count: int
    language: str


async def _sparks(job: Job, tools: Toolbox, board: Board, given: Sequence[str]) -> tuple[str, ...]:
    """Ideas of the program's own, fewer than people gave or as many: what repeats one of theirs, or another, is not among them.

    Without them all goes on as well, so where they fail there are none.
    """
    wanted = min(int(job.request.options["sparks"]), len(given))
    language = language_for(job.request, board.topic)
    who = prompts.people(board.id, wanted, language)
    each = -(-wanted // len(who)) + 1
    asked = [(str(part), _Asked(who=one, part=part, count=each, language=language)) for part, one in enumerate(who)]

    async def spark(one: _Asked) -> Sparks:
        return await _sparked(tools, job.request, {"topic": board.topic, "given": given}, one)

    told = await job.each("spark", asked, spark, at_most=len(who))
    rows = [one.ideas for one in told if isinstance(one, Sparks)]
    ideas = [idea for row in zip_longest(*rows, fillvalue="") for idea in row if idea]
    new = await asyncio.to_thread(_new, given, ideas, wanted)
    if not new:
        return ()
    try:
        looked = await job.step("look at the sparks", _fine, tools, new)
    except FabulaError:
        return ()
    return () if looked.numbers else new


async def _sparked(tools: Toolbox, request: Request, text: Mapping[str, object], asked: _Asked) -> Sparks:
    """What one of them would add."""
    told = json.dumps({**text, "count": asked.count, "part": asked.part}, ensure_ascii=False)
    thought, spend = await tools.writer.extract(
        prompts.instructions(asked.who, asked.count, asked.language),
        told,
        Thought,
        name="sparks",
        person=tools.pseudonym(request.author),
        growing=lambda _: None,
    )
    ideas = (" ".join(idea.split())[: rounds.LONGEST_IDEA] for idea in thought.ideas[: asked.count])
    return Sparks(ideas=tuple(idea for idea in ideas if not is_blank(idea)), spends=(spend,))


def _new(given: Sequence[str], sparks: Sequence[str], wanted: int) -> tuple[str, ...]:
    """Those of the sparks that repeat nothing, as many as are wanted."""
    first = alike.repeated([*given, *sparks])
    new = (idea for place, idea in enumerate(sparks, len(given)) if first[place] == place)
    return tuple(islice(new, wanted))


def _letters(board: Board) -> int:
    return sum(len(idea.text) + 4 for idea in board.ideas)


def costs(estimator: Estimator, request: Request) -> list[float]:
    """The thoughts of those through whose eyes the model looks, and the names of groups; without either nothing."""
    letters, wanted = int(request.options.get("letters", 0)), int(request.options.get("sparks", 0))
    thoughts = [estimator.text(letters, TOKENS)] * len(prompts.people("", wanted, "en")) if wanted else []
    return [*thoughts, *([estimator.helper(letters, GROUPING)] if "groups" in request.options else [])]


FEATURE = Feature(
    recipes={REVEAL: Recipe(reveal, costs, looks=False)},
    timers={ROUND: round_over, REVEAL: reveal_due, OVER: board_over, TICK: time_left},
    says=(
        *(
            "board-revealed",
            "board-revealed-more",
            "board-revealed-apart",
            "board-sparks",
            "board-kept-back",
            "board-kept-back-yours",
            "board-grouped",
            "board-group",
        ),
        *(
            "board-ended",
            "board-ended-empty",
            "board-ended-hidden",
            "board-ended-undecided",
            "board-chosen",
            "board-drawn-note",
            "board-runoff-decided-note",
        ),
    ),
)
