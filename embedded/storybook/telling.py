"""What both storybooks share: how a plot's pages are put in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from embedded.storybook.book import Book, Humour, Plot, Thread
from embedded.storybook.ideas import Cast, Idea
from embedded.storybook.request import Request
from embedded.storybook.weaving import (
    Line,
    Measure,
    Passage,
    Slots,
    chosen,
    filled,
    fitted,
    insisted,
    marked,
    paragraphs,
    run_on,
    shuffled,
    split_payoff,
)


@dataclass(frozen=True)
class Telling:
    """One telling: the book, what was drawn for it, and how long it should be."""

    book: Book
    measure: Measure
    plot: str
    thread: Thread
    slots: Slots
    cast: Cast
    idea: Idea
    request: Request
    random: Random

    @property
    def brief(self) -> bool:
        """Whether there is little room."""
        return self.request.length < self.book.measures.brief

    @property
    def names(self) -> tuple[str, str]:
        """Of the hero and the companion."""
        return self.cast.hero.name, self.cast.companion.name

    @property
    def pages(self) -> Plot:
        """The plot's pages."""
        return self.book.plots[self.plot]

    def pick(self, ways: Sequence[Passage]) -> Passage:
        """One of several ways to say it."""
        return chosen(ways, self.random, self.measure, brief=self.brief, breath=self.request.breath)

    def read(self, passages: Sequence[Passage]) -> list[list[Line]]:
        """The passages that there are, filled in."""
        return [filled(passage, self.slots) for passage in passages if passage]

    def set(self, passages: Sequence[list[Line]]) -> str:
        """The passages as one text of the wished length."""
        request = self.request
        kept = fitted(passages, request.length, self.measure, self.random, breath=request.breath)
        return paragraphs(kept, self.book.measures.joint)


def tale(telling: Telling) -> str:
    """A complete tale, without its title; paragraphs with an empty line between."""
    frame, plot, random = telling.book.frame, telling.pages, telling.random
    humour = random.choice(telling.book.humours)
    opening = telling.pick(frame.openings)
    if not telling.cast.hero.trait:  # else the idea has said how the hero looks
        look = telling.pick(frame.marked if telling.cast.marked else frame.wearing)
        opening += marked(look, "+") if telling.brief else look
    opening += marked(tuple(shuffled(telling.cast.scene.details, random)), "+") + random.choice(frame.habits)
    if telling.request.length < telling.book.measures.miniature:
        return telling.set(telling.read([opening, plot.miniature + random.choice(frame.closers)]))
    if telling.idea.acquainted:
        opening += telling.pick(frame.lives_with)
    departure, payoff = split_payoff(telling.pick(plot.departures))
    joke = () if telling.brief else insisted(humour.first)
    trouble = telling.pick(plot.troubles)
    if telling.plot == "friend":  # the departure is how the two meet
        beginning = [opening, trouble, departure + joke]
    else:
        meeting = telling.pick(frame.together if telling.idea.acquainted else frame.meetings)
        beginning = [opening, trouble + run_on(departure), meeting + joke]
    return _bound(telling, beginning, humour, payoff)


def sequel(telling: Telling) -> str:
    """What happened next to people whom the reader knows already."""
    book, plot = telling.book, telling.pages
    told = "\n".join(telling.request.earlier)
    known = next((humour for humour in book.humours if _was_told(humour, telling.slots, told)), None)
    humour = known or telling.random.choice(book.humours)
    first = telling.pick(book.frame.next_days)
    first += tuple(line for word, line in book.weathers.items() if word in telling.request.last.lower())[:1]
    if telling.idea.place:
        first += run_on(telling.pick(book.frame.next_places))
    departure, payoff = split_payoff(telling.pick(plot.departures))
    road = telling.pick(plot.troubles) + run_on(telling.pick(book.frame.together))
    if not telling.brief and known is None:
        road += insisted(humour.first)
    return _bound(telling, [first, road, departure], humour, payoff)


def _was_told(humour: Humour, slots: Slots, story: str) -> bool:
    """Whether this was the companion's running joke in the story before."""
    return any(line.text in story for line in filled(humour.first, slots))


def _bound(telling: Telling, beginning: list[Passage], humour: Humour, payoff: Passage) -> str:
    """Beginning, as many episodes as there is room for, and the thread to its end."""
    book, thread, measure = telling.book, telling.thread, telling.measure
    joke_on_road, joke_low, joke_last = ((), (), ()) if telling.brief else (humour.road, humour.low, humour.last)
    low = thread.low + (() if thread.apart else marked(joke_low, "!"))
    arrival = telling.pick(book.frame.newcomer if telling.cast.newcomer else book.frame.helper_arrives)
    advised = arrival + run_on(thread.advice)
    if telling.request.length < book.measures.short and not telling.cast.newcomer:
        advised = ()
    end = payoff + run_on(telling.pick(telling.pages.endings)) + telling.random.choice(book.frame.closers)
    before = telling.read(beginning if telling.plot == "friend" else [*beginning, joke_on_road])
    after = telling.read([advised, low, thread.turn, thread.after + marked(joke_last, "!"), end])
    room = telling.request.length - sum(_weight(lines, measure) for lines in before + after)
    told: list[list[Line]] = []
    for episode in telling.read(shuffled(book.frame.episodes, telling.random)):
        if room > 0.7 * _weight(episode, measure):
            told.append(episode)
            room -= _weight(episode, measure)
    return telling.set([*before, *told, *after])


def _weight(lines: Sequence[Line], measure: Measure) -> float:
    """The usual length of a passage in a told tale: all that is essential and two thirds of the rest."""
    return sum(measure(line.text) * (0.66 if line.optional else 1) for line in lines)


def thread_for(plot: Plot, phrases: Sequence[str], random: Random, *, whole_words: bool) -> Thread:
    """A thread made for what the tale turns on, or one of those that suit anything."""
    text = " ".join(phrases).lower()
    for thread in plot.threads:
        if any(re.search(rf"\b{re.escape(key)}\b", text) if whole_words else key in text for key in thread.keys):
            return thread
    return random.choice([thread for thread in plot.threads if not thread.keys])
