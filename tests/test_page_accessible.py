"""The page of the chat and the page to paint on before an automatic check of accessibility (axe): at every width, by day and by night."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe

from painter import ticket_for
from studio import DATA, Studio
from visitor import ON_A_PHONE, Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NARROW, PHONE, TABLET, DESK = (320, "night"), (390, "day"), (768, "night"), (1280, "day")
"""Widths and themes. What a theme does is the same at each width, so each theme is looked at by two widths, at half the price."""

DRESS = """async (theme) => {
  document.documentElement.dataset.theme = theme;
  await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
  await Promise.allSettled(document.getAnimations().map((one) => one.finished));
}"""
VIOLATIONS = """async (within) => (await axe.run(within, { resultTypes: ["violations"] })).violations
  .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`))"""


async def violations(visitor: Visitor, *shown: tuple[int, str], within: str = "html") -> list[str]:
    """What is against a rule as the page, or a part of it, stands now, with where it is."""
    found: list[str] = []
    page = visitor.page
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(Axe().axe_script)
    for width, theme in shown:
        await page.set_viewport_size({"width": width, "height": 844})
        await page.evaluate(DRESS, theme)
        found += [f"{width} {theme} {one}" for one in await page.evaluate(VIOLATIONS, within)]
    return found


@ON_A_PHONE
async def test_the_chat_is_against_no_rule(visit: Visit, workshop: Studio) -> None:
    visitor = await visit()
    find = visitor.find
    await find("slash").click()
    assert await violations(visitor, NARROW, DESK) == []
    await visitor.page.keyboard.press("Escape")
    await find("composer").fill("")
    await visitor.says("/edit a hat", "cat.png")
    await visitor.attach("cat.png", "cup.png")
    assert await violations(visitor, PHONE, TABLET) == []
    await visitor.button("paint").click()
    await find("paint-more").click()
    await find("paint-marks").click()
    assert await violations(visitor, PHONE, TABLET, within="#paint") == []


@ON_A_PHONE
async def test_the_page_to_paint_on_is_against_no_rule(visit: Visit, workshop: Studio) -> None:
    ann = await workshop.person("axel")
    ticket = await ticket_for(ann, await ann.says("", (DATA / "cat.png").read_bytes()))
    visitor = await visit(None)
    find = visitor.find
    await visitor.page.goto(f"{workshop.url}/paint/{ticket}")
    await find("paint-more").click()
    await find("paint-marks").click()
    assert await violations(visitor, NARROW, DESK) == []
    await find("paint-pen").click()
    await find("paint-stage").click()
    await find("paint-words").fill("a dog")
    await find("paint-send").click()
    await find("paint-on").wait_for()
    assert await violations(visitor, PHONE, TABLET) == []
