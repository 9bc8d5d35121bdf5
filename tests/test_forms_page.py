"""Forms on the page in a real browser: by keyboard and by finger, on small screens, in both languages, by day and by night."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

import survey
from core import texts
from core.features import FEATURES
from embedded.process import EmbeddedProcess
from studio import Studio, studio_at
from visitor import Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        survey.with_its_sentence(tmp_path_factory.mktemp("locales"), patch)
        yield
    texts.catalogue.cache_clear()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def workshop(
    services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory, catalogues: None
) -> AsyncIterator[Studio]:
    """A studio that knows the survey too."""
    folder = tmp_path_factory.mktemp("studio")
    async with studio_at(folder, services, features=(*FEATURES, survey.FEATURE)) as running:
        yield running


async def opened(visitor: Visitor, verb: str = "fill-in") -> Locator:
    await visitor.button(verb).click()
    form = visitor.find("form")
    await expect(form).to_be_visible()
    return form


@pytest.mark.parametrize(
    ("width", "language", "story"), [(390, "en-GB", "/story a fox at sea"), (1280, "zh-CN", "/story 海上的狐狸")]
)
async def test_the_text_of_a_story_is_changed(visit: Visit, language: str, story: str) -> None:
    visitor = await visit(language=language)
    await visitor.says(f"{story} --length short", answers=2)
    form = await opened(visitor, "change-text")
    ours = texts.language_of(language)
    await expect(form.get_by_role("heading")).to_have_text(texts.say("button-change-text", ours))
    title, text = (form.get_by_label(texts.say(f"form-text{name}", ours)) for name in ("-title", ""))
    await expect(title).to_be_focused()
    assert await title.input_value() and len(await text.input_value()) > 200
    assert await visitor.misfits() == []
    await title.fill("My own fox")
    await text.fill("It was **my** fox.\n\nIt slept.")
    before = await visitor.answers.count()
    await visitor.find("form-send").click()
    await expect(form).to_be_hidden()
    answer = await visitor.answered(before + 1)
    await expect(answer.locator("h3")).to_have_text("My own fox")
    await expect(answer.locator("strong")).to_have_text("my")


async def test_it_fits_small_screens_and_the_night(visit: Visit, width: int) -> None:
    visitor = await visit(color_scheme="dark")
    await visitor.page.set_viewport_size({"width": 320 if width < 640 else width, "height": 568})
    await visitor.says("/survey")
    form = await opened(visitor)
    assert await visitor.small_targets() == [] and not await visitor.overflows()
    assert await form.evaluate("(dialog) => dialog.scrollWidth <= dialog.clientWidth")
    inside = "(node) => { const box = node.getBoundingClientRect(); return box.bottom <= innerHeight && box.right <= innerWidth; }"
    assert await visitor.find("form-send").evaluate(inside), "what saves is always in reach"


async def test_a_wrong_value_is_said_at_its_field_and_nothing_is_lost(desk: Visitor) -> None:
    await desk.says("/survey")
    form = await opened(desk)
    await form.get_by_label("Your name").fill("Ada")
    await form.get_by_label("Your pet").select_option("A dog")
    age = form.get_by_label("Your age")
    await age.fill("many")
    await desk.find("form-send").click()
    sentence = texts.say("error-form-number", "en", field="Your age", least=1, most=120)
    await expect(age).to_have_accessible_description(sentence)
    await expect(age).to_be_focused()
    await expect(age).to_have_attribute("aria-invalid", "true")
    desk.complaints.clear()  # the browser notes each answer of 422
    await expect(form.get_by_label("Your name")).to_have_value("Ada")
    await age.fill("36")
    await desk.page.keyboard.press("Enter")
    await expect(form).to_be_hidden()
    await expect(desk.answers.last).to_contain_text("name=Ada; pet=dog; age=36; about=")


async def test_the_keyboard_alone(desk: Visitor) -> None:
    """The focus stays in the dialog, Escape closes it, and then the button is in focus again."""
    await desk.says("/survey")
    await desk.button("fill-in").focus()
    await desk.page.keyboard.press("Enter")
    form = desk.find("form")
    await expect(form.get_by_label("Your name")).to_be_focused()
    for _ in range(12):
        await desk.page.keyboard.press("Tab")
        assert await desk.page.evaluate(
            "() => { const at = document.activeElement; return at === document.body || !!at.closest('#form'); }"
        )
    await desk.page.keyboard.press("Escape")
    await expect(form).to_be_hidden()
    await expect(desk.button("fill-in")).to_be_focused()


async def test_a_draft_survives_a_reload_and_can_be_thrown_away(phone: Visitor) -> None:
    await phone.says("/survey")
    form = await opened(phone)
    await form.get_by_label("About you").fill("I like foxes, and")
    await phone.reload()
    form = await opened(phone)
    await expect(form.get_by_label("About you")).to_have_value("I like foxes, and")
    await phone.find("form-discard").click()
    await expect(form.get_by_label("About you")).to_have_value("")
    await phone.find("form-cancel").click()
    await expect(form).to_be_hidden()
    form = await opened(phone)
    await expect(phone.find("form-discard")).to_be_hidden()
    await phone.find("form-cancel").click()


async def test_what_is_gone_meanwhile_is_said_in_the_form(desk: Visitor, workshop: Studio) -> None:
    await desk.says("/story a fox at sea --length short", answers=2)
    piece = str(await desk.button("change-text").get_attribute("data-action")).partition(":")[2]
    form = await opened(desk, "change-text")
    await workshop.program.storage.store.delete_piece(piece)
    await form.get_by_label("Text").fill("My words")
    await desk.find("form-send").click()
    await expect(desk.find("form-fault")).to_have_text(texts.say("error-button-unknown", "en"))
    await expect(form.get_by_label("Text")).to_have_value("My words")
    desk.complaints.clear()


async def test_a_link_opens_elsewhere_and_tells_nothing_of_here(desk: Visitor) -> None:
    await desk.says("/survey")
    link = desk.answers.last.get_by_test_id("link")
    await expect(link).to_have_attribute("href", survey.ADDRESS)
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
