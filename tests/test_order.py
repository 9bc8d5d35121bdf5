"""Order, fairness, cancelling, and who may see and touch what."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from core import texts
from core.features import FEATURES, image
from core.jobs import JobRunner
from embedded.process import EmbeddedProcess
from studio import Studio, paid, studio_at

pytest_plugins = ("lasting",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def studio(lasting: Studio) -> Studio:
    """One for all tests here."""
    return lasting


async def test_the_same_message_posted_twice_runs_once(studio: Studio) -> None:
    person = await studio.person()
    first, second = await asyncio.gather(
        person.posts("/image a cat --raw", client_id="one"), person.posts("/image a cat --raw", client_id="one")
    )
    assert first == second
    await person.answer(first)
    assert await person.posts("/image a cat --raw", client_id="one") == first
    assert len(await studio.requests("images.generations")) == 1
    assert sum(event["kind"] == "message" for event in person.events) == 1


async def test_twenty_people_at_once_each_get_their_own_story(studio: Studio) -> None:
    heroes = ["fox", "owl", "bear", "cat", "dog", "hare", "wolf", "mouse", "swan", "otter"]
    people = [await studio.person(f"person{place}", chat="room") for place in range(20)]
    answers = await asyncio.gather(
        *(person.says(f"/story a {heroes[place % 10]} at sea --length short") for place, person in enumerate(people))
    )
    for place, answer in enumerate(answers):
        assert answer.failure is None
        assert heroes[place % 10] in answer.replies[0]["text"].lower()
        assert {event["user"] for event in answer.replies} == {people[place].name}
        assert answer.pictures


async def test_five_quick_commands_are_answered_in_order(studio: Studio) -> None:
    person = await studio.person()
    commands = ["/help", "/usage", "/history", "/settings", "/cancel"]
    sent = [await person.posts(command) for command in commands]
    await asyncio.gather(*(person.answer(request) for request in sent))
    assert [event["in_reply_to"] for event in person.events if event["kind"] == "reply"] == sent


async def test_five_quick_requests_of_one_person_are_done_in_order(studio: Studio) -> None:
    person = await studio.person()
    sent = [await person.posts(f"/image number {place} --raw") for place in range(5)]
    await asyncio.gather(*(person.answer(request) for request in sent))
    assert [event["in_reply_to"] for event in person.events if event["kind"] == "reply"] == sent
    assert [entry["prompt"] for entry in await studio.requests("images.generations")] == [
        f"number {place}" for place in range(5)
    ]


async def test_a_second_request_is_queued_and_says_so(studio: Studio) -> None:
    person = await studio.person()
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    first = await person.posts("/image one --raw")
    second = await person.posts("/image two --raw")
    await person.wait(
        lambda events: [
            e for e in events if e["kind"] == "status" and e["in_reply_to"] == second and "line" in e["text"]
        ]
    )
    assert (await person.says("/usage")).text, "quick commands are answered meanwhile"
    await studio.release("images.generations")
    for request in (first, second):
        assert (await person.answer(request)).pictures


async def test_cancel_while_a_picture_is_drawn(studio: Studio) -> None:
    person = await studio.person()
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    request = await person.posts("/story a fox at sea --length short --pages 1")
    await person.wait(lambda events: [e for e in events if e["kind"] == "status" and "Drawing" in e["text"]])
    await studio.hangs("images.generations")
    stopped = await person.says("/cancel")
    assert "“a fox at sea”" in stopped.text and "billed" in stopped.text
    answer = await person.answer(request)
    assert not answer.pictures and answer.failure is None
    before = len(await studio.requests())
    await studio.release()
    assert (await person.says("/image a cat --raw")).pictures, "the next request runs at once"
    assert len(await studio.requests("images.generations")) == 2
    assert before < len(await studio.requests())


async def test_what_is_stopped_without_words_is_merely_stopped(studio: Studio) -> None:
    person = await studio.person()
    await person.says("/image a cat --raw")
    await studio.faults({"endpoint": "images.edits", "kind": "hang_until_released", "times": 1})
    request = await person.posts("/vary")
    await studio.hangs("images.edits")
    assert (await person.says("/cancel")).text == texts.say("cancelled-it", "en")
    await person.answer(request)
    await studio.release()


async def test_cancel_stops_what_is_waited_for_then_takes_the_question_back_then_stops_the_batch(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    batches = {"image": replace(image.FEATURE.recipes["image"], batch=True)}
    features = [replace(one, recipes=batches) if one is image.FEATURE else one for one in FEATURES]
    async with studio_at(tmp_path, services, features=features) as studio:
        person = await studio.person()
        await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 2})
        batch = await person.posts("/image a hundred pears --raw")
        await studio.hangs("images.generations")
        story = await person.posts("/story a fox at sea --length short --pages 1")
        await studio.hangs("images.generations", 2)
        await person.says("/edit", "cat.png")
        stopped = [(await person.says("/cancel")).text for _ in range(4)]
        assert "“a fox at sea”" in stopped[0]
        assert stopped[1] == texts.say("cancelled-question", "en")
        assert "“a hundred pears”" in stopped[2]
        assert stopped[3] == texts.say("nothing-to-cancel", "en")
        for request in (batch, story):
            assert not (await person.answer(request)).pictures
        await studio.release()


async def test_the_status_button_cancels_too(studio: Studio) -> None:
    person = await studio.person()
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    request = await person.posts("/image a cat --raw")
    status = await person.wait(
        lambda events: next((e for e in events if e["kind"] == "status" and "Drawing" in e["text"]), None)
    )
    await studio.hangs("images.generations")
    await person.post("actions", message=request, action=f"cancel:{status['job']}")
    assert not (await person.answer(request)).pictures
    await studio.release()


async def test_one_persons_queue_does_not_hold_up_another(studio: Studio) -> None:
    busy, other = await studio.person("busy"), await studio.person("other")
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "match": "slow", "times": 1})
    slow = [await busy.posts("/image slow --raw"), await busy.posts("/image slow too --raw")]
    assert (await other.says("/image a cat --raw")).pictures
    await studio.release("images.generations")
    for request in slow:
        await busy.answer(request)


async def test_a_private_room_is_its_owners_alone(studio: Studio) -> None:
    owner = await studio.person("owner")
    answer = await owner.says("/image a cat --raw")
    message, action = answer.action("vary")
    async with owner.http() as http:
        for user in ("stranger", ""):
            assert (await http.get(f"/api/chats/{owner.chat}/events", params={"user": user})).status_code in (400, 403)
            for what, body in (
                ("actions", {"message": message, "action": action}),
                ("reactions", {"message": message, "emoji": "👍", "added": True}),
            ):
                refused = await http.post(f"/api/chats/{owner.chat}/{what}", json={"user": user, **body})
                assert refused.status_code in (400, 403)
                assert set(refused.json()) == {"code", "text"}
            assert (
                await http.post(f"/api/chats/{owner.chat}/messages", data={"user": user, "text": "hi"})
            ).status_code in (400, 403)


@pytest.mark.parametrize("verb", ["vary", "edit", "prompt", "original", "delete", "rate-up", "pick"])
async def test_a_button_works_only_where_its_piece_was_shown(studio: Studio, verb: str) -> None:
    owner, stranger = await studio.person("owner"), await studio.person("stranger")
    piece = (await owner.says("/image a cat --raw")).pictures[0]["id"]
    shown = await stranger.says("/help")
    refused = await stranger.presses(shown.message, f"{verb}:{piece}")
    assert refused.code == "button-unknown"
    assert (await owner.get(f"/api/pieces/{piece}")).json()["rating"]["count"] == 0
    assert len(paid(await studio.requests())) == 1


async def test_a_piece_of_another_chat_cannot_be_rated(studio: Studio) -> None:
    owner, stranger = await studio.person("owner"), await studio.person("stranger")
    answer = await owner.says("/image a cat --raw")
    await stranger.post("reactions", message=answer.message, emoji="👎", added=True)
    await stranger.says("/help")
    assert (await owner.get(f"/api/pieces/{answer.pictures[0]['id']}")).json()["rating"]["count"] == 0


async def test_in_a_room_only_the_author_may_delete(studio: Studio) -> None:
    author, other = await studio.person("author", chat="room"), await studio.person("other", chat="room")
    answer = await author.says("/image a cat --raw")
    assert (await other.presses(*answer.action("delete"))).code == "only-author"
    assert (await other.presses(*answer.action("prompt"))).code is None


async def test_sessions_in_a_room_are_apart_until_they_are_shared(studio: Studio) -> None:
    one, other = await studio.person("one", chat="room"), await studio.person("other", chat="room")
    await one.says("my secret is marzipan")
    await other.says("hello there")
    assert "marzipan" not in str((await studio.requests("chat"))[-1]["messages"])
    await one.says("/settings session shared")
    await one.says("let us write about the moon")
    await other.says("and about a boat")
    last = str((await studio.requests("chat"))[-1]["messages"])
    assert f"{one.name}: let us write about the moon" in last
    assert "marzipan" not in last


@pytest.mark.parametrize(
    "action",
    [
        "",
        "nonsense",
        "delete:../../etc",
        "pick:" + "x" * 90,
        "set:style=zzz",
        "example:9",
        "cancel:not-a-job",
        "settings:zzz",
    ],
)
async def test_forged_buttons_do_no_harm(studio: Studio, action: str) -> None:
    person = await studio.person()
    shown = await person.says("/help")
    async with person.http() as http:
        answer = await http.post(
            f"/api/chats/{person.chat}/actions", json={"user": person.name, "message": shown.message, "action": action}
        )
    assert answer.status_code in (202, 400, 404)
    assert (await person.says("/usage")).code is None
    assert paid(await studio.requests()) == []


async def test_what_was_left_open_is_taken_up_one_by_one_and_holds_up_nobody(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    """A program that ended with three requests unanswered: in the next one their turn does not come, and afterwards all of them end."""
    names = ("ann", "bea", "cid")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobRunner, "_fill", lambda _: None)  # nothing is begun
        async with studio_at(tmp_path, services) as running:
            requests = [await (await running.person(name)).posts(f"/image {name} --raw") for name in names]
            while len(await running.program.storage.store.open_jobs()) < len(names):
                await asyncio.sleep(0.01)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.jobs.runner.BETWEEN_STARTS", 3600.0)
        async with studio_at(tmp_path, services) as running:
            assert (await (await running.person("dan")).says("/image dan --raw")).pictures
            assert [entry["prompt"] for entry in await running.requests("images.generations")] == ["dan"]
    async with studio_at(tmp_path, services) as running:
        for name, request in zip(names, requests, strict=True):
            assert (await (await running.person(name)).answer(request)).pictures
        assert sorted(entry["prompt"] for entry in await running.requests("images.generations")) == sorted(names)
