"""Writing, drawing and moderating over real sockets, against the embedded server: what is sent, what comes back, what goes wrong."""

import httpx2
import pytest

from core.errors import BadInput, OperatorFault
from core.types import Preview
from embedded_openai import SMALLEST, mask_for, photo, png
from opened_services import CATALOGUE, FLARE, JPEG, Opened, calls, drawing

pytest_plugins = (
    "openai_fixtures",
    "opened_services",
)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_picture_arrives_with_previews_and_its_price(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    async with calls(control) as asked:
        painting = await services.painter.generate(drawing("a red kite", person="h4sh", slot=3), services.show)
    assert painting.data.startswith(JPEG)
    assert painting.mime == "image/jpeg"
    assert [preview.slot for preview in services.of_kind(Preview)] == [3, 3]
    assert all(preview.data.startswith(JPEG) and preview.mime == "image/jpeg" for preview in services.of_kind(Preview))
    (sent,) = asked
    assert sent["model"] == painting.model == FLARE
    assert sent["params"] == {
        "size": SMALLEST,
        "quality": "low",
        "output_format": "jpeg",
        "output_compression": 90,
        "stream": True,
        "partial_images": 2,
        "n": 1,
        "safety_identifier": "h4sh",
    }
    assert painting.parameters.items() <= sent["params"].items()
    usage = sent["usage"]
    by_hand = (usage["input_tokens_details"]["text_tokens"] * 5 + usage["output_tokens"] * 30) / 1_000_000
    assert painting.spend.usd == pytest.approx(by_hand)
    assert painting.spend.usage["image_out"] == usage["output_tokens"]


@pytest.mark.parametrize(
    ("wish", "sent"),
    [
        ({}, ("jpeg", 90)),
        ({"transparent": True}, ("png", None)),
        ({"format": "png"}, ("png", None)),
        ({"format": "jpeg"}, ("jpeg", None)),
        ({"format": "webp"}, ("webp", None)),
        ({"format": "webp", "transparent": True}, ("webp", None)),
        ({"compression": 40}, ("jpeg", 40)),
        ({"format": "webp", "compression": 0}, ("webp", 0)),
        ({"format": "jpeg", "compression": 100}, ("jpeg", 100)),
    ],
)
async def test_a_picture_comes_light_unless_something_speaks_for_another_format(
    opened: Opened, control: httpx2.AsyncClient, wish: dict[str, object], sent: tuple[str, int | None]
) -> None:
    services = opened()
    async with calls(control) as asked:
        painting = await services.painter.generate(drawing("a red kite", **wish), services.show)
    params = asked[0]["params"]
    assert (params["output_format"], params.get("output_compression")) == sent
    assert painting.mime == f"image/{sent[0]}" and not painting.fitted


async def test_the_estimate_comes_near_the_bill(opened: Opened) -> None:
    services = opened()
    wish = drawing("a red kite over the sea")
    painting = await services.painter.generate(wish, services.show)
    assert services.painter.estimate(wish) == pytest.approx(painting.spend.usd, rel=0.01)


async def test_without_previews_the_picture_comes_at_once(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened(painter={"previews": 0, "complexity": "low"})
    async with calls(control) as asked:
        painting = await services.painter.generate(
            drawing("a blue kite", format="jpeg", moderation="low"), services.show
        )
    assert painting.mime == "image/jpeg"
    assert services.shown == []
    params = asked[0]["params"]
    assert "stream" not in params
    assert (params["moderation"], params["complexity"]) == ("low", "low")
    assert painting.spend.usd is not None


async def test_an_edit_sends_every_picture_and_the_mask(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    sources = [png(photo()), png(photo(64, 64), "JPEG"), png(photo(64, 64), "WEBP")]
    async with calls(control) as asked:
        painting = await services.painter.edit(
            drawing("add a hat", moderation="low"), sources, png(mask_for()), services.show
        )
    assert painting.data.startswith(JPEG)
    assert len(services.of_kind(Preview)) == 2
    params = asked[0]["params"]
    assert [file["mimetype"] for file in params["image"]] == ["image/png", "image/jpeg", "image/webp"]
    assert len(params["mask"]) == 1
    assert not {"moderation", "input_fidelity", "complexity"} & params.keys()
    details = asked[0]["usage"]["input_tokens_details"]
    by_hand = (
        details["text_tokens"] * 5 + details["image_tokens"] * 8 + asked[0]["usage"]["output_tokens"] * 30
    ) / 1_000_000
    assert painting.spend.usd == pytest.approx(by_hand)


async def test_what_the_model_does_not_offer_is_replaced_and_told(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened(painter={"model": "gpt-image-2"})
    async with calls(control) as asked:
        painting = await services.painter.generate(
            drawing("a kite", quality="max", size="1000x700", transparent=True), services.show
        )
    assert asked[0]["params"]["quality"] == "high"
    assert "background" not in asked[0]["params"]
    assert {change.code for change in painting.fitted} == {"fitted-quality", "fitted-size", "fitted-transparent"}


async def test_usual_seconds_follow_what_is_seen(opened: Opened) -> None:
    services = opened()
    guess = CATALOGUE.image(FLARE).seconds
    wish = drawing("a quick kite")
    assert services.painter.usual_seconds(wish) == guess
    await services.painter.generate(wish, services.show)
    assert services.painter.usual_seconds(wish) < guess
    assert services.painter.usual_seconds(drawing("a slow kite", quality="high")) == guess


async def test_wishes_that_cannot_be_drawn_are_not_sent(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    retired = opened(painter={"model": "gpt-image-1"})
    many = [png(photo(16, 16))] * 17
    async with calls(control) as asked:
        with pytest.raises(BadInput, match="words-missing"):
            await services.painter.generate(drawing("<sd_cpp_extra_args>{}</sd_cpp_extra_args>"), services.show)
        with pytest.raises(BadInput, match="too-many-pictures"):
            await services.painter.edit(drawing("merge"), many, None, services.show)
        with pytest.raises(BadInput, match="file-not-a-picture"):
            await services.painter.edit(drawing("merge"), [b"GIF89a"], None, services.show)
        with pytest.raises(OperatorFault, match="model-retired") as gone:
            await retired.painter.generate(drawing("a kite"), services.show)
    assert gone.value.values["successor"] == FLARE
    assert asked == []


async def test_a_png_loses_nothing_and_that_is_said(opened: Opened) -> None:
    services = opened()
    for wish in ({"format": "png"}, {"transparent": True}):
        painting = await services.painter.generate(drawing("a kite", compression=40, **wish), services.show)
        assert [one.code for one in painting.fitted] == ["fitted-compression"] and painting.mime == "image/png"
