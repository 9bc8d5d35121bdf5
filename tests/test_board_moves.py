"""What may befall a board in any of its rounds: its group becomes a supergroup, its leader is forgotten; and a poll that arrives too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from core.types import Board, Place
from gathering import gathered
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from studio import Studio
from team import DiscordTeam, Team, TelegramTeam, WebTeam, board, lists, seen
from test_board_polls import IDEAS, begins, chooses, is_closed, polls, the_board, the_poll
from timed import until

pytest_plugins = ("platforms",)
ADA, BEN, CEM, DIA = range(4)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)
    monkeypatch.setattr("core.features.brainstorm_poll.AGAIN", 0.02)


async def becomes_another(team: TelegramTeam) -> TelegramTeam:
    """The group becomes a supergroup: what stood in it can be neither pressed nor changed any more."""
    moved = await team.app.migrate(team.chat)
    return replace(team, chat=moved, place=Place(platform="telegram", chat=str(moved)))


async def has_come_along(served: Studio, team: Team) -> bool:
    """Whether the move has been heard of, which may be after what was just being said was sent to where the group is now."""
    return bool(await served.program.storage.store.boards(team.place, 1))


async def a_group(every: Team) -> TelegramTeam:
    """A group that has not become a supergroup yet."""
    assert isinstance(every, TelegramTeam)
    chat = await every.app.create_group("Circle", every.people[:3], kind="group", bot="administrator")
    return replace(every, chat=chat, place=Place(platform="telegram", chat=str(chat)))


SAYS = {
    "write": "Everybody writes",
    "build": "Take one of two",
    "vote": "Vote for the best",
    "runoff": "A tie!",
    "poll": "right below",
}
"""What the board says in each round that a group may become a supergroup in."""


@pytest.mark.parametrize("platform", ["telegram"])
async def test_in_every_round_a_group_may_become_a_supergroup(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    """The board comes along, with buttons that work there, and with everybody's ideas and dots; a poll is asked once more."""
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as every:
        for when in SAYS:
            team = await a_group(every)
            await begins(served, team, {"build": "--build", "poll": "--poll"}.get(when, ""), reveals=False)
            team = await moves_on(served, team, when)
            over = await board(team, "This is what you chose")
            assert over.text.count("(1 ●)") == (1 if when == "poll" else 2)


async def moves_on(served: Studio, team: TelegramTeam, when: str) -> TelegramTeam:
    """The rounds of a board up to its end, in one of which the group becomes another."""
    while (now := await the_board(served, team)).round != "over":
        one = "poll" if now.polls else now.round
        if one in SAYS:
            await board(team, SAYS[one])
        if one == "poll":
            await the_poll(team)
        if one == when:
            team = await becomes_another(team)
            await until(partial(has_come_along, served, team))
            await board(team, SAYS[one])
        if one == "poll":
            await seen(partial(team.room, ADA), lambda shown: "please vote again" in shown.text)
            message, answers = await the_poll(team)
            await chooses(team, BEN, message, answers, "heron")
        elif one == "vote":
            for who, number in ((ADA, 1), (BEN, 2)):
                await team.dots(who, await team.ballot(who), number)
        await team.taps(ADA, "next")
        await until_turned(served, team, now)
    return team


async def until_turned(served: Studio, team: Team, before: Board) -> None:
    """Wait until the round is over, and what follows from it is there."""

    async def is_so() -> bool:
        now = await the_board(served, team)
        return now.turn > before.turn and now.round != "reveal" and not now.counting

    await until(is_so)


LATE = {
    "telegram": {"kind": "status", "method": "sendPoll", "code": 502, "times": 1000},
    "discord": {
        "kind": "status",
        "method": "POST",
        "path": "/channels/*/messages",
        "field": "poll",
        "status": 502,
        "times": 1000,
    },
}
"""The platform takes no poll for a while."""


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_a_poll_that_arrives_after_its_round_is_closed_and_counted(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        people = team.app if isinstance(team, TelegramTeam) else team.town  # type: ignore[attr-defined]
        await begins(served, team, "--poll", reveals=False)
        await people.faults(LATE[platform])
        await team.taps(ADA, "next")
        await until(lambda: is_there(served, team, lambda now: now.round == "vote"))
        await team.taps(ADA, "next")
        await until(lambda: is_there(served, team, lambda now: bool(now.counting)))
        assert not await polls(team)
        await people.faults()
        await until(lambda: is_there(served, team, lambda now: now.round == "over"))
        (poll,) = [found for _, found in await polls(team)]
        assert is_closed(poll)
        await board(team, "no dots were given")


async def is_there(served: Studio, team: Team, holds: Callable[[Board], bool]) -> bool:
    return holds(await the_board(served, team))


ROUNDS = ("write", "build", "reveal", "vote", "runoff", "over")


@pytest.mark.parametrize("ideas", ["", "all"])
async def test_who_leads_may_be_forgotten_in_every_round(studio: Studio, ideas: str) -> None:
    """Nobody reads their name on the board any more, whoever is left leads it, and it comes to its end."""
    for when in ROUNDS:
        place = Place(platform="web", chat=when, peers=True)
        team = WebTeam([await studio.person(f"{name}-{when}", when) for name in ("ada", "ben", "cem")], place)
        await team.says(ADA, "/brainstorm a park --sparks 0 --build --votes 1")
        await board(team, "Everybody writes")
        for who, idea in ((ADA, "a zebra bench"), (BEN, "a heron pond"), (CEM, "a stage of logs")):
            await team.gives(who, idea)
        if when == "reveal":
            await studio.faults({"endpoint": "moderations", "kind": "hang_until_released"})
        while (now := await the_board(studio, team)).round != when:
            await goes_on(studio, team, ADA, now)
        await is_forgotten(team, ideas)
        await studio.faults()
        while (now := await the_board(studio, team)).round != "over":
            await goes_on(studio, team, BEN, now)
        hers_stay = not ideas and when not in ("write", "build", "reveal")
        await until(partial(is_told, team, hers_stay))


async def is_told(team: Team, hers_stay: bool) -> bool:
    """Whether Ben reads of Ada's idea, as it is to be, and nowhere of Ada."""
    shown = "".join(one.text for one in await team.room(BEN))
    return ("zebra" in shown) == hers_stay and "Ada" not in shown


async def goes_on(studio: Studio, team: Team, leads: int, now: Board) -> None:
    """The round of this board is over, if it has not ended by itself."""
    if now.round == "vote":
        for who, idea in ((leads, now.shown[0]), (CEM, now.shown[-1])):
            await team.dots(who, await team.ballot(who), idea.number)
    if now.round != "reveal":
        await team.taps(leads, "next")
    await until(lambda: is_there(studio, team, lambda later: later.turn > now.turn))


async def is_forgotten(team: WebTeam, ideas: str) -> None:
    ada = team.people[ADA]
    asked = await ada.says("/forget")
    await ada.presses(asked.action("forget-yes")[0], f"forget-yes:{ideas}")


@pytest.mark.parametrize("platform", ["telegram"])
async def test_the_name_of_who_is_forgotten_goes_from_what_the_group_sees(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        assert isinstance(team, TelegramTeam)
        await begins(served, team, "")
        assert "Ada" in (await board(team, "Vote for the best")).text
        ada, app = team.people[ADA], team.app
        asked = await app.next_answer(ada, after=await app.say(ada, "/forget"))
        await app.press(ada, asked.message_id, "forget-yes:")
        await until(partial(is_told, team, True))


async def is_forgotten_there(served: Studio, team: Team, who: int, ideas: str) -> None:
    """Somebody is forgotten by a messenger's road, and the board knows them no more."""
    if isinstance(team, TelegramTeam):
        asked = await team.app.next_answer(team.people[who], after=await team.app.say(team.people[who], "/forget"))
        await team.app.press(team.people[who], asked.message_id, f"forget-yes:{ideas}")
    elif isinstance(team, DiscordTeam):
        sure = await team.town.answer(await team.town.slash(team.people[who], team.channel, "forget"))
        await team.town.press(team.people[who], team.channel, sure.id, f"forget-yes:{ideas}")
    await until(lambda: is_there(served, team, lambda now: str(team.people[who]) not in now.model_dump_json()))


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_during_a_poll_anybody_may_be_forgotten(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    """What was kept back goes and is never seen; an idea that goes is told to be no choice any more, and its poll with it; the rest goes on."""
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        await begins(served, team, "--poll", ideas=(*IDEAS, "a torture owl"))
        await board(team, "right below")
        message, answers = await the_poll(team)
        for who, idea in ((ADA, "heron"), (BEN, "zebra"), (CEM, "zebra")):
            await chooses(team, who, message, answers, idea)
        await is_forgotten_there(served, team, DIA, "")
        assert "owl" not in (await the_board(served, team)).model_dump_json()
        await is_forgotten_there(served, team, BEN, "all")
        number = next(one for one in answers if "heron" in one).partition(" ")[0]
        await seen(partial(team.room, CEM), lambda one: f"still offers it: {number}." in one.text)
        await seen(partial(team.room, CEM), lambda one: lists(one, 2) and "heron" not in one.text)
        await team.taps(CEM, "done")
        await until(lambda: is_there(served, team, lambda now: any(one.done for one in now.members)))
        await is_forgotten_there(served, team, ADA, "")
        over = await board(team, "This is what you chose", who=CEM)
        assert "zebra bench (2 ●)" in over.text, "nobody was waited for any more, and nobody's name is told"
        await until(partial(has_gone, team, "heron"))
        assert not any(name in one.text for one in await team.room(CEM) for name in ("Ada", "Ben", "owl"))


async def has_gone(team: Team, idea: str) -> bool:
    """Whether an idea stands in no poll and in nothing else that Cem sees of the bot's."""
    told = [str(poll) for _, poll in await polls(team)] + [one.text for one in await team.room(CEM)]
    return not any(idea in one for one in told)
