"""Rules: who may do what, how much of it, and what happens at the limit; by every road, and without a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from core.conversation.feature import Repertoire
from core.features import (
    FEATURES,
    change_text,
    correction,
    form,
    granting,
    lettering,
    moderation,
    opening,
    pieces,
    steps_back,
    understanding,
)
from core.jobs import nothing
from core.rules.book import PLATFORMS
from core.rules.reading import Unusable, read_rules
from core.types import Place, User
from embedded.process import EmbeddedProcess
from fabula_process import fabula
from patience import PATIENCE
from studio import Answer, Person, Studio, paid, studio_at

KNOWN = {kind for feature in FEATURES for kind in feature.recipes} | {"image", "story", "usage"}


def test_a_file_says_what_is_wrong_with_it_and_where() -> None:
    cases = {
        '[[rule]]\nwhat = ["image"]\nallow = false': [],
        '[[rule]]\nwhat = ["imgae"]\nallow = false': [(2, "command-near", "image")],
        "[[rule]]\nallow = true\n\n[[rule]]\nrequest = {day = 3}": [(5, "unknown-near", "requests")],
        "[[rule]]\nrequests = {week = 3}": [(2, "value", "")],
        "[[rule]]\nusd = {day = -1}": [(2, "value", "")],
        "[[rule]]\nusd = {day = nan}": [(2, "value", "")],
        '[[rule]]\nwho = ["tellegram:4"]\nallow = true': [(2, "who", "")],
        '[[rule]]\nwho = ["two words"]\nallow = true': [(2, "value", "")],
        '[[rule]]\nwho = ["everybody"]': [(1, "empty", "")],
        '[[rule]]\nname = "a"\nallow = true\n[[rule]]\nname = "a"\nallow = true': [(1, "twice", "")],
        "[[rule]]\nallow = maybe": [(2, "toml", "")],
        "[" * 5000: [(1, "toml", "")],
        "#" * 200_000: [(1, "large", "")],
    }
    for source, expected in cases.items():
        try:
            read_rules(source.encode(), KNOWN, PLATFORMS)
            found = []
        except Unusable as error:
            found = [(problem.line, problem.code, problem.near) for problem in error.problems]
            assert all(problem.told("zh") != problem.told("en") for problem in error.problems)
        assert found == expected, source[:60]


OF_MANY = (
    *(understanding, correction, granting, pieces),  # what comes of them is asked for by its own name
    *(lettering, change_text, steps_back, moderation, form, opening),  # nothing is paid for it
)
"""The features whose buttons stand under what many commands make."""


def test_what_a_button_does_belongs_to_a_command() -> None:
    repertoire = Repertoire(FEATURES)
    commands = {feature.command.name for feature in FEATURES if feature.command}
    assert set(repertoire.owners.values()) <= commands
    of_many = {verb for module in OF_MANY for verb in module.FEATURE.verbs}
    assert repertoire.verbs.keys() - repertoire.owners.keys() == of_many
    paid_for = {kind for kind, recipe in repertoire.recipes.items() if recipe.costs is not nothing}
    by_themselves = {kind for kind in paid_for if repertoire.belongs[kind] not in commands}
    assert by_themselves == {"wish", "talk", "board-reveal"}, "plain words, and what comes when it is time"
    assert {repertoire.owners[verb] for verb in ("batch-start", "batch-hurry", "batch-row")} == {"batch"}


def test_whom_a_rule_is_for() -> None:
    person = User(platform="discord", id="7", roles=("99",))
    runs = person.model_copy(update={"administrator": True})
    room = Place(platform="discord", chat="5")
    cases = {
        "everybody": True, "discord": True, "telegram": False, "discord:7": True, "discord:8": False, "telegram:7": False,
        "discord:#5": True, "discord:#7": False, "discord:@99": True, "discord:@5": False, "administrators": False,
    }  # fmt: skip
    for who, held in cases.items():
        (rule,) = read_rules(f'[[rule]]\nwho = ["{who}"]\nallow = true'.encode(), KNOWN, PLATFORMS).rule
        assert rule.concerns(person, room) == held, who
    (rule,) = read_rules(b'[[rule]]\nwho = ["administrators"]\nallow = true', KNOWN, PLATFORMS).rule
    assert rule.concerns(runs, room)


class House:
    """A studio whose rules are written anew for each case."""

    def __init__(self, studio: Studio, file: Path) -> None:
        self.studio = studio
        self._file = file
        self._number = 0

    def rules(self, *rules: str) -> None:
        self._file.write_text("\n".join(f"[[rule]]\n{rule}" for rule in rules))
        self.studio.program.rules.look()
        assert not self.studio.program.rules.problems

    async def somebody(self, chat: str = "") -> Person:
        """A person who has done nothing yet."""
        self._number += 1
        return await self.studio.person(f"p{self._number}", chat)


@pytest_asyncio.fixture
async def house(services: EmbeddedProcess, tmp_path: Path) -> AsyncIterator[House]:
    file = tmp_path / "rules.toml"
    file.write_text("")
    changes = {"rules": file, "operators": ("web:boss",), "report_chat": "web:home-boss"}
    async with studio_at(tmp_path / "data", services, **changes) as studio:
        yield House(studio, file)


async def test_what_is_not_allowed_is_refused_by_every_road(house: House) -> None:
    person = await house.somebody()
    drawn = await person.says("/image a cat --raw")
    told = await person.says("/story a fox --length short")
    house.rules('who = ["web"]\nwhat = ["image", "story", "usage", "product"]\nallow = false')
    await house.studio.begin()

    async def pressed(answer: Answer, verb: str) -> Answer:
        return await person.presses(*answer.action(verb))

    roads = {
        "a command": await person.says("/image a dog --raw"),
        "a free command": await person.says("/usage"),
        "a recipe": await person.says("/product Mug: leakproof; 350 ml"),
        "a button": await pressed(drawn, "redraw"),
        "a button of a text": await pressed(told, "continue"),
        "plain words": await person.says("draw a cat on a roof"),
    }
    assert {road: answer.code for road, answer in roads.items()} == dict.fromkeys(roads, "rule-not-allowed")
    assert [entry["endpoint"] for entry in paid(await house.studio.requests())] == ["chat"], (
        "plain words had to be read"
    )
    assert (await person.says("/help")).code is None
    boss = await house.studio.person("boss")
    assert (await boss.says("/image a dog --raw")).pictures, "an operator is beyond rules"
    house.rules('who = ["web:p1"]\nwhat = ["image"]\nallow = true', 'what = ["image"]\nallow = false')
    assert (await person.says("/image a dog --raw")).pictures, "the first that says so decides"


async def test_a_rule_about_books_holds_for_the_buttons_of_one(house: House) -> None:
    person = await house.somebody()
    made = await person.says("/book a fox who finds a lantern --pages 4")
    (of_book,) = {action["id"] for one in made.replies for action in one["actions"] if action["label"] == "2"}
    page = await person.presses(made.action("page")[0], of_book)
    for rule, code in (
        ("allow = false", "rule-not-allowed"),
        ("requests = {day = 1}", "rule-requests-day"),
        ("usd = {day = 0.01}", "rule-usd-day"),
    ):
        house.rules(f'what = ["book"]\n{rule}')
        assert (await person.presses(*page.action("page-again"))).code == code
        file = await person.presses(*made.action("book-pdf"))
        assert file.code == (code if "allow" in rule else None), "what costs nothing counts toward no limit"
    house.rules('what = ["book"]\nrequests = {day = 2}')
    assert (await person.presses(*page.action("page-again"))).pictures
    assert (await person.says("/book a cat --pages 4")).code == "rule-requests-day", "a page drawn again counts"


async def test_limits_count_what_they_say_they_count(house: House) -> None:
    cases = (
        ('requests = {day = 1}\nwhat = ["image"]', "rule-requests-day", "UTC"),
        ("requests = {minute = 1}", "rule-requests-minute", "1"),
        ('usd = {month = 0.08}\nwhat = ["image"]', "rule-usd-month", "$0.08"),
        ('usd = {day = 0.08}\nmodels = ["gpt-image-2.6-flare"]', "rule-usd-day", "UTC"),
        ('requests = {day = 1}\neach = "room"', "rule-requests-day", "UTC"),
    )
    for number, (rule, code, told) in enumerate(cases):
        house.rules(rule)
        person = await house.somebody(f"room{number}")
        other = await house.somebody(f"room{number}" if "room" in rule else "")
        assert (await person.says("/image a cat --raw")).pictures, rule
        refused = await (other if "room" in rule else person).says("/image a dog --raw")
        assert refused.code == code and told in refused.text, rule
        if "room" not in rule:
            assert (await other.says("/image a dog --raw")).pictures, f"each has their own: {rule}"
        if "image" in rule and "models" not in rule:
            assert (await person.says("tell me a joke")).code is None, "what it does not name goes on"
    chinese = await house.studio.person("zh", language="zh")
    house.rules("requests = {day = 0}")
    assert "用完" in (await chinese.says("/image 一只猫 --raw")).text


async def test_who_is_forgotten_has_no_new_quota(house: House) -> None:
    cases = {
        'requests = {day = 1, month = 1}\nwhat = ["image"]': "rule-requests-day",
        'usd = {day = 0.08}\nwhat = ["image"]': "rule-usd-day",
        "usd = {day = 0.08}": "rule-usd-day",
    }
    for rule, code in cases.items():
        house.rules(rule)
        person = await house.somebody()
        assert (await person.says("/image a cat --raw")).pictures
        await person.presses(*(await person.says("/forget")).action("forget-yes"))
        assert (await person.says("/image a cat --raw")).code == code, rule
    house.rules('usd = {day = 0.08}\nwhat = ["talk"]')
    assert (await person.says("tell me a joke")).code is None, "it counts for what it was spent on"


async def test_fifty_at_once_get_no_more_than_the_limit(house: House) -> None:
    house.rules('requests = {day = 3}\nwhat = ["image"]\neach = "all"')
    person = await house.somebody()
    answers = await asyncio.gather(*(person.says(f"/image cat {number} --raw") for number in range(12)))
    assert sorted(str(answer.code) for answer in answers) == ["None"] * 3 + ["rule-requests-day"] * 9


async def test_beyond_the_limit_it_goes_on_cheaper(house: House) -> None:
    house.rules(
        'requests = {day = 1}\nwhat = ["image", "talk"]\nat_limit = "cheaper"', 'requests = {day = 3}\nwhat = ["image"]'
    )
    person = await house.somebody()
    drawn = []
    for words in ("/image a cat --raw", "/image a dog --raw", "draw a cow on a roof"):
        piece = (await person.says(words)).pictures[0]["id"]
        kept = await house.studio.program.storage.store.piece(piece)
        drawn.append(kept.piece.parameters["quality"] if kept else None)
    assert drawn == ["medium", "low", "low"], "also what was said in plain words"
    assert (await person.says("/image a hen --raw")).code == "rule-requests-day", "until another rule stops it"
    for _ in range(2):
        await person.says("what a day!")
        house.rules()
    asked = await house.studio.requests("chat")
    models = [entry["model"] for entry in asked if entry["brief"]["kind"] == "talk"]
    assert models == ["gpt-6-luna", "gpt-6.2-sol"], "and where no rule holds, as ever"


async def test_whoever_runs_the_chat_is_asked_and_their_word_counts_once(house: House) -> None:
    house.rules('requests = {day = 1}\nwhat = ["image"]\nat_limit = "ask"')
    person, boss = await house.somebody(), await house.studio.person("boss")
    assert (await person.says("/image a cat --raw")).pictures

    async def asked(words: str, number: int) -> tuple[str, Answer]:
        """A request beyond the limit: its message, and the question about it that the operator gets."""
        request = await person.posts(words)
        assert "asked whoever runs" in (await person.answer(request)).text
        found = await boss.wait(
            lambda events: [e for e in events if any(a["id"].startswith("grant") for a in e["actions"])][number:]
        )
        assert "a heron" in found[0]["text"] and "$0.0" in found[0]["text"]
        return request, Answer(request, found[:1])

    request, question = await asked("/image a heron --raw", 0)
    stranger = await house.somebody()
    assert (await stranger.says("/image a pig --raw")).pictures
    await asyncio.gather(*(boss.presses(*question.action("grant")) for _ in range(2)))  # which comes first is open
    await boss.wait(
        lambda events: [e["in_reply_to"] for e in events if e["kind"] == "end"].count(question.message) == 2
    )
    drawn = await person.wait(
        lambda events: [e for e in events if e["kind"] == "reply" and e["in_reply_to"] == request and e["pieces"]]
    )
    assert len(drawn) == 1
    again = await boss.presses(*question.action("grant"))
    assert again.code == "ask-over"
    _, question = await asked("draw a heron", 1)
    await boss.presses(*question.action("decline"))
    assert await person.wait(lambda events: [e for e in events if "not allowed this time" in e["text"]])
    assert len(await house.studio.requests("images.generations")) == 3


async def test_what_is_allowed_is_made_of_what_its_own_person_brought(house: House) -> None:
    person, boss = await house.somebody(), await house.studio.person("boss")
    await person.says("keep as Mia", "cat-sent.jpg")
    house.rules(f'requests = {{day = 1}}\nwhat = ["image", "edit"]\nwho = ["web:{person.name}"]\nat_limit = "ask"')
    await person.says("/image a cat --raw")
    assert "Send me the photo" in (await boss.says("/edit")).text
    request = await person.posts("/edit @Mia on a swing", "cup-sent.jpg")
    (asked,) = await boss.wait(
        lambda events: [e for e in events if any(a["id"].startswith("grant") for a in e["actions"])]
    )
    assert (await boss.presses(*Answer(request, [asked]).action("grant"))).events, (
        "that it was allowed ends what was pressed"
    )
    await person.wait(lambda events: [e for e in events if e["in_reply_to"] == request and e["pieces"]])
    edits = await house.studio.requests("images.edits")
    assert len(edits[-1]["params"]["image"]) == 3, "the photo, and two pictures of Mia"
    assert "Send me the photo" in (await boss.says("/edit make it blue")).text, "and nobody takes it for theirs"


async def test_a_file_that_changes_holds_and_a_broken_one_does_not(house: House) -> None:
    person = await house.somebody()
    with capture_logs() as log:
        house._file.write_text('[[rule]]\nwhat = ["image"]\nallow = false')
        async with asyncio.timeout(PATIENCE):
            while (await person.says("/image a cat --raw")).code != "rule-not-allowed":
                await asyncio.sleep(0.2)
        house._file.write_text('[[rule]]\nwhat = ["imge"]\nallow = false')
        async with asyncio.timeout(PATIENCE):
            while not [entry for entry in log if entry["log_level"] == "error" and entry.get("line") == 2]:
                await asyncio.sleep(0.05)
    assert (await person.says("/image a cat --raw")).code == "rule-not-allowed", "the last good rules still hold"


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_command_line_checks_and_explains(tmp_path: Path, language: str) -> None:
    (tmp_path / "rules.toml").write_text(
        '[[rule]]\nwho = ["telegram:42"]\nwhat = ["story"]\nallow = false\n[[rule]]\nname = "some"\nrequests = {day = 5}\nwhat = ["image"]\n'
    )
    (tmp_path / "bad.toml").write_text('[[rule]]\nwhat = ["imge"]\nallow = false')
    own = {"FABULA_RULES": "rules.toml", "FABULA_LANGUAGE": language}
    fine = await fabula(tmp_path, "rules", "check", **own)
    assert fine.code == 0 and "2" in fine.said
    bad = await fabula(tmp_path, "rules", "check", "bad.toml", **own)
    assert bad.code == 1 and "2" in bad.complained and "imge" in bad.complained
    denied = (await fabula(tmp_path, "rules", "explain", "telegram:42", "/story", **own)).said
    assert ("may not use" if language == "en" else "不可以用") in denied
    limited = await fabula(tmp_path, "rules", "explain", "telegram:7", "image", **own)
    assert limited.code == 0 and "some" in limited.said and "5" in limited.said
    start = await fabula(tmp_path, "run", **(own | {"FABULA_RULES": "bad.toml"}))
    assert start.code == 1 and "bad.toml" in start.complained, "nothing starts without the rules that were set"
