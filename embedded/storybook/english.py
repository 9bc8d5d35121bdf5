"""The English storyteller: from an idea to a told tale, and to its continuation."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from embedded.storybook.book import Scene, book
from embedded.storybook.breath import breathed_english
from embedded.storybook.casting import kind_of, look_for, newcomer_in, scene_for, wished
from embedded.storybook.chinese_ideas import read_chinese
from embedded.storybook.crossing import to_english
from embedded.storybook.endings import ended
from embedded.storybook.english_grammar import PRONOUNS, article, is_plural, polished, title_case, turned
from embedded.storybook.english_ideas import guessed_pronoun, read_english
from embedded.storybook.english_stories import figures_of, name_for, place_of
from embedded.storybook.ideas import Cast, Figure, Idea
from embedded.storybook.request import Request, is_chinese
from embedded.storybook.telling import Telling, sequel, tale, thread_for
from embedded.storybook.weaving import Slots
from embedded.storybook.words import ENGLISH, vocabulary

BOOK = book("english")
_HEROES = ("fox", "rabbit", "mouse", "hedgehog", "bear", "girl", "boy", "otter", "robot", "duckling")
_FINDS = vocabulary(
    """
    key map letter lantern box chest door egg crown bell umbrella balloon kite treasure book mirror bottle message
    compass telescope cake
    """
)
"""Things that make a mystery when a wish for a continuation names them."""


def tell(request: Request, random: Random) -> str:
    """A complete story about the idea in the last message, with its title in the first line."""
    idea = _read(request.last)
    plot = idea.plot or random.choice([name for name in BOOK.plots if name != "friend" or not idea.acquainted])
    telling = _telling(_cast(idea, random), idea, plot, request, random)
    told = ended(tale(telling), request, telling.names, random)
    away = telling.slots["far"] in told  # a short tale may stay at home
    title = random.choice([title for title in telling.pages.titles if away or "{Far}" not in title])
    return f"# {title_case(title.format_map(telling.slots))}\n\n{breathed_english(polished(told), request.breath, telling.names)}"


def continue_story(request: Request, random: Random) -> str:
    """What happened next: the story before gives the people and the place, the last message the new wish."""
    story = "\n".join(request.earlier)
    hero, companion = figures_of(story, random)
    idea = _read(request.last)
    newcomer = newcomer_in(idea, (hero, companion))
    thing = next((word for word in re.findall(r"[a-z]+", request.last.lower()) if word in _FINDS), "")
    idea = wished(idea, thing, newcomer, random)
    scene = _scene(idea if idea.place else replace(idea, place=place_of(story)), hero, random)
    helper = newcomer or _figure(random.choice(scene.helpers))
    cast = Cast(hero, companion, helper, scene, newcomer=newcomer is not None)
    telling = _telling(cast, idea, idea.plot, request, random)
    told = ended(sequel(telling), request, telling.names, random)
    return breathed_english(polished(told), request.breath, telling.names)


def _read(text: str) -> Idea:
    """The idea of a message, which may be in the other language."""
    return to_english(read_chinese(text)) if is_chinese(text) else read_english(text)


def _cast(idea: Idea, random: Random) -> Cast:
    hero = idea.hero or Figure("")
    if not hero.noun:
        being = ENGLISH.beings[random.choice(_HEROES)]
        hero = replace(hero, noun=being.noun, pronoun=being.pronoun, being=being)
    kind = kind_of(hero)
    if not hero.describing and hero.being and kind != "person" and not hero.noun.startswith(("little", "old", "baby")):
        hero = replace(hero, describing=random.choice(("small", "little", "young")))
    pronoun = hero.pronoun or guessed_pronoun(hero.name) or ("it" if kind == "object" else random.choice(("he", "she")))
    hero = replace(hero, pronoun=pronoun, name=hero.name or name_for(pronoun, (hero.noun,), random))
    scene = _scene(idea, hero, random)
    wear, marked = look_for(hero, BOOK, random)
    companion = _companion(idea, hero, scene, random)
    return Cast(hero, companion, _figure(random.choice(scene.helpers)), scene, wear, marked)


def _scene(idea: Idea, hero: Figure, random: Random) -> Scene:
    """The scene for an idea, in the idea's own words where it has any."""
    key, scene = scene_for(idea, hero, BOOK, random)
    preposition, phrase = idea.place_words
    own = re.sub(r"^(?:a|an|his|her|its|their|my) ", "the ", phrase)
    if idea.goes_there:
        return scene if phrase == idea.receiver else scene.model_copy(update={"far": own})
    if not phrase or key != idea.place:
        return scene
    home = f"{'in' if preposition in ('across', 'through') else preposition} {phrase}"
    far = f"the far end of {scene.path}" if own == scene.far else scene.far
    return scene.model_copy(update={"home": home, "place": own, "far": far})


def _companion(idea: Idea, hero: Figure, scene: Scene, random: Random) -> Figure:
    figure = idea.other or _figure(
        random.choice([phrase for phrase in scene.companions if phrase.split()[-1] != hero.noun])
    )
    other = {"he": "she", "she": "he"}.get(hero.pronoun) or random.choice(("he", "she"))
    pronoun = figure.pronoun if figure.pronoun in ("he", "she") else other
    return replace(figure, pronoun=pronoun, name=figure.name or name_for(pronoun, (hero.name, figure.noun), random))


def _figure(phrase: str) -> Figure:
    """A figure from "small brown hedgehog"."""
    describing, _, noun = phrase.rpartition(" ")
    return Figure(noun, describing, being=ENGLISH.beings.get(noun))


def _telling(cast: Cast, idea: Idea, plot: str, request: Request, random: Random) -> Telling:
    about = idea.about if idea.plot == plot and idea.about else random.choice(BOOK.plots[plot].about or ("",))
    receiver = idea.receiver or random.choice(BOOK.receivers)
    slots = _slots(cast, plot, about, receiver)
    phrases = (about, slots["kind"], slots["comp_kind"]) if plot == "friend" else (about,)
    thread = thread_for(BOOK.plots[plot], phrases, random, whole_words=True)
    return Telling(BOOK, _length, plot, thread, slots, cast, idea, request, random)


def _length(text: str) -> int:
    """The length of an English text: its words."""
    return len(re.findall(r"[^\s—–]*\w[^\s—–]*", text))


def _slots(cast: Cast, plot: str, about: str, receiver: str) -> Slots:
    """The values of all slots, whatever the plot, so that any line may be used anywhere."""
    hero, companion, helper, scene = cast.hero, cast.companion, cast.helper, cast.scene
    he, him, his, himself, was, knows = PRONOUNS[hero.pronoun or "they"]
    che, _, chis, comp_self, _, _ = PRONOUNS[companion.pronoun or "they"]
    kind = _phrase(hero)
    thing = about if plot in ("lost", "mystery", "promise") else "thing"
    plural = is_plural(thing)
    values = {"name": hero.name, "noun": hero.noun, "kind": kind, "kind_with": f"{kind} {hero.trait}".strip()}
    values |= {"he": he, "him": him, "his": his, "himself": himself, "was": was, "knows": knows}
    values |= {"comp": companion.name, "comp_noun": companion.noun, "comp_kind": _phrase(companion)}
    values |= {"che": che, "chis": chis, "comp_self": comp_self, "wear": cast.wear}
    values |= {"helper": _phrase(helper), "helper_noun": helper.noun}
    values |= {"home": scene.home, "place": scene.place, "path": scene.path, "far": scene.far}
    values |= {"receiver": re.sub(r"^(?:his|her|its|their|my)\b", his, receiver), "fear": about, "want": about}
    values |= {"want_my": turned(about, his, "my", "myself")}
    values |= {"thing": thing, "the_thing": f"the {thing}", "tthey": "they" if plural else "it"}
    values |= {"tit": "them" if plural else "it", "twas": "were" if plural else "was"}
    return Slots(values, article)


def _phrase(figure: Figure) -> str:
    return f"{figure.describing} {figure.noun}".strip()
