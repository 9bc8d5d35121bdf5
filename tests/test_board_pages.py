"""The page of a board through its door: what each person is shown of it, what they do there, who may not, and the read-only page for a beamer."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from pypdf import PdfReader

from at_board import AtBoard, begun, revealed
from comers import TOKEN, browser, enters, link
from core.ports import Change
from core.types import Place
from studio import Studio
from timed import until

ROOM = Place(platform="web", chat="team", peers=True)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


IDEAS = {0: ["a zebra bench", "a heron pond"], 1: ["a stage of logs"]}


async def test_nobody_is_shown_anothers_idea_before_all_are_revealed(studio: Studio) -> None:
    ada, ben, _ = at = await begun(studio)
    assert [one["number"] for one in (await ada.done("idea", idea="a zebra bench"))["own"]] == [1]
    assert (await ben.done("idea", idea="a heron pond"))["count"] == 2
    seen = await ben.look()
    assert [one["text"] for one in seen["own"]] == ["a heron pond"] and seen["columns"] == []
    beamer = await beamed(ada)
    assert beamer["count"] == 2 and len(beamer["people"]) == 2
    others = [seen, await at[2].look(), beamer, ben.person.events, at[2].person.events]
    assert "zebra" not in json.dumps(others)
    assert "zebra" in json.dumps(await ada.look()), "what was looked for would have been found"
    mine = (await ada.done("change", 1, idea="a zebra swing"))["own"]
    assert [one["text"] for one in mine] == ["a zebra swing"]
    assert (await ada.done("change", 1, idea=""))["own"] == []


async def test_what_is_done_at_the_page_says_nothing_in_the_chat(studio: Studio) -> None:
    ada, ben, _ = at = await begun(studio)
    start = len(ben.person.events)
    await revealed(at, IDEAS)
    await ben.done("dot", 1, 0)
    told = [event for event in ben.person.events[start:] if event["kind"] in ("reply", "failure", "end")]
    assert not [event for event in told if event.get("private") or event["kind"] == "failure"]
    assert any(event.get("lives") == f"board:{ada.board}" for event in told), (
        "by which open pages know that they are to look"
    )


async def test_a_vote_is_ones_own_and_counted_at_the_end(studio: Studio) -> None:
    ada, ben, _ = at = await begun(studio)
    await revealed(at, IDEAS)
    for _ in range(2):
        shown = await ben.done("dot", 2, 0)
    assert (shown["each"], shown["free"]) == (3, 1)
    await ben.done("dot", 1, 0)
    late = await ben.does("dot", 3, 0)
    assert late.status_code == 403 and "all 3 of your dots" in late.json()["text"]
    assert (await ben.done("dot", 1, 0))["free"] == 1, "it was taken back"
    of_ada = [one for column in (await ada.look())["columns"] for one in column["ideas"]]
    assert {(one["dots"], one["count"]) for one in of_ada} == {(0, None)}
    assert all(one["dots"] == 0 and one["count"] is None for one in ideas_of(await beamed(ada)))
    over = await ada.done("next")
    assert over["round"] == "over"
    assert {one["number"]: (one["count"], one["place"]) for one in ideas_of(over)}[2] == (2, 1)


async def test_an_idea_is_put_into_another_group_and_into_one_of_its_own(studio: Studio) -> None:
    ada, ben, _ = at = await begun(studio)
    await revealed(at, IDEAS)
    before = {one["number"]: column["group"] for column in (await ben.look())["columns"] for one in column["ideas"]}
    shown = await ben.done("move", 1, before[2])
    assert [
        one["number"] for column in shown["columns"] if column["group"] == before[2] for one in column["ideas"]
    ] == [1, 2]
    shown = await ben.done("move", 1, shown["new_group"])
    assert [one["number"] for one in shown["columns"][-1]["ideas"]] == [1]
    wrong = [await ben.does("move", *about) for about in ((9, 0), (1, 99), (1,), (1, "x"))]
    assert [answer.status_code for answer in wrong] == [403] * 4
    await ada.done("end")
    assert (await ben.does("move", 1, 0)).status_code == 403


async def test_only_who_leads_it_says_how_it_goes_on(studio: Studio) -> None:
    ada, ben, _ = await begun(studio, "--minutes 30 --sparks 0")
    assert {one["id"].split(":")[0] for one in (await ada.look())["actions"]} >= {
        "board-next",
        "board-pause",
        "board-end",
    }
    shown = await ben.done("join")
    assert [one["id"].split(":")[0] for one in shown["actions"]] == ["board-done"] and not shown["leads"]
    assert shown["left"] > 25 * 60 and not shown["paused"]
    refused = await ben.does("end")
    assert refused.status_code == 403 and "Only whoever leads" in refused.json()["text"]
    paused = await ada.done("pause")
    assert paused["paused"] and "▶ Go on" in [one["label"] for one in paused["actions"]]
    assert (await ada.done("more"))["left"] > paused["left"]


async def test_the_same_act_sent_twice_counts_once(studio: Studio) -> None:
    ada, _, _ = at = await begun(studio)
    await revealed(at, IDEAS)
    await ada.done("dot", 1, 0)
    ada.acts -= 1
    assert (await ada.done("dot", 1, 0))["free"] == 2


async def test_a_board_is_for_its_room_alone(guarded: Studio) -> None:
    async with browser(guarded, TOKEN) as operator, browser(guarded) as guest, browser(guarded) as nobody:
        sent = await operator.post("/api/chats/team/messages", data={"text": "/brainstorm a park"})
        assert sent.status_code == 202
        store = guarded.program.storage.store

        async def is_there() -> bool:
            return bool(await store.boards(ROOM, 1))

        await until(is_there)
        [board] = await store.boards(ROOM, 1)
        assert await enters(guest, await link(guarded, room="family"), "Mallory")
        path, act = f"/api/chats/team/boards/{board.id}", {"action": f"board-join:{board.id}", "client_id": "x"}
        assert (await operator.get(path)).json()["leads"]
        for browsing, status in ((guest, 403), (nobody, 401)):
            for answer in (await browsing.get(path), await browsing.post(path, json=act)):
                assert answer.status_code == status and "park" not in answer.text
            page = await browsing.get(f"/boards/{board.id}")
            assert page.status_code == 200 and "park" not in page.text, "the page itself holds nothing"
        in_theirs = f"/api/chats/family/boards/{board.id}"
        assert {(await guest.get(in_theirs)).status_code, (await guest.post(in_theirs, json=act)).status_code} == {404}


async def test_what_is_no_act_of_the_page_is_refused(studio: Studio) -> None:
    ada, _, _ = await begun(studio)
    other = (await begun(studio, topic="a pond"))[0]
    for action, values in (
        (f"board-join:{other.board}", {}),
        ("delete:x", {}),
        (f"board-idea:{ada.board}", {}),
        (f"board-join:{ada.board}", {"idea": "x"}),
    ):
        async with ada.person.http() as http:
            body = {"user": "ada", "action": action, "values": values, "client_id": action}
            assert (await http.post(ada.path, json=body)).status_code in (400, 404)
    async with ada.person.http() as http:
        elsewhere = f"/api/chats/home-ada/boards/{ada.board}"
        assert (await http.get(elsewhere, params={"user": "ada"})).status_code == 404


async def test_a_board_is_kept_as_a_pdf_with_what_was_made_of_it(studio: Studio) -> None:
    ada, ben, _ = at = await begun(studio)
    await revealed(at, IDEAS)
    await ben.done("dot", 2, 0)
    await ada.done("end")
    assert ideas_of(await ben.done("make", 2, "image"))

    async def is_made() -> bool:
        return any(idea["works"] for idea in ideas_of(await ada.look()))

    await until(is_made)
    [work] = [one for idea in ideas_of(await ada.look()) for one in idea["works"]]
    assert work["url"]
    words, pictures = await pdf_of(ben)
    missing = [told for told in ("apark", "azebrabench", "aheronpond", "astageoflogs", "1dot") if told not in words]
    assert not missing, words
    await studio.program.storage.store.delete_piece(work["id"])
    assert (pictures, (await pdf_of(ada))[1]) == (1, 0), "with the picture that was made, while that is there"


async def pdf_of(at: AtBoard) -> tuple[str, int]:
    """The letters of the PDF that somebody asks for, and how many pictures are on its first page."""
    start = len(at.person.events)
    await at.done("save", "pdf")
    file = await at.person.wait(lambda events: file_in(events[start:]))
    async with at.person.http() as http:
        data = (await http.get(file["url"], params={"user": at.person.name})).content
    pages = PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages)), len(pages[0].images)


def file_in(events: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((piece for event in events for piece in event.get("pieces", ()) if piece["kind"] == "file"), None)


# --- the beamer ------------------------------------------------------------------------------------------------------


async def answer_of(at: AtBoard, path: str, **query: Any) -> Any:
    async with at.person.http() as http:
        return await http.get(f"/api{path}", params=query)


async def beamed(at: AtBoard) -> dict[str, Any]:
    """What everybody with the link is shown."""
    answer = await answer_of(at, (await at.look())["beamer"])
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def ideas_of(shown: dict[str, Any]) -> list[dict[str, Any]]:
    return [idea for column in shown["columns"] for idea in column["ideas"]]


async def test_the_beamers_link_opens_until_it_is_taken_back(studio: Studio) -> None:
    ada, ben, _ = await begun(studio)
    path = (await ben.look())["beamer"]
    assert (await beamed(ben))["topic"] == "a park"
    assert (await answer_of(ben, path, version=(await beamed(ben))["version"])).status_code == 204
    assert (await ben.does("beamer")).status_code == 403, "that is for who leads the board"
    for wrong in (path[:-1] + ("A" if path[-1] != "A" else "B"), path.rpartition("/")[0] + "/x", "/beamer/nowhere/x"):
        assert (await answer_of(ben, wrong)).status_code == 404
    assert (await ada.done("beamer"))["beamer"] is None
    assert (await answer_of(ben, path)).json()["code"] == "beamer-over"
    again = (await ada.done("beamer"))["beamer"]
    assert again != path and (await answer_of(ben, path)).status_code == 404
    assert (await answer_of(ben, again)).status_code == 200
    kept = await studio.program.storage.store.board(ada.board)
    assert kept and kept.beamer and kept.beamer not in again, "what is kept is no link"


async def test_the_beamers_link_is_over_a_day_after_the_board(studio: Studio) -> None:
    ada, *_ = await begun(studio)
    path = (await ada.done("end"))["beamer"]
    assert (await answer_of(ada, path)).json()["round"] == "over"
    store = studio.program.storage.store
    kept = await store.board(ada.board)
    assert kept and kept.ended
    earlier = {"ended": kept.ended - 24 * 3600 - 1, "version": kept.version + 1}
    assert await store.commit(Change(board=kept.model_copy(update=earlier))) is not None
    assert (await answer_of(ada, path)).status_code == 404
    assert (await ada.look())["beamer"] is None
