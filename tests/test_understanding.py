"""What people mean by plain words: which act, of which piece, with which words; and that nothing is made for those who only talk."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import tomllib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from bots.platforms import Settings
from bots.recipe_commands import shelf_of
from core import prompts
from core.conversation.feature import Repertoire
from core.features import FEATURES
from core.features.recipe import engine
from core.features.steps.reading import Around, Given, Reading, checked, own_words
from embedded.process import EmbeddedProcess
from fabula_process import fabula
from patience import PATIENCE
from storage.tables import jobs
from studio import Answer, Person, Studio, studio_at

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCES = tomllib.loads((Path(prompts.__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
GUESTS = itertools.count()
MADE = {
    "picture": ("/image a cat --raw",),
    "pictures": ("/image a cat --raw --n 3",),
    "edited": ("/image a cat --raw", "/edit make it red"),
    "story": ("/story a sleepy bear --length short",),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def studio(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """One studio for all that is said, where reading it may take as long as a busy machine needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.features.understanding.READ_WITHIN", PATIENCE)
        async with studio_at(tmp_path_factory.mktemp("studio"), services) as running:
            yield running


async def guest(studio: Studio, language: str = "en", after: str = "") -> tuple[Person, list[Answer]]:
    """Somebody new, for whom something was made."""
    person = await studio.person(f"guest-{next(GUESTS)}", language=language)
    return person, [await person.says(words) for words in MADE.get(after, ())]


async def became(studio: Studio, person: Person, answer: Answer) -> dict[str, Any]:
    """What a message was taken for, as its job tells."""
    query = select(jobs.c.request).where(jobs.c.origin == f"web:{person.chat}:{answer.request}")
    kept = await studio.program.storage.database.read(lambda connection: connection.execute(query).scalar_one())
    return json.loads(kept)


def shown(made: list[Answer]) -> str:
    """The message of what was made first in the last answer: a story's text, not its picture."""
    return str(next(event["message"] for event in made[-1].replies if event["pieces"]))


async def is_meant(studio: Studio, language: str, case: Mapping[str, Any]) -> str:
    """Say a sentence that wants something; what was understood otherwise."""
    person, made = await guest(studio, language, case.get("after", ""))
    answer = await person.says(case["says"], reply_to=shown(made) if case.get("replies") else None)
    request = await became(studio, person, answer)
    if case["act"] == "undo":
        first = made[0].pictures[0]["id"]
        return "" if [piece["id"] for piece in answer.pieces] == [first] else f"{case['says']}: {answer.events}"
    pieces = made[-1].pieces if made else []
    piece = {
        "edit": lambda: pieces[case.get("piece", 1) - 1],
        "vary": lambda: pieces[case.get("piece", 1) - 1],
        "revise": lambda: pieces[0],
        "continue": lambda: pieces[0],
        "illustrate": lambda: pieces[0],
    }.get(case["act"], lambda: None)()
    command = {"again": "image"}.get(case["act"], case["act"])
    if case["act"] == "work":
        return await is_the_work(person, answer, request, case)
    words = request["words"] if case.get("words") else None
    wanted = (command, case.get("words"), [piece["id"]] if piece else [])
    got = (request["command"], words, request["sources"])
    return "" if got == wanted and answer.pieces else f"{case['says']}: {got}, wanted {wanted}: {answer.text}"


async def is_the_work(person: Person, answer: Answer, request: Mapping[str, Any], case: Mapping[str, Any]) -> str:
    """What was understood otherwise than as a work; one that lacks something is asked for that, by its form."""
    if request["command"] == "wish":
        fill = next((action["action"] for event in answer.replies for action in event["actions"]), "")
        return "" if fill.startswith("recipe-fill:") else f"{case['says']}: {answer.text}"
    name = request["options"].get("recipe", request["command"])
    said = request["words"] == case["words"] or {*re.split("[：:；; \\n]+", case["words"])} <= {
        *re.split("[ \\n]", request["words"])
    }
    return "" if name == case["work"] and said and answer.pieces else f"{case['says']}: {request}, {answer.text}"


async def is_talk(studio: Studio, language: str, case: Mapping[str, Any]) -> str:
    """Say a sentence that wants nothing; what was made of it."""
    person, made = await guest(studio, language, case.get("after", ""))
    answer = await person.says(case["says"], reply_to=shown(made) if case.get("replies") else None)
    request = await became(studio, person, answer)
    talked = request["command"] == "talk" and [piece["kind"] for piece in answer.pieces] == ["text"]
    return "" if talked else f"{case['says']}: {request['command']} {answer.text}"


@pytest.mark.parametrize("language", SENTENCES)
async def test_sixty_sentences_are_taken_for_what_they_are(studio: Studio, language: str) -> None:
    wants, talks = SENTENCES[language]["wants"], SENTENCES[language]["talks"]
    assert min(len(wants), len(talks)) >= 30
    few = asyncio.Semaphore(6)

    async def one(saying: Any, case: Mapping[str, Any]) -> str:
        async with few:
            return await saying(studio, language, case)

    wrong = await asyncio.gather(*(one(is_meant, case) for case in wants), *(one(is_talk, case) for case in talks))
    assert not list(filter(None, wrong))


async def test_what_is_unclear_is_asked_for_with_the_persons_own_words(studio: Studio) -> None:
    person, _ = await guest(studio)
    await studio.begin()
    asked = await person.says("a fox who finds a lantern")
    labels = [action["label"] for event in asked.replies for action in event["actions"]]
    assert sum("a fox who finds a lantern" in label for label in labels) == 2 and len(labels) == 3
    assert not asked.pieces and not await studio.requests("images.generations")
    drawn = await person.presses(*asked.action("wish-draw"))
    assert (await person.get(f"/api/pieces/{drawn.pictures[0]['id']}")).json()["request"] == "a fox who finds a lantern"
    assert (await person.presses(*asked.action("wish-tell"))).code == "question-gone", "it was answered"
    for verb, kinds in {"wish-tell": ["text", "picture"], "wish-talk": ["text"]}.items():
        answer = await person.presses(*(await person.says("a small green boat")).action(verb))
        assert [piece["kind"] for piece in answer.pieces] == kinds


async def test_only_who_was_asked_may_answer(studio: Studio) -> None:
    room = f"meadow-{next(GUESTS)}"
    ann, bob = await studio.person("ann-of-the-room", room), await studio.person("bob-of-the-room", room)
    asked = await ann.says("a fox who finds a lantern")
    assert (await bob.presses(*asked.action("wish-draw"))).code == "not-asked"
    assert (await ann.presses(*asked.action("wish-draw"))).pictures


async def test_praise_can_be_given_as_a_rating_of_what_was_praised(studio: Studio) -> None:
    person, made = await guest(studio, after="picture")
    answer = await person.says("thanks, lovely!", reply_to=shown(made))
    start = len(person.events)
    message, like = answer.action("like")
    await person.post("actions", message=message, action=like)
    rating = await person.wait(lambda events: next((one for one in events[start:] if one["kind"] == "rating"), None))
    assert [(piece["id"], piece["rating"]["mine"]) for piece in rating["pieces"]] == [(made[0].pictures[0]["id"], 1)]


@pytest.mark.parametrize(
    "fault", [{"kind": "invalid_json"}, {"kind": "status", "status": 400}, {"kind": "disconnect", "times": 2}]
)
async def test_where_the_helper_fails_it_is_talk(studio: Studio, fault: dict[str, Any]) -> None:
    person, _ = await guest(studio)
    await studio.begin()
    await studio.faults(
        {"endpoint": "chat", "match": r"\"message\"", "times": None, **fault}
    )  # whatever way it is asked
    answer = await person.says("draw a cat on a roof")
    assert [piece["kind"] for piece in answer.pieces] == ["text"]
    assert not await studio.requests("images.generations")
    async with studio.control() as control:
        await control.delete("/faults")


async def test_what_begins_is_said_while_it_is_made(studio: Studio) -> None:
    person, _ = await guest(studio)
    await person.says("draw a cat on a roof")
    told = [event for event in person.events if event["kind"] == "status" and "a cat on a roof" in event["text"]]
    assert told and all(event["job"] for event in told), "the page has a button that cancels it"


async def test_going_back_and_on_from_there(studio: Studio) -> None:
    person, made = await guest(studio, after="story")
    first = made[0].pieces[0]
    changed = await person.says("make the ending happier")
    assert changed.pieces[0]["id"] != first["id"]
    back = await person.says("undo")
    assert [piece["id"] for piece in back.pieces] == [first["id"]]
    further = await person.says("go on")
    assert (await became(studio, person, further))["sources"] == [first["id"]]
    nothing, _ = await guest(studio, after="picture")
    assert not (await nothing.says("undo")).pieces


async def test_a_name_is_changed_in_the_story_and_nothing_else(studio: Studio) -> None:
    person, made = await guest(studio, after="story")
    told = made[0].replies[0]["text"]
    changed = (await person.says("change the bear's name to Bruno")).replies[0]["text"]
    old = {word for word in told.replace("’", " ").split() if word not in changed.split()}
    assert "Bruno" in changed and "Bruno" not in told
    assert len(changed.split()) == len(told.split()) and old


async def test_a_story_goes_on_as_it_was_told(studio: Studio) -> None:
    """In its language, for its reader, as long as it was wished, with all that was told before."""
    person, _ = await guest(studio)
    await studio.begin()
    told = await person.says("/story 一只小熊 --age 4 --length 200")
    second = await person.says("and then it rains", reply_to=told.replies[0]["message"])
    third = await person.presses(*second.action("continue"))
    requests = [one for one in await studio.requests("chat") if one["brief"]["kind"] in ("story", "continuation")]
    assert [(one["brief"]["language"], one["brief"]["age"], one["brief"]["length"]) for one in requests] == [
        ("zh", 4, 200)
    ] * 3
    asked = json.dumps(requests[-1]["messages"], ensure_ascii=False)
    parts = [json.dumps(one.replies[0]["text"], ensure_ascii=False)[1:-1] for one in (told, second)]
    assert all(part in asked for part in parts) and third.pieces


async def test_settings_hold_for_the_pictures_of_a_story(studio: Studio) -> None:
    person, _ = await guest(studio)
    await person.says("/settings quality low")
    await person.says("/settings size wide")
    await studio.begin()
    told = await person.says("tell me a short story about a fox")
    await person.presses(told.replies[0]["message"], f"draw:{told.pieces[0]['id']}")
    drawn = [(one["params"]["quality"], one["params"]["size"]) for one in await studio.requests("images.generations")]
    assert drawn == [("low", "1536x1024")] * 2


@pytest.mark.parametrize(
    ("words", "own"),
    [
        ("/story un renard qui trouve une lanterne", True),
        ("/story ein Fuchs und eine Laterne", True),
        ("/story ランタンを見つけた狐の物語", True),
        ("/story 등불을 찾은 여우", True),
        ("/story лиса нашла фонарь", True),
        ("/story 一只捡到灯笼的狐狸", False),
        ("/story un renard --lang zh", False),
    ],
)
async def test_who_writes_another_language_is_told_a_story_in_it(studio: Studio, words: str, own: bool) -> None:
    person, _ = await guest(studio)
    await studio.begin()
    await person.says(f"{words} --length short")
    system = (await studio.requests("chat"))[0]["messages"][0]["content"]
    assert ("in the language that the idea is written in" in system) == own
    assert ("Simplified Chinese" in system) != own


async def test_what_is_replied_to_reaches_the_writer(studio: Studio) -> None:
    person, _ = await guest(studio)
    request = await person.posts("The kettle sings at seven, the cat at eight.")
    await person.answer(request)
    await studio.begin()
    await person.says("summarise this", reply_to=request)
    assert (
        "> The kettle sings at seven, the cat at eight."
        in (await studio.requests("chat"))[-1]["messages"][-1]["content"]
    )
    drawn = await person.says("/image", reply_to=request)
    piece = (await person.get(f"/api/pieces/{drawn.pictures[0]['id']}")).json()
    assert piece["request"] == "The kettle sings at seven, the cat at eight."


@pytest.mark.parametrize(
    ("words", "said", "kept"),
    [
        ("a cat on a roof", "please draw a cat, on a roof!", "a cat on a roof"),
        ("一只猫", "请画一只猫吧", "一只猫"),
        ("a majestic cat on a roof", "draw a cat on a roof", "draw a cat on a roof"),
        ("roof a on cat", "draw a cat on a roof", "draw a cat on a roof"),
        ("cat", "draw a carrot", "draw a carrot"),
        ("", "undo", ""),
    ],
)
async def test_words_that_nobody_said_are_not_drawn(words: str, said: str, kept: str) -> None:
    assert own_words(words, said) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"points": "keeps tea hot; leakproof"}, {"points": "keeps tea hot; leakproof"}),
        ({"points": "keeps tea hot; dishwasher-safe"}, {}),
        ({"audience": "busy parents"}, {}),
        ({"tone": "Warm", "price": "9"}, {"tone": "warm"}),
        ({"tone": "furious"}, {}),
    ],
)
async def test_what_nobody_said_of_a_work_is_not_given(given: Mapping[str, str], kept: Mapping[str, str]) -> None:
    works = Repertoire((*FEATURES, engine(shelf_of(Settings(_env_file=None))))).works()  # type: ignore[call-arg]
    told = [Given(name=name, value=value) for name, value in given.items()]
    reading = Reading(act="work", words="a mug", options=[], work="product", given=told, piece=0, sure=True)
    said = "warm copy for a mug please, it keeps tea hot and is leakproof"
    wish = checked(reading, said, Around(), {}, works)
    assert (wish.work, wish.words, wish.options) == ("product", "a mug", kept)
    assert checked(reading.model_copy(update={"work": "spaceship"}), said, Around(), {}, works).act == "talk"


async def test_a_work_that_is_named_asks_for_what_it_lacks_and_is_made(studio: Studio) -> None:
    person, _ = await guest(studio)
    asked = await person.says("please write product copy for a brass kettle")
    assert not asked.pieces and "selling points" in asked.text
    made = await person.fills(*asked.action("recipe-fill"), {"points": "whistles; holds two litres"})
    assert "brass kettle" in made.text and "whistles" in made.text and made.pictures
    assert (await person.says("make a picture book about a shy owl with 99 pages")).code == "book-pages-plain"


async def test_the_doctor_asks_the_same_sentences_and_tells_the_price_first(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    ended = await fabula(tmp_path, "doctor", "--understanding")
    assert ended.code == 0 and "177 of 177" in ended.said and "$0.00" in ended.said
    real = {"OPENAI_API_KEY": services.key, "OPENAI_BASE_URL": services.url}
    refused = await fabula(tmp_path, "doctor", "--understanding", **real)
    assert refused.code == 1 and "$0.0" in refused.said and " of " not in refused.said, "nobody agreed"
    wrong = real | {"OPENAI_API_KEY": f"{services.key}-of-yesterday"}  # so that not all of them are asked once more
    agreed = await fabula(tmp_path, "doctor", "--understanding", "--yes", **wrong)
    assert agreed.code == 1 and "key is not accepted" in agreed.said, "it asked"
    assert services.key not in agreed.said + agreed.complained


async def test_the_money_for_what_was_understood_is_held_before_it_is_made(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with studio_at(tmp_path, services, person_daily_usd=0.05) as studio:
        person = await studio.person()
        assert (await person.says("draw a cat on a roof")).code == "over-quota"
        assert not await studio.requests("images.generations")
        assert await studio.program.storage.store.open_jobs() == []
        assert (await person.says("good morning")).pieces, "nothing of it is held any more"
