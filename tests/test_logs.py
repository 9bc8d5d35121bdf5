"""What the logs may never show, whichever way it comes into them."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
import structlog

from bots.logs import HIDDEN, clean, set_up_logs

OWN = "an-operators-own-password"
SECRETS = {
    "key": "sk-proj-abcDEF123_456-7890",
    "telegram": "123456789:AAHfiqksKZ8WmR2zSjiQ7_v7nyAvA4M9T2E",
    "discord": "MTk4NjIyNDgzNDcxOTI1MjQ4.Gl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs-4fTLn8QFmA",
    "own": OWN,
    "bearer": "Bearer c2VjcmV0LXRva2Vu",
    "picture": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAE",
}
AROUND = {
    "telegram": "POST https://api.telegram.org/bot{}/sendMessage",
    "bearer": "{{'authorization': '{}'}}",
    "picture": '{{"image_url": {{"url": "{}"}}}}',
}


class Written(io.StringIO):
    """What the logs write."""

    def set_up(self, level: str, *secrets: str | None) -> None:
        with redirect_stderr(self):
            set_up_logs(level, secrets)


@pytest.fixture
def written() -> Iterator[Written]:
    """Logs set up as the program does, and what they write; everything as before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    stream = Written()
    stream.set_up("INFO", OWN, None, "", "short")
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level
    for name in logging.root.manager.loggerDict:
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))


@pytest.mark.parametrize("kind", SECRETS)
def test_secrets_are_hidden_in_words(kind: str) -> None:
    secret = SECRETS[kind]
    sentence = AROUND.get(kind, "before {} after").format(secret)
    cleaned = str(clean(sentence, [OWN]))
    assert secret not in cleaned
    assert cleaned == sentence.replace(secret, HIDDEN)


@pytest.mark.parametrize("kind", SECRETS)
def test_secrets_are_hidden_in_every_kind_of_record(kind: str, written: Written) -> None:
    secret = SECRETS[kind]
    ours, theirs = structlog.get_logger(), logging.getLogger("somebody.elses")
    ours.info(f"said {secret}", value=secret, nested={"deep": [secret]}, raised=ValueError(secret))
    theirs.warning("said %s", secret)
    theirs.warning("held %r", {"deep": (secret,)})
    try:
        raise RuntimeError(f"broken by {secret}")
    except RuntimeError:
        ours.exception("ours broke")
        theirs.exception("theirs broke")
    said = written.getvalue()
    assert secret not in said
    assert said.count("RuntimeError: broken by") == 2, "what went wrong is still there"
    assert said.count(HIDDEN) >= 8
    assert len(said.splitlines()) == 5, "one line a record"


def test_of_two_secrets_the_longer_is_hidden_whole(written: Written) -> None:
    written.set_up("INFO", OWN, f"{OWN}-and-more")
    structlog.get_logger().info("hello", value=f"{OWN}-and-more")
    assert "-and-more" not in written.getvalue()


@pytest.mark.parametrize(
    "sentence",
    [
        "disk-nearly-full",
        "job 0123456789:1 took 12:30",
        "GET /media/6d1f0a6e8b",
        "the bot said hello",
        "data: nothing",
        "2026-11-22T09:48:51.220993Z",
    ],
)
def test_ordinary_words_stay(sentence: str) -> None:
    assert clean(sentence, [OWN]) == sentence


@pytest.mark.parametrize("value", [3, 0.5, True, None])
def test_plain_values_stay_what_they_are(value: object) -> None:
    assert clean(value, [OWN]) is value


@pytest.mark.parametrize("name", ["httpx", "httpx2", "httpcore2", "openai", "aiosqlite"])
def test_chatter_is_silenced_and_trouble_is_not(name: str, written: Written) -> None:
    chatty = logging.getLogger(name)
    chatty.debug("request body: a person's words")
    chatty.info('HTTP Request: GET https://api.telegram.org/bot1/getMe "200 OK"')
    assert written.getvalue() == ""
    chatty.warning("something is odd")
    assert "something is odd" in written.getvalue()


@pytest.mark.parametrize("name", ["uvicorn.error", "python_multipart.multipart", "asyncio"])
def test_nobody_fills_the_log_from_without(name: str, written: Written) -> None:
    """What any stranger can send wrongly, as often as they like, is no line; what went wrong here is one."""
    logging.getLogger(name).warning("Invalid HTTP request received.")
    assert written.getvalue() == ""
    logging.getLogger(name).error("something broke")
    assert "something broke" in written.getvalue()


def test_a_stricter_level_holds_for_everybody(written: Written) -> None:
    written.set_up("ERROR")
    structlog.get_logger().warning("ours")
    logging.getLogger("httpx2").warning("theirs")
    logging.getLogger("else").warning("somebody's")
    assert written.getvalue() == ""
