"""What may befall a board: who leads it goes or is forgotten, the group gets another id, the bot may delete nothing, an idea is kept back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.types import Board, Place
from gathering import gathered
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from studio import Studio
from team import DiscordTeam, Shown, Team, TelegramTeam, action, board, lists, seen
from test_boards import team_of
from timed import until

pytest_plugins = ("platforms",)
ADA, BEN, CEM = range(3)
SPEAKS_FOR_A_GROUP = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Telegram's account for administrators who write in a group's name."""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def until_board(studio: Studio, team: Team, holds: Callable[[Board], bool]) -> Board:
    """The board of a team's room, once there is one like this."""

    async def is_so() -> bool:
        return any(holds(one) for one in await studio.program.storage.store.boards(team.place, 1))

    await until(is_so)
    return (await studio.program.storage.store.boards(team.place, 1))[0]


@pytest.mark.parametrize("platform", ["telegram"])
async def test_an_administrator_takes_over_and_the_group_may_move(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as every:
        assert isinstance(every, TelegramTeam)
        app, people = every.app, every.people
        chat = await app.create_group("Circle", [people[BEN], people[ADA], people[CEM]], kind="group")
        team = replace(every, chat=chat, place=Place(platform="telegram", chat=str(chat)))
        await team.says(ADA, "/brainstorm a park --sparks 0")
        await board(team, "Everybody writes")
        await team.says(CEM, "/idea a zebra bench")
        await seen(lambda: team.room(CEM), lambda one: "I may not delete messages here" in one.text)
        await team.gives(BEN, "a heron pond")

        moved = await app.migrate(chat)
        team = replace(team, chat=moved, place=Place(platform="telegram", chat=str(moved)))
        await until_board(served, team, lambda kept: len(kept.ideas) == 2)
        await team.gives(BEN, "a stage of logs")
        await board(team, "Everybody writes")
        await until_board(served, team, lambda kept: len(kept.ideas) == 3)

        await app.join(people[ADA], moved, "left")
        await team.taps(CEM, "next")
        await team.taps(BEN, "next")
        await board(team, "Vote for the best")
        kept = await until_board(served, team, lambda kept: kept.round == "vote")
        assert kept.turn == 3, "Cem, who administers nothing, ended no round"
        assert {idea.text for idea in kept.shown} == {"a zebra bench", "a heron pond", "a stage of logs"}


async def looked_at(served: Studio, team: Team, options: str = "") -> Shown:
    """The board while three ideas are being looked at, of which Ben's breaks the rules; they are until somebody releases that."""
    await team.says(ADA, f"/brainstorm a park --sparks 0 {options}")
    await board(team, "Everybody writes")
    await team.gives(ADA, "a heron pond")
    await team.gives(BEN, "a torture zebra")
    await team.gives(CEM, "a stage of logs")
    await served.faults({"endpoint": "moderations", "kind": "hang_until_released"})
    await team.taps(ADA, "next")
    return await board(team, "being gathered")


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_that_an_idea_is_kept_back_its_author_hears_alone(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        gathering = await looked_at(served, team)
        assert "Open until" not in gathering.text
        await served.release("moderations")
        shown = await seen(lambda: team.room(ADA), lambda one: lists(one, 2))
        assert "zebra" not in shown.text
        assert "cancel:" not in await team.everything(CEM), "the board says how it stands, and nothing else does"

        async def is_told() -> bool:
            return "a torture zebra" in await team.alone(BEN) + await team.everything(BEN)

        await until(is_told)
        for other in (ADA, CEM):
            assert "zebra" not in await team.everything(other)


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_what_is_kept_back_nobody_else_is_given_to_carry_further(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        gathering = await looked_at(served, team, "--build")
        assert not action(gathering, "board-others"), "nobody is given anything before it was looked at"
        await served.release("moderations")
        await board(team, "Take one of two")
        given = await team.builds(CEM, "a pond with a stage of its own")
        assert "heron" in given.text
        assert "zebra" not in await team.everything(CEM)
        await until_board(served, team, lambda kept: len(kept.ideas) == 4)
        await team.taps(ADA, "next")
        shown = await seen(lambda: team.room(ADA), lambda one: lists(one, 3))
        assert "zebra" not in shown.text

        async def is_told() -> bool:
            return "was not shown" in await team.alone(BEN) + await team.everything(BEN)

        await until(is_told)
        for other in (ADA, CEM):
            assert "zebra" not in await team.everything(other)


@pytest.mark.parametrize("ideas", ["yes", "all"])
async def test_who_leads_and_is_forgotten_leaves_a_board_that_goes_on(studio: Studio, ideas: str) -> None:
    """Their ideas stay without a name, or go too, as they chose; whoever is in leads it from then on."""
    team = await team_of(studio, "ada", "ben")
    await team.says(0, "/brainstorm a park --sparks 0")
    await board(team, "Everybody writes")
    await team.gives(0, "a zebra bench")
    await team.gives(1, "a heron pond")
    await team.gives(1, "a stage of logs")
    await team.taps(0, "next")
    await board(team, "Vote for the best")
    await team.dots(0, await team.ballot(0), 1)
    ada = team.people[0]
    asked = await ada.says("/forget")
    await ada.presses(asked.action("forget-yes")[0], "forget-yes:all" if ideas == "all" else "forget-yes:")
    store = studio.program.storage.store
    [kept] = await store.boards(team.place, 1)
    assert ("zebra" in str(kept.ideas)) == (ideas == "yes")
    assert kept.leader is None and not kept.dots and ada.name not in kept.model_dump_json()
    await team.taps(1, "next")
    over = await board(team, "no dots were given", who=1)
    assert not action(over, "board-next")


@pytest.mark.parametrize("platform", ["discord"])
async def test_where_an_answer_can_no_longer_be_hidden_it_comes_in_private(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    """The token of a press is spent, as after fifteen minutes or a death before it was acknowledged: nobody else reads the answer then either."""
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        assert isinstance(team, DiscordTeam)
        await team.says(ADA, "/brainstorm a park --sparks 0")
        await board(team, "Everybody writes")
        await team.gives(BEN, "a heron pond")
        await team.town.faults({"kind": "status", "path": "/webhooks/*", "status": 404, "code": 10015, "times": 1000})
        await team.taps(BEN, "own")

        async def is_told() -> bool:
            return "a heron pond" in await team.alone(BEN)

        await until(is_told)
        assert "a heron pond" not in await team.everything(ADA)


@pytest.mark.parametrize("platform", ["telegram"])
async def test_a_renamed_group_is_called_by_its_old_name_nowhere(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    """Who leads the board speaks for the group and so has its name; which is another one before the vote."""
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        assert isinstance(team, TelegramTeam)
        chat = {"id": team.chat, "type": "supergroup", "title": "Old Mill"}

        async def happens(number: int, **more: object) -> None:
            said = {"message_id": number, "date": 1, "chat": chat, "from": SPEAKS_FOR_A_GROUP, "sender_chat": chat}
            await team.app.inject({"message": said | more})

        await happens(900, text="/brainstorm a park --sparks 0")
        await board(team, "Everybody writes")
        await happens(901, text="/idea a heron pond")
        await until_board(served, team, lambda kept: len(kept.ideas) == 1)
        chat["title"] = "New Mill"
        await happens(902, new_chat_title="New Mill")
        await team.gives(BEN, "a zebra bench")
        await team.taps(BEN, "next")
        await team.taps(ADA, "next")
        shown = await seen(lambda: team.room(BEN), lambda one: lists(one, 2))
        assert "a heron pond" in shown.text and "1 more" in (await board(team, "Vote for the best")).text
        await team.dots(BEN, await team.ballot(BEN), 1)
        await happens(903, text="/board")
        await seen(lambda: team.room(BEN), lambda one: "brainstorms here" in one.text)
        logged = (await team.app.requests())["requests"]
        assert not [one for one in logged if "Old Mill" in str(one["params"])]
        kept = await until_board(served, team, lambda kept: kept.round == "vote")
        assert "Old Mill" not in kept.model_dump_json()
