"""How people of the web page are let out again, what opens for how long, and how guessing is slowed down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from comers import TOKEN, at, browser, link, who
from core.people import LOGIN_SECONDS
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Studio, studio_at

# --- going out -----------------------------------------------------------------------------------------------------------


async def ends(client: httpx2.AsyncClient, chat: str, done: Callable[[], object]) -> None:
    """An open stream ends after that is done, though nothing comes through it."""
    async with client.stream("GET", f"/api/chats/{chat}/events") as stream:
        assert stream.status_code == 200
        await done()  # type: ignore[misc]
        async with asyncio.timeout(PATIENCE):
            async for _ in stream.aiter_lines():
                pass


async def test_signing_out_holds_on_the_server(guarded: Studio) -> None:
    ann = await guarded.invited("Ann")
    async with ann.http() as client, ann.http() as copied:
        assert await who(copied)
        out = await client.post("/logout")
        assert out.status_code == 303 and 'fabula=""' in out.headers["set-cookie"]
        assert await who(copied) is None, "a cookie that somebody has copied opens nothing either"


async def test_a_log_in_ends_after_ninety_days(guarded: Studio) -> None:
    ann = await guarded.invited("Ann")
    secret = ann.headers["cookie"].removeprefix("fabula=")
    assert await at(guarded, LOGIN_SECONDS - 60).logged_in(secret)
    assert await at(guarded, LOGIN_SECONDS + 60).logged_in(secret) is None


async def test_who_is_removed_is_out_of_open_pages_too(guarded: Studio) -> None:
    ann = await guarded.invited("Ann")
    people = guarded.program.storage.people
    async with ann.http() as client:
        await ends(client, ann.chat, lambda: people.remove(ann.name))
        assert await who(client) is None


async def test_a_token_speaks_for_its_person_until_it_is_revoked(guarded: Studio) -> None:
    ann = await guarded.invited("Ann")
    people = guarded.program.storage.people
    issued = await people.issue("cron job", person=ann.name)
    assert issued
    token, secret = issued
    program = await guarded.person(ann.name, headers={"authorization": f"Bearer {secret}"})
    assert (await program.says("/help")).text
    async with browser(guarded, secret) as client, browser(guarded) as page:
        signed = await page.post("/login", data={"token": secret})
        assert signed.headers["location"] == "/"
        assert await who(page)
        await ends(client, f"home-{ann.name}", lambda: people.revoke(token.id))
        assert await who(client) is None
        assert await who(page) is None, "nor does what was signed in with it"
    async with ann.http() as first:
        assert await who(first), "her own log-in is another matter"


async def test_a_new_operators_token_signs_the_old_one_out(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, web_token=TOKEN) as studio, browser(studio) as client:
        await client.post("/login", data={"token": TOKEN})
        assert await who(client)
        cookie = client.cookies["fabula"]
    async with studio_at(tmp_path, services, web_token=f"{TOKEN}-2") as studio, browser(studio) as client:
        client.headers["cookie"] = f"fabula={cookie}"
        assert await who(client) is None


async def test_secrets_are_kept_as_hashes_alone(guarded: Studio) -> None:
    ann = await guarded.invited("Ann")
    issued = await guarded.program.storage.people.issue("cron job", person=ann.name)
    unused = await link(guarded, name="nobody yet")
    assert issued
    folder = guarded.program.settings.data_dir
    kept = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    for secret in (TOKEN, issued[1], unused, ann.headers["cookie"].removeprefix("fabula=")):
        assert secret.encode() not in kept


# --- wrong tries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", ["login", "bearer", "invite", "invitation"])
async def test_wrong_tries_slow_down(guarded: Studio, road: str) -> None:
    async with browser(guarded) as client:

        async def tries() -> bool:
            """Whether a wrong try was listened to."""
            if road == "login":
                answer = await client.post("/login", data={"token": "wrong"})
                return "wait" not in answer.headers["location"]
            if road == "bearer":
                return (await client.get("/api/page", headers={"authorization": "Bearer x"})).status_code == 401
            if road == "invite":
                answer = await client.post("/invite", data={"secret": "x"})
                return "later" not in answer.headers["location"]
            return (await client.post("/api/invitation", json={"secret": "x"})).status_code == 404

        heard = [await tries() for _ in range(12)]
        assert heard[:5] == [True] * 5, "people mistype"
        assert not all(heard)


async def test_who_guesses_from_one_address_locks_nobody_out_who_is_in(guarded: Studio) -> None:
    ann = await guarded.invited("Ann")
    async with browser(guarded) as client:
        for _ in range(10):
            await client.post("/login", data={"token": "wrong"})
    assert (await ann.says("/help")).text
