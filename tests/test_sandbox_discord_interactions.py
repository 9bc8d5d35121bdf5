"""The stand-in Discord's commands, buttons, menus and forms, answered by discord.py."""

import hashlib
import io
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from discord_fixtures import Bot, connected, refused

from sandbox.discord.client import File, People
from sandbox.discord.errors import Impossible
from sandbox.discord.process import DiscordProcess

pytest_plugins = ("discord_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

CAT = (Path(__file__).parent / "data/cat.png").read_bytes()
Interaction = discord.Interaction[Any]


async def offer(fabula: Bot, name: str = "story", *, guild: discord.Object | None = None) -> None:
    """Register a command that does nothing by itself: the test answers its interactions."""

    @fabula.tree.command(name=name, description="Tell a story", guild=guild)
    async def command(interaction: Interaction, idea: str = "") -> None:
        pass

    await fabula.tree.sync(guild=guild)


async def asked(fabula: Bot, crowd: People, who: int, where: int, name: str = "story", times: int = 1) -> Interaction:
    await crowd.slash(who, where, name)
    heard: Interaction = await fabula.hear("interaction", times)
    return heard


class Why(discord.ui.Modal, title="Why?"):
    reason: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Reason", custom_id="reason", min_length=3)

    async def on_submit(self, interaction: Interaction) -> None:
        await interaction.response.edit_message(content=f"edited because {self.reason.value}")


class Row(discord.ui.View):
    @discord.ui.button(label="Edit", emoji="✏️", custom_id="edit:1")
    async def edit(self, interaction: Interaction, button: Any) -> None:
        await interaction.response.send_modal(Why())


async def test_from_command_to_edited_picture(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    """A slash command with a file, a deferred answer, a picture, a button, a form, an edit."""

    @fabula.tree.command(name="edit", description="Edit a photo")
    async def edit(interaction: Interaction, change: str, photo: discord.Attachment) -> None:
        await interaction.response.defer(thinking=True)
        copy = discord.File(io.BytesIO(await photo.read()), "edited.png")
        await interaction.edit_original_response(content=change, attachments=[copy], view=Row(timeout=None))

    await fabula.tree.sync()
    command = await crowd.slash(alice, general, "edit", change="bigger", photo=File("cat.png", CAT))
    answer = await crowd.answer(command)
    assert (answer.text, answer.type, answer.by_bot, answer.labels) == ("bigger", 20, True, ["Edit"])
    assert [row["text"] for row in answer.past] == [""] and answer.edited is None
    assert (answer.files[0].sha256, answer.files[0].width) == (hashlib.sha256(CAT).hexdigest(), 451)
    pressed = await crowd.press(alice, general, answer.id, "Edit")
    form = await crowd.responded(pressed)
    assert form.state == "modal" and form.modal and form.modal["title"] == "Why?"
    with pytest.raises(Impossible):
        await crowd.submit(pressed, reason="x")
    with pytest.raises(Impossible):
        await crowd.submit(pressed, mood="good")
    done = await crowd.answer(await crowd.submit(pressed, reason="I like big cats"))
    assert (done.id, done.text) == (answer.id, "edited because I like big cats")
    assert [one.state for one in await crowd.interactions()] == ["answered", "modal", "updated"]
    assert all(one.acknowledged == 0 for one in await crowd.interactions())
    assert (await crowd.requests())["spec_violations"] == []


async def test_options_arrive_as_they_were_meant(fabula: Bot, crowd: People, alice: int, general: int) -> None:
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

    fabula.tree.add_command(group)
    await fabula.tree.sync()
    answer = await crowd.answer(
        await crowd.slash(alice, general, "settings style", style="Ink", n=2, who=alice, raw=True)
    )
    assert got == {"style": "ink", "n": 2, "who": alice, "raw": True}
    assert answer.ephemeral
    for wrong in (
        {"style": "pencil", "n": 2, "who": alice},
        {"style": "ink", "n": 5, "who": alice},
        {"style": "ink", "n": 2},
    ):
        with pytest.raises(Impossible):
            await crowd.slash(alice, general, "settings style", **wrong)
    with pytest.raises(Impossible):
        await crowd.slash(alice, general, "settings")


async def test_an_option_completes_itself(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    @fabula.tree.command(name="story", description="Tell a story")
    async def story(interaction: Interaction, style: str) -> None:
        pass

    @story.autocomplete("style")
    async def styles(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [
            app_commands.Choice(name=one, value=one) for one in ("ink", "oil", "inkwash") if one.startswith(current)
        ]

    await fabula.tree.sync()
    choices = await crowd.complete(alice, general, "story", "style", "ink")
    assert choices == [{"name": "ink", "value": "ink"}, {"name": "inkwash", "value": "inkwash"}]


async def test_a_context_menu_carries_its_message(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    @fabula.tree.context_menu(name="Edit this picture")
    async def edit(interaction: Interaction, message: discord.Message) -> None:
        [file] = message.attachments
        size = len(await file.read())
        await interaction.response.send_message(f"{message.content}: {size} bytes")

    await fabula.tree.sync()
    photo = await crowd.say(alice, general, "look", File("cat.png", CAT))
    answer = await crowd.answer(await crowd.menu(alice, general, "Edit this picture", photo))
    assert (answer.text, answer.type) == (f"look: {len(CAT)} bytes", 23)
    assert "Fabula (Alice used Edit this picture):" in await crowd.transcript(general)


async def test_a_select_menu_knows_its_options(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    options = [discord.SelectOption(label="Ink", value="ink"), discord.SelectOption(label="Oil", value="oil")]
    select: discord.ui.Select[Any] = discord.ui.Select(placeholder="Style", custom_id="style", options=options)

    async def chosen(interaction: Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=select.values[0], view=None)

    select.callback = chosen
    view = discord.ui.View(timeout=None).add_item(select)
    sent = await fabula.get_channel(general).send("which?", view=view)
    with pytest.raises(Impossible):
        await crowd.choose(alice, general, sent.id, "Style", "pencil")
    chose = await crowd.choose(alice, general, sent.id, "Style", "Oil")
    await crowd.until(general, lambda room: room.visible[0].text == "oil")
    assert (await crowd.interaction(chose)).message == sent.id
    assert (await crowd.room(general)).visible[0].labels == []


async def test_the_first_follow_up_takes_the_place_of_thinking(
    fabula: Bot, crowd: People, alice: int, general: int
) -> None:
    await offer(fabula)
    interaction = await asked(fabula, crowd, alice, general)
    await interaction.response.defer(ephemeral=True, thinking=True)
    [thinking] = (await crowd.room(general, alice)).messages
    assert (thinking.thinking, thinking.ephemeral) == (True, True)
    assert (await crowd.interaction(interaction.id)).state == "thinking"
    first = await interaction.followup.send("one", wait=True)
    second = await interaction.followup.send("two", ephemeral=True, wait=True)
    public = await interaction.followup.send("three", wait=True)
    assert first.id == thinking.id and public.id > second.id > first.id
    bob = await crowd.create_user("Bob")
    assert [one.text for one in (await crowd.room(general, bob)).visible] == ["three"]
    assert [one.text for one in (await crowd.room(general, alice)).visible] == ["one", "two", "three"]
    await second.edit(content="zwei")
    await public.delete()
    await interaction.delete_original_response()
    assert [one.text for one in (await crowd.room(general, alice)).visible] == ["zwei"]
    with refused(404, 10008):
        await interaction.edit_original_response(content="gone")
    with refused(404, 10008):
        await fabula.get_channel(general).fetch_message(second.id)
    assert [message.content for message in fabula.all("message")] == ["three"]


async def test_an_answer_after_three_seconds_is_too_late(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    await offer(fabula)
    interaction = await asked(fabula, crowd, alice, general)
    await crowd.advance(3.1)
    with refused(404, 10062):
        await interaction.response.defer()
    seen = await crowd.interaction(interaction.id)
    assert (seen.state, seen.acknowledged, seen.heard) == ("failed", None, True)


async def test_an_interaction_is_answered_once(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    await offer(fabula)
    interaction = await asked(fabula, crowd, alice, general)
    with refused(404, 10015):
        await interaction.followup.send("too early")
    await crowd.advance(2)
    response = await interaction.response.send_message("once")
    assert response.message_id and response.resource and response.resource.content == "once"
    again = Interaction(data=interaction_payload(interaction), state=interaction._state)
    with refused(400, 40060):
        await again.response.send_message("twice")
    assert (await crowd.interaction(interaction.id)).acknowledged == pytest.approx(2)


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


async def test_a_token_is_good_for_fifteen_minutes(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    await offer(fabula)
    interaction = await asked(fabula, crowd, alice, general)
    await interaction.response.defer()
    await crowd.advance(899)
    await interaction.edit_original_response(content="in time")
    await crowd.advance(2)
    with refused(401, 50027):
        await interaction.followup.send("too late")
    sent = await fabula.get_channel(general).send("but the bot may speak")
    assert (await crowd.room(general)).visible[-1].id == sent.id


async def test_where_only_a_person_installed_the_app_five_follow_ups_are_all(
    fabula: Bot, crowd: People, alice: int, general: int
) -> None:
    @fabula.tree.command(name="story", description="Tell a story")
    @app_commands.allowed_installs(guilds=False, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def story(interaction: Interaction) -> None:
        pass

    await fabula.tree.sync()
    elsewhere = (await crowd.create_guild("Elsewhere", alice, bot=False)).channels["general"]
    assert await crowd.commands(alice, elsewhere) == []
    await crowd.act("install_app", user=alice)
    interaction = await asked(fabula, crowd, alice, elsewhere)
    assert interaction.is_user_integration() and not interaction.is_guild_integration()
    await interaction.response.send_message("0")
    for number in range(5):
        await interaction.followup.send(str(number + 1))
    with refused(400, 40094):
        await interaction.followup.send("6")
    with refused(403, 50001):
        await fabula.get_partial_messageable(elsewhere).send("the bot is not there")
    bob = await crowd.create_user("Bob")
    between = await crowd.private_channel(alice, bob)
    assert (await asked(fabula, crowd, alice, between, times=2)).context.private_channel


async def test_places_and_languages(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    mei = await crowd.create_user("Mei", locale="zh-CN")
    private = await crowd.private_channel(mei)
    await offer(fabula)
    interaction = await asked(fabula, crowd, mei, private)
    assert (str(interaction.locale), interaction.guild, interaction.context.dm_channel) == ("zh-CN", None, True)
    await interaction.response.send_message("你好", files=[discord.File(io.BytesIO(CAT), "cat.png")])
    assert (await crowd.room(private)).visible[0].files[0].name == "cat.png"
    boosted = await crowd.create_guild("Boosted", alice, boost=2, locale="de")
    where = boosted.channels["general"]
    interaction = await asked(fabula, crowd, alice, where, times=2)
    assert (interaction.filesize_limit, str(interaction.guild_locale)) == (50 << 20, "de")
    assert interaction.app_permissions.attach_files and interaction.permissions.administrator


async def test_an_answer_must_fit_what_was_done(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    await offer(fabula)
    interaction = await asked(fabula, crowd, alice, general)
    with refused(400, 50035, "type"):
        await raw(fabula, interaction, 7)
    with refused(400, 50006):
        await raw(fabula, interaction, 4)
    await interaction.response.send_modal(Why())
    sent = await asked_by_form(fabula, crowd, interaction)
    with refused(400, 50035, "type"):
        await raw(fabula, sent, 9, title="x", custom_id="x", components=[{"type": 10, "content": "x"}])


async def raw(fabula: Bot, interaction: Interaction, kind: int, **data: object) -> None:
    route = discord.http.Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    await fabula.http.request(route, json={"type": kind, "data": data})


async def asked_by_form(fabula: Bot, crowd: People, interaction: Interaction) -> Interaction:
    Why.on_submit, before = ignored, Why.on_submit
    try:
        await crowd.submit(interaction.id, reason="because")
        heard: Interaction = await fabula.hear("interaction", 2)
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
async def test_wrong_commands_are_refused(fabula: Bot, crowd: People, path: str, command: dict[str, Any]) -> None:
    twice = [command, command] if path.startswith("1") else [command]
    with pytest.raises(discord.HTTPException) as caught:
        await fabula.http.bulk_upsert_global_commands(fabula.application_id, payload=twice)
    assert (caught.value.status, caught.value.code) == (400, 50035)
    node = caught.value._errors
    for name in path.split("."):
        node = node[name]
    assert await fabula.tree.fetch_commands() == []


async def test_commands_are_kept_localised_and_per_guild(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    await offer(fabula)
    [first] = await fabula.tree.fetch_commands()
    localised = {"name": "image", "description": "Draw", "description_localizations": {"zh-CN": "画一张图"}}
    kept = await fabula.http.bulk_upsert_global_commands(
        fabula.application_id, payload=[{"name": "story", "description": "Tell"}, localised]
    )
    assert kept[0]["id"] == str(first.id) and kept[1]["description_localizations"] == {"zh-CN": "画一张图"}
    guild = fabula.guilds[0]
    await offer(fabula, "local", guild=discord.Object(guild.id))
    assert {one["name"] for one in await crowd.commands(alice, general)} == {"story", "image", "local"}
    private = await crowd.private_channel(alice)
    assert {one["name"] for one in await crowd.commands(alice, private)} == {"story", "image"}
    await crowd.permit(general, deny=["VIEW_CHANNEL"])
    interaction = await asked(fabula, crowd, alice, general, "local")
    await interaction.response.send_message("answers need no permission")
    too_many = [{"name": f"c{number}", "description": "x"} for number in range(101)]
    with refused(400, 30032):
        await fabula.http.bulk_upsert_global_commands(fabula.application_id, payload=too_many)


async def test_nobody_answers_while_the_bot_is_away(
    discord_server: DiscordProcess, crowd: People, alice: int, general: int
) -> None:
    async with connected(discord_server, Bot()) as fabula:
        await offer(fabula)
    away = await crowd.slash(alice, general, "story")
    await crowd.advance(4)
    assert (await crowd.interaction(away)).state == "failed"
