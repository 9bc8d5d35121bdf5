"""From Discord's messages and reactions to what people do. Everything is kept before it is handed on."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import aiohttp
import discord
from yarl import URL

from bots.discord.contents import (
    Carrier,
    documents_of,
    files_of,
    forwarded_words,
    out_of_reach_in,
    shown_for,
    told_by,
    unusable_in,
)
from bots.discord.errors import FAILURES
from bots.discord.interactions import Interactions
from bots.discord.people import PLATFORM, place_by_id, place_of
from core import texts
from core.errors import BadInput, Unavailable
from core.jobs import until_kept
from core.locks import Locks
from core.people import display_name
from core.ports import InboxRow, Store
from core.types import FileRef, Message, Reaction, User

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where attachments are fetched from; nothing else is."""

FETCHED_WITHIN = aiohttp.ClientTimeout(total=120, sock_connect=30, sock_read=30)
"""Seconds for an attachment, for a connection, and without a byte of it; the library itself would wait for five minutes."""

CHUNK = 256 * 1024
"""Bytes of an attachment that are held at a time."""

HINTS = 1000
"""Channels in which somebody was told that their words cannot be read; once is enough."""

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)


class DiscordInbound:
    """Keeps what people write and how they react, hands it on, and brings the bytes of attachments. Commands and buttons are ``interactions``."""

    def __init__(self, client: discord.Client, store: Store, interactions: Interactions, own_host: str | None) -> None:
        """``own_host``: where attachments of another server than Discord's own lie."""
        self.interactions = interactions
        self._client = client
        self._store = store
        self._hosts = HOSTS | ({own_host} if own_host else set())
        self._hinted: set[int] = set()
        self._turns: Locks[tuple[int, int]] = Locks()

    async def recover(self) -> None:
        """Hand on what an earlier process kept but did not handle."""
        await self.interactions.intake.recover(PLATFORM)

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """The bytes of an attachment (``core.ports.Fetcher``)."""
        return b"".join([chunk async for chunk in self.stream(file, limit)])

    async def stream(self, file: FileRef, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes of an attachment as they come."""
        url = URL(file.ref)
        if url.host not in self._hosts:
            raise BadInput("file-gone")
        try:
            async with (
                aiohttp.ClientSession(timeout=FETCHED_WITHIN) as http,
                http.get(url, allow_redirects=False) as answer,
            ):
                if answer.status >= 500:
                    raise Unavailable("service-down")
                if answer.status != 200:
                    raise BadInput("file-gone")
                left = limit - (answer.content_length or 0)
                if left >= 0:
                    left = limit
                    async for chunk in answer.content.iter_chunked(CHUNK):
                        left -= len(chunk)
                        if left < 0:
                            break
                        yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable("service-down") from error
        if left < 0:
            raise BadInput("file-too-large", limit_mb=limit // 1024**2)

    async def on_message(self, message: discord.Message) -> None:
        """A message. Without the message content intent only what is meant for the bot has words; of the rest nothing is kept."""
        me = self._client.user
        if me is None or message.author.bot or message.webhook_id or message.type not in _WRITTEN:
            return None
        replied = message.reference.resolved if message.reference else None
        replied = replied if isinstance(replied, discord.Message) else None
        ours = replied is not None and replied.author.id == me.id
        own_thread = isinstance(message.channel, discord.Thread) and message.channel.owner_id == me.id
        addressed = message.guild is None or me in message.mentions or ours or own_thread
        text = message.content.replace(f"<@{me.id}>", "").replace(f"<@!{me.id}>", "").strip()
        if self._is_hidden(message):
            return await self._hint(message) if ours else None
        if not addressed and not text.startswith(("/", "／")):
            return None
        reference = (
            message.reference.message_id if message.type is discord.MessageType.reply and message.reference else None
        )
        told, answered = told_by(message), told_by(replied) if replied else {}
        text = text or forwarded_words(told)
        shown = shown_for(text)
        return await self._take(
            Message(
                inbox=(f"{PLATFORM}:{message.id}",),
                id=str(message.id),
                place=place_of(message),
                author=self.interactions.languages.author(message),
                text="" if shown else text,
                files=files_of(told),
                documents=documents_of(told),
                unusable=(*unusable_in(told), *((shown,) if shown else ())),
                reply_to=str(reference) if reference else None,
                replied_files=files_of(answered) if not ours else (),
                replied_documents=documents_of(answered) if not ours else (),
                replied_unusable=self._unusable_reply(replied, answered, ours=ours) if reference else (),
                addressed=addressed,
                quote=replied.content.replace(f"<@{me.id}>", "").strip() if replied else "",
            )
        )

    async def on_reaction(self, event: discord.RawReactionActionEvent, stamp: str) -> None:
        """A reaction was added or taken back. ``stamp`` names the event: its session at the gateway and its number there.

        Of a removal nobody says whose message it was, so it is looked up first; what one person does to one message waits its turn meanwhile.
        """
        async with self._turns.of((event.message_id, event.user_id)):
            await self._react(event, stamp)

    async def _react(self, event: discord.RawReactionActionEvent, stamp: str) -> None:
        me = self._client.user
        if me is None or event.user_id == me.id or event.message_author_id not in (None, me.id):
            return
        if event.member and event.member.bot:  # it offers people the sign to tap, under whatever is posted
            return
        place, message, added = (
            place_by_id(self._client, event.channel_id, event.guild_id),
            str(event.message_id),
            event.event_type == "REACTION_ADD",
        )
        if event.message_author_id is None and not await self._store.shown_in(place, message):
            return
        emoji = _emoji(event.emoji)
        await self._take(
            Reaction(
                inbox=(f"{PLATFORM}:reaction:{stamp}",),
                place=place,
                user=User(
                    platform=PLATFORM,
                    id=str(event.user_id),
                    name=display_name(event.member.display_name) if event.member else "",
                ),
                message=message,
                added=(emoji,) if added else (),
                removed=() if added else (emoji,),
            )
        )

    async def on_reactions_cleared(
        self, channel: int, guild: int | None, message: int, emoji: discord.PartialEmoji | None
    ) -> None:
        """A moderator took every reaction (or every one of an emoji) away."""
        place = place_by_id(self._client, channel, guild)
        await self._store.clear_ratings(place, str(message), _emoji(emoji) if emoji else None)

    def _unusable_reply(self, replied: discord.Message | None, answered: Carrier, *, ours: bool) -> tuple[str, ...]:
        """What cannot be used of an answered message. A picture of our own is found by what it shows; where it shows nothing any more, it is gone."""
        if replied is None or (ours and files_of(answered)):
            return ("gone",)
        if ours:
            return unusable_in(answered)
        return ("hidden",) if self._is_hidden(replied) else (*unusable_in(answered), *out_of_reach_in(answered))

    def _is_hidden(self, message: discord.Message) -> bool:
        """Whether Discord keeps a message's words to itself."""
        seen = message.content or message.attachments or message.stickers or message.poll or message.message_snapshots
        return not seen and message.guild is not None and not self._client.intents.message_content

    async def _hint(self, message: discord.Message) -> None:
        """Tell, once in a channel, how to be heard."""
        if message.channel.id in self._hinted or len(self._hinted) >= HINTS:
            return
        self._hinted.add(message.channel.id)
        language = texts.language_of(self.interactions.languages.author(message).language)
        try:
            answered = message.to_reference(fail_if_not_exists=False)
            await message.channel.send(texts.say("hint-mention", language), reference=answered, mention_author=False)
        except FAILURES:
            self._hinted.discard(message.channel.id)

    async def _take(self, event: Message | Reaction) -> None:
        user = event.author if isinstance(event, Message) else event.user
        row = InboxRow(id=event.inbox[0], platform=PLATFORM, user=user.key, payload=event.model_dump_json())
        tries = 0

        async def take_in() -> bool:
            nonlocal tries
            tries += 1
            return await self._store.take_in(row)

        # Nobody would tell it again. A try that nothing was heard of may have kept it: then it is there, and still ours to hand on.
        if await until_kept(take_in) or tries > 1:
            self.interactions.intake.take(event)


def _emoji(emoji: discord.PartialEmoji) -> str:
    """A sign, or the name of a server's own emoji (its number where it was deleted)."""
    return (emoji.name or str(emoji.id)) if emoji.is_custom_emoji() else str(emoji)
