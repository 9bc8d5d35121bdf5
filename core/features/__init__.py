"""What the studio can do: a file a feature. It is on every platform, in the help and in the README's table once it stands here."""

from __future__ import annotations

from core.conversation.feature import Feature
from core.features import (
    book,
    book_files,
    book_pages,
    cancel,
    change_text,
    characters,
    correction,
    edit,
    export,
    forget,
    form,
    help,
    history,
    image,
    lettering,
    photo,
    pieces,
    settings,
    start,
    story,
    talk,
    understanding,
    usage,
    vary,
)

FEATURES: tuple[Feature, ...] = (
    story.FEATURE,
    book.FEATURE,
    image.FEATURE,
    edit.FEATURE,
    vary.FEATURE,
    settings.FEATURE,
    characters.FEATURE,
    export.FEATURE,
    history.FEATURE,
    usage.FEATURE,
    cancel.FEATURE,
    forget.FEATURE,
    help.FEATURE,
    start.FEATURE,
    understanding.FEATURE,
    talk.FEATURE,
    photo.FEATURE,
    pieces.FEATURE,
    change_text.FEATURE,
    book_pages.FEATURE,
    book_files.FEATURE,
    lettering.FEATURE,
    form.FEATURE,
    correction.FEATURE,
)
"""In the order in which menus show their commands."""
