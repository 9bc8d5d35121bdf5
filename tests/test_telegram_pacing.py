"""Telegram's flood limits are kept whatever is sent: a law over virtual time, and a run against a stand-in that enforces them.

``python -m bench.backlog`` is the larger run, with the part of the allowed rate that is used.
"""

from __future__ import annotations

import asyncio
import selectors
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.backlog import measure
from bots.telegram.pacing import Pacer
from embedded.process import EmbeddedProcess
from standins.telegram.process import TelegramProcess

pytest_plugins = ("telegram_studio",)


class VirtualSelector(selectors.DefaultSelector):
    """Does not wait: it moves the time of its loop on instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for ever"
        self.now += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.selector = VirtualSelector()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.now


def in_virtual_time(work: Coroutine[object, object, None]) -> None:
    loop = VirtualLoop()
    try:
        loop.run_until_complete(asyncio.wait_for(work, 100_000))
    finally:
        loop.close()


@dataclass(frozen=True)
class Act:
    """Something that is wanted in a chat ``at`` a time: a final message of ``count``, a cosmetic message, edit or draft, or a pause.

    What is sent is there after ``way`` seconds, and its answer after as many again.
    """

    at: float
    chat: str
    kind: str
    count: int = 1
    seconds: float = 0
    way: float = 0


@dataclass
class Run:
    """What arrived at Telegram's when: (seconds, act). ``asked`` and ``went`` are numbers of acts in order."""

    arrived: list[tuple[float, Act]] = field(default_factory=list)
    asked: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    went: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    pauses: list[tuple[float, float, str]] = field(default_factory=list)
    overtaken: list[Act] = field(default_factory=list)

    @property
    def waiting(self) -> set[str]:
        return {chat for chat, numbers in self.asked.items() if len(numbers) > len(self.went[chat])}

    @property
    def sent(self) -> list[tuple[float, str, int]]:
        """Seconds, chat and how many messages, in the order they arrived."""
        return [(at, act.chat, act.count) for at, act in sorted(self.arrived, key=lambda arrival: arrival[0])]


async def carry_out(acts: Sequence[Act], run: Run) -> None:
    loop = asyncio.get_running_loop()
    pacer = Pacer(clock=loop.time)

    async def travel(act: Act) -> None:
        await asyncio.sleep(act.way)
        run.arrived.append((loop.time(), act))
        await asyncio.sleep(act.way)

    async def final(number: int, act: Act) -> None:
        run.asked[act.chat].append(number)
        async with pacer.final(act.chat, count=act.count):
            run.went[act.chat].append(number)
            await travel(act)

    async def decorate(act: Act) -> None:
        with pacer.cosmetic(act.chat, act.kind) as may:
            if may and act.chat in run.waiting:
                run.overtaken.append(act)
            if may:
                await travel(act)

    tasks = []
    for number, act in enumerate(sorted(acts, key=lambda act: act.at)):
        await asyncio.sleep(act.at - loop.time())
        if act.kind == "final":
            tasks.append(asyncio.create_task(final(number, act)))
        elif act.kind == "pause":
            run.pauses.append((loop.time(), loop.time() + act.seconds, act.chat))
            pacer.pause(act.chat, act.seconds)
        else:
            tasks.append(asyncio.create_task(decorate(act)))
    await asyncio.gather(*tasks)


def most_in(sent: Sequence[tuple[float, int]], seconds: float) -> int:
    """The most messages in any span of so many seconds (a single call may hold more by itself)."""
    return max(
        (sum(count for at, count in sent if start <= at < start + seconds - 1e-9) for start, _ in sent), default=0
    )


CHATS = st.sampled_from(["1", "2", "3", "-4", "-5", "6", "7", "8"])
TIMES = st.floats(0, 90, allow_nan=False)
WAYS = st.sampled_from([0, 0.01, 0.3, 0.9, 2.5])
ACTS = st.lists(
    st.builds(Act, TIMES, CHATS, st.just("final"), st.integers(1, 10), way=WAYS)
    | st.builds(Act, TIMES, CHATS, st.sampled_from(["message", "edit", "draft"]), way=WAYS)
    | st.builds(Act, TIMES, CHATS, st.just("pause"), seconds=st.floats(1, 40)),
    max_size=60,
)
BURST = st.builds(
    lambda at, chats, each, ways: [
        Act(at, str(chat), "final", way=ways[(chat + turn) % len(ways)])
        for chat in range(chats)
        for turn in range(each)
    ],
    TIMES,
    st.integers(1, 45),
    st.integers(1, 3),
    st.lists(WAYS, min_size=1, max_size=7),
)


TALKATIVE = st.builds(
    lambda at, chat, times, apart: [Act(at + apart * number, chat, "final") for number in range(times)],
    TIMES,
    st.sampled_from(["-4", "1"]),
    st.integers(0, 45),
    st.floats(0, 2),
)


@settings(deadline=None, max_examples=150)
@given(ACTS, BURST, TALKATIVE)
def test_no_limit_is_ever_exceeded_and_nothing_is_lost(acts: list[Act], burst: list[Act], talk: list[Act]) -> None:
    run = Run()
    in_virtual_time(carry_out([*acts, *burst, *talk], run))
    assert run.went == run.asked, "all go, in a chat in the order they came"
    assert run.overtaken == [], "what decorates waits for what is final"
    assert most_in([(at, count) for at, _, count in run.sent], 1) <= 30
    for chat in {chat for _, chat, _ in run.sent}:
        mine = sorted(((at, act) for at, act in run.arrived if act.chat == chat), key=lambda arrival: arrival[0])
        for kinds in (("final", "message"), ("edit",)):
            for (before, act), (after, _) in pairwise((at, act) for at, act in mine if act.kind in kinds):
                assert after - before >= act.count * 1.0, "one a second in a chat"
        if chat.startswith("-"):
            assert most_in([(at, act.count) for at, act in mine if act.kind != "draft"], 60) <= 20
    for start, end, chat in run.pauses:
        went = [at - act.way for at, act in run.arrived if act.chat == chat]
        late = [at for at in went if start + 1e-9 < at < end - 1e-9]  # the difference is rounded
        assert late == [], "a pause is kept"


def test_an_edit_that_travels_holds_up_no_message() -> None:
    run = Run()
    in_virtual_time(carry_out([Act(0, "1", "edit", way=2), Act(0.1, "1", "edit"), Act(0.5, "1", "final")], run))
    assert [(at, act.kind) for at, act in run.arrived] == [(0.5, "final"), (2, "edit")]


def test_a_backlog_goes_at_the_allowed_rate() -> None:
    run = Run()
    acts = [Act(0, str(chat), "final", way=0.02) for chat in range(40) for _ in range(10)]
    in_virtual_time(carry_out(acts, run))
    assert len(run.sent) == 400
    assert run.sent[-1][0] <= (400 - 30) / 30 / 0.9
    alone = Run()
    in_virtual_time(carry_out([Act(0, "1", "final", way=0.02) for _ in range(50)], alone))
    assert alone.sent[-1][0] <= 49 / 0.9


def test_a_chat_that_has_to_wait_holds_up_no_other() -> None:
    run = Run()
    acts = [Act(0, "1", "pause", seconds=30), *(Act(0.1, "1", "final") for _ in range(3)), Act(0.1, "2", "final")]
    in_virtual_time(carry_out(acts, run))
    assert [chat for _, chat, _ in run.sent] == ["2", "1", "1", "1"]
    assert run.sent[0][0] < 0.2


def test_a_backlog_leaves_no_room_for_decoration() -> None:
    run = Run()
    backlog = [Act(0, str(chat), "final") for chat in range(60)]
    in_virtual_time(carry_out([*backlog, Act(0.5, "99", "message"), Act(5, "98", "message")], run))
    assert {chat for _, chat, _ in run.sent} >= {"98"}
    assert "99" not in {chat for _, chat, _ in run.sent}


def test_a_message_whose_sender_has_given_up_takes_no_turn() -> None:
    run = Run()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        pacer = Pacer(clock=loop.time)
        act = Act(0, "1", "final")

        async def send() -> None:
            async with pacer.final("1"):
                run.arrived.append((loop.time(), act))

        await send()
        gone = [asyncio.create_task(send()) for _ in range(3)]
        await asyncio.sleep(0)
        gone[0].cancel()
        gone[1].cancel()
        await send()
        await asyncio.wait(gone)

    in_virtual_time(work())
    assert [at for at, _, _ in run.sent] == pytest.approx([0, 1, 2], abs=0.1)


def test_a_server_of_ones_own_sets_no_pace() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        pacer = Pacer(unlimited=True, clock=loop.time)
        for _ in range(100):
            async with pacer.final("-1", count=10):
                pass
            with pacer.cosmetic("-1", "edit") as may:
                assert may
        assert loop.time() == 0
        pacer.pause("-1", 7)
        with pacer.cosmetic("-1", "edit") as may:
            assert not may
        async with pacer.final("-1"):
            assert loop.time() >= 7

    in_virtual_time(work())


async def test_sixty_commands_in_twelve_chats_meet_no_flood_limit(
    services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    async with telegram_stand_in.people() as people:
        await people.flood_limits(True)
        found = await measure(telegram_stand_in, services, tmp_path, chats=12, images=2)
        assert (await people.requests())["spec_violations"] == []
    assert (found.refused, found.missing) == (0, 0)
    assert found.busiest <= 30, "also where the stand-in's rule would let more through"
    assert found.messages >= 60
