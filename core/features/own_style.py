"""``/style``: styles of people's own, from words or from pictures, for wherever a style is chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, Field

from core import texts
from core.conversation import own_styles
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.conversation.own_styles import ABOUT, MOST_PICTURES, WORDS, pictures_of, words_of
from core.errors import BadInput, NotAllowed, Unavailable
from core.features.steps.toolbox import (
    PREVIEW_EDGE,
    Context,
    Toolbox,
    check,
    gather,
    keep_picture,
    language_for,
    passed_over,
)
from core.jobs import LOOK, Estimator, Job, Paid, Recipe
from core.jobs.budget import PROMPT, SEEN_LETTERS
from core.pictures import files as pictures
from core.pictures import kinds
from core.pictures.work import in_thread
from core.ports import Change
from core.prompts.styles import MANNER_OF, MANNER_OF_SEVERAL, style_words
from core.rows import row
from core.types import KeptPiece, Message, Named, Piece, PieceKind, Reply, Request, Spend, Status, Value
from core.types.sessions import own_key

KEEP = "style-keep"
LENT = "lent"
"""The option of a request whose picture is somebody else's."""

_KEEPS = frozenset({"keep", "save", "add", "保留", "留作", "保存", "记住"})
_DROPS = frozenset({"drop", "remove", "forget", "delete", "删除", "去掉", "忘掉"})
_NAMED = re.compile(r"[\"“”'‘](?P<quoted>[^\"“”'’\n]{1,40})[\"“”'’]|(?P<before>[^:：\n]{1,40})[:：]|(?P<word>\S{1,40})")
"""A name in quotation marks, one before a colon, or the first word."""

_LINE = 80
"""Signs of a style's words, in the list."""

_PICTURES = frozenset({PieceKind.PICTURE, PieceKind.PHOTO})


class Manner(BaseModel):
    """What the helper sees of pictures."""

    words: str = Field(description="How it is made, in one phrase.")


class Told(Paid):
    """The text that tells of a style, and the copies of the pictures that show it."""

    piece: Piece
    pictures: tuple[Piece, ...] = ()


class Before(Value):
    """The text of the style that had the name before, if one had."""

    piece: str = ""


async def style(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """Keep one, drop one, or list those that there are."""
    verb, _, rest = parsed.words.partition(" ")
    if verb.casefold() in _KEEPS:
        await _keep(hands, here, rest.strip())
    elif verb.casefold() in _DROPS:
        await _drop(hands, here, rest.strip(" \"“”'‘’"))
    elif parsed.words:
        raise BadInput("style-usage")
    else:
        await _list(hands, here)


async def _list(hands: Hands, here: Moment) -> None:
    language, lines, told = here.private_language, [], []
    for one in here.session.styles:
        if kept := await hands.store.piece(one.piece):
            told.append(kept.piece)
            words, count = texts.shortened(words_of(kept.piece), _LINE), len(pictures_of(kept.piece))
            line = texts.say("styles-line", language, name=one.name, words=words)
            lines.append(texts.say("styles-line-pictures", language, line=line, count=count) if count else line)
    title = texts.say("styles-title" if told else "styles-none", language)
    how = [texts.say("styles-how", language)] if told else []
    ids = tuple(piece.id for piece in told)
    reply = Reply(text="\n".join([title, *lines, *how]), mentions=tuple(told), quotes=ids, private=True)
    await hands.desk.answer(here, reply)


async def _drop(hands: Hands, here: Moment, name: str) -> None:
    """Forget one, by its maker or who runs the room. Raises ``BadInput("style-unknown")``."""
    if not name:
        raise BadInput("style-usage")
    named = here.session.style(name)
    kept = await hands.store.piece(named.piece) if named else None
    if named is None or kept is None:
        raise BadInput("style-unknown", name=name[:40])
    await hands.desk.rights.check_owner(here, kept.author)
    await _dropped(hands, here, named)


async def _dropped(hands: Hands, here: Moment, named: Named) -> None:
    said = Reply(text=texts.say("style-dropped", here.language, name=named.name))
    await hands.desk.answer(here, said, change=Change(deleted=(named.piece,)))


async def drop_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Forget the one under which the button is."""
    named = next((one for one in here.session.styles if one.piece == pressed.piece.id), None)
    if named is None:
        raise BadInput("style-unknown", name=pressed.piece.caption)
    await _dropped(hands, here, named)


async def _keep(hands: Hands, here: Moment, said: str) -> None:
    """Keep one by its words, and by the pictures that came along or are replied to. In a room's session it is the room's, and for who runs it."""
    message = here.event
    assert isinstance(message, Message)
    shown = await _shown(hands, here, message)
    replied = () if message.files or shown else message.replied_files
    count = len(shown) + len(message.files) + len(replied)
    if message.replied_unusable and not count:
        raise kinds.unusable(message.replied_unusable[0])
    name, words = _named(said, has_pictures=count > 0)
    own_styles.check_new(here.session, name)
    if len(words) > WORDS:
        raise BadInput("style-long", limit=WORDS, length=len(words))
    if here.shared:
        await hands.desk.rights.check_runs(here)
        await _check_replaces(hands, here, name)
    if not (words or count):
        raise BadInput("style-what", name=name)
    if count > MOST_PICTURES:
        raise BadInput("style-many", limit=MOST_PICTURES, count=count)
    lent = any(kept.author != here.user.key for kept in shown)
    details: dict[str, object] = {
        "options": {"name": name, **({LENT: "true"} if lent else {})},
        "sources": tuple(kept.piece.id for kept in shown),
        "files": message.files,
        "replied_files": replied,
    }
    if not here.shared:  # it is this person's, wherever they are
        details["session"] = own_key(here.user.platform, here.user.id)
    await hands.desk.accept(here, hands.desk.request(here, KEEP, words, **details))


async def _check_replaces(hands: Hands, here: Moment, name: str) -> None:
    """Whether this person may have another in place of the one of that name: where nobody runs a room, only of their own."""
    named = here.session.style(name)
    if named and (kept := await hands.store.piece(named.piece)):
        await hands.desk.rights.check_owner(here, kept.author)


def _named(said: str, *, has_pictures: bool) -> tuple[str, str]:
    """The name and the words of a style. Beside pictures, which tell how it looks, all is the name where nothing sets it apart.

    Raises ``BadInput("style-usage")``.
    """
    found = _NAMED.match(said)
    if found is None:
        raise BadInput("style-usage")
    if has_pictures and found["word"]:
        return said, ""
    name = (found["quoted"] or found["before"] or found["word"]).strip()
    return name, said[found.end() :].strip(" :：,，")


async def _shown(hands: Hands, here: Moment, message: Message) -> list[KeptPiece]:
    """The pictures of the message that is replied to. Raises ``NotAllowed`` where they are somebody else's alone."""
    if message.files or not message.reply_to:
        return []
    every = await hands.store.pieces_of(await hands.store.shown_in(message.place, message.reply_to))
    shown = [kept for kept in every if kept.piece.kind in _PICTURES]
    for kept in shown:
        await hands.desk.rights.check_use(here, kept)
    return shown


async def keep(job: Job, tools: Toolbox) -> None:
    """Keep a style, in place of the one that had its name. Steps: context, check, style, before."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    await job.step(LOOK, check, tools, request, context)
    job.show(Status(phase="thinking"))
    told, name = await job.step("style", told_of, tools, request, context), request.options["name"]
    piece, before = told.piece, await job.step("before", _before, tools, request)
    lines = [texts.say("style-kept", job.language, name=name, words=words_of(piece))]
    if told.pictures:
        lines.append(texts.say("style-kept-pictures", job.language, count=len(told.pictures)))
    elif LENT in request.options:
        lines.append(texts.say("style-kept-lent", job.language))
    buttons = row(("style-drop",), piece.id, job.language)
    reply = Reply(text="\n\n".join(lines), pieces=(piece,), buttons=buttons, quotes=(piece.id,))
    await job.say("style", reply, style=Named(name=name, piece=piece.id), aside=told.pictures)
    if before.piece:
        await tools.store.delete_piece(before.piece)


async def _before(tools: Toolbox, request: Request) -> Before:
    """What goes with the new one: its pictures are kept no longer than it is. A free step.

    Raises ``NotAllowed`` where somebody else in a room that nobody runs was quicker to take the name.
    """
    named = (await tools.store.session(request.session)).style(request.options["name"])
    kept = await tools.store.piece(named.piece) if named else None
    if kept and request.place.peers and kept.author != request.author.key:
        raise NotAllowed("only-author")
    return Before(piece=kept.piece.id if kept else "")


async def told_of(tools: Toolbox, request: Request, context: Context) -> Told:
    """The text that tells of a style, by its person's words or by what the helper sees, with copies of the pictures.

    Raises ``BadInput("style-unseen")`` where nothing is seen. Pictures of somebody else's are looked at and not kept: they are theirs to delete.
    """
    shown = [piece for piece in (*context.photos, *context.sources) if piece.picture]
    datas = [await tools.media.read(piece.picture.media) for piece in shown if piece.picture]
    words, spends = request.words, tuple[Spend, ...]()
    if not words:
        words, spends = await _seen(tools, request, shown, datas)
    about = {"name": request.options["name"], "words": words}
    piece = Piece(kind=PieceKind.TEXT, words=words, caption=request.options["name"], spends=spends)
    copies = () if LENT in request.options else tuple([await _copy(tools, request, piece, data) for data in datas])
    parameters = {"command": KEEP, ABOUT: {**about, "pictures": [one.id for one in copies]} if copies else about}
    return Told(piece=piece.model_copy(update={"parameters": parameters}), pictures=copies, spends=spends)


async def _copy(tools: Toolbox, request: Request, told: Piece, data: bytes) -> Piece:
    """A picture for the style alone, which is never shown and goes with the text that tells of it."""
    picture = await keep_picture(tools, request, data)
    return Piece(kind=PieceKind.SHEET, picture=picture, parent=told.id, parameters={"command": KEEP})


async def _seen(
    tools: Toolbox, request: Request, shown: Sequence[Piece], datas: Sequence[bytes]
) -> tuple[str, tuple[Spend, ...]]:
    """What the helper sees in one look at all pictures: how they are made."""
    language, words, spends = language_for(request, request.options["name"]), "", tuple[Spend, ...]()
    small = [await in_thread(pictures.thumbnail, data, PREVIEW_EDGE) for data in datas]
    asked = (MANNER_OF if len(small) == 1 else MANNER_OF_SEVERAL)[language]
    try:
        seen, spend = await tools.writer.extract(
            asked, "…", Manner, name="manner", person=tools.pseudonym(request.author), pictures=small
        )
        words, spends = " ".join(seen.words.strip(" …。.").split())[:WORDS], (spend,)
    except Unavailable as error:
        passed_over(error, tools)
    asked_for = dict(shown[0].parameters.get("options", {})).get("style")
    words = words or style_words(asked_for, language)  # of ours it is known, at least, what was asked for
    if not words:
        raise BadInput("style-unseen")
    return words, spends


def costs(estimator: Estimator, request: Request) -> list[float]:
    """One look at all pictures, if there are any."""
    shown = len(request.files) + len(request.sources) + len(request.replied_files)
    return [] if request.words else [estimator.helper(SEEN_LETTERS * shown, PROMPT)]


FEATURE = Feature(
    Command("style", "keep-or-drop", aliases=("风格", "我的风格"), references=MOST_PICTURES),
    about="styles of your own, in all your chats: `/style keep NAME` with words or one to five pictures, `/style drop NAME`; used as `--style NAME`",
    answer=style,
    recipes={KEEP: Recipe(keep, costs)},
    verbs={"style-drop": Verb(drop_it, frozenset({PieceKind.TEXT}), whose="owner")},
    says=(
        *("styles-title", "styles-none", "styles-line", "styles-line-pictures", "styles-how", "style-dropped"),
        *("style-kept", "style-kept-pictures", "style-kept-lent"),
    ),
)
