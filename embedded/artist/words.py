"""Reading a prompt: which things it names, where, when, in which weather, colours and style.

The reader looks for the longest known phrase at each word (English) or sign (Chinese) and never inside a word. What it
understands becomes a `Scene`; it never fails, whatever the text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from embedded.artist import lexicon
from embedded.artist.dictionary import LONGEST_CHINESE, LONGEST_ENGLISH, Meaning, Noun, phrases

#: Text beyond this many characters is not read; pictures with more things than this would be unreadable.
READ_AT_MOST = 4000
MOST_SUBJECTS = 6
MOST_OF_ONE = 9

_TOKEN = re.compile(
    r"[a-z]+(?:['’][a-z]+)*|\d{1,3}|[\u4e00-\u9fff]+|[.,;:!?。，；：！？、\n]|[\u2600-\u27bf\U0001f300-\U0001faff]"
)
_SHOT = re.compile("mono|grey|gray|noir|单色|照片")
_HOUR_ORDER = ("sunset", "dawn", "dusk", "night", "morning", "day")


@dataclass(frozen=True)
class Subject:
    """One kind of thing in the picture.

    `carrier` is the index of the subject it sits in or rides on, or -1; `held` says that the one before holds it.
    `scale` enlarges it where it stands, and `gone` leaves its place empty: both come of later changes.
    """

    noun: Noun
    name: str
    count: int = 1
    tint: str = ""
    carrier: int = -1
    held: bool = False
    worn: tuple[Subject, ...] = ()
    scale: float = 1.0
    gone: bool = False


@dataclass(frozen=True)
class Scene:
    """What a prompt asks for. `colours` maps a layer (`sky`, `ground`, `water`, `far`, `all`) to `#rrggbb`;
    `words` are the phrases understood, `tokens` the first words of any kind; `removal` says
    that something is to be taken away; `print` is a checksum of the whole text.
    """

    subjects: tuple[Subject, ...] = ()
    places: tuple[str, ...] = ()
    hour: str = ""
    weather: frozenset[str] = frozenset()
    season: str = ""
    mood: str = ""
    styles: tuple[str, ...] = ()
    colours: dict[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    tokens: tuple[str, ...] = ()
    removal: bool = False
    print: int = 0

    @property
    def recognised(self) -> bool:
        """Whether anything but a style was understood."""
        return bool(self.subjects or self.places or self.hour or self.weather or self.season or self.mood)

    @property
    def style(self) -> str:
        """The style to draw in; gently flat where none is named."""
        return self.styles[0] if self.styles else "flat"


def read(prompt: str) -> Scene:
    """The scene that `prompt` (English, Chinese or both, any length) describes."""
    text = prompt[:READ_AT_MOST].lower()
    reader = _Reader()
    mentions = list(_mentions(text))
    for mention, following in zip(mentions, [*mentions[1:], None], strict=False):
        coat = mention.meaning.style == "mono" and not _SHOT.search(mention.phrase)
        if coat and following is not None and following.meaning.noun and following.gap <= 1:
            mention = replace(
                mention, meaning=Meaning(colour=lexicon.COLOURS["black"])
            )  # of an animal, not of the picture
        reader.take(mention)
    tokens = re.findall(r"\w{2,12}", text[:400])[:7]
    return replace(reader.scene(), tokens=tuple(tokens), print=zlib.crc32(prompt.encode("utf-8", "replace")))


def recognised(word: str) -> bool:
    """Whether an English word alone means something here, be it grammar, a colour or a thing."""
    return _english([word], 0)[0] is not None


@dataclass(frozen=True)
class _Mention:
    """A known phrase, or a word of grammar, and how many unknown words stand before it."""

    phrase: str
    meaning: Meaning
    gap: int


def _mentions(text: str) -> Iterator[_Mention]:
    """Known phrases from left to right."""
    tokens = _TOKEN.findall(text)
    at, gap = 0, 0
    while at < len(tokens):
        token = tokens[at]
        if "\u4e00" <= token[0] <= "\u9fff":
            for mention in _chinese(token):
                yield replace(mention, gap=mention.gap + gap)
                gap = 0
            at += 1
            continue
        found, used = _english(tokens, at)
        if found:
            yield _Mention(*found, gap)
            gap = 0
        else:
            gap += 3 if not token[0].isalnum() else 1
        at += used


def _english(tokens: list[str], at: int) -> tuple[tuple[str, Meaning] | None, int]:
    """The longest phrase that begins at a token, and how many tokens it takes."""
    known = phrases()
    if dish := _dish(tokens, at):
        return dish, 2
    for length in range(min(LONGEST_ENGLISH, len(tokens) - at), 0, -1):
        words = [re.sub(r"['’]s?$|['’]", "", token) for token in tokens[at : at + length]]
        for last in _singulars(words[-1]):
            phrase = " ".join((*words[:-1], last))
            if phrase in known:
                meaning = known[phrase]
                plural = bool(meaning.noun) and last != words[-1]
                return (phrase, replace(meaning, number=3) if plural else meaning), length
    word = tokens[at]
    if word.isdigit():
        return (word, Meaning(number=min(int(word), 12))), 1
    if (plain := re.sub("['’]", "", word)) in lexicon.NEGATIONS:
        return (plain, Meaning()), 1
    if word in lexicon.ALTERNATIVES | lexicon.EXCHANGES | lexicon.INSIDE | lexicon.HOLDING | lexicon.WEARING:
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
    + "骑着 坐着 坐在 乘坐 开着 骑 乘 拿着 提着 打着 撑着 抱着 举着 捧着 吃着 弹着 看着 读着 戴着 穿着 围着 戴 围".split(),  # noqa: SIM905
    key=len,
    reverse=True,
)


def _chinese(run: str) -> Iterator[_Mention]:
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
        yield _Mention(phrase, meaning, gap)
        gap = 0


def _dish_at(run: str, at: int) -> _Mention | None:
    """A dish named after an animal ("牛肉面"), unless a longer phrase is known there."""
    dish = _DISH_ZH.match(run, at)
    if dish is None or any(
        run[at : at + length] in phrases() for length in range(LONGEST_CHINESE, len(dish[0]) - 1, -1)
    ):
        return None
    return _Mention(dish[0], Meaning(noun=Noun(lexicon.DISHES[dish[1]], "O", 0.45)), 0)


def _noun_at(run: str, at: int) -> bool:
    """Whether a phrase for a thing or a layer begins at this place of a run, with at most 小/大/的 before it."""
    rest = run[at:].lstrip("的小大")
    return any(
        (meaning := phrases().get(rest[:length])) and (meaning.noun or meaning.layer)
        for length in range(1, min(LONGEST_CHINESE, len(rest)) + 1)
    )


class _Reader:
    """Puts mentions together: a number or colour waits for its noun, "with" and "in" join two nouns."""

    def __init__(self) -> None:
        self.subjects: list[Subject] = []
        self.values: dict[str, list[str]] = {
            kind: [] for kind in ("place", "hour", "weather", "season", "mood", "style")
        }
        self.colours: dict[str, str] = {}
        self.words: set[str] = set()
        self.count = 0
        self.colour = ""
        self.coloured = Meaning()
        self.layer = ""
        self.relation = ""
        self.unwanted = False
        self.refused = False  # what was named last is not wanted
        self.removal = False
        self.waiting: list[Subject] = []

    def take(self, mention: _Mention) -> None:
        """Understand one more phrase."""
        meaning, phrase = mention.meaning, mention.phrase
        if mention.gap > (2 if phrase.isascii() else 4):  # Words, or signs, that were not understood.
            self._forget_colour()
            self.count, self.relation, self.layer = 0, "", ""
        if phrase in lexicon.EXCHANGES:
            self.unwanted = False
        if phrase in lexicon.ALTERNATIVES:
            self.unwanted = self.unwanted or (self.refused and mention.gap <= 1)
            return
        if phrase in lexicon.NEGATIONS:
            self.unwanted = self.removal = True
        if meaning == Meaning():
            self.relation = phrase
            return
        if meaning.number and not meaning.noun:
            self.count, self.layer = meaning.number, ""
        elif meaning.colour:
            if self.colour and mention.gap <= 1:  # "red and white": by one of them it is known
                return
            self._forget_colour()
            self.colour, self.coloured = meaning.colour, replace(meaning, colour="") if self.count == 1 else Meaning()
            if self.layer and self.layer not in self.colours and mention.gap < 2:
                self.colours[self.layer], self.colour = meaning.colour, ""
        else:
            self._thing(phrase, meaning)

    def _thing(self, phrase: str, meaning: Meaning) -> None:
        """A noun, or something about the scene."""
        if self.unwanted:
            self.unwanted, self.refused, self.count, self.colour, self.relation = False, True, 0, "", ""
            return
        self.refused = False
        self.words.add(phrase)
        for kind, known in self.values.items():
            value = getattr(meaning, kind)
            if value and value not in known:
                known.append(value)
        self.layer = meaning.layer
        if meaning.layer and self.colour:
            self.colours[meaning.layer] = self.colour
            self.colour = ""
        if meaning.noun:
            self._subject(meaning.noun, phrase, meaning.number)
        self.count, self.relation = 0, ""

    def _subject(self, noun: Noun, phrase: str, plural: int) -> None:
        """One more thing in the picture, or another word about one that is already there."""
        tint, self.colour = self.colour, ""
        count = min(self.count if self.count > (1 if plural else 0) else plural or 1, MOST_OF_ONE)
        for index, known in enumerate(self.subjects):
            if known.noun.art == noun.art:
                if self.count > 1 or (plural and known.count > 1):
                    self.subjects[index] = replace(known, count=max(known.count, count), tint=known.tint or tint)
                return
        subject = Subject(noun, phrase, count, tint)
        wearer = self._last("C")
        if noun.role == "W" and self.relation and self.relation[0] in "戴穿围":
            self.waiting.append(subject)  # "戴着围巾的狐狸": the wearer comes after.
            return
        if noun.role == "W" and wearer is not None:
            owner = self.subjects[wearer]
            self.subjects[wearer] = replace(owner, worn=(*owner.worn, subject))
            return
        if noun.role == "C" and self.waiting:
            subject, self.waiting = replace(subject, worn=tuple(self.waiting)), []
        if len(self.subjects) >= MOST_SUBJECTS:
            return
        rider = self._last("C")
        joined = self.relation in lexicon.INSIDE or (self.relation and self.relation[0] in "骑坐乘开")
        if rider is not None and joined and _carries(noun, self.subjects[rider].noun):
            self.subjects[rider] = replace(self.subjects[rider], carrier=len(self.subjects))
        held = rider is not None and noun.role in "OPF" and noun.size <= 0.6 and self._holding()
        self.subjects.append(replace(subject, held=held and noun.art != "1F525"))

    def _holding(self) -> bool:
        return self.relation in lexicon.HOLDING or bool(self.relation and self.relation[0] in "拿提打撑抱举捧吃弹看读")

    def _last(self, role: str) -> int | None:
        """The index of the newest subject of a role."""
        return next((i for i in range(len(self.subjects) - 1, -1, -1) if self.subjects[i].noun.role == role), None)

    def _forget_colour(self) -> None:
        """A colour that found no noun is the thing of its name ("an orange") or colours the whole picture."""
        colour, self.colour = self.colour, ""
        if colour and self.coloured.noun:
            self._subject(self.coloured.noun, "", 0)
        elif colour:
            self.colours.setdefault("all", colour)

    def scene(self) -> Scene:
        """What was understood."""
        self._forget_colour()
        wearer = self._last("C")
        if self.waiting and wearer is not None:
            self.subjects[wearer] = replace(self.subjects[wearer], worn=tuple(self.waiting))
        elif self.waiting:
            self.subjects.extend(self.waiting)
        hours = self.values["hour"]
        return Scene(
            subjects=tuple(self.subjects),
            places=tuple(self.values["place"]),
            hour=next((hour for hour in _HOUR_ORDER if hour in hours), ""),
            weather=frozenset(self.values["weather"]),
            season=next(iter(self.values["season"]), ""),
            mood=next(iter(self.values["mood"]), ""),
            styles=tuple(self.values["style"]),
            colours=self.colours,
            words=frozenset(self.words),
            removal=self.removal,
        )


_VESSELS = frozenset(
    {"2615", "mug", "1F9FA", "1FAA3", "1F6C1", "1F6CF", "1F6CB", "1FA91", "1F392", "1F4E6", "1F6F7", "1F6F9"}
)


def _carries(carrier: Noun, rider: Noun) -> bool:
    """Whether somebody can be drawn in or on it."""
    if (
        carrier.role in "BV"
        or carrier.art in _VESSELS
        or carrier.art in ("balloonride", "1F680", "1F409", "1F433", "1F9F9")
    ):
        return True
    return carrier.role == "C" and carrier.size > rider.size + 0.15
