"""Where a scene plays: the choice of the backdrop, and the places that are not under an open sky."""

from __future__ import annotations

from embedded.artist import interiors, land, worlds
from embedded.artist.colours import lighter
from embedded.artist.scenery import sky
from embedded.artist.stage import Stage, number
from embedded.artist.waters import wave_front
from embedded.artist.words import Scene

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


_SUITED = (
    (frozenset({"1F427", "1F43B-200D-2744-FE0F", "1F9AD"}), frozenset({"snowfield"})),
    (frozenset({"1F335", "1F42A", "E20F"}), frozenset({"desert"})),
    (frozenset({"1F334", "1F980"}), frozenset({"beach"})),
    (frozenset({"lighthouse"}), frozenset({"sea", "beach"})),
)
"""Where things are at home."""


def _suited(arts: set[str], roles: set[str], scene: Scene) -> frozenset[str]:
    """A place for subjects without one."""
    if "S" in roles and arts & {"1F420", "1F419", "1F991", "1FABC", "1F421", "1F41F", "E000", "1F9DC-200D-2640-FE0F"}:
        return frozenset({"underwater"})
    if roles & {"B", "S"}:
        return frozenset({"sea"})
    if arts & {"1F680", "1F6F8", "1FA90", "1F9D1-200D-1F680", "1F6F0"}:
        return frozenset({"moonland" if "C" in roles else "space"})
    home = next((places for things, places in _SUITED if arts & things), None)
    return home or frozenset({_on_land(arts, roles, scene)})


def _on_land(arts: set[str], roles: set[str], scene: Scene) -> str:
    """A place for what is at home in none of its own."""
    if arts & {"sign", "banner", "placard"}:
        return "city" if "H" in roles else "meadow"
    if arts & {"1F6CF", "1F6CB", "1FA91", "1F6C1", "1F4FA"}:
        return "room"
    if roles and roles <= {"O", "W"}:
        return "table" if scene.hour not in ("night", "sunset") and not scene.weather else "room"
    return "city" if arts & {"1F697", "1F695", "1F68C", "streetlamp", "1F68B"} else "meadow"


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
        return wave_front(stage, stage.height * 0.9, lighter(stage.palette.water, -0.16), "front wave")
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


_DRAWN = {
    "underwater": worlds.underwater, "moonland": worlds.moonland, "space": worlds.space, "cave": worlds.cave, "sky": worlds.cloudscape,
    "room": interiors.room, "library": interiors.library, "table": interiors.table, "studio": interiors.studio,
}  # fmt: skip
