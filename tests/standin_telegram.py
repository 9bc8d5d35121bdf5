"""What the tests of the stand-in Telegram server share."""

from pathlib import Path

from telegram import Bot, Update

SPECIFICATION = Path(__file__).parents[2] / "shared/specs/telegram-api.json"


async def heard(bot: Bot) -> list[Update]:
    """All updates that wait for the bot, confirmed at once; from the second call on, all kinds."""
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return list(updates)
