"""What every act at a board has in common: which board it is, who may, and what is committed and said along with it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from core.boards import rounds
from core.conversation.desk import Overtaken
from core.conversation.feature import Hands
from core.conversation.moment import Moment
from core.errors import BadInput, NotAllowed
from core.features.steps import board_words as words
from core.ports import Change, NewReply
from core.types import Board, Reply, SessionUpdate, Timer

ROUND, REVEAL, OVER, TICK, HALF = "board-round", "board-reveal", "board-over", "board-tick", "board-half"
"""What is done at a time: a round ends, what was written is revealed, a board ends, the time left is told anew, half of it is over."""

COUNT = "board-count"
"""Also done at a time: the poll of a vote that is over is counted."""

REMINDED_FROM = 600.0
"""Seconds that a round has to last for anybody to be reminded of it (our own rule)."""

END = Reply(end=True)

TRIES = 20
"""How often in a row something is tried at a board because somebody was quicker: so many people in the same moment there are nowhere."""

Doing = Callable[[Board], Board]
Saying = Callable[[Board], Sequence[Reply]]


def silence(board: Board) -> Sequence[Reply]:
    """Nothing is said to the person: the board itself shows what came of it."""
    return ()


async def found(hands: Hands, here: Moment, board: str) -> Board:
    """The board of an id, for somebody who is where it is. Raises ``BadInput`` where it is gone, ``NotAllowed`` for whoever is not there."""
    kept = await hands.store.board(board)
    place = here.event.place
    if kept is None:
        raise BadInput("board-gone")
    if kept.place.home != place.home:
        elsewhere = place.private and place.platform == kept.place.platform
        if not (elsewhere and await hands.desk.rights.attends(here.user, kept.place)):
            raise NotAllowed("board-not-member")
    return kept


async def act(
    hands: Hands, here: Moment, board: str, doing: Doing, saying: Saying = silence, update: SessionUpdate | None = None
) -> None:
    """Do something at a board: what becomes of it, what is said of it and what follows later is one commit.

    People at one board come one after the other; whoever changes it by another road makes this begin again.
    """

    async def attempt() -> None:
        before = await found(hands, here, board)
        after = doing(before)
        change = Change()
        if after is not before:
            after = after.model_copy(update={"version": before.version + 1})
            change = moved_on(before, after, time.time())
        await hands.desk.answer(here, *saying(after), update=update, change=change)

    await in_turn(hands, here, board, attempt)


async def in_turn(hands: Hands, here: Moment, board: str, attempt: Callable[[], Awaitable[None]]) -> None:
    """Try something in somebody's turn at a board, again where it was changed by another road meanwhile. Raises ``Overtaken`` after many tries."""
    if here.event.place.private:
        # The platform is asked before the turn begins: how long it takes is nobody else's concern.
        await found(hands, here, board)
    async with hands.desk.turn_at(f"board {board}"):
        await insist(attempt)


async def insist(attempt: Callable[[], Awaitable[None]]) -> None:
    """Try something again where somebody was quicker. Raises ``Overtaken`` after many tries."""
    for _ in range(TRIES):
        with suppress(Overtaken):
            return await attempt()
    raise Overtaken


async def leads(hands: Hands, here: Moment, board: str) -> None:
    """Raise ``NotAllowed`` for whoever does not lead a board and does not administer its place."""
    await _check_leads(hands, here, await found(hands, here, board))


async def leads_it(hands: Hands, here: Moment, board: Board) -> bool:
    """Whether somebody leads a board, or administers its place."""
    try:
        await _check_leads(hands, here, board)
    except NotAllowed:
        return False
    return True


async def _check_leads(hands: Hands, here: Moment, board: Board) -> None:
    administers = await hands.desk.rights.administers(here.user, board.place)
    rounds.check_leads(board, here.user.key, administers=administers)


def moved_on(before: Board | None, after: Board, now: float) -> Change:
    """What follows from a change: how the board stands now, what is revealed, and until when the round lasts."""
    turned = before is None or before.turn != after.turn
    if before is not None and _only_dots(before, after):
        return Change(board=after)
    if turned and after.round == "over":
        after = after.model_copy(update={"ended": now})
    asks = turned and after.polls and not after.counting
    if asks:
        after = after.model_copy(update={"asked": tuple(idea.number for idea in rounds.on_ballot(after))})
    replies = [said(after, "shown", words.living(after, now, afresh=turned and not after.counting))]
    if before and before.round == "reveal" and after.shown and not after.hidden:
        photos = [said(after, "photos", words.shown_photos(after))] if any(one.photo for one in after.shown) else []
        replies = [said(after, "revealed", words.revealed(after)), *photos, *replies]
    elif before and before.revealed and before.ideas != after.ideas:
        replies.append(said(after, "revealed", words.revealed(after)))
    if asks:
        replies.append(said(after, "poll", words.poll(after)))
    timers, cancelled = _timers(before, after, now, turned=turned)
    return Change(board=after, replies=tuple(replies), timers=timers, cancelled_timers=cancelled)


def _only_dots(before: Board, after: Board) -> bool:
    """Whether nothing but dots was given or taken back by who was in before, which is nobody else's to see."""
    rest = Board.model_fields.keys() - {"dots", "second", "version"}
    return all(getattr(before, name) == getattr(after, name) for name in rest)


def _timers(
    before: Board | None, after: Board, now: float, *, turned: bool
) -> tuple[tuple[Timer, ...], tuple[str, ...]]:
    """What is done later from now on, and the ids of what is not done any more."""
    timers: list[Timer] = []
    if after.ends is not None and (before is None or before.ends != after.ends):
        timers = [_timer(after, ROUND, after.ends), tick(after, now), *_half(after, now)]
    if after.round == "reveal" and turned:
        timers.append(_timer(after, REVEAL, now))
    if after.counting and turned:
        timers.append(counting(after, now))
    if before is None:
        timers.append(_timer(after, OVER, after.created + rounds.LASTS))
    cancelled = (f"{ROUND} {_id(before)}",) if before and before.ends != after.ends else ()
    return tuple(timers), cancelled


def tick(board: Board, now: float) -> Timer:
    """When the time that is left is told anew: the oftener the less that is."""
    assert board.ends is not None
    left = board.ends - now
    every = 60.0 if left <= 15 * 60 else 300.0 if left <= 2 * 3600 else 3600.0
    return _timer(board, TICK, min(now + every, board.ends), f" {int(left // 60)}")


def counting(board: Board, at: float) -> Timer:
    """When its poll is counted, or that is tried again."""
    return _timer(board, COUNT, at, f" {at}")


def _half(board: Board, now: float) -> tuple[Timer, ...]:
    """When half of the time for ideas is over, if that is still to come."""
    assert board.ends is not None
    half = (board.since + board.ends) / 2
    reminds = board.round == "write" and half > now and board.ends - board.since >= REMINDED_FROM
    return (_timer(board, HALF, half),) if reminds else ()


def said(board: Board, name: str, reply: Reply) -> NewReply:
    """Something that is said to all at a board, once for each of its versions."""
    key = f"board:{board.id}:{board.version}:{name}"
    return NewReply(key=key, place=board.place, user="", in_reply_to="", language=board.language, reply=reply)


def _id(board: Board) -> str:
    """What names a round with the time that it has: another time, another timer."""
    return f"{board.id} {board.turn} {board.ends}"


def _timer(board: Board, what: str, at: float, more: str = "") -> Timer:
    about = {"board": board.id, "turn": str(board.turn), "ends": str(board.ends)}
    own = f"{what} {_id(board)}{more}"
    return Timer(id=own, at=at, what=what, about=about, place=board.place, language=board.language)


def is_still_due(timer: Timer, board: Board | None) -> bool:
    """Whether a timer speaks of the round that is on."""
    about = timer.about
    return board is not None and (about["turn"], about["ends"]) == (str(board.turn), str(board.ends))
