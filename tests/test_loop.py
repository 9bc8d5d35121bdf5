"""The event loop hands out what is ready a little at a time, and loses none of it."""

from __future__ import annotations

import asyncio
import selectors
import socket
from collections import Counter
from collections.abc import Iterator

import pytest

from bots.loop import MOST_AT_ONCE, PatientSelector, new_loop
from patience import PATIENCE

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pairs() -> Iterator[list[Pair]]:
    made = [socket.socketpair() for _ in range(5 * MOST_AT_ONCE)]
    yield made
    for pair in made:
        for end in pair:
            end.close()


def run(pairs: list[Pair]) -> tuple[list[int], Counter[int]]:
    """Send to all pairs at once and read with callbacks; the number read in each round, and how often each was."""
    rounds = [0]
    read: Counter[int] = Counter()

    async def main() -> None:
        loop = asyncio.get_running_loop()

        def ready(number: int) -> None:
            pairs[number][1].recv(10)
            read[number] += 1
            rounds[-1] += 1

        for number, (sender, receiver) in enumerate(pairs):
            sender.send(b"hello")
            loop.add_reader(receiver, ready, number)
        while read.total() < len(pairs):
            await asyncio.sleep(0)
            rounds.append(0)
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(asyncio.wait_for(main(), PATIENCE))
    return rounds, read


def test_one_round_is_short_and_everything_is_heard_once(pairs: list[Pair]) -> None:
    rounds, read = run(pairs)
    assert 0 < max(rounds) <= MOST_AT_ONCE
    assert read == Counter(range(len(pairs)))


def test_what_is_given_up_or_changed_meanwhile_is_not_told(pairs: list[Pair]) -> None:
    with PatientSelector() as selector:
        for sender, receiver in pairs:
            sender.send(b"hello")
            selector.register(receiver, selectors.EVENT_READ)
        told = [key.fileobj for key, _ in selector.select(0)]
        *rest, given_up, changed = [receiver for _, receiver in pairs if receiver not in told]
        selector.unregister(given_up)
        selector.modify(changed, selectors.EVENT_WRITE)
        for _ in range(len(pairs) // MOST_AT_ONCE):
            told += [key.fileobj for key, mask in selector.select(0) if mask & selectors.EVENT_READ]
    assert given_up not in told
    assert changed not in told
    assert set(rest) <= set(told)
