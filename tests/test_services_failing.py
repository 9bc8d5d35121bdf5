"""When a service fails: every failure has its name, and is paid for no oftener than it may."""

import asyncio

import httpx2
import pytest
from structlog.testing import capture_logs

from core.errors import BadInput, FabulaError, OperatorFault, Refused, Unavailable
from core.services.openai import Connection
from core.types import Status
from embedded_openai import logged, script
from opened_services import FOREIGN_WORDS, JPEG, QUICK, Opened, Services, calls, drawing, status

pytest_plugins = (
    "openai_fixtures",
    "opened_services",
)
pytestmark = pytest.mark.asyncio(loop_scope="module")

FAILURES = {
    "refused": (status(400, "moderation_blocked"), Refused, "refused-words", False, 1),
    "refused by a type": (status(400, type="image_generation_user_error"), Refused, "refused-words", False, 1),
    "refused late": ({"kind": "late_refusal"}, Refused, "refused-result", True, 1),
    "damaged photo": (status(400, "invalid_image_file"), BadInput, "file-damaged", False, 1),
    "bad value": (
        status(400, "invalid_value", type="image_generation_user_error"), OperatorFault, "service-rejects", False, 1,
    ),
    "empty account": (status(429, "insufficient_quota"), OperatorFault, "no-credit", False, 1),
    "no balance": (status(429, "credit_balance_exhausted"), OperatorFault, "no-credit", False, 1),
    "organization's limit": (status(429, "organization_spend_limit_exceeded"), OperatorFault, "no-credit", False, 1),
    "project's limit": (status(429, "project_spend_limit_exceeded"), OperatorFault, "no-credit", False, 1),
    "quota by type": (status(429, "other", type="insufficient_quota"), OperatorFault, "no-credit", False, 1),
    "wrong key": (status(401, "invalid_api_key"), OperatorFault, "wrong-key", False, 1),
    "not verified": (status(403, message="Your organization must be verified"), OperatorFault, "not-verified", False, 1),
    "too long": (status(400, "string_above_max_length"), BadInput, "words-too-long", False, 1),
    "too large": (status(413), BadInput, "file-too-large", False, 1),
    "not permitted": (status(403), OperatorFault, "not-permitted", False, 1),
    "no such model": (status(404, "model_not_found"), OperatorFault, "model-unknown", False, 1),
    "redirect": (status(307), OperatorFault, "service-rejects", False, 1),
    "rate": (status(429, "rate_limit_exceeded"), Unavailable, "busy", False, 3),
    "slow down": (status(429, "slow_down", retry_after=0.01), Unavailable, "busy", False, 3),
    "long wait": (status(429, "rate_limit_exceeded", retry_after=600), Unavailable, "busy", False, 1),
    "broken": (status(500), Unavailable, "service-down", False, 3),
    "overloaded": (status(503), Unavailable, "service-down", False, 3),
    "never reached": (status(522), Unavailable, "service-down", False, 3),
    "the proxy got nothing": (status(502), Unavailable, "service-slow", True, 2),
    "the proxy did not wait": (status(504), Unavailable, "service-slow", True, 2),
    "nor did the network's": (status(524), Unavailable, "service-slow", True, 2),
    "it says that we hung up": (status(499), Unavailable, "service-slow", True, 2),
    "nor did it understand": (status(520), Unavailable, "service-slow", True, 2),
    "the server did not wait": (status(408), Unavailable, "service-slow", True, 2),
    "nobody answers": ({"kind": "disconnect"}, Unavailable, "answer-cut", True, 2),
    "cut before a preview": ({"kind": "cut_stream"}, Unavailable, "answer-cut", True, 2),
    "cut after a preview": ({"kind": "cut_stream", "after": 1}, Unavailable, "answer-cut", True, 2),
    "half a picture": ({"kind": "truncated_base64"}, Unavailable, "answer-unreadable", True, 1),
    "half a JSON": ({"kind": "invalid_json"}, Unavailable, "answer-unreadable", True, 1),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "kind", "code", "spent", "tries"), FAILURES.values(), ids=FAILURES.keys())
async def test_every_failure_has_its_name_and_is_paid_for_no_oftener_than_it_may(
    opened: Opened,
    control: httpx2.AsyncClient,
    fault: dict[str, object],
    kind: type[FabulaError],
    code: str,
    spent: bool,
    tries: int,
) -> None:
    services = opened()
    await script(control, {"endpoint": "images.generations", "times": None, "message": FOREIGN_WORDS, **fault})
    async with calls(control) as asked:
        with capture_logs() as log, pytest.raises(FabulaError) as raised:
            await services.painter.generate(drawing("a doomed kite"), services.show)
    assert (type(raised.value), raised.value.code, raised.value.spent) == (kind, code, spent)
    assert len(asked) == tries
    assert FOREIGN_WORDS not in f"{raised.value!r} {raised.value} {raised.value.values}"
    assert len([entry for entry in log if entry["event"] == "service.failed"]) == tries
    assert not any(
        secret in str(log) for secret in (FOREIGN_WORDS, "a doomed kite", services.connection.client.api_key)
    )
    waits = [shown.phase for shown in services.of_kind(Status)]
    assert waits == ["waiting", "drawing"] * (tries - 1)


async def test_a_long_wait_is_told_and_a_short_one_is_waited(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    busy = {"endpoint": "images.generations", **status(429, "rate_limit_exceeded")}
    await script(control, busy | {"retry_after": 90})
    with pytest.raises(Unavailable) as raised:
        await services.painter.generate(drawing("a kite"), services.show)
    assert raised.value.retry_after == 90
    await script(control, busy | {"retry_after": 0.03})
    painting = await services.painter.generate(drawing("a kite", slot=2), services.show)
    assert painting.data.startswith(JPEG)
    waiting, drawing_again = services.of_kind(Status)
    assert (waiting.phase, waiting.usual, waiting.slot) == ("waiting", 0.03, 2)
    assert drawing_again.phase == "drawing"


async def test_a_time_out_is_tried_once_more_and_says_that_it_may_have_cost(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    services = opened(timeout=0.2)
    await script(control, {"endpoint": "images.generations", "kind": "hang_until_released", "times": None})
    async with calls(control) as asked:
        with pytest.raises(Unavailable) as raised:
            await services.painter.generate(drawing("a kite"), services.show)
    assert (raised.value.code, raised.value.spent) == ("service-slow", True)
    assert len(asked) == 2


async def test_what_was_perhaps_paid_stays_so_when_the_next_try_fails_otherwise(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    services = opened()
    where = {"endpoint": "images.generations"}
    await script(control, where | {"kind": "disconnect"}, where | {"times": None} | status(500))
    async with calls(control) as asked:
        with pytest.raises(Unavailable) as raised:
            await services.painter.generate(drawing("a kite"), services.show)
    assert (raised.value.code, raised.value.spent) == ("service-down", True)
    assert len(asked) == 3


async def test_a_server_that_is_not_there_cost_nothing(unused_tcp_port: int) -> None:
    connection = Connection(f"http://127.0.0.1:{unused_tcp_port}/v1", "key", patience=QUICK)
    services = Services(connection)
    with pytest.raises(Unavailable) as raised:
        await services.painter.generate(drawing("a kite"), services.show)
    await connection.close()
    assert (raised.value.code, raised.value.spent) == ("service-down", False)
    assert len(services.of_kind(Status)) == 4


async def test_a_cancelled_picture_frees_its_connection(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    await script(control, {"endpoint": "images.generations", "kind": "hang_until_released", "after": 1})
    before = len(await logged(control))
    task = asyncio.create_task(services.painter.generate(drawing("a kite"), services.show))
    await logged(control, started=before + 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    entry = (await logged(control, finished=before + 1))[before]
    assert entry["status"] == 499
