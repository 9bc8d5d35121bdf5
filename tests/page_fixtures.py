"""Fixtures of the tests in a real browser: ``pytest_plugins = ("page_fixtures",)`` brings ``visit``, ``phone``, ``desk`` and ``workshop``.

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
from playwright.async_api import Browser, async_playwright, expect

from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Studio, studio_at
from visitor import WIDTHS, Visit, Visitor

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-dev-shm-usage")


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


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def workshop(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """One studio for a module: every visitor is somebody new in a room of their own."""
    async with studio_at(tmp_path_factory.mktemp("studio"), services) as running:
        yield running


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    """A phone and a desk."""
    return int(request.param)


async def _comes(
    browser: Browser, url: str, width: int, address: str | None = "/", language: str = "en-GB", **details: Any
) -> Visitor:
    """Somebody new, in a browser of their own."""
    narrow = width < 640
    context = await browser.new_context(
        viewport={"width": width, "height": 844 if narrow else 860},
        locale=language,
        has_touch=narrow,
        is_mobile=narrow,
        reduced_motion="reduce",
        **details,
    )
    context.set_default_timeout(PATIENCE * 1000)
    visitor = Visitor(await context.new_page(), url, narrow)
    if address is not None:
        await visitor.open(address)
    return visitor


async def _leaves(visitor: Visitor) -> None:
    """What is still on its way would be told to the next test."""
    await visitor.page.unroute_all(behavior="ignoreErrors")
    await visitor.page.context.unroute_all(behavior="ignoreErrors")
    await visitor.page.context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, workshop: Studio, width: int) -> AsyncIterator[Visit]:
    """Bring somebody to the page. At the end nobody's browser may have complained, but for ``visitor.complaints.clear()``."""
    visitors: list[Visitor] = []
    await workshop.begin()

    async def come(address: str | None = "/", language: str = "en-GB", url: str = "", **details: Any) -> Visitor:
        visitors.append(await _comes(browser, url or workshop.url, width, address, language, **details))
        return visitors[-1]

    yield come
    for visitor in visitors:
        assert not visitor.complaints, visitor.complaints
    for visitor in visitors:
        await _leaves(visitor)
    await workshop.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def residents(browser: Browser, workshop: Studio) -> AsyncIterator[Callable[[int], Awaitable[Visitor]]]:
    """Who stays through a module, one for each width: opening the page costs more than most tests do there. Somebody new comes
    where a test left anything open."""
    living: dict[int, Visitor] = {}

    async def resident(width: int) -> Visitor:
        if width in living and not (living[width].complaints == [] and await living[width].is_at_rest()):
            await _leaves(living.pop(width))
        if width not in living:
            living[width] = await _comes(browser, workshop.url, width)
        return living[width]

    yield resident
    for visitor in living.values():
        await _leaves(visitor)


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
