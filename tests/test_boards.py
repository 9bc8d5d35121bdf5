"""Boards through the doors: what is refused and to whom, times, who may what, kills, a crowd that votes, and what is kept of it."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from core.boards import rounds
from core.ports import Change
from core.types import Place, User
from embedded.process import EmbeddedProcess
from killed import program
from studio import Person, Studio, studio_at
from team import WebTeam, action, board, lists, seen
from timed import House, until

ROOM = Place(platform="web", chat="team", peers=True)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def team_of(studio: Studio, *names: str, language: str = "en") -> WebTeam:
    return WebTeam([await studio.person(name, "team", language) for name in names], ROOM)


async def told(person: Person, text: str) -> str:
    """What somebody is told alone who says this."""
    return "\n".join(event["text"] for event in (await person.says(text)).events if event["kind"] != "end")


async def test_what_is_wrong_is_one_sentence_for_its_person_alone(studio: Studio) -> None:
    team = await team_of(studio, "ada", "ben")
    ada, ben = team.people
    assert "What shall we think about" in await told(ada, "/brainstorm")
    assert "No brainstorm is on" in await told(ada, "/idea a lamp")
    await ada.says("/brainstorm a park --minutes 60")
    assert "on here already" in await told(ada, "/brainstorm A Park")
    assert "no words" in await told(ben, "/idea")
    assert "at most 500" in await told(ben, f"/idea {'zebra ' * 2000}")
    assert "Noted" in await told(ben, "/idea a zebra bench")
    assert "given that idea already" in await told(ben, "/idea A  zebra bench!")
    assert "leads this brainstorm" in await pressed(team, 1, "next")
    await ada.says("/brainstorm a pond")
    assert "--on" in await told(ben, "/idea a heron")
    assert "Noted" in await told(ben, "/idea a heron --on pond")
    assert "still hidden" in await press(ben, "board-file:" + await board_of(studio, "a park"))
    for forged in (
        "board-dot:nowhere:1:0",
        "board-change::",
        "board-make:x:y:z",
        "board-own:",
        f"board-idea:{'9' * 30}",
    ):
        assert await press(ben, forged)
    assert "zebra" not in json.dumps(ada.events) and "heron" not in json.dumps(ada.events)
    assert "given that idea already" not in json.dumps(ada.events)


async def press(person: Person, pressed: str) -> str:
    """What comes of a button that nobody showed."""
    start = len(person.events)
    async with person.http() as http:
        sent = {"user": person.name, "message": "m0", "action": pressed}
        answer = await http.post(f"/api/chats/{person.chat}/actions", json=sent)
    if answer.status_code != 202:
        return answer.text
    return (await person.answer("m0", start, of=person.name)).text


async def pressed(team: WebTeam, who: int, verb: str) -> str:
    """What somebody is told who presses a button of the board."""
    person, start = team.people[who], len(team.people[who].events)
    shown = await seen(lambda: team.room(who), lambda one: bool(action(one, f"board-{verb}")))
    await person.post("actions", message=shown.id, action=action(shown, f"board-{verb}"))
    return (await person.answer(shown.id, start, of=person.name)).text


async def board_of(studio: Studio, topic: str) -> str:
    known = await studio.program.storage.store.boards(ROOM, 10)
    return next(one.id for one in known if one.topic == topic)


async def test_of_two_who_change_the_same_state_of_a_board_one_counts(studio: Studio) -> None:
    """A timer or another process may be quicker than somebody at the board: nothing of theirs is lost by it."""
    team = await team_of(studio, "ada", "ben")
    await team.says(0, "/brainstorm a park --sparks 0")
    await board(team, "Everybody writes")
    store = studio.program.storage.store
    [known] = await store.boards(ROOM, 1)
    first, second = (
        rounds.give(known, person, idea, 1.0)
        for person, idea in ((User(platform="web", id="ada"), "a bench"), (User(platform="web", id="ben"), "a pond"))
    )
    assert await store.commit(Change(board=first)) is not None
    assert await store.commit(Change(board=second)) is None, "it was made of what is no more"
    assert [idea.text for idea in (await store.boards(ROOM, 1))[0].ideas] == ["a bench"]


async def test_of_many_who_begin_the_same_in_a_moment_all_come_to_one_board(studio: Studio) -> None:
    team = await team_of(studio, "ada", "ben", "cem", "dia")
    said = await asyncio.gather(*(one.says("/brainstorm a park") for one in team.people))
    (kept,) = await studio.program.storage.store.boards(ROOM, 10)
    led = [one for one in said if f"board-show:{kept.id}" in str(one.events)]
    assert len(led) == 3
    shown = await board(team, "Everybody writes")
    await team.people[said.index(led[0])].presses(*led[0].action("board-show"))
    await seen(lambda: team.room(1), lambda one: one.id != shown.id and bool(action(one, "board-join")))


async def test_who_is_forgotten_takes_their_ideas_from_what_was_shown_too(studio: Studio) -> None:
    team = await team_of(studio, "ada", "ben")
    await team.says(0, "/brainstorm a park --sparks 0")
    await team.gives(0, "a zebra bench")
    await team.gives(1, "a heron pond")
    await team.taps(0, "next")
    assert "zebra" in (await board(team, "Vote for the best")).text + json.dumps(team.people[1].events)
    ada = team.people[0]
    asked = await ada.says("/forget")
    await ada.presses(asked.action("forget-yes")[0], "forget-yes:all")
    late = await studio.person("cy", "team")
    kept = await studio.program.storage.events.after("team", 0)
    assert "zebra" not in json.dumps([row.data for row in kept]) + json.dumps(late.events)
    [left] = await studio.program.storage.store.boards(ROOM, 1)
    assert [idea.text for idea in left.ideas] == ["a heron pond"]


async def test_a_round_ends_by_its_time_or_once_all_are_done(services: EmbeddedProcess, tmp_path: Path) -> None:
    house = House(tmp_path / "data", services)
    async with house.opened() as studio:
        team = await team_of(studio, "ada", "ben")
        await team.says(0, "/brainstorm a park --minutes 30 --sparks 0")
        assert "30 minutes to go" in (await board(team, "Everybody writes")).text
        await team.gives(0, "a zebra bench")
        await team.gives(1, "a heron pond")
        [begun] = await studio.program.storage.store.boards(ROOM, 1)
        assert begun.ends
        house.clock.move_past(begun.created + 310)
        await board(team, "25 minutes to go")
        house.clock.move_past(begun.ends)
        await board(team, "Vote for the best")
    house.clock.move(35 * 60)  # the vote's time goes by while nothing runs
    async with house.opened() as studio:
        team = await team_of(studio, "ada", "ben")
        await board(team, "It is over, and no dots were given")
        await team.taps(1, "again")
        await board(team, "Everybody writes")
        await team.gives(0, "a stage of logs")
        await team.taps(0, "done")
        await team.taps(1, "done")
        await seen(lambda: team.room(0), lambda one: lists(one, 1))


KILLED = [("commit", 2), ("commit", 5), ("accept", 1)]
"""After which commit the process dies: an idea is kept, the round is over, the job of the reveal is accepted."""


@pytest.mark.parametrize(("method", "count"), KILLED)
async def test_a_kill_loses_and_doubles_nothing(
    services: EmbeddedProcess, tmp_path: Path, method: str, count: int
) -> None:
    data = tmp_path / "data"
    async with program(data, services, method, count) as life:
        ada = Person(await life.address(), "ada", "team")
        for text in ("/brainstorm a park --sparks 0", "/idea a zebra bench", "/idea a heron pond"):
            await attempt(ada, "messages", text)
        await attempt(ada, "actions", "next")
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(data, services) as studio:
        team = await team_of(studio, "ada")
        await board(team, "")
        store = studio.program.storage.store
        for text in ("/idea a zebra bench", "/idea a heron pond"):
            if (await store.boards(ROOM, 1))[0].round == "write":
                await team.people[0].says(text)
        if (await store.boards(ROOM, 1))[0].round == "write":
            await team.taps(0, "next")
        await board(team, "Vote for the best")
        kept = await store.boards(ROOM, 9)
        assert [sorted(idea.text for idea in one.shown) for one in kept] == [["a heron pond", "a zebra bench"]]
        told = [event["text"] for event in team.people[0].events if "\n2 ideas" in event["text"]]
        assert len(told) == 1


async def attempt(person: Person, what: str, said: str) -> None:
    """Do something while the process may die."""
    try:
        async with asyncio.timeout(5), person.http() as http:
            if what == "messages":
                await http.post(f"/api/chats/{person.chat}/messages", data={"user": person.name, "text": said})
                await settled(person, http)
            else:
                events = await settled(person, http)
                shown = [one for one in events if any(act["id"].startswith("board-next") for act in one["actions"])][-1]
                pressed = next(act["id"] for act in shown["actions"] if act["id"].startswith("board-next"))
                body = {"user": person.name, "message": shown["message"], "action": pressed}
                await http.post(f"/api/chats/{person.chat}/actions", json=body)
    except (httpx2.HTTPError, TimeoutError):
        return  # it died


async def settled(person: Person, http: Any) -> list[dict[str, Any]]:
    """The events so far, once what was said has its answer."""
    events: list[dict[str, Any]] = []
    async with http.stream("GET", f"/api/chats/{person.chat}/events", params={"user": person.name}) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line[6:]))
                asked = sum(one["kind"] == "message" for one in events)
                shows = any(act["id"].startswith("board-next") for one in events for act in one["actions"])
                if asked and shows and sum(one["kind"] == "end" for one in events) >= asked:
                    return events
    return events


async def test_a_crowd_votes_at_once(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every dot of 200 people counts once, and the board's message is changed now and then, not two hundred times."""
    team = await team_of(studio, "ada")
    ada = team.people[0]
    await ada.says("/brainstorm a park --sparks 0")
    for idea in ("a zebra bench", "a heron pond", "a stage of logs"):
        await ada.says(f"/idea {idea}")
    await pressed(team, 0, "next")
    store, name = studio.program.storage.store, await board_of(studio, "a park")

    async def is_voting() -> bool:
        found = await store.board(name)
        return found is not None and found.round == "vote"

    await until(is_voting)

    async def is_shown() -> bool:
        return any("board-ballot" in str(event["actions"]) for event in ada.events)

    await until(is_shown)
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 3600.0)  # however long it takes here: one change, the others wait
    start = len(ada.events)
    async with ada.http() as http:

        async def votes(who: int) -> None:
            body = {"user": f"p{who}", "message": "m0", "action": f"board-dot:{name}:{who % 3 + 1}:0"}
            assert (await http.post("/api/chats/team/actions", json=body)).status_code == 202

        await asyncio.gather(*map(votes, range(200)))

    async def all_counted() -> bool:
        found = await store.board(name)
        return found is not None and sum(sum(own.values()) for own in found.dots.values()) == 200

    await until(all_counted)
    kept = await store.board(name)
    assert kept and len(kept.dots) == 200 and len(kept.members) == 201
    changes = [event for event in ada.events[start:] if event["kind"] == "reply" and not event.get("private")]
    assert len(changes) <= 1
