"""People who come in through the web page's door."""

from __future__ import annotations

import time

import httpx2

from patience import PATIENCE
from storage.people import SqlPeople
from studio import Studio

TOKEN = "a-token-for-tests"


def browser(studio: Studio, token: str = "") -> httpx2.AsyncClient:
    """A browser that is nobody's yet, or a program with a token."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx2.AsyncClient(base_url=studio.url, headers=headers, timeout=PATIENCE, trust_env=False, verify=False)


async def link(studio: Studio, by: str = TOKEN, **whom: str | bool) -> str:
    """The secret of a link that somebody with a token makes."""
    async with browser(studio, by) as client:
        made = await client.post("/api/invitations", json=whom)
        assert made.status_code == 201, made.text
        return str(made.json()["path"]).removeprefix("/invite#")


async def enters(client: httpx2.AsyncClient, secret: str, name: str = "") -> bool:
    """Whether a link lets a browser in."""
    answer = await client.post("/invite", data={"secret": secret, "name": name})
    assert answer.status_code == 303
    return "wrong" not in answer.headers["location"]


async def who(client: httpx2.AsyncClient) -> dict[str, object] | None:
    """Who somebody is to the page."""
    answer = await client.get("/api/page")
    return answer.json() if answer.status_code == 200 else None


def at(studio: Studio, seconds: float) -> SqlPeople:
    """People as they are so many seconds from now."""
    return SqlPeople(studio.program.storage.database, lambda: time.time() + seconds)
