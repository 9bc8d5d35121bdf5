"""People of the web page beyond this machine: how they come in, who they are, what they may see, and how they are let out again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from comers import TOKEN, at, browser, enters, link, who
from core.people import INVITATION_SECONDS, display_name
from embedded.process import EmbeddedProcess
from studio import Event, Person, Studio, studio_at

ROOM = "family"


# --- coming in -----------------------------------------------------------------------------------------------------------


async def test_a_link_lets_one_person_in_once(guarded: Studio) -> None:
    secret = await link(guarded, name="Grandma")
    async with browser(guarded) as grandma, browser(guarded) as thief:
        told = (await grandma.post("/api/invitation", json={"secret": secret})).json()
        assert (told["name"], told["room"], told["again"]) == ("Grandma", "", False)
        assert await enters(grandma, secret, "Oma")
        assert not await enters(thief, secret), "used is used"
        assert (await thief.post("/api/invitation", json={"secret": secret})).status_code == 404
        known = await who(grandma)
        assert known and (known["name"], known["operator"], known["guest"]) == ("Oma", False, False)
        assert await who(thief) is None


async def test_two_people_may_have_one_name_and_are_two(guarded: Studio) -> None:
    one, two = await guarded.invited("Ann"), await guarded.invited("Ann")
    assert one.name != two.name
    async with two.http() as http:
        for path in (f"/api/chats/home-{one.name}/events", f"/api/chats/home-{one.name}/events?user={one.name}"):
            assert (await http.get(path)).status_code == 403


async def test_a_link_is_good_for_seven_days(guarded: Studio) -> None:
    secret = await link(guarded, name="late")
    assert await at(guarded, INVITATION_SECONDS - 60).invitation(secret)
    assert await at(guarded, INVITATION_SECONDS + 60).invitation(secret) is None
    assert await at(guarded, INVITATION_SECONDS + 60).accept(secret, "late") is None


async def test_at_once_one_link_lets_in_one(guarded: Studio) -> None:
    secret = await link(guarded)
    browsers = [browser(guarded) for _ in range(8)]
    entered = await asyncio.gather(*(enters(client, secret, "x") for client in browsers))
    assert sum(entered) == 1
    for client in browsers:
        await client.aclose()


async def test_the_operators_own_browser_does_not_use_up_a_link_for_others(guarded: Studio) -> None:
    secret = await link(guarded, name="Ben")
    async with browser(guarded) as operator, browser(guarded) as ben:
        await operator.post("/login", data={"token": TOKEN, "name": "Mei"})
        assert (await operator.post("/api/invitation", json={"secret": secret})).json()["needless"]
        assert await enters(operator, secret)
        known = await who(operator)
        assert known and known["operator"]
        assert await enters(ben, secret, "Ben")


async def test_somebody_comes_in_again_on_another_device(guarded: Studio) -> None:
    person = await guarded.invited("Ann")
    async with person.http() as first, browser(guarded) as second:
        made = (await first.post("/api/invitations", json={"again": True})).json()["path"]
        assert await enters(second, made.partition("#")[2], "another name")
        known = await who(second)
        assert known and (known["user"], known["name"]) == (person.name, "Ann")
        assert await who(first), "the first device stays in"


async def test_a_token_makes_no_log_in_that_outlives_it(guarded: Studio) -> None:
    ann = await guarded.invited("Ann")
    issued = await guarded.program.storage.people.issue("cron job", person=ann.name)
    assert issued
    async with browser(guarded, issued[1]) as program, browser(guarded) as page:
        await page.post("/login", data={"token": issued[1]})
        for client in (program, page):
            assert await who(client)
            assert (await client.post("/api/invitations", json={"again": True})).status_code == 403


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("  Mei \n Lin ", "Mei Lin"),
        ("\u202eevil\u200b", "evil"),
        ("\0\1", ""),
        ("x" * 500, "x" * 48),
        ("e\u0301", "é"),
        ("梅", "梅"),
    ],
)
def test_a_name_is_shown_in_one_line_and_turns_nothing(words: str, shown: str) -> None:
    assert display_name(words) == shown


# --- who may invite ------------------------------------------------------------------------------------------------------


async def test_only_the_operator_invites_into_the_studio_and_only_members_into_a_room(guarded: Studio) -> None:
    ann, guest = await guarded.invited("Ann"), await guarded.invited("Gus", room=ROOM)
    async with ann.http() as member, guest.http() as invited, browser(guarded) as nobody:
        assert (await nobody.post("/api/invitations", json={"name": "x"})).status_code == 401
        for client, whom in (
            (member, {"name": "x"}),
            (member, {"room": ROOM}),
            (invited, {"name": "x"}),
            (invited, {"room": ROOM}),
        ):
            assert (await client.post("/api/invitations", json=whom)).status_code == 403
        assert (await member.post("/api/invitations", json={"room": "anns-own"})).status_code == 201
        for unfit in ("home-x", "a b", "../x"):
            assert (await member.post("/api/invitations", json={"room": unfit})).status_code == 400


async def test_a_rooms_link_opens_that_room_alone(guarded: Studio) -> None:
    guest = await guarded.invited("Gus", room=ROOM)
    assert (await guest.says("/help")).text
    async with guest.http() as http:
        known = await who(http)
        assert known and known["guest"] and known["rooms"] == [ROOM]
        for chat in (f"home-{guest.name}", "another", f"{ROOM}2", ROOM.upper()):
            assert (await http.get(f"/api/chats/{chat}/events")).status_code == 403
            assert (await http.post(f"/api/chats/{chat}/messages", data={"text": "/help"})).status_code == 403


async def test_rooms_are_opened_no_faster_than_anything_else_is_done(tmp_path: Path, services: EmbeddedProcess) -> None:
    """Also by who only asks what is said there; in their own rooms they ask as often as they like."""
    opened = studio_at(tmp_path / "data", services, person_per_minute=1, web_token=TOKEN)
    async with opened as studio, browser(studio, TOKEN) as operator:
        asked = [f"/api/chats/room-{number}/characters" for number in range(20)]
        statuses = [(await operator.get(path)).status_code for path in asked]
        assert statuses == [200] * 10 + [429] * 10
        assert {(await operator.get(asked[0])).status_code for _ in range(20)} == {200}
        assert len((await operator.get("/api/page")).json()["rooms"]) == 10


async def test_a_member_of_the_studio_joins_a_room_by_its_link(guarded: Studio) -> None:
    ann = await guarded.invited("Ann")
    secret = await link(guarded, room=ROOM)
    async with ann.http() as http:
        assert (await http.get(f"/api/chats/{ROOM}/events")).status_code == 403
        assert await enters(http, secret)
        known = await who(http)
        assert known and known["rooms"] == [ROOM] and not known["guest"] and known["user"] == ann.name


# --- what they may see ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """A picture that somebody has made in a chat, with a photo that they sent."""

    owner: Person
    message: str
    picture: Event
    photo: str


async def made(person: Person) -> Made:
    done = await person.says("/edit a red hat", "cat-mask-white.jpg")
    sent = next(event for event in person.events if event["kind"] == "message" and event["pieces"])
    return Made(person, done.message, done.pictures[0], sent["pieces"][0]["url"])


@pytest_asyncio.fixture
async def private(guarded: Studio) -> Made:
    """Made in a private room."""
    return await made(await guarded.invited("Ann"))


@pytest_asyncio.fixture
async def in_a_room(guarded: Studio) -> Made:
    """Made in a room by its guest."""
    return await made(await guarded.invited("Gus", room=ROOM))


@pytest_asyncio.fixture(params=["private", "in a room"])
async def theirs(guarded: Studio, request: pytest.FixtureRequest) -> Made:
    """Made in a private room, or in one by its guest."""
    return await made(await guarded.invited("Ann", room="" if request.param == "private" else ROOM))


@pytest.mark.parametrize(
    "stranger", ["somebody else", "a guest of another room", "the operator", "a token of another", "nobody"]
)
async def test_nobody_sees_or_changes_what_is_in_anothers_room(guarded: Studio, theirs: Made, stranger: str) -> None:
    """The operator keeps the books and the disk; by the page they see no more of a private room than others do."""
    if stranger == "the operator" and theirs.owner.chat == ROOM:
        pytest.skip("the operator opened that room")
    owner, piece = theirs.owner, theirs.picture
    token = ""
    if stranger == "the operator":
        token = TOKEN
    elif stranger == "a token of another":
        issued = await guarded.program.storage.people.issue("script", room="elsewhere")
        assert issued
        token = issued[1]
    client = browser(guarded, token)
    if stranger in ("somebody else", "a guest of another room"):
        other = await guarded.invited("Mallory", room="" if stranger == "somebody else" else "elsewhere")
        client = other.http()
    forbidden = 401 if stranger == "nobody" else 403
    hidden = 401 if stranger == "nobody" else 404
    before = len(owner.events)
    async with client:
        for claim in ("", f"?user={owner.name}"):
            for path, status in (
                (f"/api/chats/{owner.chat}/events", forbidden),
                (f"/api/pieces/{piece['id']}", hidden),
                (piece["url"], hidden),
                (theirs.photo, hidden),
            ):
                assert (await client.get(path + claim)).status_code == status, path
            body = {"user": owner.name, "message": theirs.message}
            chat = f"/api/chats/{owner.chat}"
            for what, more in (
                ("reactions", {"emoji": "👎"}),
                ("actions", {"action": f"rate-down:{piece['id']}"}),
                ("actions", {"action": f"delete:{piece['id']}"}),
                ("actions", {"action": f"delete-yes:{piece['id']}"}),
            ):
                assert (await client.post(f"{chat}/{what}{claim}", json=body | more)).status_code == forbidden
            for data in ({"text": "/forget"}, {"text": "/edit", "reply_to": theirs.message}):
                answer = await client.post(f"{chat}/messages{claim}", data={"user": owner.name, **data})
                assert answer.status_code == forbidden
    assert len(owner.events) == before
    assert await owner.picture(piece)


async def test_what_is_in_a_room_is_seen_by_its_members(guarded: Studio, in_a_room: Made) -> None:
    member = await guarded.invited("Ben", room=ROOM)
    assert await member.picture(in_a_room.picture)
    assert (await member.get(in_a_room.photo)).status_code == 200
    assert (await member.get(f"/api/pieces/{in_a_room.picture['id']}")).status_code == 200
    shown = await member.wait(lambda events: next((one for one in events if one["kind"] == "message"), None))
    assert shown["name"] == "Gus", "people are shown by name"


async def test_buttons_and_replies_from_ones_own_room_reach_nothing_of_anothers(guarded: Studio, private: Made) -> None:
    mallory = await guarded.invited("Mallory")
    piece = private.picture["id"]
    for verb in ("delete", "delete-yes", "prompt", "original", "vary", "redraw", "rate-down"):
        await mallory.post("actions", message=private.message, action=f"{verb}:{piece}")
    await mallory.post("reactions", message=private.message, emoji="👎")
    answer = await mallory.says("/vary", reply_to=private.message)
    assert not answer.pictures
    assert await private.owner.picture(private.picture)
    details = (await private.owner.get(f"/api/pieces/{piece}")).json()
    assert details["rating"] == {"score": 0, "count": 0, "mine": 0}


# --- on this machine alone -----------------------------------------------------------------------------------------------


async def test_without_a_token_nobody_signs_in_and_nobody_is_invited(studio: Studio) -> None:
    person = await studio.person("ann")
    done = await person.says("/image a cat --raw")
    assert await person.picture(done.pictures[0])
    async with browser(studio) as client:
        page = (await client.get("/api/page")).json()
        assert (page["user"], page["rooms"], page["operator"]) == (None, [], False)
        assert (await client.post("/api/invitations", json={"name": "x"})).status_code == 403
