"""What is to be done later."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from core.types.people import Place
from core.types.values import Value, new_id


class Timer(Value):
    """Something to do at a time (``at``, seconds since the epoch), or as soon after it as the program runs.

    ``what`` names the handler that does it, ``about`` is what it has to know. Of pieces that is their ids alone: their words have to go when they
    are deleted. The same ``id`` is set once. ``owner`` is the key of the person whose timer it is and with whom it is forgotten; empty where it
    is a whole room's, which is forgotten with whoever's key is an entry of ``about``. ``language``: in which to speak then.
    """

    id: str = Field(default_factory=new_id)
    at: float
    what: str
    about: Mapping[str, str] = Field(default_factory=dict)
    place: Place
    owner: str = ""
    language: str = "en"
