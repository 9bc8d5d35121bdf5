"""What is done at a board beside its rounds: an idea is put into another group, and the beamer's link is given and taken back."""

from __future__ import annotations

import time

from core import texts
from core.boards import beamer, groups
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput
from core.features.steps.boards import act, leads
from core.types import Board, Reply


async def move(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Put an idea into another group: ``<board>:<number>:<group>``, where one group more than there are makes a new one."""
    board, *numbers = pressed.argument.split(":", 2)
    if len(numbers) != 2 or not all(said.isascii() and said.isdigit() and len(said) < 6 for said in numbers):
        raise BadInput("board-idea-gone")
    number, group = map(int, numbers)

    def saying(after: Board) -> tuple[Reply, ...]:
        return (Reply(text=texts.say("board-moved", here.private_language, number=number), private=True, flash=True),)

    await act(hands, here, board, lambda one: groups.moved(one, number, group), saying)


async def switch(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Take the beamer's link back, or make another. Raises ``NotAllowed`` for whoever does not lead the board."""
    await leads(hands, here, pressed.argument)
    now = time.time()

    def saying(after: Board) -> tuple[Reply, ...]:
        key = "board-beamer-on" if beamer.is_on(after, now) else "board-beamer-off"
        return (Reply(text=texts.say(key, here.private_language, topic=after.topic), private=True),)

    await act(hands, here, pressed.argument, lambda one: beamer.switched(one, now), saying)


FEATURE = Feature(
    verbs={"board-move": Verb(move, labelled=False), "board-beamer": Verb(switch)},
    says=("board-moved", "board-beamer-on", "board-beamer-off", "button-board-page"),
    of="brainstorm",
)
