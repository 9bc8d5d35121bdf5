"""Which ideas are alike, without any model: by the pieces of words that they share.

A text is the set of its character sequences: three letters within a word (with its borders), and in Chinese, which has no borders, two signs and
each one alone. A sequence counts the more the fewer ideas have it (inverse document frequency), and two ideas are as alike as the cosine of these
weights. It sees the same words in other forms and another order. That a "bike" is a "bicycle" it does not see.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SAME = 0.7
"""The cosine from which two ideas are one. Our table of pairs (``tests/test_board_alike.py``): the same in other words has 0.71 at least, two
ideas about the same thing 0.38 at most; this is as near to the first as it can be, since what is merged by mistake is lost."""

NEAR = 0.17
"""The mean cosine from which ideas stand in one group, by the same table: what shares its subject has 0.15 to 0.38, other ideas 0.03 at most."""

_WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SAY_NOTHING = (
    "a an and are as at be by for from have i in into is it its of on or our that the their them they this to we where which with you your",
    "的 了 是 在 和 与 一 个 把 做 让 用 我 们 你 他 她 它 这 那 有 都 就 也 给 从 到",
)
_COMMON = frozenset(word for words in _SAY_NOTHING for word in words.split())
"""Words that say nothing of what an idea is about."""

Numbers = NDArray[np.int64]
Figures = NDArray[np.float64]

FEW = 64
"""Ideas that share a sequence, up to which they are compared pair by pair; what more of them have is multiplied at once, in a table of 30 MB at
most for the largest board."""


def folded(text: str) -> str:
    """A text as it is compared: without case, marks and spaces that make no difference."""
    return " ".join(_words(text))


def spread(texts: Sequence[str]) -> float:
    """The mean cosine of all pairs: the smaller, the more different the texts are. 0 for fewer than two."""
    near = _cosines(texts)
    pairs = [cosine for place, row in enumerate(near) for cosine in row[:place]]
    return sum(pairs) / len(pairs) if pairs else 0.0


def repeated(texts: Sequence[str]) -> list[int]:
    """For each text the place of the first one that it repeats; its own where it is new."""
    near, plain = _cosines(texts), [folded(text) or text for text in texts]
    first: list[int] = []
    for place, row in enumerate(near):
        earlier = (one for one in range(place) if first[one] == one)
        alike = (one for one in earlier if plain[one] == plain[place] or row[one] >= SAME)
        first.append(next(alike, place))
    return first


def grouped(texts: Sequence[str]) -> list[list[int]]:
    """The places of texts in groups, each in order, the groups by their first text.

    A text joins the group that it is nearest to on the mean, if that is near enough; so a chain of neighbours does not draw all into one.
    """
    groups: list[list[int]] = []
    for place, row in enumerate(_cosines(texts)):
        near = [(sum(row[one] for one in group) / len(group), group) for group in groups]
        best, group = max(near, key=lambda one: one[0], default=(0.0, []))
        if best >= NEAR:
            group.append(place)
        else:
            groups.append([place])
    return groups


def named(texts: Sequence[str]) -> str:
    """What a group of texts is called: the word that most of them share; empty where they share none."""
    counted = Counter(word for text in texts for word in dict.fromkeys(_terms(text)))
    best = max(counted.items(), key=lambda one: (one[1], len(one[0])), default=("", 0))
    return best[0] if best[1] >= 2 else ""


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _sequences(text: str) -> list[str]:
    told: list[str] = []
    for word in _words(text):
        if _HAN.match(word):
            told += [sign for sign in word if sign not in _COMMON]
            told += [word[start : start + 2] for start in range(len(word) - 1)]
        elif word not in _COMMON:
            edged = f" {word} "
            told += [edged[start : start + 3] for start in range(len(edged) - 2)]
    return told


def _terms(text: str) -> list[str]:
    """What a group may be called by: words, and pairs of Chinese signs."""
    told: list[str] = []
    for word in _words(text):
        if _HAN.match(word):
            pairs = (word[start : start + 2] for start in range(len(word) - 1))
            told += [pair for pair in pairs if not _COMMON & set(pair)]
        elif word not in _COMMON and len(word) > 2:
            told.append(word)
    return told


def _cosines(texts: Sequence[str]) -> list[list[float]]:
    """How alike each two texts are, from 0 to 1: rows of a table that is the same both ways.

    Each sequence is looked up in those that have it, so that what no two share costs nothing.
    """
    counted = [Counter(_sequences(text)) for text in texts]
    numbers: dict[str, int] = {}
    told = np.array([numbers.setdefault(one, len(numbers)) for own in counted for one in own], dtype=np.int64)
    text = np.repeat(np.arange(len(texts)), [len(own) for own in counted])
    known = np.bincount(told, minlength=1)
    weight = np.array([n for own in counted for n in own.values()]) * (1 + np.log(len(texts) / known[told]))
    weight /= np.sqrt(np.bincount(text, weight**2, minlength=1))[text]
    order = np.argsort(told, kind="stable")
    often = known[told[order]] > FEW
    rare, common = order[~often], order[often]
    table = _pair_by_pair(told[rare], text[rare], weight[rare], len(texts))
    among = np.zeros((len(texts), np.count_nonzero(known > FEW)))
    among[text[common], np.unique(told[common], return_inverse=True)[1]] = weight[common]
    cosines: list[list[float]] = (table + table.T + among @ among.T).tolist()
    return cosines


def _pair_by_pair(told: Numbers, text: Numbers, weight: Figures, count: int) -> Figures:
    """What sequences add to the cosine of a text and a later one. They come in order: those next to each other first, then the next but one …"""
    table, at, apart = np.zeros(count * count), np.arange(len(told)), 1
    while len(at := at[at + apart < len(told)]) and len(at := at[told[at] == told[at + apart]]):
        pairs = text[at] * count + text[at + apart]
        table += np.bincount(pairs, weight[at] * weight[at + apart], minlength=count * count)
        apart += 1
    return table.reshape(count, count)
