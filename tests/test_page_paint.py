"""The page to paint on, in a real browser: by finger, mouse and keyboard, on small screens and at night, over a reload and without a network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import CDPSession, expect
from playwright.async_api import Page as BrowserPage

from core import texts
from core.pictures.masks import decode_region
from painter import Page, hatted, pixels, ticket_for
from studio import Studio
from visitor import ON_A_PHONE, Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SIZES = (320, 568), (768, 1024), (1280, 800)
"""Windows in which everything has to be in reach; what is done with it is done in one."""

PHOTO = (451, 300)
"""The size of ``cat.png``."""

STROKES = "(piece) => (JSON.parse(localStorage['fabula-paint'] ?? '{}')[piece]?.strokes ?? [])"
SCALE = "() => document.querySelector('.paint-photo').style.transform.match(/matrix\\(([^,]+)/)[1]"
WHERE = """([x, y]) => {
  const [scale, , , , left, top] = document.querySelector(".paint-photo").style.transform.match(/[-\\d.e]+/g).map(Number);
  const stage = document.querySelector(".paint-stage").getBoundingClientRect();
  return [stage.left + left + x * scale, stage.top + top + y * scale];
}"""
NAMELESS = """() => [...document.querySelectorAll("#paint :is(button, input, select, textarea, [role])")]
  .filter((node) => node.checkVisibility() && !(node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent).trim())
  .map((node) => node.outerHTML)"""


async def region_of(studio: Studio, piece: str) -> NDArray[np.bool_]:
    """The region that the newest change of a picture was made in."""
    (made, *_) = await studio.program.storage.store.pictures_of(piece)
    assert made.piece.region
    return decode_region(await studio.program.storage.media.read(made.piece.region)).mask


def drawn(strokes: list[dict[str, Any]], size: tuple[int, int]) -> NDArray[np.bool_]:
    """The truth of strokes: a pixel is changed if its middle lies within."""
    rows, columns = np.mgrid[: size[1], : size[0]] + 0.5
    mask = np.zeros((size[1], size[0]), np.bool_)
    for stroke in strokes:
        if stroke["kind"] == "box":
            (left, right), (top, bottom) = (sorted(stroke["points"][axis::2]) for axis in (0, 1))
            inside = (columns >= left) & (columns < right) & (rows >= top) & (rows < bottom)
        elif stroke["kind"] == "invert":
            mask = ~mask
            continue
        else:
            points = list(zip(stroke["points"][::2], stroke["points"][1::2], strict=True))
            inside = np.zeros_like(mask)
            for (ax, ay), (bx, by) in zip(points, points[1:] or points, strict=False):
                length = (bx - ax) ** 2 + (by - ay) ** 2
                along = np.clip(((columns - ax) * (bx - ax) + (rows - ay) * (by - ay)) / (length or 1), 0, 1)
                apart = (columns - ax - along * (bx - ax)) ** 2 + (rows - ay - along * (by - ay)) ** 2
                inside |= apart <= stroke["radius"] ** 2
        mask[inside] = not stroke["erase"]
    return mask


async def shows(visitor: Visitor) -> str:
    """Send a photo; its id."""
    await visitor.says("", "cat.png")
    return str(await visitor.button("paint").get_attribute("data-action")).partition(":")[2]


async def begins(visitor: Visitor) -> tuple[str, dict[str, float]]:
    """Send a photo and open the page over it: the photo's id, and where the stage is."""
    piece = await shows(visitor)
    await visitor.button("paint").click()
    stage = visitor.find("paint-stage")
    await expect(stage).to_be_focused()
    return piece, dict(await stage.bounding_box() or {})


async def kept(page: BrowserPage, piece: str, number: int) -> list[dict[str, Any]]:
    """The strokes on a picture, once so many are kept over a reload."""
    await page.wait_for_function(f"([piece, number]) => ({STROKES})(piece).length === number", arg=[piece, number])
    return list(await page.evaluate(STROKES, piece))


async def spread(client: CDPSession, x: float, y: float) -> None:
    """Two fingers, of which one was there a moment earlier, and what is between them becomes three times as large."""
    await touches(client, "Start", (x, y))
    await touches(client, "Move", (x - 30, y))
    await touches(client, "Start", (x - 30, y), (x + 30, y))
    await touches(client, "Move", (x - 90, y), (x + 90, y))
    await touches(client, "End")


async def touches(client: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    where = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    await client.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": where})


async def finger(client: CDPSession, *points: tuple[float, float]) -> None:
    await touches(client, "Start", points[0])
    for point in points[1:]:
        await touches(client, "Move", point)
    await touches(client, "End")


@ON_A_PHONE
async def test_a_finger_paints_two_zoom_and_it_arrives_exactly(visit: Visit, workshop: Studio) -> None:
    visitor = await visit(language="zh-CN", color_scheme="dark")
    page, find = visitor.page, visitor.find
    piece, box = await begins(visitor)
    client = await page.context.new_cdp_session(page)
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    assert await visitor.small_targets() == [] and not await visitor.overflows() and await page.evaluate(NAMELESS) == []
    await finger(client, middle, (middle[0] + 40, middle[1] + 30), (middle[0] + 60, middle[1] - 20))
    await expect(find("paint-count")).not_to_have_attribute("data-share", "0")
    share = await find("paint-count").get_attribute("data-share")
    # a second finger takes the stroke back that was begun, and both zoom to where they are
    before = float(await page.evaluate(SCALE))
    await spread(client, *middle)
    assert float(await page.evaluate(SCALE)) > 2 * before
    await finger(client, (middle[0] - 50, middle[1] - 50))
    await find("paint-undo").click()
    await expect(find("paint-count")).to_have_attribute("data-share", share or "")
    await find("paint-redo").click()
    await find("paint-eraser").click()
    await finger(client, (middle[0] + 50, middle[1] - 5), (middle[0] + 30, middle[1]))
    # it survives that the phone sleeps
    strokes = await kept(page, piece, 3)
    # the words are asked for, the network is away, and back
    await find("paint-send").click()
    await expect(find("paint-status")).to_have_text(texts.say("page-paint-words-missing", "zh"))
    await find("paint-words").fill("一顶红帽子")
    answers = await visitor.answers.count()
    await page.context.set_offline(True)
    await find("paint-send").click()
    await expect(find("paint-status")).to_have_text(texts.say("page-paint-waits", "zh"))
    await page.context.set_offline(False)
    await visitor.answered(answers + 1)
    await expect(find("paint")).to_be_hidden()
    visitor.complaints.clear()
    truth = drawn(strokes, PHOTO)
    assert (await region_of(workshop, piece) == truth).all(), "what was painted arrives pixel for pixel"


async def test_what_was_sent_without_a_connection_is_sent_by_the_chat_too(desk: Visitor, workshop: Studio) -> None:
    page, find = desk.page, desk.find
    await begins(desk)
    await find("paint-stage").click()
    await find("paint-words").fill("a kite")
    await page.route(
        "**/api/paint/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    await find("paint-send").click()
    await expect(find("paint-status")).to_have_text(texts.say("page-paint-waits", "en"))
    await find("paint-close").click()
    await expect(find("paint")).to_be_hidden()
    answers = await desk.answers.count()
    await page.unroute_all()
    await desk.reload()
    await desk.answered(answers + 1)
    desk.complaints.clear()
    assert len(await workshop.requests("images.edits")) == 1


@ON_A_PHONE
async def test_a_hat_is_tapped_and_changed_at_other_widths(visit: Visit, workshop: Studio) -> None:
    """By touch alone: selected, painted beside, looked at closely with two fingers, taken back, and sent."""
    photo, hat = hatted()
    ann = await workshop.person("hattie")
    first = await ann.says("", photo)
    piece = first.action("paint")[1].partition(":")[2]
    visitor = await visit(None)
    page, find = visitor.page, visitor.find
    client = await page.context.new_cdp_session(page)
    shares: list[str | None] = []
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        await page.goto(f"{workshop.url}/paint/{await ticket_for(ann, first)}")
        await find("paint-tap").tap()
        await finger(client, await page.evaluate(WHERE, [210, 40]))
        await expect(find("paint-count")).not_to_have_attribute("data-share", "0")
        shares.append(await find("paint-count").get_attribute("data-share"))
        await find("paint-brush").tap()
        x, y = await page.evaluate(WHERE, [225, 200])
        await finger(client, (x, y), (x + 40, y), (x + 60, y + 10))
        await expect(find("paint-count")).not_to_have_attribute("data-share", shares[-1] or "")
        before = float(await page.evaluate(SCALE))
        await spread(client, x, y)
        await find("paint-undo").tap()
        await expect(find("paint-count")).to_have_attribute("data-share", shares[-1] or "")
        # whatever is open, some of the photo is seen, and it can be sent
        await find("paint-marks").tap()
        await find("paint-more").tap()
        stage = await find("paint-stage").bounding_box()
        assert stage and stage["height"] >= 96 and await visitor.small_targets() == []
        await find("paint-more").tap()
        await find("paint-words").fill("a green hat")
        await expect(find("paint-send")).to_be_in_viewport(ratio=1)
        assert float(await page.evaluate(SCALE)) > 2 * before, (
            "what opens and closes beside it leaves it as close as it was"
        )
    assert len(set(shares)) == 1, "the same hat is selected in every window"
    start = len(ann.events)
    await find("paint-send").tap()
    await ann.answer(first.message, start)
    region = await region_of(workshop, piece)
    assert (region & hat).sum() > 0.99 * hat.sum() and (region & hat).sum() > 0.9 * (region | hat).sum()


async def test_the_keyboard_alone_does_all_of_it(desk: Visitor, workshop: Studio) -> None:
    page, find = desk.page, desk.find
    keys = page.keyboard
    piece = await shows(desk)
    await desk.button("paint").focus()
    await keys.press("Enter")
    await expect(find("paint-stage")).to_be_focused()
    for key in ("ArrowLeft", "Shift+ArrowUp", "]", "Enter", "Control+z", "Control+y", *3 * ("Tab",), "Space"):
        await keys.press(key)
    for _ in range(3):
        await keys.press("Shift+Tab")
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        for tool in ("brush", "eraser", "box"):
            await keys.press("Tab")
            await expect(find(f"paint-{tool}")).to_be_focused()
        for _ in range(5):
            await keys.press("Tab")
        await expect(find("paint-more")).to_be_focused()
        for _ in range(8):
            await keys.press("Shift+Tab")
        await expect(find("paint-stage")).to_be_focused()
    for key in ("Shift+ArrowRight", "Enter", "Shift+ArrowDown", "Shift+ArrowRight", "Enter"):
        await keys.press(key)
    for key in (
        *8 * ("Tab",),
        "Enter",
        *3 * ("Tab",),
    ):  # through the tools, what is behind the last of them, words, sending
        await keys.press(key)
    await expect(find("paint-invert")).to_be_focused()
    await keys.press("Enter")
    strokes = await kept(page, piece, 3)
    await keys.press("Shift+Tab")
    await keys.press("Shift+Tab")
    await keys.type("a stormy sea")
    answers = await desk.answers.count()
    await keys.press("Enter")
    await desk.answered(answers + 1)
    await expect(find("paint")).to_be_hidden()
    assert (await region_of(workshop, piece) == drawn(strokes, PHOTO)).all()


async def test_the_mouse_and_the_last_mask_again(desk: Visitor, workshop: Studio) -> None:
    page, find = desk.page, desk.find
    piece, box = await begins(desk)
    before = float(await page.evaluate(SCALE))
    await page.mouse.move(box["x"] + 300, box["y"] + 200)
    await page.mouse.wheel(0, -300)
    await page.wait_for_function(f"(before) => ({SCALE})() > 1.5 * before", arg=before)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 410, box["y"] + 270, steps=3)
    await page.mouse.up()
    await kept(page, piece, 1)
    # back closes it; what was painted is there again, though the ticket is another
    await page.go_back()
    await expect(find("paint")).to_be_hidden()
    await desk.button("paint").click()
    await find("paint-more").click()
    await find("paint-last").click()
    await find("paint-invert").click()
    strokes = await kept(page, piece, 2)
    await find("paint-words").fill("a stormy sea")
    answers = await desk.answers.count()
    await find("paint-words").press("Enter")
    await desk.answered(answers + 1)
    assert (await region_of(workshop, piece) == drawn(strokes, PHOTO)).all()


@ON_A_PHONE
async def test_edges_are_drawn_outward_and_what_was_there_stays(visit: Visit, workshop: Studio) -> None:
    """By finger, by mouse and by key, as far as the model's shapes go; what is painted beside it changes too."""
    ann = await workshop.person("frida")
    first = await ann.says("/image a cat --raw --size 1024x1024")
    ticket = await ticket_for(ann, first)
    visitor = await visit(None)
    page, find = visitor.page, visitor.find
    await page.goto(f"{workshop.url}/paint/{ticket}")
    await find("paint-frame").click()
    await find("paint-frame-right").click(trial=True)  # once it stays where it is
    before = await find("paint-frame-right").bounding_box()
    assert before and await visitor.small_targets() == [] and not await page.evaluate(NAMELESS)
    middle = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    client = await page.context.new_cdp_session(page)
    await finger(client, middle, (middle[0] + 30, middle[1]))
    await expect(find("paint-frame-right")).not_to_have_attribute("aria-valuenow", "0")
    wider = int(await find("paint-frame-right").get_attribute("aria-valuenow") or 0)
    assert 50 < wider <= 1024
    for key in ("ArrowUp", "ArrowUp", "ArrowDown"):  # outward, outward, back
        await find("paint-frame-up").press(key)
    await find("paint-frame-left").press("End")
    await find("paint-undo").click()
    await expect(find("paint-frame-left")).to_have_attribute("aria-valuenow", "0")
    await expect(find("paint-count")).to_have_text(
        texts.say("page-paint-framed", "en", width=1024 + wider, height=1024 + 52)
    )
    await find("paint-brush").click()
    await find("paint-stage").click()
    strokes = [one for one in await kept(page, first.pictures[0]["id"], 5) if one["kind"] != "frame"]
    await find("paint-send").click()
    await expect(find("paint-result")).to_be_visible()
    (made, *_) = await workshop.program.storage.store.pictures_of(first.pictures[0]["id"])
    picture = made.piece.picture
    assert picture and (picture.width, picture.height) == (1024 + wider, 1024 + 52)
    truth = np.ones((1024 + 52, 1024 + wider), np.bool_)
    truth[52:, :1024] = drawn(strokes, (1024, 1024))
    assert (await region_of(workshop, first.pictures[0]["id"]) == truth).all()
    read = workshop.program.storage.media.read
    old, new = pixels(await ann.picture(first.pictures[0])), pixels(await read(picture.media))
    assert (new[52:, :1024][~truth[52:, :1024]] == old[~truth[52:, :1024]]).all(), (
        "the old pixels are exactly the old ones"
    )


@ON_A_PHONE
async def test_the_page_of_its_own_shows_what_comes_and_paints_on(visit: Visit, workshop: Studio) -> None:
    ann = await workshop.person("wanda")
    first = await ann.says("", hatted()[0])
    piece = first.action("paint")[1].partition(":")[2]
    ticket = await ticket_for(ann, first)
    visitor = await visit(None)
    page, find = visitor.page, visitor.find
    await page.goto(f"{workshop.url}/paint/{ticket}")
    await find("paint-tap").click()
    await find("paint-stage").click(position={"x": 190, "y": 260})
    await expect(find("paint-count")).not_to_have_attribute("data-share", "0")
    share = await find("paint-count").get_attribute("data-share")
    assert 0 < float(share or 0) < 1
    await kept(page, piece, 1)
    await page.reload()
    await expect(find("paint-count")).to_have_attribute("data-share", share or "")
    await find("paint-words").fill("a dog")
    # it is sent without a connection, the page is left and opened again: then it goes, once, and comes back
    await page.route(
        "**/api/paint/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    await find("paint-send").click()
    await expect(find("paint-status")).to_have_text(texts.say("page-paint-waits", "en"))
    await page.goto("about:blank")
    await page.unroute_all()
    await page.route("**/api/paint/*/result", lambda route: route.abort(), times=1)  # and away once more
    await page.goto(f"{workshop.url}/paint/{ticket}")
    await expect(find("paint-result")).to_be_visible()
    assert len(await workshop.requests("images.edits")) == 1
    visitor.complaints.clear()
    assert await visitor.small_targets() == []
    await page.get_by_test_id("paint-on").click()
    await page.wait_for_url(lambda url: "/paint/" in url and ticket not in url)
    await expect(find("paint-send")).to_be_enabled()
    # marks say what is meant, where paint would say what may change; one or the other is sent
    stage = await find("paint-stage").bounding_box()
    assert stage
    await find("paint-marks").click()
    await page.mouse.move(stage["x"] + 80, stage["y"] + 90)
    await page.mouse.down()
    await page.mouse.move(stage["x"] + 200, stage["y"] + 160, steps=3)
    await page.mouse.up()
    await find("paint-number").click()
    await page.mouse.click(stage["x"] + 80, stage["y"] + 90)
    # words on it, changed where they stand, and others emptied; they are part of what is said
    await find("paint-label").click()
    at = {"x": 200, "y": 300}
    for words, position in (
        ("a hat", at),
        ("a green hat", at),
        ("not this", {"x": 100, "y": 200}),
        ("", {"x": 100, "y": 200}),
    ):
        await find("paint-stage").click(position=position)
        await find("paint-label-words").fill(words)
        await find("paint-label-words").press("Enter")
        await expect(find("paint-stage")).to_be_focused()
    await expect(find("paint-count")).to_have_text(texts.say("page-paint-marked", "en", count=3))
    await expect(page.locator(".paint-takes")).to_have_text(texts.say("page-paint-takes-marks", "en"))
    assert await visitor.small_targets() == [] and not await page.evaluate(NAMELESS)
    await find("paint-words").fill("move 1 along the arrow")
    await find("paint-send").click()
    await expect(find("paint-result")).to_be_visible()
    sent = (await workshop.requests("images.edits"))[-1]
    assert sent["params"]["markup"] and sent["prompt"].startswith("move 1 along the arrow (“a green hat”)\n")
    await page.goto(f"{workshop.url}/paint/{ticket}x")
    await expect(page.locator("#paint-said")).to_have_text(texts.say("error-paint-ticket", "en"))
    visitor.complaints.clear()
    assert (await Page(workshop.url, ticket).ask()).json()["state"] == "done"
