"""What was kept by half is not lost: the disk is full between two writes, and the page tries again."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import StorageFault
from lasting import Visit

pytest_plugins = ("lasting",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_message_that_is_kept_but_not_shown_is_answered_and_shown_when_it_is_sent_again(
    lasting: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await lasting.person()
    events = lasting.program.inbound._events

    async def full(*_: Any, **__: Any) -> None:
        raise StorageFault("disk-full")

    sent = {"user": ann.name, "text": "/usage", "client_id": "once"}
    async with ann.http() as http:
        with monkeypatch.context() as patched:
            patched.setattr(events, "append", full)
            assert (await http.post(f"/api/chats/{ann.chat}/messages", data=sent)).status_code == 507
        message = (await http.post(f"/api/chats/{ann.chat}/messages", data=sent)).json()["message"]
    assert (await ann.answer(message)).replies
    shown = [one for one in ann.events if one["kind"] == "message"]
    assert [one["text"] for one in shown] == ["/usage"]
