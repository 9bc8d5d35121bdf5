"""Somebody with a real browser at the page, as tests see them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import ConsoleMessage, Error, Locator, Page, ViewportSize, expect

from studio import DATA

WIDTHS = (390, 1280)
ON_A_PHONE, AT_A_DESK = (pytest.mark.parametrize("width", [width]) for width in WIDTHS)
"""What is done is done at one width, and ``Visitor.misfits`` looks at it at both; what is done differently is done at both."""

READY = "() => document.body?.classList.contains('ready')"

ANSWERED = """([answers, number]) => document.querySelectorAll(answers).length === number
  && !document.querySelector("[data-testid=progress]")"""

EVERY_SO_OFTEN = 50
"""Milliseconds between two looks at whether something has come about: to look at each frame makes the page draw frames."""

AT_REST = """() => !document.querySelector("dialog[open], [data-testid=progress], [data-testid=unsent], [data-testid=chip]")
  && document.getElementById("replying").hidden"""

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
"""``await visit(address)``: somebody comes to the page."""


Seat = tuple[int, str, tuple[str, ...]]
"""What a browser is opened with: the width of its window, its language and what it permits."""


def narrow(width: int) -> bool:
    """Whether a window is a phone's."""
    return width < 640


def window(width: int) -> ViewportSize:
    """A window's size."""
    return {"width": width, "height": 844 if narrow(width) else 860}


class Visitor:
    """A person and what they see."""

    def __init__(self, page: Page, url: str, seat: Seat) -> None:
        self.page = page
        self.url = url
        self.seat = seat
        self.narrow = narrow(seat[0])
        self.complaints: list[str] = []
        self._past = 0
        page.on("console", self._note)
        page.on("pageerror", self._fail)

    async def goes(self) -> None:
        """Hear no more of the page."""
        self.page.remove_listener("console", self._note)
        self.page.remove_listener("pageerror", self._fail)
        await self.page.unroute_all(behavior="ignoreErrors")
        await self.page.context.unroute_all(behavior="ignoreErrors")

    async def open(self, address: str = "/") -> None:
        """Come to the page."""
        await self.page.goto(self.url + address)
        await self.ready()

    async def begins_anew(self) -> None:
        """Look only at what comes into the log from now on, and write nothing yet."""
        await self.composer.fill("")
        self._past = await self.page.locator("#log > *").count()

    async def is_at_rest(self) -> bool:
        """Whether nothing is open, attached, waiting or being made."""
        return bool(await self.page.evaluate(AT_REST))

    async def reload(self) -> None:
        await self.page.reload()
        await self.ready()

    async def ready(self) -> None:
        """Wait until the past of the room has been told."""
        await self.page.wait_for_function(READY, polling=EVERY_SO_OFTEN)

    def find(self, testid: str, **filters: Any) -> Locator:
        """Elements by their test id."""
        found = self.page.get_by_test_id(testid)
        return found.filter(**filters) if filters else found

    @property
    def composer(self) -> Locator:
        return self.find("composer")

    @property
    def entries(self) -> Locator:
        """Everything in the log, since they began."""
        return self.page.locator(self._entries)

    @property
    def answers(self) -> Locator:
        """What Fabula has said, since they began."""
        return self.page.locator(f"{self._entries}.bot")

    @property
    def _entries(self) -> str:
        return f"#log > .entry:nth-child(n + {self._past + 1})"

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
        await self.page.wait_for_function(ANSWERED, arg=[f"{self._entries}.bot", number], polling=EVERY_SO_OFTEN)
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
                ".some((node) => node && node.scrollWidth > node.clientWidth)"
            )
        )

    async def widths(self) -> AsyncIterator[int]:
        """Be at every width, one after the other, then back at one's own: for what is seen, once something was done at one."""
        own = self.page.viewport_size
        assert own
        for width in WIDTHS:
            await self.page.set_viewport_size({"width": width, "height": own["height"]})
            yield width
        await self.page.set_viewport_size(own)

    async def misfits(self) -> list[str]:
        """What is too small to press or wider than the window, at any width."""
        found: list[str] = []
        async for width in self.widths():
            found += [f"{width} {target}" for target in await self.small_targets()]
            found += [f"{width} wider than the window"] * await self.overflows()
        return found

    def _fail(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)
