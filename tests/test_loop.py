"""The event loop hands out what is ready a little at a time, and loses none of it."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator

import pytest

from bots.loop import MOST_AT_ONCE, new_loop

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pairs() -> Iterator[list[Pair]]:
    made = [socket.socketpair() for _ in range(5 * MOST_AT_ONCE)]
    yield made
    for pair in made:
        for end in pair:
            end.close()


def run(pairs: list[Pair], drop: int = 0) -> tuple[list[int], Counter[int]]:
    """Send to all pairs at once and read with callbacks; the number read in each round, and how often each was.

    The first callback stops the reading of the last ``drop`` pairs.
    """
    rounds = [0]
    read: Counter[int] = Counter()

    async def main() -> None:
        loop = asyncio.get_running_loop()

        def ready(number: int) -> None:
            if not read:
                for _, receiver in pairs[len(pairs) - drop :]:
                    loop.remove_reader(receiver)
            pairs[number][1].recv(10)
            read[number] += 1
            rounds[-1] += 1

        for number, (sender, receiver) in enumerate(pairs):
            sender.send(b"hello")
            loop.add_reader(receiver, ready, number)
        while read.total() < len(pairs) - drop:
            await asyncio.sleep(0)
            rounds.append(0)
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(asyncio.wait_for(main(), 10))
    return rounds, read


def test_one_round_is_short_and_everything_is_heard_once(pairs: list[Pair]) -> None:
    rounds, read = run(pairs)
    assert 0 < max(rounds) <= MOST_AT_ONCE
    assert read == Counter(range(len(pairs)))


def test_what_is_given_up_meanwhile_is_not_told(pairs: list[Pair]) -> None:
    _, read = run(pairs, drop=MOST_AT_ONCE)
    assert read == Counter(range(len(pairs) - MOST_AT_ONCE))
