"""Fixtures of the tests in a real browser: ``pytest_plugins = ("page_fixtures",)`` brings ``visit`` and ``workshop``.

All of it runs in the loop of the whole run of tests, so that one Chromium serves every test of a worker.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from embedded.process import EmbeddedProcess
from studio import Studio, studio_at
from visitor import WIDTHS, Visit, Visitor

PATIENCE = 20_000
"""Milliseconds that something may take to appear."""

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
    expect.set_options(timeout=PATIENCE)
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


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, workshop: Studio, width: int) -> AsyncIterator[Visit]:
    """Bring somebody to the page. At the end nobody's browser may have complained, but for ``visitor.complaints.clear()``."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []
    await workshop.begin()

    async def come(address: str | None = "/", language: str = "en-GB", url: str = "", **details: Any) -> Visitor:
        narrow = width < 640
        contexts.append(
            await browser.new_context(
                viewport={"width": width, "height": 844 if narrow else 860},
                locale=language,
                has_touch=narrow,
                is_mobile=narrow,
                reduced_motion="reduce",
                **details,
            )
        )
        contexts[-1].set_default_timeout(PATIENCE)
        visitors.append(Visitor(await contexts[-1].new_page(), url or workshop.url, narrow))
        if address is not None:
            await visitors[-1].open(address)
        return visitors[-1]

    yield come
    for visitor in visitors:
        assert not visitor.complaints, visitor.complaints
    for visitor in visitors:
        await visitor.page.unroute_all(
            behavior="ignoreErrors"
        )  # what is still on its way would be told to the next test
    for context in contexts:
        await context.unroute_all(behavior="ignoreErrors")
        await context.close()
    await workshop.close()
