"""Methods about the bot itself: its commands per scope and language, its name and descriptions per language."""

import json
import re

from standins.telegram.api import Telegram, method
from standins.telegram.entities import units
from standins.telegram.errors import bad_request
from standins.telegram.parameters import Arguments
from standins.telegram.places import known_chat
from standins.telegram.state import MANAGING, Chat, Json, User

MOST_COMMANDS = 100
"""Commands per scope and language (Bot API, setMyCommands)."""

# Most UTF-16 units of each text (Bot API, setMyName, setMyDescription, setMyShortDescription).
_TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}

_SCOPES = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (),
    "chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip


@method
async def set_my_commands(telegram: Telegram, call: Arguments) -> bool:
    """Set the commands of one scope and language; an empty list removes them."""
    key = _key(telegram, call)
    commands = [_command(item) for item in call["commands"]]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    if commands:
        telegram.profile.commands[key] = commands
    else:
        telegram.profile.commands.pop(key, None)
    return True


@method
async def get_my_commands(telegram: Telegram, call: Arguments) -> list[Json]:
    """The commands of exactly this scope and language."""
    return telegram.profile.commands.get(_key(telegram, call), [])


@method
async def delete_my_commands(telegram: Telegram, call: Arguments) -> bool:
    """Remove the commands of one scope and language."""
    telegram.profile.commands.pop(_key(telegram, call), None)
    return True


@method
async def set_my_name(telegram: Telegram, call: Arguments) -> bool:
    """Up to 64 units."""
    return _set_text(telegram, call, "name")


@method
async def get_my_name(telegram: Telegram, call: Arguments) -> Json:
    """The name in a language, or the usual one."""
    return {"name": _text(telegram, call, "name") or telegram.world.bot.first_name}


@method
async def set_my_description(telegram: Telegram, call: Arguments) -> bool:
    """Up to 512 units, shown in an empty chat."""
    return _set_text(telegram, call, "description")


@method
async def get_my_description(telegram: Telegram, call: Arguments) -> Json:
    """The description in a language, or the usual one."""
    return {"description": _text(telegram, call, "description")}


@method
async def set_my_short_description(telegram: Telegram, call: Arguments) -> bool:
    """Up to 120 units, shown on the profile."""
    return _set_text(telegram, call, "short_description")


@method
async def get_my_short_description(telegram: Telegram, call: Arguments) -> Json:
    """The short description in a language, or the usual one."""
    return {"short_description": _text(telegram, call, "short_description")}


def menu(telegram: Telegram, chat: Chat, user: User) -> list[Json]:
    """The commands that a person's app offers in a chat: the narrowest scope wins, in it the person's language."""
    scopes: list[Json] = [{"type": "chat_member", "chat_id": chat.id, "user_id": user.id}]
    if chat.kind == "private":
        scopes = [{"type": "chat", "chat_id": chat.id}, {"type": "all_private_chats"}]
    else:
        if chat.members.get(user.id) in MANAGING:
            scopes.append({"type": "chat_administrators", "chat_id": chat.id})
        scopes.append({"type": "chat", "chat_id": chat.id})
        if chat.members.get(user.id) in MANAGING:
            scopes.append({"type": "all_chat_administrators"})
        scopes.append({"type": "all_group_chats"})
    scopes.append({"type": "default"})
    language = (user.language_code or "").partition("-")[0]
    for scope in scopes:
        for code in (language, ""):
            if commands := telegram.profile.commands.get((json.dumps(scope, sort_keys=True), code)):
                return commands
    return []


def _key(telegram: Telegram, call: Arguments) -> tuple[str, str]:
    scope = call.get("scope") or {"type": "default"}
    wanted = _SCOPES.get(str(scope.get("type")))
    if wanted is None or set(scope) != {"type", *wanted}:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in wanted:
        scope = scope | {"chat_id": known_chat(telegram, scope["chat_id"]).id}
    return json.dumps(scope, sort_keys=True), _language(call)


def _language(call: Arguments) -> str:
    code = str(call.get("language_code", ""))
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise bad_request("invalid language code specified")
    return code


def _command(item: object) -> Json:
    name, description = (item.get("command"), item.get("description")) if isinstance(item, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(description, str):
        raise bad_request("can't parse BotCommand: expected an Object with command and description")
    name = name.removeprefix("/")
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= units(description.strip()) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description.strip()}


def _set_text(telegram: Telegram, call: Arguments, which: str) -> bool:
    text = str(call.get(which, "")).strip()
    if units(text) > _TEXT_LIMITS[which]:
        raise bad_request(f"{which.replace('_', ' ')} length must not exceed {_TEXT_LIMITS[which]}")
    key = (which, _language(call))
    if text:
        telegram.profile.texts[key] = text
    else:
        telegram.profile.texts.pop(key, None)
    return True


def _text(telegram: Telegram, call: Arguments, which: str) -> str:
    texts = telegram.profile.texts
    return texts.get((which, _language(call))) or texts.get((which, ""), "")
