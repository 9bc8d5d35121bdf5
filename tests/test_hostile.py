"""Whatever is said to the web door: nobody reads or steers another's session, nothing breaks, and no log line tells anything."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
import structlog
from hypothesis import example, given
from hypothesis import strategies as st

from core.conversation.feature import Repertoire
from core.features import FEATURES
from hostile import Guest, bare, codes, request
from hostile_fixtures import (
    FEW,
    HOOK,
    MALLORYS_WORDS,
    MORE,
    OURS,
    SHARED,
    VICTIMS_WORDS,
    answered,
    assert_tells_nothing,
    paid_calls,
    told,
    turned_away,
)
from patience import PATIENCE
from studio import Event, Studio

pytest_plugins = ("platforms", "hostile_fixtures")
pytestmark = pytest.mark.asyncio(loop_scope="module")


# --- words ---------------------------------------------------------------------------------------------------------------

SIGNS = "/-—=：story image edit 风格\u202e\u200f\0\u2028"
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=300) | st.text(SIGNS, max_size=60)


@FEW
@given(text=WORDS)
@example(text="\0\1\2/image\0")
@example(text="‮‭ مرحبا שלום")
@example(text="💥" * 25_000)
@example(text="/image " + "a" * 50_000)
@example(text="/settings language " + "x" * 9_000)
@example(text=f"/image a cat --style {MALLORYS_WORDS}")
@example(text=f"/{MALLORYS_WORDS} {MALLORYS_WORDS}")
@example(text="{user.__class__} %s %n ${7*7} <b>x</b> `rm`")
@example(text="\r\ndata: {}\r\n\r\nid: 99999999\r\n")
async def test_any_words_are_taken_as_they_are_and_answered(besieged: Studio, mallory: Guest, text: str) -> None:
    chat = "words"
    events = await mallory.says(text, chat=chat)
    assert events[-1]["kind"] == "end"
    assert "internal" not in codes(events)
    assert not any(word in event["text"] for event in events for word in OURS)
    message = await besieged.program.storage.events.find(chat, f"message:{events[0]['in_reply_to']}")
    assert message and json.loads(message.data)["text"] == text, "what was said is shown as it was said"


@FEW
@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from(
        (
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/json",
            "text/plain",
            "image/png",
            "",
            "multipart/form-data; boundary=" + "y" * 300,
        )
    ),
)
@example(body=b"text=%ff%fe%00&user=%ed%a0%80", kind="application/x-www-form-urlencoded")
@example(
    body=b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xed\xa0\x80\r\n--x--\r\n',
    kind="multipart/form-data; boundary=x",
)
@example(
    body=b'--x\r\nContent-Disposition: form-data; name="files"; filename="../../../etc/passwd\0.png"\r\n\r\nx\r\n--x--\r\n',
    kind="multipart/form-data; boundary=x",
)
@example(
    body=b'--x\r\nContent-Disposition: form-data; name="text"\r\nContent-Disposition: form-data; name="mask"\r\n\r\n1',
    kind="multipart/form-data; boundary=x",
)
@example(body=b"&".join([b"text=a"] * 1500), kind="application/x-www-form-urlencoded")
@example(body=b"text=" + b"a" * 2_000_000, kind="application/x-www-form-urlencoded")
@example(
    body=b"text=first&text=second&user=victor&user=victor&files=none&mask=none&reply_to=" + b"z" * 65,
    kind="application/x-www-form-urlencoded",
)
@example(body=b"[" * 100_000, kind="application/json")
@example(body=b'{"message": "\\ud800", "emoji": "\\udfff", "action": "\\ud800:"}', kind="application/json")
@example(body=b'{"message": "m", "emoji": 1e999, "added": "NaN"}', kind="application/json")
async def test_any_body_is_taken_or_turned_away(mallory: Guest, body: bytes, kind: str) -> None:
    for what in ("messages", "reactions", "actions"):
        answer = await mallory.http.post(f"/api/chats/bodies/{what}", content=body, headers={"content-type": kind})
        assert answer.status_code == 202 or turned_away(answer, 400, 413)


async def test_more_than_the_limit_in_pieces_is_turned_away(mallory: Guest) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="x.png"\r\n\r\n'
        for _ in range(65):
            yield bytes(1024 * 1024)

    for path, kind in (
        (f"/api/chats/{mallory.home}/messages", "multipart/form-data; boundary=x"),
        (f"/api/chats/{mallory.home}/actions", "application/json"),
    ):
        answer = await mallory.http.post(path, content=pieces(), headers={"content-type": kind})
        assert turned_away(answer, 413)


# --- buttons and other people's things -----------------------------------------------------------------------------------

VERBS = sorted(Repertoire(FEATURES).verbs)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stolen(besieged: Studio, victor: Guest) -> tuple[str, str]:
    """The ids of victor's message and piece, as if somebody had looked over his shoulder."""
    shown = next(event for event in await told(besieged, victor.home) if event["kind"] == "reply" and event["pieces"])
    return shown["message"], shown["pieces"][0]["id"]


@MORE
@given(
    verb=st.sampled_from(VERBS),
    argument=st.sampled_from(("", "PIECE", "MESSAGE", "style=ink", "language=zh", "1")) | st.text(max_size=90),
)
@example(verb="settings", argument="../../x")
@example(verb="set", argument="n=999999999999")
@example(verb="set", argument="session=shared")
@example(verb="example", argument="４")
async def test_a_stolen_or_forged_button_leads_nowhere(
    besieged: Studio, mallory: Guest, victor: Guest, stolen: tuple[str, str], verb: str, argument: str
) -> None:
    message, piece = stolen
    action = f"{verb}:{argument.replace('PIECE', piece).replace('MESSAGE', message)}"
    if verb == "example" and argument == "1":
        return  # an honest button: anybody may have that picture drawn
    before = await paid_calls(besieged)
    assert turned_away(await mallory.presses(message, action, chat=victor.home), 400, 403)
    if verb == "forget-yes":
        return  # that one is answered without a trace
    said = await answered(besieged, "buttons", mallory.presses(message, action, chat="buttons"))
    assert VICTIMS_WORDS not in str(said)
    assert "internal" not in codes(said)
    assert await paid_calls(besieged) == before


async def test_another_persons_messages_cannot_be_replied_to_from_elsewhere(
    besieged: Studio, mallory: Guest, stolen: tuple[str, str]
) -> None:
    before = await paid_calls(besieged)
    for words in ("/edit make it blue", "/vary"):
        asked = await mallory.says(words, reply_to=stolen[0])
        assert not any(event["pieces"] for event in asked), "there is no picture of hers to work on"
        await mallory.says("/cancel")
    assert await paid_calls(besieged) == before


async def test_what_one_may_not_see_is_not_shown(mallory: Guest, victor: Guest, stolen: tuple[str, str]) -> None:
    for path in (f"/api/chats/{victor.home}/events", f"/api/chats/{victor.home}/events?user={victor.id}"):
        assert turned_away(await mallory.http.get(path), 403)
    for what, body in (
        ("actions", {"message": stolen[0], "action": f"delete:{stolen[1]}"}),
        ("reactions", {"message": stolen[0], "emoji": "👎"}),
    ):
        assert turned_away(
            await mallory.http.post(f"/api/chats/{victor.home}/{what}", json={"user": victor.id, **body}), 403
        )
    assert turned_away(await mallory.posts("/forget", chat=victor.home, user=victor.id), 403)
    answer = await mallory.http.post("/api/chats/elsewhere/reactions", json={"message": stolen[0], "emoji": "👎"})
    assert answer.status_code == 202, "it is said in another room, where there is no such message"


async def test_in_a_shared_room_only_the_author_may_delete_or_change(
    besieged: Studio, mallory: Guest, victor: Guest
) -> None:
    shown = await shared_picture(victor)
    before = await paid_calls(besieged)
    for verb in ("delete", "delete-yes", "redraw", "edit"):
        press = mallory.presses(shown["message"], f"{verb}:{shown['pieces'][0]['id']}", chat=SHARED)
        assert codes(await answered(besieged, SHARED, press)) == ["only-author"]
    assert await paid_calls(besieged) == before
    assert (await mallory.http.get(shown["pieces"][0]["url"])).status_code == 200


async def test_a_made_up_button_replaces_nobodys_message(besieged: Studio, mallory: Guest, victor: Guest) -> None:
    shown = await shared_picture(victor)
    for action in ("settings:", "settings:style", "set:style=ink", "forget-no:"):
        said = await answered(besieged, SHARED, mallory.presses(shown["message"], action, chat=SHARED))
        assert shown["message"] not in [event["message"] for event in said]


async def shared_picture(victor: Guest) -> Event:
    """A picture of victor's in a room that everybody shares."""
    events = await victor.says("/image a common pear --raw --size 1024x640", chat=SHARED)
    return next(event for event in events if event["pieces"])


# --- addresses and headers -----------------------------------------------------------------------------------------------

LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60).map(
    lambda text: text.strip().encode("latin-1")
)


@MORE
@given(host=LATIN, origin=LATIN)
@example(host=b"[::1", origin=b"http://[")
@example(host=b"localhost:99999999", origin=b"http://localhost:x")
@example(host=b"localhost@evil.example", origin=b"null")
@example(host=b"", origin=b"")
async def test_any_host_and_origin(besieged: Studio, mallory: Guest, host: bytes, origin: bytes) -> None:
    asked = request(
        f"/api/chats/{mallory.home}/messages".encode(),
        b"Origin: " + origin,
        b"Content-Length: 0",
        method=b"POST",
        host=host,
    )
    answer = await bare(besieged.url, asked)
    assert answer.status in (400, 403, 421)
    assert not any(word.encode() in answer.body for word in OURS)


PATHS = st.lists(
    st.sampled_from(
        (
            "..",
            "%2e%2e",
            "%2f",
            "%5c",
            "\\",
            "/",
            ".",
            "fabula.sqlite3",
            "app.py",
            "%00",
            "%ff",
            "etc",
            "passwd",
            "app.js",
            "x" * 300,
            "~",
            "preview-",
        )
    ),
    max_size=8,
).map("/".join) | st.text(max_size=40)


@MORE
@given(door=st.sampled_from(("/media/", "/page/", "/api/pieces/", "/api/chats/", "/")), path=PATHS)
@example(door="/page/", path="../../../../etc/passwd")
@example(door="/page/", path="..%2fapp.py")
@example(door="/media/", path="../fabula.sqlite3")
async def test_any_path_leads_nowhere(besieged: Studio, mallory: Guest, door: str, path: str) -> None:
    line = (door + path).encode().replace(b" ", b"%20").replace(b"\r", b"").replace(b"\n", b"")
    cookie = b"Cookie: fabula=" + mallory.http.cookies["fabula"].encode()
    answer = await bare(besieged.url, request(line, cookie))
    assert answer.status < 500
    assert not any(word.encode() in answer.body for word in OURS)


HEADERS = (
    "Last-Event-ID",
    "Range",
    "If-Range",
    "If-None-Match",
    "Accept-Language",
    "Cookie",
    "Authorization",
    "Content-Length",
    "Transfer-Encoding",
    "Expect",
    "Upgrade",
    "X-Forwarded-For",
    "X-Http-Method-Override",
)


@MORE
@given(name=st.sampled_from(HEADERS), value=LATIN)
@example(name="Last-Event-ID", value=b"9" * 30)
@example(name="Last-Event-ID", value=b"9" * 6000)
@example(name="Last-Event-ID", value=b"-1")
@example(name="Range", value=b"bytes=" + b"9" * 6000 + b"-")
@example(name="Range", value=b"bytes=" + b"0-0," * 3000)
@example(name="Cookie", value=b"fabula=victor.\xe9\xff")
@example(name="Cookie", value=b"fabula=%ff%fe.0000")
@example(name="Authorization", value=b"Bearer \xff\xfe")
@example(name="Accept-Language", value=b"zh;q=nan,en;q=1e999," * 400)
@example(name="Content-Length", value=b"9" * 40)
async def test_any_header(besieged: Studio, mallory: Guest, stolen: tuple[str, str], name: str, value: bytes) -> None:
    cookie = () if name == "Cookie" else (b"Cookie: fabula=" + mallory.http.cookies["fabula"].encode(),)
    for path in (f"/api/chats/{mallory.home}/events?after=999999999".encode(), b"/page/app.js", b"/api/page"):
        answer = await bare(besieged.url, request(path, name.encode() + b": " + value, *cookie))
        assert answer.status < 500
        assert not any(word.encode() in answer.body for word in OURS)


@FEW
@given(cookie=LATIN)
@example(cookie=b"fabula=victor." + b"0" * 64)
@example(cookie=b"fabula=victor")
@example(cookie=b"fabula=.")
@example(cookie=b"fabula=victor.\xe9")
async def test_a_forged_cookie_is_nobody(besieged: Studio, mallory: Guest, victor: Guest, cookie: bytes) -> None:
    answer = await bare(besieged.url, request(f"/api/chats/{victor.home}/events".encode(), b"Cookie: " + cookie))
    assert answer.status in (400, 401)


# --- Telegram's door -----------------------------------------------------------------------------------------------------


@FEW
@given(body=st.binary(max_size=100), secret=LATIN)
@example(body=b'{"update_id": 7, "message": {"text": "/help"}}', secret=b"")
@example(body=b"[" * 100_000, secret=b"x")
async def test_telegrams_door_opens_for_telegram_alone(
    besieged: Studio, mallory: Guest, body: bytes, secret: bytes
) -> None:
    headers = (b"X-Telegram-Bot-Api-Secret-Token: " + secret, b"Content-Length: %d" % len(body))
    answer = await bare(besieged.url, request(HOOK.encode(), *headers, method=b"POST", host=b"evil.example", body=body))
    assert answer.status in (400, 403)
    assert await besieged.program.storage.store.waiting_rows("telegram") == []


# --- bare sockets --------------------------------------------------------------------------------------------------------

HOME = b"/api/chats/home-somebody"
HALF = [
    b"",
    b"GET",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    request(
        HOME + b"/messages",
        b"Content-Length: 5000",
        b"Content-Type: application/x-www-form-urlencoded",
        method=b"POST",
    )
    + b"text=",
    request(HOME + b"/messages", b"Transfer-Encoding: chunked", method=b"POST") + b"ffff\r\nabc",
    request(HOOK.encode(), b"Content-Length: 5000", method=b"POST") + b"{",
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(40),
    b"\0" * 300,
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


async def test_half_a_request_holds_nobody_up(besieged: Studio, mallory: Guest) -> None:
    """Many connections say a little and then wait, or go away in the middle of a word; everybody else is served as always."""
    parts = httpx2.URL(besieged.url)
    held = [await asyncio.open_connection(parts.host, parts.port) for _ in range(100)]
    for place, (_, writer) in enumerate(held):
        writer.write(HALF[place % len(HALF)])
    assert codes(await mallory.says("/help")) == []
    for place, (_, writer) in enumerate(held):
        writer.transport.abort() if place % 2 else writer.close()
    for half in HALF:
        await bare(besieged.url, half, wait=False)
    assert codes(await mallory.says("/help")) == []


async def test_a_page_that_goes_away_is_forgotten(besieged: Studio, mallory: Guest) -> None:
    cookie = b"Cookie: fabula=" + mallory.http.cookies["fabula"].encode()
    parts = httpx2.URL(besieged.url)
    for _ in range(20):
        reader, writer = await asyncio.open_connection(parts.host, parts.port)
        writer.write(request(b"/api/chats/leaving/events", cookie))
        await reader.readuntil(b"retry: 1000")
        writer.transport.abort()
    async with asyncio.timeout(PATIENCE):
        while besieged.program.hub._streams.get("leaving"):
            await asyncio.sleep(0.01)


# --- and what was written down of it -------------------------------------------------------------------------------------


async def test_no_log_line_tells_anything(besieged: Studio, log: io.StringIO) -> None:
    structlog.get_logger().info("a control", key=besieged.program.settings.secrets[0])
    assert 'event="a control"' in log.getvalue(), "this is where lines are written"
    assert_tells_nothing(log, besieged)
