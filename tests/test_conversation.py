"""What people do and what comes back, through the web's HTTP API."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core.pictures import masks
from studio import DATA, Answer, Person, Studio, made, paid

pytest_plugins = ("lasting",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def studio(lasting: Studio) -> Studio:
    """One for all tests here."""
    return lasting


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


async def one_picture(person: Person, answer: Answer) -> Image.Image:
    assert answer.failure is None, answer.failure
    assert len(answer.pictures) == 1
    return opened(await person.picture(answer.pictures[0]))


@pytest.mark.parametrize(
    ("language", "idea", "hero"), [("en", "a fox who finds a lantern", "fox"), ("zh", "一只捡到灯笼的狐狸", "狐狸")]
)
async def test_a_story_is_told_and_drawn(studio: Studio, language: str, idea: str, hero: str) -> None:
    person = await studio.person(language=language)
    answer = await person.says(f"/story {idea} --length short --pages 2")
    text, pictures = answer.replies
    assert [piece["kind"] for piece in text["pieces"]] == ["text"]
    assert hero in text["text"].lower()
    assert [piece["kind"] for piece in pictures["pieces"]] == ["picture", "picture"]
    assert all(piece["caption"] for piece in pictures["pieces"])
    assert answer.events[-1]["kind"] == "end"
    for piece in pictures["pieces"]:
        assert opened(await person.picture(piece)).size == (1024, 1024)
    kinds = [event["kind"] for event in person.events]
    assert kinds.index("text") < kinds.index("reply"), "the text streams in before it is said"
    assert "status" in kinds


async def test_a_storys_pictures_share_their_characters(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/story a fox who finds a lantern --pages 3 --style watercolor")
    prompts = [(await person.get(f"/api/pieces/{piece['id']}")).json()["prompt"] for piece in answer.pictures]
    assert len(prompts) == 3
    assert all("fox" in prompt and "watercolour" in prompt for prompt in prompts)


async def test_an_image_is_drawn_as_asked(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a lighthouse --size wide --format jpeg --quality low")
    assert (await one_picture(person, answer)).size == (1536, 1024)
    piece = (await person.get(f"/api/pieces/{answer.pictures[0]['id']}")).json()
    assert piece["request"] == "a lighthouse"
    assert "lighthouse" in piece["prompt"]
    assert piece["model"] == "gpt-image-2.6-flare"
    assert piece["parameters"]["quality"] == "low"
    assert answer.pictures[0]["mime"] == "image/jpeg"
    assert answer.pictures[0]["caption"] == piece["prompt"]


async def test_raw_words_are_drawn_as_they_are(studio: Studio) -> None:
    person = await studio.person()
    await person.says("/image a blue teapot, seen from above --raw")
    (request,) = paid(await studio.requests())
    assert request["endpoint"] == "images.generations"
    assert request["prompt"] == "a blue teapot, seen from above"


async def test_previews_come_before_the_picture(studio: Studio) -> None:
    person = await studio.person()
    await person.says("/image a fox")
    previews = [event for event in person.events if event["kind"] == "preview"]
    assert previews and previews[0]["pieces"][0]["url"].startswith("/media/preview-")


async def test_what_the_model_cannot_do_is_fitted_and_said(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a fox --size 100x5000 --raw")
    assert "100x5000" in answer.text
    width, height = (await one_picture(person, answer)).size
    assert width % 16 == height % 16 == 0
    assert height / width <= 3


async def test_an_alpha_mask_changes_the_inside_and_nothing_else(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/edit a red flower", "cat.png", mask="cat-mask-alpha.png")
    edited = np.asarray((await one_picture(person, answer)).convert("RGB")).astype(int)
    photo = np.asarray(Image.open(DATA / "cat.png").convert("RGB")).astype(int)
    inside = np.asarray(Image.open(DATA / "cat-mask-alpha.png"))[..., 3] == 0
    assert edited.shape == photo.shape
    difference = np.abs(edited - photo).max(axis=2)
    assert (difference[~inside] == 0).all()
    assert (difference[inside] > 8).mean() > 0.3


@pytest.mark.parametrize(
    ("name", "mask", "least"), [("cat", "cat-mask-white.jpg", 0.95), ("cup", "cup-mask-white.jpg", 0.95)]
)
async def test_a_black_and_white_mask_is_shown_before_money_is_spent(
    studio: Studio, name: str, mask: str, least: float
) -> None:
    person = await studio.person()
    answer = await person.says("/edit a red flower", f"{name}.png", mask=mask)
    assert [piece["kind"] for piece in answer.pieces] == ["region"]
    assert "%" in answer.text
    assert paid(await studio.requests()) == []
    assert agreement(await agreed_region(studio, answer), f"{name}-mask-alpha.png") >= least
    done = await person.presses(*answer.action("region-use"))
    assert (await one_picture(person, done)).size == Image.open(DATA / f"{name}.png").size


@pytest.mark.parametrize("name", ["cat", "cup"])
async def test_a_photo_painted_over_in_reply_to_itself_is_a_mask(studio: Studio, name: str) -> None:
    person = await studio.person()
    photo = await person.posts("", f"{name}-sent.jpg")
    await person.answer(photo)
    answer = await person.says("make it a hat", f"{name}-painted.jpg", reply_to=photo)
    assert [piece["kind"] for piece in answer.pieces] == ["region"]
    assert paid(await studio.requests()) == []
    assert agreement(await agreed_region(studio, answer), f"{name}-mask-alpha.png") >= 0.9


async def test_a_region_can_be_inverted_and_called_off(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/edit a garden", "cat.png", mask="cat-mask-white.jpg")
    first = await agreed_region(studio, answer)
    inverted = await person.presses(*answer.action("region-invert"))
    assert (await agreed_region(studio, inverted) == ~first).all()
    await person.presses(*inverted.action("region-cancel"))
    assert paid(await studio.requests()) == []


async def agreed_region(studio: Studio, answer: Answer) -> np.ndarray:
    """The region behind a preview, as the program keeps it."""
    kept = await studio.program.storage.store.piece(answer.pieces[-1]["id"])
    assert kept
    return masks.decode_region(await studio.program.storage.media.read(kept.piece.region or "")).mask


def agreement(region: np.ndarray, truth: str) -> float:
    expected = np.asarray(Image.open(DATA / truth))[..., 3] == 0
    return float((region & expected).sum() / (region | expected).sum())


async def test_the_original_of_a_masked_edit_comes_with_the_models_own_file(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/edit a red flower", "cat.png", mask="cat-mask-alpha.png")
    files = (await person.presses(*answer.action("original"))).pieces
    assert [piece["kind"] for piece in files] == ["file", "file"]
    assert b"sketch artist" in await person.picture(files[1])


async def test_a_reply_with_plain_words_edits_the_picture(studio: Studio) -> None:
    person = await studio.person()
    first = await person.says("/image a cat --raw")
    second = await person.says("make the cat bigger", reply_to=first.message)
    piece = (await person.get(f"/api/pieces/{second.pictures[0]['id']}")).json()
    assert piece["parent"] == first.pictures[0]["id"]
    assert [entry["endpoint"] for entry in made(await studio.requests())] == ["images.generations", "images.edits"]


async def test_variations_of_a_replied_picture(studio: Studio) -> None:
    person = await studio.person()
    first = await person.says("/image a cat --raw")
    answer = await person.says("/vary --n 3 --strength strong", reply_to=first.message)
    assert len({await person.picture(piece) for piece in answer.pictures}) == 3
    assert (await studio.requests("images.edits"))[0]["params"].get("mask") is None


async def test_one_refused_variation_does_not_lose_the_others(studio: Studio) -> None:
    person = await studio.person()
    await person.says("/image a cat --raw")
    await studio.faults({"endpoint": "images.edits", "kind": "late_refusal", "times": 1, "skip": 1})
    answer = await person.says("/vary --n 4")
    assert len(answer.pictures) == 3
    assert "1 of 4" in answer.text


async def test_several_sources_are_sent_together(studio: Studio) -> None:
    person = await studio.person()
    await person.says("/edit put the cup beside the cat", "cat.png", "cup.png")
    (request,) = await studio.requests("images.edits")
    assert len(request["params"]["image"]) == 2


async def test_a_reply_to_several_pictures_asks_which(studio: Studio) -> None:
    person = await studio.person()
    first = await person.says("/image a cat --n 2 --raw")
    asked = await person.says("make it blue", reply_to=first.message)
    message, _ = asked.action("choose")
    choices = [action["id"] for action in asked.replies[-1]["actions"]]
    answer = await person.presses(message, choices[1])
    piece = (await person.get(f"/api/pieces/{answer.pictures[0]['id']}")).json()
    assert piece["parent"] == first.pictures[1]["id"]


async def test_a_reply_to_a_story_goes_on_with_it(studio: Studio) -> None:
    person = await studio.person()
    told = await person.says("/story a fox who finds a lantern --length short")
    answer = await person.says("and then it rains", reply_to=told.replies[0]["message"])
    assert [piece["kind"] for piece in answer.pieces] == ["text"]
    assert (await person.get(f"/api/pieces/{answer.pieces[0]['id']}")).json()["parent"] == told.pieces[0]["id"]


async def test_the_buttons_of_a_story(studio: Studio) -> None:
    person = await studio.person()
    told = await person.says("/story a fox who finds a lantern --length short")
    message, draw = next(
        (event["message"], action["id"])
        for event in told.replies
        for action in event["actions"]
        if action["id"].startswith("draw")
    )
    assert (await person.presses(message, draw)).pictures
    assert (await person.presses(message, draw.replace("draw", "continue"))).pieces[0]["kind"] == "text"


async def test_plain_talk_remembers_the_session(studio: Studio) -> None:
    person = await studio.person()
    await person.says("I like foxes")
    await person.says("What do I like?")
    last = (await studio.requests("chat"))[-1]
    assert "I like foxes" in str(last["messages"])


async def test_a_photo_without_a_command_is_offered_edit_and_vary(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("", "cat.png")
    assert {action["id"].partition(":")[0] for action in answer.replies[-1]["actions"]} == {"edit", "paint", "vary"}
    assert (await person.presses(*answer.action("vary"))).pictures


async def test_edit_asks_for_what_is_missing(studio: Studio) -> None:
    person = await studio.person()
    assert (await person.says("/edit make it night")).pictures == []
    assert len((await person.says("", "cat.png")).pictures) == 1
    assert (await person.says("/edit", "cup.png")).pictures == []
    assert len((await person.says("add a spoon")).pictures) == 1


async def test_a_question_can_be_taken_back(studio: Studio) -> None:
    person = await studio.person()
    await person.says("/edit make it night")
    await person.says("/cancel")
    answer = await person.says("", "cat.png")
    assert not answer.pictures and answer.action("edit")


async def test_redraw_makes_another_picture_of_the_same_prompt(studio: Studio) -> None:
    person = await studio.person()
    first = await person.says("/image a cat in a boat --quality low")
    second = await person.presses(*first.action("redraw"))
    one, other = [(await person.get(f"/api/pieces/{answer.pictures[0]['id']}")).json() for answer in (first, second)]
    assert one["prompt"] == other["prompt"]
    assert other["parameters"]["quality"] == "low"
    assert await person.picture(first.pictures[0]) != await person.picture(second.pictures[0])


async def test_prompt_tells_how_a_picture_was_made(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a cat")
    told = await person.presses(*answer.action("prompt"))
    piece = (await person.get(f"/api/pieces/{answer.pictures[0]['id']}")).json()
    assert piece["prompt"] in told.text
    assert "gpt-image-2.6-flare" in told.text
    assert "$" in told.text


async def test_delete_removes_the_piece_and_its_bytes(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a cat --raw")
    picture = answer.pictures[0]
    sure = await person.presses(*answer.action("delete"))
    gone = await person.presses(*sure.action("delete-yes"))
    assert any(event.get("removed") and event["message"] == answer.message for event in gone.events)
    assert (await person.get(picture["url"])).status_code == 404
    assert (await person.get(f"/api/pieces/{picture['id']}")).status_code == 404


async def test_settings_by_buttons(studio: Studio) -> None:
    person = await studio.person()
    menu = await person.says("/settings")
    styles = await person.presses(menu.message, "settings:style")
    assert styles.replies[-1]["message"] == menu.message, "the menu changes in place"
    await person.presses(menu.message, "set:style=ink")
    await person.presses(menu.message, "set:number=2")
    chinese = await person.presses(menu.message, "set:language=zh")
    assert chinese.replies[-1]["language"] == "zh"
    assert "水墨" in chinese.text
    answer = await person.says("/image 一只猫")
    assert len(answer.pictures) == 2
    assert "水墨" in (await person.get(f"/api/pieces/{answer.pictures[0]['id']}")).json()["prompt"]
    await person.says("/settings reset")
    assert len((await person.says("/image a cat")).pictures) == 1


async def test_history_shows_the_lineage(studio: Studio) -> None:
    person = await studio.person()
    assert (await person.says("/history")).pieces == []
    first = await person.says("/image a cat --raw")
    await person.says("a hat on the cat", reply_to=first.message)
    listed = await person.says("/history")
    assert "a hat on the cat" in listed.text
    assert "← a cat" in listed.text
    again = await person.presses(*listed.action("pick"))
    assert again.pictures


async def test_usage_adds_up(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a cat")
    cost = (await person.get(f"/api/pieces/{answer.pictures[0]['id']}")).json()["cost_usd"]
    assert f"{cost:.4f}".rstrip("0") in (await person.says("/usage")).text


async def test_help_names_every_command(studio: Studio) -> None:
    person = await studio.person()
    text = (await person.says("/help")).text
    assert all(
        f"/{name}" in text
        for name in ("story", "image", "edit", "vary", "settings", "history", "usage", "cancel", "forget")
    )
    started = await person.says("/start")
    assert (await person.presses(*started.action("example"))).pieces


async def test_the_estimate_is_said_where_a_request_is_dear(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a cat --quality max --n 4 --raw")
    assert "$" in answer.replies[0]["text"] and not answer.replies[0]["pieces"]
