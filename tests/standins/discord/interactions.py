"""The bot's first answer to an interaction (Discord's documentation, "Receiving and Responding to Interactions", read 2026-11)."""

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.bodies import Body, edited_content, new_content
from standins.discord.errors import ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION, Form, bad_form
from standins.discord.modals import check_modal
from standins.discord.objects import message_object
from standins.discord.state import Content, Interaction, InteractionType, Json, Message, MessageFlag, MessageType

ANSWER_SECONDS = 3.0
"""For how long an interaction waits for its first answer."""

TOKEN_SECONDS = 900.0
"""For how long its token is good for follow-ups and edits."""

MOST_CHOICES = 25

PONG, MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9

_ALLOWED: dict[InteractionType, frozenset[int]] = {
    InteractionType.COMMAND: frozenset({MESSAGE, DEFERRED, MODAL}),
    InteractionType.COMPONENT: frozenset({MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL}),
    InteractionType.AUTOCOMPLETE: frozenset({CHOICES}),
    InteractionType.MODAL_SUBMIT: frozenset({MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE}),
}


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", open_=True)
async def respond(discord: Discord, call: Call) -> Answer:
    """Answer an interaction: once, within three seconds, and in a way that fits what was done."""
    interaction = _waiting(discord, call)
    kind = call.values.get("type")
    allowed = _ALLOWED[interaction.type]
    if interaction.message is None:
        allowed -= {DEFERRED_UPDATE, UPDATE}
    if kind not in allowed:
        told = f"This interaction can be answered with {', '.join(map(str, sorted(allowed)))} only."
        raise bad_form("type", "INTERACTION_CALLBACK_TYPE_INVALID", told)
    _do(discord, interaction, int(kind), Body(call.values.get("data") or {}, call.uploads))
    interaction.responded_with = int(kind)
    interaction.acknowledged_at = discord.clock.now()
    discord.world.feed.note("response", interaction.channel.id, interaction=interaction.id, type=kind)
    return _outcome(discord, interaction, int(kind)) if call.asks("with_response") else None


def _waiting(discord: Discord, call: Call) -> Interaction:
    """The interaction, if it may still be answered. Raises `Refused`: 10062, 40060."""
    interaction = discord.world.interactions.get(call.number("interaction_id"))
    if interaction is None or interaction.token != call.path["interaction_token"]:
        raise UNKNOWN_INTERACTION
    if interaction.acknowledged_at is not None:
        raise ALREADY_ACKNOWLEDGED
    if discord.clock.now() - interaction.at > ANSWER_SECONDS:
        raise UNKNOWN_INTERACTION
    return interaction


def _do(discord: Discord, interaction: Interaction, kind: int, body: Body) -> None:
    """Do what an answer says. Raises `Refused` for a body that is wrong, and then nothing has happened."""
    match kind:
        case 4:
            content = new_content(discord.world, interaction.channel, body, ephemeral=is_ephemeral(body))
            interaction.original = post_answer(discord, interaction, content, ephemeral=is_ephemeral(body))
        case 5:
            content = Content(flags=MessageFlag.LOADING)
            interaction.original = post_answer(discord, interaction, content, ephemeral=is_ephemeral(body))
        case 6 | 7 if interaction.message is not None:
            source = interaction.message
            if kind == UPDATE:
                ephemeral = source.seen_by is not None
                old = source.content
                discord.change(source, edited_content(discord.world, source.channel, body, old, ephemeral=ephemeral))
            interaction.original = source
        case 8:
            interaction.choices = _checked_choices(body.values.get("choices"))
        case 9:
            interaction.modal = check_modal(dict(body.values))


def is_ephemeral(body: Body) -> bool:
    """Whether an answer is for the eyes of the one who asked."""
    flags = body.values.get("flags")
    return isinstance(flags, int) and bool(flags & MessageFlag.EPHEMERAL)


def post_answer(discord: Discord, interaction: Interaction, content: Content, *, ephemeral: bool) -> Message:
    """Post a message that answers an interaction."""
    kind = MessageType.DEFAULT
    if interaction.type is InteractionType.COMMAND and interaction.original is None:
        menu = interaction.data["type"] != 1
        kind = MessageType.CONTEXT_MENU_COMMAND if menu else MessageType.CHAT_INPUT_COMMAND
    elif interaction.original is not None or interaction.message is not None:
        kind = MessageType.REPLY
    replied = interaction.original or interaction.message
    message = Message(
        interaction.channel,
        discord.world.new_id(),
        discord.world.bot,
        discord.clock.now(),
        content.flagged(MessageFlag.EPHEMERAL, ephemeral),
        kind,
        reply_to=replied.id if replied is not None and kind is MessageType.REPLY else None,
        interaction=interaction,
        seen_by=interaction.user.id if ephemeral else None,
    )
    return discord.post(message)


def _outcome(discord: Discord, interaction: Interaction, kind: int) -> Json:
    """InteractionCallbackResponse."""
    about: Json = {"id": str(interaction.id), "type": int(interaction.type)}
    message = interaction.original
    if message is None:
        return {"interaction": about}
    about["response_message_id"] = str(message.id)
    about["response_message_loading"] = MessageFlag.LOADING in message.content.flags
    about["response_message_ephemeral"] = message.seen_by is not None
    resource: Json = {"type": kind, "message": message_object(discord.world, message)}
    return {"interaction": about} | ({} if kind == DEFERRED_UPDATE else {"resource": resource})


def _checked_choices(choices: object) -> list[Json]:
    form = Form()
    given = form.count("data.choices", choices, MOST_CHOICES)
    for index, choice in enumerate(given):
        form.length(f"data.choices.{index}.name", choice.get("name"), 100, 1)
        if isinstance(choice.get("value"), str):
            form.length(f"data.choices.{index}.value", choice["value"], 100, 1)
    form.finish()
    return given
