"""From the phrases of a prompt to its scene: which colour belongs to what, who rides, holds, wears, or says something."""

from __future__ import annotations

from dataclasses import dataclass, replace

from embedded.artist import inscriptions, lettering, lexicon
from embedded.artist.dictionary import Meaning, Noun
from embedded.artist.scene import Scene, Subject

#: Pictures with more things than this would be unreadable.
MOST_SUBJECTS = 6
MOST_OF_ONE = 9
_BEFORE_ITS_RIDER = ("上的", "里的", "中的")
_SHOPS = frozenset({"cafe", "café", "restaurant", "bookshop", "bookstore", "咖啡馆", "餐厅", "图书馆"})
_IN_HAND = tuple("拿提打撑抱举捧吃弹看读")
_POSTERS = frozenset({"poster", "海报", "宣传画"})
_SIGN, POSTER = Noun("sign", "O", 0.6), Noun("placard", "O", 0.7)
_HOUR_ORDER = ("sunset", "dawn", "dusk", "night", "morning", "day")


@dataclass(frozen=True)
class Mention:
    """A known phrase, or a word of grammar, and how many unknown words stand before it."""

    phrase: str
    meaning: Meaning
    gap: int


_ANIMALS = (range(0x1F400, 0x1F440), range(0x1F980, 0x1F9AF), range(0x1FAB0, 0x1FAC0), range(0x1F577, 0x1F578))
"""The code points of animals."""


def _is_animal(noun: Noun) -> bool:
    first = noun.art.partition("-")[0]
    return (
        len(first) == 5
        and all(sign in "0123456789ABCDEF" for sign in first)
        and any(int(first, 16) in one for one in _ANIMALS)
    )


class Reader:
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
        self.pattern = self.accent = ""
        self.bare: set[str] = set()
        self.windowed = False
        self.instead = False  # whether another colour than the one refused is told
        self.carried: list[Subject] = []  # what is in the hands of somebody who is named next
        self.written = ""  # words for what is named next
        self.phrase = ""  # the newest
        self.dressed = False  # whether the newest thing is worn

    def take(self, mention: Mention) -> None:
        """Understand one more phrase."""
        meaning = mention.meaning
        if meaning.letters:
            self._letters(meaning.letters, ahead=meaning.noun is not None)
        elif meaning.pattern:
            self._patterned(meaning.pattern, late=meaning.number > 0)
        else:
            self._phrase(mention)

    def _phrase(self, mention: Mention) -> None:
        """A thing, a colour, a number, a word of grammar, or something about the scene."""
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
            self._coloured(meaning, mention.gap)
        else:
            self._thing(phrase, meaning)
        self.phrase = phrase

    def _coloured(self, meaning: Meaning, gap: int) -> None:
        """A colour for what is named next; two of them are its own, "not red but white" is the one."""
        if self.unwanted:
            self.unwanted, self.instead = False, True
            return
        if self.colour and gap <= 1:  # "red and white"
            self.accent, self.pattern = meaning.colour, self.pattern or "patches"
            return
        self._forget_colour()
        self.colour, self.coloured = meaning.colour, replace(meaning, colour="") if self.count == 1 else Meaning()
        if self.layer and self.layer not in self.colours and gap < 2:
            self.colours[self.layer], self.colour = meaning.colour, ""

    def _thing(self, phrase: str, meaning: Meaning) -> None:
        """A noun, or something about the scene."""
        if self.unwanted:
            self.bare |= {meaning.backdrop} - {""}
            self.unwanted, self.refused, self.count, self.colour, self.relation = False, True, 0, "", ""
            return
        self.refused = False
        self.windowed = self.windowed or meaning.backdrop == "window"
        if self.written and phrase in _POSTERS:
            self._subject(POSTER, phrase, 0)
            return
        if self.written and phrase in _SHOPS:
            self._shop(self._for(_SIGN) or lettering.kept(inscriptions.words_of(self.written)))
            return
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
        pattern, accent, self.pattern, self.accent = self.pattern, self.accent, "", ""
        self.dressed = noun.role == "W"
        count = min(self.count if self.count > (1 if plural else 0) else plural or 1, MOST_OF_ONE)
        for index, known in enumerate(self.subjects):
            if known.noun.art == noun.art:
                if self.count > 1 or (plural and known.count > 1):
                    self.subjects[index] = replace(known, count=max(known.count, count), tint=known.tint or tint)
                return
        subject = Subject(noun, phrase, count, tint, letters=self._for(noun), pattern=pattern, accent=accent)
        wearer = self._figure()
        if noun.role == "W" and self.relation and self.relation[0] in "戴穿围":
            self.waiting.append(subject)  # "戴着围巾的狐狸": the wearer comes after.
            return
        if noun.role == "W" and wearer is not None:
            owner = self.subjects[wearer]
            self.subjects[wearer] = replace(owner, worn=(*owner.worn, subject))
            return
        if self._last("C") is None and noun.role in "OPF" and noun.size <= 0.6 and self.relation[:1] in _IN_HAND:
            self.carried = [subject]  # "拿着气球的女孩"
            return
        if noun.role == "C" and self.waiting:
            subject, self.waiting = replace(subject, worn=tuple(self.waiting)), []
        if len(self.subjects) >= MOST_SUBJECTS:
            return
        subject = self._seated(subject)
        if noun.role == "C" and self.carried:
            self.subjects += [subject, replace(self.carried.pop(), held=True)]
            return
        held = self._last("C") is not None and noun.role in "OPF" and noun.size <= 0.6 and self._holding()
        self.subjects.append(replace(subject, held=held and noun.art != "1F525"))

    def _letters(self, run: str, *, ahead: bool) -> None:
        """Words to be set: on what comes right behind, else on what was named last, else on a sign."""
        words, manner = lettering.kept(inscriptions.words_of(run)), inscriptions.manner(run)
        if not words:
            return
        if self.phrase in _POSTERS:
            self.values["style"] = [style for style in self.values["style"] if style != "poster"]
            self._subject(POSTER, self.phrase, 0)
        if self.phrase in _SHOPS:
            self._shop(words)
            return
        if ahead or not self.subjects:
            self.written = run
            return
        last = self.subjects[-1]
        if self.dressed and last.worn:
            worn = (*last.worn[:-1], replace(last.worn[-1], letters=words))
            self.subjects[-1] = replace(last, worn=worn)
        elif last.noun.role in "CFS" and manner == "named":
            return  # somebody's name
        elif last.noun.role in "CFS" and manner == "read":
            self.subjects.append(Subject(Noun("1F4D6", "O", 0.35), "book", held=True, letters=words))
        elif not last.letters:
            self.subjects[-1] = replace(last, letters=words)
        elif len(self.subjects) < MOST_SUBJECTS:
            self.subjects.append(Subject(_SIGN, "sign", letters=words))

    def _shop(self, words: str) -> None:
        """A café or a bookshop with a name is seen from outside, where that stands."""
        self.values["place"] = [place for place in self.values["place"] if place not in ("room", "library")]
        self._subject(Noun("E20C", "H", 1.4), self.phrase, 0)
        self.subjects[-1] = replace(self.subjects[-1], letters=words)

    def _for(self, noun: Noun) -> str:
        """The words that waited for this thing."""
        run, self.written = self.written, ""
        named = noun.role in "CFS" and inscriptions.manner(run) == "named"
        return "" if named else lettering.kept(inscriptions.words_of(run))

    def _patterned(self, pattern: str, *, late: bool) -> None:
        """ "A striped cat", or "a cat with black stripes"."""
        if late and self.subjects:
            self.subjects[-1] = replace(self.subjects[-1], pattern=pattern, accent=self.colour)
            self.colour = ""
        else:
            self.pattern = pattern

    def _holding(self) -> bool:
        return self.relation in lexicon.HOLDING or bool(self.relation and self.relation[0] in _IN_HAND)

    def _seated(self, subject: Subject) -> Subject:
        """Joined with who is in or on it, or with what it is in or on, where the words between say so."""
        rider, noun = self._figure(), subject.noun
        joined = self.relation in lexicon.INSIDE or (self.relation and self.relation[0] in "骑坐乘开")
        if rider is not None and joined and _carries(noun, self.subjects[rider].noun):
            self.subjects[rider] = replace(self.subjects[rider], carrier=len(self.subjects))
            return subject
        carried = self.relation in _BEFORE_ITS_RIDER and self.subjects and noun.role in "CF"
        if carried and _carries(self.subjects[-1].noun, noun):  # "屋顶上的猫"
            return replace(subject, carrier=len(self.subjects) - 1)
        return subject

    def _figure(self) -> int | None:
        """The index of who wears or rides something: the newest figure that walks, else the newest animal that flies or swims."""
        walking = self._last("C")
        if walking is not None:
            return walking
        return next((i for i in range(len(self.subjects) - 1, -1, -1) if _is_animal(self.subjects[i].noun)), None)

    def _last(self, role: str) -> int | None:
        """The index of the newest subject of a role."""
        return next((i for i in range(len(self.subjects) - 1, -1, -1) if self.subjects[i].noun.role == role), None)

    def _forget_colour(self) -> None:
        """A colour that found no noun is the thing of its name ("an orange") or colours the whole picture."""
        colour, self.colour, self.pattern, self.accent = self.colour, "", "", ""
        if colour and self.instead and self.subjects and not self.subjects[-1].tint:
            self.subjects[-1] = replace(self.subjects[-1], tint=colour)
        elif colour and self.coloured.noun:
            self._subject(self.coloured.noun, "", 0)
        elif colour:
            self.colours.setdefault("all", colour)

    def _behind_a_window(self) -> tuple[str, ...]:
        """A window that no house has is one of a room."""
        return ("room",) if self.windowed and all(subject.noun.role != "H" for subject in self.subjects) else ()

    def scene(self) -> Scene:
        """What was understood."""
        self._forget_colour()
        self.subjects += self.carried
        if self.written and inscriptions.manner(self.written) != "named" and len(self.subjects) < MOST_SUBJECTS:
            self.subjects.append(Subject(_SIGN, "sign", letters=self._for(_SIGN)))
        wearer = self._figure()
        if self.waiting and wearer is not None:
            self.subjects[wearer] = replace(self.subjects[wearer], worn=tuple(self.waiting))
        elif self.waiting:
            self.subjects.extend(self.waiting)
        hours = self.values["hour"]
        return Scene(
            subjects=tuple(self.subjects),
            places=tuple(self.values["place"]) or self._behind_a_window(),
            hour=next((hour for hour in _HOUR_ORDER if hour in hours), ""),
            weather=frozenset(self.values["weather"]),
            season=next(iter(self.values["season"]), ""),
            mood=next(iter(self.values["mood"]), ""),
            styles=tuple(self.values["style"]),
            colours=self.colours,
            words=frozenset(self.words),
            removal=self.removal,
            bare=frozenset(self.bare),
        )


_VESSELS = frozenset(
    {"2615", "mug", "1F9FA", "1FAA3", "1F6C1", "1F6CF", "1F6CB", "1FA91", "1F392", "1F4E6", "1F6F7", "1F6F9"}
)


def _carries(carrier: Noun, rider: Noun) -> bool:
    """Whether somebody can be drawn in or on it."""
    if (
        carrier.role in "BV"
        or carrier.art in _VESSELS
        or carrier.art in ("roof", "balloonride", "1F680", "1F409", "1F433", "1F9F9")
    ):
        return True
    return carrier.role == "C" and carrier.size > rider.size + 0.15
