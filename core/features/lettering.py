"""Words on pictures: posters and diagrams, whose words can be changed without drawing anything, and which can be had as a PDF."""

from __future__ import annotations

from pydantic import ValidationError

from core import texts
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.documents import letters, names, posters
from core.documents.diagram_layouts import drawn
from core.documents.diagrams import (
    FEWEST,
    FORMS,
    MOST,
    MOST_LABEL,
    MOST_NOTE,
    MOST_NOTES,
    MOST_TITLE,
    Diagram,
    as_lines,
    of_lines,
)
from core.documents.formats import MIME
from core.documents.posters import BLEED, LAYOUTS, MOST_CALL, MOST_HEADLINE, MOST_SUBLINE, WIDTH, Setting
from core.errors import BadInput
from core.features.steps.lettering import bare, set_words, setting_of, with_setting
from core.features.steps.toolbox import Toolbox, check, gather, keep_picture
from core.graphemes import cut
from core.jobs import LOOK, Job, Recipe, nothing
from core.rows import DIAGRAM, SETTING, pictures_row
from core.types import Choice, Document, Form, FormField, Piece, PieceKind, Reply, Request, Turn, new_id
from core.types.forms import LABEL

_PARTS = ("headline", "subline", "call")
_INCH = 25.4
"""Millimetres."""


def unset(*words: str) -> None:
    """Raise ``BadInput`` for words with signs that cannot be set: nothing is left out of what somebody wrote."""
    if lacks := letters.lacking("".join(words)):
        raise BadInput("no-letters", signs=" ".join(lacks[:10]))


def diagram_of(piece: Piece) -> Diagram | None:
    """The diagram that a picture shows."""
    try:
        return Diagram.model_validate(piece.parameters[DIAGRAM], extra="ignore")
    except (KeyError, ValidationError):
        return None


async def diagram_piece(tools: Toolbox, request: Request, diagram: Diagram, language: str, told: Piece) -> Piece:
    """A diagram of a text as a picture; again, it is the text that is made anew. A free step."""
    piece = Piece(kind=PieceKind.PICTURE, request=told.request, parameters=told.parameters, parent=told.id)
    return await _draw_diagram(tools, request, piece, diagram, language)


async def _draw_diagram(tools: Toolbox, request: Request, piece: Piece, diagram: Diagram, language: str) -> Piece:
    picture = await keep_picture(tools, request, await drawn(diagram, language, "png"))
    told = {**piece.parameters, DIAGRAM: diagram.model_dump(mode="json"), "language": language}
    return piece.model_copy(update={"picture": picture, "caption": cut(diagram.told, 500), "parameters": told})


# --- other words -----------------------------------------------------------------------------------------------------


async def form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """The words as they are now, and how they are laid out. Raises ``BadInput`` for a picture without any."""
    piece, language = pressed.piece, here.language
    if diagram := diagram_of(piece):
        fields = _diagram_fields(diagram, language)
    elif setting := setting_of(piece):
        fields = _setting_fields(setting, language)
    else:
        raise BadInput("no-words-set")
    return Form(title=texts.say("button-set-words", language)[:LABEL], fields=fields)


def _setting_fields(setting: Setting, language: str) -> tuple[FormField, ...]:
    limits = {"headline": MOST_HEADLINE, "subline": MOST_SUBLINE, "call": MOST_CALL}
    told = {"headline": setting.headline, "subline": setting.subline, "call": setting.call}
    words = [
        FormField(
            name=name,
            kind="long" if name == "subline" else "short",
            label=texts.say(f"set-{name}", language),
            value=cut(told[name], most),
            most=most,
            required=name == "headline",
        )
        for name, most in limits.items()
    ]
    return (*words, _choice("layout", LAYOUTS, setting.layout, language))


def _diagram_fields(diagram: Diagram, language: str) -> tuple[FormField, ...]:
    most = MOST * (MOST_LABEL + MOST_NOTES * (MOST_NOTE + 2) + 3)
    title = texts.say("form-text-title", language)
    boxes, hint = texts.say("set-boxes", language), texts.say("set-boxes-hint", language)
    return (
        FormField(name="title", kind="short", label=title, value=diagram.title, most=MOST_TITLE, required=False),
        _choice("form", FORMS, diagram.form, language),
        FormField(name="boxes", kind="long", label=boxes, hint=hint, value=as_lines(diagram), most=min(most, 4000)),
    )


def _choice(name: str, values: tuple[str, ...], value: str, language: str) -> FormField:
    choices = tuple(Choice(value=one, label=texts.say(f"set-{name}-{one}", language)) for one in values)
    return FormField(name=name, kind="choice", label=texts.say(f"set-{name}", language), choices=choices, value=value)


async def change(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Have other words set. Raises ``BadInput`` where they cannot be, or are the same as before."""
    piece, values = pressed.piece, pressed.values
    given = {name: values[name].strip() for name in (*_PARTS, "layout", "title", "form", "boxes") if name in values}
    words = [value for name, value in given.items() if name not in ("layout", "form")]
    unset(*words)
    if _changed(piece, given) in (diagram_of(piece), setting_of(piece)):
        raise BadInput("text-unchanged")
    request = hands.desk.request(here, "set-words", "\n".join(filter(None, words)), options=given, sources=(piece.id,))
    await hands.desk.accept(here, request)


def _changed(piece: Piece, given: dict[str, str]) -> Diagram | Setting:
    """The piece's diagram or setting with what was given. Raises ``BadInput`` where the piece has neither, or too few boxes come of it."""
    diagram, setting = diagram_of(piece), setting_of(piece)
    if diagram:
        made = of_lines(given.get("form") or diagram.form, given.get("title", ""), given.get("boxes", ""))
        count = sum(bool(line.strip()) for line in given.get("boxes", "").splitlines())
        if not FEWEST <= count <= MOST:
            raise BadInput("diagram-boxes", least=FEWEST, limit=MOST, count=count)
        return made
    if setting is None or not given.get("headline"):
        raise BadInput("no-words-set")
    return setting.model_copy(
        update={**{name: given.get(name, "") for name in _PARTS}, "layout": given.get("layout") or setting.layout}
    )


async def set_anew(job: Job, tools: Toolbox) -> None:
    """Set other words over a picture, or draw a diagram with them, once the moderator has seen them. Nothing is paid. Steps: context, check, set."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    await job.step(LOOK, check, tools, request, context)
    piece = await job.step("set", _set_anew, tools, request, context.sources[0])
    turn = Turn(role="fabula", text=f"[{piece.caption}]", pieces=(piece.id,))
    reply = Reply(text=piece.caption, pieces=(piece,), buttons=pictures_row((piece,), job.language))
    picture = piece.id if SETTING in piece.parameters else None
    await job.say("set", reply, turns=(turn,), last_picture=picture)


async def _set_anew(tools: Toolbox, request: Request, old: Piece) -> Piece:
    changed = _changed(old, dict(request.options))
    piece = old.model_copy(update={"id": new_id(), "parent": old.id})
    if isinstance(changed, Diagram):
        return await _draw_diagram(
            tools, request, piece, changed, str(old.parameters.get("language", request.language))
        )
    beneath = piece.model_copy(update={"picture": bare(old), "own": None})
    return await set_words(tools, request, with_setting(beneath, changed))


# --- as a PDF --------------------------------------------------------------------------------------------------------


async def ask_for_pdf(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Have it made as a PDF."""
    await hands.desk.accept(here, hands.desk.request(here, "pdf", sources=(pressed.piece.id,)))


async def make_pdf(job: Job, tools: Toolbox) -> None:
    """A poster to print, or a diagram, in letters that stay letters. Steps: context, file."""
    context = await job.step("context", gather, tools, job.request)
    source = context.sources[0]
    piece = await job.step("file", _pdf, tools, job.request, source)
    picture, said = bare(source), texts.say("pdf-diagram", job.language)
    if setting_of(source) and picture:
        dots = round(picture.width / ((WIDTH + 2 * BLEED) / _INCH))
        high = round(WIDTH / 10 * picture.height / picture.width)
        said = texts.say("pdf-poster", job.language, wide=round(WIDTH / 10), high=high, bleed=round(BLEED), dots=dots)
    await job.say("file", Reply(text=said, pieces=(piece,), quotes=(source.id,)))


async def _pdf(tools: Toolbox, request: Request, source: Piece) -> Piece:
    """The file. Raises ``BadInput`` for a picture without words."""
    diagram, setting, picture = diagram_of(source), setting_of(source), bare(source)
    if diagram:
        title, data = diagram.title, await drawn(diagram, str(source.parameters.get("language", "en")), "pdf")
    elif setting and picture:
        title, data = setting.headline, await posters.poster(await tools.media.read(picture.media), setting, "pdf")
    else:
        raise BadInput("no-words-set")
    name = f"{names.stem(title, 'fabula')}.pdf"
    owner, home = request.author.key, request.place.home
    kept = await tools.media.write(lambda file: file.write(data), MIME["pdf"], owner=owner, home=home)
    document = Document(media=kept.media, name=name, mime=MIME["pdf"], size=kept.size, sha=kept.sha)
    return Piece(kind=PieceKind.DOCUMENT, caption=name, document=document, parent=source.id, sources=(source.id,))


_PICTURES = frozenset({PieceKind.PICTURE})
FEATURE = Feature(
    recipes={"set-words": Recipe(set_anew, nothing), "pdf": Recipe(make_pdf, nothing, looks=False)},
    verbs={
        "set-words": Verb(change, _PICTURES, whose="owner", form=form),
        "pdf": Verb(ask_for_pdf, _PICTURES, whose="user", slow=True),
    },
    says=(
        *(f"set-{name}" for name in (*_PARTS, "layout", "form", "boxes", "boxes-hint")),
        *(f"set-layout-{name}" for name in LAYOUTS),
        *(f"set-form-{name}" for name in FORMS),
        *("pdf-diagram", "pdf-poster", "form-text-title"),
    ),
)
