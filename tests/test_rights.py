"""Laws about what people do at once, what is done again after a kill, and what services learn of people."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from core.ports import InboxRow
from core.types import Place, Press, Reaction, Score, User
from embedded.process import EmbeddedProcess
from studio import Studio, paid, studio_at


async def test_settings_of_a_room_chosen_at_once_are_all_kept(studio: Studio) -> None:
    one, other = await studio.person("one", chat="room"), await studio.person("other", chat="room")
    await one.says("/settings session shared")
    chosen = {"style ink": "ink", "size wide": "wide", "quality high": "fine", "number 3": "3"}
    for _ in range(3):
        await asyncio.gather(
            *(person.says(f"/settings {choice}") for person, choice in zip((one, other) * 2, chosen, strict=True))
        )
        menu = (await one.says("/settings")).text
        assert all(value in menu for value in chosen.values()), menu
        await one.says("/settings reset")


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("kind", ["press", "reaction"])
async def test_what_is_handled_again_after_a_kill_turns_nothing_round(studio: Studio, kind: str, times: int) -> None:
    person = await studio.person()
    answer = await person.says("/image a cat --raw")
    piece, store, manager = answer.pictures[0]["id"], studio.program.storage.store, studio.program.manager
    place, user = Place(platform="web", chat=person.chat, private=True), User(platform="web", id="ann")
    event = (
        Press(inbox=("web:once",), place=place, user=user, message=answer.message, action=f"rate-up:{piece}")
        if kind == "press"
        else Reaction(inbox=("web:once",), place=place, user=user, message=answer.message, added=("👍",))
    )
    row = InboxRow(id="web:once", platform="web", user=user.key, payload=event.model_dump_json())
    assert await store.take_in(row)
    for _ in range(times):
        await manager.receive(event)
        assert await store.score(piece, user.key) == Score(score=1, count=1, mine=1)
    await person.presses(*answer.action("prompt"))
    await person.post("actions", message=answer.message, action=f"rate-up:{piece}")
    await person.wait(
        lambda events: any(one["kind"] == "rating" and not one["pieces"][0]["rating"]["count"] for one in events)
    )


async def test_a_question_goes_with_whom_it_was_put_to(studio: Studio) -> None:
    """In a room's session, also where its person did nothing else there."""
    one, other = await studio.person("one", chat="room"), await studio.person("other", chat="room")
    await one.says("/settings session shared")
    await other.says("/edit Zxquorvane")
    place, store = Place(platform="web", chat="room"), studio.program.storage.store
    session, shared = await store.session_at(place, "other")
    assert shared and [question.words for question in session.questions] == ["Zxquorvane"]
    menu = await other.says("/forget")
    await other.post("actions", message=menu.message, action="forget-yes:")
    await other.wait(lambda events: any(event.get("forgotten") for event in events))
    assert (await store.session_at(place, "other"))[0].questions == ()


async def test_a_text_never_shows_our_instructions(studio: Studio) -> None:
    person = await studio.person()
    told = await person.says("/story a fox --length short")
    piece = (await person.get(f"/api/pieces/{told.pieces[0]['id']}")).json()
    instructions = (await studio.requests("chat"))[0]["messages"][0]["content"]
    assert piece["kind"] == "text" and piece["prompt"] == "" and piece["request"] == "a fox"
    refused = await person.presses(told.replies[0]["message"], f"prompt:{piece['id']}")
    assert refused.code == "button-unknown"
    assert instructions[:60] not in str(person.events)


async def test_services_know_a_person_by_a_name_that_only_this_installation_can_make(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    names: list[set[str]] = []
    for folder in ("one", "one", "other"):
        async with studio_at(tmp_path / folder, services) as studio:
            for name in ("ann", "bob"):
                await (await studio.person(name)).says("/image a cat")
            asked = [entry["params"]["safety_identifier"] for entry in paid(await studio.requests())]
        assert all(len(name) <= 128 for name in asked)
        names.append(set(asked))
    assert [len(known) for known in names] == [2, 2, 2] and names[0] == names[1] and not names[0] & names[2]
    guesses = {
        hashlib.sha256(f"{before}web:{name}".encode()).hexdigest()
        for before in ("", "fabula ", "person ")
        for name in ("ann", "bob")
    }
    assert not guesses & set.union(*names)
