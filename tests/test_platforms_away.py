"""A platform that hangs, breaks or refuses us delays nobody: the page and the other one serve, and it works as soon as it is well again."""

from __future__ import annotations

import asyncio
import itertools
import re
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

import standins.discord.client
import standins.telegram.client
from contract import Talker, sample
from core.types import KeptReply, Place, Reply
from discord_talker import DiscordTalker, discord_settings
from embedded.process import EmbeddedProcess
from fabula_process import address_in, fabula, finish, running_fabula
from patience import PATIENCE
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from studio import Person, studio_at
from telegram_talker import TelegramTalker, unlimited

pytest_plugins = ("platforms",)

OTHER = {"telegram": "discord", "discord": "telegram"}
ALWAYS = 10**6


def answers(body: str, kind: str = "application/json", number: int = 200) -> dict[str, Any]:
    """What a proxy in between says; the two stand-ins call the number differently."""
    return {"kind": "page", "body": body, "content_type": kind, "number": number}


TROUBLE: Mapping[str, dict[str, Any]] = {
    "hangs": {"kind": "stall"},
    "hangs up": {"kind": "disconnect_before"},
    "broken": {"kind": "status", "number": 500},
    "refuses us": {"kind": "status", "number": 401},
    "finds us odd": {"kind": "status", "number": 400},
    "not found": {"kind": "status", "number": 404},
    "proxy's error": answers("<html>Bad Gateway</html>", "text/html", 502),
    "proxy's page": answers("<html>Please sign in</html>", "text/html"),
    "plain text": answers('{"ok": true, "result": {}}', "text/plain"),
    "half a JSON": answers('{"ok": true, "res'),
    "a list": answers("[1, 2]"),
    "another object": answers('{"ok": true, "result": {"id": []}}'),
}


@dataclass
class Side:
    """A platform's stand-in, and somebody there."""

    name: str
    people: standins.telegram.client.People | standins.discord.client.People
    talker: Talker
    settings: dict[str, object]
    environment: dict[str, str]
    token: str
    variable: str

    async def falls_ill(self, trouble: Mapping[str, Any]) -> None:
        """From now on this happens to all that it is asked; the bot gets to know."""
        rule = {"times": ALWAYS, **trouble}
        number = rule.pop("number", 200)
        await self.people.faults(rule | {"status" if self.name == "discord" else "code": number})
        if isinstance(self.people, standins.discord.client.People) and (await self.people.gateway())["sessions"]:
            await self.people.close_gateway(4004)

    async def gets_well(self) -> None:
        await self.people.faults()

    async def is_served(self) -> bool:
        if isinstance(self.people, standins.discord.client.People):
            await self.people.until_gateway(
                lambda seen: any(one["connected"] for one in seen["sessions"]), seconds=PATIENCE
            )
            await commands_offered(self.people)
        return bool((await self.talker.says("/usage")).text)


async def commands_offered(people: standins.discord.client.People) -> None:
    """Wait until Discord knows the commands; before, it offers them to nobody."""
    rows: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE):
        while not any(row["status"] == 200 and "fault" not in row for row in rows):
            rows = (await people.requests("PUT", "/commands", times=len(rows) + 1, seconds=0.1))["requests"]


@pytest_asyncio.fixture(loop_scope="function")
async def sides(
    telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess, services: EmbeddedProcess
) -> AsyncIterator[dict[str, Side]]:
    telegram, discord = telegram_stand_in, discord_stand_in
    # Without a key each program would start a server of its own.
    served = {"OPENAI_API_KEY": services.key, "OPENAI_BASE_URL": services.url}
    async with telegram.people() as crowd, discord.people() as town:
        await crowd.reset()
        await crowd.flood_limits(False)
        await town.reset()
        await town.rate_limits(False)
        ada, bea = await crowd.create_user("Ada", language_code="en"), await town.create_user("Bea")
        yield {
            "telegram": Side(
                "telegram",
                crowd,
                TelegramTalker(crowd, ada),
                unlimited(telegram),
                served | {"TELEGRAM_BASE_URL": telegram.url, "TELEGRAM_BASE_FILE_URL": telegram.file_url},
                telegram.token,
                "TELEGRAM_BOT_TOKEN",
            ),
            "discord": Side(
                "discord",
                town,
                DiscordTalker(town, bea, await town.private_channel(bea)),
                discord_settings(discord),
                served | {"DISCORD_API_BASE": discord.url, "DISCORD_GATEWAY": discord.gateway},
                discord.token,
                "DISCORD_BOT_TOKEN",
            ),
        }
        await crowd.faults()
        await town.faults()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long here; so does Discord's library, which tries a broken server again by itself."""
    for name in ("FIRST_WAIT", "LONGEST_AWAY", "REFUSED_WAIT"):
        monkeypatch.setattr(f"bots.chores.{name}", 0.05)
    monkeypatch.setattr("bots.delivery.FIRST_WAIT", 0.05)
    monkeypatch.setattr("bots.telegram.platform.PATIENCE", 0.5)
    monkeypatch.setattr("bots.telegram.platform.POLL_SECONDS", 1)
    monkeypatch.setattr("bots.telegram.platform.POLL_GRACE", 0.5)
    monkeypatch.setattr("bots.discord.platform.LOGIN_PATIENCE", 0.5)
    real = asyncio.sleep

    async def shorter(seconds: float, result: Any = None) -> Any:
        return await real(min(seconds, 0.05), result)

    monkeypatch.setattr("discord.http.asyncio.sleep", shorter)


async def noted(logged: list[Any], platform: str, since: int = 0) -> None:
    """Wait until the log says, behind so many lines, that a platform does not work."""
    async with asyncio.timeout(PATIENCE):
        while not any(entry.get("platform") == platform and "seconds" in entry for entry in logged[since:]):
            await asyncio.sleep(0.01)


async def page_is_served(person: Person) -> bool:
    return bool((await person.says("/usage")).text)


@pytest.mark.parametrize(("trouble", "first"), list(zip(TROUBLE, itertools.cycle(OTHER))), ids=TROUBLE)
async def test_platforms_that_are_ill_at_the_start_delay_nobody_and_work_when_they_are_well(
    services: EmbeddedProcess, tmp_path: Path, sides: dict[str, Side], trouble: str, first: str
) -> None:
    """Both are; then the first gets well while the other is still ill."""
    for side in sides.values():
        await side.falls_ill(TROUBLE[trouble])
    settings = {name: value for side in sides.values() for name, value in side.settings.items()}
    with capture_logs() as logged:
        async with studio_at(tmp_path / "data", services, **settings) as studio:
            assert await page_is_served(await studio.person())
            for name in (first, OTHER[first]):
                await noted(logged, name)
                await sides[name].gets_well()
                assert await sides[name].is_served()
    for side in sides.values():
        assert_plain(logged, side)


@pytest.mark.parametrize("name", OTHER)
async def test_a_platform_that_falls_ill_disturbs_nobody_and_works_when_it_is_well(
    services: EmbeddedProcess, tmp_path: Path, sides: dict[str, Side], name: str
) -> None:
    ill, other = sides[name], sides[OTHER[name]]
    with capture_logs() as logged:
        async with studio_at(tmp_path / "data", services, **ill.settings, **other.settings) as studio:
            person = await studio.person()
            assert await ill.is_served()
            for trouble in TROUBLE:
                before = len(logged)
                await ill.falls_ill(TROUBLE[trouble])
                await noted(logged, name, before)
                assert await page_is_served(person), trouble
                assert await other.is_served(), trouble
                await ill.gets_well()
                assert await ill.is_served(), trouble
            assert (await ill.talker.says("/image a pear --raw")).pictures
    assert_plain(logged, ill)


def assert_plain(logged: list[Any], ill: Side) -> None:
    """Each failure is one line: no traceback, no token, no link."""
    assert not [entry for entry in logged if "exc_info" in entry]
    words = " ".join(f"{key}={value}" for entry in logged for key, value in entry.items())
    assert ill.token not in words and "://" not in words


@pytest.mark.parametrize("name", OTHER)
async def test_what_is_said_meanwhile_waits_for_the_platform_and_is_said_once(
    services: EmbeddedProcess, tmp_path: Path, sides: dict[str, Side], name: str
) -> None:
    """Nothing is tried until it lets us in, so nothing is given up and nobody is asked in vain."""
    ill = sides[name]
    await ill.falls_ill(TROUBLE["refuses us"])
    with capture_logs() as logged:
        async with studio_at(tmp_path / "data", services, **ill.settings) as studio:
            place = ill.talker.place
            studio.program.delivery.deliver([kept(place)])
            await noted(logged, name)
            assert await ill.talker.sees("") is None
            await ill.gets_well()
            await heard(ill, "said meanwhile")
    assert not [entry for entry in logged if entry["event"] == "delivery is put off"]


def kept(place: Place) -> KeptReply:
    return KeptReply(
        id=10**6,
        key="meanwhile",
        place=place,
        user="",
        in_reply_to="",
        job=None,
        reply=Reply(text="said meanwhile"),
        receipts=(),
    )


async def heard(side: Side, words: str) -> None:
    """Wait until the bot has said these words in the private conversation."""
    talker = side.talker
    if isinstance(talker, TelegramTalker):
        await talker.people.until(talker.chat, lambda room: any(words in seen.text for seen in room.by_bot))
    else:
        assert isinstance(talker, DiscordTalker)
        await talker.people.until(
            talker.channel, lambda room: any(words in seen.text for seen in room.by_bot), user=talker.user
        )


async def test_a_file_that_cannot_be_fetched_meanwhile_is_said_in_words(
    services: EmbeddedProcess, tmp_path: Path, sides: dict[str, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request was accepted before the restart; it holds no place that others need until its platform is well again."""
    monkeypatch.setattr("bots.telegram.downloads.WAITS", (0.01, 0))
    ill = sides["telegram"]
    crowd, talker = ill.people, ill.talker
    assert isinstance(crowd, standins.telegram.client.People) and isinstance(talker, TelegramTalker)
    async with studio_at(tmp_path / "data", services, **ill.settings):
        await crowd.faults({"method": "getFile", "kind": "stall", "times": ALWAYS})
        await crowd.send_photo(talker.user, sample("cat-sent.jpg"), "/vary", chat=talker.chat)
        await crowd.requests("getFile", times=1)
    await ill.gets_well()
    await ill.falls_ill(TROUBLE["hangs up"])
    async with studio_at(tmp_path / "data", services, **ill.settings) as studio:
        async with asyncio.timeout(PATIENCE):
            while not await studio.program.storage.store.unsent():
                await asyncio.sleep(0.01)
        await ill.gets_well()
        await heard(ill, "does not answer right now")
        assert await ill.is_served()


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("trouble", ["hangs", "refuses us"])
async def test_the_program_stays_up_beside_it_and_ends_when_it_is_told_to(
    tmp_path: Path, sides: dict[str, Side], name: str, trouble: str
) -> None:
    """As people start it; a wrong token is one line that names the setting."""
    ill = sides[name]
    wrong = trouble == "refuses us"
    token = "4242:never-given" if wrong else ill.token
    if not wrong:
        await ill.falls_ill(TROUBLE["hangs"])
    async with running_fabula(tmp_path, **ill.environment, **{ill.variable: token}) as (process, said):
        async with httpx2.AsyncClient(base_url=address_in(said), trust_env=False, verify=False) as http:
            assert (await http.get("/healthz")).status_code == 200
        person = Person(address_in(said), "ann", "home-ann")
        listening = asyncio.create_task(person.listen())
        assert await page_is_served(person)
        listening.cancel()
        process.send_signal(signal.SIGTERM)
        ended = await finish(process)
    assert ended.code == 0
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in ended.complained.splitlines()]
    assert len([line for line in lines if ill.variable in line]) == wrong
    assert "Traceback" not in ended.complained and token not in ended.complained


@pytest.mark.parametrize("name", OTHER)
async def test_the_doctor_says_whether_a_platform_lets_us_in(tmp_path: Path, sides: dict[str, Side], name: str) -> None:
    asked, wrong = sides[name], "4242:never-given"
    well = await fabula(tmp_path, "doctor", **asked.environment, **{asked.variable: asked.token})
    refused = await fabula(tmp_path, "doctor", **asked.environment, **{asked.variable: wrong})
    await asked.falls_ill(TROUBLE["hangs up"])
    away = await fabula(tmp_path, "doctor", **asked.environment, **{asked.variable: asked.token})
    assert [ended.code for ended in (well, refused, away)] == [0, 1, 1]
    assert f"[good] {name.capitalize()} lets the bot" in well.said
    assert f"[bad] {name.capitalize()} does not accept {asked.variable}" in refused.said
    assert f"[bad] {name.capitalize()} cannot be reached" in away.said
    for ended in (well, refused, away):
        assert "Traceback" not in ended.complained
        assert asked.token not in ended.said + ended.complained and wrong not in ended.said + ended.complained
