"""The English storyteller: from an idea to a told tale, its continuation, and plain talk."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

from sandbox.storybook.chinese_ideas import read_chinese
from sandbox.storybook.crossing import to_english
from sandbox.storybook.english_ideas import guessed_pronoun, read_english
from sandbox.storybook.english_stories import figures_of, name_for, place_of
from sandbox.storybook.english_tales import (
    BOOK,
    CLOTHES,
    DEFAULTS,
    MARKS,
    PLOTS,
    RECEIVERS,
    SCENES,
    WEARS,
    words,
)
from sandbox.storybook.ideas import Figure, Idea, Request, is_chinese
from sandbox.storybook.telling import Plot, Scene, Telling, sequel, tale, thread_for
from sandbox.storybook.weaving import Slots
from sandbox.storybook.words import ENGLISH_BEINGS, vocabulary

_PRONOUNS = {
    "he": ("he", "him", "his", "himself", "was", "knows"),
    "she": ("she", "her", "her", "herself", "was", "knows"),
    "it": ("it", "it", "its", "itself", "was", "knows"),
    "they": ("they", "them", "their", "themselves", "were", "know"),
}
_MASS = vocabulary(
    """
    bread honey soup chocolate snow rain jam milk medicine music laughter courage joy magic luck sleep food light sand
    gold silver water candy sweets treasure happiness wool paper
    """
)
_PLURALS_WITHOUT_S = vocabulary("boots footprints tracks spectacles glasses mice children people stairs")
_SINGULAR_WITH_S = vocabulary(
    """
    compass glass dress princess lens bus christmas class cross grass moss gas chess happiness darkness
    """
)


@dataclass(frozen=True)
class Cast:
    """Who is in the tale, and where it happens."""

    hero: Figure
    companion: Figure
    helper: str
    scene: Scene
    wear: str = ""
    marked: bool = False
    """Whether the look is a mark on the body, and not something worn."""
    newcomer: bool = False
    """Whether the helper is somebody whom the reader asked for."""


def tell(request: Request, random: Random) -> str:
    """A complete story about the idea in the last message, with its title in the first line."""
    idea = read_english(request.last)
    plot = (
        PLOTS[idea.plot]
        if idea.plot
        else random.choice([plot for plot in PLOTS.values() if plot.name != "friend" or not idea.acquainted])
    )
    cast = _cast(idea, random)
    telling = _telling(cast, idea, plot, request, random)
    told = tale(telling)
    away = telling.slots["far"] in told  # a short tale may stay at home
    title = random.choice([title for title in plot.titles if away or "{Far}" not in title])
    return f"# {_title(title.format_map(telling.slots))}\n\n{_polished(told, young=request.young)}"


def continue_story(request: Request, random: Random) -> str:
    """What happened next: the story before gives the people and the place, the last message the new wish."""
    story = "\n".join(request.earlier)
    hero, companion = figures_of(story, random)
    idea, newcomer = _wished(_read(request.last), request.last, (hero, companion), random)
    scene = _scene(idea if idea.place else replace(idea, place=place_of(story)), hero, random)
    helper = f"{newcomer.describing} {newcomer.noun}".strip() if newcomer is not None else random.choice(scene.helpers)
    cast = Cast(hero, companion, helper, scene, newcomer=newcomer is not None)
    return _polished(sequel(_telling(cast, idea, PLOTS[idea.plot], request, random)), young=request.young)


def _read(text: str) -> Idea:
    """The idea of a message, which may be in the other language."""
    return to_english(read_chinese(text)) if is_chinese(text) else read_english(text)


def _wished(idea: Idea, wish: str, known: tuple[Figure, Figure], random: Random) -> tuple[Idea, Figure | None]:
    """A wish for a continuation, made fit for a plot; and whoever is new in it."""
    nouns = {figure.noun for figure in known}
    newcomer = next(
        (figure for figure in (idea.hero, idea.other) if figure is not None and _is_new(figure, nouns)), None
    )
    thing = next((word for word in re.findall(r"[a-z]+", wish.lower()) if word in FINDS), "")
    if not idea.about or idea.plot == "friend":
        idea = replace(idea, plot="mystery" if thing else random.choice(("wish", "fear", "promise")), about=thing)
    if idea.place_words[0] in ("to", "into"):
        idea = replace(idea, place_words=("in", idea.place_words[1]))
    return idea, newcomer


def _is_new(figure: Figure, nouns: set[str]) -> bool:
    return figure.being is not None and figure.being.kind != "object" and figure.noun not in nouns and not figure.name


FINDS = vocabulary(
    """
    key map letter lantern box chest door egg crown bell umbrella balloon kite treasure book mirror bottle message
    compass telescope cake
    """
)
"""Things that make a mystery when a wish for a continuation names them."""


# --- who and where ---------------------------------------------------------------------------------------------------


def _cast(idea: Idea, random: Random) -> Cast:
    hero = idea.hero or Figure("", "")
    if not hero.noun:
        being = ENGLISH_BEINGS[
            random.choice(("fox", "rabbit", "mouse", "hedgehog", "bear", "girl", "boy", "otter", "robot", "duckling"))
        ]
        hero = Figure(being.noun, "", hero.trait, hero.name, being.pronoun, being)
    if (
        not hero.describing
        and hero.being is not None
        and hero.being.kind != "person"
        and not hero.noun.startswith(("little", "old", "baby"))
    ):
        hero = replace(hero, describing=random.choice(("small", "little", "young")))
    kind = hero.being.kind if hero.being is not None else "wonder"
    pronoun = hero.pronoun or guessed_pronoun(hero.name) or ("it" if kind == "object" else random.choice(("he", "she")))
    hero = replace(hero, pronoun=pronoun, name=hero.name or name_for(pronoun, (hero.noun,), random))
    scene = _scene(idea, hero, random)
    companion = _companion(idea, hero, scene, random)
    wear, marked = _look(hero, kind, random)
    return Cast(hero, companion, random.choice(scene.helpers), scene, wear, marked)


def _look(hero: Figure, kind: str, random: Random) -> tuple[str, bool]:
    realm = hero.being.realm if hero.being is not None else "land"
    if kind == "object" or realm in ("water", "air") or hero.noun in ("snail", "worm", "ghost"):
        return random.choice(MARKS), True
    return random.choice(CLOTHES if kind == "person" else WEARS), False


def _scene(idea: Idea, hero: Figure, random: Random) -> Scene:
    """The scene of the place named in the idea, in the idea's own words where it has any, or one where the hero is at home."""
    realm = hero.being.realm if hero.being is not None else "land"
    key = (idea.place if idea.place_words[0] not in ("to", "into") else "") or {
        "land": random.choice(("forest", "village", "garden", "river")),
        "air": random.choice(("forest", "mountain", "sea")),
    }.get(realm, realm)
    if realm == "water" and key not in ("sea", "river", "water"):
        key = "water"
    scene = next((scene for scene in SCENES if scene.key == key), SCENES[0])
    preposition, phrase = idea.place_words
    own = re.sub(r"^(?:a|an|his|her|its|their|my) ", "the ", phrase)
    if preposition in ("to", "into"):
        return replace(scene, far=own)
    if phrase and key == idea.place:
        home = f"{'in' if preposition in ('across', 'through') else preposition} {phrase}"
        return replace(scene, home=home, place=own)
    return scene


def _companion(idea: Idea, hero: Figure, scene: Scene, random: Random) -> Figure:
    figure = idea.other
    if figure is None:
        phrases = [phrase for phrase in scene.companions if phrase.split()[-1] != hero.noun]
        describing, _, noun = random.choice(phrases).rpartition(" ")
        figure = Figure(noun, describing, being=ENGLISH_BEINGS.get(noun))
    other = {"he": "she", "she": "he"}.get(hero.pronoun) or random.choice(("he", "she"))
    pronoun = figure.pronoun if figure.pronoun in ("he", "she") else other
    return replace(figure, pronoun=pronoun, name=figure.name or name_for(pronoun, (hero.name, figure.noun), random))


# --- slots -----------------------------------------------------------------------------------------------------------


def article(phrase: str) -> str:
    """A phrase with "a" or "an"; none for plurals and for what cannot be counted."""
    last = phrase.split(" of ")[0].split(" that ")[0].split(" with ")[0].split()[-1] if phrase.split() else ""
    if is_plural(phrase) or last in _MASS:
        return f"some {phrase}"
    if phrase.startswith("other "):
        return f"an{phrase}"
    vowel = re.match(r"(?!uni|use|usu|eu|one\b|once)[aeiou]|hour|honest|heir", phrase.lower())
    return f"{'an' if vowel else 'a'} {phrase}"


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase is plural: "boots", "old letters"; not "compass"."""
    head = re.split(r" (?:of|that|with|tied) ", phrase)[0].split()[-1:] or [""]
    word = head[0].lower()
    return word in _PLURALS_WITHOUT_S or (
        word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _SINGULAR_WITH_S
    )


def _slots(cast: Cast, idea: Idea, plot: Plot, random: Random) -> Slots:
    hero, companion, scene = cast.hero, cast.companion, cast.scene
    he, him, his, himself, was, knows = _PRONOUNS[hero.pronoun or "they"]
    che, chim, chis, comp_self, _, _ = _PRONOUNS[companion.pronoun or "they"]
    about = idea.about if idea.plot == plot.name and idea.about else random.choice(DEFAULTS[plot.name])
    kind = f"{hero.describing} {hero.noun}".strip()
    values = {
        "name": hero.name,
        "kind": kind,
        "noun": hero.noun,
        "kind_with": f"{kind} {hero.trait}".strip(),
        "he": he,
        "him": him,
        "his": his,
        "himself": himself,
        "was": was,
        "knows": knows,
        "comp": companion.name,
        "comp_noun": companion.noun,
        "comp_kind": f"{companion.describing} {companion.noun}".strip(),
        "che": che,
        "chim": chim,
        "chis": chis,
        "comp_self": comp_self,
        "helper": cast.helper,
        "helper_noun": cast.helper.split()[-1],
        "home": scene.home,
        "place": scene.place,
        "path": scene.path,
        "far": scene.far,
        "wear": cast.wear,
        "receiver": re.sub(r"^(?:his|her|its|their|my)\b", his, idea.receiver) or random.choice(RECEIVERS),
    }
    values |= _about_slots(plot.name, about, his, himself)
    return Slots(values, article)


def _about_slots(plot: str, about: str, his: str, himself: str) -> dict[str, str]:
    """The slots for what a tale turns on. All are always there, so that any line may be used anywhere."""
    plural = plot in ("lost", "mystery", "promise") and is_plural(about)
    thing = about if plot in ("lost", "mystery", "promise") else "thing"
    return {
        "about": about,
        "want": about,
        "want_my": _turned(about, his, himself, "my", "myself"),
        "want_your": _turned(about, his, himself, "your", "yourself"),
        "fear": about,
        "thing": thing,
        "the_thing": f"the {thing}",
        "thing_his": f"{his} {thing}",
        "tthey": "they" if plural else "it",
        "tit": "them" if plural else "it",
        "tthem": "them" if plural else "it",
        "twas": "were" if plural else "was",
    }


def _turned(phrase: str, his: str, himself: str, mine: str, myself: str) -> str:
    """A phrase as the hero would say it: "find his mother" → "find my mother"."""
    own = r"(?:his|her|its|their)" if his in ("his", "her", "its", "their") else his
    return re.sub(rf"\b{own}\b", mine, re.sub(r"\b(?:himself|herself|itself|themselves)\b", myself, phrase))


# --- setting ---------------------------------------------------------------------------------------------------------


def _telling(cast: Cast, idea: Idea, plot: Plot, request: Request, random: Random) -> Telling:
    slots = _slots(cast, idea, plot, random)
    thread = thread_for(
        plot,
        [slots[name] for name in ("about", *(("kind", "comp_kind") if plot.name == "friend" else ()))],
        random,
        whole_words=True,
    )
    return Telling(
        BOOK,
        plot,
        thread,
        slots,
        cast.scene.details,
        request,
        random,
        marked=cast.marked,
        plain=bool(cast.hero.trait),
        acquainted=idea.acquainted,
        newcomer=cast.newcomer,
        new_place=bool(idea.place),
    )


def _polished(text: str, *, young: bool) -> str:
    """The text, with a capital wherever a sentence begins with a word that was filled in."""
    if young:
        text = re.sub(r"[^.!?…“”\n]+[.!?]", lambda match: _shortened(match[0]), text)
    text = re.sub(r"(?m)^([“*]?)([a-z])", lambda match: match[1] + match[2].upper(), text)
    return re.sub(r"([.!?]) ([“]?)([a-z])", lambda match: f"{match[1]} {match[2]}{match[3].upper()}", text)


_CLAUSE = re.compile(
    r"[,;:] (and|but|so) (?=(?:he|she|it|they|the|there|then|nobody|somebody|everybody|on|after|if|when|[A-Z][a-z]+)\b)"
)


def _shortened(sentence: str) -> str:
    """A long sentence as two or three: the youngest listeners want to breathe more often."""
    if words(sentence) < 14:
        return sentence
    return _CLAUSE.sub(lambda match: f". {match[1].capitalize()} " if match.start() > 20 else match[0], sentence)


_SMALL_WORDS = vocabulary("a an the and or of in on at to with for from by")


def _title(text: str) -> str:
    """A title's capitals: "The Fox Who Lost His Song"."""
    written = [
        word.lower() if index and word.lower() in _SMALL_WORDS else word[:1].upper() + word[1:]
        for index, word in enumerate(text.split())
    ]
    return " ".join(written)
