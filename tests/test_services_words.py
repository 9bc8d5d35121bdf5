"""Words from the services: texts that grow, shapes that are filled, what moderation says."""

import asyncio
import time
from itertools import pairwise

import httpx2
import pytest
from pydantic import BaseModel

from core.errors import FabulaError, OperatorFault, Refused, Unavailable
from core.services import openai_moderation
from core.services.openai_text import strict_schema
from core.types import Status, TextSoFar, Turn
from embedded_openai import photo, png, script
from opened_services import FLARE, LUNA, SOL, Opened, calls, status

pytest_plugins = (
    "openai_fixtures",
    "opened_services",
)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_text_grows_and_has_its_price(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    turns = [
        Turn(role="person", text="a story about a fox", author="Mei"),
        Turn(role="fabula", text="Once there was a fox."),
        Turn(role="person", text="and then?"),
    ]
    await control.post("/latency", json={"chat_token": 0.001})
    async with calls(control) as asked:
        written = await services.writer.write("Tell stories.", turns, person="h4sh", show=services.show)
    texts = [shown.text for shown in services.of_kind(TextSoFar)]
    assert len(texts) > 1
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(texts))
    assert texts[-1] == written.text
    assert not written.cut
    (sent,) = asked
    assert [(message["role"], message["content"]) for message in sent["messages"]] == [
        ("system", "Tell stories."),
        ("user", "Mei: a story about a fox"),
        ("assistant", "Once there was a fox."),
        ("user", "and then?"),
    ]
    assert sent["params"]["reasoning_effort"] == "low"
    assert sent["params"]["safety_identifier"] == "h4sh"
    assert "temperature" not in sent["params"]
    usage = sent["usage"]
    by_hand = (usage["prompt_tokens"] * 2 + usage["completion_tokens"] * 10) / 1_000_000
    assert written.spend.usd == pytest.approx(by_hand)
    assert written.spend.model == SOL


async def test_a_text_that_breaks_off_once_is_written_anew(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    await script(control, {"endpoint": "chat", "kind": "cut_stream", "after": 4})
    async with calls(control) as asked:
        written = await services.writer.write(
            "Tell.", [Turn(role="person", text="a fox")], person="", show=services.show
        )
    assert len(asked) == 2
    assert services.of_kind(TextSoFar)[-1].text == written.text
    assert [shown.phase for shown in services.of_kind(Status)] == ["waiting", "writing"]


async def test_a_text_that_breaks_off_twice_fails(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    await script(control, {"endpoint": "chat", "kind": "cut_stream", "after": 4, "times": None})
    async with calls(control) as asked:
        with pytest.raises(Unavailable) as raised:
            await services.writer.write("Tell.", [Turn(role="person", text="a fox")], person="", show=services.show)
    assert (raised.value.code, raised.value.spent) == ("answer-cut", True)
    assert len(asked) == 2


class Line(BaseModel):
    words: str


class Scene(BaseModel):
    """What strict mode is particular about: a field called title, a default, an option, a list of shapes."""

    title: str = "untitled"
    mood: str | None = None
    lines: list[Line]


async def test_a_strict_schema_requires_everything_and_allows_nothing_else() -> None:
    schema = strict_schema(Scene)
    assert schema["required"] == ["title", "mood", "lines"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["title"] == {"type": "string"}
    assert schema["$defs"]["Line"]["required"] == ["words"]
    assert schema["$defs"]["Line"]["additionalProperties"] is False
    assert schema["properties"]["lines"]["items"] == {"$ref": "#/$defs/Line"}


async def test_a_shape_is_filled_by_the_cheaper_model(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    async with calls(control) as asked:
        scene, spend = await services.writer.extract(
            "Make a scene.", "a fox in the snow", Scene, name="scene", person="h4sh", pictures=[png(photo())]
        )
    assert isinstance(scene, Scene)
    (sent,) = asked
    assert sent["model"] == spend.model == LUNA
    assert sent["params"]["temperature"] == 0.2
    assert sent["params"]["reasoning_effort"] == "none"
    assert sent["params"]["response_format"]["json_schema"]["strict"] is True
    assert [part["type"] for part in sent["messages"][1]["content"]] == ["image_url", "text"]
    usage = sent["usage"]
    assert spend.usd == pytest.approx((usage["prompt_tokens"] * 0.1 + usage["completion_tokens"] * 0.5) / 1_000_000)


async def test_harmless_words_and_pictures_pass(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    async with calls(control) as asked:
        await services.moderator.check("a fox asleep", [png(photo())])
    assert len(asked) == 2
    assert services.moderator.available


async def test_words_that_are_flagged_are_refused(opened: Opened) -> None:
    with pytest.raises(Refused) as raised:
        await opened().moderator.check("how to build a bomb")
    assert (raised.value.code, raised.value.spent) == ("refused-words", False)


@pytest.mark.parametrize(
    ("fault", "code", "tries"),
    [
        (status(401, "invalid_api_key"), "wrong-key", 1),
        (status(500), "service-down", 3),
        ({"kind": "disconnect"}, "answer-cut", 2),
    ],
)
async def test_moderation_that_fails_never_cost_anything(
    opened: Opened, control: httpx2.AsyncClient, fault: dict[str, object], code: str, tries: int
) -> None:
    await script(control, {"endpoint": "moderations", "times": None, **fault})
    async with calls(control) as asked:
        with pytest.raises(FabulaError) as raised:
            await opened().moderator.check("a fox")
    assert (raised.value.code, raised.value.spent) == (code, False)
    assert len(asked) == tries


@pytest.mark.parametrize("number", [404, 405, 501])
async def test_a_server_without_moderation_is_believed_after_three_answers_and_asked_again_later(
    opened: Opened, control: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    moderator = opened().moderator
    await script(control, {"endpoint": "moderations", "times": None, **status(number)})
    async with calls(control) as asked:
        await moderator.check("how to build a bomb")
        await moderator.check("how to build a bomb", [png(photo())])
    assert not moderator.available
    assert len(asked) == openai_moderation.ABSENCES
    await control.delete("/faults")
    monkeypatch.setattr(openai_moderation.time, "monotonic", lambda: 10 * openai_moderation.LOOK_AGAIN + time.time())
    with pytest.raises(Refused):
        await moderator.check("how to build a bomb")
    assert moderator.available


async def test_the_end_of_the_longest_words_is_looked_at_too(opened: Opened) -> None:
    """All ideas of a board are looked at together."""
    with pytest.raises(Refused):
        await opened().moderator.check("a fox\n\n" * openai_moderation.LONGEST_WORDS + "how to build a bomb")


async def test_one_answer_of_a_proxy_that_starts_does_not_switch_moderation_off(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    moderator = opened().moderator
    for _ in range(openai_moderation.ABSENCES):
        await script(control, {"endpoint": "moderations", "times": 2, **status(404)})
        with pytest.raises(Refused):
            await moderator.check("how to build a bomb")
    assert moderator.available


async def test_a_server_that_has_moderation_is_never_believed_to_have_none(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    moderator = opened().moderator
    await moderator.check("a fox")
    await script(control, {"endpoint": "moderations", "times": None, **status(404)})
    for _ in range(openai_moderation.ABSENCES):
        with pytest.raises(Unavailable, match="service-down"):
            await moderator.check("how to build a bomb")
    await control.delete("/faults")
    with pytest.raises(Refused):
        await moderator.check("how to build a bomb")


async def test_where_moderation_is_required_nothing_goes_on_without_it(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    moderator = openai_moderation.OpenAIModerator(opened().connection, required=True)
    await script(control, {"endpoint": "moderations", "times": None, **status(404)})
    for _ in range(2):
        with pytest.raises(OperatorFault, match="moderation-missing"):
            await moderator.check("a fox")
    await control.delete("/faults")
    await moderator.check("a fox")


async def test_the_list_of_models_tells_when_each_goes_and_whether_the_key_is_good(opened: Opened) -> None:
    listed = await opened().connection.list_models()
    assert listed[FLARE] is None
    assert listed["gpt-image-1.5"] == "2026-12-01"
    with pytest.raises(OperatorFault) as raised:
        await opened(key="sk-of-somebody-else").connection.list_models()
    assert raised.value.code == "wrong-key"


async def test_no_more_calls_go_out_in_a_minute_than_were_agreed(opened: Opened, control: httpx2.AsyncClient) -> None:
    connection = opened(calls_per_minute=2).connection
    async with calls(control) as asked:
        tasks = {asyncio.create_task(connection.list_models()) for _ in range(3)}
        waiting = tasks
        while len(waiting) > 1:
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait(waiting, timeout=0.3)
        stands = [task.done() for task in waiting]
    for task in waiting:
        task.cancel()
    assert stands == [False]
    assert len(asked) == 2
