"""Recipes from files: each is a command; what is missing is asked for by a form, then one job makes the text and the pictures."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from core import texts
from core.conversation import cast
from core.conversation.commands import LANG, QUALITY, STYLE, Command, Option, Parsed
from core.conversation.feature import Asked, Feature, Hands, Pressed, Verb, Work
from core.conversation.moment import Moment
from core.documents.diagrams import Diagram
from core.errors import BadInput, FabulaError, Limited
from core.features.characters import TAKE
from core.features.lettering import diagram_piece, unset
from core.features.recipe_pictures import COMMAND, say_pictures
from core.features.steps import checking as looking
from core.features.steps import tasting
from core.features.steps.describing import described
from core.features.steps.filling import Filled, Task, faults, text_piece, write_parts
from core.features.steps.painting import SAYS
from core.features.steps.toolbox import Toolbox, beside_check, gather, language_for
from core.features.talk import said
from core.jobs import Estimator, Job, Recipe, private_language
from core.jobs.budget import PROMPT, QUESTIONS
from core.pictures import kinds
from core.ports import Show
from core.recipes import checking, inputs
from core.recipes.form import Input, RecipeFile
from core.recipes.pictures import shots
from core.recipes.shelf import Shelf
from core.rows import CHARACTER_VERBS, pictures_row, row
from core.types import (
    Button,
    FileRef,
    Form,
    Message,
    Named,
    Pending,
    Piece,
    Reply,
    Request,
    Session,
    SessionUpdate,
    Status,
    Turn,
    new_id,
)
from core.types.forms import LABEL

PATIENCE = 24 * 3600.0
"""Seconds for which what was half given waits for the rest."""

_TEXT_TOKENS = 2_500
"""Tokens of a recipe's text, rounded up; it may be written twice."""

_BUTTONS = ("rate-up", "rate-down", "change-text", "export", "delete")


# --- what is offered, and what is asked ------------------------------------------------------------------------------


def engine(shelf: Shelf) -> Feature:
    """What every recipe needs, whichever there are: how one is made, and the button that asks for what is missing."""
    return Feature(
        recipes={COMMAND: Recipe(partial(make, shelf), costs, version=2)},
        verbs={"recipe-fill": Verb(partial(_filled_in, shelf), slow=True, form=partial(_form, shelf))},
        works=lambda: map(_work, shelf.recipes.values()),
        says=(
            *SAYS,
            "recipe-asks",
            "recipe-form-list",
            "recipe-picture-open",
            "recipe-not-mended",
            "note-as-said",
        ),
    )


def offered(recipe: RecipeFile) -> Feature:
    """A recipe as a command."""
    return Feature(_command(recipe), about=recipe.about.en, answer=partial(_asked, recipe))


def _command(recipe: RecipeFile) -> Command:
    name, takes = recipe.name, recipe.takes
    about = {
        key: {"en": one.en, "zh": one.zh} for key, one in ((f"option-{n}", i.label) for n, i in recipe.inputs.items())
    }
    own = {**about, f"command-{name}": {"en": recipe.about.en, "zh": recipe.about.zh}}
    known = tuple(_option(n, one) for n, one in recipe.inputs.items() if n != takes and one.kind != "photo")
    usual = (STYLE, QUALITY, LANG, *looking.OPTIONS) if recipe.pictures else (LANG,)
    if recipe.photo:
        photo = recipe.inputs[recipe.photo].label
        own |= {"option-photo": {"en": photo.en, "zh": photo.zh}, f"ask-photo-{name}": {"en": photo.en, "zh": photo.zh}}
    files = ("photo",) if recipe.photo else ()
    return Command(name, takes, (*known, *usual), files, aliases=recipe.aliases, own=own)


def _work(recipe: RecipeFile) -> Work:
    """A recipe as what plain words may ask for."""

    def begun(session: Session, asked: Request, words: str, options: Mapping[str, str]) -> Request | Asked:
        if not recipe.photo:
            asked = asked.model_copy(update={"files": (), "sources": ()})
        return begin(recipe, session, asked, {**options, **inputs.given(recipe, words, options)})

    return Work(_command(recipe), recipe.called, begun)


def names_of(features: Iterable[Feature]) -> Iterator[str]:
    """The names that their commands have, with those by which people also call them: no recipe can have one of them."""
    for command in (feature.command for feature in features if feature.command):
        yield command.name
        yield from (alias.lower() for alias in command.aliases)


def _option(name: str, one: Input) -> Option:
    if one.kind == "number":
        return Option(name, "integer", lowest=one.least or 0, highest=one.most or 99_999, aliases=one.also)
    if one.kind == "choice":
        values = {label.lower(): value for value, said in one.choices.items() for label in (said.en, said.zh)}
        return Option(name, "choice", tuple(one.choices), aliases=one.also, values=values)
    return Option(name, "text", aliases=one.also)


async def _asked(recipe: RecipeFile, hands: Hands, here: Moment, parsed: Parsed) -> None:
    """The command was given: begin, or ask for what is missing. Raises ``BadInput`` for what does not fit."""
    files, sources = await _photos(recipe, hands, here)
    usual = {name: value for name, value in parsed.options.items() if name not in recipe.inputs}
    values = inputs.given(recipe, parsed.words, parsed.options)
    if recipe.keeps and (files or sources) and not values.get(recipe.keeps.name):  # it may be a card, which has a name
        return await hands.desk.accept(here, hands.desk.request(here, TAKE, files=files, sources=sources))
    return await _begin(recipe, hands, here, {**values, **usual}, files, sources)


async def _photos(recipe: RecipeFile, hands: Hands, here: Moment) -> tuple[tuple[FileRef, ...], tuple[str, ...]]:
    """The photo that was sent, or that is replied to. Raises ``BadInput`` where none belongs, or what was sent or replied to is none."""
    event = here.event
    if not isinstance(event, Message):
        return (), ()
    sent = event.files or event.documents or event.unusable
    if not recipe.photo:
        if sent or event.mask:
            raise BadInput("recipe-no-photo", command=recipe.name)
        return (), ()
    if (event.documents or event.unusable) and not event.files:
        raise BadInput("recipe-photo", field=recipe.inputs[recipe.photo].label.of(here.language))
    if event.files or event.replied_files:
        return (event.files or event.replied_files)[:1], ()
    shown = await hands.store.shown_in(event.place, event.reply_to) if event.reply_to else ()
    for piece in shown:
        kept = await hands.store.piece(piece)
        if kept and kept.piece.picture:
            await hands.desk.rights.check_use(here, kept)
            return (), (piece,)
    if event.replied_unusable:
        raise kinds.unusable(event.replied_unusable[0])
    return (), ()


async def _begin(
    recipe: RecipeFile,
    hands: Hands,
    here: Moment,
    given: Mapping[str, str],
    files: tuple[FileRef, ...],
    sources: tuple[str, ...],
) -> None:
    begun = begin(recipe, here.session, hands.desk.request(here, COMMAND, files=files, sources=sources), given)
    if isinstance(begun, Asked):
        update = SessionUpdate(key=here.session.key, ticket=begun.waiting)
        return await hands.desk.answer(here, begun.reply, update=update)
    try:
        await hands.desk.accept(here, begun)
    except Limited as error:
        if error.code not in ("over-budget", "over-quota"):
            raise
        usd = texts.money(hands.limits.estimate(begun), here.language)
        raise Limited(f"recipe-{error.code}", usd=usd, resets=error.values["resets"]) from None


def begin(recipe: RecipeFile, session: Session, asked: Request, given: Mapping[str, str]) -> Request | Asked:
    """The request for a work, or the question for what is missing. ``asked`` brings the photo. Raises ``BadInput`` for what does not fit."""
    values = inputs.checked(recipe, given, asked.language)
    unset(*inputs.exact(recipe, values).values())
    pictured = bool(asked.files or asked.sources)
    if recipe.photo and recipe.inputs[recipe.photo].required and not pictured:
        raise BadInput("recipe-photo", field=recipe.inputs[recipe.photo].label.of(asked.language))
    if lacking := _lacking(recipe, values, pictured=pictured):
        return _question(recipe, asked, given, lacking)
    if recipe.keeps:
        cast.check_new(session, values[recipe.keeps.name])
    chosen = session.preferences
    preferred = {"style": chosen.style, "quality": chosen.quality, "check": chosen.check}
    usual = {name: value for name, value in preferred.items() if value and recipe.pictures}
    words, own = asked_of(recipe, values)
    return asked.model_copy(update={"command": COMMAND, "words": words, "options": {**usual, **given, **own}})


def asked_of(recipe: RecipeFile, values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The words and options of a request for what a recipe makes of checked values."""
    kinds = {name: one.kind for name, one in recipe.inputs.items()}
    words = "\n".join(values[name] for name in kinds if name in values and kinds[name] not in ("choice", "number"))
    pictures = str(inputs.number_of_pictures(recipe, values))
    return words, {**values, "recipe": recipe.name, "pictures": pictures}


def _lacking(recipe: RecipeFile, values: Mapping[str, str], *, pictured: bool) -> list[str]:
    """The inputs that are still needed: how a character looks that is kept is seen in its picture."""
    seen = recipe.keeps.looks if recipe.keeps and pictured else ""
    return [name for name in inputs.missing(recipe, values) if name != seen]


def _question(recipe: RecipeFile, asked: Request, given: Mapping[str, str], lacking: list[str]) -> Asked:
    """Say what is missing, with a button for the form; what was given stays in the session until then."""
    language = private_language(asked)
    half = Pending(
        person=asked.author.key,
        id=new_id(),
        wants="form",
        command=recipe.name,
        options=given,
        files=asked.files,
        sources=asked.sources,
        idea=asked.idea,
        expires=time.time() + PATIENCE,
    )
    fields = ("、" if language == "zh" else ", ").join(recipe.inputs[name].label.of(language) for name in lacking)
    text = texts.say("recipe-asks", language, fields=fields, example=recipe.example.of(language))
    button = Button(action=f"recipe-fill:{half.id}", label=texts.say("button-recipe-fill", language))
    return Asked(Reply(text=text, buttons=(button,), private=True), half)


def _half(shelf: Shelf, here: Moment, pressed: Pressed) -> tuple[RecipeFile, Pending]:
    """What was given before a form. Raises ``BadInput`` where that is over, another person's, or the recipe is gone."""
    half = here.session.ticket(pressed.argument, here.user.key, time.time())
    recipe = shelf.recipes.get(half.command) if half else None
    if half is None or recipe is None:
        raise BadInput("recipe-over")
    return recipe, half


async def _form(shelf: Shelf, hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """Exactly the fields that are missing."""
    recipe, half = _half(shelf, here, pressed)
    lacking = _lacking(recipe, half.options, pictured=bool(half.files or half.sources))
    if not lacking:
        raise BadInput("form-outdated")
    title = recipe.about.of(here.language)[:LABEL]
    return inputs.form_of(recipe, lacking, here.language, title, texts.say("recipe-form-list", here.language))


async def _filled_in(shelf: Shelf, hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The missing fields have come."""
    recipe, half = _half(shelf, here, pressed)
    given = {**half.options, **{name: value for name, value in pressed.values.items() if value}}
    await _begin(recipe, hands, replace(here, idea=half.idea), given, half.files, half.sources)


# --- what is made ----------------------------------------------------------------------------------------------------


async def make(shelf: Shelf, job: Job, tools: Toolbox) -> None:
    """Make a work. Steps: recipe, context, voice, check beside looks and text, mended, piece, taste, prompt:…, picture:….

    The recipe is a step, so that a job which was begun with an earlier state of its file ends with that one.
    """
    request = job.request
    recipe = await job.step("recipe", _as_it_is, shelf, request)
    context = await job.step("context", gather, tools, request)
    values = inputs.checked(recipe, request.options, job.language)
    photo = (*context.photos, *context.sources)[:1] if recipe.photo else ()
    if _lacking(recipe, values, pictured=bool(photo)):
        raise BadInput("recipe-over")
    task = Task(
        recipe=recipe, values=values, language=language_for(request, values.get(recipe.takes, ""), request.words)
    )
    voiced = await _voiced(job, tools, recipe)
    job.show(Status(phase="writing"))

    async def writing(show: Show) -> Filled:
        nonlocal task
        if recipe.keeps and not values.get(recipe.keeps.looks):
            seen = await job.step("looks", described, tools, request, photo[0])
            task = task.model_copy(update={"values": {**values, recipe.keeps.looks: seen.looks}})
        return await job.step("text", write_parts, tools, voiced, task, show)

    first = await beside_check(job, tools, context, writing)
    text, filled = await _say_text(job, tools, voiced, task, first)
    await _say_diagrams(job, tools, task, text, filled)
    planned = shots(recipe, task.values, filled.parts, task.language)
    if planned:
        await say_pictures(job, tools, task, text, planned, photo)


async def _as_it_is(shelf: Shelf, request: Request) -> RecipeFile:
    recipe = shelf.recipes.get(request.options.get("recipe", ""))
    if recipe is None:
        raise BadInput("recipe-over")
    return recipe


async def _voiced(job: Job, tools: Toolbox, recipe: RecipeFile) -> Request:
    """The request with the tone that its person likes, where the recipe leaves that open: it asks for none itself, and makes nobody who has to stay
    the same. Step: voice.
    """
    if recipe.keeps or "tone" in recipe.inputs or tools.settings.text_is_embedded:
        return job.request
    (request,) = await tasting.chosen(job, tools, job.request, ("tone",), step="voice")
    return request


async def _say_text(job: Job, tools: Toolbox, request: Request, task: Task, first: Filled) -> tuple[Piece, Filled]:
    """Say the text, mended once where something is wrong with it; what is wrong even then is told."""
    final, wrong = first, faults(task, first)
    if wrong:
        final = await _mended(job, tools, request, task, first, wrong)
        wrong = faults(task, final)
    chosen = {name: value for name, value in job.request.options.items() if name != "files"}
    spent = None if final is first else first
    piece = await job.step("piece", text_piece, request, task, final, spent, chosen)
    keeps = task.recipe.keeps
    left_out = {
        name for name, out in (("export", not task.recipe.exports), ("change-text", task.recipe.lettered)) if out
    }
    verbs = CHARACTER_VERBS if keeps else [verb for verb in _BUTTONS if verb not in left_out]
    reply = Reply(text=piece.words, pieces=(piece,), buttons=row(verbs, piece.id, job.language))
    named = Named(name=task.values[keeps.name], piece=piece.id) if keeps else None
    await job.say("text", reply, turns=said(job.request, piece), character=named)
    if wrong:
        told = texts.say(f"recipe-fault-{wrong[0].code}", job.language, **wrong[0].values)
        await job.say("not-mended", Reply(text=texts.say("recipe-not-mended", job.language, fault=told)))
    return piece, final


async def _say_diagrams(job: Job, tools: Toolbox, task: Task, told: Piece, filled: Filled) -> None:
    """Say the diagrams of the text, each with its own row."""
    for name, part in filled.parts.items():
        if isinstance(part, Diagram) and part.boxes:
            piece = await job.step(f"diagram-{name}", diagram_piece, tools, job.request, part, task.language, told)
            turn = Turn(role="fabula", text=f"[{piece.caption}]", pieces=(piece.id,))
            reply = Reply(text=piece.caption, pieces=(piece,), buttons=pictures_row((piece,), job.language))
            await job.say(f"diagram-{name}", reply, turns=(turn,))


async def _mended(
    job: Job, tools: Toolbox, request: Request, task: Task, first: Filled, wrong: list[checking.Fault]
) -> Filled:
    """The text once more; the first where that cannot be had, or has more faults."""
    try:
        second = await job.step("mended", write_parts, tools, request, task, job.show, first, wrong)
    except FabulaError:
        return first
    return second if len(faults(task, second)) <= len(wrong) else first


def costs(estimator: Estimator, request: Request) -> list[float]:
    """The text, which may be mended, a prompt for each picture, and they."""
    said = request.options.get("pictures", "0")
    number, letters = int(said) if said.isdecimal() else 0, len(request.words)
    text = estimator.text(letters, _TEXT_TOKENS)
    sources = len(request.files) + len(request.sources)
    pictures = estimator.pictures(request, number, sources=sources)
    checks = estimator.checks(request, number, sources=sources)
    prompt = estimator.helper(letters, PROMPT + QUESTIONS if checks else PROMPT)
    return [text, text, *[prompt] * (number + 1), *pictures, *checks]
