"""Files that people save: what they are called, and that a name goes with the story that it repeats."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from studio import Person, Studio


async def named(person: Person, url: str) -> str:
    """What a browser would call a file."""
    told = (await person.get(url)).headers["content-disposition"]
    found = re.search(r"filename\*=utf-8''([^;]+)|filename=\"([^\"]+)\"", told)
    assert found, told
    return unquote(found[1] or found[2])


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("/image a cat: on the *roof*! --raw", "a-cat-on-the-roof.jpg"),
        ("/image 屋顶上的猫 --raw", "屋顶上的猫.jpg"),
        ("/image a cat --raw --format png", "a-cat.png"),
        ("/image con --raw", "con-picture.jpg"),
    ],
)
async def test_a_picture_is_called_by_what_it_shows(studio: Studio, said: str, name: str) -> None:
    person = await studio.person()
    answer = await person.says(said)
    assert await named(person, answer.pictures[0]["url"] + "?download=1") == name
    assert await named(person, answer.pictures[0]["url"]) == name, "also where the browser saves what it shows"


async def test_a_name_goes_with_the_story_that_it_repeats(studio: Studio) -> None:
    person = await studio.person()
    told = await person.says("/story a fox and a lantern --pages 2")
    title = told.replies[0]["text"].partition("\n")[0].lstrip("# ")
    stem = "-".join(re.findall(r"\w+", title.lower().replace("’", "")))
    first, second = (picture["url"] for picture in told.pictures)
    assert [await named(person, url) for url in (first, second)] == [f"{stem}-1.jpg", f"{stem}-2.jpg"]
    picture = told.pictures[1]["id"]
    message = told.replies[-1]["message"]
    original = await person.presses(message, f"original:{picture}")
    assert original.pieces[0]["caption"] == f"{stem}-2.jpg"
    await person.says("/usage")
    asked = await person.presses(told.replies[0]["message"], f"delete:{told.replies[0]['pieces'][0]['id']}")
    await person.presses(*asked.action("delete-yes"))
    assert stem not in await named(person, second)
    again = await studio.person(person.name, chat=person.chat)
    events = await again.wait(lambda events: any(one["kind"] == "end" for one in events) and list(events))
    assert not [event for event in events if stem in str(event)]
