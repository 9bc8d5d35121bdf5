"""What Discord's apps send: forwards, files without a type, files that are hidden by their name or by a flag alone."""

from __future__ import annotations

import pytest

from contract import sample
from core import texts
from discord_people import Gathering, Somebody
from standins.discord.client import File
from studio import made

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
    for shown in (edited, redrawn, varied):
        assert [one.name.startswith("SPOILER_") for one in shown.files] == [hidden]
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


GIF = {"type": "gifv", "url": "https://tenor.com/view/cat", "thumbnail": {"url": "https://media.tenor.com/cat.png"}}
POSTED = {"type": "rich", "title": "A cat", "image": {"url": "https://example.org/cat.png"}}


@pytest.mark.parametrize(
    ("answered", "kind"),
    [
        ({"content": "https://tenor.com/view/cat", "embeds": [GIF]}, "animation"),
        ({"content": "look", "embeds": [POSTED]}, "other"),
        ({"content": ""}, "hidden"),
    ],
    ids=["a GIF of the picker's", "what another bot posted", "what Discord does not show"],
)
@pytest.mark.parametrize("words", ["/edit a red hat", "make it red"])
async def test_a_picture_that_is_out_of_reach_is_named_and_the_last_one_left_alone(
    gathering: Gathering, answered: dict[str, object], kind: str, words: str
) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    assert (await ada.asks("image", idea="a dog"))[-1].files
    before = len(made(await gathering.studio.requests()))
    newest = await ada.newest()
    there = told(gathering, bea, newest + 1) | answered
    asked = told(gathering, ada, newest + 2) | {"type": 19, "content": f"<@{gathering.server.application_id}> {words}"}
    asked["message_reference"] = {"message_id": there["id"], "channel_id": there["channel_id"]}
    bot = {"id": str(gathering.server.application_id), "username": "Fabula", "discriminator": "0", "avatar": None}
    data = asked | {"mentions": [bot], "referenced_message": there}
    await ada.people.act("tell", event="MESSAGE_CREATE", data=data)
    assert (await ada.hears(newest))[-1].text == texts.say(f"error-unusable-{kind}", "en")
    assert len(made(await gathering.studio.requests())) == before


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://tenor.com/view/cat-roof-gif-123", "animation"),
        ("https://giphy.com/gifs/cat-123", "animation"),
        ("https://klipy.com/gifs/cat", "animation"),
        ("https://example.org/cats/CAT.GIF?width=100", "animation"),
        ("https://example.org/cat.jpeg", "other"),
    ],
)
async def test_a_link_that_is_shown_as_a_picture_is_none_of_the_last_one(
    gathering: Gathering, link: str, kind: str
) -> None:
    ada = await gathering.privately()
    assert (await ada.asks("image", idea="a dog"))[-1].files
    before = len(made(await gathering.studio.requests()))
    sentence = texts.say(f"error-unusable-{kind}", "en")
    assert (await ada.says(link))[-1].text == sentence
    assert (await ada.says("/edit a red hat"))[-1].text == sentence
    assert len(made(await gathering.studio.requests())) == before


@pytest.mark.parametrize(
    "words", ["https://example.org/cats", "look: https://tenor.com/view/cat", "https://[", "tenor.com"]
)
async def test_a_link_that_is_shown_as_words_stays_words(gathering: Gathering, words: str) -> None:
    ada = await gathering.privately()
    assert (await ada.says(words))[-1].text not in {
        texts.say(f"error-unusable-{one}", "en") for one in ("animation", "other")
    }


def told(gathering: Gathering, person: Somebody, number: int) -> dict[str, object]:
    """A message of somebody's as the gateway tells of it, which the stand-in does not know."""
    author = {
        "id": str(person.user),
        "username": "somebody",
        "discriminator": "0",
        "avatar": None,
        "global_name": "Somebody",
    }
    where = {"id": str(number), "channel_id": str(person.channel), "guild_id": str(gathering.guild.id), "type": 0}
    more = {"attachments": [], "embeds": [], "mentions": [], "mention_roles": [], "mention_everyone": False}
    rest = {"timestamp": "2026-11-22T10:00:00+00:00", "edited_timestamp": None, "pinned": False, "tts": False}
    return where | more | rest | {"author": author}
