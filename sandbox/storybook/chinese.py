"""The Chinese storyteller: from an idea to a told tale, its continuation, and what a Chinese story says about its people."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

from sandbox.storybook.chinese_ideas import read_chinese
from sandbox.storybook.chinese_tales import (
    BOOK,
    CLOTHES,
    DEFAULTS,
    FEAR_NOUNS,
    MARKS,
    NAMES,
    PLOTS,
    RECEIVERS,
    SCENES,
    THING_MEASURES,
    WEARS,
)
from sandbox.storybook.crossing import to_chinese
from sandbox.storybook.english_ideas import read_english
from sandbox.storybook.ideas import Figure, Idea, Request, is_chinese
from sandbox.storybook.telling import Plot, Scene, Telling, sequel, tale, thread_for
from sandbox.storybook.weaving import Slots
from sandbox.storybook.words import CHINESE_BEINGS, CHINESE_PLACE_WORDS, CHINESE_THINGS


@dataclass(frozen=True)
class Cast:
    """Who is in the tale, and where it happens."""

    hero: Figure
    companion: Figure
    helper: Figure
    scene: Scene
    wear: str = ""
    marked: bool = False
    newcomer: bool = False


def tell(request: Request, random: Random) -> str:
    """A complete story about the idea in the last message, with its title in the first line."""
    idea = _read(request.last)
    plot = PLOTS[idea.plot] if idea.plot else random.choice(list(PLOTS.values()))
    telling = _telling(_cast(idea, random), idea, plot, request, random)
    title = random.choice(plot.titles).format_map(telling.slots)
    return f"# {title}\n\n{_polished(tale(telling), telling.slots['name'], young=request.young)}"


def continue_story(request: Request, random: Random) -> str:
    """What happened next: the story before gives the people and the place, the last message the new wish."""
    story = "\n".join(request.earlier)
    hero, companion = figures_of(story, random)
    idea, newcomer = _wished(_read(request.last), request.last, (hero, companion), random)
    scene = _scene(idea if idea.place else replace(idea, place=place_of(story)), hero, random)
    helper = newcomer or _figure_from(random.choice(scene.helpers))
    telling = _telling(
        Cast(hero, companion, helper, scene, newcomer=newcomer is not None), idea, PLOTS[idea.plot], request, random
    )
    return _polished(sequel(telling), hero.name, young=request.young)


def _read(text: str) -> Idea:
    """The idea of a message, which may be in the other language."""
    return read_chinese(text) if is_chinese(text) else to_chinese(read_english(text))


def _wished(idea: Idea, wish: str, known: tuple[Figure, Figure], random: Random) -> tuple[Idea, Figure | None]:
    """A wish for a continuation, made fit for a plot; and whoever is new in it."""
    nouns = {figure.noun for figure in known}
    figures = [figure for figure in (idea.hero, idea.other) if figure is not None and figure.being is not None]
    new = next(
        (figure for figure in figures if figure.being and figure.being.kind != "object" and figure.noun not in nouns),
        None,
    )
    if new is not None and any(new.noun in noun or noun in new.noun for noun in nouns):
        new = None
    thing = next((thing for thing in CHINESE_THINGS if len(thing) > 1 and thing in wish), "")
    if not idea.about or idea.plot == "friend" or (new is not None and new.noun in idea.about):
        idea = replace(idea, plot="mystery" if thing else random.choice(("wish", "fear", "promise")), about=thing)
    return replace(idea, place_words=("在", idea.place_words[1])), new


# --- who and where ---------------------------------------------------------------------------------------------------


def _cast(idea: Idea, random: Random) -> Cast:
    hero = idea.hero or _figure_from(
        "小 " + random.choice(("狐狸", "兔子", "刺猬", "老鼠", "熊", "女孩", "男孩", "水獭", "鸭子", "机器人"))
    )
    hero = _sized(hero)
    hero = replace(hero, name=hero.name or random.choice([name for name in NAMES if name[-1] not in hero.noun]))
    scene = _scene(idea, hero, random)
    companion = idea.other or _figure_from(
        random.choice([phrase for phrase in scene.companions if phrase.split()[-1] not in hero.noun])
    )
    companion = _sized(companion) if not companion.describing else companion
    free = [name for name in NAMES if not set(name) & set(hero.name + companion.noun)]
    companion = replace(companion, name=companion.name or random.choice(free))
    kind = hero.being.kind if hero.being is not None else "wonder"
    marked = kind == "object" or (hero.being is not None and hero.being.realm in ("water", "air"))
    looks = MARKS if marked else CLOTHES if kind == "person" else WEARS
    return Cast(hero, companion, _figure_from(random.choice(scene.helpers)), scene, random.choice(looks), marked)


def _sized(figure: Figure) -> Figure:
    """A hero is small unless the idea says otherwise; people with a trade are what they are."""
    being = figure.being
    grown = being is not None and being.kind == "person" and being.realm != "land"
    if (
        figure.describing.endswith(("小", "老", "大"))
        or grown
        or figure.noun.startswith(("小", "老", "大", "白", "黑"))
    ):
        return figure
    if being is not None and being.kind == "person" and not figure.noun.startswith(("女", "男", "姑", "孩", "娃")):
        return figure
    return replace(figure, describing=f"{figure.describing}小")


def _figure_from(phrase: str) -> Figure:
    """A figure from "圆滚滚的小 刺猬"."""
    describing, _, noun = phrase.rpartition(" ")
    being = CHINESE_BEINGS.get(noun)
    return Figure(noun, describing, pronoun=being.pronoun if being else "它", being=being)


def _scene(idea: Idea, hero: Figure, random: Random) -> Scene:
    realm = hero.being.realm if hero.being is not None else "land"
    usual = {
        "land": random.choice(("forest", "village", "garden", "river")),
        "air": random.choice(("forest", "mountain", "sea")),
    }
    key = (idea.place if idea.place_words[0] != "去" else "") or usual.get(realm, realm)
    if realm == "water" and key not in ("sea", "river", "water"):
        key = "water"
    scene = next((scene for scene in SCENES if scene.key == key), SCENES[0])
    preposition, word = idea.place_words
    bare = re.sub(r"(?<=.)[里上]$", "", word)
    if preposition == "去":
        return replace(scene, far=bare)
    if not word or key != idea.place:
        return scene
    suffix = (
        ""
        if bare.endswith(("边", "极", "底", "顶", "下"))
        else "上"
        if bare.endswith(("球", "岛", "山", "街", "屋顶", "原"))
        else "里"
    )
    return replace(scene, home=word if word != bare else bare + suffix, place=bare)


def figures_of(story: str, random: Random) -> tuple[Figure, Figure]:
    """Hero and companion of any Chinese story: the names that it introduces, or that it uses most."""
    names = [name for name in dict.fromkeys(_introduced(story)) if story.count(name) > 1]
    names += [name for name in NAMES if name in story and name not in names and story.count(name) > 1]
    names.sort(key=story.find)
    hero = _figure_of(names[0], story) if names else None
    if hero is None:
        idea = read_chinese(story[:200])
        figure = idea.hero or _figure_from("小 旅人")
        hero = replace(figure, name=figure.name or f"{figure.describing[-1:]}{figure.noun}")
    companion = _figure_of(names[1], story) if len(names) > 1 else None
    if companion is None:
        free = [name for name in NAMES if not set(name) & set(hero.name)]
        companion = replace(_figure_from("爱操心的小 麻雀"), name=random.choice(free))
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
    for noun in CHINESE_BEINGS:
        if len(noun) < 2 and not re.search(rf"[小老大一只个]{noun}", before + after):
            continue
        spots = [
            (len(before) - before.rfind(noun) - len(noun)) if noun in before else 1000,
            after.find(noun) * 2 if noun in after else 1000,
        ]
        distance = min(spots) + (25 if CHINESE_BEINGS[noun].kind == "object" else 0)
        if distance < 1000 and (best is None or (distance, -len(noun)) < (best[0], -len(best[1]))):
            best = (distance, noun)
    if best is None:
        return Figure("旅人", "小", "", name, "他", CHINESE_BEINGS["旅人"])
    being = CHINESE_BEINGS[best[1]]
    found = re.search(rf"((?:[\u4e00-\u9fff]{{2,4}}的)?[小老大])?{best[1]}", before + after)
    describing = re.sub(rf"^.*?[{_MEASURES}](?=.{{2}})", "", found[1]) if found and found[1] else ""
    return Figure(being.noun, describing, "", name, being.pronoun, being)


_MEASURES = "一只个位条头匹座朵颗"


def place_of(story: str) -> str:
    """The key of the place that a Chinese story names most often."""
    counts: dict[str, int] = {}
    for word, key in CHINESE_PLACE_WORDS.items():
        counts[key] = counts.get(key, 0) + story.count(word)
    for scene in SCENES:
        counts[scene.key] = counts.get(scene.key, 0) + 5 * story.count(scene.home)
    best = max(counts, key=lambda key: counts[key])
    return best if counts[best] else ""


# --- slots -----------------------------------------------------------------------------------------------------------


def measured(figure: Figure) -> str:
    """ "一只圆滚滚的小刺猬" """
    measure = figure.being.measure if figure.being is not None and figure.being.measure else "个"
    return f"一{measure}{figure.describing}{figure.noun}"


def measured_thing(thing: str) -> str:
    """ "一盏灯笼": a thing with its measure word, or with "一个" where none is known; unchanged where it has one."""
    if re.match(r"(?:一|两|几|这|那|自己)", thing):
        return thing
    for length in (3, 2, 1):
        if thing[-length:] in THING_MEASURES:
            return f"一{THING_MEASURES[thing[-length:]]}{thing}"
    return f"一个{thing}"


def _slots(cast: Cast, idea: Idea, plot: Plot, random: Random) -> Slots:
    hero, companion, helper, scene = cast.hero, cast.companion, cast.helper, cast.scene
    about = idea.about if idea.plot == plot.name and idea.about else random.choice(DEFAULTS[plot.name])
    people = any(figure.being is not None and figure.being.kind == "person" for figure in (hero, companion))
    thing = about if plot.name in ("lost", "mystery", "promise") else "东西"
    values = {
        "name": hero.name,
        "kind": hero.describing + hero.noun,
        "noun": hero.noun,
        "a_kind": measured(hero),
        "a_noun": measured(replace(hero, describing="")),
        "ta": hero.pronoun or "它",
        "comp": companion.name,
        "comp_kind": companion.describing + companion.noun,
        "comp_noun": companion.noun,
        "a_comp_kind": measured(companion),
        "a_comp_noun": measured(replace(companion, describing="")),
        "cta": companion.pronoun or "它",
        "tamen": "他们" if people else "它们",
        "helper": helper.describing + helper.noun,
        "a_helper": measured(helper),
        "home": scene.home,
        "place": scene.place,
        "path": scene.path,
        "far": scene.far,
        "wear": cast.wear,
        "receiver": idea.receiver or random.choice(RECEIVERS),
        "about": about,
        "want": about,
        "fear": about,
        "fear_n": FEAR_NOUNS.get(about, about),
        "thing": thing,
        "own_thing": thing if "的" in thing else f"自己的{thing}",
        "a_thing": measured_thing(thing),
    }
    return Slots(values)


def _telling(cast: Cast, idea: Idea, plot: Plot, request: Request, random: Random) -> Telling:
    slots = _slots(cast, idea, plot, random)
    phrases = [slots["about"], *((slots["kind"], slots["comp_kind"]) if plot.name == "friend" else ())]
    thread = thread_for(plot, phrases, random, whole_words=False)
    details = cast.scene.details
    return Telling(
        BOOK,
        plot,
        thread,
        slots,
        details,
        request,
        random,
        marked=cast.marked,
        newcomer=cast.newcomer,
        new_place=bool(idea.place),
    )


def _polished(text: str, name: str, *, young: bool) -> str:
    """Shorter sentences for the youngest: a long one is cut where a new clause begins."""
    if not young:
        return text
    linking, people = "可是|但是|于是|后来|然后|接着|忽然", "|".join(re.escape(one) for one in (name, "它们", "他们"))
    cut = re.compile(rf"(?<=[^，。！？“”\n]{{5}})，(?={linking})|(?<=了)，(?={people})")
    return re.sub(r"[^。！？“”\n]+[。！？]", lambda match: _cut(match[0], cut), text)


def _cut(sentence: str, cut: re.Pattern[str]) -> str:
    """A sentence in two or three, unless it is short or begins by saying when or where."""
    if len(sentence) <= 16 or re.match(r"(?:到了|过了|等|走|就在|那天|有一天|第二天|一路|一天|夜里|天)", sentence):
        return sentence
    return cut.sub("。", sentence)
