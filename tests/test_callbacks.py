"""A program is called back when its work has ended: signed, in time, once a try, also after a kill, and nowhere that the operator does not allow."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bots.web.callbacks import WAITS, Hosts
from comers import TOKEN
from core.conversation.timers import AGAIN, AT_ONCE
from core.errors import BadInput
from embedded.process import EmbeddedProcess
from killed import program
from patience import PATIENCE
from studio import Studio, studio_at
from timed import MovedClock, no_more, until

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text("utf-8")
RECEIVER = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)[1]
MUG = {"product": "Travel mug", "points": ["keeps tea hot", "leakproof"], "length": 60}


class Ears:
    """A receiver that answers what it is told to, and remembers what it heard."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self._news = asyncio.Condition()
        self.address = ""

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        status = self.answers.pop(0) if self.answers else 204
        async with self._news:
            self.heard.append((dict(request.headers), body))
            self._news.notify_all()
        return web.Response(status=status, headers={"Location": self.address} if status == 302 else {})

    async def wait(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: len(self.heard) >= count)


@asynccontextmanager
async def listening(slow: Any = None) -> AsyncIterator[Ears]:
    ears = Ears()
    app = web.Application()
    app.router.add_post("/done", ears.hear)
    app.router.add_post("/slow", slow or ears.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ears.address = f"http://localhost:{runner.addresses[0][1]}/done"
    try:
        yield ears
    finally:
        await runner.cleanup()


async def makes(studio: Studio, callback: str, name: str = "shop", **details: Any) -> Any:
    """Ask for a work, and for a callback; the answer."""
    shop = await studio.person(name)
    async with shop.http() as http:
        body = {"user": name, "inputs": MUG, "callback": callback, **details}
        return await http.post(f"/api/chats/home-{name}/make/product", json=body)


async def test_a_work_is_told_signed_again_and_again_until_it_is_heard(
    tmp_path: Path, services: EmbeddedProcess
) -> None:
    clock = MovedClock()
    opened = {"clock": clock, "callback_hosts": ("localhost",)}
    async with listening() as ears:
        ears.answers = [500, 302, 503]
        async with studio_at(tmp_path / "data", services, **opened) as studio:
            made = await makes(studio, ears.address, client_id="mug")
            assert made.status_code == 202, made.text
            await ears.wait(1)
            clock.move(WAITS[0])
            await ears.wait(2)
            again = await makes(studio, ears.address, client_id="mug")
            assert again.json() == made.json()
        async with studio_at(tmp_path / "data", services, **opened) as studio:
            clock.move(WAITS[1])
            await ears.wait(3)
            await until(lambda: clock.now() + WAITS[2] in clock.awaited)
            clock.move(WAITS[2])
            await ears.wait(4)
            shop = await studio.person("shop")
            secret = (await shop.get("/api/callbacks?user=shop")).json()["secret"]
            shown = (await shop.get(f"{made.json()['work']}?user=shop")).json()
            other = (await shop.get("/api/callbacks?user=else")).json()["secret"]
            clock.move(WAITS[-1] * 20)
            made = await makes(studio, ears.address, "later")
            await ears.wait(5)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(key) == 32 and other != secret
    assert len({headers["Webhook-Id"] for headers, _ in ears.heard[:4]}) == 1
    assert len({headers["Webhook-Timestamp"] for headers, _ in ears.heard[:4]}) == 4
    assert ears.heard[4][0]["Webhook-Id"] == made.json()["message"], "what was heard is not told again"
    for headers, body in ears.heard[:4]:
        said = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()
        assert headers["Webhook-Signature"] == f"v1,{expected}"
        assert json.loads(body) == shown and shown["state"] == "done"


async def test_what_comes_of_a_message_is_told_too(tmp_path: Path, services: EmbeddedProcess) -> None:
    async with listening() as ears, studio_at(tmp_path / "data", services, callback_hosts=("localhost",)) as studio:
        shop = await studio.person("shop")
        said = {"user": "shop", "text": "/image a pear --raw", "client_id": "pear", "callback": ears.address}
        async with shop.http() as http:
            made = [await http.post("/api/chats/home-shop/messages", data=said) for _ in range(2)]
            elsewhere = {**said, "client_id": "fig", "callback": "https://elsewhere.example/done"}
            turned_away = await http.post("/api/chats/home-shop/messages", data=elsewhere)
        await ears.wait(1)
        drawn = await studio.requests("images.generations")
    assert (turned_away.status_code, turned_away.json()["code"]) == (422, "callback-host")
    assert turned_away.json()["field"] == "callback" and len(drawn) == 1, "nothing is made that nobody would hear of"
    ((headers, body),) = ears.heard
    work = json.loads(body)
    assert headers["Webhook-Id"] == work["message"] == made[0].json()["message"] == made[1].json()["message"]
    assert work["state"] == "done" and [piece["kind"] for piece in work["pieces"]] == ["picture"]


async def test_a_slow_receiver_holds_up_nobody_else(tmp_path: Path, services: EmbeddedProcess) -> None:
    released, at_once = asyncio.Event(), []

    async def slow(request: web.Request) -> web.Response:
        at_once.append(request)
        await released.wait()
        return web.Response()

    async with (
        listening(slow) as ears,
        studio_at(tmp_path / "data", services, callback_hosts=("localhost",)) as studio,
    ):
        try:
            for number in range(AT_ONCE + 1):
                made = await makes(studio, ears.address.replace("/done", "/slow"), client_id=str(number))
                assert made.status_code == 202, made.text
            shop = await studio.person("shop")
            await shop.wait(lambda events: sum(event["kind"] == "end" for event in events) > AT_ONCE)
            await makes(studio, ears.address, "other")
            await ears.wait(1)
            assert len(at_once) == 1, "they come one after the other"
        finally:
            released.set()


async def removed(studio: Studio, guest: str) -> None:
    """Somebody is let in no more."""
    assert await studio.program.storage.people.remove(guest)


async def revoked(studio: Studio, guest: str) -> None:
    """The API token is good no more that it was asked by; whose it was stays a member."""
    people = studio.program.storage.people
    (token,) = await people.tokens()
    assert await people.revoke(token.id)


async def by_log_in(http: httpx2.AsyncClient, studio: Studio, guest: str) -> None:
    """As the page signs in who was invited."""


async def by_token(http: httpx2.AsyncClient, studio: Studio, guest: str) -> None:
    """As a program comes."""
    issued = await studio.program.storage.people.issue("cron", person=guest)
    assert issued
    http.cookies.clear()
    http.headers.pop("cookie", None)
    http.headers["authorization"] = f"Bearer {issued[1]}"


async def by_log_in_of_a_token(http: httpx2.AsyncClient, studio: Studio, guest: str) -> None:
    """As the page signs in who has an API token alone."""
    issued = await studio.program.storage.people.issue("cron", person=guest)
    assert issued
    login = await studio.program.storage.people.log_in(guest, issued[0].id)
    http.headers["cookie"] = f"fabula={login}"


@pytest.mark.parametrize(
    ("comes", "ends"), [(by_log_in, removed), (by_token, revoked), (by_log_in_of_a_token, revoked)]
)
async def test_who_is_let_in_no_more_is_told_nothing_more(
    comes: Any, ends: Any, tmp_path: Path, services: EmbeddedProcess
) -> None:
    """What was said in a room is no more theirs to read, though they asked to be told while it was."""
    clock = MovedClock()
    opened = {"clock": clock, "callback_hosts": ("localhost",), "web_token": TOKEN}
    async with listening() as ears, studio_at(tmp_path / "data", services, **opened) as studio:
        ears.answers = [500]
        guest = await studio.invited("Gus", room="meadow")
        said = {"text": "/image a pear --raw", "client_id": "pear", "callback": ears.address}
        async with guest.http() as http:
            await comes(http, studio, guest.name)
            assert (await http.post("/api/chats/meadow/messages", data=said)).status_code == 202
            await ears.wait(1)
            await ends(studio, guest.name)
        with capture_logs() as logged:
            clock.move(WAITS[0])
            refused = {"event": "a callback is not made"}.items()
            await until(lambda: len(ears.heard) > 1 or any(refused <= entry.items() for entry in logged))
        assert len(ears.heard) == 1


@pytest.mark.parametrize("method", ["finish_step", "begin_timer"])
async def test_a_kill_loses_no_callback(tmp_path: Path, services: EmbeddedProcess, method: str) -> None:
    """While the work is made, and when the timer was begun and nothing was told yet: it is told by the next life, once."""
    clock = MovedClock()
    async with listening() as ears:
        async with program(tmp_path / "data", services, method, 1, FABULA_CALLBACK_HOSTS="localhost") as life:
            body = {"user": "shop", "inputs": MUG, "callback": ears.address}
            async with httpx2.AsyncClient(base_url=await life.address(), trust_env=False) as http:
                made = await http.post("/api/chats/home-shop/make/product", json=body)
            assert await life.wait() == -signal.SIGKILL
        assert ears.heard == []
        clock.move(2 * AGAIN)
        async with studio_at(tmp_path / "data", services, clock=clock, callback_hosts=("localhost",)) as studio:
            await ears.wait(1)
            store = studio.program.storage.store
            await until(lambda: no_more(store, "callback"))
    [(headers, told)] = ears.heard
    assert headers["Webhook-Id"] == made.json()["message"] and json.loads(told)["state"] == "done"


async def test_the_receiver_of_the_page_is_followed(tmp_path: Path, services: EmbeddedProcess) -> None:
    async with studio_at(tmp_path / "data", services, callback_hosts=("127.0.0.1",)) as studio:
        shop = await studio.person("shop")
        secret = (await shop.get("/api/callbacks?user=shop")).json()["secret"]
        async with listening() as free:
            port = free.address.rpartition(":")[2].partition("/")[0]
        receiver = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", RECEIVER),
            env={"FABULA_CALLBACK_SECRET": secret, "PORT": port},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        made = await makes(studio, f"http://127.0.0.1:{port}/done")
        said, wrong = await asyncio.wait_for(receiver.communicate(), PATIENCE)
        assert said.decode().split()[:3] == [made.json()["message"], "done", "#"], wrong.decode()
        refused = await makes(studio, "https://localhost/done")
        assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
            422,
            "callback-host",
            "callback",
        )
        assert "localhost" in refused.json()["text"]


# --- where nothing is told -------------------------------------------------------------------------------------------

NAMED = Hosts(["Shop.example.org", "localhost", "10.1.0.0/16", "[2001:db8::7]", "2001:db8::7"])
ADDRESSES = {
    "https://shop.example.org/a?b=c": None,
    "https://SHOP.example.org:8443/": None,
    "http://localhost:9000/x": None,
    "http://127.0.0.9/x": None,
    "http://[::1]:9/x": None,
    "https://10.1.2.3/x": None,
    "https://[2001:db8::7]/x": None,
    "http://shop.example.org/": "callback-malformed",
    "http://10.1.2.3/x": "callback-malformed",
    "https://ann:pw@shop.example.org/": "callback-malformed",
    "https://shop.example.org/#part": "callback-malformed",
    "https://shop.example.org/a b": "callback-malformed",
    "https://shop.example.org/a\n": "callback-malformed",
    "https://": "callback-malformed",
    "https://shop.example.org:99999/": "callback-malformed",
    "https://[::1": "callback-malformed",
    "ftp://shop.example.org/": "callback-malformed",
    "//shop.example.org/": "callback-malformed",
    "nonsense": "callback-malformed",
    "https://shop.example.org/" + "a" * 1000: "callback-malformed",
    "https://shop.example.org.evil.net/": "callback-host",
    "https://evil.net/shop.example.org": "callback-host",
    "https://shop.example.org\\@evil.net/": "callback-host",
    "https://10.2.0.1/": "callback-host",
    "https://169.254.169.254/latest": "callback-host",
    "https://[::ffff:10.2.0.1]/": "callback-host",
    "https://0x7f000001/": "callback-host",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_what_the_operator_names_is_called_back(address: str) -> None:
    try:
        NAMED.check(address)
        code = None
    except BadInput as error:
        code = error.code
    expected = ADDRESSES[address]
    assert code == expected or (code and expected and "\\" in address), "a backslash may be refused either way"


REACHED = {
    "93.184.216.34": True,
    "2606:2800:220:1::1": True,
    "127.0.0.1": True,
    "10.1.9.9": True,
    "10.2.0.1": False,
    "192.168.1.1": False,
    "169.254.169.254": False,
    "100.64.0.1": False,
    "0.0.0.0": False,
    "224.0.0.1": False,
    "fe80::1": False,
    "fc00::1": False,
    "::ffff:192.168.1.1": False,
    "64:ff9b::c0a8:101": False,
    "2002:c0a8:101::1": False,
    "64:ff9b::5db8:d822": True,
    "::127.0.0.1": False,
    "fec0::1": False,
    "64:ff9b:1::c0a8:101": False,
    "::ffff:0:192.168.1.1": False,
}


def test_a_name_that_leads_to_something_private_is_not_followed() -> None:
    assert {address: NAMED.reaches(address) for address in REACHED} == REACHED
    assert not Hosts(["shop.example.org"]).reaches("127.0.0.1")


async def test_what_a_name_leads_to_is_looked_at_when_it_is_called(tmp_path: Path, services: EmbeddedProcess) -> None:
    """A name that was allowed and leads to this machine, as one may whose owner has changed its address: nothing connects, the next try waits."""
    clock, came = MovedClock(), asyncio.Event()

    def comes(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        writer.close()

    async with await asyncio.start_server(comes, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        opened = {"clock": clock, "callback_hosts": ("0x7f.1",)}  # a name for who looks at its letters
        async with studio_at(tmp_path / "data", services, **opened) as studio:
            with capture_logs() as logged:
                assert (await makes(studio, f"https://0x7f.1:{port}/")).status_code == 202
                await until(lambda: [one for one in logged if one["event"] == "a callback was not heard"])
            await until(lambda: clock.now() + WAITS[0] in clock.awaited)
        assert not came.is_set()
