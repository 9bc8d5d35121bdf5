"""Plain talk: the writer answers with the session's history."""

from __future__ import annotations

from core import prompts, texts
from core.brief import Brief
from core.conversation.feature import Feature
from core.features.steps.tasting import WRITTEN, of_piece
from core.features.steps.toolbox import Toolbox, beside_check, characters_of, gather, language_for, own_language
from core.graphemes import cut
from core.jobs import Estimator, Job, Paid, Recipe
from core.jobs.budget import HISTORY
from core.ports import TEXT_FITS, Fit, Show
from core.rows import row
from core.types import Piece, PieceKind, Reply, Request, Status, Turn

_ANSWER = 800
"""Tokens of an answer, rounded up."""


class Text(Paid):
    """A text that was written. ``cut``: it ended at the length limit. ``fitted``: what of the wish it could not be made of."""

    piece: Piece
    cut: bool = False
    fitted: tuple[Fit, ...] = ()

    def shown(self, language: str) -> str:
        """The text as it is said, with what it lacks in a line below; that is no part of the text, and nothing goes on from it."""
        notes = (texts.say(fit.code, language, asked=fit.asked, used=fit.used) for fit in self.fitted)
        return "\n\n".join((self.piece.words, *notes))


async def talk(job: Job, tools: Toolbox) -> None:
    """Answer in a few sentences; a piece that goes along can be rated by a button. Steps: context, check beside text."""
    context = await job.step("context", gather, tools, job.request)
    job.show(Status(phase="writing"))
    words = job.request.told
    brief = Brief(
        kind="help" if "help" in job.request.options else "talk",
        language=language_for(job.request, words),
        own=own_language(job.request, words),
    )
    before = (await tools.store.session(job.request.session)).turns

    async def writing(show: Show) -> Text:
        return await job.step("text", write, tools, job.request, brief, before, words, show)

    text = await beside_check(job, tools, context, writing)
    rated = context.sources
    buttons = row(("like", "dislike"), rated[0].id, job.language) if rated else ()
    reply = Reply(text=text.shown(job.language), pieces=(text.piece,), mentions=rated, buttons=buttons)
    await job.say("text", reply, turns=said(job.request, text.piece))
    await say_if_cut(job, text)


async def say_if_cut(job: Job, text: Text) -> None:
    """Say of a text that it is not at its end, and offer to go on."""
    if text.cut:
        buttons = row(("continue",), text.piece.id, job.language)
        note = Reply(text=texts.say("note-cut", job.language), mentions=(text.piece,), buttons=buttons)
        await job.say("cut", note)


async def write(
    tools: Toolbox,
    request: Request,
    brief: Brief,
    turns: tuple[Turn, ...],
    words: str,
    show: Show,
    parent: str | None = None,
) -> Text:
    """Write one text, showing it as it grows."""
    quoted = "".join(f"\n> {line}" for line in request.quote.splitlines() if line.strip())
    asked = Turn(
        role="person",
        text=words + quoted,
        author=request.author.name if request.shared else "",
    )
    instructions = prompts.instructions(brief)
    written = await tools.writer.write(
        instructions, (*turns, asked), person=tools.pseudonym(request.author), show=show, brief=brief
    )
    piece = Piece(
        kind=PieceKind.TEXT,
        words=written.text,
        caption=cut(written.text.lstrip("# ").split("\n", 1)[0], 120),
        prompt=instructions,
        request=request.words,
        model=written.spend.model,
        parameters={"command": request.command, "options": dict(request.options), **characters_of(request)},
        parent=parent,
        spends=(written.spend,),
        taste=of_piece(request, (*WRITTEN, "style")),
    )
    fitted = written.fitted if request.words else ()
    return Text(piece=piece, cut=written.cut, fitted=fitted, spends=(written.spend,))


def said(request: Request, answer: Piece) -> tuple[Turn, ...]:
    """The two turns that an exchange adds to the session; both go when the answer is deleted."""
    author = request.author.name if request.shared else ""
    return (
        Turn(role="person", text=request.words, author=author, pieces=(answer.id,)),
        Turn(role="fabula", text=answer.words, pieces=(answer.id,)),
    )


def costs(estimator: Estimator, request: Request) -> list[float]:
    """An answer, with what was said before it."""
    return [estimator.text(len(request.words) + len(request.quote) + HISTORY, _ANSWER)]


FEATURE = Feature(recipes={"talk": Recipe(talk, costs, version=2)}, says=("note-cut", *TEXT_FITS))
