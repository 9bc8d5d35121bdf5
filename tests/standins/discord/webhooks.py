"""Follow-ups to an interaction, and edits of its answers, by its token (documentation, "Interactions", read 2026-11)."""

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.bodies import edited_content, new_content
from standins.discord.errors import (
    FOLLOW_UPS_USED_UP,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
)
from standins.discord.interactions import TOKEN_SECONDS, is_ephemeral, post_answer
from standins.discord.objects import message_object
from standins.discord.state import Interaction, Message, MessageFlag

FOLLOW_UPS_BY_USER = 5
"""Follow-ups to one interaction where only the person installed the app."""

_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = _WEBHOOK + "/messages/@original"
_MESSAGE = _WEBHOOK + "/messages/{message_id}"


@route("POST", _WEBHOOK, open_=True)
async def follow_up(discord: Discord, call: Call) -> Answer:
    """Post another answer. The first one after "thinking" takes its place, and is then seen by whom that was."""
    interaction = _live(discord, call)
    original = interaction.original
    if interaction.by_user and interaction.follow_ups >= FOLLOW_UPS_BY_USER:
        raise FOLLOW_UPS_USED_UP
    if original is not None and not original.deleted and MessageFlag.LOADING in original.content.flags:
        content = new_content(discord.world, original.channel, call.form, ephemeral=original.seen_by is not None)
        flags = content.flagged(MessageFlag.EPHEMERAL, original.seen_by is not None)
        discord.change(original, flags)
        message = original
    else:
        ephemeral = is_ephemeral(call.form)
        content = new_content(discord.world, interaction.channel, call.form, ephemeral=ephemeral)
        message = post_answer(discord, interaction, content, ephemeral=ephemeral)
    interaction.follow_ups += 1
    return message_object(discord.world, message)


@route("GET", _ORIGINAL, open_=True)
async def get_original(discord: Discord, call: Call) -> Answer:
    """The first answer."""
    return message_object(discord.world, _original(_live(discord, call)))


@route("PATCH", _ORIGINAL, open_=True)
async def edit_original(discord: Discord, call: Call) -> Answer:
    """Change the first answer, or turn "thinking" into it."""
    return _edited(discord, call, _original(_live(discord, call)))


@route("DELETE", _ORIGINAL, open_=True)
async def delete_original(discord: Discord, call: Call) -> Answer:
    """Delete the first answer."""
    discord.remove(_original(_live(discord, call)))
    return None


@route("GET", _MESSAGE, open_=True)
async def get_follow_up(discord: Discord, call: Call) -> Answer:
    """One of the answers."""
    return message_object(discord.world, _answer(discord, call))


@route("PATCH", _MESSAGE, open_=True)
async def edit_follow_up(discord: Discord, call: Call) -> Answer:
    """Change one of the answers."""
    return _edited(discord, call, _answer(discord, call))


@route("DELETE", _MESSAGE, open_=True)
async def delete_follow_up(discord: Discord, call: Call) -> Answer:
    """Delete one of the answers."""
    discord.remove(_answer(discord, call))
    return None


def _live(discord: Discord, call: Call) -> Interaction:
    """The interaction of a token, once it was acknowledged and while its token lasts. Raises `Refused`: 10015, 50027."""
    token = call.path["webhook_token"]
    interaction = next((one for one in discord.world.interactions.values() if one.token == token), None)
    if interaction is None or call.number("webhook_id") != discord.world.bot.id:
        raise UNKNOWN_WEBHOOK
    if discord.clock.now() - interaction.at > TOKEN_SECONDS:
        raise INVALID_WEBHOOK_TOKEN
    if interaction.acknowledged_at is None:
        raise UNKNOWN_WEBHOOK
    return interaction


def _original(interaction: Interaction) -> Message:
    if interaction.original is None or interaction.original.deleted:
        raise UNKNOWN_MESSAGE
    return interaction.original


def _answer(discord: Discord, call: Call) -> Message:
    """One of an interaction's messages by its id."""
    interaction = _live(discord, call)
    message = discord.world.find(interaction.channel, call.number("message_id"))
    if message is None or not (message.interaction is interaction or message is interaction.original):
        raise UNKNOWN_MESSAGE
    return message


def _edited(discord: Discord, call: Call, message: Message) -> Answer:
    ephemeral = message.seen_by is not None
    content = edited_content(discord.world, message.channel, call.form, message.content, ephemeral=ephemeral)
    discord.change(message, content)
    return message_object(discord.world, message)
