"""From a request's body to a message's content: what Discord checks about texts, embeds, components and files.

Limits: Discord's documentation, "Message Resource", read 2026-11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from standins.discord.components import check_components
from standins.discord.errors import EMPTY_MESSAGE, EXPLICIT_CONTENT, TOO_LARGE, Form
from standins.discord.polling import new_poll
from standins.discord.references import references
from standins.discord.state import Attachment, Channel, Content, Json, MessageFlag
from standins.discord.world import REQUEST_BYTES, World, inlined

MOST_TEXT = 2000
MOST_EMBEDS = 10
MOST_EMBED_TEXT = 6000
MOST_FILES = 10
MOST_MENTIONS = 100

_SETTABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request: the n of its field `files[n]`, its name and its bytes."""

    index: int
    filename: str
    data: bytes


@dataclass(frozen=True)
class Body:
    """A request's body as a message reads it."""

    values: Mapping[str, object]
    uploads: Sequence[Upload] = ()


def new_content(
    world: World, channel: Channel, body: Body, *, ephemeral: bool = False, replied_to: int | None = None
) -> Content:
    """A new message's content. Raises `Refused`: 50035, 50006 (empty), 40005 (a file is too large).

    `replied_to` is the author of the message that is answered, whom the answer mentions unless it says otherwise.
    """
    content = _merged(world, channel, body, Content(), ephemeral)
    if content.is_empty:
        raise EMPTY_MESSAGE
    mentions = _mentions(world, body, content.text)
    if replied_to is not None and _pings_author(body):
        mentions = tuple(dict.fromkeys((*mentions, replied_to)))
    return replace(content, mentions=mentions)


def edited_content(world: World, channel: Channel, body: Body, old: Content, *, ephemeral: bool = False) -> Content:
    """A message's content after an edit: what the body does not name stays. Raises `Refused` like `new_content`."""
    content = _merged(world, channel, body, old, ephemeral)
    if content.is_empty:
        raise EMPTY_MESSAGE
    return replace(content, mentions=_mentions(world, body, content.text) if "content" in body.values else old.mentions)


def _merged(world: World, channel: Channel, body: Body, old: Content, ephemeral: bool) -> Content:
    form, values = Form(), body.values
    flags = _flags(form, values, old.flags)
    layout = MessageFlag.COMPONENTS_V2 in flags
    text = form.length("content", values["content"], MOST_TEXT) if "content" in values else old.text
    embeds = tuple(check_embeds(form, values["embeds"])) if "embeds" in values else old.embeds
    components = old.components
    if "components" in values:
        # a list of anything may come in; the checker says what is wrong with its members
        given = values["components"] or []
        components = check_components(form, given if isinstance(given, list) else [{}], layout=layout)
    poll = old.poll or new_poll(form, values.get("poll"), world.clock.now())
    if layout and (text or embeds or poll):
        told = "Content and embeds cannot be used with the flag IS_COMPONENTS_V2."
        form.wrong("flags", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", told)
    listed = _listed(form, values)
    kept = _kept(listed, old.attachments)
    if len(kept) + len(body.uploads) > MOST_FILES:
        form.wrong("attachments", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_FILES} or fewer in length.")
    form.finish()
    if body.uploads and channel.finds_explicit:
        raise EXPLICIT_CONTENT
    files = (*kept, *_new_files(world, channel, body.uploads, listed or {}, ephemeral))
    content = Content(text, embeds, components, files, flags, poll=poll)
    used = frozenset(references([*embeds, *components]))
    for name in sorted(used - {file.filename for file in files}):
        told = f"The referenced attachment {name} was not found."
        form.wrong("components" if layout else "embeds", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", told)
    form.finish()
    # a message with a layout lists no attachments: what no component shows is not seen at all
    return inlined(content, frozenset(file.filename for file in files) if layout else used)


def _flags(form: Form, values: Mapping[str, object], old: MessageFlag) -> MessageFlag:
    wanted = values.get("flags")
    if wanted is None:
        return old & ~MessageFlag.LOADING
    if not isinstance(wanted, int):
        form.wrong("flags", "NUMBER_TYPE_COERCE", f'Value "{wanted}" is not int.')
        return old
    kept = old & (MessageFlag.EPHEMERAL | MessageFlag.COMPONENTS_V2)
    return kept | (MessageFlag(wanted & 0xFFFFFF) & _SETTABLE)


def check_embeds(form: Form, embeds: object) -> list[Json]:
    """Check embeds: ten at most, each part within its length, 6000 characters in all."""
    given = form.count("embeds", embeds, MOST_EMBEDS)
    total = 0
    for index, embed in enumerate(given):
        path = f"embeds.{index}"
        parts = [
            form.length(f"{path}.title", embed.get("title"), 256),
            form.length(f"{path}.description", embed.get("description"), 4096),
            form.length(f"{path}.footer.text", (embed.get("footer") or {}).get("text"), 2048),
            form.length(f"{path}.author.name", (embed.get("author") or {}).get("name"), 256),
        ]
        for number, field in enumerate(form.count(f"{path}.fields", embed.get("fields"), 25)):
            parts.append(form.length(f"{path}.fields.{number}.name", field.get("name"), 256, 1))
            parts.append(form.length(f"{path}.fields.{number}.value", field.get("value"), 1024, 1))
        total += sum(len(part) for part in parts)
    if total > MOST_EMBED_TEXT:
        told = f"Embed size exceeds maximum size of {MOST_EMBED_TEXT}"
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", told)
    return given


def _listed(form: Form, values: Mapping[str, object]) -> dict[str, Json] | None:
    """The body's list of attachments by their ids, or by the n of `files[n]` for new ones; nothing if there is none."""
    if "attachments" not in values:
        return None
    given = form.count("attachments", values["attachments"], MOST_FILES)
    for index, one in enumerate(given):
        form.length(f"attachments.{index}.description", one.get("description"), 1024)
    return {str(one.get("id")): one for one in given}


def _kept(listed: dict[str, Json] | None, old: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The old files that stay: all, or those that the list of attachments names."""
    if listed is None:
        return old
    kept = [one for one in old if str(one.id) in listed]
    return tuple(replace(one, description=listed[str(one.id)].get("description", one.description)) for one in kept)


def _new_files(
    world: World, channel: Channel, uploads: Sequence[Upload], listed: dict[str, Json], ephemeral: bool
) -> list[Attachment]:
    """Keep what was uploaded. Raises `Refused` (40005) where it is too large."""
    sizes, limit = [len(upload.data) for upload in uploads], world.file_limit(channel)
    if max(sizes, default=0) > limit or sum(sizes) > max(REQUEST_BYTES, limit):
        raise TOO_LARGE
    made = []
    for upload in uploads:
        about = listed.get(str(upload.index), {})
        name, words = about.get("filename") or upload.filename, about.get("description")
        made.append(world.attach(channel, name, upload.data, description=words, ephemeral=ephemeral))
    return made


def _mentions(world: World, body: Body, text: str) -> tuple[int, ...]:
    """Whom a text mentions, as far as `allowed_mentions` lets it."""
    found, allowed = world.mentioned(text), body.values.get("allowed_mentions")
    if not isinstance(allowed, dict) or "users" in (allowed.get("parse") or []):
        return found
    return tuple(number for number in found if str(number) in map(str, allowed.get("users") or []))


def _pings_author(body: Body) -> bool:
    allowed = body.values.get("allowed_mentions")
    return bool(allowed.get("replied_user")) if isinstance(allowed, dict) else True
