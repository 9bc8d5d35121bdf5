"""*Change text*: a story in its reader's own words, as a new piece that comes from the old one. Nothing is paid for it."""

from __future__ import annotations

import re

from core import texts
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput
from core.features.steps.toolbox import Toolbox, check, gather
from core.graphemes import cut
from core.jobs import LOOK, Job, Recipe, nothing
from core.rows import TEXT_VERBS, row
from core.types import Form, FormField, Piece, PieceKind, Reply, Turn
from core.types.forms import LABEL, LONGEST, SHORT

_TITLED = re.compile(r"\A#{1,3} +(?P<title>[^\n]{1,300})(?:\n+|\Z)")


async def change_text(job: Job, tools: Toolbox) -> None:
    """Take the person's words for the story, once the moderator has seen them: drawing does not ask again. Steps: context, check, text."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    await job.step(LOOK, check, tools, request, context)
    piece = await job.step("text", _piece, request.words, context.sources[0])
    buttons = row(TEXT_VERBS, piece.id, job.language)
    turn = Turn(role="fabula", text=piece.words, pieces=(piece.id,))
    await job.say("text", Reply(text=piece.words, pieces=(piece,), buttons=buttons), turns=(turn,))


async def _piece(words: str, old: Piece) -> Piece:
    """The new text. What the old one was asked for with holds for it too: a picture of it is drawn in the same style."""
    return Piece(
        kind=PieceKind.TEXT,
        words=words,
        caption=cut(words.lstrip("# ").split("\n", 1)[0], 120),
        request=old.request,
        parameters={**old.parameters, "replaces": True},
        parent=old.id,
    )


async def form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """The title, where the text has one, and the text as it is now. Raises ``BadInput`` for one that no form holds."""
    language, (title, text) = here.language, _parts(pressed.piece.words)
    if len(text) > LONGEST:
        raise BadInput("text-too-long-to-change", limit=LONGEST)
    named = FormField(
        name="title", kind="short", label=texts.say("form-text-title", language), value=title, required=False
    )
    told = FormField(name="text", kind="long", label=texts.say("form-text", language), value=text, most=LONGEST)
    fits = len(text) <= LONGEST * 4 // 5  # else each of a modal's inputs is for the text
    fields = (named, told) if title and fits else (told,)
    return Form(title=texts.say("button-change-text", language)[:LABEL], fields=fields)


async def change(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Have the words taken. Raises ``BadInput`` where they are the same as before."""
    old, new = pressed.piece, pressed.values
    title = new["title"] if "title" in new else _parts(old.words)[0]
    words = f"# {title}\n\n{new['text']}" if title else new["text"]
    if _parts(words) == _parts(old.words):
        raise BadInput("text-unchanged")
    await hands.desk.accept(here, hands.desk.request(here, "change-text", words, sources=(old.id,)))


def _parts(words: str) -> tuple[str, str]:
    """The title of a text, empty where it has none, and the rest."""
    found = _TITLED.match(words)
    if found is None or len(found["title"].strip()) > SHORT:
        return "", words.strip()
    return found["title"].strip(), words[found.end() :].strip()


FEATURE = Feature(
    recipes={"change-text": Recipe(change_text, nothing)},
    verbs={"change-text": Verb(change, frozenset({PieceKind.TEXT}), whose="owner", form=form)},
    says=("form-text-title", "form-text"),
)
