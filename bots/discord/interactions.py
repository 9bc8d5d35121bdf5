"""Slash commands, menus, forms, buttons and values being typed. Each is kept before it is acknowledged, and acknowledged within three seconds."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
import structlog

from bots import owners
from bots.chores import UNREADABLE
from bots.discord.commands import completions, menu_of, names
from bots.discord.contents import file_of, files_of, kind_of, told_by
from bots.discord.controls import actions_of, rating_view
from bots.discord.errors import FAILURES
from bots.discord.flood import Flood
from bots.discord.limits import ANSWER_SECONDS
from bots.discord.modals import FORM, filled, modal_of, written
from bots.discord.originals import Originals
from bots.discord.people import (
    PLATFORM,
    Languages,
    address_of,
    language_of,
    place_of_interaction,
)
from bots.discord.threads import StoryThreads
from bots.intake import Intake
from core import texts
from core.conversation import cast
from core.conversation.commands import Command
from core.conversation.forms import of_words
from core.documents import formats
from core.errors import StorageFault
from core.pictures import kinds
from core.ports import InboxRow, Store
from core.recent import Recent
from core.types import Event, FileRef, Message, Press, Reaction, Reply, Submission

FORMS = 1000
"""Opened forms whose pictures are remembered."""

WORDS_BACK = 2000
"""Signs of a message."""

READABLE = (discord.TextChannel, discord.Thread, discord.VoiceChannel, discord.StageChannel, discord.DMChannel)
"""Channels whose messages can be fetched."""

log = structlog.get_logger()


class Interactions:
    """Everything people do with the app's own commands and controls."""

    def __init__(self, store: Store, intake: Intake, originals: Originals, threads: StoryThreads | None) -> None:
        """``threads``: opens a thread for each story, where the operator wants that."""
        self.intake = intake
        self.languages = Languages()
        self._repertoire = intake.repertoire
        self._store = store
        self._originals = originals
        self._threads = threads
        self._flood = Flood()
        self._opened: Recent[str, tuple[FileRef, ...]] = Recent(FORMS)

    async def handle(self, interaction: discord.Interaction) -> None:
        """Handle one interaction. What Discord no longer takes from us is only noted: what was kept is answered all the same."""
        try:
            await self._handle(interaction, interaction.data or {})
        except FAILURES as error:
            log.info("interaction not answered", kind=interaction.type.name, cause=type(error).__name__)

    async def _handle(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        """What cannot be kept is not accepted, and its person is told so."""
        try:
            await self._handler(interaction, data)(interaction, data)
        except StorageFault as fault:
            log.error("an interaction cannot be kept", kind=interaction.type.name, code=fault.code)
            await _tell(interaction, f"error-{fault.code}")
            if interaction.type is discord.InteractionType.modal_submit:
                await _give_back(interaction, written(data))

    def _handler(
        self, interaction: discord.Interaction, data: Mapping[str, Any]
    ) -> Callable[[discord.Interaction, Mapping[str, Any]], Awaitable[None]]:
        kinds = discord.InteractionType
        if interaction.type is kinds.application_command:
            return self._menu if data.get("type") == discord.AppCommandType.message.value else self._slash
        if interaction.type is kinds.component:
            return self._press
        return self._form if interaction.type is kinds.modal_submit else self._complete

    # --- commands and menus ------------------------------------------------------------------------------------------

    async def _slash(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        options = {option["name"]: option["value"] for option in data.get("options", ())}
        attachments = data.get("resolved", {}).get("attachments", {})
        known = self._repertoire.commands.find(data["name"])
        others = [file_of(attachments[str(options.pop(name))]) for name in formats.FAMILIES if name in options]
        given = {name: attachments[str(options.pop(name))] for name in _photos(known) if name in options}
        files = {name: file_of(one) for name, one in given.items() if kind_of(one) == kinds.PICTURE}
        words = str(options.pop(known.takes, "")) if known else ""
        await self._ask(
            interaction,
            command=data["name"],
            text=words,
            options={name: _plain(value) for name, value in options.items()},
            files=tuple(file for name, file in files.items() if name != "mask"),
            mask=files.get("mask"),
            documents=tuple(others),
            unusable=tuple(kind_of(one) for name, one in given.items() if name not in files),
        )

    async def _menu(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        """What was chosen in a message's menu: a form that asks what shall change, a variation, or buttons to rate."""
        target = data["resolved"]["messages"][str(data["target_id"])]
        kind, language = menu_of(data["name"]), language_of(interaction)
        if kind is None:  # of another version's
            return await _tell(interaction, "error-button-unknown")
        found = files_of(target)
        if kind == "menu-rate":
            known = await self._store.shown_in(place_of_interaction(interaction), str(target["id"]))
            if not known:
                return await _tell(interaction, "nothing-to-rate")
            return await _tell(interaction, "ask-rating", view=rating_view(int(target["id"])))
        if not found:
            return await _tell(interaction, "nothing-to-change")
        if kind == "menu-edit":
            self._opened[f"{interaction.user.id}:{target['id']}"] = found
            form = of_words(self._repertoire.commands.named("edit"), language)
            await interaction.response.send_modal(modal_of(form, f"edit-form:{target['id']}"))
            return None
        ours = int(target["author"]["id"]) == interaction.application_id
        details = {"reply_to": str(target["id"])} if ours else {"replied_files": found}
        return await self._ask(interaction, command="vary", text="", **details)

    async def _form(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        """A form was sent: that of a button, or that of a message's menu (``edit-form:<message>``)."""
        if str(data["custom_id"]).startswith(FORM):
            return await self._submission(interaction, data)
        target, words = str(data["custom_id"]).partition(":")[2], written(data)
        details: dict[str, Any] = {"reply_to": target}
        if not await self._store.shown_in(place_of_interaction(interaction), target):
            details["replied_files"] = await self._pictures_of(interaction, target)
            if not details["replied_files"]:  # forgotten meanwhile: another picture is not what was meant
                await _tell(interaction, "nothing-to-change")
                return await _give_back(interaction, words)
        return await self._ask(interaction, command="edit", text=words, **details)

    async def _pictures_of(self, interaction: discord.Interaction, target: str) -> tuple[FileRef, ...]:
        """Those of the message that a form was opened for, also before a restart: then the message of a person is looked at once more."""
        known = self._opened.get(f"{interaction.user.id}:{target}")
        if known or not re.fullmatch(r"[0-9]{15,20}", target) or not isinstance(interaction.channel, READABLE):
            return known or ()
        try:
            message = await interaction.channel.fetch_message(int(target))
        except FAILURES as error:
            log.info("a form's message cannot be read", cause=type(error).__name__)
            return ()
        ours = message.author.id == interaction.application_id  # what we forgot is not to come back by its message
        return () if ours else files_of(told_by(message))

    async def _complete(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        focused = next((option for option in data.get("options", ()) if option.get("focused")), None)
        command, language = self._repertoire.commands.find(data["name"]), language_of(interaction)
        name, typed = (str(focused["name"]), str(focused["value"])) if focused else ("", "")
        place, person = place_of_interaction(interaction), self.languages.person(interaction)
        if command and name in (command.takes, "style") and self.intake.allows(person, place):
            session, _ = await cast.session_at(self._store, place, person.id)
            own = [one.name for one in session.styles]
            taken = name == command.takes
            found = names(typed, session.characters) if taken else completions(command, name, typed, language, own)
        else:
            found = completions(command, name, typed, language)
        await interaction.response.autocomplete(
            [discord.app_commands.Choice(name=name, value=value) for name, value in found]
        )

    # --- buttons -----------------------------------------------------------------------------------------------------

    async def _press(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        """A button, or a choice of a menu whose values are actions. Only what the message has on it leads anywhere."""
        message = interaction.message
        named = str((data.get("values") or [data["custom_id"]])[0])
        if message is None or named not in actions_of(message):
            return await _tell(interaction, "error-button-unknown")
        action, _ = owners.read(named)
        if action.startswith("react:"):
            return await self._rate(interaction, action)
        takes_time = self._repertoire.is_slow(action)
        event = self._pressed(interaction, message, named, slow=takes_time)
        if self._repertoire.has_form(action):
            return await self._ask_form(interaction, event, named)
        if await self._admitted(interaction, event, thinking=takes_time) is not None:
            self.intake.take(event)
        return None

    def _pressed(self, interaction: discord.Interaction, message: discord.Message, named: str, *, slow: bool) -> Press:
        """The press of a button of a message; what takes time gets an answer of its own."""
        action, asked = owners.read(named)
        alone = message.flags.ephemeral
        address = address_of(interaction) if slow else address_of(interaction, message=message.id, alone=alone)
        return Press(
            inbox=(f"{PLATFORM}:{interaction.id}",),
            place=place_of_interaction(interaction),
            user=self.languages.person(interaction),
            message=str(message.id),
            action=action,
            answer_to=str(address),
            asked=str(interaction.user.id) if alone else asked,
        )

    async def _ask_form(self, interaction: discord.Interaction, press: Press, named: str) -> None:
        """Answer with the form of a button, or with why not; what is filled in comes as an interaction of its own."""
        asked = await self.intake.asked(press)
        if isinstance(asked, Reply):
            await interaction.response.send_message(asked.text, ephemeral=True)
        else:
            await interaction.response.send_modal(modal_of(asked, FORM + named))

    async def _submission(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        """The form of a button was sent. Its message has to be there still, with the button on it."""
        message, named = interaction.message, str(data["custom_id"]).removeprefix(FORM)
        if message is None or named not in actions_of(message):
            await _tell(interaction, "error-button-unknown")
            return await _give_back(interaction, written(data))
        press = self._pressed(interaction, message, named, slow=True)
        alone = self._repertoire.is_alone(press.action)
        if alone:
            press = press.model_copy(update={"answer_to": str(address_of(interaction, alone=True))})
        event = Submission(**dict(press), values=filled(data))
        if wrong := await self.intake.wrong(event):
            await interaction.response.send_message(wrong[0].text, ephemeral=True)
            return await _give_back(interaction, written(data))
        if await self._admitted(interaction, event, thinking=True, alone=alone) is not None:
            self.intake.take(event)
        return None

    async def _rate(self, interaction: discord.Interaction, action: str) -> None:
        """A thumb of the message menu: ``react:<message>:<emoji>``."""
        _, message, emoji = action.split(":", 2)
        event = Reaction(
            inbox=(f"{PLATFORM}:{interaction.id}",),
            place=place_of_interaction(interaction),
            user=self.languages.person(interaction),
            message=message,
            added=(emoji,),
        )
        if await self._keep(event):
            self.intake.take(event)
            thanks = texts.say("rated-thanks", language_of(interaction))
            await interaction.response.edit_message(content=thanks, view=None)

    # --- the way in --------------------------------------------------------------------------------------------------

    async def _ask(self, interaction: discord.Interaction, *, command: str, text: str, **details: Any) -> None:
        """Keep a command, acknowledge it, hand it on. What concerns one person is answered for their eyes only."""
        known = self._repertoire.commands.find(command)
        place = place_of_interaction(interaction)
        address = address_of(interaction, alone=known is not None and known.private and not place.private)
        event = Message(
            inbox=(f"{PLATFORM}:{interaction.id}",),
            id=str(address),
            place=place,
            author=self.languages.person(interaction),
            text=text,
            command=command,
            **details,
        )
        acknowledged = await self._admitted(interaction, event, thinking=True, alone=address.alone)
        if acknowledged and command == "story" and self._threads:
            event = await self._threads.moved(interaction, address, event)
        if acknowledged is not None:
            self.intake.take(event)

    async def _admitted(
        self, interaction: discord.Interaction, event: Event, *, thinking: bool, alone: bool = False
    ) -> bool | None:
        """Keep an event and acknowledge it; whether Discord knows of that. ``None`` if the event is there already: it is handled."""
        with self._flood.acknowledging():
            if not await self._keep(event):
                return None
            acknowledged = await self._acknowledge(interaction, thinking=thinking, alone=alone)
        await self._flood.over()
        return acknowledged

    async def _keep(self, event: Event) -> bool:
        """Commit an event; ``False`` if it is there already."""
        user = event.author if isinstance(event, Message) else event.user
        row = InboxRow(id=event.inbox[0], platform=PLATFORM, user=user.key, payload=event.model_dump_json())
        return await self._store.take_in(row)

    async def _acknowledge(self, interaction: discord.Interaction, *, thinking: bool, alone: bool = False) -> bool:
        """Tell Discord that we have it, in time or not at all: it is kept, and its answer finds another way if need be."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await interaction.response.defer(thinking=thinking, ephemeral=alone)
        except (*FAILURES, *UNREADABLE, discord.InteractionResponded) as error:
            log.info("not acknowledged", cause=type(error).__name__, code=getattr(error, "code", 0))
            return False
        if thinking:
            self._originals.deferred(interaction.id)
        return True


async def _tell(interaction: discord.Interaction, key: str, **controls: Any) -> None:
    """Answer at once, for this person's eyes only."""
    await interaction.response.send_message(texts.say(key, language_of(interaction)), ephemeral=True, **controls)


async def _give_back(interaction: discord.Interaction, words: str) -> None:
    """What somebody wrote into a form that leads nowhere: for their eyes only, to be copied. What is longer than a message is a file."""
    if not words.strip():
        return
    language = language_of(interaction)
    told = texts.say("form-words", language, words=discord.utils.escape_mentions(words))
    more: dict[str, Any] = {}
    if len(told) > WORDS_BACK:
        told = texts.say("form-words", language, words="").strip()
        more = {"file": discord.File(io.BytesIO(words.encode()), "fabula.txt")}
    await interaction.followup.send(told, ephemeral=True, allowed_mentions=discord.AllowedMentions.none(), **more)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _photos(command: Command | None) -> tuple[str, ...]:
    """What the photos of a command are called as options, in their order."""
    return tuple(dict.fromkeys(("photo", *(command.reference_names if command else ()), "mask")))
