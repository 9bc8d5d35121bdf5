"""What people press and fill in: buttons, select menus, forms. All are found by their id, so that they work after a restart too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import discord

from bots.discord.limits import BUTTONS, CHOICES, ROW, ROWS
from core import texts
from core.graphemes import cut
from core.rows import rows_by_piece
from core.types import AnyButton, Button, Link

RATES = ("👍", "👎")
_STYLES = {
    "region-use": discord.ButtonStyle.success,
    "delete-yes": discord.ButtonStyle.danger,
    "forget-yes": discord.ButtonStyle.danger,
}
"""What stands out; all other buttons are grey."""


def view_of(shown: Sequence[AnyButton], language: str) -> discord.ui.View:
    """Buttons under a message; where they are more than Discord takes, those of the commonest verb become select menus.

    Several pieces have a row each; for more than there are rows, each verb is a menu that numbers them. Links stand last. What leads into the
    private chat is for platforms that show no forms.
    """
    view = discord.ui.View(timeout=None)
    buttons = [button for button in shown if isinstance(button, Button)]
    links = [button for button in shown if isinstance(button, Link)]
    rows = rows_by_piece(buttons)
    menus: list[list[Button]] = []
    if rows and len(rows) + bool(links) > ROWS:
        menus = [_numbered(buttons, verb) for verb in dict.fromkeys(map(_verb, buttons))]
        buttons, rows = [], []
    elif len(buttons) + len(links) > BUTTONS:
        commonest, _ = Counter(map(_verb, buttons)).most_common(1)[0]
        values = [button for button in buttons if _verb(button) == commonest]
        menus = [values[start : start + CHOICES] for start in range(0, len(values), CHOICES)]
        buttons, rows = [button for button in buttons if button not in values], []
    for number, group in enumerate(menus):
        view.add_item(_menu(number, group, language))
    first_row = len(view.children)
    places = {button.action: place for place, row in enumerate(rows) for button in row if isinstance(button, Button)}
    for number, button in enumerate(buttons):
        view.add_item(
            discord.ui.Button(
                label=cut(button.label, 80),
                custom_id=button.action,
                row=places.get(button.action, first_row + number // ROW),
                style=_STYLES.get(_verb(button), discord.ButtonStyle.secondary),
            )
        )
    for number, link in enumerate(links, len(rows) * ROW or len(buttons)):
        view.add_item(discord.ui.Button(label=link.label[:80], url=link.url, row=first_row + number // ROW))
    return _found_by_id(view)


def _numbered(buttons: Sequence[Button], verb: str) -> list[Button]:
    """The buttons of a verb under several pieces, each with the number of its piece."""
    own = [button for button in buttons if _verb(button) == verb]
    return [
        button if button.label == str(place) else button.model_copy(update={"label": f"{button.label} {place}"})
        for place, button in enumerate(own, 1)
    ]


def _menu(number: int, group: Sequence[Button], language: str) -> discord.ui.Select[discord.ui.View]:
    options = [discord.SelectOption(label=cut(button.label, 100), value=button.action) for button in group]
    span = {"first": group[0].label.removeprefix("✓ "), "last": group[-1].label}
    hint = texts.say("choose-from", language, **span)[:150]
    return discord.ui.Select(custom_id=f"choices:{number}", options=options, placeholder=hint)


def cancel_view(job: str, language: str) -> discord.ui.View:
    """The button under what shows progress."""
    return view_of([Button(action=f"cancel:{job}", label=texts.say("button-cancel", language))], language)


def rating_view(message: int) -> discord.ui.View:
    """Two thumbs that rate a message elsewhere in the channel."""
    view = discord.ui.View(timeout=None)
    for emoji in RATES:
        view.add_item(discord.ui.Button(emoji=emoji, custom_id=f"react:{message}:{emoji}"))
    return _found_by_id(view)


def actions_of(message: discord.Message) -> set[str]:
    """What the buttons and menus of a message do: the ids of its buttons, the values of its menus' choices."""
    parts = [part for row in message.components if isinstance(row, discord.ActionRow) for part in row.children]
    buttons = {part.custom_id for part in parts if isinstance(part, discord.Button) and part.custom_id}
    return buttons | {option.value for part in parts if isinstance(part, discord.SelectMenu) for option in part.options}


def _verb(button: Button) -> str:
    return button.action.partition(":")[0]


def _found_by_id(view: discord.ui.View) -> discord.ui.View:
    """Nothing waits for it: presses are handled by their id, in one place."""
    view.stop()
    return view
