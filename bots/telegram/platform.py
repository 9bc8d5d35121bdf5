"""Telegram as a platform: connect, say who we are, take updates in by polling or by webhook."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
import structlog
from httpx_aiohttp import AiohttpTransport
from telegram import Bot, BotCommand
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bots.intake import Intake
from bots.telegram.errors import mapped
from bots.telegram.files import PLATFORM
from bots.telegram.inbound import TelegramInbound
from bots.telegram.limits import UPDATES
from bots.telegram.outbound import TelegramOutbound
from bots.telegram.pacing import Pacer
from bots.telegram.progress import JobsShown
from bots.telegram.standing import TelegramStanding
from bots.telegram.toasts import Toasts
from core import texts
from core.commands import COMMANDS
from core.errors import FabulaError, OperatorFault
from core.ports import Media, Store
from core.settings import LOOPBACK, Settings

POLL_SECONDS = 30
"""How long Telegram holds a poll open while there is nothing new."""

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between tries where Telegram cannot be reached: doubling from the first to the longest, without end."""

REDELIVERY = 10.0
"""Seconds to wait, after a restart behind a webhook, for the rest of an album: Telegram tries again in its own time (our own rule)."""

PATIENCE = 30.0
"""Seconds without a byte of an answer after which a call is given up."""

CONNECTIONS = 64
KEPT_OPEN = 50.0
"""Seconds that an idle connection stays open: less than the minute that servers like Telegram's wait (our own rule; the client's is 5)."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
log = structlog.get_logger()


class RawBot(Bot):
    """The library's bot, which also hands updates on as they came."""

    async def raw_updates(self, offset: int, seconds: int) -> list[dict[str, Any]]:
        """``getUpdates`` without parsing, so that an unreadable update stops no other. Raises ``TelegramError``."""
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": list(UPDATES)}
        result = await self._post("getUpdates", asked, read_timeout=seconds + 10)
        return [update for update in result if isinstance(update, dict)] if isinstance(result, list) else []


class TelegramPlatform:
    """A bot: connected, introduced, and listening."""

    def __init__(self, bot: RawBot, settings: Settings, outbound: TelegramOutbound, toasts: Toasts) -> None:
        self.outbound = outbound
        self.standing = TelegramStanding(bot)
        self.webhook_url = settings.telegram_webhook_url
        self._bot = bot
        self._language = settings.language
        self._toasts = toasts
        self._connected = False
        self._listening = False

    @property
    def name(self) -> str:
        """The platform's name in places and files."""
        return PLATFORM

    @property
    def secret_header(self) -> str:
        """Where a webhook call brings the secret."""
        return SECRET_HEADER

    def inbound(self, store: Store, intake: Intake) -> TelegramInbound:
        """The way in; made last, when there is somebody to hand events to."""
        return TelegramInbound(self._bot, store, intake, self._toasts)

    async def connect(self) -> bool:
        """Find out who we are and, where a webhook is set, ask Telegram to call; ``False`` where Telegram cannot be reached now.

        Raises ``OperatorFault`` (``telegram-token-wrong``, ``telegram-webhook-refused``), which no later try would mend.
        """
        url = self.webhook_url
        if url and not urlsplit(url).path.strip("/"):
            raise OperatorFault("telegram-webhook-refused")  # without a path of its own it would be the page's address
        try:
            await self._bot.initialize()
            if url:
                await self._bot.set_webhook(
                    url, secret_token=self.secret, allowed_updates=list(UPDATES), max_connections=20
                )
        except InvalidToken as error:
            raise OperatorFault("telegram-token-wrong") from error
        except BadRequest as error:
            raise OperatorFault("telegram-webhook-refused") from error
        except TelegramError as error:
            log.warning("Telegram cannot be reached", cause=type(error).__name__)
            return False
        self._connected = True
        log.info("Telegram is connected", bot=f"@{self._bot.username}")
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.shutdown()

    async def run(self, inbound: TelegramInbound) -> None:
        """Connect if that is still to be done, introduce the bot, and take updates in until cancelled."""
        wait = FIRST_WAIT
        while not self._connected:
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
            try:
                await self.connect()
            except OperatorFault as error:
                log.error("Telegram refuses", code=error.code)
                wait = LONGEST_WAIT
        introduction = asyncio.create_task(self._introduce())
        try:
            if self.webhook_url:
                await inbound.recover(REDELIVERY)
                self._listening = True
                await asyncio.Event().wait()
            await self._poll(inbound)
        finally:
            introduction.cancel()

    @property
    def secret(self) -> str:
        """What Telegram has to bring with each webhook call: derived from the token, so it needs no setting of its own."""
        return hmac.new(self._bot.token.encode(), b"webhook", hashlib.sha256).hexdigest()

    def admits(self, secret: str) -> bool:
        """Whether a webhook call is Telegram's, before anything of it is read."""
        return hmac.compare_digest(secret.encode(), self.secret.encode())

    async def called(self, inbound: TelegramInbound, secret: str, body: bytes) -> bool:
        """A webhook call: kept before it is answered. ``False`` without the right secret or form.

        Also before we are ready: Telegram then tries again.
        """
        if not self._listening or not self.admits(secret):
            return False
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(update, dict):
            return False
        await inbound.receive([update])
        return True

    async def _introduce(self) -> None:
        """Tell Telegram the commands and descriptions, in each language. Cosmetic: a failure is only noted."""
        try:
            for tag, language in ((None, self._language), *((language, language) for language in texts.LANGUAGES)):
                menu = [
                    BotCommand(command.name, texts.say(f"command-{command.name}", language)) for command in COMMANDS
                ]
                await self._bot.set_my_commands(menu, language_code=tag)
                await self._bot.set_my_description(texts.say("bot-description", language), language_code=tag)
                short = texts.say("bot-short-description", language)
                await self._bot.set_my_short_description(short, language_code=tag)
        except TelegramError as error:
            log.warning("commands not registered", cause=type(error).__name__)

    async def _poll(self, inbound: TelegramInbound) -> None:
        """Take updates in by asking for them. The offset moves only after they are committed, so none is lost by a crash.

        The first answer comes before what an earlier process left over is taken up: it may bring the rest of a half-kept album.
        """
        offset, wait, first = 0, FIRST_WAIT, True
        while True:
            try:
                if first:
                    await self._bot.delete_webhook()
                updates = await self._bot.raw_updates(offset, 0 if first else POLL_SECONDS)
                await inbound.receive(updates, first=first)
                first = False
                before = offset
                offset = max((number + 1 for number in map(_number, updates) if number is not None), default=offset)
                if updates and offset == before:
                    await asyncio.sleep(FIRST_WAIT)  # what has no number cannot be confirmed, and comes at once again
                wait = FIRST_WAIT
            except (TelegramError, FabulaError) as error:
                fault = mapped(error) if isinstance(error, TelegramError) else error
                log.warning("no updates", cause=type(error).__name__, code=getattr(fault, "code", ""))
                await asyncio.sleep(getattr(fault, "retry_after", None) or wait)
                wait = min(wait * 2, LONGEST_WAIT)
            except Exception:
                # The broad except around the platform's loop: it goes on whatever happens.
                log.exception("the loop of updates broke")
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)


async def connect_telegram(settings: Settings, media: Media, store: Store) -> TelegramPlatform:
    """The bot, connected if Telegram can be reached: without it everything else works, and ``run`` goes on trying. Raises ``OperatorFault``."""
    assert settings.telegram_bot_token
    os.environ.setdefault(
        "PTB_TIMEDELTA", "true"
    )  # times as the library will give them; else each flood limit brings a warning
    url = settings.telegram_base_url or "https://api.telegram.org/bot"
    proxy = _proxy(url)
    try:
        bot = RawBot(
            settings.telegram_bot_token.get_secret_value(),
            base_url=url,
            base_file_url=settings.telegram_base_file_url or "https://api.telegram.org/file/bot",
            request=_request(proxy),
            get_updates_request=_request(proxy),
        )
    except InvalidToken as error:
        raise OperatorFault("telegram-token-wrong") from error
    pacer, toasts = Pacer(unlimited=settings.telegram_unlimited), Toasts(bot)
    outbound = TelegramOutbound(bot, media, pacer, JobsShown(bot, pacer, store), toasts)
    platform = TelegramPlatform(bot, settings, outbound, toasts)
    try:
        await platform.connect()
    except OperatorFault:
        await platform.close()
        raise
    return platform


class QuietRequest(HTTPXRequest):
    """The library's connections; what cannot be read is not written into the log, where people's words have no place."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer of Telegram's. Raises ``TelegramError`` for anything else, for instance the page of a proxy in between."""
        try:
            answer: dict[str, Any] = json.loads(payload)
        except ValueError as error:
            raise TelegramError("Invalid server response") from error
        return answer


def _proxy(url: str) -> httpx.Proxy | None:
    """The proxy that the environment names for an address (``HTTPS_PROXY``, ``NO_PROXY``); none sees this machine's own loopback."""
    server = urlsplit(url)
    if not server.hostname or server.hostname in LOOPBACK or proxy_bypass(server.hostname):
        return None
    named = getproxies()
    found = named.get(server.scheme) or named.get("all")
    return httpx.Proxy(found) if found and urlsplit(found).scheme in ("http", "https") else None


def _request(proxy: httpx.Proxy | None) -> HTTPXRequest:
    """Connections for about as many calls at once as the flood limits allow; uploads may take a while.

    They stay open for as long as people think about their next message: opening one again costs three ways to Telegram and back. They are
    aiohttp's, as all others are: the library's usual ones took a third more of the processor, and first signs waited behind 200 running jobs.
    """
    limits = httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=KEPT_OPEN)
    return QuietRequest(
        read_timeout=PATIENCE,
        write_timeout=60,
        pool_timeout=30,
        httpx_kwargs={
            "transport": AiohttpTransport(limits=limits, verify=_certificates(), proxy=proxy),
            "event_hooks": {"response": [_let_go]},
        },
    )


async def _let_go(response: httpx.Response) -> None:
    """Of what was sent: an answer refers to itself and to its request, so its picture would stay until the garbage collector comes by."""
    response.request.stream = httpx.ByteStream(b"")


@cache
def _certificates() -> SSLContext:
    """The authorities that vouch for Telegram, read once for all connections."""
    return httpx.create_ssl_context()


def _number(update: dict[str, Any]) -> int | None:
    number = update.get("update_id")
    return number if isinstance(number, int) else None
