"""What may be done at a board, and what comes of it. Every function gives the board as it is then, or raises what its person is told.

Each makes the board one ``version`` newer. Times are seconds since the epoch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from core.boards import alike
from core.errors import BadInput, NotAllowed
from core.graphemes import is_blank
from core.types import Picture, User, new_id
from core.types.boards import Board, Idea, Member

LONGEST_TOPIC = 200
"""Characters of a topic (our own rule: it stands in the title of each message)."""

LONGEST_IDEA = 500
"""Characters of an idea (our own rule: two hundred of them can still be read)."""

IDEAS_EACH, IDEAS_ALL, MEMBERS = 20, 500, 1000
"""Ideas of a person, ideas of a board and people at it (our own rules)."""

FEWEST_DOTS, MOST_DOTS, DOTS_ON_ONE = 3, 7, 2
"""Dots of a person: a quarter of the ideas, within these; and how many of them one idea may get from one person (our own rules)."""

SPARKS = 6
"""Sparks that are added unless somebody says otherwise (our own rule)."""

SHORTLIST = 3
VOTES = frozenset({"vote", "runoff", "sketches"})
ONE_DOT = frozenset({"runoff", "sketches"})
"""The rounds in which dots are given, and those in which everybody has a single one."""

LASTS = 14 * 24 * 3600.0
"""Seconds after which a board ends by itself."""

Groups = Sequence[tuple[str, Sequence[int]]]
"""Groups of ideas: how each is called, and the places of its ideas."""


def changed(board: Board, **values: Any) -> Board:
    """The board with other values, one version newer."""
    return board.model_copy(update={**values, "version": board.version + 1})


# --- who is in -------------------------------------------------------------------------------------------------------


def join(board: Board, user: User) -> Board:
    """Somebody is in. Raises ``BadInput`` where nothing is to be taken part in any more."""
    _check_on(board)
    return board if board.member(user.key) else changed(board, members=_with(board, user))


def _with(board: Board, user: User) -> tuple[Member, ...]:
    """Those who are in, and this person."""
    if board.member(user.key):
        return board.members
    if len(board.members) >= MEMBERS:
        raise BadInput("board-full", limit=MEMBERS)
    return (*board.members, Member(user=user.known_in(board.place)))


def done(board: Board, user: User) -> Board:
    """Somebody is done with the round, or goes on after all."""
    _check_open(board)
    members = tuple(_but_done(one) if one.user.key == user.key else one for one in _with(board, user))
    return changed(board, members=members)


def _but_done(member: Member) -> Member:
    return member.model_copy(update={"done": not member.done})


def all_done(board: Board) -> bool:
    """Whether nobody is waited for any more."""
    return bool(board.members) and all(member.done for member in board.members)


# --- ideas -----------------------------------------------------------------------------------------------------------


def give(board: Board, user: User, text: str, now: float, built_on: int = 0, photo: Picture | None = None) -> Board:
    """Somebody has an idea: words, a photo, or both.

    Raises ``BadInput`` for one too long, empty, given before, one too many, and one that comes too late.
    """
    check_writing(board)
    words = checked(text) if text.strip() or photo is None else ""
    own = board.ideas_of(user.key)
    if photo is None and any(alike.folded(idea.text) == alike.folded(words) for idea in own):
        raise BadInput("board-idea-twice")
    if len(own) >= IDEAS_EACH:
        raise BadInput("board-ideas-each", limit=IDEAS_EACH)
    if len(board.ideas) >= IDEAS_ALL:
        raise BadInput("board-ideas-all", limit=IDEAS_ALL)
    members = _with(board, user)
    number = max((idea.number for idea in board.ideas), default=0) + 1
    names = (user.known_in(board.place).shown_name,)
    idea = Idea(number=number, text=words, photo=photo, author=user.key, names=names, at=now, built_on=built_on)
    return changed(board, members=members, ideas=(*board.ideas, idea))


def reword(board: Board, user: User, number: int, text: str) -> Board:
    """Somebody puts an idea of theirs into other words; no words take it back."""
    check_writing(board)
    found = next((idea for idea in board.ideas_of(user.key) if idea.number == number), None)
    if found is None:
        raise BadInput("board-idea-gone")
    if is_blank(text):
        return changed(board, ideas=tuple(idea for idea in board.ideas if idea is not found))
    new = found.model_copy(update={"text": checked(text), "looked": False, "kept_back": False})
    others = [idea for idea in board.ideas_of(user.key) if idea is not found]
    if any(alike.folded(idea.text) == alike.folded(new.text) for idea in others):
        raise BadInput("board-idea-twice")
    return changed(board, ideas=tuple(new if idea is found else idea for idea in board.ideas))


def checked(text: str) -> str:
    """The words of an idea in one line. Raises ``BadInput``."""
    if len(text) > 4 * LONGEST_IDEA:  # nothing is done with what is far too long
        raise BadInput("board-idea-long", limit=LONGEST_IDEA)
    words = " ".join(text.split())
    if is_blank(words):
        raise BadInput("board-idea-empty")
    if len(words) > LONGEST_IDEA:
        raise BadInput("board-idea-long", limit=LONGEST_IDEA)
    return words


# --- rounds ----------------------------------------------------------------------------------------------------------


def next_round(board: Board, now: float) -> Board:
    """The round is over: what comes next; first its poll is counted. Raises ``BadInput`` where nothing does."""
    _check_on(board)
    if board.polls:
        return turned(board, board.round, now, ends=None, counting="next")
    if board.round in ("write", "build"):
        return turned(board, "reveal" if board.ideas else "over", now, ends=None)
    if board.round == "vote":
        return voted(board, now)
    if board.round in ONE_DOT:
        return decided(board, now)
    return turned(board, "reveal", now, ends=None)  # the gathering is tried once more


def turned(board: Board, to: str, now: float, **values: Any) -> Board:
    """Another round begins, with nobody done with it; its time is what a round of this board has, unless ``values`` say otherwise."""
    members = tuple(one.model_copy(update={"done": False}) for one in board.members)
    ends = now + board.minutes * 60 if board.minutes else None
    update = {"round": to, "turn": board.turn + 1, "members": members, "since": now, "ends": ends, "left": None}
    update |= {"counting": ""}
    return changed(board, **update | values)


def end(board: Board, now: float) -> Board:
    """All is over, with what there is: ideas that were not revealed by then stay hidden, dots that were given count."""
    _check_on(board)
    if board.polls and not board.counting:
        return turned(board, board.round, now, ends=None, counting="end")
    if board.round in VOTES:
        return decided(board, now)
    return turned(board, "over", now, ends=None)


def more_time(board: Board, now: float) -> Board:
    """The round lasts half as long again, five minutes at least. Raises ``BadInput`` where no time was set."""
    _check_open(board)
    lasts = board.minutes * 60.0 or (board.left or board.ends or 0) - (board.since if board.left is None else 0)
    more = max(lasts / 2, 300.0)
    if board.left is not None:
        return changed(board, left=board.left + more)
    if board.ends is None:
        raise BadInput("board-no-time")
    return changed(board, ends=min(max(board.ends, now) + more, board.created + LASTS))


def pause(board: Board, now: float) -> Board:
    """The time stands still, or runs again. Raises ``BadInput`` where no time was set."""
    _check_open(board)
    if board.left is not None:
        return changed(board, ends=now + board.left, left=None)
    if board.ends is None:
        raise BadInput("board-no-time")
    return changed(board, ends=None, left=max(board.ends - now, 1.0))


# --- what is revealed ------------------------------------------------------------------------------------------------


def pooled(board: Board, kept_back: frozenset[int], sparks: tuple[str, ...], now: float) -> list[Idea]:
    """The ideas that are to be seen, each once, those of people first; there are never more sparks than these."""
    people = [idea for idea in board.ideas if idea.number not in kept_back]
    made = [Idea(number=0, text=checked(text), at=now, spark=True) for text in sparks[: len(people)]]
    return _merged([*people, *made])


def gathered(
    board: Board, kept_back: frozenset[int], sparks: tuple[str, ...], now: float, groups: Groups = ()
) -> Board:
    """Reveal the ideas: those that break the rules stay back, what is the same becomes one, and each gets its number.

    ``groups``: how somebody has grouped what is ``pooled``; where that is not all of it, each once, they are made by the words that ideas share.
    """
    ideas = pooled(board, kept_back, sparks, now)
    helped = sorted(place for _, places in groups for place in places) == list(range(len(ideas)))
    if not helped:
        alike_ones = alike.grouped([idea.text for idea in ideas])
        groups = [(alike.named([ideas[place].text for place in places]), places) for places in alike_ones]
    names, told = [], []
    for group, (name, places) in enumerate(groups):
        names.append(name)
        told += [ideas[place].model_copy(update={"group": group}) for place in places]
    shown = [idea.model_copy(update={"piece": new_id()}) if idea.photo else idea for idea in told]
    numbered = [idea.model_copy(update={"number": number, "built_on": 0}) for number, idea in enumerate(shown, 1)]
    held = [idea for idea in board.ideas if idea.number in kept_back]
    back = [
        idea.model_copy(update={"number": number, "kept_back": True})
        for number, idea in enumerate(held, len(numbered) + 1)
    ]
    to = "vote" if len(numbered) > 1 else "over"
    alone = {"chosen": (1,)} if len(numbered) == 1 else {}
    return turned(
        board,
        to,
        now,
        revealed=True,
        helped=helped,
        ideas=(*numbered, *back),
        groups=tuple(names),
        **alone,
        **({} if to == "vote" else {"ends": None}),
    )


def _merged(ideas: list[Idea]) -> list[Idea]:
    """The ideas without repeats: who had the same one as somebody before is named beside them. A spark that repeats is left out."""
    first = alike.repeated([idea.text for idea in ideas])
    kept: dict[int, Idea] = {}
    for place, idea in enumerate(ideas):
        if first[place] == place or idea.photo:  # no two photos are taken for one
            kept[place] = idea
        elif not idea.spark:
            one = kept[first[place]]
            also = tuple(dict.fromkeys((*one.also, idea.author)))
            names = tuple(dict.fromkeys((*one.names, *idea.names)))
            others = tuple(key for key in also if key != one.author)
            kept[first[place]] = one.model_copy(update={"also": others, "names": names})
    return list(kept.values())


# --- votes -----------------------------------------------------------------------------------------------------------


def on_ballot(board: Board) -> tuple[Idea, ...]:
    """The ideas that are voted on in this round."""
    return tuple(idea for idea in board.shown if board.round not in ONE_DOT or idea.number in board.tied)


def dots_each(board: Board) -> int:
    """Dots that each person has."""
    if board.round in ONE_DOT:
        return 1
    return board.each or min(max(len(board.shown) // 4, FEWEST_DOTS), MOST_DOTS)


def given(board: Board, person: str) -> Mapping[int, int]:
    """The dots that a person has given in this round, by the number of the idea."""
    if board.round in ONE_DOT:
        return {board.second[person]: 1} if person in board.second else {}
    return board.dots.get(person, {})


def dot(board: Board, user: User, number: int) -> Board:
    """Give an idea one more dot; where it can get no more from this person, all of theirs are taken back. Who has a single one moves it.

    Raises ``BadInput`` where no vote is on, there is no such idea, and for a dot too many.
    """
    if board.round not in VOTES or board.counting:
        _check_on(board)
        raise BadInput("board-no-vote")
    if number not in [idea.number for idea in on_ballot(board)]:
        raise BadInput("board-idea-gone")
    members = _with(board, user)
    if board.round in ONE_DOT:
        second = {person: one for person, one in board.second.items() if person != user.key}
        if board.second.get(user.key) != number:
            second[user.key] = number
        return changed(board, members=members, second=second)
    own, each = dict(board.dots.get(user.key, {})), dots_each(board)
    if each == 1 and number not in own:
        own = {}
    left, most = each - sum(own.values()), min(DOTS_ON_ONE, each)
    if left and own.get(number, 0) < most:
        own[number] = own.get(number, 0) + 1
    elif own.pop(number, 0) == 0:
        raise BadInput("board-no-dots", count=each)
    return changed(board, members=members, dots={**board.dots, user.key: own})


def tally(board: Board) -> dict[int, int]:
    """How many dots each idea got, by its number."""
    counted = {idea.number: board.polled.get(idea.number, 0) for idea in board.shown}
    for own in board.dots.values():
        for number, dots in own.items():
            if number in counted:
                counted[number] += dots
    return counted


def equals(board: Board) -> tuple[int, ...]:
    """The ideas that have the most dots, as many as that are; none where no dot was given."""
    counted = tally(board)
    most = max(counted.values(), default=0)
    return tuple(number for number, dots in counted.items() if dots == most) if most else ()


def voted(board: Board, now: float) -> Board:
    """The vote is over: the shortlist, or a runoff between those that have the most dots."""
    tied = equals(board)
    return turned(board, "runoff", now, tied=tied) if len(tied) > 1 else decided(board, now)


def decided(board: Board, now: float) -> Board:
    """The shortlist: by dots, among equals by those of the runoff, then the earlier idea; after sketches by the dots that these got."""
    if board.round == "sketches":
        likes = Counter(board.second.values())
        return turned(board, "over", now, ends=None, chosen=tuple(sorted(board.chosen, key=lambda one: -likes[one])))
    counted, first = tally(board), equals(board)
    again = Counter(board.second.values()) + Counter(board.repolled)
    second = {number: again[number] for number in board.tied}
    order = sorted(
        (idea for idea in board.shown if counted[idea.number]),
        key=lambda idea: (-counted[idea.number], -second.get(idea.number, 0), idea.at, idea.number),
    )
    chosen = tuple(idea.number for idea in order[:SHORTLIST])
    best = max((second.get(number, 0) for number in first), default=0)
    drawn = sum(second.get(number, 0) == best for number in first) > 1
    return turned(board, "over", now, ends=None, chosen=chosen, drawn=drawn)


def sketched(board: Board, drawn: tuple[int, ...], now: float) -> Board:
    """The shortlist has been drawn: one dot of everybody's between those that there is a picture of."""
    again = turned(board, "sketches", now, tied=drawn, second={}, sketched=True)
    return again if len(drawn) > 1 else changed(board, tied=(), sketched=True)


# --- what is refused -------------------------------------------------------------------------------------------------


def check_leads(board: Board, person: str, *, administers: bool) -> None:
    """Raise ``NotAllowed`` for somebody who does not lead the board. Where its leader is gone, whoever is in may."""
    gone = board.leader is None and board.member(person) is not None
    if not (administers or gone or (board.leader and board.leader.key == person)):
        name = board.leader.shown_name if board.leader else ""
        raise NotAllowed("board-not-leader" if name else "board-not-leader-nameless", name=name)


def _check_on(board: Board) -> None:
    if board.round == "over":
        raise BadInput("board-over", topic=board.topic)


def _check_open(board: Board) -> None:
    """A round of people's is on."""
    _check_on(board)
    if board.round == "reveal":
        raise BadInput("board-gathering")
    if board.counting:
        raise BadInput("board-counting")


def check_writing(board: Board) -> None:
    """Raise ``BadInput`` where no ideas are written any more."""
    _check_on(board)
    if board.round not in ("write", "build"):
        raise BadInput("board-too-late", topic=board.topic)
