"""Telegram while a job runs: chat actions, drafts, and one status message that changes in place and disappears."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

import pytest

from bots.telegram import progress
from core.ports import Change
from core.rows import TEXT_VERBS
from core.types import KeptReply, Place, Request, Status, User
from patience import PATIENCE
from standins.telegram.client import People
from studio import Studio
from telegram_talker import Rows, asked, quiet, somebody, until_answered

pytest_plugins = ("telegram_studio",)


async def test_the_chat_action_is_the_first_answer_and_is_renewed_as_long_as_it_takes(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "ACTION_SECONDS", 3)  # as if it lasted no longer
    ada = await somebody(crowd)
    await crowd.requests("setMyShortDescription", times=3)
    await fabula.faults(
        {"endpoint": "moderations", "kind": "hang_until_released"},
        {"endpoint": "images.generations", "kind": "hang_until_released"},
    )
    before = len(await asked(crowd))
    await crowd.say(ada.user, "/image a cat --raw")
    await crowd.requests("sendChatAction", times=2)
    first, second = await asked(crowd, "sendChatAction")
    assert (await asked(crowd))[before:][0] == first
    assert first["params"]["action"] == second["params"]["action"] == "typing", "also while nothing is drawn yet"
    assert second["at"] - first["at"] < 3
    await fabula.release()
    await crowd.requests("sendChatAction", times=4)
    third, fourth = (await asked(crowd, "sendChatAction"))[2:4]
    assert third["params"]["action"] == fourth["params"]["action"] == "upload_photo"
    assert fourth["at"] - third["at"] < 3
    await fabula.release()
    await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))


async def test_a_story_streams_as_a_draft_that_is_renewed(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "DRAFT_SECONDS", 2.0)
    ada = await somebody(crowd)
    async with fabula.control() as control:
        await control.post("/latency", json={"chat_token": 0.02})
    await fabula.faults({"endpoint": "chat", "kind": "hang_until_released", "after": 30})
    story = await crowd.say(ada.user, "/story a fox who finds a lantern --length short")
    drafts: Rows = []
    async with asyncio.timeout(PATIENCE):  # until a text that does not change is shown again
        while len(drafts) < 2 or drafts[-1]["params"]["text"] != drafts[-2]["params"]["text"]:
            await crowd.requests("sendMessageDraft", times=len(drafts) + 1)
            drafts = await asked(crowd, "sendMessageDraft")
    assert len({row["params"]["draft_id"] for row in drafts}) == 1
    assert not (await crowd.room(ada.user)).by_bot
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await fabula.release()
    told = (await until_answered(crowd, ada.user, story))[0]
    assert len(told.text) > len(drafts[-1]["params"]["text"])
    assert len(told.labels) == len(TEXT_VERBS)
    room = await crowd.until(ada.user, lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    status = next(seen for seen in room.by_bot if "Drawing" in seen.text)
    assert status.message_id > told.message_id, "the finished text is a message of its own before drawing starts"
    count = len(await asked(crowd, "sendMessageDraft"))
    await fabula.release("images.generations")
    await until_answered(crowd, ada.user, story, 2)
    room = await crowd.until(ada.user, lambda room: len(room.by_bot) == 2)
    assert status.message_id not in [seen.message_id for seen in room.by_bot], "the status is taken away"
    assert len(await asked(crowd, "sendMessageDraft")) == count, "a draft is not renewed once its text is there"


async def test_a_story_streams_in_a_message_where_the_server_knows_no_drafts(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an older Bot API server of one's own."""
    monkeypatch.setattr(progress, "EDIT_EVERY", 0.0)
    unknown = {"kind": "status", "code": 404, "description": "Not Found: method not found", "times": 1000}
    await crowd.faults({"method": "sendMessageDraft", **unknown})
    ada = await somebody(crowd)
    async with fabula.control() as control:
        await control.post("/latency", json={"chat_token": 0.01})
    story = await crowd.say(ada.user, "/story a fox who finds a lantern --length short")
    (told, _) = await until_answered(crowd, ada.user, story, 2)
    streamed = next(seen for seen in (await crowd.room(ada.user)).messages if seen.by_bot)
    assert streamed.deleted and streamed.past and told.text.startswith(streamed.text)
    assert len(await asked(crowd, "sendMessageDraft")) == 1, "what is unknown is not tried again"


async def test_previews_appear_in_the_status_message_which_keeps_its_button(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EDIT_EVERY", 0.0)
    ada = await somebody(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released", "after": 1})
    asked_for = await crowd.say(ada.user, "/image a cat --raw")
    room = await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))
    assert room.by_bot[0].labels == ["Cancel"]
    assert "Drawing" in room.by_bot[0].text
    await fabula.hangs("images.generations")
    await crowd.press(ada.user, room.by_bot[0].message_id, "Cancel")
    stopped = await crowd.until(
        ada.user, lambda room: len(room.by_bot) == 1 and not room.by_bot[0].photo and "billed" in room.by_bot[0].text
    )
    assert stopped.by_bot[0].labels == []
    assert asked_for
    await fabula.release()


async def test_what_the_status_says_is_never_read_as_html(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.progress.status_text", lambda *given: "a < b & c")
    ada = await somebody(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada.user, "/image a cat --raw")
    await crowd.until(ada.user, lambda room: any(seen.text == "a < b & c" for seen in room.by_bot))
    await fabula.release("images.generations")
    await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))


async def test_how_many_parts_are_done_is_told_in_words_whatever_is_being_done(crowd: People, fabula: Studio) -> None:
    """Else nothing is said of thinking and writing but "typing …"."""
    ada = await somebody(crowd)
    delivery, chat = fabula.program.delivery, str(ada.user)
    request = Request(
        command="story",
        message="1",
        place=Place(platform="telegram", chat=chat, private=True),
        author=User(platform="telegram", id=chat),
        session=f"telegram:{chat}::{chat}",
    )
    delivery.show("job", request, Status(phase="writing", done=3, total=12))
    await crowd.until(ada.user, lambda room: [seen.text for seen in room.by_bot] == ["Writing … 3 of 12"])
    delivery.ended("job")


@pytest.mark.parametrize("words", ["message to edit not found", "MESSAGE_ID_INVALID"])
async def test_a_status_that_somebody_deletes_stays_away(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setattr(progress, "EDIT_EVERY", 0.0)
    monkeypatch.setattr(progress, "ACTION_SECONDS", 2.0)
    monkeypatch.setattr("bots.progress.TICK", 0.02)
    count = itertools.count()
    monkeypatch.setattr("bots.progress.status_text", lambda *given: f"Drawing {next(count)}")
    gone = {"kind": "status", "code": 400, "description": f"Bad Request: {words}"}
    await crowd.faults({"method": "editMessageText", **gone})
    ada = await somebody(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada.user, "/image a cat --raw")
    room = await crowd.until(ada.user, lambda room: bool(room.by_bot))
    await crowd.delete(ada.user, room.by_bot[0].message_id)
    await crowd.requests("editMessageText", times=1)
    tried = len(await asked(crowd, "editMessageText"))
    await crowd.requests("sendChatAction", times=len(await asked(crowd, "sendChatAction")) + 5)
    assert len(await asked(crowd, "editMessageText")) == tried
    await fabula.release("images.generations")
    room = await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))
    assert len(room.by_bot) == 1


async def test_a_status_that_nobody_knows_of_goes_when_its_button_is_pressed(crowd: People, fabula: Studio) -> None:
    await crowd.faults({"method": "sendMessage", "kind": "disconnect_after"})
    ada = await somebody(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada.user, "/image a cat --raw")
    await crowd.until(ada.user, lambda room: len(room.by_bot) == 2)
    await fabula.release("images.generations")
    room = await crowd.until(ada.user, lambda room: [bool(seen.photo) for seen in room.by_bot] == [False, True])
    await crowd.press(ada.user, room.by_bot[0].message_id, "Cancel")
    room = await crowd.until(ada.user, lambda room: not any("Drawing" in seen.text for seen in room.by_bot))
    await quiet(crowd, fabula)
    assert [bool(seen.photo) for seen in (await crowd.room(ada.user)).by_bot] == [True], "and nothing is said"


async def test_a_status_that_goes_while_it_is_being_written_down_leaves_nothing_owed(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, written = fabula.program.storage.store, asyncio.Event()
    commit = store.commit

    async def slowly(change: Change) -> Sequence[KeptReply] | None:
        if any(reply.reply.removes for reply in change.replies):
            await written.wait()
        return await commit(change)

    monkeypatch.setattr(store, "commit", slowly)
    ada = await somebody(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada.user, "/image a cat --raw")
    await crowd.until(ada.user, lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    await fabula.release("images.generations")
    await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))
    await quiet(crowd, fabula)
    written.set()
    await crowd.until(ada.user, lambda room: [bool(seen.photo) for seen in room.by_bot] == [True])
    await quiet(crowd, fabula)


async def test_forgetting_takes_the_status_away_too(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada.user, "/image a cat --raw")
    await crowd.until(ada.user, lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    sure = await ada.says("/forget")
    await crowd.press(ada.user, int(sure.messages[0].id), "forget-yes:")
    room = await crowd.until(ada.user, lambda room: any("is deleted" in seen.text for seen in room.by_bot))
    assert not [seen for seen in room.by_bot if "Drawing" in seen.text]
    await fabula.release("images.generations")
