"""Whether the servers for words and pictures can be used: looked at by ``fabula doctor``, and beside the start."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

import structlog

from bots.platforms import Settings, variables
from core import texts
from core.errors import FabulaError, OperatorFault
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_errors import endpoint_is_absent

_OPENAI = "api.openai.com"
_VERSION = "/v1"
_MODELS = ("writer_model", "helper_model", "image_model")
log = structlog.get_logger()


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: well, wrong, or worth knowing. ``last``: so wrong that nothing further can be looked at there."""

    state: Literal["good", "bad", "note"]
    text: str
    last: bool = False


@dataclass(frozen=True)
class Endpoint:
    """A server with a key, and what is asked of it. ``welcome``: what to say when it answers, nothing for the embedded one.

    ``key`` and ``address`` are the variables that name its key and its base URL, which is ``url``.
    """

    connection: Connection
    url: str | None
    key: str
    address: str
    welcome: Literal["doctor-key", "doctor-answers", ""]
    models: tuple[str, ...]

    @property
    def server(self) -> str:
        """Its host, and its port if it has one of its own."""
        parts = urlsplit(self.url or f"https://{_OPENAI}")
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def endpoints(settings: Settings, text: Connection, image: Connection) -> tuple[Endpoint, ...]:
    """One endpoint where words and pictures share server and key, else two."""
    words = Endpoint(
        text,
        settings.text_url,
        "FABULA_TEXT_API_KEY" if settings.text_api_key else "OPENAI_API_KEY",
        "FABULA_TEXT_BASE_URL" if settings.text_base_url else "OPENAI_BASE_URL",
        "" if settings.text_is_embedded else "doctor-key" if settings.text_key else "doctor-answers",
        (settings.writer_model, settings.helper_model),
    )
    if (settings.text_url, settings.text_key) == (settings.image_url, settings.image_key):
        return (replace(words, models=(*words.models, settings.image_model)),)
    pictures = Endpoint(
        image,
        settings.image_url,
        "FABULA_IMAGE_API_KEY" if settings.image_api_key else "OPENAI_API_KEY",
        "FABULA_IMAGE_BASE_URL" if settings.image_base_url else "OPENAI_BASE_URL",
        "" if settings.image_is_embedded else "doctor-key" if settings.image_key else "doctor-answers",
        (settings.image_model,),
    )
    return words, pictures


async def look(endpoint: Endpoint, settings: Settings, catalogue: Catalogue) -> AsyncIterator[Finding]:
    """Whether a server takes the key and has the models. Nothing that is asked costs anything."""
    language = settings.language
    named = {"server": endpoint.server, "variable": endpoint.key}
    try:
        listed = await endpoint.connection.list_models()
    except FabulaError as error:
        if better := await _better_address(endpoint, error):
            values = {"server": endpoint.server, "variable": endpoint.address, "address": better}
            yield Finding("bad", texts.say("doctor-address", language, **values), last=True)
        elif endpoint.connection.is_openai or not endpoint_is_absent(error):
            yield Finding("bad", said_to_operator(error, settings, **named), last=True)
        else:
            models = ", ".join(dict.fromkeys(endpoint.models))
            yield Finding("note", texts.say("doctor-models-unlisted", language, server=endpoint.server, models=models))
        return
    if endpoint.welcome:
        yield Finding("good", texts.say(endpoint.welcome, language, **named))
    for model in dict.fromkeys(endpoint.models if endpoint.welcome else ()):  # what is built in has no models
        yield _model(model, listed, catalogue, language)


async def warn(settings: Settings, catalogue: Catalogue, text: Connection, image: Connection) -> None:
    """Put into the log what is wrong with the servers, so that it is known before the first request fails."""
    for endpoint in endpoints(settings, text, image):
        if not endpoint.connection.is_embedded:
            async for finding in look(endpoint, settings, catalogue):
                if finding.state == "bad":
                    log.warning("service.unready", said=finding.text)


def said_to_operator(error: FabulaError, settings: Settings, **values: str) -> str:
    """One sentence for the one who can mend it. ``values``: the ``server`` and the key's ``variable`` where a service is meant."""
    of_model = [variables()[field] for field in _MODELS if getattr(settings, field) == error.values.get("model")]
    named = {"variable": of_model[0]} if of_model else {}
    try:
        known = {"folder": settings.data_dir.absolute(), **named, **values, **error.values}
        return texts.say(f"operator-{error.code}", settings.language, **known)
    except KeyError:  # there is none for the operator, or it says more than is known here
        return texts.say(f"error-{error.code}", settings.language, **error.values)


async def _better_address(endpoint: Endpoint, error: FabulaError) -> str | None:
    """The address with ``/v1`` behind it, where the server answers there and not at the one that was named."""
    if not endpoint.url or endpoint.url.rstrip("/").endswith(_VERSION):
        return None
    if not isinstance(error, OperatorFault) and error.code != "answer-unreadable":
        return None
    address = endpoint.url.rstrip("/") + _VERSION
    other = endpoint.connection.elsewhere(address)
    try:
        await other.list_models()
    except FabulaError as fault:
        return address if fault.code == "wrong-key" and error.code != "wrong-key" else None
    finally:
        await other.close()
    return address


def _model(model: str, listed: Mapping[str, str | None], catalogue: Catalogue, language: str) -> Finding:
    name = next((name for name in (model, f"{model}:latest") if name in listed), None)
    if name is None:
        pulls = not listed or any(":" in one for one in listed)  # as Ollama names them, where each is got by hand
        return Finding(
            "bad", texts.say("doctor-model-unpulled" if pulls else "doctor-model-missing", language, model=model)
        )
    if listed[name] is None:
        return Finding("good", texts.say("doctor-model", language, model=model))
    successor = catalogue.successor(model)
    key = "doctor-model-shutdown-successor" if successor else "doctor-model-shutdown"
    return Finding("note", texts.say(key, language, model=model, date=listed[name], successor=successor))
