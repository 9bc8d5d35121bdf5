# ruff: noqa: E501  (a palette reads better on one line)
"""The colours of a scene: by the hour, then bent by weather, season, mood and what the prompt names."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from random import Random

from embedded.artist.colours import jitter, lighter, mix
from embedded.artist.words import Scene


@dataclass(frozen=True)
class Palette:
    """Colours from the top of the sky down to the foreground, and the light that falls on things.

    `shade` is how much (0–1) of the colour `light` lies on the subjects; `ink` draws their lines.
    """

    high: str
    middle: str
    low: str
    far: str
    mid: str
    near: str
    front: str
    water: str
    cloud: str
    sun: str
    ink: str = "#2e2638"
    light: str = "#ffffff"
    shade: float = 0.0


_HOURS: dict[str, tuple[Palette, ...]] = {
    "day": (
        Palette("#6fb9e3", "#b4dff0", "#eaf6ee", "#9cc3cf", "#92c48c", "#7fb865", "#5d9a55", "#4f9fc4", "#ffffff", "#ffe08a"),
        Palette("#58b0c9", "#a9dcd8", "#f6f3dc", "#8fbcb4", "#9cc87a", "#84b95c", "#5c944e", "#4aa0b0", "#fffdf5", "#ffd970"),
        Palette("#8fb8ea", "#cfe0f5", "#fdeedd", "#aab8d8", "#9fcf9a", "#8abf74", "#669d60", "#6aa6d6", "#ffffff", "#ffe6a0"),
    ),
    "morning": (
        Palette("#8fcbe6", "#d6ebe6", "#fff0cf", "#a9cbc6", "#b2d394", "#98c572", "#6fa65c", "#74b8c8", "#fffaf0", "#ffe49a"),
        Palette("#a6cdea", "#f3e3dc", "#ffeccb", "#b9c7d6", "#b6cf9c", "#a0c07c", "#749f66", "#86b6cc", "#ffffff", "#ffdd92"),
    ),
    "dawn": (
        Palette("#7f93cf", "#e9b3bf", "#ffdcae", "#a797b9", "#8fa79c", "#82a37c", "#5b7f6b", "#a9a5c8", "#ffe9e2", "#ffd9a0", light="#e9a9a0", shade=0.06),
        Palette("#6fa0c8", "#f4c3b4", "#ffe3a8", "#a3a9b8", "#a0ae90", "#94a873", "#6b8564", "#9db0bf", "#fff0e4", "#ffe0a0", light="#f0b49a", shade=0.06),
    ),
    "sunset": (
        Palette("#4f4a8c", "#e3737c", "#ffc67c", "#96608f", "#7a5580", "#8c6a5c", "#584358", "#d68488", "#ffb8a0", "#fff0b8", light="#d86a5c", shade=0.12),
        Palette("#35608f", "#ee8f6a", "#ffd686", "#8d6f86", "#7f6a6c", "#8f7d4f", "#5a5748", "#dd9a78", "#ffd0a6", "#fff3c0", light="#e0834c", shade=0.11),
    ),
    "dusk": (
        Palette("#283465", "#75609c", "#f3a794", "#5f5789", "#4b5480", "#4c6273", "#35475f", "#7d70a6", "#b592b8", "#ffe1bd", light="#4a4590", shade=0.16),
    ),
    "night": (
        Palette("#0e1838", "#213768", "#4b6699", "#2e4878", "#27506e", "#2d6168", "#1d4250", "#2a5184", "#4f6594", "#fff3cf", "#171a33", "#22387a", 0.2),
        Palette("#1a1440", "#3b3478", "#7a67a8", "#423f82", "#3a4a80", "#3a5a78", "#263f5c", "#41509a", "#6c63a0", "#fff0d8", "#1c1636", "#3a2f80", 0.2),
        Palette("#081f33", "#12455c", "#3e8288", "#1d4f60", "#205a5c", "#2c6a58", "#174440", "#1c5c70", "#3f7480", "#fbf6d2", "#10202c", "#15505e", 0.2),
    ),
}  # fmt: skip


def palette(scene: Scene, hour: str, seed: int) -> Palette:
    """The colours of a scene at an hour; each seed shifts them a little."""
    random = Random(f"palette {seed}")
    chosen = random.choice(_HOURS[hour])
    chosen = _changed(chosen, {name: jitter(getattr(chosen, name), random) for name in _LAYERS})
    for bend in (_season, _weather, _mood, _named):
        chosen = bend(chosen, scene)
    return chosen


_LAYERS = ("high", "middle", "low", "far", "mid", "near", "front", "water")


def _changed(colours: Palette, new: dict[str, str]) -> Palette:
    """The palette with some colours exchanged."""
    return replace(colours, **new)  # type: ignore[arg-type]


def _stirred(colours: Palette, share: float, **to: str) -> Palette:
    """The palette with some colours mixed toward others."""
    return _changed(colours, {name: mix(getattr(colours, name), target, share) for name, target in to.items()})


def _season(colours: Palette, scene: Scene) -> Palette:
    """Autumn burns, spring is fresh, summer deep; snow lies white."""
    if "snow" in scene.weather or "snowfield" in scene.places:
        tone = mix("#f4f8fc", colours.middle, 0.12)
        colours = _stirred(colours, 0.72, mid=mix(tone, "#9fb9d6", 0.25), near=tone, front=mix(tone, "#a9c1de", 0.35))
        return (
            _stirred(colours, 0.35, high="#a9bfd6", middle="#d6e2ec", low="#f1f4f6") if colours.shade < 0.1 else colours
        )
    if scene.season == "autumn":
        return _stirred(colours, 0.6, mid="#d99a4e", near="#c98a45", front="#96603a", far="#b98a72")
    if scene.season == "spring":
        return _stirred(colours, 0.35, mid="#b6dc8e", near="#9ed070", low="#ffeef2", far="#c5bcd8")
    return colours


def _weather(colours: Palette, scene: Scene) -> Palette:
    """Rain greys, storms darken, fog pales."""
    if "storm" in scene.weather:
        colours = _stirred(
            colours,
            0.62,
            high="#262b3c",
            middle="#4a5266",
            low="#8b93a0",
            far="#4b5468",
            cloud="#3c4357",
            water="#3b5266",
        )
        return replace(
            _stirred(colours, 0.35, mid="#3c4c50", near="#3f5348", front="#2b3a38"), light="#2c3550", shade=0.14
        )
    if "rain" in scene.weather:
        colours = _stirred(
            colours,
            0.5,
            high="#5f7488",
            middle="#93a5b2",
            low="#c9d2d3",
            far="#7f929e",
            cloud="#a9b4be",
            water="#5f8596",
        )
        return _stirred(colours, 0.22, mid="#5f7d74", near="#5d8066", front="#41604f")
    if "fog" in scene.weather:
        return _stirred(
            colours, 0.5, high="#c4ccd2", middle="#dde1e2", low="#eeeeea", far="#ccd3d6", mid="#b3bfbd", cloud="#f2f2ee"
        )
    if "cloudy" in scene.weather:
        return _stirred(colours, 0.2, high="#8ea4b4", middle="#c3ced4")
    return colours


def _mood(colours: Palette, scene: Scene) -> Palette:
    """Spooky is violet and moss, magic rose and violet, cosy warm."""
    if scene.mood == "spooky":
        return replace(
            _stirred(
                colours,
                0.5,
                high="#1c1533",
                middle="#41305e",
                low="#8a7f7a",
                far="#40365c",
                mid="#39405a",
                near="#3c4a48",
                front="#252e33",
                cloud="#564a70",
            ),
            light="#2e2350",
            shade=0.18,
        )
    if scene.mood == "magic":
        return _stirred(
            colours,
            0.34,
            high="#6f58b8",
            middle="#d79ad0",
            low="#ffd9d6",
            far="#a58ad0",
            mid="#86b4b0",
            cloud="#ffe3f2",
        )
    if scene.mood == "cosy":
        return _stirred(
            colours, 0.16, high="#f0c79a", middle="#fbe0bc", low="#fff0d6", far="#d8b79a", mid="#c9c088", near="#b5b070"
        )
    return colours


def _named(colours: Palette, scene: Scene) -> Palette:
    """Colours that the prompt gives to the sky, the ground, the water, what is far, or everything."""
    named = scene.colours
    if sky := named.get("sky"):
        colours = _stirred(colours, 0.72, high=lighter(sky, -0.18), middle=sky, low=lighter(sky, 0.45))
    if ground := named.get("ground"):
        colours = _stirred(colours, 0.78, mid=lighter(ground, 0.25), near=ground, front=lighter(ground, -0.22))
    if water := named.get("water"):
        colours = _stirred(colours, 0.75, water=water)
    if far := named.get("far"):
        colours = _stirred(colours, 0.7, far=lighter(far, 0.2), mid=far)
    if wash := named.get("all"):
        colours = _stirred(colours, 0.3, **{name.name: wash for name in fields(colours)[:8]})
    return colours
