"""The event loop: what arrives at once is handled a little at a time."""

from __future__ import annotations

import asyncio
import selectors
import sys
from collections import deque

MOST_AT_ONCE = 3
"""Connections that one round of the loop is told of. With 500 answers of a megabyte at once a timer or a new request waits 40 ms instead of 350
(measured 2026-11-25), and all of them together take a twentieth longer.
"""

TURN = 0.0005
"""Seconds after which a thread lets another have the interpreter, a tenth of Python's own: the database's asks for it after each statement. Whoever
came while two hundred jobs began waited for it for half a second to a second, and now for a tenth (measured 2026-11-30).
"""

Ready = tuple[selectors.SelectorKey, int]


class PatientSelector(selectors.DefaultSelector):
    """Tells the loop of a few connections that are ready, and of the others in its next rounds, in the order they were found in."""

    def __init__(self) -> None:
        super().__init__()
        self._left: deque[Ready] = deque()

    def select(self, timeout: float | None = None) -> list[Ready]:
        """As of the base class. What was given up or changed since it was found is left out: it is found again if it is still ready."""
        if not self._left:
            self._left.extend(super().select(timeout))
        found = [self._left.popleft() for _ in range(min(MOST_AT_ONCE, len(self._left)))]
        known = self.get_map()
        return [(key, mask) for key, mask in found if known.get(key.fd) is key]


def new_loop() -> asyncio.AbstractEventLoop:
    """A loop for ``asyncio.Runner``, in a program whose threads take short turns."""
    sys.setswitchinterval(TURN)
    return asyncio.SelectorEventLoop(PatientSelector())
