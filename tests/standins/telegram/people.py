"""What people can do on the stand-in, and which of it the bot gets to know.

Each act is a method of `People`; control calls it by name with JSON arguments. An act that no app would offer raises
`Impossible`. Acts return what a test needs to go on with: ids.
"""

import secrets
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace

from standins.telegram import polls
from standins.telegram.entities import find, slice_units, split_for_sending
from standins.telegram.errors import Impossible, Refused
from standins.telegram.keyboards import buttons
from standins.telegram.membership import Membership
from standins.telegram.objects import chat_object, may_manage, message_object, press_object, user_object
from standins.telegram.reactions import check_reactions, emoji_reaction
from standins.telegram.state import MANAGING, PRESENT, Chat, Content, Json, Media, Message, Press

REACTIONS_OF_ONE = 1
REACTIONS_OF_PREMIUM = 3
"""Reactions a person may put on one message: one, with Telegram Premium three."""


class People(Membership):
    """The acts of people. Creating people and chats, and joining and leaving, come from `Membership`."""

    async def say(
        self,
        user: int,
        text: str,
        chat: int | None = None,
        reply_to: int | None = None,
        thread: int | None = None,
        entities: Sequence[Json] = (),
    ) -> int:
        """Send a text; commands, mentions and links in it become entities. Returns the message's id."""
        content = Content(text, (*entities, *find(text, entities)))
        return self._send(user, chat, content, reply_to, thread).message_id

    async def send_photo(
        self, user: int, data: str, caption: str = "", chat: int | None = None, reply_to: int | None = None, thread: int | None = None,
        hd: bool = False, backdrop: str = "white", spoiler: bool = False,
    ) -> int:  # fmt: skip
        """Send a picture as a photo (`data` in base64); `hd` keeps up to 2560 pixels, otherwise the app scales it to 1280."""
        media = await self._photo(data, hd, backdrop)
        content = _captioned(media, caption)
        content = replace(content, options={**content.options, "has_media_spoiler": True}) if spoiler else content
        return self._send(user, chat, content, reply_to, thread).message_id

    async def send_document(
        self, user: int, data: str, name: str, caption: str = "", chat: int | None = None, reply_to: int | None = None,
        thread: int | None = None, mime: str | None = None,
    ) -> int:  # fmt: skip
        """Send a file untouched (`data` in base64)."""
        media = await self._telegram.world.store_document(b64decode(data), name, mime)
        return self._send(user, chat, _captioned(media, caption), reply_to, thread).message_id

    async def send_album(
        self,
        user: int,
        items: Sequence[Json],
        caption: str = "",
        chat: int | None = None,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> list[int]:
        """Send 2–10 photos, or 2–10 documents: items are {data, name?, mime?, caption?}, documents have a name.

        One update per item, all with one media_group_id. `caption` stands on the first item, as the apps do it.
        """
        if not 2 <= len(items) <= 10 or len({"name" in item for item in items}) > 1:
            raise Impossible("an album has 2–10 items of one kind")
        contents = []
        for index, item in enumerate(items):
            if "name" in item:
                media = await self._telegram.world.store_document(
                    b64decode(item["data"]), item["name"], item.get("mime")
                )
            else:
                media = await self._photo(item["data"], hd=False, backdrop="white")
            contents.append(_captioned(media, item.get("caption", "" if index else caption)))
        group = new_album()
        return [self._send(user, chat, content, reply_to, thread, group).message_id for content in contents]

    async def paste(
        self, user: int, text: str, chat: int | None = None, reply_to: int | None = None, thread: int | None = None
    ) -> list[int]:
        """Send a text of any length, as the apps do: in messages that fit, each cut where a word ends. Returns the messages' ids."""
        return [await self.say(user, part, chat, reply_to, thread) for part in split_for_sending(text)]

    async def forward(
        self, user: int, messages: Sequence[int], chat: int | None = None, source: int | None = None, comment: str = ""
    ) -> list[int]:
        """Forward messages of a chat that one is in (`source`; by default the private one) with a comment, which the apps send first.

        Each is a message of one's own that names its origin; what was an album is one again. Returns the ids, the comment's first.
        """
        found = [self._message(self._room(user, source), number) for number in messages]
        sent = [await self.say(user, comment, chat)] if comment else []
        groups: dict[str, str] = {}
        for message in found:
            group = message.media_group_id and groups.setdefault(message.media_group_id, new_album())
            origin = {"type": "user", "sender_user": user_object(message.sender), "date": message.date}
            content = message.content.with_keyboard(None)
            sent.append(self._send(user, chat, content, None, None, group, message.forwarded or origin).message_id)
        return sent

    async def edit(self, user: int, message_id: int, text: str, chat: int | None = None) -> None:
        """Change the words of one's own message."""
        message = self._message(self._room(user, chat), message_id)
        if message.sender.id != user:
            raise Impossible("only one's own messages can be edited")
        world = self._telegram.world
        world.change(message, Content(text, tuple(find(text)), message.content.media, None, message.content.options))
        if self._bot_hears(message):
            kind = "edited_channel_post" if message.chat.kind == "channel" else "edited_message"
            self._telegram.updates.push(kind, message_object(world, message))

    async def stir(self, user: int, message_id: int, chat: int | None = None) -> None:
        """Something about one's own message changes that bots are not shown: its first reaction, a link's preview.

        The Bot API's ``edited_message`` "may at times be triggered by" such changes (Update, 2026-11); nothing in it is another.
        """
        message = self._message(self._room(user, chat), message_id)
        message.edit_date = self._telegram.world.today
        if self._bot_hears(message):
            self._telegram.updates.push("edited_message", message_object(self._telegram.world, message))

    async def delete(self, user: int, message_id: int, chat: int | None = None) -> None:
        """Delete a message for everybody. Bots are not told."""
        self._telegram.world.remove(self._message(self._room(user, chat), message_id))

    async def react(self, user: int, message_id: int, emoji: Sequence[str] | str = (), chat: int | None = None) -> None:
        """Set one's reactions on a message (a custom emoji by its number); none removes them.

        The bot is told if it asked for message_reaction: in private chats, and in groups where it is an administrator. In a
        channel it gets message_reaction_count instead.
        """
        world, room = self._telegram.world, self._room(user, chat)
        message, person = self._message(room, message_id), world.users[user]
        wanted = [emoji_reaction(one) for one in ([emoji] if isinstance(emoji, str) else emoji)]
        try:
            new = check_reactions(wanted, REACTIONS_OF_PREMIUM if person.is_premium else REACTIONS_OF_ONE)
        except Refused as refusal:
            raise Impossible(refusal.description) from refusal
        old = message.reactions.pop(user, [])
        if new:
            message.reactions[user] = new
        world.feed.note("reaction", room, message_id, user=user)
        if old == new or not (room.kind == "private" or may_manage(room)):
            return
        told = {"chat": chat_object(world, room), "message_id": message_id, "date": world.today}
        if room.kind == "channel":
            self._telegram.updates.push("message_reaction_count", told | {"reactions": _counts(message)})
        else:
            told |= {"user": user_object(person), "old_reaction": old, "new_reaction": new}
            self._telegram.updates.push("message_reaction", told)

    async def press(self, user: int, message_id: int, button: str, chat: int | None = None) -> str:
        """Press a button by its callback_data or its label. Returns the callback query's id, or the URL that opens."""
        room = self._room(user, chat)
        message = self._message(room, message_id)
        choices = buttons(message.content.keyboard)
        pressed = next((one for one in choices if button == one.get("callback_data")), None)
        pressed = pressed or next((one for one in choices if button == one["text"]), None)
        if pressed is None:
            raise Impossible(f"there is no button {button!r}, only {[one['text'] for one in choices]}")
        if "web_app" in pressed or "url" in pressed:
            return str(pressed["web_app"]["url"] if "web_app" in pressed else pressed["url"])
        if "callback_data" not in pressed:
            raise Impossible("the stand-in's people press only callback, URL and Mini App buttons")
        number = str(4_000_000_000_000_000_000 + secrets.randbelow(10**18))
        made = Press(number, room, message_id, user, pressed["callback_data"], self._telegram.clock.now())
        self._telegram.world.presses[number] = made
        self._telegram.updates.push("callback_query", press_object(self._telegram.world, made))
        return number

    async def vote(self, user: int, message_id: int, options: Sequence[int] = (), chat: int | None = None) -> None:
        """Choose options of a poll by their places, in place of what one chose before; none takes one's vote back."""
        polls.vote(self._telegram, user, self._message(self._room(user, chat), message_id), list(options))

    async def inject(self, update: Json) -> int:
        """Queue any JSON object as an update, however malformed. Returns its update_id."""
        return self._telegram.updates.inject(update)

    async def _photo(self, data: str, hd: bool, backdrop: str) -> Media:
        """A person's photo as Telegram keeps it; the app scales before it uploads, so no limit of bytes applies."""
        try:
            return await self._telegram.world.store_photo(b64decode(data), 2560 if hd else 1280, backdrop)
        except Refused as refusal:
            raise Impossible(refusal.description) from refusal

    def _send(
        self,
        user: int,
        chat: int | None,
        content: Content,
        reply_to: int | None,
        thread: int | None,
        group: str | None = None,
        forwarded: Json | None = None,
    ) -> Message:
        """Post a person's message and tell the bot, if it may know."""
        world, room = self._telegram.world, self._room(user, chat)
        replied = None if reply_to is None else self._message(room, reply_to)
        if replied is not None and thread is None:
            thread = replied.thread
        if thread is not None:
            topic = room.topics.get(thread)
            if topic is None or topic.closed:
                raise Impossible("there is no such open topic")
            # Telegram counts a topic's opening as what its messages reply to
            replied = replied or room.messages[thread]
        if room.kind == "channel" and room.members[user] not in MANAGING:
            raise Impossible("only administrators post in a channel")
        message = world.post(
            room, world.users[user], content, reply_to=replied, thread=thread, group=group, forwarded=forwarded
        )
        if self._bot_hears(message):
            kind = "channel_post" if room.kind == "channel" else "message"
            self._telegram.updates.push(kind, message_object(world, message))
        return message

    def _bot_hears(self, message: Message) -> bool:
        """Telegram's privacy mode: in a group a mere member hears commands, its mention and replies to it, nothing else.

        A command without a bot's name counts as meant for this one, since there is no other bot here.
        """
        chat, bot = message.chat, self._telegram.world.bot
        if chat.kind == "private":
            return chat.bot in PRESENT and not chat.blocked
        if chat.bot not in PRESENT:
            return False
        if chat.kind == "channel" or not chat.privacy or may_manage(chat):
            return True
        if message.reply_to is not None and message.reply_to.sender is bot:
            return True
        return any(self._means_bot(message.content.text, entity) for entity in message.content.entities)

    def _means_bot(self, text: str, entity: Json) -> bool:
        me = f"@{self._telegram.world.bot.username}".lower()
        words = slice_units(text, entity["offset"], entity["length"]).lower()
        match entity["type"]:
            case "bot_command":
                return "@" not in words or words.endswith(me)
            case "mention":
                return words == me
            case "text_mention":
                return bool(entity.get("user", {}).get("id") == self._telegram.world.bot.id)
        return False

    def _message(self, room: Chat, message_id: int) -> Message:
        message = self._telegram.world.find(room, message_id)
        if message is None:
            raise Impossible(f"there is no message {message_id}")
        return message


def new_album() -> str:
    """A media_group_id."""
    return str(13_000_000_000_000_000 + secrets.randbelow(900_000_000_000_000))


def _captioned(media: Media, caption: str) -> Content:
    return Content(caption, tuple(find(caption)), media)


def _counts(message: Message) -> list[Json]:
    """ReactionCount per kind of reaction."""
    flat = [reaction for reactions in message.reactions.values() for reaction in reactions]
    kinds = [reaction for index, reaction in enumerate(flat) if reaction not in flat[:index]]
    return [{"type": kind, "total_count": flat.count(kind)} for kind in kinds]
