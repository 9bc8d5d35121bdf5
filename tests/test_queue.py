"""Who is next: whatever is asked, in whatever order it ends, nobody is passed over."""

from __future__ import annotations

from collections import Counter
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from core.jobs.queue import YIELDS, Queue, Queued
from core.types import KeptJob, Place, Request, User

PEOPLE = ("ann", "bea", "cid")
PLACE = Place(platform="web", chat="room")


class Line:
    """A queue with what waits in it and what runs, kept by the simplest means beside it."""

    def __init__(self, slots: int) -> None:
        self.queue = Queue(slots)
        self.slots = slots
        self.waiting: list[Queued] = []
        self.running: list[Queued] = []
        self.begun: list[Queued] = []
        self.suspects: set[str] = set()
        self._numbers = count()

    def add(self, person: str, session: str = "", *, batch: bool = False) -> Queued:
        number = f"{next(self._numbers)}"
        request = Request(
            command="image",
            message=number,
            place=PLACE,
            author=User(platform="web", id=person),
            session=session or person,
        )
        queued = Queued(KeptJob(id=number, request=request, created=0), batch=batch)
        before = [one for one in (*self.running, *self.waiting) if lane(one) == lane(queued)]
        assert self.queue.add(queued) == len(before)
        self.waiting.append(queued)
        return queued

    def take(self) -> Queued | None:
        taken = self.queue.take(lambda queued: queued.job.id not in self.suspects)
        if taken:
            self.waiting.remove(taken)
            self.running.append(taken)
            self.begun.append(taken)
        return taken

    def take_all(self) -> list[Queued]:
        return list(iter(self.take, None))

    def end(self, queued: Queued) -> None:
        self.running.remove(queued)
        assert list(self.queue.ended(queued)) == [one for one in self.waiting if lane(one) == lane(queued)]

    def remove(self, queued: Queued) -> None:
        self.queue.remove(queued)
        self.waiting.remove(queued)

    def clear(self) -> None:
        """No job is a suspect any more."""
        self.suspects.clear()
        self.queue.release()

    def first_in_lanes(self) -> list[Queued]:
        """Those that wait for nothing but a slot."""
        busy, firsts = set(map(lane, self.running)), list[Queued]()
        for queued in self.waiting:
            if lane(queued) not in busy:
                busy.add(lane(queued))
                firsts.append(queued)
        return firsts

    def check(self) -> None:
        """What holds when all that could begin has begun."""
        batches = sum(queued.batch for queued in self.running)
        people = len(self.running) - batches
        assert batches <= max(1, self.slots // 2)
        assert len(self.running) <= self.slots or (people, batches) == (1, 1)
        assert max(Counter(map(lane, self.running)).values(), default=1) == 1
        for queued in self.first_in_lanes():
            if queued.job.id not in self.suspects:
                full = len(self.running) >= self.slots
                assert full and people if not queued.batch else full or batches == max(1, self.slots // 2)
        for queued in (*self.running, *self.waiting):
            assert self.queue.find(queued.job.id) is queued


def lane(queued: Queued) -> tuple[str, bool]:
    return queued.session, queued.batch


people = some.sampled_from(PEOPLE)
moves = some.lists(some.tuples(some.integers(0, 9), some.integers(0, 47)), max_size=60)
"""What is done, and to which or by whom: in numbers, since that is drawn quickly."""

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""How long it takes is no matter, on a machine that does something else beside."""


def move(line: Line, what: int, number: int) -> None:
    """Ask for something (as often as not), or let something end, cancel something, clear the suspects."""
    if what < 5:
        session = ("", "", "room", "other room")[number // 3 % 4]
        queued = line.add(PEOPLE[number % 3], session, batch=number // 12 % 2 == 1)
        line.suspects |= {queued.job.id} if number // 24 and what == 0 else set()
    elif what < 8 and line.running:
        line.end(line.running[number % len(line.running)])
    elif what == 8 and line.waiting:
        line.remove(line.waiting[number % len(line.waiting)])
    elif what == 9:
        line.clear()


@unhurried
@given(some.integers(1, 5), moves)
def test_every_slot_is_used_by_whom_it_is_for_and_everybody_has_their_turn(
    slots: int, moves: list[tuple[int, int]]
) -> None:
    line = Line(slots)

    def fill() -> None:
        line.take_all()
        line.check()

    for what, number in moves:
        move(line, what, number)
        fill()
    line.clear()
    fill()
    while line.running:
        line.end(line.running[0])
        fill()
    assert not line.waiting
    for one in set(map(lane, line.begun)):
        numbers = [int(queued.job.id) for queued in line.begun if lane(queued) == one]
        assert numbers == sorted(numbers), "in a lane first in, first out"
    assert line.queue.take(lambda _: True) is None


@unhurried
@given(some.lists(some.tuples(people, some.integers(0, 3)), min_size=2, max_size=30), some.booleans())
def test_people_have_their_turn_one_after_the_other(asked: list[tuple[str, int]], batch: bool) -> None:
    """However much somebody asks for, in however many places: between two of theirs comes everybody who waits."""
    line = Line(1)
    for person, place in asked:
        line.add(person, f"{person} {place}", batch=batch)
    while taken := line.take():
        line.end(taken)
    order = [queued.person for queued in line.begun]
    assert len(order) == len(asked)
    for at, person in enumerate(order):
        if person in order[at + 1 :]:
            again = order.index(person, at + 1)
            assert set(order[again:]) <= set(order[at:again])


@unhurried
@given(some.integers(2, 6), some.integers(1, 40), some.integers(1, 5))
def test_a_batch_lets_people_go_first_and_is_not_forgotten(slots: int, asked: int, batches: int) -> None:
    """People who never stop asking: each slot that gets free is theirs, but for one in so many."""
    line = Line(slots)
    for number in range(slots + asked):
        line.add("ann", f"ann {number}")
    line.take_all()
    for number in range(batches):
        line.add("bea", f"bea {number}", batch=True)
    expected = ([False] * YIELDS + [True]) * min(batches, slots // 2) + [False] * asked
    for _ in range(asked):
        line.end(next(queued for queued in line.running if not queued.batch))
        assert len(line.take_all()) == 1
    assert [queued.batch for queued in line.begun[slots:]] == expected[:asked]


@unhurried
@given(some.integers(1, 6), some.integers(1, 8))
def test_nobody_waits_for_a_batch_of_their_own_nor_for_all_batches_there_are(slots: int, batches: int) -> None:
    line = Line(slots)
    for number in range(batches):
        line.add("ann", f"ann {number}", batch=True)
    line.take_all()
    running = len(line.running)
    assert running == min(batches, max(1, slots // 2))
    asked = line.add("ann", "ann 0")
    assert line.take_all() == [asked]


def test_what_is_stopped_first_is_what_its_person_waits_for() -> None:
    line = Line(4)
    batch, later = line.add("ann", batch=True), line.add("ann", batch=True)
    running, waiting, newest = (line.add("ann") for _ in range(3))
    line.take_all()
    assert {*line.running} == {batch, running}
    for expected in (running, newest, waiting, batch, later):
        assert line.queue.current("ann") is expected
        assert line.queue.current("ann", expected.person) is expected
        assert line.queue.current("ann", "web:bea") is None
        if expected in line.running:
            line.end(expected)
        else:
            line.remove(expected)
    assert line.queue.current("ann") is None


def test_a_suspect_holds_up_its_own_lane_alone() -> None:
    line = Line(4)
    suspect, behind, batch = line.add("ann"), line.add("ann"), line.add("ann", batch=True)
    line.suspects.add(suspect.job.id)
    assert line.take_all() == [batch]
    other = line.add("bea")
    assert line.take_all() == [other]
    last = line.add("ann")
    line.remove(suspect)
    line.clear()
    assert line.take_all() == [behind], "nothing is in its way any more"
    line.end(behind)
    assert line.take_all() == [last]
