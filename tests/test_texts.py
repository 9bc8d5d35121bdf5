"""The catalogues: every sentence in both languages, and one for every code that the program can raise."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from core import prompts, texts
from core.conversation import commands

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


def test_every_code_has_its_sentence() -> None:
    raised = {
        code for path in SOURCES for code in (*RAISED.findall(path.read_text()), *PROBLEMS.findall(path.read_text()))
    }
    assert len(raised) > 40
    assert {code for code in raised if f"error-{code}" not in texts.catalogue("en")} == set()


def test_every_literal_key_exists() -> None:
    used = {key for path in SOURCES for key in re.findall(r"texts\.say\(\s*\"([a-z0-9-]+)\"", path.read_text())}
    assert used - texts.catalogue("en").keys() == set()


@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.name)
def test_commands_and_options_are_described(command: commands.Command) -> None:
    keys = {f"command-{command.name}", *(f"option-{name}" for name in (command.takes, *command.files) if name)}
    keys |= {f"option-{option.name}" for option in command.options}
    assert keys <= texts.catalogue("en").keys()


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
