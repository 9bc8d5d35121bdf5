"""The web door: hosts, origins, tokens, cookies, headers, bytes."""

from __future__ import annotations

import asyncio
import json
import re
from html import unescape
from urllib.parse import urlsplit

import httpx2
import pytest

from comers import TOKEN
from core import texts
from patience import PATIENCE
from studio import Studio

pytest_plugins = ("lasting",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def studio(lasting: Studio) -> Studio:
    """One for all tests here."""
    return lasting


@pytest.fixture
def guarded(lasting_guarded: Studio) -> Studio:
    """The same, where people sign in."""
    return lasting_guarded


def http(studio: Studio, **headers: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=studio.url, headers=headers, trust_env=False, verify=False, timeout=PATIENCE)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "evil.example"}, 421),
        ({"host": "localhost:8000"}, 200),
        ({"host": "127.0.0.1.evil.example"}, 421),
    ],
)
async def test_only_known_hosts_are_served(studio: Studio, headers: dict[str, str], status: int) -> None:
    async with http(studio, **headers) as client:
        assert (await client.get("/healthz")).status_code == status


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
async def test_other_sites_cannot_post(studio: Studio, headers: dict[str, str]) -> None:
    async with http(studio, **headers) as client:
        answer = await client.post("/api/chats/room/messages", data={"user": "ann", "text": "hi"})
    assert answer.status_code == 403
    assert set(answer.json()) == {"code", "text"}


async def test_the_page_itself_may_post(studio: Studio) -> None:
    async with http(studio, origin=studio.url) as client:
        assert (await client.post("/api/chats/room/messages", data={"user": "ann", "text": "/help"})).status_code == 202


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/api/chats/room/messages", {"text": "no user"}),
        ("/api/chats/room/messages", {"user": "a b", "text": "x"}),
        ("/api/chats/bad:room/messages", {"user": "ann", "text": "x"}),
        ("/api/chats/room/messages", {"user": "ann", "text": "x", "client_id": "x" * 500}),
    ],
)
async def test_malformed_posts_are_turned_away(studio: Studio, path: str, data: dict[str, str]) -> None:
    async with http(studio) as client:
        answer = await client.post(path, data=data)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "text"}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"user": "ann"}', b'{"user": "ann", "message": "m", "emoji": "x", "extra": 1}']
)
async def test_malformed_reactions_are_turned_away(studio: Studio, body: bytes) -> None:
    async with http(studio, **{"content-type": "application/json"}) as client:
        answer = await client.post("/api/chats/room/reactions", content=body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "request-malformed"


async def test_more_than_64_mb_is_turned_away(studio: Studio) -> None:
    async with http(studio) as client:
        answer = await client.post(
            "/api/chats/room/messages", data={"user": "ann"}, files={"files": ("x.png", bytes(65 * 1024 * 1024))}
        )
    assert answer.status_code == 413
    assert answer.json()["code"] == "request-too-large"


@pytest.mark.parametrize("path", ["/", "/page/app.js", "/healthz", "/api/docs", "/media/nothing"])
async def test_every_answer_carries_the_security_headers(studio: Studio, path: str) -> None:
    async with http(studio) as client:
        answer = await client.get(path)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/media/../fabula.sqlite3",
        "/media/%2e%2e%2ffabula.sqlite3",
        "/page/../app.py",
        "/page/%2e%2e/app.py",
        "/page/index.html%00.js",
    ],
)
async def test_paths_lead_nowhere_else(studio: Studio, path: str) -> None:
    async with http(studio) as client:
        assert (await client.get(path)).status_code == 404


async def test_what_is_no_picture_is_only_downloaded(studio: Studio) -> None:
    person = await studio.person()
    await person.posts("", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    async with http(studio) as client:
        store = studio.program.storage
        rows = await store.store.waiting_rows("web") or []
        assert rows is not None
        media = await store.media.put(b"<svg/>", "image/svg+xml")
        answer = await client.get(f"/media/{media}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_with_a_token_nothing_is_open(guarded: Studio) -> None:
    async with http(guarded) as client:
        assert (await client.get("/healthz")).status_code == 200
        for path in ("/api/page", "/api/chats/room/events", "/api/pieces/x", "/api/books/x", "/media/x"):
            assert (await client.get(path)).status_code == 401
        assert (await client.post("/api/chats/room/messages", data={"user": "ann", "text": "hi"})).status_code == 401
    async with http(guarded, authorization=f"Bearer {TOKEN}x") as client:
        assert (await client.get("/api/page")).status_code == 401


FORM, FILES, JSON = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"
UNASKED = (
    ("POST /api/chats/room/messages", FILES, 60_000_000, 401),
    ("POST /api/chats/room/messages", JSON, 60_000_000, 413),
    ("POST /api/chats/home-ann/messages", FORM, 60_000, 401),
    ("POST /api/chats/room/reactions", JSON, 60_000_000, 413),
    ("POST /api/chats/room/actions", JSON, 60_000, 401),
    ("POST /api/invitations", JSON, 60_000, 401),
    ("POST /api/invitation", JSON, 20_000_000, 413),
    ("POST /login", FORM, 20_000_000, 413),
    ("POST /invite", FORM, 20_000_000, 413),
    ("POST /logout", FORM, 20_000_000, 413),
    ("PUT /api/chats/room/messages", JSON, 60_000_000, 413),
    ("POST /", FILES, 20_000_000, 413),
)


@pytest.mark.parametrize(("line", "kind", "size", "status"), UNASKED)
@pytest.mark.parametrize("chunked", [False, True])
async def test_who_has_not_signed_in_is_turned_away_before_anything_is_read(
    guarded: Studio, line: str, kind: str, size: int, status: int, chunked: bool
) -> None:
    """Of the body at most what may be read of anybody is sent: an answer that comes all the same was not waiting for the rest."""
    where = urlsplit(guarded.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    writer.write(f"{line} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: {kind}\r\n{length}\r\n\r\n".encode())
    if chunked and status == 413:  # how long it is shows only when it comes
        writer.write(b"11000\r\n" + b"[" * 0x11000 + b"\r\n")
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    writer.close()
    statuses = (status, 401, 303, 405) if chunked else (status,)
    assert int(head.split()[1]) in statuses, head
    assert b"connection: close" in head.lower(), "what was not read is no other request"


async def test_only_messages_may_be_large(studio: Studio) -> None:
    async with http(studio) as client:
        for path in ("reactions", "actions"):
            body = {"user": "ann", "message": "x", "emoji": "x" * 70_000, "action": "x" * 70_000}
            answer = await client.post(f"/api/chats/home-ann/{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (413, "form-too-large")


async def test_the_operator_signs_in_and_is_who_the_cookie_says(guarded: Studio) -> None:
    async with http(guarded) as client:
        wrong = await client.post("/login", data={"token": "nope", "name": "Mei Lin"})
        assert wrong.headers["location"] == "/login?wrong=1"
        right = await client.post("/login", data={"token": TOKEN, "name": "梅 Lin"})
        cookie = right.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie
        page = (await client.get("/api/page")).json()
        assert (page["name"], page["operator"]) == ("梅 Lin", True)
        posted = await client.post(
            f"/api/chats/home-{page['user']}/messages", data={"user": "somebody-else", "text": "/help"}
        )
        assert posted.status_code == 202
        assert (await client.get("/api/chats/home-somebody-else/events")).status_code == 403


async def test_a_forged_cookie_is_nobody(guarded: Studio) -> None:
    async with http(guarded, cookie="fabula=ann.0000") as client:
        assert (await client.get("/api/page")).status_code == 401


async def test_the_api_is_documented(studio: Studio) -> None:
    async with http(studio) as client:
        page = (await client.get("/api/docs")).text
        described = (await client.get("/api/openapi.json")).json()
    assert "https://" not in page and set(re.findall(r"http://[^/]*", page)) == {"http://127.0.0.1:8000"}, "examples"
    for path in ("messages", "events", "reactions", "actions"):
        assert f"/api/chats/{{chat}}/{path}" in described["paths"]
        assert f"/api/chats/{{chat}}/{path}" in page
    assert {"/api/pieces/{piece}", "/media/{media}", "/healthz"} <= described["paths"].keys()


async def test_what_the_documentation_shows_can_be_typed(studio: Studio) -> None:
    """Every example is taken as it stands by the route that it is for, and each refusal there is the one that is documented."""
    async with http(studio) as client:
        described = (await client.get("/api/openapi.json")).json()
        page = (await client.get("/api/docs")).text
        shapes = described["components"]["schemas"]
        taken = {}
        for path, verbs in described["paths"].items():
            body = verbs.get("post", {}).get("requestBody", {}).get("content", {})
            for kind, content in body.items():
                schema = content["schema"]
                example = shapes[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
                assert (
                    json.dumps(example["example"], ensure_ascii=False) in unescape(page) or kind != "application/json"
                )
                sent = {"json": example["example"]} if kind == "application/json" else {"data": example["example"]}
                answer = await client.post(path.replace("{chat}", "home-ann"), **sent)
                taken[path.rpartition("/")[2]] = answer.status_code
                assert answer.status_code == 202 or str(answer.status_code) in verbs["post"]["responses"], path
    assert taken["messages"] == taken["reactions"] == taken["actions"] == 202
    assert "curl -N" in page and "-F 'text=/image a cat on a roof'" in unescape(page)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_an_unknown_action_is_not_found(studio: Studio, language: str) -> None:
    said = {"user": "ann", "message": "r1", "client_id": "1", "values": {}}
    async with http(studio, **{"accept-language": language}) as client:
        for action in ("dance:now", "", "🂡", "vary", "RATE-UP:x"):
            known = action == "vary"
            answer = await client.post("/api/chats/home-ann/actions", json={**_pressed(said), "action": action})
            assert answer.status_code == (202 if known else 404 if action else 400), action
            if answer.status_code == 404:
                told = texts.say("error-action-unknown", language)
                assert answer.json() == {"code": "action-unknown", "text": told}
        form = await client.post("/api/chats/home-ann/forms", json={**said, "action": "dance:now"})
        assert form.status_code == 404 and form.json()["code"] == "action-unknown"


def _pressed(said: dict[str, object]) -> dict[str, object]:
    return {name: said[name] for name in ("user", "message")}
