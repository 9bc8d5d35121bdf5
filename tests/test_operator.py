"""What an operator sees and does, and that nobody else reaches any of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest_asyncio

from bots.web import operating
from comers import TOKEN, at, browser, enters
from embedded.process import EmbeddedProcess
from fabula_process import running_fabula
from patience import PATIENCE
from studio import NO_LOCKS, Studio, studio_at
from timed import MovedClock

METRICS = "a-token-for-figures"
OF_A_MOMENT = {"once": "", "disk": {}}  # the log of the database comes to its end by itself
ROUTES = sorted((method, route.path) for route in operating.routes.routes for method in route.methods)  # type: ignore[attr-defined]
ACTIONS = {
    "/admin/again": {"job": "x"},
    "/admin/announce": {"words": "hello", "once": "1"},
    "/admin/maintenance": {"begins": "true"},
    "/admin/block": {"person": "web:boss"},
    "/admin/limit": {"person": "web:boss", "requests": "1"},
    "/admin/invite": {"name": "x"},
    "/admin/remove": {"person": "x"},
    "/admin/token": {"label": "x", "person": "x"},
    "/admin/revoke": {"token": "x"},
}


@pytest_asyncio.fixture
async def house(services: EmbeddedProcess, tmp_path: Path) -> AsyncIterator[Studio]:
    changes = {"web_token": TOKEN, "metrics_token": METRICS, "monthly_budget_usd": 50}
    async with studio_at(tmp_path / "data", services, **changes) as studio:
        yield studio


async def test_nobody_but_an_operator_reaches_any_route(house: Studio) -> None:
    ann = await house.invited("ann")
    cookie = ann.headers["cookie"]
    person = house.program.storage.people
    expired = await at(house, -91 * 86400).log_in(ann.name)
    issued = await person.issue("cron", person=ann.name)
    assert issued and {path for _, path in ROUTES} == {*ACTIONS, "/admin", "/metrics", "/readyz"}, (
        "none is forgotten here"
    )
    ways = {
        "nothing": {},
        "another's log-in": {"cookie": cookie},
        "an expired log-in": {"cookie": f"fabula={expired}"},
        "another's token": {"authorization": f"Bearer {issued[1]}"},
        "a wrong token": {"authorization": "Bearer not-the-token-of-anybody"},
        "the token for figures": {"authorization": f"Bearer {METRICS}"},
    }
    before = await house.program.operating.view("en")
    for method, path in ROUTES:
        for way, headers in ways.items():
            async with httpx2.AsyncClient(
                base_url=house.url, headers=headers, trust_env=False, timeout=PATIENCE, verify=NO_LOCKS
            ) as client:
                answer = await client.request(method, path, data=ACTIONS.get(path))
            if path == "/readyz":
                assert (answer.status_code, answer.json()) == (200, {"status": "ready"}), "tells nothing else"
            elif path == "/metrics" and way == "the token for figures":
                assert answer.status_code == 200
            elif (path, answer.status_code) == ("/admin", 303):
                assert answer.headers["location"] == "/login", way
            else:
                assert answer.status_code in (401, 403, 429) and "Bearer" not in answer.text, (path, way, answer.text)
    after = await house.program.operating.view("en")
    assert {**before, **OF_A_MOMENT} == {**after, **OF_A_MOMENT}, "and nothing was done by it"
    async with browser(house, TOKEN) as boss:
        cross = await boss.post(
            "/admin/maintenance", data={"begins": "true"}, headers={"origin": "https://evil.example"}
        )
    assert cross.status_code == 403 and not house.program.runner.paused


async def test_what_there_is_to_do_is_done(house: Studio) -> None:
    ann = await house.invited("Ann")
    room = await house.invited("Ben", room="family")
    await asyncio.gather(ann.says("/image a cat --raw"), room.says("/image a cow --raw"))
    await house.faults({"endpoint": "images.generations", "kind": "status", "status": 500, "times": 9})
    failed = await ann.says("/image a <b>dog</b> --raw")
    assert failed.code
    async with house.control() as control:
        await control.delete("/faults")
    async with browser(house, TOKEN) as boss:
        page = (await boss.get("/admin")).text
        assert failed.failure and failed.failure["text"].splitlines()[0].split(".")[0] in page
        assert "gpt-image-2.6-flare" in page and f"web:{ann.name}" in page and "<b>dog" not in page
        job = re.findall(r'name="job" value="([^"]+)"', page)[0]
        assert "no-store" in (await boss.get("/admin")).headers["cache-control"]

        assert (await boss.post("/admin/again", data={"job": job})).status_code == 303
        again = await ann.wait(
            lambda events: [e for e in events if e.get("in_reply_to") == failed.request and e["pieces"]]
        )
        assert len(again) == 1, "the person gets what they had asked for"
        assert (await boss.post("/admin/again", data={"job": "never"})).status_code == 422

        once = re.findall(r'name="once" value="([^"]+)"', page)[0]
        for _ in range(2):
            await boss.post("/admin/announce", data={"words": "We move on *Friday*.", "once": once})
        for person in (ann, room):
            heard = await person.wait(lambda events: [e for e in events if "Friday" in e.get("text", "")])
            assert len(heard) == 1, "once, though it was sent twice"
        assert (await boss.post("/admin/announce", data={"words": " "})).status_code == 422

        await boss.post("/admin/maintenance", data={"begins": "true"})
        request = await ann.posts("/image a hen --raw")
        await ann.wait(lambda events: [e for e in events if e.get("in_reply_to") == request and "is kept" in e["text"]])
        assert len(await house.requests("images.generations")) < 12 and house.program.runner.paused
        await boss.post("/admin/maintenance", data={"begins": "false"})
        assert (await ann.answer(request)).pictures

        await boss.post("/admin/block", data={"person": f"web:{ann.name}"})
        async with ann.http() as http:
            refused = await http.post(f"/api/chats/{ann.chat}/messages", data={"text": "/image a pig --raw"})
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed-here")
        await boss.post("/admin/block", data={"person": f"web:{ann.name}", "blocked": "false"})
        assert (await ann.says("/image a pig --raw")).pictures
        assert (await boss.post("/admin/block", data={"person": "nobody"})).status_code == 422

        made = await boss.post("/admin/invite", data={"name": "Cleo"})
        secret = re.findall(r"/invite#([\w-]+)", made.text)[0]
        async with browser(house) as cleo:
            assert await enters(cleo, secret, "Cleo")
        token = re.findall(
            r"fabula-[\w-]+", (await boss.post("/admin/token", data={"label": "cron", "person": ann.name})).text
        )[0]
        async with browser(house, token) as program:
            assert (await program.get("/api/page")).status_code == 200
            (listed,) = await house.program.storage.people.tokens()
            await boss.post("/admin/revoke", data={"token": listed.id})
            assert (await program.get("/api/page")).status_code == 401
        await boss.post("/admin/remove", data={"person": ann.name})
        assert ann.name not in [one.id for one in await house.program.storage.people.everybody()]


async def test_maintenance_outlives_the_process(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services) as studio:
        ann = await studio.person("ann")
        await studio.program.operating.maintain(True)
        request = await ann.posts("/image a cat --raw")
        await ann.wait(lambda events: [e for e in events if e.get("in_reply_to") == request])
    async with studio_at(tmp_path, services) as studio:
        ann = await studio.person("ann")
        assert studio.program.runner.paused
        await studio.program.operating.maintain(False)
        assert (await ann.answer(request)).pictures


async def test_figures_tell_what_was_done_and_name_nobody(house: Studio) -> None:
    ann = await house.invited("Annabel")
    drawn = await ann.says("/image a cat --raw")
    await ann.rates(drawn.message, "👍")
    await ann.says("/story a fox --length short --pages 1")
    async with browser(house, METRICS) as scraper:
        answer = await scraper.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    told = answer.text
    for line in (
        'fabula_jobs_total{command="image",state="done"}',
        'fabula_job_seconds_count{command="story"}',
        'fabula_step_seconds_count{step="picture"}',
        'fabula_spent_usd_total{model="gpt-image-2.6-flare"}',
        'fabula_calls_total{model="gpt-6.2-sol",priced="true"}',
        'fabula_ratings_total{says="good"}',
        'fabula_delivery_seconds_count{platform="web"}',
        'fabula_oldest_seconds{what="job"}',
        "fabula_loop_lag_seconds_count",
        "fabula_ready 1.0",
    ):
        assert line in told, line
    assert not re.search(f"{ann.name}|Annabel|web:|home-", told), "no label by person or chat"
    dashboard = json.loads((Path(__file__).parent.parent / "docs" / "grafana.json").read_text("utf-8"))
    asked = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ()))
    known = set(re.findall(r"^(fabula_\w+?)(?:\{| )", told, re.M)) | {
        "fabula_throttled_total",
        "fabula_job_failures_total",
        "fabula_jobs_open",
    }
    assert set(re.findall(r"fabula_\w+", asked)) <= known, "the dashboard asks for nothing that is not told"


async def test_where_nobody_signs_in_the_page_says_so_and_figures_are_for_this_machine(studio: Studio) -> None:
    async with browser(studio) as anybody:
        assert "FABULA_WEB_TOKEN" in (await anybody.get("/admin")).text
        assert (await anybody.post("/admin/maintenance", data={"begins": "true"})).status_code == 403
        assert (await anybody.get("/metrics")).status_code == 200
    await studio.program.runner.close()
    async with browser(studio) as anybody:
        assert (await anybody.get("/readyz")).status_code == 503 and (await anybody.get("/healthz")).status_code == 200


async def test_the_log_is_json_where_that_is_set(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[[rule]]\nwhat = ["image"]\nallow = false')
    own = {"FABULA_LOG_FORMAT": "json", "FABULA_RULES": "rules.toml", "FABULA_WEB_TOKEN": TOKEN}
    async with running_fabula(tmp_path, **own) as (process, _):
        line = json.loads(await asyncio.wait_for(process.stderr.readline(), PATIENCE))
    assert line["event"] and line["level"] and line["timestamp"]


async def test_the_report_comes_each_morning(services: EmbeddedProcess, tmp_path: Path) -> None:
    clock, own = MovedClock(), {"report_chat": "web:home-boss", "monthly_budget_usd": 50, "language": "zh"}
    async with studio_at(tmp_path, services, clock=clock, **own) as studio:
        boss, ann = await studio.person("boss"), await studio.person("ann")
        await ann.says("/image a cat --raw")

        async def told(number: int) -> str:
            found = await boss.wait(lambda events: [e for e in events if "本月至今" in e.get("text", "")][number:])
            return str(found[0]["text"])

        clock.move(86400 + 9 * 3600 - clock.now() % 86400)  # nine in the morning, tomorrow
        assert "50.00" in await told(0)
        clock.move(86400)
        await told(1)
    async with studio_at(tmp_path, services, clock=clock, **own) as studio:
        boss = await studio.person("boss")
        await boss.says("/usage")
        told_so_far = [event for event in boss.events if "本月至今" in event.get("text", "")]
        assert len(told_so_far) in (2, 3), (
            "a start tells none a second time (two, or three where today's was still to come)"
        )
