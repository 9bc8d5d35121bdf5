"""What both storybooks share: how a plot's pages are put in order. The sentences are in `english_tales`, `chinese_tales`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sandbox.storybook.ideas import Request
from sandbox.storybook.weaving import (
    Line,
    Measure,
    Passage,
    Slots,
    chosen,
    filled,
    fitted,
    insisted,
    omissible,
    paragraphs,
    preferred,
    run_on,
    shuffled,
    split_payoff,
)


@dataclass(frozen=True)
class Scene:
    """Where a tale happens. In English the phrases read after "lived", "left", "along" and "to"."""

    key: str
    home: str
    place: str
    path: str
    far: str
    details: tuple[str, ...]
    companions: tuple[str, ...]
    helpers: tuple[str, ...]


@dataclass(frozen=True)
class Humour:
    """A companion's way of being: a small joke that comes back four times."""

    first: Passage
    road: Passage
    low: Passage
    last: Passage


@dataclass(frozen=True)
class Thread:
    """The second half of a tale, written in one piece so that the turn answers the advice."""

    keys: tuple[str, ...]
    """Words of the idea that call for this thread; empty where it suits any idea."""
    advice: Passage
    low: Passage
    turn: Passage
    after: Passage
    apart: bool = False
    """Whether the companion is somewhere else at the low point."""


@dataclass(frozen=True)
class Plot:
    """A shape of tale: what is wrong, how one sets out, how it turns, how it ends."""

    name: str
    titles: tuple[str, ...]
    troubles: tuple[Passage, ...]
    departures: tuple[Passage, ...]
    threads: tuple[Thread, ...]
    endings: tuple[Passage, ...]
    miniatures: tuple[Passage, ...]


@dataclass(frozen=True)
class Book:
    """All the pages of one language, and its measures of length."""

    openings: tuple[Passage, ...]
    wearing: tuple[Passage, ...]
    marked: tuple[Passage, ...]
    habits: tuple[Passage, ...]
    meetings: tuple[Passage, ...]
    together: tuple[Passage, ...]
    """Instead of a meeting, where the two have known each other since the story before."""
    humours: tuple[Humour, ...]
    episodes: tuple[Passage, ...]
    closers: tuple[Passage, ...]
    helper_arrives: tuple[Passage, ...]
    newcomer: tuple[Passage, ...]
    """Instead of the helper's arrival, where the reader asked for somebody new."""
    next_days: tuple[Passage, ...]
    next_places: tuple[Passage, ...]
    weathers: dict[str, str]
    plots: dict[str, Plot]
    measure: Measure
    joint: str
    """What stands between two sentences."""
    brief: int
    """The length below which the shorter of the alternatives are taken."""
    short: int
    """The length below which a continuation does without the helper."""
    miniature: int
    """The length below which a tale is told as a miniature."""


@dataclass(frozen=True)
class Telling:
    """One telling: the book, what was drawn for it, and how long it should be."""

    book: Book
    plot: Plot
    thread: Thread
    slots: Slots
    details: tuple[str, ...]
    request: Request
    random: Random
    marked: bool = False
    """Whether the hero's look is a mark on the body, and not something worn."""
    plain: bool = False
    """Whether nothing need be said about the hero's look, since the idea said it."""
    acquainted: bool = False
    """Whether hero and companion know each other from the beginning."""
    newcomer: bool = False
    new_place: bool = False

    @property
    def brief(self) -> bool:
        """Whether there is little room."""
        return self.request.length < self.book.brief

    def pick(self, alternatives: Sequence[Passage]) -> Passage:
        """One of several ways to say it."""
        return chosen(alternatives, self.random, self.book.measure, brief=self.brief)


def tale(telling: Telling) -> str:
    """A complete tale, without its title; paragraphs with an empty line between."""
    book, plot, humour = telling.book, telling.plot, telling.random.choice(telling.book.humours)
    opening = telling.pick(book.openings)
    if not telling.plain:
        look = telling.pick(book.marked if telling.marked else book.wearing)
        opening += omissible(look) if telling.brief else look
    opening += tuple(f"+{detail}" for detail in shuffled(telling.details, telling.random)[:2]) + telling.random.choice(
        book.habits
    )
    if telling.request.length < book.miniature:
        small = telling.random.choice(plot.miniatures) + telling.random.choice(book.closers)
        return _set(telling, _read(telling, [opening, small]))
    departure, payoff = split_payoff(telling.pick(plot.departures))
    joke = () if telling.brief else insisted(humour.first)
    trouble = telling.pick(plot.troubles)
    if plot.name == "friend":  # the departure is how the two meet
        beginning = [opening, trouble, departure + joke]
    else:
        meeting = telling.pick(book.together if telling.acquainted else book.meetings)
        beginning = [opening, trouble + run_on(departure), meeting + joke]
    return _bound(telling, beginning, humour, payoff)


def sequel(telling: Telling) -> str:
    """What happened next to people whom the reader knows already."""
    book, plot = telling.book, telling.plot
    known = _known_humour(telling)
    first = telling.pick(book.next_days)
    first += tuple(line for word, line in book.weathers.items() if word in telling.request.last.lower())[:1]
    if telling.new_place:
        first += run_on(telling.pick(book.next_places))
    departure, payoff = split_payoff(telling.pick(plot.departures))
    road = telling.pick(plot.troubles) + run_on(telling.pick(book.together))
    humour = known or telling.random.choice(book.humours)
    if not telling.brief and known is None:
        road += insisted(humour.first)
    return _bound(telling, [first, road, departure], humour, payoff)


def _known_humour(telling: Telling) -> Humour | None:
    """The companion's running joke in the story before, if that was one of the book's own."""
    told = "\n".join(telling.request.earlier)
    for humour in telling.book.humours:
        if any(line.text in told for line in filled(humour.first, telling.slots, young=telling.request.young)):
            return humour
    return None


def _bound(telling: Telling, beginning: list[Passage], humour: Humour, payoff: Passage) -> str:
    """Beginning, as many episodes as there is room for, and the thread to its end."""
    book, thread, random = telling.book, telling.thread, telling.random
    jokes = Humour((), (), (), ()) if telling.brief else humour
    low = thread.low + (() if thread.apart else preferred(jokes.low))
    arrival = telling.pick(book.newcomer if telling.newcomer else book.helper_arrives) + run_on(thread.advice)
    if telling.request.length < book.short and not telling.newcomer:
        arrival = ()
    end = payoff + run_on(telling.pick(telling.plot.endings)) + random.choice(book.closers)
    before = _read(telling, beginning if telling.plot.name == "friend" else [*beginning, jokes.road])
    after = _read(telling, [arrival, low, thread.turn, thread.after + preferred(jokes.last), end])
    episodes = _read(telling, shuffled(book.episodes, random))
    room = telling.request.length - sum(_weight(lines, book.measure) for lines in before + after)
    told: list[list[Line]] = []
    while episodes and room > 0.7 * _weight(episodes[-1], book.measure):
        told.append(episodes.pop())
        room -= _weight(told[-1], book.measure)
    return _set(telling, [*before, *told, *after])


def _read(telling: Telling, passages: Sequence[Passage]) -> list[list[Line]]:
    return [filled(passage, telling.slots, young=telling.request.young) for passage in passages if passage]


def _weight(lines: Sequence[Line], measure: Measure) -> float:
    """The usual length of a passage in a told tale: all that is essential and two thirds of the rest."""
    return sum(measure(line.text) * (0.66 if line.optional else 1) for line in lines)


def _set(telling: Telling, passages: Sequence[list[Line]]) -> str:
    book, request = telling.book, telling.request
    return paragraphs(fitted(passages, request.length, book.measure, telling.random, young=request.young), book.joint)


def thread_for(plot: Plot, phrases: Sequence[str], random: Random, *, whole_words: bool) -> Thread:
    """A thread made for what the tale turns on, or one of those that suit anything."""
    text = " ".join(phrases).lower()
    for thread in plot.threads:
        if any(re.search(rf"\b{re.escape(key)}\b", text) if whole_words else key in text for key in thread.keys):
            return thread
    return random.choice([thread for thread in plot.threads if not thread.keys])
