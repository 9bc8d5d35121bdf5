"""The answers of chat completions, whole or as they grow: what was said, without what was thought.

They are read leniently, and not by the SDK's types: servers put texts into lists of parts, leave out fields, and send events that are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from openai import AsyncAPIResponse
from pydantic import BaseModel, ValidationError

from core.errors import Refused, Unavailable
from core.services.answers import heard, object_in, raise_if_error
from core.services.model_words import closes_unopened, opens_thoughts, without_thoughts

Listener = Callable[[Callable[[], str]], None]
"""Is told that a text has grown, with how to read it."""

_SAID = ("text", "output_text")
_THOUGHTS = ("reasoning_content", "reasoning", "reasoning_details", "thinking")


class WordNotes(BaseModel):
    """What is told beside a text by a server of ours: which words of what was asked are in it, and which it could not use."""

    used: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


class Told(NamedTuple):
    """What a model said, why it ended, and the usage as the server told it."""

    text: str
    finish: str
    usage: Any
    notes: WordNotes = WordNotes()


class Habits:
    """Which models think aloud without opening their thoughts: there the text is not shown before it is clear where they end.

    It shows in a model's first answer, which is therefore shown when it is whole. Whoever did it once may do so again: what comes later is held back
    until its thoughts have been closed. Who never did is not waited for. ``are_known``: the server's models are known not to.
    """

    def __init__(self, *, are_known: bool) -> None:
        self._are_known = are_known
        self._thinks: dict[str, bool] = {}

    def holds_back(self, model: str) -> bool:
        """Whether what comes may be thoughts, for all that is known."""
        return self._thinks.get(model, not self._are_known)

    def learn(self, model: str, text: str, *, freely: bool = True) -> None:
        """Remember how an answer was. One that was held to a form tells nothing by having no thoughts: there the server lets none through."""
        if closes_unopened(text):
            self._thinks[model] = True
        elif freely:
            self._thinks.setdefault(model, False)


class _Listening:
    """An answer as it grows."""

    def __init__(self, holds_back: bool) -> None:
        self._parts: list[str] = []
        self._holds_back = holds_back
        self.finish = ""
        self.refused = False
        self.usage: Any = None
        self.notes = WordNotes()

    def hear(self, told: Mapping[str, Any]) -> bool:
        """Take in a whole answer or an event; whether the text has grown."""
        self.usage = told.get("usage") or self.usage
        if "fabula_notes" in told:
            self.notes = _notes(told["fabula_notes"])
        choice = next(_objects(told.get("choices")), {})
        message = next((part for name in ("delta", "message") if isinstance(part := choice.get(name), Mapping)), {})
        self.finish = str(choice.get("finish_reason") or self.finish)
        self.refused = self.refused or bool(message.get("refusal"))
        if any(message.get(name) for name in _THOUGHTS):
            self._holds_back = False  # the server parts them from the answer
        said = _said(message.get("content"))
        self._parts.append(said)
        return bool(said)

    @property
    def text(self) -> str:
        """All that was said, as a text that can be kept: the halves of a sign (RFC 8259, section 8.2) may come apart, and one alone stands for
        nothing.
        """
        joined = "".join(self._parts)
        self._parts = [joined]
        return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def shown(self) -> str:
        """What may be shown of it by now."""
        text = self.text
        said = without_thoughts(text)
        if said == text and (self._holds_back or opens_thoughts(text)):
            return ""
        return said


async def follow(
    response: AsyncAPIResponse[Any], show: Listener, habits: Habits, model: str, *, freely: bool = True
) -> Told:
    """Gather an answer; ``freely``: it was asked for in no form.

    A stream is whole only if it says why it ended, or that it has; after that only the usage may still come.
    Raises ``Refused``, ``Unavailable`` (``answer-cut``, ``answer-unreadable``), ``openai.APIError`` for an error in an answer's stead.
    """
    listening = _Listening(habits.holds_back(model))
    async for told in heard(response):
        if told.is_done:
            listening.finish = listening.finish or "stop"
            continue
        found = object_in(told)
        if found is None:
            continue
        raise_if_error(found, response.http_request)
        if listening.hear(found) and told.is_event:
            show(listening.shown)
        if not told.is_event:
            listening.finish = listening.finish or "stop"
    whole = _whole(listening)
    habits.learn(model, listening.text, freely=freely)
    return whole


def _whole(listening: _Listening) -> Told:
    if listening.finish in ("", "error"):
        raise Unavailable("answer-cut", spent=True)
    if listening.refused or listening.finish == "content_filter":
        raise Refused("refused-words", spent=True)
    text = without_thoughts(listening.text)
    if not text.strip():
        raise Unavailable("answer-unreadable", spent=True)
    return Told(text, listening.finish, listening.usage, listening.notes)


def _notes(told: Any) -> WordNotes:
    """The notes; none where they are not of our form."""
    try:
        return WordNotes.model_validate(told)
    except ValidationError:
        return WordNotes()


def _objects(told: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in told if isinstance(one, Mapping)) if isinstance(told, list) else iter(())


def _said(content: Any) -> str:
    """A message's words: a text, or those of its parts that are meant to be read."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = (part.get("text") for part in _objects(content) if part.get("type", "text") in _SAID)
        return "".join(text for text in texts if isinstance(text, str))
    return ""
