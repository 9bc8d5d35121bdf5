"""The limits of the web door: how long a request may take to come, how many there may be at once, and what a proxy may say about it."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from structlog.testing import capture_logs

from bots.web import gate, server, streams
from comers import TOKEN
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Studio, studio_at

Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def http(studio: Studio, **headers: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=studio.url, headers=headers, timeout=PATIENCE, trust_env=False, verify=False)


async def pipe(studio: Studio, *words: bytes) -> Pipe:
    """A bare connection on which something was said."""
    where = urlsplit(studio.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.writelines(words)
    return reader, writer


def head(studio: Studio, line: str, *headers: str) -> bytes:
    return "\r\n".join((f"{line} HTTP/1.1", f"Host: {urlsplit(studio.url).netloc}", *headers, "", "")).encode()


async def heard(connection: Pipe) -> bytes:
    """Everything that comes until the other side ends."""
    reader, writer = connection
    try:
        return await asyncio.wait_for(reader.read(), PATIENCE)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def trickle(connection: Pipe, word: bytes) -> bytes:
    """Say one word again and again until the other side ends; what it said."""

    async def talk() -> None:
        while True:
            connection[1].write(word)
            await asyncio.sleep(0.02)

    talking = asyncio.create_task(talk())
    try:
        return await heard(connection)
    finally:
        talking.cancel()


# --- time ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [b"", b"G", b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"GET / HTTP/1.1\r\nX: "])
async def test_who_does_not_finish_a_head_is_let_go(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(server, "HEAD_PATIENCE", 0.3)
    assert await heard(await pipe(studio, said)) == b""


async def test_a_head_that_grows_has_no_more_time(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_PATIENCE", 0.3)
    assert await trickle(await pipe(studio, b"GET / HTTP/1.1\r\n"), b"X: y\r\n") == b""
    async with http(studio) as client:
        assert (await client.get("/healthz")).status_code == 200


async def test_who_keeps_a_connection_for_later_is_let_go_too(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_PATIENCE", 0.3)
    said = await heard(await pipe(studio, head(studio, "GET /healthz")))
    assert said.startswith(b"HTTP/1.1 200")


BODIES = (
    ("POST /api/chats/home-ann/messages", "application/x-www-form-urlencoded", b"user=ann&text=a"),
    ("POST /api/chats/home-ann/messages", "multipart/form-data; boundary=x", b"--x\r\n"),
    ("POST /api/chats/home-ann/actions", "application/json", b'{"user": "ann"'),
    ("POST /login", "application/x-www-form-urlencoded", b"token=a"),
)


@pytest.mark.parametrize(("line", "kind", "begun"), BODIES)
@pytest.mark.parametrize("trickles", [False, True])
async def test_a_body_that_does_not_come_is_told_so_and_let_go(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, line: str, kind: str, begun: bytes, trickles: bool
) -> None:
    monkeypatch.setattr(gate, "BODY_PATIENCE", 0.3)
    connection = await pipe(studio, head(studio, line, f"Content-Type: {kind}", "Content-Length: 60000"), begun)
    said = await (trickle(connection, b"a") if trickles else heard(connection))
    assert said.startswith(b"HTTP/1.1 408"), said[:200]
    assert json.loads(said.partition(b"\r\n\r\n")[2])["code"] == "request-too-slow"


@pytest.mark.parametrize(("line", "kind", "begun"), BODIES)
async def test_who_goes_in_the_midst_of_a_request_is_no_error(
    studio: Studio, caplog: pytest.LogCaptureFixture, line: str, kind: str, begun: bytes
) -> None:
    """A phone that loses its network while a photo goes up: nothing is wrong here, and nothing is written down as if it were."""
    reader, writer = await pipe(studio, head(studio, line, f"Content-Type: {kind}", "Content-Length: 60000"), begun)
    writer.write_eof()
    assert not (await heard((reader, writer))).startswith(b"HTTP/1.1 5")
    async with http(studio) as client:
        assert (await client.get("/healthz")).status_code == 200
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]


NO_HTTP = {
    "a chunk that is none": ("POST /api/chats/home-ann/messages", "Transfer-Encoding: chunked", b"zz\r\n"),
    "one where nothing is": ("POST /api/nothing", "Transfer-Encoding: chunked", b"zz\r\n"),
    "more than was said": ("POST /api/nothing", "Content-Length: 1", b"abc\r\n\r\n"),
    "what looks like a tunnel": ("GET /", "Upgrade: websocket\r\nConnection: Upgrade", b"\x81\x05hello"),
}


@pytest.mark.parametrize("after", [False, True], ids=["at once", "once it was answered"])
@pytest.mark.parametrize("case", NO_HTTP)
async def test_what_goes_on_as_no_request_is_no_error(
    studio: Studio, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], case: str, after: bool
) -> None:
    line, header, begun = NO_HTTP[case]
    asked = head(studio, line, "Content-Type: application/json", header)
    connection = await pipe(studio, asked if after else asked + begun)
    if after and "nothing" in line:
        assert (await asyncio.wait_for(connection[0].readuntil(b"\r\n"), PATIENCE)).split()[1] == b"404"
    if after:
        connection[1].write(begun)
    connection[1].write_eof()
    assert b"HTTP/1.1 5" not in await heard(connection)
    async with http(studio) as client:
        assert (await client.get("/healthz")).status_code == 200
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]
    assert "Traceback" not in "".join(capfd.readouterr())


async def test_a_slow_line_gets_its_photo_through(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps coming has its time: twelve parts, each within the patience, all of them far beyond it."""
    monkeypatch.setattr(gate, "BODY_PATIENCE", 0.2)
    monkeypatch.setattr(gate, "SLOWEST", 1000)
    body = b"user=ann&text=" + b"a" * 6000
    line, kind = "POST /api/chats/home-ann/messages", "Content-Type: application/x-www-form-urlencoded"
    reader, writer = await pipe(studio, head(studio, line, kind, f"Content-Length: {len(body)}"))
    for start in range(0, len(body), 501):
        writer.write(body[start : start + 501])
        await asyncio.sleep(0.05)
    assert (await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE)).split()[1] == b"202"
    writer.close()


UPLOAD = ("Content-Type: multipart/form-data; boundary=x", "Expect: 100-continue")
BEGUN = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'


async def test_the_more_is_to_come_the_faster_it_has_to(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BODY_PATIENCE", 0.3)
    monkeypatch.setattr(gate, "SLOWEST", 1)
    for length in ("Content-Length: 60000000", "Transfer-Encoding: chunked"):
        asked = head(studio, "POST /api/chats/home-ann/messages?user=ann", UPLOAD[0], length)
        part = b'--x\r\nContent-Disposition: form-data; name="user"\r\n\r\nann\r\n' + BEGUN
        chunk = b"%x\r\n" % len(part) + part + b"\r\n"
        connection = await pipe(studio, asked, part if length.endswith("0") else chunk)
        said = await trickle(connection, b"a" if length.endswith("0") else b"1\r\na\r\n")
        assert said.startswith(b"HTTP/1.1 408"), said[:200]


async def test_nobody_holds_the_room_of_all(guarded: Studio) -> None:
    """Of three large uploads by two people that never end one is turned away, so there is room for somebody else's photo."""
    ann, ben, mei = [await guarded.invited(name) for name in ("Ann", "Ben", "Mei")]
    async with AsyncExitStack() as ends:
        told = []
        for one in (ann, ann, ben):
            line, who = (
                f"POST /api/chats/home-{one.name}/messages",
                [f"{name}: {value}" for name, value in one.headers.items()],
            )
            reader, writer = await pipe(guarded, head(guarded, line, *UPLOAD, *who, "Content-Length: 64000000"))
            ends.callback(writer.close)
            told.append((await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE)).split()[1])
        assert told == [b"100", b"503", b"100"]
        async with mei.http() as client:
            files = {"files": ("a.png", bytes(1_000_000))}
            assert (await client.post(f"/api/chats/home-{mei.name}/messages", files=files)).status_code == 202


# --- number --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> int:
    """A door that few connections fit through."""
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 20)
    return 20


async def test_half_sent_requests_leave_room_for_others(narrow: int, services: EmbeddedProcess, tmp_path: Path) -> None:
    """Who waits longest for nothing makes place; a picture comes through all the same, and nothing is left of the crowd."""
    async with studio_at(tmp_path / "data", services) as studio:
        ann = await studio.person()
        crowd = [await pipe(studio, b"GET / HTTP/1.1\r\nX-Half: ") for _ in range(6 * narrow)]
        assert (await ann.says("/image a cat --raw")).pictures
        assert sum(reader.at_eof() for reader, _ in crowd) >= 4 * narrow
        for _, writer in crowd:
            writer.close()


async def test_too_many_connections_are_told_of_once(
    narrow: int, services: EmbeddedProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with studio_at(tmp_path / "data", services) as studio:
        crowd = [await pipe(studio, b"GET") for _ in range(4 * narrow)]
        async with http(studio) as client:
            assert (await client.get("/healthz")).status_code == 200
        for _, writer in crowd:
            writer.close()
    assert capsys.readouterr().out.count("too many connections") == 1


async def test_a_person_has_so_many_streams(guarded: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_STREAMS", 3)
    ann, ben = await guarded.invited("Ann"), await guarded.invited("Ben")  # each listens already
    events, others = f"/api/chats/home-{ann.name}/events", f"/api/chats/home-{ben.name}/events"
    async with ann.http() as her, ben.http() as his, AsyncExitStack() as opened:
        lines = []  # kept, or a stream would be closed as soon as its first line is read
        for _ in range(4):
            answer = await opened.enter_async_context(her.stream("GET", events))
            if answer.status_code != 200:
                break
            lines.append(answer.aiter_lines())
            await anext(lines[-1])
        assert answer.status_code == 429
        assert json.loads(await answer.aread())["code"] == "too-many-streams"
        assert int(answer.headers["retry-after"]) > 0
        async with his.stream("GET", others) as free:
            assert free.status_code == 200
    async with ann.http() as her, asyncio.timeout(PATIENCE):
        while True:  # those that were closed are free again
            async with her.stream("GET", events) as again:
                if again.status_code == 200:
                    break
                await asyncio.sleep(0.01)


async def test_the_past_comes_in_portions_and_complete(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BYTES_TOGETHER", 2000)
    ann = await studio.person()
    for number in range(12):
        await ann.says(f"/help {number}")
    again = await studio.person()
    last = ann.events[-1]["seq"]
    await again.wait(lambda events: events and events[-1].get("seq") == last)
    numbers = [event["seq"] for event in again.events if "seq" in event]
    assert numbers == sorted(set(numbers)) and len(numbers) == len([one for one in ann.events if "seq" in one])


async def test_free_things_have_a_pace_too(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path / "data", services, person_per_minute=1) as studio:
        ann = await studio.person()
        told = await ann.says("/help")
        async with ann.http() as client:
            body = {"user": "ann", "message": told.replies[0]["message"], "emoji": "👍", "added": True}
            answers = [await client.post("/api/chats/home-ann/reactions", json=body) for _ in range(12)]
            assert [answer.status_code for answer in answers].count(429) >= 2
            assert answers[-1].json()["code"] == "too-fast"
        ben = await studio.person("ben")
        assert (await ben.says("/help")).replies


async def test_who_does_too_much_is_told_so_before_what_they_send_is_read(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with studio_at(tmp_path / "data", services, person_per_minute=1, web_token=TOKEN) as studio:
        ann = await studio.invited("Ann")
        chat = f"/api/chats/home-{ann.name}"
        async with ann.http() as client:
            for path in ("reactions", "forms", "make/product", "messages", "batches") * 3:
                answer = await client.post(f"{chat}/{path}", content=b"[", headers={"content-type": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (429, "too-fast")
            assert (await client.delete(f"{chat}/batches/x1")).status_code == 429
            assert (await client.post("/api/invitations", json={})).status_code == 429
            assert (await client.get(f"{chat}/batches")).status_code == 200, "looking is free"


# --- what others say about a request -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lengths", [("Content-Length: 4",), ("Content-Length: 0",), ("content-length: 99",)])
@pytest.mark.parametrize("coding", ["Transfer-Encoding: chunked", "transfer-encoding:  Chunked"])
async def test_two_ends_of_a_body_are_refused(studio: Studio, lengths: tuple[str, ...], coding: str) -> None:
    """Of two headers a proxy believes one and we the other: what is behind the end would be another person's request."""
    hidden = head(studio, "GET /healthz")
    said = await heard(
        await pipe(studio, head(studio, "POST /login", coding, *lengths, "Connection: close"), b"0\r\n\r\n", hidden)
    )
    assert said.startswith(b"HTTP/1.1 400") and said.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("proxies", "says", "secure"),
    [("127.0.0.1", "https", True), ("127.0.0.1", "http", False), ("10.9.9.9", "https", False), ("", "https", False)],
)
async def test_only_a_named_proxy_is_believed(
    services: EmbeddedProcess, tmp_path: Path, proxies: str, says: str, secure: bool
) -> None:
    changes = {"trusted_proxies": (proxies,)} if proxies else {}
    async with studio_at(tmp_path / "data", services, web_token=TOKEN, **changes) as studio:
        netloc = urlsplit(studio.url).netloc
        async with http(studio, **{"x-forwarded-proto": says, "x-forwarded-for": "203.0.113.7"}) as client:
            entered = await client.post("/login", data={"token": TOKEN})
            assert ("secure" in entered.headers["set-cookie"].lower()) is secure
            for scheme in ("http", "https"):
                same = scheme == ("https" if secure else "http")
                posted = await client.post("/logout", headers={"origin": f"{scheme}://{netloc}"})
                assert posted.status_code == (303 if same else 403)


async def test_a_stranger_writes_no_more_into_the_log_than_a_line_a_minute(guarded: Studio) -> None:
    with capture_logs() as logged:
        async with http(guarded) as client:
            for scheme in ("a" * 20_000, "https", "https"):
                origin = f"{scheme}://{urlsplit(guarded.url).netloc}"
                assert (await client.post("/logout", headers={"origin": origin})).status_code == 403
    assert [entry["scheme"] for entry in logged if "scheme" in entry] == ["https"]


async def test_wrong_tries_count_for_whom_the_proxy_names(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with (
        studio_at(tmp_path / "data", services, web_token=TOKEN, trusted_proxies=("127.0.0.1",)) as studio,
        http(studio) as client,
    ):

        async def tries(address: str, token: str) -> str:
            answer = await client.post("/login", data={"token": token}, headers={"x-forwarded-for": address})
            return answer.headers["location"].partition("?")[2].partition("=")[0]

        for _ in range(8):
            last = await tries("203.0.113.7", "guessed")
        assert last == "wait"
        assert await tries("198.51.100.9", "mistyped") == "wrong"
        assert await tries("198.51.100.9", TOKEN) == ""
