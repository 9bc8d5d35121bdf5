"""What comes back on Discord: by which way, in which shape, and what is shown while people wait."""

from __future__ import annotations

import asyncio
import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bots.discord import limits
from bots.discord.addresses import Interaction, read
from bots.discord.files import pack
from bots.discord.parts import Part, contents
from bots.discord.people import address_of
from bots.discord.rendering import discord_markdown
from bots.markup import Span, parse, plain, utf16
from contract import sample
from core.types import Picture, Place
from discord_people import Gathering, Somebody, kept_rows, moved_clock, shows_progress
from discord_talker import final_messages
from patience import PATIENCE
from standins.discord.client import File
from storage import open_storage
from studio import made, paid

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

CAT = File("cat.png", sample("cat.png"))


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def large() -> bytes:
    """A picture of noise, which does not compress: 11 MB."""
    return png(Image.frombytes("RGB", (1920, 1920), random.Random(1).randbytes(1920 * 1920 * 3)))


# --- the shape of messages -------------------------------------------------------------------------------------------

TEXTS = st.text(st.sampled_from("ab *_`#<>|~-&\n.。！🦊狐[") | st.characters(codec="utf-8"), max_size=300)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(["plain", "bold", "italic", "code"])), max_size=30))
async def test_every_part_fits_with_its_marks_and_escapes(pieces: list[tuple[str, str]]) -> None:
    parts = contents(spans := [Span(text * 4, style) for text, style in pieces if text])
    assert all(0 < utf16(part) <= limits.WORDS for part in parts)
    kept = [sign for sign in "".join(parts) if sign == "🦊"]
    assert len(kept) == plain(spans).count("🦊"), "nothing is lost"


async def test_a_text_full_of_marks_is_split_between_them() -> None:
    text = "\n\n".join(f"**{number}** says *hello* to `{number}`" for number in range(400))
    parts = contents(parse(text))
    assert len(parts) > 5
    assert all(part.count("**") % 2 == 0 and part.count("`") % 2 == 0 for part in parts)
    assert all(part.startswith("**") and part.endswith("`") for part in parts)


async def test_signs_that_discord_would_read_are_escaped() -> None:
    told = discord_markdown(parse("- a list\n-# small\n>>> quoted\n[a](http://b) _c_ ||d||"))
    assert told == "\\- a list\n\\-# small\n\\>>> quoted\n\\[a](http://b) \\_c\\_ \\|\\|d\\|\\|"


async def test_several_pictures_are_one_message_with_numbered_captions(gathering: Gathering) -> None:
    said = await gathering.ada.asks("story", 4, idea="a fox who finds a lantern", pages=3, length="short")
    assert [len(seen.files) for seen in said] == [0, 3]
    pictures = said[-1]
    captions = [file.description for file in pictures.files]
    for place, caption in enumerate(captions, 1):
        assert caption and f"**{place}.** {plain(parse(caption))}" in pictures.text
    assert [control.label for control in pictures.controls] == [one for place in "123" for one in (place, "👍", "👎")]


async def test_a_long_story_is_split_and_loses_nothing(gathering: Gathering) -> None:
    ada = gathering.ada
    await ada.people.slash(ada.user, ada.channel, "story", idea="a fox who finds a lantern", length="1200", lang="en")
    room = await ada.until(lambda room: any(seen.files and not shows_progress(seen) for seen in room.by_bot))
    said = final_messages(room.by_bot, 0)
    told = [seen for seen in said if not seen.files]
    assert len(told) >= 2
    assert all(len(seen.text) <= 2000 for seen in told)
    assert not told[0].controls and "Draw" in [control.label for control in told[-1].controls]
    assert said[-1].files


# --- by which way ----------------------------------------------------------------------------------------------------


async def test_the_first_reply_is_the_deferred_answer_and_what_follows_are_messages(gathering: Gathering) -> None:
    ada = gathering.ada
    asked = await ada.people.slash(ada.user, ada.channel, "story", idea="a fox", length="short")
    done = await ada.people.responded(asked)
    assert done.response == 5
    room = await ada.until(lambda room: any(seen.files for seen in room.by_bot))
    told, drawn = room.by_bot[0], room.by_bot[-1]
    assert told.id == done.message and "fox" in told.text.lower()
    assert drawn.interaction is None
    assert (await ada.people.interaction(asked)).follow_ups == 0
    posted = (await ada.people.requests("POST", f"/channels/{ada.channel}/messages"))["requests"]
    assert posted and all(row["body"]["nonce"] and row["body"]["enforce_nonce"] for row in posted)


async def test_an_unused_answer_is_removed(gathering: Gathering) -> None:
    """What a press changes in place needs no answer of its own."""
    ada = gathering.ada
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    asked = await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
    first = (await ada.people.responded(asked)).message
    await ada.until(lambda room: any("cancel" in seen.text.lower() or seen.controls for seen in room.by_bot))
    stopped = await ada.asks("cancel")
    assert "billed" in stopped[-1].text
    room = await ada.settled()
    assert first not in [seen.id for seen in room.by_bot]


async def test_a_guest_answers_by_the_token_alone_and_then_in_private(
    gathering: Gathering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only a person has brought the app along, Discord takes five more messages for one request; the rest goes to the person."""
    bea = await gathering.people.create_user("Bea", installed=True)
    elsewhere = await gathering.people.create_guild("Elsewhere", bea, bot=False)
    where = Somebody(gathering.people, bea, elsewhere.channels["general"])
    said = await where.asks("story", 2, idea="a fox", length="short")
    assert [bool(seen.files) for seen in said] == [False, True]
    assert said[1].interaction
    alone = await gathering.privately(bea)
    newest = await alone.newest()
    monkeypatch.setattr("bots.discord.parts.WORDS", 100)
    asked = await where.people.slash(bea, where.channel, "story", idea="a fox", length="medium")
    rest = await alone.hears(newest)
    assert "Discord takes no more" in rest[0].text
    assert not rest[0].controls
    assert (await where.people.interaction(asked)).follow_ups == 5
    told = (await where.people.requests("POST", f"/channels/{where.channel}/"))["requests"]
    assert told == [], "the bot never tries to post where it is not"


async def test_a_guest_s_buttons_work(gathering: Gathering) -> None:
    bea = await gathering.people.create_user("Bea", installed=True)
    elsewhere = await gathering.people.create_guild("Elsewhere", bea, bot=False)
    where = Somebody(gathering.people, bea, elsewhere.channels["general"])
    shown = (await where.asks("image", idea="a cat", raw=True))[-1]
    assert "gpt-image" in (await where.presses(shown, "Prompt"))[-1].text
    assert (await where.presses(shown, "Vary"))[-1].files
    menu = (await where.asks("settings"))[-1]
    await where.presses(menu, "Size", expect=0)
    await where.until(lambda room: any("Which size" in seen.text for seen in room.by_bot if seen.id == menu.id))
    asked = (await where.asks("forget"))[-1]
    await where.presses(asked, "Yes, forget me", expect=0)
    await where.until(lambda room: any("is deleted" in seen.text for seen in room.by_bot if seen.id == asked.id))


async def test_after_a_quarter_of_an_hour_the_bot_writes_by_itself(
    gathering: Gathering, monkeypatch: pytest.MonkeyPatch, hurried: None
) -> None:
    ada = gathering.ada
    clock = await moved_clock(gathering.people, monkeypatch)
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    asked = await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
    first = (await ada.people.responded(asked)).message
    await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot if seen.id == first))
    await clock.advance(900)
    with structlog.testing.capture_logs() as logged:
        await gathering.studio.release("images.generations")
        room = await ada.until(lambda room: any(seen.files for seen in room.by_bot))
        room = await ada.settled()
    assert {entry["log_level"] for entry in logged} <= {"debug", "info"}, "that a token ends is no trouble"
    assert len(paid(await gathering.studio.requests())) == 1
    assert first not in [seen.id for seen in room.by_bot], "what showed the progress is gone"
    assert [len(seen.files) for seen in room.by_bot] == [1]
    assert room.by_bot[0].interaction is None


async def test_progress_goes_on_in_a_message_of_its_own_when_the_token_ends(
    gathering: Gathering, monkeypatch: pytest.MonkeyPatch, hurried: None
) -> None:
    ada = gathering.ada
    clock = await moved_clock(gathering.people, monkeypatch)
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    asked = await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
    first = (await ada.people.responded(asked)).message
    await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot if seen.id == first))
    await clock.advance(900)
    room = await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot if seen.id != first))
    status = next(seen for seen in room.by_bot if seen.id != first)
    await ada.presses(status, "Cancel")
    room = await ada.settled()
    assert [seen.text for seen in room.by_bot if "Drawing" in seen.text] == []
    await gathering.studio.release("images.generations")


# --- files -----------------------------------------------------------------------------------------------------------


async def test_a_file_larger_than_the_place_takes_is_made_smaller_and_said_so(
    gathering: Gathering, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = gathering.ada
    monkeypatch.setattr("bots.discord.interactions.address_of", with_room(3_000))
    shown = (await ada.asks("image", idea="a busy market full of people", size="1536x1024"))[-1]
    assert "smaller rendering" in shown.text and shown.files[0].width < 1536
    await gathering.until_shown(ada, shown.id)
    original = (await ada.presses(shown, "Original"))[-1]
    assert "untouched" not in original.text and "at most" in original.text
    monkeypatch.undo()
    original = (await ada.presses(shown, "Original"))[-1]
    assert "untouched" in original.text
    assert original.files[0].size > 3_000


def with_room(room: int) -> Callable[..., Interaction]:
    return lambda *args, **named: replace(address_of(*args, **named), room=room)


async def test_the_room_that_discord_tells_decides(gathering: Gathering) -> None:
    """A boosted server takes 50 MB, and says so with every command; elsewhere 10 MB are the limit."""
    people = gathering.people
    user = await people.create_user("Cleo")
    boosted = await people.create_guild("Boosted", user, boost=2)
    await Somebody(people, user, boosted.channels["general"]).asks("usage")
    await gathering.ada.asks("usage")
    addresses = [read(json.loads(payload)["id"]) for _, payload in (await kept_rows(gathering.studio))[-2:]]
    assert [address.room for address in addresses if isinstance(address, Interaction)] == [50 << 20, 10 << 20]


async def test_files_are_only_made_smaller_where_they_have_to_be(tmp_path: Path) -> None:
    async with await open_storage(tmp_path) as storage:
        media, kept = storage.media, await storage.media.put(large(), "image/png")
        part = Part("words", ((Picture(media=kept, width=1920, height=1920, mime="image/png"), "a caption"),))
        itself = await pack(media, part, 50 << 20, "en")
        assert (itself.content, itself.names) == ("words", [f"fabula-{kept[:8]}.png"])
        assert itself.files[0].description == "a caption"
        smaller = await pack(media, part, 10 << 20, "en")
        assert smaller.names == [f"fabula-{kept[:8]}.jpg"] and "smaller" in smaller.content
        assert len(smaller.files[0].fp.read()) < 10 << 20
        together = await pack(media, replace(part, files=part.files * 3), 20 << 20, "en")
        assert sum(len(file.fp.read()) for file in together.files) <= limits.REQUEST_BYTES
        assert "Original" in together.content, "each by itself would fit"


async def test_discord_s_own_refusal_makes_files_smaller_too(gathering: Gathering) -> None:
    ada = gathering.ada
    await ada.people.faults(
        {
            "kind": "status",
            "method": "PATCH",
            "path": "/webhooks/*",
            "status": 413,
            "code": 40005,
            "skip": 0,
            "times": 1,
        }
    )
    assert (await ada.asks("image", idea="a cat", raw=True))[-1].files


# --- permissions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("locale", "words"), [("en-US", "permission “Attach Files”"), ("zh-CN", "附加文件")])
async def test_a_missing_permission_is_named_by_the_token(gathering: Gathering, locale: str, words: str) -> None:
    ada = gathering.ada
    bea = await gathering.somebody("Bea", locale=locale)
    await ada.people.permit(ada.channel, deny=["ATTACH_FILES"])
    said = await bea.asks("story", 2, idea="a fox", length="short")
    assert said[-1].files, "the picture comes all the same"
    assert words in said[-1].text
    assert words not in said[0].text


async def test_a_missing_permission_is_named_in_private_where_there_is_no_token(gathering: Gathering) -> None:
    ada = gathering.ada
    await ada.people.permit(ada.channel, deny=["SEND_MESSAGES"])
    alone = await gathering.privately()
    await ada.people.say(ada.user, ada.channel, f"<@{gathering.server.application_id}> hello, who are you?")
    told = (await alone.hears(0))[-1]
    assert "permission “Send Messages”" in told.text and f"<#{ada.channel}>" in told.text
    assert len(made(await gathering.studio.requests())) == 1


async def test_without_reading_history_answers_are_no_replies(gathering: Gathering) -> None:
    ada = gathering.ada
    await ada.people.permit(ada.channel, deny=["READ_MESSAGE_HISTORY"])
    said = await ada.says(f"<@{gathering.server.application_id}> hello, who are you?")
    assert said[-1].text and said[-1].reply_to is None


async def test_somebody_who_takes_no_private_messages_is_not_pestered(gathering: Gathering) -> None:
    ada = gathering.ada
    await ada.people.permit(ada.channel, deny=["SEND_MESSAGES"])
    await ada.people.act("accept_messages", user=ada.user, accepts=False)
    await ada.people.say(ada.user, ada.channel, f"<@{gathering.server.application_id}> hello")
    await ada.people.requests("POST", "/messages", times=1)
    store = gathering.studio.program.storage.store
    async with asyncio.timeout(PATIENCE):
        while not paid(await gathering.studio.requests()) or await store.unsent():
            await asyncio.sleep(0.02)


# --- waiting ---------------------------------------------------------------------------------------------------------


async def test_text_streams_into_the_answer_and_previews_follow(gathering: Gathering, hurried: None) -> None:
    ada = gathering.ada
    async with gathering.studio.control() as services:
        await services.post("/latency", json={"images": 0, "chat_start": 0, "chat_token": 0.005, "moderations": 0})
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "after": 1})
    asked = asyncio.create_task(ada.asks("story", 2, idea="a fox who finds a lantern", length="short"))
    await ada.until(lambda room: any(file.name == "preview.jpg" for seen in room.by_bot for file in seen.files))
    await gathering.studio.release()
    said = await asked
    room = await ada.settled()
    told = next(seen for seen in room.by_bot if seen.id == said[0].id)
    grown = [past["text"] for past in told.past if past["controls"] and not past["text"].startswith("-#")]
    assert any(len(text) > 60 and told.text.startswith(text[:50]) for text in grown)
    assert all(any(str(one["custom_id"]).startswith("cancel:") for one in past["controls"]) for past in told.past[1:])
    status = [seen for seen in room.messages if seen.deleted and shows_progress(seen)]
    assert any("Drawing" in seen.text for seen in status)
    assert any(file.name == "preview.jpg" for seen in status for file in seen.files)
    assert not any(shows_progress(seen) for seen in room.by_bot)


async def test_the_cancel_button_stops_a_job(gathering: Gathering, hurried: None) -> None:
    ada = gathering.ada
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
    room = await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    await gathering.studio.hangs("images.generations")
    stopped = await ada.presses(next(seen for seen in room.by_bot if shows_progress(seen)), "Cancel")
    assert "billed" in stopped[-1].text
    room = await ada.settled()
    assert [seen.text for seen in room.by_bot] == [stopped[-1].text]
    await gathering.studio.release()


async def test_no_late_progress_overwrites_a_final_answer(gathering: Gathering, hurried: None) -> None:
    """The answer is still on its way when the job tells of its next step."""
    ada = gathering.ada
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    asked = await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
    first = (await ada.people.responded(asked)).message
    await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    address = read(json.loads((await kept_rows(gathering.studio))[-1][1])["id"])
    assert isinstance(address, Interaction)
    originals = gathering.outbound._originals
    edits = len((await ada.people.requests("PATCH", "/webhooks/"))["requests"])
    await ada.people.faults({"kind": "stall", "method": "PATCH", "path": "/webhooks/*", "seconds": 0.3, "times": 9})
    answering = asyncio.create_task(originals.answer(address, content="the answer", attachments=[], view=None))
    await ada.people.requests("PATCH", "/webhooks/", times=edits + 1)
    assert await originals.show(address, content="late progress") is None
    assert await answering == first
    told = next(seen for seen in (await ada.room()).by_bot if seen.id == first)
    assert told.text == "the answer"
    await gathering.studio.release("images.generations")
    room = await ada.until(lambda room: any(seen.files for seen in room.by_bot))
    assert told in room.by_bot, "and what follows is a message of its own"


async def test_a_written_request_has_a_typing_line_and_then_a_status_with_cancel(
    gathering: Gathering, hurried: None
) -> None:
    ada = await gathering.privately()
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    await ada.people.say(ada.user, ada.channel, "/image a cat --raw")
    room = await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    assert (await ada.people.requests("POST", f"/channels/{ada.channel}/typing"))["requests"]
    assert [control.label for control in room.by_bot[0].controls] == ["Cancel"]
    await gathering.studio.release("images.generations")
    await ada.until(lambda room: any(seen.files for seen in room.by_bot))
    room = await ada.settled()
    assert len(room.by_bot) == 1


# --- threads ---------------------------------------------------------------------------------------------------------


async def test_in_a_thread_the_session_is_the_room_s(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    thread = await ada.people.open_thread(ada.user, ada.channel, "Making pictures")
    shown = (await ada.at(thread).asks("image", idea="a cat", raw=True))[-1]
    await gathering.studio.program.storage.store.shown_in(Place(platform="discord", chat=str(thread)), str(shown.id))
    assert "a cat" in (await bea.at(thread).asks("history"))[-1].text
    assert "nothing yet" in (await bea.asks("history"))[-1].text
    deleted = await bea.at(thread).presses(shown, "Delete")
    assert "Only its author" in deleted[-1].text, "also where the session is the room's"
