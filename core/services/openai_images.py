"""Drawing and changing pictures with the images API: one picture for each call, with previews where the model streams."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from openai import AsyncAPIResponse

from core import bill, slow, thrift
from core.errors import BadInput, OperatorFault, Unavailable
from core.file_formats import SPECIAL
from core.pictures.sizes import SizeRule
from core.ports import Drawing, Fit, Painting, Show
from core.services.catalogue import Catalogue, ImageModel
from core.services.fitting import Fitted, fit
from core.services.manner import Manner
from core.services.openai import Connection
from core.services.openai_errors import endpoint_is_absent
from core.services.picture_answers import Notes, finished
from core.services.wire import count, mime_of
from core.types import Preview, Spend, Status

_GENERATE, _EDIT = "generate", "edit"
_TOLD = frozenset(
    {
        *("size", "quality", "output_format", "output_compression", "background"),
        *(
            "stream",
            "partial_images",
            "complexity",
            "response_format",
            "moderation",
            "frame_count",
            "frame_duration_ms",
        ),
    }
)
"""What is kept of a request beside its prompt."""

_SOURCES = ("image/png", "image/jpeg", "image/webp")
"""What a picture can be drawn from (the package's reference, 2026-11-22)."""

_NEWEST_WEIGHS = 0.3  # of a new measurement in the moving average: follows the service's day, but not one odd picture

_LONGEST_NOTE = 300  # characters


class OpenAIPainter:
    """The ``Painter`` of ``core.ports``.

    ``previews``: unfinished pictures to show on the way (0 to 3, each billed). ``complexity`` (how much planning, where the model offers it) is
    sent only if given.
    """

    def __init__(
        self,
        connection: Connection,
        catalogue: Catalogue,
        *,
        model: str,
        previews: int = 2,
        complexity: Literal["low", "medium", "high"] | None = None,
    ) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._name = model
        self._previews = previews
        self._complexity = complexity
        self._seconds: dict[tuple[str, str], float] = {}

    def estimate(self, drawing: Drawing, *, sources: int = 0) -> float | None:
        """What one such picture will cost about, in USD; ``None`` where the price is unknown. Raises as ``fit`` does.

        That of a drawing made of shapes is not known before, since the model that writes them is paid apart.
        """
        model = self._model(_GENERATE)
        fitted = self._fitted(drawing, model)
        if drawing.format == "svg":
            return None
        told: dict[str, int] = {"letters": len(fitted.prompt), "sources": sources, "frames": fitted.frames}
        return self._catalogue.estimate(
            model, *fitted.size, fitted.quality, previews=self._partial_images(model, drawing), **told
        )

    def usual_seconds(self, drawing: Drawing) -> float:
        """How long one such picture takes: as lately seen, or as the catalogue guesses before the first."""
        model = self._model()
        return self._usual(model, self._fitted(drawing, model))

    def edit_sizes(self) -> SizeRule:
        """The sizes that this painter returns, the same for every photo."""
        return self._model().sizes

    def most_sources(self) -> int:
        """How many pictures one is drawn from at most. Whether a model that nobody described can do that at all is not known: 0."""
        model = self._model(_EDIT)
        return model.most_sources if model.known else 0

    async def generate(self, drawing: Drawing, show: Show) -> Painting:
        """Draw from words alone.

        Raises ``BadInput`` as ``fit`` does, ``Refused`` (``refused-words``, or ``refused-result`` after it was drawn), ``Unavailable``
        (``answer-unreadable``: it was paid for and came damaged), ``OperatorFault``.
        """
        own = {"moderation": drawing.moderation} if drawing.moderation and self._model(_GENERATE).moderation else {}
        return await self._paint(_GENERATE, drawing, show, own)

    def takes_markup(self) -> bool:
        """Whether the model takes marks as something apart."""
        return self._model(_EDIT).markup

    async def edit(
        self, drawing: Drawing, sources: Sequence[bytes], mask: bytes | None, show: Show, *, markup: bytes | None = None
    ) -> Painting:
        """Change pictures by words; the mask, or the marks, apply to the first. Raises as ``generate``.

        Also ``BadInput("too-many-pictures" | "file-damaged")`` and ``OperatorFault("service-cannot-edit")``.
        """
        model = self._model()
        if len(sources) > model.most_sources:
            raise BadInput("too-many-pictures", limit=model.most_sources)
        files = [_file(f"source-{place}", source) for place, source in enumerate(sources, 1)]
        own: dict[str, Any] = {"image": files[0] if len(files) == 1 else files}
        if mask is not None:
            own["mask"] = _file("mask", mask)
        elif markup is not None:
            own["markup"] = _file("markup", markup)
        try:
            return await self._paint(_EDIT, drawing, show, own)
        except OperatorFault as error:
            if endpoint_is_absent(error):
                raise OperatorFault("service-cannot-edit") from error
            raise

    async def _paint(self, endpoint: str, drawing: Drawing, show: Show, own: Mapping[str, Any]) -> Painting:
        """One picture. What the server turns down is left out, which costs nothing, and what the person misses by that is said."""

        def wanted(manner: Manner) -> Mapping[str, Any]:
            model = self._model(endpoint, manner)
            fitted = self._fitted(drawing, model)
            asked = {**fitted.parameters, **self._extras(model, drawing), **own}
            if not model.known:  # the known ones refuse it, and never answer with a link
                asked["response_format"] = "b64_json"
            elif drawing.person:
                asked["safety_identifier"] = drawing.person
            beside = self._connection.beside(drawing.brief)
            return {**asked, **beside, "model": model.name, "prompt": fitted.prompt, "n": 1}

        async def send(manner: Manner, sent: Mapping[str, Any]) -> Painting:
            model = self._model(endpoint, manner)
            return await self._painted(endpoint, drawing, model, self._fitted(drawing, model), show, sent)

        try:
            return await self._connection.manners.ask(endpoint, thrift.model("image", self._name), wanted, send)
        except OperatorFault as error:
            if drawing.format in SPECIAL and error.code == "not-permitted":
                raise OperatorFault("format-not-granted", format=drawing.format.upper()) from error
            raise

    def _fitted(self, drawing: Drawing, model: ImageModel) -> Fitted:
        """As ``fit``; raises ``BadInput("format-not-offered")`` for a picture that moves, or of shapes, where the model makes none."""
        if drawing.format in SPECIAL and drawing.format not in model.formats:
            models = ", ".join(self._catalogue.drawing(drawing.format))
            raise BadInput("format-not-offered", format=drawing.format.upper(), model=model.name, models=models)
        return fit(drawing, model)

    async def _painted(
        self,
        endpoint: str,
        drawing: Drawing,
        model: ImageModel,
        fitted: Fitted,
        show: Show,
        sent: Mapping[str, Any],
    ) -> Painting:
        method: Any = getattr(self._connection.client.images.with_streaming_response, endpoint)
        asked = sent if endpoint == _EDIT else _as_it_is(sent)
        usual = self._usual(model, fitted)

        async def request() -> _Drawn:
            started = time.monotonic()
            async with method(**asked) as response:
                drawn = await self._drawn(response, show, drawing.slot)
            self._remember(model, fitted, time.monotonic() - started)
            return drawn

        def waiting(pause: float) -> None:
            show(Status(phase="waiting" if pause else "drawing", usual=pause or usual, slot=drawing.slot))

        drawn = await self._connection.call(request, model=model.name, waiting=waiting)
        free = self._connection.built_in
        usd = 0.0 if free else slow.price(self._catalogue.cost(model.name, drawn.usage))
        spend = Spend(model=model.name, usd=usd, usage=drawn.usage, built_in=free)
        bill.note(spend)
        return Painting(
            data=drawn.data,
            mime=drawn.mime,
            model=model.name,
            spend=spend,
            parameters={name: value for name, value in sent.items() if name in _TOLD},
            fitted=(*fitted.changes, *self._told(drawn.notes)),
        )

    def _told(self, notes: Notes) -> tuple[Fit, ...]:
        """What the built-in artist says that it could not do; of no other server such a thing is believed."""
        if not self._connection.is_embedded:
            return ()
        lists = (("fitted-unknown", notes.unknown), ("fitted-undone", notes.undone))
        return tuple(Fit(code=code, asked=", ".join(told)[:_LONGEST_NOTE]) for code, told in lists if told)

    def _model(self, endpoint: str = _EDIT, manner: Manner | None = None) -> ImageModel:
        """The model today, since it may retire while the program runs, as far as its server takes what it can."""
        name = thrift.model("image", self._name)
        model = self._catalogue.image(name)
        manner = manner or self._connection.manners.of(endpoint, name)
        less: dict[str, Any] = {
            "background": {"transparent": "no"},
            "quality": {"qualities": ()},
            "output_format": {"formats": ()},
            "stream": {"partial_images": 0},
            "partial_images": {"partial_images": 0},
            "complexity": {"complexity": ()},
        }
        changes = {name: value for left_out in manner.without for name, value in less.get(left_out, {}).items()}
        return model.model_copy(update=changes) if changes else model

    def _partial_images(self, model: ImageModel, drawing: Drawing) -> int:
        return 0 if drawing.format in SPECIAL else min(self._previews, model.partial_images)

    def _extras(self, model: ImageModel, drawing: Drawing) -> dict[str, Any]:
        """The parameters that are no choice of the person's."""
        extras: dict[str, Any] = {}
        if previews := self._partial_images(model, drawing):
            extras = {"stream": True, "partial_images": previews}
        if self._complexity in model.complexity:
            extras["complexity"] = self._complexity
        return extras

    async def _drawn(self, response: AsyncAPIResponse[Any], show: Show, slot: int) -> _Drawn:
        """The finished picture of an answer: in it, or behind a link to the very same server. Its previews are shown on the way."""

        def preview(data: bytes) -> None:
            if mime := mime_of(data):
                show(Preview(data=data, mime=mime, slot=slot))

        answer = await finished(response, preview)
        data = answer.picture or (await self._connection.fetch(answer.link) if answer.link else b"")
        mime = mime_of(data)  # what was said of it is believed less than what the bytes are
        if mime is None:
            raise Unavailable("answer-unreadable", spent=True)
        return _Drawn(data, mime, _tokens(answer.usage, answer.author), answer.notes)

    def _usual(self, model: ImageModel, fitted: Fitted) -> float:
        return self._seconds.get((model.name, fitted.quality), model.seconds)

    def _remember(self, model: ImageModel, fitted: Fitted, seconds: float) -> None:
        usual = self._usual(model, fitted)
        self._seconds[model.name, fitted.quality] = usual + _NEWEST_WEIGHS * (seconds - usual)


class _Drawn(NamedTuple):
    """A finished picture and the tokens it took."""

    data: bytes
    mime: str
    usage: dict[str, int]
    notes: Notes


def _tokens(usage: object, author: object) -> dict[str, int]:
    """The usage by the catalogue's names; empty where the server told none, or of nothing that was drawn.

    ``author``: that of who wrote the shapes, whose price is not known.

    The images reference lists no cached tokens (2026-11-22) though they have a price: they are looked for where the realtime API tells them.
    """
    told = {
        "text_in": count(usage, "input_tokens_details", "text_tokens"),
        "text_cached": count(usage, "input_tokens_details", "cached_tokens_details", "text_tokens"),
        "image_in": count(usage, "input_tokens_details", "image_tokens"),
        "image_cached": count(usage, "input_tokens_details", "cached_tokens_details", "image_tokens"),
        "image_out": count(usage, "output_tokens"),
    }
    if written := count(author, "total_tokens"):
        told["text_out"] = written
    return told if told["image_out"] or written else {}


def _as_it_is(sent: Mapping[str, Any]) -> dict[str, Any]:
    """A request whose parameters the SDK does not look through for what has another name in JSON: nothing has, and that takes .2 ms."""
    own = {name: sent[name] for name in ("prompt", "extra_headers") if name in sent}
    return own | {"extra_body": {name: value for name, value in sent.items() if name not in own}}


def _file(name: str, picture: bytes) -> tuple[str, bytes, str]:
    """A picture as a file of a form: name, bytes, type."""
    mime = mime_of(picture)
    if mime not in _SOURCES:
        raise BadInput("file-not-a-picture")
    return f"{name}.{mime.removeprefix('image/')}", picture, mime
