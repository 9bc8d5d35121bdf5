"""The nearest ground: what the subjects stand on, and what grows or lies there."""

from __future__ import annotations

from embedded.artist.colours import lighter, mix
from embedded.artist.stage import Stage, box, circle, ellipse, gradient, land, number, polygon, rolling, stroke, trace


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
    upper, lower = low - deep * 0.6, low - deep * 0.45
    left = trace("M", x - wide, low, "C", x - wide + bend, lower, x - bend, upper, x, top)
    right = trace("h", wide * 0.2, "C", x - bend + wide * 0.7, upper, x + wide + bend, lower, x + wide, low, "Z")
    return f'<path d="{left}{right}" fill="{tone}" fill-opacity="0.75"/>'


def _grass(stage: Stage, tone: str, deep: str) -> str:
    """Tufts, larger toward the viewer."""
    random = stage.dice("grass")
    light: list[str] = []
    dark: list[str] = []
    for index in range(int(64 * max(1.0, stage.width / stage.unit))):
        share = random.random()
        x, y = random.random() * stage.width, stage.ground + (stage.height - stage.ground) * (0.08 + 0.92 * share)
        size = stage.unit * (0.008 + 0.016 * share)
        blades = ((-0.5, -0.9), (0.0, -1.2), (0.5, -0.9))
        tuft = "".join(
            trace("M", x, y, "q", size * lean * 0.4, size * -0.6, size * lean, size * rise) for lean, rise in blades
        )
        (light if index % 2 else dark).append(tuft)
    return stroke("".join(dark), lighter(deep, -0.1), stage.unit * 0.0028) + stroke(
        "".join(light), lighter(tone, 0.2), stage.unit * 0.0028
    )


def _flowers(stage: Stage, count: int) -> str:
    """Little flowers in the grass."""
    if "flowers" in stage.scene.bare:
        return ""
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
    top, step = stage.ground + stage.unit * 0.02, stage.unit
    lines = "".join(
        trace("M", middle + row * step * 0.035, top, "L", middle + row * step * 0.3, stage.height)
        for row in range(-9, 10)
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
        shine, wide = lighter(colours.middle, 0.2), stage.unit * 0.09
        for _ in range(5):
            x, y = random.random() * stage.width, random.uniform(kerb, stage.height)
            parts.append(ellipse(x, y, wide, wide * 0.16, shine, 'fill-opacity="0.5"'))
    return "".join(parts)
