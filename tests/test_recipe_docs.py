"""What docs/recipes.md leads to works: its file is taken from there, checked, listed and run as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bots.command_line import command_line
from core.recipes import form

PAGE = (Path(__file__).parents[1] / "docs" / "recipes.md").read_text("utf-8")
FILE = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.M | re.S)[0]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the page's file where the page puts it, and no settings but the data folder's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FABULA_DATA_DIR", "data")
    monkeypatch.setenv("FABULA_EMBEDDED_FAST", "1")
    (tmp_path / "data" / "recipes").mkdir(parents=True)
    (tmp_path / "data" / "recipes" / "flyer.toml").write_text(FILE, "utf-8")
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(command_line, ["recipes", *words])
    return done.exit_code, done.output


def test_the_page_is_followed(here: Path) -> None:
    assert "/flyer Summer fair" in run("check", "data/recipes/flyer.toml")[1]
    assert "/flyer: a flyer for an event" in run()[1]
    code, said = run("try", "flyer", "Summer fair: 12 July; live music; free entry", "--into", "flyer")
    assert code == 0, said
    text = (here / "flyer" / "text.md").read_text("utf-8")
    assert text.startswith("# Summer fair") and "• live music" in text
    assert [file.name for file in (here / "flyer").iterdir() if file.suffix == ".jpg"] == ["01-summer-fair.jpg"]


def test_what_is_wrong_is_said_with_its_line_and_nothing_is_made(here: Path) -> None:
    file = here / "data" / "recipes" / "flyer.toml"
    file.write_text(FILE.replace('kind = "words"', 'kind = "sentence"').replace("most = 60", "mots = 60"), "utf-8")
    code, said = run("check", str(file))
    assert code == 1
    assert [line.partition(":")[0] for line in said.splitlines()] == [
        "line 7, inputs.event.kind",
        "line 23, text.parts.headline.mots",
    ]
    assert "“most”" in said
    for words in (
        ("check", "nothing.toml"),
        ("try", "nothing", "words"),
        ("try", "product", "a mug"),
        ("try", "product", "a: b --x"),
    ):
        assert run(*words)[0] == 1, words
    assert not (here / "product").exists()


def test_the_page_names_every_key() -> None:
    fields = {form.RecipeFile, form.Input, form.Text, form.Part, form.Pictures, form.Role, form.Must, form.Lettering}
    missing = [
        key
        for one in fields
        for key in one.model_fields
        if f"`{key}" not in PAGE and f".{key}" not in PAGE and f"[{key}" not in PAGE
    ]
    assert missing == []
