"""The command table as Discord's slash commands and message menus: names stay English, descriptions come in each person's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bots.discord.limits import CHOICE, CHOICES, DESCRIPTION
from core import prompts, texts
from core.conversation import cast
from core.conversation.commands import Command, Commands, Option, choices
from core.types import Named

STRING, INTEGER, BOOLEAN, ATTACHMENT = 3, 4, 5, 11
CHAT_INPUT, MESSAGE_MENU = 1, 3
EVERYWHERE = {"contexts": [0, 1, 2], "integration_types": [0, 1]}
"""In servers, in the bot's DMs and in private channels; installed to a server or to a person."""

MENUS = ("menu-edit", "menu-vary", "menu-rate")
_CHINESE = "zh-CN"


def application_commands(commands: Commands) -> list[dict[str, Any]]:
    """The body that registers everything at once (``PUT /applications/{id}/commands``)."""
    return [*map(_slash, commands), *map(_menu, MENUS)]


def menu_of(name: str) -> str | None:
    """The key of a message menu by the English name that Discord calls it by."""
    return next((key for key in MENUS if texts.say(key, "en") == name), None)


def names(typed: str, known: Iterable[Named]) -> list[tuple[str, str]]:
    """Suggestions for a command's words while somebody types a character's name in them: label and value, both the whole words."""
    begun, found = cast.starting(typed, known)
    before = typed[: len(typed) - len(begun)] if begun else typed
    whole = [f"{before}@{name}" for name in found]
    return [(said, said) for said in whole if len(said) <= CHOICE][:CHOICES]


def completions(
    command: Command | None, option: str, typed: str, language: str, own: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Suggestions while somebody types an option's value: label and value. ``own``: styles of theirs."""
    wanted = typed.strip().lower()
    if option == "style":
        named = [
            (f"{style.label(language)} · {style.name}" if language == "zh" else style.name, style)
            for style in prompts.STYLES.values()
        ]
        theirs = [(name, name) for name in own if wanted in name.lower()]
        known = [
            (label, style.name)
            for label, style in named
            if any(wanted in name for name in (style.name, *style.aliases))
        ]
        return [*theirs, *known][:CHOICES]
    found = command.option(option) if command else None
    return [(value, value) for value in choices(found) if wanted in value][:CHOICES] if found else []


def _slash(command: Command) -> dict[str, Any]:
    words = [_words(command)] if command.takes else []
    files = [_option(command, name, ATTACHMENT) for name in command.files]
    files += [_option(command, name, ATTACHMENT, "option-reference") for name in command.reference_names]
    options = [*words, *files, *(_typed(command, option) for option in command.options)]
    return {
        "type": CHAT_INPUT,
        "name": command.name,
        "options": options,
        **_described(command, f"command-{command.name}"),
        **EVERYWHERE,
    }


def _menu(key: str) -> dict[str, Any]:
    return {
        "type": MESSAGE_MENU,
        "name": texts.say(key, "en"),
        "name_localizations": {_CHINESE: texts.say(key, "zh")},
        **EVERYWHERE,
    }


def _words(command: Command) -> dict[str, Any]:
    """A command's plain words; those of one that has nothing else to begin with are needed."""
    needed = command.paid and not command.files
    more: dict[str, Any] = {"required": True} if needed else {}
    return _option(command, command.takes, STRING) | more | ({} if command.private else {"autocomplete": True})


def _option(command: Command, name: str, kind: int, key: str = "") -> dict[str, Any]:
    return {"type": kind, "name": name, **_described(command, key or f"option-{name}")}


def _typed(command: Command, option: Option) -> dict[str, Any]:
    if option.kind == "flag":
        return _option(command, option.name, BOOLEAN)
    if option.kind == "integer":
        return _option(command, option.name, INTEGER) | {"min_value": option.lowest, "max_value": option.highest}
    if option.kind == "choice":
        return _option(command, option.name, STRING) | {
            "choices": [{"name": value, "value": value} for value in option.choices]
        }
    return _option(command, option.name, STRING) | ({} if option.kind == "text" else {"autocomplete": True})


def _described(command: Command, key: str) -> dict[str, Any]:
    return {
        "description": command.say(key, "en")[:DESCRIPTION],
        "description_localizations": {_CHINESE: command.say(key, "zh")[:DESCRIPTION]},
    }
