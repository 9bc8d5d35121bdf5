"""What people can do with the bot's commands, buttons, menus and forms."""

from collections.abc import Mapping, Sequence
from typing import Any

from standins.discord.api import Discord
from standins.discord.asking import command_data, context_of, find_command, interaction_object, is_by_user, offered
from standins.discord.commands import CHAT_INPUT, MESSAGE_MENU
from standins.discord.components import BUTTON, SELECTS, STRING_SELECT, walk
from standins.discord.errors import Impossible
from standins.discord.modals import filled
from standins.discord.objects import member_object, message_object, user_object
from standins.discord.permissions import permissions_in
from standins.discord.state import Channel, Interaction, InteractionType, Json, Message, MessageFlag, User

_LINK = 5


class Interacting:
    """The acts that become interactions. Each returns the interaction's id; what no app would offer raises `Impossible`."""

    def __init__(self, discord: Discord) -> None:
        self._discord = discord

    async def commands(self, user: int, channel: int) -> list[Json]:
        """The commands that the person's app offers in a channel."""
        return offered(self._discord, self._user(user), self._seen(user, channel))

    async def slash(self, user: int, channel: int, command: str, options: Mapping[str, Any] | None = None) -> int:
        """Use a slash command such as "image" or "settings style", with options (see `asking.command_data`)."""
        person, place = self._user(user), self._seen(user, channel)
        found, path = self._command(person, place, command)
        data = command_data(self._discord, place, found, path, options or {})
        by_user = is_by_user(self._discord.world, found, person, place)
        return self._start(InteractionType.COMMAND, person, place, data, command, by_user=by_user)

    async def autocomplete(
        self, user: int, channel: int, command: str, option: str, typed: Any, options: Mapping[str, Any] | None = None
    ) -> int:
        """Type into an option that completes itself, with the other options as far as they are given."""
        person, place = self._user(user), self._seen(user, channel)
        found, path = self._command(person, place, command)
        if option not in _completing(found):
            raise Impossible(f"the option {option} of {command} completes nothing")
        values = {**(options or {}), option: typed}
        data = command_data(self._discord, place, found, path, values, focused=option)
        return self._start(InteractionType.AUTOCOMPLETE, person, place, data, command)

    async def menu(self, user: int, channel: int, name: str, message: int) -> int:
        """Choose an entry of a message's context menu."""
        person, place = self._user(user), self._seen(user, channel)
        found = find_command(self._discord, person, place, MESSAGE_MENU, name)
        target = self._visible(place, message, user)
        told = message_object(self._discord.world, target)
        data: Json = {"id": found["id"], "name": name, "type": MESSAGE_MENU, "target_id": str(message)}
        data["resolved"] = {"messages": {str(message): told}}
        by_user = is_by_user(self._discord.world, found, person, place)
        return self._start(InteractionType.COMMAND, person, place, data, name, by_user=by_user)

    async def press(self, user: int, channel: int, message: int, button: str) -> int | str:
        """Press a button by its custom id, label or emoji. A link's answer is its address."""
        person, place = self._user(user), self._seen(user, channel)
        shown = self._visible(place, message, user)
        buttons = [one for one in walk(shown.content.components) if one["type"] == BUTTON]
        pressed = _named(buttons, button)
        if pressed.get("disabled"):
            raise Impossible(f"the button {button!r} is disabled")
        if pressed["style"] == _LINK:
            return str(pressed["url"])
        data: Json = {"custom_id": pressed["custom_id"], "component_type": BUTTON, "id": pressed["id"]}
        return self._on_component(person, place, shown, data)

    async def choose(self, user: int, channel: int, message: int, select: str, values: Sequence[str | int]) -> int:
        """Choose in a select menu, named by its custom id or placeholder: options by value or label, or ids of users."""
        person, place = self._user(user), self._seen(user, channel)
        shown = self._visible(place, message, user)
        menu = _named([one for one in walk(shown.content.components) if one["type"] in SELECTS], select)
        least, most = menu.get("min_values"), menu.get("max_values") or 1
        if menu.get("disabled") or not (1 if least is None else least) <= len(values) <= most:
            raise Impossible(f"{select!r} does not take {len(values)} values now")
        data: Json = {"custom_id": menu["custom_id"], "component_type": menu["type"], "id": menu["id"]}
        data["values"] = [_option(menu, one) for one in values]
        if menu["type"] == 5:
            data["resolved"] = self._people(place, [int(one) for one in values])
        return self._on_component(person, place, shown, data)

    async def submit(self, interaction: int, values: Mapping[str, Any]) -> int:
        """Submit the form that an interaction opened, its fields by their custom ids."""
        opener = self._discord.world.interactions[interaction]
        if opener.modal is None:
            raise Impossible("no form was opened")
        data = {"custom_id": opener.modal["custom_id"], "components": filled(opener.modal, values)}
        source = opener.message if opener.message is not None and not opener.message.deleted else None
        return self._start(
            InteractionType.MODAL_SUBMIT,
            opener.user,
            opener.channel,
            data,
            opener.name,
            message=source,
            by_user=opener.by_user,
            parent=opener,
        )

    async def forge(self, user: int, channel: int, kind: int, data: Json, message: int = 0) -> int:
        """What no app offers: an interaction of that kind with any data, on any message of the channel."""
        person, place = self._user(user), self._seen(user, channel)
        shown = place.messages[message] if message else None
        name = str(data.get("custom_id") or data.get("name"))
        return self._start(InteractionType(kind), person, place, data, name, message=shown)

    async def replay(self, interaction: int) -> None:
        """Tell the bot of an interaction once more."""
        made = self._discord.world.interactions[interaction]
        guild_id = made.channel.guild.id if made.channel.guild is not None else None
        self._discord.events.interaction(guild_id, interaction_object(self._discord, made))

    def _on_component(self, person: User, place: Channel, shown: Message, data: Json) -> int:
        asked = shown.interaction
        by_user = asked.by_user if asked is not None else False
        name, kind = data["custom_id"], InteractionType.COMPONENT
        return self._start(kind, person, place, data, name, message=shown, by_user=by_user)

    def _start(
        self,
        kind: InteractionType,
        person: User,
        place: Channel,
        data: Json,
        name: str,
        *,
        message: Message | None = None,
        by_user: bool = False,
        parent: Interaction | None = None,
    ) -> int:
        """Create an interaction and tell the bot."""
        world = self._discord.world
        made = Interaction(
            world.new_id(),
            world.new_token(),
            kind,
            person,
            place,
            data,
            self._discord.clock.now(),
            name,
            context_of(world, place),
            by_user,
            message,
            parent,
        )
        world.interactions[made.id] = made
        guild_id = place.guild.id if place.guild is not None else None
        world.feed.note("interaction", place.id, interaction=made.id)
        made.heard = self._discord.events.interaction(guild_id, interaction_object(self._discord, made))
        return made.id

    def _command(self, person: User, place: Channel, command: str) -> tuple[Json, list[str]]:
        name, *path = command.removeprefix("/").split()
        return find_command(self._discord, person, place, CHAT_INPUT, name), path

    def _user(self, user: int) -> User:
        return self._discord.world.users[user]

    def _seen(self, user: int, channel: int) -> Channel:
        """A channel that a person sees."""
        found = self._discord.world.channels.get(channel)
        if found is None or not permissions_in(found, user):
            raise Impossible("the person does not see such a channel")
        return found

    def _visible(self, channel: Channel, number: int, user: int) -> Message:
        """A message that a person sees, with everything on it."""
        message = self._discord.world.find(channel, number)
        if message is None or message.seen_by not in (None, user):
            raise Impossible(f"the person sees no message {number}")
        if MessageFlag.LOADING in message.content.flags:
            raise Impossible("the bot is still thinking")
        return message

    def _people(self, channel: Channel, numbers: list[int]) -> Json:
        users = {str(one): user_object(self._user(one)) for one in numbers}
        members = channel.guild.members if channel.guild is not None else {}
        told = {str(one): member_object(members[one], with_user=False) for one in numbers if one in members}
        return {"users": users, "members": told}


def _named(components: list[Json], name: str) -> Json:
    """The component with a custom id, label, emoji or placeholder."""
    for key in ("custom_id", "label", "placeholder"):
        for one in components:
            if one.get(key) == name:
                return one
    for one in components:
        if (one.get("emoji") or {}).get("name") == name:
            return one
    known = [one.get("label") or one.get("placeholder") or one.get("custom_id") for one in components]
    raise Impossible(f"there is no {name!r} on the message, only {known}")


def _option(menu: Json, value: str | int) -> str:
    if menu["type"] != STRING_SELECT:
        return str(value)
    for option in menu["options"]:
        if value in (option["value"], option["label"]):
            return str(option["value"])
    raise Impossible(f"there is no option {value!r}, only {[option['label'] for option in menu['options']]}")


def _completing(thing: Json) -> set[str]:
    """The names of all options of a command that complete themselves."""
    found = {one["name"] for one in thing.get("options") or [] if one.get("autocomplete")}
    return found.union(*(_completing(one) for one in thing.get("options") or []))
