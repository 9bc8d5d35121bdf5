"""Characters by their names: ``@Mia`` in what people write, and what it brings along.

An address of mail, a link and a person whom the platform has made a mention of are no characters. Behind a name may follow what belongs to the
sentence: ``@Mia's``, ``@Mia,`` and ``@米娅的``, since Chinese writes no spaces.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from core.conversation.commands import plain
from core.conversation.moment import Moment
from core.conversation.slips import Misspelt
from core.errors import BadInput
from core.ports import Store
from core.types import Cast, KeptPiece, Message, Named, Piece, Place, Request, Session
from core.types.characters import KEPT_CHARACTERS, LOOKS, NAME

MOST_NAMED = 8
"""Characters of one request: each brings two pictures, and the models take sixteen."""

ABOUT = "character"
"""What a text that tells of a character keeps under this name among its parameters: ``name``, ``looks`` and what else is known."""

_AT = re.compile(r"(?<![A-Za-z0-9_.+%/<@＠-])[@＠](?=[^\W\d_])")
_SAID = re.compile(r"[^\W\d_][\w'’·-]{0,39}")
_LATIN = re.compile(r"[^\u2e80-\u9fff]+")
_NAME = re.compile(r"[^\W\d_](?:[\w'’· -]{0,30}\w)?")
_KEEP = (
    re.compile(r"(?:please )?(?:keep|save|remember)(?: (?:this|that|it|him|her|them))?(?: one)? as (?P<name>[^\n]{1,40})", re.I),
    re.compile(r"(?:请)?把?(?:它|他|她|这个|这张|这幅画)?(?:留作|记作|存为|保存为|保留为|记为|叫作|叫做)(?P<name>[^\n]{1,40})"),
)  # fmt: skip
_NO_NAMES = frozenset(["png", "jpg", "jpeg", "webp", "gif", "svg", "pdf", "zip", "file", "draft", "is", "before"])
_ARTICLES = ("a ", "an ", "the ", "my ", "一", "我的")
_SHORT = 80
"""Signs of a message that may ask to keep a picture: who writes more says something else."""

_MOST_SIGNS = 200
"""Signs of an ``@`` in one text that are looked at (our own rule: a request names eight at most)."""

_LATIN_ALIKE, _HAN_ALIKE = 0.6, 0.5
_EVERYBODY = frozenset({"everyone", "here", "all", "channel"})
_GOES_ON = re.compile("[在和与跟的去到是有坐站走跑睡看吃玩飞把给]")
"""Signs with which a Chinese sentence mostly goes on behind a name."""

_SHOWN = 12
"""Signs of a name that nobody knows, as it is told back."""


def mentions(text: str, known: Sequence[Named]) -> Iterator[tuple[int, Named]]:
    """Where characters are named: the place of the sign, and who. Of several names that fit the longest."""
    longest = sorted(known, key=lambda one: -len(one.name))
    for match in itertools.islice(_AT.finditer(text), _MOST_SIGNS):
        if one := next((one for one in longest if _stands(one.name, text, match.end())), None):
            yield match.start(), one


def _stands(name: str, text: str, at: int) -> bool:
    """Whether a name stands in a text, and is not the beginning of a longer one."""
    end = at + len(name)
    after = text[end : end + 1]
    goes_on = name[-1:].isascii() and after.isascii() and (after.isalnum() or after == "_")
    return text[at:end].casefold() == name.casefold() and not goes_on


def check(here: Moment, *texts: str) -> None:
    """Raise ``BadInput`` for a name behind an ``@`` that nobody here has, with what was meant where that can be seen (then ``Misspelt``)."""
    known = here.session.characters
    for text in map(plain, texts):
        there = {place for place, _ in mentions(text, known)}
        for match in itertools.islice(_AT.finditer(text), _MOST_SIGNS):
            if match.start() not in there and (said := _said(text, match.end())) and not _is_person(here, said):
                raise _unknown(said, match.end(), known)


def _said(text: str, at: int) -> str:
    """What stands there in the place of a name; in a Latin script it ends before Chinese words."""
    found = _SAID.match(text, at)
    said = found[0] if found else ""
    latin = _LATIN.match(said)
    said = latin[0] if latin else said
    return re.sub(r"['’]s$", "", said[:41]).rstrip("'’-·")


def _is_person(here: Moment, said: str) -> bool:
    """Whether somebody is called so who talks here, or whom the platform has made a mention of."""
    event, name = here.event, said.casefold()
    mentioned = event.mentioned if isinstance(event, Message) else ()
    talking = (here.user.name, *(turn.author for turn in here.session.turns))
    names = (*mentioned, *talking, *(one.split()[0] for one in talking if one.split()))
    return name in _EVERYBODY or name in {one.casefold() for one in names}


def _unknown(said: str, at: int, known: Sequence[Named]) -> BadInput:
    latin = said[:1] < "\u2e80"
    shown = said if latin else said[:1] + _GOES_ON.split(said[1:_SHOWN], maxsplit=1)[0]
    alike = [(_alike(said, one.name, latin=latin), one.name) for one in known]
    ratio, meant = max(alike, default=(0.0, ""))
    if ratio >= (_LATIN_ALIKE if latin else _HAN_ALIKE):
        end = at + (len(said) if latin else min(len(said), len(meant)))
        return Misspelt("unknown-character-near", meant, at, end, name=said[: end - at])
    if not known:
        return BadInput("unknown-character-yet", name=shown)
    return BadInput("unknown-character", name=shown, known=", ".join(f"@{one.name}" for one in known[:8]))


def _alike(said: str, name: str, *, latin: bool) -> float:
    compared = said if latin else said[: len(name)]
    return difflib.SequenceMatcher(None, compared.casefold(), name.casefold()).ratio()


async def session_at(store: Store, place: Place, person: str) -> tuple[Session, bool]:
    """The session of a person (by their id) in a place, and whether it is the room's. A thread knows those too who are kept in its chat."""
    session, shared = await store.session_at(place, person)
    if not place.thread:
        return session, shared
    above, _ = await store.session_at(place.model_copy(update={"thread": ""}), person)
    own = {one.piece for one in session.characters}
    inherited = tuple(one for one in above.characters if one.piece not in own)
    return session.model_copy(update={"characters": (*session.characters, *inherited)}), shared


async def brought(store: Store, session: Session, request: Request) -> Request:
    """The request with the characters that it names, its words without the sign. Who was forgotten meanwhile is not brought along.

    Raises ``BadInput("characters-many")``.
    """
    texts = (request.words, *request.options.values())
    named: dict[str, Named] = {one.piece: one for text in texts for _, one in mentions(text, session.characters)}
    asked = {one.piece: one for one in request.characters if session.character(one.piece)}
    if not (named or request.characters):
        return request
    if len(named | asked) > MOST_NAMED:
        raise BadInput("characters-many", limit=MOST_NAMED)
    cast = [await _described(store, one) for one in (named | asked).values()]
    plain_words = _unsigned(request.words, session.characters)
    options = {name: _unsigned(value, session.characters) for name, value in request.options.items()}
    kept = tuple(one for one in cast if one)
    return request.model_copy(update={"words": plain_words, "options": options, "characters": kept})


async def again(store: Store, session: Session, piece: Piece) -> tuple[Cast, ...]:
    """The characters that a piece was asked for with, as far as they are still there."""
    named = [Named.model_validate(one, extra="ignore") for one in piece.parameters.get("characters", ())]
    cast = [await _described(store, one) for one in named if session.character(one.piece)]
    return tuple(one for one in cast if one)


async def _described(store: Store, one: Named) -> Cast | None:
    kept = await store.piece(one.piece)
    return Cast(name=one.name, piece=one.piece, looks=looks_of(kept.piece)) if kept else None


def looks_of(piece: Piece) -> str:
    """How a character looks of which a text tells."""
    about = piece.parameters.get(ABOUT)
    return str(about.get("looks", ""))[:LOOKS] if isinstance(about, dict) else ""


def _unsigned(text: str, known: Sequence[Named]) -> str:
    """A text without the signs before the names of characters."""
    for place, _ in reversed([*mentions(text, known)]):
        text = text[:place] + text[place + 1 :]
    return text


def kept_as(message: Message) -> str:
    """The name that a picture is to be kept by, where a message says so ("keep as Mia"); else empty."""
    text = plain(message.text)
    if len(text) > _SHORT or not (message.reply_to or message.files or message.replied_files):
        return ""
    found = next((match for pattern in _KEEP if (match := pattern.fullmatch(text))), None)
    name = found["name"].strip(" @＠“”\"'.。!！") if found else ""
    return "" if name.lower() in _NO_NAMES or name.lower().startswith(_ARTICLES) else name


def check_new(session: Session, name: str) -> None:
    """Raise ``BadInput`` for a name that cannot be written behind an ``@``, one that is taken, and for one character too many."""
    check_name(session, name)
    if len(session.characters) >= KEPT_CHARACTERS:
        raise BadInput("character-full", limit=KEPT_CHARACTERS)


def check_name(session: Session, name: str, of: str = "") -> None:
    """Raise ``BadInput`` for a name that cannot be written behind an ``@``, and for that of another character than ``of`` (the id of its text)."""
    if len(name) > NAME or not _NAME.fullmatch(name):
        raise BadInput("character-name", limit=NAME)
    if any(one.name.casefold() == name.casefold() and one.piece != of for one in session.characters):
        raise BadInput("character-taken", name=name)


def free_name(session: Session, wanted: str) -> str:
    """A name like the one that is wanted which can be written and is nobody's; raises ``BadInput("character-name")`` where nothing is left of it."""
    kept = "".join(sign for sign in wanted[:200] if sign.isalnum() or sign in "'’· -_")
    kept = " ".join(kept.split()).lstrip("0123456789_-'’· ")[: NAME - 3].rstrip("-'’· _")
    if not _NAME.fullmatch(kept):
        raise BadInput("character-name", limit=NAME)
    taken = {one.name.casefold() for one in session.characters}
    tries = (kept, *(f"{kept} {number}" for number in range(2, KEPT_CHARACTERS + 2)))
    return next(name for name in tries if name.casefold() not in taken)


def starting(typed: str, known: Iterable[Named]) -> tuple[str, list[str]]:
    """What of a text is a name that is still being typed, with its sign, and the names that it may become; nothing where none is."""
    found = _TYPED.search(typed[-NAME - 2 :])
    if found is None:
        return "", []
    said = found[0][1:].casefold()
    return found[0], [one.name for one in known if one.name.casefold().startswith(said)]


_TYPED = re.compile(r"(?<![A-Za-z0-9_.+%/<@＠-])[@＠][^@＠\n]{0,32}\Z")


def pictures_in_order(pictures: Sequence[KeptPiece]) -> list[Piece]:
    """A character's newest sheet and newest portrait, of all that was drawn of it, oldest first."""
    newest: dict[str, Piece] = {}
    for kept in pictures:
        if kept.piece.picture and (role := str(kept.piece.parameters.get("role", ""))):
            newest[role] = kept.piece
    return [newest[role] for role in ("sheet", "portrait") if role in newest]
