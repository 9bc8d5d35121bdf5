"""From the subjects of a scene to drawings ready to be placed: dressed in the scene's light, riders on what carries
them, things in the hands that hold them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from embedded.artist import emoji_art, figures, surfaces
from embedded.artist.drawings import SEAT
from embedded.artist.emoji_art import Art
from embedded.artist.palettes import Palette
from embedded.artist.words import Scene, Subject

#: Drawings that shine after dark.
LAMPS = frozenset({"lantern", "1F525", "1F56F", "streetlamp", "1F3EE", "1F4A1", "lighthouse", "1F526", "1F383"})
#: What is black and white as it is.
_BLACK_AND_WHITE = frozenset({"1F43C", "1F993", "1F427", "1F9A8", "1F9A1", "E004", "26BD"})
#: Things held over the head rather than before the chest.
_ALOFT = frozenset({"2602", "1F302"})
#: Things read or looked at, held before the chest.
_BEFORE = frozenset({"1F4D6", "1F5FA", "1F4DC", "2709", "1F4DA"})
#: Carriers whose rider sits on them; in all others the rider looks out.
_SEATS = frozenset({"1F6B2", "1F6F5", "1F6F7", "1F6F9", "1F9F9", "1FA91", "1F6CB", "1F6CF"})


@dataclass(frozen=True)
class Player:
    """One kind of drawing to be placed `count` times. `role` and `size` are those of its noun, `subject` is the index of whom it shows first."""

    art: Art
    name: str
    role: str
    size: float
    count: int
    main: bool
    subject: int = 0


def cast(scene: Scene, palette: Palette) -> list[Player]:
    """The drawings of a scene, the most important first."""
    players: list[Player] = []
    done: set[int] = set()
    carried = {subject.carrier for subject in scene.subjects if subject.carrier >= 0}
    for index, subject in enumerate(scene.subjects):
        if index in done or (index in carried and subject.carrier < 0 and not _is_first(scene, index)):
            continue
        carrier = scene.subjects[subject.carrier] if 0 <= subject.carrier < len(scene.subjects) else None
        if subject.gone:
            if carrier is None or carrier.gone or subject.carrier in done:
                continue
            done.add(subject.carrier)  # it stays where it was, without its rider
            subject, carrier = replace(carrier, carrier=-1, scale=subject.scale), None
        art = dressed(subject, palette)
        noun, count = subject.noun, subject.count
        following = scene.subjects[index + 1] if index + 1 < len(scene.subjects) else None
        if following is not None and following.held and not following.gone and figures.has_body(noun.art):
            art = _holding(art, following, palette)
            done.add(index + 1)
        if carrier is not None and subject.carrier not in done and not carrier.gone:
            done.add(subject.carrier)
            art = _riding(art, subject, carrier, palette)
            noun, count = carrier.noun, 1
            size = max(noun.size, subject.noun.size) * 1.4
        else:
            size = noun.size
        players.append(Player(art, noun.art, noun.role, size, count, index == 0, index))
    return players


def dressed(subject: Subject, palette: Palette) -> Art:
    """The drawing of one subject in the scene's light."""
    art = figures.figure(subject)
    lamp = subject.noun.art in LAMPS
    own = subject.pattern == "patches" and subject.noun.art in _BLACK_AND_WHITE
    svg = emoji_art.dressed(
        art.svg,
        ink=palette.ink,
        tint="" if own else subject.tint,
        pattern="" if own else subject.pattern,
        accent=subject.accent,
        light=(palette.light, palette.shade * (0.3 if lamp else 1)),
    )
    chest = next((item.letters for item in subject.worn if item.letters), "")
    if chest:
        svg += surfaces.worn(chest, palette.ink)
    if not subject.letters:
        return Art(svg, art.box)
    name = surfaces.INSTEAD.get(subject.noun.art, subject.noun.art)
    return surfaces.lettered(Art(svg, art.box), name, subject.noun.role, subject.letters, palette.ink)


def _is_first(scene: Scene, index: int) -> bool:
    """Whether a carrier is named before its rider, and so has to be drawn when its turn comes."""
    return not any(subject.carrier == index for subject in scene.subjects)


def _placed(art: Art, x: float, bottom: float, height: float, *, centred: bool = True) -> str:
    """A drawing inside another: its middle (or left edge) at x, standing on `bottom`, `height` units tall."""
    scale = height / art.height
    left = x - (art.box[0] + (art.width / 2 if centred else 0)) * scale
    return f'<g transform="translate({left:.2f} {bottom - art.box[3] * scale:.2f}) scale({scale:.4f})">{art.svg}</g>'


def _joined(svg: str, *boxes: tuple[float, float, float, float]) -> Art:
    """A drawing that fills all the boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Art(svg, (min(lefts), min(tops), max(rights), max(bottoms)))


def _holding(holder: Art, item: Subject, palette: Palette) -> Art:
    """A figure with a thing in its hand, before its chest, or over its head."""
    art, name = dressed(item, palette), item.noun.art
    if name == "sign":
        left, tall = holder.box[2] - 7, 96.0
        wide = art.width * tall / art.height
        svg = holder.svg + _placed(art, left, holder.box[3], tall, centred=False)
        return _joined(svg, holder.box, (left, holder.box[3] - tall, left + wide, holder.box[3]))
    if name in _BEFORE:
        height = min(46.0 if item.letters else 30.0, 40 * art.height / art.width)
        return Art(holder.svg + _placed(art, 36, 104 if item.letters else 100, height), holder.box)
    if name in ("1F388", "1FA81"):
        string = '<path d="M61 82Q72 60 80 40" fill="none" stroke="' + palette.ink + '" stroke-width="1.2"/>'
        svg = string + _placed(art, 82, 46, 52) + holder.svg
        return _joined(svg, holder.box, (58, -6, 102, 46))
    tall = 100.0 if name in _ALOFT else max(26.0, min(46.0, item.noun.size * 100))
    x, bottom = (54.0, 86.0) if name in _ALOFT else (66.0, 104.0 if item.noun.size > 0.3 else 94.0)
    wide = art.width * tall / art.height
    svg = _placed(art, x, bottom, tall) + holder.svg if name in _ALOFT else holder.svg + _placed(art, x, bottom, tall)
    return _joined(svg, holder.box, (x - wide / 2, bottom - tall, x + wide / 2, bottom))


def _riding(rider: Art, subject: Subject, carrier: Subject, palette: Palette) -> Art:
    """A figure in a boat, cup or car, or on an animal, bicycle or dragon."""
    art, noun = dressed(carrier, palette), carrier.noun
    ratio = max(0.55, min(1.0, subject.noun.size / noun.size))
    x, tall = art.box[0] + art.width / 2, art.height * ratio
    if noun.art == "sailboat":
        x, bottom, tall = 50.0, 92.0, 52.0
    elif noun.art == "rowboat":
        bottom, tall = 88.0, 62.0
    elif noun.art == "balloonride":
        bottom, tall = 95.0, 26.0
    elif noun.art == "roof":
        bottom, tall = art.box[1] + art.height * 0.16, art.height * min(0.55, ratio)
    elif noun.art in _SEATS:
        bottom, tall = art.box[1] + art.height * 0.72, art.height * max(1.0, ratio)
    elif noun.role == "C" and figures.has_body(noun.art):
        bottom = art.box[1] + 10
    elif noun.role in "CSF":
        bottom, tall = art.box[1] + art.height * 0.5, art.height * 0.5
    else:
        bottom, tall = art.box[1] + art.height * 0.6, max(tall, art.height * 0.95)
    wide = rider.width * tall / rider.height
    person = _placed(rider, x, bottom, tall)
    joined = art.svg + person if noun.art in _SEATS else person + art.svg
    svg = art.svg.replace(SEAT, person) if SEAT in art.svg else joined
    return _joined(svg, art.box, (x - wide / 2, bottom - tall, x + wide / 2, bottom))
