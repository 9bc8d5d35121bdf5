"""Who may do what in a Telegram group: authors, administrators, those who stay anonymous, and everybody else."""

from __future__ import annotations

from typing import Any

import pytest

from contract import sample
from core import texts
from core.conversation.feature import Repertoire
from core.features import FEATURES
from core.types import Place, Score
from lasting_telegram import as_usual
from standins.telegram.client import People, SeenMessage
from studio import Studio, made, paid
from telegram_talker import asked, quiet, until_answered

pytest_plugins = ("lasting_telegram",)
pytestmark = pytest.mark.asyncio(loop_scope="module")
crowd, fabula = as_usual()

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


async def circle(crowd: People, **details: Any) -> tuple[int, int, int, int]:
    """A group that Ada owns, with Bob and Cleo in it: its id and theirs."""
    people = [await crowd.create_user(name) for name in ("Ada", "Bob", "Cleo")]
    ada, bob, cleo = people
    return await crowd.create_group("Circle", people, **details), ada, bob, cleo


async def drawn(crowd: People, user: int, group: int, words: str = "a pear") -> SeenMessage:
    command = await crowd.say(user, f"/image {words} --raw", chat=group)
    return (await until_answered(crowd, group, command))[0]


async def pressed(crowd: People, user: int, group: int, message: SeenMessage, label: str) -> str:
    """What flashes up over a button that somebody presses."""
    return (await crowd.answer(await crowd.press(user, message.message_id, label, chat=group), group)).get("text") or ""


@pytest.mark.parametrize("shared", [False, True])
async def test_an_owners_button_is_refused_to_others_quietly(crowd: People, fabula: Studio, shared: bool) -> None:
    group, ada, bob, _ = await circle(crowd)
    if shared:
        await until_answered(crowd, group, await crowd.say(ada, "/settings session shared", chat=group))
    picture = await drawn(crowd, bob, group)
    cleo, dora = [await crowd.create_user(name) for name in ("Cora", "Dora")]
    for stranger in (cleo, dora):
        await crowd.join(stranger, group)
    await quiet(crowd, fabula)
    before = len((await crowd.room(group)).by_bot)
    for label in ("Edit", "Redraw", "Delete"):
        assert await pressed(crowd, cleo, group, picture, label) == texts.say("error-only-author", "en"), label
    quickly = [await crowd.press(dora, picture.message_id, label, chat=group) for label in ("Edit", "Delete")]
    told = [(await crowd.answer(press, group)).get("text") for press in quickly]
    assert told == [texts.say("error-only-author", "en")] * 2, "each is answered"
    await quiet(crowd, fabula)
    assert len((await crowd.room(group)).by_bot) == before, "nobody else has to read it"
    assert len(paid(await fabula.requests())) == 1


async def test_an_administrator_may_delete_and_answers_what_they_were_asked(crowd: People, fabula: Studio) -> None:
    group, _, bob, cleo = await circle(crowd)
    picture = await drawn(crowd, bob, group)
    await crowd.join(cleo, group, "administrator")
    await pressed(crowd, cleo, group, picture, "Delete")
    (sure,) = await until_answered(crowd, group, picture.message_id)
    assert await pressed(crowd, bob, group, sure, "Yes, delete it") == texts.say("error-not-asked", "en")
    await pressed(crowd, cleo, group, sure, "Yes, delete it")
    await crowd.until(group, lambda room: picture.message_id not in [seen.message_id for seen in room.by_bot])


async def test_where_telegram_does_not_say_who_runs_a_group_nobody_does(crowd: People, fabula: Studio) -> None:
    group, ada, bob, _ = await circle(crowd)
    picture = await drawn(crowd, bob, group)
    fault = {"method": "getChatMember", "kind": "status", "times": 10}
    for code, words in ((400, "Bad Request: CHAT_ADMIN_REQUIRED"), (500, "Internal Server Error")):
        await crowd.faults({**fault, "code": code, "description": words})
        assert await pressed(crowd, ada, group, picture, "Delete") == texts.say("error-only-author", "en")
        refused = await crowd.say(ada, "/settings session shared", chat=group)
        assert (await until_answered(crowd, group, refused))[0].text == texts.say("error-only-administrators", "en")
        await crowd.faults()
        if code == 400:
            fabula.program.manager._desk.rights._known.clear()
    await pressed(crowd, ada, group, picture, "Delete")
    assert await until_answered(crowd, group, picture.message_id), "what could not be found out is asked again"


@pytest.mark.parametrize("choice", ["session shared", "session own", "style ink", "reset"])
async def test_what_concerns_the_whole_room_is_for_administrators(crowd: People, fabula: Studio, choice: str) -> None:
    group, ada, bob, _ = await circle(crowd)
    await until_answered(crowd, group, await crowd.say(ada, "/settings session shared", chat=group))
    refused = await crowd.say(bob, f"/settings {choice}", chat=group)
    assert (await until_answered(crowd, group, refused))[0].text == texts.say("error-only-administrators", "en")
    done = await crowd.say(ada, f"/settings {choice}", chat=group)
    assert "administrator" not in (await until_answered(crowd, group, done))[0].text


async def test_who_is_asked_answers(crowd: People, fabula: Studio) -> None:
    """Menus and questions of Ada's, pressed by Bob: nothing changes, and his own things are still there."""
    group, ada, bob, _ = await circle(crowd)
    await drawn(crowd, bob, group)
    for command, labels in (("/forget", ["Yes, forget me", "Keep everything"]), ("/settings", ["Style", "Reset"])):
        (question,) = await until_answered(crowd, group, await crowd.say(ada, command, chat=group))
        for label in set(labels) & set(question.labels) or question.labels[:1]:
            assert await pressed(crowd, bob, group, question, label) == texts.say("error-not-asked", "en")
        now = next(seen for seen in (await crowd.room(group)).by_bot if seen.message_id == question.message_id)
        assert (now.text, now.labels) == (question.text, question.labels)
    history = await crowd.say(bob, "/history", chat=group)
    assert "a pear" in (await until_answered(crowd, group, history))[0].text


async def test_which_one_is_for_who_was_asked_and_cancel_stops_no_job(crowd: People, fabula: Studio) -> None:
    group, ada, bob, _ = await circle(crowd)
    command = await crowd.say(ada, "/image a pear --raw --n 2", chat=group)
    first = (await until_answered(crowd, group, command, 3))[2]
    reply = await crowd.say(ada, "make it blue", chat=group, reply_to=first.message_id)
    (which,) = await until_answered(crowd, group, reply)
    assert await pressed(crowd, bob, group, which, "1") == texts.say("error-not-asked", "en")
    assert await pressed(crowd, bob, group, which, "Cancel") == texts.say("error-not-asked", "en")
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    running = await crowd.say(ada, "/image a plum --raw", chat=group)
    await fabula.hangs("images.generations")
    await pressed(crowd, ada, group, which, "Cancel")
    await fabula.release("images.generations")
    assert (await until_answered(crowd, group, running))[0].photo, "the question is taken back, the job goes on"


async def test_in_a_shared_room_each_has_a_question_of_their_own(crowd: People, fabula: Studio) -> None:
    group, ada, bob, _ = await circle(crowd, privacy=False)
    await until_answered(crowd, group, await crowd.say(ada, "/settings session shared", chat=group))
    await drawn(crowd, ada, group)
    await until_answered(crowd, group, await crowd.say(ada, "/edit", chat=group))
    await until_answered(crowd, group, await crowd.say(bob, "@fabula_standin_bot hello everybody", chat=group))
    assert [row["endpoint"] for row in made(await fabula.requests())] == ["images.generations", "chat"]
    change = await crowd.say(ada, "@fabula_standin_bot a hat", chat=group)
    assert (await until_answered(crowd, group, change))[0].photo


async def test_a_picture_is_made_anew_from_what_all_saw_and_not_from_what_one_was_shown(
    crowd: People, fabula: Studio
) -> None:
    group, _, bob, cleo = await circle(crowd)
    open_picture = await drawn(crowd, bob, group)
    change = await crowd.say(cleo, "/edit a hat", chat=group, reply_to=open_picture.message_id)
    (changed,) = await until_answered(crowd, group, change)
    assert changed.photo
    await pressed(crowd, cleo, group, changed, "Delete")
    assert await until_answered(crowd, group, changed.message_id), "it is her own"


async def test_somebody_elses_job_is_stopped_by_nobody_but_administrators(crowd: People, fabula: Studio) -> None:
    group, ada, bob, cleo = await circle(crowd)
    await until_answered(crowd, group, await crowd.say(ada, "/settings session shared", chat=group))
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(bob, "/image a plum --raw", chat=group)
    room = await crowd.until(group, lambda room: any(seen.labels == ["Cancel"] for seen in room.by_bot))
    status = next(seen for seen in room.by_bot if seen.labels == ["Cancel"])
    await fabula.hangs("images.generations")
    assert await pressed(crowd, cleo, group, status, "Cancel") == texts.say("error-only-author", "en")
    nothing = await crowd.say(cleo, "/cancel", chat=group)
    assert (await until_answered(crowd, group, nothing))[0].text == texts.say("nothing-to-cancel", "en")
    await crowd.press(ada, status.message_id, "Cancel", chat=group)
    await crowd.until(group, lambda room: any("topped" in seen.text for seen in room.by_bot))
    await fabula.release()


async def anonymously(crowd: People, group: int, number: int, text: str = "", **more: Any) -> None:
    """An administrator writes in the name of the group."""
    chat = {"id": group, "type": "supergroup", "title": "Circle"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": ANONYMOUS, "sender_chat": chat, "text": text}
    await crowd.inject({"message": message | more})


async def test_who_may_speak_for_the_group_may_press_for_it(crowd: People, fabula: Studio) -> None:
    group, ada, bob, _ = await circle(crowd)
    await anonymously(crowd, group, 900, "/settings")
    room = await crowd.until(group, lambda room: bool(room.by_bot))
    menu = room.by_bot[0]
    assert await pressed(crowd, bob, group, menu, "Style") == texts.say("error-not-asked", "en")
    await pressed(crowd, ada, group, menu, "Quality")
    await crowd.until(group, lambda room: any(label == "finest" for label in room.by_bot[0].labels))
    await anonymously(crowd, group, 901, "/image a fig --raw")
    room = await crowd.until(group, lambda room: any(seen.photo for seen in room.by_bot))
    picture = next(seen for seen in room.by_bot if seen.photo)
    assert await pressed(crowd, bob, group, picture, "Delete") == texts.say("error-only-author", "en")
    await pressed(crowd, ada, group, picture, "Delete")
    (sure,) = await until_answered(crowd, group, picture.message_id)
    await crowd.press(ada, sure.message_id, "Yes, delete it", chat=group)
    await crowd.until(group, lambda room: not any(seen.photo for seen in room.by_bot))


async def test_a_reaction_in_the_name_of_the_group_counts_once(crowd: People, fabula: Studio) -> None:
    group, ada, _, _ = await circle(crowd, bot="administrator")
    picture = await drawn(crowd, ada, group)
    chat = {"id": group, "type": "supergroup", "title": "Circle"}
    fire = [{"type": "emoji", "emoji": "🔥"}]
    told = {"chat": chat, "actor_chat": chat, "message_id": picture.message_id, "date": 1}
    await crowd.inject({"message_reaction": {**told, "old_reaction": [], "new_reaction": fire}})
    await crowd.inject({"message_reaction": {**told, "old_reaction": [], "new_reaction": fire}})
    await quiet(crowd, fabula)
    store = fabula.program.storage.store
    place = Place(platform="telegram", chat=str(group))
    (piece,) = await store.shown_in(place, str(picture.message_id))
    assert await store.score(piece) == Score(score=1, count=1)
    await crowd.inject({"message_reaction": {**told, "old_reaction": fire, "new_reaction": []}})
    await quiet(crowd, fabula)
    assert await store.score(piece) == Score()


async def test_a_verb_is_for_its_kinds_of_piece(crowd: People, fabula: Studio) -> None:
    """Every verb on every kind of one's own pieces: what is for another kind is refused, nothing breaks, no instructions are told."""
    ada = await crowd.create_user("Ada")
    await until_answered(crowd, ada, await crowd.say(ada, "/story a fox --length short"), 2)
    photo = await crowd.send_photo(ada, sample("cat-sent.jpg"))
    await until_answered(crowd, ada, photo)
    album = [sample("cat-sent.jpg"), sample("cat-mask-white.jpg")]
    region = await crowd.send_album(ada, album, "/edit a hat")
    await until_answered(crowd, ada, region[0])
    await quiet(crowd, fabula)
    database, store = fabula.program.storage.store._database, fabula.program.storage.store
    own = "SELECT id, kind FROM pieces WHERE author = ? ORDER BY seq"
    rows = await database.read(lambda one: one.exec_driver_sql(own, (f"telegram:{ada}",)).all())
    before, spent = len((await crowd.room(ada)).by_bot), await store.spent(0)
    forged = [
        (verb, piece)
        for piece, kind in rows
        for verb, known in Repertoire(FEATURES).verbs.items()
        if known.kinds and kind not in known.kinds
    ]
    assert {kind for _, kind in rows} == {"text", "picture", "photo", "region"}
    for number, (verb, piece) in enumerate(forged):
        person, chat = {"id": ada, "is_bot": False, "first_name": "A"}, {"id": ada, "type": "private"}
        message = {"message_id": photo + 1, "date": 1, "chat": chat, "text": "…"}
        query = {"id": str(number), "from": person, "chat_instance": "1", "data": f"{verb}:{piece}"}
        await crowd.inject({"callback_query": {**query, "message": message}})
    await quiet(crowd, fabula)
    said = (await crowd.room(ada)).by_bot[before:]
    assert len(said) == len(forged)
    assert {seen.text for seen in said} == {texts.say("error-button-unknown", "en")}
    assert await store.spent(0) == spent
    assert not [row for row in await asked(crowd, "sendMessage") if "storyteller" in str(row["params"]).lower()]
