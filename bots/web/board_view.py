"""What of a board is to be seen: for everybody with its read-only link, and for one person. Pure; what is hidden is not looked at here.

Before the ideas are revealed ``Board.shown`` is empty, and everything that others see is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bots.web.board_shapes import Beamer, BoardColumn, BoardIdea, BoardPage, BoardPerson, BoardWork, OwnIdea
from bots.web.schemas import Action
from core import texts
from core.boards import carrying, groups, rounds
from core.documents.book import title_of
from core.errors import NotAllowed
from core.types import Board, Idea, KeptPiece, Member, PieceKind

LEADING = ("next", "more", "pause", "end")

_MADE_UP = re.compile(r"([a-z]{1,16})-[0-9a-f]{16}")
"""The ids by which the page calls those who have no name: an animal and a tail."""

Works = Mapping[int, Sequence[KeptPiece]]


@dataclass(frozen=True)
class Eyes:
    """Who looks: a person's key, empty for everybody with the link; in which language; and when."""

    language: str
    now: float
    person: str = ""
    works: Works = field(default_factory=dict)


def beamer(board: Board, eyes: Eyes) -> Beamer:
    """For everybody with the link: what all may know, and of nobody what they voted."""
    left = board.left if board.left is not None else None if board.ends is None else max(board.ends - eyes.now, 0.0)
    return Beamer(
        topic=board.topic,
        round=board.round,
        version=board.version,
        language=eyes.language,
        said=_said(board, eyes.language),
        left=left,
        paused=board.left is not None,
        builds=board.builds,
        count=len(board.shown) if board.revealed else len(board.ideas),
        people=[_person(one) for one in board.members],
        columns=_columns(board, eyes),
        notes=groups.notes(board, eyes.language),
    )


def page(board: Board, eyes: Eyes, *, makes: Sequence[str], beamer_path: str | None, after: int) -> BoardPage:
    """For one person."""
    member = board.member(eyes.person)
    leads = _leads(board, eyes.person)
    own = [] if board.revealed else board.ideas_of(eyes.person)
    held = [idea for idea in board.ideas_of(eyes.person) if idea.kept_back] if board.revealed else []
    others = carrying.to_build_on(board, eyes.person) if board.round == "build" else ()
    each = rounds.dots_each(board) if board.round in rounds.VOTES else 0
    return BoardPage(
        **dict(beamer(board, eyes)),
        id=board.id,
        joined=member is not None,
        done=member is not None and member.done,
        leads=leads,
        actions=[_action(board, verb, eyes.person, eyes.language) for verb in _verbs(board, eyes.person, leads=leads)],
        own=[_own(idea) for idea in (*own, *held)],
        others=[_own(idea) for idea in others],
        each=each,
        free=each - sum(rounds.given(board, eyes.person).values()) if each else 0,
        makes=list(makes) if board.revealed else [],
        new_group=len(board.groups) if board.round == "vote" else None,
        beamer=beamer_path,
        after=after,
    )


def _person(member: Member) -> BoardPerson:
    """How others are told of somebody: never by their id, by which one could pass for them."""
    made_up = _MADE_UP.fullmatch(member.user.id)
    return BoardPerson(
        name=member.user.shown_name,
        animal=made_up[1] if made_up and not member.user.shown_name else "",
        done=member.done,
    )


def _said(board: Board, language: str) -> str:
    """What is to be done now, or how it ended."""
    if board.polls:
        return texts.say("board-voting", language)
    if board.round != "over":
        between = texts.together(sorted(board.tied), language)
        return texts.say(f"board-{board.round}", language, dots=rounds.dots_each(board), tied=between, drawn=between)
    if board.hidden and board.ideas:
        return texts.say("board-ended-hidden", language, count=len(board.ideas))
    if not board.shown:
        return texts.say("board-ended-empty", language)
    return texts.say("board-ended" if board.chosen else "board-ended-undecided", language)


def _columns(board: Board, eyes: Eyes) -> list[BoardColumn]:
    """The groups that have ideas, each with its own number."""
    counted = rounds.tally(board) if board.round == "over" else {}
    columns = []
    for name, ideas in groups.by_group(board, board.shown, eyes.language):
        told = [_idea(board, idea, counted, eyes) for idea in ideas]
        group = ideas[0].group
        named = 0 <= group < len(board.groups) and bool(board.groups[group])
        columns.append(BoardColumn(group=group, name=name, named=named, ideas=told))
    return columns


def _idea(board: Board, idea: Idea, counted: Mapping[int, int], eyes: Eyes) -> BoardIdea:
    is_open = board.round == "vote" or (board.round in rounds.ONE_DOT and idea.number in board.tied)
    chosen = board.chosen if board.round == "over" else ()
    return BoardIdea(
        number=idea.number,
        text=idea.text,
        spark=idea.spark,
        names=[] if board.anonymous else [name for name in idea.names if name],
        mine=bool(eyes.person) and eyes.person in idea.authors,
        dots=rounds.given(board, eyes.person).get(idea.number, 0) if eyes.person and is_open else 0,
        count=counted.get(idea.number),
        place=chosen.index(idea.number) + 1 if idea.number in chosen else None,
        open=is_open,
        works=[_work(one) for one in eyes.works.get(idea.number, ())],
    )


def _work(kept: KeptPiece) -> BoardWork:
    piece = kept.piece
    url = f"/media/{piece.picture.media}" if piece.kind is PieceKind.PICTURE and piece.picture else None
    title = title_of(piece.words) or texts.shortened(piece.caption or piece.words)
    return BoardWork(id=piece.id, kind=str(piece.kind), title=title, url=url)


def _own(idea: Idea) -> OwnIdea:
    return OwnIdea(number=idea.number, text=idea.text, kept_back=idea.kept_back)


def _leads(board: Board, person: str) -> bool:
    """Whether somebody may say how it goes on. Nobody administers a room of the page."""
    try:
        rounds.check_leads(board, person, administers=False)
    except NotAllowed:
        return False
    return True


def _verbs(board: Board, person: str, *, leads: bool) -> Sequence[str]:
    """What somebody may do with the board as a whole."""
    if board.round == "over":
        return ("again", *(("beamer",) if leads else ()))
    member = board.member(person)
    own = () if board.round == "reveal" else ("done",) if member else ("join",)
    timed = board.ends is not None or board.left is not None
    first = LEADING if timed else ("next", "end")
    if board.round == "reveal":
        first = ("next", "end")
    return (*own, *((*first, "beamer") if leads else ()))


def _action(board: Board, verb: str, person: str, language: str) -> Action:
    member = board.member(person)
    undoes = (verb == "pause" and board.left is not None) or (verb == "done" and member is not None and member.done)
    key = f"page-board-un{verb}" if undoes else f"button-board-{verb}"
    return Action(id=f"board-{verb}:{board.id}", label=texts.say(key, language))
