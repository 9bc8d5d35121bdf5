"""From a story to a plan of pictures: its key moments, each with a prompt of concrete nouns and a caption."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sandbox.storybook import chinese, english, english_stories
from sandbox.storybook.chinese_ideas import chinese_things
from sandbox.storybook.english_ideas import GARMENTS
from sandbox.storybook.ideas import Figure, Request, is_chinese
from sandbox.storybook.picture_words import (
    CHINESE_ACTIONS,
    CHINESE_HOURS,
    CHINESE_LIGHT,
    CHINESE_SURROUNDINGS,
    ENGLISH_ACTIONS,
    ENGLISH_HOURS,
    ENGLISH_LIGHT,
    ENGLISH_SURROUNDINGS,
)
from sandbox.storybook.words import (
    CHINESE_BEINGS,
    ENGLISH_BEINGS,
    ENGLISH_PLACE_WORDS,
    ENGLISH_THINGS,
    vocabulary,
)

PLAN_LIMIT = 40_000
"""Characters of a story that are read."""


@dataclass(frozen=True)
class Moment:
    """A sentence of a story that may become a picture."""

    text: str
    around: str
    """The paragraph it stands in."""
    hour: str


def picture_plan(request: Request, number: int) -> dict[str, object]:
    """`number` key moments of the story in the last message, in story order, with the shared look of its people."""
    story = request.last[:PLAN_LIMIT]
    told = re.sub(r"(?m)^#.*$", "", story).replace("*", "")
    in_chinese = is_chinese(told)
    people = (chinese if in_chinese else english_stories).figures_of(told, Random(zlib.crc32(told.encode())))
    hero, companion = people
    look_of, describe = (_chinese_look, _chinese_picture) if in_chinese else (_english_look, _english_picture)
    look, other, there = look_of(hero, told), look_of(companion, told), companion.name in told
    pictures: list[dict[str, str]] = []
    for moment in _moments(told, number, (hero.name, companion.name), in_chinese):
        both = there and (companion.name in moment.around or re.search(r"\bthey\b|它们|他们", moment.text.lower()))
        prompt = describe(moment, people, (look, other if both else ""), told)
        pictures.append(
            {
                "prompt": prompt,
                "caption": _caption(moment, hero, {picture["caption"] for picture in pictures}, in_chinese),
            }
        )
    is_a, stop = ("：", "。") if in_chinese else (" is ", ".")
    described = [f"{_capital(hero.name)}{is_a}{look}{stop}"] + (
        [f"{companion.name}{is_a}{other}{stop}"] if there else []
    )
    return {"characters": ("" if in_chinese else " ").join(described), "pictures": pictures}


def _moments(told: str, number: int, names: Sequence[str], in_chinese: bool) -> list[Moment]:
    """As many moments as wanted, evenly over the story, each the most visible sentence of its part."""
    hours = CHINESE_HOURS if in_chinese else ENGLISH_HOURS
    found: list[Moment] = []
    hour = "day"
    for paragraph in re.split(r"\n\s*\n|\n", told):
        for sentence in _sentences(paragraph, in_chinese):
            narration = re.sub(r"“[^”]*”?|\"[^\"]*\"?|[Gg]ood (?:night|morning|evening)", "", sentence).lower()
            hour = next((name for name, pattern in hours if re.search(pattern, narration)), hour)
            found.append(Moment(sentence, paragraph.strip(), hour))
    found = found or [Moment("", "", "day")]
    chosen = []
    for index in range(number):
        start, end = (
            index * len(found) // number,
            max((index + 1) * len(found) // number, index * len(found) // number + 1),
        )
        chosen.append(max(found[start:end], key=lambda moment: _visible(moment.text, names, in_chinese)))
    return chosen


def _sentences(paragraph: str, in_chinese: bool) -> list[str]:
    shape = r"[^。！？]+[。！？]*[”’]*" if in_chinese else r"[^.!?]+[.!?…]*[”\"’]*"
    pieces = [piece.strip() for piece in re.findall(shape, paragraph) if re.search(r"\w", piece)]
    joined: list[str] = []
    for piece in pieces:
        if joined and (joined[-1].count("“") != joined[-1].count("”") or piece[:1].islower()):
            joined[-1] += ("" if in_chinese else " ") + piece
        else:
            joined.append(piece)
    return joined


_UNSEEN = re.compile(
    r"\bif you\b|\bonce was\b|weathers|\bowned\b|tell (?:him|her|it|them) from|who had seen it all|true story|"
    r"more than anything|\bnever\b|\bfrom that day|你要是|总是|老远|不管|谁也没告诉|这件事是真的|从那以后|从来|以前|要是|后来.{0,6}还"
)
"""What marks a sentence as telling of no moment in particular."""


def _visible(text: str, names: Sequence[str], in_chinese: bool) -> float:
    """How much of a sentence can be seen: people, things and actions count; speech, length and generalities count against it."""
    plain = _nameless(text, names)
    if in_chinese:
        things, beings = len(chinese_things(plain)), sum(noun in plain for noun in CHINESE_BEINGS if len(noun) > 1)
        length = len(text) / 45
    else:
        words = set(re.findall(r"[a-z]+", plain))
        things, beings = len(words & ENGLISH_THINGS), len(words & set(ENGLISH_BEINGS))
        length = len(text) / 130
    actions = any(re.search(pattern, plain) for pattern, _ in (CHINESE_ACTIONS if in_chinese else ENGLISH_ACTIONS)[:-3])
    people = 1.5 if names[0] in text else 1.0 if re.search(r"\bthey\b|它们|他们", text.lower()) else 0.0
    against = (
        1.5 * text.count("“") + max(0.0, length - 1) * 3 + (len(text) < 12) * 2 + 3 * bool(_UNSEEN.search(text.lower()))
    )
    return 1.2 * min(things, 3) + 0.8 * min(beings, 2) + 1.5 * actions + people - against


def _nameless(text: str, names: Sequence[str]) -> str:
    """The text in lower case without the people's names, which may be words themselves (Moss, Robin, 栗子)."""
    for name in names:
        text = text.replace(name, " ") if name else text
    return text.lower()


def _caption(moment: Moment, hero: Figure, used: set[str], in_chinese: bool) -> str:
    """One short sentence of the moment: the sentence itself, another of its paragraph, or the beginning of it."""
    longest = 34 if in_chinese else 110
    nearby = _sentences(moment.around, in_chinese)
    after = nearby[nearby.index(moment.text) + 1 :] if moment.text in nearby else []
    for text in (moment.text, _first_clauses(moment.text, longest, in_chinese), *after, *nearby):
        if 4 <= len(text) <= longest and _is_whole(text) and text not in used:
            return text
    plain = re.sub(r"[“”\"]", "", moment.text)[:longest]
    if plain.strip():
        return re.sub(r"\W+$", "", plain if in_chinese else plain[: plain.rfind(" ")]) + "…"
    return f"{hero.name}的故事。" if in_chinese else f"{_capital(hero.name)}’s story."


def _first_clauses(text: str, longest: int, in_chinese: bool) -> str:
    """A sentence up to the last comma that leaves it short enough; empty where that leaves too little."""
    cut = max(text[:longest].rfind(mark) for mark in ("，；" if in_chinese else ",;"))
    return text[:cut] + ("。" if in_chinese else ".") if cut > longest // 4 else ""


def _is_whole(text: str) -> bool:
    """Whether a text has no half quotation."""
    return text.count("“") == text.count("”") and text.count('"') % 2 == 0


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- English looks ----------------------------------------------------------------------------------------------------


def _english_look(figure: Figure, story: str) -> str:
    """How somebody looks, the same in every picture: "a small red fox with a green scarf"."""
    worn = _english_worn(figure, story)
    being = figure.being
    adjectives = figure.describing.split()
    colours = (
        being.looks if being is not None and being.kind in ("animal", "wonder", "object") and being.looks[0] else ()
    )
    if colours and not _COLOURS & set(re.findall(r"[a-z]+", figure.describing)):
        adjectives.append(_stable(colours, figure.name))
    if not any(word in adjectives for word in ("small", "little", "young", "big", "old", "huge", "tiny")) and (
        being is None or being.kind != "person"
    ):
        adjectives.insert(0, "small")
    look = english.article(" ".join([*adjectives, figure.noun]))
    if not worn and being is not None and being.kind == "person":
        worn = f"in a {_stable(('yellow raincoat', 'blue coat', 'green jacket', 'red jumper'), figure.name)}"
    return f"{look} {worn}".strip()


_COLOURS = vocabulary(
    """
    red russet brown grey gray white black green blue yellow orange pink purple golden silver striped spotted speckled
    tabby ginger violet pale sand-coloured arctic
    """
)


def _english_worn(figure: Figure, story: str) -> str:
    """What the story says that somebody wears or is known by: "with a green scarf"."""
    named = re.search(
        rf"\b{re.escape(figure.noun)} ((?:with|in) an? [a-z -]{{3,40}}?)(?:,| called| named| whose| who)", story
    )
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
    return f"{'in' if found[1].split()[-1] in _PUT_ON else 'with'} {english.article(found[1])}"


_PUT_ON = vocabulary(
    """
    raincoat coat jacket jumper waistcoat dress sweater cape apron uniform armour armor spacesuit cloak shirt
    """
)


def _stable(options: Sequence[str], name: str) -> str:
    """One of the options, always the same for a name."""
    return options[zlib.crc32(name.encode()) % len(options)]


def _english_picture(moment: Moment, people: tuple[Figure, Figure], looks: tuple[str, str], told: str) -> str:
    names, seen = [figure.name for figure in people], f"{looks[0]} {looks[1]}"
    text = _nameless(moment.text, names)
    action = next((gerund for pattern, gerund in ENGLISH_ACTIONS if re.search(pattern, text)), "looking around")
    company = f" together with {looks[1]}" if looks[1] else ""
    words = re.findall(r"[a-z]+", f"{text} {_nameless(moment.around, names)}")
    nouns = list(dict.fromkeys(word if word in ENGLISH_THINGS else word.removesuffix("s") for word in words))
    things = [
        word
        for word in nouns
        if word in ENGLISH_THINGS and word not in seen and (moment.hour == "night" or word not in _IN_THE_SKY)
    ]
    guests = [
        word
        for word in nouns
        if word in ENGLISH_BEINGS and ENGLISH_BEINGS[word].kind != "object" and word not in seen and word != "child"
    ]
    around = [_SHOWN.get(word) or english.article(word) for word in [*things[:3], *guests[:1]]]
    place = _place_key(moment.around, ENGLISH_PLACE_WORDS) or english_stories.place_of(told) or "garden"
    parts = [f"{looks[0]} {action}{company}", *around, ENGLISH_SURROUNDINGS[place], ENGLISH_LIGHT[moment.hour]]
    return ", ".join(parts)


_IN_THE_SKY = frozenset(("moon", "star", "sun"))
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


def _place_key(text: str, table: dict[str, str]) -> str:
    """The place that a paragraph names, if it is certain enough to draw."""
    words = re.findall(r"[a-z]+", text.lower())
    certain = [
        table[word]
        for word in words
        if word in table
        and word
        in (
            "forest",
            "wood",
            "beach",
            "shore",
            "reef",
            "village",
            "city",
            "desert",
            "castle",
            "library",
            "attic",
            "windmill",
            "river",
        )
    ]
    return certain[0] if certain else ""


# --- Chinese looks ----------------------------------------------------------------------------------------------------


def _chinese_look(figure: Figure, story: str) -> str:
    """How somebody looks: "一只火红的小狐狸，围着一条绿围巾"."""
    being = figure.being
    colour = ""
    if (
        being is not None
        and being.kind != "person"
        and being.looks[0]
        and not re.search(r"[红黄绿蓝白黑灰紫橘褐金银]", figure.describing + figure.noun)
    ):
        colour = _stable(being.looks, figure.name)
    describing = re.sub(r"^.*的(?=[小老大]$)", "", figure.describing) if colour else figure.describing
    size = (
        "小"
        if being is not None
        and being.kind == "animal"
        and not re.search("[小老大]$", describing)
        and not figure.noun.startswith("小")
        else ""
    )
    measure = being.measure if being is not None and being.measure else "个"
    worn = _chinese_worn(figure, story)
    if not worn and being is not None and being.kind == "person":
        worn = f"穿着一件{_stable(('黄雨衣', '蓝外套', '红外套', '绿上衣'), figure.name)}"
    return f"一{measure}{colour}{describing}{size}{figure.noun}" + (f"，{worn}" if worn else "")


def _chinese_worn(figure: Figure, story: str) -> str:
    at = story.find(figure.name)
    near = story[max(at - 20, 0) : at + 120]
    found = re.search(r"((?:围着|戴着|穿着|背着|系着)一[条顶件只个][^，。！]{2,8}|身上有一[块个][^，。！]{3,12})", near)
    introduced = re.search(rf"(?:叫|名叫)[他她它]?{re.escape(figure.name)}|{re.escape(figure.name)}是", near)
    return (
        found[1]
        if found is not None
        and introduced is not None
        and near.find(figure.name) < found.start()
        and found.start() - near.find(figure.name) < 70
        else ""
    )


def _chinese_picture(moment: Moment, people: tuple[Figure, Figure], looks: tuple[str, str], told: str) -> str:
    text = _nameless(moment.text, [figure.name for figure in people])
    action = next((words for pattern, words in CHINESE_ACTIONS if re.search(pattern, text)), "看着四周")
    company = f"，和{looks[1]}在一起" if looks[1] else ""
    seen = looks[0] + looks[1]
    things = [
        thing for thing in chinese_things(text) if (len(thing) > 1 or thing in "门信蛋书画桥灯") and thing not in seen
    ]
    things = [thing for thing in things if thing not in ("月亮", "太阳", "星星", "雪", "雨")][:3]
    beings = sorted(
        (noun for noun in CHINESE_BEINGS if len(noun) > 1 and noun in text and noun not in seen), key=len, reverse=True
    )
    guests = [
        noun
        for noun in beings
        if CHINESE_BEINGS[noun].kind != "object" and not any(figure.noun in noun for figure in people)
    ]
    around = [
        *(chinese.measured_thing(thing) for thing in things),
        *(f"一{CHINESE_BEINGS[noun].measure}{noun}" for noun in guests[:1]),
    ]
    parts = [
        f"{looks[0]}，正在{action}{company}",
        *around,
        CHINESE_SURROUNDINGS[chinese.place_of(told) or "garden"],
        CHINESE_LIGHT[moment.hour],
    ]
    return "，".join(parts)
