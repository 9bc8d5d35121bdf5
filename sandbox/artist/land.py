"""Open-air scenery: mountains, water, woods, towns, and the ground that the subjects stand on."""

from __future__ import annotations

from random import Random

from sandbox.artist.colours import lighter, mix
from sandbox.artist.scenery import light_place
from sandbox.artist.stage import (
    Points,
    Stage,
    box,
    circle,
    ellipse,
    gradient,
    height_at,
    land,
    number,
    polygon,
    rolling,
    stroke,
)


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
            parts.append(_banks(stage))
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
            _wood(stage, stage.horizon + stage.unit * 0.02, 0.2, mix(colours.far, colours.mid, 0.35), "far wood", 24)
        )
        parts.append(_wood(stage, level + stage.unit * 0.01, 0.3, mix(colours.mid, colours.near, 0.4), "near wood", 14))
    parts.append(land(line, stage.height, colours.mid))
    if "forest" not in places:
        parts.append(_scattered(stage, line, mix(colours.mid, colours.front, 0.45), 0.05, 7))
    if "village" in places:
        parts.append(_village(stage, line))
    if "forest" in places:
        parts.append(
            _wood(
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


def _wood(stage: Stage, base: float, size: float, tone: str, purpose: str, count: int, *, sides: bool = False) -> str:
    """A row of trees; with `sides` they stand only left and right and frame the picture."""
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


def street(stage: Stage) -> str:
    """Pavement and road in front of a city."""
    colours = stage.palette
    road = mix(mix("#777a86", colours.front, 0.35), colours.light, colours.shade)
    kerb = stage.ground + (stage.height - stage.ground) * 0.16
    parts = [
        box(0, stage.ground, stage.width, stage.height, lighter(road, 0.4)),
        box(0, kerb, stage.width, stage.height, road),
    ]
    parts.append(box(0, kerb, stage.width, stage.unit * 0.008, lighter(road, 0.6)))
    dash = stage.unit * 0.11
    middle = kerb + (stage.height - kerb) * 0.52
    for index in range(int(stage.width / dash) + 2):
        if index % 2:
            left = index * dash - dash * 0.6
            parts.append(
                polygon(
                    (
                        (left, middle),
                        (left + dash * 0.8, middle),
                        (left + dash * 0.72, middle + dash * 0.1),
                        (left - dash * 0.1, middle + dash * 0.1),
                    ),
                    "#f3e8c4",
                    'fill-opacity="0.7"',
                )
            )
    if stage.scene.weather & {"rain", "storm"}:
        random = stage.dice("puddles")
        for _ in range(5):
            parts.append(
                ellipse(
                    random.random() * stage.width,
                    random.uniform(kerb, stage.height),
                    stage.unit * 0.09,
                    stage.unit * 0.014,
                    lighter(colours.middle, 0.2),
                    'fill-opacity="0.5"',
                )
            )
    return "".join(parts)


def water(stage: Stage) -> str:
    """Sea or lake from the horizon down, with light on it."""
    colours, random = stage.palette, stage.dice("water")
    bottom = min(stage.height, stage.ground + stage.unit * 0.1)
    parts = [
        "<defs>",
        gradient(
            "water",
            (0, mix(colours.water, colours.low, 0.45), 1),
            (0.4, colours.water, 1),
            (1, lighter(colours.water, -0.18), 1),
        ),
        "</defs>",
        box(0, stage.horizon, stage.width, bottom - stage.horizon, "url(#water)"),
    ]
    x, _ = light_place(stage)
    if not stage.scene.weather & {"rain", "storm", "fog"}:
        for index in range(16):
            y = stage.horizon + (bottom - stage.horizon) * (index / 16) ** 1.25
            wide = stage.unit * (0.05 + 0.011 * index) * random.uniform(0.5, 1.1)
            parts.append(
                ellipse(
                    x + stage.unit * random.uniform(-0.02, 0.02),
                    y + 3,
                    wide,
                    stage.unit * (0.0022 + 0.0002 * index),
                    colours.sun,
                    'fill-opacity="0.5"',
                )
            )
    for index in range(30):
        share = (index / 30) ** 1.3
        y, size = stage.horizon + (bottom - stage.horizon) * (0.05 + 0.93 * share), stage.unit * (0.02 + 0.06 * share)
        left = random.uniform(-0.05, 1) * stage.width
        path = (
            f"M{number(left)} {number(y)}q{number(size / 2)} {number(-size * 0.18)} {number(size)} 0t{number(size)} 0"
        )
        parts.append(
            stroke(path, lighter(colours.water, 0.5), stage.unit * (0.0016 + 0.002 * share), 'stroke-opacity="0.55"')
        )
    return "".join(parts)


def wave_front(stage: Stage, level: float, tone: str, purpose: str) -> str:
    """A wave across the picture with a white edge, in front of what floats."""
    size = stage.unit * 0.075
    random = stage.dice(purpose)
    count = int(stage.width / size) + 3
    left = -size * random.uniform(0.2, 1.2)
    path = f"M{number(left)} {number(level)}" + f"q{number(size * 0.5)} {number(-size * 0.34)} {number(size)} 0" * count
    filled = path + f"V{stage.height + 5}H{number(left)}Z"
    return f'<path d="{filled}" fill="{tone}"/>' + stroke(
        path, lighter(tone, 0.6), stage.unit * 0.004, 'stroke-opacity="0.75"'
    )


def _banks(stage: Stage) -> str:
    """The far bank of a lake with its trees."""
    colours = stage.palette
    line = [
        (0.0, stage.horizon),
        (stage.width * 0.5, stage.horizon - stage.unit * 0.012),
        (float(stage.width), stage.horizon + stage.unit * 0.004),
    ]
    trees = _wood(stage, stage.horizon + stage.unit * 0.005, 0.1, mix(colours.far, colours.mid, 0.6), "bank", 18)
    return trees + land(line, stage.horizon + stage.unit * 0.014, mix(colours.mid, colours.far, 0.3))


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


def ground(stage: Stage, places: frozenset[str]) -> str:
    """The land the subjects stand on, with what grows there."""
    colours = stage.palette
    tone, deep = colours.near, colours.front
    if "beach" in places:
        tone, deep = (
            mix(mix(base, sand, 0.85), colours.light, colours.shade * 1.5)
            for base, sand in ((tone, "#f3dfb0"), (deep, "#dcb97e"))
        )
    line = rolling(stage, "ground", stage.ground, stage.unit * 0.022, 3)
    parts = ["<defs>", gradient("ground", (0, tone, 1), (1, deep, 1)), "</defs>"]
    if "beach" in places:
        foam = [(x, y - stage.unit * 0.012) for x, y in line]
        parts.append(land(foam, stage.height, "#ffffff", 'fill-opacity="0.75"'))
    parts.append(land(line, stage.height, "url(#ground)"))
    if stage.scene.words & {"path", "road", "小路", "马路"} or ("village" in places):
        parts.append(_path(stage, mix(mix(tone, "#e9cf9c", 0.6), colours.light, colours.shade)))
    if "beach" in places:
        parts.append(_pebbles(stage, lighter(deep, -0.12), 22))
    elif "snow" in stage.scene.weather or "snowfield" in places:
        parts.append(_drifts(stage))
    else:
        if "field" in places:
            parts.append(_rows(stage, lighter(tone, 0.14)))
        parts.append(_grass(stage, tone, deep))
        lush = bool(places & {"garden"}) or stage.scene.season == "spring"
        parts.append(_flowers(stage, 60 if lush else 14))
        if "garden" in places:
            parts.append(_fence(stage))
    return "".join(parts)


def _path(stage: Stage, tone: str) -> str:
    """A way that winds from the foreground up the ground."""
    x, low, top = stage.width * stage.dice("path").uniform(0.35, 0.65), stage.height, stage.ground + stage.unit * 0.012
    wide, bend, deep = stage.unit * 0.13, stage.unit * 0.16, stage.height - top
    outline = (
        f"M{number(x - wide)} {low}C{number(x - wide + bend)} {number(low - deep * 0.45)} {number(x - bend)} {number(low - deep * 0.6)} {number(x)} {number(top)}"
        f"h{number(wide * 0.2)}C{number(x - bend + wide * 0.7)} {number(low - deep * 0.6)} {number(x + wide + bend)} {number(low - deep * 0.45)} {number(x + wide)} {low}Z"
    )
    return f'<path d="{outline}" fill="{tone}" fill-opacity="0.75"/>'


def _grass(stage: Stage, tone: str, deep: str) -> str:
    """Tufts, larger toward the viewer."""
    random, light, dark = stage.dice("grass"), [], []
    for index in range(int(64 * max(1.0, stage.width / stage.unit))):
        share = random.random()
        x, y = random.random() * stage.width, stage.ground + (stage.height - stage.ground) * (0.08 + 0.92 * share)
        size = stage.unit * (0.008 + 0.016 * share)
        tuft = f"M{number(x)} {number(y)}q{number(-size * 0.2)} {number(-size * 0.6)} {number(-size * 0.5)} {number(-size * 0.9)}M{number(x)} {number(y)}v{number(-size * 1.2)}"
        (light if index % 2 else dark).append(
            tuft
            + f"M{number(x)} {number(y)}q{number(size * 0.2)} {number(-size * 0.6)} {number(size * 0.5)} {number(-size * 0.9)}"
        )
    return stroke("".join(dark), lighter(deep, -0.1), stage.unit * 0.0028) + stroke(
        "".join(light), lighter(tone, 0.2), stage.unit * 0.0028
    )


def _flowers(stage: Stage, count: int) -> str:
    """Little flowers in the grass."""
    random, parts = stage.dice("flowers"), []
    petals = [
        mix(colour, stage.palette.light, stage.palette.shade * 1.5)
        for colour in ("#ffffff", "#f6a6b8", "#f7d154", "#b79be0", "#ef7d6b")
    ]
    kinds = random.sample(petals, 3)
    for _ in range(count):
        share = random.random()
        x, y = random.random() * stage.width, stage.ground + (stage.height - stage.ground) * (0.1 + 0.88 * share)
        size, colour = stage.unit * (0.0035 + 0.0065 * share), random.choice(kinds)
        parts.append(
            stroke(
                f"M{number(x)} {number(y)}v{number(size * 3)}", lighter(stage.palette.front, -0.1), stage.unit * 0.002
            )
        )
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            parts.append(circle(x + dx * size * 0.75, y + dy * size * 0.75, size * 0.72, colour))
        parts.append(circle(x, y, size * 0.55, "#f2b33d" if colour != petals[2] else "#b5703a"))
    return "".join(parts)


def _fence(stage: Stage) -> str:
    """A low white fence at the back of a garden."""
    tone = mix("#f8f3e8", stage.palette.light, stage.palette.shade * 1.4)
    high, step = stage.unit * 0.09, stage.unit * 0.05
    base = stage.ground + stage.unit * 0.025
    parts = [box(0, base - high * share, stage.width, high * 0.11, lighter(tone, -0.06)) for share in (0.75, 0.35)]
    for index in range(int(stage.width / step) + 1):
        x = index * step + step * 0.2
        parts.append(
            polygon(
                (
                    (x, base),
                    (x, base - high * 0.85),
                    (x + step * 0.22, base - high),
                    (x + step * 0.44, base - high * 0.85),
                    (x + step * 0.44, base),
                ),
                tone,
            )
        )
    return "".join(parts)


def _rows(stage: Stage, tone: str) -> str:
    """Rows of a field that meet at the horizon."""
    middle = stage.width * stage.dice("rows").uniform(0.35, 0.65)
    lines = "".join(
        f"M{number(middle + (index - 9) * stage.unit * 0.035)} {number(stage.ground + stage.unit * 0.02)}L{number(middle + (index - 9) * stage.unit * 0.3)} {stage.height}"
        for index in range(19)
    )
    return stroke(lines, tone, stage.unit * 0.011, 'stroke-opacity="0.6"')


def _drifts(stage: Stage) -> str:
    """Soft blue shadows and glitter on snow."""
    random, parts = stage.dice("drifts"), []
    for _ in range(9):
        x, y = random.random() * stage.width, random.uniform(stage.ground, stage.height)
        parts.append(
            ellipse(
                x,
                y,
                stage.unit * random.uniform(0.06, 0.16),
                stage.unit * random.uniform(0.006, 0.014),
                mix(stage.palette.front, "#9bb6d8", 0.5),
                'fill-opacity="0.35"',
            )
        )
    return "".join(parts)


def _pebbles(stage: Stage, tone: str, count: int) -> str:
    """Pebbles, shells and a starfish on sand."""
    random, parts = stage.dice("pebbles"), []
    for _ in range(count):
        x, y, size = (
            random.random() * stage.width,
            random.uniform(stage.ground + stage.unit * 0.03, stage.height),
            stage.unit * random.uniform(0.003, 0.008),
        )
        parts.append(ellipse(x, y, size, size * 0.6, random.choice((tone, lighter(tone, 0.3), "#f4b9a7"))))
    return "".join(parts)
