"""The services that a running studio asks: opened, and the embedded server started where none is named."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bots.platforms import Settings
from core.errors import OperatorFault
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_moderation import OpenAIModerator
from core.thrift import Service
from embedded.process import is_installed, start_openai_server


@dataclass(frozen=True)
class Services:
    """The two endpoints, text and pictures, and what the catalogue knows of their models."""

    text: Connection
    image: Connection
    catalogue: Catalogue

    def share(self, processes: int) -> None:
        """Keep to our part of what so many processes may ask of them together."""
        self.text.share(processes)
        self.image.share(processes)

    def moderating(self, settings: Settings) -> Connection:
        """The endpoint that looks at words and pictures: that for words, unless only that for pictures has a key."""
        return self.image if settings.text_is_embedded and settings.image_key else self.text


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Services]:
    """Open the endpoints, starting the embedded server where no key and no server is named. Raises ``OperatorFault``."""
    catalogue = Catalogue.load(settings.prices)
    catalogue.image(settings.image_model)
    catalogue.text(settings.writer_model)
    catalogue.text(settings.helper_model)
    async with AsyncExitStack() as undo:
        embedded = None
        if settings.text_is_embedded or settings.image_is_embedded:
            if not is_installed():
                raise OperatorFault("embedded-absent")
            embedded = await start_openai_server(
                settings.data_dir, seed=settings.embedded_seed or time.time_ns() % 2**31, fast=settings.embedded_fast
            )
            undo.push_async_callback(embedded.close)

        def connection(
            service: Service, is_embedded: bool, url: str | None, key: str | None, per_minute: int
        ) -> Connection:
            opened = Connection(
                embedded.url if is_embedded and embedded else url,
                embedded.key if is_embedded and embedded else key or "",
                calls_per_minute=per_minute or None,
                timeout=settings.timeout,
                successor=catalogue.successor,
                built_in=is_embedded,
                service=service,
            )
            undo.push_async_callback(opened.close)
            return opened

        yield Services(
            connection(
                "text", settings.text_is_embedded, settings.text_url, settings.text_key, settings.texts_per_minute
            ),
            connection(
                "image", settings.image_is_embedded, settings.image_url, settings.image_key, settings.images_per_minute
            ),
            catalogue,
        )


def moderator_of(settings: Settings, services: Services) -> OpenAIModerator:
    """Who looks at words and pictures. Where only pictures have a key and their server does not look, the embedded list of words does."""
    asks = services.moderating(settings)
    instead = OpenAIModerator(services.text) if asks is not services.text else None
    required = settings.moderation == "required"
    return OpenAIModerator(asks, model=settings.moderation_model, required=required, instead=instead)
