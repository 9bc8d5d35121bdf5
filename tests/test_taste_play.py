"""Ratings that teach, on every platform: twelve of them, then an open request comes in the liked style, says why, and can be undone."""

from __future__ import annotations

import asyncio

import pytest

from contract import Said, Talker, until_scored
from core.types import Score, Tasted
from patience import PATIENCE
from studio import Studio

pytest_plugins = ("platforms",)

LIKED, OTHERS = "watercolor", ("oil", "pixel", "ink")


@pytest.fixture
def house_rules() -> dict[str, object]:
    return {"taste": "on", "taste_seed": 4}


async def taste_of(served: Studio, talker: Talker, said: Said) -> Tasted:
    """How the picture of an answer was made."""
    store = served.program.storage.store
    async with asyncio.timeout(PATIENCE):
        while not (shown := await store.shown_in(talker.place, said.with_picture.id)):
            await asyncio.sleep(0.02)  # its receipt is kept a moment after it is seen
    (piece,) = shown
    kept = await store.piece(piece)
    assert kept and kept.piece.taste
    return kept.piece.taste


async def test_twelve_ratings_then_an_open_request(served: Studio, talker: Talker) -> None:
    for number in range(12):
        likes = bool(number % 2)
        said = await talker.says(f"/image a cat --style {LIKED if likes else OTHERS[number // 2 % 3]}")
        await talker.reacts(said.with_picture, "❤" if likes else "👎")
        await until_scored(served, talker, said.with_picture.id, Score(score=1.0 if likes else -1.0, count=1))

    drawn = [await talker.says("/image a dog in a garden") for _ in range(4)]
    styles = [(await taste_of(served, talker, said)).arm("style") for said in drawn]
    assert styles.count(LIKED) >= 2, "one in ten is blank, one in ten tries something"
    liked = drawn[styles.index(LIKED)]
    assert "watercolour on textured paper" in liked.text
    told = await talker.presses(*liked.button("prompt"))
    assert "Style: watercolor, since you liked it" in told.text.replace("*", "")

    named = await talker.says("/image a pencil sketch of a dog")
    assert (await taste_of(served, talker, named)).arm("style") is None, "words that name a style leave none open"

    told = await talker.says("/taste", expect=2)
    menu, shown = told.messages
    assert shown.pictures and "watercolor" in shown.text, "its style is to be seen, by the number of its line"
    assert "watercolor" in menu.text and "6 of 6" in menu.text and "0 of 2" in menu.text
    await talker.presses(menu, "taste-reset:", expect=0)
    await talker.presses(menu, "taste-reset-yes:", expect=0)
    gone = await talker.sees(menu.id)
    assert gone and "watercolor" not in gone.text
    after = await taste_of(served, talker, await talker.says("/image a dog in a garden"))
    assert all(one.why in ("usual", "new", "blank") for one in after.choices)
