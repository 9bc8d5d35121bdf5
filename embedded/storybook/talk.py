"""Plain talk: one to three short sentences that react to what was said and offer what can be done here."""

from __future__ import annotations

import re
from random import Random
from typing import NamedTuple

from embedded.storybook.book import PAGES, Page, Texts, read_pages
from embedded.storybook.chinese_ideas import chinese_things, read_chinese
from embedded.storybook.english_grammar import article, is_plural, plural
from embedded.storybook.english_ideas import read_english
from embedded.storybook.request import Request
from embedded.storybook.words import ENGLISH, vocabulary

READ_LIMIT = 400
"""Characters of a message that talk reads."""


class _Reply(Page):
    when: str
    """A pattern of what was said."""
    say: Texts


class _TalkPages(Page):
    """What can be said in one language."""

    examples: Texts
    pictures: Texts
    about: Texts
    nothing: str
    """Instead of something about a word, where there is none."""
    before: Texts
    story: str
    """How the story that was told last is brought in."""
    name: str
    told_name: str
    asks_name: str
    plain: Texts
    help: Texts
    """What answers a question about the studio itself."""
    replies: tuple[_Reply, ...]


_ENGLISH = read_pages(PAGES / "english_talk.toml", _TalkPages)
_CHINESE = read_pages(PAGES / "chinese_talk.toml", _TalkPages)
_UNTOLD = vocabulary(
    """
    about after again also because been before being could does doing dont down from have having here into just know
    like made make many more most much need only other over really said same should some such tell than that their them
    then there these they thing things think this those today tomorrow very want wants went were what when where which
    while will with would yesterday your yours youre hello story picture image please thanks maybe going gonna something
    anything nothing everything actually write draw show give lovely beautiful great nice wonderful perfect tonight
    """
)


class Said(NamedTuple):
    """An answer, and the word that it repeats without knowing what it is."""

    text: str
    unknown: str = ""


def talk(request: Request, random: Random) -> Said:
    """A friendly answer in the user's language."""
    pages, noun_in, offers_for = (
        (_CHINESE, _chinese_noun, _chinese_offers) if request.chinese else (_ENGLISH, _english_noun, _english_offers)
    )
    text = request.last[:READ_LIMIT].strip()
    name = _told_name(request, pages.told_name)
    if name and re.search(pages.asks_name, text, re.IGNORECASE):
        return Said(pages.name.format(name=name.capitalize()))
    noun = noun_in(text)
    offers = {"example": random.choice(pages.examples), "picture": random.choice(pages.pictures)} | offers_for(
        noun, random
    )
    about = random.choice(pages.about) if noun else pages.nothing
    many = offers.get("many", noun)
    said = next((reply.say for reply in pages.replies if re.search(reply.when, text, re.IGNORECASE)), pages.plain)
    said = pages.help if request.kind == "help" else said
    answer = random.choice(said).format(About=about.format(noun=many, Noun=many.capitalize()), **offers)
    spelt = re.search(re.escape(noun), text, re.IGNORECASE)
    unknown = spelt[0] if said is pages.plain and noun and spelt and not _is_known(noun) else ""
    if title := _last_title(request):
        return Said(pages.story.format(answer=answer, title=title))
    before = noun_in(request.asked[-1][:READ_LIMIT]) if request.asked else ""
    if before and before != noun and said is pages.plain:
        before = offers_for(before, random).get("many", before)
        answer = f"{random.choice(pages.before).format(before=before)}{'' if request.chinese else ' '}{answer}"
    return Said(answer, unknown)


def _is_known(noun: str) -> bool:
    """Whether the tables know it. A Chinese noun is only ever one of theirs."""
    return not noun.isascii() or noun in ENGLISH.beings or noun in ENGLISH.things or noun in ENGLISH.places


def _english_noun(text: str) -> str:
    """The word worth repeating: somebody, a thing or a place that the tables know, or else a long word."""
    words = [word.lower() for word in re.findall(r"[A-Za-z]+", text)]
    for word in words:
        single: str = word if word in ENGLISH.beings else word.removesuffix("s")
        if single in ENGLISH.beings or single in ENGLISH.things or (word in ENGLISH.places and len(word) > 3):
            return single
    hero = read_english(text).hero
    if hero is not None and not hero.name and hero.noun in words:
        return hero.noun
    long: list[str] = [word for word in words if 4 <= len(word) <= 14 and word not in _UNTOLD]
    return max(long, key=len, default="")


def _english_offers(noun: str, random: Random) -> dict[str, str]:
    """What to type about a noun, and its plural."""
    if not noun:
        return {}
    being = ENGLISH.beings.get(noun)
    single = article(noun) if being is not None or noun in ENGLISH.things else f"the {noun}"
    example = f"a fox and {single}"
    if being is not None:
        example = f"{single} {random.choice(('who wants to see the sea', 'who finds a key'))}"
    many = noun if is_plural(noun) or being is None else plural(noun)
    return {"example": example, "picture": f"{single} in the evening light", "many": many}


def _chinese_noun(text: str) -> str:
    """Somebody, a thing or a place that the tables know."""
    idea = read_chinese(text)
    if idea.hero is not None and idea.hero.noun in text:
        return ("小" if f"小{idea.hero.noun}" in text else "") + idea.hero.noun
    things = [thing for thing in chinese_things(text) if len(thing) > 1]
    return things[0] if things else re.sub(r"(?<=.)[里上]$", "", idea.place_words[1])


def _chinese_offers(noun: str, random: Random) -> dict[str, str]:
    return {"example": f"{noun}的秘密", "picture": f"晚霞里的{noun}"} if noun else {}


def _told_name(request: Request, pattern: str) -> str:
    """The name that the user gave in an earlier turn, the newest first."""
    found = (re.search(pattern, text[:READ_LIMIT], re.IGNORECASE) for text in reversed(request.asked))
    return next((str(match[1]) for match in found if match), "")


def _last_title(request: Request) -> str:
    """The title of the story told last, if the turn before was a story."""
    found = re.match(r"#\s*([^\n{}`]{1,60})\n", request.earlier[-1]) if request.earlier else None
    return found[1].strip() if found else ""
