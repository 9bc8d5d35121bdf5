"""The models the embedded server knows: what each accepts and the day it is switched off.

Dates and abilities as published up to 2026-11-22. A model past its date answers as the real API does: 404 "deprecated".
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from embedded.openai.errors import ApiError, invalid, missing, wrong_type

Kind = Literal["image", "chat", "moderation"]

BASIC_QUALITIES = ("low", "medium", "high", "auto")
FULL_QUALITIES = ("low", "medium", "high", "xhigh", "max", "auto")
ALL_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True)
class Model:
    """One model. Fields after ``shutdown`` matter only for its kind."""

    id: str
    kind: Kind
    released: date
    shutdown: date | None = None

    qualities: tuple[str, ...] = BASIC_QUALITIES
    any_size: bool = True
    """Any WxH within the rules; otherwise only the three standard sizes."""
    transparent: bool = True
    complexity: bool = False
    markup: bool = False
    input_fidelity: bool = False
    gif_and_svg: bool = False
    """Makes ``gif`` and ``svg``."""
    quality_steps: tuple[int, int, int, int, int] = (16, 24, 48, 64, 96)
    """The calculator's q at low, medium, high, xhigh, max."""
    low_cost_factor: int = 1
    """How many times the calculator's tokens it really uses at low and medium."""

    efforts: tuple[str, ...] = ()
    """Accepted ``reasoning_effort`` values; empty for a model that does not reason."""
    effort: str = "medium"
    """The effort when none is sent."""

    def describe(self) -> dict[str, object]:
        """The model as ``GET /v1/models`` lists it."""
        created = datetime(self.released.year, self.released.month, self.released.day, tzinfo=UTC)
        shutdown = self.shutdown.isoformat() if self.shutdown else None
        return {
            "id": self.id,
            "object": "model",
            "created": int(created.timestamp()),
            "owned_by": "system",
            "shutdown_date": shutdown,
        }

    def is_gone(self, today: date) -> bool:
        """Whether it has been switched off."""
        return self.shutdown is not None and self.shutdown <= today


def find_model(name: object, today: date, kind: Kind | None = None) -> Model:
    """The living model of that name.

    Raises ``ApiError``: 400 where the name is absent or the model is of another kind, 404 ``model_not_found`` where it is unknown or gone.
    """
    if name is None or name == "":
        raise missing("model")
    if not isinstance(name, str):
        raise wrong_type("model", "a string", name)
    model = MODELS.get(name)
    if model is None:
        message = f"The model `{name}` does not exist or you do not have access to it."
        raise ApiError(404, message, code="model_not_found")
    if model.is_gone(today):
        raise ApiError(
            404,
            f"The model `{name}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations",
            code="model_not_found",
        )
    if kind is not None and model.kind != kind:
        raise invalid(f"Invalid value: '{name}'. This endpoint needs a model for {kind}.", param="model")
    return model


def living_models(today: date) -> list[Model]:
    """Every model that still answers on that day."""
    return [model for model in MODELS.values() if not model.is_gone(today)]


def _flare_and_sunburst(version: str, released: date, suffix: str = "", *, newest: bool = False) -> list[Model]:
    return [
        Model(
            f"gpt-image-{version}-{name}{suffix}",
            "image",
            released,
            qualities=FULL_QUALITIES,
            markup=True,
            complexity=newest,
            gif_and_svg=newest,
            low_cost_factor=4 if newest else 1,
        )
        for name in ("flare", "sunburst")
    ]


def _gpt_image_2(suffix: str = "") -> Model:
    # Transparency is a preview on this model and refused to most accounts.
    released = date(2026, 4, 21)
    return Model(f"gpt-image-2{suffix}", "image", released, transparent=False, quality_steps=(16, 48, 96, 96, 96))


def _gpt_image_1(name: str, released: date, shutdown: date) -> Model:
    # The calculator is not published for these; they are counted like gpt-image-2.
    return Model(
        name,
        "image",
        released,
        shutdown,
        any_size=False,
        quality_steps=(16, 48, 96, 96, 96),
        input_fidelity=name != "gpt-image-1-mini",
    )


def _plain_chat(name: str, released: date, shutdown: date) -> Model:
    return Model(name, "chat", released, shutdown, effort="none")


def _reasoning(
    name: str, released: date, shutdown: date | None, efforts: tuple[str, ...], effort: str = "medium"
) -> Model:
    return Model(name, "chat", released, shutdown, efforts=efforts, effort=effort)


_AUTUMN_2026 = date(2026, 10, 23)
_WINTER_2026 = date(2026, 12, 11)
_NEW_YEAR_2027 = date(2027, 1, 14)
_SPRING_2027 = date(2027, 4, 1)

MODELS: dict[str, Model] = {
    model.id: model
    for model in (
        *_flare_and_sunburst("2.6", date(2026, 11, 3), newest=True),
        *_flare_and_sunburst("2.5", date(2026, 9, 8)),
        *_flare_and_sunburst("2.5", date(2026, 9, 8), "-2026-09-08"),
        _gpt_image_2(),
        _gpt_image_2("-2026-04-21"),
        _gpt_image_1("gpt-image-1.5", date(2025, 12, 16), date(2026, 12, 1)),
        _gpt_image_1("gpt-image-1-mini", date(2025, 10, 6), date(2026, 12, 1)),
        _gpt_image_1("chatgpt-image-latest", date(2025, 12, 16), date(2026, 12, 1)),
        _gpt_image_1("gpt-image-1", date(2025, 4, 23), _AUTUMN_2026),
        Model("dall-e-3", "image", date(2023, 11, 6), date(2026, 5, 12)),
        Model("dall-e-2", "image", date(2022, 11, 3), date(2026, 5, 12)),
        _reasoning("gpt-6.2-sol", date(2026, 10, 20), None, ALL_EFFORTS[1:]),
        _reasoning("gpt-6-luna", date(2026, 8, 4), None, ALL_EFFORTS),
        _reasoning("gpt-5.4-nano", date(2026, 3, 5), _SPRING_2027, ALL_EFFORTS, "none"),
        _reasoning("gpt-5.1", date(2025, 11, 12), _SPRING_2027, ALL_EFFORTS, "none"),
        _reasoning("gpt-5", date(2025, 8, 7), _WINTER_2026, ALL_EFFORTS[1:5]),
        _reasoning("gpt-5-mini", date(2025, 8, 7), _WINTER_2026, ALL_EFFORTS[1:5]),
        _reasoning("gpt-5-nano", date(2025, 8, 7), _WINTER_2026, ALL_EFFORTS[1:5]),
        _reasoning("o3", date(2025, 4, 16), _WINTER_2026, ALL_EFFORTS[2:5]),
        _reasoning("o4-mini", date(2025, 4, 16), _AUTUMN_2026, ALL_EFFORTS[2:5]),
        _plain_chat("gpt-4.1", date(2025, 4, 14), _NEW_YEAR_2027),
        _plain_chat("gpt-4.1-mini", date(2025, 4, 14), _NEW_YEAR_2027),
        _plain_chat("gpt-4o", date(2024, 5, 13), _NEW_YEAR_2027),
        _plain_chat("gpt-4o-mini", date(2024, 7, 18), _NEW_YEAR_2027),
        _plain_chat("gpt-4-turbo", date(2024, 4, 9), _AUTUMN_2026),
        _plain_chat("gpt-4", date(2023, 3, 14), _AUTUMN_2026),
        _plain_chat("gpt-3.5-turbo", date(2023, 3, 1), _AUTUMN_2026),
        Model("omni-moderation-latest", "moderation", date(2024, 9, 26)),
    )
}
