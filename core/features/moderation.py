"""How strictly the image service looks at what it draws for a chat: as usual, or less so. Only who answers for the chat may say."""

from __future__ import annotations

from core import texts
from core.conversation import commands
from core.conversation.commands import Command, Option
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import NotAllowed
from core.types import Button, Reply

NAME = "moderation"
VALUES = ("auto", "low")
_COMMAND = Command(NAME, options=(Option(NAME, "choice", VALUES, values={"default": "auto"}),))


def line(here: Moment) -> str:
    """How it is here, for the menu."""
    language, value = here.private_language, here.session.moderation or "auto"
    name = texts.say("setting-moderation", language)
    return texts.say("setting-line", language, name=name, value=texts.say(f"value-moderation-{value}", language))


def button(here: Moment) -> Button:
    """What leads to its values."""
    return Button(action=f"{NAME}:", label=texts.say("setting-moderation", here.private_language))


def offered(hands: Hands, here: Moment) -> bool:
    """Whether the menu has it: wherever others are, since one of them may answer for the chat, and to who runs the studio."""
    return not here.event.place.private or hands.limits.ruling.operates.runs(here.user)


async def choose(hands: Hands, here: Moment, value: str, *, replaces: str | None = None) -> None:
    """Set it for the chat with all its threads; without a value show those that there are. Raises ``NotAllowed``, and ``BadInput`` for others."""
    await _check(hands, here)
    if not value:
        return await hands.desk.answer(here, _values(here, replaces))
    known = commands.check_options(_COMMAND, {NAME: value})[NAME]
    await hands.store.moderate_chat(here.event.place, "" if known == "auto" else known)
    return await hands.desk.answer(here, Reply(text=texts.say(f"moderation-{known}", here.language), replaces=replaces))


async def press(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Its values, or, with one, that it is set."""
    await choose(hands, here, pressed.argument, replaces=pressed.press.message)


def _values(here: Moment, replaces: str | None) -> Reply:
    language, now = here.private_language, here.session.moderation or "auto"
    buttons = [
        Button(action=f"{NAME}:{value}", label="✓ " * (value == now) + texts.say(f"value-moderation-{value}", language))
        for value in VALUES
    ]
    buttons.append(Button(action="settings:", label=texts.say("button-back", language)))
    text = texts.say("setting-moderation-ask", language)
    return Reply(text=text, buttons=tuple(buttons), replaces=replaces, private=True)


async def _check(hands: Hands, here: Moment) -> None:
    """Who runs the studio may, and who administers the chat by its platform's word: where nobody runs a place, that lets nobody do it."""
    if hands.limits.ruling.operates.runs(here.user):
        return
    if not await hands.desk.rights.administers(here.user, here.event.place):
        raise NotAllowed("only-administrators")


FEATURE = Feature(
    verbs={NAME: Verb(press, asked=True, labelled=False)},
    says=(
        *("setting-moderation", "setting-moderation-ask"),
        *(f"{key}-{value}" for key in ("moderation", "value-moderation") for value in VALUES),
    ),
)
