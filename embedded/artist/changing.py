"""Changing a picture whose scene is known: what was named is recoloured, enlarged, shrunk, dressed, exchanged, added or taken away.

The rest keeps its place and its pixels. What is not understood is told, and not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from embedded.artist import inscriptions, lettering, studio
from embedded.artist.dictionary import phrases
from embedded.artist.record import Record
from embedded.artist.words import MOST_OF_ONE, MOST_SUBJECTS, Scene, Subject, read

_ALIKE = 9.0
"""Mean difference of 255, at a small size, up to which a picture is still the one that its record tells of: compression and scaling."""

_READ_AT_MOST = 600
"""Characters of a change that are read."""

_AWAY = (
    r"\b(?:remove|delete|erase|get rid of|take (?:away|out|off)|without|no more|no|hide|drop)\b"
    r"|去掉|去除|移除|移走|删掉|删除|擦掉|拿掉|拿走|不要|没有|摘掉|脱掉"
)
_BIGGER = r"\b(?:bigger|larger|enlarge|taller|huge|giant|gigantic|grow|big|large)\b|放大|变大|更大|大一点|大一些|大点|大些|巨大|长高"
_SMALLER = r"\b(?:smaller|shrink|tinier|tiny|shorter|small|little)\b|缩小|变小|更小|小一点|小一些|小点|小些"
_INTO = r"\b(?:with|into|by|to)\b(?= (?:an?|the|one|two|three|some)\b)|换成|变成|改成|替换成|替换为|变为|改为"
_EXCHANGE = r"\b(?:replace|swap|exchange|turn|change|substitute|make)\b|把|将|换|替换"
_ADD = r"\b(?:add|put|draw|include|give|place|another|more|also|extra|wear|wearing|with)\b|加|添|画|再来|再给|多|给|戴|穿|围|放"
_MORE = r"\b(?:another|one more|more|extra|second)\b|再|多"
_CLAUSES = re.compile(
    r"[.;。；\n]+|(?:,|，|、|\band\b|\bthen\b|然后|并且|并|再)\s*(?=(?:please |also |then )?(?:make|turn|paint|colou?r|add|put|remove|delete|erase|"
    r"replace|give|draw|take|change|swap|enlarge|shrink|把|将|给|加|添|去掉|删|移|换|让|画))"
)
_PRONOUN = re.compile(r"\b(?:it|him|her|them|itself|its)\b|它|他|她")
_SCENE = ("places", "hour", "weather", "season", "mood", "styles", "bare")


@dataclass(frozen=True)
class Change:
    """The picture's record afterwards, and the parts of the request that could not be done."""

    record: Record
    undone: tuple[str, ...]
    everywhere: bool
    """Whether light, weather, place or manner changed, so that no pixel needs to stay."""


def understood(record: Record, words: str) -> Change:
    """What a change in a person's words (English or Chinese) makes of a picture."""
    scene, undone = record.now, []
    for clause in clauses(words):
        changed = _changed(scene, clause)
        if changed is None or changed == scene:
            undone.append(inscriptions.readable(clause))
        else:
            scene = changed
    everywhere = any(getattr(scene, name) != getattr(record.now, name) for name in (*_SCENE, "colours"))
    first = scene if scene.places != record.now.places else record.first
    return Change(replace(record, first=first, now=scene), tuple(undone), everywhere)


def clauses(words: str) -> list[str]:
    """The single changes in a person's words."""
    asked = inscriptions.marked(words[:_READ_AT_MOST]).lower()
    return [part for part in (part.strip(" ,，、!！?？") for part in _CLAUSES.split(asked)) if part]


def takes_away(clause: str) -> bool:
    """Whether a change takes something away."""
    return re.search(_AWAY, clause) is not None


def afterwards(clause: str) -> str:
    """What a change speaks of as being there afterwards: of an exchange what comes instead, and what is taken away."""
    if takes_away(clause):
        return re.sub(_AWAY, " ", clause)
    into = re.search(_INTO, clause) if re.search(_EXCHANGE, clause) else None
    return clause[into.end() :] if into else clause


def drawn(record: Record) -> Image.Image:
    """The picture of a record, as `studio.picture` draws one."""
    return studio.picture(
        record.now,
        width=record.width,
        height=record.height,
        seed=record.seed,
        transparent=record.transparent,
        first=record.first,
    )


def repainted(before: Record, change: Change) -> Image.Image:
    """The changed picture. Where nothing was named every pixel is that of the picture before."""
    new = drawn(change.record)
    if change.everywhere:
        return new
    old = drawn(before)
    sketches = [_sketch(record, new.size) for record in (before, change.record)]
    box = ImageChops.difference(*sketches).convert("L").point(lambda value: 255 if value > 2 else 0)
    reach = max(3, round(max(new.size) / 180)) // 2 * 2 + 1
    return Image.composite(new, old, box.filter(ImageFilter.MaxFilter(reach)))


def recalled(record: Record | None, picture: Image.Image) -> Record | None:
    """The record, if the picture is the one that it tells of: files are changed by others, and records copied."""
    if record is None:
        return None
    known, there = (_on_white(one).resize((64, 64), Image.Resampling.BOX) for one in (drawn(record), picture))
    away = np.abs(np.asarray(known, np.int16) - np.asarray(there, np.int16))
    return record if away.mean() <= _ALIKE else None


def varied(record: Record, words: str, seed: int) -> Record | None:
    """The same scene arranged anew, changed as the words say; `None` where these are not understood."""
    change = understood(record, words)
    if change.undone:
        return None
    return replace(record, first=change.record.now, now=change.record.now, seed=seed)


def _on_white(picture: Image.Image) -> Image.Image:
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")


def _sketch(record: Record, size: tuple[int, int]) -> Image.Image:
    """The picture without its style's finish, whose noise would look like a change."""
    plain = replace(record.now, styles=())
    first = replace(record.first, styles=())
    width, height = size
    sketch = studio.picture(
        plain, width=width, height=height, seed=record.seed, transparent=record.transparent, first=first
    )
    return _on_white(sketch)


def _changed(scene: Scene, clause: str) -> Scene | None:
    """The scene after one wish; `None` where it is not understood."""
    for found in (_relettered, _exchanged, _taken_away, _scaled, _recoloured, _added, _lit):
        changed = found(scene, clause)
        if changed is not None:
            return changed
    return None


def _mentioned(clause: str) -> Scene:
    """What a wish names, without the words that say what to do with it."""
    for pattern in (
        _AWAY,
        _BIGGER,
        _SMALLER,
        _INTO,
        r"\b(?:make|let|turn|paint|colou?r|dye|give|to|into|from|of|the)\b|让|给|把|将|成|变",
    ):
        clause = re.sub(pattern, " ", clause)
    return read(clause)


def _targets(scene: Scene, clause: str, named: Scene) -> list[int]:
    """The indexes of the subjects that a wish names, or means by "it" or by naming nothing where there is but one."""
    arts = {subject.noun.art for subject in named.subjects}
    here = [index for index, subject in enumerate(scene.subjects) if not subject.gone]
    found = [index for index in here if scene.subjects[index].noun.art in arts]
    if found or arts or not here:
        return found
    return here[:1] if _PRONOUN.search(clause) or len(here) == 1 else []


def _each(scene: Scene, indexes: list[int], change: Callable[[Subject], Subject]) -> Scene:
    subjects = list(scene.subjects)
    for index in indexes:
        subjects[index] = change(subjects[index])
    return replace(scene, subjects=tuple(subjects))


def _relettered(scene: Scene, clause: str) -> Scene | None:
    """Other words on something: "change the sign to “CLOSED”"; or words on something that had none."""
    run = re.search(rf"{inscriptions.MARKED}+", clause)
    words = lettering.kept(inscriptions.words_of(run[0])) if run else ""
    if not run or not words or re.search(r"\b(?:add|another|draw|holding)\b|加一|添一|举|拿", clause):
        return None
    named = _mentioned(clause.replace(run[0], " "))
    targets = _targets(scene, clause, named) if named.subjects else []
    targets = targets or [index for index, one in enumerate(scene.subjects) if one.letters and not one.gone][:1]
    return _each(scene, targets[:1], lambda one: replace(one, letters=words)) if targets else None


def _exchanged(scene: Scene, clause: str) -> Scene | None:
    """Something else in the place of something: "replace the dog with a cat"."""
    into = re.search(_INTO, clause)
    if into is None or not re.search(_EXCHANGE, clause):
        return None
    old, new = _mentioned(clause[: into.start()]), read(clause[into.end() :])
    if not new.subjects:
        return None
    targets = _targets(scene, clause[: into.start()], old)
    wanted = new.subjects[0]
    if not targets or wanted.noun.art == scene.subjects[targets[0]].noun.art:
        return None
    return _each(
        scene, targets[:1], lambda one: replace(one, noun=wanted.noun, name=wanted.name, tint=wanted.tint, worn=())
    )


def _taken_away(scene: Scene, clause: str) -> Scene | None:
    """Something gone, be it worn by somebody, in the weather, or a figure."""
    if not re.search(_AWAY, clause):
        return None
    named = _mentioned(clause)
    arts = {subject.noun.art for subject in named.subjects} | {
        worn.noun.art for subject in named.subjects for worn in subject.worn
    }
    for index, subject in enumerate(scene.subjects):
        left = tuple(worn for worn in subject.worn if worn.noun.art not in arts)
        if left != subject.worn:
            return _each(scene, [index], lambda one, left=left: replace(one, worn=left))  # type: ignore[misc]
    if bare := read(clause).bare - scene.bare:
        return replace(scene, bare=scene.bare | bare, weather=scene.weather - named.weather)
    if named.weather & scene.weather:
        return replace(scene, weather=scene.weather - named.weather)
    targets = _targets(scene, clause, named) if arts else []
    return _each(scene, targets, lambda one: replace(one, gone=True)) if targets else None


def _scaled(scene: Scene, clause: str) -> Scene | None:
    """Something larger or smaller where it stands. "Add a big dog" is none."""
    factor = 1.45 if re.search(_BIGGER, clause) else 0.65 if re.search(_SMALLER, clause) else 0.0
    targets = _targets(scene, clause, _mentioned(clause)) if factor else []
    if not targets or re.search(r"\b(?:add|another)\b|加一|添一", clause):
        return None
    return _each(scene, targets, lambda one: replace(one, scale=min(max(one.scale * factor, 0.2), 3.0)))


def _recoloured(scene: Scene, clause: str) -> Scene | None:
    """Something in another colour: a figure, what it wears, or a layer of the scenery."""
    named = _mentioned(clause)
    colour = next((subject.tint for subject in named.subjects if subject.tint), "") or next(
        iter(named.colours.values()), ""
    )
    worn = [worn for subject in named.subjects for worn in subject.worn]
    colour = colour or next((one.tint for one in worn if one.tint), "")
    if not colour or re.search(r"\b(?:add|another)\b|加一|添一|戴上|穿上", clause):
        return None
    own = {one.noun.art for subject in scene.subjects for one in (subject, *subject.worn)}
    if any(one.noun.art not in own for one in (*worn, *(one for one in named.subjects if one.noun.role == "W"))):
        return None  # a hat that nobody wears yet is put on, in its colour
    layers = [layer for layer in named.colours if layer != "all"]
    arts = {one.noun.art for one in (*named.subjects, *worn)}
    for index, subject in enumerate(scene.subjects):
        if any(one.noun.art in arts for one in subject.worn):
            dressed = tuple(replace(one, tint=colour) if one.noun.art in arts else one for one in subject.worn)
            return _each(scene, [index], lambda one, dressed=dressed: replace(one, worn=dressed))  # type: ignore[misc]
    targets = _targets(scene, clause, named)
    if targets and not layers:
        return _each(scene, targets, lambda one: replace(one, tint=colour))
    return replace(scene, colours={**scene.colours, **dict.fromkeys(layers, colour)}) if layers else None


def _added(scene: Scene, clause: str) -> Scene | None:
    """Something more: worn by somebody who is there, or beside them."""
    if not re.search(_ADD, clause):
        return None
    named = read(re.sub(_MORE, " ", clause))
    clothes = [one for one in named.subjects if one.noun.role == "W"]
    clothes += [worn for one in named.subjects for worn in one.worn]
    wearers = _targets(
        scene, clause, replace(named, subjects=tuple(one for one in named.subjects if one.noun.role != "W"))
    )
    bodies = [index for index, one in enumerate(scene.subjects) if one.noun.role == "C" and not one.gone]
    if clothes and (wearers or bodies):
        who = (wearers or bodies)[:1]
        return _each(scene, who, lambda one: replace(one, worn=(*one.worn, *clothes)))
    here = {one.noun.art for one in scene.subjects if not one.gone}
    more = bool(re.search(_MORE, clause)) or len(named.subjects) == 1
    new = [one for one in named.subjects if more or one.noun.art not in here]
    alive = sum(not one.gone for one in scene.subjects)
    if not new or alive >= MOST_SUBJECTS + 2 or len(scene.subjects) + len(new) > 12:
        return None
    loose = tuple(replace(one, carrier=-1, held=False, count=min(one.count, MOST_OF_ONE)) for one in new)
    return replace(scene, subjects=(*scene.subjects, *loose), words=scene.words & phrases().keys())


def _lit(scene: Scene, clause: str) -> Scene | None:
    """Another hour, weather, season, mood, place or manner for the whole picture."""
    named = read(clause)
    wished = {name: getattr(named, name) for name in _SCENE if getattr(named, name)}
    if not wished or named.subjects:
        return None
    return replace(scene, **wished, words=scene.words | named.words)
