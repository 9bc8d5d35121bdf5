"""A team in a room of each platform, for plays at a board: what each of them does there, and everything that each of them gets to see."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from contract import Shown, sample
from core.types import Place
from discord_talker import _ESCAPES, COMMANDS, _slash, _typed
from patience import PATIENCE
from standins.discord.client import File
from standins.discord.client import People as Town
from standins.discord.errors import Impossible as NotOnDiscord
from standins.telegram.client import People
from standins.telegram.errors import Impossible as NotOnTelegram
from studio import Person

NAMES = ("Ada", "Ben", "Cem", "Dia", "Eli", "Fay", "Gus", "Hao", "Ida", "Jun", "Kim", "Lea")
"""Twelve people. Lea has never opened her private chat with the bot, where there is such a thing."""


class Team(Protocol):
    """Some people, by their places in ``NAMES``, in one room."""

    place: Place

    async def says(self, who: int, text: str) -> None:
        """Say something in the room."""
        ...

    async def room(self, who: int) -> list[Shown]:
        """The bot's messages that somebody sees in the room now, oldest first."""
        ...

    async def taps(self, who: int, verb: str) -> None:
        """Press a button of the board."""
        ...

    async def gives(self, who: int, idea: str) -> str:
        """Give an idea hidden, as that platform's people do; what they are answered."""
        ...

    async def presses(self, who: int, shown: Shown, pressed: str) -> None:
        """Press a button of a message in the room."""
        ...

    async def gives_photo(self, who: int, words: str, file: str) -> None:
        """Give an idea that has a photo."""
        ...

    async def builds(self, who: int, idea: str) -> Shown:
        """Carry the first of the ideas further that somebody is given for it; what they are given."""
        ...

    async def alone(self, who: int) -> str:
        """All that the bot has told somebody alone."""
        ...

    async def ballot(self, who: int) -> Shown: ...

    async def dots(self, who: int, shown: Shown, number: int) -> Shown:
        """Press the number of an idea on a ballot; the ballot then."""
        ...

    async def everything(self, who: int) -> str:
        """All bytes that somebody ever got."""
        ...


async def board(team: Team, holds: str, who: int = 0) -> Shown:
    """The newest state of the board, once it says this."""
    return await seen(lambda: team.room(who), lambda one: holds in one.text and bool(action(one, "board-")))


def lists(shown: Shown, count: int = 0) -> bool:
    """Whether a message tells all ideas that were revealed, so many where that is said."""
    return re.search(rf"\b{count or '[0-9]+'} ideas?( in [0-9]+ groups?)?$", shown.text, re.MULTILINE) is not None


async def seen(look: Callable[[], Any], holds: Callable[[Shown], bool]) -> Shown:
    """The newest message of those that somebody sees that is like this, once there is one."""
    async with asyncio.timeout(PATIENCE):
        while True:
            shown = await look()
            if found := [one for one in shown if holds(one)]:
                return found[-1]
            await asyncio.sleep(0.02)


async def press_shown(look: Callable[[], Any], verb: str, press: Callable[[str, str], Awaitable[object]]) -> None:
    """Press a button of the newest message that has it; if that goes between the look and the press, of what stands there instead."""
    async with asyncio.timeout(PATIENCE):
        while True:
            shown = await seen(look, lambda one: bool(action(one, verb)))
            with suppress(NotOnTelegram, NotOnDiscord):
                await press(shown.id, str(action(shown, verb)))
                return


def action(shown: Shown, verb: str) -> str | None:
    """What the first button does whose action begins so."""
    return next((one for one, _ in shown.buttons if one.startswith(verb)), None)


# --- the page --------------------------------------------------------------------------------------------------------


@dataclass
class WebTeam:
    people: Sequence[Person]
    place: Place

    async def says(self, who: int, text: str) -> None:
        await self.people[who].posts(text)

    async def room(self, who: int) -> list[Shown]:
        newest: dict[str, dict[str, Any]] = {}
        for event in list(self.people[who].events):
            if event["kind"] in ("reply", "failure"):
                newest[event["message"]] = event
        return [_web_shown(event) for event in newest.values() if not event.get("removed")]

    async def taps(self, who: int, verb: str) -> None:
        shown = await seen(lambda: self.room(who), lambda one: bool(action(one, f"board-{verb}")))
        await self.people[who].post("actions", message=shown.id, action=action(shown, f"board-{verb}"))

    async def gives(self, who: int, idea: str) -> str:
        person, start = self.people[who], len(self.people[who].events)
        shown = await seen(lambda: self.room(who), lambda one: bool(action(one, "board-idea")))
        pressed = action(shown, "board-idea")
        form = (await person.post("actions", message=shown.id, action=pressed)).json()["form"]
        values = {form["fields"][0]["name"]: idea}
        async with person.http() as http:
            sent = {
                "user": person.name,
                "message": shown.id,
                "action": pressed,
                "values": values,
                "client_id": f"c{start}",
            }
            answer = await http.post(f"/api/chats/{person.chat}/forms", json=sent)
        if answer.status_code != 202:
            return str(answer.json())
        return (await person.answer(shown.id, start, of=person.name)).text

    async def presses(self, who: int, shown: Shown, pressed: str) -> None:
        await self.people[who].post("actions", message=shown.id, action=pressed)

    async def gives_photo(self, who: int, words: str, file: str) -> None:
        await self.people[who].posts(f"/idea {words}", file)

    async def builds(self, who: int, idea: str) -> Shown:
        person, start = self.people[who], len(self.people[who].events)
        await self.taps(who, "others")
        given = await self._private(who, start)
        await person.fills(given.id, str(action(given, "board-build")), {"idea": idea})
        return given

    async def alone(self, who: int) -> str:
        return "\n".join(one["text"] for one in self.people[who].events if one.get("private"))

    async def ballot(self, who: int) -> Shown:
        start = len(self.people[who].events)
        await self.taps(who, "ballot")
        return await self._private(who, start)

    async def dots(self, who: int, shown: Shown, number: int) -> Shown:
        person, start = self.people[who], len(self.people[who].events)
        await person.post("actions", message=shown.id, action=numbered(shown, number))
        return await self._private(who, start)

    async def _private(self, who: int, start: int) -> Shown:
        person = self.people[who]
        found = await person.wait(
            lambda events: [one for one in events[start:] if one["kind"] in ("reply", "failure") and one.get("private")]
        )
        return _web_shown(found[-1])

    async def everything(self, who: int) -> str:
        person = self.people[who]
        fresh = await asyncio.gather(*(person.get(path) for path in ("/", f"/api/chats/{person.chat}")))
        works = [
            await person.get(f"/api/chats/{person.chat}/works/{event['message']}?user={person.name}")
            for event in person.events
            if event["kind"] == "message"
        ]
        return json.dumps(person.events, ensure_ascii=False) + "".join(one.text for one in (*fresh, *works))


def numbered(shown: Shown, number: int) -> str:
    """The button of a ballot that gives an idea a dot."""
    return next(one for one, _ in shown.buttons if one.startswith("board-dot") and one.split(":")[2] == str(number))


def _web_shown(event: dict[str, Any]) -> Shown:
    return Shown(event["message"], event["text"], buttons=tuple((one["id"], one["label"]) for one in event["actions"]))


# --- Telegram --------------------------------------------------------------------------------------------------------


@dataclass
class TelegramTeam:
    app: People
    people: Sequence[int]
    chat: int
    place: Place
    writing: set[int] = field(default_factory=set)

    async def says(self, who: int, text: str) -> None:
        await self.app.say(self.people[who], text, chat=self.chat)

    async def room(self, who: int) -> list[Shown]:
        return await self._shown(self.chat)

    async def _shown(self, chat: int) -> list[Shown]:
        room = await self.app.room(chat)
        return [_telegram_shown(one) for one in room.visible if one.by_bot]

    async def taps(self, who: int, verb: str) -> None:
        async def press(message: str, pressed: str) -> None:
            await self.app.press(self.people[who], int(message), pressed, chat=self.chat)

        await press_shown(lambda: self.room(who), f"board-{verb}", press)

    async def _comes(self, who: int, word: str) -> Shown:
        """Follow the link of a button into the private chat; the newest message there."""
        user = self.people[who]
        shown = await seen(lambda: self.room(who), lambda one: any(f"start={word}_" in link for link, _ in one.buttons))
        link = next(link for link, _ in shown.buttons if f"start={word}_" in link)
        return await self._answer(user, f"/start {link.partition('start=')[2]}")

    async def _answer(self, user: int, text: str) -> Shown:
        """Say something in private; what is answered. What was said before may come once more, where a kill came between it and its receipt."""
        before = [one.text for one in await self._shown(user)][-1:]
        sent = await self.app.say(user, text)
        return await seen(lambda: self._shown(user), lambda one: int(one.id) > sent and one.text not in before)

    async def gives(self, who: int, idea: str) -> str:
        user = self.people[who]
        if who not in self.writing:
            await self._comes(who, "idea")
            self.writing.add(who)
        return (await self._answer(user, idea)).text

    async def presses(self, who: int, shown: Shown, pressed: str) -> None:
        await self.app.press(self.people[who], int(shown.id), pressed, chat=self.chat)

    async def gives_photo(self, who: int, words: str, file: str) -> None:
        if who not in self.writing:
            await self._comes(who, "idea")
            self.writing.add(who)
        await self.app.send_photo(self.people[who], sample(file), words)

    async def builds(self, who: int, idea: str) -> Shown:
        user, given = self.people[who], await self._comes(who, "others")
        await self.app.press(user, int(given.id), str(action(given, "board-build")))
        await self.app.next_answer(user, after=int(given.id))
        await self.app.say(user, idea)
        return given

    async def alone(self, who: int) -> str:
        return await self.app.transcript(self.people[who])

    async def ballot(self, who: int) -> Shown:
        return await self._comes(who, "vote")

    async def dots(self, who: int, shown: Shown, number: int) -> Shown:
        user = self.people[who]
        await self.app.press(user, int(shown.id), numbered(shown, number))
        return await seen(
            lambda: self._shown(user),
            lambda one: one.text != shown.text and (one.id == shown.id or int(one.id) > int(shown.id)),
        )

    async def everything(self, who: int) -> str:
        user = self.people[who]
        logged = (await self.app.requests())["requests"]
        got = [one for one in logged if str(one["params"].get("chat_id", "")) in (str(user), str(self.chat), "")]
        presses = [one for one in logged if one["method"] == "answerCallbackQuery"]
        rooms = [await self.app.transcript(chat) for chat in (user, self.chat)]
        return json.dumps([got, presses], ensure_ascii=False, default=str) + "".join(rooms)


def _telegram_shown(one: Any) -> Shown:
    buttons = tuple((b.get("callback_data") or b.get("url", ""), b["text"]) for row in one.buttons for b in row)
    return Shown(str(one.message_id), one.text, buttons=buttons)


# --- Discord ---------------------------------------------------------------------------------------------------------


@dataclass
class DiscordTeam:
    town: Town
    people: Sequence[int]
    channel: int
    place: Place
    alone_in: dict[str, int] = field(default_factory=dict)
    """The private chats of messages that somebody got there."""

    async def says(self, who: int, text: str) -> None:
        parsed = _slash(text, COMMANDS)
        assert parsed
        options: dict[str, object] = {name: _typed(name, value) for name, value in parsed.options.items()}
        words = {parsed.command.takes: parsed.words} if parsed.words else {}
        await self.town.slash(self.people[who], self.channel, parsed.command.name, **words, **options)

    async def room(self, who: int) -> list[Shown]:
        room = await self.town.room(self.channel, self.people[who])
        return [_discord_shown(one) for one in room.messages if one.by_bot and not (one.deleted or one.thinking)]

    async def _heard(self, who: int) -> list[Shown]:
        """What somebody sees in the room, and alone: what can no longer be hidden in the room comes there."""
        user = self.people[who]
        alone = await self.town.private_channel(user)
        told = [one for one in (await self.town.room(alone, user)).messages if one.by_bot and not one.deleted]
        self.alone_in |= {str(one.id): alone for one in told}
        return [*await self.room(who), *map(_discord_shown, told)]

    async def _press(self, who: int, message: str, pressed: str) -> int:
        channel = self.alone_in.get(message, self.channel)
        return int(await self.town.press(self.people[who], channel, int(message), pressed))

    async def taps(self, who: int, verb: str) -> None:
        await press_shown(lambda: self.room(who), f"board-{verb}", partial(self._press, who))

    async def gives(self, who: int, idea: str) -> str:
        shown = await seen(lambda: self.room(who), lambda one: bool(action(one, "board-idea")))
        asked = await self._press(who, shown.id, str(action(shown, "board-idea")))
        modal = (await self.town.responded(asked)).modal
        assert modal
        return (await self._told(who, self.town.submit(asked, idea=idea))).text

    async def _told(self, who: int, doing: Awaitable[object], *known: str) -> Shown:
        """What somebody is told alone of what they do. What was told before may come once more, where a kill came between it and its receipt."""
        before = {*known, *(one.text for one in await self._heard(who))}
        await doing
        return await seen(lambda: self._heard(who), lambda one: one.text not in before and not action(one, "board-end"))

    async def presses(self, who: int, shown: Shown, pressed: str) -> None:
        await self._press(who, shown.id, pressed)

    async def gives_photo(self, who: int, words: str, file: str) -> None:
        photo = File(file, sample(file))
        await self.town.slash(self.people[who], self.channel, "idea", idea=words, photo=photo)

    async def builds(self, who: int, idea: str) -> Shown:
        before = {one.id for one in await self._heard(who)}
        await self.taps(who, "others")
        given = await seen(
            lambda: self._heard(who), lambda one: one.id not in before and bool(action(one, "board-build"))
        )
        asked = await self._press(who, given.id, str(action(given, "board-build")))
        assert (await self.town.responded(asked)).modal
        await self.town.submit(asked, idea=idea)
        return given

    async def alone(self, who: int) -> str:
        user = self.people[who]
        return await self.town.transcript(await self.town.private_channel(user), user)

    async def ballot(self, who: int) -> Shown:
        before = {one.id for one in await self._heard(who)}
        await self.taps(who, "ballot")
        return await seen(lambda: self._heard(who), lambda one: one.id not in before and bool(action(one, "board-dot")))

    async def dots(self, who: int, shown: Shown, number: int) -> Shown:
        return await self._told(who, self._press(who, shown.id, numbered(shown, number)), shown.text)

    async def everything(self, who: int) -> str:
        room = await self.town.room(self.channel, self.people[who])
        logged = (await self.town.requests())["requests"]
        public = [one for one in logged if f"/channels/{self.channel}/" in one["path"]]
        transcript = await self.town.transcript(self.channel, self.people[who])
        return json.dumps(public, ensure_ascii=False, default=str) + repr(room) + transcript


def _discord_shown(one: Any) -> Shown:
    buttons = [(str(control.custom_id), control.label) for control in one.controls if control.custom_id]
    buttons += [(option["value"], option["label"]) for control in one.controls for option in control.options]
    return Shown(str(one.id), _ESCAPES.sub(r"\1", one.text), buttons=tuple(buttons))
