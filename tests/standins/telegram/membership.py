"""Who is there: creating people and chats, adding and removing the bot, blocking, topics, and groups that grow or end."""

from collections.abc import Sequence

from standins.telegram.api import Telegram
from standins.telegram.errors import Impossible
from standins.telegram.objects import chat_object, member_object, message_object, user_object
from standins.telegram.places import FORBIDDEN_AS, add_topic
from standins.telegram.state import PRESENT, Chat, ChatKind, Content, Json, Standing


class Membership:
    """Acts about people and places. Creating is silent; what happens later is told to the bot as Telegram tells it."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def create_user(
        self,
        name: str,
        language_code: str | None = "en",
        username: str | None = None,
        started: bool = True,
        premium: bool = False,
    ) -> int:
        """A person with a private chat with the bot (which they have `started`, or not yet). The chat's id is the person's."""
        world = self._telegram.world
        return world.add_user(name, language_code=language_code, username=username, started=started, premium=premium).id

    async def create_group(
        self,
        title: str,
        members: Sequence[int],
        kind: ChatKind = "supergroup",
        forum: bool = False,
        privacy: bool = True,
        bot: Standing = "member",
        username: str | None = None,
    ) -> int:
        """A group, supergroup or channel; the first member owns it. `bot` is the bot's standing in it from the start."""
        if kind == "private" or (forum and kind != "supergroup"):
            raise Impossible("only supergroups can be forums, and private chats come with their person")
        chat = self._telegram.world.add_chat(kind, title, is_forum=forum, privacy=privacy, bot=bot, username=username)
        for index, member in enumerate(members):
            chat.members[self._person(member)] = "member" if index else "creator"
        return chat.id

    async def create_topic(self, user: int, chat: int, name: str) -> int:
        """Open a forum topic. Returns its thread id."""
        room = self._room(user, chat)
        if not room.is_forum:
            raise Impossible("only forums have topics")
        topic = add_topic(self._telegram, room, name, user)
        self._tell_service(room, topic.thread)
        return topic.thread

    async def close_topic(self, chat: int, thread: int, closed: bool = True) -> None:
        """Close a topic, or open it again."""
        topic = self._chat(chat).topics.get(thread)
        if topic is None:
            raise Impossible("there is no such topic")
        topic.closed = closed

    async def forbid(self, chat: int, kinds: Sequence[str]) -> None:
        """Let members send nothing of these kinds: "text", "photos", "documents"."""
        if unknown := set(kinds) - set(FORBIDDEN_AS):
            raise Impossible(f"there are no such kinds: {', '.join(sorted(unknown))}")
        self._chat(chat).forbidden = frozenset(kinds)

    async def join(self, user: int, chat: int, standing: Standing = "member") -> None:
        """Become a member, or leave with standing "left"."""
        self._chat(chat).members[self._person(user)] = standing

    async def start(self, user: int) -> None:
        """Open the private chat with the bot for the first time, without saying anything yet."""
        self._chat(user).bot = "member"

    async def set_bot(self, user: int, chat: int, standing: Standing) -> None:
        """Add the bot to a group ("member"), make it "administrator", remove it ("left", "kicked"); the bot gets my_chat_member."""
        room, world = self._chat(chat), self._telegram.world
        if room.kind == "private":
            raise Impossible("in a private chat the bot is blocked, not removed")
        old, room.bot = room.bot, standing
        self._tell_standing(room, user, old, standing)
        if old not in PRESENT and standing in PRESENT and room.kind != "channel":
            joined = {"new_chat_members": [user_object(world.bot)]}
            message = world.post(room, world.users[user], Content(), service=joined)
            self._tell_service(room, message.message_id)

    async def block(self, user: int, blocked: bool = True) -> None:
        """Block the bot, or unblock it; it gets my_chat_member."""
        room = self._chat(user)
        if room.blocked != blocked:
            room.blocked = blocked
            states: tuple[Standing, Standing] = ("member", "kicked") if blocked else ("kicked", "member")
            self._tell_standing(room, user, *states)

    async def delete_chat(self, chat: int) -> None:
        """End a group for everybody, or deactivate the person of a private chat: writing there is forbidden from now on."""
        self._chat(chat).gone = True

    async def migrate(self, chat: int) -> int:
        """Turn a group into a supergroup: the old id leads nowhere, message ids start again. Returns the new chat's id."""
        old, world = self._chat(chat), self._telegram.world
        if old.kind != "group":
            raise Impossible("only groups become supergroups")
        new = world.add_chat("supergroup", old.title or "", privacy=old.privacy, bot=old.bot, members=dict(old.members))
        owner = next(iter(old.members), world.bot.id)
        leaving = world.post(old, world.users[owner], Content(), service={"migrate_to_chat_id": new.id})
        self._tell_service(old, leaving.message_id)
        old.migrated_to = new.id
        arriving = world.post(new, world.users[owner], Content(), service={"migrate_from_chat_id": old.id})
        self._tell_service(new, arriving.message_id)
        return new.id

    def _tell_standing(self, room: Chat, user: int, old: Standing, new: Standing) -> None:
        world = self._telegram.world
        change: Json = {
            "chat": chat_object(world, room),
            "from": user_object(world.users[user]),
            "date": world.today,
            "old_chat_member": member_object(world.bot, old),
            "new_chat_member": member_object(world.bot, new),
        }
        self._telegram.updates.push("my_chat_member", change)

    def _tell_service(self, room: Chat, message_id: int) -> None:
        """Service messages reach the bot whatever its privacy mode."""
        if room.bot in PRESENT:
            self._telegram.updates.push("message", message_object(self._telegram.world, room.messages[message_id]))

    def _person(self, user: int) -> int:
        if user not in self._telegram.world.users:
            raise Impossible(f"there is no person {user}")
        return user

    def _chat(self, chat: int) -> Chat:
        room = self._telegram.world.chats.get(chat)
        if room is None:
            raise Impossible(f"there is no chat {chat}")
        return room

    def _room(self, user: int, chat: int | None) -> Chat:
        """The chat that a person acts in: by default their private chat with the bot, otherwise one they are in."""
        room = self._chat(self._person(user) if chat is None else chat)
        if room.members.get(user) not in PRESENT or room.gone or room.migrated_to is not None:
            raise Impossible(f"person {user} is not in chat {room.id}")
        if room.kind == "private":
            room.bot = "member"  # whoever writes to a bot has started it
        return room
