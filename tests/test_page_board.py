"""The page of a board in a real browser: ideas, dots and groups, live for everybody, by mouse, finger and key; and the one for the beamer."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.async_api import Locator, Page, expect

from at_board import AtBoard, begun, revealed
from studio import Studio
from visitor import AT_A_DESK, ON_A_PHONE, Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

IDEAS = {0: ["a zebra bench", "a heron pond"], 1: ["a stage of logs"]}
WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
GROUPS = """() => [...document.querySelectorAll("[data-testid=column]")].map(
  (column) => [...column.querySelectorAll(".idea-number")].map((number) => number.textContent))"""

_rooms = count(1)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def comes(visit: Visit, board: AtBoard, **details: str) -> Visitor:
    """Somebody comes to the page of a board."""
    return await visit(f"/boards/{board.board}#chat={board.person.chat}", **details)


def room() -> str:
    return f"team-{next(_rooms)}"


async def number_of(at: AtBoard, text: str) -> int:
    """The number of an idea that was revealed."""
    shown = await at.look()
    return next(idea["number"] for column in shown["columns"] for idea in column["ideas"] if idea["text"] == text)


def idea(page: Page, text: str) -> Locator:
    return page.get_by_test_id("idea").filter(has_text=text)


async def fits(visitor: Visitor) -> bool:
    """At every width."""
    return all(
        [not await visitor.page.evaluate(WIDER) and await visitor.small_targets() == [] async for _ in visitor.widths()]
    )


@AT_A_DESK
async def test_from_the_first_idea_to_the_result(visit: Visit, workshop: Studio) -> None:
    """Whoever begins a board in the room goes to its page by the link there, leads it, and sees the others' doings without a reload."""
    chat = room()
    visitor = await visit(f"/#chat={chat}")
    await visitor.says("/brainstorm a park --minutes 30 --sparks 0")
    page = visitor.page
    await page.get_by_test_id("link").click()
    await visitor.ready()
    await expect(page.get_by_test_id("board-steps")).to_have_attribute("data-round", "write")
    board = AtBoard(await workshop.person("ben", chat), page.url.split("/boards/")[1].partition("#")[0])
    await page.get_by_test_id("board-idea").fill("a zebra bench")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("own-idea")).to_have_text(["a zebra bench✎✕"])
    await expect(page.get_by_test_id("board-idea")).to_be_focused()
    for told in ("a heron pond", "a stage of logs"):
        await board.done("idea", idea=told)
    await expect(page.get_by_test_id("board-count")).to_have_text("3 ideas so far")
    assert "heron" not in await page.content() and "zebra" in await page.content()
    assert await fits(visitor)
    await page.get_by_test_id("act-next").click()
    await expect(page.get_by_test_id("idea")).to_have_count(3)
    first = idea(page, "a heron pond").get_by_test_id("vote")
    await first.click()
    await first.click()
    await expect(page.get_by_test_id("dots-left")).to_contain_text("1 of 3 dots left")
    await board.done("dot", await number_of(board, "a zebra bench"), 0)
    await expect(page.get_by_test_id("idea-dots")).to_have_count(0)
    assert await fits(visitor)
    await page.get_by_test_id("act-end").click()
    await page.get_by_test_id("end-yes").click()
    await expect(page.get_by_test_id("winner")).to_have_count(2)
    await expect(page.get_by_test_id("winner").first).to_contain_text("a heron pond")
    assert await fits(visitor)
    await page.emulate_media(media="print")
    assert await page.locator("button:visible, textarea:visible").count() == 0
    await expect(idea(page, "a zebra bench")).to_be_visible()


async def groups(page: Page) -> list[list[str]]:
    """The numbers of the ideas, group by group."""
    found: list[list[str]] = await page.evaluate(GROUPS)
    return found


@AT_A_DESK
async def test_an_idea_is_dragged_moved_by_keys_and_by_a_list(visit: Visit, workshop: Studio) -> None:
    at = await begun(workshop, room=room())
    await revealed(at, IDEAS)
    page = (await comes(visit, at[2])).page
    await expect(page.get_by_test_id("idea")).to_have_count(3)
    assert await groups(page) == [["1"], ["2"], ["3"]]
    cards, columns = page.get_by_test_id("idea"), page.get_by_test_id("column")
    grip, goal = await cards.nth(0).locator(".idea-text").bounding_box(), await columns.nth(1).bounding_box()
    assert grip and goal
    await page.mouse.move(grip["x"] + 60, grip["y"] + 8)
    await page.mouse.down()
    await page.mouse.move(goal["x"] + 40, goal["y"] + 20, steps=4)
    await page.mouse.up()
    await expect(columns).to_have_count(2)
    assert await groups(page) == [["1", "2"], ["3"]]
    await page.get_by_role("button", name="Move idea 2 to another group").focus()
    await page.keyboard.press("ArrowRight")
    await expect(columns.nth(1).get_by_test_id("idea")).to_have_count(2)
    assert await groups(page) == [["1"], ["2", "3"]]
    await expect(page.locator("#announcer")).to_contain_text("Idea 2 is in")
    await expect(page.get_by_role("button", name="Move idea 2 to another group")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_test_id("group-choice").last.click()
    await expect(columns).to_have_count(3)
    assert await groups(page) == [["1"], ["3"], ["2"]]


@ON_A_PHONE
async def test_a_finger_drags_by_the_handle_and_scrolls_anywhere_else(visit: Visit, workshop: Studio) -> None:
    at = await begun(workshop, room=room())
    await revealed(at, IDEAS)
    visitor = await comes(visit, at[2], language="zh-CN")
    page = visitor.page
    await page.set_viewport_size({"width": 320, "height": 800})
    await expect(page.get_by_text("把点子拖到别的组")).to_be_visible()
    assert await fits(visitor)
    columns = page.get_by_test_id("column")
    handle, goal = await page.get_by_test_id("move").nth(0).bounding_box(), await columns.nth(1).bounding_box()
    assert handle and goal
    hand = await page.context.new_cdp_session(page)
    way = [(handle["x"] + 20, handle["y"] + 20), (goal["x"] + 60, goal["y"] + 10), (goal["x"] + 60, goal["y"] + 30)]
    for place, (x, y) in enumerate(way):
        points = [{"x": x, "y": y}]
        await hand.send(
            "Input.dispatchTouchEvent", {"type": "touchMove" if place else "touchStart", "touchPoints": points}
        )
    await hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect(columns).to_have_count(2)
    assert await groups(page) == [["1", "2"], ["3"]]


@AT_A_DESK
async def test_the_beamer_shows_what_all_may_know_and_nothing_to_press(visit: Visit, workshop: Studio) -> None:
    at = await begun(workshop, room=room())
    await at[0].done("idea", idea="a zebra bench")
    visitor = await comes(visit, at[1])
    await visitor.find("board-beamer").click()
    link = await visitor.find("beamer-link").input_value()
    await expect(visitor.find("beamer-switch")).to_have_count(0)
    beamer = await visit(link.removeprefix(visitor.url))
    page = beamer.page
    await expect(page.get_by_test_id("board-count")).to_have_text("1 idea so far")
    await expect(page.locator(".person").first).to_have_text("🙂somebody")
    assert await page.locator("button, input, textarea, a").count() == 0 and "zebra" not in await page.content()
    for told in ("a heron pond", "a stage of logs"):
        await at[1].done("idea", idea=told)
    await at[0].done("next")
    await expect(page.get_by_test_id("idea")).to_have_count(3)
    await at[1].done("dot", 1, 0)
    await expect(page.get_by_test_id("idea-dots")).to_have_count(0)
    assert await page.locator("button, input, textarea").count() == 0 and not await page.evaluate(WIDER)
    await at[0].done("beamer")
    await expect(page.get_by_text("This link shows nothing any more")).to_be_visible()
    beamer.complaints.clear()  # the browser's own word on the answer 404


@AT_A_DESK
async def test_a_board_that_is_not_there_is_one_sentence(visit: Visit, workshop: Studio) -> None:
    [at, *_] = await begun(workshop, room=room())
    visitor = await visit(f"/boards/{at.board}#chat=another-room")
    await expect(visitor.find("board-refused")).to_have_text("That brainstorm is no longer there.")
    visitor.complaints.clear()  # the same
