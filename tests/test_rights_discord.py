"""Who may do what in a Discord channel, by whatever road, and who sees what is said about it."""

from __future__ import annotations

import asyncio

import pytest

from bots.discord.standing import DiscordStanding
from core import texts
from core.types import Score, User
from discord_people import Gathering, Somebody, kept_rows
from patience import PATIENCE
from standins.discord.seen import SeenMessage
from studio import paid

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def drawn(gathering: Gathering, somebody: Somebody, words: str = "a pear") -> SeenMessage:
    """A picture for all to see."""
    shown = (await somebody.asks("image", idea=words, raw=True))[-1]
    await gathering.until_shown(somebody, shown.id)
    await gathering.all_sent()
    return shown


def mention(gathering: Gathering, words: str) -> str:
    return f"<@{gathering.server.application_id}> {words}"


@pytest.mark.parametrize("label", ["Edit", "Redraw", "Delete"])
async def test_an_owners_button_is_refused_to_others_for_their_eyes_only(gathering: Gathering, label: str) -> None:
    bea, cleo = await gathering.somebody("Bea"), await gathering.somebody("Cleo")
    shown = await drawn(gathering, bea)
    await gathering.studio.begin()
    (told,) = await cleo.presses(shown, label)
    assert told.ephemeral and told.text == texts.say("error-only-author", "en")
    await gathering.all_sent()
    assert [seen.id for seen in (await bea.room()).by_bot if not seen.deleted] == [shown.id]
    assert paid(await gathering.studio.requests()) == []


@pytest.mark.parametrize("road", ["slash", "mention"])
@pytest.mark.parametrize("choice", ["session shared", "session own"])
async def test_what_concerns_the_room_is_for_who_runs_the_server(gathering: Gathering, road: str, choice: str) -> None:
    bea = await gathering.somebody("Bea")

    async def chooses(person: Somebody) -> SeenMessage:
        if road == "slash":
            return (await person.asks("settings", choice=choice))[-1]
        return (await person.says(mention(gathering, f"/settings {choice}")))[-1]

    told = await chooses(bea)
    assert told.text.endswith(texts.say("error-only-administrators", "en"))
    assert told.ephemeral == (road == "slash")
    role = await gathering.people.act("create_role", guild=gathering.guild.id, name="r", permissions=["ADMINISTRATOR"])
    cleo = await gathering.somebody("Cleo")
    await gathering.people.act("give_role", guild=gathering.guild.id, user=cleo.user, role=role)
    for runs in (cleo, gathering.ada):
        assert "administrator" not in (await chooses(runs)).text


@pytest.mark.parametrize("command", ["usage", "settings", "history", "forget"])
async def test_what_concerns_one_person_is_seen_by_them_alone(gathering: Gathering, command: str) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    await drawn(gathering, ada)
    answered = await ada.asks(command)
    assert all(seen.ephemeral for seen in answered)
    assert not {seen.id for seen in answered} & {seen.id for seen in (await bea.room()).messages}
    private = await gathering.privately()
    assert not any(seen.ephemeral for seen in await private.asks(command)), "alone with the bot nothing is hidden"


async def test_the_prompt_and_the_history_are_shown_to_who_asks(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    shown = await drawn(gathering, ada, "a marzipan pig")
    (prompt,) = await bea.presses(shown, "Prompt")
    assert prompt.ephemeral and "a marzipan pig" in prompt.text
    listed = (await ada.asks("history"))[-1]
    (again,) = await ada.presses(listed, "1")
    assert again.ephemeral and again.files
    menu = (await ada.asks("settings"))[-1]
    await ada.presses(menu, "Quality", expect=0)
    await ada.until(lambda room: any(one.label == "finest" for seen in room.messages for one in seen.controls))
    await ada.presses(menu, "fine", expect=0)
    await ada.until(lambda room: any("Quality: **fine**" in seen.text for seen in room.messages))
    assert len((await bea.room()).by_bot) == 2, "the picture, and the prompt that was told her"


async def test_who_is_asked_answers_also_where_all_see_the_question(gathering: Gathering) -> None:
    """Asked by a mention, nothing can be hidden: then the buttons know whose they are."""
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    for command in ("/forget", "/settings"):
        asked = (await ada.says(mention(gathering, command)))[-1]
        assert not asked.ephemeral
        for control in asked.controls[:2]:
            (told,) = await bea.presses(asked, str(control.custom_id))
            assert told.ephemeral and told.text == texts.say("error-not-asked", "en")
        assert await ada.sees(asked.id) == asked
    await ada.presses(asked, "Quality", expect=0)
    room = await ada.until(lambda room: any(one.label == "finest" for seen in room.by_bot for one in seen.controls))
    await ada.presses(next(seen for seen in room.by_bot if seen.id == asked.id), "finest", expect=0)
    await ada.until(lambda room: any("Quality: **finest**" in seen.text for seen in room.by_bot))


async def test_an_edit_by_reply_menu_or_form_makes_a_piece_of_ones_own(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    shown = await drawn(gathering, ada)
    asked = await ada.people.menu(bea.user, bea.channel, "Edit this picture", shown.id)
    await ada.people.responded(asked)
    newest = await bea.newest()
    await ada.people.submit(asked, change="a hat")
    changed = (await bea.hears(newest))[-1]
    await gathering.until_shown(bea, changed.id)
    (sure,) = await bea.presses(changed, "Delete")
    assert sure.ephemeral, "it is hers"
    await bea.presses(sure, "Yes, delete it", expect=0)
    await ada.until(lambda room: changed.id not in [seen.id for seen in room.visible])
    assert await ada.sees(shown.id)


async def test_a_rating_given_again_is_not_overtaken_by_its_removal(gathering: Gathering) -> None:
    """Of a removal nobody says whose message it was, so it is looked up; meanwhile the next one comes."""
    ada = gathering.ada
    shown = await drawn(gathering, ada)
    await ada.people.react(ada.user, ada.channel, shown.id, "👍")
    await gathering.until_scored(ada, shown.id, Score(score=1, count=1))
    await ada.people.hold(True)
    await ada.people.drop()
    for _ in range(3):
        await ada.people.unreact(ada.user, ada.channel, shown.id, "👍")
        await ada.people.react(ada.user, ada.channel, shown.id, "👍")
    await ada.people.hold(False)
    async with asyncio.timeout(PATIENCE):
        while len([one for one, _ in await kept_rows(gathering.studio) if ":reaction:" in one]) < 7:
            await asyncio.sleep(0.02)
    await gathering.all_sent()
    assert await gathering.score(ada, shown.id) == Score(score=1, count=1)


async def test_what_other_bots_do_is_nobodys_word(gathering: Gathering) -> None:
    ada = gathering.ada
    shown = await drawn(gathering, ada)
    other, bea = await gathering.somebody("Poll bot", bot=True), await gathering.somebody("\u202eaeB\n" + "Z" * 90)
    for emoji in ("👎", "👍"):
        await other.people.react(other.user, ada.channel, shown.id, emoji)
    await other.people.say(other.user, ada.channel, mention(gathering, "/image a fox"))
    await bea.people.react(bea.user, ada.channel, shown.id, "🎉")
    await gathering.until_scored(ada, shown.id, Score(score=1, count=1))
    (prompt,) = await ada.presses(shown, "Prompt")
    assert "♥ aeB Z" in prompt.text, "and a name turns nothing behind it"
    await gathering.all_sent()
    assert [seen.id for seen in (await ada.room()).by_bot if not seen.ephemeral] == [shown.id]


async def test_who_is_blocked_is_offered_nothing_of_what_is_kept(gathering: Gathering) -> None:
    bea = await gathering.somebody("Bea")
    await bea.says(mention(gathering, "/style keep moody loose ink lines"))

    async def offered() -> str:
        return str(await gathering.people.complete(bea.user, bea.channel, "image", "style", "mood"))

    assert "moody" in await offered()
    await gathering.studio.program.operating.block(f"discord:{bea.user}", True)
    assert "moody" not in await offered()
    await gathering.studio.program.operating.block(f"discord:{bea.user}", False)


async def test_who_is_in_a_channel_no_more(gathering: Gathering) -> None:
    """By the platform's word: what goes on by itself at somebody's cost asks for that. Of a channel that the bot may not see nobody knows."""
    ada, standing = gathering.ada, DiscordStanding(gathering.client, gathering.client.hears)
    person = User(platform="discord", id=str(ada.user))
    other = ada.at(int(await ada.people.act("create_channel", guild=gathering.guild.id, name="other")))
    gone = ada.at(int(await ada.people.act("create_channel", guild=gathering.guild.id, name="gone")))
    await ada.people.act("delete_channel", channel=gone.channel)
    assert [await standing.has_left(person, one.place()) for one in (ada, other, gone)] == [False, False, True]
    await ada.people.act("leave", guild=gathering.guild.id, user=ada.user)
    assert await standing.has_left(person, ada.place())
    await ada.people.act("kick_bot", guild=gathering.guild.id)
    async with asyncio.timeout(PATIENCE):
        while gathering.client.get_channel(ada.channel):
            await asyncio.sleep(0.02)
    assert not await standing.has_left(person, ada.place())
