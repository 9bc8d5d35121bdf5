"""``/edit``: change a picture, all of it or only the part that a mask names."""

from __future__ import annotations

import time

from core import prompts, texts
from core.brief import Brief
from core.conversation.commands import NUMBER, QUALITY, SIZE, STYLE, Command, Option
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.forms import of_words
from core.conversation.moment import Moment
from core.conversation.questions import PATIENCE
from core.errors import BadInput
from core.features.steps.changing import asked_beside, change_checked
from core.features.steps.checking import CHECK
from core.features.steps.painting import SAYS, Painted, draft_piece, paint_all, redo
from core.features.steps.tasting import liked
from core.features.steps.toolbox import (
    Context,
    Toolbox,
    beside_check,
    drawing_from,
    gather,
    keep_picture,
    language_for,
    number_of,
)
from core.graphemes import is_blank
from core.jobs import Estimator, Job, Recipe
from core.pictures import expanding, masks, scribbles
from core.pictures import files as pictures
from core.pictures.expanding import SIDES
from core.pictures.work import in_thread
from core.ports import Drawing
from core.rows import REGION_VERBS, row
from core.types import Button, Form, Pending, Picture, Piece, PieceKind, Reply, Request, Status, Value

REMOVE = Option("remove", "flag", aliases=("去除", "移除"))
EXPAND = Option(
    "expand",
    "choice",
    SIDES,
    aliases=("扩展", "扩图"),
    values={"左": "left", "右": "right", "上": "up", "下": "down", "四周": "all", "top": "up", "bottom": "down"},
)
COMMAND = Command(
    "edit",
    "change",
    (STYLE, SIZE, QUALITY, NUMBER, REMOVE, EXPAND, CHECK),
    ("photo", "mask"),
    paid=True,
    asks=True,
    aliases=("修改", "编辑"),
    wordless=("remove", "expand"),
    references=3,
)


_OWN_OPTIONS = ("region", "invert", "painted", "as-is", "feather", "marks", "frame")
"""What no person chose: the region agreed to, whether it is inverted, the painted copy of the photo, whether what looks like paint is none.

``feather``: over how many pixels inside the region the change fades in. ``marks``: what was drawn over the picture to say what is meant.
``frame``: how much room is added beside it; its region is that room, with what of the picture changes too.
"""

_LATELY = 6
"""Newest pieces of a session among which the photo is looked for that somebody painted over."""


class Part(Value):
    """What of which picture is to change. ``region`` is the media id of the region; ``None``: all of it. ``share`` is its part of the picture.

    ``painted``: somebody painted on it, and nobody knows what is beneath. ``ground``: the first of them with room around it, where the canvas grows.
    ``marks``: the media id of marks over it.
    """

    sources: tuple[Piece, ...]
    region: str | None = None
    share: float = 1
    certain: bool = True
    painted: bool = False
    ground: Picture | None = None
    marks: str | None = None

    @property
    def drawn_on(self) -> tuple[Piece, ...]:
        """The sources as they are sent."""
        first, *others = self.sources
        if self.ground:
            first = first.model_copy(update={"picture": self.ground, "own": None, "parameters": {}})
        return (first, *others)


async def edit(job: Job, tools: Toolbox) -> None:
    """Change a picture. Steps: context, check beside region, then preview, or picture-1…n beside questions.

    A region that had to be interpreted is shown first and ends the job, and so is a photo with paint on it asked about: nothing is spent before.
    """
    request = job.request
    context = await job.step("context", gather, tools, request)
    part = await beside_check(job, tools, context, lambda _: job.step("region", understand, tools, request, context))
    if not part.certain and part.region:
        await _ask_about_region(job, tools, part)
        return
    if part.painted:
        await _ask_for_the_photo(job, part.sources[0])
        return
    language, style = language_for(request, request.words), request.options.get("style")
    masked, several = part.region is not None, len(part.sources) > 1
    prompt = prompts.edited(_change(request, language), style, language, masked=masked, several=several)
    if part.marks:
        prompt = prompts.marked(prompt, language, apart=tools.painter.takes_markup())
    brief = Brief(kind="edit", language=language, words=request.words)
    drawings = [drawing_from(tools, request, prompt, slot, brief) for slot in range(1, number_of(request) + 1)]
    parent, caption = part.sources[0], _caption(request)

    async def paint(drawing: Drawing) -> Painted:
        draft = draft_piece(request, prompt, caption=caption, parent=parent.id)
        others = tuple(source.id for source in part.sources) if len(part.sources) > 1 else ()
        draft = draft.model_copy(update={"sources": others, "region": part.region or part.marks})
        name, sources = f"picture-{drawing.slot}", part.drawn_on
        if part.marks:  # they say more than the words by which it would be looked at
            return await job.step(
                name, redo, tools, request, drawing, draft, sources, part.region, job.show, part.marks
            )
        return await change_checked(job, tools, name, drawing, draft, sources, asked, part.region)

    job.show(Status(phase="drawing"))
    hints = await liked(tools, request, *part.sources[:1])
    async with asked_beside(job, tools) as asked:
        await paint_all(job, tools, drawings, paint, mentions=part.sources, hints=hints)


def _change(request: Request, language: str) -> str:
    """What the model is told to change."""
    if _grows(request):
        return prompts.continued(request.words, language)
    return prompts.removed(request.words, language) if "remove" in request.options else request.words


def _grows(request: Request) -> bool:
    """Whether the canvas becomes larger: to a side that was named, or as a frame was drawn."""
    return "expand" in request.options or "frame" in request.options


def _caption(request: Request) -> str:
    """What stands under the changed picture: what was wished for, also without words."""
    done = "expand" if _grows(request) else "remove" if "remove" in request.options else ""
    return request.words or (texts.say(f"caption-{done}", request.language) if done else "")


async def understand(tools: Toolbox, request: Request, context: Context) -> Part:
    """Find out which picture is meant and which part of it. A free step. Raises ``BadInput`` for masks that cannot be used."""
    photos, sources = context.photos, context.sources
    if not (photos or sources):
        raise BadInput("no-picture")
    if told := await _told_already(tools, request, photos or sources):
        return told
    base = (*photos, *sources)
    if context.mask:
        part = await _masked(tools, request, base[0], context.mask.media)
        return part.model_copy(update={"sources": photos or sources})
    if "painted" in request.options:
        copy = await tools.store.piece(request.options["painted"])
        if copy is None or copy.piece.picture is None:
            raise BadInput("piece-gone")
        return await _masked(tools, request, base[0], copy.piece.picture.media)
    if len(photos) == 1 and sources and photos[0].picture:
        found = await _if_mask(tools, request, sources[0], photos[0])
        return found or Part(sources=photos)
    if len(photos) == 2:
        found = await _if_mask(tools, request, photos[0], photos[1])
        return found or Part(sources=photos)
    if "remove" in request.options and is_blank(request.words):
        raise BadInput("remove-what")
    return await _alone(tools, request, photos or sources)


async def _told_already(tools: Toolbox, request: Request, sources: tuple[Piece, ...]) -> Part | None:
    """What a request says by itself, without anything that has to be understood: marks, a larger canvas, a region that was agreed to."""
    if "marks" in request.options:
        return Part(sources=sources, marks=request.options["marks"])
    if _grows(request):
        return await _larger(tools, request, sources)
    return await _agreed_region(tools, request, sources) if "region" in request.options else None


async def _larger(tools: Toolbox, request: Request, sources: tuple[Piece, ...]) -> Part:
    """The picture on a larger canvas, of which what is new is to change. A frame came with its region."""
    picture, frame = sources[0].picture, request.options.get("frame")
    assert picture
    wanted = expanding.read_room(frame) if frame else request.options["expand"]
    data, region = await in_thread(expanding.expanded, await tools.media.read(picture.media), wanted)
    part = (
        await _agreed_region(tools, request, sources)
        if frame
        else await _kept(tools, request, sources[0], region, certain=True)
    )
    return part.model_copy(update={"sources": sources, "ground": await keep_picture(tools, request, data)})


async def _alone(tools: Toolbox, request: Request, sources: tuple[Piece, ...]) -> Part:
    """All of a picture that came alone, unless it is a photo that somebody painted on: then what they painted over, if we know the photo."""
    photo = sources[0]
    if len(sources) > 1 or photo.kind is not PieceKind.PHOTO or photo.picture is None or "as-is" in request.options:
        return Part(sources=sources)
    data = await tools.media.read(photo.picture.media)
    for kept in await tools.store.pieces(request.session, _LATELY):
        one = kept.piece
        if one.picture and masks.same_shape(_size(photo.picture), _size(one.picture)):
            known = await tools.media.read(one.picture.media)
            if region := await in_thread(masks.painted_over, known, data):
                return await _kept(tools, request, one, region, certain=False)
    return Part(sources=sources, painted=await in_thread(_looks_painted, data))


def _size(picture: Picture) -> tuple[int, int]:
    return picture.width, picture.height


def _looks_painted(data: bytes) -> bool:
    return scribbles.looks_painted(pictures.opaque(pictures.load(data)))


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
        part = await _kept(tools, request, sources[0], masks.inverted(region), certain=False)
        return part.model_copy(update={"sources": sources})
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
    options = _chosen(request)
    picture = await keep_picture(tools, request, data)
    return Piece(
        kind=PieceKind.REGION,
        picture=picture.model_copy(update={"spoiler": photo.picture.spoiler}),
        request=request.words,
        parent=photo.id,
        sources=tuple(source.id for source in part.sources[1:]),
        region=part.region,
        parameters={"options": options},
    )


def _chosen(request: Request) -> dict[str, str]:
    """The options that the person chose."""
    return {name: value for name, value in request.options.items() if name not in _OWN_OPTIONS}


async def _ask_for_the_photo(job: Job, photo: Piece) -> None:
    """Ask for the photo without the paint: it is the copy that shows what is to change, and would be changed with the scribble in it."""
    request, language = job.request, job.private_language
    pending = Pending(
        person=request.author.key,
        wants="photo",
        command=COMMAND.name,
        words=request.words,
        options={**_chosen(request), "painted": photo.id},
        expires=time.time() + PATIENCE,
    )
    cancel = Button(action="cancel:", label=texts.say("button-cancel", language))
    buttons = (*row(("edit-as-is",), photo.id, language), cancel)
    text = texts.say("ask-without-paint", language)
    reply = Reply(text=text, mentions=(photo,), buttons=buttons, private=True)
    await job.say("painted", reply, pending=pending)


async def edit_as_is(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """What looks like paint belongs to the photo. Raises ``BadInput`` where nobody knows any more what was to change."""
    piece, asked = pressed.piece, here.pending
    current = asked if asked and asked.options.get("painted") == piece.id else None
    words = current.words if current else piece.request
    if not words:
        raise BadInput("question-gone")
    options = {name: value for name, value in (current.options if current else {}).items() if name not in _OWN_OPTIONS}
    request = hands.desk.request(here, COMMAND.name, words, options={**options, "as-is": "true"}, sources=(piece.id,))
    await hands.desk.accept(here, request)


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
    request = hands.desk.request(
        here, "edit", piece.request, options=options, sources=(str(piece.parent), *piece.sources)
    )
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
        "edit-as-is": Verb(edit_as_is, frozenset({PieceKind.PHOTO}), asked=True, slow=True),
        "region-use": Verb(use_region, _REGIONS, asked=True, slow=True),
        "region-invert": Verb(use_region, _REGIONS, asked=True, slow=True),
        "region-cancel": Verb(leave_region, _REGIONS, asked=True),
    },
    says=(
        *SAYS,
        "caption-remove",
        "caption-expand",
        "region-understood",
        "cancelled-question",
        "ask-which",
        "ask-without-paint",
        "button-cancel",
    ),
)
