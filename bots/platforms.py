"""The platforms there are, beside our own page: a new one is a folder with a ``connect`` and its settings, and one more name in each line here."""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices

from bots import discord, telegram
from bots.discord.settings import DiscordSettings
from bots.telegram.settings import TelegramSettings


class Settings(TelegramSettings, DiscordSettings):
    """The whole configuration: what the core knows, and what each platform does."""


CONNECTS = (telegram.connect, discord.connect)
"""Each makes its platform, or nothing where the operator has not set it up."""

NEEDED = (telegram.SETTING, discord.SETTING)
"""The settings without which there is none of it."""

SECRETS = (telegram.CREDENTIAL, discord.CREDENTIAL)
"""What no log may hold."""

LIBRARIES = ("telegram", "discord")
"""Whose loggers chatter."""


def variables() -> dict[str, str]:
    """The environment variable of each setting, by field."""
    prefix = Settings.model_config.get("env_prefix", "")
    return {
        name: str(_first(field.validation_alias) or f"{prefix}{name.upper()}")
        for name, field in Settings.model_fields.items()
    }


def known_names() -> frozenset[str]:
    """Every name that is read: those of ``variables``, and what some of them were called before."""
    aliases = (field.validation_alias for field in Settings.model_fields.values())
    named = {str(name) for alias in aliases if isinstance(alias, AliasChoices) for name in alias.choices}
    return frozenset({*variables().values(), *named})


def _first(alias: Any) -> Any:
    return alias.choices[0] if isinstance(alias, AliasChoices) else alias
