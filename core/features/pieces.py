"""What can be done with every piece, whatever it was made by: rate it, look at it, take it for an answer, delete it."""

from __future__ import annotations

from core import checks, texts
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.documents import called, vector
from core.features.history import who_rated
from core.features.steps.board_words import origin
from core.features.steps.rating import rate
from core.features.taste import reasons
from core.ports import Change
from core.rows import row, shown
from core.types import RATED, Piece, PieceKind, Reply


async def pick(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Show one piece with its own row."""
    await hands.desk.answer(here, shown(pressed.piece, here.language))


async def choose(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The answer to "which one?"."""
    await hands.questions.chosen(here, pressed.piece.id, pressed.argument.rpartition(":")[2])


async def tell_prompt(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Exactly how the piece was made."""
    piece, language = pressed.piece, here.private_language
    cost = texts.say("price-unknown", language) if piece.cost_usd is None else texts.money(piece.cost_usd, language)
    model, built_in = piece.model or "–", piece.is_built_in
    if built_in or (built_in is None and hands.settings.image_is_embedded):  # what older versions made tells nothing
        cost, model = texts.say("price-built-in", language), texts.say("model-built-in", language)
    sent = {
        name: value
        for name, value in piece.parameters.items()
        if name in ("size", "quality", "output_format", "background", "moderation", "frame_count", "frame_duration_ms")
    }
    lines = [
        texts.say("prompt-words", language, prompt=piece.shown_prompt or piece.request),
        texts.say("prompt-model", language, model=model, cost=cost),
    ]
    if sent:
        told = ", ".join(f"{name} {value}" for name, value in sent.items())
        lines.append(texts.say("prompt-sent", language, sent=told))
    lines += _checked(piece, language)
    lines += reasons(piece, language)
    if piece.parent and (parent := await hands.store.piece(piece.parent)):
        source = texts.shortened(parent.piece.caption or texts.say("your-photo", language))
        lines.append(texts.say("prompt-parent", language, parent=source))
    quotes = tuple(filter(None, (piece.id, piece.parent)))
    if piece.idea and (board := await hands.store.board(piece.idea.board)):
        lines.append(origin(board, piece.idea.number, language))
        quotes += board.authors_of(piece.idea.number)
    who, raters = await who_rated(hands, here, piece.id)
    if who:
        lines.append(who)
        quotes += raters
    await hands.desk.answer(here, Reply(text="\n".join(lines), quotes=quotes, private=True))


def _checked(piece: Piece, language: str) -> list[str]:
    """What was asked of whoever looked at the picture, each with its answer, and the change by which it was put right."""
    if piece.checked is None:
        return []
    lines = [texts.say("prompt-checked", language)]
    for answer, worth in zip(piece.checked.answers, checks.worths(piece.checked.answers), strict=True):
        sign = "?" if worth is None else "✓" if worth == 1 else "✗" if worth == 0 else "~"
        said = texts.say(f"answer-{answer.verdict}", language)
        lines.append(" ".join(filter(None, (sign, answer.question.ask, said, answer.seen and f"({answer.seen})"))))
    if piece.checked.mended:
        change = " ".join(piece.checked.mended.split())
        lines.append(texts.say("prompt-mended", language, change=change))
    return lines


async def give_original(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The untouched file; after a masked edit the composed one and, beside it, the model's own. Of a drawing made of shapes the file itself."""
    piece = pressed.piece
    alone = piece.own is not None and piece.own.mime == vector.MIME
    files = [
        picture.model_copy(update={"name": await called.file_name(hands.store, piece, picture)})
        for picture in (None if alone else piece.picture, piece.own)
        if picture
    ]
    key = "original-both" if len(files) > 1 else "original"
    quotes = (piece.id, piece.parent) if piece.parent else (piece.id,)
    reply = Reply(text=texts.say(key, here.language), documents=tuple(files), mentions=(piece,), quotes=quotes)
    await hands.desk.answer(here, reply)


async def delete(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Ask whether that is meant."""
    buttons = row(("delete-yes", "delete-no"), pressed.piece.id, here.private_language)
    text = texts.say("delete-sure", here.private_language)
    await hands.desk.answer(here, Reply(text=text, mentions=(pressed.piece,), buttons=buttons, private=True))


async def delete_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Remove the piece, and every message that showed nothing else: all of it in one commit."""
    piece, press, store = pressed.piece.id, pressed.press, hands.store
    messages, gone = await store.messages_showing(press.place, piece), set(await store.goes_with(piece))
    others = [message for message in messages if message != press.message]
    replies = [Reply(removes=one) for one in others if gone.issuperset(await store.shown_in(press.place, one))]
    done = Reply(text=texts.say("deleted", here.private_language), replaces=press.message)
    await hands.desk.answer(here, *replies, done, change=Change(deleted=(piece,)))


async def keep_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Delete nothing."""
    text = texts.say("delete-not", here.private_language)
    await hands.desk.answer(here, Reply(text=text, replaces=pressed.press.message))


_PICTURES = frozenset({PieceKind.PICTURE})
_SOURCES = frozenset({PieceKind.PICTURE, PieceKind.PHOTO})
_ALL = frozenset({PieceKind.TEXT, PieceKind.PICTURE, PieceKind.PHOTO})
FEATURE = Feature(
    verbs={
        "rate-up": Verb(rate, RATED),
        "rate-down": Verb(rate, RATED),
        "pick": Verb(
            pick,
            frozenset({PieceKind.TEXT, PieceKind.PICTURE, PieceKind.DOCUMENT}),
            labelled=False,
            tells=0.5,
            among=True,
        ),
        "prompt": Verb(tell_prompt, _PICTURES),
        "original": Verb(give_original, _PICTURES, tells=0.5),
        "choose": Verb(choose, _SOURCES, whose="user", asked=True, slow=True, labelled=False, tells=0.5, among=True),
        "delete": Verb(delete, _ALL, whose="owner"),
        "delete-yes": Verb(delete_it, _ALL, whose="owner", asked=True, tells=-0.5),
        "delete-no": Verb(keep_it, _ALL, whose="owner", asked=True),
    },
    says=(
        "delete-sure",
        "delete-not",
        "deleted",
        "original",
        "original-both",
        "prompt-words",
        "prompt-model",
        "price-built-in",
        "model-built-in",
        "prompt-checked",
        "prompt-mended",
        *(f"answer-{verdict}" for verdict in ("yes", "partly", "no", "unclear")),
    ),
)
