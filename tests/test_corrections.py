"""A slip of the pen is put right by one tap, on every platform, with everything that was typed and sent."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from contract import Talker
from core.conversation.corrections import corrected, label
from core.conversation.feature import Repertoire
from core.features import FEATURES
from core.types import Message, Place, User
from studio import Answer, Studio, made, paid

pytest_plugins = ("platforms",)

COMMANDS = Repertoire(FEATURES).commands
SLIPS = [
    ("/iamge a cat --raw", "/image a cat --raw"),
    ("/imagee@fabula_bot a cat", "/image a cat"),
    ("/stroy an owl --lenght short --pagse 2", "/story an owl --length short --pages 2"),
    ("/image a cat —stlye ink", "/image a cat --style ink"),
    ("/image a cat --stlye watercolr --szie wdie", "/image a cat --style watercolor --size wide"),
    ('/image --style "oil paintng" a ship at sea', "/image a ship at sea --style oil"),
    ("/image a cat --size 1024x1024x", "/image a cat --size 1024x1024"),
    ("/image a cat --size=1024by768", "/image a cat --size 1024x768"),
    ("/image a cat --n 2x", "/image a cat --n 2"),
    ("/story an owl --pages 3p --lang chinse", "/story an owl --pages 3 --lang zh"),
    ("/image　一只猫 --画风 水墨话", "/image 一只猫 --style ink"),
    ("/hlep", "/help"),
]


def typed(text: str, **details: object) -> Message:
    return Message(
        inbox=("web:1",),
        id="1",
        place=Place(platform="web", chat="home-ann", private=True),
        author=User(platform="web", id="ann"),
        text=text,
        **details,
    )


def suggestion(answer: Answer) -> tuple[str, str]:
    """The message and the action of a suggestion on the page."""
    assert answer.failure
    [button] = answer.failure["actions"]
    return answer.failure["message"], button["id"]


@pytest.mark.parametrize(("said", "meant"), SLIPS)
def test_what_was_meant(said: str, meant: str) -> None:
    message = corrected(typed(said), lambda message: COMMANDS.parse(message.text))
    assert message
    parsed = COMMANDS.parse(message.text)
    assert parsed and label(parsed) == meant


@pytest.mark.parametrize(
    "said", ["/zzzz a cat", "/iamge a cat --n", "/image a cat --stlye zzzzzz", "/image a cat --n 9"]
)
def test_where_it_is_not_certain_what_was_meant(said: str) -> None:
    assert corrected(typed(said), lambda message: COMMANDS.parse(message.text)) is None


async def test_a_suggestion_is_taken_by_a_tap_with_all_that_was_sent(served: Studio, talker: Talker) -> None:
    said = await talker.says("/eidt a red hat --sizee 1024x1024x", "cat.png", mask="cat-mask-alpha.png")
    assert paid(await served.requests()) == []
    assert said.button("corrected")[0].buttons[0][1] == "/edit a red hat --size 1024x1024"
    done = await talker.presses(*said.button("corrected"))
    [asked] = made(await served.requests())
    assert asked["endpoint"] == "images.edits" and asked["prompt"].startswith("a red hat")
    assert len(done.pictures) == 1


async def test_a_suggestion_is_taken_once(served: Studio, talker: Talker) -> None:
    said = await talker.says("/image a cat --raw --stlye ink")
    done = await talker.presses(*said.button("corrected"))
    picture = Image.open(io.BytesIO(done.pictures[0]))
    assert picture.size == (1024, 1024)
    again = await talker.presses(*said.button("corrected"))
    assert not again.pictures
    assert len(made(await served.requests())) == 1


async def test_only_its_person_may_take_a_suggestion(studio: Studio) -> None:
    one, other = await studio.person("one", chat="room"), await studio.person("other", chat="room")
    await one.says("/settings session shared")
    said = await one.says("/iamge a cat --raw")
    message, button = suggestion(said)
    refused = await other.presses(message, button)
    assert refused.code == "not-asked"
    assert made(await studio.requests()) == []
    assert (await one.presses(message, button)).pictures


async def test_what_an_offer_quotes_goes_with_what_is_deleted(studio: Studio) -> None:
    person = await studio.person()
    told = await person.says("good evening")
    await person.says("/iamge", reply_to=told.message)
    place, store = Place(platform="web", chat=person.chat, private=True), studio.program.storage.store
    session, _ = await store.session_at(place, person.name)
    assert session.offers[0].message.quote
    await store.delete_piece(told.pieces[0]["id"])
    session, _ = await store.session_at(place, person.name)
    assert session.offers == ()


async def test_one_that_was_put_right_by_hand_too_is_not_done_twice(studio: Studio) -> None:
    store, manager = studio.program.storage.store, studio.program.manager
    person = await studio.person()
    said = await person.says("/iamge a cat --raw")
    await person.presses(*suggestion(said))
    session, _ = await store.session_at(Place(platform="web", chat=person.chat, private=True), person.name)
    assert session.offers == () and session.heard
    edited = typed("/image a cat --raw", earlier=("/iamge a cat --raw",)).model_copy(
        update={"id": session.heard[-1], "place": Place(platform="web", chat=person.chat, private=True)}
    )
    await manager.receive(edited.model_copy(update={"author": User(platform="web", id=person.name)}))
    assert len(made(await studio.requests())) == 1
