"""Discord's way out: the first answer to a command is an edit of the deferred one, what follows are messages that cannot come twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import discord
import structlog

from bots.discord import polls
from bots.discord.addresses import Interaction, read
from bots.discord.changes import NO_MENTIONS, Changes, may_be_the_picture
from bots.discord.controls import view_of
from bots.discord.errors import FAILURES, mapped, refusal, token_is_spent
from bots.discord.files import pack
from bots.discord.limits import FILE_BYTES, TOO_LARGE
from bots.discord.nonces import nonce
from bots.discord.originals import Originals
from bots.discord.parts import Part, contents, parts_of
from bots.discord.permissions import lacking
from bots.discord.progress import JobsShown
from bots.links import Links
from bots.markup import parse
from bots.outbound import Receipt, Undeliverable
from bots.owners import marked
from bots.pages import Pages
from core import texts
from core.errors import Unavailable
from core.ports import Media
from core.types import Document, KeptReply, Place, Progress, Reply, Request

SIZES = 3
"""Tries with files half as large each, where Discord takes less than it told us."""

log = structlog.get_logger()
Address = Interaction | int | None


class DiscordOutbound:
    """Implements ``bots.outbound.Outbound``."""

    def __init__(
        self,
        client: discord.Client,
        media: Media,
        originals: Originals,
        jobs: JobsShown,
        links: Links,
        pages: Pages,
    ) -> None:
        self.connected = asyncio.Event()
        self._client = client
        self._media = media
        self._originals = originals
        self._jobs = jobs
        self._links = links
        self._pages = pages
        self._changes = Changes(client, media, originals)

    async def send(self, reply: KeptReply, receipt: Receipt) -> None:
        """Send the parts of a reply that have no receipt yet."""
        reply = self._pages.linked(await self._pages.with_boards(reply))
        said, address = reply.reply, read(reply.in_reply_to)
        self._check_connected()
        if self._jobs.settles(reply):
            return None
        try:
            if said.end:
                await self._end(reply, address)
            elif said.rated is not None:
                await self._thank(reply, address)
            elif said.removes:
                await self._remove(reply, said.removes, address)
            elif said.replaces:
                return await self._replace(reply, said.replaces, address, receipt)
            else:
                return await self._say(reply, address, receipt)
        except FAILURES as error:
            raise mapped(error) from error
        return await receipt(0, "", (), last=True)

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Show progress where the person looks."""
        self._check_connected()
        try:
            await self._jobs.show(job, request, progress, text)
        except FAILURES as error:
            raise mapped(error) from error

    async def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """Say something without keeping it: after ``/forget``, when this person's jobs are gone too."""
        self._check_connected()
        await self._jobs.forget(user)
        address = read(in_reply_to)
        try:
            if isinstance(address, Interaction) and address.message and not address.expired:
                await self._originals.change(address, content=reply.text, view=None)
            else:
                number = nonce(f"whisper:{in_reply_to}", 0)  # a repeated try is no second message
                alone = isinstance(address, Interaction) and address.alone
                where = await self._client.create_dm(_person(user)) if alone else self._channel(place)
                await where.send(reply.text, nonce=number, allowed_mentions=NO_MENTIONS)
        except FAILURES as error:
            raise mapped(error) from error

    async def clear(self, job: str, request: Request) -> None:
        """Take off the screen what still says that a job is under way."""
        address = read(request.message)
        try:
            if isinstance(address, Interaction):
                await self._originals.clear(address)
            await self._jobs.take_away(job, address)
        except FAILURES as error:
            raise mapped(error) from error

    def leave(self) -> None:
        """Remember nothing of what is on the screen: another process takes that away, and may answer what is still open."""
        self._jobs.leave()
        self._originals.leave()
        self._changes.leave()

    # --- what a reply can be -----------------------------------------------------------------------------------------

    async def _end(self, reply: KeptReply, address: Address) -> None:
        """Nothing more follows: an answer that nobody used and the progress of the job disappear."""
        if isinstance(address, Interaction):
            await self._originals.clear(address)
        await self._jobs.take_away(reply.job or "", address)

    async def _thank(self, reply: KeptReply, address: Address) -> None:
        """A thumb was pressed, which shows nothing by itself: its person alone is told that it counts."""
        scores = list((reply.reply.rated or {}).values())
        if not scores or not isinstance(address, Interaction) or address.expired:
            return
        words = texts.say("rated-thanks" if scores[0].mine else "rated-withdrawn", reply.language)
        try:
            await self._originals.follow(address, content=words, ephemeral=True)
        except discord.HTTPException as error:
            log.debug("no thanks", code=error.code)

    async def _remove(self, reply: KeptReply, message: str, address: Address) -> None:
        """Take a message away. A deferred answer whose token still works belongs to the job that goes on."""
        if isinstance(address, Interaction) and not address.message and not address.expired:
            return
        try:
            if message.isdecimal():
                await self._channel(reply.place).get_partial_message(int(message)).delete()
            else:
                await self._jobs.clean_up(reply)
        except (discord.NotFound, discord.Forbidden) as error:
            log.debug("message not removed", code=error.code)

    async def _replace(self, reply: KeptReply, message: str, address: Address, receipt: Receipt) -> None:
        """Change an earlier message of ours in place. A state whose words are not taken there says so there: the next one may be taken."""
        part, room = parts_of(reply.reply)[0], self._room(reply.place, address)
        try:
            await self._changes.change(reply, part, message, address, room)
        except discord.HTTPException as error:
            alone = reply.reply.confidential or (isinstance(address, Interaction) and address.alone)
            if alone and token_is_spent(error):
                message = str(await self._in_private(reply, part, 0, ""))
            elif (why := refusal(error)) is None:
                raise
            elif reply.reply.lives:
                words = replace(part, content=texts.say(f"refused-{why}", reply.language), plate=None)
                await self._changes.change(reply, words, message, address, room)
            else:
                message = str(await self._otherwise(reply, part, 0, address, why))
        await receipt(0, message, part.shows, last=True)

    async def _say(self, reply: KeptReply, address: Address, receipt: Receipt) -> None:
        if (poll := reply.reply.poll) and polls.fits(poll):
            sent = await polls.send(poll, self._channel(reply.place), nonce(reply.key, 0))
            if sent:
                return await receipt(0, str(sent), (), last=True)
        parts = parts_of(reply.reply)
        if not parts:
            return await receipt(0, "", (), last=True)
        if reply.job:
            self._jobs.hush(reply.job)
        for number, part in enumerate(parts):
            if number >= len(reply.receipts):
                message = await self._send(reply, part, number, address)
                await receipt(number, str(message), part.shows, last=number == len(parts) - 1)
        if reply.job:
            await self._jobs.overtaken(reply.job, address)
        return None

    # --- the ways to send one message --------------------------------------------------------------------------------

    async def _send(self, reply: KeptReply, part: Part, number: int, address: Address) -> int:
        """Send one message; its id."""
        room, plate = self._room(reply.place, address), part.plate
        if part.document and part.document.size > room:
            part = await self._linked(part, part.document, reply.language)
        for attempt in range(1, SIZES + 1):
            try:
                message = await self._by_some_way(reply, part, number, address, room)
                self._changes.remember(str(message), plate)
                return message
            except discord.HTTPException as error:
                if (part.small or part.plate) and may_be_the_picture(error):
                    part = replace(part, small=(), plate=None)  # the words can be read without
                elif error.code == TOO_LARGE and part.document:
                    part = await self._linked(part, part.document, reply.language)
                elif error.code == TOO_LARGE and part.files and attempt < SIZES:
                    room //= 2
                elif why := refusal(error):
                    return await self._otherwise(reply, part, number, address, why)
                else:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _linked(self, part: Part, document: Document, language: str) -> Part:
        """A sentence in place of a file that is more than its place takes, with a link where there is one (in brackets: Discord would fetch it)."""
        words, link = await self._links.instead(document, language)
        content = "\n".join(filter(None, (part.content, *contents(parse(words)), link and f"<{link}>")))
        return replace(part, content=content, document=None)

    async def _otherwise(self, reply: KeptReply, part: Part, number: int, address: Address, why: str) -> int:
        """What a place does not take: to the person alone, and a sentence in its place; one of the two has to get through."""
        language = reply.language
        private = None
        if reply.user and not reply.place.private:
            note = texts.say("note-refused", language, place=f"<#{reply.place.chat}>")
            try:
                private = await self._in_private(reply, part, number, note)
            except discord.HTTPException as error:
                log.info("Discord does not take it in private either", status=error.status, code=error.code)
        where = texts.say("refused-kept" if private is None else "refused-private", language)
        words = Part(f"{texts.say(f'refused-{why}', language)} {where}", shows=part.shows)
        said = reply.model_copy(update={"key": f"{reply.key}:refused"})
        try:
            return await self._by_some_way(said, words, number, address, FILE_BYTES)
        except discord.HTTPException:
            if private is None:
                raise
            return private

    async def _by_some_way(self, reply: KeptReply, part: Part, number: int, address: Address, room: int) -> int:
        """By the token while it works, else as a message in the channel; where the bot may not post, and in confidence, to the person alone."""
        if isinstance(address, Interaction):
            message = await self._to_interaction(reply, part, number, address, room)
            if message is not None:
                return message
        if reply.reply.confidential and not reply.place.private:
            return await self._in_private(reply, part, number, "")
        try:
            return await self._in_channel(reply, part, number, address, room)
        except discord.Forbidden as error:
            if refusal(error):
                raise
            permission = lacking(self._client, reply.place, files=bool(part.files or part.document))
            if permission is None:
                raise
        told = {"permission": texts.say(f"permission-{permission}", reply.language), "place": f"<#{reply.place.chat}>"}
        if isinstance(address, Interaction) and not address.expired:
            note = texts.say("note-permission-here", reply.language, **told)
            try:
                return await self._originals.follow(address, **await self._body(reply, part, room, note=note))
            except discord.HTTPException as error:
                if not token_is_spent(error) and error.status != 403:
                    raise
        return await self._in_private(reply, part, number, texts.say("note-permission", reply.language, **told))

    async def _to_interaction(
        self, reply: KeptReply, part: Part, number: int, address: Interaction, room: int
    ) -> int | None:
        """Aside or by the token; to a guest of another server in private. ``None``: it goes into the channel."""
        aside = reply.reply.private and not reply.place.private and not address.alone
        if aside and not address.expired and (message := await self._aside(reply, part, address, room)) is not None:
            return message
        message = await self._by_token(reply, part, number, address, room)
        if message is None and (reply.reply.private or address.alone) and not reply.place.private:
            return await self._late(reply, part, number, address)
        if message is None and address.guest:
            return await self._in_private(reply, part, number, texts.say("note-guest", reply.language))
        return message

    async def _late(self, reply: KeptReply, part: Part, number: int, address: Interaction) -> int:
        """What nobody else may see, once the token is spent: in private; where that is closed too, in its place a line that tells nothing of it."""
        try:
            return await self._in_private(reply, part, number, texts.say("note-late", reply.language))
        except discord.Forbidden:
            if number or address.guest or reply.reply.confidential:
                raise
        line = reply.model_copy(update={"key": f"{reply.key}:late", "reply": Reply()})
        return await self._in_channel(line, Part(texts.say("late-private", reply.language)), 0, address, FILE_BYTES)

    async def _aside(self, reply: KeptReply, part: Part, address: Interaction, room: int) -> int | None:
        """For the person's eyes only, though the request was acknowledged before all: in place of the public answer. ``None``: no such way."""
        await self._originals.clear(address)  # the first message after "thinking" would be as public as that
        try:
            body = await self._body(reply, part, room, hidden=True)
            return await self._originals.follow(address, ephemeral=True, **body)
        except discord.HTTPException as error:
            if token_is_spent(error):
                return None
            raise

    async def _by_token(self, reply: KeptReply, part: Part, number: int, address: Interaction, room: int) -> int | None:
        """The first reply goes into the deferred answer; further ones only where the bot cannot post. ``None``: there is no such way."""
        if await self._originals.is_free(address):
            body = await self._body(reply, part, room, hidden=address.alone)
            message = await self._originals.answer(address, attachments=body.pop("files"), **{"view": None, **body})
            if message is not None:
                return message
        elif number == 0:
            packed = await pack(self._media, part, room, reply.language)
            message = self._originals.holding(address, packed.content, packed.names)
            packed.let_go()
            if message is not None:
                return message
        if not (address.guest or address.alone) or address.expired:
            return None
        try:
            body = await self._body(reply, part, room, hidden=address.alone)
            return await self._originals.follow(address, ephemeral=address.alone, **body)
        except discord.HTTPException as error:
            if token_is_spent(error):
                return None
            raise

    async def _in_channel(self, reply: KeptReply, part: Part, number: int, address: Address, room: int) -> int:
        body = await self._body(reply, part, room)
        answered = address.message if isinstance(address, Interaction) else address
        if not answered and reply.user and not reply.place.private:
            _name(body, reply.user)
        if answered and lacking(self._client, reply.place) != "read-history":
            body["reference"] = discord.MessageReference(
                message_id=answered, channel_id=int(reply.place.chat), fail_if_not_exists=False
            )
            body["mention_author"] = False
        sent = await self._channel(reply.place).send(nonce=nonce(reply.key, number), **body)
        return sent.id

    async def _in_private(self, reply: KeptReply, part: Part, number: int, note: str) -> int:
        """To the person alone, with a line that says why. Its buttons would know no piece there, so there are none but those of what is confidential.

        Raises ``Undeliverable`` where it is for a whole room.
        """
        if not reply.user:
            raise Undeliverable
        channel = await self._client.create_dm(_person(reply.user))
        body = await self._body(reply, part, FILE_BYTES, note=note, buttons=reply.reply.confidential)
        sent = await channel.send(nonce=nonce(reply.key, number), **body)
        return sent.id

    async def _body(
        self, reply: KeptReply, part: Part, room: int, *, note: str = "", buttons: bool = True, hidden: bool = False
    ) -> dict[str, Any]:
        """What to send, for any of Discord's ways to send. ``hidden``: nobody but its person will see it."""
        packed = await pack(self._media, part, room, reply.language)
        content = "\n".join(filter(None, (packed.content, note and f"-# {note}")))
        body: dict[str, Any] = {"content": content, "files": packed.files, "allowed_mentions": NO_MENTIONS}
        shown = (part.buttons if hidden else marked(part.buttons, reply)) if buttons else ()
        return body | ({"view": view_of(shown, reply.language)} if shown else {})

    def _room(self, place: Place, address: Address) -> int:
        """Bytes of the largest file that a place takes: as the interaction tells it, else by the server's level."""
        if isinstance(address, Interaction):
            return address.room
        channel = self._client.get_channel(int(place.chat))
        guild = getattr(channel, "guild", None)
        return guild.filesize_limit if isinstance(guild, discord.Guild) else FILE_BYTES

    def _channel(self, place: Place) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(int(place.chat))

    def _check_connected(self) -> None:
        """While the bot is not logged in nothing can be sent; delivery tries again."""
        if not self.connected.is_set() or self._client.is_closed():
            raise Unavailable("service-down")


def _name(body: dict[str, Any], user: str) -> None:
    """Say whom a message is for that replies to nothing: in a busy channel nobody would know whose story goes on, or whose command came late."""
    person = _person(user)
    body["content"] = "\n".join(filter(None, (f"<@{person.id}>", body["content"])))
    body["allowed_mentions"] = discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=[person])


def _person(user: str) -> discord.Object:
    """Somebody by their key."""
    return discord.Object(int(user.partition(":")[2]))
