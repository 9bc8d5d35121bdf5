"""What the operator sets for Telegram."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from core import settings
from core.settings import Key


class TelegramSettings(settings.Settings):
    """The token of the bot, from @BotFather, and where Telegram is reached if not at its own servers."""

    telegram_bot_token: Key = Field(None, validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", "telegram_bot_token"))
    telegram_base_url: str | None = Field(None, validation_alias=AliasChoices("TELEGRAM_BASE_URL", "telegram_base_url"))
    telegram_base_file_url: str | None = Field(
        None, validation_alias=AliasChoices("TELEGRAM_BASE_FILE_URL", "telegram_base_file_url")
    )
    telegram_webhook_url: str | None = Field(
        None, validation_alias=AliasChoices("TELEGRAM_WEBHOOK_URL", "telegram_webhook_url")
    )
    telegram_unlimited: bool = False
    telegram_app: str | None = Field(None, pattern=r"^[A-Za-z0-9_]{3,64}$")
