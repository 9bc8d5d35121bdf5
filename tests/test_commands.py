"""Typed commands, as people and their phones type them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.conversation.commands import check_options
from core.conversation.feature import Repertoire
from core.errors import BadInput
from core.features import FEATURES

COMMANDS = Repertoire(FEATURES).commands


@pytest.mark.parametrize(
    ("typed", "command", "words", "options"),
    [
        ("/story a fox --style watercolor --pages 2", "story", "a fox", {"style": "watercolor", "pages": "2"}),
        ("/image@fabula_bot 一只猫 --style=水彩", "image", "一只猫", {"style": "watercolor"}),
        ("/image cat —style ink –size wide", "image", "cat", {"style": "ink", "size": "wide"}),
        ("／image　一只猫在月亮下，水彩风格", "image", "一只猫在月亮下", {"style": "watercolor"}),
        ("/image cat －－size＝1280x720", "image", "cat", {"size": "1280x720"}),
        ("/image cat --size：横 --n 3", "image", "cat", {"size": "wide", "n": "3"}),
        ("/image a fox in the snow in pixel art style", "image", "a fox in the snow", {"style": "pixel"}),
        ("/image --style van gogh, a cat", "image", "a cat", {"style": "vangogh"}),
        ('/image --style "pop art" cat', "image", "cat", {"style": "pop"}),
        (
            "/image cat --transparent in the rain --raw",
            "image",
            "cat in the rain",
            {"transparent": "true", "raw": "true"},
        ),
        ("/image a fox — lost in the snow", "image", "a fox — lost in the snow", {}),
        ("/image a well-known cat -5 degrees", "image", "a well-known cat -5 degrees", {}),
        ("/画 一只猫 --风格 水墨", "image", "一只猫", {"style": "ink"}),
        ("/画一只狐狸", "image", "一只狐狸", {}),
        ("/画：狐狸 --风格 水墨", "image", "狐狸", {"style": "ink"}),
        (
            "／故事，一只怕黑的小猫和一盏很旧很旧的灯笼，还有住在灯笼里的萤火虫和它的三个兄弟",
            "story",
            "一只怕黑的小猫和一盏很旧很旧的灯笼，还有住在灯笼里的萤火虫和它的三个兄弟",
            {},
        ),
        ("/image: a fox", "image", "a fox", {}),
        ("/vary", "vary", "", {}),
        ("/IMAGE cat", "image", "cat", {}),
    ],
)
def test_what_people_type(typed: str, command: str, words: str, options: dict[str, str]) -> None:
    parsed = COMMANDS.parse(typed, "fabula_bot")
    assert parsed
    assert (parsed.command.name, parsed.words, dict(parsed.options)) == (command, words, options)


@pytest.mark.parametrize(
    ("typed", "code", "suggestion"),
    [
        ("/iamge cat", "unknown-command-near", "image"),
        ("/zzzz", "unknown-command", None),
        ("/image cat --stlye ink", "unknown-option-near", "style"),
        ("/image cat —stlye ink", "unknown-option-near", "style"),
        ("/image cat --colour red", "unknown-option", None),
        ("/image cat --style inkk", "unknown-value-near", "ink"),
        ("/image cat --n 9", "unknown-value", None),
        ("/image cat --n", "missing-value", None),
        ("/image cat --n --raw", "missing-value", None),
        ("/story cat --pages many", "unknown-value", None),
    ],
)
def test_mistakes_get_a_suggestion(typed: str, code: str, suggestion: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        COMMANDS.parse(typed)
    assert caught.value.code == code
    assert caught.value.values.get("suggestion") == suggestion


@pytest.mark.parametrize("typed", ["hello", "", "1/2 cup", "/image@other_bot cat", "see /image"])
def test_what_is_no_command_of_ours(typed: str) -> None:
    assert COMMANDS.parse(typed, "fabula_bot") is None


@settings(deadline=None)
@given(st.text(max_size=300))
def test_nothing_typed_breaks_the_parser(text: str) -> None:
    for command in COMMANDS:
        try:
            parsed = COMMANDS.parse(f"/{command.name} {text}")
        except BadInput:
            continue
        assert parsed is None or parsed.command is COMMANDS.named(command.name)


def test_a_platforms_own_options_are_checked_too() -> None:
    assert check_options(COMMANDS.named("image"), {"style": "水彩", "transparent": "True", "raw": "false"}) == {
        "style": "watercolor",
        "transparent": "true",
    }
    with pytest.raises(BadInput):
        check_options(COMMANDS.named("image"), {"size": "huge"})
