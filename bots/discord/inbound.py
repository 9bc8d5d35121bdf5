"""From Discord's events to what people do. Everything is kept before it is acknowledged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp
import discord
import structlog
from pydantic import TypeAdapter
from yarl import URL

from bots.discord.addresses import Interaction
from bots.discord.commands import completions, menu_of
from bots.discord.originals import Originals
from bots.intake import Intake
from core import texts
from core.errors import BadInput, Unavailable
from core.ports import InboxRow, Store
from core.types import Event, FileRef, Message, Place, Press, Reaction, User

PLATFORM = "discord"
HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where attachments are fetched from; nothing else is."""

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_THREADS = (discord.ChannelType.public_thread, discord.ChannelType.private_thread, discord.ChannelType.news_thread)
log = structlog.get_logger()


class DiscordInbound:
    """Keeps what people do, acknowledges it, hands it on, and brings the bytes of attachments."""

    def __init__(
        self, client: discord.Client, store: Store, intake: Intake, originals: Originals, own_host: str | None
    ) -> None:
        """``own_host``: where attachments of another server than Discord's own lie."""
        self._client = client
        self._store = store
        self._intake = intake
        self._originals = originals
        self._hosts = HOSTS | ({own_host} if own_host else set())

    async def recover(self) -> None:
        """Hand on what an earlier process kept but did not handle."""
        for row in await self._store.waiting_rows(PLATFORM):
            self._intake.take(_EVENT.validate_json(row.payload))

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """The bytes of an attachment (``core.ports.Fetcher``)."""
        url = URL(file.ref)
        if url.host not in self._hosts:
            raise BadInput("file-gone")
        try:
            async with aiohttp.ClientSession() as http, http.get(url, allow_redirects=False) as answer:
                if answer.status >= 500:
                    raise Unavailable("service-down")
                if answer.status != 200:
                    raise BadInput("file-gone")
                data = await answer.content.read(limit + 1)
                while len(data) <= limit and (more := await answer.content.read(limit + 1 - len(data))):
                    data += more
        except aiohttp.ClientError as error:
            raise Unavailable("service-down") from error
        if len(data) > limit:
            raise BadInput("file-too-large", limit_mb=limit // 1024**2)
        return data

    # --- messages and reactions --------------------------------------------------------------------------------------

    async def on_message(self, message: discord.Message) -> None:
        """A message in a channel; without the message content intent only what is meant for the bot has words."""
        me = self._client.user
        if (
            message.author.bot
            or me is None
            or message.type not in (discord.MessageType.default, discord.MessageType.reply)
        ):
            return
        replied = message.reference.resolved if message.reference else None
        replied = replied if isinstance(replied, discord.Message) else None
        ours = replied is not None and replied.author.id == me.id
        mentioned = me in message.mentions
        own_thread = isinstance(message.channel, discord.Thread) and message.channel.owner_id == me.id
        place = _place(message.channel, message.guild)
        await self._take(
            Message(
                inbox=(f"{PLATFORM}:{message.id}",),
                id=str(message.id),
                place=place,
                author=user_of(message.author, _language(message.guild)),
                text=_without(message.content, me.id),
                files=tuple(_files(message.attachments)),
                reply_to=str(message.reference.message_id)
                if message.reference and message.reference.message_id
                else None,
                replied_files=tuple(_files(replied.attachments)) if replied and not ours else (),
                addressed=place.private or mentioned or ours or own_thread,
            )
        )

    async def on_reaction(self, event: discord.RawReactionActionEvent) -> None:
        """A reaction was added or taken back; on removal no member is told, the id is enough."""
        me = self._client.user
        if me is None or event.user_id == me.id:
            return
        added = event.event_type == "REACTION_ADD"
        emoji = _emoji(event.emoji)
        # Two events of one person and emoji differ by the second in which they happen; a repeated delivery of one does not.
        stamp = discord.utils.time_snowflake(discord.utils.utcnow()) >> 22
        await self._take(
            Reaction(
                inbox=(f"{PLATFORM}:reaction:{event.message_id}:{event.user_id}:{emoji}:{added}:{stamp}",),
                place=self._place_by_id(event.channel_id, event.guild_id),
                user=User(platform=PLATFORM, id=str(event.user_id)),
                message=str(event.message_id),
                added=(emoji,) if added else (),
                removed=() if added else (emoji,),
            )
        )

    async def on_reactions_cleared(
        self, channel: int, guild: int | None, message: int, emoji: discord.PartialEmoji | None
    ) -> None:
        """A moderator took every reaction (or every one of an emoji) away."""
        place = self._place_by_id(channel, guild)
        await self._store.clear_ratings(place, str(message), _emoji(emoji) if emoji else None)

    # --- interactions ------------------------------------------------------------------------------------------------

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A slash command, a menu, a button, a form, or a value being typed."""
        data: Mapping[str, Any] = interaction.data or {}
        if interaction.type is discord.InteractionType.autocomplete:
            await self._complete(interaction, data)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._form(interaction, data)
        elif interaction.type is discord.InteractionType.component:
            await self._press(interaction, data)
        elif data.get("type") == discord.AppCommandType.message.value:
            await self._menu(interaction, data)
        elif interaction.type is discord.InteractionType.application_command:
            await self._slash(interaction, data)

    async def _slash(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        options = {option["name"]: option["value"] for option in data.get("options", ())}
        attachments = data.get("resolved", {}).get("attachments", {})
        files = {name: _file(attachments[str(options.pop(name))]) for name in ("photo", "mask") if name in options}
        takes = next((name for name in ("idea", "change", "how", "choice") if name in options), None)
        words = str(options.pop(takes)) if takes else ""
        await self._ask(
            interaction,
            command=data["name"],
            text=words,
            options={
                name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in options.items()
            },
            files=tuple(files[name] for name in ("photo",) if name in files),
            mask=files.get("mask"),
        )

    async def _menu(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        """What was chosen in a message's menu: a form to say what shall change, a variation, or buttons to rate."""
        target = data["resolved"]["messages"][str(data["target_id"])]
        kind, language = menu_of(data["name"]), _tag(interaction)
        if kind == "menu-edit":
            await interaction.response.send_modal(_edit_form(int(target["id"]), language))
        elif kind == "menu-vary":
            await self._ask(interaction, command="vary", text="", **self._of_message(target))
        else:
            view = discord.ui.View(timeout=None)
            for emoji in "👍👎":
                view.add_item(discord.ui.Button(emoji=emoji, custom_id=f"react:{target['id']}:{emoji}"))
            view.stop()
            await interaction.response.send_message(texts.say("ask-rating", language), view=view, ephemeral=True)

    async def _form(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        """The form of an edit was sent: ``edit-form:<message>``."""
        target = str(data["custom_id"]).partition(":")[2]
        words = "".join(
            str(field.get("value", "")) for row in data["components"] for field in row.get("components", ())
        )
        details: dict[str, Any] = {"reply_to": target}
        if not await self._store.shown_in(_place_of(interaction), target):
            details["replied_files"] = tuple(await self._message_files(interaction.channel_id, int(target)))
        await self._ask(interaction, command="edit", text=words, **details)

    async def _message_files(self, channel: int | None, message: int) -> Iterable[FileRef]:
        """The pictures of a person's message that a form was opened on."""
        try:
            found = await self._client.get_partial_messageable(channel or 0).fetch_message(message)
        except discord.HTTPException:
            return ()
        return _files(found.attachments)

    async def _press(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        """A button, or a choice of a menu whose values are actions."""
        message = interaction.message
        action = str((data.get("values") or [data["custom_id"]])[0])
        if message is None:
            return
        if action.startswith("react:"):
            await self._rate(interaction, action)
        elif action.startswith("edit:"):
            # The form is the answer to the press; what is written in it comes as an interaction of its own.
            await interaction.response.send_modal(_edit_form(message.id, _tag(interaction)))
        else:
            address = Interaction(interaction.id, interaction.token, guest=True) if _is_guest(interaction) else None
            event = Press(
                inbox=(f"{PLATFORM}:{interaction.id}",),
                place=_place_of(interaction),
                user=_person(interaction),
                message=str(message.id),
                action=action,
                answer_to=str(address) if address else None,
            )
            fresh = await self._keep(event)
            await interaction.response.defer()
            if fresh:
                self._intake.take(event)

    async def _rate(self, interaction: discord.Interaction, action: str) -> None:
        _, message, emoji = action.split(":", 2)
        event = Reaction(
            inbox=(f"{PLATFORM}:{interaction.id}",),
            place=_place_of(interaction),
            user=_person(interaction),
            message=message,
            added=(emoji,),
        )
        await self._take(event)
        await interaction.response.edit_message(content=texts.say("rated-thanks", _tag(interaction)), view=None)

    async def _complete(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        focused = next((option for option in data.get("options", ()) if option.get("focused")), None)
        found = completions(data["name"], focused["name"], str(focused["value"]), _tag(interaction)) if focused else []
        await interaction.response.autocomplete(
            [discord.app_commands.Choice(name=name, value=value) for name, value in found]
        )

    async def _ask(self, interaction: discord.Interaction, *, command: str, text: str, **details: Any) -> None:
        """Keep a command, acknowledge it (within three seconds), hand it on."""
        address = Interaction(interaction.id, interaction.token, _is_guest(interaction))
        event = Message(
            inbox=(f"{PLATFORM}:{interaction.id}",),
            id=str(address),
            place=_place_of(interaction),
            author=_person(interaction),
            text=text,
            command=command,
            **details,
        )
        fresh = await self._keep(event)
        await interaction.response.defer(thinking=True)
        self._originals.deferred(interaction.id)
        if fresh:
            self._intake.take(event)

    def _of_message(self, target: Mapping[str, Any]) -> dict[str, Any]:
        """What a menu's message brings along: the bot's own is known by its id, another's by its files."""
        me = self._client.user
        if me and int(target["author"]["id"]) == me.id:
            return {"reply_to": str(target["id"])}
        return {
            "replied_files": tuple(_file(attachment) for attachment in target["attachments"] if _is_picture(attachment))
        }

    async def _take(self, event: Message | Reaction) -> None:
        if await self._keep(event):
            self._intake.take(event)

    async def _keep(self, event: Event) -> bool:
        user = event.author if isinstance(event, Message) else event.user
        return await self._store.take_in(
            InboxRow(id=event.inbox[0], platform=PLATFORM, user=user.key, payload=event.model_dump_json())
        )

    def _place_by_id(self, channel: int, guild: int | None) -> Place:
        found = self._client.get_channel(channel)
        thread = str(channel) if isinstance(found, discord.Thread) else ""
        return Place(platform=PLATFORM, chat=str(channel), thread=thread, private=guild is None)


def user_of(user: discord.User | discord.Member, language: str, *, administrator: bool | None = None) -> User:
    """A person."""
    return User(
        platform=PLATFORM, id=str(user.id), name=user.display_name, language=language, administrator=administrator
    )


def _person(interaction: discord.Interaction) -> User:
    rights = interaction.permissions if interaction.guild_id else None
    return user_of(interaction.user, interaction.locale.value, administrator=rights.manage_guild if rights else None)


def _tag(interaction: discord.Interaction) -> str:
    return texts.language_of(interaction.locale.value)


def _language(guild: discord.Guild | None) -> str:
    """A message does not tell its author's language; the server's is the next best."""
    return guild.preferred_locale.value if guild else ""


def _place(channel: Any, guild: Any) -> Place:
    thread = str(channel.id) if getattr(channel, "type", None) in _THREADS else ""
    return Place(platform=PLATFORM, chat=str(channel.id), thread=thread, private=guild is None)


def _place_of(interaction: discord.Interaction) -> Place:
    thread = str(interaction.channel_id) if getattr(interaction.channel, "type", None) in _THREADS else ""
    return Place(
        platform=PLATFORM, chat=str(interaction.channel_id), thread=thread, private=interaction.guild_id is None
    )


def _is_guest(interaction: discord.Interaction) -> bool:
    """Whether the bot is here only because a person brought it along: then it cannot post by itself."""
    return (
        interaction.is_user_integration()
        and not interaction.is_guild_integration()
        and not (interaction.context.dm_channel)
    )


def _edit_form(message: int, language: str) -> discord.ui.Modal:
    form = discord.ui.Modal(title=texts.say("form-edit", language), custom_id=f"edit-form:{message}", timeout=900)
    form.add_item(
        discord.ui.TextInput(
            label=texts.say("option-change", language)[:45],
            custom_id="change",
            style=discord.TextStyle.paragraph,
            max_length=2000,
        )
    )
    return form


def _is_picture(attachment: Mapping[str, Any]) -> bool:
    return str(attachment.get("content_type", "")).startswith("image/")


def _file(attachment: Mapping[str, Any]) -> FileRef:
    return FileRef(
        platform=PLATFORM,
        ref=attachment["url"],
        name=attachment.get("filename", ""),
        mime=attachment.get("content_type") or "",
        size=attachment.get("size", 0),
    )


def _files(attachments: Iterable[discord.Attachment]) -> list[FileRef]:
    return [
        _file(attachment.to_dict())
        for attachment in attachments
        if (attachment.content_type or "").startswith("image/")
    ]


def _emoji(emoji: discord.PartialEmoji) -> str:
    """A sign, or the name of a server's own emoji."""
    return emoji.name if emoji.is_custom_emoji() else str(emoji)


def _without(text: str, bot: int) -> str:
    return text.replace(f"<@{bot}>", "").replace(f"<@!{bot}>", "").strip()
