"""What a piece needs to be made again is kept as long as the piece."""

from __future__ import annotations

import time

import pytest

from core.types import Piece, PieceKind
from studio import Studio, paid

DAY = 86_400
WAYS = {
    "transparent mask": (["cat.png"], "cat-mask-alpha.png"),
    "mask that was agreed to": (["cat.png"], "cat-mask-white.jpg"),
    "two photos": (["cat-sent.jpg", "cup-sent.jpg"], None),
    "one photo": (["cat.png"], None),
}


@pytest.mark.parametrize("name", WAYS)
async def test_an_edit_is_redrawn_days_later_from_all_that_it_was_made_of(studio: Studio, name: str) -> None:
    person = await studio.person()
    files, mask = WAYS[name]
    done = await person.says("/edit a red hat", *files, mask=mask)
    if name == "mask that was agreed to":
        done = await person.presses(*done.action("region-use"))
    await studio.program.storage.store.sweep(time.time() + 3 * DAY)
    again = await person.presses(*done.action("redraw"))
    assert again.pictures, again.text
    await studio.program.storage.store.sweep(time.time() + 60 * DAY)
    assert (await person.presses(*again.action("redraw"))).pictures, "also of what was redrawn"
    first, *later = paid(await studio.requests())
    for call in later:
        assert len(call["params"]["image"]) == len(first["params"]["image"]) == len(files)
        assert bool(call["params"].get("mask")) == bool(first["params"].get("mask")) == bool(mask)


async def test_a_region_that_was_shown_can_be_agreed_to_days_later(studio: Studio) -> None:
    person = await studio.person()
    shown = await person.says("/edit a red hat", "cat.png", mask="cat-mask-white.jpg")
    await studio.program.storage.store.sweep(time.time() + 3 * DAY)
    inverted = await person.presses(*shown.action("region-invert"))
    assert (await person.presses(*inverted.action("region-use"))).pictures


def test_a_region_is_found_where_an_older_version_kept_it() -> None:
    old = {"id": "a", "kind": "picture", "parameters": {"command": "edit", "region": "m"}}
    piece = Piece.model_validate(old)
    assert (piece.region, piece.kind, piece.parameters) == ("m", PieceKind.PICTURE, {"command": "edit"})
