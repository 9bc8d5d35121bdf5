"""What came with a message that was refused, or asked for something else, is what was sent last: no older picture is changed in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core.conversation.limits import FILE_LIMIT, PHOTO_LIMIT
from embedded.process import EmbeddedProcess
from lasting import visited
from standins.telegram.client import People
from studio import Person, Studio, paid, studio_at
from telegram_talker import somebody
from test_batches import as_csv
from test_sent_kinds import FILM, THINGS, answer_to, coming, saying

pytest_plugins = ("telegram_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

PHOTO = "cat-sent.jpg"
VIDEO = ("film.mp4", FILM)
LARGE = ("large.png", bytes(FILE_LIMIT + 1))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _house(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    rules = tmp_path_factory.mktemp("rules") / "rules.toml"
    rules.write_text('[[rule]]\nwhat = ["vary"]\nusd = {day = 0.001}\n[[rule]]\nwhat = ["story"]\nallow = false')
    async with studio_at(tmp_path_factory.mktemp("house"), services, rules=rules) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def house(_house: Studio) -> AsyncIterator[Studio]:
    async with visited(_house) as visit:
        yield visit


async def changed(studio: Studio) -> list[str]:
    """The pictures that were changed last, by their content."""
    return [picture["sha256"] for picture in (await studio.requests("images.edits"))[-1]["params"]["image"]]


async def with_an_older_picture(studio: Studio) -> Person:
    person = await studio.person()
    assert (await person.says("/image a dog --raw")).pictures
    return person


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("/vary", "rule-usd-day"),
        ("/story a fox", "rule-not-allowed"),
        ("/eidt make it red", "unknown-command-near"),
        ("/edit make it red --qualty high", "unknown-option-near"),
        ("/edit make it red --quality purple", "unknown-value"),
        ("/edit " + "very " * 7000, "prompt-too-long"),
        ("/batch product", "not-a-table"),
        ("/usage", None),
        ("/style", None),
    ],
)
async def test_a_photo_that_nothing_came_of_is_the_one_that_is_meant_next(
    house: Studio, said: str, code: str | None
) -> None:
    person = await house.person()
    assert (await person.says("/edit make it red", PHOTO)).pictures
    photo = await changed(house)
    assert (await person.says("/image a dog --raw")).pictures
    assert (await person.says(said, PHOTO)).code == code
    assert (await person.says("/edit make it red")).pictures
    assert await changed(house) == photo
    assert (await person.says("/image a dog --raw")).pictures
    assert (await person.says("/edit make it red")).pictures
    assert await changed(house) != photo, "now a picture is newer"


@pytest.mark.parametrize(
    ("said", "files", "code", "later"),
    [
        ("", [LARGE], "file-too-large", "file-too-large"),
        ("/edit make it red", [PHOTO] * (PHOTO_LIMIT + 1), "too-many-photos", "too-many-photos"),
        ("/batch product", [VIDEO], "not-a-table", "unusable-video"),
        ("/eidt make it red", [VIDEO], "unknown-command-near", "unusable-video"),
        ("/usage", [VIDEO], None, "unusable-video"),
        ("/image a boat --raw --qualty low", [VIDEO], "unknown-option-near", "unusable-video"),
    ],
)
async def test_of_what_cannot_be_used_is_said_what_it_was_whatever_it_came_with(
    house: Studio, said: str, files: list[str | tuple[str, bytes]], code: str | None, later: str
) -> None:
    person = await with_an_older_picture(house)
    before = len(paid(await house.requests()))
    assert (await person.says(said, *files)).code == code
    for words in ("/edit make it red", "/blend the two of them"):
        assert (await person.says(words)).code == later, words
    assert len(paid(await house.requests())) == before


async def test_a_table_that_was_taken_is_no_picture_that_is_meant(house: Studio) -> None:
    person = await with_an_older_picture(house)
    planned = await person.says("/batch image", ("ideas.csv", as_csv([("Idea",), ("a cat",)])))
    assert planned.code is None, planned.text
    assert (await person.says("/edit make it red")).pictures
    assert "table" in (await person.says("/batch image")).text, "and it is not taken again unasked"


async def test_an_idea_is_nobodys_picture(house: Studio) -> None:
    person = await house.person()
    assert (await person.says("/idea a heron", PHOTO)).code
    assert "Send me the photo" in (await person.says("/edit make it red")).text


@pytest.mark.asyncio(loop_scope="function")
async def test_on_telegram_a_photo_that_nothing_came_of_is_the_one_that_is_meant_next(
    crowd: People, fabula: Studio
) -> None:
    ada = await somebody(crowd)
    assert (await ada.says("/edit make it red", PHOTO)).pictures
    photo = await changed(fabula)
    for said in ("/usage", "/eidt make it red"):
        assert (await ada.says("/image a dog --raw")).pictures
        await ada.says(said, PHOTO)
        assert (await ada.says("/edit make it red")).pictures
        assert await changed(fabula) == photo, said


@pytest.mark.asyncio(loop_scope="function")
async def test_on_telegram_of_what_cannot_be_used_is_said_what_it_was_whatever_it_came_with(
    crowd: People, fabula: Studio
) -> None:
    ada = await somebody(crowd)
    assert (await ada.says("/image a dog --raw")).pictures
    before = len(paid(await fabula.requests()))
    for number, said in enumerate(("/batch product", "/usage", "/eidt make it red"), 1):
        thing, kind = list(THINGS.values())[number % 2]
        (message,) = coming(ada.user, 7000 + number, thing, "with the command")
        refused = await answer_to(crowd, ada.user, {**message, "caption": said})
        assert (await ada.says("/edit make it red")).text == saying(kind) != refused.text, said
    assert len(paid(await fabula.requests())) == before
