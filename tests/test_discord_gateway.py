"""The gateway to Discord: everything is acknowledged in time, and a lost connection loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import structlog

from bots.discord.flood import FLOOD
from core.types import Score
from discord_people import Gathering, shows_progress
from patience import PATIENCE
from standins.discord.client import People
from standins.discord.seen import SeenMessage
from studio import paid

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_ONCE = 100


@pytest.fixture(autouse=True)
def _no_pause_between_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord wants five seconds between two new sessions; the stand-in does not."""

    async def at_once(self: object, shard_id: int | None, *, initial: bool = False) -> None: ...

    monkeypatch.setattr("discord.Client.before_identify_hook", at_once)


async def test_a_hundred_commands_at_once_are_all_acknowledged_in_time(gathering: Gathering) -> None:
    people, channel = gathering.people, gathering.ada.channel
    users = [(await gathering.somebody(f"Person {number}")).user for number in range(AT_ONCE)]
    asked = await asyncio.gather(*(people.slash(user, channel, "help") for user in users))
    room = await gathering.ada.until(lambda room: sum("/story" in seen.text for seen in room.by_bot) == AT_ONCE)
    done = [one for one in await people.interactions() if one.id in asked]
    assert len(done) == AT_ONCE
    assert all(one.acknowledged is not None and one.acknowledged < 3 for one in done)
    assert {one.message for one in done} == {seen.id for seen in room.by_bot}, "each got the answer to its own"


async def test_in_a_flood_all_are_acknowledged_before_any_is_answered(
    gathering: Gathering, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("flood.LONGEST", "interactions.ANSWER_SECONDS"):
        monkeypatch.setattr(f"bots.discord.{name}", PATIENCE)
    people, ada = gathering.people, gathering.ada
    alone = await gathering.privately()
    users = [(await gathering.somebody(f"Guest {number}")).user for number in range(FLOOD + 5)]
    await people.freeze()  # so that Discord's three seconds do not run out
    await people.faults({"kind": "stall", "path": "/interactions/*/*/callback", "times": FLOOD})
    asked = await asyncio.gather(*(people.slash(user, ada.channel, "help") for user in users))

    async def acknowledged() -> int:
        return sum(one.acknowledged is not None for one in await people.interactions() if one.id in asked)

    async with asyncio.timeout(PATIENCE):
        while await acknowledged() < len(asked) - FLOOD:
            await asyncio.sleep(0.02)
    assert "/story" in (await alone.says("/help"))[-1].text, "what nobody has to acknowledge goes on"
    assert not any("/story" in seen.text for seen in (await ada.room()).by_bot)
    await people.faults()
    await ada.until(lambda room: sum("/story" in seen.text for seen in room.by_bot) == len(asked))
    await people.freeze(False)


@pytest.fixture
def nothing_broke(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The log, ours and the library's, speaks of no error."""
    with structlog.testing.capture_logs() as logged:
        yield
    assert [entry for entry in logged if entry["log_level"] in ("error", "critical")] == []
    assert [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


async def test_a_connection_lost_in_the_middle_of_a_job_is_taken_up_again(
    gathering: Gathering, hurried: None, nothing_broke: None
) -> None:
    """What people do meanwhile is heard afterwards, and answered."""
    ada, bea, people = gathering.ada, await gathering.somebody("Bea"), gathering.people
    earlier = (await bea.asks("image", idea="a boat", raw=True))[-1].id
    await gathering.until_shown(bea, earlier)
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    before = await people.gateway()
    await people.slash(ada.user, ada.channel, "image", idea="a lighthouse", raw=True)
    await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    await people.freeze()  # so that Discord's three seconds do not run out while nobody listens
    await people.hold(True)
    await people.drop()
    meanwhile = await people.slash(bea.user, bea.channel, "usage")
    await people.react(bea.user, bea.channel, earlier, "🔥")
    await people.hold(False)
    after = await people.until_gateway(lambda seen: seen["resumes"] > before["resumes"])
    assert after["starts"] == before["starts"], "no new session was needed"
    assert "Today" in (await people.answer(meanwhile)).text
    await gathering.until_scored(bea, earlier, Score(score=1, count=1))
    await people.freeze(False)
    await gathering.studio.release("images.generations")
    room = await ada.until(lambda room: len(pictures(room.by_bot)) == 2)
    assert "lighthouse" in pictures(room.by_bot)[1].text
    assert len(paid(await gathering.studio.requests())) == 2


@pytest.mark.parametrize(
    "trouble", ["reconnect", "invalid, resumable", "invalid", "close 4000", "close 4007", "close 4009"]
)
async def test_when_discord_asks_for_a_new_connection_the_job_goes_on(
    gathering: Gathering, hurried: None, nothing_broke: None, trouble: str
) -> None:
    """Op 7, op 9 with and without the right to resume, and closing for some error, a wrong number and a session that is too old."""
    ada, people, store = gathering.ada, gathering.people, gathering.studio.program.storage.store
    spent = (await store.spent(0)).calls
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    before = await people.gateway()
    await people.slash(ada.user, ada.channel, "image", idea="an owl", raw=True)
    await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    await _ask_for_it(people, trouble)
    await people.until_gateway(
        lambda seen: (
            seen["starts"] + seen["resumes"] > before["starts"] + before["resumes"]
            and any(one["connected"] for one in seen["sessions"])
        )
    )
    await gathering.studio.release("images.generations")
    await ada.until(lambda room: bool(pictures(room.by_bot)))
    assert "Today" in (await ada.asks("usage"))[-1].text
    assert len(pictures((await ada.settled()).by_bot)) == len(paid(await gathering.studio.requests())) == 1
    assert (await store.spent(0)).calls == spent + 1


async def _ask_for_it(people: People, trouble: str) -> None:
    if trouble == "reconnect":
        await people.reconnect()
    elif trouble.startswith("close"):
        await people.close_gateway(int(trouble.split()[1]))
    else:
        await people.invalidate(resumable=trouble.endswith("resumable"))


def pictures(messages: list[SeenMessage]) -> list[SeenMessage]:
    return [seen for seen in messages if seen.files and not shows_progress(seen)]
