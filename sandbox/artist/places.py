"""Where a scene plays: the choice of the backdrop, and the places that are not under an open sky."""

from __future__ import annotations

from sandbox.artist import land
from sandbox.artist.colours import lighter, mix
from sandbox.artist.scenery import cloud, sky, sparkle, stars
from sandbox.artist.stage import Stage, box, circle, ellipse, gradient, halo, number, polygon, stroke
from sandbox.artist.words import Scene

#: Places that are the whole backdrop; the others are parts of one landscape.
WHOLE = ("underwater", "moonland", "space", "library", "table", "room", "cave", "sky", "studio")

#: Horizon and beginning of the near ground, as shares of the height; 1 where there is no ground to stand on.
_LEVELS: dict[str, tuple[float, float]] = {
    "underwater": (0.0, 0.8), "moonland": (0.66, 0.72), "space": (1.0, 1.0), "library": (0.66, 0.7), "table": (0.6, 0.64),
    "room": (0.64, 0.68), "cave": (0.66, 0.72), "sky": (0.86, 0.9), "studio": (0.66, 0.7), "city": (0.64, 0.76),
    "beach": (0.5, 0.7), "lake": (0.52, 0.74), "mountain": (0.6, 0.71), "desert": (0.58, 0.68), "sea": (0.5, 1.0),
}  # fmt: skip


def settled(scene: Scene) -> frozenset[str]:
    """The places of a scene; where none is named, one that suits its subjects."""
    places = set(scene.places)
    whole = [place for place in WHOLE if place in places]
    if whole:
        return frozenset(whole[:1])
    arts = {subject.noun.art for subject in scene.subjects}
    roles = {subject.noun.role for subject in scene.subjects}
    if not places:
        places |= _suited(arts, roles, scene)
    ashore = {subject.noun.role for subject in scene.subjects if subject.carrier < 0}
    if "sea" in places and ashore & set("CVHPO"):
        places.add("beach")
    if "beach" in places:
        places.add("sea")
    if "B" in roles and not places & {"sea", "lake"}:
        places.add("lake")
    return frozenset(places)


def _suited(arts: set[str], roles: set[str], scene: Scene) -> set[str]:
    """A place for subjects without one."""
    if roles & {"S"} and arts & {"1F420", "1F419", "1F991", "1FABC", "1F421", "1F41F", "E000", "1F9DC-200D-2640-FE0F"}:
        return {"underwater"}
    if roles & {"B", "S"}:
        return {"sea"}
    if arts & {"1F680", "1F6F8", "1FA90", "1F9D1-200D-1F680", "1F6F0"}:
        return {"moonland"} if "C" in roles else {"space"}
    if arts & {"1F427", "1F43B-200D-2744-FE0F", "1F9AD"}:
        return {"snowfield"}
    if arts & {"1F335", "1F42A", "E20F"}:
        return {"desert"}
    if arts & {"1F334", "1F980"}:
        return {"beach"}
    if arts & {"lighthouse"}:
        return {"sea", "beach"}
    if arts & {"1F6CF", "1F6CB", "1FA91", "1F6C1", "1F4FA"}:
        return {"room"}
    if roles and roles <= {"O", "W"}:
        return {"table"} if scene.hour not in ("night", "sunset") and not scene.weather else {"room"}
    if arts & {"1F697", "1F695", "1F68C", "streetlamp", "1F68B"}:
        return {"city"}
    return {"meadow"}


def levels(places: frozenset[str]) -> tuple[float, float]:
    """Horizon and near ground (shares of the height) of a set of places."""
    for place in (*WHOLE, "city", "beach", "lake", "mountain", "desert"):
        if place in places:
            return _LEVELS[place]
    return _LEVELS["sea"] if "sea" in places else (0.58, 0.7)


def backdrop(stage: Stage, places: frozenset[str]) -> str:
    """Everything behind the subjects."""
    for place in WHOLE:
        if place in places:
            return _DRAWN[place](stage)
    return sky(stage) + land.open_air(stage, places)


def foreground(stage: Stage, places: frozenset[str]) -> str:
    """What lies in front of the subjects: waves, or leaves that frame the picture."""
    if "sea" in places and stage.ground >= stage.height:
        return land.wave_front(stage, stage.height * 0.9, lighter(stage.palette.water, -0.16), "front wave")
    if places & set(WHOLE) or places & {"city", "desert", "beach", "snowfield"} or "snow" in stage.scene.weather:
        return ""
    random, dark, parts = stage.dice("frame"), lighter(stage.palette.front, -0.3), []
    for side in (0, 1):
        for _ in range(8):
            x = stage.width * (side + random.uniform(-0.01, 0.13) * (1 - 2 * side))
            tall, lean = stage.unit * random.uniform(0.05, 0.13), stage.unit * random.uniform(-0.04, 0.04)
            wide, base = stage.unit * 0.009, stage.height + 4
            parts.append(
                f'<path d="M{number(x - wide)} {base}Q{number(x)} {number(base - tall * 0.6)} {number(x + lean)} {number(base - tall)}'
                f'Q{number(x + wide * 1.5)} {number(base - tall * 0.5)} {number(x + wide)} {base}Z" fill="{dark}" fill-opacity="0.9"/>'
            )
    return "".join(parts)


def _room(stage: Stage) -> str:
    """A wall with a window, a picture, a lamp and a floor with a rug."""
    random, unit = stage.dice("room"), stage.unit
    wall = random.choice(("#f1d9bd", "#cfe0d4", "#d9d2e6", "#f3d0c4", "#c9dbe6"))
    wall = mix(wall, stage.scene.colours.get("far", stage.scene.colours.get("all", wall)), 0.6)
    if stage.dark:
        wall = mix(wall, "#3a3560", 0.42)
    floor = mix("#b98a5e", "#3a2c50", 0.35 if stage.dark else 0)
    parts = [box(0, 0, stage.width, stage.horizon, wall)]
    step = unit * 0.09
    for index in range(int(stage.width / step) + 1):
        parts.append(box(index * step, 0, step * 0.5, stage.horizon, lighter(wall, 0.1), 'fill-opacity="0.5"'))
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
        parts.append(
            f'<path d="M{number(edge)} {number(y - size * 1.12)}H{number(x + side * size * 0.3)}Q{number(x + side * size * 0.75)} {number(y - size * 0.2)} '
            f'{number(x + side * size * 0.8)} {number(y + size * 1.06)}H{number(edge)}Z" fill="{curtain}" fill-opacity="0.92"/>'
        )
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


def _library(stage: Stage) -> str:
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


def _table(stage: Stage) -> str:
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


def _studio(stage: Stage) -> str:
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
    x, y, wide = stage.width / 2, stage.height * 0.84, stage.unit * 0.36
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
            f'<path d="M{number(x - wide)} {number(y)}v{number(stage.unit * 0.07)}a{number(wide)} {number(stage.unit * 0.06)} 0 0 0 {number(wide * 2)} 0v{number(-stage.unit * 0.07)}z" fill="url(#stand)"/>',
            ellipse(x, y, wide, stage.unit * 0.06, lighter(tone, 0.55)),
        )
    )


def _underwater(stage: Stage) -> str:
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
            land.land(
                hills, stage.height, mix(lighter(deep, -0.05), "#e6cf98" if index else deep, 0.72 if index else 0.2)
            )
        )
    for _ in range(9):
        x = stage.width * (random.uniform(0, 0.26) if random.random() < 0.5 else random.uniform(0.74, 1))
        parts.append(
            _weed(
                x,
                stage.height * random.uniform(0.86, 1.0),
                unit * random.uniform(0.16, 0.42),
                random.choice(("#3f9a78", "#2f7f6f", "#6aa84f")),
                unit * 0.013,
            )
        )
    for _ in range(6):
        parts.append(
            _coral(
                random.random() * stage.width,
                stage.height * random.uniform(0.84, 0.99),
                unit * random.uniform(0.06, 0.12),
                random.choice(("#f2786b", "#f3a0b6", "#f0b054", "#b583d6")),
            )
        )
    for _ in range(32):
        x, y, radius = (
            random.random() * stage.width,
            random.random() * stage.height * 0.85,
            unit * random.uniform(0.004, 0.014),
        )
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
        path += f"M{number(x)} {number(base - tall * low)}q{number(side * tall * reach)} {number(-tall * 0.05)} {number(side * tall * reach)} {number(-tall * 0.4)}"
    return stroke(path, tone, tall * 0.15)


def _space(stage: Stage) -> str:
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


def _moonland(stage: Stage) -> str:
    """The grey ground of a moon with craters, under a starry sky with the earth in it."""
    random, unit = stage.dice("moonland"), stage.unit
    tone = "#c98a63" if stage.scene.words & {"on mars", "mars", "火星"} else "#b9b6c4"
    ridge = [(x * stage.width / 5, stage.horizon + unit * random.uniform(-0.03, 0.03)) for x in range(-1, 7)]
    near = [(x * stage.width / 3, stage.ground + unit * random.uniform(-0.015, 0.015)) for x in range(-1, 5)]
    parts = [_space(stage), land.land(ridge, stage.height, lighter(tone, -0.25)), land.land(near, stage.height, tone)]
    for _ in range(11):
        x, y = random.random() * stage.width, random.uniform(stage.ground + unit * 0.03, stage.height)
        size = unit * random.uniform(0.02, 0.075)
        parts.append(ellipse(x, y, size, size * 0.3, lighter(tone, -0.2)))
        parts.append(ellipse(x, y + size * 0.07, size * 0.9, size * 0.23, lighter(tone, -0.08)))
    return "".join(parts)


def _sky(stage: Stage) -> str:
    """High among the clouds."""
    random, parts = stage.dice("cloudscape"), [sky(stage)]
    for depth in range(4):
        y = stage.height * (0.72 + depth * 0.085)
        tone = mix(stage.palette.cloud, stage.palette.middle, 0.5 - depth * 0.15)
        parts.append(box(0, y, stage.width, stage.height, tone))
        for index in range(6):
            parts.append(
                cloud(
                    stage.width * (index + random.uniform(0, 1)) / 5.5,
                    y + stage.unit * 0.02,
                    stage.unit * random.uniform(0.3, 0.5),
                    tone,
                    random,
                    1,
                )
            )
    return "".join(parts)


def _cave(stage: Stage) -> str:
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
    parts.append(land.land(floor, stage.height, lighter(rock, 0.12)))
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


_DRAWN = {
    "underwater": _underwater, "moonland": _moonland, "space": _space, "library": _library, "table": _table,
    "room": _room, "cave": _cave, "sky": _sky, "studio": _studio,
}  # fmt: skip
