"""Somebody with a real browser at the page: ``pytest_plugins = ("visitor",)``, fixtures ``visit`` and ``studio``.

All of it runs in the loop of the whole run of tests, so that one Chromium serves every test of a worker.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, async_playwright, expect
from studio import DATA, Studio, studio_at

from sandbox.process import SandboxProcess

PATIENCE = 20_000
"""Milliseconds that something may take to appear."""

WIDTHS = (390, 1280)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-prefers-reduced-motion")

SMALL_TARGETS = """() => {
  const reach = (node) => {
    const box = node.getBoundingClientRect();
    const around = getComputedStyle(node, "::after");
    const more = around.position === "absolute" ? (side) => -parseFloat(around[side]) : () => 0;
    return [box.width + more("left") + more("right"), box.height + more("top") + more("bottom")];
  };
  return [...document.querySelectorAll("button, a, [role=option]")]
    .filter((node) => node.checkVisibility() && reach(node).some((length) => length < 43.9))
    .map((node) => `${node.className} ${reach(node)}`);
}"""

Visit = Callable[..., Awaitable["Visitor"]]


class Visitor:
    """A person and what they see."""

    def __init__(self, page: Page, url: str, narrow: bool) -> None:
        self.page = page
        self.url = url
        self.narrow = narrow
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def open(self, address: str = "/") -> None:
        """Come to the page and wait until the past has been told."""
        await self.page.goto(self.url + address)
        await expect(self.page.locator("body.ready")).to_be_attached()

    async def reload(self) -> None:
        await self.page.reload()
        await expect(self.page.locator("body.ready")).to_be_attached()

    def find(self, testid: str, **filters: Any) -> Locator:
        """Elements by their test id."""
        found = self.page.get_by_test_id(testid)
        return found.filter(**filters) if filters else found

    @property
    def composer(self) -> Locator:
        return self.find("composer")

    @property
    def entries(self) -> Locator:
        """Everything in the log."""
        return self.page.locator("#log > .entry")

    @property
    def answers(self) -> Locator:
        """What Fabula has said."""
        return self.page.locator("#log > .entry.bot")

    @property
    def pictures(self) -> Locator:
        """Pictures that Fabula has shown."""
        return self.answers.get_by_test_id("picture")

    async def says(self, words: str, *files: str, mask: str | None = None, answers: int = 1) -> Locator:
        """Send a message, wait until it is dealt with; the last answer. ``mask`` is attached and marked as such."""
        before = await self.answers.count()
        await self.attach(*files, *((mask,) if mask else ()))
        if mask:
            await self.find("mask-toggle").last.click()
        await self.composer.fill(words)
        await self.find("send").click()
        return await self.answered(before + answers)

    async def attach(self, *files: str) -> None:
        if files:
            await self.find("file-input").set_input_files([DATA / file for file in files])
            await expect(self.find("chip")).to_have_count(len(files))

    async def answered(self, number: int) -> Locator:
        """Wait until there are so many answers and nothing is being made; the last answer."""
        await expect(self.answers).to_have_count(number)
        await expect(self.find("progress")).to_have_count(0)
        return self.answers.last

    def button(self, verb: str) -> Locator:
        """The newest button of an action."""
        return self.page.locator(f'#log [data-action^="{verb}:"]').last

    async def presses(self, verb: str, answers: int = 1) -> Locator:
        """Press the newest button of an action and wait for its answer."""
        before = await self.answers.count()
        await self.button(verb).click()
        return await self.answered(before + answers)

    async def replies_to(self, entry: Locator) -> None:
        """Turn to an entry, and choose to reply to it."""
        if self.narrow:
            await entry.locator(".card").click(position={"x": 6, "y": 6})
        else:
            await entry.hover()
        await entry.get_by_test_id("reply-button").click()
        await expect(self.find("replying")).to_be_visible()

    async def small_targets(self) -> list[str]:
        """Visible things to press that are smaller than 44 × 44 pixels."""
        return list(await self.page.evaluate(SMALL_TARGETS))

    async def overflows(self) -> bool:
        """Whether anything is wider than the window."""
        return bool(
            await self.page.evaluate(
                "() => [document.documentElement, document.getElementById('desk')]"
                ".some((node) => node.scrollWidth > node.clientWidth)"
            )
        )

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


def _chromium() -> str | None:
    named = os.environ.get("FABULA_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


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
async def studio(services: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """One studio for a module: every visitor is somebody new in a room of their own."""
    async with studio_at(tmp_path_factory.mktemp("studio"), services) as running:
        yield running


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    """A phone and a desk."""
    return int(request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, studio: Studio, width: int) -> AsyncIterator[Visit]:
    """Bring somebody to the page. At the end nobody's browser may have complained, but for ``visitor.complaints.clear()``."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []
    await studio.begin()

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
        visitors.append(Visitor(await contexts[-1].new_page(), url or studio.url, narrow))
        if address is not None:
            await visitors[-1].open(address)
        return visitors[-1]

    yield come
    for visitor in visitors:
        assert visitor.complaints == []
    for context in contexts:
        await context.close()
    await studio.close()
