"""What a server has shown not to take: asked once more without it, and remembered for its model.

A refusal costs nothing, so nothing is paid twice by this. What is remembered is forgotten with the process: servers are mended and models changed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog

from core.errors import OperatorFault
from core.services.openai_errors import Refusal, refusal_of

Answer = TypeVar("Answer")
Parameters = Mapping[str, Any]

OPTIONAL = frozenset(
    {
        *("stream", "stream_options", "partial_images", "safety_identifier", "metadata", "moderation", "background"),
        *("quality", "output_format", "output_compression", "complexity", "reasoning_effort", "temperature", "n"),
        *("max_completion_tokens", "input_fidelity", "user", "response_format"),
    }
)
"""Parameters without which a request still means the same, or nearly."""

_NEEDS = {"stream_options": "stream", "partial_images": "stream", "output_compression": "output_format"}
"""What makes no sense without another."""
_ALSO_CALLED = {
    "streaming": "stream",
    "json_schema": "response_format",
    "json_object": "response_format",
    "include_usage": "stream_options",
}
FORMATS = ("json_schema", "json_object", "words")
"""How an object can be asked for, from the strictest way to one that every model understands."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Manner:
    """How a model of a server is spoken to. ``without``: parameters that are not sent; ``format``: which of ``FORMATS``.

    ``in_words``: the shape of an object is put into words also where it is sent as a schema, since that was passed over.
    """

    without: frozenset[str] = frozenset()
    format: int = 0
    in_words: bool = False

    def allowed(self, wanted: Parameters) -> dict[str, Any]:
        """The parameters that may be sent."""
        gone = self.without | {name for name, needed in _NEEDS.items() if needed in self.without}
        return {name: value for name, value in wanted.items() if name not in gone}

    def after(self, refusal: Refusal, sent: Parameters) -> Manner | None:
        """How to ask once more; ``None`` where the refusal is about something that cannot be left out."""
        named = {_ALSO_CALLED.get(name, name) for name in refusal.names} & OPTIONAL & sent.keys()
        if named:
            plainer = replace(self, without=self.without | (named - {"response_format"}))
            return plainer._less_formal(sent) if "response_format" in named else plainer
        if not refusal.is_bare:
            return None
        for group in (OPTIONAL - {"stream", "response_format"}, frozenset({"stream"})):  # what is missed least first
            if left := group & sent.keys():
                return replace(self, without=self.without | left)
        return self._less_formal(sent)

    def _less_formal(self, sent: Parameters) -> Manner | None:
        if "response_format" not in sent:
            return None
        if isinstance(sent["response_format"], str):  # that of a picture
            return replace(self, without=self.without | {"response_format"})
        return replace(self, format=self.format + 1)

    def joined(self, other: Manner) -> Manner:
        """What both know: requests that ran beside each other have learnt for themselves."""
        words = self.in_words or other.in_words
        return Manner(self.without | other.without, max(self.format, other.format), words)


class Manners:
    """The manners of one server, by what is asked for and of which model."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Manner] = {}

    def of(self, endpoint: str, model: str) -> Manner:
        """How it is spoken to, as far as is known."""
        return self._known.get((endpoint, model), Manner())

    def learn(self, endpoint: str, model: str, manner: Manner) -> None:
        """Remember what has worked."""
        known = self.of(endpoint, model)
        if manner != known:
            self._known[endpoint, model] = manner.joined(known)
            _log.info("service.plainer", model=model, without=sorted(manner.without), format=FORMATS[manner.format])

    async def ask(
        self,
        endpoint: str,
        model: str,
        wanted: Callable[[Manner], Parameters],
        send: Callable[[Manner, Parameters], Awaitable[Answer]],
    ) -> Answer:
        """Send what is wanted, each time without what was refused. Raises what ``send`` does, where leaving out does not help."""
        manner = self.of(endpoint, model)
        while True:
            sent = manner.allowed(wanted(manner))
            try:
                answer = await send(manner, sent)
            except OperatorFault as fault:
                refusal = refusal_of(fault)
                plainer = manner.after(refusal, sent) if refusal else None
                if plainer is None:
                    raise
                manner = plainer
            else:
                self.learn(endpoint, model, manner)
                return answer
