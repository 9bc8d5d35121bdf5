"""What each model can do, what it costs and when it retires: ``models.toml``, with the operator's prices laid over it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from core.errors import OperatorFault
from core.pictures.sizes import FREE_SIZES, STANDARD_SIZES, SizeRule
from core.types import Value

QUALITIES = ("low", "medium", "high", "xhigh", "max")
"""From cheapest to dearest."""

LONGEST_PROMPT = 32_000
"""Letters of a prompt for a picture (the package's reference, 2026-11-22)."""

Role = Literal["writer", "helper"]
WANTED_EFFORT: Mapping[Role, str] = {"writer": "low", "helper": "none"}
"""How hard a model is asked to think: stories gain little from more, and checks and prompts want an answer at once."""

_PREVIEW_TOKENS = 100  # output tokens billed for each preview (the package's reference, 2026-11-22)
_SOURCE_TOKENS = 1024  # input tokens of one 1024x1024 picture: its 32-pixel patches (2026-11-22)
_LETTERS_PER_TOKEN = 4  # a rule of thumb; a prompt is a few cents of a cent either way
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


Price = Annotated[float, Field(ge=0)] | None


class Prices(Value):
    """USD per million tokens. ``None``: not known. A cached token without a price of its own costs what an uncached one does."""

    text_in: Price = None
    text_cached: Price = None
    text_out: Price = None
    image_in: Price = None
    image_cached: Price = None
    image_out: Price = None

    def cost(self, usage: Mapping[str, int]) -> float | None:
        """USD for a usage (see ``Catalogue.cost``), or ``None`` where a kind of token that was used has no price.

        Some servers do not count cached tokens among the others, and tell more of them: never is that less than nothing.
        """
        text_cached, image_cached = usage.get("text_cached", 0), usage.get("image_cached", 0)
        bill = (
            (max(0, usage.get("text_in", 0) - text_cached), self.text_in),
            (text_cached, self.text_in if self.text_cached is None else self.text_cached),
            (usage.get("text_out", 0), self.text_out),
            (max(0, usage.get("image_in", 0) - image_cached), self.image_in),
            (image_cached, self.image_in if self.image_cached is None else self.image_cached),
            (usage.get("image_out", 0), self.image_out),
        )
        total = 0.0
        for tokens, price in bill:
            if tokens and price is None:
                return None
            total += tokens * (price or 0)
        return total / 1_000_000


class Model(Value):
    """What is known of any model. ``name`` is what is sent; ``known``: it is in the list, not merely configured.

    From ``shutdown`` on it answers no more, and ``successor`` is what to use then.
    """

    name: str
    known: bool = True
    shutdown: date | None = None
    successor: str = ""
    prices: Prices = Prices()


class ImageModel(Model):
    """A model that draws. The defaults are what can be asked of a model that nobody described.

    ``qualities`` and ``formats``: empty where the parameter is better not sent (then PNG is expected). ``transparent``: ``untried`` may be asked
    for, and the answer may be no. ``partial_images``: most previews in a stream, 0 where it does not stream. ``markup``: it takes
    marks drawn over a picture as something apart. ``moderation``: it can be told to look less strictly at what it
    draws from words. ``calculator``: the q of
    ``output_tokens`` by quality, ``really`` how many times as many tokens are used.
    """

    standard_sizes: bool = True
    qualities: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    transparent: Literal["yes", "no", "untried"] = "no"
    partial_images: int = 0
    complexity: tuple[str, ...] = ()
    moderation: bool = False
    markup: bool = False
    calculator: Mapping[str, int] = Field(default_factory=dict)
    really: Mapping[str, int] = Field(default_factory=dict)
    seconds: float = 30
    longest_prompt: int = LONGEST_PROMPT
    most_sources: int = 16
    """Pictures to one edit (the package's reference, 2026-11-22)."""

    @property
    def sizes(self) -> SizeRule:
        """The sizes it draws."""
        return STANDARD_SIZES if self.standard_sizes else FREE_SIZES

    def output_tokens(self, width: int, height: int, quality: str, previews: int = 0) -> int | None:
        """About how many tokens a picture takes, or ``None`` where there is no formula.

        From the vendor's calculator, which third parties found to match real bills (2026-11-22): with r = round(q · shorter / longer edge),
        ceil(q · r · (2,000,000 + pixels) / 4,000,000).
        """
        q = self.calculator.get(quality)
        if q is None:
            return None
        r = round(q * min(width, height) / max(width, height))
        drawn = math.ceil(q * r * (2_000_000 + width * height) / 4_000_000)
        return drawn * self.really.get(quality, 1) + previews * _PREVIEW_TOKENS


class TextModel(Model):
    """A model that writes. ``efforts``: those it takes, from least to most; ``plain``: it does not reason, and takes a temperature."""

    efforts: tuple[str, ...] = ()
    plain: bool = False

    def parameters(self, role: Role, temperature: float | None = None) -> dict[str, Any]:
        """The effort for a role, the least there is if that one is not offered, and the temperature where it is allowed."""
        wanted = WANTED_EFFORT[role]
        sent: dict[str, Any] = {}
        if self.efforts:
            sent["reasoning_effort"] = wanted if wanted in self.efforts else self.efforts[0]
        if temperature is not None and (self.plain or sent.get("reasoning_effort") == "none"):
            sent["temperature"] = temperature
        return sent


class Catalogue:
    """The models that are known. A name that is not in the list gets only what every server understands."""

    def __init__(self, images: Mapping[str, ImageModel], texts: Mapping[str, TextModel], others: Mapping[str, Model]):
        self._images = images
        self._texts = texts
        self._all: dict[str, Model] = {**others, **texts, **images}

    @classmethod
    def load(cls, prices: Mapping[str, Mapping[str, float]] | None = None) -> Catalogue:
        """Read ``models.toml``. ``prices``: USD per million tokens by model and kind (``text_in``, ``image_out`` …), over the listed ones.

        Raises ``ValueError`` for a kind of token that does not exist.
        """
        facts = _facts()
        own = prices or {}
        shared = facts["prices"], facts["calculator"]
        images = {
            name: ImageModel(**_image_fields(name, entry, *shared, own)) for name, entry in facts["image"].items()
        }
        texts = {name: TextModel(**_priced(name, entry, own)) for name, entry in facts["text"].items()}
        others = {name: Model(**_priced(name, entry, own)) for name, entry in facts["moderation"].items()}
        listed = {*images, *texts, *others}
        for name in own.keys() - listed:
            images[name] = ImageModel(**_priced(name, {"known": False}, own))
            texts[name] = TextModel(**_priced(name, {"known": False}, own))
        return cls(images, texts, others)

    def image(self, name: str, today: date | None = None) -> ImageModel:
        """The model of that name or dated snapshot. Raises ``OperatorFault("model-retired")`` from its last day on (``today``: UTC's)."""
        self._refuse_retired(name, today)
        return _found(name, self._images) or ImageModel(name=name, known=False)

    def text(self, name: str, today: date | None = None) -> TextModel:
        """As ``image``, for a model that writes."""
        self._refuse_retired(name, today)
        return _found(name, self._texts) or TextModel(name=name, known=False)

    def drawing(self, file_format: str, today: date | None = None) -> tuple[str, ...]:
        """The names of the models that make pictures of that format and are not gone."""
        day = today or datetime.now(UTC).date()
        made = (one for one in self._images.values() if file_format in one.formats)
        return tuple(one.name for one in made if one.shutdown is None or day < one.shutdown)

    def successor(self, name: str) -> str:
        """What to use in place of a model that goes; empty where it stays, or is not known."""
        model = _found(name, self._all)
        return model.successor if model else ""

    def cost(self, name: str, usage: Mapping[str, int]) -> float | None:
        """What a call cost in USD; ``None`` where the price or the usage is unknown.

        ``usage`` counts tokens as ``text_in``, ``image_in``, ``text_out`` and ``image_out``; ``text_cached`` and ``image_cached`` are those
        of the ``_in`` ones that came from the cache. The bill is always this, never an estimate.
        """
        model = _found(name, self._all)
        return model.prices.cost(usage) if model and usage else None

    def estimate(
        self,
        model: ImageModel,
        width: int,
        height: int,
        quality: str,
        *,
        letters: int = 0,
        sources: int = 0,
        previews: int = 0,
        frames: int = 1,
    ) -> float | None:
        """About what a picture of that size will cost in USD; ``None`` where there is no price or no formula.

        ``letters`` of prompt, ``sources`` pictures to look at and ``previews`` on the way are counted in, and each of so many ``frames`` in full.
        """
        drawn = model.output_tokens(width, height, quality, previews)
        if drawn is None:
            return None
        drawn *= frames
        words = math.ceil(letters / _LETTERS_PER_TOKEN)
        return model.prices.cost({"text_in": words, "image_in": sources * _SOURCE_TOKENS, "image_out": drawn})

    def _refuse_retired(self, name: str, today: date | None) -> None:
        model = _found(name, self._all)
        day = today or datetime.now(UTC).date()
        if model and model.shutdown and model.shutdown <= day:
            raise OperatorFault("model-retired", model=name, successor=model.successor)


Kind = TypeVar("Kind", bound=Model)


@cache
def _facts() -> dict[str, Any]:
    """What ``models.toml`` says, read once; nobody changes it."""
    facts: dict[str, Any] = tomllib.loads((Path(__file__).parent / "models.toml").read_text("utf-8"))
    return facts


def _found(name: str, listed: Mapping[str, Kind]) -> Kind | None:
    """The entry of that name, or of the model whose dated snapshot it names."""
    if name in listed:
        return listed[name]
    base = listed.get(_SNAPSHOT.sub("", name))
    return base.model_copy(update={"name": name}) if base else None


def _image_fields(
    name: str,
    entry: Mapping[str, Any],
    price_lists: Mapping[str, Mapping[str, float]],
    calculators: Mapping[str, Mapping[str, int]],
    own: Mapping[str, Mapping[str, float]],
) -> dict[str, Any]:
    """An entry's fields with the lists it refers to put in."""
    fields = dict(entry)
    fields["standard_sizes"] = fields.pop("sizes", "standard") == "standard"
    if "prices" in fields:
        fields["prices"] = price_lists[fields["prices"]]
    if "calculator" in fields:
        fields["calculator"] = calculators[fields["calculator"]]
    return _priced(name, fields, own)


def _priced(name: str, entry: Mapping[str, Any], own: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """An entry's fields with its name and the operator's prices."""
    return {**entry, "name": name, "prices": {**entry.get("prices", {}), **own.get(name, {})}}
