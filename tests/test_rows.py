"""Buttons under several pictures: a thumb stands in the row of the picture that it speaks of, on each platform."""

from __future__ import annotations

import discord
import pytest

from bots.discord.controls import view_of
from bots.telegram.parts import button_rows
from core.rows import pictures_row, rows_by_piece, shown
from core.types import Button, Piece, PieceKind


def pictures(number: int) -> list[Piece]:
    return [Piece(id=f"p{place}", kind=PieceKind.PICTURE) for place in range(1, number + 1)]


@pytest.mark.parametrize("number", [2, 3, 5, 8])
def test_each_picture_has_a_row_in_telegram(number: int) -> None:
    rows = button_rows(pictures_row(pictures(number), "en"))
    assert [{button.piece for button in row} for row in rows] == [{f"p{place}"} for place in range(1, number + 1)]
    assert [button.label for button in rows[-1]] == [str(number), "👍", "👎"]


@pytest.mark.parametrize("number", [2, 4, 5])
def test_each_picture_has_a_row_in_discord(number: int) -> None:
    rows: dict[int, list[str]] = {}
    for item in view_of(pictures_row(pictures(number), "en"), "en").children:
        assert isinstance(item, discord.ui.Button) and item.row is not None
        rows.setdefault(item.row, []).append(str(item.custom_id))
    assert [rows[row] for row in sorted(rows)] == [
        [f"{verb}:p{place}" for verb in ("pick", "rate-up", "rate-down")] for place in range(1, number + 1)
    ]


def test_more_pictures_than_discord_has_rows_are_chosen_from_menus() -> None:
    menus = view_of(pictures_row(pictures(8), "en"), "en").children
    assert [type(menu) for menu in menus] == [discord.ui.Select] * 3
    assert len({menu.custom_id for menu in menus}) == 3
    numbers, ups, downs = ([(one.label, one.value) for one in menu.options] for menu in menus)
    assert numbers[7] == ("8", "pick:p8") and ups[2] == ("👍 3", "rate-up:p3") and downs[0] == ("👎 1", "rate-down:p1")


@pytest.mark.parametrize(
    "buttons",
    [
        shown(pictures(1)[0], "en").buttons,
        tuple(Button(action=f"pick:p{place}", label=str(place)) for place in range(1, 9)),
        (Button(action="settings:style", label="a"), Button(action="settings:size", label="b")),
        (),
    ],
)
def test_other_buttons_are_laid_out_as_they_fit(buttons: tuple[Button, ...]) -> None:
    assert rows_by_piece(buttons) == []
