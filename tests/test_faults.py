"""Trouble with the service: what the person sees in both languages, how often it was asked, what was spent, what the log says."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

import core.services.openai
from core import texts
from core.services.retry import Patience
from core.types import User
from embedded.process import EmbeddedProcess
from studio import Answer, Studio, paid, studio_at

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOREIGN_WORDS = "the very words of the server"
BILLED = {"en": "billed", "zh": "计费"}
FLARE = "gpt-image-2.6-flare"
GUESTS = itertools.count()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def studio(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """One studio for all faults of the service, which waits milliseconds between its tries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core.services.openai, "Patience", partial(Patience, first_pause=0.005))
        async with studio_at(tmp_path_factory.mktemp("studio"), services) as running:
            yield running


# --- the service ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trouble:
    """A fault, the code the person gets (``None``: all is well in the end), how often the service is asked.

    ``billed``: how many of these tries may have been billed for nothing.
    """

    fault: dict[str, Any]
    code: str | None
    calls: int
    billed: int = 0
    operator: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


def status(number: int, code: str | None = None, **more: object) -> dict[str, Any]:
    return {"kind": "status", "status": number, "code": code, "times": None, **more}


def always(kind: str, **more: object) -> dict[str, Any]:
    return {"kind": kind, "times": None, **more}


DRAWING = {
    "too busy": Trouble(status(429, "rate_limit_exceeded"), "busy", 3),
    "too busy, says when": Trouble(status(429, "slow_down", retry_after=0.01), "busy", 3),
    "too busy for long": Trouble(status(429, "rate_limit_exceeded", retry_after=900), "busy", 1),
    "too busy for a moment": Trouble(status(429, "slow_down", retry_after=0.01, times=1), None, 2),
    "broken": Trouble(status(500), "service-down", 3),
    "overloaded": Trouble(status(503), "service-down", 3),
    "broken twice": Trouble(status(500, times=2), None, 3),
    "hangs up": Trouble(always("disconnect"), "answer-cut", 2, billed=2),
    "hangs up once": Trouble(always("disconnect", times=1), None, 2, billed=1),
    "breaks off": Trouble(always("cut_stream", after=1), "answer-cut", 2, billed=2),
    "breaks off once": Trouble(always("cut_stream", after=1, times=1), None, 2, billed=1),
    "half a JSON": Trouble(always("invalid_json"), "answer-unreadable", 1, billed=1),
    "half a picture": Trouble(always("truncated_base64"), "answer-unreadable", 1, billed=1),
    "refused late": Trouble(always("late_refusal"), "refused-result", 1, billed=1),
    "no credit": Trouble(status(429, type="insufficient_quota"), "no-credit", 1, operator=True),
    "limit reached": Trouble(status(429, "project_spend_limit_exceeded"), "no-credit", 1, operator=True),
    "retired": Trouble(status(404, "model_not_found"), "model-unknown", 1, operator=True, values={"model": FLARE}),
    "wrong key": Trouble(status(401, "invalid_api_key"), "wrong-key", 1, operator=True),
}


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("trouble", DRAWING.values(), ids=DRAWING.keys())
async def test_trouble_while_drawing(studio: Studio, trouble: Trouble, language: str) -> None:
    await meets(studio, trouble, language, "images.generations", "/image a marzipan pig --raw")


SMILE = "😊"
"""What is answered without being read first."""

WRITING = {
    "breaks off": Trouble(always("cut_stream", after=5), "answer-cut", 2, billed=2),
    "breaks off once": Trouble(always("cut_stream", after=5, times=1), None, 2, billed=1),
    "too busy": Trouble(status(429), "busy", 3),
    "half a JSON": Trouble(always("invalid_json"), "answer-unreadable", 1, billed=1),
    "no credit": Trouble(status(429, "credit_balance_exhausted"), "no-credit", 1, operator=True),
}


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("trouble", WRITING.values(), ids=WRITING.keys())
async def test_trouble_while_writing(studio: Studio, trouble: Trouble, language: str) -> None:
    await meets(studio, trouble, language, "chat", SMILE)


async def meets(studio: Studio, trouble: Trouble, language: str, endpoint: str, words: str) -> None:
    """Somebody asks for something while the service has trouble, and hears of it in one sentence."""
    person = await studio.person(f"guest-{next(GUESTS)}", language=language)
    await studio.begin()
    spent = await studio.program.storage.store.spent(0)
    await studio.faults({"endpoint": endpoint, "message": FOREIGN_WORDS, **trouble.fault})
    with capture_logs() as log:
        answer = await person.says(words)
    async with studio.control() as control:
        key = control.headers["authorization"].removeprefix("Bearer ")
        await control.delete("/faults")
    assert answer.code == trouble.code
    calls = await studio.requests(endpoint)
    assert len(calls) == len(paid(await studio.requests())) == trouble.calls
    after = await studio.program.storage.store.spent(0)
    done = trouble.code is None
    assert after.calls - spent.calls == done + trouble.billed, "what may have been billed is counted"
    assert after.unpriced - spent.unpriced == trouble.billed, "and nobody makes up a price for it"
    assert (after.usd > spent.usd) is done, "a failed call is not charged"
    if done:
        assert answer.replies
    else:
        assert_told(answer, trouble, language)
        assert [entry["code"] for entry in log if entry["event"] == "job failed"] == [trouble.code]
    failed = [entry for entry in log if entry["event"] == "service.failed"]
    assert len(failed) == trouble.calls - (trouble.code is None)
    assert not any(secret in str(log) for secret in (FOREIGN_WORDS, "marzipan", key))


def assert_told(answer: Answer, trouble: Trouble, language: str) -> None:
    """One clear sentence in the person's language, and no answer beside it."""
    assert answer.failure and not answer.replies
    text = answer.failure["text"]
    assert text.startswith(texts.say(f"error-{trouble.code}", language, **trouble.values))
    assert (BILLED[language] in text) is (trouble.billed > 0)
    assert (texts.say("error-spent", language) in text) is (trouble.billed > 0)
    assert ({"en": "not for you", "zh": "和你无关"}[language] in text) is trouble.operator
    words = text.replace(answer.failure["job"], "")  # an id of random signs, which may be any
    assert not any(word in words for word in (FOREIGN_WORDS, "Traceback", "Error", "{", "429", "500"))
    if not trouble.code.startswith("refused"):  # type: ignore[union-attr]
        assert answer.failure["job"] in text, "the log says more under this id"


@pytest.mark.parametrize("language", texts.LANGUAGES)
async def test_what_may_have_been_billed_for_nothing_shows_in_usage(studio: Studio, language: str) -> None:
    """A drawing that is held back, one that is cancelled while it is drawn, and a story whose first try broke off: none has a price."""
    person = await studio.person(f"guest-{next(GUESTS)}", language=language)
    user = User(platform="web", id=person.name).key
    await studio.faults({"endpoint": "images.generations", **always("late_refusal", times=1)})
    assert (await person.says("/image a pear --raw")).code == "refused-result"
    assert unclear(await person.says("/usage"), language) == 1
    await studio.faults(
        {"endpoint": "images.generations", **always("hang_until_released", times=1)},
        {"endpoint": "chat", **always("cut_stream", after=5, times=1)},
    )
    await studio.begin()
    drawing = await person.posts("/image a plum --raw")
    while not await studio.requests("images.generations"):
        await asyncio.sleep(0.01)
    await person.says("/cancel")
    await person.answer(drawing)
    assert (await person.says(SMILE)).code is None
    spent = await studio.program.storage.store.spent(0, user)
    assert (spent.calls, spent.unpriced) == (4, 3) and spent.usd > 0
    assert unclear(await person.says("/usage"), language) == 3


def unclear(answer: Answer, language: str) -> int:
    """How many calls ``/usage`` says are not in the sum."""
    return next(n for n in range(1, 9) if texts.say("usage-unpriced", language, calls=n) in answer.text.splitlines())


async def test_a_wait_that_the_service_asks_for_is_shown(studio: Studio) -> None:
    person = await studio.person(f"guest-{next(GUESTS)}")
    await studio.faults({"endpoint": "images.generations", **status(429, "slow_down", retry_after=0.5, times=1)})
    answer = await person.says("/image a pear --raw")
    assert answer.pictures
    waits = texts.say("status-waiting", "en")
    assert waits in [event["text"] for event in person.events if event["kind"] == "status"]


@pytest.mark.parametrize("endpoint", ["images.generations", "moderations"])
async def test_a_service_that_never_answers_is_not_waited_for_for_ever(
    services: EmbeddedProcess, tmp_path: Path, endpoint: str
) -> None:
    """What is drawn may be billed though nobody waited for it; a look at the words never is."""
    async with studio_at(tmp_path, services, timeout=1.0) as slow:
        await slow.faults({"endpoint": endpoint, **always("hang_until_released")})
        people = [await slow.person(name, language=language) for name, language in (("ann", "en"), ("bei", "zh"))]
        with capture_logs() as log:
            answers = await asyncio.gather(*(person.says("/image a marzipan pig --raw") for person in people))
        drawn = endpoint == "images.generations"
        for person, answer in zip(people, answers, strict=True):
            assert_told(answer, Trouble({}, "service-slow", 2, billed=2 * drawn), person.language)
        assert len(await slow.requests(endpoint)) == 4, "each is tried twice"
        spent = await slow.program.storage.store.spent(0)
        assert (spent.calls, spent.unpriced, spent.usd) == (4 * drawn, 4 * drawn, 0)
        assert [entry["code"] for entry in log if entry["event"] == "service.failed"] == ["service-slow"] * 4
        assert [entry["code"] for entry in log if entry["event"] == "job failed"] == ["service-slow"] * 2
        assert "marzipan" not in str(log)
