"""Which way up a picture is: the one thing of its EXIF, or of its XMP, that is kept. Pure, and nothing is decoded."""

from __future__ import annotations

import re
import struct

ENTRIES_LIMIT = 500
"""Entries of a folder that are looked at; cameras write some dozens."""

_TAG = 0x0112  # of the orientation, of type 3 (SHORT): EXIF 2.3, 4.6.4
_IN_XMP = re.compile(rb"tiff:Orientation(?:=\"|>)([2-8])")


def orientation(exif: bytes) -> int:
    """The orientation that EXIF tells, 1 to 8; 1 where it tells none: the first folder of a TIFF is read, and nothing else."""
    exif = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, at)
        for entry in range(min(count, ENTRIES_LIMIT)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, at + 2 + 12 * entry)
            if tag == _TAG:
                return value if kind == 3 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def orientation_in_xmp(xmp: bytes) -> int:
    """The orientation that XMP tells, 1 to 8; 1 where it tells none."""
    found = _IN_XMP.search(xmp)
    return int(found[1]) if found else 1


def telling(orientation: int) -> bytes:
    """EXIF that tells an orientation alone."""
    return b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _TAG, 3, 1, orientation, 0, 0)
