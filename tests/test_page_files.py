"""Files in a real browser: a story is saved under its name, and what a command takes beside pictures can be attached."""

from __future__ import annotations

import os
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from core import texts
from core.features import FEATURES
from embedded.process import EmbeddedProcess
from studio import Studio, studio_at
from test_documents import CSV, WEIGH, with_sentences
from visitor import Visitor

pytest_plugins = ("page_fixtures",)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def workshop(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """A studio with a command that takes tables."""
    folder = tmp_path_factory.mktemp("studio")
    with pytest.MonkeyPatch.context() as patch:
        with_sentences(folder, patch)
        async with studio_at(folder / "data", services, features=(*FEATURES, WEIGH)) as running:
            yield running
    texts.catalogue.cache_clear()


async def test_a_story_is_saved_under_its_name(phone: Visitor, tmp_path: Path) -> None:
    await phone.says("/story a fox who finds a lantern --length short", answers=2)
    saved = await phone.presses("export")
    link = saved.get_by_test_id("file")
    await expect(link).to_contain_text("KB")
    async with phone.page.expect_download() as download:
        await link.click()
    name = (await download.value).suggested_filename
    await expect(link).to_contain_text(name)
    await (await download.value).save_as(tmp_path / "kept.zip")
    assert (
        zipfile.ZipFile(tmp_path / "kept.zip").namelist()[0]
        == f"{name.removesuffix('.zip')}/{name.removesuffix('.zip')}.md"
    )
    if folder := os.environ.get("SHOTS"):
        await phone.page.screenshot(path=f"{folder}/save-{phone.narrow}.png")


async def test_a_table_is_attached_where_a_command_takes_one(phone: Visitor) -> None:
    chooser = phone.find("file-input")
    await chooser.set_input_files([{"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"x"}])
    await expect(phone.find("chip")).to_have_count(0)
    await chooser.set_input_files([{"name": "fox.csv", "mimeType": "text/csv", "buffer": CSV}])
    await expect(phone.find("chip")).to_contain_text("fox.csv")
    await expect(phone.find("mask-toggle")).to_have_count(0)
    if folder := os.environ.get("SHOTS"):
        await phone.page.screenshot(path=f"{folder}/table.png")
    said = await phone.says("/weigh")
    await expect(said).to_contain_text("fox.csv weighs 15")
    await expect(phone.entries.first).to_contain_text("fox.csv")
