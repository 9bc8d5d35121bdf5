"""What becomes of a chosen idea: a story, a poster, whatever the studio makes; and the board remembers what came of it."""

from __future__ import annotations

import time
from dataclasses import replace

from core import texts
from core.boards.made import making
from core.boards.makes import offered
from core.conversation.commands import Command
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Closing, Moment
from core.errors import BadInput, NotAllowed
from core.features.steps import board_words as words
from core.features.steps.boards import found, in_turn
from core.types import Board, Button, FileRef, FromIdea, Idea, Message, Reply


async def develop(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Ask what an idea shall become, or begin what was said with the board."""
    board, number = await _idea(hands, here, pressed)
    if board.recipe and hands.commands.find(board.recipe):
        await _make(hands, here, board.id, number, board.recipe)
        return
    idea = board.idea(number)
    assert idea
    text = texts.say("board-develop", here.private_language, idea=words.line(board, idea))
    buttons = tuple(
        Button(action=f"board-make:{board.id}:{number}:{name}", label=f"/{name}")
        for name in offered(hands.commands, photo_alone=not idea.text)
    )
    await hands.desk.answer(here, Reply(text=text, buttons=buttons, private=True))


async def make(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Make it of the idea."""
    board, number = await _idea(hands, here, pressed)
    name = pressed.argument.split(":", 3)[-1]
    if name not in offered(hands.commands):
        raise NotAllowed("button-unknown")
    await _make(hands, here, board.id, number, name)


async def _make(hands: Hands, here: Moment, name: str, number: int, command: str) -> None:
    """Begin it as if its words had just been said, and note it on the board in the same commit."""

    async def attempt() -> None:
        board = await found(hands, here, name)
        noted = making(board, here.user, number, command, here.message, time.time())
        idea = board.idea(number)
        assert idea
        message = Message(
            inbox=here.event.inbox,
            id=here.message,
            place=here.event.place,
            author=here.user,
            text=idea.text or board.topic,
            files=_photo(hands.commands.named(command), idea),
            command=command,
        )
        made = replace(here, event=message, closing=Closing(board=noted), idea=FromIdea(board=name, number=number))
        await hands.hear(made, message)

    await in_turn(hands, here, name, attempt)


def _photo(command: Command, idea: Idea) -> tuple[FileRef, ...]:
    """The photo of an idea, for what is made from photos too; it is kept here, so nothing is fetched."""
    if idea.photo is None or not (command.references or command.takes_pictures):
        return ()
    return (FileRef(platform="", ref=idea.photo.media, mime=idea.photo.mime, kept=idea.photo),)


async def _idea(hands: Hands, here: Moment, pressed: Pressed) -> tuple[Board, int]:
    """The board that a button is about and the number of its idea. Raises ``BadInput`` for one that is not there."""
    name, _, rest = pressed.argument.partition(":")
    said = rest.partition(":")[0]
    board = await found(hands, here, name)
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0
    if board.hidden or board.idea(number) is None:
        raise BadInput("board-idea-gone")
    return board, number


FEATURE = Feature(
    verbs={"board-develop": Verb(develop), "board-make": Verb(make, slow=True, labelled=False)},
    says=("board-develop", "board-origin", "board-origin-dots", "board-origin-topic"),
    of="brainstorm",
)
