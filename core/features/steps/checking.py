"""Looking at a picture that was drawn: does it show what was asked? If not it is changed once, drawn anew once, and the best is kept.

A feature has the questions written with the prompt (``Questioned``), and calls ``look_over`` behind its drawing step; that is all.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel, Field, ValidationError, field_validator

from core import checks, prompts, texts
from core.brief import Brief
from core.conversation.commands import Option
from core.errors import FabulaError
from core.features.steps.painting import Painted, draw, redo
from core.features.steps.toolbox import Toolbox
from core.jobs import Job, Paid
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.ports import Drawing, Fit, Show, Writer
from core.types import Answer, Checked, Piece, Question, Request, Spend, Status, Verdict

CHECK = Option("check", "flag", aliases=("检查",))
WITHOUT = Option("no", "text", highest=200, aliases=("without", "exclude", "避免", "不要"))
OPTIONS = (CHECK, WITHOUT)
"""What every command that draws from words knows."""

PATIENCE = 40.0
"""Seconds that somebody may take to look; then the picture comes as it is."""

SEEN_EDGE, SEEN_BYTES = 1536, 1_000_000
"""Up to this size a picture is shown as it came: a larger one is scaled by the service anyway (OpenAI, 2026-11)."""

_WAYS = ("mended", "redrawn")
"""What is tried, one after the other, each once."""

_TOLD = 3
"""Things that a sentence names at most."""

log = structlog.get_logger()


class Questioned(BaseModel):
    """A prompt of the helper's together with its questions; what is no question costs that one alone."""

    questions: Sequence[Question] = Field(
        default_factory=list, description="The questions by which the picture can be checked."
    )

    @field_validator("questions", mode="before")
    @classmethod
    def _readable(cls, told: object) -> object:
        return [one for one in told if _is_question(one)] if isinstance(told, list) else []


def _is_question(told: object) -> bool:
    try:
        return bool(Question.model_validate(told))
    except ValidationError:
        return False


class _Told(BaseModel):
    """One answer of whoever looks."""

    number: int = Field(description="The question's number.")
    answer: Verdict
    seen: str = Field(description="What is really there, in at most eight words.")


class Judged(BaseModel):
    """All that was answered."""

    answers: list[_Told]

    @field_validator("answers", mode="before")
    @classmethod
    def _readable(cls, told: object) -> object:
        return [one for one in told if _is_answer(one)] if isinstance(told, list) else []


def _is_answer(told: object) -> bool:
    try:
        return bool(_Told.model_validate(told))
    except ValidationError:
        return False


class Seen(Paid):
    """What was answered about a picture; nothing where nobody could look, or whoever did is not believed."""

    answers: tuple[Answer, ...] = ()


class Tried(Paid):
    """Another try at a picture, under the id of the first; no piece where nothing came of it."""

    piece: Piece | None = None
    fitted: tuple[Fit, ...] = ()


@dataclass(frozen=True)
class _State:
    """A picture with its answers."""

    piece: Piece
    fitted: tuple[Fit, ...]
    answers: tuple[Answer, ...]
    change: str = ""

    @property
    def score(self) -> float | None:
        return checks.score(self.answers)


def wanted(tools: Toolbox, request: Request) -> int | None:
    """How many questions are to be written for a picture of this request; ``None`` where it is not looked at."""
    usual = tools.settings.checking
    return checks.MOST if checks.is_checked(request.command, request.options, usual) else None


def unwanted(request: Request) -> tuple[str, ...]:
    """What the pictures of a request shall do without (``--no text, blur``)."""
    return items(request.options.get("no", ""))


def items(said: str) -> tuple[str, ...]:
    """Things between commas of any kind, each once."""
    for comma in "，、;；\n":
        said = said.replace(comma, ",")
    return tuple(dict.fromkeys(one for part in said.split(",") if (one := " ".join(part.split()))))


def questioned(tools: Toolbox, request: Request, brief: Brief) -> Brief:
    """What the helper is told who writes prompts for a request: whether questions belong to them, and what the pictures shall do without."""
    without = ", ".join(unwanted(request)) or None
    return brief.model_copy(update={"questions": wanted(tools, request), "without": without})


def all_questions(request: Request, asked: Sequence[Question], brief: Brief) -> tuple[Question, ...]:
    """The helper's questions, and one about each thing that was not wanted; none where the brief asked for none."""
    if not brief.questions:
        return ()
    own = prompts.asked_absent(unwanted(request)[: checks.MOST], brief.language)
    return checks.sound([*checks.sound(asked), *own], checks.MOST + len(own))


async def look_over(
    job: Job,
    tools: Toolbox,
    name: str,
    drawing: Drawing,
    first: Painted,
    questions: Sequence[Question],
    *,
    sources: Sequence[Piece] = (),
    like: Sequence[Piece] = (),
    region: str | None = None,
    request: Request | None = None,
) -> Painted:
    """Look at a picture that was just drawn, and have it put right where it does not show what was asked. Gives the best one, with its answers.

    Steps: ``<name> seen``, and where that is not enough ``<name> mended``, ``<name> mended seen``, ``<name> redrawn``, ``<name> redrawn seen``.
    All are in the estimate (``Estimator.checks``). ``sources`` are the pictures that it was made from, ``like`` those that ``draw`` got; ``region``
    is the media id of the part that alone was to change, ``request`` that of this picture where it is not the job's. Whoever looks sees who is in it
    beside it. Whatever goes wrong here costs nobody the picture: it comes as it is.
    """
    if not questions:
        return first
    same = (prompts.asked_same(_language(job, drawing)),) if first.like else ()
    asked = (*questions, *same)
    look = _Look(job, tools, request or job.request, drawing, asked, tuple(sources), tuple(like), first.like, region)
    answers, spends = await look.seen(f"{name} seen", first.piece)
    begun = best = _State(first.piece, first.fitted, answers)
    tries = 0
    for way in _WAYS:
        if best.score is None or best.score >= tools.settings.check_threshold:
            break
        tried = await look.tried(name, way, begun)
        spends += tried.spends
        if tried.piece is None:
            continue
        tries += 1
        answers, cost = await look.seen(f"{name} {way} seen", tried.piece)
        spends += cost
        other = _State(tried.piece, tried.fitted, answers, look.change(begun) if way == "mended" else "")
        if other.score is not None and other.score > best.score:
            best = other
    return _told(first, begun, best, spends, tries, enough=tools.settings.check_threshold)


def _language(job: Job, drawing: Drawing) -> str:
    return drawing.brief.language if drawing.brief else job.language


@dataclass(frozen=True)
class _Look:
    """What all the steps around one picture have in common."""

    job: Job
    tools: Toolbox
    request: Request
    drawing: Drawing
    questions: tuple[Question, ...]
    sources: tuple[Piece, ...]
    like: tuple[Piece, ...]
    shown: tuple[Piece, ...]
    region: str | None

    @property
    def language(self) -> str:
        return _language(self.job, self.drawing)

    def change(self, state: _State) -> str:
        """The words by which a picture is put right."""
        return prompts.change_for(checks.failed(state.answers), self.language)

    async def seen(self, step: str, piece: Piece) -> tuple[tuple[Answer, ...], tuple[Spend, ...]]:
        """What is answered about a picture, and what that cost."""
        self.job.show(Status(phase="checking"))
        try:
            found = await self.job.step(
                step, see, self.tools, self.request, piece, self.questions, self.shown, self.language
            )
        except FabulaError as error:
            log.info("not looked at", job=self.job.id, code=error.code)
            return (), ()
        return found.answers, found.spends

    async def tried(self, name: str, way: str, begun: _State) -> Tried:
        """The picture changed, or another one in its place."""
        usual = self.tools.painter.usual_seconds(self.drawing)
        self.job.show(Status(phase="drawing", usual=usual))
        drawing, sources = self.drawing, self.sources
        if way == "mended":
            change, sources = self.change(begun), (begun.piece,)
            brief = Brief(kind="edit", language=self.language, words=change)
            prompt = prompts.edited(change, None, self.language, masked=self.region is not None)
            drawing = drawing.model_copy(update={"prompt": prompt, "brief": brief})
        try:
            return await self.job.step(
                f"{name} {way}",
                attempt,
                self.tools,
                self.request,
                drawing,
                begun.piece,
                sources,
                self.like,
                self.region,
                self.job.show,
            )
        except FabulaError as error:
            log.info("not mended", job=self.job.id, code=error.code)
            return Tried()


async def see(
    tools: Toolbox,
    request: Request,
    piece: Piece,
    questions: tuple[Question, ...],
    like: tuple[Piece, ...],
    language: str,
) -> Seen:
    """Ask the helper about a picture. One that cannot see, or fails, or takes too long, has answered nothing, and is not asked again."""
    shown = [one for one in (*like, piece) if one.picture]
    try:
        datas = await asyncio.gather(*(_looked_at(tools, one) for one in shown))
        async with asyncio.timeout(PATIENCE):
            return await look(
                tools.writer, datas, questions, piece.prompt, language, person=tools.pseudonym(request.author)
            )
    except (FabulaError, TimeoutError) as error:
        log.info("nothing seen", code=getattr(error, "code", "timeout"))
        return Seen()


async def look(
    writer: Writer, shown: Sequence[bytes], questions: Sequence[Question], prompt: str, language: str, *, person: str
) -> Seen:
    """What is answered about the last of the pictures that are shown; the others are those whose characters it has to show.

    One question more is about something that is not there: who says yes to that is not believed. Raises as ``Writer.extract`` does.
    """
    asks = [one.ask for one in questions]
    odd = prompts.odd_one("\n".join((prompt, *asks)), language)
    place = len(odd) % (len(asks) + 1)
    asks.insert(place, odd)
    brief = Brief(kind="check", language=language, pictures=len(shown) - 1 or None)
    judged, spend = await writer.extract(
        prompts.instructions(brief),
        _as_list(asks),
        Judged,
        name="picture_check",
        person=person,
        pictures=shown,
        brief=brief,
    )
    found = {told.number - 1: told for told in judged.answers}
    if place in found and found[place].answer in ("yes", "partly"):
        log.info("not believed", model=spend.model)
        return Seen(spends=(spend,))
    numbers = [number for number in range(len(asks)) if number != place]
    answers = tuple(_answer(one, found.get(number)) for one, number in zip(questions, numbers, strict=True))
    return Seen(answers=answers, spends=(spend,))


def _as_list(asks: Sequence[str]) -> str:
    """The questions as JSON, so that none of them can be taken for anything else."""
    listed: list[dict[str, Any]] = [{"number": number, "question": ask} for number, ask in enumerate(asks, 1)]
    return json.dumps(listed, ensure_ascii=False)


def _answer(question: Question, told: _Told | None) -> Answer:
    if told is None:
        return Answer(question=question, verdict="unclear")
    return Answer(question=question, verdict=told.answer, seen=" ".join(told.seen.split())[: checks.LONGEST_WHAT])


async def _looked_at(tools: Toolbox, piece: Piece) -> bytes:
    """What is shown of a picture: itself, or a smaller version."""
    assert piece.picture
    data = await tools.media.read(piece.picture.media)
    if max(piece.picture.width, piece.picture.height) <= SEEN_EDGE and len(data) <= SEEN_BYTES:
        return data
    return await in_thread(pictures.thumbnail, data, SEEN_EDGE)


async def attempt(
    tools: Toolbox,
    request: Request,
    drawing: Drawing,
    piece: Piece,
    sources: tuple[Piece, ...],
    like: tuple[Piece, ...],
    region: str | None,
    show: Show,
) -> Tried:
    """Draw it once more: from the sources where there are any, else from words, and ``like``; both with the pictures of who is named."""
    draft = piece.model_copy(update={"spends": (), "own": None, "checked": None})
    try:
        if sources:
            made = await redo(tools, request, drawing, draft, sources, region, show)
        else:
            made = await draw(tools, request, drawing, draft, show, like)
    except FabulaError as error:
        log.info("not drawn again", code=error.code)
        return Tried()
    again = made.piece.model_copy(update={"prompt": piece.prompt})  # what it was asked for with, and not the change
    return Tried(piece=again, fitted=made.fitted, spends=made.spends)


def _told(
    first: Painted, begun: _State, best: _State, spends: tuple[Spend, ...], tries: int, *, enough: float
) -> Painted:
    """The picture that is kept, with its answers, what all of it cost, and what is to be said about it."""
    score = best.score
    piece = best.piece.model_copy(update={"spends": (*first.piece.spends, *spends)})
    if score is None:
        return Painted(piece=piece, fitted=best.fitted, spends=(*first.spends, *spends))
    checked = Checked(answers=best.answers, score=score, mended=best.change)
    left = checks.failed(best.answers) if score < enough else []
    lacking = {one.what for one in checks.failed(best.answers)}
    put_right = [one for one in checks.failed(begun.answers) if one.what not in lacking]
    fits = [
        *_fits("note-redrawn", [one for one in put_right if one.kind != "absent"]),
        *_fits("note-removed", [one for one in put_right if one.kind == "absent"]),
        *(_fits("note-still", left, str(tries)) if tries else ()),
    ]
    piece = piece.model_copy(update={"checked": checked})
    return Painted(piece=piece, fitted=(*best.fitted, *fits), spends=(*first.spends, *spends))


def _fits(code: str, about: Sequence[Question], used: str = "") -> tuple[Fit, ...]:
    """A sentence that names these things, if there are any."""
    return (Fit(code=code, asked=texts.listed(one.what for one in about[:_TOLD]), used=used),) if about else ()
