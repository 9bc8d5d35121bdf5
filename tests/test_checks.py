"""What the answers about a picture are worth: laws that hold whatever is answered, and a table of what is named to be put right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.platforms import Settings
from core import checks, prompts
from core.features.steps import checking
from core.types import Answer, Question
from embedded.artist import asking, judging
from embedded.artist.record import Record
from embedded.artist.words import read

KINDS = ("thing", "attribute", "count", "relation", "lettering", "absent")
VERDICTS = ("yes", "partly", "no", "unclear")
ORDER = {"no": 0, "partly": 1, "yes": 2}


@st.composite
def answers(draw: st.DrawFn, most: int = 8) -> list[Answer]:
    """Any questions, sound as those that are asked, with any answers."""
    number = draw(st.integers(1, most))
    asked = [
        Question(
            kind=draw(st.sampled_from(KINDS)), what=f"w{place}", ask=f"q{place}?", parent=draw(st.integers(0, place))
        )
        for place in range(number)
    ]
    return [Answer(question=one, verdict=draw(st.sampled_from(VERDICTS))) for one in checks.sound(asked)]


def asked(kind: str, what: str, verdict: str, parent: int = 0) -> Answer:
    return Answer.model_validate(
        {"question": {"kind": kind, "what": what, "ask": f"{what}?", "parent": parent}, "verdict": verdict}
    )


@given(answers())
def test_a_score_is_a_share_and_only_what_is_perfect_is_one(given_answers: list[Answer]) -> None:
    found = checks.score(given_answers)
    worths = [worth for worth in checks.worths(given_answers) if worth is not None]
    if not worths:
        assert found is None
        return
    assert found is not None and checks.FLOOR - 1e-9 <= found <= 1 + 1e-9
    assert (found > 1 - 1e-9) == all(worth == 1 for worth in worths)
    assert bool(checks.failed(given_answers)) == any(worth < 1 for worth in worths), "what is imperfect is named"


@given(answers(), st.data())
def test_a_better_answer_never_makes_a_worse_score(given_answers: list[Answer], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(given_answers) - 1))
    one = given_answers[place]
    if one.verdict == "unclear":
        return
    good = "no" if one.question.kind == "absent" else "yes"
    better = [*given_answers]
    better[place] = one.model_copy(update={"verdict": good})
    before, after = checks.score(given_answers), checks.score(better)
    assert before is not None and after is not None and after >= before - 1e-9


@given(answers(most=6))
def test_what_nobody_could_tell_changes_nothing(given_answers: list[Answer]) -> None:
    more = [*given_answers, asked("thing", "a ghost", "unclear")]
    assert checks.score(more) == checks.score(given_answers)
    assert checks.failed(more) == checks.failed(given_answers)


@given(st.integers(2, 8))
def test_a_wrong_number_weighs_less_than_a_missing_thing(number: int) -> None:
    right = [asked("thing", f"w{place}", "yes") for place in range(number - 1)]
    count, thing = (checks.score([*right, asked(kind, "last", "no")]) for kind in ("count", "thing"))
    assert count is not None and thing is not None and thing < count < 1


@given(st.lists(st.builds(Question, what=st.text(max_size=90), ask=st.text(max_size=300), parent=st.integers(-3, 12))))
def test_whatever_a_model_asks_is_sound_afterwards(asked_of: list[Question]) -> None:
    sound = checks.sound(asked_of)
    assert len(sound) <= checks.MOST and len({one.ask for one in sound}) == len(sound)
    for number, one in enumerate(sound, 1):
        assert one.what and one.ask and 0 <= one.parent < number
        assert len(one.what) <= checks.LONGEST_WHAT and len(one.ask) <= checks.LONGEST_ASK
    assert checks.sound(sound) == sound


HAT = asked("thing", "a hat", "no"), asked("attribute", "a red hat", "yes", 1)
FAILED = {
    "a thing that is missing is named as it should look": (HAT, ["a red hat"], "Add a red hat."),
    "of one that is there only what is wrong": (
        (asked("thing", "a hat", "yes"), asked("attribute", "a red hat", "no", 1)),
        ["a red hat"],
        "Make it a red hat.",
    ),
    "two details of a missing thing": (
        (*HAT, asked("count", "two hats", "no", 1)),
        ["a red hat"],
        "Add a red hat.",
    ),
    "what had crept in": ((asked("absent", "text", "yes"),), ["text"], "Remove text."),
    "what is rightly absent": ((asked("absent", "text", "no"),), [], ""),
    "the words on a sign": (
        (asked("thing", "a sign", "no"), asked("lettering", "“OPEN”", "no", 1)),
        ["a sign", "“OPEN”"],
        "Add a sign.\nThe words to be read, letter by letter: “OPEN”.",
    ),
}


@pytest.mark.parametrize("name", FAILED)
def test_what_failed_is_named_once(name: str) -> None:
    given_answers, what, change = FAILED[name]
    failed = checks.failed(given_answers)
    assert [one.what for one in failed] == what
    assert prompts.change_for(failed, "en") == change


def test_the_odd_question_is_about_nothing_that_was_asked_for() -> None:
    for language, words in (
        ("en", "a giraffe with a cactus, a tractor and a penguin"),
        ("zh", "长颈鹿和企鹅，还有钢琴"),
    ):
        odd = prompts.odd_one(words, language)
        assert odd == prompts.odd_one(words, language)
        assert not any(thing in odd for thing in ("giraffe", "cactus", "tractor", "penguin", "长颈鹿", "企鹅", "钢琴"))


def test_what_is_left_out_is_said_once() -> None:
    said = prompts.without("a fox", ("text", "blur"), "en")
    assert said == "a fox\nThere is no text and no blur in it."
    assert prompts.without(said, ("text", "blur"), "en") == said, "drawn again from its own prompt"
    assert prompts.with_all(said, ("text", "blur"), "en") == "a fox", "nobody reads that under a picture"
    assert prompts.without("一只狐狸", ("文字",), "zh") == "一只狐狸\n画面里没有文字。"
    assert checking.items(" text，blur; 、text\nbirds ") == ("text", "blur", "birds")


TOLD = {  # options, what is usual → whether the pictures of /image and of /story are looked at
    "off": ({}, "off", False, False),
    "stories": ({}, "stories", False, True),
    "all": ({}, "all", True, True),
    "asked for here": ({"check": "true"}, "off", True, True),
    "a person's own choice": ({"check": "off"}, "all", False, False),
    "a person's other choice": ({"check": "all"}, "off", True, True),
    "words as they are": ({"raw": "true"}, "all", False, False),
    "words as they are, by wish": ({"raw": "true", "check": "true"}, "off", True, True),
}


@pytest.mark.parametrize("name", TOLD)
def test_which_pictures_are_looked_at(name: str) -> None:
    options, usual, image, story = TOLD[name]
    assert checks.is_checked("image", options, usual) is image
    assert checks.is_checked("story", options, usual) is story


def test_real_services_are_looked_at_and_the_built_in_artist_by_wish() -> None:
    for changes, usual in (
        ({"openai_api_key": "sk-of-somebody"}, "stories"),
        ({"image_base_url": "http://localhost:8081/v1"}, "stories"),
        ({"openai_api_key": "sk-of-somebody", "check": "off"}, "off"),
        ({}, "off"),
        ({"check": "all"}, "all"),
    ):
        nothing = {"openai_api_key": None, "openai_base_url": None, "image_api_key": None, "image_base_url": None}
        assert Settings(_env_file=None, **{**nothing, **changes}).checking == usual  # type: ignore[call-arg]


JUDGED = {  # what is in the picture, and questions with their true answers
    "a fox with a red hat in the forest at night": (
        ("Is there a fox?", "yes"),
        ("Is the hat red?", "yes"),
        ("Is the hat green?", "no"),
        ("Is there a wolf?", "no"),
        ("Is it night?", "yes"),
        ("Is it morning?", "no"),
        ("Is there a hat on a bear?", "partly"),
        ("Is the mood melancholic?", "unclear"),
        ("Does the picture show text?", "no"),
    ),
    "three cats and two dogs": (("Are there exactly three cats?", "yes"), ("Are there exactly three dogs?", "no")),
    "a shop with a sign that says “BREAD”": (("Does it say “BREAD”?", "yes"), ("Does it say “BRED”?", "no")),
    "两只猫和一条蓝色的鱼": (("画里正好有两只猫吗？", "yes"), ("鱼是红色的吗？", "no"), ("画里有一架钢琴吗？", "no")),
    "a cat without clouds": (("Does the picture show clouds?", "no"), ("Does the picture show birds?", "unclear")),
}


@pytest.mark.parametrize("prompt", JUDGED)
def test_the_artist_answers_truthfully(prompt: str) -> None:
    scene = read(prompt)
    record = Record(scene, scene, 1024, 1024, 1)
    assert {question: judging.judged(record, question)[0] for question, _ in JUDGED[prompt]} == dict(JUDGED[prompt])
    assert judging.judged(None, JUDGED[prompt][0][0]) == ("unclear", "")
    chinese = not prompt.isascii() and "“" not in prompt
    for one in asking.questions(prompt, 8, chinese=chinese):
        assert judging.judged(record, str(one["ask"]))[0] == "yes", one
