"""``fabula doctor``: is everything there that a working studio needs?"""

from __future__ import annotations

import asyncio
import difflib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bots.chores import close
from bots.platform import Platform
from bots.platforms import CONNECTS
from bots.program import Services, connect
from core import texts
from core.errors import FabulaError, OperatorFault
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_errors import endpoint_is_absent
from core.services.openai_moderation import OpenAIModerator
from core.settings import LOOPBACK, Settings, known_names, variables
from storage.folder import lost_log
from storage.media import MediaState
from storage.opening import open_storage

FREE_MB = 500
"""Below this a busy day may fill the disk."""

PATIENCE = 20.0
"""Seconds a service or a platform has for an answer here."""

_OPENAI = "api.openai.com"
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


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: well, wrong, or worth knowing."""

    state: Literal["good", "bad", "note"]
    text: str


@dataclass(frozen=True)
class Endpoint:
    """A server with a key, and what is asked of it. ``welcome``: what to say when it answers, nothing for the embedded one."""

    connection: Connection
    server: str
    variable: str
    welcome: Literal["doctor-key", "doctor-answers", ""]
    models: tuple[str, ...]
    moderates: bool = False


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
    async for finding in _platforms(settings):
        yield finding
    if settings.public_url or settings.telegram_bot_token or settings.discord_bot_token:
        yield _links(settings)
    chinese = _has_chinese_font()
    yield Finding("good" if chinese else "note", texts.say("doctor-fonts" if chinese else "doctor-fonts-bad", language))


def said_to_operator(error: FabulaError, settings: Settings, **values: str) -> str:
    """One sentence for the one who can mend it. ``values``: the ``server`` and the key's ``variable`` where a service is meant."""
    of_model = [variables()[field] for field in _MODELS if getattr(settings, field) == error.values.get("model")]
    named = {"variable": of_model[0]} if of_model else {}
    try:
        known = {"folder": settings.data_dir.absolute(), **named, **values, **error.values}
        return texts.say(f"operator-{error.code}", settings.language, **known)
    except KeyError:  # there is none for the operator, or it says more than is known here
        return texts.say(f"error-{error.code}", settings.language, **error.values)


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
        lost = lost_log(settings.data_dir)
        async with await open_storage(settings.data_dir) as storage:
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
    free = shutil.disk_usage(settings.data_dir).free // 1024**2
    enough = free >= FREE_MB
    key = "doctor-disk" if enough else "doctor-disk-bad"
    yield Finding("good" if enough else "bad", texts.say(key, language, free=free))


def _kept(media: MediaState, lost: bool, settings: Settings) -> Iterator[Finding]:
    """What a database and files that open are like, in numbers alone."""
    language, folder = settings.language, settings.data_dir.resolve()
    yield Finding("good", texts.say("doctor-database", language, folder=folder))
    if lost:
        yield Finding("note", texts.say("doctor-log-lost", language, folder=folder))
    if media.missing or media.changed:
        numbers = {"missing": media.missing, "changed": media.changed}
        yield Finding("bad", texts.say("doctor-media-bad", language, folder=folder, **numbers))
    else:
        yield Finding("good", texts.say("doctor-media", language, count=media.intact))
    if media.unknown:
        yield Finding("note", texts.say("doctor-media-unknown", language, folder=folder, count=media.unknown))


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
                for endpoint in _endpoints(settings, services):
                    async for finding in _endpoint(endpoint, settings, catalogue):
                        yield finding
        except OperatorFault as error:
            yield Finding("bad", said_to_operator(error, settings))


def _endpoints(settings: Settings, services: Services) -> Iterator[Endpoint]:
    """One endpoint where words and pictures share server and key, else two."""
    text = Endpoint(
        services.text,
        _server(settings.text_url),
        "FABULA_TEXT_API_KEY" if settings.text_api_key else "OPENAI_API_KEY",
        "" if settings.text_is_embedded else "doctor-key" if settings.text_key else "doctor-answers",
        (settings.writer_model, settings.helper_model),
        moderates=True,
    )
    if (settings.text_url, settings.text_key) == (settings.image_url, settings.image_key):
        yield replace(text, models=(*text.models, settings.image_model))
        return
    yield text
    yield Endpoint(
        services.image,
        _server(settings.image_url),
        "FABULA_IMAGE_API_KEY" if settings.image_api_key else "OPENAI_API_KEY",
        "" if settings.image_is_embedded else "doctor-key" if settings.image_key else "doctor-answers",
        (settings.image_model,),
    )


def _server(url: str | None) -> str:
    parts = urlsplit(url or f"https://{_OPENAI}")
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


async def _endpoint(endpoint: Endpoint, settings: Settings, catalogue: Catalogue) -> AsyncIterator[Finding]:
    """Whether a server takes the key, has the models and looks at words and pictures beforehand."""
    language = settings.language
    named = {"server": endpoint.server, "variable": endpoint.variable}
    try:
        listed = await endpoint.connection.list_models()
    except FabulaError as error:
        if endpoint.connection.is_openai or not endpoint_is_absent(error):
            yield Finding("bad", said_to_operator(error, settings, **named))
            return
        models = ", ".join(endpoint.models)
        yield Finding("note", texts.say("doctor-models-unlisted", language, server=endpoint.server, models=models))
    else:
        if endpoint.welcome:
            yield Finding("good", texts.say(endpoint.welcome, language, **named))
        for model in dict.fromkeys(endpoint.models):
            yield _model(model, listed, catalogue, language)
    if endpoint.moderates:
        yield await _moderation(endpoint.connection, settings, named)


def _model(model: str, listed: Mapping[str, str | None], catalogue: Catalogue, language: str) -> Finding:
    if model not in listed:
        return Finding("bad", texts.say("doctor-model-missing", language, model=model))
    if listed[model] is None:
        return Finding("good", texts.say("doctor-model", language, model=model))
    successor = catalogue.successor(model)
    key = "doctor-model-shutdown-successor" if successor else "doctor-model-shutdown"
    return Finding("note", texts.say(key, language, model=model, date=listed[model], successor=successor))


async def _moderation(connection: Connection, settings: Settings, named: Mapping[str, str]) -> Finding:
    moderator = OpenAIModerator(connection, model=settings.moderation_model, required=settings.moderation == "required")
    try:
        await moderator.check("a quiet morning")
    except FabulaError as error:
        return Finding("bad", said_to_operator(error, settings, **named))
    if settings.text_is_embedded and not settings.image_is_embedded:
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
