"""How fast ratings teach through the whole program: people of hidden taste ask on the page, see what is drawn, and react to it."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

from bench.harness import printing_address
from bench.on_web import Person, WebDriver, web
from bench.taste import Somebody, World
from core import prompts
from core.features.steps.tasting import DRAWN
from core.types import KeptPiece
from embedded.process import start_openai_server

PEOPLE, RATINGS, LAST = 8, 24, 8


class Shipped(World):
    """The factors of a picture with all the arms that they have."""

    @property
    def arms(self) -> dict[str, tuple[str, ...]]:
        """Its factors."""
        return {factor: prompts.arms()[factor] for factor in DRAWN}


def taste_felt() -> dict[str, float]:
    """By the names in ``bench.figures``; means."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_felt(Path(folder)))


async def _felt(folder: Path) -> dict[str, float]:
    server = await start_openai_server(folder / "service", fast=True, plain=True)
    environment = {
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": server.key,
        "FABULA_DATA_DIR": str(folder / "data"),
        "FABULA_CHECK": "off",
        "FABULA_PERSON_PER_MINUTE": "0",
        "FABULA_TASTE_SEED": "1",
    }
    try:
        async with (
            printing_address("bench.probe", str(folder / "probe.jsonl"), environment=environment) as url,
            web() as driver,
        ):
            await driver.connect(url)
            clusters = {
                factor: np.random.default_rng(0).standard_normal((3, len(arms)))
                for factor, arms in Shipped().arms.items()
            }
            crowd = [
                (seen, Somebody(seen.name, Shipped(), clusters, np.random.default_rng(place)))
                for place, seen in enumerate(await driver.people(PEOPLE))
            ]
            for _ in range(RATINGS):
                for seen, person in crowd:
                    await _rate_once(driver, seen, person, folder / "data/fabula.sqlite3")
    finally:
        await server.close()
    parts = {"taste_first": slice(0, LAST), "taste_last": slice(RATINGS - LAST, RATINGS)}
    return {
        name: 100 * statistics.fmean(share for _, person in crowd for share in person.shares[part])
        for name, part in parts.items()
    }


async def _rate_once(driver: WebDriver, seen: Person, person: Somebody, database: Path) -> None:
    """One request with everything open, and what its person says of the picture."""
    await driver.say(seen, "/image a fox in the snow")
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (value,) = connection.execute("SELECT value FROM pieces ORDER BY seq DESC LIMIT 1").fetchone()
    made = KeptPiece.model_validate_json(value).piece.taste
    assert made
    await driver.rate(seen, "👍" if person.judges("picture", made.choices) > 0 else "👎")
