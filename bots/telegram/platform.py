"""Telegram as a platform: connect, say who we are, take updates in by polling or by webhook."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import time
from contextlib import AbstractAsyncContextManager
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
import structlog
from httpx_aiohttp import AiohttpTransport
from telegram import Bot, BotCommand
from telegram.error import BadRequest, TelegramError
from telegram.request import HTTPXRequest

from bots.board_links import BoardLinks
from bots.chores import UNREADABLE, beside, persist
from bots.intake import Intake
from bots.links import Links
from bots.pages import Pages
from bots.platform import Webhook
from bots.telegram.errors import mapped
from bots.telegram.files import PLATFORM
from bots.telegram.handing import HandingOver
from bots.telegram.inbound import TelegramInbound
from bots.telegram.init_data import who_opened
from bots.telegram.keyboards import Keyboards
from bots.telegram.limits import DOCUMENT_BYTES, UPDATES
from bots.telegram.outbound import TelegramOutbound
from bots.telegram.pacing import Pacer
from bots.telegram.polls import TelegramPolls
from bots.telegram.progress import JobsShown
from bots.telegram.settings import TelegramSettings
from bots.telegram.standing import TelegramStanding
from bots.telegram.toasts import Toasts
from core import texts
from core.errors import FabulaError, OperatorFault, Unavailable
from core.ports import Media, Store
from core.settings import LOOPBACK

POLL_SECONDS = 30
"""How long Telegram holds a poll open while there is nothing new."""

POLL_GRACE = 10
"""Seconds that its answer may take beyond that."""

UNNUMBERED_WAIT = 1.0
"""Seconds until updates without a number are asked for again: they cannot be confirmed, and would come at once (our own rule)."""

REDELIVERY = 10.0
"""Seconds to wait, after a restart behind a webhook, for the rest of an album: Telegram tries again in its own time (our own rule)."""

PATIENCE = 30.0
"""Seconds without a byte of an answer after which a call is given up."""

CONNECTIONS = 64
KEPT_OPEN = 50.0
"""Seconds that an idle connection stays open: less than the minute that servers like Telegram's wait (our own rule; the client's is 5)."""

UNREADABLE_ANSWER = "Invalid server response"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
log = structlog.get_logger()


class RawBot(Bot):
    """The library's bot, which also hands updates on as they came."""

    async def raw_updates(self, offset: int, seconds: int) -> list[dict[str, Any]]:
        """``getUpdates`` without parsing, so that an unreadable update stops no other. Raises ``TelegramError``."""
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": list(UPDATES)}
        result = await self._post("getUpdates", asked, read_timeout=seconds + POLL_GRACE)
        if not isinstance(result, list) or not all(isinstance(update, dict) for update in result):
            raise TelegramError(UNREADABLE_ANSWER)  # taken for none, it would be asked for again at once
        return result


class TelegramPlatform:
    """A bot: connected, introduced, and listening."""

    room = DOCUMENT_BYTES
    """Bytes of the largest file that every chat takes."""

    def __init__(
        self, bot: RawBot, settings: TelegramSettings, outbound: TelegramOutbound, toasts: Toasts, polls: TelegramPolls
    ) -> None:
        self.outbound = outbound
        self.polls = polls
        self.standing = TelegramStanding(bot)
        self._webhook_url = settings.telegram_webhook_url
        self._bot = bot
        self._language = settings.language
        self._toasts = toasts
        self._offset = 0
        self._first = True
        self._listening = False

    @property
    def name(self) -> str:
        """The platform's name in places and files."""
        return PLATFORM

    @property
    def account(self) -> str:
        """The bot's number."""
        return self._bot.token.partition(":")[0]

    @property
    def delivers(self) -> bool:
        """Always: a bot has one part."""
        return True

    @property
    def title(self) -> str:
        """What people call it."""
        return "Telegram"

    @property
    def webhooks(self) -> tuple[Webhook, ...]:
        """Our door for Telegram's calls, where a webhook is set."""
        if not (url := self._webhook_url):
            return ()
        return (Webhook(urlsplit(url).path, SECRET_HEADER, self._admits, lambda: self._listening, self._called),)

    def vouches(self, told: str) -> str | None:
        """The id of the person for whom Telegram opened a page of ours, as it told the page; ``None`` for what is not its word, or an old one."""
        return who_opened(told, self._bot.token, time.time())

    def open(self, store: Store, intake: Intake) -> TelegramInbound:
        """Make the way in, now that there is somebody to hand events to; ``run`` is next."""
        self._repertoire = intake.repertoire
        self._commands = intake.repertoire.commands
        self._inbound = TelegramInbound(self._bot, store, intake, self._toasts)
        return self._inbound

    async def identify(self) -> str:
        """Find out who we are: the bot's name. Raises ``Unavailable``, and ``OperatorFault`` (``telegram-token-wrong``)."""
        try:
            await self._bot.initialize()
        except TelegramError as error:
            raise _fault(error) from error
        except UNREADABLE as error:
            raise Unavailable("answer-unreadable") from error
        return f"@{self._bot.username}"

    async def connect(self) -> None:
        """Identify ourselves and, where a webhook is set, ask Telegram to call. Raises as ``identify`` does, also ``telegram-webhook-refused``."""
        name = await self.identify()
        try:
            if url := self._webhook_url:
                await self._bot.set_webhook(
                    url, secret_token=self._secret, allowed_updates=list(UPDATES), max_connections=20
                )
        except BadRequest as error:
            raise OperatorFault("telegram-webhook-refused") from error
        except TelegramError as error:
            raise _fault(error) from error
        self.outbound.connected.set()
        log.info("Telegram is connected", bot=name)

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.shutdown()

    async def run(self) -> None:
        """Connect, introduce the bot, and take updates in until cancelled, whatever Telegram does."""
        take_in = self._await_calls if self._webhook_url else self._poll
        self._first, self._listening = True, False
        try:
            async with beside("introduction", self._introduce_always()):
                await persist(PLATFORM, self.connect, self._language)
                while True:
                    await persist(PLATFORM, take_in, self._language)
        finally:
            await self._inbound.close()

    @property
    def _secret(self) -> str:
        """What Telegram has to bring with each webhook call: derived from the token, so it needs no setting of its own."""
        return hmac.new(self._bot.token.encode(), b"webhook", hashlib.sha256).hexdigest()

    def _admits(self, secret: str) -> bool:
        """Whether a webhook call is Telegram's, before anything of it is read."""
        return hmac.compare_digest(secret.encode(), self._secret.encode())

    async def _called(self, body: bytes) -> bool:
        """A webhook call that was admitted: kept before it is answered. ``False`` without the right form."""
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(update, dict):
            return False
        await self._inbound.receive([update])
        return True

    async def _introduce_always(self) -> None:
        """Introduce the bot, and again whenever it can do something else."""
        while True:
            told = self._repertoire.version
            await persist(PLATFORM, self._introduce, self._language)
            await self._repertoire.change(told)

    async def _introduce(self) -> None:
        """Tell Telegram the commands and descriptions, in each language. Cosmetic: what it does not take is only noted."""
        await self.outbound.connected.wait()
        try:
            for tag, language in ((None, self._language), *((language, language) for language in texts.LANGUAGES)):
                menu = [
                    BotCommand(command.name, command.say(f"command-{command.name}", language))
                    for command in self._commands
                ]
                await self._bot.set_my_commands(menu, language_code=tag)
                await self._bot.set_my_description(texts.say("bot-description", language), language_code=tag)
                short = texts.say("bot-short-description", language)
                await self._bot.set_my_short_description(short, language_code=tag)
        except BadRequest as error:
            log.warning("commands not registered", cause=type(error).__name__)
        except TelegramError as error:
            raise _fault(error) from error

    async def _await_calls(self) -> None:
        """Take in what Telegram calls with, once what an earlier process left over is taken up."""
        await self._inbound.recover(REDELIVERY)
        self._listening = True
        await asyncio.Event().wait()

    async def _poll(self) -> None:
        """Ask once for updates. The offset moves only after they are committed, so none is lost by a crash.

        The first answer comes before what an earlier process left over is taken up: it may bring the rest of a half-kept album.
        """
        try:
            if self._first:
                await self._bot.delete_webhook()
            updates = await self._bot.raw_updates(self._offset, 0 if self._first else POLL_SECONDS)
        except TelegramError as error:
            raise _fault(error) from error
        await self._inbound.receive(updates, first=self._first)
        self._first, before = False, self._offset
        numbers = [number + 1 for number in map(_number, updates) if number is not None]
        self._offset = max(numbers, default=before)
        if updates and self._offset == before:
            await asyncio.sleep(UNNUMBERED_WAIT)


def telegram_platform(settings: TelegramSettings, media: Media, store: Store) -> TelegramPlatform:
    """The bot, of which nobody has been asked yet. Raises ``OperatorFault`` for a webhook's address that no platform has to be asked about."""
    assert settings.telegram_bot_token
    os.environ.setdefault(
        "PTB_TIMEDELTA", "true"
    )  # times as the library will give them; else each flood limit brings a warning
    hook = settings.telegram_webhook_url
    if hook and not urlsplit(hook).path.strip("/"):
        raise OperatorFault("telegram-webhook-refused")  # without a path of its own it would be the page's address
    url = settings.telegram_base_url or "https://api.telegram.org/bot"
    proxy = _proxy(url)
    bot = RawBot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=url,
        base_file_url=settings.telegram_base_file_url or "https://api.telegram.org/file/bot",
        request=_request(proxy),
        get_updates_request=_request(proxy),
    )
    pacer, toasts = Pacer(unlimited=settings.telegram_unlimited), Toasts(bot)
    polls = TelegramPolls(bot, store)
    outbound = TelegramOutbound(
        bot,
        media,
        pacer,
        JobsShown(bot, pacer, store),
        toasts,
        HandingOver(bot, media, Links(settings, store)),
        Keyboards(Pages(settings, BoardLinks(store)), settings.telegram_app),
        polls,
    )
    return TelegramPlatform(bot, settings, outbound, toasts, polls)


def _fault(error: TelegramError) -> FabulaError:
    """What a failure means for the bot itself: there is no place yet that could be gone."""
    fault = mapped(error)
    return fault if isinstance(fault, FabulaError) else Unavailable("service-down")


class QuietRequest(HTTPXRequest):
    """The library's connections; what cannot be read is not written into the log, where people's words have no place."""

    def opened(self, url: str) -> AbstractAsyncContextManager[httpx.Response]:
        """The answer to a request for a file, unread: the library itself would hold the whole of it."""
        return self._client.stream("GET", url)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer of Telegram's: a result, or what is wrong. Raises ``TelegramError`` for anything else, for instance the page of a proxy."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise TelegramError(UNREADABLE_ANSWER) from error
        if not isinstance(answer, dict) or not {"result", "description"} & answer.keys():
            raise TelegramError(UNREADABLE_ANSWER)
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
