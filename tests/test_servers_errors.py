"""Errors of servers that speak OpenAI's API in their own way: read by what they mean, and counted where they may have been billed."""

import json

import httpx2
import pytest

from core.errors import FabulaError
from core.services.openai import Connection
from core.services.openai_text import OpenAIWriter
from embedded_openai import script
from opened_services import CATALOGUE, LUNA, QUICK, Services, calls, drawing
from played_servers import CHAT, DRAW, TURNS, answer

pytest_plugins = ("played_servers",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


def flat(**error: object) -> dict[str, object]:
    return answer("data: " + json.dumps(error) + "\n\n", content_type="text/event-stream")


ERRORS = {
    "in a success, by code": (answer({"error": {"code": "insufficient_quota", "message": "No."}}), "no-credit", False, 1),
    "in a success, by number": (answer({"error": {"code": 402, "message": "Insufficient credits"}}), "no-credit", False, 1),
    "in a success, in words": (answer({"error": "model 'x' not found"}), "model-unknown", False, 1),
    "in a success, a detail": (answer({"detail": "Rate limit reached"}), "busy", False, 3),
    "in a success, of nothing known": (answer({"error": {"message": "No."}}), "answer-cut", True, 2),
    "flat in a stream": (flat(object="error", message="No.", code="content_filter"), "refused-words", False, 1),
    "flat in a stream, by number": (flat(message="Too many", code=429), "busy", False, 3),
    "text in a stream": (flat(error="The model `x` does not exist"), "model-unknown", False, 1),
    "broken in a stream": (flat(error={"code": 500, "message": "boom"}), "answer-cut", True, 2),
    "wrapped": (answer({"error": {"code": "400", "innererror": {"code": "content_filter"}}}, status=400), "refused-words", False, 1),
    "wrapped as text": (
        answer({"error": {"code": 400, "metadata": {"raw": '{"error": {"code": "insufficient_balance"}}'}}}, status=400),
        "no-credit", False, 1,
    ),
    "only a type": (answer({"error": {"code": "401", "type": "authentication_error"}}, status=400), "wrong-key", False, 1),
    "DeepSeek's empty account": (
        answer({"error": {"message": "Insufficient Balance", "code": "invalid_request_error"}}, status=402),
        "no-credit", False, 1,
    ),
    "Ollama's missing model": (answer({"error": {"message": 'model "x" not found, try pulling it first'}}, status=404), "model-unknown", False, 1),
    "vLLM's missing model": (
        answer({"object": "error", "message": "The model `x` does not exist.", "type": "NotFoundError", "code": 404}, status=404),
        "model-unknown", False, 1,
    ),
    "Azure's missing deployment": (answer({"error": {"code": "DeploymentNotFound", "message": "No."}}, status=404), "model-unknown", False, 1),
    "LiteLLM's wrong name": (
        answer({"error": {"message": "Invalid model name passed in model=x", "code": "400"}}, status=400),
        "model-unknown", False, 1,
    ),
    "a wrong path": (answer("404 page not found", status=404, content_type="text/plain"), "service-rejects", False, 1),
    "a proxy's page": (answer("<html>Sign in to the network</html>", content_type="text/html"), "answer-unreadable", True, 1),
    "no JSON's types": (answer({"error": {"code": {"a": 1}, "type": ["b"], "param": 7, "message": {}}}, status=409), "service-down", False, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
async def test_an_error_is_read_by_what_it_means(played: Services, playing: httpx2.AsyncClient, name: str) -> None:
    rule, code, spent, tries = ERRORS[name]
    for endpoint in (DRAW, CHAT):
        await playing.delete("/faults")
        await script(playing, rule | {"endpoint": endpoint})
        async with calls(playing) as asked:
            with pytest.raises(FabulaError) as raised:
                if endpoint == DRAW:
                    await played.painter.generate(drawing("a kite"), played.show)
                else:
                    await played.writer.write("Tell.", TURNS, person="", show=played.show)
        assert (raised.value.code, raised.value.spent, len(asked)) == (code, spent, tries), endpoint


async def test_nothing_the_transport_raises_is_a_bug_of_ours(unused_tcp_port: int) -> None:
    """Wrong addresses, and what listens there but speaks no HTTP."""
    for url in (f"https://127.0.0.1:{unused_tcp_port}/v1", "http://no.such.host.invalid/v1", "http://[::1]:1/v1"):
        connection = Connection(url, "key", patience=QUICK, timeout=5)
        with pytest.raises(FabulaError, match="service-down"):
            await OpenAIWriter(connection, CATALOGUE, model=LUNA, helper=LUNA).write(
                "Tell.", TURNS, person="", show=lambda progress: None
            )
        await connection.close()
