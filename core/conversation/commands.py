"""What a command and its options are, and how typed text becomes one of them. Which commands there are, the features say."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from core import prompts, texts
from core.conversation import slips
from core.conversation.styles_said import style_named, trailing_style
from core.documents.formats import FAMILIES, Family
from core.errors import BadInput

Kind = Literal["choice", "integer", "flag", "style", "size", "length", "text"]

SHOW = "show_"
"""What a link to a private chat begins with, before the id of the piece that ``/start`` shall show (Telegram: 64 of letters, digits, - and _)."""

PROMPT_LIMIT = 30_000
"""Characters a request may have: the image models take 32,000 (OpenAI's package documentation, 2026-11), some of which are ours."""

MOST_OPTIONS = 32
"""Dashes with a word behind them that are looked at in one request; what follows is prose (our own rule: no command has a third as many options)."""


@dataclass(frozen=True)
class Option:
    """One option: its name everywhere, how its value is read, and what people also call it. ``highest``: of a number; of a text its characters."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 0
    aliases: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """One command. ``takes`` names its plain words, ``files`` its attachments: ``photo`` (perhaps with a ``mask``), ``table``, ``document``.

    ``paid`` ones become jobs, ``private`` ones concern one person. A paid one needs its words or, if it has attachments, the first of them; one
    that ``asks`` needs both. One that is not ``listed`` stands neither in the help nor in the palette: nobody has to know it.
    ``hidden``: what is said to it is nobody else's to read, so a platform that can shows it to its person alone.
    ``own``: sentences that it brings along, by key and language; all others are the catalogue's. ``references``: how many (further) photos it takes
    where each is an option of its own; elsewhere they are simply sent along. With one of the ``wordless`` options
    it needs no words.
    """

    name: str
    takes: str = ""
    options: tuple[Option, ...] = ()
    files: tuple[str, ...] = ()
    paid: bool = False
    private: bool = False
    asks: bool = False
    listed: bool = True
    hidden: bool = False
    aliases: tuple[str, ...] = ()
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    references: int = 0
    wordless: tuple[str, ...] = ()

    def say(self, key: str, language: str) -> str:
        """A sentence about it: its own, else the catalogue's."""
        return self.own[key][language] if key in self.own else texts.say(key, language)

    @property
    def usage(self) -> str:
        """How it is typed: ``/story idea``."""
        return f"/{self.name} {self.takes}".strip()

    @property
    def takes_pictures(self) -> bool:
        """Whether it works on pictures."""
        return "photo" in self.files

    @property
    def reference_names(self) -> tuple[str, ...]:
        """What its (further) photos are called as options, in their order."""
        first = 2 if self.takes_pictures else 1
        return tuple("photo" if number == 1 else f"photo-{number}" for number in range(first, first + self.references))

    @property
    def families(self) -> tuple[Family, ...]:
        """The families of other files that it takes (``core.documents.formats``)."""
        return tuple(family for family in FAMILIES if family in self.files)

    def option(self, name: str) -> Option | None:
        """The option of that name or alias."""
        return next((option for option in self.options if name in (option.name, *option.aliases)), None)


@dataclass(frozen=True)
class Parsed:
    """A command with its plain words and its options by name, their values in canonical form."""

    command: Command
    words: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


# What several features and the settings know; other options stand with their feature.
STYLE = Option("style", "style", aliases=("风格", "画风"))
SIZE = Option(
    "size",
    "size",
    ("square", "wide", "tall"),
    aliases=("尺寸", "大小"),
    values={"方": "square", "横": "wide", "竖": "tall", "方形": "square"},
)
QUALITY = Option(
    "quality",
    "choice",
    ("low", "medium", "high", "xhigh", "max"),
    aliases=("质量",),
    values={"低": "low", "中": "medium", "高": "high"},
)
NUMBER = Option("n", "integer", lowest=1, highest=4, aliases=("number", "张数", "数量"))
LANG = Option(
    "lang",
    "choice",
    ("en", "zh"),
    aliases=("language", "语言"),
    values={"english": "en", "chinese": "zh", "中文": "zh", "英文": "en", "zh-cn": "zh"},
)

_SPACES = dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009"), " ")
_COMMAND = re.compile(r"[/／]([^\s@/]{1,32})(?:@(\w+))?(?:\s+|$)")
# Phones turn "--" into one long dash; a long dash in prose is only an option where a known name stands behind it.
_OPTION = re.compile(r"(?<!\S)(?P<dash>--|－－|——|—|–|－|-)(?P<name>[^\W\d][\w-]*)(?P<join>\s*[=＝:：]\s*|)")
_QUOTED = re.compile(r"[\"“”'‘]([^\n\"“”'’]{1,200})[\"“”'’]")
_VALUE_ENDS = re.compile(r"\n|(?<!\S)(?:--|－－|——|—)(?=[^\W\d])")
"""Where a text that is an option's value is over: at the end of its line, or where the next option begins."""
_VALUE_WORDS = re.compile(r"(\S+)(?: +(\S+))?(?: +(\S+))?")
_SPACE = re.compile(r"\s*")
_SIZE = re.compile(r"(\d{2,5})\s*[x×*X]\s*(\d{2,5})$")


class Commands:
    """The commands that a studio knows, in the order in which they are shown."""

    def __init__(self, commands: Iterable[Command]) -> None:
        """Raises ``ValueError`` for two commands of the same name."""
        self.replace(commands)

    def replace(self, commands: Iterable[Command]) -> None:
        """Know these from now on, all at once: whoever holds the table sees them. Raises ``ValueError`` and changes nothing, as above."""
        known, by_name = tuple(commands), dict[str, Command]()
        for command in known:
            for name in (command.name, *(alias.lower() for alias in command.aliases)):
                if by_name.setdefault(name, command) is not command:
                    raise ValueError(f"two commands are called {name}")
        self._commands, self._by_name = known, by_name

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands)

    def find(self, name: str) -> Command | None:
        """The command of a name or alias, if there is one."""
        return self._by_name.get(name.lower())

    def named(self, name: str) -> Command:
        """The command of a name. Raises ``BadInput("unknown-command")``, with a suggestion where one is near."""
        command = self.find(name)
        if command is None:
            raise slips.unknown(
                "unknown-command", slips.near(name, self._by_name), (0, len(name)), "command", command=name
            )
        return command

    def parse(self, text: str, own_name: str = "", styles: Sequence[str] = ()) -> Parsed | None:
        """Read typed text; ``None`` if it is no command, or one that names another bot than ``own_name``. ``styles``: the person's own, by name.

        Raises ``BadInput`` (``unknown-command``, ``unknown-option``, ``unknown-value``, ``missing-value``) with a suggestion where one is near,
        and ``prompt-too-long`` before anything of the rest is looked at.
        """
        text = plain(text)
        found = _COMMAND.match(text)
        if glued := (found is None or not self.find(found[1])) and self._glued(text):
            check_length(text)
            rest = text[1 + len(glued) :].lstrip(" :：,，")
            return _within(self.named(glued), rest, len(text) - len(rest), styles)
        if found is None or (found[2] and own_name and found[2].lower() != own_name.lower()):
            return None
        check_length(text)
        try:
            command = self.named(found[1])
        except slips.Misspelt as slip:
            raise slip.moved(1) from None
        return _within(command, text[found.end() :], found.end(), styles)

    def hides(self, text: str) -> bool:
        """Whether what is typed is meant for a hidden command, also where that is misspelt or something else is wrong with it."""
        text = plain(text[: slips.LONGEST + 4])
        found = _COMMAND.match(text)
        said = self.find(found[1]) if found else None
        if said is None and (glued := self._glued(text)):
            said = self.find(glued)
        if said is None and found and (near := slips.near(found[1], self._by_name)):
            said = self.find(near)
        return said is not None and said.hidden

    def _glued(self, text: str) -> str:
        """The name that a text begins with where its words follow without a space: after a colon, or in Chinese, which has none."""
        names = sorted((name for name in self._by_name), key=len, reverse=True)
        said = text[1 : slips.LONGEST + 2].lower() if text[:1] in ("/", "／") else ""
        return next((name for name in names if said.startswith(name) and _ends(name, said[len(name) :])), "")


def _within(command: Command, rest: str, start: int, styles: Sequence[str]) -> Parsed:
    """Read what stands behind a command; where it is misspelt, the places are those of the whole text."""
    try:
        return replace(parse_options(with_styles(command, styles), rest), command=command)
    except slips.Misspelt as slip:
        raise slip.moved(start) from None


def with_styles(command: Command, names: Sequence[str]) -> Command:
    """The command with styles of somebody's own, as its option's ``choices``, beside those that everybody has."""
    if not names:
        return command
    options = (replace(one, choices=tuple(names)) if one.kind == "style" else one for one in command.options)
    return replace(command, options=tuple(options))


def _ends(name: str, rest: str) -> bool:
    """Whether a name is over where the rest begins."""
    return rest[:1] in (":", "：") or (not name.isascii() and rest[:1] not in ("", "@"))


def plain(text: str) -> str:
    """A text as it is read: its spaces are plain, and it has none around it."""
    return text.translate(_SPACES).strip()


def check_length(text: str) -> None:
    """Raise ``BadInput("prompt-too-long")`` for more than a request may have: before it is read, so that reading it holds nobody up."""
    if len(text) > PROMPT_LIMIT:
        raise BadInput("prompt-too-long", limit=PROMPT_LIMIT)


def names_other_bot(text: str, own_name: str) -> bool:
    """Whether the text is a command for a bot of another name (``/image@other_bot``)."""
    found = _COMMAND.match(plain(text))
    return bool(found and found[2] and found[2].lower() != own_name.lower())


def parse_options(command: Command, text: str) -> Parsed:
    """Take the options out of a command's text; what is left are its plain words."""
    options: dict[str, str] = {}
    kept: list[str] = []
    position = 0
    for match in itertools.islice(_OPTION.finditer(text), MOST_OPTIONS):
        if match.start() < position:  # inside of a value
            continue
        option = _option_named(command, match)
        if option is None:
            kept.append(text[position : match.end()])
            position = match.end()
            continue
        kept.append(text[position : match.start()])
        options[option.name], position = _read_value(option, text, match)
    kept.append(text[position:])
    words = " ".join(part for part in map(str.strip, kept) if part)
    if (option := command.option("style")) and option.kind == "style" and "style" not in options:
        words, style = trailing_style(option.choices, words)
        options |= {"style": style} if style else {}
    return Parsed(command, words, options)


def check_options(command: Command, given: Mapping[str, str]) -> dict[str, str]:
    """Options that a platform has already parsed, in canonical form; raises ``BadInput`` as ``parse`` does."""
    checked = {}
    for name, value in given.items():
        option = command.option(name)
        if option is None:
            raise slips.unknown("unknown-option", slips.near(name, _names(command)), (0, 0), name, option=name)
        if value and not (option.kind == "flag" and value.lower() == "false"):
            checked[option.name] = "true" if option.kind == "flag" else _canonical(option, value)
    return checked


def _names(command: Command) -> list[str]:
    return [name for option in command.options for name in (option.name, *option.aliases)]


def _option_named(command: Command, match: re.Match[str]) -> Option | None:
    """The option a dash and a word mean; ``None`` where it is prose. Raises for a name nobody knows."""
    name = match["name"].lower().rstrip("-")
    option = command.option(name)
    certain = match["dash"] in ("--", "－－", "——") or match["join"].strip() != ""
    if option or (match["dash"] == "-" and not match["join"].strip()):
        return option
    if certain or slips.near(name, _names(command), 0.75):
        at = match.start("name"), match.start("name") + len(name)
        raise slips.unknown("unknown-option", slips.near(name, _names(command)), at, option=name)
    return None


def _read_value(option: Option, text: str, match: re.Match[str]) -> tuple[str, int]:
    """The canonical value behind an option's name, and where the text goes on."""
    if option.kind == "flag":
        return "true", match.end("name")
    space = _SPACE.match(text, match.end())
    start = space.end() if space else match.end()
    if quoted := _QUOTED.match(text, start):
        return _canonical(option, quoted[1], quoted.start(1)), quoted.end()
    if option.kind == "text":
        ends = _VALUE_ENDS.search(text, start)
        said = text[start : ends.start() if ends else len(text)].strip()
        if not said:
            raise BadInput("missing-value", option=option.name)
        return _canonical(option, said), ends.start() if ends else len(text)
    words = _VALUE_WORDS.match(text, start)
    if words is None or _OPTION.match(text[start : start + slips.LONGEST]):
        raise BadInput("missing-value", option=option.name)
    if option.kind == "style":
        for count in (3, 2):
            said = text[start : words.end(count)].rstrip(",，.。") if words[count] else ""
            if said and style_named(option.choices, said):
                return _canonical(option, said), words.end(count)
    return _canonical(option, words[1].rstrip(",，.。;；"), start), words.end(1)


def _canonical(option: Option, value: str, start: int = 0) -> str:
    """The one way this value is written in the program; raises ``BadInput("unknown-value")``. ``start``: where it stands in its text."""
    at = start, start + len(value)
    if option.kind == "text":
        if option.highest and len(value.strip()) > option.highest:
            raise BadInput("form-too-long", field=option.name, limit=option.highest, length=len(value.strip()))
        return value.strip()
    if len(value) > slips.LONGEST:
        value, plain = value[: slips.LONGEST + 1], ""
    else:
        plain = value.strip().lower()
    plain = option.values.get(plain, plain)
    if option.kind == "style":
        if style := style_named(option.choices, value):
            return style
        meant = slips.near(value, (*option.choices, *prompts.style_aliases()))
        raise _misfit(option, value, at, meant, ", ".join(choices(option)))
    if plain in option.choices:
        return plain
    size = _SIZE.match(plain) if option.kind == "size" else None
    if size:
        return f"{int(size[1])}x{int(size[2])}"
    if (
        option.kind in ("integer", "length")
        and plain.isdecimal()
        and len(plain) < 6
        and option.lowest <= int(plain) <= option.highest
    ):
        return str(int(plain))
    raise _misfit(option, value, at, _meant(option, value), _choices(option))


def _misfit(option: Option, value: str, at: tuple[int, int], meant: str | None, choices: str) -> BadInput:
    return slips.unknown("unknown-value", meant, at, option.name, option=option.name, value=value, choices=choices)


def _meant(option: Option, value: str) -> str | None:
    """The value that is nearly what was given."""
    numbered = {"size": slips.near_size(value)}
    numbered |= dict.fromkeys(("integer", "length"), slips.near_number(value, option.lowest, option.highest))
    return numbered.get(option.kind) or slips.near(value, (*option.choices, *option.values))


def choices(option: Option) -> tuple[str, ...]:
    """The values to offer for an option; empty where any number or size does."""
    if option.kind == "style":
        return (*option.choices, *prompts.STYLES)
    if option.kind == "integer" and option.highest <= 10:
        return tuple(map(str, range(option.lowest, option.highest + 1)))
    return option.choices


def _choices(option: Option) -> str:
    """The values an option takes, as people would write them."""
    span = f"{option.lowest}–{option.highest}" if option.highest else ""
    extra = "1280x720" if option.kind == "size" else ""
    return ", ".join(filter(None, (*option.choices, span, extra)))
