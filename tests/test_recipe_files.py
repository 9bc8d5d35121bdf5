"""What a recipe file may be: each mistake has its line, its key and one sentence; a template can neither run long nor grow; texts are looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core import texts
from core.errors import BadInput
from core.features import FEATURES
from core.features.recipe import names_of
from core.recipes import checking, inputs
from core.recipes.form import MOST_PICTURES, RecipeFile
from core.recipes.pictures import shots
from core.recipes.reading import LARGEST, Unusable, read_recipe
from core.recipes.shelf import SHIPPED, Shelf
from core.recipes.templates import LONGEST, fill

TAKEN = frozenset(names_of(FEATURES))
PLAIN = """\
name = "poem"
about = { en = "a poem", zh = "一首诗" }
example = { en = "/poem rain", zh = "/poem 雨" }

[inputs.subject]
kind = "words"
required = true
label = { en = "Subject", zh = "题目" }

[inputs.words]
kind = "list"
label = { en = "Words", zh = "词" }

[text]
instructions = { en = "Write about {{ subject }}.", zh = "写{{ subject }}。" }

[text.parts.verse]
kind = "text"
about = { en = "Four lines.", zh = "四行。" }
"""


def problems(source: str | bytes) -> list[tuple[int, str, str]]:
    """Line, key and code of all that is wrong; each has a sentence in both languages."""
    try:
        read_recipe(source if isinstance(source, bytes) else source.encode(), TAKEN)
    except Unusable as error:
        for problem in error.problems:
            for language in texts.LANGUAGES:
                assert "{" not in problem.told(language).replace("“{", "")
        return [(problem.line, problem.key, problem.code) for problem in error.problems]
    return []


SET = """[pictures]
look = { en = "a", zh = "a" }
[pictures.roles.far]
prompt = { en = "a", zh = "a" }
setting = { layout = "baroque", headline = "verse" }
caption = { en = "a", zh = "a" }
"""
MISTAKES = {
    "a command's name": (('"poem"', '"image"'), (1, "name", "taken")),
    "a command's alias": (('name = "poem"', 'name = "poem"\naliases = ["画"]'), (2, "aliases", "taken")),
    "an alias that nobody types": (
        ('name = "poem"', f'name = "poem"\naliases = ["{"诗" * 33}"]'),
        (2, "aliases.0", "long"),
    ),
    "a name that Telegram refuses": (('"poem"', '"Poem-1"'), (1, "name", "name")),
    "a misspelt key": (("required = true", "requird = true"), (7, "inputs.subject.requird", "unknown-near")),
    "a key of nothing": (("[text]", "[text]\nzzz = 1"), (15, "text.zzz", "unknown")),
    "a missing language": ((', zh = "一首诗"', ""), (2, "about.zh", "missing")),
    "a missing table": (("[text.parts.verse]", "[text.parts2.verse]"), (14, "text.parts", "missing")),
    "no such kind": (('"list"', '"lists"'), (11, "inputs.words.kind", "choice")),
    "not TOML": (("[text]", "[text"), (14, "", "toml")),
    "an unknown name": (("{{ subject }}.", "{{ subjekt }}."), (15, "text.instructions.en", "template-name")),
    "an open bracket": (("{{ subject }}.", "{{ subject ."), (15, "text.instructions.en", "template-broken")),
    "a call": (("{{ subject }}.", "{{ range(9) }}"), (15, "text.instructions.en", "template-more")),
    "growth": (("{{ subject }}.", "{{ subject * 999999999 }}"), (15, "text.instructions.en", "template-more")),
    "joining": (("{{ subject }}.", "{{ subject ~ subject }}"), (15, "text.instructions.en", "template-more")),
    "an attribute": (("{{ subject }}.", "{{ subject.__class__ }}"), (15, "text.instructions.en", "template-more")),
    "a filter that grows": (("{{ subject }}.", "{{ subject|center(9) }}"), (15, "text.instructions.en", "template-more")),
    "a macro": (("{{ subject }}.", "{% macro a() %}{% endmacro %}"), (15, "text.instructions.en", "template-more")),
    "another file": (("{{ subject }}.", "{% include 'x' %}"), (15, "text.instructions.en", "template-more")),
    "recursion": (
        ("{{ subject }}.", "{% for w in words recursive %}{{ w }}{% endfor %}"),
        (15, "text.instructions.en", "template-loop"),
    ),
    "loops in loops": (
        ("{{ subject }}.", "{% for a in words %}" * 3 + "{% endfor %}" * 3),
        (15, "text.instructions.en", "template-loop"),
    ),
    "a loop over words of its own": (
        ("{{ subject }}.", "{% for a in 'abc' %}{{ a }}{% endfor %}"),
        (15, "text.instructions.en", "template-loop"),
    ),
    "a default of another kind": (("required = true", "default = 4"), (7, "inputs.subject.default", "default")),
    "a choice without choices": (('"list"', '"choice"'), (10, "inputs.words", "choices")),
    "a reserved name": (("[inputs.words]", "[inputs.quality]"), (10, "inputs.quality", "input-taken")),
    "words that are a list": (('kind = "text"', 'kind = "text"\ngiven = "words"'), (19, "text.parts.verse.given", "no-words")),
    "words that no poster holds": (("[text]", SET + "[text]"), (23, "text.parts.verse.most", "long")),
    "no such layout": (("[text]", SET + "[text]"), (18, "pictures.roles.far.setting.layout", "no-layout")),
    "nothing to set": (("[text]", SET.replace("verse", "vers") + "[text]"), (18, "pictures.roles.far.setting", "no-part")),
    "a part that is not there": (('name = "poem"', 'name = "poem"\nlayout = ["title"]'), (2, "layout", "no-part")),
}  # fmt: skip


QUOTED = {
    'a jazz night, "Blue Monday", "1 May"': (
        {"headline": "Blue Monday", "subline": "1 May", "call": ""},
        "a jazz night",
    ),
    "爵士之夜，“蓝色星期一”，「五月一日」": ({"headline": "蓝色星期一", "subline": "五月一日", "call": ""}, "爵士之夜"),
    '"KEEP CALM"': ({"headline": "KEEP CALM", "subline": "", "call": ""}, "KEEP CALM"),
    'a fair, "", "Come early"': ({"subline": "Come early", "call": ""}, "a fair"),
    'a 7" single and a 12" one': ({}, 'a 7" single and a 12" one'),
    "a fair; it’s in the park": ({}, "a fair; it’s in the park"),
}


@pytest.mark.parametrize("said", QUOTED)
def test_what_is_quoted_is_exact_and_the_rest_is_what_it_is_about(said: str) -> None:
    poster = shipped("poster")
    values = inputs.given(poster, said, {})
    assert (inputs.exact(poster, values), values["idea"]) == QUOTED[said]
    assert inputs.exact(poster, {"call": "Book now"}) == {"subline": "", "call": "Book now"}, "a headline is written"


@pytest.mark.parametrize("said", ['""', '"", "", ""', "“”，「」"])
def test_quotation_marks_around_nothing_say_nothing(said: str) -> None:
    assert inputs.given(shipped("poster"), said, {}) == {}


def test_the_plain_one_is_good() -> None:
    assert problems(PLAIN) == []
    assert problems("\ufeff" + PLAIN.replace("\n", "\r\n")) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_named_with_its_line(name: str) -> None:
    (old, new), expected = MISTAKES[name]
    assert old in PLAIN
    assert expected in problems(PLAIN.replace(old, new, 1))


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"a = " + b"[" * 5000,
        b"#" * (LARGEST + 1),
        b"",
        b"name = " + b"{a=" * 900,
        b"most = " + b"9" * 5000,
    ],
    ids=lambda one: one[:6].hex() or "nothing",
)
def test_what_is_no_recipe_at_all_has_a_sentence_too(data: bytes) -> None:
    assert problems(data)


def test_what_an_editor_lays_beside_a_file_takes_none_away(tmp_path: Path) -> None:
    """A lock that is a link to nothing, and a number that no reader takes."""
    (tmp_path / "poem.toml").write_text(PLAIN, "utf-8")
    shelf = Shelf(tmp_path, TAKEN)
    assert shelf.look() and "poem" in shelf.recipes
    (tmp_path / ".#poem.toml").symlink_to("ada@desk.4711")
    (tmp_path / "long.toml").write_text(f"most = {'9' * 5000}", "utf-8")
    assert not shelf.look() and "poem" in shelf.recipes
    assert [(one.file.name, one.problems[0].code) for one in shelf.broken] == [("long.toml", "toml")]


def test_a_value_is_no_template() -> None:
    said = "{{ 7 * 7 }}{% for a in b %}{# x #}"
    assert fill("{{ a }}|{% for one in b %}{{ one }};{% endfor %}", {"a": said, "b": [said]}) == f"{said}|{said};"


def test_what_comes_of_a_template_has_an_end() -> None:
    loop = "{% for a in b %}{% for c in b %}" + "x" * 5000 + "{% endfor %}{% endfor %}"
    with pytest.raises(BadInput, match="recipe-grows"):
        fill(loop, {"b": ["1"] * 10})
    assert len(loop) * 100 > LONGEST


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.toml")), ids=lambda file: file.stem)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_shipped_ones_hold_their_own_example(file: object, language: str) -> None:
    """No private door: they are read like any other; the example gives all that is needed, and says the command by a name it has."""
    recipe = shipped(file.stem)  # type: ignore[attr-defined]
    command, _, rest = recipe.example.of(language).removeprefix("/").partition(" ")
    assert command in (recipe.name, *recipe.aliases)
    values = inputs.checked(recipe, inputs.given(recipe, rest.partition(" --")[0], {}), language)
    assert inputs.missing(recipe, values) == []
    assert all(shot.idea and shot.caption and "  " not in shot.idea for shot in shots(recipe, values, {}, language))


def shipped(name: str) -> RecipeFile:
    return read_recipe((SHIPPED / f"{name}.toml").read_bytes(), TAKEN)


@pytest.mark.parametrize(
    ("scenes", "colours", "expected"),
    [("", "", 1), ("desk", "", 2), ("", "black, silver", 3), ("desk, trail", "black, silver", 5), ("desk", "black", 2)],
)
def test_axes_multiply(scenes: str, colours: str, expected: int) -> None:
    product = shipped("product")
    values = inputs.checked(
        product, {"product": "a mug", "points": "light", "scenes": scenes, "colours": colours}, "en"
    )
    found = shots(product, values, {}, "en")
    assert len(found) == inputs.number_of_pictures(product, values) == expected
    assert all("a mug" in shot.idea for shot in found), "the fixed description is in every one"
    assert len({shot.name for shot in found}) == len({shot.caption for shot in found}) == expected


def test_too_many_pictures_are_counted_and_not_made() -> None:
    with pytest.raises(BadInput, match="recipe-many-pictures") as caught:
        inputs.checked(
            shipped("product"), {"product": "m", "points": "p", "scenes": "1,2,3,4", "colours": "1,2,3,4"}, "en"
        )
    assert caught.value.values == {"count": 17, "limit": MOST_PICTURES}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("a, b,c", ["a", "b", "c"]),
        ("keeps warm, even in winter; light", ["keeps warm, even in winter", "light"]),
        ("- one\n- two\n\n• three", ["one", "two", "three"]),
        ("黑色、银色，黑色", ["黑色", "银色"]),
        (" ; ", []),
    ],
)
def test_lists_are_read_as_people_write_them(said: str, expected: list[str]) -> None:
    assert inputs.items(said) == expected


@pytest.mark.parametrize(
    ("text", "item", "expected"),
    [
        ("Your tea will keep hot for 6 hours.", "keeps tea hot for 6 hours", True),
        ("Your tea will keep hot for 8 hours.", "keeps tea hot for 6 hours", False),
        ("A cup.", "leakproof lid", False),
        ("The lid is leakproof.", "leakproof lid", True),
        ("不会漏水的杯盖", "杯盖不漏水", True),
        ("很轻", "杯盖不漏水", False),
    ],
)
def test_a_point_may_be_put_differently_and_not_left_out(text: str, item: str, expected: bool) -> None:
    assert checking.mentions(text, item) is expected


def test_faults_of_a_text() -> None:
    product = shipped("product")
    values = inputs.checked(product, {"product": "Mug 2.50", "points": "holds 1,000 ml; light", "length": "60"}, "en")
    body = "The mug holds 1000 ml and is light. " * 8
    good = {"title": "Mug 2.5", "body": body, "points": ["holds 1000 ml", "light"]}
    assert checking.faults(product, values, good, "en") == []
    codes = {
        "lacks": {**good, "body": "The mug is light, as one can feel. " * 8, "points": ["light"]},
        "figure": {**good, "body": body + "It costs 19 dollars."},
        "long": {**good, "title": "M" * 61},
        "short": {**good, "body": "The mug holds 1000 ml and is light."},
        "wordy": {**good, "body": body * 3},
        "items": {**good, "points": []},
        "empty": {**good, "title": " "},
    }
    for code, written in codes.items():
        found = checking.faults(product, values, written, "en")
        assert code in [fault.code for fault in found], code
        for fault in found:
            for language in texts.LANGUAGES:
                assert not re.search(r"\{\w+\}", texts.say(f"recipe-fault-{fault.code}", language, **fault.values))
