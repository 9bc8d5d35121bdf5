"""Buttons under a message, as Telegram shows them."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from bots.pages import Pages, without_pages
from bots.telegram.parts import button_rows
from core.types import AnyButton, Button, DeepLink, KeptReply, Link, PageLink, Place


def _leading(button: AnyButton) -> AnyButton:
    """A button among others: one whose answer nobody else may read leads into the private chat."""
    has_start = isinstance(button, Button) and button.start
    return DeepLink(start=button.start, label=button.label) if isinstance(button, Button) and has_start else button


class Keyboards:
    """Makes the buttons under messages. How a page of ours opens depends on the chat: in a private one over it, in a group by a link to our app."""

    def __init__(self, pages: Pages, app: str | None) -> None:
        """``app``: the short name of our app at Telegram, by which links from groups lead to our pages."""
        self._pages = pages
        self._app = app

    def opens_pages(self, place: Place) -> bool:
        """Whether a page of ours can be opened from a chat."""
        return self._pages.reachable and (place.private or self._app is not None)

    async def shown(self, reply: KeptReply) -> KeptReply:
        """A reply with those of its buttons that lead somewhere from its chat."""
        reply = await self._pages.with_boards(reply)
        return reply if self.opens_pages(reply.place) else without_pages(reply)

    def keyboard(self, buttons: Sequence[AnyButton], bot: str, place: Place) -> InlineKeyboardMarkup | None:
        """Buttons under a message. ``bot``: the name by which links lead into its private chat."""
        if not buttons:
            return None
        shown = [one if place.private else _leading(one) for one in buttons]
        return InlineKeyboardMarkup(
            [[self._button(button, bot, place) for button in row] for row in button_rows(shown)]
        )

    def _button(self, button: AnyButton, bot: str, place: Place) -> InlineKeyboardButton:
        if isinstance(button, Button):
            return InlineKeyboardButton(button.label, callback_data=button.action)
        if isinstance(button, PageLink):
            if place.private:
                return InlineKeyboardButton(button.label, web_app=WebAppInfo(self._pages.address(button)))
            return InlineKeyboardButton(button.label, url=f"https://t.me/{bot}/{self._app}?startapp={button.ticket}")
        if isinstance(button, DeepLink):
            return InlineKeyboardButton(button.label, url=private_link(bot, button.start))
        assert isinstance(button, Link)  # those to boards are links by now
        return InlineKeyboardButton(button.label, url=button.url)


def private_link(bot: str, start: str) -> str:
    """The address of the private chat with the bot, where ``/start`` gets a word (https://core.telegram.org/bots/features#deep-linking)."""
    return f"https://t.me/{bot}?start={start}"
