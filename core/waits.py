"""How long to wait between two tries."""

from __future__ import annotations

from collections.abc import Iterator


def growing(first: float, longest: float) -> Iterator[float]:
    """Seconds to wait before each next try, without end: doubling from the first to the longest."""
    wait = first
    while True:
        yield wait
        wait = min(2 * wait, longest)
