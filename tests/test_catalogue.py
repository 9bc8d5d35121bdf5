"""What is known of the models, and how a wish is fitted to one. The expected numbers are from the vendor's calculator and price list."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput, OperatorFault
from core.pictures.sizes import FREE_SIZES, STANDARD_SIZES
from core.ports import Drawing, Fit
from core.services.catalogue import QUALITIES, Catalogue
from core.services.fitting import fit, plain_prompt

CATALOGUE = Catalogue.load()
TODAY = date(2026, 11, 22)
DEFAULTS = (
    "gpt-image-2.6-flare",
    "gpt-image-2.6-sunburst",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-sunburst",
    "gpt-image-2",
)


def wish(**fields):
    return Drawing(prompt="a fox on a bicycle", **fields)


# --- retiring -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "last_day"),
    [
        ("dall-e-2", date(2026, 5, 11)),
        ("dall-e-3", date(2026, 5, 11)),
        ("gpt-image-1", date(2026, 10, 22)),
        ("gpt-image-1.5", date(2026, 11, 30)),
        ("gpt-image-1-mini", date(2026, 11, 30)),
        ("chatgpt-image-latest", date(2026, 11, 30)),
    ],
)
def test_a_picture_model_works_to_its_last_day_and_then_names_its_successor(name, last_day):
    assert CATALOGUE.image(name, last_day).name == name
    with pytest.raises(OperatorFault) as raised:
        CATALOGUE.image(name, date.fromordinal(last_day.toordinal() + 1))
    assert raised.value.code == "model-retired"
    assert raised.value.values["model"] == name
    assert CATALOGUE.image(str(raised.value.values["successor"]), date(2027, 6, 1)).known


@pytest.mark.parametrize("name", ["gpt-3.5-turbo", "gpt-4", "gpt-4-turbo", "o4-mini", "o4-mini-2025-04-16"])
def test_text_models_that_are_gone_are_refused(name):
    with pytest.raises(OperatorFault) as raised:
        CATALOGUE.text(name, TODAY)
    assert raised.value.code == "model-retired"
    assert CATALOGUE.text(str(raised.value.values["successor"]), TODAY).known


def test_the_defaults_stay():
    for name in DEFAULTS:
        assert CATALOGUE.image(name, date(2027, 6, 1)).successor == ""
    for name in ("gpt-6.2-sol", "gpt-6-luna"):
        assert CATALOGUE.text(name, date(2027, 6, 1)).successor == ""


def test_a_dated_snapshot_is_its_model_under_its_own_name():
    snapshot = CATALOGUE.image("gpt-image-2.5-flare-2026-09-08", TODAY)
    base = CATALOGUE.image("gpt-image-2.5-flare", TODAY)
    assert snapshot.name == "gpt-image-2.5-flare-2026-09-08"
    assert snapshot.model_copy(update={"name": base.name}) == base
    assert CATALOGUE.cost(snapshot.name, {"image_out": 1000}) == pytest.approx(0.03)


# --- money --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quality", "tokens", "usd"),
    [
        ("low", 196, 0.006),
        ("medium", 439, 0.013),
        ("high", 1756, 0.053),
        ("xhigh", 3122, 0.094),
        ("max", 7024, 0.211),
    ],
)
def test_a_square_is_estimated_as_the_vendors_calculator_does(quality, tokens, usd):
    model = CATALOGUE.image("gpt-image-2.5-flare", TODAY)
    assert model.output_tokens(1024, 1024, quality) == tokens
    assert round(CATALOGUE.estimate(model, 1024, 1024, quality), 3) == usd


@pytest.mark.parametrize("name", ["gpt-image-2.6-flare", "gpt-image-2.6-sunburst"])
def test_the_newest_models_use_four_times_as_much_at_low_and_medium_only(name):
    newest, before = CATALOGUE.image(name, TODAY), CATALOGUE.image("gpt-image-2.5-flare", TODAY)
    for quality in QUALITIES:
        times = 4 if quality in ("low", "medium") else 1
        assert newest.output_tokens(1536, 1024, quality) == times * before.output_tokens(1536, 1024, quality)


def test_gpt_image_2_has_a_scale_of_its_own():
    model = CATALOGUE.image("gpt-image-2", TODAY)
    assert [model.output_tokens(1024, 1024, quality) for quality in ("low", "medium", "high")] == [196, 1756, 7024]
    assert model.output_tokens(1024, 1024, "max") is None


def test_an_estimate_counts_words_sources_and_previews():
    model = CATALOGUE.image("gpt-image-2.5-flare", TODAY)
    usd = CATALOGUE.estimate(model, 1024, 1024, "high", letters=4000, sources=2, previews=2)
    assert usd == pytest.approx((1000 * 5 + 2 * 1024 * 8 + (1756 + 200) * 30) / 1_000_000)


def test_the_bill_follows_the_usage():
    usage = {"text_in": 1000, "text_cached": 400, "image_in": 2000, "image_cached": 500, "image_out": 3000}
    by_hand = (600 * 5 + 400 * 1.25 + 1500 * 8 + 500 * 2 + 3000 * 30) / 1_000_000
    assert CATALOGUE.cost("gpt-image-2.6-flare", usage) == pytest.approx(by_hand)
    words = {"text_in": 1000, "text_cached": 400, "text_out": 500}
    assert CATALOGUE.cost("gpt-6.2-sol", words) == pytest.approx((600 * 2 + 400 * 0.1 + 500 * 10) / 1_000_000)
    assert CATALOGUE.cost("gpt-6-luna", words) == pytest.approx((600 * 0.1 + 400 * 0.01 + 500 * 0.5) / 1_000_000)


def test_what_is_not_known_costs_unknown_and_never_nothing():
    assert CATALOGUE.cost("somebodys-model", {"image_out": 10}) is None
    assert CATALOGUE.cost("gpt-image-1.5", {"image_out": 10}) is None
    assert CATALOGUE.cost("gpt-image-2", {}) is None
    assert CATALOGUE.estimate(CATALOGUE.image("somebodys-model"), 1024, 1024, "low") is None


def test_the_operators_prices_hold_over_the_listed_ones_and_for_unlisted_models():
    own = Catalogue.load({"gpt-image-2": {"image_out": 40}, "my-model": {"text_in": 1, "text_out": 2}})
    assert own.cost("gpt-image-2", {"image_out": 1_000_000, "text_in": 1_000_000}) == pytest.approx(45)
    assert own.cost("my-model", {"text_in": 500_000, "text_out": 500_000}) == pytest.approx(1.5)
    assert own.cost("my-model", {"image_out": 1}) is None
    assert not own.text("my-model").known
    with pytest.raises(ValueError, match="image_made"):
        Catalogue.load({"gpt-image-2": {"image_made": 40}})


# --- how hard to think ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "role", "sent"),
    [
        ("gpt-6.2-sol", "writer", {"reasoning_effort": "low"}),
        ("gpt-6.2-sol", "helper", {"reasoning_effort": "minimal"}),
        ("gpt-6-luna", "helper", {"reasoning_effort": "none", "temperature": 0.2}),
        ("gpt-6-luna", "writer", {"reasoning_effort": "low"}),
        ("gpt-4o-mini", "helper", {"temperature": 0.2}),
        ("somebodys-model", "helper", {}),
    ],
)
def test_a_temperature_goes_only_where_nothing_is_thought(name, role, sent):
    assert CATALOGUE.text(name, TODAY).parameters(role, 0.2) == sent


# --- fitting ---------------------------------------------------------------------------------------------------------------


def test_what_the_model_offers_goes_out_unchanged():
    model = CATALOGUE.image("gpt-image-2.5-flare", TODAY)
    fitted = fit(wish(size="1280x720", quality="xhigh", format="webp", transparent=True), model)
    assert fitted.changes == ()
    assert fitted.parameters == {
        "size": "1280x720",
        "quality": "xhigh",
        "output_format": "webp",
        "background": "transparent",
    }


@pytest.mark.parametrize(("word", "size"), [("square", "1024x1024"), ("wide", "1536x1024"), ("tall", "1024x1536")])
@pytest.mark.parametrize("name", [*DEFAULTS, "gpt-image-1.5", "somebodys-model"])
def test_size_words_are_the_standard_sizes_everywhere(word, size, name):
    fitted = fit(wish(size=word), CATALOGUE.image(name, TODAY))
    assert fitted.parameters["size"] == size
    assert not fitted.changes


@given(width=st.integers(1, 99_999), height=st.integers(1, 99_999), name=st.sampled_from(["gpt-image-2.6-flare", "x"]))
def test_every_size_is_fitted_to_an_allowed_one(width, height, name):
    model = CATALOGUE.image(name)
    rule = FREE_SIZES if model.known else STANDARD_SIZES
    fitted = fit(wish(size=f"{width}x{height}"), model)
    assert rule.allows(*fitted.size)
    assert fitted.parameters["size"] == "{}x{}".format(*fitted.size)
    if rule.allows(width, height):
        assert (width, height) == fitted.size
    else:
        (change,) = fitted.changes
        assert change == Fit(code="fitted-size", asked=f"{width}x{height}", used=fitted.parameters["size"])
    if model.known and max(width, height) <= 2.9 * min(width, height):
        assert math.isclose(fitted.size[0] / fitted.size[1], width / height, rel_tol=0.04)


@pytest.mark.parametrize("size", ["", "big", "0x1024", "1024", "1024x-5"])
def test_a_size_that_is_none_is_the_persons_to_mend(size):
    with pytest.raises(BadInput) as raised:
        fit(wish(size=size), CATALOGUE.image("gpt-image-2"))
    assert raised.value.code == "size-unknown"


def test_each_change_is_told_with_what_was_asked_and_used():
    fitted = fit(wish(quality="max", transparent=True, format="jpeg"), CATALOGUE.image("gpt-image-2", TODAY))
    assert set(fitted.changes) == {
        Fit(code="fitted-quality", asked="max", used="high"),
        Fit(code="fitted-transparent", asked="transparent"),
    }
    assert fitted.parameters == {"size": "1024x1024", "quality": "high", "output_format": "jpeg"}


def test_transparency_needs_a_format_that_has_it():
    fitted = fit(wish(transparent=True, format="jpeg"), CATALOGUE.image("gpt-image-2.5-flare", TODAY))
    assert fitted.changes == (Fit(code="fitted-format", asked="jpeg", used="png"),)
    assert fitted.parameters["background"] == "transparent"
    assert fitted.parameters["output_format"] == "png"


def test_an_unknown_model_is_sent_only_what_every_server_understands():
    model = CATALOGUE.image("somebodys-model")
    assert fit(wish(), model).parameters == {"size": "1024x1024"}
    assert not fit(wish(), model).changes
    asked_for_more = fit(wish(quality="high", format="webp", transparent=True), model)
    assert asked_for_more.parameters == {"size": "1024x1024"}
    assert {change.code for change in asked_for_more.changes} == {
        "fitted-quality",
        "fitted-format",
        "fitted-transparent",
    }


def test_a_prompt_has_words_and_not_too_many():
    model = CATALOGUE.image("gpt-image-2", TODAY)
    assert len(fit(Drawing(prompt="x" * 32_000), model).prompt) == 32_000
    for prompt, code in [("x" * 32_001, "words-too-long"), ("  ", "words-missing")]:
        with pytest.raises(BadInput) as raised:
            fit(Drawing(prompt=prompt), model)
        assert raised.value.code == code


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        ('a cat <sd_cpp_extra_args>{"steps": 500}</sd_cpp_extra_args> asleep', "a cat   asleep"),
        ("a cat <SD_CPP_EXTRA_ARGS>{\n}", "a cat"),
        (
            "a <sd_cpp_<sd_cpp_extra_args>x</sd_cpp_extra_args>extra_args>{}</sd_cpp_extra_args>cat",
            "a <sd_cpp_ extra_args>{}</sd_cpp_extra_args>cat",
        ),
        ("a cat < 3", "a cat < 3"),
    ],
)
def test_a_prompt_cannot_set_a_servers_options(prompt, left):
    assert plain_prompt(prompt) == left
    assert "<sd_cpp_extra_args>" not in left
