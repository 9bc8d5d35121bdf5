"""``/edit``: change a picture, all of it or only the part that a mask names."""

from __future__ import annotations

from core import prompts, texts
from core.conversation.commands import NUMBER, QUALITY, SIZE, STYLE, Command
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.forms import of_words
from core.conversation.moment import Moment
from core.errors import BadInput
from core.features.steps.painting import SAYS, Painted, draft_piece, paint_all, redo
from core.features.steps.toolbox import Context, Toolbox, beside_check, drawing_from, gather, keep_picture, number_of
from core.jobs import Estimator, Job, Recipe
from core.pictures import masks
from core.pictures.work import in_thread
from core.ports import Drawing
from core.rows import REGION_VERBS, row
from core.types import Form, Piece, PieceKind, Reply, Request, Status, Value

COMMAND = Command(
    "edit",
    "change",
    (STYLE, SIZE, QUALITY, NUMBER),
    ("photo", "mask"),
    paid=True,
    asks=True,
    aliases=("修改", "编辑"),
)


class Part(Value):
    """What of which picture is to change. ``region`` is the media id of the region; ``None``: all of it. ``share`` is its part of the picture."""

    sources: tuple[Piece, ...]
    region: str | None = None
    share: float = 1
    certain: bool = True


async def edit(job: Job, tools: Toolbox) -> None:
    """Change a picture. Steps: context, check beside region, then preview, or picture-1…n.

    A region that had to be interpreted is shown first and ends the job: nothing is spent before the person agrees.
    """
    request = job.request
    context = await job.step("context", gather, tools, request)
    part = await beside_check(job, tools, context, lambda _: job.step("region", understand, tools, request, context))
    if not part.certain and part.region:
        await _ask_about_region(job, tools, part)
        return
    prompt = prompts.styled(request.words, request.options.get("style"), request.language)
    drawings = [drawing_from(tools, request, prompt, slot) for slot in range(1, number_of(request) + 1)]
    parent = part.sources[0]

    async def paint(drawing: Drawing) -> Painted:
        draft = draft_piece(request, prompt, caption=request.words, parent=parent.id)
        others = tuple(source.id for source in part.sources) if len(part.sources) > 1 else ()
        draft = draft.model_copy(update={"sources": others, "region": part.region})
        return await job.step(
            f"picture-{drawing.slot}", redo, tools, request, drawing, draft, part.sources, part.region, job.show
        )

    job.show(Status(phase="drawing"))
    await paint_all(job, tools, drawings, paint, mentions=part.sources)


async def understand(tools: Toolbox, request: Request, context: Context) -> Part:
    """Find out which picture is meant and which part of it. A free step. Raises ``BadInput`` for masks that cannot be used."""
    photos, sources = context.photos, context.sources
    if not (photos or sources):
        raise BadInput("no-picture")
    if "region" in request.options:
        return await _agreed_region(tools, request, sources)
    if context.mask:
        base = (*photos, *sources)
        return await _masked(tools, request, base[0], context.mask.media)
    if len(photos) == 1 and sources and photos[0].picture:
        found = await _if_mask(tools, request, sources[0], photos[0])
        return found or Part(sources=photos)
    if len(photos) == 2:
        found = await _if_mask(tools, request, photos[0], photos[1])
        return found or Part(sources=photos)
    return Part(sources=photos or sources)


async def _if_mask(tools: Toolbox, request: Request, photo: Piece, other: Piece) -> Part | None:
    """Read the other picture as a mask of the photo; ``None`` where it plainly is none."""
    assert other.picture
    try:
        return await _masked(tools, request, photo, other.picture.media)
    except BadInput as error:
        if error.code != "mask-unclear":
            raise
        return None


async def _masked(tools: Toolbox, request: Request, photo: Piece, mask: str) -> Part:
    assert photo.picture
    data, drawn = await tools.media.read(photo.picture.media), await tools.media.read(mask)
    region = await in_thread(masks.understand, data, drawn)
    return await _kept(tools, request, photo, region, certain=region.certain)


async def _agreed_region(tools: Toolbox, request: Request, sources: tuple[Piece, ...]) -> Part:
    """The region that was shown and agreed to, or its inverse, which is shown again."""
    region = await in_thread(masks.decode_region, await tools.media.read(request.options["region"]))
    if "invert" in request.options:
        return await _kept(tools, request, sources[0], masks.inverted(region), certain=False)
    return Part(sources=sources, region=request.options["region"], share=region.share)


async def _kept(tools: Toolbox, request: Request, photo: Piece, region: masks.Region, *, certain: bool) -> Part:
    data = await in_thread(masks.encode_region, region)
    media = await tools.media.put(data, "image/png", owner=request.author.key)
    return Part(sources=(photo,), region=media, share=region.share, certain=certain)


async def _ask_about_region(job: Job, tools: Toolbox, part: Part) -> None:
    """Show the region that was understood, tinted over the photo, with Use · Invert · Cancel."""
    piece = await job.step("preview", tint, tools, job.request, part)
    percent = texts.percent(part.share, job.language)
    await job.say(
        "region",
        Reply(
            text=texts.say("region-understood", job.language, share=percent),
            pieces=(piece,),
            mentions=part.sources,
            buttons=row(REGION_VERBS, piece.id, job.language),
        ),
    )


async def tint(tools: Toolbox, request: Request, part: Part) -> Piece:
    """The preview piece; it carries what is needed to go on when a person agrees, also after a restart."""
    photo = part.sources[0]
    assert photo.picture and part.region
    region = await in_thread(masks.decode_region, await tools.media.read(part.region))
    data = await in_thread(masks.tint, await tools.media.read(photo.picture.media), region)
    options = {name: value for name, value in request.options.items() if name not in ("region", "invert")}
    return Piece(
        kind=PieceKind.REGION,
        picture=await keep_picture(tools, request, data),
        request=request.words,
        parent=photo.id,
        region=part.region,
        parameters={"options": options},
    )


async def form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """What shall change; a photo that came with words already says so."""
    piece = pressed.piece
    return of_words(COMMAND, here.language, piece.request if piece.kind is PieceKind.PHOTO else "")


async def edit_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Change it as the form says. Where there was none it is asked, unless a photo came with words that say so."""
    piece = pressed.piece
    words = pressed.values.get("change") or (piece.request if piece.kind is PieceKind.PHOTO else "")
    await hands.questions.start(here, COMMAND, words, sources=(piece.id,))


async def use_region(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Use the region that was shown, or see its inverse first."""
    piece = pressed.piece
    options = {**dict(piece.parameters.get("options", {})), "region": str(piece.region)}
    if pressed.verb == "region-invert":
        options["invert"] = "true"
    request = hands.desk.request(here, "edit", piece.request, options=options, sources=(str(piece.parent),))
    await hands.desk.accept(here, request)


async def leave_region(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Change nothing."""
    await hands.desk.answer(here, Reply(text=texts.say("cancelled-question", here.language)))


_REGIONS = frozenset({PieceKind.REGION})
FEATURE = Feature(
    COMMAND,
    about="a photo you send or reply to (else your last picture) is changed, with a [mask](#masks) only there",
    recipes={"edit": Recipe(edit, Estimator.changed_pictures, version=2)},
    verbs={
        "edit": Verb(edit_it, frozenset({PieceKind.PICTURE, PieceKind.PHOTO}), whose="owner", form=form, in_chat=True),
        "region-use": Verb(use_region, _REGIONS, asked=True, slow=True),
        "region-invert": Verb(use_region, _REGIONS, asked=True, slow=True),
        "region-cancel": Verb(leave_region, _REGIONS, asked=True),
    },
    says=(*SAYS, "region-understood", "cancelled-question", "ask-which", "button-cancel"),
)
