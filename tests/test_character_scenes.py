"""Who is kept by name, beside what else is drawn from: the sheet of a story or a book, another try after a look, and what all of it may cost."""

from __future__ import annotations

import pytest

from core.types import PieceKind
from studio import Studio
from test_book import actions
from test_budget import reserved_for_last
from test_characters import LOOKS, MIA, drawn, shown, told
from test_checked_pictures import CHANGED, misheard
from test_reading_level import planned

pytest_plugins = ("lasting",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def studio(lasting: Studio) -> Studio:
    """One for all tests here."""
    return lasting


MANY = {
    "a story's pictures": ("/story @Mia and a bear at sea --length short --pages 3", 3),
    "a book's": ("/book @Mia and a bear at sea --pages 4", 5),
}


async def test_own_pictures_come_before_the_sheet_of_all_others(studio: Studio) -> None:
    """Who has pictures is not on the sheet; both are sent, a page drawn again has them too, and so has the book of a story."""
    person = await studio.person()
    await person.says(MIA)
    _, [alone] = await told(studio, person, "/image @Mia --raw")
    own = shown(alone)
    assert len(own) == 2
    for name, (words, number) in MANY.items():
        made, asked = await told(studio, person, words)
        sheet, *pictures = asked
        assert made.code is None and len(pictures) == number, name
        assert sheet["endpoint"] == "images.generations" and "bear" in sheet["prompt"], name
        assert "Mia" not in sheet["prompt"] and LOOKS not in sheet["prompt"], name
        assert all(shown(one)[:2] == own and len(shown(one)) == 3 for one in pictures), name
        assert len({shown(one)[2] for one in pictures}) == 1, name
        assert all(
            "Pictures 1 and 2 show Mia." in one["prompt"] and "Picture 3 is" in one["prompt"] for one in pictures
        ), name
        if "book" in words:
            page = await person.presses(made.action("page")[0], actions(made, "page")["2"])
            before = len(await studio.requests())
            await person.presses(*page.action("page-again"))
            [again] = await drawn(studio, before)
            assert shown(again) == shown(pictures[0])
        else:
            before = len(await studio.requests())
            await person.presses(*made.action("book"))
            assert {tuple(shown(one)[:2]) for one in (await drawn(studio, before))[1:]} == {tuple(own)}


async def test_a_story_of_those_who_are_kept_needs_no_sheet(studio: Studio) -> None:
    person = await studio.person()
    await person.says(MIA)
    await person.says("/character Bruno, a small brown bear")
    looks = [{"name": "Mia", "look": "a small fox"}, {"name": "Bruno", "look": "a brown bear"}]
    plan = planned(looks, ("Mia and Bruno in a boat", ["Mia", "Bruno"]), ("Mia asleep beside Bruno", ["Mia", "Bruno"]))
    await studio.faults({**plan, "match": f"Mia: {LOOKS}", "times": 1})
    made, asked = await told(studio, person, "/story @Mia and @Bruno at sea --length short --pages 2")
    assert len(made.pictures) == 2 and [len(shown(one)) for one in asked] == [4, 4]
    store = studio.program.storage.store
    kept = [await store.piece(one["id"]) for one in made.pictures]
    assert all(one and one.piece.kind is PieceKind.PICTURE and not one.piece.sources for one in kept)


BOTH = [{"name": "Mia", "look": "a small fox"}, {"name": "Bruno", "look": "a brown bear"}]
SCENES = (
    ("Mia in a boat", ["Mia"]),
    ("Bruno mends the sail", []),
    ("They wave", ["bruno", " Mia "]),
    ("The empty sea", []),
    ("Miami at night", []),
)
"""What is planned for five pictures: who is named by the plan, by the words, by both; nobody, and nobody whose name merely begins a word."""
ALONE = [["Mia"], ["Bruno"], ["Mia", "Bruno"], [], []]


async def test_a_picture_gets_those_alone_who_are_in_it(studio: Studio) -> None:
    """In a story and in a book: neither pictures nor words of anybody else come along, also when a page is drawn again."""
    person = await studio.person()
    await person.says(MIA)
    await person.says("/character Bruno, a small brown bear")
    for words in ("/story @Mia and @Bruno at sea --length short --pages 5", "/book @Mia and @Bruno at sea --pages 4"):
        await studio.faults({**planned(BOTH, *SCENES), "match": "Mia", "times": 1, "skip": 1})  # the text comes first
        made, asked = await told(studio, person, words)
        assert made.code is None and len(made.pictures) == 5, words
        for picture, (scene, _), planned_names in zip(made.pictures, SCENES, ALONE, strict=True):
            told_of = picture["caption"] if "book" in words else ""  # a page's own words
            names = [name for name in ("Mia", "Bruno") if name in planned_names or name in told_of]
            [one] = [one for one in asked if scene in one["prompt"]]
            there = [name for name in ("Mia", "Bruno") if f"show {name}." in one["prompt"]]
            assert there == names and len(shown(one)) == 2 * len(names), (words, one["prompt"])
            assert (LOOKS in one["prompt"]) == ("Mia" in names), one["prompt"]
    before = len(await studio.requests())
    page = await person.presses(made.action("page")[0], actions(made, "page")["4"])
    await person.presses(*page.action("page-again"))
    [again] = await drawn(studio, before)
    assert shown(again) == shown(one) and again["prompt"] == one["prompt"]


async def test_another_try_starts_from_their_pictures_too_and_they_are_compared(studio: Studio) -> None:
    """In a picture and in a recipe's: changed, then drawn anew, each from what shows her; whoever looks sees her beside it."""
    person = await studio.person()
    await person.says(MIA)
    _, [alone] = await told(studio, person, "/image @Mia --raw")
    own = shown(alone)
    await studio.faults(misheard("with a red hat", CHANGED), misheard("Add a red hat.", CHANGED))
    before = len(await studio.requests())
    answer = await person.says("/image @Mia with a red hat --check")
    assert "missed a red hat" in answer.text
    first, mended, anew = await drawn(studio, before)
    assert (shown(first), shown(mended)[1:], shown(anew)) == (own, own, own)
    assert mended["prompt"].startswith("Add a red hat.") and anew["prompt"] == first["prompt"]
    looks = [one for one in (await studio.requests())[before:] if (one.get("brief") or {}).get("kind") == "check"]
    assert len(looks) == 3 and all("the same character as in" in str(one["messages"]) for one in looks)
    assert all(str(one["messages"]).count("'image_url': {'url'") == 2 for one in looks), "her, and the picture"
    prompt = (await person.presses(*answer.action("prompt"))).text
    assert LOOKS in prompt and "Add a red hat" not in prompt and "Pictures 1" not in prompt, "in words for people"
    _, asked = await told(studio, person, "/scene a house where @Mia lives --times dawn --check")
    assert {tuple(shown(one)[-2:]) for one in asked} == {tuple(own)}


async def test_what_shows_them_is_held_before_it_is_sent(studio: Studio) -> None:
    """Where a picture is changed and drawn anew, and beside a sheet: what was held is about what may be billed."""
    person, store = await studio.person(), studio.program.storage.store
    await person.says(MIA)
    for words in ("/image @Mia with a red hat --check", *(words for words, _ in MANY.values())):
        await studio.faults(misheard("with a red hat", CHANGED), misheard("Add a red hat.", CHANGED))
        before = (await store.spent(0)).usd
        assert (await person.says(words)).pictures
        billed, held = (await store.spent(0)).usd - before, await reserved_for_last(studio)
        assert billed <= 1.02 * held and held <= 2 * billed, words
