"""Who is blocked, or is let into a room no more, reads and hears nothing of it from that moment on, by whatever road."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from itertools import count

import pytest
import pytest_asyncio

from bots.web import streams
from comers import TOKEN
from core.people import Visit
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from storage.people import SqlPeople
from studio import Answer, Event, Person, Studio, studio_at

pytestmark = pytest.mark.asyncio(loop_scope="module")
_NUMBERS = count()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def inn(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async with studio_at(tmp_path_factory.mktemp("inn"), services, web_token=TOKEN) as running:
        yield running


class Ear:
    """What comes through an open stream."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self._heard = ""

    async def until(self, words: str | None = None) -> str:
        """All that was heard, once these words were or else the stream has ended."""
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                self._heard += f"{line}\n"
                if words and words in line:
                    break
        return self._heard


@asynccontextmanager
async def listening(person: Person) -> AsyncIterator[Ear]:
    """An open stream of somebody's room, for what is new."""
    newest = max(event.get("seq", 0) for event in person.events)
    async with (
        person.http() as http,
        http.stream("GET", f"/api/chats/{person.chat}/events?user={person.name}&after={newest}") as stream,
    ):
        assert stream.status_code == 200
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        yield Ear(lines)


async def roads(person: Person, done: Answer, photo: str) -> list[int]:
    """What each road answers on which a room, or what was made there, is read."""
    piece, chat = done.pictures[0], f"/api/chats/{person.chat}"
    paths = [f"{chat}/{one}" for one in (f"works/{done.request}", "characters", "batches", "boards/x")]
    paths += [f"/api/pieces/{piece['id']}", piece["url"], f"{piece['url']}?small=true", photo]
    async with person.http() as http:
        return [(await http.get(path)).status_code for path in paths]


async def told_to_all(speaker: Person, words: str) -> None:
    message = await speaker.posts(words)
    await speaker.wait(lambda events: any(one["message"] == message for one in events))


@pytest.fixture(autouse=True)
def _asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked for again by the clock in these tests: what ends a stream is what was done."""
    monkeypatch.setattr("bots.web.streams.LOOK_AGAIN", 10 * PATIENCE)


@pytest.mark.parametrize("how", ["blocked", "removed", "elsewhere"])
async def test_who_is_turned_away_reads_and_hears_nothing_more(
    inn: Studio, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Removed by this process, or by another of which there is no word: then what is said itself shows that they are no member."""
    monkeypatch.setattr("bots.web.streams.KNOWN_FOR", 10 * PATIENCE if how == "elsewhere" else streams.KNOWN_FOR)
    room = f"room-{how}-{next(_NUMBERS)}"
    ann = await inn.invited("Ann", room=room)
    gus = await inn.invited("Gus", room=room)
    done = await gus.says("/edit a red hat", "cat-mask-white.jpg")
    photo = next(one for one in gus.events if one["kind"] == "message" and one["pieces"])["pieces"][0]["url"]
    await ann.wait(lambda events: [one for one in events if one["kind"] == "end"])
    async with gus.http() as http, listening(gus) as heard, listening(ann) as ear_of_ann:
        heard_by_ann = asyncio.create_task(ear_of_ann.until())
        if how == "blocked":
            await inn.program.operating.block(f"web:{gus.name}", True)
        elif how == "removed":
            assert await inn.program.storage.people.remove(gus.name)
        else:
            assert await SqlPeople(inn.program.storage.database, time.time).remove(gus.name)
        await told_to_all(ann, "now that he is gone")
        assert "now that he is gone" not in await heard.until()
        assert set(await roads(gus, done, photo)) <= {401, 403, 404}
        assert (await http.get(f"/api/chats/{room}/events")).status_code in (401, 403)
        said = await http.post(f"/api/chats/{room}/messages", data={"text": "let me in"})
        assert said.status_code in (401, 403) and said.json()["text"]
        assert set(await roads(ann, done, photo)) == {200, 404} and not heard_by_ann.done()
        heard_by_ann.cancel()
        if how == "blocked":
            await inn.program.operating.block(f"web:{gus.name}", False)
            assert (await http.get(photo)).status_code == 200, "and is let in again"


async def test_progress_passes_nobody_who_was_turned_away(inn: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words and previews come many times a second. Whoever has a page open, all are looked after by one look, and none where nobody has gone."""
    monkeypatch.setattr("bots.web.streams.KNOWN_FOR", 10 * PATIENCE)
    room, people = f"live-{next(_NUMBERS)}", inn.program.storage.people
    ann, gus, kim = [await inn.invited(name, room=room) for name in ("Ann", "Gus", "Kim")]
    looks, still_here = [], people.still_here

    async def counted(visits: Collection[Visit]) -> Collection[Visit]:
        looks.append(len(visits))
        return await still_here(visits)

    monkeypatch.setattr(people, "still_here", counted)
    for one in (ann, gus, kim):
        await told_to_all(one, f"here is {one.name}")

    def told(words: str) -> None:
        live = {"kind": "text", "message": None, "in_reply_to": "m", "user": ann.name, "text": words}
        inn.program.hub.progress(room, live | {"pieces": [], "actions": []}, 0)

    def heard(events: list[Event], words: str) -> bool:
        return any(one["text"] == words for one in events)

    looks.clear()
    async with listening(gus) as ear_of_gus:
        for words in ("once", "once upon", "once upon a time"):
            told(words)
            await asyncio.gather(*(one.wait(lambda events, words=words: heard(events, words)) for one in (ann, kim)))
            await ear_of_gus.until(words)
        assert looks == [], "nobody has gone"
        assert await people.remove(gus.name)
        told("there was a secret")
        await asyncio.gather(*(one.wait(lambda events: heard(events, "there was a secret")) for one in (ann, kim)))
        assert "secret" not in await ear_of_gus.until()
    assert len(looks) == 1 and looks[0] >= 4, "all at once"


async def test_what_waits_of_who_is_blocked_is_not_paid_for_any_more(inn: Studio) -> None:
    gus = await inn.invited("Gus")
    await inn.begin()
    await inn.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    requests = [await gus.posts(f"/image a {one} --raw") for one in ("cat", "dog", "hen")]
    await inn.hangs("images.generations")
    await inn.program.operating.block(f"web:{gus.name}", True)
    await inn.release()
    async with asyncio.timeout(PATIENCE):
        while await inn.program.storage.store.open_jobs():
            await asyncio.sleep(0.01)
    assert len(await inn.requests("images.generations")) == 1
    await inn.program.operating.block(f"web:{gus.name}", False)
    answers = [await gus.answer(request) for request in requests]
    assert [answer.code for answer in answers] == [None, "not-allowed-here", "not-allowed-here"]
