"""What is above and around the land: sky, sun and moon, clouds, and the weather that falls in front of everything."""

from __future__ import annotations

import math
from random import Random

from embedded.artist.colours import lighter, mix
from embedded.artist.stage import Stage, box, circle, ellipse, gradient, halo, number, stroke, trace


def sky(stage: Stage) -> str:
    """The whole sky, down behind the land."""
    colours = stage.palette
    parts = [
        "<defs>",
        gradient("sky", (0, colours.high, 1), (0.55, colours.middle, 1), (1, colours.low, 1)),
        halo("glow", (0, colours.sun, 0.85), (0.25, colours.sun, 0.4), (1, colours.sun, 0)),
        "</defs>",
        box(0, 0, stage.width, stage.horizon + stage.unit * 0.12, "url(#sky)"),
        box(0, stage.horizon, stage.width, stage.height - stage.horizon, colours.low),
    ]
    if stage.hour in ("night", "dusk") and not stage.scene.weather & {"storm", "rain", "fog"}:
        parts.append(stars(stage, stage.horizon, 90 if stage.hour == "night" else 28))
    if stage.scene.words & {"aurora", "northern lights", "极光"}:
        parts.append(_aurora(stage))
    parts.append(_light(stage))
    if "rainbow" in stage.scene.weather:
        parts.append(_rainbow(stage))
    parts.append(clouds(stage))
    if stage.hour in ("day", "morning", "sunset") and not stage.scene.weather & {"storm", "snow"}:
        parts.append(_birds(stage))
    return "".join(parts)


def stars(stage: Stage, depth: float, count: int) -> str:
    """Stars of several sizes, a few of them with rays, down to the height `depth`."""
    if "stars" in stage.scene.bare:
        return ""
    random = stage.dice("stars")
    parts = []
    for index in range(count):
        x, y = random.uniform(0, stage.width), depth * random.random() ** 1.5
        radius = stage.unit * random.choice((0.0012, 0.0016, 0.0024, 0.003))
        colour = random.choice(("#ffffff", "#fff3c9", "#d8e6ff"))
        parts.append(circle(x, y, radius, colour, f'fill-opacity="{random.uniform(0.5, 1):.2f}"'))
        if index % 11 == 0:
            parts.append(sparkle(x, y, stage.unit * random.uniform(0.009, 0.017), colour))
    return "".join(parts)


def sparkle(x: float, y: float, size: float, colour: str, opacity: float = 0.95) -> str:
    """A star with four soft rays."""
    thin = size * 0.16
    points = " ".join(
        f"{number(x + (size if index % 2 == 0 else thin) * math.cos(index * math.pi / 4))},"
        f"{number(y + (size if index % 2 == 0 else thin) * math.sin(index * math.pi / 4))}"
        for index in range(8)
    )
    return f'<polygon points="{points}" fill="{colour}" fill-opacity="{opacity}"/>'


def light_place(stage: Stage) -> tuple[float, float]:
    """Where the sun or the moon stands: on a third, low at the edges of the day."""
    random = stage.dice("light")
    x = stage.width * (random.choice((0.24, 0.3, 0.7, 0.76)) + random.uniform(-0.04, 0.04))
    low = stage.hour in ("sunset", "dawn")
    return x, stage.horizon * (random.uniform(0.7, 0.84) if low else random.uniform(0.2, 0.32))


def _light(stage: Stage) -> str:
    """Sun or moon with its glow, unless clouds hide it."""
    if (
        "light" in stage.scene.bare
        or stage.scene.weather & {"storm", "rain"}
        or ("snow" in stage.scene.weather and stage.hour == "day")
    ):
        return ""
    x, y = light_place(stage)
    colours = stage.palette
    big = bool(
        stage.scene.words & {"full moon", "big moon", "moon", "月亮", "明月", "月", "moonlight", "月光", "sun", "太阳"}
    )
    radius = stage.unit * (0.085 if big else 0.062) * (1.25 if stage.hour in ("sunset", "dawn") else 1)
    parts = [circle(x, y, radius * 4.2, "url(#glow)")]
    if stage.hour in ("night", "dusk"):
        crescent = stage.dice("moon").random() < 0.45 and "full moon" not in stage.scene.words
        if crescent:
            turn = f'transform="rotate({stage.dice("moon").randint(-35, 10)} {number(x)} {number(y)})"'
            left, inner = x - radius * 0.3, radius * 1.1
            horns = trace(
                "M",
                left,
                y - radius * 0.95,
                "A",
                radius,
                radius,
                "0 1 1",
                left,
                y + radius * 0.95,
                "A",
                inner,
                inner,
                "0 0 0",
                left,
                y - radius * 0.95,
            )
            parts.append(f'<path d="{horns}Z" fill="{colours.sun}" {turn}/>')
        else:
            parts.append(circle(x, y, radius, colours.sun))
            shade = mix(colours.sun, "#c8a878", 0.28)
            for dx, dy, size in ((-0.3, -0.2, 0.22), (0.28, 0.3, 0.17), (0.2, -0.42, 0.1), (-0.18, 0.42, 0.11)):
                parts.append(circle(x + dx * radius, y + dy * radius, size * radius, shade, 'fill-opacity="0.55"'))
    else:
        parts.append(circle(x, y, radius * 1.25, colours.sun, 'fill-opacity="0.45"'))
        parts.append(circle(x, y, radius, lighter(colours.sun, 0.35)))
    return "".join(parts)


def cloud(x: float, y: float, size: float, fill: str, random: Random, opacity: float) -> str:
    """One cloud with a flat base, `size` wide: round lumps, the tallest in the middle, united in one path."""
    lumps = random.randint(3, 5)
    thick = size * 0.11
    outline = trace(
        "M",
        x - size / 2,
        y,
        "h",
        size,
        "a",
        thick,
        thick,
        "0 0 0 0",
        -2 * thick,
        "h",
        -size,
        "a",
        thick,
        thick,
        "0 0 0 0",
        2 * thick,
        "z",
    )
    peak = random.uniform(0.35, 0.65)
    for index in range(lumps):
        share = (index + 0.5) / lumps
        radius = size * (0.1 + 0.13 * (1 - abs(share - peak) * 1.6)) * random.uniform(0.9, 1.15)
        centre = x - size / 2 + size * share
        top = y - thick - radius * 0.35
        outline += trace(
            "M",
            centre - radius,
            top,
            "a",
            radius,
            radius,
            "0 1 0",
            2 * radius,
            "0 a",
            radius,
            radius,
            "0 1 0",
            -2 * radius,
            "0 z",
        )
    return f'<path d="{outline}" fill="{fill}" fill-opacity="{opacity:.2f}"/>'


def clouds(stage: Stage) -> str:
    """Clouds, more of them in bad weather."""
    if "clouds" in stage.scene.bare:
        return ""
    random = stage.dice("clouds")
    heavy = bool(stage.scene.weather & {"storm", "rain", "cloudy", "snow"})
    count = random.randint(5, 7) if heavy else random.randint(2, 4)
    if stage.hour == "night" and not heavy:
        count = random.randint(1, 2)
    colours = stage.palette
    parts = []
    for index in range(count):
        x = stage.width * ((index + random.uniform(0.1, 0.9)) / count)
        y = stage.horizon * (random.uniform(0.08, 0.34) if heavy else random.uniform(0.14, 0.62))
        size = stage.unit * random.uniform(0.16, 0.34) * (1.5 if heavy else 1)
        opacity = 0.9 if heavy else 0.82 if stage.hour != "night" else 0.35
        tone = mix(colours.cloud, colours.middle, random.uniform(0.0, 0.25))
        parts.append(
            cloud(x + size * 0.1, y + size * 0.035, size * 0.92, mix(tone, colours.high, 0.3), random, opacity * 0.75)
        )
        parts.append(cloud(x, y, size, tone, random, opacity))
    return "".join(parts)


def _birds(stage: Stage) -> str:
    """A few birds far away."""
    if "birds" in stage.scene.bare:
        return ""
    random = stage.dice("birds")
    x, y = stage.width * random.uniform(0.15, 0.75), stage.horizon * random.uniform(0.25, 0.5)
    colour, parts = mix(stage.palette.ink, stage.palette.middle, 0.3), []
    for _ in range(random.randint(2, 5)):
        px, py, size = (
            x + stage.unit * random.uniform(-0.1, 0.1),
            y + stage.unit * random.uniform(-0.05, 0.05),
            stage.unit * random.uniform(0.009, 0.016),
        )
        path = f"M{number(px - size)} {number(py - size * 0.4)}q{number(size * 0.6)} {number(-size * 0.3)} {number(size)} {number(size * 0.4)}"
        parts.append(
            stroke(
                path + f"q{number(size * 0.4)} {number(-size * 0.7)} {number(size)} {number(-size * 0.4)}",
                colour,
                stage.unit * 0.0028,
            )
        )
    return "".join(parts)


def _rainbow(stage: Stage) -> str:
    """Seven bands over the land."""
    random = stage.dice("rainbow")
    x, radius = stage.width * random.uniform(0.4, 0.6), max(stage.width * 0.42, stage.unit * 0.4)
    band = stage.unit * 0.017
    bands = ("#e5534b", "#f0913f", "#f6d04d", "#6bb86a", "#4a9bd9", "#5a6fc0", "#9467bd")
    return "".join(
        f'<circle cx="{number(x)}" cy="{number(stage.horizon + stage.unit * 0.05)}" r="{number(radius - index * band)}" fill="none" '
        f'stroke="{colour}" stroke-width="{number(band * 1.05)}" stroke-opacity="0.62"/>'
        for index, colour in enumerate(bands)
    )


def _aurora(stage: Stage) -> str:
    """Curtains of green and violet light, made of many upright streaks."""
    random, parts = stage.dice("aurora"), []
    for index, colour in enumerate(("#63f0a8", "#4fd8c8", "#b48cf0")):
        name = f"aurora{index}"
        parts.append(
            "<defs>"
            + gradient(name, (0, colour, 0), (0.55, colour, 0.2), (0.92, colour, 0.6), (1, colour, 0))
            + "</defs>"
        )
        base, swing, phase = stage.horizon * (0.5 + 0.13 * index), stage.horizon * 0.12, random.uniform(0, math.tau)
        step = stage.width / 52
        for column in range(53):
            share = column / 52
            low = base + swing * math.sin(phase + share * 6) + swing * 0.35 * math.sin(phase * 2 + share * 17)
            tall = stage.horizon * (0.3 + 0.12 * math.sin(phase + share * 23)) * random.uniform(0.8, 1.1)
            parts.append(box(column * step, low - tall, step * 1.15, tall, f"url(#{name})"))
    return "".join(parts)


def weather(stage: Stage) -> str:
    """What falls or drifts in front of everything."""
    parts = []
    if stage.scene.weather & {"rain", "storm"}:
        parts.append(_rain(stage))
    if "storm" in stage.scene.weather:
        parts.append(_flash(stage))
    if "snow" in stage.scene.weather:
        parts.append(_snow(stage))
    if "fog" in stage.scene.weather:
        parts.append(_fog(stage, 4))
    if stage.scene.mood == "magic" or stage.scene.words & {"fireflies", "firefly", "萤火虫"}:
        parts.append(_motes(stage, "#fff3a8" if stage.dark else "#fffbe0"))
    if stage.scene.mood == "festive":
        parts.append(_confetti(stage))
    if stage.scene.season in ("autumn", "spring") and not parts:
        parts.append(_petals(stage))
    return "".join(parts)


def _rain(stage: Stage) -> str:
    random = stage.dice("rain")
    lean, path, splashes = stage.unit * random.uniform(-0.012, 0.012), [], []
    for _ in range(int(150 * max(1, stage.width / stage.height))):
        x, y, length = (
            random.uniform(-0.02, 1.02) * stage.width,
            random.random() * stage.height,
            stage.unit * random.uniform(0.016, 0.036),
        )
        path.append(f"M{number(x)} {number(y)}l{number(lean)} {number(length)}")
    for _ in range(18):
        x, y = random.random() * stage.width, random.uniform(stage.ground, stage.height)
        splashes.append(
            ellipse(
                x,
                y,
                stage.unit * 0.014,
                stage.unit * 0.004,
                "none",
                f'stroke="#ffffff" stroke-opacity="0.4" stroke-width="{stage.unit * 0.0016:.1f}"',
            )
        )
    return stroke("".join(path), "#eaf3fa", stage.unit * 0.0022, 'stroke-opacity="0.5"') + "".join(splashes)


def _flash(stage: Stage) -> str:
    random = stage.dice("flash")
    x, y = stage.width * random.choice((0.2, 0.8)), 0.0
    path = f"M{number(x)} 0"
    while y < stage.horizon * 0.8:
        x, y = x + stage.unit * random.uniform(-0.05, 0.05), y + stage.unit * random.uniform(0.04, 0.08)
        path += f"L{number(x)} {number(y)}"
    return stroke(path, "#fff6c8", stage.unit * 0.012, 'stroke-opacity="0.35"') + stroke(
        path, "#fffbe8", stage.unit * 0.005
    )


def _snow(stage: Stage) -> str:
    random = stage.dice("snow")
    return "".join(
        circle(
            random.random() * stage.width,
            random.random() * stage.height,
            stage.unit * random.choice((0.0025, 0.004, 0.004, 0.0065)),
            "#ffffff",
            'fill-opacity="0.9"',
        )
        for _ in range(int(110 * max(1, stage.width / stage.height)))
    )


def _fog(stage: Stage, bands: int) -> str:
    random = stage.dice("fog")
    parts = ["<defs>", gradient("fog", (0, "#f2f3f1", 0), (0.5, "#f2f3f1", 0.5), (1, "#f2f3f1", 0)), "</defs>"]
    for index in range(bands):
        y = stage.horizon * 0.75 + (stage.height - stage.horizon * 0.75) * index / bands
        parts.append(box(0, y, stage.width, stage.unit * random.uniform(0.14, 0.24), "url(#fog)"))
    return "".join(parts)


def _motes(stage: Stage, colour: str) -> str:
    random = stage.dice("motes")
    parts = ["<defs>", halo("mote", (0, colour, 0.95), (0.3, colour, 0.5), (1, colour, 0)), "</defs>"]
    for index in range(26):
        x, y = random.random() * stage.width, stage.height * random.uniform(0.25, 0.97)
        parts.append(circle(x, y, stage.unit * random.uniform(0.008, 0.02), "url(#mote)"))
        if index % 4 == 0:
            parts.append(sparkle(x, y, stage.unit * random.uniform(0.01, 0.02), "#ffffff", 0.9))
    return "".join(parts)


def _confetti(stage: Stage) -> str:
    random = stage.dice("confetti")
    parts = []
    for _ in range(60):
        x, y, size = (
            random.random() * stage.width,
            random.random() * stage.height * 0.8,
            stage.unit * random.uniform(0.006, 0.012),
        )
        colour = random.choice(("#ef6f6c", "#f7c548", "#58b09c", "#5a7fd0", "#c77dcf"))
        parts.append(
            box(
                x, y, size, size * 0.55, colour, f'transform="rotate({random.randint(0, 180)} {number(x)} {number(y)})"'
            )
        )
    return "".join(parts)


def _petals(stage: Stage) -> str:
    random = stage.dice("petals")
    tones = ("#e07b39", "#d9a13b", "#c0553a") if stage.scene.season == "autumn" else ("#fbd3df", "#f7b4c8", "#ffffff")
    parts = []
    for _ in range(26):
        x, y, size = (
            random.random() * stage.width,
            random.random() * stage.height,
            stage.unit * random.uniform(0.005, 0.011),
        )
        turn = f'transform="rotate({random.randint(0, 180)} {number(x)} {number(y)})"'
        parts.append(ellipse(x, y, size, size * 0.45, random.choice(tones), turn))
    return "".join(parts)
