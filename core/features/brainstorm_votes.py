"""The vote of a board: everybody gives dots on a ballot of their own, which nobody else sees."""

from __future__ import annotations

from core.boards import rounds
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput
from core.features.steps import board_words as words
from core.features.steps.boards import act, found
from core.types import Board, Reply


def check_vote(board: Board) -> None:
    """Raise ``BadInput`` where no vote is on."""
    if board.round not in rounds.VOTES:
        raise BadInput("board-over" if board.round == "over" else "board-no-vote", topic=board.topic)


async def ballot(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Show somebody their ballot."""
    await come_to_vote(hands, here, pressed.argument)


async def come_to_vote(hands: Hands, here: Moment, board: str) -> None:
    """Somebody comes to vote where they are alone with the bot."""
    kept = await found(hands, here, board)
    check_vote(kept)
    await hands.desk.answer(here, words.ballot(kept, here.user.key, 0, here.private_language))


async def turn_page(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Another page of the ballot, in the same message."""
    board, page = _read(pressed, 1)
    kept = await found(hands, here, board)
    check_vote(kept)
    await hands.desk.answer(here, _in_place(words.ballot(kept, here.user.key, page, here.private_language), pressed))


async def dot(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """One dot more for an idea, or none any more; the ballot shows it in its place."""
    board, number = _read(pressed, 1)
    page = _read(pressed, 2)[1]

    def saying(after: Board) -> tuple[Reply, ...]:
        return (_in_place(words.ballot(after, here.user.key, page, here.private_language), pressed),)

    await act(hands, here, board, lambda one: rounds.dot(one, here.user, number), saying)


def _in_place(reply: Reply, pressed: Pressed) -> Reply:
    return reply.model_copy(update={"replaces": pressed.press.message or None})


def _read(pressed: Pressed, place: int) -> tuple[str, int]:
    """The board that a button is about, and one of the numbers behind it. Raises ``BadInput`` for what is none."""
    board, *numbers = pressed.argument.split(":", 3)
    said = numbers[place - 1] if len(numbers) >= place else ""
    if not (said.isascii() and said.isdigit() and len(said) < 6):
        raise BadInput("board-idea-gone")
    return board, int(said)


FEATURE = Feature(
    verbs={
        "board-ballot": Verb(ballot),
        "board-page": Verb(turn_page, labelled=False),
        "board-dot": Verb(dot, labelled=False),
    },
    links={"vote": come_to_vote},
    says=(
        "board-vote",
        *(f"board-{start}{kind}" for start in ("", "ballot-") for kind in rounds.ONE_DOT),
        "board-ballot",
        "board-ballot-one",
    ),
    of="brainstorm",
)
