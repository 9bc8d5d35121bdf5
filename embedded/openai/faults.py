"""Scripted trouble: what should go wrong, with which requests, how often; and how slow the server is.

So it can play servers that speak the API otherwise than OpenAI: ``refuse`` what they do not take, and ``answer`` as they do.

``mishear`` makes the artist draw something else than was asked, and ``always_yes`` a judge that is not to be believed.

Rules are tried in the order given. ``stall`` and ``hang_until_released`` delay a request and let it go on to the next rule;
the first other rule that fits ends it in its own way.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

KINDS = (
    "status",
    "stall",
    "hang_until_released",
    "cut_stream",
    "invalid_json",
    "truncated_base64",
    "late_refusal",
    "disconnect",
    "refuse",
    "answer",
    "mishear",
    "always_yes",
)
_DELAYS = ("stall", "hang_until_released")
_PICTURES_ONLY = ("truncated_base64", "late_refusal", "mishear")


@dataclass(frozen=True)
class Fault:
    """One rule.

    ``endpoint`` is a name such as ``images.edits``, or ``*``; ``match`` a text that the prompt or the last message must contain. The
    first ``skip`` requests that fit are spared, the next ``times`` are hit (None: all of them).
    """

    endpoint: str
    kind: str
    times: int | None = 1
    skip: int = 0
    match: str = ""

    status: int = 500
    """``status``: the HTTP status, with ``code``, ``type``, ``message`` in the body and ``retry_after`` seconds in the header."""
    code: str | None = None
    type: str | None = None
    message: str = "The server had an error while processing your request."
    retry_after: float | None = None

    seconds: float = 1.0
    """``stall``: how long."""
    after: int = 0
    """``cut_stream`` and the delays, in a stream: how many events go out first."""

    parameters: Sequence[str] = ()
    """``refuse``: only requests with one of these parameters are meant, ``name`` or ``name=value`` (of an object its ``type``)."""
    body: object = None
    """``mishear``: the words of the prompt that the artist passes over, so the picture lacks what they name; the request is answered as any
    other. ``answer``, and ``refuse`` in place of OpenAI's own shape: JSON that is sent with ``status`` (200 unless given), a string as it is."""
    base64: bool = False
    """The ``body`` is a string in base64, sent as bytes."""
    content_type: str = "application/json"

    def means(self, sent: Mapping[str, object]) -> bool:
        """Whether a request with these parameters is meant."""
        return not self.parameters or any(_has(sent, wanted) for wanted in self.parameters)


@dataclass(frozen=True)
class Trouble:
    """What one request meets. ``gate`` is opened by the next release, wherever the request is by then."""

    delays: Sequence[Fault] = ()
    ending: Fault | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def names(self) -> list[str]:
        """The kinds, for the request log."""
        return [fault.kind for fault in (*self.delays, *([self.ending] if self.ending else []))]

    @property
    def misheard(self) -> str:
        """The words of the prompt that the artist passes over."""
        return str(self.ending.body or "") if self.ending and self.ending.kind == "mishear" else ""

    def ends_with(self, kind: str) -> bool:
        """Whether the request ends in this kind of fault."""
        return self.ending is not None and self.ending.kind == kind

    def cuts_after(self, sent: int) -> bool:
        """Whether a stream breaks off once ``sent`` events have gone out."""
        return self.ending is not None and self.ending.kind == "cut_stream" and sent >= self.ending.after

    async def delay(self, sent: int) -> None:
        """Wait for what is due once ``sent`` events have gone out (0: before the request is looked at)."""
        for fault in self.delays:
            if fault.after != sent:
                continue
            if fault.kind == "stall":
                await asyncio.sleep(fault.seconds)
            else:
                await self.gate.wait()


class Faults:
    """The rules in force, counted down as requests come."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._gate = asyncio.Event()

    def add(self, rules: object, endpoints: Sequence[str]) -> None:
        """Append rules given as JSON. Raises ``ValueError`` with a sentence for a rule that could never work."""
        if not isinstance(rules, list):
            raise ValueError("a list of rules is needed")
        self._rules += [_checked(rule, endpoints) for rule in rules]

    def clear(self) -> None:
        """Forget every rule and let everybody go."""
        self._rules.clear()
        self.release()

    def release(self) -> None:
        """Let everybody go who hangs now; the next to hang waits for the next release."""
        self._gate.set()
        self._gate = asyncio.Event()

    def describe(self) -> list[dict[str, object]]:
        """The rules that are left."""
        return [{item.name: getattr(rule, item.name) for item in fields(rule)} for rule in self._rules]

    def take(self, endpoint: str, words: str, sent: Mapping[str, object]) -> Trouble:
        """What happens to this request with the parameters ``sent``; counts it against the rules it fits."""
        streaming = sent.get("stream") in (True, "true")
        delays: list[Fault] = []
        ending: Fault | None = None
        for index, rule in enumerate(self._rules):
            if rule.endpoint not in (endpoint, "*") or rule.match not in words or rule.times == 0:
                continue
            if (rule.kind == "cut_stream" and not streaming) or not rule.means(sent):
                continue
            if rule.skip:
                self._rules[index] = replace(rule, skip=rule.skip - 1)
                continue
            if rule.kind not in _DELAYS and ending is not None:
                continue
            self._rules[index] = replace(rule, times=None if rule.times is None else rule.times - 1)
            if rule.kind in _DELAYS:
                delays.append(rule)
            else:
                ending = rule
        self._rules = [rule for rule in self._rules if rule.times != 0]
        return Trouble(tuple(delays), ending, self._gate)


@dataclass
class Latency:
    """Seconds the server takes, as somebody would notice: a demo that answers at once feels dead."""

    images: float = 4.0
    """From request to finished picture; previews arrive evenly before it. Drawing itself counts within."""
    chat_start: float = 0.4
    """Until the first word."""
    chat_token: float = 0.015
    """Between words."""
    moderations: float = 0.1

    def change(self, values: object) -> None:
        """Set some of the fields from JSON. Raises ``ValueError`` for an unknown name or no sensible time."""
        if not isinstance(values, Mapping):
            raise ValueError("an object is needed")
        known = {item.name for item in fields(self)}
        for name, value in values.items():
            if (
                name not in known
                or isinstance(value, bool)
                or not isinstance(value, int | float)
                or not 0 <= value <= 600
            ):
                raise ValueError(f"{name}: one of {', '.join(sorted(known))} with 0 to 600 seconds is needed")
        for name, value in values.items():
            setattr(self, name, float(value))


NO_LATENCY = {"images": 0, "chat_start": 0, "chat_token": 0, "moderations": 0}


def _checked(rule: object, endpoints: Sequence[str]) -> Fault:
    if not isinstance(rule, Mapping):
        raise ValueError("each rule is an object")
    unknown = set(rule) - {item.name for item in fields(Fault)}
    if unknown:
        raise ValueError(f"unknown field {sorted(unknown)[0]}")
    own_status = {"answer": 200, "refuse": 400}.get(rule.get("kind", ""), 500)
    fault = Fault(**{"endpoint": "", "kind": "", "status": own_status, **rule})
    if fault.endpoint not in (*endpoints, "*"):
        raise ValueError(f"endpoint {fault.endpoint!r}: one of {', '.join(endpoints)} or * is needed")
    if fault.kind not in KINDS:
        raise ValueError(f"kind {fault.kind!r}: one of {', '.join(KINDS)} is needed")
    if fault.kind in _PICTURES_ONLY and not fault.endpoint.startswith(("images.", "*")):
        raise ValueError(f"{fault.kind} happens to pictures only")
    if fault.base64 and not isinstance(fault.body, str):
        raise ValueError("a body in base64 is a string")
    return fault


def _has(sent: Mapping[str, object], wanted: str) -> bool:
    """Whether a parameter is sent, with that value if one is named."""
    name, _, value = wanted.partition("=")
    given = sent.get(name)
    if isinstance(given, Mapping):
        given = given.get("type")
    return given is not None and (not value or str(given) == value)
