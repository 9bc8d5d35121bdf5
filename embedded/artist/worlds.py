"""Places far from any meadow: under water, in space, on a moon, above the clouds, in a cave."""

from __future__ import annotations

from embedded.artist.colours import lighter, mix
from embedded.artist.scenery import cloud, sky, sparkle, stars
from embedded.artist.stage import Stage, box, circle, ellipse, gradient, halo, land, number, polygon, stroke, trace


def underwater(stage: Stage) -> str:
    """Light from above, weed, corals, bubbles and a sandy floor."""
    random, unit = stage.dice("underwater"), stage.unit
    deep = mix("#0f5d8a", stage.scene.colours.get("water", "#0f5d8a"), 0.6)
    deep = mix(deep, "#0a1638", 0.5) if stage.dark else deep
    parts = [
        "<defs>",
        gradient("deep", (0, lighter(deep, 0.55), 1), (0.45, lighter(deep, 0.16), 1), (1, lighter(deep, -0.22), 1)),
        "</defs>",
        box(0, 0, stage.width, stage.height, "url(#deep)"),
    ]
    for _ in range(6):
        x, wide, lean = random.random() * stage.width, unit * random.uniform(0.03, 0.1), unit * random.uniform(0.1, 0.3)
        parts.append(
            polygon(
                ((x, 0), (x + wide, 0), (x + wide * 2.2 + lean, stage.height * 0.8), (x + lean, stage.height * 0.8)),
                "#ffffff",
                'fill-opacity="0.07"',
            )
        )
    for index, share in enumerate((0.72, 0.8)):
        hills = [(x * stage.width / 4, stage.height * share + unit * random.uniform(-0.05, 0.05)) for x in range(-1, 6)]
        parts.append(
            land(hills, stage.height, mix(lighter(deep, -0.05), "#e6cf98" if index else deep, 0.72 if index else 0.2))
        )
    for _ in range(9):
        x = stage.width * (random.uniform(0, 0.26) if random.random() < 0.5 else random.uniform(0.74, 1))
        tall, green = unit * random.uniform(0.16, 0.42), random.choice(("#3f9a78", "#2f7f6f", "#6aa84f"))
        parts.append(_weed(x, stage.height * random.uniform(0.86, 1.0), tall, green, unit * 0.013))
    for _ in range(6):
        x, y = random.random() * stage.width, stage.height * random.uniform(0.84, 0.99)
        tone = random.choice(("#f2786b", "#f3a0b6", "#f0b054", "#b583d6"))
        parts.append(_coral(x, y, unit * random.uniform(0.06, 0.12), tone))
    for _ in range(32):
        x, y = random.random() * stage.width, random.random() * stage.height * 0.85
        radius = unit * random.uniform(0.004, 0.014)
        parts.append(
            circle(
                x,
                y,
                radius,
                "#ffffff",
                f'fill-opacity="0.14" stroke="#ffffff" stroke-opacity="0.6" stroke-width="{number(unit * 0.0018)}"',
            )
        )
    return "".join(parts)


def _weed(x: float, base: float, tall: float, tone: str, thick: float) -> str:
    bend = tall * 0.12
    path = (
        f"M{number(x)} {number(base)}"
        + f"q{number(bend)} {number(-tall / 8)} 0 {number(-tall / 4)}q{number(-bend)} {number(-tall / 8)} 0 {number(-tall / 4)}"
        * 2
    )
    return stroke(path, tone, thick)


def _coral(x: float, base: float, tall: float, tone: str) -> str:
    path = f"M{number(x)} {number(base)}v{number(-tall)}"
    for side, low, reach in ((-1, 0.3, 0.45), (1, 0.45, 0.4), (-1, 0.6, 0.25)):
        bough = side * tall * reach
        path += trace("M", x, base - tall * low, "q", bough, tall * -0.05, bough, tall * -0.4)
    return stroke(path, tone, tall * 0.15)


def space(stage: Stage) -> str:
    """Deep sky with clouds of light, stars and planets."""
    random, unit = stage.dice("space"), stage.unit
    tones = random.choice(
        (("#141033", "#5b3a8f", "#d9608f"), ("#0c1433", "#27548f", "#4fc0c8"), ("#120f2b", "#403a8f", "#f0a15a"))
    )
    wash = stage.scene.colours.get("sky") or stage.scene.colours.get("all")
    parts = ["<defs>", gradient("space", (0, tones[0], 1), (1, mix(tones[0], tones[1], 0.5), 1))]
    parts += [
        halo("nebula0", (0, wash or tones[1], 0.75), (1, tones[1], 0)),
        halo("nebula1", (0, tones[2], 0.5), (1, tones[2], 0)),
        "</defs>",
    ]
    parts.append(box(0, 0, stage.width, stage.height, "url(#space)"))
    for index in range(7):
        x, y, size = random.random() * stage.width, random.random() * stage.height, unit * random.uniform(0.3, 0.6)
        parts.append(
            ellipse(
                x,
                y,
                size,
                size * 0.55,
                f"url(#nebula{index % 2})",
                f'transform="rotate({random.randint(-40, 40)} {number(x)} {number(y)})"',
            )
        )
    parts.append(stars(stage, stage.height, 150))
    for x, y, radius, tone in (
        (0.83, 0.2, 0.09, "#e08a5a"),
        (0.14, 0.72, 0.055, "#7fb7d9"),
        (0.3, 0.14, 0.03, "#d7c98a"),
    ):
        parts.append(
            _planet(
                stage.width * (x + random.uniform(-0.05, 0.05)),
                stage.height * (y + random.uniform(-0.04, 0.04)),
                unit * radius,
                tone,
                ring=radius > 0.08,
            )
        )
    return "".join(parts)


def _planet(x: float, y: float, radius: float, tone: str, *, ring: bool) -> str:
    name = f"planet{int(x)}"
    parts = [
        "<defs>",
        gradient(name, (0, lighter(tone, 0.3), 1), (1, lighter(tone, -0.4), 1)),
        "</defs>",
        circle(x, y, radius, f"url(#{name})"),
    ]
    for dy, wide in ((-0.35, 0.86), (0.1, 0.95), (0.45, 0.82)):
        parts.append(
            ellipse(x, y + radius * dy, radius * wide, radius * 0.07, lighter(tone, 0.25), 'fill-opacity="0.4"')
        )
    if ring:
        turn = f'transform="rotate(-18 {number(x)} {number(y)})"'
        arc = f"M{number(x - radius * 1.75)} {number(y)}a{number(radius * 1.75)} {number(radius * 0.42)} 0 0 0 {number(radius * 3.5)} 0"
        parts.append(stroke(arc, lighter(tone, 0.45), radius * 0.16, turn))
    return "".join(parts)


def moonland(stage: Stage) -> str:
    """The grey ground of a moon with craters, under a starry sky with the earth in it."""
    random, unit = stage.dice("moonland"), stage.unit
    tone = "#c98a63" if stage.scene.words & {"on mars", "mars", "火星"} else "#b9b6c4"
    ridge = [(x * stage.width / 5, stage.horizon + unit * random.uniform(-0.03, 0.03)) for x in range(-1, 7)]
    near = [(x * stage.width / 3, stage.ground + unit * random.uniform(-0.015, 0.015)) for x in range(-1, 5)]
    parts = [space(stage), land(ridge, stage.height, lighter(tone, -0.25)), land(near, stage.height, tone)]
    for _ in range(11):
        x, y = random.random() * stage.width, random.uniform(stage.ground + unit * 0.03, stage.height)
        size = unit * random.uniform(0.02, 0.075)
        parts.append(ellipse(x, y, size, size * 0.3, lighter(tone, -0.2)))
        parts.append(ellipse(x, y + size * 0.07, size * 0.9, size * 0.23, lighter(tone, -0.08)))
    return "".join(parts)


def cloudscape(stage: Stage) -> str:
    """High among the clouds."""
    random, parts = stage.dice("cloudscape"), [sky(stage)]
    for depth in range(4):
        y = stage.height * (0.72 + depth * 0.085)
        tone = mix(stage.palette.cloud, stage.palette.middle, 0.5 - depth * 0.15)
        parts.append(box(0, y, stage.width, stage.height, tone))
        for index in range(6):
            x, size = stage.width * (index + random.uniform(0, 1)) / 5.5, stage.unit * random.uniform(0.3, 0.5)
            parts.append(cloud(x, y + stage.unit * 0.02, size, tone, random, 1))
    return "".join(parts)


def cave(stage: Stage) -> str:
    """A dark vault that opens on light, with crystals."""
    random, unit = stage.dice("cave"), stage.unit
    rock, glow = "#3b3550", mix("#8fd0d8", stage.palette.low, 0.4)
    parts = [
        "<defs>",
        halo("mouth", (0, lighter(glow, 0.4), 1), (0.5, glow, 0.9), (1, rock, 0)),
        "</defs>",
        box(0, 0, stage.width, stage.height, rock),
    ]
    parts.append(ellipse(stage.width * 0.5, stage.horizon * 0.85, unit * 0.5, unit * 0.45, "url(#mouth)"))
    for index in range(14):
        x, long = stage.width * index / 13, unit * random.uniform(0.08, 0.34) * (0.5 + abs(index - 6.5) / 7)
        parts.append(
            polygon(
                ((x - unit * 0.06, -2), (x, long), (x + unit * 0.06, -2)), lighter(rock, -0.25 - random.uniform(0, 0.2))
            )
        )
    floor = [(x * stage.width / 4, stage.ground + unit * random.uniform(-0.02, 0.02)) for x in range(-1, 6)]
    parts.append(land(floor, stage.height, lighter(rock, 0.12)))
    for _ in range(9):
        x, y, tall = (
            random.random() * stage.width,
            random.uniform(stage.ground, stage.height),
            unit * random.uniform(0.04, 0.1),
        )
        tone = random.choice(("#8fe0e6", "#c79af0", "#f0a6d0"))
        parts.append(
            polygon(
                ((x, y), (x - tall * 0.2, y - tall * 0.6), (x, y - tall), (x + tall * 0.2, y - tall * 0.6)),
                tone,
                'fill-opacity="0.85"',
            )
        )
        parts.append(
            polygon(
                ((x, y), (x, y - tall), (x + tall * 0.2, y - tall * 0.6)), lighter(tone, -0.25), 'fill-opacity="0.85"'
            )
        )
        parts.append(sparkle(x, y - tall, tall * 0.2, "#ffffff"))
    return "".join(parts)
