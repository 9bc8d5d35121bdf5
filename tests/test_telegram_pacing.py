"""Telegram's flood limits are kept whatever is sent: a law over virtual time, and a run against a stand-in that enforces them.

``python -m bench.telegram`` is the larger run, with the part of the allowed rate that is used.
"""

from __future__ import annotations

import asyncio
import selectors
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.telegram import measure
from bots.telegram.pacing import Pacer
from sandbox.process import SandboxProcess
from sandbox.telegram.process import TelegramProcess

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
    """Something that is wanted in a chat ``at`` a time: a final message of ``count``, a cosmetic one, or a pause that Telegram asks for."""

    at: float
    chat: str
    kind: str
    count: int = 1
    seconds: float = 0


@dataclass
class Run:
    """What went when; ``asked`` and ``went`` are numbers of acts in order."""

    sent: list[tuple[float, str, int]] = field(default_factory=list)
    asked: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    went: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    pauses: list[tuple[float, float, str]] = field(default_factory=list)
    overtaken: list[Act] = field(default_factory=list)

    @property
    def waiting(self) -> set[str]:
        return {chat for chat, numbers in self.asked.items() if len(numbers) > len(self.went[chat])}


async def carry_out(acts: Sequence[Act], run: Run) -> None:
    loop = asyncio.get_running_loop()
    pacer = Pacer(clock=loop.time)

    async def final(number: int, act: Act) -> None:
        run.asked[act.chat].append(number)
        await pacer.final(act.chat, count=act.count)
        run.sent.append((loop.time(), act.chat, act.count))
        run.went[act.chat].append(number)

    tasks = []
    for number, act in enumerate(sorted(acts, key=lambda act: act.at)):
        await asyncio.sleep(act.at - loop.time())
        if act.kind == "final":
            tasks.append(asyncio.create_task(final(number, act)))
        elif act.kind == "pause":
            run.pauses.append((loop.time(), loop.time() + act.seconds, act.chat))
            pacer.pause(act.chat, act.seconds)
        elif pacer.cosmetic(act.chat, message=act.kind == "cosmetic"):
            if act.chat in run.waiting:
                run.overtaken.append(act)
            run.sent.append((loop.time(), act.chat if act.kind == "cosmetic" else "", 1))
    await asyncio.gather(*tasks)


def most_in(sent: Sequence[tuple[float, int]], seconds: float) -> int:
    """The most messages in any span of so many seconds (a single call may hold more by itself)."""
    return max(
        (sum(count for at, count in sent if start <= at < start + seconds - 1e-9) for start, _ in sent), default=0
    )


CHATS = st.sampled_from(["1", "2", "3", "-4", "-5", "6", "7", "8"])
TIMES = st.floats(0, 90, allow_nan=False)
ACTS = st.lists(
    st.builds(Act, TIMES, CHATS, st.just("final"), st.integers(1, 10))
    | st.builds(Act, TIMES, CHATS, st.sampled_from(["cosmetic", "draft"]))
    | st.builds(Act, TIMES, CHATS, st.just("pause"), seconds=st.floats(1, 40)),
    max_size=60,
)
BURST = st.builds(
    lambda at, chats, each: [Act(at, str(chat), "final") for chat in range(chats) for _ in range(each)],
    TIMES,
    st.integers(1, 45),
    st.integers(1, 3),
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
    for chat in {chat for _, chat, _ in run.sent if chat}:
        mine = [(at, count) for at, own, count in run.sent if own == chat]
        for (before, count), (after, _) in pairwise(mine):
            assert after - before >= count * 1.0, "one a second in a chat"
        if chat.startswith("-"):
            assert most_in(mine, 60) <= 20
    for start, end, chat in run.pauses:
        assert not [at for at, own, _ in run.sent if own == chat and start < at < end], "a pause is kept"


def test_a_backlog_goes_at_the_allowed_rate() -> None:
    run = Run()
    in_virtual_time(carry_out([Act(0, str(chat), "final") for chat in range(40) for _ in range(10)], run))
    assert len(run.sent) == 400
    assert run.sent[-1][0] <= (400 - 30) / 30 / 0.9
    alone = Run()
    in_virtual_time(carry_out([Act(0, "1", "final") for _ in range(50)], alone))
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
    in_virtual_time(carry_out([*backlog, Act(0.5, "99", "cosmetic"), Act(5, "98", "cosmetic")], run))
    assert {chat for _, chat, _ in run.sent} >= {"98"}
    assert "99" not in {chat for _, chat, _ in run.sent}


def test_a_message_whose_sender_has_given_up_takes_no_turn() -> None:
    run = Run()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        pacer = Pacer(clock=loop.time)
        await pacer.final("1")
        gone = asyncio.create_task(pacer.final("1"))
        await asyncio.sleep(0)
        gone.cancel()
        await pacer.final("1")
        run.sent.append((loop.time(), "1", 1))

    in_virtual_time(work())
    assert run.sent[0][0] < 1.1


def test_a_server_of_ones_own_sets_no_pace() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        pacer = Pacer(unlimited=True, clock=loop.time)
        for _ in range(100):
            await pacer.final("-1", count=10)
            assert pacer.cosmetic("-1")
        assert loop.time() == 0
        pacer.pause("-1", 7)
        assert not pacer.cosmetic("-1")
        await pacer.final("-1")
        assert loop.time() >= 7

    in_virtual_time(work())


async def test_sixty_commands_in_twelve_chats_meet_no_flood_limit(
    services: SandboxProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    async with telegram_stand_in.people() as people:
        await people.flood_limits(True)
        found = await measure(telegram_stand_in, services, tmp_path, chats=12, images=2)
        assert (await people.requests())["spec_violations"] == []
    assert (found.refused, found.missing) == (0, 0)
    assert found.messages >= 60
