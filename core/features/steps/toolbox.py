"""What recipes work with, and the steps that several of them share."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from core import file_formats
from core.brief import Brief
from core.conversation.feature import Work
from core.conversation.limits import FILE_LIMIT
from core.documents import formats, names
from core.documents.formats import Family
from core.errors import BadInput, FabulaError, Unavailable
from core.jobs import LOOK, Job
from core.pictures import files as pictures
from core.pictures import kinds
from core.pictures.work import in_thread
from core.ports import Drawing, Fetcher, Media, Moderator, Painter, Polls, Show, Slowly, Store, Writer
from core.recipes.shelf import Shelf
from core.settings import Settings
from core.thrift import Service
from core.types import Document, FileRef, Picture, Piece, PieceKind, Progress, Request, Spend, User, Value

PREVIEW_EDGE = 512
"""Pixels of the long edge of what the moderator looks at: enough to see, cheap to send."""

T = TypeVar("T")


@dataclass(frozen=True)
class Toolbox:
    """The services and stores a recipe may use.

    ``rooms``: bytes of the largest file that every place of a platform takes; none where there is no limit, or larger ones are handed out by a link.
    ``works``: the kinds of work that plain words may ask for, by name, as they are now.
    ``dice``: what lots are drawn with for what somebody left open.
    ``polls``: by platform, its own polls.
    ``shelf``: the recipes that there are. ``slowly``: the services, by what they are to us, as those that may take a day.
    """

    writer: Writer
    painter: Painter
    moderator: Moderator
    media: Media
    store: Store
    fetchers: Mapping[str, Fetcher]
    settings: Settings
    secret: bytes
    rooms: Mapping[str, int] = field(default_factory=dict)
    works: Callable[[], Mapping[str, Work]] = dict
    dice: Random = field(default_factory=Random)
    shelf: Shelf | None = None
    slowly: Mapping[Service, Slowly] = field(default_factory=dict)
    polls: Mapping[str, Polls] = field(default_factory=dict)

    def pseudonym(self, user: User) -> str:
        """What stands for a person toward a service."""
        return pseudonym(self.secret, user)


def pseudonym(secret: bytes, user: User) -> str:
    """What stands for a person toward a service, in 64 signs (OpenAI: at most 128).

    Keyed with the installation's secret: whoever knows somebody's number cannot find out which hash is theirs.
    """
    return hmac.new(secret, f"person {user.key}".encode(), hashlib.sha256).hexdigest()


class Context(Value):
    """What a request brings along, read once: the pieces it builds on, the photos that were sent with it, a mask."""

    sources: tuple[Piece, ...] = ()
    photos: tuple[Piece, ...] = ()
    mask: Picture | None = None


async def gather(tools: Toolbox, request: Request) -> Context:
    """Look up what is meant and fetch what was sent. A free step. Raises ``BadInput`` for a file that is no sound picture."""
    kept = [await tools.store.piece(piece) for piece in request.sources]
    if None in kept:
        raise BadInput("piece-gone")
    replied = () if kept else request.replied_files
    files = (*request.files, *replied, *((request.mask,) if request.mask else ()))
    fetched = await asyncio.gather(*(_fetch(tools, request, file) for file in files))
    mask = fetched.pop() if request.mask else None
    photos = [Piece(kind=PieceKind.PHOTO, picture=picture, request=request.words) for picture in fetched]
    own = len(request.files)
    sources = tuple(piece.piece for piece in kept if piece) or tuple(photos[own:])
    return Context(sources=sources, photos=tuple(photos[:own]), mask=mask)


async def check(tools: Toolbox, request: Request, context: Context) -> bool:
    """Let the moderator look at the words and pictures before anything is drawn or shown, and at a text that is drawn or gone on with.

    Raises ``Refused``.
    """
    looks = []
    for piece in (*context.photos, *context.sources):
        if piece.picture and piece.kind is PieceKind.PHOTO:
            data = await tools.media.read(piece.picture.media)
            looks.append(await in_thread(pictures.thumbnail, data, PREVIEW_EDGE))
    told = (piece.words for piece in context.sources if piece.kind is PieceKind.TEXT)
    words = "\n\n".join(filter(None, (request.words, request.quote, *told)))
    if words or looks:
        await tools.moderator.check(words, looks)
    return True


async def beside_check(job: Job, tools: Toolbox, context: Context, work: Callable[[Show], Awaitable[T]]) -> T:
    """Do what may already begin while the moderator looks. What it shows is held back until the request has passed; a refusal stops it at once.

    Saves a round trip to a model. Nothing may be drawn by it, and nothing said. Raises ``Refused`` rather than what went wrong with the work.
    """
    curtain = _Curtain(job.show)

    async def behind() -> T:
        await asyncio.sleep(0)  # the moderator's request goes out first: it is what is waited for
        return await work(curtain.show)

    working = asyncio.ensure_future(behind())
    try:
        await job.step(LOOK, check, tools, job.request, context)
        curtain.open()
        return await working
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)  # what else went wrong is no longer of interest


class _Curtain:
    """Holds progress back; opened, it shows the newest and then all that comes."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._closed = True
        self._newest: Progress | None = None

    def show(self, progress: Progress) -> None:
        """Show it, now or when the curtain opens."""
        if self._closed:
            self._newest = progress
        else:
            self._show(progress)

    def open(self) -> None:
        """Show what is behind."""
        self._closed = False
        if self._newest:
            self._show(self._newest)


async def keep_picture(tools: Toolbox, request: Request, data: bytes) -> Picture:
    """Keep a picture's bytes for the person who asked. One after the other: two threads at once take twice as long (7.0 against 3.9 ms)."""
    info = await in_thread(pictures.inspect, data)
    media = await tools.media.put(data, info.mime, owner=request.author.key)
    return Picture(media=media, width=info.width, height=info.height, mime=info.mime)


async def all_that_succeed(steps: Iterable[Awaitable[T]]) -> tuple[list[T], list[FabulaError]]:
    """Wait for steps that run together: the results, and the errors of those that failed. Raises the first error where all failed."""
    results = await asyncio.gather(*steps, return_exceptions=True)
    done: list[T] = []
    failed: list[FabulaError] = []
    for result in results:
        if isinstance(result, FabulaError):
            failed.append(result)
        elif isinstance(result, BaseException):
            raise result
        else:
            done.append(result)
    if not done and failed:
        raise failed[0]
    return done, failed


def drawing_from(tools: Toolbox, request: Request, prompt: str, slot: int, brief: Brief | None = None) -> Drawing:
    """One picture as this request wants it; ``brief`` are the facts of which the prompt was made."""
    options = request.options
    return Drawing(
        prompt=prompt,
        size=options.get("size", "square"),
        quality=options.get("quality", tools.settings.quality),
        **file_formats.of_drawing(request.command, options),
        compression=int(options["compression"]) if "compression" in options else None,
        transparent="transparent" in options,
        moderation=request.moderation,
        person=tools.pseudonym(request.author),
        slot=slot,
        brief=brief,
    )


def characters_of(request: Request) -> dict[str, object]:
    """What a piece keeps of the characters that it was asked for with, so that it can be asked for again."""
    named = [{"name": one.name, "piece": one.piece} for one in request.characters]
    return {"characters": named} if named else {}


def passed_over(error: Unavailable, tools: Toolbox) -> tuple[Spend, ...]:
    """What was spent on an answer of the helper that nothing could be made of, where one can go on without it. Raises any other error again."""
    if error.code != "answer-unreadable":
        raise error
    return (Spend(model=tools.settings.helper_model, usd=None),)


def number_of(request: Request, default: int = 1) -> int:
    """How many pictures the request wants."""
    return int(request.options.get("n", default))


async def _fetch(tools: Toolbox, request: Request, file: FileRef) -> Picture:
    """Fetch one file, unless it is kept already; of its bytes is kept what makes the picture."""
    if file.kept:
        return file.kept
    if file.size > FILE_LIMIT:
        raise BadInput("file-too-large", limit_mb=FILE_LIMIT // 1024**2)
    if file.refusal:
        raise file.refusal.error()
    data = await tools.fetchers[file.platform].fetch(file, FILE_LIMIT)
    try:
        kept, info = await in_thread(_sound, data)
    except BadInput as error:
        raise kinds.with_kind(error, data, file.name) from None
    media = await tools.media.put(kept, info.mime, owner=request.author.key)
    return Picture(media=media, width=info.width, height=info.height, mime=info.mime, spoiler=file.spoiler)


async def fetch_documents(tools: Toolbox, request: Request, families: Sequence[Family]) -> tuple[Document, ...]:
    """Fetch and keep the files of a request that are no pictures, as they come and onto the disk. For free steps.

    Each is told by its first bytes and its name. Raises ``BadInput``: ``not-a-<family>``, ``file-too-large``, ``file-gone``.
    """
    return tuple([await _fetch_document(tools, request, file, families) for file in request.documents])


async def _fetch_document(tools: Toolbox, request: Request, file: FileRef, families: Sequence[Family]) -> Document:
    if file.size > FILE_LIMIT:
        raise BadInput("file-too-large", limit_mb=FILE_LIMIT // 1024**2)
    if file.refusal:
        raise formats.refused(families[0])
    async with aclosing(tools.fetchers[file.platform].stream(file, FILE_LIMIT)) as chunks:
        head = b""
        async for chunk in chunks:
            head += chunk
            if len(head) >= formats.HEAD:
                break
        found = formats.format_of(head, file.name)
        if found is None or formats.FAMILY_OF[found] not in families:
            raise formats.refused(families[0])
        mime, name = formats.MIME[found], f"{names.stem(file.name.rpartition('.')[0] or file.name, found)}.{found}"
        kept = await tools.media.take(_after(head, chunks), mime, owner=request.author.key, home=request.place.home)
    return Document(media=kept.media, name=name, mime=mime, size=kept.size, sha=kept.sha)


async def _after(head: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in chunks:
        yield chunk


def _sound(data: bytes) -> tuple[bytes, pictures.PictureInfo]:
    """What is kept of a file. It is decoded once: damage inside shows only then."""
    kept = pictures.without_traces(data)
    info = pictures.inspect(kept)
    pictures.load(kept)
    return kept, info


def language_for(request: Request, *texts_to_read: str) -> str:
    """The language to write in: as asked for, else that of the first text with letters in it, else the person's."""
    if "lang" in request.options:
        return request.options["lang"]
    for text in texts_to_read:
        letters = [sign for sign in text if sign.isalpha()]
        if letters:
            return "zh" if sum(map(_is_han, letters)) * 3 > len(letters) and not any(map(_is_kana, text)) else "en"
    return request.language


def own_language(request: Request, *texts_to_read: str) -> bool | None:
    """Whether to write in the language of the first text with letters in it, whichever that is: ``True`` unless it is Chinese, or one was asked for.

    A model sees better than any rule whether words are French or German. ``None`` where it does not hold, as in a ``Brief``.
    """
    told = any(sign.isalpha() for text in texts_to_read for sign in text)
    return (told and "lang" not in request.options and language_for(request, *texts_to_read) != "zh") or None


def is_chinese(text: str) -> bool:
    """Whether a text holds Chinese characters."""
    return any(map(_is_han, text))


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _is_kana(sign: str) -> bool:
    """Japanese, which is written with Chinese characters too, but never without these for long."""
    return "\u3041" <= sign <= "\u30fa"
