"""The environment, read once and validated. Every variable is described in the README's table."""

from __future__ import annotations

import json
from ipaddress import ip_network
from pathlib import Path
from string import ascii_letters, digits
from typing import Annotated, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core import keep, times
from core.checks import Checking
from core.errors import BadInput
from core.types.people import Place

_HOST_SIGNS = frozenset(ascii_letters + digits + ".-:[]")
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
_QUOTES = "\"'`“”‘’„«»"
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060"
_CALLS = ("/chat/completions", "/images/generations", "/images/edits", "/moderations", "/models")
"""What stands behind the base of an address, and is copied along."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def bare(value: str) -> str:
    """A value without what was copied along around it: blanks, visible or not, and quotes."""
    while (less := value.strip().strip(_UNSEEN)) != value or (
        len(less) > 1 and less[0] in _QUOTES and less[-1] in _QUOTES
    ):
        value = less if less != value else less[1:-1]
    return value


def _several(value: object) -> object:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


def _key(value: object) -> object:
    """Keys travel in a header and are copied from pages: blanks and quotes around them are none of theirs, and within are other signs refused."""
    given = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(given, str):
        return given
    key = bare(given)
    if any(not "!" <= sign <= "~" for sign in key) or any(sign in _QUOTES for sign in key):
        raise PydanticCustomError("settings-key", "not a key")
    return SecretStr(key) if key else None


SEVERAL = (NoDecode, BeforeValidator(_several))
"""What a setting of several values is annotated with: one variable, with commas between them."""

Names = Annotated[tuple[str, ...], *SEVERAL]
Key = Annotated[SecretStr | None, BeforeValidator(_key)]


class MediaPlace(NamedTuple):
    """A bucket for kept bytes, ``s3://bucket/prefix?endpoint=…&region=…``, and the keys, where the machine has none of its own."""

    url: str
    key_id: str = ""
    secret: str = ""


class Settings(BaseSettings):
    """Fabula's configuration: ``FABULA_*`` and ``OPENAI_*`` from the environment or a ``.env`` file. Each platform adds a class of its own."""

    model_config = SettingsConfigDict(
        env_prefix="FABULA_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    media_url: str | None = None
    aws_access_key_id: Key = Field(None, validation_alias=AliasChoices("AWS_ACCESS_KEY_ID", "aws_access_key_id"))
    aws_secret_access_key: Key = Field(
        None, validation_alias=AliasChoices("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key")
    )
    role: Literal["all", "front", "work"] = "all"
    language: Literal["en", "zh"] = "en"
    timezone: str = "UTC"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["words", "json"] = "words"
    traces_url: str | None = None

    # services: text and pictures have an endpoint each, and fall back to OPENAI_*
    openai_api_key: Key = Field(None, validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key"))
    openai_base_url: str | None = Field(None, validation_alias=AliasChoices("OPENAI_BASE_URL", "openai_base_url"))
    text_api_key: Key = None
    text_base_url: str | None = None
    image_api_key: Key = None
    image_base_url: str | None = None
    writer_model: str = "gpt-6.2-sol"
    helper_model: str = "gpt-6-luna"
    image_model: str = "gpt-image-2.6-flare"
    moderation_model: str = "omni-moderation-latest"
    moderation: Literal["offered", "required"] = "offered"
    prices: Annotated[dict[str, dict[str, Amount]], NoDecode] = Field(default_factory=dict)
    texts_per_minute: int = Field(0, ge=0)
    images_per_minute: int = Field(0, ge=0)
    timeout: float = Field(300, gt=0, allow_inf_nan=False)

    # who may, how much
    allowed: Names = ()
    quality: Literal["low", "medium", "high", "xhigh", "max"] = "medium"
    monthly_budget_usd: Amount = 0
    person_daily_usd: Amount = 0
    person_per_minute: int = Field(30, ge=0)
    jobs_at_once: int = Field(100, ge=1)
    batch_at_once: int = Field(4, ge=1, le=64)
    dear_usd: Amount = 0.5
    unpriced_usd: Amount = 0.1
    grace: Amount = 20
    sheet: Literal["off", "auto"] = "auto"

    # what the operator rules and sees
    open: bool | None = None
    rules: Path | None = None
    operators: Names = ()
    report_chat: str | None = None
    metrics_token: SecretStr | None = Field(None, min_length=16)
    metrics_port: int | None = Field(None, ge=0, le=65535)

    # for how long what is kept
    keep_days: Annotated[dict[str, float], NoDecode] = Field(default_factory=dict)

    # whether pictures show what was asked
    check: Checking | None = None
    check_threshold: float = Field(0.8, ge=0, le=1, allow_inf_nan=False)

    # recipes
    recipes_dir: Path | None = None

    # ratings
    rating_emoji: Annotated[dict[str, Share], NoDecode] = Field(default_factory=dict)
    taste: Literal["off", "on"] = "on"
    taste_seed: int = Field(0, ge=0)
    taste_shelf: Path | None = None

    # the web page
    web_host: str = "127.0.0.1"
    web_port: int = Field(8000, ge=0, le=65535)
    web_token: SecretStr | None = None
    web_token_file: Path | None = None
    web_hosts: Names = ()
    trusted_proxies: Names = ()
    callback_hosts: Names = ()

    # files that are too large for a platform
    public_url: str | None = None
    link_days: float = Field(7, gt=0, le=365)

    # what serves without a key
    embedded_fast: bool = Field(False, validation_alias=AliasChoices("FABULA_EMBEDDED_FAST", "FABULA_SANDBOX_FAST"))
    embedded_seed: int = Field(0, validation_alias=AliasChoices("FABULA_EMBEDDED_SEED", "FABULA_SANDBOX_SEED"))

    @field_validator("prices", "rating_emoji", mode="before")
    @classmethod
    def _objects(cls, value: object) -> object:
        """JSON, read here so that a mistake in it is reported like any other."""
        try:
            return json.loads(bare(value)) if isinstance(value, str) else value
        except RecursionError:
            raise ValueError("too deep") from None

    @field_validator("keep_days", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        """Kinds with their days, separated by commas."""
        return keep.read(bare(value)) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        """A time zone that this machine knows."""
        try:
            return times.name_of(times.zone(bare(value)))
        except BadInput:
            raise ValueError("not a time zone") from None

    @field_validator("report_chat")
    @classmethod
    def _chat(cls, value: str | None) -> str | None:
        """A platform and one of its chats: ``telegram:42``."""
        platform, _, chat = (value or "").strip().partition(":")
        if value is not None and not (platform.isalpha() and platform.islower() and chat and " " not in chat):
            raise ValueError("not a chat")
        return value and value.strip()

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Addresses and networks: a misspelt one would be believed never, or always."""
        for name in value:
            ip_network(name)
        return value

    @field_validator("database_url", mode="before")
    @classmethod
    def _database_address(cls, value: object) -> object:
        """Where PostgreSQL is, with who asks and what for."""
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not isinstance(given, str) or not (address := bare(given)):
            return None
        parts = urlsplit(address)
        if parts.scheme not in ("postgresql", "postgres") or not address.isprintable() or parts.port == 0:
            raise PydanticCustomError("settings-database", "not an address of PostgreSQL")
        return SecretStr(address)

    @field_validator("media_url", mode="before")
    @classmethod
    def _media_address(cls, value: object) -> object:
        """A bucket, perhaps with a prefix, at a server that may be named."""
        if not isinstance(value, str) or not (address := bare(value)):
            return None
        parts, told = urlsplit(address), dict(parse_qsl(urlsplit(address).query))
        endpoint = urlsplit(told.get("endpoint", "https://s3"))
        fits = parts.scheme == "s3" and parts.netloc and not set(parts.netloc) & set("@:") and not parts.fragment
        known = told.keys() <= {"endpoint", "region"} and endpoint.scheme in ("http", "https") and endpoint.hostname
        if not fits or not known or "@" in endpoint.netloc or not address.isprintable() or " " in address:
            raise PydanticCustomError("settings-media", "not an address of a bucket")
        return address

    @field_validator("openai_base_url", "text_base_url", "image_base_url", "traces_url", mode="before")
    @classmethod
    def _web_addresses(cls, value: object) -> object:
        """Complete addresses: one without its ``http://`` would only fail at the first request."""
        if not isinstance(value, str) or not (address := bare(value)):
            return None
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
        if not whole or parts.port == 0 or any(sign.isspace() or not sign.isprintable() for sign in address):
            raise ValueError("not an address")
        return next((address.removesuffix(end) for end in _CALLS if address.endswith(end)), address)

    @field_validator("writer_model", "helper_model", "image_model", "moderation_model", mode="before")
    @classmethod
    def _models(cls, value: object) -> object:
        """A model's name, on one line."""
        name = bare(value) if isinstance(value, str) else value
        if isinstance(name, str) and not (name and name.isprintable()):
            raise ValueError("not a name")
        return name

    @field_validator("public_url")
    @classmethod
    def _public_address(cls, value: str | None) -> str | None:
        """Where people reach this server: a scheme and a host, perhaps a port. Links are made by putting paths behind it."""
        if value is None:
            return None
        parts = urlsplit(value.strip())
        plain = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise ValueError("not an address")
        if value.strip().rstrip("/") != plain or set(parts.netloc) - _HOST_SIGNS or parts.port == 0:
            raise ValueError("more than a host")
        return plain

    @property
    def report_place(self) -> Place | None:
        """The chat of the operator's, for what only they are told."""
        platform, _, chat = (self.report_chat or "").partition(":")
        return Place(platform=platform, chat=chat, private=not chat.startswith("-")) if chat else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every key and token in it, which no log may show."""
        values = (getattr(self, field) for field in type(self).model_fields)
        secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        password = urlsplit(self.database or "").password
        return (*secrets, *{password, unquote(password)}) if password else tuple(secrets)

    @property
    def database(self) -> str | None:
        """The address of the PostgreSQL database that takes the place of the file, password and all."""
        return _secret(self.database_url)

    @property
    def media_place(self) -> MediaPlace | None:
        """The bucket that takes the place of the folder for kept bytes."""
        keys = (_secret(self.aws_access_key_id) or "", _secret(self.aws_secret_access_key) or "")
        return MediaPlace(self.media_url, *keys) if self.media_url else None

    @property
    def text_key(self) -> str | None:
        """The key of the text endpoint, if any."""
        return _secret(self.text_api_key or self.openai_api_key)

    @property
    def image_key(self) -> str | None:
        """The key of the image endpoint, if any."""
        return _secret(self.image_api_key or self.openai_api_key)

    @property
    def text_url(self) -> str | None:
        """The base URL of the text endpoint; ``None`` is OpenAI's own."""
        return self.text_base_url or self.openai_base_url

    @property
    def image_url(self) -> str | None:
        """The base URL of the image endpoint; ``None`` is OpenAI's own."""
        return self.image_base_url or self.openai_base_url

    @property
    def recipes_folder(self) -> Path:
        """Where the operator's own recipe files are."""
        return self.recipes_dir or self.data_dir / "recipes"

    @property
    def text_is_embedded(self) -> bool:
        """Whether text comes from the embedded storybook: no key and no other server was named."""
        return not self.text_key and not self.text_url

    @property
    def image_is_embedded(self) -> bool:
        """Whether pictures come from the embedded sketch artist."""
        return not self.image_key and not self.image_url

    @property
    def public_scheme(self) -> str:
        """How the page is reached from outside: ``https`` under a name of its own or beyond this machine, else ``http``."""
        return "https" if self.web_hosts or self.web_is_open else "http"

    @property
    def checking(self) -> Checking:
        """Which pictures are looked at unless somebody says otherwise. The built-in artist tells by itself what it could not draw."""
        return self.check or ("off" if self.image_is_embedded else "stories")

    @property
    def listens_at(self) -> int | None:
        """The port of the page; of a process that people do not reach that of its figures, if it has one."""
        return self.metrics_port if self.role == "work" else self.web_port

    @property
    def web_is_open(self) -> bool:
        """Whether the page can be reached from other machines, and therefore demands a token."""
        return self.web_host not in LOOPBACK


def address_of(url: str) -> str:
    """Where a database is, without who asks and with what password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if url else ""


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
