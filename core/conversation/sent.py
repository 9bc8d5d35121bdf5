"""What "the picture" means where none is named: what was sent or made last. Nothing sent, and something that cannot be used, are two things."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from core.conversation.limits import FILE_LIMIT, PHOTO_LIMIT
from core.documents import formats
from core.documents.formats import Family
from core.errors import BadInput
from core.pictures import kinds
from core.types import FileRef, Message, Request, Sent, Session

TOO_LARGE, TOO_MANY = "too-large", "too-many"
"""What was sent, where it is beyond what a request may have: beside the kinds of ``core.pictures.kinds``."""


def sent_by(message: Message) -> Sent | None:
    """What a message brings along, to be remembered whatever comes of the message; ``None`` where it brings nothing."""
    if beyond := beyond_limits(message):
        return Sent(at=time.time(), unusable=beyond)
    if message.files:
        return Sent(at=time.time(), files=message.files, mask=message.mask, documents=message.documents)
    if message.unusable:
        return Sent(at=time.time(), unusable=message.unusable[0], documents=message.documents)
    return None


def beyond_limits(message: Message) -> str | None:
    """``TOO_MANY`` or ``TOO_LARGE`` where a message brings more than a request may have: it is not certain to be there to be fetched."""
    files = (*message.files, *message.documents, *((message.mask,) if message.mask else ()))
    if len(files) > PHOTO_LIMIT:
        return TOO_MANY
    return TOO_LARGE if any(file.size > FILE_LIMIT for file in files) else None


def unusable(kind: str) -> BadInput:
    """The sentence that says what was sent, and that nothing can be made of it."""
    if kind == TOO_MANY:
        return BadInput("too-many-photos", limit=PHOTO_LIMIT)
    return BadInput("file-too-large", limit_mb=FILE_LIMIT // 1024**2) if kind == TOO_LARGE else kinds.unusable(kind)


def sent_with(request: Request) -> Sent | None:
    """What a request brings along, to be remembered until a newer picture is there; ``None`` where it brings nothing."""
    if not request.files:
        return None
    return Sent(at=time.time(), files=request.files, mask=request.mask)


def with_last(session: Session, request: Request) -> Request:
    """The request with what was sent or made last, where it names nothing itself.

    What was sent and is still being looked at, or could not be read, is taken and not the picture before it: somebody who sends a photo means that
    one. Raises ``BadInput`` where what was sent last is no picture.
    """
    if request.files or request.sources or request.replied_files:
        return request
    if session.sent and session.sent.unusable:
        raise unusable(session.sent.unusable)
    if session.sent:
        return request.model_copy(update={"files": session.sent.files, "mask": session.sent.mask})
    return request.model_copy(update={"sources": (session.last_picture,)}) if session.last_picture else request


def last_documents(session: Session) -> tuple[FileRef, ...]:
    """The files that are no pictures and were sent last; none where a picture is newer."""
    return session.sent.documents if session.sent else ()


def check_family(files: Iterable[FileRef], families: Sequence[Family]) -> None:
    """Raise ``BadInput`` where a name already says that a file is nothing of these families: then it need not be fetched to be told by its bytes."""
    for file in files:
        said = formats.named(file.name)
        if said and formats.FAMILY_OF[said] not in families:
            raise formats.refused(families[0])
