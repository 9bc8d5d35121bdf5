"""What people keep of the page: a story on paper, its words in the clipboard, its pictures under names that say what they are."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from core import texts
from studio import DATA
from visitor import AT_A_DESK, Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BESIDE = """() => [...document.querySelectorAll("#paper .spread")].map((spread) => {
  const [picture, words] = [spread.querySelector("figure"), spread.querySelector("p")].map((node) => node?.getBoundingClientRect());
  return Boolean(picture && words && picture.top < words.bottom && words.top < picture.bottom);
})"""
SEEN = """() => ["#log", ".dock", ".top", ".tools", ".actions", "#paper"].filter((name) => document.querySelector(name)?.checkVisibility())"""


async def on_paper(visitor: Visitor) -> None:
    """What a browser does before it prints."""
    await visitor.page.emulate_media(media="print")
    await visitor.page.evaluate("dispatchEvent(new Event('beforeprint'))")


async def on_screen(visitor: Visitor) -> None:
    """What it does afterwards."""
    await visitor.page.evaluate("dispatchEvent(new Event('afterprint'))")
    await visitor.page.emulate_media(media="screen")


@AT_A_DESK
@pytest.mark.parametrize(
    ("language", "told"),
    [("en-GB", "/story a fox and a lantern --pages 2"), ("zh-CN", "/story 狐狸和灯笼 --pages 2")],
)
async def test_a_story_is_printed_as_a_story_and_its_pictures_saved_under_its_name(
    visit: Visit, language: str, told: str
) -> None:
    visitor = await visit(language=language)
    await visitor.says(told, answers=2)
    await visitor.says("/usage")
    await visitor.says("/image a cat --raw")
    for picture in await visitor.pictures.all():
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_have_js_property("complete", True)
    pdf = await visitor.page.pdf(prefer_css_page_size=True)
    if folder := os.environ.get("FABULA_LOOK"):
        (Path(folder) / f"{language}.pdf").write_bytes(pdf)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 2, "all of it, and not what the window shows"
    assert len(re.findall(rb"/Subtype\s*/Image", pdf)) >= 3, "every picture is loaded before it is printed"
    await on_paper(visitor)
    assert await visitor.page.evaluate(SEEN) == ["#paper"]
    paper = visitor.page.locator("#paper")
    title = await visitor.answers.first.locator(".words h3").inner_text()
    await expect(paper.locator(".leaf h3")).to_have_text(title)
    assert await paper.locator(".leaf figure").count() == 2 and await paper.locator("> figure").count() == 1
    assert await visitor.page.evaluate(BESIDE) == [True] * 2
    words = await visitor.answers.first.locator(".words p").all_inner_texts()
    assert await paper.locator(".leaf p").all_text_contents() == words, "every paragraph, in its order"
    assert not await paper.locator("button, textarea").count()
    await on_screen(visitor)
    assert not await paper.locator("*").count()
    await expect(visitor.find("composer")).to_be_visible()
    await saved_under(visitor, title)


async def saved_under(visitor: Visitor, title: str) -> None:
    """The pictures of a story are saved under its title and their place in it, and so are their originals."""
    stem = "-".join(re.findall(r"\w+", title.lower().replace("’", "")))
    await visitor.pictures.first.click()
    async with visitor.page.expect_download() as download:
        await visitor.find("download").click()
    assert re.fullmatch(rf"{stem}-1\.(jpg|png)", (await download.value).suggested_filename)
    await visitor.page.keyboard.press("Escape")
    await visitor.presses("pick")
    original = (await visitor.presses("original")).get_by_test_id("file")
    await expect(original).to_contain_text(f"{stem}-2.")
    async with visitor.page.expect_download() as download:
        await original.click()
    assert (await download.value).suggested_filename.startswith(f"{stem}-2.")


@AT_A_DESK
async def test_one_story_alone_is_printed_by_its_button_and_copied_without_its_marks(visit: Visit) -> None:
    visitor = await visit(permissions=["clipboard-read", "clipboard-write"])
    await visitor.page.evaluate(
        "() => { window.print = () => { window.printed = document.getElementById('paper').innerHTML; }; }"
    )
    first = (await visitor.says("/story a bear at sea --pages 1", answers=2)).page.locator("#log .tale h3").first
    await visitor.says("/story a fox in the snow --pages 1", answers=2)
    story = visitor.answers.first
    await story.hover()
    await story.get_by_test_id("print").click()
    await visitor.page.wait_for_function("() => window.printed")
    printed = await visitor.page.evaluate("() => window.printed")
    assert await first.inner_text() in printed and printed.count("<article") == 1 and printed.count("<figure") == 1
    await story.get_by_test_id("copy").click()
    await expect(story.get_by_test_id("copy")).to_have_attribute("aria-label", texts.say("page-copied", "en"))
    copied = await visitor.page.evaluate("() => navigator.clipboard.readText()")
    parts = await story.locator(".words > *").all_inner_texts()
    assert copied == "\n\n".join(parts) and "#" not in copied and len(parts) > 2


async def test_what_is_no_story_is_printed_as_it_stands(phone: Visitor) -> None:
    await phone.says("/help")
    await on_paper(phone)
    assert await phone.page.evaluate(SEEN) == ["#log"]
    await on_screen(phone)


async def test_a_spoiler_is_blurred_until_it_is_tapped(phone: Visitor, tmp_path: Path) -> None:
    hidden = tmp_path / "SPOILER_cat.png"
    hidden.write_bytes((DATA / "cat.png").read_bytes())
    await phone.find("file-input").set_input_files(hidden)
    await phone.composer.fill("/edit a red hat")
    await phone.find("send").click()
    made = (await phone.answered(1)).locator(".plate-open")
    blurred = "(node) => getComputedStyle(node.querySelector('img')).filter.includes('blur')"
    assert await made.evaluate(blurred)
    await on_paper(phone)
    assert not await phone.page.locator("#paper img").count(), "nor is it printed"
    await on_screen(phone)
    await made.click()
    await expect(phone.find("lightbox")).to_be_hidden()
    await expect(made.locator("img")).to_have_css("filter", "none")  # it clears up gently
    await made.click()
    await expect(phone.find("lightbox")).to_be_visible()


@AT_A_DESK
async def test_in_a_room_everybody_reads_the_buttons_in_their_language(visit: Visit) -> None:
    ann = await visit("/#chat=labels")
    await ann.says("/image a cat --raw")
    ming = await visit("/#chat=labels", language="zh-CN")
    for visitor, language in ((ann, "en"), (ming, "zh")):
        await expect(visitor.button("redraw")).to_have_text(texts.say("button-redraw", language))
    await ann.presses("delete")
    await expect(ann.button("delete-yes")).to_have_text(texts.say("button-delete-yes", "en"))
    await expect(ming.button("delete-yes")).to_have_count(0)  # whether it shall go is asked of one person alone
