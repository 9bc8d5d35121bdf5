"""Fixtures of the tests in a real browser: ``pytest_plugins = ("page_fixtures",)`` brings ``visit``, ``phone``, ``desk`` and ``workshop``.

``phone`` and ``desk`` stay at the page through a module, ``visit`` brings somebody new: to come to the page costs as much as two pictures.

All of it runs in the loop of the whole run of tests, so that one Chromium serves every test of a worker.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Studio, studio_at
from visitor import WIDTHS, Seat, Visit, Visitor, narrow, window

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-dev-shm-usage",
    "--blink-settings=prefersReducedTransparency=true",  # nobody looks, and each veil is drawn by the processor
)

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Commands by which Chromium is known, the one without windows first: the same engine for half the processor time."""


def _chromium() -> str | None:
    return os.environ.get("FABULA_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for a worker."""
    path = _chromium()
    if path is None:
        reason = "no Chromium found; FABULA_CHROMIUM names one"
        if os.environ.get("FABULA_BROWSER_REQUIRED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE * 1000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def workshop(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """One studio for a worker, so that its page is fetched once: every visitor is somebody new in a room of their own, and names of
    people and rooms are a module's own."""
    async with studio_at(tmp_path_factory.mktemp("studio"), services) as running:
        yield running


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    """A phone and a desk."""
    return int(request.param)


class Seats:
    """Opened browsers, each with one page, that are left as nobody's and taken by whoever comes next: what they have of the page is
    not fetched again, and to open one costs more than to come to the page in it."""

    AT_MOST = 6

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[tuple[Seat, Page]] = []

    async def take(self, seat: Seat) -> Page:
        """A page like that, which nobody has."""
        for number, (kind, page) in enumerate(self._free):
            if kind == seat:
                del self._free[number]
                return page
        width, language, permissions = seat
        context = await self._browser.new_context(
            viewport=window(width),
            locale=language,
            has_touch=narrow(width),
            is_mobile=narrow(width),
            reduced_motion="reduce",
            permissions=permissions,
        )
        context.set_default_timeout(PATIENCE * 1000)
        return await context.new_page()

    async def leave(self, visitor: Visitor) -> None:
        """Take away whatever tells who was there. What is still on its way would be told to the next test."""
        page, context = visitor.page, visitor.page.context
        await visitor.goes()
        await context.set_offline(False)
        await page.evaluate("() => { try { sessionStorage.clear(); } catch { /* it is at no address */ } }")
        await page.goto("about:blank")
        await page.emulate_media(media="null", color_scheme="null")
        await context.clear_cookies()
        hand = await context.new_cdp_session(page)
        await hand.send(
            "Storage.clearDataForOrigin", {"origin": visitor.url, "storageTypes": "local_storage,indexeddb"}
        )
        await hand.detach()
        self._free.append((visitor.seat, page))
        while len(self._free) > self.AT_MOST:
            await self._free.pop(0)[1].context.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def seats(browser: Browser) -> Seats:
    """The browsers of a worker."""
    return Seats(browser)


async def _comes(
    seats: Seats, url: str, width: int, address: str | None = "/", language: str = "en-GB", **details: Any
) -> Visitor:
    """Somebody new, in a browser that is nobody's."""
    seat = width, language, tuple(details.pop("permissions", ()))
    page = await seats.take(seat)
    await page.set_viewport_size(window(width))
    if details:
        await page.emulate_media(**details)
    visitor = Visitor(page, url, seat)
    if address is not None:
        await visitor.open(address)
    return visitor


@pytest_asyncio.fixture(loop_scope="session")
async def visit(seats: Seats, workshop: Studio, width: int) -> AsyncIterator[Visit]:
    """Bring somebody to the page. At the end nobody's browser may have complained, but for ``visitor.complaints.clear()``."""
    visitors: list[Visitor] = []
    await workshop.begin()

    async def come(address: str | None = "/", language: str = "en-GB", url: str = "", **details: Any) -> Visitor:
        visitors.append(await _comes(seats, url or workshop.url, width, address, language, **details))
        return visitors[-1]

    yield come
    for visitor in visitors:
        assert not visitor.complaints, visitor.complaints
    for visitor in visitors:
        await seats.leave(visitor)
    await workshop.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def residents(seats: Seats, workshop: Studio) -> AsyncIterator[Callable[[int], Awaitable[Visitor]]]:
    """Who stays through a module, one for each width: opening the page costs more than most tests do there. Somebody new comes
    where a test left anything open."""
    living: dict[int, Visitor] = {}

    async def resident(width: int) -> Visitor:
        if width in living and not (living[width].complaints == [] and await living[width].is_at_rest()):
            await seats.leave(living.pop(width))
        if width not in living:
            living[width] = await _comes(seats, workshop.url, width)
        return living[width]

    yield resident
    for visitor in living.values():
        await seats.leave(visitor)


@pytest_asyncio.fixture(loop_scope="session")
async def phone(workshop: Studio, residents: Callable[[int], Awaitable[Visitor]]) -> AsyncIterator[Visitor]:
    """Somebody with a phone, who stays at the page for all tests of a module and sees of the log what each test brings into it."""
    async with _turn(workshop, await residents(WIDTHS[0])) as visitor:
        yield visitor


@pytest_asyncio.fixture(loop_scope="session")
async def desk(workshop: Studio, residents: Callable[[int], Awaitable[Visitor]]) -> AsyncIterator[Visitor]:
    """The same at a desk."""
    async with _turn(workshop, await residents(WIDTHS[1])) as visitor:
        yield visitor


@asynccontextmanager
async def _turn(workshop: Studio, visitor: Visitor) -> AsyncIterator[Visitor]:
    await workshop.begin()
    await visitor.begins_anew()
    yield visitor
    assert not visitor.complaints, visitor.complaints
    await workshop.close()
