"""The stand-in Discord's commands, buttons, menus and forms, answered by discord.py."""

import hashlib
import io
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from discord_fixtures import Bot, connected, refused
from standins.discord.client import File, People
from standins.discord.errors import Impossible
from standins.discord.process import DiscordProcess

pytest_plugins = ("discord_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

CAT = (Path(__file__).parent / "data/cat.png").read_bytes()
Interaction = discord.Interaction[Any]


async def offer(discord_bot: Bot, name: str = "story", *, guild: discord.Object | None = None) -> None:
    """Register a command that does nothing by itself: the test answers its interactions."""

    @discord_bot.tree.command(name=name, description="Tell a story", guild=guild)
    async def command(interaction: Interaction, idea: str = "") -> None:
        pass

    await discord_bot.tree.sync(guild=guild)


async def asked(
    discord_bot: Bot, discord_people: People, who: int, where: int, name: str = "story", times: int = 1
) -> Interaction:
    await discord_people.slash(who, where, name)
    heard: Interaction = await discord_bot.hear("interaction", times)
    return heard


class Why(discord.ui.Modal, title="Why?"):
    reason: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Reason", custom_id="reason", min_length=3)

    async def on_submit(self, interaction: Interaction) -> None:
        await interaction.response.edit_message(content=f"edited because {self.reason.value}")


class Row(discord.ui.View):
    @discord.ui.button(label="Edit", emoji="✏️", custom_id="edit:1")
    async def edit(self, interaction: Interaction, button: Any) -> None:
        await interaction.response.send_modal(Why())


async def test_from_command_to_edited_picture(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    """A slash command with a file, a deferred answer, a picture, a button, a form, an edit."""

    @discord_bot.tree.command(name="edit", description="Edit a photo")
    async def edit(interaction: Interaction, change: str, photo: discord.Attachment) -> None:
        await interaction.response.defer(thinking=True)
        copy = discord.File(io.BytesIO(await photo.read()), "edited.png")
        await interaction.edit_original_response(content=change, attachments=[copy], view=Row(timeout=None))

    await discord_bot.tree.sync()
    command = await discord_people.slash(alice, general, "edit", change="bigger", photo=File("cat.png", CAT))
    answer = await discord_people.answer(command)
    assert (answer.text, answer.type, answer.by_bot, answer.labels) == ("bigger", 20, True, ["Edit"])
    assert [row["text"] for row in answer.past] == [""] and answer.edited is None
    assert (answer.files[0].sha256, answer.files[0].width) == (hashlib.sha256(CAT).hexdigest(), 451)
    pressed = await discord_people.press(alice, general, answer.id, "Edit")
    form = await discord_people.responded(pressed)
    assert form.state == "modal" and form.modal and form.modal["title"] == "Why?"
    with pytest.raises(Impossible):
        await discord_people.submit(pressed, reason="x")
    with pytest.raises(Impossible):
        await discord_people.submit(pressed, mood="good")
    done = await discord_people.answer(await discord_people.submit(pressed, reason="I like big cats"))
    assert (done.id, done.text) == (answer.id, "edited because I like big cats")
    assert [one.state for one in await discord_people.interactions()] == ["answered", "modal", "updated"]
    assert all(one.acknowledged == 0 for one in await discord_people.interactions())
    assert (await discord_people.requests())["spec_violations"] == []


async def test_options_arrive_as_they_were_meant(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    got: dict[str, Any] = {}
    group = app_commands.Group(name="settings", description="Settings")

    @group.command(name="style", description="The style")
    @app_commands.choices(
        style=[app_commands.Choice(name="Ink", value="ink"), app_commands.Choice(name="Oil", value="oil")]
    )
    async def style(
        interaction: Interaction,
        style: app_commands.Choice[str],
        n: app_commands.Range[int, 1, 4],
        who: discord.Member,
        raw: bool = False,
    ) -> None:
        got.update(style=style.value, n=n, who=who.id, raw=raw)
        await interaction.response.send_message("kept", ephemeral=True)

    discord_bot.tree.add_command(group)
    await discord_bot.tree.sync()
    answer = await discord_people.answer(
        await discord_people.slash(alice, general, "settings style", style="Ink", n=2, who=alice, raw=True)
    )
    assert got == {"style": "ink", "n": 2, "who": alice, "raw": True}
    assert answer.ephemeral
    for wrong in (
        {"style": "pencil", "n": 2, "who": alice},
        {"style": "ink", "n": 5, "who": alice},
        {"style": "ink", "n": 2},
    ):
        with pytest.raises(Impossible):
            await discord_people.slash(alice, general, "settings style", **wrong)
    with pytest.raises(Impossible):
        await discord_people.slash(alice, general, "settings")


async def test_an_option_completes_itself(discord_bot: Bot, discord_people: People, alice: int, general: int) -> None:
    @discord_bot.tree.command(name="story", description="Tell a story")
    async def story(interaction: Interaction, style: str) -> None:
        pass

    @story.autocomplete("style")
    async def styles(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [
            app_commands.Choice(name=one, value=one) for one in ("ink", "oil", "inkwash") if one.startswith(current)
        ]

    await discord_bot.tree.sync()
    choices = await discord_people.complete(alice, general, "story", "style", "ink")
    assert choices == [{"name": "ink", "value": "ink"}, {"name": "inkwash", "value": "inkwash"}]


async def test_a_context_menu_carries_its_message(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    @discord_bot.tree.context_menu(name="Edit this picture")
    async def edit(interaction: Interaction, message: discord.Message) -> None:
        [file] = message.attachments
        size = len(await file.read())
        await interaction.response.send_message(f"{message.content}: {size} bytes")

    await discord_bot.tree.sync()
    photo = await discord_people.say(alice, general, "look", File("cat.png", CAT))
    answer = await discord_people.answer(await discord_people.menu(alice, general, "Edit this picture", photo))
    assert (answer.text, answer.type) == (f"look: {len(CAT)} bytes", 23)
    assert "Fabula (Alice used Edit this picture):" in await discord_people.transcript(general)


async def test_a_select_menu_knows_its_options(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    options = [discord.SelectOption(label="Ink", value="ink"), discord.SelectOption(label="Oil", value="oil")]
    select: discord.ui.Select[Any] = discord.ui.Select(placeholder="Style", custom_id="style", options=options)

    async def chosen(interaction: Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=select.values[0], view=None)

    select.callback = chosen
    view = discord.ui.View(timeout=None).add_item(select)
    sent = await discord_bot.get_channel(general).send("which?", view=view)
    with pytest.raises(Impossible):
        await discord_people.choose(alice, general, sent.id, "Style", "pencil")
    chose = await discord_people.choose(alice, general, sent.id, "Style", "Oil")
    await discord_people.until(general, lambda room: room.visible[0].text == "oil")
    assert (await discord_people.interaction(chose)).message == sent.id
    assert (await discord_people.room(general)).visible[0].labels == []


async def test_the_first_follow_up_takes_the_place_of_thinking(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    await offer(discord_bot)
    interaction = await asked(discord_bot, discord_people, alice, general)
    await interaction.response.defer(ephemeral=True, thinking=True)
    [thinking] = (await discord_people.room(general, alice)).messages
    assert (thinking.thinking, thinking.ephemeral) == (True, True)
    assert (await discord_people.interaction(interaction.id)).state == "thinking"
    first = await interaction.followup.send("one", wait=True)
    second = await interaction.followup.send("two", ephemeral=True, wait=True)
    public = await interaction.followup.send("three", wait=True)
    assert first.id == thinking.id and public.id > second.id > first.id
    bob = await discord_people.create_user("Bob")
    assert [one.text for one in (await discord_people.room(general, bob)).visible] == ["three"]
    assert [one.text for one in (await discord_people.room(general, alice)).visible] == ["one", "two", "three"]
    await second.edit(content="zwei")
    await public.delete()
    await interaction.delete_original_response()
    assert [one.text for one in (await discord_people.room(general, alice)).visible] == ["zwei"]
    with refused(404, 10008):
        await interaction.edit_original_response(content="gone")
    with refused(404, 10008):
        await discord_bot.get_channel(general).fetch_message(second.id)
    assert [message.content for message in discord_bot.all("message")] == ["three"]


async def test_an_answer_after_three_seconds_is_too_late(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    await offer(discord_bot)
    interaction = await asked(discord_bot, discord_people, alice, general)
    await discord_people.advance(3.1)
    with refused(404, 10062):
        await interaction.response.defer()
    seen = await discord_people.interaction(interaction.id)
    assert (seen.state, seen.acknowledged, seen.heard) == ("failed", None, True)


async def test_an_interaction_is_answered_once(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    await offer(discord_bot)
    interaction = await asked(discord_bot, discord_people, alice, general)
    with refused(404, 10015):
        await interaction.followup.send("too early")
    await discord_people.advance(2)
    response = await interaction.response.send_message("once")
    assert response.message_id and response.resource and response.resource.content == "once"
    again = Interaction(data=interaction_payload(interaction), state=interaction._state)
    with refused(400, 40060):
        await again.response.send_message("twice")
    assert (await discord_people.interaction(interaction.id)).acknowledged == pytest.approx(2)


def interaction_payload(interaction: Interaction) -> Any:
    """What an interaction was made of, for a second object of the same one."""
    return {
        "id": str(interaction.id),
        "application_id": str(interaction.application_id),
        "type": interaction.type.value,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "attachment_size_limit": interaction.filesize_limit,
    }


async def test_a_token_is_good_for_fifteen_minutes(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    await offer(discord_bot)
    interaction = await asked(discord_bot, discord_people, alice, general)
    await interaction.response.defer()
    await discord_people.advance(899)
    await interaction.edit_original_response(content="in time")
    await discord_people.advance(2)
    with refused(401, 50027):
        await interaction.followup.send("too late")
    sent = await discord_bot.get_channel(general).send("but the bot may speak")
    assert (await discord_people.room(general)).visible[-1].id == sent.id


async def test_where_only_a_person_installed_the_app_five_follow_ups_are_all(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    @discord_bot.tree.command(name="story", description="Tell a story")
    @app_commands.allowed_installs(guilds=False, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def story(interaction: Interaction) -> None:
        pass

    await discord_bot.tree.sync()
    elsewhere = (await discord_people.create_guild("Elsewhere", alice, bot=False)).channels["general"]
    assert await discord_people.commands(alice, elsewhere) == []
    await discord_people.act("install_app", user=alice)
    interaction = await asked(discord_bot, discord_people, alice, elsewhere)
    assert interaction.is_user_integration() and not interaction.is_guild_integration()
    await interaction.response.send_message("0")
    for number in range(5):
        await interaction.followup.send(str(number + 1))
    with refused(400, 40094):
        await interaction.followup.send("6")
    with refused(403, 50001):
        await discord_bot.get_partial_messageable(elsewhere).send("the bot is not there")
    bob = await discord_people.create_user("Bob")
    between = await discord_people.private_channel(alice, bob)
    assert (await asked(discord_bot, discord_people, alice, between, times=2)).context.private_channel


async def test_places_and_languages(discord_bot: Bot, discord_people: People, alice: int, general: int) -> None:
    mei = await discord_people.create_user("Mei", locale="zh-CN")
    private = await discord_people.private_channel(mei)
    await offer(discord_bot)
    interaction = await asked(discord_bot, discord_people, mei, private)
    assert (str(interaction.locale), interaction.guild, interaction.context.dm_channel) == ("zh-CN", None, True)
    await interaction.response.send_message("你好", files=[discord.File(io.BytesIO(CAT), "cat.png")])
    assert (await discord_people.room(private)).visible[0].files[0].name == "cat.png"
    boosted = await discord_people.create_guild("Boosted", alice, boost=2, locale="de")
    where = boosted.channels["general"]
    interaction = await asked(discord_bot, discord_people, alice, where, times=2)
    assert (interaction.filesize_limit, str(interaction.guild_locale)) == (50 << 20, "de")
    assert interaction.app_permissions.attach_files and interaction.permissions.administrator


async def test_an_answer_must_fit_what_was_done(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    await offer(discord_bot)
    interaction = await asked(discord_bot, discord_people, alice, general)
    with refused(400, 50035, "type"):
        await raw(discord_bot, interaction, 7)
    with refused(400, 50006):
        await raw(discord_bot, interaction, 4)
    await interaction.response.send_modal(Why())
    sent = await asked_by_form(discord_bot, discord_people, interaction)
    with refused(400, 50035, "type"):
        await raw(discord_bot, sent, 9, title="x", custom_id="x", components=[{"type": 10, "content": "x"}])


async def raw(discord_bot: Bot, interaction: Interaction, kind: int, **data: object) -> None:
    route = discord.http.Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    await discord_bot.http.request(route, json={"type": kind, "data": data})


async def asked_by_form(discord_bot: Bot, discord_people: People, interaction: Interaction) -> Interaction:
    Why.on_submit, before = ignored, Why.on_submit
    try:
        await discord_people.submit(interaction.id, reason="because")
        heard: Interaction = await discord_bot.hear("interaction", 2)
    finally:
        Why.on_submit = before
    return heard


async def ignored(form: Why, interaction: Interaction) -> None:
    """Leave the answer to the test."""


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("0.name", {"name": "Story", "description": "capital letters"}),
        ("0.description", {"name": "story", "description": ""}),
        ("1.name", {"name": "twice", "description": "same name"}),
        ("0.options", {"name": "story", "description": "x", "options": [
            {"name": f"o{number}", "description": "x", "type": 3} for number in range(26)
        ]}),
        ("0.options.1", {"name": "story", "description": "x", "options": [
            {"name": "a", "description": "x", "type": 3}, {"name": "b", "description": "x", "type": 3, "required": True}
        ]}),
        ("0.description_localizations.xx", {"name": "story", "description": "x", "description_localizations": {"xx": "y"}}),
        ("0.contexts", {"name": "story", "description": "x", "contexts": [3]}),
    ],
)  # fmt: skip
async def test_wrong_commands_are_refused(
    discord_bot: Bot, discord_people: People, path: str, command: dict[str, Any]
) -> None:
    twice = [command, command] if path.startswith("1") else [command]
    with pytest.raises(discord.HTTPException) as caught:
        await discord_bot.http.bulk_upsert_global_commands(discord_bot.application_id, payload=twice)
    assert (caught.value.status, caught.value.code) == (400, 50035)
    node = caught.value._errors
    for name in path.split("."):
        node = node[name]
    assert await discord_bot.tree.fetch_commands() == []


async def test_commands_are_kept_localised_and_per_guild(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    await offer(discord_bot)
    [first] = await discord_bot.tree.fetch_commands()
    localised = {"name": "image", "description": "Draw", "description_localizations": {"zh-CN": "画一张图"}}
    kept = await discord_bot.http.bulk_upsert_global_commands(
        discord_bot.application_id, payload=[{"name": "story", "description": "Tell"}, localised]
    )
    assert kept[0]["id"] == str(first.id) and kept[1]["description_localizations"] == {"zh-CN": "画一张图"}
    guild = discord_bot.guilds[0]
    await offer(discord_bot, "local", guild=discord.Object(guild.id))
    assert {one["name"] for one in await discord_people.commands(alice, general)} == {"story", "image", "local"}
    private = await discord_people.private_channel(alice)
    assert {one["name"] for one in await discord_people.commands(alice, private)} == {"story", "image"}
    await discord_people.permit(general, deny=["VIEW_CHANNEL"])
    interaction = await asked(discord_bot, discord_people, alice, general, "local")
    await interaction.response.send_message("answers need no permission")
    too_many = [{"name": f"c{number}", "description": "x"} for number in range(101)]
    with refused(400, 30032):
        await discord_bot.http.bulk_upsert_global_commands(discord_bot.application_id, payload=too_many)


async def test_nobody_answers_while_the_bot_is_away(
    discord_server: DiscordProcess, discord_people: People, alice: int, general: int
) -> None:
    async with connected(discord_server, Bot()) as discord_bot:
        await offer(discord_bot)
    away = await discord_people.slash(alice, general, "story")
    await discord_people.advance(4)
    assert (await discord_people.interaction(away)).state == "failed"
