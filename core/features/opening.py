"""A fresh bot belongs to whoever has the code of its start, and asks them before it answers others."""

from __future__ import annotations

from core import texts
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import NotAllowed
from core.types import Button, Reply


async def ask(hands: Hands, here: Moment) -> None:
    """Ask the operator whether it shall be open to others."""
    buttons = tuple(
        Button(action=f"{verb}:", label=texts.say(f"button-{verb}", here.language))
        for verb in ("open-doors", "keep-closed")
    )
    text = texts.say("open-asks", here.private_language)
    await hands.desk.answer(here, Reply(text=text, buttons=buttons, private=True))


async def _open(hands: Hands, here: Moment, pressed: Pressed) -> None:
    _check(hands, here)
    await hands.limits.ruling.operates.open()
    await hands.desk.answer(
        here, Reply(text=texts.say("open-done", here.private_language), replaces=pressed.press.message)
    )


async def _stay_closed(hands: Hands, here: Moment, pressed: Pressed) -> None:
    _check(hands, here)
    text = texts.say("open-not-yet", here.private_language)
    await hands.desk.answer(here, Reply(text=text, replaces=pressed.press.message))


def _check(hands: Hands, here: Moment) -> None:
    if not hands.limits.ruling.operates(here.user):
        raise NotAllowed("not-allowed-here")


FEATURE = Feature(
    verbs={"open-doors": Verb(_open), "keep-closed": Verb(_stay_closed)},
    says=("open-asks", "open-done", "open-not-yet"),
)
