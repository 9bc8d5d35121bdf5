"""Names of files: good for people, and safe for every file system, archive and header."""

from __future__ import annotations

import unicodedata

LONGEST = 60
"""Characters of a name without its ending (our own rule: a phone shows about so many)."""

LONGEST_SHOWN, LONGEST_ENDING, MOST_READ = 100, 10, 1000
"""Characters of a name that is shown, of an ending that it keeps, and of one that is looked at (our own rules)."""

MOST_BYTES = 180
"""Bytes of the same in UTF-8: file systems take 255 for a whole name, and an ending and a number come to it."""

_KEPT = frozenset("LNM")
"""Letters, numbers and the marks of letters (Unicode's general categories): no path, no control, no sign that turns the direction round."""

_APOSTROPHES = dict.fromkeys(map(ord, "'’"))

_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)
"""Names that Windows keeps for devices, whatever ending follows (Microsoft, "Naming Files, Paths, and Namespaces", 2026-11)."""


def stem(words: str, otherwise: str) -> str:
    """What a file about this may be called, without an ending: "The Fox & the Lantern" is ``the-fox-the-lantern``.

    ``otherwise`` where nothing of the words is left.
    """
    plain = unicodedata.normalize("NFKC", words[: 4 * LONGEST]).lower().translate(_APOSTROPHES)
    parts = "".join(sign if unicodedata.category(sign)[0] in _KEPT else " " for sign in plain).split()
    name = "-".join(parts)[:LONGEST]
    name = name.encode()[:MOST_BYTES].decode(errors="ignore").strip("-")
    if name in _DEVICES:
        return f"{name}-{otherwise}"
    return name or otherwise


def shown(name: str) -> str:
    """What somebody called a file, to be shown to them: without folders and signs that are not seen, and not too long to keep its ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last[-MOST_READ:] if unicodedata.category(sign)[0] != "C").strip()
    if len(seen) <= LONGEST_SHOWN:
        return seen
    before, dot, ending = seen.rpartition(".")
    ending = f"{dot}{ending}" if before and len(ending) <= LONGEST_ENDING else ""
    return f"{seen[: LONGEST_SHOWN - len(ending) - 1]}…{ending}"


def plain(name: str) -> str:
    """The same name in ASCII, for where no other sign is kept: what is left of it, or ``fabula``, with its ending."""
    before, _, ending = name.rpartition(".")
    decomposed = unicodedata.normalize("NFKD", before).encode("ascii", "ignore").decode()
    return f"{stem(decomposed, 'fabula')}.{ending}"
