"""Telegram, over python-telegram-bot."""

from __future__ import annotations

from bots.platform import Platform
from bots.telegram.settings import TelegramSettings
from core.ports import Media, Store

SETTING = "telegram_bot_token"
"""Without it there is none of it."""

CREDENTIAL = r"(?<!\d)\d{6,12}(?::|%3A)[\w-]{30,}"
"""What a token looks like: digits, colon, 35 signs; in URLs behind "bot"."""


def connect(settings: TelegramSettings, media: Media, store: Store) -> Platform | None:
    """Telegram, where its token is set. Raises ``OperatorFault`` for a webhook's address that cannot be one."""
    if not settings.telegram_bot_token:
        return None
    from bots.telegram.platform import telegram_platform  # here, for loading the library takes a third of a second

    return telegram_platform(settings, media, store)
