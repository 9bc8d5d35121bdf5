"""Pictures that are changed by words, and looked at like those that are drawn: is what was asked for there, is what was to go gone?

Of a change to a part of a picture nothing outside it is looked at: there every pixel is as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import structlog

from core import prompts
from core.brief import Brief
from core.errors import FabulaError, Unavailable
from core.features.steps import checking
from core.features.steps.painting import Painted, redo
from core.features.steps.toolbox import Toolbox, language_for, passed_over
from core.jobs import Job, Paid
from core.ports import Drawing
from core.types import Piece, Question, Request

Asked = Callable[[], Awaitable[tuple[Question, ...]]]
"""Gives the questions, once they are written."""

log = structlog.get_logger()


class Questions(Paid):
    """By which a change is checked; none where nobody wrote any."""

    questions: tuple[Question, ...] = ()


@asynccontextmanager
async def asked_beside(job: Job, tools: Toolbox) -> AsyncIterator[Asked]:
    """Have the questions about the change that a job makes written beside the drawing, in the step ``questions``, if it is to be looked at."""
    task = asyncio.create_task(_asked(job, tools))
    try:
        yield lambda: asyncio.shield(task)
    finally:
        task.cancel()


async def _asked(job: Job, tools: Toolbox) -> tuple[Question, ...]:
    """The questions; whatever goes wrong with them costs nobody the picture."""
    if not job.request.words or checking.wanted(tools, job.request) is None:
        return ()
    try:
        return (await job.step("questions", ask_about, tools, job.request)).questions
    except FabulaError as error:
        log.info("nothing is asked of a change", job=job.id, code=error.code)
        return ()


async def ask_about(tools: Toolbox, request: Request) -> Questions:
    """Let the helper write what can be asked about a change."""
    brief = Brief(kind="change", language=language_for(request, request.words))
    brief = checking.questioned(tools, request, brief)
    try:
        told, spend = await tools.writer.extract(
            prompts.instructions(brief),
            request.told,
            checking.Questioned,
            name="change_questions",
            person=tools.pseudonym(request.author),
            brief=brief,
        )
    except Unavailable as error:
        return Questions(spends=passed_over(error, tools))
    return Questions(questions=checking.all_questions(request, told.questions, brief), spends=(spend,))


async def change_checked(
    job: Job,
    tools: Toolbox,
    name: str,
    drawing: Drawing,
    draft: Piece,
    sources: Sequence[Piece],
    asked: Asked,
    region: str | None = None,
) -> Painted:
    """Change pictures in the step ``name``, all of them or the region, and have what came of it looked at."""
    made = await job.step(name, redo, tools, job.request, drawing, draft, tuple(sources), region, job.show)
    return await checking.look_over(job, tools, name, drawing, made, await asked(), sources=sources, region=region)
