"""Counting tokens, the unit everything is billed in. Close to the real counts, and the same every time."""

import math
import re

PREVIEW_TOKENS = 100
"""Output tokens billed for each partial picture of a stream (vendor's reference, 2026-11-22)."""

REASONING_TOKENS = {"none": 0, "minimal": 16, "low": 64, "medium": 256, "high": 1024, "xhigh": 2048, "max": 4096}
"""What the embedded server pretends to have thought, by effort. Real numbers vary from answer to answer."""

_QUALITY_STEP = {"low": 0, "medium": 1, "high": 2, "xhigh": 3, "max": 4}
_WIDE_SCRIPT = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


def text_tokens(text: str) -> int:
    """Tokens of a text: one for 4 characters, one for 1.5 Chinese, Japanese or Korean characters."""
    wide = len(_WIDE_SCRIPT.findall(text))
    return math.ceil(wide / 1.5 + (len(text) - wide) / 4)


def drawn_tokens(width: int, height: int, quality: str, steps: tuple[int, ...], low_cost_factor: int = 1) -> int:
    """Output tokens of one picture, by the vendor's calculator (as of 2026-11-22).

    ceil(q * r * (2,000,000 + width * height) / 4,000,000) with r = round(q * short edge / long edge). ``steps`` are a model's q
    from low to max; ``low_cost_factor`` multiplies low and medium (4 on version 2.6).
    """
    step = _QUALITY_STEP[quality]
    q = steps[step]
    r = round(q * min(width, height) / max(width, height))
    tokens = math.ceil(q * r * (2_000_000 + width * height) / 4_000_000)
    return tokens * low_cost_factor if step <= 1 else tokens


def source_tokens(width: int, height: int) -> int:
    """Input tokens of a picture to edit: its 32-pixel patches after the long edge is brought within 1024 to 1536."""
    long_edge = max(width, height)
    scale = min(max(long_edge, 1024), 1536) / long_edge
    return math.ceil(round(width * scale) / 32) * math.ceil(round(height * scale) / 32)


def seen_tokens(width: int, height: int) -> int:
    """Input tokens of a picture shown to a writing model: 1.2 for each 32-pixel patch."""
    return math.ceil(1.2 * math.ceil(width / 32) * math.ceil(height / 32))
