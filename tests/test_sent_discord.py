"""What Discord's apps send: forwards, files without a type, files that are hidden by their name or by a flag alone."""

from __future__ import annotations

import pytest

from contract import sample
from discord_people import Gathering
from standins.discord.client import File

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    "file",
    [
        File("SPOILER_cat.png", sample("cat.png")),
        File("cat.png", sample("cat.png"), spoiler=True),
        File("cat.png", sample("cat.png")),
        File("cat", sample("cat.png"), typed=False),
        File("SPOILER_IMG", sample("cat.png"), typed=False),
    ],
    ids=["by its name", "by a flag", "not hidden", "without a type", "hidden, without a type"],
)
async def test_a_spoiler_stays_one_and_a_type_is_not_needed(gathering: Gathering, file: File) -> None:
    ada = await gathering.privately()
    hidden = file.spoiler or file.name.startswith("SPOILER_")
    edited = (await ada.says("/edit a red hat", file))[-1]
    redrawn = (await ada.presses(edited, "Redraw"))[-1]
    varied = (await ada.presses(redrawn, "Vary"))[-1]
    for made in (edited, redrawn, varied):
        assert [one.name.startswith("SPOILER_") for one in made.files] == [hidden]
    original = (await ada.presses(edited, "Original"))[-1]
    assert original.files and all(one.name.startswith("SPOILER_") is hidden for one in original.files)


@pytest.mark.parametrize("hidden", [True, False])
async def test_a_forwarded_picture_is_taken_as_one_that_was_sent(gathering: Gathering, hidden: bool) -> None:
    bea = await gathering.somebody("Bea")
    ada = await gathering.privately()
    there = await gathering.ada.people.say(
        bea.user, bea.channel, "my cat", File("cat.png", sample("cat.png"), spoiler=hidden)
    )
    newest = await ada.newest()
    await ada.people.forward(ada.user, bea.channel, there, ada.channel)
    (offer,) = await ada.hears(newest)
    assert [label for label in offer.labels if label] and not offer.files
    varied = (await ada.presses(offer, "Vary"))[-1]
    assert [one.name.startswith("SPOILER_") for one in varied.files] == [hidden]


async def test_forwarded_words_are_read_as_words(gathering: Gathering) -> None:
    bea = await gathering.somebody("Bea")
    ada = await gathering.privately()
    there = await ada.people.say(bea.user, bea.channel, "draw a cat on a roof")
    newest = await ada.newest()
    await ada.people.forward(ada.user, bea.channel, there, ada.channel)
    assert (await ada.hears(newest))[-1].files
