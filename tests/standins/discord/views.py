"""What a person sees: a channel's messages with their pictures and buttons, how the bot answered, the whole as a transcript."""

import hashlib
from datetime import UTC, datetime

from standins.discord.channels import TYPING_SECONDS
from standins.discord.components import BUTTON, SELECTS, TEXT, walk
from standins.discord.interactions import ANSWER_SECONDS, TOKEN_SECONDS, UPDATE
from standins.discord.polling import poll_object
from standins.discord.references import references
from standins.discord.state import Attachment, Channel, Content, Interaction, Json, Message, MessageFlag, MessageType
from standins.discord.world import World


def room_view(world: World, channel: Channel, user: int | None) -> Json:
    """A channel as a person sees it now; without one, everything. `seq` is the feed's newest event, to wait for later ones."""
    now = world.clock.now()
    return {
        "seq": world.feed.last,
        "channel": channel.id,
        "name": channel.name,
        "archived": channel.thread is not None and channel.thread.archived,
        "locked": channel.thread is not None and channel.thread.locked,
        "bot_typing": bool(channel.typing) and now - channel.typing[-1] < TYPING_SECONDS,
        "messages": [message_view(world, one) for one in _visible(channel, user)],
    }


def message_view(world: World, message: Message) -> Json:
    """One message. Deleted ones are kept and marked, so that a test sees that they were there."""
    names = {number: user.name for number, user in world.users.items()}
    return {
        "id": message.id,
        "type": int(message.type),
        "author": message.author.name,
        "author_id": message.author.id,
        "by_bot": message.author is world.bot,
        "at": message.at,
        "edited": message.edited_at,
        **_content_view(message.content),
        "ephemeral": message.seen_by is not None,
        "thinking": MessageFlag.LOADING in message.content.flags,
        "reply_to": message.reply_to,
        "thread": message.thread.id if message.thread is not None else None,
        "interaction": message.interaction.id if message.interaction is not None else None,
        "reactions": {key: [names[number] for number in users] for key, users in message.reactions.items()},
        "deleted": message.deleted,
        "past": [{"at": at} | _content_view(content) for at, content in message.past],
    }


def interaction_view(world: World, interaction: Interaction) -> Json:
    """How an interaction went. `acknowledged` is in seconds after it began, by the server's clock."""
    at = interaction.acknowledged_at
    return {
        "id": interaction.id,
        "type": int(interaction.type),
        "name": interaction.name,
        "user": interaction.user.id,
        "channel": interaction.channel.id,
        "at": interaction.at,
        "heard": interaction.heard,
        "acknowledged": None if at is None else at - interaction.at,
        "response": interaction.responded_with,
        "state": _state(world, interaction),
        "message": interaction.original.id if interaction.original is not None else None,
        "follow_ups": interaction.follow_ups,
        "modal": interaction.modal,
        "choices": interaction.choices,
    }


def transcript(world: World, channel: Channel, user: int | None) -> str:
    """A channel as text."""
    lines = [line for message in _visible(channel, user) for line in _lines(world, message)]
    return "\n".join(lines) + "\n"


def _visible(channel: Channel, user: int | None) -> list[Message]:
    return [one for one in channel.messages.values() if user is None or one.seen_by in (None, user)]


def _state(world: World, interaction: Interaction) -> str:
    """What the person's app shows: "failed" is "The application did not respond"."""
    age = world.clock.now() - interaction.at
    if interaction.acknowledged_at is None:
        return "failed" if age > ANSWER_SECONDS else "pending"
    if interaction.modal is not None:
        return "modal"
    if interaction.choices is not None:
        return "choices"
    if interaction.original is not None and MessageFlag.LOADING in interaction.original.content.flags:
        return "failed" if age > TOKEN_SECONDS else "thinking"
    return "updated" if interaction.responded_with == UPDATE else "answered"


def _content_view(content: Content) -> Json:
    texts = [content.text] if content.text else []
    texts += [one["content"] for one in walk(content.components) if one["type"] == TEXT]
    return {
        "text": "\n".join(texts),
        "embeds": list(content.embeds),
        "files": _files(content),
        "controls": [_control(one) for one in walk(content.components) if one["type"] in SELECTS | {BUTTON}],
        "components": list(content.components),
        "layout": MessageFlag.COMPONENTS_V2 in content.flags,
        "poll": poll_object(content.poll) if content.poll else None,
    }


def _files(content: Content) -> list[Json]:
    """All files that are seen, and where: in the list, in an embed or in a component."""
    in_embeds, in_components = set(references(content.embeds)), set(references(content.components))
    found = []
    for one in content.attachments:
        where = "embed" if one.filename in in_embeds else "component" if one.filename in in_components else "list"
        if where != "list" or MessageFlag.COMPONENTS_V2 not in content.flags:
            found.append(file_view(one) | {"where": where})
    return found


def file_view(file: Attachment) -> Json:
    """A file's id, name and measures."""
    return {
        "id": file.id,
        "name": file.filename,
        "description": file.description,
        "mime": file.content_type,
        "sha256": hashlib.sha256(file.data).hexdigest(),
        "size": len(file.data),
        "width": file.width,
        "height": file.height,
    }


def _control(component: Json) -> Json:
    return {
        "kind": "button" if component["type"] == BUTTON else "select",
        "label": component.get("label") or component.get("placeholder") or "",
        "emoji": (component.get("emoji") or {}).get("name"),
        "custom_id": component.get("custom_id"),
        "url": component.get("url"),
        "style": component.get("style"),
        "disabled": bool(component.get("disabled")),
        "options": [{"label": one["label"], "value": one["value"]} for one in component.get("options", [])],
    }


def _lines(world: World, message: Message) -> list[str]:
    """A message in a few lines: head, words, pictures, buttons, reactions."""
    view = message_view(world, message)
    clock = datetime.fromtimestamp(message.at, UTC).strftime("%H:%M:%S")
    edits = sum(MessageFlag.LOADING not in content.flags for _, content in message.past)
    notes = [
        _occasion(message),
        "only for you" if view["ephemeral"] else "",
        f"in reply to #{message.reply_to}" if message.reply_to else "",
        f"edited ×{edits}" if edits else "",
        "deleted" if message.deleted else "",
    ]
    told = ", ".join(note for note in notes if note)
    body = ["is thinking…"] if view["thinking"] else view["text"].splitlines()
    if poll := message.content.poll:
        answers = enumerate(poll.answers, 1)
        body += [f"📊 {poll.question}", *(f"  {answer} ({len(poll.voters(number))})" for number, answer in answers)]
    for embed in view["embeds"]:
        body += [f"│ {line}" for key in ("title", "description") for line in (embed.get(key) or "").splitlines()]
        body += [f"│ {field['name']}: {field['value']}" for field in embed.get("fields") or []]
    body += [_file_line(one) for one in view["files"]]
    body += [_control_line(one) for one in view["controls"]]
    if message.reactions:
        body.append(" ".join(f"{key.partition(':')[0]} {len(users)}" for key, users in message.reactions.items()))
    head = f"{clock} #{message.id} {message.author.name}{f' ({told})' if told else ''}:"
    return [head, *(f"  {line}" for line in body)]


def _occasion(message: Message) -> str:
    """By what command a message came about, as apps show it above."""
    asked = message.interaction
    if asked is None or message.type not in (MessageType.CHAT_INPUT_COMMAND, MessageType.CONTEXT_MENU_COMMAND):
        return ""
    return f"{asked.user.name} used {'/' if message.type is MessageType.CHAT_INPUT_COMMAND else ''}{asked.name}"


def _file_line(file: Json) -> str:
    size = f"{file['width']}×{file['height']}" if file["width"] else f"{file['size']:,} bytes"
    return f"{'🖼' if file['width'] else '📎'} {file['name']} ({size})"


def _control_line(control: Json) -> str:
    if control["kind"] == "select":
        return f"[{control['label']} ▾ {' · '.join(one['label'] for one in control['options'])}]"
    return f"[{' '.join(filter(None, (control['emoji'], control['label'])))}]"
