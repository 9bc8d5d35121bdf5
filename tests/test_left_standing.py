"""Nothing says that Fabula is at work beside an answer that is there, or where nothing is at work: whatever fails while it is taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bots.shared_delivery import SharedDelivery
from core.errors import StorageFault
from core.ports import Change, NewReply
from core.types import KeptReply, Place, Reply, Request, Status, User
from patience import PATIENCE
from standins.telegram.client import People
from studio import Studio
from telegram_talker import quiet, somebody
from test_other_versions import Heard

pytest_plugins = ("telegram_studio",)

REFUSED = {"method": "deleteMessage", "kind": "status", "code": 500, "description": "Internal Server Error"}
BUSY = {"method": "deleteMessage", "kind": "status", "code": 429, "description": "Too Many Requests", "retry_after": 1}


def drawing(text: str) -> bool:
    return "Drawing" in text


async def drawn_while(crowd: People, fabula: Studio, late: asyncio.Event) -> int:
    """Somebody's picture, whose status message is written down ``late``; their chat."""
    ada = await somebody(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada.user, "/image a cat --raw")
    await crowd.until(ada.user, lambda room: any(drawing(seen.text) for seen in room.by_bot))
    await fabula.release("images.generations")
    await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))
    late.set()
    return ada.user


async def test_a_status_goes_whatever_fails_on_its_way(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Telegram refuses or asks for a pause, and where nobody hears that it was kept that it has to go."""
    monkeypatch.setattr("bots.telegram.progress.FIRST_WAIT", 0.01)
    monkeypatch.setattr("core.jobs.keeping.FIRST_WAIT", 0.01)
    store = fabula.program.storage.store
    commit, unheard = store.commit, [True]

    async def slowly(change: Change) -> Sequence[KeptReply] | None:
        if not any(":status:" in reply.key for reply in change.replies):
            return await commit(change)
        await late.wait()
        kept = await commit(change)
        if unheard:
            unheard.clear()
            raise StorageFault("database-away")
        return kept

    monkeypatch.setattr(store, "commit", slowly)
    for trouble in ([], [REFUSED], [BUSY, REFUSED]):
        late = asyncio.Event()
        await crowd.faults(*trouble)
        chat = await drawn_while(crowd, fabula, late)
        await crowd.until(chat, lambda room: [bool(seen.photo) for seen in room.by_bot] == [True])
        await quiet(crowd, fabula)


async def test_forgetting_takes_a_status_away_that_telegram_kept_at_first(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.telegram.progress.FIRST_WAIT", 0.01)
    ada = await somebody(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada.user, "/image a cat --raw")
    await crowd.until(ada.user, lambda room: any(drawing(seen.text) for seen in room.by_bot))
    sure = await ada.says("/forget")
    await crowd.faults(*[REFUSED | {"times": 7}])
    await crowd.press(ada.user, int(sure.messages[0].id), "forget-yes:")
    await crowd.until(ada.user, lambda room: any("is deleted" in seen.text for seen in room.by_bot))
    await crowd.until(ada.user, lambda room: not any(drawing(seen.text) for seen in room.by_bot))
    await fabula.release("images.generations")


async def test_what_nobody_can_delete_any_more_says_that_it_is_over(crowd: People, fabula: Studio) -> None:
    """A word of progress of a process that died two days ago."""
    ada = await somebody(crowd)
    told = await ada.says("/usage")
    old = told.messages[0].id
    await crowd.advance(49 * 3600)
    owed = NewReply(
        key=f"job:dead:status:{old}",
        place=ada.place,
        user=f"telegram:{ada.user}",
        in_reply_to="",
        language="zh",
        reply=Reply(removes=old),
    )
    fabula.program.delivery.deliver(await fabula.program.storage.store.commit(Change(replies=(owed,))) or ())
    await crowd.until(ada.user, lambda room: [seen.text for seen in room.by_bot] == ["这件事已不在进行中。"])
    await quiet(crowd, fabula)


async def test_what_is_shown_of_a_job_whose_end_was_said_already_goes(crowd: People, fabula: Studio) -> None:
    """As by a process that came to have the bot after that, and was told of progress too late."""
    ada = await somebody(crowd)
    others, store = Heard(), fabula.program.storage.store
    outbound = fabula.program.delivery._outbounds["telegram"]
    shared = SharedDelivery(
        store, {"telegram": outbound}, others, anywhere={"telegram"}, shows=True, lives=lambda: True
    )
    place = Place(platform="telegram", chat=str(ada.user), private=True)
    author = User(platform="telegram", id=str(ada.user))
    request = Request(command="image", words="a cat", author=author, place=place, message="1", session="s")
    shared.show("over", request, Status(phase="drawing"))
    await crowd.until(ada.user, lambda room: any(drawing(seen.text) for seen in room.by_bot))
    await shared.look_after()
    await crowd.until(ada.user, lambda room: not room.by_bot)
    await asyncio.wait_for(quiet(crowd, fabula), PATIENCE)
    await shared.close()
