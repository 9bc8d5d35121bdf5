"""Places with a roof: rooms, a library, a table for still lifes, a photographer's studio."""

from __future__ import annotations

from embedded.artist.colours import lighter, mix
from embedded.artist.stage import Stage, box, circle, ellipse, gradient, halo, number, polygon, stroke, trace


def room(stage: Stage) -> str:
    """A wall with a window, a picture, a lamp and a floor with a rug."""
    random, unit = stage.dice("room"), stage.unit
    wall = random.choice(("#f1d9bd", "#cfe0d4", "#d9d2e6", "#f3d0c4", "#c9dbe6"))
    wall = mix(wall, stage.scene.colours.get("far", stage.scene.colours.get("all", wall)), 0.6)
    if stage.dark:
        wall = mix(wall, "#3a3560", 0.42)
    floor = mix("#b98a5e", "#3a2c50", 0.35 if stage.dark else 0)
    parts = [box(0, 0, stage.width, stage.horizon, wall)]
    step = unit * 0.09
    pale, stripes = lighter(wall, 0.1), int(stage.width / step) + 1
    parts += [box(index * step, 0, step * 0.5, stage.horizon, pale, 'fill-opacity="0.5"') for index in range(stripes)]
    parts.append(box(0, stage.horizon, stage.width, stage.height, floor))
    parts.append(box(0, stage.horizon - unit * 0.03, stage.width, unit * 0.034, lighter(wall, 0.5)))
    for index in range(5):
        y = stage.horizon + (stage.height - stage.horizon) * (index / 5) ** 1.3
        parts.append(box(0, y, stage.width, unit * 0.003, lighter(floor, -0.2)))
    left = random.random() < 0.5
    parts.append(window(stage, stage.width * (0.24 if left else 0.76), stage.horizon * 0.42, unit * 0.17))
    parts.append(_pictures(stage, stage.width * (0.74 if left else 0.26), stage.horizon * 0.4))
    rug = random.choice(("#c8614f", "#5f7fae", "#8d6aa8", "#5d9a86"))
    middle, low = stage.width * 0.5, stage.height * 0.865
    for share, tone in ((1.0, rug), (0.86, lighter(rug, 0.35)), (0.8, rug), (0.45, lighter(rug, 0.2))):
        parts.append(ellipse(middle, low, unit * 0.42 * share, unit * 0.105 * share, tone))
    return "".join(parts)


def window(stage: Stage, x: float, y: float, size: float) -> str:
    """A window with curtains, and the hour outside."""
    if "window" in stage.scene.bare:
        return ""
    colours, parts = stage.palette, []
    parts.append(
        "<defs>" + gradient("outside", (0, colours.high, 1), (0.6, colours.middle, 1), (1, colours.low, 1)) + "</defs>"
    )
    parts.append(box(x - size * 0.86, y - size, size * 1.72, size * 2, "#fbf6ec"))
    parts.append(box(x - size * 0.76, y - size * 0.9, size * 1.52, size * 1.8, "url(#outside)"))
    parts.append(circle(x + size * 0.35, y - size * 0.45, size * 0.17, colours.sun))
    if stage.hour == "night":
        parts += [
            circle(x - size * dx, y - size * dy, size * 0.025, "#ffffff")
            for dx, dy in ((0.5, 0.6), (0.2, 0.3), (0.6, 0.1), (-0.55, -0.1))
        ]
    parts.append(ellipse(x - size * 0.3, y + size * 0.92, size * 0.46, size * 0.3, colours.mid))
    parts.append(box(x - size * 0.76, y + size * 0.84, size * 1.52, size * 0.1, colours.mid))
    parts.append(box(x - size * 0.03, y - size * 0.95, size * 0.06, size * 1.9, "#fbf6ec"))
    parts.append(box(x - size * 0.8, y - size * 0.05, size * 1.6, size * 0.06, "#fbf6ec"))
    parts.append(box(x - size * 0.98, y + size * 0.96, size * 1.96, size * 0.1, "#e6d6bd"))
    curtain = mix("#d9796a", colours.light, colours.shade)
    for side in (-1, 1):
        edge = x + side * size * 1.08
        folds = trace(
            "M", edge, y - size * 1.12, "H", x + side * size * 0.3, "Q", x + side * size * 0.75, y - size * 0.2
        )
        folds += " " + trace(x + side * size * 0.8, y + size * 1.06, "H", edge, "Z")
        parts.append(f'<path d="{folds}" fill="{curtain}" fill-opacity="0.92"/>')
    parts.append(box(x - size * 1.18, y - size * 1.18, size * 2.36, size * 0.08, "#8a5f3d"))
    return "".join(parts)


def _pictures(stage: Stage, x: float, y: float) -> str:
    """Two little framed landscapes on the wall."""
    unit, colours, parts = stage.unit, stage.palette, []
    for dx, dy, wide, tall in ((-0.05, -0.03, 0.12, 0.15), (0.09, 0.03, 0.09, 0.09)):
        left, top, edge = x + unit * dx - unit * wide / 2, y + unit * dy - unit * tall / 2, unit * 0.01
        parts.append(box(left - edge, top - edge, unit * wide + edge * 2, unit * tall + edge * 2, "#8a5f3d"))
        parts.append(box(left, top, unit * wide, unit * tall, "#fdf3dc"))
        parts.append(circle(left + unit * wide * 0.7, top + unit * tall * 0.3, unit * wide * 0.13, colours.sun))
        base = top + unit * tall
        parts.append(
            polygon(
                ((left, base), (left + unit * wide * 0.4, base - unit * tall * 0.5), (left + unit * wide, base)),
                mix(colours.mid, "#6d8f7a", 0.5),
            )
        )
    return "".join(parts)


def library(stage: Stage) -> str:
    """Shelves full of books from wall to wall."""
    random, unit = stage.dice("library"), stage.unit
    wood = mix("#8a5f3d", "#2c2140", 0.35 if stage.dark else 0.0)
    parts = [box(0, 0, stage.width, stage.height, lighter(wood, -0.35))]
    shelf = unit * 0.16
    rows = int(stage.horizon / shelf) + 1
    for row in range(rows):
        base = stage.horizon - row * shelf - unit * 0.012
        x = 0.0
        while x < stage.width:
            wide, tall = unit * random.uniform(0.014, 0.034), shelf * random.uniform(0.55, 0.85)
            if random.random() < 0.06:
                x += wide * 2
                continue
            tone = mix(
                random.choice(("#b5533f", "#4f7590", "#c99a4a", "#5f8a66", "#80608f", "#d9c3a0")),
                "#241c3a",
                0.3 if stage.dark else 0.06,
            )
            parts.append(box(x, base - tall, wide, tall, tone))
            parts.append(box(x, base - tall * 0.8, wide, tall * 0.06, lighter(tone, 0.4)))
            x += wide + unit * 0.001
        parts.append(box(0, base, stage.width, unit * 0.018, wood))
    parts.append(box(0, stage.horizon, stage.width, stage.height, mix("#a5744a", "#2c2140", 0.35 if stage.dark else 0)))
    parts.append(ellipse(stage.width / 2, stage.height * 0.86, unit * 0.44, unit * 0.1, "#a8473f"))
    parts.append(ellipse(stage.width / 2, stage.height * 0.86, unit * 0.39, unit * 0.085, "#c26a5a"))
    return "".join(parts)


def table(stage: Stage) -> str:
    """A wooden table before a soft wall, for still lifes."""
    random, colours = stage.dice("table"), stage.palette
    wood = mix(random.choice(("#c89a66", "#b98a5e", "#d8b384")), colours.light, colours.shade)
    parts = [
        "<defs>",
        gradient("wall", (0, mix(colours.middle, "#efe3d3", 0.55), 1), (1, mix(colours.low, "#f8efe2", 0.5), 1)),
        gradient("wood", (0, lighter(wood, 0.12), 1), (1, lighter(wood, -0.16), 1)),
        "</defs>",
        box(0, 0, stage.width, stage.horizon, "url(#wall)"),
        window(stage, stage.width * random.choice((0.22, 0.78)), stage.horizon * 0.44, stage.unit * 0.16),
        box(0, stage.horizon, stage.width, stage.height, "url(#wood)"),
    ]
    for _ in range(14):
        y, x = random.uniform(stage.horizon, stage.height), random.uniform(-0.2, 1) * stage.width
        long = stage.unit * random.uniform(0.1, 0.4)
        parts.append(
            stroke(
                f"M{number(x)} {number(y)}q{number(long / 2)} {number(stage.unit * 0.008)} {number(long)} 0",
                lighter(wood, -0.25),
                stage.unit * 0.0022,
                'stroke-opacity="0.5"',
            )
        )
    parts.append(box(0, stage.horizon, stage.width, stage.unit * 0.006, lighter(wood, 0.4)))
    return "".join(parts)


def studio(stage: Stage) -> str:
    """A seamless backdrop with a soft light and a low round stand."""
    named = stage.scene.colours
    tone = (
        named.get("sky")
        or named.get("all")
        or stage.dice("studio").choice(("#e9dfd2", "#dfe6e4", "#e8d8d8", "#d8dfe8", "#eee3c8"))
    )
    white = any(
        word in stage.scene.words
        for word in ("white background", "plain background", "白底", "白色背景", "sticker", "贴纸", "logo", "icon")
    )
    tone = "#f6f4f1" if white and not named.get("sky") else mix(tone, "#ffffff", 0.25)
    x, y, wide, high = stage.width / 2, stage.height * 0.84, stage.unit * 0.36, stage.unit * 0.07
    drum = trace("M", x - wide, y, "v", high, "a", wide, stage.unit * 0.06, "0 0 0", wide * 2, 0, "v", -high, "z")
    return "".join(
        (
            "<defs>",
            halo("spot", (0, lighter(tone, 0.7), 1), (1, tone, 1)),
            gradient(
                "stand",
                (0, lighter(tone, -0.04), 1),
                (0.3, lighter(tone, 0.45), 1),
                (1, lighter(tone, -0.16), 1),
                across=True,
            ),
            "</defs>",
            box(0, 0, stage.width, stage.height, tone),
            circle(x, stage.height * 0.42, max(stage.width, stage.height) * 0.6, "url(#spot)"),
            ellipse(
                x, y + stage.unit * 0.085, wide * 1.12, stage.unit * 0.075, lighter(tone, -0.2), 'fill-opacity="0.5"'
            ),
            f'<path d="{drum}" fill="url(#stand)"/>',
            ellipse(x, y, wide, stage.unit * 0.06, lighter(tone, 0.55)),
        )
    )
