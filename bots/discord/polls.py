"""Discord's own polls: sent, closed, and counted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import discord
import structlog

from bots.discord.errors import FAILURES
from bots.discord.limits import ANSWER, ANSWERS, POLL_EXPIRED, POLL_HOURS, QUESTION
from core import texts
from core.errors import Unavailable
from core.ports import Polls
from core.types import Place, Poll

LOOK_AGAIN = 0.5
"""Seconds between two looks at whether the votes of a poll that is over have been counted."""

log = structlog.get_logger()


def fits(poll: Poll | None) -> bool:
    """Whether Discord takes a poll: there everybody sees who chose what."""
    return poll is not None and len(poll.answers) <= ANSWERS and not poll.secret


async def send(poll: Poll, channel: discord.abc.Messageable, nonce: str) -> int | None:
    """Send a poll; its message. ``None`` where the place takes none. Raises as the client does."""
    made = discord.Poll(texts.shortened(poll.question, QUESTION), timedelta(hours=POLL_HOURS), multiple=poll.several)
    for answer in poll.answers:
        made.add_answer(text=texts.shortened(answer, ANSWER))
    try:
        return (await channel.send(poll=made, nonce=nonce)).id
    except discord.HTTPException as error:
        if error.status not in (400, 403):
            raise
        log.info("Discord takes no poll there", status=error.status, code=error.code)
        return None


class DiscordPolls(Polls):
    """Implements ``core.ports.Polls``, with a connection of its own: of several processes it may be one without the gateway that counts."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def close(self, place: Place, message: str) -> Sequence[int] | None:
        """End a poll; how many chose each answer, once Discord has counted: before that its numbers may lag behind."""
        try:
            async with discord.Client(intents=discord.Intents.none()) as client:
                await client.login(self._token)
                return await _close(client.get_partial_messageable(int(place.chat)), int(message))
        except (discord.NotFound, discord.Forbidden):
            return None
        except (*FAILURES, discord.DiscordException) as error:
            raise Unavailable("service-down") from error


async def _close(channel: discord.PartialMessageable, number: int) -> Sequence[int] | None:
    message = await channel.fetch_message(number)
    if message.poll and not message.poll.is_finalised():
        try:
            await message.end_poll()
        except discord.HTTPException as error:
            if error.code != POLL_EXPIRED:
                raise
        message = await channel.fetch_message(number)
    while message.poll and not message.poll.is_finalised():
        await asyncio.sleep(LOOK_AGAIN)
        message = await channel.fetch_message(number)
    return [answer.vote_count for answer in message.poll.answers] if message.poll else None
