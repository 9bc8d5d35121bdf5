"""Open-air scenery: mountains, water, woods, towns, and the ground that the subjects stand on."""

from __future__ import annotations

from random import Random

from embedded.artist.colours import lighter, mix
from embedded.artist.ground import ground, street
from embedded.artist.stage import (
    Points,
    Stage,
    box,
    circle,
    height_at,
    land,
    number,
    polygon,
    rolling,
    stroke,
)
from embedded.artist.waters import bank, water


def open_air(stage: Stage, places: frozenset[str]) -> str:
    """Everything between the sky and the subjects for places under the open sky."""
    parts = []
    if "mountain" in places:
        parts.append(mountains(stage))
    if "city" in places:
        parts.append(skyline(stage))
    if "desert" in places:
        return "".join((*parts, desert(stage)))
    if not places & {"mountain", "city", "sea"}:
        parts.append(_far_hills(stage))
    if places & {"sea", "lake"}:
        parts.append(water(stage))
        if "mountain" not in places and "lake" in places:
            parts.append(
                wood(
                    stage,
                    stage.horizon + stage.unit * 0.005,
                    0.1,
                    mix(stage.palette.far, stage.palette.mid, 0.6),
                    "bank",
                    18,
                )
                + bank(stage)
            )
        if stage.ground >= stage.height:
            return "".join(parts)
    else:
        parts.append(_middle_hills(stage, places))
    if "city" in places:
        return "".join((*parts, street(stage)))
    return "".join((*parts, ground(stage, places)))


def _far_hills(stage: Stage) -> str:
    """Two pale lines of hills where the sky ends."""
    colours = stage.palette
    first = rolling(stage, "far hills", stage.horizon - stage.unit * 0.035, stage.unit * 0.045, 5)
    second = rolling(stage, "nearer hills", stage.horizon + stage.unit * 0.01, stage.unit * 0.035, 4)
    return land(first, stage.height, mix(colours.far, colours.low, 0.35)) + land(
        second, stage.height, mix(colours.far, colours.mid, 0.4)
    )


def mountains(stage: Stage) -> str:
    """Two ranges with light and shadow sides and snow on top."""
    random, colours, parts = stage.dice("mountains"), stage.palette, []
    snowy = not stage.scene.words & {"volcano", "火山"}
    for depth in range(2):
        tone = mix(colours.far, colours.low if depth == 0 else colours.mid, 0.4 if depth == 0 else 0.15)
        count = random.randint(2, 3) + depth * 2
        for index in range(count):
            x = stage.width * (index + random.uniform(0.2, 0.8)) / count
            tall = stage.unit * (random.uniform(0.3, 0.44) if depth == 0 else random.uniform(0.14, 0.24))
            parts.append(_peak(x, stage.horizon + stage.unit * 0.05, tall, tone, snowy and depth == 0, random))
        parts.append(
            land(
                rolling(stage, f"foot {depth}", stage.horizon + stage.unit * 0.02 * depth, stage.unit * 0.02, 6),
                stage.height,
                tone,
            )
        )
    if not snowy:
        parts.append(_volcano(stage))
    return "".join(parts)


def _peak(x: float, base: float, tall: float, tone: str, snow: bool, random: Random) -> str:
    """One mountain: a lit and a shadowed face and a ragged cap of snow."""
    wide, top, lean = tall * random.uniform(0.75, 1.0), base - tall, tall * random.uniform(-0.08, 0.08)
    foot = x + tall * random.uniform(0.06, 0.16)
    lit, dark = lighter(tone, 0.16), lighter(tone, -0.1)
    parts = [
        polygon(((x - wide, base), (x + lean, top), (foot, base)), lit),
        polygon(((x + lean, top), (x + wide, base), (foot, base), (foot - tall * 0.05, base - tall * 0.4)), dark),
    ]
    if snow:
        low, left, right = top + tall * 0.3, x + lean - wide * 0.27, x + lean + wide * 0.27
        teeth = [(left, low), (x + lean, top), (right, low)]
        steps = 5
        for index in range(1, steps):
            share = index / steps
            teeth.append((right + (left - right) * share, low + tall * (0.07 if index % 2 else -0.05)))
        parts.append(polygon(teeth, "#f7fafc", 'fill-opacity="0.92"'))
        parts.append(
            polygon(
                ((x + lean, top), (right, low), (x + lean + wide * 0.1, low - tall * 0.02)),
                mix(dark, "#eaf0f6", 0.6),
                'fill-opacity="0.8"',
            )
        )
    return "".join(parts)


def _volcano(stage: Stage) -> str:
    """A cone with a glowing rim and smoke."""
    x, base, tall = stage.width * 0.68, stage.horizon + stage.unit * 0.06, stage.unit * 0.36
    top, rim, tone = base - tall, stage.unit * 0.055, mix(stage.palette.far, "#5a3a3a", 0.45)
    smoke = "".join(
        circle(
            x + stage.unit * dx,
            top - stage.unit * dy,
            stage.unit * r,
            mix(tone, stage.palette.low, 0.5),
            'fill-opacity="0.8"',
        )
        for dx, dy, r in ((0.0, 0.04, 0.035), (0.03, 0.09, 0.045), (0.0, 0.15, 0.055), (0.06, 0.2, 0.06))
    )
    cone = polygon(((x - tall * 0.8, base), (x - rim, top), (x + rim, top), (x + tall * 0.8, base)), tone)
    lava = polygon(
        (
            (x - rim, top),
            (x + rim, top),
            (x + rim * 0.5, top + tall * 0.3),
            (x, top + tall * 0.16),
            (x - rim * 0.5, top + tall * 0.4),
        ),
        "#f0743a",
    )
    return smoke + cone + lava


def _middle_hills(stage: Stage, places: frozenset[str]) -> str:
    """Hills before the ground, wooded or with a few trees, or a village on them."""
    colours = stage.palette
    level = (stage.horizon + stage.ground) / 2 + stage.unit * 0.005
    line = rolling(stage, "middle hills", level, stage.unit * 0.03, 4)
    parts = []
    if "forest" in places:
        parts.append(
            wood(stage, stage.horizon + stage.unit * 0.02, 0.2, mix(colours.far, colours.mid, 0.35), "far wood", 24)
        )
        parts.append(wood(stage, level + stage.unit * 0.01, 0.3, mix(colours.mid, colours.near, 0.4), "near wood", 14))
    parts.append(land(line, stage.height, colours.mid))
    if "forest" not in places:
        parts.append(_scattered(stage, line, mix(colours.mid, colours.front, 0.45), 0.05, 7))
    if "village" in places:
        parts.append(_village(stage, line))
    if "forest" in places:
        parts.append(
            wood(
                stage,
                stage.ground + stage.unit * 0.02,
                0.46,
                mix(colours.near, colours.front, 0.6),
                "edge wood",
                4,
                sides=True,
            )
        )
    return "".join(parts)


def wood(stage: Stage, base: float, size: float, tone: str, purpose: str, count: int, *, sides: bool = False) -> str:
    """A row of trees; with `sides` they stand only left and right and frame the picture."""
    if "trees" in stage.scene.bare:
        return ""
    random, parts = stage.dice(purpose), []
    count = max(3, round(count * max(1.0, stage.width / stage.unit)))
    for index in range(count):
        x = stage.width * (index + random.uniform(0.1, 0.9)) / count
        if sides:
            x = stage.width * (random.uniform(-0.02, 0.13) if index % 2 else random.uniform(0.87, 1.02))
        tall = stage.unit * size * random.uniform(0.7, 1.1)
        parts.append(
            small_tree(
                x,
                base + random.uniform(0, stage.unit * 0.03),
                tall,
                lighter(tone, random.uniform(-0.08, 0.1)),
                random,
                stage,
            )
        )
    return "".join(parts)


def small_tree(x: float, base: float, tall: float, tone: str, random: Random, stage: Stage) -> str:
    """A tree of the background: a fir or a round crown, in one tone and its shade."""
    trunk = mix(stage.palette.front, "#4a3426", 0.5)
    if random.random() < (0.75 if "snow" in stage.scene.weather or stage.dice("wood kind").random() < 0.5 else 0.15):
        parts = [box(x - tall * 0.025, base - tall * 0.14, tall * 0.05, tall * 0.14, trunk)]
        for low, high, wide in ((0.08, 0.5, 0.24), (0.3, 0.75, 0.19), (0.55, 1.0, 0.13)):
            shade = lighter(tone, 0.05 * low * 4)
            parts.append(
                polygon(
                    (
                        (x - tall * wide, base - tall * low),
                        (x, base - tall * high),
                        (x + tall * wide, base - tall * low),
                    ),
                    shade,
                )
            )
            if "snow" in stage.scene.weather:
                top = base - tall * high
                parts.append(
                    polygon(
                        (
                            (x - tall * wide * 0.45, top + tall * 0.19),
                            (x, top),
                            (x + tall * wide * 0.4, top + tall * 0.17),
                        ),
                        "#f6fafd",
                    )
                )
        return "".join(parts)
    if stage.scene.season == "autumn":
        tone = mix(tone, random.choice(("#d9772f", "#e0a53a", "#b8492f")), 0.6)
    elif stage.scene.season == "spring":
        tone = mix(tone, random.choice(("#f3b6c6", "#f8d3dc", "#9fd07a")), 0.55)
    radius = tall * 0.26
    return (
        box(x - tall * 0.03, base - tall * 0.5, tall * 0.06, tall * 0.5, trunk)
        + circle(x - radius * 0.6, base - tall * 0.52, radius * 0.85, lighter(tone, -0.06))
        + circle(x + radius * 0.65, base - tall * 0.54, radius * 0.8, lighter(tone, -0.06))
        + circle(x, base - tall * 0.7, radius * 1.1, tone)
        + circle(x - radius * 0.3, base - tall * 0.78, radius * 0.5, lighter(tone, 0.14))
    )


def _scattered(stage: Stage, line: Points, tone: str, size: float, count: int) -> str:
    """Small trees here and there along a hill."""
    if "trees" in stage.scene.bare:
        return ""
    random, parts = stage.dice("scattered"), []
    for _ in range(count):
        x = random.uniform(0.02, 0.98) * stage.width
        parts.append(
            small_tree(
                x,
                height_at(line, x) + stage.unit * 0.008,
                stage.unit * size * random.uniform(0.9, 1.9),
                tone,
                random,
                stage,
            )
        )
    return "".join(parts)


def _village(stage: Stage, line: Points) -> str:
    """Small houses on a hill, with lit windows after dark."""
    random, parts = stage.dice("village"), []
    window = "#ffd978" if stage.dark else mix(stage.palette.high, "#ffffff", 0.4)
    for _ in range(8):
        x, wide = random.uniform(0.05, 0.95) * stage.width, stage.unit * random.uniform(0.045, 0.075)
        base, tall = height_at(line, x) + stage.unit * 0.014, wide * random.uniform(0.75, 1.0)
        wall = mix(
            random.choice(("#f3e3c8", "#ead2bb", "#f5ece0", "#dfc3a4")), stage.palette.light, stage.palette.shade * 1.6
        )
        roof = mix(
            random.choice(("#b5583f", "#8f5a49", "#6d6a80", "#c77a4a")), stage.palette.light, stage.palette.shade * 1.6
        )
        if "snow" in stage.scene.weather:
            roof = mix(roof, "#ffffff", 0.75)
        parts.append(box(x - wide / 2, base - tall, wide, tall, wall))
        parts.append(
            polygon(((x - wide * 0.62, base - tall), (x, base - tall * 1.7), (x + wide * 0.62, base - tall)), roof)
        )
        parts.append(box(x - wide * 0.3, base - tall * 0.7, wide * 0.2, wide * 0.24, window))
        parts.append(box(x + wide * 0.08, base - tall * 0.7, wide * 0.2, wide * 0.24, window))
    return "".join(parts)


def skyline(stage: Stage) -> str:
    """Three depths of buildings; windows are lit after dark."""
    random, colours, parts = stage.dice("skyline"), stage.palette, []
    base = stage.ground + stage.unit * 0.02
    for depth, (tone, tallest) in enumerate(
        (
            (mix(colours.far, colours.low, 0.45), 0.5),
            (mix(colours.far, colours.mid, 0.3), 0.42),
            (mix(colours.far, colours.front, 0.55), 0.3),
        )
    ):
        x = -stage.unit * random.uniform(0, 0.08)
        while x < stage.width:
            wide = stage.unit * random.uniform(0.07, 0.13)
            tall = stage.unit * tallest * random.uniform(0.5, 1.0)
            parts.append(
                _building(x, base, wide, tall, lighter(tone, random.uniform(-0.06, 0.07)), depth, stage, random)
            )
            x += wide + stage.unit * random.choice((0, 0, 0.008, 0.02))
    return "".join(parts)


def _building(
    x: float, base: float, wide: float, tall: float, tone: str, depth: int, stage: Stage, random: Random
) -> str:
    """One house of a city with its roof and windows."""
    top = base - tall
    parts = [box(x, top, wide, tall, tone)]
    roof = random.random()
    if roof < 0.2:
        parts.append(polygon(((x, top), (x + wide / 2, top - wide * 0.5), (x + wide, top)), tone))
    elif roof < 0.4:
        parts.append(box(x + wide * 0.46, top - wide * 0.5, wide * 0.08, wide * 0.5, tone))
    elif roof < 0.6:
        parts.append(box(x + wide * 0.2, top - wide * 0.16, wide * 0.6, wide * 0.17, tone))
    if depth == 0:
        return "".join(parts)
    lit = "#ffdf8e" if stage.dark or stage.hour == "sunset" else mix(tone, "#ffffff", 0.42)
    dull = lighter(tone, -0.12)
    size, columns = wide * 0.13, 4
    rows = min(12, int(tall / (size * 2.3)))
    for row in range(rows):
        for column in range(columns):
            colour = lit if random.random() < (0.5 if stage.dark else 0.75) else dull
            parts.append(
                box(x + wide * (0.1 + 0.22 * column), top + size * (0.9 + row * 2.2), size, size * 1.3, colour)
            )
    return "".join(parts)


def desert(stage: Stage) -> str:
    """Dunes with a lit and a shadowed side, and cacti far away."""
    colours, parts = stage.palette, []
    for index, (level, share) in enumerate(
        ((stage.horizon, 0.35), (stage.horizon + stage.unit * 0.06, 0.6), (stage.ground, 0.88))
    ):
        tone = mix(colours.far if index < 2 else colours.near, "#eec07a", share * 0.85)
        tone = mix(tone, colours.light, colours.shade * 1.8)
        line = rolling(stage, f"dune {index}", level, stage.unit * (0.05 - 0.012 * index), 3)
        parts.append(land(line, stage.height, tone))
        shifted = [(x + stage.unit * 0.12, y + stage.unit * 0.02) for x, y in line]
        parts.append(land(shifted, stage.height, lighter(tone, -0.07), 'fill-opacity="0.55"'))
    random = stage.dice("cacti")
    green = mix("#5d8f5a", colours.light, colours.shade * 1.8)
    for _ in range(3):
        x, tall = random.random() * stage.width, stage.unit * random.uniform(0.06, 0.11)
        base, thick = stage.ground + stage.unit * 0.01, stage.unit * 0.014
        path = f"M{number(x)} {number(base)}v{number(-tall)}M{number(x)} {number(base - tall * 0.35)}h{number(-tall * 0.28)}v{number(-tall * 0.3)}"
        parts.append(
            stroke(
                path + f"M{number(x)} {number(base - tall * 0.5)}h{number(tall * 0.28)}v{number(-tall * 0.25)}",
                green,
                thick,
                'stroke-linejoin="round"',
            )
        )
    return "".join(parts)
