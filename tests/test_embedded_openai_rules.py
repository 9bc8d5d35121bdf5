"""Parts of the stand-in OpenAI server that need no server: limits, counting, splitting."""

from datetime import date

import pytest

from embedded.openai.chat import split_words
from embedded.openai.fields import Body
from embedded.openai.images import read_generation
from embedded.openai.tokens import drawn_tokens, source_tokens
from embedded_openai import PICTURE, SMALLEST


@pytest.mark.parametrize("change", [{"size": "auto"}, {"size": "3840x2160"}, {"size": "1808x608"}, {"n": None}])
def test_the_limits_themselves_are_allowed(change: dict[str, object]) -> None:
    """Checked without drawing, because 8 million pixels take a while."""
    drawing = read_generation(Body(PICTURE | change), date(2026, 11, 22))
    assert change.get("size", SMALLEST) in (f"{drawing.pixels[0]}x{drawing.pixels[1]}", "auto")


@pytest.mark.parametrize(
    ("quality", "tokens"), [("low", 196), ("medium", 439), ("high", 1756), ("xhigh", 3122), ("max", 7024)]
)
def test_counts_output_tokens_like_the_vendors_calculator(quality: str, tokens: int) -> None:
    assert drawn_tokens(1024, 1024, quality, (16, 24, 48, 64, 96)) == tokens


@pytest.mark.parametrize(
    ("size", "tokens"), [((1024, 1024), 1024), ((512, 512), 1024), ((3000, 2000), 48 * 32), ((1200, 800), 38 * 25)]
)
def test_counts_input_tokens_by_patches(size: tuple[int, int], tokens: int) -> None:
    assert source_tokens(*size) == tokens


@pytest.mark.parametrize(
    "text", ["", " ", "Once upon a time,\n\nthere was a cat. ", "从前有一只猫，叫做 Tom。\n完", "\n a\t"]
)
def test_pieces_of_a_text_join_to_the_text(text: str) -> None:
    assert "".join(split_words(text)) == text


def test_the_newest_version_uses_four_times_as_much_below_high() -> None:
    used = [drawn_tokens(1024, 1024, quality, (16, 24, 48, 64, 96), 4) for quality in ("low", "medium", "high")]
    assert used == [4 * 196, 4 * 439, 1756]
