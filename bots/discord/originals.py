"""Deferred answers: the one message that Discord shows as "thinking" until it is edited. It shows progress first, then the first reply."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import aiohttp
import discord
from discord.webhook.async_ import async_context

from bots.discord.addresses import Interaction

REMEMBERED = 5000
"""Interactions whose deferred answer is known to be free or taken; of older ones Discord is asked."""


class Originals:
    """Knows which deferred answers are still free, and edits them."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._taken: OrderedDict[int, bool] = OrderedDict()
        self._session: aiohttp.ClientSession | None = None

    def deferred(self, interaction: int) -> None:
        """An interaction was acknowledged; its answer is free."""
        self._remember(interaction, taken=False)

    async def is_free(self, address: Interaction) -> bool:
        """Whether no reply is in the deferred answer yet. After a restart it is looked at: a free one is thinking, or has a cancel button."""
        if address.id not in self._taken and not address.expired:
            original = await self._look(address)
            flags = discord.MessageFlags._from_value(original.get("flags", 0))
            buttons = [part for row in original.get("components", ()) for part in row.get("components", ())]
            free = flags.loading or any(str(part.get("custom_id", "")).startswith("cancel:") for part in buttons)
            self._remember(address.id, taken=not free)
        return not self._taken.get(address.id, True)

    async def holding(self, address: Interaction, content: str) -> int | None:
        """The deferred answer's message, if a process that was killed had put these very words into it."""
        original = await self._look(address)
        return int(original["id"]) if content and original.get("content") == content else None

    async def answer(self, address: Interaction, **body: Any) -> int:
        """Put a reply into the deferred answer, which is then no longer free; the message's id. Safe to repeat."""
        message = await self.edit(address, **body)
        self._remember(address.id, taken=True)
        return message

    async def edit(self, address: Interaction, **body: Any) -> int:
        """Show something in the deferred answer; the message's id."""
        message = await self._webhook(address).edit_message(_ORIGINAL, **body)
        return message.id

    async def follow(self, address: Interaction, **body: Any) -> int:
        """A further message, where the bot cannot post by itself (at most five of them)."""
        message: discord.WebhookMessage = await self._webhook(address).send(wait=True, **body)
        return message.id

    async def clear(self, address: Interaction) -> None:
        """The request is answered: a deferred answer that nobody used is taken away."""
        if address.expired:
            return
        try:
            if await self.is_free(address):
                self._remember(address.id, taken=True)
                await self._webhook(address).delete_message(_ORIGINAL)
        except discord.HTTPException:
            return

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    def _remember(self, interaction: int, *, taken: bool) -> None:
        self._taken[interaction] = taken
        if len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)

    async def _look(self, address: Interaction) -> Any:
        """The deferred answer as it is."""
        return await async_context.get().get_original_interaction_response(
            self._application, address.token, session=self._http
        )

    def _webhook(self, address: Interaction) -> discord.Webhook:
        return discord.Webhook.partial(self._application, address.token, session=self._http, client=self._client)

    @property
    def _application(self) -> int:
        assert self._client.application_id is not None
        return self._client.application_id

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


_ORIGINAL: Any = "@original"  # the library's type says a number, the API takes this name for the deferred answer
