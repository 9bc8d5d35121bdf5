"""Recipes' texts are written as their person likes it, where the recipe leaves that open, and what is said of them counts."""

from __future__ import annotations

from pathlib import Path

from core import prompts
from core.ports import Change, Hint
from core.types import Chosen, Piece, Tasted
from embedded.process import EmbeddedProcess
from studio import Answer, Studio, studio_at

CAMPAIGN = "/campaign Open bakery night: Friday 7 pm; bread from the stone oven; bring a friend"


async def text_of(studio: Studio, answer: Answer) -> Piece:
    """The text of a work."""
    assert answer.failure is None
    (text,) = (piece["id"] for piece in answer.pieces if piece["kind"] == "text")
    kept = await studio.program.storage.store.piece(text)
    assert kept
    return kept.piece


async def test_a_recipes_text_has_the_tone_that_is_liked_and_its_ratings_count(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with studio_at(tmp_path, services, taste="on", taste_seed=2) as studio:
        person, store = await studio.person(), studio.program.storage.store
        made = Tasted(kind="campaign", choices=(Chosen(factor="tone", arm="funny"),))
        hints = tuple(Hint(about=f"before {number}", user="web:ann", value=1, taste=made) for number in range(20))
        await store.commit(Change(hints=hints))

        answer = await person.says(CAMPAIGN)
        piece = await text_of(studio, answer)
        assert piece.taste and piece.taste.kind == "campaign"
        assert [(one.factor, one.arm, one.why) for one in piece.taste.choices] == [("tone", "funny", "liked")]
        (written,) = [one for one in await studio.requests("chat") if (one["brief"] or {}).get("kind") == "recipe"]
        assert prompts.VOICES["funny"] in written["messages"][0]["content"]
        await person.rates(next(event["message"] for event in answer.replies if event["pieces"]), "👎")
        (funny,) = [one for one in await store.own_taste("web:ann") if one.factor == "tone"]
        assert (funny.arm, funny.likes, funny.total) == ("funny", 20, 21)

        for said in (
            "/product Travel mug: leakproof lid; 350 ml --tone warm",
            "/character Pip --looks a small fox with a red scarf",
            "/campaign A sad story about a lighthouse --facts Friday 7 pm; bring a friend",
        ):
            piece = await text_of(studio, await person.says(said))
            assert not piece.taste or piece.taste.arm("tone") is None, said
