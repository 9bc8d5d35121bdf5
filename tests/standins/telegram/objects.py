"""The Bot API's JSON objects for what exists (User, Chat, Message, ChatMember …), as a bot receives them."""

from standins.telegram.state import MANAGING, Chat, Json, Media, Message, Press, Standing, StoredFile, User
from standins.telegram.world import World

_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def user_object(user: User) -> Json:
    """User, without the fields that only getMe returns."""
    return _without_none(
        {
            "id": user.id,
            "is_bot": user.is_bot,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "username": user.username,
            "language_code": user.language_code,
            "is_premium": user.is_premium or None,
        }
    )


def chat_object(world: World, chat: Chat) -> Json:
    """Chat."""
    if chat.kind == "private":
        person = world.users[chat.id]
        names = {"first_name": person.first_name, "last_name": person.last_name, "username": person.username}
        return _without_none({"id": chat.id, "type": "private", **names})
    return _without_none(
        {
            "id": chat.id,
            "type": chat.kind,
            "title": chat.title,
            "username": chat.username,
            "is_forum": chat.is_forum or None,
        }
    )


def full_chat_object(world: World, chat: Chat) -> Json:
    """ChatFullInfo as getChat returns it: the required fields and the permissions of a group."""
    full = chat_object(world, chat) | {
        "accent_color_id": 3,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }
    if chat.kind in ("group", "supergroup"):
        kinds = (
            "messages",
            "audios",
            "documents",
            "photos",
            "videos",
            "video_notes",
            "voice_notes",
            "polls",
            "other_messages",
        )
        full["permissions"] = {f"can_send_{kind}": True for kind in kinds} | {"can_add_web_page_previews": True}
    return full


def member_object(user: User, standing: Standing) -> Json:
    """ChatMember of the variant that fits the standing."""
    member: Json = {"status": standing, "user": user_object(user)}
    if standing == "creator":
        member["is_anonymous"] = False
    elif standing == "administrator":
        member |= dict.fromkeys(_RIGHTS, True) | {
            "can_be_edited": False,
            "is_anonymous": False,
            "can_manage_topics": True,
        }
    elif standing == "kicked":
        member["until_date"] = 0
    return member


def message_object(world: World, message: Message, *, embedded: bool = False) -> Json:
    """Message. An `embedded` one (inside reply_to_message) does not carry what it replies to in its turn."""
    chat = message.chat
    fields: Json = {"message_id": message.message_id}
    if message.thread is not None:
        fields |= {"message_thread_id": message.thread, "is_topic_message": True}
    if chat.kind == "channel":
        fields["sender_chat"] = chat_object(world, chat)
    else:
        fields["from"] = user_object(message.sender)
    fields |= {"chat": chat_object(world, chat), "date": message.date}
    if message.edit_date is not None:
        fields["edit_date"] = message.edit_date
    if message.forwarded is not None:
        fields["forward_origin"] = message.forwarded
    if message.media_group_id is not None:
        fields["media_group_id"] = message.media_group_id
    if message.protected:
        fields["has_protected_content"] = True
    if not embedded and message.reply_to is not None and not message.reply_to.deleted:
        fields["reply_to_message"] = message_object(world, message.reply_to, embedded=True)
        if message.quote is not None:
            fields["quote"] = message.quote
    return fields | _content_fields(message) | message.service


def _content_fields(message: Message) -> Json:
    content = message.content
    fields: Json = dict(content.options)
    prefix = ""
    if content.media is not None:
        fields |= media_fields(content.media)
        prefix = "caption"
    if content.text:
        fields[prefix or "text"] = content.text
    if content.entities:
        fields["caption_entities" if prefix else "entities"] = list(content.entities)
    if content.keyboard is not None:
        fields["reply_markup"] = content.keyboard
    return fields


def media_fields(media: Media) -> Json:
    """`photo` with its sizes, or `document`."""
    if media.kind == "photo":
        return {"photo": [_size_object(file) for file in media.files]}
    file = media.best
    document = file_object(file) | {"file_name": file.name, "mime_type": file.mime}
    if media.thumbnail is not None:
        document["thumbnail"] = document["thumb"] = _size_object(media.thumbnail)
    return {"document": _without_none(document)}


def file_object(file: StoredFile) -> Json:
    """File without its path (getFile adds it)."""
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": len(file.data)}


def press_object(world: World, press: Press) -> Json:
    """CallbackQuery. The message is inaccessible (date 0) where it was deleted meanwhile."""
    message = press.chat.messages[press.message_id]
    if message.deleted:
        shown: Json = {"chat": chat_object(world, press.chat), "message_id": press.message_id, "date": 0}
    else:
        shown = message_object(world, message)
    return {
        "id": press.id,
        "from": user_object(world.users[press.user_id]),
        "message": shown,
        "chat_instance": str(-press.chat.id * 31 + world.bot.id),
        "data": press.data,
    }


def may_manage(chat: Chat) -> bool:
    """Whether the bot administers the chat."""
    return chat.bot in MANAGING


def _size_object(file: StoredFile) -> Json:
    return file_object(file) | {"width": file.width, "height": file.height}


def _without_none(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
