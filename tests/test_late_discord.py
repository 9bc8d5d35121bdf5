"""Commands that Discord no longer lets us answer in their place, forms from before a restart, busy channels: whose it is stays clear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from contract import sample
from core import texts
from discord_people import again, hosted, meeting
from embedded.process import EmbeddedProcess
from standins.discord.client import File, People
from standins.discord.process import DiscordProcess
from studio import paid

pytest_plugins = ("discord_studio",)
CAT = File("cat.png", sample("cat.png"))
LATE = {"kind": "status", "method": "POST", "path": "/interactions/*/*/callback", "status": 404, "code": 10062}


@pytest_asyncio.fixture(loop_scope="function")
async def people(discord_stand_in: DiscordProcess) -> AsyncIterator[People]:
    async with discord_stand_in.people() as crowd:
        yield crowd


async def test_a_command_that_came_too_late_is_answered_once_and_names_its_person(
    services: EmbeddedProcess, discord_stand_in: DiscordProcess, people: People, tmp_path: Path
) -> None:
    """What is for that person alone goes to their private messages, or nowhere: a line that tells nothing of it stands in its place then."""
    async with (
        hosted(services, tmp_path, discord_stand_in, people) as studio,
        meeting(studio, people, discord_stand_in) as gathering,
    ):
        ada, alone = gathering.ada, await gathering.privately()
        await people.faults({**LATE, "times": 1})
        (answer,) = await ada.asks("image", idea="a pear", raw=True)
        assert answer.text.startswith(f"<@{ada.user}>") and answer.files
        for command, options, words in (("usage", {}, "Today"), ("settings", {"choice": "session own"}, "session")):
            newest = await alone.newest()
            await people.faults({**LATE, "times": 1})
            await people.slash(ada.user, ada.channel, command, **options)
            (told,) = await alone.hears(newest)
            assert words in told.text and texts.say("note-late", "en") in told.text
        await people.act("accept_messages", user=ada.user, accepts=False)
        await people.faults({**LATE, "times": 1})
        (line,) = await ada.asks("usage")
        assert line.text == f"<@{ada.user}>\n{texts.say('late-private', 'en')}"
        await gathering.all_sent()
        assert [seen.id for seen in (await ada.settled()).by_bot if not seen.deleted] == [answer.id, line.id]
        assert len(paid(await studio.requests())) == 1
        assert not any(seen.text.startswith("<@") for seen in await ada.asks("usage")), "in time it is as always"


async def test_a_form_from_before_a_restart_still_knows_its_picture_or_gives_the_words_back(
    services: EmbeddedProcess, discord_stand_in: DiscordProcess, people: People, tmp_path: Path
) -> None:
    async with (
        hosted(services, tmp_path, discord_stand_in, people, discord_message_content=True) as studio,
        meeting(studio, people, discord_stand_in) as gathering,
    ):
        ada, bea = gathering.ada, await gathering.somebody("Bea")
        forms = []
        photos = [await people.say(bea.user, bea.channel, "look", CAT) for _ in range(2)]
        for photo in photos:
            forms.append(await people.menu(ada.user, ada.channel, "Edit this picture", photo))
            await people.responded(forms[-1])
    await people.delete(bea.user, bea.channel, photos[1])
    async with again(services, tmp_path, discord_stand_in, people, discord_message_content=True) as studio:
        gathering.studio = studio
        newest = await ada.newest()
        await people.submit(forms[0], change="a hat")
        assert (await ada.hears(newest))[-1].files
        newest = await ada.newest()
        await people.submit(forms[1], change="a scarf of many colours")
        told = await ada.hears(newest, 2)
        assert told[0].text == texts.say("nothing-to-change", "en")
        assert all(seen.ephemeral for seen in told) and "a scarf of many colours" in told[1].text


async def test_in_a_busy_channel_a_storys_pictures_say_whose_they_are(
    services: EmbeddedProcess, discord_stand_in: DiscordProcess, people: People, tmp_path: Path
) -> None:
    async with (
        hosted(services, tmp_path, discord_stand_in, people) as studio,
        meeting(studio, people, discord_stand_in) as gathering,
    ):
        ada, bea = gathering.ada, await gathering.somebody("Bea")
        await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 2})
        for person, idea in ((ada, "a fox"), (bea, "an owl")):
            await people.slash(person.user, person.channel, "story", idea=idea, length="short")
        await studio.hangs("images.generations", 2)
        await people.say(bea.user, bea.channel, "so much going on here")
        await studio.release()
        room = await ada.until(
            lambda room: sum(bool(seen.files) and seen.text.startswith("<@") for seen in room.by_bot) == 2
        )
        named = [seen.text.partition("\n")[0] for seen in room.by_bot if seen.files and seen.text.startswith("<@")]
        assert sorted(named) == sorted(f"<@{person.user}>" for person in (ada, bea))
        await gathering.all_sent()
