"""``fabula doctor``: is everything there that a working studio needs?"""

from __future__ import annotations

import asyncio
import difflib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bots.chores import close
from bots.endpoints import Finding, endpoints, look, said_to_operator
from bots.platform import Platform
from bots.platforms import CONNECTS, NEEDED, Settings, known_names, variables
from bots.recipe_commands import shelf_of
from bots.services import Services, connect, moderator_of
from core import texts
from core.errors import FabulaError, OperatorFault
from core.services.catalogue import Catalogue
from core.settings import LOOPBACK, address_of
from storage.folder import MEDIA, disk_use, lost_log
from storage.media_files import MediaState
from storage.opening import open_storage

FREE_MB = 500
"""Below this a busy day may fill the disk."""

PATIENCE = 20.0
"""Seconds a service or a platform has for an answer here."""

_MODELS = ("writer_model", "helper_model", "image_model")
_CHINESE_FONTS = ("*CJK*", "wqy*", "*SourceHan*", "*uming*", "*PingFang*", "*msyh*")
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at the settings, the disk, the database, the services and the fonts, one finding after the other."""
    language = settings.language
    yield Finding("good", texts.say("doctor-settings", language))
    for finding in _misspelt(language):
        yield finding
    async for finding in _storage(settings):
        yield finding
    catalogue = Catalogue.load(settings.prices)
    for finding in _models(settings, catalogue):
        yield finding
    async for finding in _services(_with_living_models(settings, catalogue), catalogue):
        yield finding
    for finding in _recipes(settings):
        yield finding
    async for finding in _platforms(settings):
        yield finding
    if settings.public_url or any(getattr(settings, token) for token in NEEDED):
        yield _links(settings)
    chinese = _has_chinese_font()
    yield Finding("good" if chinese else "note", texts.say("doctor-fonts" if chinese else "doctor-fonts-bad", language))


def _recipes(settings: Settings) -> Iterator[Finding]:
    """How many recipes there are, and the first thing that is wrong with each that cannot be used."""
    language, shelf = settings.language, shelf_of(settings)
    yield Finding("good", texts.say("doctor-recipes", language, count=len(shelf.recipes)))
    for broken in shelf.broken:
        told = broken.problems[0].told(language)
        yield Finding("bad", texts.say("doctor-recipe-bad", language, file=broken.file, problem=told))


def _misspelt(language: str) -> Iterator[Finding]:
    """Variables that look like settings and are none: they would change nothing."""
    known = known_names()
    for name in sorted({*os.environ, *dotenv_values(".env")}):
        if name.startswith("FABULA_") and name not in known:
            near = difflib.get_close_matches(name, variables().values(), 1)
            key = "doctor-setting-near" if near else "doctor-setting-unknown"
            yield Finding("note", texts.say(key, language, name=name, near=near[0] if near else ""))


async def _storage(settings: Settings) -> AsyncIterator[Finding]:
    language = settings.language
    try:
        lost = not settings.database and lost_log(settings.data_dir)
        async with await open_storage(
            settings.data_dir, database_url=settings.database, media_place=settings.media_place
        ) as storage:
            await storage.database.check()
            media = await storage.media.check()
    except FabulaError as error:
        # A studio that is running is no fault, but what it holds open cannot be looked at.
        state: Literal["note", "bad"] = "note" if error.code == "database-in-use" else "bad"
        yield Finding(state, said_to_operator(error, settings))
        if state == "bad":
            return
    else:
        for finding in _kept(media, lost, settings):
            yield finding
    yield _used(settings)
    free = shutil.disk_usage(settings.data_dir).free // 1024**2
    enough = free >= FREE_MB
    key = "doctor-disk" if enough else "doctor-disk-bad"
    yield Finding("good" if enough else "bad", texts.say(key, language, free=free))


def _used(settings: Settings) -> Finding:
    """How much room everything that is kept takes."""
    use = disk_use(settings.data_dir)
    language = settings.language
    told = {name: texts.number(round(size / 1024**2, 1), language) for name, size in use._asdict().items()}
    return Finding("good", texts.say("doctor-disk-use", language, **told))


def _kept(media: MediaState, lost: bool, settings: Settings) -> Iterator[Finding]:
    """What a database and files that open are like, in numbers alone."""
    language, folder = settings.language, settings.data_dir.resolve()
    yield Finding("good", texts.say("doctor-database", language, folder=address_of(settings.database or "") or folder))
    if lost:
        yield Finding("note", texts.say("doctor-log-lost", language, folder=folder))
    bucket = settings.media_url.partition("?")[0] if settings.media_url else ""
    if media.missing or media.changed:
        numbers = {"missing": media.missing, "changed": media.changed}
        yield Finding("bad", texts.say("doctor-media-bad", language, folder=bucket or folder, **numbers))
    else:
        key = "doctor-media-bucket" if bucket else "doctor-media"
        yield Finding("good", texts.say(key, language, count=media.intact, folder=bucket))
    if media.unknown:
        yield Finding(
            "note", texts.say("doctor-media-unknown", language, folder=bucket or folder / MEDIA, count=media.unknown)
        )


def _models(settings: Settings, catalogue: Catalogue) -> Iterator[Finding]:
    """What the catalogue says: models that are gone, and those it does not know."""
    for field in _MODELS:
        name = getattr(settings, field)
        try:
            model = catalogue.image(name) if field == "image_model" else catalogue.text(name)
        except OperatorFault as error:
            yield Finding("bad", said_to_operator(error, settings))
            continue
        if not model.known:
            yield Finding("note", texts.say("doctor-model-unknown", settings.language, model=name))


def _with_living_models(settings: Settings, catalogue: Catalogue) -> Settings:
    """Settings with successors for models that are gone, so that everything else can be looked at. The embedded server keeps its log elsewhere."""
    living: dict[str, object] = {"timeout": min(settings.timeout, PATIENCE)}
    for field in _MODELS:
        try:
            catalogue.text(getattr(settings, field))
        except OperatorFault as error:
            living[field] = error.values["successor"]
    return settings.model_copy(update=living)


async def _services(settings: Settings, catalogue: Catalogue) -> AsyncIterator[Finding]:
    language = settings.language
    for is_embedded, key in ((settings.text_is_embedded, "text"), (settings.image_is_embedded, "image")):
        if is_embedded:
            yield Finding("note", texts.say(f"doctor-embedded-{key}", language))
    with tempfile.TemporaryDirectory() as folder:
        try:
            async with connect(settings.model_copy(update={"data_dir": Path(folder)})) as services:
                async for finding in _asked(settings, services, catalogue):
                    yield finding
        except OperatorFault as error:
            yield Finding("bad", said_to_operator(error, settings))


async def _asked(settings: Settings, services: Services, catalogue: Catalogue) -> AsyncIterator[Finding]:
    asks = services.moderating(settings)
    for endpoint in endpoints(settings, services.text, services.image):
        reached = True
        async for finding in look(endpoint, settings, catalogue):
            yield finding
            reached = reached and not finding.last
        if reached and endpoint.connection is asks:
            yield await _moderation(settings, services, endpoint.server, endpoint.key)


async def _moderation(settings: Settings, services: Services, server: str, variable: str) -> Finding:
    """Whether words and pictures are looked at beforehand, and by whom."""
    moderator = moderator_of(settings, services)
    try:
        await moderator.check("a quiet morning")
    except FabulaError as error:
        return Finding("bad", said_to_operator(error, settings, server=server, variable=variable))
    by_list = services.moderating(settings) is services.text or not moderator.available
    if by_list and settings.text_is_embedded and not settings.image_is_embedded:
        return Finding("note", texts.say("doctor-moderation-embedded", settings.language))
    key = "doctor-moderation" if moderator.available else "doctor-moderation-bad"
    return Finding("good" if moderator.available else "note", texts.say(key, settings.language))


async def _platforms(settings: Settings) -> AsyncIterator[Finding]:
    """Whether the platforms whose tokens are set let us in. Nothing is asked of them but who we are, so a studio that runs is not disturbed."""
    with tempfile.TemporaryDirectory() as folder:
        async with await open_storage(Path(folder)) as storage:
            for make in CONNECTS:
                try:
                    platform = make(settings, storage.media, storage.store)
                except OperatorFault as error:
                    yield Finding("bad", said_to_operator(error, settings))
                    continue
                if platform:
                    yield await _platform(platform, settings)
                    await close(platform.name, platform.close)


def _links(settings: Settings) -> Finding:
    """Whether what is too large for a platform has an address, and one that keeps it from being read on its way."""
    language, url = settings.language, settings.public_url
    if url is None:
        return Finding("note", texts.say("doctor-links-none", language))
    parts = urlsplit(url)
    open_to_all = parts.scheme == "http" and parts.hostname not in LOOPBACK
    key = "doctor-links-open" if open_to_all else "doctor-links"
    days = texts.number(settings.link_days, language)
    return Finding("note" if open_to_all else "good", texts.say(key, language, address=url, days=days))


async def _platform(platform: Platform, settings: Settings) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            bot = await platform.identify()
    except OperatorFault as error:
        return Finding("bad", said_to_operator(error, settings))
    except (FabulaError, TimeoutError):
        return Finding("bad", texts.say("doctor-platform-bad", settings.language, platform=platform.title))
    return Finding("good", texts.say("doctor-platform", settings.language, platform=platform.title, bot=bot))


def _has_chinese_font() -> bool:
    folders = (Path(folder).expanduser() for folder in _FONT_FOLDERS)
    return any(next(folder.rglob(name), None) for folder in folders if folder.is_dir() for name in _CHINESE_FONTS)
