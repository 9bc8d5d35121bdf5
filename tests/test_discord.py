"""What people do on Discord, and what the bot makes of it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bots.discord.commands import application_commands
from bots.discord.permissions import NEEDED
from contract import sample
from core import prompts
from core.conversation.feature import Repertoire
from core.features import FEATURES
from core.texts import catalogue
from core.types import Score
from discord_people import Gathering, Somebody, kept_rows, labels
from discord_talker import final_messages
from patience import PATIENCE
from standins.discord.client import File
from studio import made, paid

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMANDS = Repertoire(FEATURES).commands
CAT = File("cat.png", sample("cat.png"))


async def picture(where: Somebody, words: str = "a cat") -> int:
    """A picture of the bot's; its message."""
    return (await where.asks("image", idea=words, raw=True))[-1].id


async def test_every_command_of_the_table_is_offered_with_its_options(gathering: Gathering) -> None:
    ada = gathering.ada
    offered = {one["name"]: one for one in await ada.people.commands(ada.user, ada.channel) if one["type"] == 1}
    commands = gathering.studio.program.manager.repertoire.commands  # with those of recipe files
    assert sorted(offered) == sorted(command.name for command in commands)
    for command in COMMANDS:
        names = [option["name"] for option in offered[command.name].get("options") or []]
        assert names == [
            *filter(None, [command.takes]),
            *command.files,
            *command.reference_names,
            *(option.name for option in command.options),
        ]
    options = {option["name"]: option for option in offered["image"]["options"]}
    assert options["idea"]["required"]
    assert [choice["value"] for choice in options["quality"]["choices"]] == ["low", "medium", "high", "xhigh", "max"]
    assert (options["n"]["min_value"], options["n"]["max_value"]) == (1, 4)
    assert options["style"]["autocomplete"] and options["size"]["autocomplete"]
    assert options["raw"]["type"] == 5
    files = {option["name"]: option["type"] for option in offered["edit"]["options"]}
    assert files["photo"] == files["mask"] == 11


async def test_descriptions_are_localised_and_commands_are_everywhere() -> None:
    for command in application_commands(COMMANDS):
        assert command["contexts"] == [0, 1, 2]
        assert command["integration_types"] == [0, 1]
        described = [command, *command.get("options", [])] if command["type"] == 1 else []
        for one in described:
            assert any("\u4e00" <= sign <= "\u9fff" for sign in one["description_localizations"]["zh-CN"])
        if command["type"] == 3:
            assert command["name_localizations"]["zh-CN"] != command["name"]


@pytest.mark.parametrize(
    ("locale", "typed", "expected"),
    [
        ("en-US", "wat", ("watercolor", "watercolor")),
        ("zh-CN", "水彩", ("水彩 · watercolor", "watercolor")),
        ("en-US", "水墨", ("ink", "ink")),
    ],
)
async def test_styles_complete_themselves_also_by_their_chinese_names(
    gathering: Gathering, locale: str, typed: str, expected: tuple[str, str]
) -> None:
    person = await gathering.somebody("Bea", locale=locale)
    offered = await person.people.complete(person.user, person.channel, "image", "style", typed, idea="a cat")
    assert expected in [(choice["name"], choice["value"]) for choice in offered]
    everything = await person.people.complete(person.user, person.channel, "image", "style", "", idea="a cat")
    assert 0 < len(everything) <= 25


async def test_sizes_complete_themselves_and_any_size_may_be_typed(gathering: Gathering) -> None:
    ada = gathering.ada
    offered = await ada.people.complete(ada.user, ada.channel, "image", "size", "t", idea="a cat")
    assert [choice["value"] for choice in offered] == ["tall"]
    said = await ada.asks("image", idea="a cat", size="1280x720", raw=True)
    assert (said[-1].files[0].width, said[-1].files[0].height) == (1280, 720)


async def test_options_reach_the_picture(gathering: Gathering) -> None:
    said = await gathering.ada.asks("image", 3, idea="a lighthouse", style="ink", n=2, format="webp", quality="high")
    assert "ink wash" in (await gathering.studio.requests("images.generations"))[-1]["prompt"]
    assert [file.mime for file in said[-1].files] == ["image/webp", "image/webp"]
    alone = await gathering.ada.presses(said[-1], "2")
    assert "quality high" in (await gathering.ada.presses(alone[-1], "Prompt"))[-1].text


async def test_an_edit_takes_two_attachments(gathering: Gathering) -> None:
    said = await gathering.ada.asks(
        "edit", change="a red flower", photo=CAT, mask=File("mask.jpg", sample("cat-mask-white.jpg"))
    )
    assert "%" in said[-1].text
    assert paid(await gathering.studio.requests()) == []
    done = await gathering.ada.presses(said[-1], "Use")
    assert done[-1].files[0].width == 451


async def test_a_misspelt_option_of_a_slash_command_is_one_sentence(gathering: Gathering) -> None:
    said = await gathering.ada.asks("image", idea="a cat", style="watercolr")
    assert "watercolor" in said[-1].text
    assert paid(await gathering.studio.requests()) == []
    done = await gathering.ada.presses(said[-1], "/image a cat --style watercolor")
    assert done[-1].files


async def test_an_edited_message_starts_nothing(gathering: Gathering) -> None:
    ada = await gathering.privately()
    newest = await ada.newest()
    for words in ("/usage", "/imge a cat --raw"):
        await ada.says(words)
        written = next(seen for seen in reversed((await ada.room()).messages) if seen.text == words)
        await ada.people.edit(ada.user, ada.channel, written.id, "/image a cat --raw")
    await ada.says("/help")  # what came before it has been heard by then
    await gathering.all_sent()
    assert len(final_messages((await ada.room()).messages, newest)) == 3
    assert paid(await gathering.studio.requests()) == []


async def test_commands_typed_as_text_in_private(gathering: Gathering) -> None:
    ada = await gathering.privately()
    said = await ada.says("/image a cat —style ink --raw")
    assert said[-1].files
    assert "ink wash" in (await gathering.studio.requests("images.generations"))[-1]["prompt"]


async def test_the_answer_comes_in_the_language_of_the_app(gathering: Gathering) -> None:
    bea = await gathering.somebody("Bea", locale="zh-CN")
    assert "今天" in (await bea.asks("usage"))[-1].text
    said = await (await gathering.privately(bea.user)).says("/usage")
    assert "今天" in said[-1].text, "a written message tells no language, so the last one told is remembered"


async def test_the_menu_edits_a_picture_of_ours_by_a_form(gathering: Gathering) -> None:
    ada = gathering.ada
    shown = await picture(ada)
    await gathering.until_shown(ada, shown)
    asked = await ada.people.menu(ada.user, ada.channel, "Edit this picture", shown)
    form = (await ada.people.responded(asked)).modal
    assert form is not None and form["title"] == "Edit this picture"
    newest = await ada.newest()
    await ada.people.submit(asked, change="make it blue")
    assert (await ada.hears(newest))[-1].files
    assert (await gathering.studio.requests("images.edits"))[-1]["prompt"].startswith("make it blue")


async def test_the_menus_work_on_other_peoples_pictures_without_reading_messages(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    photo = await ada.people.say(bea.user, bea.channel, "look", CAT)
    newest = await ada.newest()
    await ada.people.menu(ada.user, ada.channel, "Vary this picture", photo)
    assert (await ada.hears(newest))[-1].files
    asked = await ada.people.menu(ada.user, ada.channel, "Edit this picture", photo)
    await ada.people.responded(asked)
    newest = await ada.newest()
    await ada.people.submit(asked, change="a hat")
    changed = (await ada.hears(newest))[-1].files[0]
    assert changed.width / changed.height == pytest.approx(451 / 300, rel=0.01)
    assert len(await gathering.studio.requests("images.edits")) == 2


@pytest.mark.parametrize("menu", ["Edit this picture", "Vary this picture", "Rate"])
async def test_a_menu_on_a_message_without_a_picture_says_so(gathering: Gathering, menu: str) -> None:
    ada = gathering.ada
    words = await ada.people.say(ada.user, ada.channel, "no picture here")
    answer = await ada.people.answer(await ada.people.menu(ada.user, ada.channel, menu, words))
    assert answer.ephemeral and ("nothing" in answer.text or "no picture" in answer.text)


async def test_the_menu_rates(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    shown = await picture(ada)
    await gathering.until_shown(ada, shown)
    asked = await ada.people.answer(await ada.people.menu(bea.user, ada.channel, "Rate", shown))
    assert asked.ephemeral
    await ada.people.press(bea.user, ada.channel, asked.id, "👎")
    await gathering.until_scored(ada, shown, Score(score=-1, count=1))


async def test_the_edit_button_opens_a_form_that_knows_what_was_said(gathering: Gathering) -> None:
    ada = await gathering.privately()
    offered = await ada.says("a red hat", CAT)
    await gathering.until_shown(ada, offered[-1].id)
    asked = await ada.people.press(ada.user, ada.channel, offered[-1].id, "Edit")
    form = (await ada.people.responded(asked)).modal
    assert form is not None
    assert form["components"][0]["component"]["value"] == "a red hat"


# --- conversation ----------------------------------------------------------------------------------------------------


async def test_a_mention_is_answered_and_other_talk_is_neither_answered_nor_kept(gathering: Gathering) -> None:
    ada = gathering.ada
    await ada.people.say(ada.user, ada.channel, "just talking to my friends")
    said = await ada.says(f"<@{gathering.server.application_id}> hello, who are you?")
    assert len(said) == 1 and said[0].text
    assert said[0].reply_to == (await ada.room()).messages[1].id
    assert len(made(await gathering.studio.requests())) == 1


async def test_a_reply_to_a_picture_edits_it(gathering: Gathering) -> None:
    ada = gathering.ada
    shown = await picture(ada)
    await gathering.until_shown(ada, shown)
    assert (await ada.says("make it blue", reply_to=shown))[-1].files
    assert [entry["endpoint"] for entry in made(await gathering.studio.requests())] == [
        "images.generations",
        "images.edits",
    ]


async def test_a_reply_whose_words_are_hidden_gets_a_hint_once(gathering: Gathering) -> None:
    ada = gathering.ada
    shown = await picture(ada)
    told = {"id": "1", "channel_id": str(ada.channel), "guild_id": str(gathering.guild.id), "type": 19, "content": ""}
    author = {"id": str(ada.user), "username": "ada", "discriminator": "0", "avatar": None, "global_name": "Ada"}
    bot = {"id": str(gathering.server.application_id), "username": "Fabula", "discriminator": "0", "avatar": None}
    more = {"attachments": [], "embeds": [], "mentions": [], "mention_roles": [], "mention_everyone": False}
    rest = {"timestamp": "2026-11-22T10:00:00+00:00", "edited_timestamp": None, "pinned": False, "tts": False}
    ours = told | more | rest | {"id": str(shown), "type": 0, "author": bot}
    reference = {"message_id": str(shown), "channel_id": str(ada.channel), "guild_id": str(gathering.guild.id)}
    newest = await ada.newest()
    for _ in range(2):
        hidden = told | more | rest | {"id": str(shown + 1), "author": author, "message_reference": reference}
        await ada.people.act("tell", event="MESSAGE_CREATE", data=hidden | {"referenced_message": ours})
    said = await ada.hears(newest)
    assert "mention" in said[0].text.lower()
    assert await ada.asks("usage")
    assert len((await ada.room()).by_bot) == 3, "the picture, one hint, the usage"


async def test_a_photo_in_private_is_offered_what_can_be_done(gathering: Gathering) -> None:
    ada = await gathering.privately()
    said = await ada.says("", CAT)
    assert labels(said[-1]) == ["Edit", "Vary"]


async def test_two_attachments_in_private_are_photo_and_mask(gathering: Gathering) -> None:
    ada = await gathering.privately()
    said = await ada.says("/edit a hat", CAT, File("mask.jpg", sample("cat-mask-white.jpg")))
    assert "%" in said[-1].text


async def test_a_file_that_is_no_picture_is_told_so(gathering: Gathering) -> None:
    ada = await gathering.privately()
    said = await ada.says("", File("notes.txt", b"hello"))
    assert "That is a document" in said[-1].text


async def test_in_a_conversation_between_people_the_session_settings_say_that_others_see_it(
    gathering: Gathering,
) -> None:
    bea = await gathering.people.create_user("Bea", installed=True)
    channel = await gathering.people.private_channel(bea, gathering.ada.user)
    menu = await Somebody(gathering.people, bea, channel).asks("settings")
    assert "One session for all" in labels(menu[-1])


# --- reactions -------------------------------------------------------------------------------------------------------


async def test_reactions_rate_and_are_taken_back(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    shown = await picture(ada)
    await gathering.until_shown(ada, shown)
    for user, emoji in ((ada.user, "🔥"), (bea.user, "👎"), (bea.user, "5️⃣")):
        await ada.people.react(user, ada.channel, shown, emoji)
    await gathering.until_scored(ada, shown, Score(score=2, count=2))
    await ada.people.unreact(bea.user, ada.channel, shown, "5️⃣")
    await gathering.until_scored(ada, shown, Score(score=0, count=2))
    await ada.people.clear_reactions(ada.user, ada.channel, shown, "👎")
    await gathering.until_scored(ada, shown, Score(score=1, count=1))
    await ada.people.clear_reactions(ada.user, ada.channel, shown)
    await gathering.until_scored(ada, shown, Score())


async def test_reactions_on_other_peoples_messages_are_not_kept(gathering: Gathering) -> None:
    ada, store = gathering.ada, gathering.studio.program.storage.store
    theirs = await ada.people.say(ada.user, ada.channel, "hello")
    await ada.people.react(ada.user, ada.channel, theirs, "🔥")
    await ada.people.unreact(ada.user, ada.channel, theirs, "🔥")
    await ada.asks("usage")
    async with asyncio.timeout(PATIENCE):
        while await store.waiting_rows("discord"):
            await asyncio.sleep(0.01)
    assert not [payload for _, payload in await kept_rows(gathering.studio) if str(theirs) in payload]


async def test_the_same_event_twice_is_one_row(gathering: Gathering) -> None:
    """After a lost connection Discord may tell again what we have heard: here the whole session."""
    ada = gathering.ada
    shown = await picture(ada)
    await gathering.until_shown(ada, shown)
    await ada.people.react(ada.user, ada.channel, shown, "👍")
    await gathering.until_scored(ada, shown, Score(score=1, count=1))
    await ada.people.unreact(ada.user, ada.channel, shown, "👍")
    await gathering.until_scored(ada, shown, Score())
    said = await ada.says(f"<@{gathering.server.application_id}> hello")
    before, resumes = len(await kept_rows(gathering.studio)), (await ada.people.gateway())["resumes"]
    socket = gathering.client._get_websocket(shard_id=0)
    assert socket.sequence
    socket.sequence -= 4  # the picture's last event, both reactions, the greeting and its answer
    await ada.people.drop()
    await ada.people.until_gateway(lambda seen: seen["resumes"] > resumes)
    await ada.asks("usage")
    assert await gathering.score(ada, shown) == Score()
    assert len(await kept_rows(gathering.studio)) == before + 1, "the usage alone"
    assert len([seen for seen in (await ada.room()).by_bot if seen.reply_to == said[0].reply_to]) == 1


# --- buttons ---------------------------------------------------------------------------------------------------------


async def test_a_thumb_is_thanked_for_in_private(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea", locale="zh-CN")
    shown = await ada.sees(await picture(ada))
    assert shown
    await gathering.until_shown(ada, shown.id)
    thanks = await bea.presses(shown, "👍")
    assert thanks[0].ephemeral and "谢谢" in thanks[0].text
    await gathering.until_scored(ada, shown.id, Score(score=1, count=1))
    back = await bea.presses(shown, "👍")
    assert "收回" in back[0].text
    await gathering.until_scored(ada, shown.id, Score())


async def test_more_values_than_buttons_become_menus(gathering: Gathering) -> None:
    ada = gathering.ada
    menu = (await ada.asks("settings"))[-1]
    await ada.people.press(ada.user, ada.channel, menu.id, "Style")
    room = await ada.until(lambda room: any(one.kind == "select" for seen in room.by_bot for one in seen.controls))
    shown = next(seen for seen in room.by_bot if seen.id == menu.id)
    offered = [option["value"] for control in shown.controls for option in control.options]
    assert {f"set:style={name}" for name in prompts.STYLES} < set(offered)
    assert all(len(control.options) <= 25 for control in shown.controls)
    await ada.people.choose(ada.user, ada.channel, menu.id, str(shown.controls[0].custom_id), "set:style=ink")
    await ada.until(lambda room: any("ink" in seen.text.lower() for seen in room.by_bot if seen.id == menu.id))
    await ada.asks("image", idea="a cat")
    assert "ink wash" in (await gathering.studio.requests("images.generations"))[-1]["prompt"]


async def test_a_press_that_takes_time_thinks_at_once_and_is_answered_in_place(gathering: Gathering) -> None:
    ada = gathering.ada
    shown = await ada.sees(await picture(ada))
    assert shown
    await gathering.until_shown(ada, shown.id)
    asked = await ada.people.press(ada.user, ada.channel, shown.id, "Vary")
    done = await ada.people.responded(asked)
    assert done.response == 5
    varied = await ada.until(lambda room: any(seen.id == done.message and seen.files for seen in room.by_bot))
    assert [seen.interaction for seen in varied.by_bot if seen.id == done.message] == [asked]
    await ada.settled()


async def test_a_forged_button_does_nothing(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    shown = await ada.sees(await picture(ada))
    assert shown
    await gathering.until_shown(ada, shown.id)
    assert "author" in (await bea.presses(shown, "Delete"))[-1].text


async def test_forgetting_takes_the_question_s_place(gathering: Gathering) -> None:
    ada = gathering.ada
    await picture(ada)
    asked = (await ada.asks("forget"))[-1]
    await ada.presses(asked, "Yes, forget me", expect=0)
    await ada.until(lambda room: any("deleted" in seen.text and not seen.controls for seen in room.by_bot))
    assert "nothing yet" in (await ada.asks("history"))[-1].text


# --- the guide -------------------------------------------------------------------------------------------------------


async def test_the_invitation_in_the_guide_asks_for_what_is_needed() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "discord.md").read_text("utf-8")
    assert re.findall(r"permissions=(\d+)", guide) == [str(NEEDED.value)]
    english = catalogue("en")
    named = {
        name for name in ("view", "send", "threads", "attach", "read-history") if english[f"permission-{name}"] in guide
    }
    assert len(named) == 5, "the permissions are called in the guide as in the bot's sentences"
