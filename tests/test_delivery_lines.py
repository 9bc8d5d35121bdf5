"""What is answered to one person alone comes in its order, and waits for no one else's answer in the same place."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bots.delivery import Delivery
from bots.outbound import Receipt
from core.ports import Change, NewReply
from core.types import KeptReply, Place, Progress, Reply, Request
from storage import open_storage
from timed import until

ROOM = Place(platform="web", chat="team", peers=True)


class Slow:
    """A platform (``bots.outbound.Outbound``) that takes what is for Ada only once it is let go of."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.connected.set()
        self.let_go = asyncio.Event()
        self.sent: list[str] = []

    async def send(self, reply: KeptReply, receipt: Receipt) -> None:
        if reply.user == "web:ada":
            await self.let_go.wait()
        self.sent.append(f"{reply.user} {reply.reply.text or 'end'}")
        await receipt(0, f"m{reply.id}", (), last=True)

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None: ...

    async def clear(self, job: str, request: Request) -> None: ...

    async def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None: ...

    def leave(self) -> None: ...


def answer(person: str, *replies: Reply, to: str = "press") -> Change:
    """What a press of somebody is answered with."""
    return Change(
        replies=tuple(
            NewReply(
                key=f"{to}:{person}:{number}", place=ROOM, user=f"web:{person}", in_reply_to=f"{to}-{person}", reply=one
            )
            for number, one in enumerate((*replies, Reply(end=True)))
        )
    )


async def test_nobody_waits_for_the_private_answer_of_another(tmp_path: Path) -> None:
    async with await open_storage(tmp_path) as storage:
        slow = Slow()
        delivery = Delivery(storage.store, {"web": slow})
        for person, private in (("ada", True), ("ben", True), ("cy", False)):
            said = answer(person, Reply(text="one", private=private), Reply(text="two", private=private))
            delivery.deliver(await storage.store.commit(said) or ())
        for_all = answer("ada", Reply(text="three"), to="words")
        delivery.deliver(await storage.store.commit(for_all) or ())

        async def others_are_served() -> bool:
            return len(slow.sent) == 6

        await until(others_are_served)
        for person in ("web:ben", "web:cy"):
            assert [one for one in slow.sent if one.startswith(person)] == [
                f"{person} {say}" for say in ("one", "two", "end")
            ]
        slow.let_go.set()

        async def all_are_served() -> bool:
            return not await storage.store.unsent()

        await until(all_are_served)
        assert slow.sent[6:] == [f"web:ada {say}" for say in ("one", "two", "end", "three", "end")]
        await delivery.close()
