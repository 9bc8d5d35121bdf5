"""What "the picture" means where none is named: what was sent or made last. Nothing sent, and something that cannot be used, are two things."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from core.documents import formats
from core.documents.formats import Family
from core.pictures import kinds
from core.types import FileRef, Request, Sent, Session


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
        raise kinds.unusable(session.sent.unusable)
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
