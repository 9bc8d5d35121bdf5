"""Characters that a conversation keeps: what they are called, and what is brought of them wherever they are named."""

from __future__ import annotations

from core.types.values import Value

NAME = 32
"""Signs of a character's name."""

LOOKS = 600
"""Signs of how a character looks, as it stands in a prompt."""

PICTURES_EACH = 2
"""Pictures that a character brings along: a sheet and a portrait."""

KEPT_CHARACTERS = 30
"""Characters that a session keeps."""


class Named(Value):
    """A character by its name; ``piece`` is the id of the text that tells of it, whose pictures are its own."""

    name: str
    piece: str


class Cast(Named):
    """A character that a request names, with how it ``looks``."""

    looks: str = ""

    def is_in(self, words: str) -> bool:
        """Whether words name them, or tell of them by their looks."""
        looks = self.looks.strip(" .。").casefold()
        return bool(_end_of(self.name, words)) or (bool(looks) and looks in words.casefold())


def told(words: str, characters: tuple[Cast, ...]) -> str:
    """The words with the looks of whoever is named behind the first mention of each: "Mia (a small fox) on a roof"."""
    for one in characters:
        looks = one.looks.rstrip(".。 ")
        end = _end_of(one.name, words)
        if end and looks and looks not in words:
            said = f" ({looks})" if looks.isascii() else f"（{looks}）"
            words = words[:end] + said + words[end:]
    return words


def _end_of(name: str, words: str) -> int:
    """Where a name ends that stands in a text as a word of its own; 0 where it does not. Chinese parts no words."""
    at = words.find(name)
    while at >= 0:
        end = at + len(name)
        around = (words[at - 1 : at] if name[:1].isascii() else "") + (
            words[end : end + 1] if name[-1:].isascii() else ""
        )
        if not any(sign.isascii() and sign.isalnum() for sign in around):
            return end
        at = words.find(name, end)
    return 0
