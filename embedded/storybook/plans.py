"""From a story to a plan of pictures: its key moments, each with a prompt of concrete nouns and a caption."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from embedded.storybook import chinese_stories, english_stories
from embedded.storybook.chinese_ideas import chinese_things
from embedded.storybook.ideas import Figure
from embedded.storybook.looks import Moment, chinese_look, chinese_picture, english_look, english_picture, nameless
from embedded.storybook.request import Request, is_chinese
from embedded.storybook.words import CHINESE, ENGLISH

PAGES_LIMIT = 40
"""Pages of a book that get a picture."""

PLAN_LIMIT = 40_000
"""Characters of a story that are read."""

_UNSEEN = re.compile(
    r"\bif you\b|\bonce was\b|weathers|\bowned\b|tell (?:him|her|it|them) from|who had seen it all|true story|"
    r"more than anything|\bnever\b|\bfrom that day|你要是|总是|老远|不管|谁也没告诉|这件事是真的|从那以后|从来|以前|要是|后来.{0,6}还"
)
"""What marks a sentence as telling of no moment in particular."""
_TOGETHER = re.compile(r"\bthey\b|它们|他们")


def picture_plan(request: Request, number: int, part: str = "") -> dict[str, object]:
    """`number` key moments of the story in the last message, or of a part of it, in story order, with the shared look of its people."""
    told = re.sub(r"(?m)^#.*$", "", request.last[:PLAN_LIMIT]).replace("*", "")
    in_chinese = is_chinese(told)
    stories = chinese_stories if in_chinese else english_stories
    look_of, picture_of = (chinese_look, chinese_picture) if in_chinese else (english_look, english_picture)
    hero, companion = stories.figures_of(told, Random(zlib.crc32(told.encode())))
    names = (hero.name, companion.name)
    look, other, there = look_of(hero, told), look_of(companion, told), companion.name in told
    pictures: list[dict[str, Any]] = []
    for moment in _moments(part or told, number, names, in_chinese):
        both = there and (companion.name in moment.around or _TOGETHER.search(moment.text.lower()))
        caption = _caption(moment, hero, {picture["caption"] for picture in pictures}, in_chinese)
        prompt = picture_of(moment, names, (look, other if both else ""), told)
        who = [hero.name, companion.name] if both else [hero.name]
        pictures.append({"prompt": prompt, "who": who, "caption": caption})
    described = [{"name": hero.name, "look": look}, {"name": companion.name, "look": other}]
    return {"characters": described[: 1 + there], "pictures": pictures}


def book_plan(request: Request) -> dict[str, object]:
    """A picture for the cover and for each page of the book in the last message, ``{"title": …, "pages": [text, …]}``; empty for anything else."""
    try:
        told = json.loads(request.last)
        pages = [str(page) for page in told["pages"]][:PAGES_LIMIT]
    except (ValueError, TypeError, KeyError):
        return {"characters": [], "pictures": []}
    whole = replace(request, last="\n\n".join(pages))
    cover = picture_plan(whole, 1, pages[0] if pages else "")
    pictures = [picture_plan(whole, 1, page)["pictures"] for page in pages]
    return cover | {"pictures": [*_listed(cover["pictures"]), *(one for page in pictures for one in _listed(page))]}


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _moments(told: str, number: int, names: Sequence[str], in_chinese: bool) -> list[Moment]:
    """As many moments as wanted, evenly over the story, each the most visible sentence of its part."""
    hours = (CHINESE if in_chinese else ENGLISH).hours
    found: list[Moment] = []
    hour = "day"
    for paragraph in re.split(r"\n\s*\n|\n", told):
        for sentence in _sentences(paragraph, in_chinese):
            narration = re.sub(r"“[^”]*”?|\"[^\"]*\"?|[Gg]ood (?:night|morning|evening)", "", sentence).lower()
            hour = next((name for name, pattern in hours.items() if re.search(pattern, narration)), hour)
            found.append(Moment(sentence, paragraph.strip(), hour))
    found = found or [Moment("", "", "day")]
    chosen = []
    for index in range(number):
        start = index * len(found) // number
        part = found[start : max((index + 1) * len(found) // number, start + 1)]
        chosen.append(max(part, key=lambda moment: _visible(moment.text, names, in_chinese)))
    return chosen


def _sentences(paragraph: str, in_chinese: bool) -> list[str]:
    shape = r"[^。！？]+[。！？]*[”’]*" if in_chinese else r"[^.!?]+[.!?…]*[”\"’]*"
    pieces = [piece.strip() for piece in re.findall(shape, paragraph) if re.search(r"\w", piece)]
    joined: list[str] = []
    for piece in pieces:
        if joined and (joined[-1].count("“") != joined[-1].count("”") or piece[:1].islower()):
            joined[-1] += ("" if in_chinese else " ") + piece
        else:
            joined.append(piece)
    return joined


def _visible(text: str, names: Sequence[str], in_chinese: bool) -> float:
    """How much of a sentence can be seen: people, things and actions count; speech, length and generalities count against it."""
    plain = nameless(text, names)
    if in_chinese:
        things, beings = len(chinese_things(plain)), sum(noun in plain for noun in CHINESE.beings if len(noun) > 1)
        length, actions = len(text) / 45, list(CHINESE.actions.values())
    else:
        words = set(re.findall(r"[a-z]+", plain))
        things, beings = len(words & set(ENGLISH.things)), len(words & set(ENGLISH.beings))
        length, actions = len(text) / 130, list(ENGLISH.actions.values())
    acts = any(re.search(pattern, plain) for pattern in actions[:-3])  # the last are hardly to be seen
    people = 1.5 if names[0] in text else 1.0 if _TOGETHER.search(text.lower()) else 0.0
    against = 1.5 * text.count("“") + max(0.0, length - 1) * 3 + (len(text) < 12) * 2
    against += 3 * bool(_UNSEEN.search(text.lower()))
    return 1.2 * min(things, 3) + 0.8 * min(beings, 2) + 1.5 * acts + people - against


def _caption(moment: Moment, hero: Figure, used: set[str], in_chinese: bool) -> str:
    """One short sentence of the moment: the sentence itself, another of its paragraph, or the beginning of it."""
    longest = 34 if in_chinese else 110
    nearby = _sentences(moment.around, in_chinese)
    after = nearby[nearby.index(moment.text) + 1 :] if moment.text in nearby else []
    for text in (moment.text, _first_clauses(moment.text, longest, in_chinese), *after, *nearby):
        if 4 <= len(text) <= longest and _is_whole(text) and text not in used:
            return text
    plain = re.sub(r"[“”\"]", "", moment.text)[:longest]
    if plain.strip():
        return re.sub(r"\W+$", "", plain if in_chinese else plain[: plain.rfind(" ")]) + "…"
    return f"{hero.name}的故事。" if in_chinese else f"{_capital(hero.name)}’s story."


def _first_clauses(text: str, longest: int, in_chinese: bool) -> str:
    """A sentence up to the last comma that leaves it short enough; empty where that leaves too little."""
    cut = max(text[:longest].rfind(mark) for mark in ("，；" if in_chinese else ",;"))
    return text[:cut] + ("。" if in_chinese else ".") if cut > longest // 4 else ""


def _is_whole(text: str) -> bool:
    """Whether a text has no half quotation."""
    return text.count("“") == text.count("”") and text.count('"') % 2 == 0


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
