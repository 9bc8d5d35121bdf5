"""What the control side shows, as frozen values: channels, messages, files, controls, interactions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class SeenGuild:
    """A guild that was made, and its channels by name."""

    id: int
    channels: Mapping[str, int]


@dataclass(frozen=True)
class SeenFile:
    """A file in a message. Sizes in pixels are 0 for what is no picture; `where` is "list", "embed" or "component"."""

    id: int
    name: str
    description: str | None
    mime: str
    sha256: str
    size: int
    width: int
    height: int
    where: str


@dataclass(frozen=True)
class SeenControl:
    """A button or select on a message. A select's label is its placeholder."""

    kind: str
    label: str
    emoji: str | None
    custom_id: str | None
    url: str | None
    style: int | None
    disabled: bool
    options: Sequence[Json]


@dataclass(frozen=True)
class SeenMessage:
    """A message as a person sees it. Times in Unix seconds; `past` is what it was before its edits.

    `text` has the words of a layout (`layout`) too; `thinking` says that the bot has only deferred its answer.
    """

    id: int
    type: int
    author: str
    author_id: int
    by_bot: bool
    at: float
    edited: float | None
    text: str
    embeds: Sequence[Json]
    files: Sequence[SeenFile]
    controls: Sequence[SeenControl]
    components: Sequence[Json]
    layout: bool
    poll: Json | None
    ephemeral: bool
    thinking: bool
    reply_to: int | None
    thread: int | None
    interaction: int | None
    reactions: Mapping[str, Sequence[str]]
    deleted: bool
    past: Sequence[Json]

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons and selects, or their emoji where they have no label."""
        return [control.label or control.emoji or "" for control in self.controls]


@dataclass(frozen=True)
class Room:
    """A channel at one moment."""

    seq: int
    channel: int
    name: str
    archived: bool
    locked: bool
    bot_typing: bool
    messages: Sequence[SeenMessage]

    @property
    def visible(self) -> list[SeenMessage]:
        """Messages that were not deleted."""
        return [message for message in self.messages if not message.deleted]

    @property
    def by_bot(self) -> list[SeenMessage]:
        """The bot's messages that were not deleted."""
        return [message for message in self.visible if message.by_bot]


@dataclass(frozen=True)
class SeenInteraction:
    """How an interaction stands. `acknowledged` is in seconds after it began, by the server's clock.

    `state` is "pending", "thinking", "answered", "updated", "modal", "choices" or "failed"; `message` the id of its first answer.
    """

    id: int
    type: int
    name: str
    user: int
    channel: int
    at: float
    heard: bool
    acknowledged: float | None
    response: int | None
    state: str
    message: int | None
    follow_ups: int
    modal: Json | None
    choices: Sequence[Json] | None


def room_from(row: Json) -> Room:
    """A room as the control side tells it."""
    return Room(**row | {"messages": [_message(one) for one in row["messages"]]})


def interaction_from(row: Json) -> SeenInteraction:
    """An interaction as the control side tells it."""
    return SeenInteraction(**row)


def _message(row: Json) -> SeenMessage:
    files = [SeenFile(**one) for one in row["files"]]
    return SeenMessage(**row | {"files": files, "controls": [SeenControl(**one) for one in row["controls"]]})
