"""A table at half price: handed over in files, answered later; half done, refused, stopped and killed."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI
from sqlalchemy import Connection, select, update

from core.services.catalogue import Catalogue
from embedded.process import EmbeddedProcess
from killed import program
from patience import PATIENCE
from storage.slow_tables import slow_calls, slow_waves
from storage.tables import media, timers
from studio import Person, Studio, studio_at
from test_batches import MovedClock, as_csv, files_of, lives, press, presses
from test_forget_bytes import at_rest, holding

ROWS = [("title", "facts"), ("cup", "blue; small"), ("hat", "red; warm")]
IDEAS = [("Idea",), ("a heron",), ("an owl",), ("a wren",)]


async def fares(studio: Studio, **manner: Any) -> None:
    """How batches fare at the service from now on."""
    async with studio.control() as control:
        usual = {"hold": False, "expire_after": None, "refuse": False, "absent": False}
        assert (await control.post("/batches", json={**usual, **manner})).status_code == 200


async def asked_slowly(studio: Studio) -> list[dict[str, Any]]:
    return await studio.requests("batch.chat", "batch.images.generations")


async def begins(ann: Person, recipe: str, rows: list[tuple[str, ...]]) -> str:
    """A table sent and begun at half price; the id of its batch."""
    plan = await ann.says(f"/batch {recipe}", ("table.csv", as_csv(rows)))
    assert "at half price" in plan.text, plan.text
    await presses(ann, plan.replies[-1], "batch-slow")
    return press(plan.replies[-1], "batch-slow")[1].partition(":")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"database_url": request.getfixturevalue("empty_url")} if request.param == "postgresql" else {}


async def test_words_then_prompts_then_pictures_at_half_price(
    services: EmbeddedProcess, tmp_path: Path, settings: dict[str, Any]
) -> None:
    async with studio_at(tmp_path / "data", services, **settings) as studio:
        await _three_waves(studio)


async def _three_waves(studio: Studio) -> None:
    await studio.begin()
    await fares(studio)
    ann = await studio.person()
    batch = await begins(ann, "product", ROWS)
    done = await ann.wait(lambda events: lives(events, "All rows are done"))
    assert "2 of 2" in done["text"]
    assert not await studio.requests("chat", "images.generations", "images.edits"), "nothing was asked at once"
    waves = await studio.requests("batches")
    assert [wave["to"] for wave in waves] == ["/v1/chat/completions"] * 2 + ["/v1/images/generations"]
    store, catalogue = studio.program.storage.store, Catalogue.load({})
    pieces = [one for row in await store.batch_rows(batch) for one in row.pieces]
    spends = [spend for kept in await store.pieces_of(pieces) for spend in kept.piece.spends]
    assert len(pieces) == 4 and spends
    for spend in spends:
        assert spend.usd == pytest.approx((catalogue.cost(spend.model, spend.usage) or 0) / 2)
    usages = sum(catalogue.cost(one["model"], _tokens(one)) or 0 for one in await asked_slowly(studio))
    assert (await store.spent(0)).usd == pytest.approx(usages / 2), "half of all that was answered, and once"


def _tokens(entry: dict[str, Any]) -> dict[str, int]:
    told = entry["usage"]
    if "prompt_tokens" in told:
        return {"text_in": told["prompt_tokens"], "text_out": told["completion_tokens"]}
    return {"text_in": told["input_tokens"], "image_out": told["output_tokens"]}


@pytest.mark.parametrize(
    ("limited", "rule"),
    [
        ({"person_per_minute": 1}, ""),
        ({}, "requests.day = 1"),
        ({}, 'who = ["web"]\nallow = false'),
    ],
)
async def test_no_limit_keeps_from_people_what_was_paid_for_them(
    limited: dict[str, Any], rule: str, services: EmbeddedProcess, tmp_path: Path
) -> None:
    """They have asked for as much as they may, or may not any more, when the service has answered."""
    file = tmp_path / "rules.toml"
    file.write_text("")
    async with studio_at(tmp_path / "data", services, rules=file, **limited) as studio:
        await fares(studio, hold=True)
        ann = await studio.person()
        await begins(ann, "image", IDEAS)
        await ann.wait(lambda events: lives(events, "wait for the service"))
        file.write_text(f"[[rule]]\n{rule}" if rule else "")
        studio.program.rules.look()
        await fares(studio)
        assert "3 of 3" in (await ann.wait(lambda events: lives(events, "All rows are done")))["text"]
        assert await files_of(ann)


async def test_what_expired_is_offered_again_and_only_that(studio: Studio) -> None:
    await fares(studio, expire_after=1)
    ann = await studio.person()
    await begins(ann, "image", IDEAS)
    paused = await ann.wait(lambda events: lives(events, "within its day"))
    assert "batch-resume" in str(paused["actions"]) and "batch-hurry" in str(paused["actions"])
    await fares(studio)
    await presses(ann, paused, "batch-resume")
    done = await ann.wait(lambda events: lives(events, "All rows are done"))
    assert "3 of 3" in done["text"]
    asked = [one["custom_id"] for one in await asked_slowly(studio)]
    assert len(asked) == len(set(asked)) == 6, "a prompt and a picture for each, none asked twice"


async def test_what_is_refused_is_made_at_once_if_somebody_says_so(studio: Studio) -> None:
    await fares(studio, refuse=True)
    ann = await studio.person()
    await begins(ann, "image", IDEAS)
    paused = await ann.wait(lambda events: lives(events, "did not take"))
    await presses(ann, paused, "batch-hurry")
    assert "3 of 3" in (await ann.wait(lambda events: lives(events, "All rows are done")))["text"]
    assert not await asked_slowly(studio) and len(await studio.requests("images.generations")) == 3
    await fares(studio)


async def test_a_picture_that_is_refused_fails_its_row_alone(studio: Studio) -> None:
    await fares(studio)
    refusal = {
        "endpoint": "images.generations",
        "kind": "status",
        "status": 400,
        "code": "moderation_blocked",
        "times": 1,
    }
    await studio.faults(refusal)
    ann = await studio.person()
    await begins(ann, "image", IDEAS)
    done = await ann.wait(lambda events: lives(events, "All rows are done"))
    assert "3 of 3" in done["text"] and "1 failed" in done["text"]


async def test_no_offer_where_there_is_no_such_thing(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path / "data", services) as studio:
        await fares(studio, absent=True)
        plan = await (await studio.person()).says("/batch image", ("table.csv", as_csv(IDEAS)))
        assert "half price" not in plan.text and "batch-slow" not in str(plan.replies[-1]["actions"])
        await fares(studio)


async def test_stopped_it_ends_at_the_service_too(studio: Studio) -> None:
    await fares(studio, hold=True)
    ann = await studio.person()
    batch = await begins(ann, "image", IDEAS)
    waits = await ann.wait(lambda events: lives(events, "rows wait for the service"))
    await studio.asked("batches")
    await presses(ann, waits, "batch-stop")
    await ann.wait(lambda events: lives(events, "Stopped"))
    async with asyncio.timeout(PATIENCE):
        while await studio.program.storage.store.open_jobs() or await waves_of(studio):
            await asyncio.sleep(0.05)
    assert not await studio.program.storage.store.unsent_calls(batch) and not await asked_slowly(studio)
    await fares(studio)


async def test_what_an_earlier_version_handed_over_is_looked_after(studio: Studio) -> None:
    """Its timers know the name of a wave, and nothing else about it."""
    await fares(studio, hold=True)
    ann = await studio.person()
    await begins(ann, "image", IDEAS)
    await ann.wait(lambda events: lives(events, "rows wait for the service"))
    await studio.asked("batches")

    def as_before(connection: Connection) -> int:
        here = (timers.c.what == "batch-wave") & timers.c.ended.is_(None)
        for row in connection.execute(select(timers.c.id, timers.c.value).where(here)).all():
            value = json.loads(row.value)
            value["about"] = {name: value["about"][name] for name in ("wave", "tries")}
            connection.execute(update(timers).where(timers.c.id == row.id).values(value=json.dumps(value)))
            return 1
        return 0

    async with asyncio.timeout(PATIENCE):  # between two looks there is none to come
        while not await studio.program.storage.database.write(as_before):
            await asyncio.sleep(0.01)
    await fares(studio)
    assert await ann.wait(lambda events: lives(events, "All rows are done"))


async def at_the_service(studio: Studio) -> str:
    """How the newest batch of the service stands."""
    async with AsyncOpenAI(api_key=studio._embedded.key, base_url=studio._embedded.url) as client:
        return (await client.batches.list(limit=1)).data[0].status


@pytest.mark.parametrize("goes", ["the table", "its person"])
async def test_what_goes_ends_at_the_service_too(studio: Studio, goes: str) -> None:
    await fares(studio, hold=True)
    ann = await studio.person()
    batch = await begins(ann, "image", IDEAS)
    waits = await ann.wait(lambda events: lives(events, "rows wait for the service"))
    await studio.asked("batches")
    await presses(ann, waits, "batch-pause")
    await ann.wait(lambda events: lives(events, "Paused"))
    assert await at_the_service(studio) == "in_progress", "a pause leaves it there"
    if goes == "the table":
        await ann.post("actions", message=waits["message"], action=f"batch-delete-yes:{batch}")
    else:
        asked = await ann.says("/forget")
        await presses(ann, asked.replies[-1], "forget-yes")
    async with asyncio.timeout(PATIENCE):
        while await at_the_service(studio) != "cancelled":
            await asyncio.sleep(0.05)
    store = studio.program.storage.store
    assert await store.batch(batch) is None
    assert (await store.spent(0)).unpriced == len(IDEAS) - 1, "nobody knows what was answered by then"
    assert (await store.spent(0, "web:ann")).unpriced == (len(IDEAS) - 1 if goes == "the table" else 0)
    assert await store.used(0, 0.1, "web:ann") == pytest.approx(0.1 * (len(IDEAS) - 1)), "also without a name"
    await fares(studio)


async def test_what_is_answered_before_it_ends_is_on_the_bill_once(studio: Studio) -> None:
    """A table is stopped while the first of its calls is being answered, and deleted later."""
    await fares(studio)
    await studio.faults({"endpoint": "chat", "kind": "hang_until_released", "times": 1})
    ann = await studio.person()
    batch = await begins(ann, "image", IDEAS)
    waits = await ann.wait(lambda events: lives(events, "rows wait for the service"))
    await studio.hangs("batch.chat")
    await presses(ann, waits, "batch-stop")
    async with asyncio.timeout(PATIENCE):
        while await at_the_service(studio) != "cancelling":
            await asyncio.sleep(0.05)
    store = studio.program.storage.store
    assert not (await store.spent(0)).calls
    await studio.release()
    async with asyncio.timeout(PATIENCE):
        while await waves_of(studio):
            await asyncio.sleep(0.05)
    assert len(await asked_slowly(studio)) == (await store.spent(0, "web:ann")).unpriced == 1
    await ann.post("actions", message=waits["message"], action=f"batch-delete-yes:{batch}")
    await ann.wait(lambda events: lives(events, "is deleted"))
    assert (await store.spent(0)).calls == 1


@pytest.mark.parametrize("goes", ["its text", "the table", "the table on its way"])
async def test_no_file_holds_what_was_answered_and_is_deleted(studio: Studio, tmp_path: Path, goes: str) -> None:
    """An answer has a file of its own, until its row has come to an end."""
    await fares(studio)
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    ann = await studio.person()
    batch = await begins(ann, "product", ROWS[:2])
    await studio.hangs("batch.images.generations")
    store, data = studio.program.storage.store, tmp_path / "data"
    words = await words_of_the_first_answer(studio, data)
    if goes == "the table on its way":
        await presses(ann, await ann.wait(lambda events: lives(events, "row waits for the service")), "batch-pause")
        state = await ann.wait(lambda events: lives(events, "Paused"))
    else:
        await studio.release()
        state = await ann.wait(lambda events: lives(events, "All rows are done"))
    assert holding(data, words)
    if goes == "its text":
        pieces = await store.pieces_of([one for row in await store.batch_rows(batch) for one in row.pieces])
        text = next(kept.piece.id for kept in pieces if kept.piece.kind == "text")
        await store.delete_piece(text)
    else:
        await ann.post("actions", message=state["message"], action=f"batch-delete-yes:{batch}")
        await ann.wait(lambda events: lives(events, "is deleted"))
    await studio.release()
    await at_rest(studio)
    assert holding(data, words) == []


async def words_of_the_first_answer(studio: Studio, data: Path) -> str:
    """Some words of the first text that the service has answered, as its kept bytes have them."""
    first = select(media.c.sha).where(media.c.mime == "application/json").order_by(media.c.seq).limit(1)
    sha = await studio.program.storage.database.read(lambda connection: str(connection.scalar(first)))
    answer = json.loads((data / "media" / sha[:2] / sha).read_bytes())
    return str(json.loads(answer["choices"][0]["message"]["content"])["body"])[-60:]


async def test_what_was_answered_when_it_is_stopped_is_on_the_bill(studio: Studio) -> None:
    """Rows have their answers and have not gone on when somebody stops the table: the service has been paid for them."""
    await fares(studio)
    studio.program.runner.resume = lambda job: asyncio.Event().wait()  # type: ignore[assignment, method-assign, return-value]
    ann = await studio.person()
    await begins(ann, "image", IDEAS)
    store = studio.program.storage.store

    def answered(connection: Connection) -> int:
        return len(connection.scalars(select(slow_calls.c.id).where(slow_calls.c.status == 200)).all())

    async with asyncio.timeout(PATIENCE):
        while await studio.program.storage.database.read(answered) < len(IDEAS) - 1:
            await asyncio.sleep(0.05)
    assert not (await store.spent(0)).calls
    waits = await ann.wait(lambda events: lives(events, "rows wait for the service"))
    await presses(ann, waits, "batch-stop")
    async with asyncio.timeout(PATIENCE):
        while (await store.spent(0)).unpriced < len(IDEAS) - 2:  # one of them goes on, and books it itself
            await asyncio.sleep(0.05)


async def waves_of(studio: Studio) -> list[str]:
    def found(connection: Connection) -> list[str]:
        return list(connection.scalars(select(slow_waves.c.id)))

    return await studio.program.storage.database.read(found)


@pytest.mark.parametrize(("method", "count"), [("commit", 9), ("begin_timer", 8)])
async def test_a_kill_neither_sends_nor_pays_twice(
    services: EmbeddedProcess, tmp_path: Path, method: str, count: int
) -> None:
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    await fares(before)
    async with program(tmp_path, services, method, count) as life:
        person = Person(await life.address(), "ann", "home-ann")
        listening = asyncio.create_task(person.listen())
        plan = await person.says("/batch image --quality low", ("table.csv", as_csv(IDEAS)))
        await presses(person, plan.replies[-1], "batch-slow")
        assert await life.wait() == -signal.SIGKILL
        listening.cancel()
    async with studio_at(tmp_path, services, clock=MovedClock()) as studio:
        ann = await studio.person()
        done = await ann.wait(lambda events: lives(events, "All rows are done"))
        assert "3 of 3" in done["text"]
    asked = [one["custom_id"] for one in await asked_slowly(before)]
    assert len(asked) == len(set(asked)) == 6
    waves = [one["metadata"]["fabula_wave"] for one in await before.requests("batches")]
    assert len(waves) == len(set(waves)), "each was handed over once"
    assert not await before.requests("images.generations")
