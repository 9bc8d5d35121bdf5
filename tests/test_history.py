"""What was made lately: seen small, one's own in private and everybody's in a room, with who likes what there and nothing of elsewhere."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from core.conversation import ratings
from core.pictures.sheet import Tile, sheet
from core.types import Place, Rater
from standins.telegram.client import People
from studio import Person, Studio
from telegram_talker import TelegramTalker, somebody

pytest_plugins = ("telegram_studio", "discord_studio")


async def rates(person: Person, message: str, action: str) -> None:
    start = len(person.events)
    await person.post("actions", message=message, action=action)
    await person.wait(lambda events: [one for one in events[start:] if one["kind"] == "rating"])


def thumbnails(answer: object) -> list[tuple[int, str]]:
    event = next(event for event in answer.events if event["kind"] == "reply")  # type: ignore[attr-defined]
    return [(one["number"], one["id"]) for one in event.get("thumbnails", ())]


async def test_it_shows_pictures_small_by_the_numbers_of_their_lines(studio: Studio) -> None:
    person = await studio.person()
    first = await person.says("/image a cat --raw")
    await person.says("/story a fox at sea --length short --pages 1")
    listed = await person.says("/history")
    numbers = thumbnails(listed)
    assert numbers[-1] == (3, first.pictures[0]["id"]) and len(numbers) == 2
    assert {number for number, _ in numbers} == {1, 3}, "the story is a line without a picture"
    event = listed.replies[0]
    again = await person.presses(event["message"], f"pick:{first.pictures[0]['id']}")
    assert again.pictures[0]["id"] == first.pictures[0]["id"]
    hidden = await person.says("/edit a red hat", ("SPOILER_cat.png", await person.picture(first.pictures[0])))
    newest = next(one for one in (await person.says("/history")).events if one["kind"] == "reply")["thumbnails"][0]
    assert newest["id"] == hidden.pictures[0]["id"] and newest["spoiler"] is True
    gone = await person.presses(first.message, f"delete:{first.pictures[0]['id']}")
    await person.presses(*gone.action("delete-yes"))
    later = await studio.person(person.name, chat=person.chat)
    events = await later.wait(lambda events: any("thumbnails" in one for one in events) and list(events))
    assert not [one for one in events if first.pictures[0]["id"] in str(one.get("thumbnails"))]


async def test_in_a_room_it_is_everybodys_and_in_private_ones_own(studio: Studio) -> None:
    ann, ben = [await studio.person(name, chat="room") for name in ("ann", "ben")]
    hers = (await ann.says("/image a cat --raw")).pictures[0]["id"]
    his = (await ben.says("/image a dog --raw")).pictures[0]["id"]
    alone = await studio.person("ann")
    private = (await alone.says("/image a secret --raw")).pictures[0]["id"]
    assert [piece for _, piece in thumbnails(await ben.says("/history"))] == [his, hers]
    assert [piece for _, piece in thumbnails(await alone.says("/history"))] == [private]
    other = await studio.person("ann", chat="other")
    assert not thumbnails(await other.says("/history")), "nothing of the room, nor of what is private"


@pytest.mark.parametrize("asked", ["/history", "/usage", "/settings", "/forget", "/cancel"])
async def test_what_is_told_to_one_person_in_a_room_reaches_nobody_else(studio: Studio, asked: str) -> None:
    """Neither as it is said nor afterwards, by whatever name a page asks; nor that it has ended."""
    ann, ben = [await studio.person(name, chat="room") for name in ("ann", "ben")]
    await ann.says("/image a cat --raw")
    told = await ann.says(asked)
    assert any(event.get("private") and event["text"] for event in told.events)
    after = await ben.says("/help")
    late, nobody = [await studio.person(name, chat="room") for name in ("cleo", "")]
    for other in (ben, late, nobody):
        await other.wait(lambda events: [one for one in events if one["in_reply_to"] == after.request and one["text"]])
        heard = [event for event in other.events if event["in_reply_to"] == told.request]
        assert not [event for event in heard if event["kind"] not in ("message", "status")]


async def test_who_rated_how_is_told_in_the_room_and_nowhere_else(studio: Studio) -> None:
    ann, ben = [await studio.person(name, chat="room") for name in ("ann", "ben")]
    made = await ann.says("/image a cat --raw")
    piece = made.pictures[0]["id"]
    await rates(ann, made.message, f"rate-up:{piece}")
    await rates(ben, made.message, f"rate-down:{piece}")
    assert "♥ 1 · ✗ 1" in (await ben.says("/history")).text
    assert "♥ 1 · ✗ 1" in (await ben.presses(made.message, f"prompt:{piece}")).text
    await rates(ben, made.message, f"rate-down:{piece}")
    assert "✗" not in (await ann.says("/history")).text, "what is taken back is told of nobody"
    alone = await studio.person("ann")
    own = await alone.says("/image a dog --raw")
    await rates(alone, own.message, f"rate-up:{own.pictures[0]['id']}")
    assert "♥" not in (await alone.says("/history")).text
    assert "♥" not in (await alone.presses(own.message, f"prompt:{own.pictures[0]['id']}")).text
    room, elsewhere = Place(platform="web", chat="room"), Place(platform="web", chat="other")
    store = studio.program.storage.store
    assert [one.value for one in await store.raters(piece, room)] == [1]
    assert not await store.raters(piece, elsewhere)


@pytest.mark.parametrize(
    ("people", "language", "told"),
    [
        ([("Ann", 1), ("Ben", 0.5), ("Carl", -1)], "en", "♥ Ann, Ben · ✗ Carl"),
        ([("Carl", -0.5)], "en", "✗ Carl"),
        ([("", 1), ("", 1)], "en", "♥ 2"),
        ([("Ann", 1), ("", 1)], "zh", "♥ Ann等，另有 1 人"),
        ([("安", 1), ("本", 1)], "zh", "♥ 安、本"),
        ([(f"P{n}", 1) for n in range(9)], "en", "♥ P0, P1, P2, P3, P4, P5, P6, P7 and 1 more"),
        ([("Ann", 0)], "en", ""),
        ([], "zh", ""),
    ],
)
def test_likes_are_told_by_name(people: list[tuple[str, float]], language: str, told: str) -> None:
    assert ratings.told([Rater(name=name, value=value) for name, value in people], language) == told


async def test_on_telegram_it_is_one_message_with_a_sheet(crowd: People, fabula: Studio) -> None:
    ada, ben = await crowd.create_user("Ada"), await crowd.create_user("Ben")
    group = await crowd.create_group("Family", [ada, ben])
    hers, his = TelegramTalker(crowd, ada, group), TelegramTalker(crowd, ben, group)
    made = await hers.says("/image a cat --raw")
    shown = made.messages[-1]
    await his.taps(shown, next(action for action, _ in shown.buttons if action.startswith("rate-up:")))
    listed = (await his.says("/history")).messages[-1]
    assert "♥ Ben" in listed.text and "a cat" in listed.text
    width, height = Image.open(io.BytesIO(listed.pictures[0])).size
    assert (width, height) == (260, 260), "one tile"
    alone = await somebody(crowd, "Ada")
    assert not (await alone.says("/history")).messages[-1].pictures


@pytest.mark.parametrize(("count", "size"), [(1, (260, 260)), (4, (1010, 260)), (5, (1010, 510)), (8, (1010, 510))])
def test_a_sheet_has_a_tile_for_each_picture(count: int, size: tuple[int, int]) -> None:
    stream = io.BytesIO()
    stripes = Image.new("RGB", (300, 500), (255, 255, 255))
    stripes.paste((0, 0, 0), (0, 0, 150, 500))
    stripes.save(stream, "PNG")
    made = Image.open(io.BytesIO(sheet([Tile(number, stream.getvalue()) for number in range(1, count + 1)])))
    assert made.size == size
    (plain, hidden) = (
        Image.open(io.BytesIO(sheet([Tile(1, stream.getvalue(), hidden)]))).convert("L") for hidden in (False, True)
    )
    at = (130 - 14, 200)
    assert plain.getpixel(at) < 20 and 40 < hidden.getpixel(at) < 215, "what is hidden is blurred"  # type: ignore[operator]
