"""Setting words: on a sign, a shop, a cake, or in a bubble beside whoever says them.

The letters are outlines from a file of this package, so nothing depends on the fonts of a computer, and words never become markup:
Latin ones of Fredoka (SemiBold), Chinese ones (the 3,755 commonest of GB 2312) of ZCOOL KuaiLe, both under the SIL Open Font License 1.1.
Each line of `letters.gz` holds a character, the width it takes and its outline, on a grid of 200 units to the em, with the baseline at 0.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from importlib import resources

LONGEST = 40
"""Letters that are set at most; a Chinese one counts for two."""

MARK = '<g class="letters">'
"""How set words begin in a drawing: what holds it must not be mirrored."""

_TOLD = 60
_EM = 200
_LINE = 1.06  # from baseline to baseline, in ems
_BASE = 0.83  # from the top of a line to its baseline, in ems
_SMALLEST = 0.24  # of the box's height, from which on words are broken anywhere

Box = tuple[float, float, float, float]


def kept(words: str) -> str:
    """What of the words can be set: known letters in single spaces, cut with "…" where they are too many."""
    known = re.sub(r"\s+", " ", "".join(sign for sign in words[:400] if sign in _letters() or sign.isspace())).strip()
    room = LONGEST
    for index, sign in enumerate(known):
        room -= 1 if sign < "\u2e80" else 2
        if room < 0:
            whole = known[:index] if known[index] == " " else known[:index].rpartition(" ")[0] or known[:index]
            return (whole if len(whole) > index // 2 else known[:index]).rstrip() + "…"
    return known


def unset(words: str) -> str:
    """What of the words is not set: those in which a letter is missing, or the rest of too many; empty where all are."""
    words = re.sub(r"\s+", " ", words[:400]).strip()
    missing = [word for word in words.split(" ") if any(sign not in _letters() for sign in word)]
    cut = kept(words)
    if missing or cut == words:
        return " ".join(missing)
    rest = words[len(cut) - 1 :].strip()
    return rest if len(rest) <= _TOLD else rest[:_TOLD] + "…"


def fitted(words: str, box: Box, ink: str) -> str:
    """The words as SVG outlines in `ink`, in the middle of the box, wrapped and as large as fits; empty without known letters."""
    words = kept(words)
    if not words:
        return ""
    width, height = box[2] - box[0], box[3] - box[1]
    size = height * 0.86
    while not (lines := _wrapped(words, width / size, anywhere=size < height * _SMALLEST)) or (
        len(lines) * _LINE * size > height * 1.04
    ):
        size *= 0.94
    lines = _balanced(words, lines, anywhere=size < height * _SMALLEST)
    top = (box[1] + box[3] - len(lines) * _LINE * size) / 2
    parts = []
    for index, line in enumerate(lines):
        x, y = (box[0] + box[2] - _wide(line) * size) / 2, top + (index * _LINE + _BASE) * size
        parts.append(f'<g transform="translate({x:.2f} {y:.2f}) scale({size / _EM:.4f})">{_outlines(line)}</g>')
    return f'{MARK}<g fill="{ink}">{"".join(parts)}</g></g>'


def _balanced(words: str, lines: list[str], *, anywhere: bool) -> list[str]:
    """As many lines, and none much shorter than the others."""
    room = max(map(_wide, lines))
    while (closer := _wrapped(words, room, anywhere=anywhere)) and len(closer) == len(lines):
        lines, room = closer, room * 0.96
    return lines


def _wrapped(words: str, room: float, *, anywhere: bool) -> list[str]:
    """Lines of at most `room` ems; none where a word is longer, unless it may be broken anywhere."""
    lines = [""]
    for piece in re.findall(r"\S" if anywhere else r"[\u2e80-\uffef][，。！？、：；…]?|[^\s\u2e80-\uffef]+|\s+", words):
        longer = lines[-1] + piece
        if _wide(longer.strip()) <= room:
            lines[-1] = longer
        elif _wide(piece.strip()) > room:
            return []
        else:
            lines.append(piece)
    return [line.strip() for line in lines if line.strip()]


def _wide(line: str) -> float:
    """Width of a line in ems."""
    return sum(_letters()[sign][0] for sign in line) / _EM


def _outlines(line: str) -> str:
    at, parts = 0, []
    for sign in line:
        wide, outline = _letters()[sign]
        parts.append(f'<path transform="translate({at} 0)" d="{outline}"/>')
        at += wide
    return "".join(parts)


@lru_cache(maxsize=1)
def _letters() -> dict[str, tuple[int, str]]:
    """Width and outline of every letter."""
    packed = resources.files("embedded.artist").joinpath("letters.gz").read_bytes()
    rows = (line.split("\t") for line in gzip.decompress(packed).decode().split("\n"))
    return {sign: (int(wide), outline) for sign, wide, outline in rows}
