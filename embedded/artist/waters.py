"""Sea and lake: water down from the horizon, waves in front, the far bank."""

from __future__ import annotations

from embedded.artist.colours import lighter, mix
from embedded.artist.scenery import light_place
from embedded.artist.stage import Stage, box, ellipse, gradient, land, number, stroke


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


def bank(stage: Stage) -> str:
    """The strip of land beyond a lake."""
    colours = stage.palette
    middle, end = stage.width * 0.5, float(stage.width)
    line = [
        (0.0, stage.horizon),
        (middle, stage.horizon - stage.unit * 0.012),
        (end, stage.horizon + stage.unit * 0.004),
    ]
    return land(line, stage.horizon + stage.unit * 0.014, mix(colours.mid, colours.far, 0.3))
