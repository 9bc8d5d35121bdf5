"""``fabula make`` as people start it: a table in, a folder out, also beside a server; stopped and begun again; and how it ends."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path

import pytest

from embedded.process import EmbeddedProcess
from fabula_process import Ended, fabula, finish, running_fabula, start
from studio import Studio
from test_batches import ODD, as_csv, sheet_of
from test_batches_slow import fares


@pytest.fixture
def keys(services: EmbeddedProcess) -> dict[str, str]:
    return {"OPENAI_API_KEY": services.key, "OPENAI_BASE_URL": services.url, "FABULA_CHECK": "off"}


async def make(folder: Path, table: str, *options: str, **environment: str) -> Ended:
    return await fabula(folder, "make", "product", table, "--out", "works", *options, **environment)


async def test_a_table_becomes_a_folder_beside_a_server_that_runs(
    services: EmbeddedProcess, tmp_path: Path, keys: dict[str, str]
) -> None:
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    table = [("What", *ODD[0][1:]), *ODD[1:]]
    (tmp_path / "articles.csv").write_bytes(as_csv(table))
    async with running_fabula(tmp_path, **keys):
        ended = await make(tmp_path, "articles.csv", "--map", "What=product", "--style", "clay", **keys)
    assert ended.code == 1, "a row cannot be made"
    assert "row 4" in ended.complained and "product = What" in ended.complained
    assert "3 of 4 rows made" in ended.said
    works = tmp_path / "works"
    back = sheet_of((works / "articles.xlsx").read_bytes())
    assert [row[:4] for row in back] == [list(row) for row in table]
    assert [row[back[0].index("Status")] for row in back[1:]] == ["done", "done", "cannot work", "done"]
    with (works / "articles.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[2] for row in csv.reader(file)] == [row[2] for row in table]
    told = [piece for row in json.loads((works / "manifest.json").read_text())["rows"] for piece in row["pieces"]]
    assert len(told) == 6 and all((works / piece["file"]).stat().st_size for piece in told)
    drawn = [piece["prompt"].lower() for piece in told if piece["kind"] == "picture"]
    assert all("clay" in prompt or "黏土" in prompt or "粘土" in prompt for prompt in drawn), drawn
    asked = len(await before.requests("images.generations"))
    again = await make(tmp_path, "articles.csv", "--map", "What=product", "--style", "clay", **keys)
    assert again.code == 1 and len(await before.requests("images.generations")) == asked == 3


async def test_stopped_it_goes_on_and_samples_come_first(
    services: EmbeddedProcess, tmp_path: Path, keys: dict[str, str]
) -> None:
    studio = Studio(None, "", services)  # type: ignore[arg-type]
    await studio.begin()
    (tmp_path / "cups.csv").write_bytes(as_csv([("title", "facts"), *((f"cup {n}", "blue; small") for n in range(5))]))
    sampled = await make(tmp_path, "cups.csv", "--samples", **keys)
    assert sampled.code == 0 and "3 of 5 rows made" in sampled.said
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    arguments = ("make", "product", "cups.csv", "--out", "works")
    process = await start(tmp_path, *arguments, FABULA_GRACE="0", FABULA_BATCH_AT_ONCE="1", **keys)
    await studio.hangs("images.generations")
    process.send_signal(signal.SIGINT)
    stopped = await finish(process)
    assert stopped.code == 130 and "The same command goes on" in stopped.complained
    await studio.release()
    done = await make(tmp_path, "cups.csv", **keys)
    assert (done.code, len([*(tmp_path / "works").glob("*.jpg")])) == (0, 5)
    assert len(await studio.requests("images.generations")) == 6, "five, and the call that was under way"


@pytest.mark.parametrize(
    ("data", "options", "sentence"),
    [
        (b"", (), "empty"),
        (b"a,b\n1,2\n", ("--map", "c=product"), "c"),
        (b"a,b\n1,2\n", ("--map", "a=nothing"), "nothing"),
        (b"a,b\n1,2\n", ("--style", "nonesuch"), "nonesuch"),
        (b"a,b\n1,2\n", ("--loud",), "loud"),
    ],
)
async def test_what_cannot_begin_ends_with_two(
    tmp_path: Path, keys: dict[str, str], data: bytes, options: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    ended = await make(tmp_path, "a.csv", *options, **keys)
    assert ended.code == 2 and sentence in ended.complained and "Traceback" not in ended.complained, ended
    assert not (tmp_path / "works").exists()


async def test_half_price_from_the_command_line_goes_on_after_a_stop(
    services: EmbeddedProcess, tmp_path: Path, keys: dict[str, str]
) -> None:
    studio = Studio(None, "", services)  # type: ignore[arg-type]
    await studio.begin()
    (tmp_path / "ideas.csv").write_bytes(as_csv([("Idea",), ("a heron",), ("an owl",)]))
    arguments = ("make", "image", "ideas.csv", "--out", "works", "--slow")
    await fares(studio, hold=True)
    process = await start(tmp_path, *arguments, FABULA_GRACE="0", **keys)
    await studio.asked("batches")
    process.send_signal(signal.SIGINT)
    assert (await finish(process)).code == 130
    await fares(studio)
    ended = await fabula(tmp_path, *arguments, **keys)
    assert (ended.code, len([*(tmp_path / "works").glob("*.jpg")])) == (0, 2), ended
    assert len(await studio.requests("batch.images.generations")) == 2
    assert not await studio.requests("images.generations", "chat")
