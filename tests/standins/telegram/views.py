"""What a person sees: a chat's messages with their buttons and pictures, what the bot is doing, the whole as a transcript."""

from datetime import UTC, datetime
from typing import Any

from standins.telegram.state import Chat, Content, Json, Media, Message
from standins.telegram.world import World


def room_view(world: World, chat: Chat) -> Json:
    """A chat as one sees it now. `seq` is the feed's newest event, to wait for changes after it."""
    now = world.clock.now()
    return {
        "seq": world.feed.last,
        "chat": chat.id,
        "messages": [message_view(world, message) for message in chat.messages.values()],
        "drafts": [_shown(draft, now, text=draft.text, draft_id=draft.draft_id) for draft in chat.drafts],
        "actions": [_shown(action, now, action=action.action) for action in chat.actions],
    }


def message_view(world: World, message: Message) -> Json:
    """One message. Deleted ones are kept and marked, so that a test sees that they were there."""
    names = {number: user.first_name for number, user in world.users.items()}
    return {
        "message_id": message.message_id,
        "sender": _author(message),
        "by_bot": message.sender is world.bot,
        "date": message.date,
        **_content_view(message.content),
        "reply_to": message.reply_to.message_id if message.reply_to else None,
        "quote": (message.quote or {}).get("text"),
        "thread": message.thread,
        "album": message.media_group_id,
        "service": message.service,
        "deleted": message.deleted,
        "edited": message.edit_date,
        "past": [{"at": at, **_content_view(content)} for at, content in message.past],
        "reactions": {
            names[number]: [_name(one) for one in reactions] for number, reactions in message.reactions.items()
        },
    }


def transcript(world: World, chat: Chat) -> str:
    """The chat as plain text, to read when a test fails or in a report. Times are UTC."""
    title = chat.title or f"{world.bot.first_name} · {world.users[chat.id].first_name}"
    lines = [f"── {title} ──"]
    for message in chat.messages.values():
        lines += _lines(world, message)
    now = world.clock.now()
    lines += [f"  … {draft.text}" for draft in chat.drafts[-1:] if draft.until > now]
    lines += [f"  ({action.action})" for action in chat.actions[-1:] if action.until > now]
    return "\n".join(lines) + "\n"


def _content_view(content: Content) -> Json:
    return {
        "text": content.text,
        "entities": list(content.entities),
        "photo": _media_view(content.media) if content.media and content.media.kind == "photo" else None,
        "document": _media_view(content.media) if content.media and content.media.kind == "document" else None,
        "buttons": (content.keyboard or {}).get("inline_keyboard", []),
        "spoiler": bool(content.options.get("has_media_spoiler")),
        "poll": content.options.get("poll"),
    }


def _media_view(media: Media) -> Json:
    """What of a file matters to a test; its bytes come by `/_control/file?id=…`."""
    file = media.best
    return {
        "file_id": file.file_id,
        "sha256": file.sha256,
        "size": len(file.data),
        "name": file.name,
        "mime": file.mime,
        "width": file.width,
        "height": file.height,
        "sizes": [[size.width, size.height] for size in media.files] if media.kind == "photo" else [],
    }


def _shown(item: Any, now: float, **more: object) -> Json:
    return {"at": item.at, "until": item.until, "thread": item.thread, "now": item.at <= now < item.until, **more}


def _lines(world: World, message: Message) -> list[str]:
    """A message in a few lines: head, words, buttons, reactions."""
    content = message.content
    clock = datetime.fromtimestamp(message.date, UTC).strftime("%H:%M:%S")
    head = f"{clock} #{message.message_id} {_author(message)}"
    notes = [
        f"in reply to #{message.reply_to.message_id}" if message.reply_to else "",
        f"in topic {message.chat.topics[message.thread].name}" if message.thread in message.chat.topics else "",
        f"edited ×{len(message.past)}" if message.past else "",
        "deleted" if message.deleted else "",
    ]
    told = ", ".join(note for note in notes if note)
    body = [_media_line(content.media)] if content.media else []
    if poll := content.options.get("poll"):
        body += [f"📊 {poll['question']}", *(f"  {one['text']} ({one['voter_count']})" for one in poll["options"])]
    body += content.text.splitlines() + [f"<{name}>" for name in message.service]
    rows = (content.keyboard or {}).get("inline_keyboard", [])
    body += [" ".join(f"[{button['text']}]" for button in row) for row in rows]
    if message.reactions:
        body.append(" ".join(_name(one) for reactions in message.reactions.values() for one in reactions))
    return [f"{head}{f' ({told})' if told else ''}:", *(f"  {line}" for line in body)]


def _author(message: Message) -> str:
    """The name above a message; a channel's posts bear the channel's."""
    return (message.chat.title or "") if message.chat.kind == "channel" else message.sender.first_name


def _media_line(media: Media) -> str:
    file = media.best
    return f"🖼 {file.width}×{file.height}" if media.kind == "photo" else f"📎 {file.name} ({len(file.data):,} bytes)"


def _name(reaction: Json) -> str:
    return str(reaction.get("emoji") or reaction.get("custom_emoji_id"))
