"""Telegram as a platform: connect, say who we are, take updates in by polling or by webhook."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bots.intake import Intake
from bots.telegram.errors import mapped
from bots.telegram.inbound import TelegramInbound
from bots.telegram.limits import UPDATES
from bots.telegram.outbound import TelegramOutbound
from bots.telegram.pacing import Pacer
from core import texts
from core.commands import COMMANDS
from core.errors import FabulaError, OperatorFault
from core.ports import Media, Store
from core.settings import Settings

POLL_SECONDS = 30
"""How long Telegram holds a poll open while there is nothing new."""

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
log = structlog.get_logger()


class RawBot(Bot):
    """The library's bot, which also hands updates on as they came."""

    async def raw_updates(self, offset: int) -> object:
        """``getUpdates`` without parsing; raises ``TelegramError``."""
        asked = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": list(UPDATES)}
        return await self._post("getUpdates", asked, read_timeout=POLL_SECONDS + 10)


@dataclass(frozen=True)
class TelegramPlatform:
    """The parts of a connected bot."""

    bot: RawBot
    outbound: TelegramOutbound
    settings: Settings

    async def close(self) -> None:
        """Close the connections."""
        await self.bot.shutdown()

    def inbound(self, store: Store, intake: Intake) -> TelegramInbound:
        """The way in; made last, when there is somebody to hand events to."""
        return TelegramInbound(self.bot, store, intake)

    async def introduce(self) -> None:
        """Tell Telegram the commands and descriptions, in each language. Cosmetic: a failure is only noted."""
        try:
            for tag, language in (("", "en"), ("zh", "zh")):
                menu = [
                    BotCommand(command.name, texts.say(f"command-{command.name}", language)) for command in COMMANDS
                ]
                await self.bot.set_my_commands(menu, language_code=tag or None)
                await self.bot.set_my_description(texts.say("bot-description", language), language_code=tag or None)
                await self.bot.set_my_short_description(
                    texts.say("bot-short-description", language), language_code=tag or None
                )
        except TelegramError as error:
            log.warning("commands not registered", cause=type(error).__name__)

    @property
    def secret(self) -> str:
        """What Telegram has to bring with each webhook call: derived from the token, so it needs no setting of its own."""
        return hmac.new(self.bot.token.encode(), b"webhook", hashlib.sha256).hexdigest()

    async def start_webhook(self, url: str) -> None:
        """Ask Telegram to call. Raises ``OperatorFault`` or ``Unavailable``."""
        try:
            await self.bot.set_webhook(url, secret_token=self.secret, allowed_updates=list(UPDATES), max_connections=20)
        except TelegramError as error:
            raise _fault(error) from error

    async def called(self, inbound: TelegramInbound, secret: str, body: bytes) -> bool:
        """A webhook call: kept before it is answered; ``False`` without the right secret or form."""
        if not hmac.compare_digest(secret.encode(), self.secret.encode()):
            return False
        try:
            update = json.loads(body)
        except ValueError:
            return False
        if not isinstance(update, dict):
            return False
        inbound.handle(await inbound.keep([update]))
        return True

    async def poll(self, inbound: TelegramInbound) -> None:
        """Take updates in until cancelled. The offset moves only after the updates are committed, so none is lost by a crash."""
        offset, wait, ready = 0, FIRST_WAIT, False
        while True:
            try:
                if not ready:
                    await self.bot.delete_webhook()
                    ready = True
                updates = await self._updates(offset)
                inbound.handle(await inbound.keep(updates))
                offset = max(
                    (update["update_id"] + 1 for update in updates if isinstance(update.get("update_id"), int)),
                    default=offset,
                )
                wait = FIRST_WAIT
            except TelegramError as error:
                log.warning("poll failed", cause=type(error).__name__, code=getattr(mapped(error), "code", ""))
                await asyncio.sleep(getattr(mapped(error), "retry_after", None) or wait)
                wait = min(wait * 2, LONGEST_WAIT)
            except FabulaError as error:
                log.error("updates cannot be kept", code=error.code)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    async def _updates(self, offset: int) -> list[dict[str, Any]]:
        """The next updates as they came: each is read for itself later, so that an unreadable one stops no other."""
        result = await self.bot.raw_updates(offset)
        return [update for update in result if isinstance(update, dict)] if isinstance(result, list) else []


async def connect_telegram(settings: Settings, media: Media) -> TelegramPlatform:
    """Connect the bot. Raises ``OperatorFault("telegram-token-wrong")`` or ``Unavailable``."""
    assert settings.telegram_bot_token
    try:
        bot = RawBot(
            settings.telegram_bot_token.get_secret_value(),
            base_url=settings.telegram_base_url or "https://api.telegram.org/bot",
            base_file_url=settings.telegram_base_file_url or "https://api.telegram.org/file/bot",
            request=_request(),
            get_updates_request=_request(),
        )
        await bot.initialize()
    except TelegramError as error:
        raise _fault(error) from error
    pacer = Pacer(unlimited=settings.telegram_unlimited)
    return TelegramPlatform(bot, TelegramOutbound(bot, media, pacer), settings)


def _request() -> HTTPXRequest:
    """Connections for about as many calls at once as the flood limits allow; uploads may take a while."""
    return HTTPXRequest(connection_pool_size=64, read_timeout=30, write_timeout=60, pool_timeout=30)


def _fault(error: TelegramError) -> FabulaError:
    if isinstance(error, InvalidToken):
        return OperatorFault("telegram-token-wrong")
    found = mapped(error)
    return found if isinstance(found, FabulaError) else OperatorFault("telegram-token-wrong")
