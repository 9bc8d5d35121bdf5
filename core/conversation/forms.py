"""Forms: what a button asks before it is done. Where a platform shows none it is asked field by field, of its person alone."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import replace

from core import texts
from core.conversation import presses, ratings, tickets
from core.conversation.answers import read_field, read_form
from core.conversation.commands import Command
from core.conversation.feature import Hands, Pressed, Verb
from core.conversation.moment import Closing, Moment
from core.errors import BadInput, FabulaError, NotAllowed
from core.jobs import failure
from core.ports import Hint, NewReply
from core.types import (
    Button,
    DeepLink,
    Filling,
    Form,
    FormField,
    Message,
    Pending,
    Press,
    Reply,
    SessionUpdate,
    Submission,
    new_id,
)

PATIENCE = 600
"""Seconds for which a form waits for its person, and a field for its answer."""

WORDS = 1900
"""Characters that the form for a command's words takes (our own rule): with a line before them they can be given back in one message."""

START = "form_"
"""What a link to the private chat begins with, before the name of the form that waits there."""

FILL = "fill"
"""The verb of a choice's buttons: ``fill:<number of the choice>:<question>``."""

SKIP = "/skip"
"""What is written to leave a field as it is."""


async def press(hands: Hands, here: Moment, event: Press) -> None:
    """Do what a button says, or ask first what its form asks. Raises ``NotAllowed``, and ``BadInput`` for what was filled in."""
    here, pressed = await presses.check(hands, here, event)
    verb = hands.verbs[pressed.verb]
    if isinstance(event, Submission) or verb.form is None or verb.in_chat:
        here = replace(here, hints=await _hints(hands, here, verb, pressed))
    if verb.page:
        ticket, secret = tickets.issue(here, pressed, verb.page)
        await hands.desk.answer(here, tickets.link_to(here, verb.page, secret), tickets=(ticket,))
    elif isinstance(event, Submission):
        form = await _form(hands, here, pressed)
        await verb.do(hands, here, replace(pressed, values=read_form(form, event.values)))
    elif verb.form is None or verb.in_chat:
        await verb.do(hands, here, pressed)
    else:
        await _ask(hands, here, event, await _form(hands, here, pressed))


async def _hints(hands: Hands, here: Moment, verb: Verb, pressed: Pressed) -> tuple[Hint, ...]:
    """What pressing a button says of its piece, where anything is learnt."""
    if not (verb.tells and pressed.kept and ratings.learns(hands.settings, here.session.preferences)):
        return ()
    piece, place = pressed.piece, here.event.place
    others = await _made_with(hands, here, pressed) if verb.among else ()
    if verb.among and not others:
        return ()
    told = {"about": piece.id, "user": here.user.key, "value": verb.tells, "room": ratings.room_of(place)}
    return (Hint.model_validate({**told, "taste": piece.taste, "against": others}),)


async def _made_with(hands: Hands, here: Moment, pressed: Pressed) -> tuple[str, ...]:
    """The other pieces under the same message that were made for the same request."""
    shown = await hands.store.shown_in(here.event.place, pressed.press.message)
    kept = [await hands.store.piece(one) for one in shown if one != pressed.piece.id]
    same = (one.piece for one in kept if one and one.piece.prompt and one.piece.request == pressed.piece.request)
    return tuple(one.id for one in same if one.parameters.get("command") == pressed.piece.parameters.get("command"))


async def form_of(hands: Hands, here: Moment, event: Press) -> Form:
    """The form that a press opens. Raises ``NotAllowed`` where this person may not press that, or there is none."""
    here, pressed = await presses.check(hands, here, event)
    return await _form(hands, here, pressed)


def of_words(command: Command, language: str, words: str = "") -> Form:
    """The form that asks for the words of a command. ``words``: what was said to it already."""
    field = FormField(
        name=command.takes,
        kind="long",
        label=command.say(f"option-{command.takes}", language),
        hint=texts.say(f"form-{command.name}-example", language),
        most=WORDS,
        value=words[:WORDS],
    )
    return Form(title=texts.say(f"form-{command.name}", language), fields=(field,))


async def _form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    form = hands.verbs[pressed.verb].form
    if form is None:
        raise NotAllowed("button-unknown")
    return await form(hands, here, pressed)


# --- field by field --------------------------------------------------------------------------------------------------


async def begin(hands: Hands, here: Moment, ticket: str) -> None:
    """Somebody has come for a form that waits for them. Raises ``BadInput`` for another person's, and one that is over."""
    waiting = here.session.ticket(ticket, here.user.key, time.time())
    if waiting is None or waiting.filling is None:
        raise BadInput("form-ticket")
    form = await _form_elsewhere(hands, here, waiting.filling)
    await _ask_next(hands, here, form, waiting.filling, waiting.id)


async def hears(hands: Hands, here: Moment, message: Message) -> bool:
    """Take a message as the answer to a form's question, if it is one; what cannot be taken is said in one sentence, and the question stays."""
    filling = here.pending.filling if here.pending else None
    if filling is None or not await _is_answer(hands, message):
        return False
    form = await _form_elsewhere(hands, here, filling)
    field = _next(form, filling)
    try:
        value = read_field(field, field.value if message.text.strip() == SKIP else message.text)
    except BadInput as error:
        said = failure(error, here.private_language).model_copy(
            update={"asks": field.kind != "choice", "private": True}
        )
        await hands.desk.answer(here, said)
    else:
        await _given(hands, here, form, filling, value)
    return True


async def _is_answer(hands: Hands, message: Message) -> bool:
    """Whether it has words that are no command, and replies to nothing that was made."""
    words = message.text.strip()
    if message.files or message.unusable or not words or (words.startswith(("/", "／")) and words != SKIP):
        return False
    return not (message.reply_to and await hands.store.shown_in(message.place, message.reply_to))


async def fill(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """A choice was made by its button. Raises ``BadInput`` for one of an earlier question."""
    pending = here.pending
    number, _, question = pressed.argument.partition(":")
    if pending is None or pending.filling is None or pending.id != question:
        raise BadInput("question-gone")
    form = await _form_elsewhere(hands, here, pending.filling)
    choices = _next(form, pending.filling).choices
    if not (number.isascii() and number.isdigit() and len(number) < 3 and int(number) < len(choices)):
        raise NotAllowed("button-unknown")
    await _given(hands, here, form, pending.filling, choices[int(number)].value)


async def _ask(hands: Hands, here: Moment, event: Press, form: Form) -> None:
    """Ask here, or leave a link to where its person is alone with the bot."""
    filling = Filling(press=event)
    if event.home is None or not hands.limits.allows(event.user, event.home):
        return await _ask_next(hands, here, form, filling)
    private, _ = await hands.store.session_at(event.home, event.user.id)
    ticket = Pending(person=event.user.key, id=new_id(), wants="form", filling=filling, expires=time.time() + PATIENCE)
    link = DeepLink(start=START + ticket.id, label=texts.say("button-fill-in", here.private_language))
    text = texts.say("form-in-private", here.private_language, form=form.title)
    update = SessionUpdate(key=private.key, ticket=ticket)
    return await hands.desk.answer(here, Reply(text=text, buttons=(link,), private=True), update=update)


async def _ask_next(hands: Hands, here: Moment, form: Form, filling: Filling, name: str = "") -> None:
    """Ask for the field that comes next. ``name``: what the question is called, a new name for each that has buttons."""
    field = _next(form, filling)
    pending = Pending(person=here.user.key, wants="form", filling=filling, expires=time.time() + PATIENCE)
    pending = pending.model_copy(update={"id": name}) if name and field.kind != "choice" else pending
    reply = Reply(
        text=_question(form, field, here.private_language),
        buttons=_choices(field, pending.id, here.private_language),
        asks=field.kind != "choice",
        private=True,
    )
    heard = here.event.id if isinstance(here.event, Message) else ""
    update = SessionUpdate(key=here.session.key, pending=pending, heard=heard)
    await hands.desk.answer(here, reply, update=update)


async def _given(hands: Hands, here: Moment, form: Form, filling: Filling, value: str) -> None:
    """Keep a value and ask for the next; after the last one the form is sent."""
    filling = filling.model_copy(update={"values": {**filling.values, _next(form, filling).name: value}})
    if len(filling.values) < len(form.fields):
        return await _ask_next(hands, here, form, filling)
    told = dict(filling.press.model_dump(), inbox=here.event.inbox, values=filling.values)
    submission = Submission.model_validate(told)
    there = replace(
        await hands.desk.enter(submission), language=here.language, closing=_closing(hands, here, form, filling)
    )
    elsewhere = hands.desk.turn(submission) if submission.place.key != here.event.place.key else nullcontext()
    async with elsewhere:
        return await press(hands, there, submission)


def _closing(hands: Hands, here: Moment, form: Form, filling: Filling) -> Closing:
    """The question is over; where what comes of it appears elsewhere, a word says so here."""
    heard = here.event.id if isinstance(here.event, Message) else ""
    update = SessionUpdate(key=here.session.key, answered=here.user.key, heard=heard)
    if filling.press.place.key == here.event.place.key:
        return Closing(update)
    said = (Reply(text=texts.say("form-sent", here.private_language, form=form.title)), Reply(end=True))
    replies = hands.desk.addressed(here, said)
    return Closing(update, tuple(_named(reply, number) for number, reply in enumerate(replies, 1)))


def _named(reply: NewReply, number: int) -> NewReply:
    """Under a key of its own beside that of what is said there."""
    return reply.model_copy(update={"key": f"{reply.key.rpartition(':')[0]}:here:{number}"})


async def _form_elsewhere(hands: Hands, here: Moment, filling: Filling) -> Form:
    """The form as it is now, in the language that is spoken here; the rights are looked at again each time. Raises ``NotAllowed``."""
    place = filling.press.place
    if place.home != here.event.place.home and await hands.desk.rights.has_left(here.user, place):
        raise NotAllowed("left-chat")
    there = replace(await hands.desk.enter(filling.press), language=here.private_language)
    return await form_of(hands, there, filling.press)


def _next(form: Form, filling: Filling) -> FormField:
    """The field that comes next. Raises ``BadInput`` where the form is another than it was."""
    for field in form.fields:
        if field.name not in filling.values:
            return field
    raise BadInput("form-outdated")


def _question(form: Form, field: FormField, language: str) -> str:
    """What is asked, what may be answered, and how to leave."""
    place = next(number for number, one in enumerate(form.fields, 1) if one is field)
    lines = [texts.say("form-ask", language, form=form.title, field=field.label, number=place, count=len(form.fields))]
    if field.hint:
        lines.append(field.hint)
    if field.kind == "number":
        lines.append(texts.say("form-ask-number", language, least=field.least, most=field.most))
    if field.value and field.kind != "long":
        lines.append(texts.say("form-now", language, value=field.label_of(field.value)))
    if field.value and field.kind != "choice":
        lines.append(texts.say("form-skip-keeps", language))
    elif not field.required and not field.value:
        lines.append(texts.say("form-skip-empty", language))
    return "\n".join([*lines, *([texts.say("form-cancel", language)] if field.kind != "choice" else [])])


def _choices(field: FormField, question: str, language: str) -> tuple[Button, ...]:
    if field.kind != "choice":
        return ()
    buttons = [
        Button(action=f"{FILL}:{number}:{question}", label=("✓ " if choice.value == field.value else "") + choice.label)
        for number, choice in enumerate(field.choices)
    ]
    return (*buttons, Button(action="cancel:", label=texts.say("button-cancel", language)))


# --- what is refused -------------------------------------------------------------------------------------------------


def wrong_field(form: Form, error: FabulaError) -> str:
    """The name of the field that an error is about; empty where it is about none."""
    return next((field.name for field in form.fields if field.label == error.values.get("field")), "")


def given_back(event: Submission, language: str) -> str:
    """What somebody had filled in, to be copied; empty where that is nothing."""
    words = "\n\n".join(value for value in event.values.values() if value.strip())
    return texts.say("form-words", language, words=words) if words else ""
