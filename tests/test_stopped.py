"""A text that is stopped: the half that was read stays, marked, and can be gone on with; nothing else is made or paid."""

from __future__ import annotations

import asyncio

from contract import Shown, Talker
from core import texts
from patience import PATIENCE
from studio import Studio, made

pytest_plugins = ("platforms",)


def half_of(events: int, **more: object) -> dict[str, object]:
    """A writer that tells so many bits, as fast as it can, and then says nothing more: what it told is read all the same."""
    return {"endpoint": "chat", "times": 1, "kind": "hang_until_released", "after": events, **more}


MARK = texts.say("stopped-here", "en")
LEAST = 8  # signs that show that more than the beginning was seen


async def until_read(studio: Studio) -> None:
    """Wait until words of a text are shown while it is written."""
    async with asyncio.timeout(PATIENCE):
        while not any(len(job.so_far) > LEAST for job in studio.program.runner._handles.values()):
            await asyncio.sleep(0.02)


async def shown(studio: Studio, talker: Talker, piece: str) -> Shown:
    """The message that shows a piece, once it is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for message in await studio.program.storage.store.messages_showing(talker.place, piece):
                if (seen := await talker.sees(message)) and MARK in seen.text:
                    return seen
            await asyncio.sleep(0.02)


async def test_the_half_that_was_read_stays_and_is_gone_on_with(served: Studio, talker: Talker) -> None:
    await served.faults(half_of(60))
    await talker.sends("/story a fox who finds a lantern --length short")
    await served.hangs("chat")
    await until_read(served)
    store = served.program.storage.store
    [job] = await store.open_jobs()
    await talker.says("/cancel")
    [piece] = await store.pieces(job.request.session, 2)
    half = await shown(served, talker, piece.piece.id)
    await served.release()
    assert half.text.strip("*_").endswith(MARK) and half.action("continue") and half.action("draw")
    words = half.text.split(MARK)[0].strip("*_\n ")
    assert len(made(await served.requests())) == 1, "nothing more is paid for"
    went_on = await talker.presses(half, half.action("continue") or "")
    assert went_on.messages[0].text and MARK not in went_on.text
    asked = (await served.requests("chat"))[-1]["messages"]
    told = [message["content"] for message in asked if message["role"] == "assistant"]
    assert len(told) == 1 and told[0].split()[-1] in words


async def test_one_that_was_stopped_before_its_first_word_leaves_nothing(studio: Studio) -> None:
    person = await studio.person()
    await studio.faults({"endpoint": "chat", "kind": "hang_until_released", "times": 1})
    request = await person.posts("/story a fox")
    await studio.hangs("chat")
    await person.says("/cancel")
    answer = await person.answer(request)
    await studio.release()
    assert not answer.pieces and not answer.replies
    assert "a fox" not in (await person.says("/history")).text


async def test_one_that_is_told_whole_stays_as_it_is_when_its_pictures_are_stopped(studio: Studio) -> None:
    person = await studio.person()
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    request = await person.posts("/story a fox --length short")
    await studio.hangs("images.generations")
    await person.says("/cancel")
    answer = await person.answer(request)
    await studio.release()
    assert len(answer.replies) == 1 and MARK not in answer.text


async def test_talk_that_is_stopped_keeps_what_was_said(studio: Studio) -> None:
    person = await studio.person(language="zh")
    await studio.faults(half_of(10, skip=1))
    request = await person.posts("给我讲讲月亮为什么有圆有缺，说得细一点")
    await studio.hangs("chat")
    await until_read(studio)
    await person.says("/cancel")
    answer = await person.answer(request)
    await studio.release()
    assert answer.text.endswith(f"*{texts.say('stopped-here', 'zh')}*")
