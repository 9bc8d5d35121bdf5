"""What the operator sets for Discord."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from core import settings
from core.settings import SEVERAL, Key


class DiscordSettings(settings.Settings):
    """The token of the bot, from the developer portal, what it may read, and where Discord is reached if not at its own servers."""

    discord_bot_token: Key = Field(None, validation_alias=AliasChoices("DISCORD_BOT_TOKEN", "discord_bot_token"))
    discord_api_base: str | None = Field(None, validation_alias=AliasChoices("DISCORD_API_BASE", "discord_api_base"))
    discord_gateway: str | None = Field(None, validation_alias=AliasChoices("DISCORD_GATEWAY", "discord_gateway"))
    discord_shard_ids: Annotated[tuple[int, ...], *SEVERAL] = Field(
        (), validation_alias=AliasChoices("DISCORD_SHARD_IDS", "discord_shard_ids")
    )
    discord_shard_count: int | None = Field(
        None, ge=1, validation_alias=AliasChoices("DISCORD_SHARD_COUNT", "discord_shard_count")
    )
    discord_message_content: bool = False
    discord_threads: bool = False
