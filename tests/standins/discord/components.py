"""Checking buttons, selects and layouts of messages (Discord's documentation, "Component Reference", read 2026-11)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from standins.discord.errors import Form
from standins.discord.references import SCHEME
from standins.discord.state import Json

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL = 18
SELECTS = frozenset({3, 5, 6, 7, 8})

MOST_COMPONENTS = 40
"""Components of one layout, nested ones included."""

MOST_CHARACTERS = 4000
"""Characters of all texts of one layout together."""

_IN_CONTAINER = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR})
_ON_TOP = _IN_CONTAINER | {CONTAINER}
_LINK, _PREMIUM = 5, 6


def walk(components: Any) -> Iterator[Json]:
    """All components, parents before children, in the order a reader meets them."""
    for one in components or ():
        yield one
        yield from walk(one.get("components"))
        if isinstance(one.get("accessory"), dict):
            yield from walk([one["accessory"]])
        if isinstance(one.get("component"), dict):
            yield from walk([one["component"]])


def check_components(form: Form, components: list[Json], *, layout: bool) -> tuple[Json, ...]:
    """Check a message's components, classic rows or a `layout`, and return them numbered as Discord does."""
    checker = _Checker(form)
    if not all(checker.shape(f"components.{index}", one) for index, one in enumerate(components)):
        return ()
    if layout:
        checker.layout(components)
    else:
        checker.rows(components)
    return tuple(_numbered(components))


def _numbered(components: list[Json]) -> list[Json]:
    """Copies with an `id` each: the sender's, or the next free number."""
    taken = {one["id"] for one in walk(components) if one.get("id")}
    free = iter(number for number in range(1, 1_000) if number not in taken)
    return [_with_ids(one, free) for one in components]


def _with_ids(component: Json, free: Iterator[int]) -> Json:
    told = component | {"id": component.get("id") or next(free)}
    if "components" in told:
        told["components"] = [_with_ids(one, free) for one in told["components"]]
    if "accessory" in told:
        told["accessory"] = _with_ids(told["accessory"], free)
    return told


@dataclass
class _Checker:
    """Walks through components with their paths and notes what is wrong in the form."""

    form: Form
    custom_ids: set[str] = field(default_factory=set)

    def shape(self, path: str, component: object) -> bool:
        """Whether a component and everything within it are objects with a type, so that the rest can be looked at."""
        if not isinstance(component, dict) or not isinstance(component.get("type"), int):
            self.form.wrong(f"{path}.type", "BASE_TYPE_REQUIRED", "This field is required")
            return False
        inner = component.get("components", [])
        if not isinstance(inner, list):
            self.form.wrong(f"{path}.components", "BASE_TYPE_BAD_TYPE", "Must be a list.")
            return False
        fine = all(self.shape(f"{path}.components.{index}", one) for index, one in enumerate(inner))
        return fine and ("accessory" not in component or self.shape(f"{path}.accessory", component["accessory"]))

    def rows(self, components: list[Json]) -> None:
        """Classic components: up to five rows and nothing else."""
        self.form.count("components", components, 5)
        for index, one in enumerate(components):
            self.kind(f"components.{index}", one, frozenset({ROW}))

    def layout(self, components: list[Json]) -> None:
        """A layout: what may stand where, how many there are, how much text they hold."""
        everything = list(walk(components))
        if len(everything) > MOST_COMPONENTS:
            told = f"Total components ({len(everything)}) exceed the maximum of {MOST_COMPONENTS}."
            self.form.wrong("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", told)
        letters = sum(len(str(one.get("content", ""))) for one in everything if one["type"] == TEXT)
        if letters > MOST_CHARACTERS:
            told = f"The total length of all texts ({letters}) exceeds the maximum of {MOST_CHARACTERS}."
            self.form.wrong("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", told)
        for index, one in enumerate(components):
            self.kind(f"components.{index}", one, _ON_TOP)

    def kind(self, path: str, component: Json, allowed: frozenset[int]) -> None:
        """Check a component that stands where only `allowed` types may."""
        checks: dict[int, Callable[[str, Json], None]] = {
            ROW: self.row,
            BUTTON: self.button,
            SECTION: self.section,
            TEXT: self.text,
            THUMBNAIL: self.thumbnail,
            GALLERY: self.gallery,
            FILE: self.file,
            SEPARATOR: self.separator,
            CONTAINER: self.container,
            **dict.fromkeys(SELECTS, self.select),
        }
        if component["type"] not in allowed or component["type"] not in checks:
            told = f'Value of field "type" must be one of {tuple(sorted(allowed))}.'
            self.form.wrong(path, "UNION_TYPE_CHOICES", told)
        else:
            checks[component["type"]](path, component)

    def row(self, path: str, row: Json) -> None:
        """One to five buttons, or one select."""
        inner = self.form.count(f"{path}.components", row.get("components"), 5, 1)
        if len(inner) > 1 and any(one["type"] in SELECTS for one in inner):
            told = "A row with a select menu has room for nothing else."
            self.form.wrong(f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", told)
        for index, one in enumerate(inner):
            self.kind(f"{path}.components.{index}", one, SELECTS | {BUTTON})

    def button(self, path: str, button: Json) -> None:
        """A label or emoji, and either a custom id or a link."""
        style = button.get("style")
        self.form.one_of(f"{path}.style", style, frozenset(range(1, 7)))
        self.form.length(f"{path}.label", button.get("label"), 80)
        if style == _LINK:
            self.form.length(f"{path}.url", button.get("url"), 512, 1)
        elif style != _PREMIUM:
            self.custom_id(path, button)
        if (button.get("custom_id") is not None) and (button.get("url") is not None or style == _LINK):
            self.form.wrong(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A link has no custom id.")
        if style != _PREMIUM and not (button.get("label") or button.get("emoji")):
            self.form.wrong(path, "BUTTON_COMPONENT_INVALID_LABEL", "A button must have a label or an emoji.")

    def select(self, path: str, select: Json) -> None:
        """A choice of 1 to 25 options, or of users, roles, channels."""
        self.custom_id(path, select)
        self.form.length(f"{path}.placeholder", select.get("placeholder"), 150)
        if select["type"] != STRING_SELECT:
            return
        options = self.form.count(f"{path}.options", select.get("options"), 25, 1)
        for index, option in enumerate(options):
            self.form.length(f"{path}.options.{index}.label", option.get("label"), 100, 1)
            self.form.length(f"{path}.options.{index}.value", option.get("value"), 100, 1)
            self.form.length(f"{path}.options.{index}.description", option.get("description"), 100)
        values = [option.get("value") for option in options]
        if any(values.count(value) > 1 for value in values):
            told = "The specified option value is already used"
            self.form.wrong(f"{path}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", told)

    def custom_id(self, path: str, component: Json) -> None:
        """1 to 100 characters that no other component of the message has."""
        name = self.form.length(f"{path}.custom_id", component.get("custom_id"), 100, 1)
        if name and name in self.custom_ids:
            told = "Component custom id cannot be duplicated"
            self.form.wrong(f"{path}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", told)
        self.custom_ids.add(name)

    def text(self, path: str, text: Json) -> None:
        """Some Markdown."""
        self.form.length(f"{path}.content", text.get("content"), MOST_CHARACTERS, 1)

    def section(self, path: str, section: Json) -> None:
        """One to three texts beside a button or a small picture."""
        for index, one in enumerate(self.form.count(f"{path}.components", section.get("components"), 3, 1)):
            self.kind(f"{path}.components.{index}", one, frozenset({TEXT}))
        accessory = section.get("accessory")
        if accessory is None:
            self.form.wrong(f"{path}.accessory", "BASE_TYPE_REQUIRED", "This field is required")
        else:
            self.kind(f"{path}.accessory", accessory, frozenset({BUTTON, THUMBNAIL}))

    def separator(self, path: str, separator: Json) -> None:
        """A line or a gap."""
        self.form.one_of(f"{path}.spacing", separator.get("spacing") or 1, frozenset({1, 2}))

    def thumbnail(self, path: str, thumbnail: Json) -> None:
        """A small picture."""
        self.media(f"{path}.media", thumbnail.get("media"))
        self.form.length(f"{path}.description", thumbnail.get("description"), 1024)

    def gallery(self, path: str, gallery: Json) -> None:
        """One to ten pictures."""
        for index, item in enumerate(self.form.count(f"{path}.items", gallery.get("items"), 10, 1)):
            self.media(f"{path}.items.{index}.media", item.get("media"))
            self.form.length(f"{path}.items.{index}.description", item.get("description"), 1024)

    def file(self, path: str, file: Json) -> None:
        """A file that was uploaded with the message."""
        self.media(f"{path}.file", file.get("file"), only_uploads=True)

    def container(self, path: str, container: Json) -> None:
        """A frame around other components."""
        inner = self.form.count(f"{path}.components", container.get("components"), MOST_COMPONENTS, 1)
        for index, one in enumerate(inner):
            self.kind(f"{path}.components.{index}", one, _IN_CONTAINER)

    def media(self, path: str, media: object, *, only_uploads: bool = False) -> None:
        """A link to a picture or an upload; whether the upload exists is checked with the files."""
        url = media.get("url") if isinstance(media, dict) else None
        fine = self.form.length(f"{path}.url", url, 2048, 1)
        schemes = (SCHEME,) if only_uploads else (SCHEME, "http://", "https://")
        if fine and not fine.startswith(schemes):
            told = f"Scheme must be one of {', '.join(one.partition(':')[0] for one in schemes)}."
            self.form.wrong(f"{path}.url", "URL_TYPE_INVALID_SCHEME", told)
