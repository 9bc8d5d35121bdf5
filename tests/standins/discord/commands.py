"""Routes about slash commands and context menus, and what Discord checks about them ("Application Commands", read 2026-11)."""

import re
import unicodedata

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.errors import UNKNOWN_COMMAND, Form, Refused
from standins.discord.state import Json

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUB_COMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11

MOST_OF_KIND = {CHAT_INPUT: 100, USER_MENU: 5, MESSAGE_MENU: 5}
"""Commands of each type per place; discord.py 2.7 too holds menus to five."""

MOST_OPTIONS = 25
MOST_CHARACTERS = 8000
"""Characters of a command's names, descriptions and values together, the longest localisation of each counted."""

_LOCALES = """
id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko he ar
"""
LOCALES = frozenset(_LOCALES.split())
_CONTEXTS: frozenset[int] = frozenset({0, 1, 2})
_WITH_CHOICES = frozenset({STRING, INTEGER, NUMBER})
_GLOBAL = "/applications/{application_id}/commands"
_OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


@route("PUT", _GLOBAL)
@route("PUT", _OF_GUILD)
async def replace_commands(discord: Discord, call: Call) -> Answer:
    """Replace all commands of a place. Commands that keep their name and type keep their id."""
    scope, given = _scope(discord, call), call.body if isinstance(call.body, list) else []
    form = Form()
    keys = [(one.get("type") or CHAT_INPUT, one.get("name")) for one in given]
    for index, one in enumerate(given):
        check_command(form, f"{index}", one)
        if keys.count(keys[index]) > 1:
            told = "Application command names must be unique"
            form.wrong(f"{index}.name", "APPLICATION_COMMANDS_DUPLICATE_NAME", told)
    form.finish()
    for kind, most in MOST_OF_KIND.items():
        if sum(key[0] == kind for key in keys) > most:
            raise Refused(400, 30032, f"Maximum number of application commands reached ({most}).")
    old = {(one["type"], one["name"]): one["id"] for one in discord.commands.get(scope, [])}
    kept = [_registered(discord, one, scope, old.get(key)) for key, one in zip(keys, given, strict=True)]
    discord.commands[scope] = kept
    return kept


@route("GET", _GLOBAL)
@route("GET", _OF_GUILD)
async def list_commands(discord: Discord, call: Call) -> Answer:
    """All commands of a place; localisations only if asked for."""
    found = discord.commands.get(_scope(discord, call), [])
    if call.asks("with_localizations"):
        return found
    hidden = ("name_localizations", "description_localizations")
    return [{name: value for name, value in one.items() if name not in hidden} for one in found]


@route("POST", _GLOBAL)
@route("POST", _OF_GUILD)
async def create_command(discord: Discord, call: Call) -> Answer:
    """Add a command, or replace the one of the same name and type."""
    scope, form = _scope(discord, call), Form()
    check_command(form, "", call.values)
    form.finish()
    kept = discord.commands.setdefault(scope, [])
    key = (call.values.get("type") or CHAT_INPUT, call.values["name"])
    same = next((one for one in kept if (one["type"], one["name"]) == key), None)
    if same is None and sum(one["type"] == key[0] for one in kept) >= MOST_OF_KIND[key[0]]:
        raise Refused(400, 30032, f"Maximum number of application commands reached ({MOST_OF_KIND[key[0]]}).")
    made = _registered(discord, call.values, scope, same["id"] if same else None)
    discord.commands[scope] = [one for one in kept if one is not same] + [made]
    return made


@route("GET", _GLOBAL + "/{command_id}")
@route("GET", _OF_GUILD + "/{command_id}")
async def get_command(discord: Discord, call: Call) -> Answer:
    """One command."""
    return _found(discord, call)


@route("DELETE", _GLOBAL + "/{command_id}")
@route("DELETE", _OF_GUILD + "/{command_id}")
async def delete_command(discord: Discord, call: Call) -> Answer:
    """Remove one command."""
    discord.commands[_scope(discord, call)].remove(_found(discord, call))
    return None


def check_command(form: Form, path: str, command: Json) -> None:
    """Note in the form what is wrong with a command."""
    kind = command.get("type") or CHAT_INPUT
    form.one_of(_at(path, "type"), kind, frozenset(MOST_OF_KIND))
    if kind == CHAT_INPUT:
        _check_named(form, path, command)
        _check_options(form, path, command.get("options"), depth=0)
        if _length(command) > MOST_CHARACTERS:
            told = f"Command exceeds maximum size ({MOST_CHARACTERS})"
            form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", told)
    else:
        form.length(_at(path, "name"), command.get("name"), 32, 1)
        if command.get("description") or command.get("options"):
            told = "Context menu commands cannot have a description or options"
            form.wrong(_at(path, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", told)
    _check_subset(form, _at(path, "contexts"), command.get("contexts"), _CONTEXTS)
    _check_subset(form, _at(path, "integration_types"), command.get("integration_types"), frozenset({0, 1}))


def named_well(name: str) -> bool:
    """Whether a slash command or option may be called so: 1–32 lower-case letters, digits, `-`, `_` or `'` of any script."""
    if not 1 <= len(name) <= 32 or name != name.lower():
        return False
    return all(one in "-_'" or unicodedata.category(one)[0] in "LN" or _is_mark(one) for one in name)


def _is_mark(letter: str) -> bool:
    """Vowel signs of Devanagari and Thai, which Discord counts as letters."""
    return re.fullmatch("[\u0900-\u097f\u0e00-\u0e7f]", letter) is not None


def _check_named(form: Form, path: str, thing: Json) -> None:
    """Check the name and description of a command or option, and their localisations."""
    name = form.length(_at(path, "name"), thing.get("name"), 32, 1)
    names = [("name", name), *_localised(form, path, thing, "name", 32)]
    for where, one in names:
        if one and not named_well(one):
            told = "Command name is invalid"
            form.wrong(_at(path, where), "APPLICATION_COMMAND_INVALID_NAME", told)
    form.length(_at(path, "description"), thing.get("description"), 100, 1)
    _localised(form, path, thing, "description", 100)


def _localised(form: Form, path: str, thing: Json, what: str, most: int) -> list[tuple[str, str]]:
    """Check the localisations of a name or description; where each stands and what it says."""
    given, field = thing.get(f"{what}_localizations") or {}, f"{what}_localizations"
    if not isinstance(given, dict):
        form.wrong(_at(path, field), "BASE_TYPE_BAD_TYPE", "Must be an object.")
        return []
    for locale in given:
        form.one_of(_at(path, f"{field}.{locale}"), locale, LOCALES)
    return [(f"{field}.{key}", form.length(_at(path, f"{field}.{key}"), one, most, 1)) for key, one in given.items()]


def _check_options(form: Form, path: str, options: object, depth: int) -> None:
    """Options: 25 at most, named uniquely, the required ones first, groups and subcommands not below two levels."""
    given = form.count(_at(path, "options"), options, MOST_OPTIONS)
    names = [one.get("name") for one in given]
    optional_before = False
    for index, one in enumerate(given):
        where = _at(path, f"options.{index}")
        form.one_of(_at(where, "type"), one.get("type"), frozenset(range(1, 12)))
        _check_named(form, where, one)
        if names.count(one.get("name")) > 1:
            told = "Option names must be unique"
            form.wrong(_at(where, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", told)
        if one.get("type") in (SUB_COMMAND, GROUP):
            if depth > 1 or (depth == 1 and one["type"] == GROUP):
                form.wrong(where, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Subcommands are nested too deeply")
            _check_options(form, where, one.get("options"), depth + 1)
            continue
        if one.get("required") and optional_before:
            told = "Required options must be placed before non-required options"
            form.wrong(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", told)
        optional_before = optional_before or not one.get("required")
        _check_choices(form, where, one)


def _check_choices(form: Form, path: str, option: Json) -> None:
    choices = form.count(_at(path, "choices"), option.get("choices"), 25)
    if choices and option.get("autocomplete"):
        told = "Options with choices cannot have autocomplete enabled"
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", told)
    if (choices or option.get("autocomplete")) and option.get("type") not in _WITH_CHOICES:
        told = "Only texts and numbers have choices"
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", told)
    for index, choice in enumerate(choices):
        where = _at(path, f"choices.{index}")
        form.length(_at(where, "name"), choice.get("name"), 100, 1)
        if option.get("type") == STRING:
            form.length(_at(where, "value"), choice.get("value"), 100, 1)
        elif not isinstance(choice.get("value"), int | float):
            form.wrong(_at(where, "value"), "NUMBER_TYPE_COERCE", "Must be a number.")


def _check_subset(form: Form, path: str, given: object, allowed: frozenset[int]) -> None:
    if given is None:
        return
    if not isinstance(given, list) or not given or not set(given) <= allowed:
        form.wrong(path, "BASE_TYPE_CHOICES", f"Must be one or several of {sorted(allowed)}.")


def _length(thing: Json) -> int:
    """Characters of a command or option with everything within it."""
    longest = sum(
        max(len(one) for one in [str(thing.get(what) or ""), *(thing.get(f"{what}_localizations") or {}).values()])
        for what in ("name", "description")
    )
    choices = sum(len(str(one.get("name"))) + len(str(one.get("value"))) for one in thing.get("choices") or [])
    return longest + choices + sum(_length(one) for one in thing.get("options") or [])


def _scope(discord: Discord, call: Call) -> int | None:
    """The guild whose commands are meant, or None for the global ones."""
    if call.number("application_id") != discord.world.bot.id:
        raise Refused(403, 20012, "You are not authorized to perform this action on this application")
    return discord.guild(call.number("guild_id")).id if "guild_id" in call.path else None


def _registered(discord: Discord, command: Json, scope: int | None, number: str | None) -> Json:
    told: Json = {
        "id": number or str(discord.world.new_id()),
        "application_id": str(discord.world.bot.id),
        "version": str(discord.world.new_id()),
        "type": CHAT_INPUT,
        "description": "",
        "default_member_permissions": None,
        "dm_permission": True,
        "nsfw": False,
        "options": [],
    }
    told |= {"integration_types": [0], "contexts": None} if scope is None else {"guild_id": str(scope)}
    told |= {name: value for name, value in command.items() if value is not None}
    if told["default_member_permissions"] is not None:
        told["default_member_permissions"] = str(told["default_member_permissions"])
    return told


def _found(discord: Discord, call: Call) -> Json:
    wanted = call.path["command_id"]
    for one in discord.commands.get(_scope(discord, call), []):
        if one["id"] == wanted:
            return one
    raise UNKNOWN_COMMAND


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
