"""``/help``: what the studio can do, with examples to tap."""

from __future__ import annotations

from core import texts
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import NotAllowed
from core.types import Button, Reply

EXAMPLES = ("1", "2", "3")


async def help_(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """Say what it does, with every command that helps anybody."""
    listed = [command for command in hands.commands if command.listed]
    lines = [f"`{command.usage}` {command.say(f'command-{command.name}', here.language)}" for command in listed]
    await greet(hands, here, *lines)


async def greet(hands: Hands, here: Moment, *lines: str) -> None:
    """A welcome, these lines, and three examples to tap."""
    language = here.language
    note = (texts.say("embedded-note", language),) if hands.settings.image_is_embedded else ()
    said = (texts.say("welcome", language), *lines, *note, texts.say("try-these", language))
    buttons = tuple(
        Button(action=f"example:{place}", label=texts.say(f"example-{place}", language)) for place in EXAMPLES
    )
    await hands.desk.answer(here, Reply(text="\n".join(said), buttons=buttons))


async def try_example(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Do as if the person had typed the example. Raises ``NotAllowed`` for one that does not exist."""
    if pressed.argument not in EXAMPLES:
        raise NotAllowed("button-unknown")
    parsed = hands.commands.parse(texts.say(f"example-{pressed.argument}", here.language))
    assert parsed
    await hands.questions.start(here, parsed.command, parsed.words, options=dict(parsed.options))


FEATURE = Feature(
    Command("help", aliases=("帮助",)),
    about="what it can do, with examples to tap",
    answer=help_,
    verbs={"example": Verb(try_example, slow=True, labelled=False)},
    says=("welcome", "embedded-note", "try-these", *(f"example-{place}" for place in EXAMPLES)),
)
