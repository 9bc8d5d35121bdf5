"""Buttons under a message, as Telegram shows them."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bots.telegram.parts import button_rows
from core.types import AnyButton, Button, DeepLink, Link


def keyboard(buttons: Sequence[AnyButton], bot: str, *, private: bool = True) -> InlineKeyboardMarkup | None:
    """Buttons under a message. ``bot``: the name by which links lead into its private chat; ``private``: that is where they are."""
    if not buttons:
        return None
    shown = [one if private else _leading(one) for one in buttons]
    return InlineKeyboardMarkup([[_button(button, bot) for button in row] for row in button_rows(shown)])


def _leading(button: AnyButton) -> AnyButton:
    """A button among others: one whose answer nobody else may read leads into the private chat."""
    has_start = isinstance(button, Button) and button.start
    return DeepLink(start=button.start, label=button.label) if isinstance(button, Button) and has_start else button


def _button(button: AnyButton, bot: str) -> InlineKeyboardButton:
    if isinstance(button, Button):
        return InlineKeyboardButton(button.label, callback_data=button.action)
    return InlineKeyboardButton(
        button.label, url=button.url if isinstance(button, Link) else private_link(bot, button.start)
    )


def private_link(bot: str, start: str) -> str:
    """The address of the private chat with the bot, where ``/start`` gets a word (https://core.telegram.org/bots/features#deep-linking)."""
    return f"https://t.me/{bot}?start={start}"
