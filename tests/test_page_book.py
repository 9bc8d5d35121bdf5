"""A book on the page: read full screen, by keys and swipes, and read aloud by the browser's own voice."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from visitor import AT_A_DESK, ON_A_PHONE, Visit

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SPOKEN = """() => { window.told = []; speechSynthesis.speak = (one) => window.told.push(one); speechSynthesis.cancel = () => {}; }"""


@AT_A_DESK
async def test_a_book_is_read_and_read_aloud(visit: Visit) -> None:
    visitor = await visit()
    page = visitor.page
    await visitor.says("/book a fox who finds a lantern --pages 4", answers=2)
    await page.get_by_test_id("read").click()
    reader, words, count = (
        page.get_by_test_id("reader"),
        page.get_by_test_id("reader-words"),
        page.locator("#reader-count"),
    )
    await expect(reader).to_be_visible()
    await expect(count).to_have_text("0 / 4")
    title = await words.inner_text()
    await page.keyboard.press("ArrowRight")
    await expect(count).to_have_text("1 / 4")
    assert await words.inner_text() != title
    await expect(page.get_by_test_id("reader-picture")).to_have_js_property("complete", True)
    await page.evaluate(SPOKEN)
    await page.get_by_test_id("read-aloud").click()
    await page.evaluate("() => window.told.at(-1).dispatchEvent(new Event('end'))")
    await expect(count).to_have_text("2 / 4")
    told = await page.evaluate("() => window.told.map(({ text, lang }) => [text, lang])")
    assert [lang for _, lang in told] == ["en-US"] * 2 and told[1][0] == (await words.inner_text()).replace(
        "\n\n", "\n"
    )
    await page.keyboard.press("Escape")
    await expect(reader).not_to_be_visible()
    await expect(page.get_by_test_id("read")).to_be_focused()


async def strokes(page: Page, way: int) -> None:
    """A finger goes sideways over the screen, so many pixels."""
    hand = await page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": 200, "y": 300}]),
        ("touchMove", [{"x": 200 + way, "y": 300}]),
        ("touchEnd", []),
    ):
        await hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    await hand.detach()


@ON_A_PHONE
async def test_a_finger_turns_the_pages_of_a_book_and_the_pictures_of_the_log(visit: Visit) -> None:
    visitor = await visit()
    page = visitor.page
    await visitor.says("/book a fox who finds a lantern --pages 4", answers=2)
    await page.get_by_test_id("read").click()
    count = page.locator("#reader-count")
    await expect(page.get_by_test_id("reader")).to_be_visible()
    await expect(count).to_have_text("0 / 4")
    for way, seen in ((-120, "1 / 4"), (-20, "1 / 4"), (-120, "2 / 4"), (120, "1 / 4")):
        await strokes(page, way)
        await expect(count).to_have_text(seen)
    await page.locator("#reader-close").click()
    await visitor.pictures.first.click()
    await expect(page.locator("#lightbox-count")).to_have_text("1 / 5")
    await strokes(page, -120)
    await expect(page.locator("#lightbox-count")).to_have_text("2 / 5")
