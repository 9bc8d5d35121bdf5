"""The steps that make pictures, shared by every recipe that draws."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from core import texts
from core.brief import Brief
from core.checks import is_checked
from core.documents import vector
from core.errors import BadInput, FabulaError, OperatorFault, StorageFault, Unavailable
from core.features.steps.casting import Troupe, troupe
from core.features.steps.lettering import bare, lettered, with_words_of
from core.features.steps.tasting import DRAWN, of_piece
from core.features.steps.toolbox import Toolbox, all_that_succeed, characters_of, keep_picture, language_for
from core.file_formats import SPECIAL
from core.jobs import OUT_OF_REACH, Job, Paid, until_kept
from core.jobs.budget import sources_of
from core.pictures import canvas as canvases
from core.pictures import masks
from core.pictures.work import in_thread
from core.ports import FITS, Drawing, Fit, Hint, Painting, Show
from core.rows import pictures_row
from core.types import Picture, Piece, PieceKind, Preview, Progress, Reply, Request, Spend, Status, Turn

SAYS = (
    "note-estimate",
    "note-estimate-most",
    "note-some-failed",
    "note-in-order",
    "pick-one",
    "error-spent",
    "error-job",
    *FITS,
)
"""The keys of the sentences that whatever draws may need."""


class Painted(Paid):
    """A picture that was made, and what was fitted to the model on the way. ``like``: the pictures that showed who is in it, of each the first."""

    piece: Piece
    fitted: tuple[Fit, ...] = ()
    like: tuple[Piece, ...] = ()


async def draw(
    tools: Toolbox, request: Request, drawing: Drawing, draft: Piece, show: Show, like: Sequence[Piece] = ()
) -> Painted:
    """Draw from words, and from pictures of the characters and the style that they name. ``draft`` is the piece without what only the painter knows.

    ``like``: further pictures of who is in it, or a sheet. A painter that takes no pictures draws by the description alone; of characters and of a
    style of somebody's own that is told.
    """
    if not (request.characters or request.style_pictures or like):
        painting = await tools.painter.generate(drawing, show)
        return _painted(draft.model_copy(update=await _made(tools, request, painting)), painting)
    cast = await troupe(tools, request, drawing, like=like)
    cast, painting = await _performed(tools, request, cast, _hiding(show) if cast.hidden else show)
    made = await _made(tools, request, painting)
    known = {
        **made,
        "picture": made["picture"].model_copy(update={"spoiler": cast.hidden}),
        "prompt": cast.bare.prompt,
        "parameters": {**draft.parameters, "scene": drawing.prompt},
        "sources": tuple(one.id for one in cast.likenesses if one.kind is PieceKind.SHEET),
    }
    painted = _painted(draft.model_copy(update=known), painting)
    return painted.model_copy(update={"fitted": (*painted.fitted, *cast.unseen), "like": cast.likenesses})


async def _performed(tools: Toolbox, request: Request, cast: Troupe, show: Show) -> tuple[Troupe, Painting]:
    """The picture with its characters, as far as the server takes pictures."""
    if cast.pictures:
        language = language_for(request, cast.bare.prompt)
        brief = Brief(kind="page", language=language, words=cast.bare.prompt)
        asked = cast.asked.model_copy(update={"brief": brief})
        try:
            return cast, await tools.painter.edit(asked, cast.pictures, None, show)
        except OperatorFault as error:
            if error.code != "service-cannot-edit":
                raise
        cast = cast.by_words(request)
    return cast, await tools.painter.generate(cast.bare, show)


async def redo(
    tools: Toolbox,
    request: Request,
    drawing: Drawing,
    draft: Piece,
    sources: Sequence[Piece],
    region: str | None,
    show: Show,
    marks: str | None = None,
) -> Painted:
    """Change pictures by words. ``region`` is the media id of the part to change; everything outside it stays exactly as it was.

    ``marks`` is that of marks drawn over the first picture. Where the painter takes none, a second picture shows them.

    Photo and mask are scaled together and padded to a size the model returns, and the answer is put back in the photo's own dimensions.
    What is made of a spoiler is one, and so are its previews. Of a picture with words over it the one beneath is changed, and gets them again.
    """
    hidden = any(piece.picture.spoiler for piece in sources if piece.picture)
    datas = [await tools.media.read(picture.media) for picture in map(bare, sources) if picture]
    part = await in_thread(masks.decode_region, await tools.media.read(region)) if region else None
    canvas = await in_thread(canvases.canvas_for, datas[0], tools.painter.edit_sizes())
    sent = await asyncio.gather(
        in_thread(canvases.to_canvas, datas[0], canvas),
        *(in_thread(canvases.as_source, data) for data in datas[1:]),
    )
    mask = await in_thread(canvases.mask_to_canvas, part, canvas) if part else None
    own_shape = (part is not None or "size" not in request.options) and drawing.format not in SPECIAL
    asked = drawing.model_copy(update={"size": f"{canvas.width}x{canvas.height}"}) if own_shape else drawing
    if part and not asked.format:  # what is put into the photo is not to be compressed twice
        asked = asked.model_copy(update={"format": "png"})
    over = await in_thread(canvases.marks_to_canvas, await tools.media.read(marks), canvas) if marks else None
    told = {"markup": over} if over and tools.painter.takes_markup() else {}
    if over and not told:
        sent.insert(1, await in_thread(canvases.marked, sent[0], over))
    shows = request.characters or request.style_pictures
    cast = await troupe(tools, request, asked, before=len(sent)) if shows else Troupe(asked, asked)
    hidden = hidden or cast.hidden
    shown = _hiding(show) if hidden else show
    painting = await tools.painter.edit(cast.asked, [*sent, *cast.pictures], mask, shown, **told)
    made = await _made(tools, request, painting)
    if own_shape:
        feather = request.options.get("feather")
        composed = await _compose(datas[0], painting.data, canvas, part, int(feather) if feather else None)
        if composed != painting.data:
            # The model's own file is kept beside ours: it carries its marks of origin.
            made = {"picture": await _keep(tools, request, composed), "own": made["picture"]}
    made = {name: picture.model_copy(update={"spoiler": hidden}) for name, picture in made.items()}
    painted = _painted(with_words_of(draft, sources).model_copy(update={**made, "prompt": cast.bare.prompt}), painting)
    unseen = (*cast.unseen, *((_lost(canvas),) if canvas.coarse else ()))
    return painted.model_copy(update={"fitted": (*painted.fitted, *unseen), "like": cast.likenesses})


def _hiding(show: Show) -> Show:
    """Shows previews as spoilers."""

    def shown(progress: Progress) -> None:
        show(progress.model_copy(update={"spoiler": True}) if isinstance(progress, Preview) else progress)

    return shown


def _lost(canvas: canvases.Canvas) -> Fit:
    """That a picture of this shape lost detail: how large it is, and how large it was drawn."""
    asked, used = ("{}×{}".format(*size) for size in (canvas.photo, canvas.drawn))
    return Fit(code="fitted-detail", asked=asked, used=used)


async def paint_all(
    job: Job,
    tools: Toolbox,
    drawings: Sequence[Drawing],
    paint: Callable[[Drawing], Awaitable[Painted]],
    mentions: tuple[Piece, ...] = (),
    notes: Sequence[str] = (),
    priced: bool = False,
    hints: tuple[Hint, ...] = (),
) -> None:
    """Make several pictures together, telling first what it will cost where that is much, and afterwards what went differently, ``notes`` first.

    ``priced``: what it costs was told already. ``hints``: what making them says of somebody's taste.

    One that fails does not lose the others: they are said, with a sentence about the missing ones.
    """
    if not priced:
        await say_if_dear(job, tools, drawings)
    job.show(Status(phase="drawing", usual=max(tools.painter.usual_seconds(drawing) for drawing in drawings)))
    painted, failed = await all_that_succeed(paint(drawing) for drawing in drawings)
    await _say_pictures(job, tools, painted, failed, mentions, notes, hints)


async def paint_each(
    job: Job,
    tools: Toolbox,
    drawings: Mapping[str, Drawing],
    captions: Mapping[str, str],
    paint: Callable[[tuple[str, Piece | None]], Awaitable[Painted]],
    *,
    at_most: int,
    mentions: tuple[Piece, ...] = (),
    like: Mapping[str, str] | None = None,
) -> None:
    """Make the pictures of one work, by name, so many at once (steps ``picture:<name>``), telling first what it will cost where that is much.

    One that fails leaves its place open: what it would have been, and why it is not there, is told under the others. Raises where all failed.
    ``like``: the names of those that are drawn from another one, with that one's; ``paint`` gets its piece, or ``None`` where it is not there.
    """
    await say_if_dear(job, tools, list(drawings.values()))
    usual = max(tools.painter.usual_seconds(drawing) for drawing in drawings.values())
    job.show(Status(phase="drawing", usual=usual))
    after, done = like or {}, dict[str, Painted | FabulaError]()
    for names in ([one for one in drawings if one not in after], [one for one in drawings if one in after]):
        bases = {one: done.get(after.get(one, "")) for one in names}
        work = [(one, (one, base.piece if isinstance(base, Painted) else None)) for one, base in bases.items()]
        done |= dict(zip(names, await job.each("picture", work, paint, at_most=at_most), strict=True)) if work else {}
    painted, notes = [], []
    for name, result in ((name, done[name]) for name in drawings):
        if isinstance(result, FabulaError):
            reason = texts.say(f"error-{result.code}", job.language, **result.values)
            notes.append(texts.say("recipe-picture-open", job.language, caption=captions[name], reason=reason))
        else:
            painted.append(result)
    if not painted:
        raise next(result for result in done.values() if isinstance(result, FabulaError))
    await _say_pictures(job, tools, painted, (), mentions, notes)


async def say_if_dear(job: Job, tools: Toolbox, drawings: Sequence[Drawing], *, sources: int = 0) -> None:
    """Tell first what pictures will cost where that is much; ``sources``: from how many each is drawn, beside those of characters and style."""
    sources = sources_of(job.request, tools.painter, sources)
    estimates = [tools.painter.estimate(drawing, sources=sources) for drawing in drawings]
    total = sum(estimate for estimate in estimates if estimate is not None)
    if not tools.settings.dear_usd or total < tools.settings.dear_usd:
        return
    told = {"usd": texts.money(total, job.language)}
    if is_checked(job.request.command, job.request.options, tools.settings.checking):
        changed = [tools.painter.estimate(drawing, sources=1) or 0 for drawing in drawings]
        told["ceiling"] = texts.money(2 * total + sum(changed), job.language)
    await job.say(
        "estimate",
        Reply(text=texts.say("note-estimate-most" if "ceiling" in told else "note-estimate", job.language, **told)),
    )


def notes_on(painted: Sequence[Painted], language: str) -> list[str]:
    """What had to be fitted to the model, each once."""
    fits = (fit for result in painted for fit in result.fitted)
    return list(dict.fromkeys(texts.say(fit.code, language, asked=fit.asked, used=fit.used) for fit in fits))


async def _say_pictures(
    job: Job,
    tools: Toolbox,
    painted: Sequence[Painted],
    failed: Sequence[FabulaError],
    mentions: tuple[Piece, ...],
    notes: Sequence[str],
    hints: tuple[Hint, ...] = (),
) -> None:
    pieces = await lettered(job, tools, [result.piece for result in painted])
    language = job.language
    several = len(mentions) > 1  # whoever speaks of "the second one" sees which that was
    told = [*notes, *notes_on(painted, language)]
    if several:
        told.append(texts.say("note-in-order", language, count=len(mentions)))
    if failed:
        reason = texts.say(f"error-{failed[0].code}", language, **failed[0].values)
        asked = len(failed) + len(painted)
        told.append(texts.say("note-some-failed", language, failed=len(failed), asked=asked, reason=reason))
    lead = pieces[0].caption if len(pieces) == 1 else texts.say("pick-one", language)
    await job.say(
        "pictures",
        Reply(
            text="\n\n".join(filter(None, (lead, *told))),
            pieces=tuple(pieces),
            mentions=mentions,
            thumbnails=several,
            buttons=pictures_row(pieces, language),
        ),
        turns=(
            Turn(
                role="fabula",
                text=f"[{'; '.join(piece.caption or piece.prompt for piece in pieces)}]",
                pieces=tuple(piece.id for piece in pieces),
            ),
        ),
        last_picture=pieces[0].id,
        hints=hints,
    )


async def _keep(tools: Toolbox, request: Request, data: bytes) -> Picture:
    """Keep what the service drew, which is paid for by now: a database that is busy is waited for.

    A damaged picture is not the person's fault: raises ``Unavailable("answer-unreadable")``. Where the disk is full, ``StorageFault("disk-full")``.
    """
    try:
        return await until_kept(partial(keep_picture, tools, request, data), only=OUT_OF_REACH)
    except BadInput as error:
        raise Unavailable("answer-unreadable", spent=True) from error
    except StorageFault as fault:
        fault.spent = True
        raise


async def _made(tools: Toolbox, request: Request, painting: Painting) -> dict[str, Picture]:
    """What a piece keeps of what was drawn: its ``picture``, and, where that only shows a drawing made of shapes, the cleaned file as its ``own``."""
    if painting.mime != vector.MIME:
        return {"picture": await _keep(tools, request, painting.data)}
    asked = str(painting.parameters.get("size", ""))
    longest = max((int(side) for side in asked.split("x") if side.isdecimal()), default=1024)
    try:
        clean = await in_thread(vector.cleaned, painting.data)
        shown, (width, height) = await vector.drawn(clean, longest)
    except FabulaError as error:
        raise Unavailable("answer-unreadable", spent=True) from error
    picture = await _keep(tools, request, shown)
    kept = partial(tools.media.put, clean, vector.MIME, owner=request.author.key)
    media = await until_kept(kept, only=OUT_OF_REACH)
    return {"picture": picture, "own": Picture(media=media, width=width, height=height, mime=vector.MIME)}


async def _compose(
    photo: bytes, answer: bytes, canvas: canvases.Canvas, part: masks.Region | None, feather: int | None
) -> bytes:
    """Put the answer into the photo; raises as ``_keep`` does."""
    try:
        return await in_thread(canvases.compose, photo, answer, canvas, part, feather)
    except BadInput as error:
        raise Unavailable("answer-unreadable", spent=True) from error


def _painted(draft: Piece, painting: Painting) -> Painted:
    """The finished piece, with what the painter told of it."""
    spends: tuple[Spend, ...] = (*draft.spends, painting.spend)
    piece = draft.model_copy(
        update={"model": painting.model, "spends": spends, "parameters": {**draft.parameters, **painting.parameters}}
    )
    return Painted(piece=piece, fitted=painting.fitted, spends=(painting.spend,))


def draft_piece(
    request: Request, prompt: str, *, caption: str = "", parent: str | None = None, spends: tuple[Spend, ...] = ()
) -> Piece:
    """A picture piece as far as it is known before it is painted."""
    return Piece(
        kind=PieceKind.PICTURE,
        prompt=prompt,
        caption=caption or prompt,
        request=request.words,
        parent=parent,
        spends=spends,
        parameters={"command": request.command, "options": dict(request.options), **characters_of(request)},
        taste=of_piece(request, DRAWN),
    )
