"""The English storyteller: from an idea to a told tale, its continuation, and plain talk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from sandbox.storybook.english_ideas import guessed_pronoun, read_english
from sandbox.storybook.english_tales import BOOK, CLOTHES, DEFAULTS, MARKS, NAMES, PLOTS, RECEIVERS, SCENES, WEARS, words
from sandbox.storybook.ideas import Figure, Idea, Request
from sandbox.storybook.telling import Plot, Scene, Telling, sequel, tale, thread_for
from sandbox.storybook.weaving import Slots
from sandbox.storybook.words import ENGLISH_BEINGS, ENGLISH_PLACE_WORDS

_PRONOUNS = {
    "he": ("he", "him", "his", "himself", "was", "knows"),
    "she": ("she", "her", "her", "herself", "was", "knows"),
    "it": ("it", "it", "its", "itself", "was", "knows"),
    "they": ("they", "them", "their", "themselves", "were", "know"),
}
_MASS = frozenset(
    "bread honey soup chocolate snow rain jam milk medicine music laughter courage joy magic luck sleep food light sand gold silver water candy sweets treasure happiness wool paper".split()
)
_PLURALS_WITHOUT_S = frozenset("boots footprints tracks spectacles glasses mice children people stairs".split())
_SINGULAR_WITH_S = frozenset("compass glass dress princess lens bus christmas class cross grass moss gas chess happiness darkness".split())


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
    plot = PLOTS[idea.plot] if idea.plot else random.choice(list(PLOTS.values()))
    cast = _cast(idea, random)
    telling = _telling(cast, idea, plot, request, random)
    title = _title(random.choice(plot.titles).format_map(telling.slots))
    return f"# {title}\n\n{_polished(tale(telling), young=request.young)}"


def continue_story(request: Request, random: Random) -> str:
    """What happened next: the story before gives the people and the place, the last message the new wish."""
    story = "\n".join(request.earlier)
    hero, companion = figures_of(story, random)
    idea, newcomer = _wished(read_english(request.last), request.last, (hero, companion), random)
    scene = _scene(idea if idea.place else replace(idea, place=place_of(story)), hero, random)
    helper = f"{newcomer.describing} {newcomer.noun}".strip() if newcomer is not None else random.choice(scene.helpers)
    cast = Cast(hero, companion, helper, scene, newcomer=newcomer is not None)
    return _polished(sequel(_telling(cast, idea, PLOTS[idea.plot], request, random)), young=request.young)


def _wished(idea: Idea, wish: str, known: tuple[Figure, Figure], random: Random) -> tuple[Idea, Figure | None]:
    """A wish for a continuation, made fit for a plot; and whoever is new in it."""
    nouns = {figure.noun for figure in known}
    newcomer = next((figure for figure in (idea.hero, idea.other) if figure is not None and _is_new(figure, nouns)), None)
    thing = next((word for word in re.findall(r"[a-z]+", wish.lower()) if word in FINDS), "")
    if not idea.about or idea.plot == "friend":
        idea = replace(idea, plot="mystery" if thing else random.choice(("wish", "fear", "promise")), about=thing)
    if idea.place_words[0] in ("to", "into"):
        idea = replace(idea, place_words=("in", idea.place_words[1]))
    return idea, newcomer


def _is_new(figure: Figure, nouns: set[str]) -> bool:
    return figure.being is not None and figure.being.kind != "object" and figure.noun not in nouns and not figure.name


FINDS = frozenset(
    """key map letter lantern box chest door egg crown bell umbrella balloon kite treasure book mirror bottle message
    compass telescope cake""".split()
)
"""Things that make a mystery when a wish for a continuation names them."""


# --- who and where ---------------------------------------------------------------------------------------------------


def _cast(idea: Idea, random: Random) -> Cast:
    hero = idea.hero or Figure("", "")
    if not hero.noun:
        being = ENGLISH_BEINGS[random.choice(("fox", "rabbit", "mouse", "hedgehog", "bear", "girl", "boy", "otter", "robot", "duckling"))]
        hero = Figure(being.noun, "", hero.trait, hero.name, being.pronoun, being)
    if not hero.describing and hero.being is not None and hero.being.kind != "person" and not hero.noun.startswith(("little", "old", "baby")):
        hero = replace(hero, describing=random.choice(("small", "little", "young")))
    kind = hero.being.kind if hero.being is not None else "wonder"
    pronoun = hero.pronoun or guessed_pronoun(hero.name) or ("it" if kind == "object" else random.choice(("he", "she")))
    hero = replace(hero, pronoun=pronoun, name=hero.name or _name(pronoun, (hero.noun,), random))
    scene = _scene(idea, hero, random)
    companion = _companion(idea, hero, scene, random)
    wear, marked = _look(hero, kind, random)
    return Cast(hero, companion, random.choice(scene.helpers), scene, wear, marked)


def _name(pronoun: str, avoid: Sequence[str], random: Random) -> str:
    names = NAMES.get(pronoun, NAMES["it"])
    taken = {word.lower() for word in avoid}
    return random.choice([name for name in names if name.lower() not in taken and not any(word[:1] == name.lower()[:1] for word in taken if len(taken) > 1)] or names)


def _look(hero: Figure, kind: str, random: Random) -> tuple[str, bool]:
    realm = hero.being.realm if hero.being is not None else "land"
    if kind == "object" or realm in ("water", "air") or hero.noun in ("snail", "worm", "ghost"):
        return random.choice(MARKS), True
    return random.choice(CLOTHES if kind == "person" else WEARS), False


def _scene(idea: Idea, hero: Figure, random: Random) -> Scene:
    """The scene of the place named in the idea, in the idea's own words where it has any, or one where the hero is at home."""
    realm = hero.being.realm if hero.being is not None else "land"
    key = (idea.place if idea.place_words[0] not in ("to", "into") else "") or {"land": random.choice(("forest", "village", "garden", "river")), "air": random.choice(("forest", "mountain", "sea"))}.get(realm, realm)
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
    return replace(figure, pronoun=pronoun, name=figure.name or _name(pronoun, (hero.name, figure.noun), random))


def figures_of(story: str, random: Random) -> tuple[Figure, Figure]:
    """Hero and companion of any English story: the two names used most, with the nouns that introduce them."""
    counted: dict[str, int] = {}
    for match in re.finditer(r"(?<![.!?“\"#\n] )(?<!^)\b[A-Z][a-z]{1,14}\b", story):
        if match[0].lower() not in _COMMON:
            counted[match[0]] = counted.get(match[0], 0) + 1
    names = sorted(counted, key=lambda name: -counted[name])
    if len(names) > 1 and counted[names[1]] > 1 and 0 <= story.find(names[1]) < story.find(names[0]):
        names[:2] = names[1], names[0]  # whoever comes first in a story is its hero, if the two are about as frequent
    hero = _figure_of(names[0], story) if names and counted[names[0]] > 1 else None
    if hero is None:
        idea = read_english(story[:300])
        hero = replace(idea.hero or Figure("traveller"), pronoun=_usual_pronoun(story))
        hero = replace(hero, name=hero.name or f"the {hero.noun}")
    others = [name for name in names if name != hero.name and counted[name] > 1 and _figure_of(name, story).being is not None]
    companion = _figure_of(others[0], story) if others else None
    if companion is None:
        noun = random.choice([noun for noun in ("sparrow", "hedgehog", "mouse") if noun != hero.noun])
        companion = Figure(noun, "small", "", _name("it", (hero.name, noun), random), random.choice(("he", "she")), ENGLISH_BEINGS[noun])
    return hero, companion


_COMMON = frozenset(
    """i the a an and but so then there then once one that this what where when who why how he she it they we you his her its their my your our no yes oh not now never
    if in on at to for of with by from as all every everybody nobody somebody something monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december good morning evening night hello please thank grandmother aunt cousin old mr mrs miss wednesdays fridays sundays mondays far""".split()
)


def _figure_of(name: str, story: str) -> Figure:
    """What a story says about a name: "a small fox called Pip", "Pip the fox", "Pip was a fox"."""
    noun_phrase = r"(?:an?|the) ((?:[a-z'-]+ ){0,4}?)([a-z-]+)"
    shapes = (
        rf"\b{noun_phrase}(?: (?:with|in) an? [a-z -]+?)?,? (?:called|named|whose name was) {name}\b",
        rf"\b{name},? (?:the|an?|was an?|is an?) ((?:[a-z'-]+ ){{0,3}}?)([a-z-]+)\b",
        rf"(?:said|asked) the ()([a-z-]+)(?:, whose name was {name}|\. “I am {name})",
    )
    for shape in shapes:
        for found in re.finditer(shape, story):
            being = ENGLISH_BEINGS.get(found[2])
            adjectives = found[1].split()
            if being is None and adjectives and f"{adjectives[-1]} {found[2]}" in ENGLISH_BEINGS:
                being, adjectives = ENGLISH_BEINGS[f"{adjectives[-1]} {found[2]}"], adjectives[:-1]
            if being is not None:
                return Figure(being.noun, " ".join(adjectives), "", name, _usual_pronoun(story, name), being)
    at = max(story.find(name), 0)
    before, after = re.findall(r"[a-z]+", story[max(at - 140, 0) : at])[::-1], re.findall(r"[a-z]+", story[at : at + 80])
    noun = next((word for word in [*before, *after] if word in ENGLISH_BEINGS and ENGLISH_BEINGS[word].kind != "object"), "")
    return Figure(noun or "traveller", "", "", name, _usual_pronoun(story, name), ENGLISH_BEINGS.get(noun))


def _usual_pronoun(story: str, name: str = "") -> str:
    """The pronoun that most often comes soon after a name, speech left out."""
    told = re.sub(r"“[^”]*”|\"[^\"\n]*\"", " ", story)
    pieces = re.findall(rf"\b{name}\b((?s:.{{0,110}}))", told) if name else [told]
    forms = {"she": r"[Ss]he|[Hh]ers?|herself", "he": r"[Hh]e|[Hh]im|[Hh]is|himself", "it": r"its|itself|It (?:wore|owned|had|wanted|looked|set|took|thought)"}
    counts = {pronoun: sum(len(re.findall(rf"\b(?:{form})\b", piece)) for piece in pieces) for pronoun, form in forms.items()}
    early = pieces[0] if name and pieces else ""
    first = {pronoun: len(re.findall(rf"\b(?:{form})\b", early)) for pronoun, form in forms.items()}
    counts = first if any(first.values()) else counts
    best = max(counts, key=lambda pronoun: counts[pronoun])
    return best if counts[best] else guessed_pronoun(name) or "they"


def place_of(story: str) -> str:
    """The key of the place that an English story names most often."""
    counts: dict[str, int] = {}
    for word in re.findall(r"[a-z]+", story.lower()):
        key = ENGLISH_PLACE_WORDS.get(word)
        if key:
            counts[key] = counts.get(key, 0) + (1 if word in ("home", "house", "moon", "stars") else 3)
    return max(counts, key=lambda key: counts[key]) if counts else ""


# --- slots -----------------------------------------------------------------------------------------------------------


def article(phrase: str) -> str:
    """A phrase with "a" or "an"; none for plurals and for what cannot be counted."""
    last = phrase.split(" of ")[0].split(" that ")[0].split(" with ")[0].split()[-1] if phrase.split() else ""
    if is_plural(phrase) or last in _MASS:
        return f"some {phrase}"
    vowel = re.match(r"(?!uni|use|usu|eu|one\b|once)[aeiou]|hour|honest|heir", phrase.lower())
    return f"{'an' if vowel else 'a'} {phrase}"


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase is plural: "boots", "old letters"; not "compass"."""
    head = re.split(r" (?:of|that|with|tied) ", phrase)[0].split()[-1:] or [""]
    word = head[0].lower()
    return word in _PLURALS_WITHOUT_S or (word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _SINGULAR_WITH_S)


def _slots(cast: Cast, idea: Idea, plot: Plot, random: Random) -> Slots:
    hero, companion, scene = cast.hero, cast.companion, cast.scene
    he, him, his, himself, was, knows = _PRONOUNS[hero.pronoun or "they"]
    che, chim, chis, comp_self, _, _ = _PRONOUNS[companion.pronoun or "they"]
    about = idea.about if idea.plot == plot.name and idea.about else random.choice(DEFAULTS[plot.name])
    kind = f"{hero.describing} {hero.noun}".strip()
    values = {
        "name": hero.name, "kind": kind, "noun": hero.noun, "kind_with": f"{kind} {hero.trait}".strip(),
        "he": he, "him": him, "his": his, "himself": himself, "was": was, "knows": knows,
        "comp": companion.name, "comp_noun": companion.noun, "comp_kind": f"{companion.describing} {companion.noun}".strip(),
        "che": che, "chim": chim, "chis": chis, "comp_self": comp_self,
        "helper": cast.helper, "helper_noun": cast.helper.split()[-1],
        "home": scene.home, "place": scene.place, "path": scene.path, "far": scene.far, "wear": cast.wear,
        "receiver": re.sub(r"^(?:his|her|its|their|my)\b", his, idea.receiver) or random.choice(RECEIVERS),
    }  # fmt: skip
    values |= _about_slots(plot.name, about, his, himself)
    return Slots(values, article)


def _about_slots(plot: str, about: str, his: str, himself: str) -> dict[str, str]:
    """The slots for what a tale turns on. All are always there, so that any line may be used anywhere."""
    plural = plot in ("lost", "mystery", "promise") and is_plural(about)
    thing = about if plot in ("lost", "mystery", "promise") else "thing"
    return {
        "about": about, "want": about, "want_my": _turned(about, his, himself, "my", "myself"), "want_your": _turned(about, his, himself, "your", "yourself"),
        "fear": about, "thing": thing, "the_thing": f"the {thing}", "thing_his": f"{his} {thing}",
        "tthey": "they" if plural else "it", "tit": "them" if plural else "it", "tthem": "them" if plural else "it", "twas": "were" if plural else "was",
    }  # fmt: skip


def _turned(phrase: str, his: str, himself: str, mine: str, myself: str) -> str:
    """A phrase as the hero would say it: "find his mother" → "find my mother"."""
    own = r"(?:his|her|its|their)" if his in ("his", "her", "its", "their") else his
    return re.sub(rf"\b{own}\b", mine, re.sub(r"\b(?:himself|herself|itself|themselves)\b", myself, phrase))


# --- setting ---------------------------------------------------------------------------------------------------------


def _telling(cast: Cast, idea: Idea, plot: Plot, request: Request, random: Random) -> Telling:
    slots = _slots(cast, idea, plot, random)
    thread = thread_for(plot, [slots[name] for name in ("about", *(("kind", "comp_kind") if plot.name == "friend" else ()))], random, whole_words=True)
    return Telling(
        BOOK, plot, thread, slots, cast.scene.details, request, random,
        marked=cast.marked, plain=bool(cast.hero.trait), newcomer=cast.newcomer, new_place=bool(idea.place),
    )  # fmt: skip


def _polished(text: str, *, young: bool) -> str:
    """The text, with a capital wherever a sentence begins with a word that was filled in."""
    if young:
        text = re.sub(r"[^.!?…“”\n]+[.!?]", lambda match: _shortened(match[0]), text)
    text = re.sub(r"(?m)^([“*]?)([a-z])", lambda match: match[1] + match[2].upper(), text)
    return re.sub(r"([.!?]) ([“]?)([a-z])", lambda match: f"{match[1]} {match[2]}{match[3].upper()}", text)


_CLAUSE = re.compile(r"[,;:] (and|but|so) (?=(?:he|she|it|they|the|there|then|nobody|somebody|everybody|on|after|if|when|[A-Z][a-z]+)\b)")


def _shortened(sentence: str) -> str:
    """A long sentence as two or three: the youngest listeners want to breathe more often."""
    if words(sentence) < 11:
        return sentence
    return _CLAUSE.sub(lambda match: f". {match[1].capitalize()} ", sentence)


_SMALL_WORDS = frozenset("a an the and or of in on at to with for from by".split())


def _title(text: str) -> str:
    """A title's capitals: "The Fox Who Lost His Song"."""
    written = [word.lower() if index and word.lower() in _SMALL_WORDS else word[:1].upper() + word[1:] for index, word in enumerate(text.split())]
    return " ".join(written)
