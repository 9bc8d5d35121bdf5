"""The environment, read once and validated. Every variable is described in the README's table."""

from __future__ import annotations

import json
from ipaddress import ip_network
from pathlib import Path
from string import ascii_letters, digits
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.checks import Checking

Names = Annotated[tuple[str, ...], NoDecode]
_HOST_SIGNS = frozenset(ascii_letters + digits + ".-:[]")
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
_QUOTES = "\"'`“”‘’„«»"
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060"
_CALLS = ("/chat/completions", "/images/generations", "/images/edits", "/moderations", "/models")
"""What stands behind the base of an address, and is copied along."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """Fabula's configuration: ``FABULA_*`` and ``OPENAI_*`` from the environment or a ``.env`` file."""

    model_config = SettingsConfigDict(
        env_prefix="FABULA_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    data_dir: Path = Path("data")
    language: Literal["en", "zh"] = "en"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    # services: text and pictures have an endpoint each, and fall back to OPENAI_*
    openai_api_key: SecretStr | None = Field(None, validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key"))
    openai_base_url: str | None = Field(None, validation_alias=AliasChoices("OPENAI_BASE_URL", "openai_base_url"))
    text_api_key: SecretStr | None = None
    text_base_url: str | None = None
    image_api_key: SecretStr | None = None
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

    # whether pictures show what was asked
    check: Checking | None = None
    check_threshold: float = Field(0.8, ge=0, le=1, allow_inf_nan=False)

    # recipes
    recipes_dir: Path | None = None

    # ratings
    rating_emoji: Annotated[dict[str, Share], NoDecode] = Field(default_factory=dict)

    # the web page
    web_host: str = "127.0.0.1"
    web_port: int = Field(8000, ge=0, le=65535)
    web_token: SecretStr | None = None
    web_token_file: Path | None = None
    web_hosts: Names = ()
    trusted_proxies: Names = ()

    # files that are too large for a platform
    public_url: str | None = None
    link_days: float = Field(7, gt=0, le=365)

    # Telegram
    telegram_bot_token: SecretStr | None = Field(
        None, validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", "telegram_bot_token")
    )
    telegram_base_url: str | None = Field(None, validation_alias=AliasChoices("TELEGRAM_BASE_URL", "telegram_base_url"))
    telegram_base_file_url: str | None = Field(
        None, validation_alias=AliasChoices("TELEGRAM_BASE_FILE_URL", "telegram_base_file_url")
    )
    telegram_webhook_url: str | None = Field(
        None, validation_alias=AliasChoices("TELEGRAM_WEBHOOK_URL", "telegram_webhook_url")
    )
    telegram_unlimited: bool = False

    # Discord
    discord_bot_token: SecretStr | None = Field(
        None, validation_alias=AliasChoices("DISCORD_BOT_TOKEN", "discord_bot_token")
    )
    discord_api_base: str | None = Field(None, validation_alias=AliasChoices("DISCORD_API_BASE", "discord_api_base"))
    discord_gateway: str | None = Field(None, validation_alias=AliasChoices("DISCORD_GATEWAY", "discord_gateway"))
    discord_shard_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), validation_alias=AliasChoices("DISCORD_SHARD_IDS", "discord_shard_ids")
    )
    discord_shard_count: int | None = Field(
        None, ge=1, validation_alias=AliasChoices("DISCORD_SHARD_COUNT", "discord_shard_count")
    )
    discord_message_content: bool = False
    discord_threads: bool = False

    # what serves without a key
    embedded_fast: bool = Field(False, validation_alias=AliasChoices("FABULA_EMBEDDED_FAST", "FABULA_SANDBOX_FAST"))
    embedded_seed: int = Field(0, validation_alias=AliasChoices("FABULA_EMBEDDED_SEED", "FABULA_SANDBOX_SEED"))

    @field_validator("allowed", "web_hosts", "trusted_proxies", "discord_shard_ids", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        """Several names in one variable, separated by commas."""
        return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value

    @field_validator("prices", "rating_emoji", mode="before")
    @classmethod
    def _objects(cls, value: object) -> object:
        """JSON, read here so that a mistake in it is reported like any other."""
        try:
            return json.loads(bare(value)) if isinstance(value, str) else value
        except RecursionError:
            raise ValueError("too deep") from None

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Addresses and networks: a misspelt one would be believed never, or always."""
        for name in value:
            ip_network(name)
        return value

    @field_validator(
        *("openai_api_key", "text_api_key", "image_api_key", "telegram_bot_token", "discord_bot_token"), mode="before"
    )
    @classmethod
    def _keys(cls, value: object) -> object:
        """Keys travel in a header and are copied from pages: blanks and quotes around them are none of theirs, and within are other signs refused."""
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not isinstance(given, str):
            return given
        key = bare(given)
        if any(not "!" <= sign <= "~" for sign in key) or any(sign in _QUOTES for sign in key):
            raise PydanticCustomError("settings-key", "not a key")
        return SecretStr(key) if key else None

    @field_validator("openai_base_url", "text_base_url", "image_base_url", mode="before")
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
    def secrets(self) -> tuple[str, ...]:
        """Every key and token in it, which no log may show."""
        values = (getattr(self, field) for field in type(self).model_fields)
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))

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
    def web_is_open(self) -> bool:
        """Whether the page can be reached from other machines, and therefore demands a token."""
        return self.web_host not in LOOPBACK


def bare(value: str) -> str:
    """A value without what was copied along around it: blanks, visible or not, and quotes."""
    while (less := value.strip().strip(_UNSEEN)) != value or (
        len(less) > 1 and less[0] in _QUOTES and less[-1] in _QUOTES
    ):
        value = less if less != value else less[1:-1]
    return value


def variables() -> dict[str, str]:
    """The environment variable of each setting, by field."""
    prefix = Settings.model_config.get("env_prefix", "")
    return {
        name: str(_first(field.validation_alias) or f"{prefix}{name.upper()}")
        for name, field in Settings.model_fields.items()
    }


def known_names() -> frozenset[str]:
    """Every name that is read: those of ``variables``, and what some of them were called before."""
    aliases = (field.validation_alias for field in Settings.model_fields.values())
    named = {str(name) for alias in aliases if isinstance(alias, AliasChoices) for name in alias.choices}
    return frozenset({*variables().values(), *named})


def _first(alias: Any) -> Any:
    return alias.choices[0] if isinstance(alias, AliasChoices) else alias


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
