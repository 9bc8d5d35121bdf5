"""``/forget``: delete everything of a person, after asking once."""

from __future__ import annotations

from core import texts
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.types import Button, Reply


async def forget(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """Ask whether that is meant, and whether what others made from it goes too."""
    actions = {"forget-yes:": "forget-yes", "forget-yes:all": "forget-all", "forget-no:": "forget-no"}
    buttons = tuple(
        Button(action=action, label=texts.say(f"button-{name}", here.private_language))
        for action, name in actions.items()
    )
    sure = Reply(text=texts.say("forget-sure", here.private_language), buttons=buttons, private=True)
    await hands.desk.answer(here, sure)


async def forget_all(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Delete it."""
    await hands.desk.forget(here, with_derived=pressed.argument == "all")


async def forget_nothing(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Leave everything as it is."""
    text = texts.say("forget-not", here.private_language)
    await hands.desk.answer(here, Reply(text=text, replaces=pressed.press.message))


FEATURE = Feature(
    Command("forget", private=True, aliases=("忘记",)),
    about="deletes everything of yours",
    answer=forget,
    verbs={"forget-yes": Verb(forget_all, asked=True), "forget-no": Verb(forget_nothing, asked=True)},
    says=("forget-sure", "forget-not", "forgotten", "button-forget-all"),
)
