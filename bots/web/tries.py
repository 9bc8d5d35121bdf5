"""How often somebody may try to come in: after a few wrong tries an address waits, longer each time."""

from __future__ import annotations

import ipaddress
import time
from typing import NamedTuple

import structlog

from bots.web.problems import Problem
from core.recent import Recent

FREE_TRIES = 5
"""Wrong tries without a wait: people mistype."""

LONGEST_WAIT = 60.0
"""Seconds between two tries in the end. A guesser has half a million tries a year then, against 16 characters and more."""

FORGOTTEN_AFTER = 900.0
"""Seconds without a try after which an address begins anew."""

MOST_ADDRESSES = 10_000

log = structlog.get_logger()


class _Tried(NamedTuple):
    wrong: int
    last: float


class Tries:
    """Counts wrong tries by address. Looking and counting are not interrupted by anything, so many tries at once are no way around."""

    def __init__(self) -> None:
        self._tried: Recent[str, _Tried] = Recent(MOST_ADDRESSES)

    def check(self, address: str) -> None:
        """Raise ``Problem`` (429) while an address has to wait."""
        wrong, last = self._tried.get(_network(address), _Tried(0, 0.0))
        if wrong < FREE_TRIES:
            return
        wait = min(LONGEST_WAIT, 2.0 ** (wrong - FREE_TRIES)) - (time.monotonic() - last)
        if wait > 0:
            raise Problem(429, "too-many-tries", retry_after=wait)

    def failed(self, address: str, what: str) -> None:
        """Count and log a wrong try. ``what`` was wrong: never what was given."""
        network = _network(address)
        now = time.monotonic()
        before = self._tried.get(network, _Tried(0, now))
        wrong = 1 if now - before.last > FORGOTTEN_AFTER else before.wrong + 1
        self._tried[network] = _Tried(wrong, now)
        log.warning("a wrong try to come in", address=network, what=what, tries=wrong)

    def passed(self, address: str) -> None:
        """Somebody came in from there: begin anew."""
        self._tried.pop(_network(address), None)


def _network(address: str) -> str:
    """What one party has: an IPv4 address, or the 64 bits of an IPv6 network (RFC 6177)."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if known.version == 6 and not known.ipv4_mapped:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known.ipv4_mapped if known.version == 6 and known.ipv4_mapped else known)
