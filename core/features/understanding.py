"""Plain words: what somebody wants is read first, and what is clear begins; what is not is asked for, and the rest is talk."""

from __future__ import annotations

import asyncio
import time

import structlog

from core import texts
from core.conversation import cast, own_styles
from core.conversation.feature import Asked, Feature, Hands, Pressed, Verb, Work
from core.conversation.moment import Moment
from core.conversation.questions import PATIENCE, preferred, which
from core.conversation.sent import with_last
from core.errors import BadInput, NotAllowed, OperatorFault, Unavailable
from core.features import edit, image, story, talk, vary
from core.features.image import once_more
from core.features.steps.rating import rate
from core.features.steps.reading import LETTERS, TOKENS, Around, Wish, around, is_story, read_wish
from core.features.steps.toolbox import Toolbox, beside_check, gather
from core.jobs import LOOK, Estimator, Job, Recipe
from core.pictures import kinds
from core.ports import Show
from core.rows import shown
from core.types import RATED, Button, Pending, Piece, PieceKind, Reply, Request, SessionUpdate, Status, Turn

READ_WITHIN = 20.0
"""Seconds after which a message that was not read yet is talk: nobody waits longer for an answer to a greeting."""

COMMANDS = {
    "image": image.COMMAND,
    "story": story.COMMAND,
    "edit": edit.COMMAND,
    "vary": vary.COMMAND,
    "revise": story.COMMAND,
    "continue": story.COMMAND,
    "illustrate": story.COMMAND,
    "again": vary.COMMAND,
}
"""Whose options count for what is wanted."""

SHOWN_WORDS = 28
"""Characters of the person's words on a button."""

_CHANGES = frozenset({"edit", "vary", "revise", "continue"})
_OF_STORIES = frozenset({"revise", "continue", "illustrate"})
_PICTURES = frozenset({PieceKind.PICTURE, PieceKind.PHOTO})
log = structlog.get_logger()


async def wish(job: Job, tools: Toolbox) -> None:
    """Read what is wanted, and go on as that. Steps: context, check beside wish.

    The reading runs beside the moderator's look, so plain talk begins one round trip later than a command, and no more: to have the answer written
    beside the reading would pay for an answer to every "draw a cat", and one call for both could not stream before its first field is whole.
    """
    request = job.request
    context = await job.step("context", gather, tools, request)
    job.show(Status(phase="thinking"))

    async def reading(_: Show) -> Wish:
        try:
            async with asyncio.timeout(READ_WITHIN):
                return await job.step("wish", read_wish, tools, request, COMMANDS)
        except (TimeoutError, Unavailable, OperatorFault, BadInput) as error:
            log.info("not understood", job=job.id, code=getattr(error, "code", "timeout"))
            return Wish()

    wished = await beside_check(job, tools, context, reading)
    await _begin(job, tools, wished, await around(tools, request))


async def _begin(job: Job, tools: Toolbox, wished: Wish, here: Around) -> None:
    """Go on as what is wanted, ask, or talk."""
    request, act = job.request, wished.act
    if act in ("talk", "help", "rate"):
        return await job.become(_talk(request, wished, here), keeps=(LOOK,))
    if act in ("image", "story"):
        return await _make(job, tools, wished)
    if act == "work":
        return await _work(job, tools, wished)
    if request.denied:
        raise NotAllowed(request.denied)
    piece = _meant(wished, here)
    if act == "undo":
        return await _go_back(job, tools, piece)
    if act in _OF_STORIES and not (piece and piece.kind in _PICTURES and act == "revise"):
        return await _tell(job, tools, wished, here, piece)
    if act == "again":
        return await _once_more(job, tools, here, piece)
    return await _change(job, tools, wished, here, piece)


def _talk(request: Request, wished: Wish, here: Around) -> Request:
    """The message as talk. What was praised or blamed goes along, so that it can be rated by a button."""
    update: dict[str, object] = {"command": "talk", "sources": (), "replied_files": ()}
    if wished.act == "help":
        update["options"] = {"help": "true"}
    piece = _meant(wished, here)
    if wished.act == "rate" and piece and piece.kind in RATED:
        update["sources"] = (piece.id,)
    return request.model_copy(update=update)


def _meant(wished: Wish, here: Around) -> Piece | None:
    """The piece that is meant: as it was said, else what the message answers, else the newest. ``None`` where that are several, or none."""
    if wished.piece:
        return next(piece for piece in here.pieces if piece.id == wished.piece)
    fitting = is_story if wished.act in _OF_STORIES else _any
    if here.replied:
        return next(filter(fitting, here.replied), None)
    return next((piece for one in here.sets for piece in one if fitting(piece)), None)


def _any(piece: Piece) -> bool:
    return True


async def _make(job: Job, tools: Toolbox, wished: Wish) -> None:
    """A new picture or story from the person's words; where they have none ("draw this"), from what the message answers."""
    request = job.request
    words = wished.words or request.quote or (request.words if wished.act == "story" else "")
    if not words:
        raise BadInput("empty-prompt", command=wished.act)
    if not wished.sure:
        return await _ask(job, wished, ("wish-draw", "wish-tell"), words)
    preferences = (await tools.store.session(request.session)).preferences
    options = preferred(preferences, COMMANDS[wished.act], wished.options, request.words)
    made = _as(request, wished.act, words, options=options, sources=(), replied_files=())
    return await _become(job, tools, made, keeps=(LOOK,))


async def _become(job: Job, tools: Toolbox, request: Request, *, keeps: tuple[str, ...] = ()) -> None:
    """Go on as what is wanted, in the style of its person's own that it names."""
    session, _ = await cast.session_at(tools.store, request.place, request.author.id)
    await job.become(await own_styles.brought(tools.store, session, request), keeps=keeps)


async def _work(job: Job, tools: Toolbox, wished: Wish) -> None:
    """A work of a kind that was named; what it needs and nobody gave is asked for."""
    work, words = tools.works().get(wished.work), wished.words or job.request.quote
    if work is None:  # its recipe is gone since it was read
        raise BadInput("recipe-over")
    if not wished.sure:
        return await _ask(job, wished, ("wish-work",), words, work=work)
    session = await tools.store.session(job.request.session)
    options = preferred(session.preferences, work.command, wished.options, job.request.words)
    plain = job.request.model_copy(
        update={"plain": True, "quote": "", "files": job.request.replied_files, "replied_files": ()}
    )
    begun = work.begin(session, plain, words, options)
    if isinstance(begun, Asked):
        return await job.say("ask", begun.reply, ticket=begun.waiting)
    return await _become(job, tools, begun, keeps=() if begun.files else (LOOK,))  # a photo was not looked at yet


def _as(request: Request, command: str, words: str, **details: object) -> Request:
    """The request as that of a command, which tells what it is about while it is at work."""
    update = {"command": command, "words": words, "quote": "", "plain": True, **details}
    return request.model_copy(update=update)


async def _tell(job: Job, tools: Toolbox, wished: Wish, here: Around, told: Piece | None) -> None:
    """Go on with a story, tell it differently, or draw it."""
    if told is None or not is_story(told):
        return await job.become(_talk(job.request, Wish(), here), keeps=(LOOK,))
    words = wished.words or job.request.words
    if not wished.sure:
        return await _ask(job, wished, ("wish-change",), words, told)
    options = {**dict(told.parameters.get("options", {})), **wished.options}
    known = await cast.again(tools.store, await tools.store.session(job.request.session), told)
    details = {"options": options, "sources": (told.id,), "replied_files": ()}
    characters = tuple({one.piece: one for one in (*known, *job.request.characters)}.values())
    request = _as(job.request, wished.act, words, characters=characters, **details)
    return await _become(job, tools, request, keeps=(LOOK,))


async def _change(job: Job, tools: Toolbox, wished: Wish, here: Around, piece: Piece | None) -> None:
    """Change a picture or vary it. Of several that may be meant it is asked which, and with none it is talk.

    Raises ``BadInput`` where the message answers what is no picture: none that was made before is changed in its place.
    """
    request = job.request
    if request.unusable and not (wished.piece or request.replied_files):
        raise kinds.unusable(request.unusable)
    several = _several(wished, here)
    if piece and not several and is_story(piece) and not (request.replied_files or here.photo):
        return await _tell(job, tools, wished.model_copy(update={"act": "revise"}), here, piece)
    command = COMMANDS["vary" if wished.act == "vary" else "edit"]
    words = wished.words or ("" if command.name == "vary" else request.words)
    session = await tools.store.session(request.session)
    options = preferred(session.preferences, command, wished.options)
    if several:
        reply, pending = which(request, command.name, words, options, several)
        return await job.say("which", reply, pending=pending)
    sources = (piece.id,) if piece and piece.kind in _PICTURES and (wished.piece or here.replied) else ()
    changed = with_last(session, _as(request, command.name, words, options=options, sources=sources))
    if not (changed.sources or changed.files or changed.replied_files):
        return await job.become(_talk(request, Wish(), here), keeps=(LOOK,))
    if not wished.sure:
        return await _ask(job, wished, ("wish-change",), words, changed=changed)
    ours = piece is not None and piece.kind is PieceKind.PICTURE and changed.sources == (piece.id,)
    return await _become(job, tools, changed, keeps=(LOOK,) if ours else ())  # a photo may not have been looked at yet


def _several(wished: Wish, here: Around) -> tuple[Piece, ...]:
    """The pictures of which it was not said which one is meant: those that are replied to, else those made last."""
    meant = here.replied or (() if here.photo else next(iter(here.sets), ()))
    pictures = tuple(piece for piece in meant if piece.kind in _PICTURES)
    return pictures if len(pictures) > 1 and not wished.piece else ()


async def _once_more(job: Job, tools: Toolbox, here: Around, piece: Piece | None) -> None:
    """The same request once more; it is its author's, whatever road leads there."""
    if piece is None or piece.kind is PieceKind.PHOTO:
        return await job.become(_talk(job.request, Wish(), here), keeps=(LOOK,))
    kept = await tools.store.piece(piece.id)
    author = job.request.author
    if kept is None or (kept.author != author.key and not author.administrator):
        raise NotAllowed("only-author")
    command, words, details = once_more(piece)
    session = await tools.store.session(job.request.session)
    details["characters"] = await cast.again(tools.store, session, piece)
    return await _become(job, tools, _as(job.request, command, words, replied_files=(), **details))


async def _go_back(job: Job, tools: Toolbox, piece: Piece | None) -> None:
    """Show what a piece was made from, which is then what comes next is made from. Costs nothing."""
    changed = piece is not None and piece.parameters.get("command") in _CHANGES
    kept = await tools.store.piece(piece.parent) if piece and changed and piece.parent else None
    if kept is None:
        return await job.say("nothing", Reply(text=texts.say("undo-nothing", job.language)))
    before = kept.piece
    told = before.words or f"[{before.caption or before.prompt}]"
    return await job.say(
        "before",
        shown(before, job.language),
        turns=(Turn(role="fabula", text=told, pieces=(before.id,)),),
        last_picture=before.id if before.kind in _PICTURES else None,
    )


async def _ask(
    job: Job,
    wished: Wish,
    verbs: tuple[str, ...],
    words: str,
    piece: Piece | None = None,
    changed: Request | None = None,
    work: Work | None = None,
) -> None:
    """Ask before anything is made: buttons with the person's own words, for them alone."""
    request = job.request
    pending = Pending(
        person=request.author.key,
        wants="choice",
        command=work.command.name if work else changed.command if changed else wished.act,
        words=words,
        options=changed.options if changed else wished.options,
        sources=changed.sources if changed else (piece.id,) if piece else (),
        files=(*changed.files, *changed.replied_files) if changed else (),
        mask=changed.mask if changed else None,
        quote=request.quote,
        characters=request.characters,
        expires=time.time() + PATIENCE,
    )
    named = work.command.say(f"command-{work.command.name}", job.private_language) if work else ""
    said = texts.shortened(words or named, SHOWN_WORDS)
    buttons = tuple(
        Button(action=f"{verb}:{pending.id}", label=texts.say(f"button-{verb}", job.private_language, words=said))
        for verb in (*verbs, "wish-talk")
    )
    reply = Reply(text=texts.say("ask-wish", job.private_language), buttons=buttons, private=True)
    await job.say("ask", reply, pending=pending)


async def chosen(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The answer to what was meant, with the words that were said. Raises ``BadInput`` where it is asked no more."""
    pending = here.pending
    if pending is None or pending.id != pressed.argument:
        raise BadInput("question-gone")
    command = {"wish-draw": "image", "wish-tell": "story", "wish-talk": "talk"}.get(pressed.verb, pending.command)
    if command == "talk":
        details = {"quote": pending.quote, "characters": pending.characters}
        return await hands.desk.accept(here, hands.desk.request(here, "talk", pending.words, **details))
    if pressed.verb == "wish-work":
        return await _chosen_work(hands, here, pending)
    known = COMMANDS[command]
    options = {name: value for name, value in pending.options.items() if known.option(name)}
    request = hands.desk.request(
        here,
        command,
        pending.words,
        options=preferred(here.session.preferences, known, options, pending.words),
        sources=pending.sources,
        files=pending.files,
        mask=pending.mask,
        characters=pending.characters,
    )
    return await hands.desk.accept(here, request)


async def _chosen_work(hands: Hands, here: Moment, pending: Pending) -> None:
    work = hands.works().get(pending.command)
    if work is None:
        raise BadInput("question-gone")
    options = preferred(here.session.preferences, work.command, pending.options, pending.words)
    asked = hands.desk.request(here, work.command.name, characters=pending.characters, files=pending.files)
    begun = work.begin(here.session, asked, pending.words, options)
    if isinstance(begun, Asked):
        update = SessionUpdate(key=here.session.key, ticket=begun.waiting, answered=here.user.key)
        return await hands.desk.answer(here, begun.reply, update=update)
    return await hands.desk.accept(here, begun)


def costs(estimator: Estimator, request: Request) -> list[float]:
    """The reading, and an answer: what is made in its place is held when that is known."""
    return [estimator.helper(LETTERS + len(request.words), TOKENS), *talk.costs(estimator, request)]


FEATURE = Feature(
    recipes={"wish": Recipe(wish, costs)},
    verbs={
        **{
            verb: Verb(chosen, asked=True, slow=True)
            for verb in ("wish-draw", "wish-tell", "wish-change", "wish-work", "wish-talk")
        },
        "like": Verb(rate, RATED),
        "dislike": Verb(rate, RATED),
    },
    says=("ask-wish", "undo-nothing", "status-about"),
)
