"""Coming in, in a real browser: a token, an invitation, a used one, a room's link, signing out, and being removed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from embedded.process import EmbeddedProcess
from studio import Studio, studio_at
from visitor import AT_A_DESK, ON_A_PHONE, Visit, Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TOKEN = "a-token-for-tests"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def guarded(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async with studio_at(tmp_path_factory.mktemp("guarded"), services, web_token=TOKEN) as running:
        yield running


async def operator(visit: Visit, studio: Studio) -> Visitor:
    visitor = await visit(None, url=studio.url)
    await visitor.page.goto(studio.url + "/login")
    await visitor.page.get_by_label("Your name").fill("Olga")
    await visitor.page.get_by_label("Token").fill(TOKEN)
    await visitor.page.get_by_role("button").click()
    await expect(visitor.page.locator("#room-name")).to_be_visible()
    await visitor.ready()
    return visitor


async def link_for(visitor: Visitor, name: str) -> str:
    """Invite somebody into the studio."""
    await visitor.page.locator("#room").click()
    await visitor.page.locator("#invite-name").fill(name)
    await visitor.page.locator("#invite-name").press("Enter")
    await expect(visitor.page.locator("#invite-link")).to_be_visible()
    assert await visitor.misfits() == []
    return await visitor.page.locator("#invite-link").input_value()


async def comes_in(visit: Visit, studio: Studio, link: str, name: str) -> Visitor:
    visitor = await visit(None, url=studio.url)
    await visitor.page.goto(link)
    await expect(visitor.page.locator("#name")).to_be_focused()
    assert await visitor.misfits() == []
    await visitor.page.locator("#name").fill(name)
    await visitor.page.get_by_role("button", name="Come in").click()
    await expect(visitor.page.locator("#room-name")).to_be_visible()
    await visitor.ready()
    return visitor


@AT_A_DESK
async def test_a_link_lets_one_person_in_once_who_is_out_when_they_are_removed(guarded: Studio, visit: Visit) -> None:
    olga = await operator(visit, guarded)
    link = await link_for(olga, "Grandma")
    grandma = await comes_in(visit, guarded, link, "奶奶")
    await grandma.says("/image a cat --raw")
    await expect(grandma.pictures).to_have_count(1)
    await grandma.page.locator("#room").click()
    await expect(grandma.find("you")).to_have_text("You are 奶奶")
    await expect(grandma.page.locator("#invite-form")).to_be_hidden()
    late = await visit(None, url=guarded.url)
    await late.page.goto(link)
    await expect(late.page.locator("#gone")).to_be_visible()
    await expect(late.page.locator("#enter")).to_be_hidden()
    late.complaints.clear()  # the browser tells of the 404 too
    people = guarded.program.storage.people
    (known,) = [one for one in await people.everybody() if one.name == "奶奶"]
    await people.remove(known.id)
    await grandma.page.reload()
    await grandma.page.wait_for_url(guarded.url + "/login*")
    grandma.complaints.clear()


@ON_A_PHONE
async def test_a_token_opens_the_door(guarded: Studio, visit: Visit) -> None:
    visitor = await visit(None, url=guarded.url)
    await visitor.page.goto(guarded.url + "/#chat=team")
    await visitor.page.wait_for_url(guarded.url + "/login#chat=team")
    assert await visitor.small_targets() == []
    for token in ("wrong", TOKEN):
        await visitor.page.get_by_label("Your name").fill("Mei Lin")
        await visitor.page.get_by_label("Token").fill(token)
        await visitor.page.get_by_role("button").click()
        if token == "wrong":
            await expect(visitor.page.get_by_role("alert")).to_be_visible()
    await expect(visitor.page.locator("#room-name")).to_have_text("team")
    await visitor.ready()
    await visitor.says("/image a cat --raw")
    await expect(visitor.pictures).to_have_js_property("complete", True)
    await visitor.page.locator("#room").click()
    await expect(visitor.find("you")).to_have_text("You are Mei Lin")
    assert all("401" in complaint for complaint in visitor.complaints)
    visitor.complaints.clear()


FROM_CACHE = "async (url) => (await fetch(url, { cache: 'force-cache' })).status"


@ON_A_PHONE
async def test_signing_out_is_an_end(guarded: Studio, visit: Visit) -> None:
    olga = await operator(visit, guarded)
    kept = await olga.page.context.cookies()
    await olga.says("/image a cat --raw")
    await expect(olga.pictures).to_have_js_property("complete", True)
    picture = await olga.pictures.get_attribute("src")
    assert await olga.page.evaluate(FROM_CACHE, picture) == 200
    await olga.page.locator("#room").click()
    await olga.find("sign-out").click()
    await olga.page.wait_for_url(guarded.url + "/login*")
    assert await olga.page.evaluate(FROM_CACHE, picture) == 401, "whoever uses the browser next sees none of it"
    await olga.page.context.add_cookies(kept)  # whoever kept a copy of it
    await olga.page.goto(guarded.url)
    await olga.page.wait_for_url(guarded.url + "/login*")
    olga.complaints.clear()


@AT_A_DESK
async def test_a_token_that_is_taken_back_closes_the_open_page(guarded: Studio, visit: Visit) -> None:
    people = guarded.program.storage.people
    issued = await people.issue("tablet", room="kitchen")
    assert issued
    tablet = await visit(None, url=guarded.url)
    await tablet.page.goto(guarded.url + "/login")
    await tablet.page.get_by_label("Token").fill(issued[1])
    await tablet.page.get_by_role("button").click()
    await expect(tablet.page.locator("#room-name")).to_be_visible()
    await people.revoke(issued[0].id)
    await tablet.page.wait_for_url(guarded.url + "/login*")
    await tablet.page.get_by_label("Token").fill(issued[1])
    await tablet.page.get_by_role("button").click()
    await tablet.page.wait_for_url(guarded.url + "/login?wrong=1")
    tablet.complaints.clear()
