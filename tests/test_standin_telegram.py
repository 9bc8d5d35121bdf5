"""The stand-in Telegram server's methods, called by the real client library over the socket."""

import asyncio
import hashlib
import io
from pathlib import Path

import httpx2
import pytest
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Update,
)
from telegram.error import BadRequest, Conflict, InvalidToken

from patience import PATIENCE
from standin_telegram import heard
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess

pytest_plugins = ("telegram_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

DATA = Path(__file__).parent / "data"
CAT = (DATA / "cat.png").read_bytes()
ROW = InlineKeyboardMarkup(
    [[InlineKeyboardButton("👍", callback_data="up:1"), InlineKeyboardButton("More", url="https://a.org")]]
)


def picture(width: int, height: int, colour: object = "teal", mode: str = "RGB", format: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height), colour).save(file, format)
    return file.getvalue()


async def test_the_bot_knows_itself_and_strangers_are_refused(telegram_server: TelegramProcess, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.can_read_all_group_messages) == (4242, True, False)
    stranger = Bot("4242:wrong", base_url=telegram_server.url)
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    async with httpx2.AsyncClient(verify=False) as http:
        answer = await http.get(f"{telegram_server.url}{telegram_server.token}/sendDice", params={"chat_id": 1})
        assert (answer.status_code, answer.json()["description"]) == (404, "Not Found: method not found")
        assert (await http.get(f"{telegram_server.control}/room?chat=1")).status_code == 403


async def test_a_text_message_echoes_what_was_sent(bot: Bot, people: People, ada: int) -> None:
    asked = await people.say(ada, "/story a cat")
    sent = await bot.send_message(
        ada,
        "Once <b>upon</b> a time 🐱 see https://a.org",
        parse_mode="HTML",
        reply_markup=ROW,
        reply_to_message_id=asked,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        protect_content=True,
    )
    assert sent.text == "Once upon a time 🐱 see https://a.org"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 5, 4), ("url", 24, 13)]
    assert sent.reply_markup == ROW
    assert sent.reply_to_message and sent.reply_to_message.text == "/story a cat"
    assert sent.has_protected_content and sent.from_user and sent.from_user.id == bot.id
    [_, seen] = (await people.room(ada)).visible
    assert (seen.by_bot, seen.reply_to, seen.labels) == (True, asked, ["👍", "More"])


async def test_a_photo_is_re_encoded_scaled_and_flattened(bot: Bot, people: People, ada: int) -> None:
    sent = await bot.send_photo(ada, picture(3000, 1500, (255, 0, 0, 0), "RGBA"), caption="a _cat_", has_spoiler=True)
    assert [(size.width, size.height) for size in sent.photo] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1280, 640),
        (2560, 1280),
    ]
    assert sent.caption == "a _cat_" and sent.has_media_spoiler
    file = await bot.get_file(sent.photo[-1].file_id)
    with Image.open(io.BytesIO(bytes(await file.download_as_bytearray()))) as kept:
        assert (kept.format, kept.size, kept.getpixel((9, 9))) == ("JPEG", (2560, 1280), (255, 255, 255))
    again = await bot.send_photo(ada, sent.photo[0].file_id)
    assert again.photo == sent.photo


async def test_a_photo_is_turned_upright(bot: Bot, ada: int) -> None:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40)).save(file, "JPEG", exif=exif)
    assert [(s.width, s.height) for s in (await bot.send_photo(ada, file.getvalue())).photo] == [(40, 60)]


async def test_a_document_is_kept_byte_for_byte(bot: Bot, people: People, ada: int) -> None:
    sent = await bot.send_document(ada, CAT, filename="cat.png", caption="the original")
    document = sent.document
    assert document and (document.file_name, document.mime_type, document.file_size) == (
        "cat.png",
        "image/png",
        len(CAT),
    )
    assert document.thumbnail and document.thumbnail.width == 320
    file = await bot.get_file(document.file_id)
    assert bytes(await file.download_as_bytearray()) == CAT
    [seen] = (await people.room(ada)).messages
    assert seen.document and seen.document.sha256 == hashlib.sha256(CAT).hexdigest()
    assert await people.file(seen.document.file_id) == CAT


async def test_a_download_link_ends_after_an_hour(
    telegram_server: TelegramProcess, bot: Bot, people: People, ada: int
) -> None:
    sent = await bot.send_document(ada, b"words", filename="story.txt")
    assert sent.document
    file = await bot.get_file(sent.document.file_id)
    async with httpx2.AsyncClient(verify=False) as http:
        assert (await http.get(str(file.file_path))).content == b"words"
        await people.advance(3601)
        assert (await http.get(str(file.file_path))).status_code == 404


async def test_an_album_is_several_messages_of_one_group(bot: Bot, people: People, ada: int) -> None:
    asked = await people.say(ada, "two please")
    sent = await bot.send_media_group(
        ada, [InputMediaPhoto(CAT, caption="both"), InputMediaPhoto(picture(40, 40))], reply_to_message_id=asked
    )
    assert len({message.media_group_id for message in sent}) == 1 and sent[0].media_group_id
    assert [message.caption for message in sent] == ["both", None]
    assert [m.reply_to_message.message_id for m in sent if m.reply_to_message] == [asked, asked]
    files = await bot.send_media_group(
        ada, [InputMediaDocument(b"1", filename="a.txt"), InputMediaDocument(b"2", filename="b.txt")]
    )
    assert [message.document.file_name for message in files if message.document] == ["a.txt", "b.txt"]


async def test_edits_replace_text_buttons_caption_and_media(bot: Bot, people: People, ada: int) -> None:
    text = await bot.send_message(ada, "writing…", reply_markup=ROW)
    edited = await bot.edit_message_text("written", ada, text.message_id)
    assert not isinstance(edited, bool) and edited.edit_date and edited.reply_markup is None
    await bot.edit_message_reply_markup(ada, text.message_id, reply_markup=ROW)
    photo = await bot.send_photo(ada, CAT, caption="one", reply_markup=ROW)
    await bot.edit_message_caption(ada, photo.message_id, caption="two")
    replaced = await bot.edit_message_media(
        InputMediaDocument(CAT, filename="cat.png", caption="three"), ada, photo.message_id
    )
    assert not isinstance(replaced, bool) and replaced.document and not replaced.photo and replaced.caption == "three"
    first, second = (await people.room(ada)).visible
    assert ([past["text"] for past in first.past], first.text, first.labels) == (
        ["writing…", "written"],
        "written",
        ["👍", "More"],
    )
    assert [past["text"] for past in second.past] == ["one", "two"]


async def test_messages_can_be_deleted_for_two_days(bot: Bot, people: People, ada: int) -> None:
    theirs, mine = await people.say(ada, "hello"), await bot.send_message(ada, "hi")
    old = await bot.send_message(ada, "old")
    assert await bot.delete_message(ada, mine.message_id)
    assert await bot.delete_messages(ada, [theirs, mine.message_id, 999])
    assert [message.text for message in (await people.room(ada)).visible] == ["old"]
    await people.advance(48 * 3600 + 1)
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(ada, old.message_id)


async def test_drafts_show_for_thirty_seconds_and_end_with_the_message(bot: Bot, people: People, ada: int) -> None:
    for text in ("Once", "Once upon"):
        await bot.send_message_draft(ada, 7, text)
    assert [(draft["text"], draft["now"]) for draft in (await people.room(ada)).drafts][1] == ("Once upon", True)
    await people.advance(30)
    assert not any(draft["now"] for draft in (await people.room(ada)).drafts)
    await bot.send_message_draft(ada, 8, "Once upon a time")
    await bot.send_message(ada, "Once upon a time.")
    assert not any(draft["now"] for draft in (await people.room(ada)).drafts)


async def test_chat_actions_show_for_five_seconds(bot: Bot, people: People, ada: int) -> None:
    await bot.send_chat_action(ada, "upload_photo")
    assert [(a["action"], a["now"]) for a in (await people.room(ada)).actions] == [("upload_photo", True)]
    await people.advance(5)
    assert not (await people.room(ada)).actions[0]["now"]


async def test_commands_are_kept_per_scope_and_language(bot: Bot, people: People, ada: int) -> None:
    li = await people.create_user("Li", language_code="zh-hans")
    await bot.set_my_commands([BotCommand("help", "what it does")])
    await bot.set_my_commands(
        [BotCommand("story", "写故事")], scope=BotCommandScopeAllPrivateChats(), language_code="zh"
    )
    assert [command.command for command in await bot.get_my_commands()] == ["help"]
    assert await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats()) == ()
    assert (await people.menu(ada), await people.menu(li)) == (
        [{"command": "help", "description": "what it does"}],
        [{"command": "story", "description": "写故事"}],
    )
    await bot.set_my_commands([BotCommand("only", "here")], scope=BotCommandScopeChat(li))
    assert (await people.menu(li))[0]["command"] == "only"
    await bot.delete_my_commands(scope=BotCommandScopeChat(li))
    assert (await people.menu(li))[0]["command"] == "story"


async def test_the_profile_has_texts_per_language(bot: Bot, people: People) -> None:
    await bot.set_my_name("Fabula studio")
    await bot.set_my_description("Stories and pictures")
    await bot.set_my_short_description("Stories", language_code="en")
    assert (await bot.get_my_name(language_code="zh")).name == "Fabula studio"
    assert (await bot.get_my_description("zh")).description == "Stories and pictures"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_my_short_description("en")).short_description == "Stories"


async def test_chats_tell_who_is_in_them(bot: Bot, people: People, ada: int) -> None:
    bob = await people.create_user("Bob")
    group = await people.create_group("Authors", [ada, bob], bot="administrator", username="authors")
    chat = await bot.get_chat("@authors")
    assert (chat.id, chat.type, chat.title) == (group, "supergroup", "Authors")
    assert (await bot.get_chat(ada)).username == "lovelace"
    assert [(member.user.id, member.status) for member in await bot.get_chat_administrators(group)] == [
        (ada, "creator"),
        (bot.id, "administrator"),
    ]
    assert ((await bot.get_chat_member(group, bob)).status, await bot.get_chat_member_count(group)) == ("member", 3)
    await bot.leave_chat(group)
    assert (await people.room(group)).messages == []


async def test_topics_are_opened_closed_and_written_in(bot: Bot, people: People, ada: int) -> None:
    forum = await people.create_group("Forum", [ada], forum=True, bot="administrator")
    topic = await bot.create_forum_topic(forum, "Cats")
    sent = await bot.send_message(forum, "meow", message_thread_id=topic.message_thread_id)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic.message_thread_id, True)
    reply = await bot.send_message(forum, "purr", reply_to_message_id=sent.message_id)
    assert reply.message_thread_id == topic.message_thread_id
    assert await bot.close_forum_topic(forum, topic.message_thread_id)
    assert await bot.reopen_forum_topic(forum, topic.message_thread_id)


async def test_the_bot_reacts_once_to_the_first_of_an_album(bot: Bot, people: People, ada: int) -> None:
    ids = await people.send_album(ada, [picture(30, 30), picture(31, 31)])
    await bot.set_message_reaction(ada, ids[1], "🔥")
    assert [message.reactions for message in (await people.room(ada)).visible] == [{"Fabula": ["🔥"]}, {}]
    await bot.set_message_reaction(ada, ids[0])
    assert (await people.room(ada)).visible[0].reactions == {"Fabula": []}


async def test_updates_stay_until_they_are_confirmed(bot: Bot, people: People, ada: int) -> None:
    for text in ("one", "two", "three"):
        await people.say(ada, text)
    first = await bot.get_updates(limit=2)
    assert [update.message.text for update in first if update.message] == ["one", "two"]
    assert len(await bot.get_updates()) == 3
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [update.message.text for update in rest if update.message] == ["three"]
    assert rest[0].update_id == first[0].update_id + 2
    await people.say(ada, "four")
    assert [update.message.text for update in await bot.get_updates(offset=-1) if update.message] == ["four"]
    assert len(await bot.get_updates()) == 1
    await people.advance(24 * 3600 + 1)
    assert await bot.get_updates() == ()


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, people: People, ada: int) -> None:
    async with asyncio.timeout(PATIENCE):
        poll = asyncio.create_task(bot.get_updates(timeout=40))
        await people.say(ada, "wake up")
        assert [update.message.text for update in await poll if update.message] == ["wake up"]


async def test_allowed_updates_are_remembered_from_then_on(bot: Bot, people: People, ada: int) -> None:
    sent = await bot.send_message(ada, "rate me")
    await people.react(ada, sent.message_id, "👍")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=["message_reaction"])
    await people.react(ada, sent.message_id, "👎")
    await people.say(ada, "not asked for")
    [update] = await bot.get_updates()
    reaction = update.message_reaction
    assert (
        reaction
        and [old.emoji for old in reaction.old_reaction] == ["👍"]
        and [new.emoji for new in reaction.new_reaction] == ["👎"]
    )
    await bot.get_updates(allowed_updates=[])
    await people.say(ada, "by default")
    assert len(await bot.get_updates()) == 2


async def test_a_second_poll_ends_the_first(
    telegram_server: TelegramProcess, bot: Bot, people: People, ada: int
) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        Bot(telegram_server.token, base_url=telegram_server.url) as other,
    ):
        poll = asyncio.create_task(bot.get_updates(timeout=40))
        await people.requests("getUpdates", times=1)
        assert await other.get_updates(timeout=0) == ()
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await poll


async def test_a_pressed_button_is_answered_once_and_in_time(bot: Bot, people: People, ada: int) -> None:
    sent = await bot.send_message(ada, "rate me", reply_markup=ROW)
    number = await people.press(ada, sent.message_id, "👍")
    [update] = await heard(bot)
    query = update.callback_query
    assert query and query.data == "up:1" and query.message and query.message.message_id == sent.message_id
    assert await query.answer("thank you", show_alert=True)
    assert await people.answer(number, ada) == {"text": "thank you", "show_alert": True}
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()
    late = await people.press(ada, sent.message_id, "up:1")
    await people.advance(16)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(late)
    assert await people.press(ada, sent.message_id, "More") == "https://a.org"


async def test_every_kind_of_request_body_is_read(telegram_server: TelegramProcess, people: People, ada: int) -> None:
    url = f"{telegram_server.url}{telegram_server.token}/SENDMESSAGE"
    async with httpx2.AsyncClient(verify=False) as http:
        answers = [
            await http.get(url, params={"chat_id": ada, "text": "query"}),
            await http.post(url, data={"chat_id": str(ada), "text": "form"}),
            await http.post(url, json={"chat_id": ada, "text": "json", "reply_markup": ROW.to_dict()}),
            await http.post(url, files={"chat_id": (None, str(ada)), "text": (None, "multipart")}),
        ]
    assert [answer.json()["result"]["text"] for answer in answers] == ["query", "form", "json", "multipart"]


async def test_a_closed_bot_stops_polling_and_a_logged_out_one_does_nothing(bot: Bot, people: People, ada: int) -> None:
    assert await bot.close()
    assert await bot.send_message(ada, "still here")
    assert await bot.log_out()
    with pytest.raises(BadRequest, match="Logged out"):
        await bot.send_message(ada, "gone")
    await people.reset()
    assert (await bot.get_webhook_info()).url == ""


async def test_all_update_kinds_parse(bot: Bot, people: People, ada: int) -> None:
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    channel = await people.create_group("News", [ada], kind="channel", bot="administrator")
    post = await people.say(ada, "read all about it", chat=channel)
    await people.edit(ada, post, "read it again", chat=channel)
    await people.react(ada, post, "🎉", chat=channel)
    await people.block(ada)
    kinds = [next(iter(set(update.to_dict()) - {"update_id"})) for update in await heard(bot)]
    assert kinds == ["channel_post", "edited_channel_post", "message_reaction_count", "my_chat_member"]
