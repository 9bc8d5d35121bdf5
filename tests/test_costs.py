"""What things cost, reckoned by hand from the usage that the services reported."""

from __future__ import annotations

import pytest

from embedded.process import EmbeddedProcess
from studio import Person, Studio, studio_at

# USD per million tokens, as OpenAI's price page had them on 2026-11-22.
SOL_IN, SOL_CACHED, SOL_OUT = 2.0, 0.10, 10.0
LUNA_IN, LUNA_CACHED, LUNA_OUT = 0.10, 0.01, 0.50
TEXT_IN, IMAGE_IN, IMAGE_OUT = 5.0, 8.0, 30.0


async def test_a_storys_cost_is_that_of_its_calls(studio: Studio) -> None:
    person = await studio.person()
    answer = await person.says("/story a fox at sea --length short --pages 2")
    details = [(await person.get(f"/api/pieces/{piece['id']}")).json() for piece in answer.pieces]
    text = plan = pictures = 0.0
    for entry in await studio.requests("chat", "images.generations", "images.edits"):
        usage = entry["usage"]
        if entry["endpoint"] != "chat":
            tokens = usage["input_tokens_details"]
            assert (tokens["image_tokens"] > 0) == (entry["endpoint"] == "images.edits"), (
                "the pages are drawn from their sheet"
            )
            spent = (
                tokens["text_tokens"] * TEXT_IN + tokens["image_tokens"] * IMAGE_IN + usage["output_tokens"] * IMAGE_OUT
            )
            pictures += spent / 1e6
        elif entry["model"] == "gpt-6.2-sol":
            text += (usage["prompt_tokens"] * SOL_IN + usage["completion_tokens"] * SOL_OUT) / 1e6
        else:
            plan += (usage["prompt_tokens"] * LUNA_IN + usage["completion_tokens"] * LUNA_OUT) / 1e6
    assert details[0]["cost_usd"] == pytest.approx(text)
    assert sum(piece["cost_usd"] for piece in details) == pytest.approx(text + plan + pictures)


async def test_a_quota_and_a_budget_stop_the_next_request(services: EmbeddedProcess, tmp_path) -> None:
    async with studio_at(tmp_path / "one", services, person_daily_usd=0.1) as studio:
        person, other = await studio.person("ann"), await studio.person("bob")
        assert (await person.says("/image a cat --raw")).pictures
        assert (await person.says("/image a cat --raw")).code == "over-quota"
        assert "UTC" in (await person.says("/usage")).text
        assert (await other.says("/image a cat --raw")).pictures
    async with studio_at(tmp_path / "two", services, monthly_budget_usd=0.1) as studio:
        person, other = await studio.person("ann"), await studio.person("bob")
        assert (await person.says("/image a cat --raw")).pictures
        assert (await other.says("/image a cat --raw")).code == "over-budget"
        assert (await other.says("/help")).code is None


async def test_too_many_requests_in_a_minute_have_to_wait(services: EmbeddedProcess, tmp_path) -> None:
    async with studio_at(tmp_path, services, person_per_minute=2) as studio:
        person = await studio.person()
        for _ in range(2):
            assert (await person.says("/image a cat --raw")).pictures
        assert (await person.says("/image a cat --raw")).code == "too-fast"


async def test_only_people_on_the_list_may(services: EmbeddedProcess, tmp_path) -> None:
    async with studio_at(tmp_path, services, allowed=("web:ann",)) as studio:
        assert (await (await studio.person("ann")).says("/help")).code is None
        bob = Person(studio.url, "bob", "home-bob", "en")
        async with bob.http() as http:
            told = await http.post(f"/api/chats/{bob.chat}/messages", data={"user": "bob", "text": "/help"})
            read = await http.get("/api/chats/garden/events", params={"user": "bob"})
        assert (told.status_code, told.json()["code"]) == (403, "not-allowed-here")
        assert read.status_code == 403, "nor is anything read"


async def test_a_model_without_a_price_is_never_free(services: EmbeddedProcess, tmp_path) -> None:
    async with studio_at(tmp_path, services, prices={"gpt-image-2.6-flare": {}}) as studio:
        person = await studio.person()
        answer = await person.says("/image a cat --raw")
        assert answer.pictures
