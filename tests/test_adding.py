"""What docs/adding.md leads to works: its code and its sentences are taken from there and used on every platform."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from contract import Talker
from core import texts
from core.conversation.feature import Feature
from core.features import FEATURES
from discord_talker import DiscordTalker
from readme import commands_table
from studio import Studio, paid
from telegram_talker import TelegramTalker

pytest_plugins = ("platforms",)

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "adding.md").read_text("utf-8")
FILES = dict(re.findall(r"^`(core/[\w/.]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.M | re.S))


@pytest.fixture
def sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The catalogues, with the page's sentences at their end."""
    for language in texts.LANGUAGES:
        name = f"{language}.po"
        ours = (texts.FOLDER / name).read_text("utf-8")
        (tmp_path / name).write_text(f"{ours}\n{FILES[f'core/locales/{name}']}", "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(texts, "FOLDER", tmp_path)
        texts.catalogue.cache_clear()
        yield
    texts.catalogue.cache_clear()


@pytest.fixture
def haiku(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Feature:
    """The page's feature, from a file as the page has it."""
    name = "core.features.haiku"
    (path := tmp_path / "haiku.py").write_text(FILES["core/features/haiku.py"], "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module.FEATURE


@pytest.fixture
def features(haiku: Feature, sentences: None) -> Sequence[Feature]:
    """What the studio of these tests can do."""
    return (haiku, *FEATURES)


async def offered(studio: Studio, talker: Talker) -> dict[str, str]:
    """The commands that the platform's own app offers, with what it says of them."""
    if isinstance(talker, TelegramTalker):
        await talker.people.requests("setMyCommands", times=1 + len(texts.LANGUAGES))
        return {one["command"]: one["description"] for one in await talker.people.menu(talker.user)}
    if isinstance(talker, DiscordTalker):
        commands = await talker.people.commands(talker.user, talker.channel)
        return {one["name"]: one["description"] for one in commands}
    page = (await (await studio.person()).get("/api/page?user=ann&language=en")).json()
    return {one["name"]: one["description"] for one in page["commands"]}


async def test_it_is_offered_and_works_everywhere(served: Studio, talker: Talker) -> None:
    said = await talker.says("/haiku an old pond")
    assert said.text
    again = await talker.presses(*said.button("haiku-again"))
    assert again.text and again.button("delete")
    assert [entry["endpoint"] for entry in paid(await served.requests())] == ["chat", "chat"]
    assert "/haiku subject" in (await talker.says("/help")).text
    assert (await offered(served, talker))["haiku"] == "three lines about anything"


def test_the_readme_would_have_its_row(features: Sequence[Feature]) -> None:
    row = "| `/haiku subject` | | three lines about anything, and a button for three others |"
    assert row in commands_table(features).splitlines()


def test_what_the_page_says_of_missing_sentences(haiku: Feature) -> None:
    with pytest.raises(LookupError) as caught:
        texts.check(haiku.sentences())
    for key in ("command-haiku", "option-subject", "button-haiku-again"):
        assert f"'{key}' in en.po, '{key}' in zh.po" in str(caught.value)


def test_the_page_names_what_there_is() -> None:
    named = {name for name in re.findall(r"`((?:core|bots|tests|storage)/[\w/.]+)`", PAGE) if "haiku" not in name}
    assert named and [name for name in named if not (ROOT / name).exists()] == []
