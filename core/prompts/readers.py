"""For whom a story is: what a writer is told of readers of an age, and how long the sentences are that they like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Readers:
    """Readers of about one age.

    ``words``, ``characters``: the shortest and longest mean of a sentence in English words and in Chinese characters; ``told``: what a writer is
    told of them. The bounds are our own rule. They lie around what the formula of Flesch and Kincaid (1975: grade = 0.39 words per sentence +
    11.8 syllables per word - 15.59) gives for the school years of the age, with the short words of told stories (1.25 syllables).
    """

    oldest: int
    words: tuple[float, float]
    characters: tuple[float, float]
    told: str
    young: bool = False
    """Whether they are children, before whom nothing ends badly."""


READERS = (
    Readers(
        5,
        (4.0, 9.5),
        (6.0, 15.0),
        "it is read aloud to them. Sentences of five to nine words (Chinese: six to twelve characters), each with one thing that happens; words "
        "that such a child says itself, no irony, no wordplay that needs spelling. What is at stake is small: a lost mitten, a dark corner, a "
        "cross friend. One short phrase comes back three times. Whatever frightens turns out to be small or friendly, nobody is hurt or stays "
        "lost, and the last lines are safe and warm. Where the idea or the tone asks for more than this, the age wins.",
        young=True,
    ),
    Readers(
        8,
        (6.0, 11.5),
        (8.0, 17.5),
        "they read it themselves, or nearly. Sentences of seven to twelve words (Chinese: ten to sixteen characters), with a very short one now and "
        "then; everyday words, a new one only where the sentence shows what it means. A real difficulty, jokes that come from who people are, a "
        "scare that is soon over, and an ending that is good for everybody who deserves it. Where the tone asks for more, the age wins.",
        young=True,
    ),
    Readers(
        12,
        (8.0, 15.0),
        (10.0, 22.0),
        "they have read a good deal and notice when they are talked down to. Sentences of ten to sixteen words (Chinese: fourteen to twenty-two "
        "characters), some longer. Friendship, fairness, courage and secrets; the danger is real, the hero may be wrong and pays for it. It "
        "may end with a loss, never without hope; no cruelty, no despair.",
        young=True,
    ),
    Readers(
        17,
        (8.5, 20.0),
        (11.0, 28.0),
        "a mind of their own, and little patience for lessons. Sentences of any length that the moment needs. Identity, loyalty, first times; people "
        "contradict themselves, and the ending may stay open.",
    ),
    Readers(
        150,
        (8.5, 22.0),
        (11.0, 30.0),
        "an adult. Sentences as long as the thought; nothing is explained that the scene shows, and what people mean is not what they say. No "
        "children's-book sweetness, no talking animals unless the idea has them. The ending follows from the tone and may be bitter, open or bad.",
    ),
)
"""By age; the last are everybody else."""

ANYBODY = (
    "not named, so it may be anybody from eight to eighty: plain sentences of mixed length, nothing that one would not read to a child, "
    "unless the idea is plainly one for adults."
)
"""Told where no age is."""


def readers_of(age: int) -> Readers:
    """The readers of an age in years."""
    return next(readers for readers in READERS if age <= readers.oldest)
