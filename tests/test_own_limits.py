"""Limits that an operator sets on /admin for one person: they hold at once, in the place of those for everybody, and in every process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from comers import TOKEN, browser
from core import texts
from embedded.process import EmbeddedProcess
from fabula_process import fabula
from studio import Studio, studio_at


@pytest_asyncio.fixture
async def house(services: EmbeddedProcess, tmp_path: Path) -> AsyncIterator[Studio]:
    """A studio with a limit for everybody, of requests in its rules and of money in its settings."""
    (tmp_path / "rules.toml").write_text(
        "[[rule]]\nrequests = {day = 2}\n[[rule]]\nwhat = ['story']\nrequests = {day = 1}"
    )
    changes = {"web_token": TOKEN, "rules": tmp_path / "rules.toml", "person_daily_usd": 0.5}
    async with studio_at(tmp_path / "data", services, **changes) as studio:
        yield studio


async def sets(boss: httpx2.AsyncClient, person: str, **amounts: str) -> httpx2.Response:
    return await boss.post("/admin/limit", data={"person": person, **amounts})


async def test_somebodys_own_limit_holds_in_the_place_of_everybodys(house: Studio) -> None:
    ann, bob = await house.invited("Ann"), await house.invited("Bob")
    key = f"web:{ann.name}"
    async with browser(house, TOKEN) as boss:
        assert (await sets(boss, key, requests="3")).headers["location"] == "/admin?done=limited"
        codes = [(await ann.says(f"/image a cat {number} --raw")).code for number in range(4)]
        assert codes == [None, None, None, "rule-requests-day"], "more than others may"
        assert [(await bob.says("/image a cat --raw")).code for _ in range(3)] == [None, None, "rule-requests-day"]
        page = (await boss.get("/admin")).text
        assert "3 requests a day" in page and key in page
        await sets(boss, key, requests="9", daily="0.01", monthly="400")
        assert (await ann.says("/image a dog --raw")).code == "over-quota", "less than others may"
        assert "$0.00" in (await ann.says("/usage")).text.splitlines()[-1]
        await sets(boss, key, requests="9", daily="50")
        assert [(await ann.says("/story a fox --length short")).code for _ in range(2)] == [
            None,
            "rule-requests-day",
        ], "a rule about one thing holds beside"
        chinese = (await boss.get("/admin", headers={"accept-language": "zh"})).text
        assert "每天9次请求" in chinese and f"每天{texts.money(50, 'zh')}" in chinese
        await sets(boss, key)
        assert (await ann.says("/image a pig --raw")).code == "rule-requests-day", "as for everybody again"
        assert key not in house.program.limits.ruling.own


@pytest.mark.parametrize("wrong", ["0", "-1", "many", "nan", "1e99", "1.5"])
async def test_what_is_no_limit_changes_nothing(house: Studio, wrong: str) -> None:
    async with browser(house, TOKEN) as boss:
        await sets(boss, "web:ann", requests="3")
        refused = await sets(boss, "web:ann", requests=wrong)
        assert refused.status_code == 422 and "above 0" in refused.text and "3 requests a day" in refused.text
        for nobody in ("ann", "web:", "mars:ann", "web:a b", "web:@role", "web:#room"):
            assert (await sets(boss, nobody, requests="3")).status_code == 422, nobody
        assert {*house.program.limits.ruling.own} == {"web:ann"}


@pytest.mark.parametrize("kept", ["folder", "postgresql"])
async def test_it_outlives_a_restart_and_is_explained(
    services: EmbeddedProcess, tmp_path: Path, kept: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("new_url")() if kept == "postgresql" else None
    async with studio_at(tmp_path / "data", services, database_url=url) as studio:
        await studio.program.operating.limit("web:ann", {"requests-day": "1", "usd-month": "5"})
    async with studio_at(tmp_path / "data", services, database_url=url) as studio:
        ann = await studio.person("ann")
        assert [(await ann.says("/image a cat --raw")).code for _ in range(2)] == [None, "rule-requests-day"]
    (tmp_path / "rules.toml").write_text('[[rule]]\nname = "some"\nrequests = {day = 5}')
    at = {"FABULA_DATABASE_URL": url} if url else {}
    told = await fabula(tmp_path, "rules", "explain", "web:ann", "image", FABULA_RULES="rules.toml", **at)
    assert "1 of 1" in told.said and "some" not in told.said and "their own limit" in told.said, told
