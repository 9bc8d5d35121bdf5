"""THE table of what buttons do: for which kinds of piece each verb is, who may press it, and what its answer is like.

It is checked in one place, ``core.conversation.presses``; platforms ask it how long an answer takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.types import RATED, PieceKind

_TEXT, _PICTURE, _PHOTO, _REGION = PieceKind.TEXT, PieceKind.PICTURE, PieceKind.PHOTO, PieceKind.REGION


@dataclass(frozen=True)
class Verb:
    """What is known of a verb.

    ``kinds``: of the pieces it is for; none where it names no piece. ``whose``: who may do it to a piece: ``anybody`` who sees it, who may make
    something new of it (``user``), its ``owner`` or an administrator. ``asked``: it answers a question or belongs to a menu, so only the person
    who was asked may press it. ``slow``: it begins a job, or a question that leads to one.
    """

    kinds: frozenset[PieceKind] = frozenset()
    whose: Literal["anybody", "user", "owner"] = "anybody"
    asked: bool = False
    slow: bool = False


def _on(*kinds: PieceKind, **more: object) -> Verb:
    return Verb(frozenset(kinds), **more)  # type: ignore[arg-type]


VERBS: dict[str, Verb] = {
    "rate-up": _on(*RATED),
    "rate-down": _on(*RATED),
    "pick": _on(_TEXT, _PICTURE),
    "prompt": _on(_PICTURE),
    "original": _on(_PICTURE),
    "vary": _on(_PICTURE, _PHOTO, whose="user", slow=True),
    "draw": _on(_TEXT, whose="user", slow=True),
    "continue": _on(_TEXT, whose="user", slow=True),
    "edit": _on(_PICTURE, _PHOTO, whose="owner"),
    "redraw": _on(_PICTURE, whose="owner", slow=True),
    "delete": _on(_TEXT, _PICTURE, _PHOTO, whose="owner"),
    "delete-yes": _on(_TEXT, _PICTURE, _PHOTO, whose="owner", asked=True),
    "delete-no": _on(_TEXT, _PICTURE, _PHOTO, whose="owner", asked=True),
    "choose": _on(_PICTURE, _PHOTO, whose="user", asked=True, slow=True),
    "region-use": _on(_REGION, asked=True, slow=True),
    "region-invert": _on(_REGION, asked=True, slow=True),
    "region-cancel": _on(_REGION, asked=True),
    "cancel": Verb(),
    "settings": Verb(asked=True),
    "set": Verb(asked=True),
    "example": Verb(slow=True),
    "forget-yes": Verb(asked=True),
    "forget-no": Verb(asked=True),
}


def is_slow(action: str) -> bool:
    """Whether the answer to an action takes a while."""
    verb = VERBS.get(action.partition(":")[0])
    return verb is not None and verb.slow
