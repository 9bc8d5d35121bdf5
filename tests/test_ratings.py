"""Ratings: by buttons and by reactions, given, changed and taken back."""

from __future__ import annotations

import pytest

from core.conversation.ratings import value
from studio import Person, Studio

pytest_plugins = ("lasting",)


@pytest.fixture
def studio(lasting: Studio) -> Studio:
    """One for all tests here."""
    return lasting


@pytest.mark.parametrize(
    ("emoji", "expected"),
    [
        ("👍", 1),
        ("👍🏽", 1),
        ("❤️", 1),
        ("❤", 1),
        ("👎", -1),
        ("💩", -1),
        ("🤷", None),
        ("1️⃣", -1),
        ("3️⃣", 0),
        ("5️⃣", 1),
        ("", None),
    ],
)
def test_what_an_emoji_is_worth(emoji: str, expected: float | None) -> None:
    assert value(emoji) == expected


def test_operators_map_their_own_emoji() -> None:
    assert value("blobheart", {"blobheart": 0.5}) == 0.5
    assert value("👍", {"👍": -3}) == -1


async def rating(person: Person, piece: str) -> dict:
    return (await person.get(f"/api/pieces/{piece}?user={person.name}")).json()["rating"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_reaction_rates_and_taking_it_back_unrates(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a cat --raw")
    piece = answer.pictures[0]["id"]
    event = await person.rates(answer.message, "🔥")
    assert event["pieces"] == [{"id": piece, "rating": {"score": 1.0, "count": 1, "mine": 1.0}}]
    assert (await rating(person, piece))["score"] == 1
    await person.rates(answer.message, "🔥", added=False)
    assert (await rating(person, piece))["count"] == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_the_newest_rating_of_a_person_counts(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a cat --raw")
    piece = answer.pictures[0]["id"]
    await person.rates(answer.message, "❤")
    await person.rates(answer.message, "👎")
    assert (await rating(person, piece)) == {"score": -1, "count": 1, "mine": -1}
    await person.rates(answer.message, "👎", added=False)
    assert (await rating(person, piece))["score"] == 1
    await person.rates(answer.message, "🤷")
    assert (await rating(person, piece))["score"] == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_the_buttons_toggle(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a cat --raw")
    piece = answer.pictures[0]["id"]
    for verb, expected in (("rate-up", 1), ("rate-down", -1), ("rate-down", 0), ("rate-up", 1)):
        start = len(person.events)
        message, action = answer.action(verb)
        await person.post("actions", message=message, action=action)
        await person.wait(lambda events, start=start: [e for e in events[start:] if e["kind"] == "rating"])
        assert (await rating(person, piece))["mine"] == expected


@pytest.mark.asyncio(loop_scope="module")
async def test_several_pictures_of_one_message_are_rated_one_by_one(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/image a cat --n 3 --raw")
    first, second, third = (piece["id"] for piece in answer.pictures)
    for action in (f"rate-up:{second}", f"rate-down:{third}"):
        start = len(person.events)
        await person.post("actions", message=answer.message, action=action)
        await person.wait(lambda events, start=start: [e for e in events[start:] if e["kind"] == "rating"])
    assert [(await rating(person, piece))["mine"] for piece in (first, second, third)] == [0, 1, -1]
    offered = [action["id"] for action in answer.replies[-1]["actions"]]
    assert offered == [f"{verb}:{one}" for one in (first, second, third) for verb in ("pick", "rate-up", "rate-down")]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_reaction_to_several_pictures_in_one_message_rates_all(studio: Studio) -> None:
    people = [await studio.person(name, chat="room") for name in ("one", "two", "three")]
    answer = await people[0].says("/image a cat --n 2 --raw")
    for person, emoji in zip(people, "👍👍👎", strict=True):
        await person.rates(answer.message, emoji)
    for piece in answer.pictures:
        assert await rating(people[2], piece["id"]) == {"score": 1, "count": 3, "mine": -1}


@pytest.mark.asyncio(loop_scope="module")
async def test_stories_are_rated_too_and_ratings_stay_with_how_it_was_made(studio: Studio) -> None:
    person = await studio.person()
    told = await person.says("/story a fox at sea --length short --style ink")
    await person.rates(told.replies[0]["message"], "👍")
    piece = (await person.get(f"/api/pieces/{told.pieces[0]['id']}")).json()
    assert piece["rating"]["score"] == 1
    assert piece["parameters"]["options"]["style"] == "ink"
    assert piece["model"] == "gpt-6.2-sol"
