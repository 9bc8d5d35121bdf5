"""The page in a real browser: finding one's way, rooms and their people, settings, forgetting, signing in."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from studio import Studio
from visitor import AT_A_DESK, ON_A_PHONE, Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MOVING = "() => document.getAnimations().filter((one) => one instanceof CSSTransition).length"
FETCHED = """() => performance.getEntriesByType("resource").filter((part) => part.name.includes("/page/") && part.transferSize > 0)
  .map((part) => part.name)"""


async def test_the_help_and_the_palette_are_used_by_keyboard(desk: Visitor) -> None:
    items = desk.find("palette-item")
    helped = await desk.says("/help")
    await helped.get_by_role("button", name="/story idea").press("Enter")
    await expect(desk.composer).to_have_value("/story ")
    await expect(desk.composer).to_be_focused()
    await desk.composer.fill("/")
    await expect(items.first).to_have_attribute("data-value", "story")
    assert await desk.small_targets() == []
    await desk.composer.press("ArrowDown")
    await expect(items.nth(1)).to_have_attribute("aria-selected", "true")
    await expect(desk.composer).to_have_attribute("aria-activedescendant", "palette-item-1")
    await desk.composer.press("Enter")
    await expect(desk.composer).to_have_value("/book ")
    await desk.composer.fill("/image a cat --sty")
    await desk.composer.press("Tab")
    await desk.composer.press_sequentially("in")
    await desk.composer.press("Enter")
    await expect(desk.composer).to_have_value("/image a cat --style ink ")
    await desk.composer.press_sequentially("--")
    await expect(items.first).to_be_visible()
    await desk.composer.press("Escape")
    await expect(desk.find("palette")).to_be_hidden()
    await desk.composer.fill("/image a cat --style ink")
    await desk.composer.press("Enter")
    await desk.answered(2)
    await expect(desk.pictures).to_have_count(1)


@ON_A_PHONE
async def test_the_settings_stay_in_one_place_and_change_the_language(visit: Visit) -> None:
    visitor = await visit()
    await visitor.says("/settings")
    await visitor.page.locator('[data-action="settings:language"]').click()
    await visitor.page.locator('[data-action="set:language=zh"]').click()
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    await expect(visitor.page.locator('[data-action="settings:language"]')).to_have_text("语言")
    await expect(visitor.composer).to_have_attribute("placeholder", "说个点子，或输入 /")
    await expect(visitor.answers).to_have_count(1)
    assert await visitor.small_targets() == []
    await visitor.reload()
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    await expect(visitor.answers).to_have_count(1)
    await expect(visitor.answers).to_contain_text("语言")


@AT_A_DESK
async def test_two_people_in_a_shared_room(visit: Visit, width: int) -> None:
    here, there = await visit(f"/#chat=team-{width}"), await visit(f"/#chat=team-{width}")
    await here.says("/image a cat --raw")
    seen = await there.answered(1)
    await expect(there.entries.first).to_have_class("entry theirs fresh")
    await there.button("rate-up").click()
    await expect(there.button("rate-up")).to_have_attribute("aria-pressed", "true")
    await here.button("rate-down").click()
    await expect(here.button("rate-down")).to_have_attribute("aria-pressed", "true")
    for someone, up in ((there, "true"), (here, "false")):
        await expect(someone.answers.locator(".rating-note")).to_have_text("2 ratings")
        await expect(someone.button("rate-up")).to_have_attribute("aria-pressed", up)
    await there.replies_to(seen)
    await there.says("/settings language zh")
    await expect(there.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    await expect(here.page.locator("html")).to_have_attribute("lang", "en")


@ON_A_PHONE
async def test_a_room_is_opened_and_left(visit: Visit, width: int) -> None:
    visitor = await visit()
    await visitor.page.locator("#room").click()
    await visitor.page.locator("#rooms-name").fill(f"our story! {width}")
    await visitor.page.locator("#rooms-form button").click()
    await expect(visitor.page.locator("#room-name")).to_have_text(f"our-story-{width}")
    await visitor.ready()
    await visitor.says("/help")
    await visitor.page.locator("#room").click()
    assert await visitor.small_targets() == []
    await visitor.page.locator("#rooms-home").click()
    await expect(visitor.page.locator("#room-name")).to_have_text("My room")
    await expect(visitor.find("welcome")).to_be_visible()


@AT_A_DESK
async def test_somebody_elses_private_room_stays_shut(visit: Visit) -> None:
    visitor = await visit("/#chat=home-somebody-else")
    await expect(visitor.find("failure")).to_contain_text("private room")
    await expect(visitor.page.locator("#composer")).to_have_js_property("inert", True)
    assert all("403" in complaint for complaint in visitor.complaints)
    visitor.complaints.clear()


@ON_A_PHONE
async def test_being_forgotten(visit: Visit, width: int) -> None:
    visitor, other = await visit(f"/#chat=attic-{width}"), await visit(f"/#chat=attic-{width}")
    await other.says("/history")
    shown = await visitor.says("/image a cat --raw")
    await react(visitor, 0)
    await expect(shown.get_by_test_id("own-reaction")).to_be_visible()
    await visitor.says("/forget")
    await visitor.button("forget-yes").click()
    for someone, left in ((visitor, 2), (other, 2)):
        await expect(someone.entries).to_have_count(left)
        await expect(someone.find("picture")).to_have_count(0)
    await expect(visitor.answers.last).to_contain_text("deleted")
    assert await visitor.page.evaluate("() => localStorage.getItem('fabula-reactions')") == "[]"
    await visitor.reload()
    await expect(visitor.entries).to_have_count(1)


@AT_A_DESK
async def test_forgetting_stops_what_is_being_drawn(visit: Visit, workshop: Studio) -> None:
    await workshop.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    visitor = await visit()
    await visitor.composer.fill("/image a cat --raw")
    await visitor.composer.press("Enter")
    await expect(visitor.find("status")).to_contain_text("Drawing")
    await visitor.composer.fill("/forget")
    await visitor.composer.press("Enter")
    await visitor.button("forget-yes").click()
    await visitor.answered(1)
    await expect(visitor.entries).to_have_count(1)
    await visitor.reload()
    await expect(visitor.find("welcome")).to_be_visible()
    await expect(visitor.find("progress")).to_have_count(0)


async def test_pictures_open_large(phone: Visitor) -> None:
    await phone.says("/image a cat --raw --n 2")
    await phone.pictures.first.click()
    lightbox = phone.find("lightbox")
    await expect(lightbox).to_be_visible()
    await expect(lightbox.locator("#lightbox-count")).to_have_text("1 / 2")
    await lightbox.press("ArrowRight")
    await expect(lightbox.locator("#lightbox-count")).to_have_text("2 / 2")
    source = await phone.pictures.last.get_attribute("src")
    await expect(phone.find("download")).to_have_attribute("href", re.compile(f"{source}$"))
    assert await phone.misfits() == []
    await phone.page.keyboard.press("Escape")
    await expect(lightbox).to_be_hidden()
    await expect(phone.entries.locator("[data-lightbox]").first).to_be_focused()


@AT_A_DESK
async def test_night_falls_with_the_system_or_by_the_button(visit: Visit) -> None:
    visitor = await visit(color_scheme="dark")
    page = visitor.page.locator("html")
    await expect(page).to_have_attribute("data-theme", "night")
    await expect(visitor.page.locator("body")).to_have_css("background-color", "rgb(17, 21, 43)")
    for part in ("body", "#desk"):
        await expect(visitor.page.locator(part)).to_have_css("background-image", "none")
        await expect(visitor.page.locator(part)).to_have_css("mask-image", "none")
    await visitor.find("theme").click()
    assert await visitor.page.evaluate(MOVING) == 0, "nothing moves where somebody wants less motion"
    await expect(page).to_have_attribute("data-theme", "day")
    await expect(visitor.page.locator("body")).to_have_css("background-color", "rgb(246, 239, 225)")
    await visitor.reload()
    await expect(page).to_have_attribute("data-theme", "day")


async def test_the_page_is_fetched_once_for_each_of_its_versions(desk: Visitor) -> None:
    await desk.reload()
    assert await desk.page.evaluate(FETCHED) == []
    parts = await desk.page.locator("script[type=module]").get_attribute("src")
    assert parts
    for address, kept in ((parts, True), ("/page/an-older-one/app.js", False), ("/page/app.js", False)):
        answer = await desk.page.request.get(desk.url + address)
        assert answer.ok and ("immutable" in answer.headers["cache-control"]) is kept, address


async def react(visitor: Visitor, choice: int) -> None:
    await visitor.answers.last.hover()
    await visitor.answers.last.get_by_test_id("react").click()
    await visitor.find("reaction").nth(choice).click()
