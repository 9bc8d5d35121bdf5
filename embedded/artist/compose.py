"""Composition: from a scene to one SVG document, with every subject on its place in depth."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from random import Random

from embedded.artist import scenery
from embedded.artist.blossoms import abstract
from embedded.artist.cast import LAMPS, Player, cast, dressed
from embedded.artist.colours import mix
from embedded.artist.dictionary import Noun
from embedded.artist.lettering import MARK
from embedded.artist.palettes import palette
from embedded.artist.places import backdrop, foreground, levels, settled
from embedded.artist.stage import Stage, circle, ellipse, halo, polygon, stroke, trace
from embedded.artist.words import Scene, Subject

#: The subject in front fills this share of the picture's measure when it is alone.
_ALONE, _AMONG = 0.5, 0.42
#: Lines of the drawings come to about this share of the picture's measure.
_LINE = 0.0052


@dataclass(frozen=True)
class Placed:
    """A drawing in the picture: the middle of its foot at (x, y), `tall` pixels high."""

    player: Player
    x: float
    y: float
    tall: float
    mirrored: bool = False
    turn: float = 0.0
    shadow: bool = True

    @property
    def wide(self) -> float:
        """Width in pixels."""
        return self.player.art.width * self.tall / self.player.art.height


def stage_for(scene: Scene, width: int, height: int, seed: int) -> tuple[Stage, frozenset[str]]:
    """The stage of a scene at a size in pixels, and the places on it."""
    random = Random(f"stage {seed} {scene.print}")
    places = settled(scene)
    hour = scene.hour or (
        "night" if scene.mood == "spooky" else random.choice(("day", "day", "day", "morning", "sunset"))
    )
    horizon, ground = levels(places)
    shift = random.uniform(-0.03, 0.03) if horizon < 0.9 else 0.0
    below = 1.0 if ground >= 1 else min(0.86, ground + shift)
    colours = palette(scene, hour, seed)
    return Stage(width, height, scene, hour, colours, seed, height * (horizon + shift), height * below), places


def document(
    scene: Scene, *, width: int, height: int, seed: int, transparent: bool = False, first: Scene | None = None
) -> str:
    """The whole picture as an SVG document of `width`×`height` pixels.

    `first` is the scene as it was before changes: everything that is still there keeps its place.
    """
    stage, places = stage_for(first or scene, width, height, seed)
    placed = frame = arranged(stage, places, cast(first or scene, stage.palette))
    if first is not None:
        hour = scene.hour or stage.hour
        stage = replace(stage, scene=scene, hour=hour, palette=palette(scene, hour, seed))
        placed = _changed(stage, frame, cast(scene, stage.palette))
    if "room" in places and not transparent:
        placed = [*_furniture(stage), *placed]
    shadow = mix(stage.palette.ink, stage.palette.front, 0.35)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "<defs>",
        halo("shadow", (0, shadow, 0.5), (0.55, shadow, 0.3), (1, shadow, 0)),
        halo("lamp", (0, "#ffe9a8", 0.85), (0.3, "#ffd27a", 0.4), (1, "#ffc04d", 0)),
        "</defs>",
    ]
    if transparent:
        parts.append(_filling(stage, placed, frame))
    else:
        parts.append(backdrop(stage, places))
        if not scene.recognised:
            parts.append(abstract(stage))
        parts += [drawn(stage, item) for item in placed]
        parts += (foreground(stage, places), scenery.weather(stage))
    return "".join((*parts, "</svg>"))


def _changed(stage: Stage, before: list[Placed], players: list[Player]) -> list[Placed]:
    """The changed drawings where they were before, and the new ones in front, where there is most room."""
    known = {player.subject: player for player in players}
    placed = []
    for item in before:
        player = known.get(item.player.subject)
        if player is None:
            continue
        scale = item.tall / item.player.art.height
        if player.name != item.player.name:
            tall = item.tall * _weight(player) / _weight(item.player)
            scale = min(tall / player.art.height, stage.width * 0.5 / player.art.width)
        tall = scale * player.art.height * _scale(stage, player)
        placed.append(replace(item, player=player, tall=tall, y=max(item.y, min(tall * 1.03, stage.height * 0.975))))
    old = {item.player.subject for item in before}
    for player in players:
        for _ in range(player.count if player.subject not in old else 0):
            placed.append(_joining(stage, player, placed))
    return placed


def _scale(stage: Stage, player: Player) -> float:
    subjects = stage.scene.subjects
    return subjects[player.subject].scale if player.subject < len(subjects) else 1.0


def _joining(stage: Stage, player: Player, placed: list[Placed]) -> Placed:
    """One more drawing, as large as the others want it, where it covers least of them."""
    measures = [item.tall / _weight(item.player) for item in placed if item.player.role not in "HP"]
    measure = sorted(measures)[len(measures) // 2] if measures else stage.unit * _AMONG
    tall = min(max(measure * _weight(player), stage.unit * 0.1), stage.height * 0.6) * _scale(stage, player)
    flies = player.role == "F"
    feet = [item.y for item in placed if item.player.role not in "FBS" and item.player.role not in "HP"]
    if flies:
        tall = min(tall, stage.height * 0.26)
    wide = tall * player.art.width / player.art.height
    y = stage.height * 0.05 + tall if flies else max(feet, default=stage.height * 0.9)

    def covered(x: float) -> float:
        boxes = ((item.x - item.wide / 2, item.x + item.wide / 2, item.y - item.tall, item.y) for item in placed)
        return sum(
            max(0.0, min(x + wide / 2, right) - max(x - wide / 2, left)) * max(0.0, min(y, low) - max(y - tall, high))
            for left, right, high, low in boxes
        )

    spots = [stage.width * share for share in (0.15, 0.85, 0.25, 0.75, 0.08, 0.92, 0.35, 0.65, 0.5)]

    def best() -> float:
        return min((min(max(spot, wide * 0.53), stage.width - wide * 0.53) for spot in spots), key=covered)

    for _ in range(4):  # rather small than before somebody
        if covered(best()) <= 0.05 * wide * tall:
            break
        tall, wide = tall * 0.82, wide * 0.82
    x = best()
    return Placed(player, x, min(y, stage.height * 0.975), tall, shadow=not flies)


def _filling(stage: Stage, placed: list[Placed], frame: list[Placed]) -> str:
    """The subjects alone, grown or shrunk together until those of the frame fill the picture."""
    if not frame:
        return abstract(stage)
    left, right = min(item.x - item.wide / 2 for item in frame), max(item.x + item.wide / 2 for item in frame)
    top, bottom = min(item.y - item.tall for item in frame), max(item.y for item in frame)
    share = 0.88 * min(stage.width / (right - left), stage.height / (bottom - top))
    middle, centre = (left + right) / 2, (top + bottom) / 2
    move = f"translate({stage.width / 2:.2f} {stage.height / 2:.2f}) scale({share:.4f}) translate({-middle:.2f} {-centre:.2f})"
    return f'<g transform="{move}">{"".join(drawn(stage, item, plain=True) for item in placed)}</g>'


def drawn(stage: Stage, item: Placed, *, plain: bool = False) -> str:
    """One placed drawing with its shadow, and its shine if it is a lamp."""
    art, scale = item.player.art, item.tall / item.player.art.height
    middle = (art.box[0] + art.box[2]) / 2
    flip = -1 if item.mirrored and MARK not in art.svg else 1
    transform = f"translate({item.x:.2f} {item.y:.2f}) rotate({item.turn:.1f}) scale({scale * flip:.4f} {scale:.4f})"
    parts = []
    if item.shadow and not plain and item.player.role not in "BS":
        parts.append(
            ellipse(
                item.x,
                item.y - item.tall * 0.012,
                item.wide * 0.56,
                max(item.wide * 0.11, item.tall * 0.035),
                "url(#shadow)",
            )
        )
    shining = stage.dark and item.player.name in LAMPS and not plain
    if shining:
        parts.append(circle(item.x, item.y - item.tall * 0.6, item.tall * 1.25, "url(#lamp)"))
    if shining and item.player.name == "lighthouse":
        parts.append(_beam(stage, item))
    parts.append(
        f'<g transform="{transform} translate({-middle:.2f} {-art.box[3]:.2f})">{_lined(art.svg, stage.unit * _LINE / scale)}</g>'
    )
    if item.player.role in "BS" and item.shadow and not plain:
        parts.append(_wake(stage, item))
    return "".join(parts)


def _lined(svg: str, width: float) -> str:
    """The drawing with its two-unit lines `width` units wide, within reason: small things enlarged keep fine lines."""
    width = max(0.75, min(2.6, width))
    return re.sub(r'stroke-width="(?:2|2\.0\d*|1\.[89]\d*)"', f'stroke-width="{width:.2f}"', svg)


def _wake(stage: Stage, item: Placed) -> str:
    """Water over the keel of what floats, with two white ripples."""
    tone, half, deep = mix(stage.palette.water, stage.palette.front, 0.12), item.wide * 0.62, item.tall * 0.07
    y = item.y - deep
    step = half * 0.5
    crest = trace(
        "M", item.x - half, y, "q", half * 0.25, -deep * 0.7, step, 0, "t", step, 0, "t", step, 0, "t", step, 0
    )
    below = trace("q", -half * 0.3, deep * 2.4, -half, deep * 2.4, "t", -half, -deep * 2.4, "z")
    ripple = trace("M", item.x - step, y + deep * 1.1, "q", half * 0.25, -deep * 0.5, step, 0, "t", step, 0)
    return (
        f'<path d="{crest}{below}" fill="{tone}" fill-opacity="0.9"/>'
        + stroke(crest, "#ffffff", stage.unit * 0.004, 'stroke-opacity="0.7"')
        + stroke(ripple, "#ffffff", stage.unit * 0.003, 'stroke-opacity="0.45"')
    )


def _beam(stage: Stage, item: Placed) -> str:
    """The light of a lighthouse across the sky."""
    x, y, far = item.x, item.y - item.tall * 0.8, stage.width * 0.7
    side = -1 if item.x > stage.width / 2 else 1
    return polygon(
        ((x, y), (x + side * far, y - far * 0.22), (x + side * far, y - far * 0.02)), "#fff2b8", 'fill-opacity="0.32"'
    )


def arranged(stage: Stage, places: frozenset[str], players: list[Player]) -> list[Placed]:
    """Every drawing on its place, from the back to the front."""
    if not players:
        return []
    floating = bool(places & {"space", "underwater"})
    groups: dict[str, list[Player]] = {"mid": [], "air": [], "water": [], "front": []}
    alone = len(players) == 1
    for player in players:
        if (
            floating and player.role in "CFSBVO" and not ("underwater" in places and player.role == "O")
        ) or player.role == "F":
            groups["air"].append(player)
        elif player.role in "BS" and places & {"sea", "lake"}:
            groups["water"].append(player)
        elif player.role in "HP" and player.size >= 1 and not alone:
            groups["mid"].append(player)
        else:
            groups["front"].append(player)
    near = [player for player in players if player not in groups["mid"]] or players
    measure = max(_weight(player) for player in near)
    front = max(0.8 * measure, *(_weight(player) for player in groups["front"]), 0.0)
    return [
        *_background(stage, groups["mid"]),
        *_afloat(stage, groups["water"], measure, shared=bool(groups["front"])),
        *_aloft(stage, groups["air"], measure, floating=floating, shared=bool(groups["front"] or groups["water"])),
        *_foreground(stage, groups["front"], front, busy=len(players) > 1),
    ]


def _weight(player: Player) -> float:
    """The size a thing is drawn in: differences are softened, or a mouse would vanish beside an elephant."""
    return float(player.size ** (0.75 if player.role == "O" else 0.62))


def _background(stage: Stage, players: list[Player]) -> list[Placed]:
    """Buildings and trees behind the others, on the edges of the ground."""
    random, placed = stage.dice("background"), []
    spots = [0.2, 0.8, 0.36, 0.64, 0.08, 0.92, 0.5]
    if random.random() < 0.5:
        spots = [1 - spot for spot in spots]
    singles = [player for player in players for _ in range(min(player.count, 5))]
    for index, player in enumerate(singles[: len(spots)]):
        tall = stage.unit * 0.27 * player.size**0.7 * random.uniform(0.92, 1.08) * (0.85 if len(singles) > 2 else 1)
        tall = min(tall, stage.width * 0.5 * player.art.height / player.art.width)
        x = stage.width * spots[index] + stage.unit * random.uniform(-0.03, 0.03)
        wide = tall * player.art.width / player.art.height
        x = min(max(x, wide * 0.53), stage.width - wide * 0.53)
        base = stage.ground if stage.ground < stage.height else stage.horizon
        y = base + stage.unit * random.uniform(0.02, 0.045)
        placed.append(Placed(player, x, y, tall, mirrored=random.random() < 0.4))
    return sorted(placed, key=lambda item: item.y)


def _furniture(stage: Stage) -> list[Placed]:
    """A plant and an armchair, or something like them, along the wall of a room."""
    random = stage.dice("furniture")
    first, second = random.sample(
        [Noun("1FAB4", "P", 0.5), Noun("E141", "O", 0.75), Noun("1FA91", "O", 0.65), Noun("E260", "O", 0.6)], 2
    )
    placed = []
    for noun, spot in ((first, 0.1), (second, 0.9)):
        player = Player(dressed(Subject(noun, ""), stage.palette), noun.art, noun.role, noun.size, 1, main=False)
        x = stage.width * (spot + random.uniform(-0.02, 0.02))
        placed.append(Placed(player, x, stage.horizon + stage.unit * 0.05, stage.unit * 0.4 * noun.size))
    return placed


def _afloat(stage: Stage, players: list[Player], measure: float, *, shared: bool) -> list[Placed]:
    """Boats and swimmers on the water, their keels in it."""
    random, placed = stage.dice("afloat"), []
    singles = [player for player in players for _ in range(player.count)]
    bottom = min(stage.height, stage.ground)
    for index, player in enumerate(singles):
        x = stage.width * (index + 0.5) / len(singles) + stage.width / len(singles) * random.uniform(-0.16, 0.16)
        if shared:
            y, size = stage.horizon + (bottom - stage.horizon) * random.uniform(0.42, 0.66), 0.24
        else:
            y, size = stage.horizon + (bottom - stage.horizon) * random.uniform(0.66, 0.8), 0.56 / len(singles) ** 0.4
        tall = stage.unit * size * _weight(player) / measure
        tall = min(tall, stage.width * 0.8 / len(singles) * player.art.height / player.art.width)
        placed.append(Placed(player, x, y, tall, mirrored=random.random() < 0.5, turn=random.uniform(-3, 3)))
    return sorted(placed, key=lambda item: item.y)


def _aloft(stage: Stage, players: list[Player], measure: float, *, floating: bool, shared: bool) -> list[Placed]:
    """What flies, or floats in water or space, in a loose row."""
    random, placed = stage.dice("aloft"), []
    singles = [player for player in players for _ in range(player.count)]
    rows = 1 if len(singles) <= 4 else 2
    columns = math.ceil(len(singles) / rows) if singles else 1
    depth = stage.height if floating else stage.horizon
    for index, player in enumerate(singles):
        row, column = index % rows, index // rows
        x = stage.width * (column + 0.5 + (0.22 if row else -0.04) * (rows - 1)) / columns
        share = (0.34, 0.6)[index % 2] if floating and len(singles) > 1 else 0.5 if rows == 1 else 0.34 + 0.3 * row
        size = (0.54 if not shared else 0.26) / len(singles) ** 0.35
        size *= 1.3 if shared and player.size > 1 else 1
        tall = stage.unit * size * _weight(player) / measure * (1.15 if floating and not shared else 1)
        tall = min(tall, stage.width * 0.72 / columns * player.art.height / player.art.width, depth * 0.85)
        y = max(tall * 1.08, depth * (share + random.uniform(-0.07, 0.07)) + tall * 0.45)
        x += stage.width / columns * random.uniform(-0.14, 0.14)
        placed.append(Placed(player, x, y, tall, random.random() < 0.5, random.uniform(-7, 7), shadow=False))
    return placed


def _foreground(stage: Stage, players: list[Player], measure: float, *, busy: bool) -> list[Placed]:
    """The subjects on the ground: the main one near a third of the width, the others beside it, none covered."""
    singles = [player for player in players for _ in range(player.count)]
    if not singles:
        return []
    random = stage.dice("foreground")
    base = stage.ground if stage.ground < stage.height else stage.height * 0.78
    target = stage.unit * (_ALONE if len(singles) == 1 and not busy else _AMONG)
    wide = sum(_tall(player, target, measure) * player.art.width / player.art.height for player in singles)
    small = sum(player.size <= 0.5 for player in singles)
    if wide < stage.width * 1.02 or len(singles) < 3 or (len(singles) < 5 and small in (0, len(singles))):
        return _row(stage, singles, target, measure, base + (stage.height - base) * (0.7 if busy else 0.66), random)
    ranked = sorted(singles, key=lambda player: (not player.main, -player.size))
    half = len(ranked) // 2
    back = _row(stage, ranked[:half], target * 0.78, measure, base + (stage.height - base) * 0.16, random)
    front = _row(
        stage,
        ranked[half:],
        target * (0.62 if ranked[half].size > 0.5 else 0.55),
        measure,
        base + (stage.height - base) * 0.78,
        random,
    )
    return sorted((*back, *front), key=lambda item: item.y)


def _tall(player: Player, target: float, measure: float) -> float:
    """The height in pixels of a drawing where the largest is `target` tall."""
    return target * _weight(player) / measure


def _row(stage: Stage, singles: list[Player], target: float, measure: float, y: float, random: Random) -> list[Placed]:
    """Drawings side by side about the line y, shrunk until they fit."""
    talls = [_tall(player, target, measure) * random.uniform(0.95, 1.05) for player in singles]
    wides = [player.art.width * tall / player.art.height for player, tall in zip(singles, talls, strict=True)]
    room = stage.width * (0.6 if len(singles) == 1 else 0.9)
    shrink = min(1.0, room / (sum(wides) * (1 + 0.12 * (len(singles) > 1))))
    talls, wides = [tall * shrink for tall in talls], [wide * shrink for wide in wides]
    order = list(range(len(singles)))
    random.shuffle(order)
    if len(order) > 2 and order[0] != 0:
        order.remove(0)
        order.insert(random.choice((1, len(order) - 1)), 0)
    spare = stage.width - sum(wides)
    gap = min(spare / (len(order) + 1), stage.unit * 0.09)
    lean = random.uniform(-0.5, 0.5) * max(0.0, spare - gap * (len(order) + 1)) * (0.55 if len(order) > 1 else 0.42)
    x = (stage.width - sum(wides) - gap * (len(order) - 1)) / 2 + lean
    placed = []
    for index in order:
        foot = y + stage.unit * (random.uniform(-0.012, 0.03) + (0.025 if talls[index] < target * 0.6 else 0))
        mirrored = random.random() < 0.5 and len(singles[index].art.svg) < 60000
        placed.append(
            Placed(singles[index], x + wides[index] / 2, min(foot, stage.height * 0.975), talls[index], mirrored)
        )
        x += wides[index] + gap
    return placed
