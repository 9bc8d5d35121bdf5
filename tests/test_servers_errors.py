"""Errors of servers that speak OpenAI's API in their own way: read by what they mean, and counted where they may have been billed."""

import asyncio
import json
import ssl
from pathlib import Path

import httpx2
import pytest

from core import bill, texts
from core.errors import FabulaError, OperatorFault
from core.services import openai
from core.services.openai import Connection
from core.services.openai_text import OpenAIWriter
from embedded_openai import script
from opened_services import CATALOGUE, LUNA, QUICK, Services, calls, drawing
from patience import PATIENCE
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
    "Ollama's own form in lines": (
        answer('{"model": "x", "message": {"content": "Once"}, "done": false}\n{"model": "x", "message": {"content": ""}, "done": true}\n',
               content_type="application/x-ndjson"),
        "service-native", True, 1,
    ),
    "Ollama's own form at once": (answer({"model": "x", "response": "Once there was", "done": True}), "service-native", True, 1),
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
        connection = Connection(url, "key", patience=QUICK, timeout=PATIENCE)
        with pytest.raises(FabulaError, match="service-down"):
            await OpenAIWriter(connection, CATALOGUE, model=LUNA, helper=LUNA).write(
                "Tell.", TURNS, person="", show=lambda progress: None
            )
        await connection.close()


CERTIFICATES = Path(__file__).parent / "data" / "certificates"


@pytest.mark.parametrize(
    ("certificate", "trusted", "code"),
    [
        ("own", False, "certificate-unknown"),
        ("own", True, "certificate-host"),  # it is for 127.0.0.1
        ("elsewhere", True, "certificate-host"),
        ("expired", True, "certificate-expired"),
        ("", True, "tls-failed"),
    ],
)
async def test_a_server_that_does_not_show_who_it_is_is_one_sentence_at_once(
    monkeypatch: pytest.MonkeyPatch, certificate: str, trusted: bool, code: str
) -> None:
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATES / f"{certificate}.pem", CERTIFICATES / "key.pem")
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / f"{certificate}.pem"))
    calls = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(writer)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.2", 0, ssl=context)
    url = f"https://127.0.0.2:{server.sockets[0].getsockname()[1]}/v1"
    openai._certificates.cache_clear()  # authorities are read once for a program
    connection = Connection(url, "key", patience=QUICK, timeout=PATIENCE)
    writer = OpenAIWriter(connection, CATALOGUE, model=LUNA, helper=LUNA)
    with bill.opened() as spends, pytest.raises(OperatorFault) as raised:
        await writer.write("Tell.", TURNS, person="", show=lambda progress: None)
    assert (raised.value.code, raised.value.spent, spends) == (code, False, [])
    for language in ("en", "zh"):
        assert texts.say(f"error-{code}", language) and "localhost" in texts.say(
            f"operator-{code}", language, server="localhost"
        )
    await connection.close()
    server.close()
    openai._certificates.cache_clear()
