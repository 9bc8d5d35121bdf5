"""Small colour arithmetic on `#rrggbb` strings, for the sketch artist."""

from __future__ import annotations

import colorsys
from functools import lru_cache
from random import Random


@lru_cache(maxsize=4096)
def rgb(colour: str) -> tuple[int, int, int]:
    """The three 0–255 channels of `#rrggbb` or `#rgb`."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def hexed(red: float, green: float, blue: float) -> str:
    """`#rrggbb` of three channels, each clipped to 0–255."""
    return "#" + "".join(f"{max(0, min(255, round(channel))):02x}" for channel in (red, green, blue))


def mix(one: str, other: str, share: float) -> str:
    """`one` with `share` (0–1) of `other` stirred in."""
    return hexed(*(a + (b - a) * share for a, b in zip(rgb(one), rgb(other), strict=True)))


def lighter(colour: str, share: float) -> str:
    """`colour` moved toward white by `share`; toward a deep warm dark where negative."""
    return mix(colour, "#ffffff", share) if share >= 0 else mix(colour, "#140f1e", -share)


def hls(colour: str) -> tuple[float, float, float]:
    """Hue, lightness and saturation, each 0–1."""
    red, green, blue = rgb(colour)
    return colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)


def from_hls(hue: float, lightness: float, saturation: float) -> str:
    """The colour of a hue (wraps around), lightness and saturation (both clipped)."""
    channels = colorsys.hls_to_rgb(hue % 1.0, max(0.0, min(1.0, lightness)), max(0.0, min(1.0, saturation)))
    return hexed(*(channel * 255 for channel in channels))


def jitter(colour: str, random: Random, amount: float = 1.0) -> str:
    """A close relative of `colour`: a few degrees of hue and a little lightness away."""
    hue, lightness, saturation = hls(colour)
    return from_hls(
        hue + random.uniform(-0.018, 0.018) * amount,
        lightness + random.uniform(-0.03, 0.03) * amount,
        saturation * (1 + random.uniform(-0.10, 0.08) * amount),
    )


def tinted(colour: str, tint: str, main: str) -> str:
    """`colour`, a shade of a drawing's `main` colour, as the same shade of `tint`."""
    hue, level, saturation = hls(tint)
    return from_hls(hue, level + (hls(colour)[1] - hls(main)[1]) * 0.6, saturation)
