"""The tones of a story, which are genres as well: what people call them, and what a writer is told of each."""

from __future__ import annotations

import re
from dataclasses import dataclass

READ_LIMIT = 300
"""Characters of an idea that are looked at for a tone; whoever writes more says it at the beginning."""


@dataclass(frozen=True)
class Tone:
    """A tone: what people call it, what a writer is told, and what instead for children (of twelve and younger) where it is another."""

    name: str
    aliases: tuple[str, ...]
    told: str
    children: str = ""


def _tone(name: str, aliases: str, told: str, children: str = "") -> Tone:
    return Tone(name, tuple(alias.strip() for alias in aliases.split(",")), told, children)


TONES: dict[str, Tone] = {
    tone.name: tone
    for tone in (
        _tone(
            "bedtime",
            "goodnight, good-night, 睡前, 晚安",
            "a story before sleep. The day is over, voices are low, each scene is slower and quieter than the one before, and in the last lines "
            "somebody falls asleep, or nearly. No chase, no surprise after the middle.",
        ),
        _tone(
            "funny",
            "humorous, silly, comic, 搞笑, 幽默, 滑稽, 好笑",
            "funny. One absurd thing is taken quite seriously and grows; the jokes come from stubborn people and bad plans, never from winking "
            "at the reader. It ends with the best joke, told short.",
        ),
        _tone(
            "sad",
            "tragic, melancholy, 悲伤, 伤感, 悲剧",
            "sad. Something is lost that does not come back. It is told plainly, through things and small acts, without tears being described and "
            "without comfort at the last minute; the ending is quiet.",
            "a little sad. Something is said goodbye to, and that is allowed to hurt; somebody stays close, and the last lines have something in "
            "them that remains.",
        ),
        _tone(
            "spooky",
            "horror, scary, creepy, ghost, 恐怖, 惊悚, 吓人, 鬼",
            "frightening. Something in an ordinary place is slightly wrong and becomes more so; it is seen late, in part, or never. No gore. It may "
            "end badly, and the last sentence shows that it is not over.",
            "gently spooky: a creak, a shadow, a light where none should be, told with relish, for a shiver and a giggle. Whatever it was turns out "
            "to be harmless, lonely or kind, and it ends well, with a light on and somebody near.",
        ),
        _tone(
            "noir",
            "hardboiled, hard-boiled, 黑色",
            "noir. A city by night, somebody tired who asks one question too many, short dry sentences, people who want money or to be left alone. "
            "Whoever finds the truth gets nothing for it; it may end badly, and it does not end cosily.",
            "a detective story with long shadows, rain on the window and a hero of few words, who is never in real danger; the riddle is solved, and "
            "the culprit only wanted something that can be given.",
        ),
        _tone(
            "mystery",
            "detective, crime, whodunit, 悬疑, 推理, 侦探",
            "a mystery. A question on the first page, clues that the reader sees too, one of them misread, and an answer that was in plain sight.",
        ),
        _tone(
            "adventure",
            "adventurous, 冒险, 历险",
            "an adventure. It begins on the way, every scene ends worse than it began until the last, and things are solved with hands and wits.",
        ),
        _tone(
            "romance",
            "romantic, love, 爱情, 浪漫",
            "a love story. Two people with good reasons against it; nearness in gestures and in what is not said. Nobody is described as perfect.",
            "a story of two who come to like each other, as friends do: shyly, with gifts that go wrong.",
        ),
        _tone(
            "scifi",
            "sci-fi, science fiction, science-fiction, 科幻",
            "science fiction. One thing is different from our world, and all else follows from it; it is shown in use, never lectured about.",
        ),
        _tone(
            "fairytale",
            "fairy tale, fairy-tale, 童话",
            "a fairy tale. Told from afar and plainly; three tries, a bargain whose words matter, magic that has a price and is never explained.",
        ),
    )
}
"""The names and groups are our own; they are what people put before the word "story"."""

VOICES: dict[str, str] = {
    "adventure": "Brisk and forward: verbs that act, short sentences, something at stake in the first line. Nothing is made bigger than it is.",
    "funny": "With a dry wit: once or twice a turn that nobody saw coming, grown out of the matter, at nobody's cost. What is fact stays exact.",
    "fairytale": "Unhurried, as told by a fire: plain images, even rhythm, an old word where it fits. What is fact stays exact, without magic.",
}
"""Of some tones what a writer is told whose text is no story."""

_BY_ALIAS = {alias: tone for tone in TONES.values() for alias in (tone.name, *tone.aliases)}
_ENGLISH = "|".join(sorted(map(re.escape, (alias for alias in _BY_ALIAS if alias.isascii())), key=len, reverse=True))
_CHINESE = "|".join(sorted((alias for alias in _BY_ALIAS if not alias.isascii()), key=len, reverse=True))
_NAMED = (
    re.compile(rf"\b(?P<tone>{_ENGLISH})\b(?: [\w-]+){{0,2}} (?:story|stories|tale|fable|thriller|comedy|romance)\b"),
    re.compile(r"\b(?P<tone>noir|sci-fi|science[ -]fiction|horror|fairy[ -]tale|bedtime|whodunit)\b"),
    re.compile(rf"(?P<tone>{_CHINESE})(?:的|小|短|一点的|风格的?|版的?)?(?:故事|小说|童话|传说)"),
    re.compile(r"(?P<tone>科幻|恐怖|惊悚|悬疑|推理|睡前|童话)"),
)
"""A tone is only what stands before the word "story", or means nothing else: a sad clown may be in a merry story."""


def tone_in(idea: str) -> str | None:
    """The name of the tone that an idea asks for by itself: "a sad story about …", "恐怖故事"; ``None`` where it names none."""
    text = idea[:READ_LIMIT].lower()
    found = next((match for shape in _NAMED if (match := shape.search(text))), None)
    return _BY_ALIAS[found["tone"].replace("science-fiction", "sci-fi")].name if found else None


def tone_words(name: str, *, children: bool) -> str:
    """What a writer is told of a tone. Raises ``KeyError`` for one that there is not."""
    tone = TONES[name]
    return (tone.children if children else "") or tone.told
