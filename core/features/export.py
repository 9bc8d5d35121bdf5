"""``/export``: a story with its pictures, as a file to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core import texts
from core.conversation.commands import Command, Option, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.documents import book, called, names, story_pdf
from core.documents.formats import MIME
from core.documents.picture_book import book_of
from core.errors import BadInput, NotAllowed
from core.features.steps.toolbox import Context, Toolbox, gather, is_chinese
from core.jobs import Job, Recipe, nothing
from core.ports import KeptBytes
from core.types import Document, KeptPiece, Message, Piece, PieceKind, Reply, Request, Status, Value

FORMAT = Option(
    "format",
    "choice",
    ("zip", "markdown", "pdf"),
    aliases=("格式",),
    values={"md": "markdown", "text": "markdown", "文字": "markdown", "压缩包": "zip"},
)

LOOKED_THROUGH = 50
"""How many of the last pieces are looked through for a story."""

MOST_PARTS = 20
"""Of a story that went on and on; of a longer one the last."""

MOST_PICTURES = 60
MOST_BYTES = 400_000_000
"""Of the pictures in one file (our own rule: seven full stories)."""

_STORIES = frozenset({"story", "continue", "recipe", "book"})


class Made(Value):
    """Files to hand over, how many pictures are in them, and how many could not be."""

    pieces: tuple[Piece, ...]
    pictures: int = 0
    left_out: int = 0


async def export(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """The story that is replied to, by itself or by one of its pictures, else the last one told here."""
    story = await replied_story(hands, here) or await _newest(hands, here)
    if story is None:
        return await hands.desk.answer(
            here, Reply(text=texts.say("export-nothing", here.private_language), private=True)
        )
    return await _begin(hands, here, story, parsed.options)


async def save(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The story under which the button is."""
    assert pressed.kept
    await _begin(hands, here, pressed.kept, {})


async def _begin(hands: Hands, here: Moment, story: KeptPiece, options: Mapping[str, str]) -> None:
    """Note all that the file will repeat, as far as this person may use it, and have it put together. A book notes its pages itself."""
    if book_of(story.piece) and options.get("format") != "markdown":
        chosen = {"format": options.get("format", "zip")}
        request = hands.desk.request(here, "bind", options=chosen, sources=(story.piece.id,))
        await hands.desk.accept(here, request)
        return
    chain = [story]
    while len(chain) < MOST_PARTS and not book_of(chain[0].piece) and (before := await _parent(hands, chain[0])):
        chain.insert(0, before)
    sources: list[str] = []
    for part in chain:
        drawn = await hands.store.pictures_of(part.piece.id)
        sources += [part.piece.id, *[one.piece.id for one in drawn if await _may_use(hands, here, one)]]
    await hands.desk.accept(here, hands.desk.request(here, "export", options=dict(options), sources=tuple(sources)))


async def replied_story(hands: Hands, here: Moment) -> KeptPiece | None:
    """The story of the message that is replied to. Raises ``NotAllowed`` where it is somebody else's alone."""
    message = here.event
    if not isinstance(message, Message) or message.reply_to is None:
        return None
    for piece in await hands.store.shown_in(message.place, message.reply_to):
        kept = await hands.store.piece(piece)
        while kept and kept.piece.kind is not PieceKind.TEXT:
            kept = await hands.store.piece(kept.piece.parent) if kept.piece.parent else None
        if kept:
            await hands.desk.rights.check_use(here, kept)
            return kept
    return None


async def _newest(hands: Hands, here: Moment) -> KeptPiece | None:
    pieces = await hands.store.pieces(here.session.key, LOOKED_THROUGH)
    return next((kept for kept in pieces if _is_story(kept.piece)), None)


async def _parent(hands: Hands, kept: KeptPiece) -> KeptPiece | None:
    """The story that this one goes on with."""
    before = await hands.store.piece(kept.piece.parent) if kept.piece.parent else None
    return before if before and before.piece.kind is PieceKind.TEXT else None


async def _may_use(hands: Hands, here: Moment, kept: KeptPiece) -> bool:
    try:
        await hands.desk.rights.check_use(here, kept)
    except NotAllowed:
        return False
    return True


def _is_story(piece: Piece) -> bool:
    return piece.kind is PieceKind.TEXT and piece.parameters.get("command") in _STORIES


async def put_together(job: Job, tools: Toolbox) -> None:
    """Make the file and hand it over. Steps: context, file."""
    context = await job.step("context", gather, tools, job.request)
    job.show(Status(phase="thinking"))
    made = await job.step("file", make, tools, job.request, context)
    told = tuple(piece for piece in context.sources if piece.kind is PieceKind.TEXT)
    is_pdf = job.request.options.get("format") == "pdf"
    lines = [texts.say("export-pdf", job.language) if is_pdf else _done(made, job.language)]
    if made.left_out:
        lines.append(texts.say("export-partly", job.language, count=made.left_out))
    quotes = tuple(piece.id for piece in context.sources)
    await job.say("file", Reply(text="\n".join(lines), pieces=made.pieces, mentions=told[-1:], quotes=quotes))


def _done(made: Made, language: str) -> str:
    if len(made.pieces) > 1:
        return texts.say("export-parts", language, count=made.pictures, parts=len(made.pieces))
    if made.pictures > 1:
        return texts.say("export-pictures", language, count=made.pictures)
    return texts.say("export-picture" if made.pictures else "export-words", language)


async def make(tools: Toolbox, request: Request, context: Context) -> Made:
    """The Markdown alone, a PDF, or archives with the pictures. A free step."""
    with_pictures = request.options.get("format") != "markdown"
    chapters, left_out = await _chapters(tools, context.sources if with_pictures else _texts(context.sources))
    plates = [plate for chapter in chapters for plate in chapter.plates]
    words, name = book.markdown(chapters), names.stem(_title(context.sources), "story")
    if request.options.get("format") == "pdf":
        data = await story_pdf.pdf(chapters, _title(context.sources), _language(context.sources))
        kept = await tools.media.write(lambda file: file.write(data), MIME["pdf"], **_whose(request))
        made = _piece(request, context, f"{name}.pdf", MIME["pdf"], kept)
        return Made(pieces=(made,), pictures=len(plates), left_out=left_out)
    if not plates:
        kept = await tools.media.write(lambda file: file.write(words.encode()), "text/markdown", **_whose(request))
        return Made(pieces=(_piece(request, context, f"{name}.md", "text/markdown", kept),), left_out=left_out)
    volumes = book.volumes(plates, len(words.encode()), tools.rooms.get(request.place.platform, 0))
    pieces = []
    for number, volume in enumerate(volumes, 1):
        shown = f"{name}-{number}-of-{len(volumes)}.zip" if len(volumes) > 1 else f"{name}.zip"
        said = words if number == 1 else ""
        kept = await tools.media.write(
            lambda file, said=said, volume=volume: book.archive(file, name, said, volume),  # type: ignore[misc]
            "application/zip",
            **_whose(request),
        )
        pieces.append(_piece(request, context, shown, "application/zip", kept))
    return Made(pieces=tuple(pieces), pictures=len(plates), left_out=left_out)


async def _chapters(tools: Toolbox, sources: Sequence[Piece]) -> tuple[list[book.Chapter], int]:
    """Each text with its pictures, as far as they are still there and there is room for them; how many are left out."""
    chapters: list[book.Chapter] = []
    count = size = left_out = 0
    for piece in sources:
        if piece.picture is None:
            chapters.append(book.Chapter(piece.words))
            continue
        try:
            found = await tools.media.describe(piece.picture.media)
        except BadInput:
            left_out += 1
            continue
        if count == MOST_PICTURES or size + found.size > MOST_BYTES:
            left_out += 1
            continue
        count, size = count + 1, size + found.size
        plate = book.Plate(f"{count:02}.{called.ending(found.mime)}", piece.caption, found.path, found.size)
        chapters[-1] = book.Chapter(chapters[-1].words, (*chapters[-1].plates, plate))
    return chapters, left_out


def _texts(pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.kind is PieceKind.TEXT]


def _title(sources: Sequence[Piece]) -> str:
    """What the story is called; one without a title by what was asked for."""
    first = _texts(sources)[0]
    return book.title_of(first.words) or first.request or first.caption


def _language(sources: Sequence[Piece]) -> str:
    """The language of the story: how its page is set."""
    return "zh" if is_chinese(_texts(sources)[0].words) else "en"


def _piece(request: Request, context: Context, name: str, mime: str, kept: KeptBytes) -> Piece:
    return Piece(
        kind=PieceKind.DOCUMENT,
        caption=name,
        document=Document(media=kept.media, name=name, mime=mime, size=kept.size, sha=kept.sha),
        request=request.words,
        parent=_texts(context.sources)[-1].id,
        sources=tuple(piece.id for piece in context.sources),
    )


def _whose(request: Request) -> dict[str, str]:
    return {"owner": request.author.key, "home": request.place.home}


FEATURE = Feature(
    Command("export", options=(FORMAT,), aliases=("导出",)),
    about="the story you reply to, or your last one, with its pictures as a file to keep",
    answer=export,
    recipes={"export": Recipe(put_together, nothing, looks=False)},
    verbs={"export": Verb(save, frozenset({PieceKind.TEXT}), whose="user", slow=True, tells=0.5)},
    says=(
        "export-nothing",
        "export-words",
        "export-pdf",
        "export-picture",
        "export-pictures",
        "export-parts",
        "export-partly",
    ),
)
