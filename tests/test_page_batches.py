"""The rows of a batch on the page: what came of each, live, by page, chosen and downloaded, and one made again."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from studio import Studio
from test_batches import as_csv
from visitor import AT_A_DESK, ON_A_PHONE, Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

REFUSED = {"endpoint": "images.generations", "kind": "status", "status": 400, "code": "moderation_blocked", "times": 1}
SMALL = """() => {
  const widths = [...document.querySelectorAll("#batch-body img")].map((one) => one.naturalWidth);
  return widths.length === 2 && widths.every((width) => width === 192);
}"""
ROOM = "document.getElementById('batch-frame').scrollWidth <= document.getElementById('batch-frame').clientWidth"


async def sends_table(visitor: Visitor, *ideas: str, start: bool = True) -> None:
    """A table of ideas, all of which are made."""
    data = as_csv([("Idea",), *((idea,) for idea in ideas)])
    file = {"name": "ideas.csv", "mimeType": "text/csv", "buffer": data}
    await visitor.find("file-input").set_input_files([file])  # type: ignore[list-item]
    await expect(visitor.find("chip")).to_have_count(1)
    await visitor.composer.fill("/batch image --quality low")
    await visitor.find("send").click()
    await expect(visitor.button("batch-start")).to_be_visible()
    if start:
        await visitor.button("batch-start").click()
        await expect(visitor.button("batch-delete")).to_be_visible()


async def opens(page: Page) -> None:
    await page.get_by_test_id("rows-open").last.click()
    await expect(page.get_by_test_id("batch")).to_be_visible()


async def fits(visitor: Visitor) -> bool:
    """Whether nothing in the window of the rows is too wide or too small."""
    return await visitor.page.evaluate(ROOM) and not await visitor.overflows() and await visitor.small_targets() == []


@ON_A_PHONE
async def test_rows_are_seen_chosen_downloaded_and_made_again(visit: Visit, workshop: Studio, tmp_path: Path) -> None:
    await workshop.faults(REFUSED)
    visitor = await visit()
    page = visitor.page
    await sends_table(visitor, "a cat on a roof", "a fox in the snow", "a hen with a hat")
    await opens(page)
    rows, state = page.locator("#batch-body tr"), page.get_by_test_id("batch-state")
    await expect(rows).to_have_count(3)
    await expect(state).to_contain_text("Made: 3 of 3 · 1 failed")
    await page.wait_for_function(SMALL)
    assert await fits(visitor)
    await page.get_by_role("button", name="Failed", exact=True).click()
    await expect(rows).to_have_count(1)
    failed = rows.first
    await expect(failed.locator(".batch-status")).to_contain_text("Failed")
    assert await failed.locator(".batch-why").inner_text()
    await failed.get_by_test_id("row-again").click()
    await expect(page.locator("#batch-none")).to_be_visible()
    await expect(state).to_contain_text("Made: 3 of 3 · $")
    await page.get_by_role("button", name="All rows", exact=True).click()
    await expect(rows).to_have_count(3)
    await page.get_by_role("checkbox", name="Choose row 2").check()
    await page.get_by_role("checkbox", name="Choose row 4").check()
    async with page.expect_download() as coming:
        await page.get_by_test_id("batch-download").click()
    await (await coming.value).save_as(tmp_path / "rows.zip")
    packed = zipfile.ZipFile(tmp_path / "rows.zip").namelist()
    assert sorted(name.split("/")[1][:4] for name in packed if name.endswith(".jpg")) == ["0002", "0004"]
    await page.locator("#batch-body [data-lightbox]").first.click()
    await expect(page.locator("#lightbox-count")).to_have_text("1 / 3")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("batch")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("rows-open").last).to_be_focused()


@AT_A_DESK
async def test_rows_are_seen_to_be_made_page_by_page_and_in_chinese(visit: Visit, workshop: Studio) -> None:
    await workshop.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 99})
    visitor = await visit(language="zh-CN")
    page = visitor.page
    await sends_table(visitor, *(f"a bird number {number}" for number in range(60)), start=False)
    await visitor.button("batch-start").click()
    await workshop.hangs("images.generations")
    await expect(visitor.button("batch-pause")).to_be_visible()
    await opens(page)
    rows = page.locator("#batch-body tr")
    await expect(rows).to_have_count(50)
    await expect(rows.first).to_contain_text("正在做")
    assert await fits(visitor)
    await page.get_by_role("button", name="下一页").click()
    await expect(page.get_by_test_id("batch-count")).to_have_text("第 52–61 行")
    await expect(rows).to_have_count(10)
    await page.get_by_role("button", name="上一页").click()
    await expect(rows).to_have_count(50)
    await workshop.release()
    await expect(rows.first).to_contain_text("做好了")
    await page.keyboard.press("Escape")
    await visitor.button("batch-pause").click()  # or fifty more are drawn while others play
    await expect(visitor.button("batch-resume")).to_be_visible()
