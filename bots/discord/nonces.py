"""Numbers by which Discord recognises a message that is sent again, and answers with the one that is there."""

from __future__ import annotations

import hashlib


def nonce(key: str, number: int) -> str:
    """At most 25 signs that stand for one message of one reply: a repeated send of it is answered with the first one's message."""
    return hashlib.sha256(f"{key}:{number}".encode()).hexdigest()[:24]
