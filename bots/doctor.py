"""``fabula doctor``: is everything there that a working studio needs?"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bots.program import Services, connect
from core import texts
from core.errors import FabulaError
from core.services.openai_moderation import OpenAIModerator
from core.settings import Settings
from storage.opening import open_storage

FREE_MB = 500
"""Below this a busy day may fill the disk."""

_CHINESE_FONTS = ("*CJK*", "wqy*", "*SourceHan*", "*uming*", "*PingFang*", "*msyh*")
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: well, wrong, or worth knowing."""

    state: Literal["good", "bad", "note"]
    text: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at the disk, the database, the services and the fonts, one finding after the other."""
    language = settings.language
    yield Finding("good", texts.say("doctor-settings", language))
    async for finding in _storage(settings):
        yield finding
    try:
        async with connect(settings) as services:
            if settings.text_in_sandbox or settings.image_in_sandbox:
                yield Finding("note", texts.say("doctor-sandbox", language))
            async for finding in _services(settings, services):
                yield finding
    except FabulaError as error:
        yield _fault(error, language)
    chinese = _has_chinese_font()
    yield Finding("good" if chinese else "note", texts.say("doctor-fonts" if chinese else "doctor-fonts-bad", language))


async def _storage(settings: Settings) -> AsyncIterator[Finding]:
    language = settings.language
    try:
        storage = await open_storage(settings.data_dir)
        await storage.close()
    except FabulaError as error:
        yield _fault(error, language)
        return
    yield Finding("good", texts.say("doctor-database", language, folder=settings.data_dir))
    free = shutil.disk_usage(settings.data_dir).free // 1024**2
    yield Finding(
        *(
            ("good", texts.say("doctor-disk", language, free=free))
            if free >= FREE_MB
            else ("bad", texts.say("doctor-disk-bad", language, free=free))
        )
    )


async def _services(settings: Settings, services: Services) -> AsyncIterator[Finding]:
    language = settings.language
    for name, connection, models in (
        ("text", services.text, (settings.writer_model, settings.helper_model)),
        ("image", services.image, (settings.image_model,)),
    ):
        try:
            listed = await connection.list_models()
        except FabulaError as error:
            yield _fault(error, language)
            continue
        yield Finding("good", texts.say(f"doctor-key-{name}", language))
        for model in models:
            yield _model(model, listed, language)
    moderator = OpenAIModerator(services.text, model=settings.moderation_model)
    try:
        await moderator.check("a quiet morning")
    except FabulaError as error:
        yield _fault(error, language)
        return
    there = moderator.available
    yield Finding(
        "good" if there else "note", texts.say("doctor-moderation" if there else "doctor-moderation-bad", language)
    )


def _model(model: str, listed: Mapping[str, str | None], language: str) -> Finding:
    if model not in listed:
        return Finding("bad", texts.say("doctor-model-missing", language, model=model))
    shutdown = listed[model]
    if shutdown:
        return Finding("note", texts.say("doctor-model-shutdown", language, model=model, date=shutdown))
    return Finding("good", texts.say("doctor-model", language, model=model))


def _fault(error: FabulaError, language: str) -> Finding:
    return Finding("bad", texts.say(f"error-{error.code}", language, **error.values))


def _has_chinese_font() -> bool:
    folders = (Path(folder).expanduser() for folder in _FONT_FOLDERS)
    return any(next(folder.rglob(name), None) for folder in folders if folder.is_dir() for name in _CHINESE_FONTS)
