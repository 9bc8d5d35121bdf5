"""One contract on every platform: experience.md's commands with the same expectations, over each platform's real client library."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from contract import Talker, until_scored
from core.types import Score
from studio import Studio, made, paid

pytest_plugins = ("lasting_platforms",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def served(lasting_served: Studio) -> Studio:
    """One for all tests here."""
    return lasting_served


@pytest.fixture
def talker(lasting_talker: Talker) -> Talker:
    return lasting_talker


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


async def test_a_story_comes_as_text_and_then_its_pictures(served: Studio, talker: Talker) -> None:
    said = await talker.says("/story a fox who finds a lantern --length short --pages 2", expect=4)
    assert "fox" in said.messages[0].text.lower()
    assert not said.messages[0].pictures
    assert len(said.pictures) == 2
    assert said.button("draw") and said.button("pick")


async def test_a_chinese_story(served: Studio, talker: Talker) -> None:
    said = await talker.says("/story 一只捡到灯笼的狐狸 --length short", expect=2)
    assert "狐狸" in said.messages[0].text
    assert len(said.pictures) == 1


async def test_an_image_with_its_action_row(served: Studio, talker: Talker) -> None:
    said = await talker.says("/image a lighthouse —style ink --size wide")
    assert "lighthouse" in said.text
    width, height = opened(said.pictures[0]).size
    assert width / height == pytest.approx(1.5, abs=0.01)
    verbs = {action.partition(":")[0] for action, _ in said.with_picture.buttons}
    page = {"paint"} if talker.place.platform == "web" else set()  # a messenger leads to it only by a public address
    assert {"rate-up", "rate-down", "vary", "edit", "redraw", "prompt", "original", "delete"} | page == verbs
    told = await talker.presses(*said.button("prompt"))
    assert "gpt-image-2.6-flare" in told.text
    original = await talker.presses(*said.button("original"))
    assert opened(original.messages[0].files[0]).size == (1536, 1024)


async def test_an_edit_with_photo_and_mask_together(served: Studio, talker: Talker) -> None:
    said = await talker.says("/edit a red flower", "cat.png", mask="cat-mask-white.jpg")
    assert "%" in said.text
    assert paid(await served.requests()) == []
    done = await talker.presses(*said.button("region-use"))
    assert opened(done.pictures[0]).size == (451, 300)
    compared = await talker.presses(
        *done.button("compare"), expect={"web": 1, "discord": 2}.get(talker.place.platform, 3)
    )
    assert len(compared.pictures) == 2, "before and after"
    back = await talker.presses(*done.button("step-back"))
    assert [opened(picture).size for picture in back.pictures] == [(451, 300)] and back.with_picture.action("edit")
    assert len(made(await served.requests())) == 1, "going back costs nothing"


async def test_an_edit_by_painting_over_the_photo(served: Studio, talker: Talker) -> None:
    photo = await talker.says("", "cat-sent.jpg")
    painted = await talker.says("a hat", "cat-painted.jpg", reply_to=photo.id)
    assert paid(await served.requests()) == []
    done = await talker.presses(*painted.button("region-use"))
    assert len(done.pictures) == 1


async def test_plain_words_in_reply_to_a_picture_edit_it(served: Studio, talker: Talker) -> None:
    first = await talker.says("/image a cat --raw")
    await talker.says("make it blue", reply_to=first.with_picture.id)
    assert [entry["endpoint"] for entry in made(await served.requests())] == ["images.generations", "images.edits"]


async def test_the_words_that_a_message_answers_reach_the_writer(served: Studio, talker: Talker) -> None:
    first = await talker.says("good evening")
    await talker.says("what do you mean by that?", reply_to=first.messages[-1].id)
    told = (await served.requests("chat"))[-1]["messages"][-1]["content"]
    assert told.startswith("what do you mean by that?\n> ") and len(told) > 60


async def test_plain_words_begin_what_they_want(served: Studio, talker: Talker) -> None:
    drawn = await talker.says("draw a cat on a roof")
    assert len(drawn.pictures) == 1
    assert not (await talker.says("my cat drew blood")).pictures


async def test_variations_by_reply(served: Studio, talker: Talker) -> None:
    first = await talker.says("/image a cat --raw")
    said = await talker.says("/vary --n 3", reply_to=first.with_picture.id, expect=4)
    assert len(said.pictures) == 3
    alone = await talker.presses(*said.button("pick"))
    assert alone.with_picture.action("vary")


async def test_a_reaction_given_and_withdrawn(served: Studio, talker: Talker) -> None:
    said = await talker.says("/image a cat --raw")
    shown = said.with_picture
    await until_scored(served, talker, shown.id, Score())
    await talker.reacts(shown, "🔥")
    await until_scored(served, talker, shown.id, Score(score=1, count=1))
    await talker.reacts(shown, None)
    await until_scored(served, talker, shown.id, Score())


async def test_settings_by_buttons(served: Studio, talker: Talker) -> None:
    menu = (await talker.says("/settings")).messages[-1]
    await talker.presses(menu, "settings:style", expect=0)
    await talker.presses(menu, "set:style=ink", expect=0)
    await talker.says("/image a cat")
    assert "ink wash" in (await served.requests("images.generations"))[-1]["prompt"]


async def test_cancel(served: Studio, talker: Talker) -> None:
    assert (await talker.says("/cancel")).text
    await talker.says("/edit make it night")
    assert (await talker.says("/cancel")).text
    assert paid(await served.requests()) == []


async def test_history_usage_and_help(served: Studio, talker: Talker) -> None:
    await talker.says("/image a marzipan pig --raw")
    assert "marzipan" in (await talker.says("/history")).text
    assert "$" in (await talker.says("/usage")).text
    assert "/vary" in (await talker.says("/help")).text


async def test_plain_talk(served: Studio, talker: Talker) -> None:
    assert (await talker.says("hello, who are you?")).text


async def test_a_photo_alone_is_offered_edit_and_vary(served: Studio, talker: Talker) -> None:
    said = await talker.says("", "cat.png")
    assert len((await talker.presses(*said.button("vary"))).pictures) == 1


async def test_mistakes_get_one_sentence(served: Studio, talker: Talker) -> None:
    assert "watercolor" in (await talker.says("/image a cat --style watercolr")).text
    assert "damaged" in (await talker.says("/vary", "broken-truncated.png")).text
    assert paid(await served.requests()) == []


async def test_delete_takes_the_message_away(served: Studio, talker: Talker) -> None:
    said = await talker.says("/image a cat --raw")
    sure = await talker.presses(*said.button("delete"))
    await talker.presses(*sure.button("delete-yes"), expect=0)
    store = served.program.storage.store
    assert await store.shown_in(talker.place, said.with_picture.id) == []


async def test_forget(served: Studio, talker: Talker) -> None:
    await talker.says("/image a marzipan pig --raw")
    asked = await talker.says("/forget")
    await talker.presses(*asked.button("forget-yes"), expect=0)
    assert "marzipan" not in (await talker.says("/history")).text
