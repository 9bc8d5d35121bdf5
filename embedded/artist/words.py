"""Reading a prompt: which things it names, where, when, in which weather, colours and style.

The reader looks for the longest known phrase at each word (English) or sign (Chinese) and never inside a word. What it
understands becomes a `Scene`; it never fails, whatever the text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from embedded.artist import inscriptions, lexicon
from embedded.artist.dictionary import LONGEST_CHINESE, LONGEST_ENGLISH, Meaning, Noun, phrases
from embedded.artist.reader import MOST_OF_ONE, MOST_SUBJECTS, POSTER, Mention, Reader
from embedded.artist.scene import Scene, Subject

#: Text beyond this many characters is not read.
READ_AT_MOST = 4000

_TOKEN = re.compile(
    r"[a-z]+(?:['’][a-z]+)*|\d{1,3}|[\u4e00-\u9fff]+|[.,;:!?。，；：！？、\n]|[\u2600-\u27bf\U0001f300-\U0001faff]|[\U000f0000-\U000fffff]+"
)
__all__ = ["MOST_OF_ONE", "MOST_SUBJECTS", "READ_AT_MOST", "Scene", "Subject", "mentions", "read", "recognised"]

_SAID_OTHERWISE = (("青花", "蓝白相间的"), ("cloudless", "no clouds,"), ("万里无云", "没有云，"))
_SHOT = re.compile("mono|grey|gray|noir|单色|照片")


def read(prompt: str) -> Scene:
    """The scene that `prompt` (English, Chinese or both, any length) describes."""
    text = inscriptions.marked(prompt[:READ_AT_MOST]).lower()
    for said, meant in _SAID_OTHERWISE:
        text = text.replace(said, meant)
    reader = Reader()
    found = list(_mentions(text))
    for mention, following in zip(found, [*found[1:], None], strict=False):
        for told in _of_a_thing(mention, following):
            reader.take(told)
    tokens = re.findall(r"\w{2,12}", text[:400])[:7]
    return replace(reader.scene(), tokens=tuple(tokens), print=zlib.crc32(prompt.encode("utf-8", "replace")))


def mentions(text: str) -> Iterator[Mention]:
    """The known phrases of a text in their order, with the words that are to be read in the picture."""
    return _mentions(inscriptions.marked(text[:READ_AT_MOST]).lower())


def _of_a_thing(mention: Mention, following: Mention | None) -> list[Mention]:
    """The phrase as it is meant beside the next one: colours and patterns before a thing are its own, and not the picture's."""
    meaning, phrase = mention.meaning, mention.phrase
    near = following is not None and following.gap <= 1
    noun = following.meaning.noun if following is not None and near else None
    if meaning.letters:
        paper = POSTER if near and following and following.meaning.style == "poster" else None
        return [replace(mention, meaning=Meaning(letters=meaning.letters, noun=noun or paper))]
    patterned = following is not None and following.gap <= 2 and bool(following.meaning.pattern)
    if meaning.style == "mono" and not _SHOT.search(phrase) and (patterned or (following and _is_thing(following))):
        black, white = (Meaning(colour=lexicon.COLOURS[name]) for name in ("black", "white"))
        return [replace(mention, meaning=black), replace(mention, meaning=white, gap=0)]
    if (
        meaning.weather == "rainbow"
        and noun is not None
        and (following is None or following.gap == 0 or not phrase.isascii())
    ):
        return [replace(mention, meaning=Meaning(pattern="rainbow"))]
    if meaning.pattern and not (
        noun or (following and _is_thing(following)) or (following and following.meaning.colour)
    ):
        return [replace(mention, meaning=replace(meaning, number=1))]
    return [mention]


def _is_thing(mention: Mention) -> bool:
    return mention.meaning.noun is not None and mention.gap <= 2


def recognised(word: str) -> bool:
    """Whether an English word alone means something here, be it grammar, a colour or a thing."""
    return _english([word], 0)[0] is not None


def _mentions(text: str) -> Iterator[Mention]:
    """Known phrases from left to right."""
    tokens = _TOKEN.findall(text)
    at, gap = 0, 0
    while at < len(tokens):
        token = tokens[at]
        if token[0] >= "\U000f0000":
            yield Mention("", Meaning(letters=token), gap)
            at, gap = at + 1, 0
            continue
        if "\u4e00" <= token[0] <= "\u9fff":
            for mention in _chinese(token):
                yield replace(mention, gap=mention.gap + gap)
                gap = 0
            at += 1
            continue
        found, used = _english(tokens, at)
        if found:
            yield Mention(*found, gap)
            gap = 0
        else:
            gap += 3 if not token[0].isalnum() else 1
        at += used


_APOSTROPHES = re.compile(r"['’]s?$|['’]")
_GRAMMAR = lexicon.ALTERNATIVES | lexicon.EXCHANGES | lexicon.INSIDE | lexicon.HOLDING | lexicon.WEARING


def _english(tokens: list[str], at: int) -> tuple[tuple[str, Meaning] | None, int]:
    """The longest phrase that begins at a token, and how many tokens it takes."""
    known = phrases()
    if dish := _dish(tokens, at):
        return dish, 2
    words = [_APOSTROPHES.sub("", token) for token in tokens[at : at + LONGEST_ENGLISH]]
    for length in range(len(words), 0, -1):
        for last in _singulars(words[length - 1]):
            phrase = " ".join((*words[: length - 1], last))
            if phrase in known:
                meaning = known[phrase]
                plural = bool(meaning.noun) and last != words[length - 1]
                return (phrase, replace(meaning, number=3) if plural else meaning), length
    word = tokens[at]
    if word.isdigit():
        return (word, Meaning(number=min(int(word), 12))), 1
    if (plain := re.sub("['’]", "", word)) in lexicon.NEGATIONS:
        return (plain, Meaning()), 1
    if word in _GRAMMAR:
        return (word, Meaning()), 1
    return None, 1


def _dish(tokens: list[str], at: int) -> tuple[str, Meaning] | None:
    """An animal before what is cooked of it: "chicken soup" shows no chicken."""
    if at + 1 >= len(tokens) or " ".join(tokens[at : at + 2]) in phrases():
        return None
    art = next((lexicon.DISHES[word] for word in _singulars(tokens[at + 1]) if word in lexicon.DISHES), None)
    animal = next((meaning for word in _singulars(tokens[at]) if (meaning := phrases().get(word))), None)
    if art is None or animal is None or animal.noun is None or animal.noun.role not in "CFS":
        return None
    return " ".join(tokens[at : at + 2]), Meaning(noun=Noun(art, "O", 0.45))


_ENDINGS = sorted((word for word in lexicon.DISHES if not word.isascii()), key=len, reverse=True)
_DISH_ZH = re.compile(rf"(?:狮子|[鸡鸭鹅牛羊猪狗驴马鱼虾蟹蛇兔])[肉血杂香腩筋丸排肚骨头]?({'|'.join(_ENDINGS)})")


def _singulars(word: str) -> Iterator[str]:
    """The word itself, then what it may be the plural of."""
    yield word
    if word in lexicon.IRREGULAR:
        yield lexicon.IRREGULAR[word]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]
        if word.endswith("ies"):
            yield word[:-3] + "y"


_GRAMMAR_ZH = sorted(
    [word for word in lexicon.NEGATIONS | lexicon.EXCHANGES if not word.isascii()]
    + [word for word in lexicon.ALTERNATIVES if not word.isascii()]
    + "骑着 坐着 坐在 乘坐 开着 骑 乘 拿着 提着 打着 撑着 抱着 举着 捧着 吃着 弹着 看着 读着 戴着 穿着 围着 戴 围 穿 上的 里的 中的".split(),  # noqa: SIM905
    key=len,
    reverse=True,
)


def _chinese(run: str) -> Iterator[Mention]:
    """Known phrases in a run of Chinese signs, the longest at each place."""
    known = phrases()
    at, gap = 0, 0
    while at < len(run):
        if dish := _dish_at(run, at):
            yield replace(dish, gap=gap)
            at, gap = at + len(dish.phrase), 0
            continue
        for length in range(min(LONGEST_CHINESE, len(run) - at), 0, -1):
            phrase = run[at : at + length]
            if phrase in known or phrase in _GRAMMAR_ZH:
                break
        else:
            at, gap = at + 1, gap + 1
            continue
        at += length
        meaning = known.get(phrase, Meaning())
        if meaning.ignored:
            gap += 1
            continue
        if meaning.number and at < len(run) and run[at] in lexicon.CLASSIFIERS:
            at += 1
        elif meaning.number and len(phrase) == 1 and gap:
            continue  # A single number sign inside other words ("统一") counts nothing.
        if meaning.colour and len(phrase) == 1 and not _noun_at(run, at):
            gap += 1
            continue
        yield Mention(phrase, meaning, gap)
        gap = 0


def _dish_at(run: str, at: int) -> Mention | None:
    """A dish named after an animal ("牛肉面"), unless a longer phrase is known there."""
    dish = _DISH_ZH.match(run, at)
    if dish is None or any(
        run[at : at + length] in phrases() for length in range(LONGEST_CHINESE, len(dish[0]) - 1, -1)
    ):
        return None
    return Mention(dish[0], Meaning(noun=Noun(lexicon.DISHES[dish[1]], "O", 0.45)), 0)


_COLOUR_SIGNS = "".join(name for name in lexicon.COLOURS if len(name) == 1)


def _noun_at(run: str, at: int) -> bool:
    """Whether a phrase for a thing or a layer begins at this place of a run, with at most 小/大/的 before it."""
    rest = run[at:].lstrip("的小大相间色双" + _COLOUR_SIGNS)
    return any(
        (meaning := phrases().get(rest[:length])) and (meaning.noun or meaning.layer)
        for length in range(1, min(LONGEST_CHINESE, len(rest)) + 1)
    )
