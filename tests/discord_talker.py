"""Somebody with the Discord app, in a private conversation with the bot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from contract import Said, Shown, sample
from core.conversation.commands import Commands, Parsed
from core.conversation.feature import Repertoire
from core.errors import BadInput
from core.features import FEATURES
from core.types import Place
from standins.discord.client import File, People
from standins.discord.process import DiscordProcess
from standins.discord.seen import SeenMessage


def discord_settings(server: DiscordProcess, **changes: object) -> dict[str, object]:
    """Settings for a bot at a stand-in server."""
    where = {"discord_api_base": server.url, "discord_gateway": server.gateway}
    return {"discord_bot_token": server.token, **where, **changes}


COMMANDS = Repertoire(FEATURES).commands
_ESCAPES = re.compile(r"\\([*_~`|\[>#-])")


class DiscordTalker:
    """Speaks as people do there: commands as slash commands, edits and questions as messages and replies."""

    def __init__(self, people: People, user: int, channel: int, commands: Commands = COMMANDS) -> None:
        self.people = people
        self.commands = commands
        self.user = user
        self.channel = channel
        self.place = Place(platform="discord", chat=str(channel), private=True)
        self._given: str | None = None

    async def says(
        self, text: str, *files: str, mask: str | None = None, reply_to: str | None = None, expect: int = 1
    ) -> Said:
        newest = await self._newest()
        parsed = _slash(text, self.commands)
        if parsed is None:
            sent = [File(name, sample(name)) for name in files]
            message = await self.people.say(
                self.user, self.channel, text, *sent, reply_to=int(reply_to.partition(".")[0]) if reply_to else None
            )
            return Said(str(message), await self._answers(newest, expect))
        options = _options(parsed)
        names = dict.fromkeys(("photo", *parsed.command.reference_names))
        options |= {name: File(given, sample(given)) for name, given in zip(names, files, strict=False)}
        options |= {"mask": File(mask, sample(mask))} if mask else {}
        asked = await self.people.slash(self.user, self.channel, parsed.command.name, **options)
        return Said(str(asked), await self._answers(newest, expect))

    async def presses(self, shown: Shown, action: str, expect: int = 1) -> Said:
        newest = await self._newest()
        before = await self.sees(shown.id)
        await self.taps(shown, action)
        if expect:
            return Said(shown.id, await self._answers(newest, expect))
        await self.people.until(
            self.channel, lambda room: _changed(room.messages, int(shown.id), before, newest), user=self.user
        )
        return Said(shown.id, [])

    async def sends(self, text: str) -> None:
        parsed = _slash(text, self.commands)
        assert parsed
        await self.people.slash(self.user, self.channel, parsed.command.name, **_options(parsed))

    async def taps(self, shown: Shown, action: str) -> None:
        room = await self.people.room(self.channel, self.user)
        message = next(one for one in room.messages if str(one.id) == shown.id)
        menu = next(
            (control for control in message.controls if any(option["value"] == action for option in control.options)),
            None,
        )
        if menu:
            await self.people.choose(self.user, self.channel, message.id, str(menu.custom_id), action)
        else:
            await self.people.press(self.user, self.channel, message.id, action)

    async def reacts(self, shown: Shown, emoji: str | None) -> None:
        if emoji:
            await self.people.react(self.user, self.channel, int(shown.id), emoji)
        else:
            await self.people.unreact(self.user, self.channel, int(shown.id), self._given or "")
        self._given = emoji

    async def sees(self, message: str) -> Shown | None:
        room = await self.people.room(self.channel, self.user)
        found = [seen for seen in room.messages if str(seen.id) == message and not seen.deleted]
        return await self._shown(found[0]) if found else None

    async def _newest(self) -> int:
        return max((seen.id for seen in (await self.people.room(self.channel, self.user)).messages), default=0)

    async def _answers(self, newest: int, expect: int) -> list[Shown]:
        room = await self.people.until(
            self.channel,
            lambda room: weight(final_messages(room.messages, newest)) >= expect,
            user=self.user,
        )
        return [await self._shown(seen) for seen in final_messages(room.messages, newest)]

    async def _shown(self, seen: SeenMessage) -> Shown:
        files = [await self.people.file(self.channel, seen.id, file.id) for file in seen.files]
        buttons = [(str(control.custom_id), control.label) for control in seen.controls if control.custom_id]
        buttons += [(option["value"], option["label"]) for control in seen.controls for option in control.options]
        return Shown(str(seen.id), _ESCAPES.sub(r"\1", seen.text), tuple(files), tuple(files), tuple(buttons))


def _typed(name: str, value: str) -> object:
    """Discord's options have types."""
    if value == "true":
        return True
    return int(value) if value.isdecimal() and name != "length" else value


def final_messages(messages: Sequence[SeenMessage], newest: int) -> list[SeenMessage]:
    """What the bot has said since, without what only shows progress."""
    return [
        seen
        for seen in messages
        if seen.by_bot
        and seen.id > newest
        and not (seen.thinking or seen.deleted)
        and not any(
            str(control.custom_id).startswith("cancel:") for control in seen.controls if control.custom_id != "cancel:"
        )
    ]


def weight(messages: Sequence[SeenMessage]) -> int:
    """Counted as the contract does: each picture of several, and the words with them."""
    return sum(len(seen.files) + 1 if len(seen.files) > 1 else 1 for seen in messages)


def _changed(messages: Sequence[SeenMessage], message: int, before: Shown | None, newest: int) -> bool:
    now = next((seen for seen in messages if seen.id == message), None)
    return (
        now is None
        or now.deleted
        or (before is not None and now.text != before.text)
        or any(seen.id > newest for seen in messages)
    )


def _slash(text: str, commands: Commands) -> Parsed | None:
    """A text as a slash command, where Discord's form can hold it; what is misspelt is sent as a message."""
    with suppress(BadInput):
        return commands.parse(text) if text.startswith("/") else None
    return None


def _options(parsed: Parsed) -> dict[str, object]:
    options: dict[str, object] = {name: _typed(name, value) for name, value in parsed.options.items()}
    return options | ({parsed.command.takes: parsed.words} if parsed.words else {})
