"""The stand-in Discord as discord.py meets it: messages, files, reactions, threads, private conversations."""

import hashlib
import io
from pathlib import Path
from typing import Any

import discord
import pytest
from PIL import Image

from discord_fixtures import Bot, refused
from standins.discord.client import File, People
from standins.discord.errors import Impossible
from standins.discord.process import DiscordProcess

pytest_plugins = ("discord_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

CAT = (Path(__file__).parent / "data/cat.png").read_bytes()


def picture(width: int = 8, height: int = 4) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), "#2a9d8f80").save(file, "PNG")
    return file.getvalue()


def place(discord_bot: Bot, number: int) -> Any:
    found = discord_bot.get_channel(number)
    assert found is not None
    return found


async def test_the_bot_knows_itself_and_strangers_are_refused(
    discord_bot: Bot, discord_people: People, discord_server: DiscordProcess
) -> None:
    assert discord_bot.user and (discord_bot.user.id, discord_bot.user.bot) == (discord_server.application_id, True)
    about = await discord_bot.application_info()
    assert (about.id, about.name) == (discord_bot.user.id, "Fabula")
    assert [guild.name for guild in discord_bot.guilds] == ["Studio"] and discord_bot.guilds[
        0
    ].me.id == discord_bot.user.id
    stranger = discord.Client(intents=discord.Intents.none())
    with pytest.raises(discord.LoginFailure):
        await stranger.login("wrong")
    await stranger.close()
    intruder = People(discord_server.control, "wrong")
    async with intruder:
        with pytest.raises(ValueError, match="control key"):
            await intruder.reset()


async def test_a_message_with_everything_is_seen_as_sent(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    asked = await discord_people.say(alice, general, "what do you see?", File("a cat!.png", CAT))
    heard = await discord_bot.hear("message")
    assert heard.author.id == alice and heard.attachments == []
    embed = discord.Embed(title="Cat", description="on a mat").set_image(url="attachment://small cat.png")
    files = [discord.File(io.BytesIO(picture()), "small cat.png"), discord.File(io.BytesIO(b"words"), "tale.txt")]
    row = discord.ui.View(timeout=None)
    row.add_item(discord.ui.Button(label="More", url="https://a.org"))
    reference = discord.MessageReference(message_id=asked, channel_id=general)
    sent = await place(discord_bot, general).send("a cat", embed=embed, files=files, view=row, reference=reference)
    assert [file.filename for file in sent.attachments] == ["tale.txt"]
    assert sent.embeds[0].image.width == 8 and sent.embeds[0].image.url
    assert [user.id for user in sent.mentions] == [alice]
    assert (await sent.channel.fetch_message(sent.id)).reference.message_id == asked
    [_, seen] = (await discord_people.room(general, alice)).visible
    assert (seen.text, seen.by_bot, seen.reply_to, seen.labels) == ("a cat", True, asked, ["More"])
    assert [(file.name, file.where, file.width) for file in seen.files] == [
        ("small_cat.png", "embed", 8),
        ("tale.txt", "list", 0),
    ]
    assert await discord_people.file(general, seen.id, seen.files[1].id) == b"words"


async def test_an_edit_keeps_what_it_does_not_name(discord_bot: Bot, discord_people: People, general: int) -> None:
    sent = await place(discord_bot, general).send(
        "one", files=[discord.File(io.BytesIO(picture()), name) for name in ("a.png", "b.png")]
    )
    await sent.edit(content="two")
    assert [file.name for file in (await discord_people.room(general)).visible[0].files] == ["a.png", "b.png"]
    await sent.edit(attachments=[sent.attachments[1], discord.File(io.BytesIO(CAT), "c.png")])
    [seen] = (await discord_people.room(general)).visible
    assert (seen.text, [file.name for file in seen.files]) == ("two", ["b.png", "c.png"])
    assert seen.files[1].sha256 == hashlib.sha256(CAT).hexdigest()
    assert [row["text"] for row in seen.past] == ["one", "two"] and seen.edited
    assert (await discord_bot.hear("raw_message_edit", 2)).message_id == sent.id


async def test_history_deleting_one_and_many(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    channel = place(discord_bot, general)
    sent = [await channel.send(str(number)) for number in range(5)]
    assert [one.content async for one in channel.history(limit=2)] == ["4", "3"]
    assert [one.content async for one in channel.history(after=sent[1], limit=2)] == ["2", "3"]
    assert [one.content async for one in channel.history(before=sent[2])] == ["1", "0"]
    await sent[4].delete()
    assert (await discord_bot.hear("raw_message_delete")).message_id == sent[4].id
    foreign = await discord_people.say(alice, general, "mine")
    with refused(403, 50013):
        await channel.get_partial_message(foreign).delete()
    with refused(403, 50013):
        await channel.delete_messages(sent[:2])
    await discord_people.permit(general, allow=["MANAGE_MESSAGES"])
    await channel.delete_messages(sent[:2])
    assert (await discord_bot.hear("raw_bulk_message_delete")).message_ids == {sent[0].id, sent[1].id}
    with refused(404, 10008):
        await channel.fetch_message(sent[0].id)
    assert [one.text for one in (await discord_people.room(general)).visible] == ["2", "3", "mine"]


async def test_only_own_messages_can_be_edited_and_replies_need_their_message(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    number = await discord_people.say(alice, general, "mine")
    channel = place(discord_bot, general)
    with refused(403, 50005):
        await channel.get_partial_message(number).edit(content="yours")
    await discord_people.delete(alice, general, number)
    gone = discord.MessageReference(message_id=number, channel_id=general)
    with refused(400, 50035, "message_reference"):
        await channel.send("hm", reference=gone)
    lenient = discord.MessageReference(message_id=number, channel_id=general, fail_if_not_exists=False)
    assert (await channel.send("hm", reference=lenient)).reference is None


async def test_a_nonce_sends_once(discord_bot: Bot, discord_people: People, general: int) -> None:
    channel = place(discord_bot, general)
    first = await channel.send("one", nonce="delivery-7")
    again = await channel.send("one", nonce="delivery-7")
    assert again.id == first.id and len((await discord_people.room(general)).messages) == 1
    await discord_people.advance(301)
    assert (await channel.send("one", nonce="delivery-7")).id != first.id
    with refused(400, 50035, "nonce"):
        await channel.send("one", nonce="x" * 26)


async def test_links_to_files_end_after_a_day(discord_bot: Bot, discord_people: People, general: int) -> None:
    sent = await place(discord_bot, general).send(file=discord.File(io.BytesIO(CAT), "cat.png"))
    [file] = sent.attachments
    assert (await file.read(), file.width, file.content_type) == (CAT, 451, "image/png")
    assert (await discord_bot.http._HTTPClient__session.get(file.url.replace("hm=", "hm=0"))).status == 404
    await discord_people.advance(24 * 3600)
    with pytest.raises(discord.NotFound):
        await file.read()
    fresh = await sent.channel.fetch_message(sent.id)
    assert await fresh.attachments[0].read() == CAT


async def test_a_layout_shows_its_files_in_its_components(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    layout = discord.ui.LayoutView(timeout=None)
    gallery = discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://cat.png", description="the cat"))
    button: discord.ui.Button[Any] = discord.ui.Button(label="Vary", custom_id="vary:1")
    section = discord.ui.Section(discord.ui.TextDisplay("by the sketch artist"), accessory=button)
    layout.add_item(discord.ui.Container(discord.ui.TextDisplay("## A cat"), gallery, section))
    layout.add_item(discord.ui.File("attachment://tale.txt"))
    files = [discord.File(io.BytesIO(CAT), "cat.png"), discord.File(io.BytesIO(b"words"), "tale.txt")]
    sent = await place(discord_bot, general).send(view=layout, files=files)
    assert sent.attachments == [] and sent.flags.components_v2
    container = sent.components[0]
    assert container.children[1].items[0].media.width == 451
    [seen] = (await discord_people.room(general)).visible
    assert (seen.layout, seen.text, seen.labels) == (True, "## A cat\nby the sketch artist", ["Vary"])
    assert [(file.name, file.where) for file in seen.files] == [("cat.png", "component"), ("tale.txt", "component")]
    assert isinstance(await discord_people.press(alice, general, sent.id, "vary:1"), int)
    with refused(400, 50035, "flags"):
        await sent.edit(content="words beside a layout")


async def test_reactions_are_heard_with_and_without_their_member(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    sent = await place(discord_bot, general).send("rate me")
    await discord_people.react(alice, general, sent.id, "👍")
    added = await discord_bot.hear("raw_reaction_add")
    assert (added.user_id, str(added.emoji), added.member.id, added.message_author_id) == (
        alice,
        "👍",
        alice,
        discord_bot.user.id,
    )
    await discord_people.unreact(alice, general, sent.id, "👍")
    removed = await discord_bot.hear("raw_reaction_remove")
    assert (removed.user_id, removed.member) == (alice, None)
    await sent.add_reaction("❤️")
    await discord_people.react(alice, general, sent.id, "❤️")
    await discord_people.react(alice, general, sent.id, "5️⃣")
    fresh = await sent.channel.fetch_message(sent.id)
    assert [(str(one.emoji), one.count, one.me) for one in fresh.reactions] == [("❤️", 2, True), ("5️⃣", 1, False)]
    assert {user.id async for user in fresh.reactions[0].users()} == {alice, discord_bot.user.id}
    await discord_people.clear_reactions(alice, general, sent.id, "❤️")
    assert str((await discord_bot.hear("raw_reaction_clear_emoji")).emoji) == "❤️"
    await discord_people.clear_reactions(alice, general, sent.id)
    assert (await discord_bot.hear("raw_reaction_clear")).message_id == sent.id
    with refused(404, 10014):
        await sent.add_reaction("cat")
    with pytest.raises(Impossible):
        await discord_people.react(alice, general, sent.id, "cat")


async def test_threads_are_opened_used_archived_and_locked(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    sent = await place(discord_bot, general).send("a story")
    thread = await sent.create_thread(name="A story in parts")
    assert thread.id == sent.id and (await discord_people.room(general)).visible[0].thread == thread.id
    await discord_bot.hear("thread_create")
    with refused(400, 160004):
        await sent.create_thread(name="again")
    part = await thread.send("part one")
    await discord_people.archive(thread.id)
    await discord_bot.hear("thread_update")
    with refused(400, 50083):
        await part.edit(content="part 1")
    await thread.send("part two")
    assert not (await discord_people.room(thread.id)).archived
    await thread.edit(archived=True)
    assert (await discord_people.room(thread.id)).archived
    await discord_people.archive(thread.id, archived=True, locked=True)
    with refused(403, 160005):
        await thread.send("part three")
    loose = await place(discord_bot, general).create_thread(name="Loose", type=discord.ChannelType.public_thread)
    assert [one.type for one in (await discord_people.room(general)).visible] == [0, 18]
    active = await discord_bot.guilds[0].active_threads()
    assert [one.id for one in active] == [loose.id]


async def test_a_persons_private_thread_is_hidden_until_the_bot_is_added(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    thread = await discord_people.open_thread(alice, general, "secret", private=True)
    await discord_people.say(alice, thread, "nobody hears")
    with refused(403, 50001):
        await discord_bot.fetch_channel(thread)
    await discord_people.act("join_thread", user=discord_bot.user.id, thread=thread)
    number = await discord_people.say(alice, thread, "hello")
    assert (await discord_bot.hear("message")).id == number


async def test_private_conversations(discord_bot: Bot, discord_people: People, alice: int) -> None:
    user = await discord_bot.fetch_user(alice)
    sent = await user.send("hello", file=discord.File(io.BytesIO(CAT), "cat.png"))
    private = await discord_people.private_channel(alice)
    assert sent.channel.id == private
    await discord_people.say(alice, private, "a cat, please", File("cat.png", CAT), reply_to=sent.id)
    heard = await discord_bot.hear("message", 2)
    assert (heard.content, heard.attachments[0].size, heard.reference.message_id) == (
        "a cat, please",
        len(CAT),
        sent.id,
    )
    await discord_people.react(alice, private, sent.id, "👎")
    assert (await discord_bot.hear("raw_reaction_add")).guild_id is None
    with refused(403, 50003):
        await heard.delete()
    await discord_people.act("accept_messages", user=alice, accepts=False)
    with refused(403, 50007):
        await user.send("hello?")


async def test_typing_shows_for_ten_seconds(discord_bot: Bot, discord_people: People, general: int) -> None:
    await place(discord_bot, general).typing()
    assert (await discord_people.room(general)).bot_typing
    await discord_people.advance(10)
    assert not (await discord_people.room(general)).bot_typing


async def test_the_transcript_reads_like_the_channel(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    asked = await discord_people.say(alice, general, "a cat, please")
    row = discord.ui.View(timeout=None)
    row.add_item(discord.ui.Button(label="Vary", custom_id="vary:1"))
    sent = await place(discord_bot, general).send("here", file=discord.File(io.BytesIO(picture()), "cat.png"), view=row)
    await discord_people.react(alice, general, sent.id, "👍")
    lines = [
        line.split(" ", 1)[1] if line[:1].isdigit() else line
        for line in (await discord_people.transcript(general)).splitlines()
    ]
    assert lines == [
        f"#{asked} Alice:",
        "  a cat, please",
        f"#{sent.id} Fabula:",
        "  here",
        "  🖼 cat.png (8×4)",
        "  [Vary]",
        "  👍 1",
    ]


async def test_what_no_app_offers_is_impossible(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    bob = await discord_people.create_user("Bob")
    number = await discord_people.say(alice, general, "mine")
    for act in (
        discord_people.say(bob, general, "not a member"),
        discord_people.press(alice, general, number, "Vary"),
        discord_people.slash(alice, general, "story", idea="a cat"),
        discord_people.menu(alice, general, "Edit this picture", number),
    ):
        with pytest.raises(Impossible):
            await act


async def test_many_act_in_the_same_moment(discord_bot: Bot, discord_people: People, alice: int, general: int) -> None:
    before = (await discord_people.events(seconds=0))["seq"]
    told = File("cat.png", CAT).told()
    acts = [("say", {"user": alice, "channel": general, "text": text, "files": [told]}) for text in ("one", "two")]
    said = await discord_people.acts(acts)
    assert [(await discord_bot.hear("message", times)).id for times in (1, 2)] == said
    seen = (await discord_people.events(after=before))["events"]
    assert [(one["kind"], one["channel"], one["message"], one["files"]) for one in seen] == [
        ("message", general, number, 1) for number in said
    ]
