"""A board: what people think up together about a topic, in rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from core.types.people import Place, User
from core.types.pieces import Picture
from core.types.values import Value

Round = Literal["write", "build", "reveal", "vote", "runoff", "sketches", "over"]
"""What is done at a board just now: ideas are written, others' are built on, all is gathered, dots are given, a tie is decided; or all is done.

``sketches``: the shortlist was drawn, and its pictures are voted on; that comes after all was done.
"""


class Member(Value):
    """Somebody who is in. ``done``: with the round that is on."""

    user: User
    done: bool = False


class Idea(Value):
    """One idea. ``author`` is a person's key, empty where that person was forgotten, or nobody but the program thought it up (``spark``).

    ``number`` is what people call it by; until the ideas are revealed it only counts them, and after that no longer changes. ``names``: how its
    authors are called, more than one where several had the same idea. ``built_on`` is the number of another's idea that it carries further.
    ``photo``: a picture that belongs to it, or is all of it; ``piece``: the piece that shows it, once all is revealed.
    ``looked``: it was looked at before others carried it further, and may be seen. ``kept_back``: it breaks the rules, so nobody but its author
    hears of it. ``group``: its place among the board's groups.
    """

    number: int
    text: str = ""
    photo: Picture | None = None
    piece: str = ""
    author: str = ""
    also: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    at: float
    spark: bool = False
    looked: bool = False
    kept_back: bool = False
    built_on: int = 0
    group: int = -1

    @property
    def authors(self) -> tuple[str, ...]:
        """The keys of all whose idea it is."""
        return tuple(filter(None, (self.author, *self.also)))


class Made(Value):
    """What was begun of an idea: by which command, by whom (their key), in answer to which message; ``job`` where it matters whether that goes on."""

    idea: int
    command: str
    by: str
    message: str
    at: float
    job: str = ""


class Board(Value):
    """A board as it stands. ``version`` grows with each change, ``turn`` with each round.

    ``leader``: who asked for it and leads it; ``None`` once that person is forgotten. ``ends``: when the round is over by itself; without it only
    people end it. ``left``: seconds that were left of the round when it was paused. ``minutes``: how long a round lasts; 0: as long as people
    take. ``since``: when the round began; ``zone``: the time zone of those who are at it. ``sparks``: how many ideas the program adds at most.
    ``each``: dots of each person, 0 where that follows from the number of ideas. ``dots``: by person (their key), how many each idea got, by its
    number; ``second`` likewise those of a runoff among the ``tied``. ``chosen``: the shortlist, best first. ``drawn``: the first of it was chosen
    among equals for being the earlier one. ``revealed``: its ideas are everybody's to see. ``made``: what was begun of its ideas, oldest first.
    ``sketched``: its shortlist was drawn; then ``tied`` and ``second`` are of the vote on these pictures. ``beamer``: what the address of its
    read-only page is signed with, random; empty: there is no such page. ``ended``: when it was over, 0 before.
    ``poll``: it is voted on by the platform's own poll, where there is one; ``asked``: the numbers of the ideas in it, in the order of its answers.
    ``counting``: it is being closed and counted, and what follows then; empty: it is not. ``polled``: what it gave each idea, by its number;
    ``repolled`` likewise that of a runoff. ``handed_on``: ideas were given to others to carry further, or there was nothing to give.
    """

    id: str
    place: Place
    topic: str
    leader: User | None
    language: str = "en"
    created: float
    version: int = 1
    round: Round = "write"
    turn: int = 1
    ends: float | None = None
    left: float | None = None
    since: float = 0
    zone: str = "UTC"
    minutes: int = 0
    each: int = 0
    anonymous: bool = False
    builds: bool = False
    handed_on: bool = False
    sparks: int = 0
    recipe: str = ""
    members: tuple[Member, ...] = ()
    ideas: tuple[Idea, ...] = ()
    groups: tuple[str, ...] = ()
    dots: Mapping[str, Mapping[int, int]] = Field(default_factory=dict)
    second: Mapping[str, int] = Field(default_factory=dict)
    tied: tuple[int, ...] = ()
    chosen: tuple[int, ...] = ()
    drawn: bool = False
    revealed: bool = False
    helped: bool = False
    sketched: bool = False
    made: tuple[Made, ...] = ()
    beamer: str = ""
    ended: float = 0
    poll: bool = False
    asked: tuple[int, ...] = ()
    counting: Literal["", "next", "end"] = ""
    polled: Mapping[int, int] = Field(default_factory=dict)
    repolled: Mapping[int, int] = Field(default_factory=dict)

    @property
    def polls(self) -> bool:
        """Whether the vote that is on goes by the platform's own poll, where there is one."""
        return self.poll and self.round in ("vote", "runoff")

    @property
    def shown(self) -> tuple[Idea, ...]:
        """The ideas that are everybody's to see: none before they are revealed."""
        return tuple(idea for idea in self.ideas if self.revealed and not idea.kept_back)

    @property
    def hidden(self) -> bool:
        """Whether nobody may see another's idea: not before the reveal, and never where that did not come."""
        return not self.revealed

    @property
    def hands_on(self) -> bool:
        """Whether what is gathered is given to others to carry further before all is revealed."""
        return (
            self.builds and not self.handed_on and len({idea.author for idea in self.ideas if not idea.kept_back}) > 1
        )

    def is_like(self, other: Board) -> bool:
        """Whether another board is about the same topic."""
        return self.topic.casefold() == other.topic.casefold()

    def idea(self, number: int) -> Idea | None:
        """The idea of a number, if everybody may see it."""
        return next((idea for idea in self.shown if idea.number == number), None)

    def authors_of(self, number: int = 0) -> tuple[str, ...]:
        """The keys of who named the topic, and of whose an idea is that everybody may see."""
        leader, idea = (self.leader.key,) if self.leader else (), self.idea(number)
        return leader + (idea.authors if idea else ())

    def member(self, person: str) -> Member | None:
        """Somebody who is in, by their key."""
        return next((one for one in self.members if one.user.key == person), None)

    def ideas_of(self, person: str) -> tuple[Idea, ...]:
        """The ideas of a person, oldest first."""
        return tuple(idea for idea in self.ideas if person in idea.authors)
