"""What can be done by an interaction's token: fill its deferred answer, which Discord shows as "thinking" until then, and follow it up."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import aiohttp
import discord
from discord.webhook.async_ import async_context

from bots.discord.addresses import Interaction
from bots.discord.errors import answer_is_gone
from core.locks import Locks
from core.recent import Recent

REMEMBERED = 5000
"""Interactions whose deferred answer is known to be free or taken; of older ones Discord is asked."""

_ORIGINAL: Any = (
    "@original"  # the library's type says a number, the API takes this name for an interaction's first answer
)


class Originals:
    """Knows which deferred answers are still free, and edits them. One thing at a time happens to each."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._taken: Recent[int, bool] = Recent(REMEMBERED)
        self._inherited: Recent[int, Any] = Recent(REMEMBERED)
        self._locks: Locks[int] = Locks()
        self._session: aiohttp.ClientSession | None = None

    def deferred(self, interaction: int) -> None:
        """An interaction was acknowledged; its answer is free."""
        self._remember(interaction, taken=False)

    def filled(self, interaction: int) -> None:
        """The answer says something that stays."""
        self._remember(interaction, taken=True)

    def leave(self) -> None:
        """Another process may fill answers from now on: whether one is free is looked at again."""
        self._taken.clear()
        self._inherited.clear()

    def is_taken(self, address: Interaction) -> bool:
        """Whether a reply is known to be in the deferred answer."""
        return self._taken.get(address.id, False)

    async def is_free(self, address: Interaction) -> bool:
        """Whether something can be put into the deferred answer.

        After a restart it is looked at: a free one is thinking, or shows progress with a button to cancel it.
        """
        if address.message or address.expired:
            return False
        if address.id not in self._taken:
            original = await self._look(address)
            free = original is not None and _shows_progress(original)
            self._remember(address.id, taken=not free)
            if original is not None and not free:
                self._inherited[address.id] = original
        return not self._taken[address.id]

    async def show(self, address: Interaction, **body: Any) -> int | None:
        """Show progress in the deferred answer; its message's id, or ``None`` where it is no longer free."""
        return await self._edit(address, body, takes=False)

    async def answer(self, address: Interaction, **body: Any) -> int | None:
        """Put a reply into the deferred answer, which is then taken; its message's id, or ``None`` where it is not free. Safe to repeat."""
        return await self._edit(address, body, takes=True)

    def holding(self, address: Interaction, content: str, files: Collection[str]) -> int | None:
        """The deferred answer's message, if a process that was killed had put this very reply into it (and ``is_free`` has looked at it)."""
        original = self._inherited.get(address.id)
        if original is None:
            return None
        there = {attachment["filename"] for attachment in original.get("attachments", ())}
        same = original.get("content", "").strip() == content.strip() and there == set(files)
        return int(original["id"]) if same else None

    async def change(self, address: Interaction, **body: Any) -> None:
        """Change the message whose button was pressed."""
        await self._webhook(address).edit_message(_ORIGINAL, **body)

    async def follow(self, address: Interaction, **body: Any) -> int:
        """A further message (at most five of them where only a person has brought the bot along); its id."""
        message: discord.WebhookMessage = await self._webhook(address).send(wait=True, **body)
        return message.id

    async def clear(self, address: Interaction) -> None:
        """A deferred answer that nobody used is taken away: the request is answered, or will be for the person's eyes only."""
        async with self._lock(address):
            try:
                if await self.is_free(address):
                    self._remember(address.id, taken=True)
                    await self._webhook(address).delete_message(_ORIGINAL)
            except discord.HTTPException as error:
                if not answer_is_gone(error):
                    raise

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def _edit(self, address: Interaction, body: dict[str, Any], *, takes: bool) -> int | None:
        async with self._lock(address):
            if not await self.is_free(address):
                return None
            try:
                message = await self._webhook(address).edit_message(_ORIGINAL, **body)
            except discord.HTTPException as error:
                if not answer_is_gone(error):
                    raise
                self._remember(address.id, taken=True)
                return None
            if takes:
                self._remember(address.id, taken=True)
            return message.id

    def _lock(self, address: Interaction) -> asyncio.Lock:
        return self._locks.of(address.id)

    def _remember(self, interaction: int, *, taken: bool) -> None:
        self._taken[interaction] = taken

    async def _look(self, address: Interaction) -> Any:
        """The first answer as it is; ``None`` where there is none any more."""
        try:
            return await async_context.get().get_original_interaction_response(
                self._application, address.token, session=self._http
            )
        except discord.HTTPException as error:
            if answer_is_gone(error):
                return None
            raise

    def _webhook(self, address: Interaction) -> discord.Webhook:
        about: Any = {"id": self._application, "type": discord.WebhookType.application.value, "token": address.token}
        return discord.Webhook(about, self._http, state=self._client._connection)

    @property
    def _application(self) -> int:
        assert self._client.application_id is not None
        return self._client.application_id

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def _shows_progress(message: Any) -> bool:
    """Whether it is thinking, or has a button that cancels a job (``cancel:<job>``; the one of a question names none)."""
    buttons = [part for row in message.get("components", ()) for part in row.get("components", ())]
    actions = [str(part.get("custom_id", "")).partition(":") for part in buttons]
    thinking = discord.MessageFlags._from_value(message.get("flags", 0)).loading
    return thinking or any(verb == "cancel" and job for verb, _, job in actions)
