"""``/style``: styles of people's own, from words or from a picture, for wherever a style is chosen."""

from __future__ import annotations

import re

from pydantic import BaseModel, Field

from core import texts
from core.conversation import own_styles
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.conversation.own_styles import ABOUT, WORDS, words_of
from core.errors import BadInput, Unavailable
from core.features.steps.toolbox import PREVIEW_EDGE, Context, Toolbox, check, gather, language_for, passed_over
from core.jobs import LOOK, Estimator, Job, Paid, Recipe
from core.jobs.budget import PROMPT
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.prompts.styles import MANNER_OF, style_words
from core.rows import row
from core.types import KeptPiece, Message, Named, Piece, PieceKind, Reply, Request, Spend, Status
from core.types.sessions import own_key

KEEP = "style-keep"
_KEEPS = frozenset({"keep", "save", "add", "保留", "留作", "保存", "记住"})
_DROPS = frozenset({"drop", "remove", "forget", "delete", "删除", "去掉", "忘掉"})
_NAMED = re.compile(r"[\"“”'‘](?P<quoted>[^\"“”'’\n]{1,40})[\"“”'’]|(?P<before>[^:：\n]{1,40})[:：]|(?P<word>\S{1,40})")
"""A name in quotation marks, one before a colon, or the first word."""

_LINE = 80
"""Signs of a style's words, in the list."""

_PICTURES = frozenset({PieceKind.PICTURE, PieceKind.PHOTO})


class Manner(BaseModel):
    """What the helper sees of a picture."""

    words: str = Field(description="How the picture is made, in one phrase.")


class Told(Paid):
    """The text that tells of a style."""

    piece: Piece


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
            words = texts.shortened(words_of(kept.piece), _LINE)
            lines.append(texts.say("styles-line", language, name=one.name, words=words))
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
    await hands.store.delete_piece(named.piece)
    await hands.desk.answer(here, Reply(text=texts.say("style-dropped", here.language, name=named.name)))


async def drop_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Forget the one under which the button is."""
    named = next((one for one in here.session.styles if one.piece == pressed.piece.id), None)
    if named is None:
        raise BadInput("style-unknown", name=pressed.piece.caption)
    await _dropped(hands, here, named)


async def _keep(hands: Hands, here: Moment, said: str) -> None:
    """Keep one by its words, or as the picture that came along or is replied to. In a room's session it is the room's, and for who runs it."""
    found = _NAMED.match(said)
    if found is None:
        raise BadInput("style-usage")
    name = (found["quoted"] or found["before"] or found["word"]).strip()
    words = said[found.end() :].strip(" :：,，")
    own_styles.check_new(here.session, name)
    if len(words) > WORDS:
        raise BadInput("style-long", limit=WORDS, length=len(words))
    if here.shared:
        await hands.desk.rights.check_runs(here)
    message = here.event
    assert isinstance(message, Message)
    details: dict[str, object] = {"options": {"name": name}}
    if not words:
        shown = await _shown(hands, here, message)
        details |= {"sources": (shown.piece.id,)} if shown else {}
        details |= {"files": message.files[:1], "replied_files": message.replied_files[:1]}
        if not (shown or message.files or message.replied_files):
            raise BadInput("style-what", name=name)
    if not here.shared:  # it is this person's, wherever they are
        details["session"] = own_key(here.user.platform, here.user.id)
    await hands.desk.accept(here, hands.desk.request(here, KEEP, words, **details))


async def _shown(hands: Hands, here: Moment, message: Message) -> KeptPiece | None:
    """The picture of the message that is replied to. Raises ``NotAllowed`` where it is somebody else's alone."""
    if message.files or not message.reply_to:
        return None
    for name in await hands.store.shown_in(message.place, message.reply_to):
        kept = await hands.store.piece(name)
        if kept and kept.piece.kind in _PICTURES:
            await hands.desk.rights.check_use(here, kept)
            return kept
    return None


async def keep(job: Job, tools: Toolbox) -> None:
    """Keep a style. Steps: context, check, style."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    await job.step(LOOK, check, tools, request, context)
    job.show(Status(phase="thinking"))
    piece = (await job.step("style", told_of, tools, request, context)).piece
    name = request.options["name"]
    text = texts.say("style-kept", job.language, name=name, words=words_of(piece))
    buttons = row(("style-drop",), piece.id, job.language)
    reply = Reply(text=text, pieces=(piece,), buttons=buttons, quotes=(piece.id,))
    await job.say("style", reply, style=Named(name=name, piece=piece.id))


async def told_of(tools: Toolbox, request: Request, context: Context) -> Told:
    """The text that tells of a style: its person's words, or what the helper sees. Raises ``BadInput("style-unseen")`` where that is nothing."""
    words, spends = request.words, tuple[Spend, ...]()
    if not words:
        source = (*context.photos, *context.sources)[0]
        assert source.picture
        small = await in_thread(pictures.thumbnail, await tools.media.read(source.picture.media), PREVIEW_EDGE)
        language = language_for(request, request.options["name"])
        try:
            seen, spend = await tools.writer.extract(
                MANNER_OF[language],
                "…",
                Manner,
                name="manner",
                person=tools.pseudonym(request.author),
                pictures=(small,),
            )
            words, spends = " ".join(seen.words.strip(" …。.").split())[:WORDS], (spend,)
        except Unavailable as error:
            passed_over(error, tools)
        options = dict(source.parameters.get("options", {}))
        words = words or style_words(
            options.get("style"), language
        )  # of ours it is known, at least, what was asked for
        if not words:
            raise BadInput("style-unseen")
    name = request.options["name"]
    about = {"command": KEEP, ABOUT: {"name": name, "words": words}}
    return Told(
        piece=Piece(kind=PieceKind.TEXT, words=words, caption=name, parameters=about, spends=spends), spends=spends
    )


def costs(estimator: Estimator, request: Request) -> list[float]:
    """Looking at a picture, if there is one."""
    return [] if request.words else [estimator.helper(0, PROMPT)]


FEATURE = Feature(
    Command("style", "keep-or-drop", aliases=("风格", "我的风格")),
    about="styles of your own, in all your chats: `/style keep NAME` with words or in reply to a picture, `/style drop NAME`; used as `--style NAME`",
    answer=style,
    recipes={KEEP: Recipe(keep, costs)},
    verbs={"style-drop": Verb(drop_it, frozenset({PieceKind.TEXT}), whose="owner")},
    says=("styles-title", "styles-none", "styles-line", "styles-how", "style-kept", "style-dropped"),
)
