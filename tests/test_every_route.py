"""Every route there is, as the application itself lists them: closed to strangers and other sites, and fenced."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import httpx2
import pytest
from fastapi.routing import APIRoute

from bots.web.app import ROUTERS
from patience import PATIENCE
from studio import Studio

pytest_plugins = ("lasting",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN = {"/", "/healthz", "/readyz", "/login", "/logout", "/invite", "/paint", "/paint/{ticket}", "/boards/{board}"} | {
    *("/page/{name}", "/page/{of}/{name}", "/page/styles/{name}", "/api/docs", "/api/invitation"),
    *("/beamer/{board}/{sign}", "/api/beamer/{board}/{sign}", "/shared/{media}/{ends}/{sign}/{name}"),
    *(f"/api/paint/{{ticket}}{more}" for more in ("", "/open", "/picture", "/result", "/again")),
}
"""What nobody signs in for: the door, what holds nothing of anybody, and what a secret in the address leads to."""


def routes() -> Iterator[tuple[str, str]]:
    """The methods and paths of all routes."""
    for route in itertools.chain.from_iterable(router.routes for router in ROUTERS):
        assert isinstance(route, APIRoute)
        yield from ((method, route.path) for method in sorted(route.methods))


async def test_a_stranger_comes_in_nowhere_and_another_site_does_nothing(lasting_guarded: Studio) -> None:
    async with httpx2.AsyncClient(
        base_url=lasting_guarded.url, trust_env=False, verify=False, timeout=PATIENCE
    ) as http:
        for method, path in routes():
            there = re.sub(r"{\w+}", "x1", path)
            answer = await http.request(method, there)
            if path not in OPEN:
                redirected = answer.status_code == 303 and answer.headers["location"] == "/login"
                assert answer.status_code == 401 or redirected, (method, path, answer.status_code)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "frame-ancestors" in policy and "unsafe" not in policy, path
            assert answer.headers["x-content-type-options"] == "nosniff"
            if method not in ("GET", "HEAD"):
                for site in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
                    assert (await http.request(method, there, headers=site)).status_code == 403, (path, site)
