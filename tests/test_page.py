"""The page in a real browser: what people make with it, on a phone or at a desk; it is looked at at both widths."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import expect

from studio import Studio, paid
from visitor import AT_A_DESK, ON_A_PHONE, Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HANG = {"endpoint": "images.generations", "kind": "hang_until_released", "times": 1}


@ON_A_PHONE
async def test_a_newcomer_is_welcomed_and_taps_an_example(visit: Visit) -> None:
    visitor = await visit()
    await expect(visitor.find("welcome")).to_be_visible()
    await expect(visitor.find("example")).to_have_count(3)
    await expect(visitor.page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    await expect(visitor.find("send")).to_be_disabled()
    assert await visitor.misfits() == []
    await visitor.find("example").nth(1).click()
    await expect(visitor.find("welcome")).to_be_hidden()
    await visitor.answered(1)
    await expect(visitor.pictures).to_have_count(1)


@pytest.mark.parametrize(
    ("width", "language", "told", "tag"),
    [(390, "en-GB", "/story a fox at sea --pages 2", "en"), (1280, "zh-CN", "/story 海上的狐狸 --pages 2", "zh-Hans")],
)
async def test_a_story_is_told_and_drawn(visit: Visit, language: str, told: str, tag: str) -> None:
    visitor = await visit(language=language)
    await expect(visitor.page.locator("html")).to_have_attribute("lang", tag)
    await visitor.says(told, answers=2)
    words = visitor.answers.first.locator(".words")
    await expect(words.locator("h3")).not_to_be_empty()
    await expect(words).to_have_attribute("lang", tag)
    await expect(visitor.pictures).to_have_count(2)
    for picture in await visitor.pictures.all():
        await expect(picture).to_have_js_property("complete", True)
        assert await picture.evaluate("(image) => image.naturalWidth") > 0
        assert await picture.get_attribute("alt")
    await expect(visitor.answers.last.locator("figcaption")).to_have_count(2)
    await expect(visitor.answers.last.locator("figcaption").first).to_have_attribute("lang", tag)
    assert await visitor.misfits() == []
    chosen = await visitor.presses("pick")
    await expect(chosen.locator('[data-action^="vary:"]')).to_be_visible()


async def test_a_picture_and_what_can_be_done_with_it(desk: Visitor) -> None:
    shown = await desk.says("/image a cat on a red mat --raw")
    await expect(shown.get_by_text("a cat on a red mat")).to_have_count(1)
    await expect(await desk.presses("prompt")).to_contain_text("gpt-image-2.6-flare")
    original = await desk.presses("original")
    link = original.get_by_test_id("file")
    await expect(link).to_have_attribute("download", "")
    async with desk.page.expect_download() as download:
        await link.click()
    assert (await download.value).suggested_filename == "a-cat-on-a-red-mat.jpg"
    await desk.presses("redraw")
    await expect(desk.pictures).to_have_count(2)


async def test_what_is_deleted_disappears_everywhere(phone: Visitor) -> None:
    await phone.says("/image a cat --raw --n 2")
    await phone.presses("pick")
    await expect(phone.pictures).to_have_count(3)
    await phone.presses("delete")
    await phone.button("delete-yes").click()
    await expect(phone.pictures).to_have_count(1)
    await expect(phone.entries.locator(".gone")).to_have_count(1)
    await expect(phone.answers).to_have_count(2)
    await phone.reload()
    await expect(phone.entries.locator(".gone")).to_have_count(1)
    await expect(phone.pictures).to_have_count(1)


async def test_an_edit_by_a_transparent_mask_needs_no_question(desk: Visitor, workshop: Studio) -> None:
    await desk.says("/edit a red hat", "cat.png", mask="cat-mask-alpha.png")
    await expect(desk.entries.first.get_by_test_id("picture")).to_have_count(2)
    await expect(desk.pictures).to_have_count(1)
    await expect(desk.answers.last.locator("figcaption")).to_have_text("a red hat")
    [asked] = await workshop.requests("images.edits")
    assert asked["prompt"].startswith("a red hat")


async def test_a_black_and_white_mask_is_shown_before_it_is_used(desk: Visitor, workshop: Studio) -> None:
    region = await desk.says("/edit a red hat", "cat.png", "cat-mask-white.jpg")
    await expect(region).to_contain_text(re.compile(r"\d+ %"))
    await expect(region.get_by_test_id("picture")).to_be_visible()
    await expect(region.get_by_test_id("react")).to_have_count(0)
    assert paid(await workshop.requests()) == []
    inverse = await desk.presses("region-invert")
    await expect(inverse).to_contain_text(re.compile(r"\d+ %"))
    await desk.presses("region-use")
    assert len(paid(await workshop.requests())) == 1
    await expect(desk.button("redraw")).to_be_visible()


async def test_a_photo_painted_over_in_reply_to_the_original(phone: Visitor) -> None:
    await phone.says("", "cat-sent.jpg")
    await phone.replies_to(phone.entries.first)
    region = await phone.says("a red hat", "cat-painted.jpg")
    await expect(phone.entries.nth(2).locator(".quote")).to_be_visible()
    await expect(region).to_contain_text(re.compile(r"\d+ %"))
    await phone.presses("region-use")
    await expect(phone.answers.last.locator("figcaption")).to_have_text("a red hat")


async def test_a_variation_by_reply(phone: Visitor, workshop: Studio) -> None:
    shown = await phone.says("/image a cat --raw")
    await phone.replies_to(shown)
    await phone.says("/vary at night --n 2")
    await expect(phone.pictures).to_have_count(3)
    assert len(await workshop.requests("images.edits")) == 2


async def test_reactions_are_given_and_taken_back(phone: Visitor) -> None:
    shown = await phone.says("/image a cat --raw")
    await shown.hover()
    await shown.get_by_test_id("react").click()
    await phone.find("reaction").nth(3).click()
    await expect(phone.find("own-reaction")).to_have_text("🔥")
    await expect(phone.button("rate-up")).to_have_attribute("aria-pressed", "true")
    await phone.reload()
    await expect(phone.find("own-reaction")).to_have_text("🔥")
    await expect(phone.button("rate-up")).to_have_attribute("aria-pressed", "true")
    await phone.find("own-reaction").click()
    await expect(phone.find("own-reaction")).to_have_count(0)
    await expect(phone.button("rate-up")).to_have_attribute("aria-pressed", "false")


async def test_thumbs_toggle_for_each_of_several_pictures(phone: Visitor) -> None:
    shown = await phone.says("/image a cat --raw --n 2")
    plates = shown.locator(".plate")
    up, down = (plates.last.locator(f'[data-action^="rate-{way}:"]') for way in ("up", "down"))
    for pressed, expected in ((up, ("true", "false")), (down, ("false", "true")), (down, ("false", "false"))):
        await expect(pressed).not_to_have_attribute("aria-busy", "true")
        await pressed.click()
        await expect(up).to_have_attribute("aria-pressed", expected[0])
        await expect(down).to_have_attribute("aria-pressed", expected[1])
    await up.click()
    await expect(up).to_have_attribute("aria-pressed", "true")
    await expect(plates.first.locator('[data-action^="rate-up:"]')).to_have_attribute("aria-pressed", "false")
    assert await phone.small_targets() == []
    alone = (await phone.presses("pick")).locator('[data-action^="rate-up:"]')
    await expect(alone).to_have_attribute("aria-pressed", "true")


async def test_cancelling_while_a_picture_is_drawn(phone: Visitor, workshop: Studio) -> None:
    await workshop.faults(HANG)
    await phone.composer.fill("/image a cat --raw")
    await phone.composer.press("Enter")
    await expect(phone.find("status")).to_contain_text("Drawing")
    await phone.find("cancel").click()
    await phone.answered(1)
    await expect(phone.pictures).to_have_count(0)
    await phone.reload()
    await expect(phone.find("progress")).to_have_count(0)


async def test_coming_back_in_the_middle_of_the_work(desk: Visitor, workshop: Studio) -> None:
    await workshop.faults(HANG | {"after": 1})
    await desk.composer.fill("/image a cat --raw")
    await desk.composer.press("Enter")
    await expect(desk.find("preview")).to_be_visible()
    box = await desk.find("preview").bounding_box()
    assert box and box["width"] > 100 and box["height"] > 100
    await desk.reload()
    await expect(desk.find("status")).to_contain_text("Drawing")
    await expect(desk.find("preview")).to_be_visible()
    await workshop.release()
    await desk.answered(1)
    await expect(desk.pictures).to_have_count(1)


@AT_A_DESK
async def test_progress_that_is_told_after_its_end_is_not_shown(visit: Visit, workshop: Studio) -> None:
    """What is kept is read from the log and may overtake what is only passed on."""
    visitor = await visit("/#chat=late")
    await visitor.says("/image a cat --raw")
    rows = await workshop.program.storage.events.after("late", 0)
    ended = json.loads(rows[-1].data)
    assert ended["kind"] == "end" and ended["job"]
    workshop.program.hub.live("late", ended | {"kind": "status", "text": "Drawing …", "slot": 0})
    await visitor.says("/help")
    await expect(visitor.find("progress")).to_have_count(0)


async def test_bad_input_gets_one_clear_sentence(phone: Visitor, workshop: Studio) -> None:
    await phone.says("/edit a hat", "broken-truncated.png")
    await expect(phone.answers.get_by_test_id("failure")).to_have_attribute("data-code", "file-damaged")
    await phone.says("/edit a hat", "broken-not-an-image.png")
    await expect(phone.entries.nth(2)).to_contain_text("broken-not-an-image.png")
    await expect(phone.answers.get_by_test_id("failure")).to_have_count(2)
    assert paid(await workshop.requests()) == []
    assert await phone.small_targets() == []
    phone.complaints.clear()


async def test_after_edit_the_composer_shows_what_is_being_changed(phone: Visitor, workshop: Studio) -> None:
    await phone.says("/image a cat --raw")
    await phone.says("/image a dog --raw")
    first = phone.entries.filter(has=phone.find("picture")).first
    shown = first.get_by_test_id("picture")
    await first.locator('[data-action^="edit:"]').click()
    await expect(phone.find("changing-picture")).to_have_attribute("src", str(await shown.get_attribute("src")))
    await expect(phone.find("replying")).to_be_visible()
    await expect(phone.composer).to_be_focused()
    assert await phone.misfits() == []
    await phone.says("a red collar")
    await expect(phone.find("replying")).to_be_hidden()
    [asked] = await workshop.requests("images.edits")
    assert asked["prompt"].startswith("a red collar\n")


async def test_what_was_to_be_changed_can_be_left(desk: Visitor, workshop: Studio) -> None:
    await desk.says("", "cat-sent.jpg")
    await desk.presses("edit")
    await expect(desk.find("changing-picture")).to_be_visible()
    await desk.composer.press("Escape")
    await expect(desk.find("replying")).to_be_hidden()
    await expect(desk.answers).to_have_count(3)
    await desk.says("hello")
    assert await workshop.requests("images.edits") == []
