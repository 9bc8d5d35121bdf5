"""What a picture shows: things on their places, in a light, in a manner."""

from __future__ import annotations

from dataclasses import dataclass, field

from embedded.artist.dictionary import Noun


@dataclass(frozen=True)
class Subject:
    """One kind of thing in the picture.

    `carrier` is the index of the subject it sits in or rides on, or -1; `held` says that the one before holds it.
    `scale` enlarges it where it stands, and `gone` leaves its place empty: both come of later changes. `letters` are set on it.
    `pattern` is one of `stripes`, `spots`, `patches`, `rainbow`, in `accent` on `tint`, where these are said.
    """

    noun: Noun
    name: str
    count: int = 1
    tint: str = ""
    carrier: int = -1
    held: bool = False
    worn: tuple[Subject, ...] = ()
    scale: float = 1.0
    gone: bool = False
    letters: str = ""
    pattern: str = ""
    accent: str = ""


@dataclass(frozen=True)
class Scene:
    """What a prompt asks for. `colours` maps a layer (`sky`, `ground`, `water`, `far`, `all`) to `#rrggbb`;
    `words` are the phrases understood, `tokens` the first words of any kind; `removal` says
    that something is to be taken away; `bare` names what the place is to do without (`clouds`, `window` …); `print` is a checksum of the whole text.
    """

    subjects: tuple[Subject, ...] = ()
    places: tuple[str, ...] = ()
    hour: str = ""
    weather: frozenset[str] = frozenset()
    season: str = ""
    mood: str = ""
    styles: tuple[str, ...] = ()
    colours: dict[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    tokens: tuple[str, ...] = ()
    removal: bool = False
    bare: frozenset[str] = frozenset()
    print: int = 0

    @property
    def recognised(self) -> bool:
        """Whether anything but a style was understood."""
        return bool(self.subjects or self.places or self.hour or self.weather or self.season or self.mood)

    @property
    def lettered(self) -> bool:
        """Whether words can be read in it."""
        return any(one.letters for subject in self.subjects for one in (subject, *subject.worn))

    @property
    def style(self) -> str:
        """The style to draw in; gently flat where none is named."""
        return self.styles[0] if self.styles else "flat"
