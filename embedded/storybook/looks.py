"""How the people of a story look, the same in every picture, and what a moment of it shows: in words that an artist can draw."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from embedded.storybook import chinese_stories, english_stories
from embedded.storybook.chinese_ideas import chinese_things
from embedded.storybook.english_grammar import article
from embedded.storybook.english_ideas import GARMENTS
from embedded.storybook.ideas import Figure
from embedded.storybook.words import CHINESE, ENGLISH, vocabulary


@dataclass(frozen=True)
class Moment:
    """A sentence of a story that may become a picture."""

    text: str
    around: str
    """The paragraph it stands in."""
    hour: str


def nameless(text: str, names: Sequence[str]) -> str:
    """The text in lower case without the people's names, which may be words themselves (Moss, Robin, 栗子)."""
    for name in names:
        text = text.replace(name, " ") if name else text
    return text.lower()


def _stable(options: Sequence[str], name: str) -> str:
    """One of the options, always the same for a name."""
    return options[zlib.crc32(name.encode()) % len(options)]


# --- English ----------------------------------------------------------------------------------------------------------

_COLOURS = vocabulary(
    """
    red russet brown grey gray white black green blue yellow orange pink purple golden silver striped spotted speckled
    tabby ginger violet pale sand-coloured arctic
    """
)
_SIZES = vocabulary("small little young big old huge tiny")
_PUT_ON = vocabulary(
    """
    raincoat coat jacket jumper waistcoat dress sweater cape apron uniform armour armor spacesuit cloak shirt
    """
)
_IN_THE_SKY = ("moon", "star", "sun")
_SHOWN = {
    "moon": "the moon",
    "sun": "the sun",
    "snow": "falling snow",
    "rain": "falling rain",
    "song": "musical notes in the air",
    "melody": "musical notes in the air",
    "voice": "musical notes in the air",
    "storm": "dark storm clouds",
    "dream": "a cloud",
}
"""How things are shown that have no shape, or of which there is only one."""


def english_look(figure: Figure, story: str) -> str:
    """How somebody looks: "a small red fox with a green scarf"."""
    being, adjectives = figure.being, figure.describing.split()
    is_person = being is not None and being.kind == "person"
    if being is not None and not is_person and being.looks and not _COLOURS & set(re.split(r"[ -]", figure.describing)):
        adjectives.append(_stable(being.looks, figure.name))
    if not _SIZES & set(adjectives) and not is_person:
        adjectives.insert(0, "small")
    worn = _english_worn(figure, story)
    if not worn and is_person:
        worn = f"in a {_stable(('yellow raincoat', 'blue coat', 'green jacket', 'red jumper'), figure.name)}"
    return f"{article(' '.join([*adjectives, figure.noun]))} {worn}".strip()


def _english_worn(figure: Figure, story: str) -> str:
    """What the story says that somebody wears or is known by: "with a green scarf"."""
    noun = re.escape(figure.noun)
    named = re.search(rf"\b{noun} ((?:with|in) an? [a-z -]{{3,40}}?)(?:,| called| named| whose| who)", story)
    if named:
        return named[1]
    at = story.find(figure.name)
    near = story[max(at - 150, 0) : at + 400]
    garments = "|".join(sorted(GARMENTS, key=lambda word: (-len(word), word)))
    worn = re.search(
        rf"\b(?:wore|wearing|owned|by (?:his|her|its|their)|in) (?:an? )?((?:[a-z]+ ){{1,2}}(?:{garments}))\b", near
    )
    mark = re.search(r"\bby (?:his|her|its|their) ((?:[a-z]+ ){1,3}(?:patch|spot|speckle)[a-z ]*?)(?=[.,])", near)
    found = worn or mark
    if found is None or figure.name not in near[: found.start()]:
        return ""
    return f"{'in' if found[1].split()[-1] in _PUT_ON else 'with'} {article(found[1])}"


def english_picture(moment: Moment, names: Sequence[str], looks: tuple[str, str], story: str) -> str:
    """A moment as a prompt: who, doing what, with whom and what, where, in which light."""
    text, around = nameless(moment.text, names), nameless(moment.around, names)
    action = next((shown for shown, told in ENGLISH.actions.items() if re.search(told, text)), "looking around")
    company = f" together with {looks[1]}" if looks[1] else ""
    words = re.findall(r"[a-z]+", f"{text} {around}")
    nouns = dict.fromkeys(word if word in ENGLISH.things else word.removesuffix("s") for word in words)
    unseen = [word for word in nouns if word not in f"{looks[0]} {looks[1]}"]
    things = [word for word in unseen if word in ENGLISH.things and (moment.hour == "night" or word not in _IN_THE_SKY)]
    guests = [word for word in unseen if _is_guest(word)]
    shown = [_SHOWN.get(word) or article(word) for word in [*things[:3], *guests[:1]]]
    place = english_stories.place_of(story) or "garden"
    where = [ENGLISH.surroundings[place], ENGLISH.light[moment.hour]]
    return ", ".join([f"{looks[0]} {action}{company}", *shown, *where])


def _is_guest(word: str) -> bool:
    being = ENGLISH.beings.get(word)
    return being is not None and being.kind != "object" and word != "child"


# --- Chinese ----------------------------------------------------------------------------------------------------------


def chinese_look(figure: Figure, story: str) -> str:
    """How somebody looks: "一只火红的小狐狸，围着一条绿围巾"."""
    being, describing, colour = figure.being, figure.describing, ""
    is_person = being is not None and being.kind == "person"
    if (
        being is not None
        and not is_person
        and being.looks
        and not re.search("[红黄绿蓝白黑灰紫橘褐金银]", describing + figure.noun)
    ):
        colour = _stable(being.looks, figure.name)
        describing = re.sub(r"^.*的(?=[小老大]$)", "", describing)
    is_sized = re.search("[小老大]$", describing) or figure.noun.startswith("小")
    size = "小" if being is not None and being.kind == "animal" and not is_sized else ""
    worn = _chinese_worn(figure, story)
    if not worn and is_person:
        worn = f"穿着一件{_stable(('黄雨衣', '蓝外套', '红外套', '绿上衣'), figure.name)}"
    if describing.partition("的")[0] in worn:
        describing = describing.rpartition("的")[2]
    measure = being.measure if being is not None and being.measure else "个"
    return f"一{measure}{colour}{describing}{size}{figure.noun}" + (f"，{worn}" if worn else "")


def _chinese_worn(figure: Figure, story: str) -> str:
    at = story.find(figure.name)
    near = story[max(at - 20, 0) : at + 120]
    name = re.escape(figure.name)
    found = re.search(
        r"((?:围着|戴着|穿着|背着|系着)一[条顶件只个][^，。！的]{2,8}|身上有一[块个][^，。！]{3,12})", near
    )
    introduced = re.search(rf"(?:叫|名叫)[他她它]?{name}|{name}是", near)
    if found is None or introduced is None or not 0 < found.start() - near.find(figure.name) < 70:
        return ""
    return found[1]


def chinese_picture(moment: Moment, names: Sequence[str], looks: tuple[str, str], story: str) -> str:
    """A moment as a prompt: who, doing what, with whom and what, where, in which light."""
    text, seen = nameless(moment.text, names), looks[0] + looks[1]
    action = next((shown for shown, told in CHINESE.actions.items() if re.search(told, text)), "看着四周")
    company = f"，和{looks[1]}在一起" if looks[1] else ""
    things = [
        thing for thing in chinese_things(text) if (len(thing) > 1 or thing in "门信蛋书画桥灯") and thing not in seen
    ]
    things = [thing for thing in things if thing not in ("月亮", "太阳", "星星")][:3]
    beings = [noun for noun in CHINESE.beings if len(noun) > 1 and noun in text and noun not in seen]
    guests = [noun for noun in sorted(beings, key=len, reverse=True) if CHINESE.beings[noun].kind != "object"]
    shown = [
        *(chinese_stories.measured_thing(thing) for thing in things),
        *(f"一{CHINESE.beings[noun].measure}{noun}" for noun in guests[:1]),
    ]
    where = [CHINESE.surroundings[chinese_stories.place_of(story) or "garden"], CHINESE.light[moment.hour]]
    return "，".join([f"{looks[0]}，正在{action}{company}", *shown, *where])
