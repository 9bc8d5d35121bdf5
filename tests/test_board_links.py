"""In messengers a board leads to its read-only page, where that is reached from outside; who leads it takes the link back there."""

from __future__ import annotations

import pytest

from comers import browser
from gathering import gathered
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from studio import Studio
from team import Team, TelegramTeam, board, seen
from timed import until

pytest_plugins = ("platforms",)

HOST = "studio.example.org"
PUBLIC = f"https://{HOST}"


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


@pytest.fixture
def house_rules() -> dict[str, object]:
    return {"public_url": PUBLIC}


async def links(team: Team) -> list[str]:
    """The addresses that the newest state of the board leads to, but for those into private chats."""
    newest = (await board(team, "")).id
    if isinstance(team, TelegramTeam):
        [shown] = [one for one in await team.room(0) if one.id == newest]
        return [address for address, _ in shown.buttons if address.startswith(PUBLIC)]
    room = await team.town.room(team.channel, team.people[0])  # type: ignore[attr-defined]
    [message] = [one for one in room.messages if str(one.id) == newest]
    return [control.url for control in message.controls if control.url]


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_a_board_leads_to_its_read_only_page(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team, browser(served) as anybody:
        anybody.headers["host"] = HOST
        await team.says(0, "/brainstorm a park --sparks 0")
        await board(team, "Everybody writes")
        await team.gives(1, "a zebra bench")
        [link] = await links(team)
        path = f"/api{link.removeprefix(PUBLIC)}"
        shown = await anybody.get(path)
        assert shown.json()["topic"] == "a park" and "zebra" not in shown.text
        assert (await anybody.get(link.removeprefix(PUBLIC))).status_code == 200
        [kept] = await served.program.storage.store.boards(team.place, 1)
        assert (await anybody.get(f"/boards/{kept.id}")).status_code == 421, "the public address leads to nothing else"
        await team.says(1, "/board")
        await seen(lambda: team.room(1), lambda one: "a park –" in one.text)
        assert not [act for one in await team.room(1) for act, _ in one.buttons if act.startswith("board-beamer")]
        await team.says(0, "/board")
        await team.taps(0, "beamer")

        async def is_gone() -> bool:
            return (await anybody.get(path)).status_code == 404 and not await links(team)

        await until(is_gone)
