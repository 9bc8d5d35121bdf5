"""Characters that stay themselves: kept by name, brought along by ``@name`` with the pictures that show them, and gone when they are forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract import Talker
from discord_talker import DiscordTalker
from embedded.process import EmbeddedProcess
from studio import Answer, Person, Studio, paid, studio_at
from test_forget import files, rows_with

pytest_plugins = ("platforms",)

LOOKS = "a small fox with a torn left ear and a green scarf"
MIA = f"/character Mia, {LOOKS}"
YA = "/角色 米娅，一只左耳有缺口、围着绿围巾的小狐狸"


def shown(entry: dict[str, Any]) -> list[str]:
    """The pictures that came with a request, by their content."""
    return [picture["sha256"] for picture in entry["params"].get("image", [])]


async def drawn(studio: Studio, since: int) -> list[dict[str, Any]]:
    """What the painter was asked since so many requests."""
    return [one for one in (await studio.requests())[since:] if one["endpoint"].startswith("images.")]


async def told(
    studio: Studio, person: Person, words: str, *given: Any, **details: Any
) -> tuple[Answer, list[dict[str, Any]]]:
    """What came of some words, and what the painter was asked for them."""
    before = len(await studio.requests())
    return await person.says(words, *given, **details), await drawn(studio, before)


NAMED = {
    "a command": ("/image @Mia on a roof", 2),
    "a possessive": ("/image @Mia's birthday cake", 2),
    "punctuation and case": ("/image here comes @mia, at last! --raw", 2),
    "a full-width sign, the name in Chinese": ("/画 ＠米娅的生日", 2),
    "two at once, without a space": ("/image @Mia和@米娅在海边 --raw", 4),
    "plain words": ("draw @Mia in the snow", 2),
    "plain Chinese words": ("画一只@米娅在屋顶上", 2),
    "a story's pictures": ("/story @Mia and the lighthouse --length short", 2),
    "a recipe": ("/scene a lighthouse where @Mia lives --times dawn", 2),
    "an edit": ("/edit put @Mia beside the door", 3),
    "a variation": ("/vary with @Mia in it", 3),
}
PROSE = {
    "mail": "/image a letter to mia@example.com --raw",
    "mail without a space before it": "/image 写信给zorro@example.com --raw",
    "a link": "/image the page https://example.com/@zorro --raw",
    "everybody": "/image a party for @everyone --raw",
    "an hour": "/image the station @8pm --raw",
    "somebody who talks here": "/image a portrait for @ann --raw",
}
UNKNOWN = {
    "a slip": ("/image @Mai on a roof", "unknown-character-near", "@Mia"),
    "nobody": ("/image @Zorro on a roof", "unknown-character", "@Mia"),
    "nobody, in plain words": ("draw @Zorro on a roof", "unknown-character", "@Zorro"),
    "a longer name": ("/story @Miaow", "unknown-character-near", "@Miaow"),
    "in Chinese": ("/画 @米雅在屋顶上", "unknown-character-near", "@米雅"),
    "nobody in Chinese": ("画@阿福在海边", "unknown-character", "“@阿福”"),
    "in a recipe": ("/scene where @Zorro lives", "unknown-character", "@Zorro"),
    "in an option": ("/product mug: red --colours @Zorro", "unknown-character", "@Zorro"),
}  # fmt: skip


async def test_a_name_brings_its_pictures_wherever_it_is_said(studio: Studio) -> None:
    """One studio, many sentences: who is named is described and shown, who is not is prose, and who is unknown costs nothing."""
    person = await studio.person()
    made, asked = await told(studio, person, MIA)
    assert [picture["caption"] for picture in made.pictures] == ["Mia", "Mia, from all sides"]
    assert [one["endpoint"] for one in asked] == ["images.generations", "images.edits"]
    assert len(shown(asked[1])) == 1, "the sheet is drawn from the portrait"
    assert (await person.says(YA)).code is None
    for name, (words, number) in NAMED.items():
        answer, asked = await told(studio, person, words)
        assert answer.code is None and answer.pictures, name
        assert {len(shown(one)) for one in asked} == {number}, name
        assert all("torn left ear" in one["prompt"] or "左耳有缺口" in one["prompt"] for one in asked), name
        assert all("@" not in one["prompt"] and "＠" not in one["prompt"] for one in asked), name
    for name, words in PROSE.items():
        answer, asked = await told(studio, person, words)
        assert answer.code is None and [one["endpoint"] for one in asked] == ["images.generations"], name
    before = len(await studio.requests())
    for name, (words, code, said) in UNKNOWN.items():
        answer = await person.says(words)
        assert answer.code == code and said in answer.text, name
        assert [event["kind"] for event in answer.events] == ["failure", "end"], name
    assert len(await studio.requests()) == before, "nothing was spent"
    [refused, _] = (await person.says("/image @Mai on a roof --raw")).events
    corrected = await person.presses(refused["message"], refused["actions"][0]["id"])
    assert "Mia" in corrected.text and corrected.pictures


async def test_the_same_is_asked_for_again_and_told_in_its_words(studio: Studio) -> None:
    """Redraw, and a story's further pictures and parts, still know who was in it."""
    person = await studio.person()
    await person.says(MIA)
    first, asked = await told(studio, person, "/image @Mia on a swing --raw")
    before = len(await studio.requests())
    again = await person.presses(*first.action("redraw"))
    [once] = await drawn(studio, before)
    assert again.pictures and shown(once) == shown(asked[0]) and once["prompt"] == asked[0]["prompt"]
    story = await person.says("/story @Mia and the sea --length short")
    assert "Mia" in story.text
    before = len(await studio.requests())
    await person.presses(*story.action("draw"))
    assert [len(shown(one)) for one in await drawn(studio, before)] == [2]
    assert "@" not in story.text


async def test_who_is_kept_is_listed_renamed_redrawn_and_forgotten(studio: Studio, tmp_path: Path) -> None:
    person = await studio.person()
    assert (await person.says("/characters")).code is None
    made = await person.says(MIA)
    assert (await person.says(MIA)).code == "character-taken"
    listed = await person.says("/characters")
    [event] = listed.replies
    assert LOOKS in listed.text and len(event["thumbnails"]) == 1
    card = await person.presses(*listed.action("character"))
    assert [picture["caption"] for picture in card.pictures] == ["Mia"]
    await renamed(person, card, "Captain Nemo")
    answer, asked = await told(studio, person, "/image @captain nemo's boat --raw")
    assert answer.code is None and len(shown(asked[0])) == 2
    assert (await person.says("/image @Mia --raw")).code == "unknown-character"
    for name in ("x" * 33, "8 ball", "a@b", "🦊"):
        assert await renamed(person, card, name) in ("character-name", "form-too-long"), name
    before, old = len(await studio.requests()), shown(asked[0])
    await person.presses(*card.action("character-redraw"))
    assert [one["endpoint"] for one in await drawn(studio, before)] == ["images.generations", "images.edits"]
    _, asked = await told(studio, person, "/image @Captain Nemo at sea --raw")
    assert set(shown(asked[0])).isdisjoint(old) and len(shown(asked[0])) == 2
    sure = await person.presses(*card.action("character-forget"))
    await person.presses(*sure.action("character-forget-yes"))
    assert (await person.says("/image @Captain Nemo --raw")).code == "unknown-character-yet"
    assert await renamed(person, card, "Tom") == "button-unknown"
    data = tmp_path / "data" / "fabula.sqlite3"
    assert not [row for row in rows_with(data, LOOKS) if row.startswith(("sessions", "replies", "jobs", "steps"))]
    assert made.pictures
    gone = await person.says("/forget")
    await person.presses(*gone.action("forget-yes"))
    assert files(tmp_path / "data") == [] and rows_with(data, "Nemo") == []


async def renamed(person: Person, card: Answer, name: str) -> str:
    """Rename by the form of a card; the code of the refusal, if it is one."""
    message, action = card.action("character-rename")
    start = len(person.events)
    async with person.http() as http:
        body = {"user": person.name, "message": message, "action": action}
        asked = await http.post(f"/api/chats/{person.chat}/actions", json=body)
        if asked.status_code != 202 or not asked.json().get("form"):
            return str((await person.answer(message, start)).code if asked.status_code == 202 else asked.json()["code"])
        body |= {"values": {"name": name}, "client_id": f"c{start}"}
        answer = await http.post(f"/api/chats/{person.chat}/forms", json=body)
    if answer.status_code != 202:
        return str(answer.json()["code"])
    return (await person.answer(message, start)).code or ""


async def test_where_no_pictures_are_taken_the_description_alone_is_drawn_and_told(studio: Studio) -> None:
    """A server without edits; then a character whose pictures were deleted."""
    person = await studio.person()
    made = await person.says(MIA)
    await studio.faults({"endpoint": "images.edits", "kind": "status", "status": 404, "code": None, "times": None})
    answer, asked = await told(studio, person, "/image @Mia on a roof --raw")
    assert "takes no pictures, so I drew Mia by the description alone" in answer.text
    assert LOOKS in asked[-1]["prompt"] and asked[-1]["endpoint"] == "images.generations"
    await studio.faults()
    for picture in made.pictures:
        its_row = await person.presses(made.message, f"pick:{picture['id']}")
        sure = await person.presses(*its_row.action("delete"))
        await person.presses(*sure.action("delete-yes"))
    answer, asked = await told(studio, person, "/image @Mia on a roof --raw")
    assert "no picture left of Mia" in answer.text and [one["endpoint"] for one in asked] == ["images.generations"]


async def test_a_picture_is_kept_by_its_name_in_reply_to_it(studio: Studio) -> None:
    """In plain words of both languages, and by the command; with what it shows as the looks. The sheet is drawn from the portrait, that from it."""
    person = await studio.person()
    fox = await person.says("/image a red fox with a hat --raw")
    for words, name in (("keep as Tom", "Tom"), ("/character 小红", "小红")):
        made, asked = await told(studio, person, words, reply_to=fox.message)
        assert made.pictures[0]["caption"] == name and len(asked) == 2, words
        assert all(len(shown(one)) == 1 for one in asked), words
        _, asked = await told(studio, person, f"/image @{name} asleep --raw")
        assert "a red fox with a hat" in asked[0]["prompt"], words
    assert (await person.says("keep as Tom")).code is None, "without a picture it is talk"


async def test_a_rooms_characters_are_the_rooms_and_their_makers(studio: Studio) -> None:
    """Everybody brings them in; who made them may change them, and they go with who made them, no others."""
    ann = await studio.person("ann", "den")
    await ann.says("/settings session shared")
    bob = await studio.person("bob", "den")
    made = await ann.says(MIA)
    await bob.says("/character Bo, a brown bear")
    answer, asked = await told(studio, bob, "/image @Mia and @Bo --raw")
    assert len(shown(asked[0])) == 4 and answer.code is None
    for verb in ("character-rename", "character-redraw", "character-forget"):
        message, action = made.action(verb)
        if verb == "character-rename":
            assert await renamed(bob, Answer("", made.events), "Max") == "only-author"
        else:
            assert (await bob.presses(message, action)).code == "only-author", verb
    asked_him = await bob.says("/forget")
    await bob.presses(*asked_him.action("forget-yes"))
    names = (await (await studio.person("ann", "den")).get("/api/chats/den/characters?user=ann")).json()["names"]
    assert names == ["Mia"]


async def test_a_kill_between_its_pictures_pays_none_twice(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path / "data", services) as studio:
        person = await studio.person()
        await studio.faults({"endpoint": "images.edits", "kind": "hang_until_released"})
        request = await person.posts(MIA)
        await studio.hangs("images.edits")
    async with studio_at(tmp_path / "data", services) as studio:
        person = await studio.person()
        answer = await person.answer(request)
        assert [one["endpoint"] for one in paid(await studio.requests())] == ["images.edits"]
        assert len(answer.pictures) == 2 and len(shown((await studio.requests("images.edits"))[0])) == 1


async def test_a_character_over_the_budget_is_not_begun(services: EmbeddedProcess, tmp_path: Path) -> None:
    """What is held has the portrait, the sheet and, of later pictures, those that show who is in them."""
    async with studio_at(tmp_path / "data", services, monthly_budget_usd=0.02) as studio:
        answer = await (await studio.person()).says(MIA)
        assert answer.code == "recipe-over-budget" and paid(await studio.requests()) == []


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_characters_on_the_other_platforms(served: Studio, talker: Talker) -> None:
    """Kept, listed and brought in by each platform's own ways; Discord completes the name while it is typed."""
    await talker.says(MIA, expect=4)
    listed = await talker.says("/characters")
    assert "Mia" in listed.text and listed.button("character")
    made = await talker.says("/image @Mia on a roof --raw")
    assert made.pictures
    [*_, asked] = await served.requests("images.edits")
    assert len(shown(asked)) == 2 and LOOKS in asked["prompt"]
    assert "Did you mean @Mia" in (await talker.says("/image @Mai on a roof")).text
    if isinstance(talker, DiscordTalker):
        offered = await talker.people.complete(talker.user, talker.channel, "image", "idea", "a boat for @m")
        assert "a boat for @Mia" in str(offered)
