"""Characters that are kept: ``/characters`` shows them, and each can be renamed, drawn anew, handed over as a card, and forgotten."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence

from core import texts
from core.brief import Brief
from core.conversation import cast
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.documents import cards, names
from core.errors import BadInput
from core.features.steps.painting import SAYS, Painted, draft_piece, draw, paint_each
from core.features.steps.toolbox import Context, Toolbox, check, drawing_from, gather, language_for
from core.graphemes import cut
from core.jobs import LOOK, Estimator, Job, Recipe, nothing
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.ports import Change, Drawing
from core.prompts import cast as prompts
from core.rows import row
from core.types import (
    Button,
    Document,
    Form,
    FormField,
    Named,
    Piece,
    PieceKind,
    Reply,
    Request,
    SessionUpdate,
    Status,
    Value,
)
from core.types.characters import NAME
from core.types.forms import LABEL

TAKE, DRAW, CARD = "character-take", "character-redraw", "character-card"

_BUTTONS = ("character-rename", DRAW, CARD, "character-forget")
_LINE = 80
"""Signs of how somebody looks, in the list."""

_ROLES = ("portrait", "sheet")


# --- those that there are --------------------------------------------------------------------------------------------


async def characters(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """List who is kept here, small to see, with a button for each."""
    language, known = here.language, here.session.characters
    if not known:
        return await hands.desk.answer(here, Reply(text=texts.say("characters-none", language), private=True))
    lines, faces, told = [texts.say("characters-title", language)], [], []
    for number, one in enumerate(known, 1):
        kept = await hands.store.piece(one.piece)
        if kept is None:
            continue
        drawn = cast.pictures_in_order(await hands.store.pictures_of(one.piece))
        looks = texts.shortened(cast.looks_of(kept.piece), _LINE)
        lines.append(texts.say("characters-line", language, number=number, name=one.name, looks=looks))
        faces.append(drawn[-1] if drawn else kept.piece)
        told += [kept.piece] if drawn else []
    buttons = tuple(Button(action=f"character:{one.piece}", label=f"@{one.name}") for one in known)
    shown = (*faces, *told)
    quotes = tuple(piece.id for piece in shown)
    text = "\n".join(lines)
    reply = Reply(text=text, mentions=shown, quotes=quotes, buttons=buttons, private=True, thumbnails=True)
    return await hands.desk.answer(here, reply)


async def show(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """One of them, with its picture."""
    await hands.desk.answer(here, await _shown(hands, here, _named(here, pressed), pressed.piece))


def _named(here: Moment, pressed: Pressed) -> Named:
    """The character that a button is about. Raises ``BadInput`` for one that is not kept here (any more)."""
    named = here.session.character(pressed.piece.id)
    if named is None:
        raise BadInput("character-gone")
    return named


async def _shown(hands: Hands, here: Moment, named: Named, piece: Piece) -> Reply:
    drawn = cast.pictures_in_order(await hands.store.pictures_of(piece.id))
    return presented(named.name, piece, drawn, here.language)


def presented(name: str, piece: Piece, drawn: Sequence[Piece], language: str) -> Reply:
    """A character as it is shown: its portrait, how it looks, and what can be done with it."""
    text = texts.say("character-shown", language, name=name, looks=cast.looks_of(piece))
    faces = tuple(drawn[-1:])
    buttons = row(_BUTTONS, piece.id, language)
    return Reply(text=text, pieces=faces, mentions=(piece,), quotes=(piece.id,), buttons=buttons)


# --- what is done with one -------------------------------------------------------------------------------------------


async def name_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """What it shall be called."""
    label = texts.say("character-form-name", here.language)
    field = FormField(name="name", kind="short", label=label, value=_named(here, pressed).name, most=NAME)
    return Form(title=texts.say("button-character-rename", here.language)[:LABEL], fields=(field,))


async def rename(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Call it so from now on."""
    named, name = _named(here, pressed), pressed.values["name"].strip().lstrip("@＠")
    cast.check_name(here.session, name, of=named.piece)
    renamed = Named(name=name, piece=named.piece)
    update = SessionUpdate(key=here.session.key, character=renamed)
    await hands.desk.answer(here, await _shown(hands, here, renamed, pressed.piece), update=update)


async def redraw(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Draw it anew: portrait and sheet."""
    named = _named(here, pressed)
    preferences = here.session.preferences
    options = {"style": preferences.style, "quality": preferences.quality}
    given = {name: value for name, value in options.items() if value}
    words = f"{named.name}: {cast.looks_of(pressed.piece)}"
    request = hands.desk.request(here, DRAW, words, options=given | {"name": named.name}, sources=(pressed.piece.id,))
    await hands.desk.accept(here, request)


async def hand_over(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Make a card of it."""
    named = _named(here, pressed)
    drawn = await hands.store.pictures_of(pressed.piece.id)
    sources = (pressed.piece.id, *(kept.piece.id for kept in drawn if kept.piece.parameters.get("role")))
    await hands.desk.accept(here, hands.desk.request(here, CARD, options={"name": named.name}, sources=sources))


async def forget(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Ask whether that is meant."""
    named = _named(here, pressed)
    text = texts.say("character-forget-sure", here.language, name=named.name)
    buttons = row(("character-forget-yes", "delete-no"), pressed.piece.id, here.language)
    await hands.desk.answer(here, Reply(text=text, mentions=(pressed.piece,), buttons=buttons, private=True))


async def forget_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Delete its pictures, those drawn earlier too, then what tells of it, which takes it out of the session."""
    named = _named(here, pressed)
    drawn = await hands.store.pictures_of(named.piece)
    gone = (*(kept.piece.id for kept in drawn if kept.piece.parameters.get("role")), named.piece)
    done = texts.say("character-forgotten", here.language, name=named.name)
    said = Reply(text=done, replaces=pressed.press.message)
    await hands.desk.answer(here, said, change=Change(deleted=gone))


# --- drawn anew ------------------------------------------------------------------------------------------------------


async def draw_anew(job: Job, tools: Toolbox) -> None:
    """A portrait and, from it, a sheet. Steps: context, check, picture:portrait, picture:sheet."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    await job.step(LOOK, check, tools, request, context)
    told, name = context.sources[0], request.options.get("name", "")
    looks = cast.looks_of(told) or name
    language = language_for(request, looks)
    asked = prompts.poses(name, looks, request.options.get("style"), language)
    drawings: dict[str, Drawing] = {}
    for slot, (role, size) in enumerate(zip(_ROLES, ("square", "wide"), strict=True), 1):
        brief = Brief(kind="picture", language=language, words=f"{name}: {looks}")
        drawing = drawing_from(tools, request, asked[role], slot, brief)
        drawings[role] = drawing.model_copy(update={"size": size})

    async def paint(named: tuple[str, Piece | None]) -> Painted:
        role, base = named
        draft = draft_piece(request, drawings[role].prompt, caption=name, parent=told.id)
        draft = draft.model_copy(update={"parameters": {**draft.parameters, "role": role}})
        return await draw(tools, request, drawings[role], draft, job.show, like=(base,) if base else ())

    captions = dict.fromkeys(_ROLES, name)
    await paint_each(job, tools, drawings, captions, paint, at_most=1, mentions=(told,), like={"sheet": "portrait"})


def costs(estimator: Estimator, request: Request) -> list[float]:
    """A portrait, and a sheet that is drawn from it."""
    return [*estimator.pictures(request, 1), *estimator.pictures(request, 1, sources=1)]


# --- cards -----------------------------------------------------------------------------------------------------------


async def hand_over_card(job: Job, tools: Toolbox) -> None:
    """Make the file. Steps: context, card."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    job.show(Status(phase="thinking"))
    piece = await job.step("card", _card, tools, request, context)
    text = texts.say("character-card-made", job.language, name=request.options["name"])
    await job.say("card", Reply(text=text, pieces=(piece,), quotes=(context.sources[0].id,)))


async def _card(tools: Toolbox, request: Request, context: Context) -> Piece:
    """The card as a file. One that came as a card and was not changed goes out byte for byte as it came. A free step."""
    told, *drawn = context.sources
    name, about = request.options["name"], told.parameters.get(cast.ABOUT, {})
    portraits = [piece for piece in drawn if piece.parameters.get("role") == "portrait" and piece.picture]
    if not portraits:
        raise BadInput("character-no-portrait", name=name)
    newest = await _bytes(tools, portraits[-1])
    came = next((piece for piece in portraits if piece.parameters.get("card")), None)
    read = await in_thread(cards.read_card, await _bytes(tools, came)) if came else None
    data = newest
    if not (read and read.newest and read.name == name and came is portraits[-1]):
        card = cards.card_of(name, about, read.raw if read else "", int(time.time()))
        data = await in_thread(_with_card, newest, card)
    kept = await tools.media.take(_once(data), "image/png", owner=request.author.key, home=request.place.home)
    shown = f"{names.stem(name, 'character')}.card.png"
    document = Document(media=kept.media, name=shown, mime="image/png", size=kept.size, sha=kept.sha)
    sources = tuple(piece.id for piece in context.sources)
    return Piece(kind=PieceKind.DOCUMENT, caption=shown, document=document, parent=told.id, sources=sources)


async def _bytes(tools: Toolbox, piece: Piece) -> bytes:
    assert piece.picture
    return await tools.media.read(piece.picture.media)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _with_card(face: bytes, card: dict[str, object]) -> bytes:
    return cards.with_card(pictures.encode(pictures.load(face), "PNG"), card)


class Taken(Value):
    """A character that was taken in from a card: what tells of it, its portrait, and what it is called here."""

    told: Piece
    portrait: Piece
    name: str


async def take_in(job: Job, tools: Toolbox) -> None:
    """Take a character in from a card. Steps: context, card, check."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    taken = await job.step("card", _taken, tools, request, context)
    looked_at = context.model_copy(update={"sources": (*context.sources, taken.told)})
    await job.step(LOOK, check, tools, request, looked_at)
    reply = presented(taken.name, taken.told, (taken.portrait,), job.language)
    text = texts.say("character-taken-in", job.language, text=reply.text)
    named = Named(name=taken.name, piece=taken.told.id)
    await job.say("taken", reply.model_copy(update={"text": text}), character=named)


async def _taken(tools: Toolbox, request: Request, context: Context) -> Taken:
    """What the card says, as data. Raises ``BadInput("character-no-card" | "card-broken" | "card-large" | "character-full" | "character-name")``."""
    photo = (*context.photos, *context.sources)[0]
    assert photo.picture
    card = await in_thread(cards.read_card, await tools.media.read(photo.picture.media))
    if card is None:
        raise BadInput("character-no-card")
    session = await tools.store.session(request.session)
    name = cast.free_name(session, card.name)
    cast.check_new(session, name)
    looks = card.about.get("looks") or texts.say("character-as-pictured", request.language)
    about = {**card.about, "name": name, "looks": looks}
    told = "\n\n".join((f"# {name}", *(about[key] for key in cards.FIELDS if key in about)))
    piece = Piece(
        kind=PieceKind.TEXT, words=told, caption=cut(name, 120), parameters={"command": TAKE, cast.ABOUT: about}
    )
    parameters = {"command": TAKE, "role": "portrait", "card": True}
    portrait = Piece(
        kind=PieceKind.PICTURE, caption=name, picture=photo.picture, parent=piece.id, parameters=parameters
    )
    return Taken(told=piece, portrait=portrait, name=name)


async def take(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Take in the card that a photo was found to be."""
    await hands.desk.accept(here, hands.desk.request(here, TAKE, sources=(pressed.piece.id,)))


_TEXTS = frozenset({PieceKind.TEXT})
FEATURE = Feature(
    Command("characters", private=True, aliases=("cast", "角色表", "角色们", "人物表")),
    about="who is kept here, with pictures; rename, redraw, hand over as a card, forget",
    answer=characters,
    recipes={
        DRAW: Recipe(draw_anew, costs),
        CARD: Recipe(hand_over_card, nothing, looks=False),
        TAKE: Recipe(take_in, nothing),
    },
    verbs={
        "character": Verb(show, _TEXTS, labelled=False),
        "character-rename": Verb(rename, _TEXTS, whose="owner", form=name_form),
        DRAW: Verb(redraw, _TEXTS, whose="owner", slow=True),
        CARD: Verb(hand_over, _TEXTS, whose="user", slow=True),
        "character-forget": Verb(forget, _TEXTS, whose="owner"),
        "character-forget-yes": Verb(forget_it, _TEXTS, whose="owner", asked=True),
        TAKE: Verb(take, frozenset({PieceKind.PHOTO}), whose="user", slow=True),
    },
    says=(
        *SAYS,
        *("characters-none", "characters-title", "characters-line", "character-shown", "character-form-name"),
        *("character-forget-sure", "character-forgotten", "character-card-made", "character-taken-in"),
        *("character-as-pictured", "recipe-picture-open"),
    ),
)
