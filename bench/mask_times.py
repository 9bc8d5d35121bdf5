"""How long masks take to understand."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np
from PIL import Image

from core.pictures import files as pictures
from core.pictures import masks

PHOTO = Path(__file__).parents[1] / "tests/data/cat.png"


def mask_times() -> dict[str, float]:
    """Milliseconds to understand an alpha mask and a painted photo at 1024²."""
    photo = Image.open(PHOTO).convert("RGB").resize((1024, 1024))
    alpha = np.full((1024, 1024, 4), 255, np.uint8)
    alpha[300:700, 300:700, 3] = 0
    painted = np.asarray(photo).copy()
    painted[300:700, 300:700] = (220, 20, 60)
    whole = pictures.encode(photo, "PNG")
    return {
        "alpha": _median(whole, pictures.encode(Image.fromarray(alpha, "RGBA"), "PNG")),
        "painted": _median(whole, pictures.encode(Image.fromarray(painted), "JPEG")),
    }


def _median(photo: bytes, mask: bytes) -> float:
    spent = []
    for _ in range(7):
        start = time.perf_counter()
        masks.understand(photo, mask)
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)
