"""Asking the storybook, as its tests do."""

from __future__ import annotations

import re
from typing import Any

from embedded.brief import Brief
from embedded.storybook import answer

ENGLISH_IDEAS = (
    "a fox who lost its song",
    "a lighthouse keeper and a whale",
    "An owl that is afraid of the dark",
    "a robot who wants to touch the moon",
    "Mia the mouse finds an old map in the library",
    "an otter who must bring an umbrella to his grandmother",
    "write me a story about a dragon who cannot breathe fire",
    "a blorple",
    "",
)
CHINESE_IDEAS = (
    "小狐狸丢了它的歌",
    "写一个关于灯塔看守人和鲸鱼的故事",
    "一只怕黑的小猫",
    "想去月球的机器人",
    "一个小女孩在图书馆发现了一扇小门",
    "小蜗牛答应给月亮送一封信",
    "讲个故事",
)


def user(text: Any) -> dict[str, Any]:
    return {"role": "user", "content": text}


def brief(kind: str, text: Any, **facts: Any) -> Brief:
    return Brief(kind, **{"language": "zh" if chinese(str(text)) else "en"} | facts)


def story(idea: Any, seed: int = 1, **facts: Any) -> str:
    return answer([user(idea)], schema=None, seed=seed, brief=brief("story", idea, **facts))


def body(text: str) -> str:
    return text.partition("\n\n")[2]


def words(text: str) -> int:
    return len(text.split())


def characters(text: str) -> int:
    return len(re.sub(r"\s", "", text))


def chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


def continued(told: str, wish: str, seed: int = 1, length: int = 220) -> str:
    turns = [user("…"), {"role": "assistant", "content": told}, user(wish)]
    return answer(turns, schema=None, seed=seed, brief=brief("continuation", told + wish, length=length))
