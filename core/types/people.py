"""Who, and where."""

from __future__ import annotations

from core.types.values import Value


class Place(Value):
    """Where people talk: a chat of a platform, or a thread (forum topic) in it.

    ``private``: one person and the bot. ``peers``: nobody runs it, all who are there are equals.
    """

    platform: str
    chat: str
    thread: str = ""
    private: bool = False
    peers: bool = False

    @property
    def key(self) -> str:
        """One string for this place, the same whether or not it is private."""
        return f"{self.platform}:{self.chat}:{self.thread}"

    @property
    def room(self) -> str:
        """The key of the chat itself, whichever of its threads this is."""
        return f"{self.home}:"

    @property
    def home(self) -> str:
        """One string for the chat with all its threads: within it a message's id is unique."""
        return f"{self.platform}:{self.chat}"


class User(Value):
    """A person on a platform. ``language`` is what the platform says of them.

    ``administrator``: whether they run this chat, as far as the platform said so along with what they did; ``None``: it has to be asked.
    ``roles``: the ids of those that they have here, where the platform knows roles.
    """

    platform: str
    id: str
    name: str = ""
    language: str = "en"
    administrator: bool | None = None
    roles: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """One string for this person over all chats of the platform."""
        return f"{self.platform}:{self.id}"

    @property
    def shown_name(self) -> str:
        """What others are told that they are called: nothing where they have only an id, by which somebody could pass for them."""
        return "" if self.name == self.id else self.name

    def known_in(self, place: Place) -> User:
        """The person as what lasts in a place may name them: who speaks for the place itself has its name, which may be another one tomorrow."""
        speaks_for_it = self.administrator and self.id == place.chat and not place.private
        return self.model_copy(update={"name": ""}) if speaks_for_it else self
