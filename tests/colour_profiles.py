"""Colour profiles made from public numbers: the primaries and curves of Display P3 (DCI-P3 primaries, D65) and Adobe RGB (1998)."""

from __future__ import annotations

import struct

import numpy as np

_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def profile(name: str, primaries: tuple[tuple[float, float], ...], gamma: float, kind: bytes = b"RGB ") -> bytes:
    """A matrix profile of version 2 (ICC.1:2001-04): three primaries as chromaticities, seen under D65, and one gamma for all."""
    colours = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
    white = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
    seen = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white))
    matrix = np.linalg.inv(_BRADFORD) @ seen @ _BRADFORD @ (colours * np.linalg.solve(colours, white))
    curve = b"curv" + struct.pack(">4xIH2x", 1, round(gamma * 256))
    tags = {
        b"desc": b"desc" + struct.pack(">4xI", len(name) + 1) + name.encode() + bytes(1 + 4 + 4 + 2 + 1 + 67),
        b"cprt": b"text" + bytes(4) + b"CC0\x00",
        b"wtpt": _xyz(_D50),
        **{tag: _xyz(matrix[:, at]) for at, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    if kind == b"GRAY":
        tags = {tag: tags[tag] for tag in (b"desc", b"cprt", b"wtpt")} | {b"kTRC": curve}
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        value += bytes(-len(value) % 4)
        table += tag + struct.pack(">II", at + len(body), len(value))
        body += value
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"lcms", 0x02400000, b"mntr", kind, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + struct.pack(">3i", *_fixed(_D50))
    return head.ljust(128, b"\x00") + table + body


def _fixed(values: np.ndarray) -> list[int]:
    return [round(float(value) * 65536) for value in values]


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *_fixed(values))


DISPLAY_P3 = profile("P3", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), 2.2)
ADOBE_RGB = profile("A98", ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), 2.19921875)
LINEAR = profile("sRGB, linear", ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), 1.0)
GREY = profile("grey", ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), 1.0, b"GRAY")
