"""The catalogues: every sentence in both languages, and one for every code that the program can raise."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from bots.platforms import Settings
from bots.program import running
from core import prompts, texts
from core.conversation.commands import Command, Option
from core.conversation.feature import Feature, Repertoire, Verb
from core.features import FEATURES, help, image, vary

ROOT = Path(__file__).parents[1]
SOURCES = [path for folder in ("core", "bots", "storage") for path in (ROOT / folder).rglob("*.py")]
RAISED = re.compile(
    r"(?:BadInput|NotAllowed|Limited|Refused|Unavailable|OperatorFault|StorageFault|FabulaError)\(\s*\"([a-z-]+)\""
)
PROBLEMS = re.compile(r"Problem\(\d+, \"([a-z-]+)\"\)")


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_things() -> None:
    english, chinese = texts.catalogue("en"), texts.catalogue("zh")
    assert english.keys() == chinese.keys()
    for key in english:
        assert placeholders(english[key]) == placeholders(chinese[key]), key
        assert english[key].strip() and chinese[key].strip(), key


def told_at_a_prompt(path: Path) -> bool:
    """Whether what goes wrong there is told to the operator alone, on the command line."""
    return not {"keeping", "rules"}.isdisjoint(path.parts) or path.name in ("rules_commands.py", "ruled.py")


def test_every_code_has_its_sentence() -> None:
    raised = {
        (code, path)
        for path in SOURCES
        for code in (*RAISED.findall(path.read_text()), *PROBLEMS.findall(path.read_text()))
    }
    assert len(raised) > 40
    known = texts.catalogue("en").keys()
    lacking = {(code, path) for code, path in raised if f"error-{code}" not in known}
    assert {code for code, path in lacking if f"operator-{code}" not in known or not told_at_a_prompt(path)} == set()


def test_every_literal_key_exists() -> None:
    used = {key for path in SOURCES for key in re.findall(r"texts\.say\(\s*\"([a-z0-9-]+)\"", path.read_text())}
    assert used - texts.catalogue("en").keys() == set()


def test_features_have_their_sentences() -> None:
    keys = {key for feature in FEATURES for key in feature.sentences()}
    assert {"command-story", "option-idea", "option-mask", "option-n", "ask-words-edit", "button-vary"} <= keys
    assert "ask-words-vary" not in keys and "button-pick" not in keys
    assert keys <= texts.catalogue("en").keys()


@pytest.mark.parametrize(
    ("feature", "key"),
    [
        (Feature(Command("sing"), answer=help.help_), "command-sing"),
        (Feature(Command("help", options=(Option("loud", "flag"),)), answer=help.help_), "option-loud"),
        (Feature(verbs={"sing": Verb(help.try_example)}), "button-sing"),
        (Feature(says=("a-song",)), "a-song"),
    ],
)
async def test_a_missing_sentence_stops_the_start(tmp_path: Path, feature: Feature, key: str) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")  # type: ignore[call-arg]
    with pytest.raises(LookupError, match=f"'{key}' in en.po, '{key}' in zh.po"):
        async with running(settings, (feature,)):
            pass
    assert not (tmp_path / "data").exists(), "it is noticed before anything is done"


def test_two_features_share_no_name() -> None:
    with pytest.raises(ValueError, match="vary"):
        Repertoire((vary.FEATURE, vary.FEATURE))
    with pytest.raises(ValueError, match="画"):
        Repertoire((image.FEATURE, Feature(Command("help", aliases=("画",)), answer=help.help_)))
    with pytest.raises(ValueError, match="/sing needs a recipe"):
        Feature(Command("sing", paid=True))


def test_styles_have_a_name_in_both_languages() -> None:
    for style in prompts.STYLES.values():
        assert style.label("en").isascii()
        assert not style.label("zh").isascii()
        assert prompts.find_style(style.label("zh")) is style


def test_values_are_never_read_as_templates() -> None:
    assert "{0.__class__}" in texts.say("error-unknown-command", "en", command="{0.__class__}")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB", "en"),
        ("fr,de", "en"),
        ("fr;q=1,zh;q=0.1", "zh"),
        ("en;q=x,zh", "zh"),
        (None, "en"),
    ],
)
def test_the_browser_chooses_the_language(header: str | None, language: str) -> None:
    assert texts.accept_language(header) == language


def test_small_amounts_of_money_are_not_rounded_away() -> None:
    assert texts.money(0.0057, "en") == "$0.0057"
    assert texts.money(12.5, "en") == "$12.50"
    assert texts.percent(0.0004, "en") == "1 %"
