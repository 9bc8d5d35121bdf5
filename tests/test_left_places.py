"""Who has left a group, or whose group the bot has left, pays nothing there any more: tables are paused, boards go on by what is free."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from core.boards import rounds
from core.ports import Change
from core.types import BatchState, RowState, User
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from studio import studio_at
from telegram_talker import TelegramTalker, somebody, unlimited
from test_batches import as_csv

pytest_plugins = ("telegram_studio",)


async def test_what_goes_on_at_the_cost_of_who_has_left(
    crowd: People,
    services: EmbeddedProcess,
    tmp_path: Path,
    telegram_stand_in: TelegramProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.conversation.rights.LEFT_SECONDS", 0.0)
    ada, ben = await somebody(crowd), await somebody(crowd, "Ben")
    chat = await crowd.create_group("Makers", [ben.user, ada.user])
    leads = TelegramTalker(crowd, ada.user, chat)
    async with studio_at(tmp_path / "data", services, **unlimited(telegram_stand_in, batch_at_once=1)) as fabula:
        store = fabula.program.storage.store
        await crowd.say(ada.user, "/brainstorm names for a ship --sparks 3", chat=chat)
        room = await crowd.until(chat, lambda room: any("Give an idea" in str(seen.buttons) for seen in room.by_bot))
        board = next(iter(await store.boards(leads.place, 1)))
        given = rounds.give(board, board.leader or User(platform="telegram", id=""), "the Heron", time.time())
        assert await store.commit(Change(board=given.model_copy(update={"version": board.version + 1}))) is not None
        sent = await crowd.send_document(
            ada.user, as_csv([("Idea",), ("a heron",), ("an owl",), ("a wren",)]), "b.csv", "/batch image", chat=chat
        )
        await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
        plan = (await leads._answers(sent, 0, 1))[-1]
        await leads.taps(plan, plan.action("batch-start") or "")
        await fabula.hangs("images.generations")
        await crowd.join(ada.user, chat, "left")
        await fabula.release("images.generations")
        await crowd.until(chat, lambda room: any("no longer in this chat" in seen.text for seen in room.by_bot))
        batch = (plan.action("batch-start") or "").partition(":")[2]
        kept, counts = await store.batch(batch), await store.counts(batch)
        assert kept and kept.state is BatchState.PAUSED
        assert (counts.of(RowState.DONE), counts.of(RowState.WAITING)) == (1, 2)
        shown = next(seen for seen in room.by_bot if "Give an idea" in str(seen.buttons))
        await crowd.press(ben.user, shown.message_id, f"board-next:{board.id}", chat=chat)
        await crowd.until(chat, lambda room: any("the Heron" in seen.text for seen in room.by_bot))
        assert not any("✨" in seen.text for seen in (await crowd.room(chat)).by_bot), "of these the helper is asked"
        await crowd.join(ada.user, chat)
        again = await crowd.until(chat, lambda room: any("batch-resume" in str(seen.buttons) for seen in room.by_bot))
        message = next(seen for seen in again.by_bot if "batch-resume" in str(seen.buttons))
        await crowd.press(ada.user, message.message_id, f"batch-resume:{batch}", chat=chat)
        async with asyncio.timeout(PATIENCE):
            while (await store.counts(batch)).of(RowState.DONE) < 3:
                await asyncio.sleep(0.02)
        await crowd.join(ada.user, chat)
        await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
        sent = await crowd.send_document(
            ada.user, as_csv([("Idea",), ("a crane",), ("a stork",)]), "c.csv", "/batch image", chat=chat
        )
        plan = (await leads._answers(sent, 0, 1))[-1]
        await leads.taps(plan, plan.action("batch-start") or "")
        await fabula.hangs("images.generations")
        await crowd.set_bot(ben.user, chat, "kicked")
        await fabula.release("images.generations")
        batch = (plan.action("batch-start") or "").partition(":")[2]
        async with asyncio.timeout(PATIENCE):
            while (await store.batch(batch)).state is not BatchState.PAUSED:  # type: ignore[union-attr]
                await asyncio.sleep(0.02)
        assert (await store.counts(batch)).of(RowState.WAITING) == 1, "where the bot is no more nothing is made"
