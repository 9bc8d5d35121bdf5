"""The Chinese storyteller: from an idea to a told tale, and to its continuation."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from embedded.storybook.book import Scene, book
from embedded.storybook.breath import breathed_chinese
from embedded.storybook.casting import kind_of, look_for, newcomer_in, scene_for, wished
from embedded.storybook.chinese_ideas import read_chinese
from embedded.storybook.chinese_stories import figure_from, figures_of, measured, measured_thing, place_of
from embedded.storybook.crossing import to_chinese
from embedded.storybook.endings import ended
from embedded.storybook.english_ideas import read_english
from embedded.storybook.ideas import Cast, Figure, Idea
from embedded.storybook.request import Request, is_chinese
from embedded.storybook.telling import Telling, sequel, tale, thread_for
from embedded.storybook.weaving import Slots
from embedded.storybook.words import CHINESE

BOOK = book("chinese")
_NAMES = BOOK.names["any"]
_HEROES = ("狐狸", "兔子", "刺猬", "老鼠", "熊", "女孩", "男孩", "水獭", "鸭子", "机器人")


def tell(request: Request, random: Random) -> str:
    """A complete story about the idea in the last message, with its title in the first line."""
    idea = _read(request.last)
    plot = idea.plot or random.choice([name for name in BOOK.plots if name != "friend" or not idea.acquainted])
    telling = _telling(_cast(idea, random), idea, plot, request, random)
    title = random.choice(telling.pages.titles).format_map(telling.slots)
    return f"# {title}\n\n{breathed_chinese(ended(tale(telling), request, telling.names, random), request.breath, telling.names)}"


def continue_story(request: Request, random: Random) -> str:
    """What happened next: the story before gives the people and the place, the last message the new wish."""
    story = "\n".join(request.earlier)
    hero, companion = figures_of(story, random)
    idea = _read(request.last)
    newcomer = newcomer_in(idea, (hero, companion))
    thing = next((thing for thing in CHINESE.things if len(thing) > 1 and thing in request.last), "")
    idea = wished(idea, thing, newcomer, random)
    scene = _scene(idea if idea.place else replace(idea, place=place_of(story)), hero, random)
    helper = newcomer or figure_from(random.choice(scene.helpers))
    cast = Cast(hero, companion, helper, scene, newcomer=newcomer is not None)
    telling = _telling(cast, idea, idea.plot, request, random)
    return breathed_chinese(ended(sequel(telling), request, telling.names, random), request.breath, telling.names)


def _read(text: str) -> Idea:
    """The idea of a message, which may be in the other language."""
    return read_chinese(text) if is_chinese(text) else to_chinese(read_english(text))


def _cast(idea: Idea, random: Random) -> Cast:
    hero = _sized(idea.hero or figure_from(random.choice(_HEROES)))
    hero = replace(hero, name=hero.name or random.choice([name for name in _NAMES if name[-1] not in hero.noun]))
    scene = _scene(idea, hero, random)
    others = [phrase for phrase in scene.companions if phrase.split()[-1] not in hero.noun]
    companion = idea.other or figure_from(random.choice(others))
    companion = companion if companion.describing else _sized(companion)
    free = [name for name in _NAMES if not set(name) & set(hero.name + companion.noun)]
    companion = replace(companion, name=companion.name or random.choice(free))
    wear, marked = look_for(hero, BOOK, random)
    return Cast(hero, companion, figure_from(random.choice(scene.helpers)), scene, wear, marked)


def _sized(figure: Figure) -> Figure:
    """A hero is small unless the idea says otherwise; grown people are what they are."""
    if figure.describing.endswith(("小", "老", "大")) or figure.noun.startswith(("小", "老", "大", "白", "黑")):
        return figure
    if kind_of(figure) == "person" and not figure.noun.startswith(("女", "男", "姑", "孩", "娃")):
        return figure
    return replace(figure, describing=f"{figure.describing}小")


def _scene(idea: Idea, hero: Figure, random: Random) -> Scene:
    """The scene for an idea, in the idea's own words where it has any."""
    key, scene = scene_for(idea, hero, BOOK, random)
    word = idea.place_words[1]
    bare = re.sub(r"(?<=.)[里上]$", "", word)
    if idea.goes_there:
        return scene.model_copy(update={"far": bare})
    if not word or key != idea.place:
        return scene
    suffix = "里"
    if re.search(r"[边极底顶下]$", bare):
        suffix = ""
    elif re.search(r"(?:[球岛山街原]|屋顶)$", bare):
        suffix = "上"
    far = f"{scene.path}的尽头" if bare in scene.far else scene.far
    return scene.model_copy(update={"home": word if word != bare else bare + suffix, "place": bare, "far": far})


def _telling(cast: Cast, idea: Idea, plot: str, request: Request, random: Random) -> Telling:
    about = idea.about if idea.plot == plot and idea.about else random.choice(BOOK.plots[plot].about or ("",))
    slots = _slots(cast, plot, about, idea.receiver or random.choice(BOOK.receivers))
    phrases = (about, slots["kind"], slots["comp_kind"]) if plot == "friend" else (about,)
    thread = thread_for(BOOK.plots[plot], phrases, random, whole_words=False)
    return Telling(BOOK, _length, plot, thread, slots, cast, idea, request, random)


def _length(text: str) -> int:
    """The length of a Chinese text: its characters, punctuation included."""
    return sum(1 for character in text if not character.isspace())


def _slots(cast: Cast, plot: str, about: str, receiver: str) -> Slots:
    """The values of all slots, whatever the plot, so that any line may be used anywhere."""
    hero, companion, helper, scene = cast.hero, cast.companion, cast.helper, cast.scene
    people = "person" in (kind_of(hero), kind_of(companion))
    thing = about if plot in ("lost", "mystery", "promise") else "东西"
    values = {"name": hero.name, "noun": hero.noun, "kind": hero.describing + hero.noun}
    values |= {"short": hero.describing.rpartition("的")[2] + hero.noun, "ta": hero.pronoun or "它"}
    values |= {"a_kind": measured(hero), "a_noun": measured(replace(hero, describing=""))}
    values |= {"comp": companion.name, "comp_noun": companion.noun, "comp_kind": companion.describing + companion.noun}
    other = "另" if hero.noun == companion.noun else ""
    values |= {"a_comp_kind": other + measured(companion), "a_comp_noun": measured(replace(companion, describing=""))}
    values |= {"cta": companion.pronoun or "它", "tamen": "他们" if people else "它们"}
    values |= {"helper": helper.describing + helper.noun, "a_helper": measured(helper)}
    values |= {"home": scene.home, "place": scene.place, "path": scene.path, "far": scene.far, "wear": cast.wear}
    values |= {"receiver": receiver, "want": about, "fear": about, "fear_n": CHINESE.nouns.get(about, about)}
    own = thing if "的" in thing else f"自己的{thing}"
    return Slots(values | {"thing": thing, "own_thing": own, "a_thing": measured_thing(thing)})
