"""Recipes from files, on every platform: what is asked for, what is made, and what is refused before anything is spent."""

from __future__ import annotations

from contract import Talker
from studio import Studio, paid
from test_forms import fills_in

pytest_plugins = ("platforms",)

MUG = "/product Travel mug: keeps tea hot for 6 hours; leakproof lid; 350 ml"
POINTS = ("keeps tea hot for 6 hours", "leakproof lid", "350 ml")


async def test_a_product_is_made_everywhere(served: Studio, talker: Talker) -> None:
    """The text mentions each selling point; the main picture and one for each colour come as one album, each with its caption."""
    made = await talker.says(f"{MUG} --colours black, silver", expect=2 if talker.place.platform != "telegram" else 5)
    assert all(point in made.text for point in POINTS)
    assert len(made.pictures) == 3
    assert made.button("export")
    asked = paid(await served.requests())
    assert [entry["endpoint"] for entry in asked].count("images.generations") == 3
    assert [(entry.get("brief") or {}).get("kind") for entry in asked].count("recipe") == 1


async def test_what_is_missing_is_asked_for_everywhere(served: Studio, talker: Talker) -> None:
    asked = await talker.says("/product Travel mug")
    assert paid(await served.requests()) == []
    made = await fills_in(talker, *asked.button("recipe-fill"), {"points": "leakproof lid\n350 ml"}, 2)
    assert "leakproof lid" in made.text and "350 ml" in made.text
