"""What of a person's words the artist cannot draw."""

from __future__ import annotations


def unknown(words: str) -> tuple[str, ...]:
    """The things that they name and for which there is no drawing."""
    return ()
