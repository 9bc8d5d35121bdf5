"""From an idea to one picture's prompt.

A prompt is subject, action, surroundings and light, in the language of the idea, and in concrete nouns, since those are what an artist
recognises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from embedded.storybook.chinese_ideas import read_chinese
from embedded.storybook.english_ideas import read_english
from embedded.storybook.ideas import Idea
from embedded.storybook.refused import Refused
from embedded.storybook.request import Request, is_chinese
from embedded.storybook.words import CHINESE, ENGLISH, Words

PROMPT_LIMIT = 1200
"""Characters of an idea that a prompt keeps; more than any idea needs."""


@dataclass(frozen=True)
class _Manner:
    """What a language has to say where an idea leaves something open."""

    words: Words
    ask: str
    """A pattern for the request around an idea."""
    usual: str
    """The idea of somebody who has none."""
    does: str
    """A pattern for an idea in which somebody does something."""
    actions: tuple[str, ...]
    lit: str
    """A pattern for an idea that names a light."""
    lights: tuple[str, ...]
    indoors: str
    pets: str
    joint: str


_ENGLISH = _Manner(
    ENGLISH,
    r"(?i)^(?:please )?(?:can you |could you )?(?:(?:draw|paint|sketch|make|create|generate|show)(?: me| us)? ?)?"
    r"(?:an? (?:picture|image|painting|drawing|illustration|sketch) of )?",
    "a small fox with a green scarf",
    r"\b\w{3,}ing\b|\b(?:asleep|at sea|plays?|runs?|sits?|reads?|flies|sleeps?|holds?|stands?|looks?)\b",
    ("sitting quietly", "looking around with curiosity", "walking slowly"),
    r"\b(?:night|sun\w*|moon\w*|morning|evening|dawn|dusk|light\w*|noon|midday|neon|lamp\w*|candle\w*)\b",
    ("soft morning light, warm colours", "gentle evening light, warm colours", "clear daylight, fresh colours"),
    r"\b(?:(?:tea)?cup|teapot|mug|spoon|lamp|candle|clock|book|pillow|blanket|kettle|button|sock|piano|chair|pencil|bottle|cake|soup|bread)\b",
    r"\b(?:cat|kitten|kitty|dog|puppy|pup|hamster)\b",
    ", ",
)
_CHINESE = _Manner(
    CHINESE,
    r"^(?:请|麻烦)?(?:你)?(?:帮我|给我|替我)?(?:(?:画|绘制|生成|做)(?:一张|一幅|一个|个|张|幅)?(?:关于)?)?",
    "一只围着绿围巾的小狐狸",
    "|".join(CHINESE.actions.values()),
    ("静静地坐着", "好奇地看着四周", "慢慢地走着"),
    r"夜|早晨|清晨|傍晚|黄昏|阳光|月|日出|日落|晚霞|灯|光",
    ("柔和的晨光，温暖的颜色", "温柔的夕阳，温暖的颜色", "明亮的日光，清新的颜色"),
    r"杯|茶壶|碗|勺|台灯|蜡烛|钟|书|枕头|毯子|锅|袜子|钢琴|椅子|铅笔|瓶|蛋糕|汤|面包",
    r"猫|狗|柴犬",
    "，",
)


def picture_prompt(request: Request, random: Random) -> str:
    """A prompt for the picture idea in the last message: the idea itself, and whatever it leaves open."""
    idea = re.sub(r"[\s{}]+", " ", request.last[:PROMPT_LIMIT]).strip(" .。,，")
    if re.fullmatch(r"[\"'“‘][^\"'“”‘’]*[\"'”’]", idea):
        idea = idea[1:-1].strip()
    in_chinese = is_chinese(idea) or (request.chinese and not idea)
    manner = _CHINESE if in_chinese else _ENGLISH
    idea = re.sub(manner.ask, "", idea) or manner.usual
    read = read_chinese(idea) if in_chinese else read_english(idea)
    being = read.hero.being if read.hero is not None else None
    lower = idea.lower()
    fits = Refused.read(lower).fits
    parts = [idea]
    if being is not None and being.kind != "object" and not read.plot and not re.search(manner.does, lower):
        parts.append(_one(manner.actions, fits, random))
    parts.append(_one(_surroundings(lower, read, manner), fits, random))
    if not re.search(manner.lit, lower):
        parts.append(_one(manner.lights, fits, random))
    return manner.joint.join(part for part in parts if part)


def _one(offered: Sequence[str], fits: Callable[[str], bool], random: Random) -> str:
    """One of what may be added that contradicts nothing; empty where all would."""
    fitting = [one for one in offered if fits(one)]
    return random.choice(fitting) if fitting else ""


def _surroundings(idea: str, read: Idea, manner: _Manner) -> list[str]:
    """Where the subject may be at home; nothing where that is not known, or the idea says it."""
    words, being = manner.words, read.hero.being if read.hero is not None else None
    named = any(word in idea for word in words.places) if manner is _CHINESE else _names_place(idea)
    if read.place or named:
        return []
    if re.search(manner.indoors, idea):
        return [words.surroundings["house"]]
    if being is None or (being.kind == "object" and being.realm not in words.surroundings):
        return []
    if re.search(manner.pets, idea):
        return [words.surroundings["house"], words.surroundings["garden"]]
    realms = {"land": ("forest", "garden"), "air": ("mountain",)}.get(being.realm, (being.realm,))
    return [words.surroundings[realm] for realm in realms if realm in words.surroundings]


def _names_place(idea: str) -> bool:
    return bool(set(re.findall(r"[a-z]+", idea)) & set(ENGLISH.places))
