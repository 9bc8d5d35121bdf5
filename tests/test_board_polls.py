"""A vote by the platform's own poll: its winner, its tie, kills around it, and what is said where there can be no poll."""

from __future__ import annotations

import signal
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest

from bots.platforms import variables
from core.types import Board
from gathering import gathered
from killed import program
from standins.discord.errors import Impossible as NotOnDiscord
from standins.discord.process import DiscordProcess
from standins.telegram.errors import Impossible as NotOnTelegram
from standins.telegram.process import TelegramProcess
from studio import Studio
from team import DiscordTeam, Team, TelegramTeam, WebTeam, action, board, seen
from test_timers_everywhere import Elsewhere, elsewhere
from timed import MovedClock, until

pytest_plugins = ("platforms",)
__all__ = ["elsewhere"]

IDEAS = ("a zebra bench", "a heron pond", "a stage of logs")
LONG_AGO = 120.0
"""Seconds after which what was tried and came to no end is due again."""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def polls(team: Team) -> list[tuple[int, dict[str, Any]]]:
    """The polls in the room, oldest first: the message, and what stands in it."""
    if isinstance(team, TelegramTeam):
        return [(one.message_id, one.poll) for one in (await team.app.room(team.chat)).visible if one.poll]
    assert isinstance(team, DiscordTeam)
    return [(one.id, one.poll) for one in (await team.town.room(team.channel)).messages if one.poll and not one.deleted]


async def the_poll(team: Team, number: int = 1) -> tuple[int, list[str]]:
    """The newest poll, once there are so many: its message, and its answers."""

    async def is_there() -> bool:
        return len(await polls(team)) == number

    await until(is_there)
    message, poll = (await polls(team))[-1]
    if isinstance(team, TelegramTeam):
        assert poll["allows_multiple_answers"] == (len(poll["options"]) > 2)
        return message, [one["text"] for one in poll["options"]]
    return message, [one["poll_media"]["text"] for one in poll["answers"]]


async def chooses(team: Team, who: int, message: int, answers: list[str], *wanted: str) -> None:
    """Choose the answers that hold these words, in place of those of before."""
    places = [next(place for place, one in enumerate(answers) if word in one) for word in wanted]
    if isinstance(team, TelegramTeam):
        await team.app.vote(team.people[who], message, *places, chat=team.chat)
    elif isinstance(team, DiscordTeam):
        await team.town.vote(team.people[who], team.channel, message, *(place + 1 for place in places))


async def begins(
    studio: Studio,
    team: Team,
    options: str,
    topic: str = "a park",
    ideas: tuple[str, ...] = IDEAS,
    *,
    reveals: bool = True,
) -> None:
    """A board whose ideas are all there, and revealed."""
    await team.says(0, f"/brainstorm {topic} --sparks 0 {options}")
    await seen(lambda: team.room(0), lambda one: topic in one.text and bool(action(one, "board-next")))
    for number, idea in enumerate(ideas):
        if isinstance(team, WebTeam):
            await team.gives(number % 4, idea)
        else:  # without the way into a private chat, which others try
            await team.says(number % 4, f"/idea {idea}")

    async def all_given() -> bool:
        return len((await the_board(studio, team)).ideas) == len(ideas)

    await until(all_given)
    if reveals:
        await team.taps(0, "next")


async def the_board(studio: Studio, team: Team) -> Board:
    return (await studio.program.storage.store.boards(team.place, 1))[0]


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_four_vote_by_poll_and_the_winner_is_made(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        await begins(served, team, "--poll")
        shown = await board(team, "right below")
        assert not action(shown, "board-ballot"), "who has voted in the poll has no dots beside it"
        message, answers = await the_poll(team)
        assert not (await polls(team))[0][1].get("is_anonymous", False)
        assert sorted(one.partition(" · ")[2] for one in answers) == sorted(IDEAS)
        await chooses(team, 0, message, answers, "zebra", "heron")
        await chooses(team, 0, message, answers, "heron")
        for who, idea in ((1, "heron"), (2, "logs"), (3, "logs"), (3, "logs")):
            await chooses(team, who, message, answers, idea)
        await team.taps(0, "next")
        await board(team, "A tie!")
        message, answers = await the_poll(team, 2)
        assert len(answers) == 2
        for who, idea in ((0, "logs"), (1, "heron"), (2, "logs")):
            await chooses(team, who, message, answers, idea)
        await team.taps(0, "end")
        over = await board(team, "This is what you chose")
        assert over.text.index("stage of logs") < over.text.index("heron") and over.text.count("(2 ●)") == 2
        assert "decided by a runoff" in over.text and "zebra" not in over.text
        assert all(is_closed(poll) for _, poll in await polls(team))
        await team.taps(1, "develop")
        asked = await seen(lambda: team.room(1), lambda one: any(":story" in act for act, _ in one.buttons))
        await team.presses(1, asked, next(act for act, _ in asked.buttons if ":story" in act))

        async def is_made() -> bool:
            made = await served.program.storage.store.made_of_ideas(team.place, 9)
            kept = await the_board(served, team)
            return [one.piece.idea.number for one in made if one.piece.idea] == [kept.chosen[0]]

        await until(is_made)


def is_closed(poll: dict[str, Any]) -> bool:
    return bool(poll["is_closed"] if "is_closed" in poll else poll["results"]["is_finalized"])


WITHOUT = {"web": [""], "telegram": ["many", "forbidden"], "discord": ["--anonymous", "many", "forbidden"]}
"""Why there can be no poll."""

MANY = {"web": 0, "telegram": 13, "discord": 11}
"""Ideas that are one more than a poll takes."""


async def test_without_a_poll_one_sentence_says_so_and_buttons_do_it(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        for number, why in enumerate(WITHOUT[platform]):
            if why == "forbidden":
                await forbid(team)
            ideas = gates(MANY[platform]) if why == "many" else IDEAS
            topic = f"meadow {number}"
            await begins(served, team, f"--poll --votes 2 {why if why.startswith('-') else ''}", topic, ideas)
            told = await seen(lambda: team.room(0), lambda one: "no poll" in one.text)
            assert "2 dots" in told.text and told.text.count(".") == 1
            if not number:
                await votes_by_buttons(team)
            await clear(team)
        assert platform == "web" or not await polls(team)


def gates(count: int) -> tuple[str, ...]:
    """Ideas that are not alike."""
    return tuple(f"{chr(97 + one)}{chr(104 + one)}x gate" for one in range(count))


async def votes_by_buttons(team: Team) -> None:
    await team.dots(1, await team.ballot(1), 2)
    await team.taps(0, "next")
    assert "(1 ●)" in (await board(team, "you chose")).text


async def forbid(team: Team) -> None:
    if isinstance(team, TelegramTeam):
        await team.app.set_bot(team.people[0], team.chat, "member")
        await team.app.forbid(team.chat, "polls")
    elif isinstance(team, DiscordTeam):
        await team.town.permit(team.channel, deny=["SEND_POLLS"])


async def clear(team: Team) -> None:
    """Take the board's messages away, so that the next one's are found. One that is said anew in this moment goes by itself."""
    for shown in await team.room(0):
        with suppress(NotOnTelegram, NotOnDiscord):
            if isinstance(team, TelegramTeam):
                await team.app.delete(team.people[0], int(shown.id), chat=team.chat)
            elif isinstance(team, DiscordTeam):
                await team.town.delete(team.people[0], team.channel, int(shown.id))


LOST = {
    "telegram": ({"method": "sendPoll"}, {"method": "stopPoll"}),
    "discord": ({"method": "POST", "path": "/channels/*/messages", "field": "poll"}, {"path": "*/expire"}),
}
"""The calls that are done and whose answers never come: the poll is sent, and closed."""


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_neither_a_lost_receipt_nor_a_kill_at_its_count_loses_or_doubles_a_vote(
    elsewhere: Elsewhere, platform: str
) -> None:
    """Where it is sent twice since nobody heard that it was sent, the one on the receipt counts."""
    sending, closing = LOST[platform]
    async with AsyncExitStack() as outlasting:
        async with elsewhere.opened() as studio:
            store = studio.program.storage.store
            team = await outlasting.enter_async_context(
                gathered(studio, platform, elsewhere.telegram, elsewhere.discord)
            )
            secretly = " --anonymous" * (platform == "telegram")
            await begins(studio, team, f"--poll{secretly}", reveals=False)
            await loses(team, sending)
            elsewhere.house.clock.move(3600)  # what follows at once is due, however long it took until here
            await team.taps(0, "next")
            _, answers = await the_poll(team, 2 if platform == "telegram" else 1)
            sent = [message for message, _ in await polls(team)]
            assert all(poll.get("is_anonymous", False) == bool(secretly) for _, poll in await polls(team))

            async def is_on_its_receipt() -> bool:
                return not await store.unsent()

            await until(is_on_its_receipt)
            for who, idea in ((0, "heron"), (1, "heron"), (2, "logs")):
                await chooses(team, who, sent[-1], answers, idea)
        await dies_after(elsewhere, team, closing)
        elsewhere.house.clock = MovedClock()
        elsewhere.house.clock.move(LONG_AGO)
        async with elsewhere.opened():
            over = await board(team, "This is what you chose")
            told = [over.text.index(one) for one in ("heron", "(2 ●)", "logs", "(1 ●)")]
            assert told == sorted(told) and over.text.count("●") == 2
            assert [message for message, _ in await polls(team)] == sent


async def loses(team: Team, call: dict[str, Any]) -> None:
    """Nobody hears the answer to the next one of these calls."""
    people = team.app if isinstance(team, TelegramTeam) else team.town  # type: ignore[attr-defined]
    await people.faults({"kind": "disconnect_after", **call})


async def dies_after(elsewhere: Elsewhere, team: Team, call: dict[str, Any]) -> None:
    """The leader says *Next*, and the process is killed that has called its platform and not heard the answer."""
    names = variables()
    reached = {names[name]: str(value) for name, value in elsewhere.reached.items()}
    people = team.app if isinstance(team, TelegramTeam) else team.town  # type: ignore[attr-defined]
    before = await lost(people)
    async with program(elsewhere.house.folder, elsewhere.house.services, **reached) as life:
        await life.address()
        if isinstance(team, DiscordTeam):  # what is pressed while nobody is connected is lost there
            await team.town.until_gateway(lambda found: bool(found["sessions"]))
        await loses(team, call)
        await team.taps(0, "next")

        async def is_lost() -> bool:
            return await lost(people) > before

        await until(is_lost)
        life.send(signal.SIGKILL)
        assert await life.wait() == -signal.SIGKILL
    await people.faults()


async def lost(people: Any) -> int:
    return sum("fault" in one for one in (await people.requests())["requests"])
