"""What people see in a studio whose servers are odd: one studio, played through one odd server after the other."""

from __future__ import annotations

import json
from typing import Any

from studio import Answer, Person, Studio, paid

CHAT, DRAW, MODERATE = "chat", "images.generations", "moderations"
STORY = "Once there was a fox who found a lantern."


def answer(body: object, **more: object) -> dict[str, Any]:
    return {"endpoint": CHAT, "kind": "answer", "body": body, **more}


def said(text: str, finish: str = "stop") -> dict[str, object]:
    return {"choices": [{"message": {"content": text}, "finish_reason": finish}]}


def planned(*prompts: str) -> dict[str, Any]:
    pictures = [{"prompt": prompt, "caption": "A lantern."} for prompt in prompts]
    return answer(said(json.dumps({"characters": [], "pictures": pictures})))


async def prompts_of(person: Person, told: Answer) -> list[str]:
    return [(await person.get(f"/api/pieces/{piece['id']}")).json()["prompt"] for piece in told.pictures]


async def test_a_helper_that_only_chats_costs_nobody_their_picture(studio: Studio) -> None:
    person = await studio.person()
    for told in ("What a lovely idea!", '{"prompt": "  "}', "<think>Hm.</think>Sure!"):
        await studio.faults(answer(said(told), times=None))
        drawn = await person.says("/image a lighthouse in a storm")
        assert (drawn.code, await prompts_of(person, drawn)) == (None, ["a lighthouse in a storm"])
        assert "drawn as they are" in drawn.text
        async with studio.control() as control:
            await control.delete("/faults")
    assert "drawn as they are" not in (await person.says("/image a lighthouse")).text, (
        "it is a helper's answer, not a rule"
    )
    chinese = await studio.person("mei", language="zh")
    await studio.faults(answer(said("好的！"), times=None))
    assert "原话" in (await chinese.says("/image 一座灯塔")).text


async def test_a_story_says_where_fewer_pictures_came_of_it_than_asked(studio: Studio) -> None:
    person = await studio.person()
    cases = {
        "one of four": (planned("a fox in the snow"), 1, "You asked for 4 pictures, and 1 came of it"),
        "none": (planned(), 1, "drawn as they are"),
        "an empty one": (planned(" ", "a fox", ""), 1, "You asked for 4 pictures, and 1 came of it"),
        "too many": (planned(*["a fox"] * 6), 4, ""),
        "no plan": (answer(said("I would draw the fox."), times=2), 1, "drawn as they are"),
    }
    for name, (plan, pictures, note) in cases.items():
        await studio.faults(answer(said(STORY)), plan)
        told = await person.says("/story a fox finds a lantern --pages 4")
        assert (name, told.code, len(told.pictures)) == (name, None, pictures)
        assert note in told.text and ("You asked for" in told.text) == (pictures < 4), name


async def test_a_text_that_was_cut_says_so_and_goes_on_by_a_button(studio: Studio) -> None:
    person = await studio.person()
    for asked in ("/story a fox finds a lantern", "🦊💤?"):  # signs alone are talk, and not read for a wish
        await studio.faults(answer(said(STORY, "length")))
        told = await person.says(asked)
        (note,) = [event for event in told.replies if "breaks off here" in event["text"]]
        assert [action["id"].partition(":")[0] for action in note["actions"]] == ["continue"]
        more = await person.presses(note["message"], note["actions"][0]["id"])
        assert more.code is None and more.pieces[0]["kind"] == "text"
        last = (await studio.requests(CHAT))[-1]
        assert STORY in json.dumps(last["messages"]), "what came before is told along"
    assert "breaks off" not in (await person.says("and what do cats dream of?")).text


async def test_what_is_drawn_or_gone_on_with_is_looked_at(studio: Studio) -> None:
    person = await studio.person()
    await studio.faults(answer(said(f"{STORY} Then came a massacre.")))
    told = await person.says("🦊?")
    message, piece = told.message, told.pieces[0]["id"]
    before = len(paid(await studio.requests(CHAT, DRAW)))
    shown = await person.presses(message, f"draw:{piece}")
    assert (shown.code, shown.pictures) == ("refused-words", [])
    more = await person.presses(message, f"continue:{piece}")
    assert (more.code, more.pieces) == ("refused-words", [])
    assert await studio.requests(DRAW) == []
    assert len(paid(await studio.requests(CHAT, DRAW))) <= before + 1


async def test_whatever_a_server_answers_is_one_sentence_about_whose_turn_it_is(studio: Studio) -> None:
    person = await studio.person()
    server = {"endpoint": DRAW, "kind": "answer", "times": None}
    cases: list[tuple[dict[str, object], str, str]] = [
        ({"body": {"error": {"code": 402}}}, "no-credit", "for whoever runs it"),
        ({"body": {"data": [{"url": "https://cdn.example.org/x.png"}]}}, "answer-is-link", "FABULA_IMAGE_BASE_URL"),
        ({"status": 404, "body": {"error": "model 'x' not found"}}, "model-unknown", "for whoever runs the studio"),
        ({"status": 404, "body": "404 page not found"}, "service-rejects", "for whoever runs it"),
        ({"status": 400, "body": {"error": {"code": "content_filter"}}}, "refused-words", "leave out"),
        ({"body": {"error": {"message": "No."}}}, "answer-cut", "may still have been billed"),
    ]
    for rule, code, sentence in cases:
        await studio.faults(server | rule)
        told = await person.says("/image a lighthouse")
        assert told.code == code and sentence in told.text, told.text
        async with studio.control() as control:
            await control.delete("/faults")
