"""Painting what shall change: tickets, what may be sent by one, and how it arrives in the chat where it began, on every platform."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from bots.board_links import BoardLinks
from bots.pages import Pages, without_pages
from bots.platforms import Settings
from bots.telegram.init_data import who_opened
from bots.telegram.keyboards import Keyboards
from comers import TOKEN
from core import texts
from core.pictures.masks import decode_region
from core.rows import row
from core.types import KeptReply, PageLink, Place, Reply
from discord_people import hosted, meeting
from embedded.process import EmbeddedProcess
from killed import program
from painter import PUBLIC, Page, encoded, init_data, page_for, painted, pixels, plain, ticket_for
from standins.discord.client import File
from standins.discord.process import DiscordProcess
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from studio import paid, studio_at
from telegram_talker import quiet, somebody, unlimited, until_answered
from timed import MovedClock

pytest_plugins = ("telegram_studio",)


async def test_what_was_painted_changes_and_nothing_else_and_once(services: EmbeddedProcess, tmp_path: Path) -> None:
    """One studio, one picture: every way to send it wrongly gets its sentence and loses nothing, then it is sent, twice."""
    clock = MovedClock()
    async with studio_at(tmp_path, services, clock=clock) as studio:
        ann = await studio.person()
        drawn = await ann.says("/image a fox --raw")
        page = await page_for(studio, ann, drawn)
        width, height = size = await page.size()
        good = painted(size, (100, 120, 300, 400))
        nothing, everything = (encoded(np.full((height, width), full)) for full in (False, True))
        before = len(ann.events)
        for mask, change, status, code, more in (
            (painted((width + 8, height), (9, 9, 80, 80)), "a hat", 422, "mask-wrong-ratio", {}),
            (painted((width // 2, height // 2), (9, 9, 80, 80)), "a hat", 422, "mask-wrong-ratio", {}),
            (nothing, "a hat", 422, "mask-empty", {}),
            (everything, "a hat", 422, "mask-full", {}),
            (b"\x89PNG\r\n\x1a\n" + b"x" * 200, "a hat", 422, "file-damaged", {}),
            (b"strokes", "a hat", 422, "file-not-a-picture", {}),
            (None, "a hat", 422, "mask-empty", {}),
            (good, "  ", 422, "paint-words", {}),
            (good, "x" * 30_001, 413, "prompt-too-long", {}),
            (b"0" * 5_000_000, "a hat", 413, "request-too-large", {}),
            (good, "a hat", 400, "request-malformed", {"feather": "1e9"}),
            (good, "a hat", 400, "request-malformed", {"style": "../etc"}),
            *((good, "a hat", 400, "request-malformed", {"frame": told}) for told in ("1,2", "0,0,0,0", "99999,0,0,0")),
            (good, "", 400, "request-malformed", {"frame": "9,0,0,0", "remove": "true"}),
        ):
            answer = await page.sends(mask, change, **more)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
            assert answer.json()["text"] and "{" not in answer.json()["text"]
        for wrong in ("x" * 24, page.ticket[:-1], page.ticket + "x"):
            forged = Page(studio.url, wrong)
            for answer in (
                await forged.ask(),
                await forged.sends(good),
                await forged.ask(path="/picture"),
                await forged.opens("x"),
            ):
                code = answer if isinstance(answer, int) else answer.status_code
                assert code == 404
        foreign = await page.ask("POST", data={"change": "a hat"}, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403
        assert (await page.ask()).json()["state"] == "open", "looking, and what is refused, use nothing up"
        assert len(ann.events) == before and not [
            one for one in await studio.requests() if one["endpoint"] == "images.edits"
        ]

        message, _ = drawn.action("paint")
        tabs = await asyncio.gather(page.sends(good, feather="0"), page.sends(good, feather="0"))
        assert [tab.status_code for tab in tabs] == [202, 202], "two tabs send it, and it counts once"
        edited = await ann.answer(message, before)
        (made,) = edited.pictures
        old, new = pixels(await ann.picture(drawn.pictures[0])), pixels(await ann.picture(made))
        changed = (old != new).any(axis=-1)
        inside = np.zeros_like(changed)
        inside[120:400, 100:300] = True
        assert not (changed & ~inside).any() and changed[inside].mean() > 0.9
        kept = await studio.program.storage.store.piece(made["id"])
        assert (
            kept
            and kept.piece.region
            and kept.piece.parent == drawn.pictures[0]["id"]
            and kept.piece.request == "a red hat"
        )
        region = decode_region(await studio.program.storage.media.read(kept.piece.region))
        assert (region.mask == inside).all(), "the region is what was painted, pixel for pixel"

        second = await page.sends(painted(size, (0, 0, 50, 50)), "something else")
        assert second.status_code == 202 and second.json()["state"] == "done"
        assert (await page.ask(path="/result")).content == await ann.picture(made)
        assert len([one for one in await studio.requests() if one["endpoint"] == "images.edits"]) == 1

        again = await ann.says("/edit and a scarf")  # of the newest; then back to that, and on from there
        await ann.presses(*again.action("step-back"))
        other = await ann.says("/edit and a kite")
        assert {one["parent"] for one in (*again.pictures, *other.pictures)} == {made["id"]}
        told = (await ann.says("/history")).replies
        chain = [drawn.pictures[0], made, other.pictures[0]]
        assert [one["id"] for one in told[1]["thumbnails"]] == [one["id"] for one in chain]
        assert all(words in told[1]["text"] for words in ("a fox", "a red hat", "and a kite"))

        on = (await page.ask("POST", "/again")).json()
        assert (await Page(studio.url, on["ticket"]).ask()).json()["piece"] == made["id"]
        # nothing comes by a button that no message has, nor by a form that no ticket belongs to
        for what, body in (("actions", {}), ("forms", {"values": {"change": "x"}, "client_id": "c"})):
            async with ann.http() as http:
                told = {"user": "ann", "message": message, "action": f"painted:{drawn.pictures[0]['id']}", **body}
                await http.post(f"/api/chats/{ann.chat}/{what}", json=told)
        fresh = await page_for(studio, ann, drawn)
        await ann.presses(*edited.action("delete"))
        delete = next(
            one["id"] for event in ann.events for one in event.get("actions", ()) if one["id"].startswith("delete-yes:")
        )
        asked = next(
            event["message"] for event in ann.events for one in event.get("actions", ()) if one["id"] == delete
        )
        await ann.presses(asked, delete)
        gone = await Page(studio.url, on["ticket"]).sends(good)
        assert (gone.status_code, gone.json()["code"]) in ((404, "paint-ticket"), (404, "piece-gone"))
        assert (await page.ask()).status_code == 404, "what was said for a deleted picture is kept nowhere"
        clock.move(25 * 3600)
        assert (await fresh.sends(good)).json()["code"] == "paint-ticket", "after a day it is over"
        assert len([one for one in await studio.requests() if one["endpoint"] == "images.edits"]) == 3


async def test_another_persons_ticket_opens_nothing(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, web_token=TOKEN) as studio:
        ann, bob = await studio.invited("ann"), await studio.invited("bob")
        drawn = await ann.says("/image a fox --raw")
        ticket = await ticket_for(ann, drawn)
        mask = painted((1024, 1024), (9, 9, 99, 99))
        for headers in (bob.headers, {}):
            page = Page(studio.url, ticket, **headers)
            answers = [await page.ask(), await page.ask(path="/picture"), await page.sends(mask)]
            assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "paint-ticket")}
        assert (await Page(studio.url, ticket, **ann.headers).ask()).json()["state"] == "open"
        guest = await studio.invited("gus", room="den")
        page = Page(studio.url, await ticket_for(guest, await guest.says("/image a bee --raw")), **guest.headers)
        assert (await page.ask()).status_code == 200
        assert await studio.program.storage.people.remove(guest.name)
        assert (await page.ask()).json()["code"] == "paint-ticket", "who was removed has no page any more"


@pytest.mark.parametrize("method", ["use_ticket", "accept"])
async def test_a_kill_after_it_was_taken_loses_and_doubles_nothing(
    services: EmbeddedProcess, tmp_path: Path, method: str
) -> None:
    async with studio_at(tmp_path, services) as studio:
        ann = await studio.person()
        drawn = await ann.says("/image a fox --raw")
        ticket = await ticket_for(ann, drawn)
    async with program(tmp_path, services, method, 1) as life:
        page = Page(await life.address(), ticket)
        try:
            await page.sends(painted(await page.size(), (100, 120, 300, 400)))
        except Exception as error:  # noqa: BLE001 — the process may die before the answer is out
            assert error
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path, services) as studio:
        ann = await studio.person()
        message, _ = drawn.action("paint")
        edited = await ann.wait(
            lambda events: [
                one for one in events if one["kind"] == "reply" and one.get("in_reply_to") == message and one["pieces"]
            ]
        )
        page = Page(studio.url, ticket)
        assert (await page.sends(painted(await page.size(), (0, 0, 90, 90)))).json()["state"] == "done"
        assert (
            len(edited) == 1 and len([one for one in await studio.requests() if one["endpoint"] == "images.edits"]) == 1
        )


async def test_on_telegram_a_window_opens_for_its_person_alone(
    services: EmbeddedProcess, tmp_path: Path, crowd: People, telegram_stand_in: TelegramProcess
) -> None:
    """In a private chat over it, in a group by our app's link; each ends as a picture where it began, in the language of who pressed."""
    settings = unlimited(telegram_stand_in, public_url=PUBLIC, telegram_app="paint")
    token = telegram_stand_in.token
    async with studio_at(tmp_path, services, **settings) as studio:
        ada, bob = await somebody(crowd, language="zh"), await crowd.create_user("Bob")
        group = await crowd.create_group("Circle", [ada.user, bob])
        for chat in (ada.user, group):
            command = await crowd.say(ada.user, "/image a pear --raw", chat=chat)
            (picture,) = await until_answered(crowd, chat, command)
            paint = texts.say("button-paint", "zh")
            await crowd.press(ada.user, picture.message_id, paint, chat=chat)
            (asked,) = await until_answered(crowd, chat, picture.message_id)
            assert asked.text == texts.say("paint-page", "zh")
            address = urlsplit(
                await crowd.press(ada.user, asked.message_id, texts.say("button-paint-page", "zh"), chat=chat)
            )
            if chat == group:
                assert address.netloc == "t.me" and re.fullmatch(r"/\w+/paint", address.path)
                ticket = address.query.removeprefix("startapp=")
            else:
                assert address.netloc == urlsplit(PUBLIC).netloc
                ticket = address.path.removeprefix("/paint/")
            page = Page(studio.url, ticket, Host=urlsplit(PUBLIC).netloc)
            mask = painted((1024, 1024), (100, 120, 300, 400))
            assert (await page.ask()).status_code == (await page.sends(mask)).status_code == 404, (
                "a link alone opens nothing"
            )
            right = init_data(token, ada.user)
            wrong = (
                init_data(token, bob),
                init_data("1234567:another-bots-token", ada.user),
                init_data(token, ada.user, age=3700),
                init_data(token, ada.user, age=-3700),
                right.replace(str(ada.user), str(bob)),
                f"{right}&user=x",
                "",
                "hash=",
                "%",
            )
            assert {await page.opens(told) for told in wrong} == {404}
            assert await page.opens(right) == 200
            assert (await page.ask()).json()["language"] == "zh"
            size = await page.size()
            assert (await page.sends(painted(size, (100, 120, 300, 400)))).status_code == 202
            answers = await until_answered(crowd, chat, picture.message_id, 2)
            assert answers[-1].photo
        for name, standing, blocked, status in (
            ("Cem", "member", False, 200),
            ("Dia", "kicked", False, 404),
            ("Eli", "left", False, 404),
            ("Fay", "member", True, 404),
        ):
            user = await crowd.create_user(name, language_code="en")
            await crowd.join(user, group)
            newest = max(seen.message_id for seen in (await crowd.room(group)).messages)
            await crowd.press(user, picture.message_id, texts.say("button-paint", "zh"), chat=group)
            asked = await crowd.next_answer(group, after=newest)
            address = await crowd.press(user, asked.message_id, texts.say("button-paint-page", "en"), chat=group)
            await crowd.join(user, group, standing)
            await studio.program.operating.block(f"telegram:{user}", blocked)
            page = Page(studio.url, urlsplit(address).query.removeprefix("startapp="), Host=urlsplit(PUBLIC).netloc)
            assert await page.opens(init_data(token, user)) == 200
            assert (await page.ask()).status_code == status, "who has left, or is blocked since, paints nothing there"
        await quiet(crowd, studio)
        assert len([one for one in await studio.requests() if one["endpoint"] == "images.edits"]) == 2


def test_telegrams_word_is_read_within_bounds() -> None:
    told = init_data("1:t", 7)
    now = time.time()
    assert who_opened(told, "1:t", now) == "7"
    assert who_opened(told + "&a=" + "x" * 5000, "1:t", now) is None
    assert who_opened(init_data("1:t", 7, user="[]"), "1:t", now) is None
    assert who_opened(init_data("1:t", 7, user="[" * 3000), "1:t", now) is None


def test_where_no_page_can_be_opened_no_button_says_so() -> None:
    """A messenger leads to https alone, and a group on Telegram to our app alone."""
    group, private = (Place(platform="telegram", chat="1", private=alone) for alone in (False, True))
    buttons = (*row(("edit", "paint"), "p", "en"), PageLink(page="paint", ticket="t", label="Open"))
    reply = KeptReply(id=1, key="k", place=private, user="", in_reply_to="", job=None, reply=Reply(buttons=buttons))
    assert [button.label for button in without_pages(reply).reply.buttons] == ["Edit"]
    for url, app, opens in (
        (None, "paint", (False, False)),
        ("http://a.example", "paint", (False, False)),
        (PUBLIC, None, (True, False)),
        (PUBLIC, "paint", (True, True)),
    ):
        pages = Pages(Settings(_env_file=None, public_url=url), BoardLinks(None))  # type: ignore[call-arg,arg-type]
        assert tuple(map(Keyboards(pages, app).opens_pages, (private, group))) == opens
        assert (pages.linked(reply).reply.buttons[-1].label == "Open") is pages.reachable


async def test_a_page_of_a_group_that_moved_leads_to_where_it_is_now(
    services: EmbeddedProcess, tmp_path: Path, crowd: People, telegram_stand_in: TelegramProcess
) -> None:
    settings = unlimited(telegram_stand_in, public_url=PUBLIC, telegram_app="paint")
    async with studio_at(tmp_path, services, **settings) as studio:
        ada = await somebody(crowd)
        group = await crowd.create_group("Circle", [ada.user], kind="group")
        command = await crowd.say(ada.user, "/image a pear --raw", chat=group)
        (picture,) = await until_answered(crowd, group, command)
        await crowd.press(ada.user, picture.message_id, texts.say("button-paint", "en"), chat=group)
        (asked,) = await until_answered(crowd, group, picture.message_id)
        address = await crowd.press(ada.user, asked.message_id, texts.say("button-paint-page", "en"), chat=group)
        page = Page(studio.url, urlsplit(address).query.removeprefix("startapp="), Host=urlsplit(PUBLIC).netloc)
        assert await page.opens(init_data(telegram_stand_in.token, ada.user)) == 200
        moved = await crowd.migrate(group)
        await quiet(crowd, studio)
        assert (await page.sends(painted(await page.size(), (100, 120, 300, 400)))).status_code == 202
        room = await crowd.until(  # not what shows how far it is
            moved, lambda room: [seen for seen in room.by_bot if seen.photo and "cancel:" not in str(seen.buttons)]
        )
        assert not [seen for seen in room.by_bot if seen.reply_to], "the message's number means another one there"
        assert (await page.ask()).json()["state"] == "done"
        history = await crowd.say(ada.user, "/history", chat=moved)
        assert "a red hat" in (await until_answered(crowd, moved, history))[-1].text, "it is the room's, as it was"


async def test_on_discord_a_link_opens_it(
    services: EmbeddedProcess, tmp_path: Path, discord_stand_in: DiscordProcess
) -> None:
    async with (
        discord_stand_in.people() as people,
        hosted(services, tmp_path, discord_stand_in, people, public_url=PUBLIC) as studio,
        meeting(studio, people, discord_stand_in) as made,
    ):
        ada = made.ada
        await people.slash(ada.user, ada.channel, "image", idea="a pear", raw=True)
        room = await people.until(
            ada.channel, lambda room: [one for one in room.messages if one.files], user=ada.user, seconds=30
        )
        picture = next(one for one in room.messages if one.files)
        action = next(str(one.custom_id) for one in picture.controls if str(one.custom_id).startswith("paint:"))
        await people.press(ada.user, ada.channel, picture.id, action)
        link = re.compile(rf"{PUBLIC}/paint/([\w-]+)$")
        room = await people.until(
            ada.channel,
            lambda room: [one for seen in room.messages for one in seen.controls if link.match(str(one.url))],
            user=ada.user,
        )
        (ticket,) = [found[1] for seen in room.messages for one in seen.controls if (found := link.match(str(one.url)))]
        page = Page(studio.url, ticket, Host=urlsplit(PUBLIC).netloc)
        assert (await page.sends(painted(await page.size(), (100, 120, 300, 400)))).status_code == 202
        await people.until(
            ada.channel, lambda room: len([one for one in room.messages if one.files]) == 2, user=ada.user, seconds=30
        )
        assert len(paid(await studio.requests())) == 2
        for name, status in (("Bea", 200), ("Cleo", 404)):
            member = await made.somebody(name)
            await people.press(member.user, ada.channel, picture.id, action)
            room = await people.until(
                ada.channel,
                lambda room: [one for seen in room.messages for one in seen.controls if link.match(str(one.url))],
                user=member.user,
            )
            (own,) = [
                found[1] for seen in room.messages for one in seen.controls if (found := link.match(str(one.url)))
            ]
            if status == 404:
                await people.act("leave", guild=made.guild.id, user=member.user)
            assert (await Page(studio.url, own, Host=urlsplit(PUBLIC).netloc).ask()).status_code == status
        cups = {
            name: File(f"{name}.png", plain((320, 240 + 16 * place), place))
            for place, name in enumerate(("photo", "photo-2"))
        }
        await people.slash(ada.user, ada.channel, "image", idea="both cups on one table", **cups)
        room = await people.until(
            ada.channel, lambda room: [one for one in room.messages if len(one.files) == 2], user=ada.user, seconds=30
        )
        (told,) = [one for one in room.messages if len(one.files) == 2]
        assert texts.say("note-in-order", "en", count=2) in told.text, (
            "the picture, and a small one of those it is from"
        )
        sent = (await studio.requests("images.edits"))[-1]["params"]["image"]
        assert [one["height"] for one in sent][1:] == [256] and len(sent) == 2, (
            "each attachment is an option, in their order"
        )
