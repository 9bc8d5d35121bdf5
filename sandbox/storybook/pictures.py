"""From an idea to one picture's prompt.

A prompt is subject, action, surroundings and light, in the language of the idea, and in concrete nouns, since
those are what an artist recognises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from sandbox.storybook.chinese_ideas import read_chinese
from sandbox.storybook.english_ideas import read_english
from sandbox.storybook.ideas import Idea, Request, is_chinese
from sandbox.storybook.picture_words import (
    CHINESE_ACTIONS,
    CHINESE_SURROUNDINGS,
    ENGLISH_SURROUNDINGS,
)
from sandbox.storybook.words import (
    CHINESE_PLACE_WORDS,
    ENGLISH_PLACE_WORDS,
    vocabulary,
)

PROMPT_LIMIT = 1200
"""Characters of an idea that a prompt keeps; more than any idea needs."""


def picture_prompt(request: Request, random: Random) -> str:
    """A prompt for the picture idea in the last message: the idea itself, and whatever it leaves open."""
    idea = re.sub(r"[\s{}]+", " ", request.last[:PROMPT_LIMIT]).strip(" \"'“”.。,，")
    if is_chinese(idea) or (request.chinese and not idea):
        return _chinese_prompt(idea, random)
    return _english_prompt(idea, random)


def _english_prompt(idea: str, random: Random) -> str:
    idea = re.sub(
        r"^(?:please )?(?:can you |could you )?(?:draw|paint|sketch|make|create|generate|show)(?: me|"
        r" us)? ?(?:an? (?:picture|image|painting|drawing|illustration|sketch) of )?",
        "",
        idea,
        flags=re.IGNORECASE,
    )
    idea = (
        re.sub(r"^an? (?:picture|image|painting|drawing|illustration) of ", "", idea, flags=re.IGNORECASE)
        or "a small fox with a green scarf"
    )
    lower = idea.lower()
    read = read_english(idea)
    parts = [idea]
    if (
        not re.search(
            r"\b\w{3,}ing\b|\b(?:asleep|at sea|plays?|runs?|sits?|reads?|flies|sleeps?|holds?|stands?|looks?)\b", lower
        )
        and not read.plot
    ):
        parts.append(_action(read, ("sitting quietly", "looking around with curiosity", "walking slowly"), random))
    words = set(re.findall(r"[a-z]+", lower))
    if not (read.place or words & set(ENGLISH_PLACE_WORDS)):
        parts.append(_home(read, bool(words & _INDOORS), ENGLISH_SURROUNDINGS, random))
    if not re.search(
        r"\b(?:night|sun\w*|moon\w*|morning|evening|dawn|dusk|light\w*|noon|midday|neon|lamp\w*|candle\w*)\b", lower
    ):
        parts.append(
            random.choice(
                (
                    "soft morning light, warm colours",
                    "gentle evening light, warm colours",
                    "clear daylight, fresh colours",
                )
            )
        )
    return ", ".join(part for part in parts if part)


def _chinese_prompt(idea: str, random: Random) -> str:
    idea = (
        re.sub(
            r"^(?:请|麻烦)?(?:你)?(?:帮我|给我|替我)?(?:画|绘制|生成|做)(?:一张|一幅|一个|个|张|幅)?(?:关于)?", "", idea
        )
        or "一只围着绿围巾的小狐狸"
    )
    read = read_chinese(idea)
    parts = [idea]
    if not any(re.search(pattern, idea) for pattern, _ in CHINESE_ACTIONS) and not read.plot:
        parts.append(_action(read, ("静静地坐着", "好奇地看着四周", "慢慢地走着"), random))
    if not any(word in idea for word in CHINESE_PLACE_WORDS):
        parts.append(_home(read, any(word in idea for word in _INDOORS_CHINESE), CHINESE_SURROUNDINGS, random))
    if not re.search(r"夜|早晨|清晨|傍晚|黄昏|阳光|月|日出|日落|晚霞|灯|光", idea):
        parts.append(random.choice(("柔和的晨光，温暖的颜色", "温柔的夕阳，温暖的颜色", "明亮的日光，清新的颜色")))
    return "，".join(part for part in parts if part)


def _action(read: Idea, actions: Sequence[str], random: Random) -> str:
    """Something that the subject may be doing; nothing for a thing, a view or a face."""
    being = read.hero.being if read.hero is not None else None
    return random.choice(actions) if being is not None and being.kind != "object" else ""


_INDOORS = vocabulary(
    """
    cup teapot teacup mug spoon lamp candle clock book pillow blanket kettle toaster button sock piano chair pencil
    bottle cake cookie soup bread
    """
)
_INDOORS_CHINESE = (
    "杯",
    "茶壶",
    "碗",
    "勺",
    "台灯",
    "蜡烛",
    "钟",
    "书",
    "枕头",
    "毯子",
    "锅",
    "袜子",
    "钢琴",
    "椅子",
    "铅笔",
    "瓶",
    "蛋糕",
    "汤",
    "面包",
)
_PETS = vocabulary("cat kitten kitty dog puppy pup hamster 猫 猫咪 狗 狗狗 橘猫 黑猫 白猫 花猫 柴犬")


def _home(read: Idea, indoors: bool, places: dict[str, str], random: Random) -> str:
    """Where the subject is at home; nothing where that is not known."""
    being = read.hero.being if read.hero is not None else None
    if indoors or (being is not None and being.noun in _PETS):
        return places[random.choice(("house", "garden")) if not indoors else "house"]
    if being is None:
        return ""
    if being.realm in places:
        return places[being.realm]
    if being.realm == "air" or being.kind == "object":
        return places["mountain"] if being.realm == "air" else ""
    return places[random.choice(("forest", "garden"))]
