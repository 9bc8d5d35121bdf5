"""Writing on the page in a real browser: drafts, what was sent before, offline, files that are refused, suggestions and the palette."""

from __future__ import annotations

import os

import pytest
from PIL import Image
from playwright.async_api import Route, expect

from studio import DATA, Studio, made
from visitor import AT_A_DESK, ON_A_PHONE, Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(64)
PICTURE = (DATA / "cat.png").read_bytes()


def upload(name: str, mime: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": mime, "buffer": data}


async def shot(visitor: Visitor, name: str) -> None:
    """Keep a picture of the page, where somebody wants to look at it."""
    if folder := os.environ.get("SHOTS"):
        for light in ("", "-other-light"):
            await visitor.page.screenshot(path=f"{folder}/{name}-{'390' if visitor.narrow else '1280'}{light}.png")
            await visitor.page.evaluate("() => dispatchEvent(new Event('fabula-theme'))")


async def offline(visitor: Visitor, away: bool) -> None:
    await visitor.page.context.set_offline(away)


async def test_a_suggestion_is_tapped_and_keeps_what_was_typed(phone: Visitor, workshop: Studio) -> None:
    await phone.says("/eidt a red hat --sizee 1024x1024x", "cat.png")
    await expect(phone.button("corrected")).to_have_text("/edit a red hat --size 1024x1024")
    await shot(phone, "suggestion")
    assert await phone.small_targets() == [] and not await phone.overflows()
    await phone.presses("corrected")
    await expect(phone.pictures).to_have_count(1)
    [asked] = await workshop.requests("images.edits")
    assert asked["prompt"].startswith("a red hat")


async def test_a_style_of_one_s_own_is_offered_with_the_others(desk: Visitor, workshop: Studio) -> None:
    await desk.says("/style keep Midnight: deep blue, thin white lines")
    await desk.composer.press_sequentially("/image a fox --style mi")
    await expect(desk.find("palette-item").first).to_have_text("Midnight")
    await shot(desk, "styles")
    await desk.composer.press("Tab")
    await expect(desk.composer).to_have_value("/image a fox --style Midnight ")


async def test_a_character_s_name_is_completed_where_it_is_typed(desk: Visitor, workshop: Studio) -> None:
    await desk.says("/character Mia, a small fox with a green scarf", answers=2)
    await desk.says("/characters")
    await desk.composer.press_sequentially("draw @")
    await expect(desk.find("palette-item")).to_have_text(["@Mia"])
    await shot(desk, "characters")
    await desk.composer.press_sequentially("m")
    await desk.composer.press("Tab")
    await expect(desk.composer).to_have_value("draw @Mia ")
    await expect(desk.find("palette")).to_be_hidden()
    assert await desk.small_targets() == [] and not await desk.overflows()


async def test_a_draft_outlives_a_reload_and_says_what_did_not(phone: Visitor) -> None:
    await phone.says("/help")
    await phone.attach("cat.png", "cup.png")
    await phone.composer.fill("make it night,\nwith stars")
    await phone.reload()
    await expect(phone.composer).to_have_value("make it night,\nwith stars")
    await expect(phone.find("chip")).to_have_count(0)
    await expect(phone.find("lost-files")).to_contain_text("cat.png, cup.png")
    await shot(phone, "draft")
    assert await phone.small_targets() == [] and not await phone.overflows()
    await phone.attach("cat.png")
    await expect(phone.find("lost-files")).not_to_contain_text("cat.png")
    await expect(phone.find("lost-files")).to_contain_text("cup.png")
    await phone.page.locator("#lost-close").click()
    await expect(phone.find("lost-files")).to_be_hidden()
    await phone.page.goto(f"{phone.url}/#chat=elsewhere")
    await expect(phone.page.locator("#room-name")).to_have_text("elsewhere")
    await expect(phone.composer).to_have_value("")
    await phone.page.go_back()
    await expect(phone.composer).to_have_value("make it night,\nwith stars")


async def test_who_forgets_leaves_no_draft(desk: Visitor) -> None:
    await desk.says("hello")
    await desk.says("/forget")
    await desk.composer.fill("something secret")
    await desk.button("forget-yes").click()
    await expect(desk.composer).to_have_value("")
    kept = await desk.page.evaluate("() => JSON.stringify(localStorage)")
    assert "secret" not in kept


@AT_A_DESK
async def test_arrow_up_brings_back_what_was_sent(visit: Visit) -> None:
    visitor = await visit()
    for words in ("/usage", "/help", "/usage"):
        await visitor.says(words)
    await visitor.reload()
    steps = [
        ("ArrowUp", "/usage"),
        ("ArrowUp", "/help"),
        ("ArrowUp", "/help"),
        ("ArrowDown", "/usage"),
        ("ArrowDown", ""),
    ]
    for key, expected in steps:
        await visitor.composer.press(key)
        await expect(visitor.composer).to_have_value(expected)
    await visitor.composer.fill("a new thought")
    await visitor.composer.press("ArrowUp")
    await expect(visitor.composer).to_have_value("a new thought")


@ON_A_PHONE
async def test_what_is_written_offline_is_sent_in_order_and_once(visit: Visit, workshop: Studio) -> None:
    visitor = await visit()
    await visitor.says("/usage")
    await offline(visitor, True)
    await expect(visitor.find("banner")).to_contain_text("You are offline")
    for words in ("/help", "/image not this one --raw", "/image a fox --raw"):
        await visitor.composer.fill(words)
        await visitor.find("send").click()
    await expect(visitor.find("unsent")).to_have_count(3)
    await expect(visitor.find("waiting-count")).to_contain_text("3")
    await shot(visitor, "offline")
    assert await visitor.small_targets() == [] and not await visitor.overflows()
    await visitor.find("take-out").nth(1).click()
    await expect(visitor.find("waiting-count")).to_contain_text("2")
    await offline(visitor, False)
    await visitor.answered(3)
    await expect(visitor.find("unsent")).to_have_count(0)
    await expect(visitor.find("banner")).to_be_hidden()
    said = await visitor.page.locator("#log > .entry.mine .foldable").all_inner_texts()
    assert [words.split()[0] for words in said] == ["/usage", "/help", "/image"]
    assert len(made(await workshop.requests())) == 1
    visitor.complaints.clear()


async def test_the_queue_outlives_a_reload_but_for_files(desk: Visitor, workshop: Studio) -> None:
    await desk.says("/usage")

    async def lose(route: Route) -> None:
        await route.abort()

    await desk.page.route("**/messages", lose)
    await desk.composer.fill("/help")
    await desk.find("send").click()
    await desk.attach("cat.png")
    await desk.composer.fill("/edit a hat")
    await desk.find("send").click()
    await expect(desk.find("unsent")).to_have_count(2)
    await desk.reload()
    await expect(desk.find("unsent")).to_have_count(2)
    await desk.page.unroute("**/messages")
    await desk.answered(2)
    await expect(desk.find("unsent")).to_contain_text("cat.png")
    assert made(await workshop.requests()) == [], "without its file it is not what was meant"
    await desk.find("write-again").click()
    await expect(desk.composer).to_have_value("/edit a hat")
    await expect(desk.find("lost-files")).to_contain_text("cat.png")
    await expect(desk.find("unsent")).to_have_count(0)
    desk.complaints.clear()


async def test_a_message_whose_answer_was_lost_is_not_sent_twice(desk: Visitor, workshop: Studio) -> None:
    await desk.says("/usage")
    times = 0

    async def lose_the_answer(route: Route) -> None:
        nonlocal times
        times += 1
        await route.fetch()
        await (route.abort() if times == 1 else route.continue_())

    await desk.page.route("**/messages", lose_the_answer)
    await desk.says("/image a cat --raw")
    await expect(desk.find("unsent")).to_have_count(0)
    assert len(made(await workshop.requests())) == 1
    assert await desk.entries.and_(desk.page.locator(".mine")).count() == 2
    desk.complaints.clear()


UNUSABLE = (
    (upload("IMG_0042.HEIC", "image/heic", HEIC), ["IMG_0042.HEIC", "HEIC", "JPEG"]),
    (upload("holiday.jpg", "image/jpeg", HEIC), ["holiday.jpg", "HEIC", "JPEG"]),
    (upload("notes.pdf", "application/pdf", b"%PDF-1.7"), ["notes.pdf", "PNG"]),
    (upload("drawing.svg", "image/svg+xml", b"<svg/>"), ["drawing.svg", "PNG"]),
    (upload("nothing.png", "image/png", b""), ["nothing.png", "empty"]),
)
"""Files, and what is said of each."""


async def test_what_cannot_be_used_is_refused_before_it_is_sent(phone: Visitor) -> None:
    for number, (file, told) in enumerate(UNUSABLE, 1):
        await phone.find("file-input").set_input_files([file, upload("cat.png", "image/png", PICTURE)])  # type: ignore[list-item]
        await expect(phone.find("chip")).to_have_count(number)
        for words in told:
            await expect(phone.page.locator(".toast").last).to_contain_text(words)


@pytest.mark.parametrize(("width", "language", "option"), [(390, "en-GB", "style"), (1280, "zh-CN", "画风")])
async def test_the_palette_shows_styles_in_the_persons_language(visit: Visit, language: str, option: str) -> None:
    visitor = await visit(language=language)
    chinese = language == "zh-CN"
    await visitor.composer.press_sequentially("/画" if chinese else "/ima")
    await expect(visitor.page.locator("#slash")).to_have_attribute("aria-expanded", "true")
    await expect(visitor.find("palette-item").first).to_contain_text("/image 点子" if chinese else "/image idea")
    await visitor.composer.press("Enter")
    await visitor.composer.press_sequentially(f"a fox --{option} ")
    items = visitor.find("palette-item")
    await expect(items.first).to_contain_text("水彩" if chinese else "watercolor")
    await expect(items.first.locator("img")).to_have_js_property("naturalWidth", 96)
    await shot(visitor, f"styles-{language}")
    assert await visitor.misfits() == []
    await visitor.composer.press_sequentially("梵" if chinese else "vang")
    await expect(items).to_have_count(1)
    await visitor.page.locator("#palette-list").focus()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.composer).to_have_value(f"/image a fox --{option} vangogh ")
    await expect(visitor.page.locator("#slash")).to_have_attribute("aria-expanded", "false")


async def test_a_picture_that_does_not_come_says_what_happened(phone: Visitor) -> None:
    await phone.says("/image a cat on a mat --raw")
    await expect(phone.pictures.first).to_have_attribute("alt", "a cat on a mat")
    await phone.says("/usage")

    async def lose(route: Route) -> None:
        await route.abort()

    await phone.page.route("**/media/*", lose)
    await phone.reload()
    await expect(phone.find("missing")).to_contain_text("did not come through")
    await shot(phone, "missing")
    assert await phone.small_targets() == [] and not await phone.overflows()
    await phone.page.unroute("**/media/*")
    await phone.find("load-again").click()
    await expect(phone.pictures.first).to_be_visible()
    await expect(phone.pictures.first).not_to_have_js_property("naturalWidth", 0)
    phone.complaints.clear()


async def test_a_story_that_is_stopped_keeps_its_half(phone: Visitor, workshop: Studio) -> None:
    await workshop.faults({"endpoint": "chat", "times": 1, "kind": "hang_until_released", "after": 61})
    await phone.composer.fill("/story a fox who finds a lantern --length short")
    await phone.composer.press("Enter")
    await expect(phone.find("streaming-text")).to_contain_text("fox")
    await phone.find("cancel").click()
    await phone.answered(2)
    await workshop.release()
    await expect(phone.answers.first).to_contain_text("(stopped here)")
    await shot(phone, "stopped")
    await phone.presses("continue")
    await expect(phone.answers.last).not_to_contain_text("(stopped here)")


async def test_the_log_has_a_heading_and_inviting_is_seen(phone: Visitor) -> None:
    await phone.says("/help")
    await expect(phone.page.get_by_role("heading", name="Conversation")).to_have_count(1)
    await expect(phone.page.get_by_role("log", name="Conversation")).to_have_count(1)
    invite = phone.page.locator(".room-invite")
    await expect(invite).to_have_text("Invite")
    async for width in phone.widths():
        box = await invite.bounding_box()
        assert box and box["width"] > 30 and box["x"] + box["width"] < width
        assert await invite.evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)") >= 12
        assert not await phone.overflows()


async def test_photos_are_put_in_order_before_they_are_sent_and_told_by_number(
    phone: Visitor, workshop: Studio
) -> None:
    """By key and by drawing one over the others; the answer shows which was the first, the second, the third."""
    page, find = phone.page, phone.find
    names = ["cat.png", "cup.png", "cat-sent.jpg"]
    await phone.attach(*names)

    async def places() -> list[str]:
        labels = [await grip.get_attribute("aria-label") or "" for grip in await find("chip-grip").all()]
        numbers = await page.locator(".chip-number").all_inner_texts()
        assert numbers == ["1", "2", "3"]
        return [name for label in labels for name in names if f" {name}." in label]

    assert await places() == names
    await find("chip-grip").first.focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")  # there is none behind it
    assert await places() == ["cup.png", "cat-sent.jpg", "cat.png"]
    await expect(find("chip-grip").last).to_be_focused()
    await page.locator("#chips").evaluate("(tray) => { tray.scrollLeft = 0; }")
    first, second = [await find("chip-grip").nth(place).bounding_box() for place in (0, 1)]
    assert first and second
    await page.mouse.move(second["x"] + 20, second["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(first["x"] + 5, first["y"] + 20, steps=4)
    await page.mouse.up()
    assert await places() == ["cat-sent.jpg", "cup.png", "cat.png"]
    assert await phone.small_targets() == [] and not await phone.overflows()
    await workshop.begin()
    await find("composer").fill("/edit the cup of the second on the first")
    answers = await phone.answers.count()
    await find("send").click()
    answer = await phone.answered(answers + 1)
    (sent,) = await workshop.requests("images.edits")
    assert len(sent["params"]["image"]) == 3
    sizes = [Image.open(DATA / name).size for name in ("cup.png", "cat.png")]
    assert [(one["width"], one["height"]) for one in sent["params"]["image"][1:]] == sizes
    sources = answer.get_by_test_id("source")
    assert await sources.all_inner_texts() == ["1", "2", "3"]
    await sources.nth(1).click()
    await expect(find("lightbox")).to_be_visible()
