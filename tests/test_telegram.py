"""Telegram in private chats: what people send, and what they see."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image

from contract import sample, until_scored
from core import texts
from core.types import Score
from embedded.process import EmbeddedProcess
from lasting_telegram import as_usual
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from studio import Studio, paid, studio_at
from telegram_talker import asked, quiet, somebody, unlimited, until_answered

pytest_plugins = ("lasting_telegram",)
pytestmark = pytest.mark.asyncio(loop_scope="module")
crowd, fabula = as_usual()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


# --- what comes in ---------------------------------------------------------------------------------------------------


async def test_a_command_in_a_caption(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    assert (await ada.says("/vary@fabula_standin_bot brighter", "cat-sent.jpg")).pictures
    document = await ada.says("/edit a blue hat", "cat.png")
    assert document.pictures, "an image sent as a file is a photo, too"


async def test_a_command_for_another_bot_is_not_ours(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    await crowd.say(ada.user, "/image@other_bot a cat")
    await quiet(crowd, fabula)
    assert (await crowd.room(ada.user)).by_bot == []


async def test_photo_and_mask_as_an_album_of_photos(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    album = await crowd.send_album(ada.user, [sample("cat-sent.jpg"), sample("cat-mask-white.jpg")], "/edit a red hat")
    shown = (await until_answered(crowd, ada.user, album[0]))[0]
    assert shown.labels == ["Use", "Invert", "Cancel"]
    assert "%" in shown.text
    assert paid(await fabula.requests()) == []


async def test_photo_and_transparent_mask_as_files(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    done = await ada.says("/edit a red hat", "cat.png", mask="cat-mask-alpha.png")
    before, after = opened(sample("cat.png")).convert("RGB"), opened(done.pictures[0]).convert("RGB")
    assert after.size == before.size
    assert (await fabula.requests("images.edits"))[0]["params"]["mask"]


async def test_several_sources_as_an_album(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    photos = [sample("cat-sent.jpg"), sample("cup-sent.jpg"), sample("cat-painted.jpg")]
    album = await crowd.send_album(ada.user, photos, "/edit put them together")
    numbered, done = await until_answered(crowd, ada.user, album[0], 2)
    (request,) = await fabula.requests("images.edits")
    assert len(request["params"]["image"]) == 3
    assert numbered.photo and numbered.text == "1 · 2 · 3", "which is the first is seen before what was made of them"
    assert done.photo and texts.say("note-in-order", "en", count=3) in done.text


async def test_a_reply_to_somebodys_picture(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    photo = await crowd.send_photo(ada.user, sample("cat-sent.jpg"))
    await until_answered(crowd, ada.user, photo)
    done = await ada.says("/edit a green scarf", reply_to=str(photo))
    assert len(done.pictures) == 1
    assert len((await fabula.requests("images.edits"))[0]["params"]["image"]) == 1


async def test_the_result_of_an_edit_is_what_a_reply_to_it_means(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    first = await ada.says("/edit a green scarf", "cat.png")
    again = await ada.says("and a hat", reply_to=first.with_picture.id)
    assert len(again.pictures) == 1, "not: which one do you mean?"
    original = await ada.presses(*again.button("original"))
    assert (await ada.says("and mittens", reply_to=original.messages[0].id)).pictures


async def test_an_edited_message_runs_only_if_it_had_failed(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    wrong = await ada.says("/image a cat --raw --style watercolr")
    await crowd.edit(ada.user, int(wrong.id), "/image a cat --raw --style watercolor")
    await until_answered(crowd, ada.user, int(wrong.id), 2)
    await crowd.edit(ada.user, int(wrong.id), "/image a cat --raw --style ink")
    await quiet(crowd, fabula)
    assert len(paid(await fabula.requests())) == 1, "what was taken once is not paid for again"


async def test_an_edited_message_runs_if_its_job_had_failed(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "late_refusal"})
    refused = await ada.says("/image a cat --raw")
    assert not refused.pictures
    await crowd.edit(ada.user, int(refused.id), "/image a kind cat --raw")
    answers = await until_answered(crowd, ada.user, int(refused.id), 2)
    assert answers[1].photo


async def test_a_corrected_caption_brings_its_whole_album(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    files = [("cat.png", sample("cat.png")), ("m.png", sample("cat-mask-alpha.png"))]
    album = await crowd.send_album(ada.user, files, "/edit a hat --stile ink")
    await until_answered(crowd, ada.user, album[0])
    await crowd.edit(ada.user, album[0], "/edit a hat --style ink")
    await until_answered(crowd, ada.user, album[0], 2)
    assert (await fabula.requests("images.edits"))[0]["params"]["mask"]


CHAT = {"id": 1, "type": "private"}
MALFORMED = [
    {"message": {"message_id": "x"}},
    {"message": {"message_id": 1, "date": 10**20, "chat": {"id": 1, "type": "private"}}},
    {"message": None, "callback_query": {"id": 5}},
    {"message_reaction": {"chat": []}},
    {"message": {"message_id": 1, "date": 1, "chat": CHAT, "from": {"id": 1, "is_bot": False, "first_name": None}, "text": 5}},
    {"something_new": {"a": 1}},
    {},
]  # fmt: skip


async def test_malformed_updates_delay_nobody_and_do_not_come_back(
    crowd: People,
    services: EmbeddedProcess,
    tmp_path: Path,
    telegram_stand_in: TelegramProcess,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ada = await somebody(crowd)
    for update in MALFORMED:
        await crowd.inject(update)
    said = await crowd.say(ada.user, "/usage")
    await crowd.inject({"update_id": "no number"})
    async with studio_at(tmp_path / "data", services, **unlimited(telegram_stand_in)) as studio:
        await until_answered(crowd, ada.user, said)
        await quiet(crowd, studio)
        assert await studio.program.storage.store.waiting_rows("telegram") == []
    logged = capsys.readouterr()
    lines = [line for line in (logged.out + logged.err).splitlines() if "cannot be read" in line]
    assert lines and all("telegram:4242:" in line for line in lines), "named by its id"
    assert "10000000000" not in "".join(lines)


async def test_the_same_update_twice_is_answered_once(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    person = {"id": ada.user, "is_bot": False, "first_name": "Ada"}
    chat = {"id": ada.user, "type": "private", "first_name": "Ada"}
    message = {"message_id": 77, "date": 1, "chat": chat, "from": person, "text": "/image a cat --raw"}
    for _ in range(2):
        await crowd.inject({"update_id": 4711, "message": message})
    await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))
    await quiet(crowd, fabula)
    assert len((await crowd.room(ada.user)).by_bot) == 1
    assert len(paid(await fabula.requests())) == 1


NOBODYS = (
    {"from": {"id": 9, "is_bot": True, "first_name": "Bot"}, "text": "/image a cat"},
    {"pinned_message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}},
    {"new_chat_title": "Cats"},
)
"""Of another bot, and notes of Telegram's: a pinned message, a new title."""


async def test_bots_and_notes_of_telegrams_are_not_answered(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    person = {"id": ada.user, "is_bot": False, "first_name": "Ada"}
    chat = {"id": ada.user, "type": "private", "first_name": "Ada"}
    for number, more in enumerate(NOBODYS, 77):
        await crowd.inject({"message": {"message_id": number, "date": 1, "chat": chat, "from": person, **more}})
    await quiet(crowd, fabula)
    assert (await crowd.room(ada.user)).by_bot == []


async def test_a_file_too_large_for_telegram_is_told_with_the_limit(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    large = await crowd.send_document(ada.user, bytes(21 * 1024 * 1024), "large.png", "/vary", mime="image/png")
    assert "20 MB" in (await until_answered(crowd, ada.user, large))[0].text


async def test_a_download_that_fails_is_tried_again(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.telegram.downloads.WAITS", (0.01, 0.01, 0))
    await crowd.faults(
        {"method": "getFile", "kind": "status", "code": 502}, {"method": "getFile", "kind": "disconnect_after"}
    )
    ada = await somebody(crowd)
    assert (await ada.says("/vary", "cat-sent.jpg")).pictures


# --- what is said ----------------------------------------------------------------------------------------------------


async def test_an_album_has_its_buttons_on_a_message_behind_it(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    said = await ada.says("/image a cat --raw --n 3", expect=4)
    room = await crowd.room(ada.user)
    album = [seen for seen in room.by_bot if seen.photo]
    assert len({seen.album for seen in album}) == 1 and album[0].album
    assert [seen.labels for seen in album] == [[]] * 3
    assert said.messages[-1].action("pick")
    assert [label for _, label in said.messages[-1].buttons] == [one for place in "123" for one in (place, "👍", "👎")]


async def test_the_original_is_the_file_byte_for_byte(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    said = await ada.says("/edit a hat", "cat.png", mask="cat-mask-alpha.png")
    given = await ada.presses(*said.button("original"), expect=2)
    store, media = fabula.program.storage.store, fabula.program.storage.media
    (piece,) = await store.shown_in(ada.place, said.with_picture.id)
    kept = await store.piece(piece)
    assert kept and kept.piece.picture and kept.piece.own
    for message, picture in zip(given.messages, (kept.piece.picture, kept.piece.own), strict=True):
        sent, own = message.files[0], await media.read(picture.media)
        assert hashlib.sha256(sent).digest() == hashlib.sha256(own).digest()


ODD = "<b>a</b> cat & a *dog* **and** `x` &lt; 2 > 1 </i> **"


async def test_whatever_somebody_writes_is_valid_html_afterwards(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    said = await ada.says(f"/image {ODD} --raw")
    for piece in ("<b>a</b> cat", "&lt; 2 > 1 </i>"):
        assert piece in said.text
    told = await ada.presses(*said.button("prompt"))
    assert "</i>" in told.text


async def test_a_caption_beyond_the_limit_is_a_message_of_its_own(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    words = " ".join(f"🦊{number}" for number in range(1200))
    said = await ada.says(f"/image {words} --raw", expect=3)
    texts = [message.text for message in said.messages if not message.pictures]
    assert " ".join(texts) == words
    assert all(len(text.encode("utf-16-le")) // 2 <= 4096 for text in texts)
    assert said.messages[-1].pictures and said.messages[-1].text == "" and said.messages[-1].action("vary")


async def test_buttons_fit_and_work_after_a_restart(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    ada = await somebody(crowd)
    settings = unlimited(telegram_stand_in)
    async with studio_at(tmp_path / "data", services, **settings):
        picture = await ada.says("/image a cat --raw")
        region = await ada.says("/edit a hat", "cat.png", mask="cat-mask-white.jpg")
        menu = (await ada.says("/settings")).messages[0]
        await ada.presses(menu, "settings:style", expect=0)
    room = await crowd.room(ada.user)
    actions = [button["callback_data"] for seen in room.by_bot for row in seen.buttons for button in row]
    assert len(actions) > 20
    assert all(len(action.encode()) <= 64 for action in actions)
    async with studio_at(tmp_path / "data", services, **settings):
        assert (await ada.presses(*picture.button("vary"))).pictures
        inverted = await ada.presses(*region.button("region-invert"))
        assert (await ada.presses(*inverted.button("region-use"))).pictures
        assert "never mind" in (await ada.presses(*region.button("region-cancel"))).text
        await ada.presses(menu, "set:style=ink", expect=0)
        assert "Style: ink" in next(
            seen.text for seen in (await crowd.room(ada.user)).by_bot if str(seen.message_id) == menu.id
        )


async def test_a_rating_button_says_what_came_of_it(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    said = await ada.says("/image a cat --raw")
    shown, action = said.button("rate-up")
    press = await crowd.press(ada.user, int(shown.id), action)
    assert (await crowd.answer(press, ada.user))["text"] == "Thank you, noted."
    await until_scored(fabula, ada, shown.id, Score(score=1, count=1))
    press = await crowd.press(ada.user, int(shown.id), action)
    assert (await crowd.answer(press, ada.user))["text"] == "Your rating is taken back."
    await until_scored(fabula, ada, shown.id, Score())


async def test_a_rating_that_is_refused_ends_the_spinner_too(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    said = await ada.says("/image a cat --raw")
    shown, action = said.button("rate-up")
    store = fabula.program.storage.store
    await store.delete_piece(action.partition(":")[2])
    press = await crowd.press(ada.user, int(shown.id), action)
    assert (await crowd.answer(press, ada.user))["text"] == ""
    assert "no longer" in (await until_answered(crowd, ada.user, int(shown.id)))[0].text


async def test_every_reaction_of_a_person_counts_and_the_newest_decides(crowd: People, fabula: Studio) -> None:
    mei = await crowd.create_user("Mei", premium=True)
    ada = await somebody(crowd)
    ada.user = ada.chat = mei
    ada.place = ada.place.model_copy(update={"chat": str(mei)})
    said = await ada.says("/image a cat --raw --n 2", expect=3)
    for message in said.messages[:2]:
        await crowd.react(mei, int(message.id), "🔥", "❤")
        await until_scored(fabula, ada, message.id, Score(score=1, count=1))
        await crowd.react(mei, int(message.id), "❤", "👎")
        await until_scored(fabula, ada, message.id, Score(score=-1, count=1))
        await crowd.react(mei, int(message.id), "👍", "👎")
        await until_scored(fabula, ada, message.id, Score(score=1, count=1))
        await crowd.react(mei, int(message.id), "❤")
        await until_scored(fabula, ada, message.id, Score(score=1, count=1))
        await crowd.react(mei, int(message.id))
        await until_scored(fabula, ada, message.id, Score())


async def test_custom_emoji_count_as_the_settings_say(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    own = unlimited(telegram_stand_in, rating_emoji={"custom:5368324170671202286": 0.5})
    async with studio_at(tmp_path / "data", services, **own) as studio:
        ada = await somebody(crowd)
        said = await ada.says("/image a cat --raw")
        await crowd.react(ada.user, int(said.with_picture.id), "5368324170671202286")
        await until_scored(studio, ada, said.with_picture.id, Score(score=0.5, count=1))


async def test_the_bot_introduces_itself_in_each_language(crowd: People, lone_fabula: Studio) -> None:
    await crowd.requests("setMyShortDescription", times=3)
    menus = {}
    for language in ("en", "zh", "de"):
        user = await crowd.create_user(language, language_code=language)
        menus[language] = {entry["command"]: entry["description"] for entry in await crowd.menu(user)}
    assert menus["en"] == menus["de"] and menus["zh"].keys() == menus["en"].keys()
    assert menus["en"]["story"] == "write a story and draw it"
    assert "故事" in menus["zh"]["story"]
    for method in ("setMyDescription", "setMyShortDescription"):
        assert {row["params"].get("language_code") for row in await asked(crowd, method)} == {None, "en", "zh"}
