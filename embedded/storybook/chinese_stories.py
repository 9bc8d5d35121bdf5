"""Reading a Chinese story, its own or anybody's: who is in it, and where it happens; and how somebody is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from embedded.storybook.book import book
from embedded.storybook.chinese_ideas import read_chinese
from embedded.storybook.ideas import Figure
from embedded.storybook.words import CHINESE

_NAMES = book("chinese").names["any"]
_MEASURES = "只个位条头匹座朵颗辆"


def figure_from(phrase: str) -> Figure:
    """A figure from "圆滚滚的小 刺猬"."""
    describing, _, noun = phrase.rpartition(" ")
    being = CHINESE.beings.get(noun)
    return Figure(noun, describing, pronoun=being.pronoun if being else "它", being=being)


def figures_of(story: str, random: Random) -> tuple[Figure, Figure]:
    """Hero and companion of any Chinese story: the names that it introduces, or that it uses most."""
    names = [name for name in dict.fromkeys(_introduced(story)) if story.count(name) > 1]
    names += [name for name in _NAMES if name in story and name not in names and story.count(name) > 1]
    names.sort(key=story.find)
    hero = _figure_of(names[0], story) if names else None
    if hero is None:
        idea = read_chinese(story[:200])
        figure = idea.hero or figure_from("小 旅人")
        hero = replace(figure, name=figure.name or f"{figure.describing[-1:]}{figure.noun}")
    others = re.findall(r"([\u4e00-\u9fff]{2})说，[他她它]是另?一", story) + names[1:]
    companion = _figure_of(others[0], story) if others else None
    if companion is None:
        free = [name for name in _NAMES if not set(name) & set(hero.name)]
        companion = replace(figure_from("爱操心的小 麻雀"), name=random.choice(free))
    return hero, companion


def _introduced(story: str) -> list[str]:
    """Names that are said to be names: "名叫豆豆", "大家都叫它豆豆"."""
    shape = r"(?:名叫|叫做|名字叫|名字是|名为|大家都叫[他她它]|我叫|[他她它]叫|叫)[“‘]?([\u4e00-\u9fff]{2,3}?)[”’]?(?=[，。！？；、”\s的]|是)"
    return [name for name in re.findall(shape, story) if name not in ("什么", "做什", "起来")]


def _figure_of(name: str, story: str) -> Figure:
    """What a story says about a name: the being that is named nearest before or after its first mention."""
    at = story.find(name)
    before, after = story[max(at - 60, 0) : at], story[at : at + 60]
    best: tuple[int, str] | None = None
    for noun in CHINESE.beings:
        if len(noun) < 2 and not re.search(rf"[小老大一只个]{noun}", before + after):
            continue
        spots = [
            (len(before) - before.rfind(noun) - len(noun)) if noun in before else 1000,
            after.find(noun) * 2 if noun in after else 1000,
        ]
        distance = min(spots) + (25 if CHINESE.beings[noun].kind == "object" else 0)
        if distance < 1000 and (best is None or (distance, -len(noun)) < (best[0], -len(best[1]))):
            best = (distance, noun)
    if best is None:
        return Figure("旅人", "小", "", name, "他", CHINESE.beings["旅人"])
    being = CHINESE.beings[best[1]]
    found = re.search(rf"((?:[\u4e00-\u9fff]{{2,4}}的)?[小老大])?{best[1]}", before + after)
    describing = re.sub(rf"^.*?一?[{_MEASURES}](?=.{{2}})", "", found[1]) if found and found[1] else ""
    return Figure(being.noun, describing, "", name, being.pronoun, being)


def place_of(story: str) -> str:
    """The key of the place that a Chinese story names most often."""
    counts: dict[str, int] = {}
    for word, key in CHINESE.places.items():
        counts[key] = counts.get(key, 0) + story.count(word)
    for key, scene in book("chinese").scenes.items():
        counts[key] = counts.get(key, 0) + 5 * story.count(scene.home)
    best = max(counts, key=lambda key: counts[key])
    return best if counts[best] else ""


def measured(figure: Figure) -> str:
    """ "一只圆滚滚的小刺猬" """
    measure = figure.being.measure if figure.being is not None and figure.being.measure else "个"
    return f"一{measure}{figure.describing}{figure.noun}"


def measured_thing(thing: str) -> str:
    """ "一盏灯笼": a thing with its measure word, or with "一个" where none is known; unchanged where it has one."""
    if re.match(r"(?:一|两|几|这|那|自己)", thing):
        return thing
    for length in (3, 2, 1):
        if thing[-length:] in CHINESE.measures:
            return f"一{CHINESE.measures[thing[-length:]]}{thing}"
    return f"一个{thing}"
