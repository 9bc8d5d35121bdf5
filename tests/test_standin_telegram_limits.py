"""What the stand-in Telegram server refuses: the platform's limits and rules, in the platform's words."""

import io
import re
from collections.abc import Awaitable, Callable

import pytest
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReactionTypeEmoji,
    ReplyParameters,
    WebAppInfo,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from standins.telegram.client import Impossible, People

pytest_plugins = ("telegram_fixtures",)
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:.*retry_after"),  # the client library's own, about its next version
]

Attempt = Callable[[Bot, int], Awaitable[object]]


def picture(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "PNG")
    return file.getvalue()


def refused(words: str) -> pytest.RaisesExc[BadRequest]:
    """Expect a 400 that says so; the client library changes the case of some letters."""
    return pytest.raises(BadRequest, match=f"(?i){re.escape(words)}")


def keyboard(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(rows)


def button(data: str = "x", text: str = "Vary") -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=data)


SMALL = picture(20, 20)

ACCEPTED: dict[str, Attempt] = {
    "4096 units": lambda bot, chat: bot.send_message(chat, "x" * 4094 + "🐱"),
    "4096 units after parsing": lambda bot, chat: bot.send_message(chat, f"<b>{'x' * 4096}</b>", parse_mode="HTML"),
    "caption of 1024": lambda bot, chat: bot.send_photo(chat, SMALL, caption="故" * 1024),
    "poll of 12": lambda bot, chat: bot.send_poll(chat, "q" * 300, ["o" * 100] * 12, is_anonymous=False),
    "64 bytes of data": lambda bot, chat: bot.send_message(chat, "a", reply_markup=keyboard([button("é" * 32)])),
    "100 buttons": lambda bot, chat: bot.send_message(chat, "a", reply_markup=keyboard(*[[button()] * 5] * 20)),
    "ratio 20": lambda bot, chat: bot.send_photo(chat, picture(400, 20)),
    "10,000 pixels around": lambda bot, chat: bot.send_photo(chat, picture(9000, 1000)),
    "album of 10": lambda bot, chat: bot.send_media_group(chat, [InputMediaPhoto(SMALL)] * 10),
    "100 commands": lambda bot, chat: bot.set_my_commands([BotCommand(f"c{i}", "does") for i in range(100)]),
    "lenient reply": lambda bot, chat: bot.send_message(
        chat, "a", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True)
    ),
    "Mini App": lambda bot, chat: bot.send_message(
        chat, "a", reply_markup=keyboard([InlineKeyboardButton("Paint", web_app=WebAppInfo("https://a.org/paint"))])
    ),
}

REFUSED: dict[str, tuple[Attempt, str]] = {
    "4097 units": (lambda bot, chat: bot.send_message(chat, "x" * 4095 + "🐱"), "message is too long"),
    "nothing but white space": (lambda bot, chat: bot.send_message(chat, " \n "), "message text is empty"),
    "nothing but tags": (
        lambda bot, chat: bot.send_message(chat, "<b></b>", parse_mode="HTML"),
        "message text is empty",
    ),
    "caption of 1025": (
        lambda bot, chat: bot.send_document(chat, b"x", caption="x" * 1025),
        "message caption is too long",
    ),
    "poll of 13": (lambda bot, chat: bot.send_poll(chat, "q", ["o"] * 13), "can't have more than 12 options"),
    "option of 101": (lambda bot, chat: bot.send_poll(chat, "q", ["o" * 101]), "options length must not exceed 100"),
    "question of 301": (lambda bot, chat: bot.send_poll(chat, "q" * 301, ["o"]), "question length must not exceed 300"),
    "poll of no message": (lambda bot, chat: bot.stop_poll(chat, 99), "message with poll to stop not found"),
    "draft of 4097": (lambda bot, chat: bot.send_message_draft(chat, 1, "x" * 4097), "message is too long"),
    "bad HTML": (lambda bot, chat: bot.send_message(chat, "1 < 2", parse_mode="HTML"), "can't parse entities"),
    "unknown parse mode": (lambda bot, chat: bot.send_message(chat, "a", parse_mode="RST"), "unsupported parse_mode"),
    "65 bytes of data": (
        lambda bot, chat: bot.send_message(chat, "a", reply_markup=keyboard([button("é" * 32 + "x")])),
        "BUTTON_DATA_INVALID",
    ),
    "101 buttons": (
        lambda bot, chat: bot.send_message(chat, "a", reply_markup=keyboard(*[[button()]] * 101)),
        "REPLY_MARKUP_TOO_LONG",
    ),
    "button without action": (
        lambda bot, chat: bot.send_message(chat, "a", reply_markup=keyboard([InlineKeyboardButton("Vary")])),
        "Text buttons are unallowed in the inline keyboard",
    ),
    "button without label": (
        lambda bot, chat: bot.send_message(chat, "a", reply_markup=keyboard([button(text=" ")])),
        "text must be non-empty",
    ),
    "Mini App over HTTP": (
        lambda bot, chat: bot.send_message(
            chat, "a", reply_markup=keyboard([InlineKeyboardButton("Paint", web_app=WebAppInfo("http://a.org"))])
        ),
        "Only HTTPS links are allowed",
    ),
    "photo of over 10 MB": (
        lambda bot, chat: bot.send_photo(chat, SMALL + b"\0" * (10 << 20)),
        "is too big for a photo",
    ),
    "ratio over 20": (lambda bot, chat: bot.send_photo(chat, picture(421, 21)), "PHOTO_INVALID_DIMENSIONS"),
    "over 10,000 pixels around": (
        lambda bot, chat: bot.send_photo(chat, picture(9000, 1001)),
        "PHOTO_INVALID_DIMENSIONS",
    ),
    "a photo that is none": (lambda bot, chat: bot.send_photo(chat, b"words"), "IMAGE_PROCESS_FAILED"),
    "an empty file": (lambda bot, chat: bot.send_document(chat, b""), "file must be non-empty"),
    "an unknown file_id": (
        lambda bot, chat: bot.send_photo(chat, "AgACunknown"),
        "wrong file identifier/HTTP URL specified",
    ),
    "a URL": (
        lambda bot, chat: bot.send_photo(chat, "https://a.org/a.png"),
        "wrong file identifier/HTTP URL specified",
    ),
    "album of 1": (lambda bot, chat: bot.send_media_group(chat, [InputMediaPhoto(SMALL)]), "too few messages"),
    "album of 11": (lambda bot, chat: bot.send_media_group(chat, [InputMediaPhoto(SMALL)] * 11), "too many messages"),
    "mixed album": (
        lambda bot, chat: bot.send_media_group(chat, [InputMediaPhoto(SMALL), InputMediaDocument(b"x")]),
        "can't be mixed with other media types",
    ),
    "reply to nothing": (
        lambda bot, chat: bot.send_message(chat, "a", reply_to_message_id=999),
        "message to be replied not found",
    ),
    "quote of other words": (
        lambda bot, chat: _quote(bot, chat, "purple"),
        "QUOTE_TEXT_INVALID",
    ),
    "unknown topic": (lambda bot, chat: bot.send_message(chat, "a", message_thread_id=9), "message thread not found"),
    "unknown chat": (lambda bot, chat: bot.send_message(12345, "a"), "chat not found"),
    "edit of nothing": (lambda bot, chat: bot.edit_message_text("a", chat, 999), "message to edit not found"),
    "unchanged text": (lambda bot, chat: _edit_same(bot, chat), "message is not modified"),
    "caption of a text": (lambda bot, chat: _edit_caption(bot, chat), "there is no caption in the message to edit"),
    "text of a photo": (lambda bot, chat: _edit_photo_text(bot, chat), "there is no text in the message to edit"),
    "delete of nothing": (lambda bot, chat: bot.delete_message(chat, 999), "message to delete not found"),
    "unknown action": (lambda bot, chat: bot.send_chat_action(chat, "dance"), "wrong parameter action in request"),
    "unknown reaction": (lambda bot, chat: _react(bot, chat, ReactionTypeEmoji("🐱")), "REACTION_INVALID"),
    "two reactions": (lambda bot, chat: _react(bot, chat, "👍", "👎"), "REACTIONS_TOO_MANY"),
    "101 commands": (
        lambda bot, chat: bot.set_my_commands([BotCommand(f"c{i}", "does") for i in range(101)]),
        "BOT_COMMANDS_TOO_MUCH",
    ),
    "command in capitals": (lambda bot, chat: bot.set_my_commands([BotCommand("Vary", "does")]), "BOT_COMMAND_INVALID"),
    "long short description": (lambda bot, chat: bot.set_my_short_description("x" * 121), "must not exceed 120"),
    "language of a country": (lambda bot, chat: bot.set_my_name("x", "zh-hans"), "invalid language code"),
    "old callback query": (lambda bot, chat: bot.answer_callback_query("17"), "query is too old"),
    "unknown file": (lambda bot, chat: bot.get_file("nothing"), "invalid file_id"),
    "webhook secret": (
        lambda bot, chat: bot.set_webhook("http://127.0.0.1", secret_token="a b"),
        "unallowed characters",
    ),
    "webhook over HTTP": (lambda bot, chat: bot.set_webhook("http://a.org"), "An HTTPS URL must be provided"),
    "webhook port": (lambda bot, chat: bot.set_webhook("https://a.org:8080"), "only on ports 80, 88, 443 or 8443"),
    "unknown parameter": (
        lambda bot, chat: bot.send_message(chat, "a", api_kwargs={"colour": "red"}),
        'no parameter "colour"',
    ),
    "wrong type": (
        lambda bot, chat: bot.send_message(chat, "a", api_kwargs={"message_thread_id": "x"}),
        "must be of type int",
    ),
}


async def _quote(bot: Bot, chat: int, words: str) -> object:
    sent = await bot.send_message(chat, "a red cat")
    return await bot.send_message(chat, "b", reply_parameters=ReplyParameters(sent.message_id, quote=words))


async def _edit_same(bot: Bot, chat: int) -> object:
    sent = await bot.send_message(chat, "<b>a</b>", parse_mode="HTML", reply_markup=keyboard([button()]))
    return await bot.edit_message_text(
        "<b>a</b>", chat, sent.message_id, parse_mode="HTML", reply_markup=keyboard([button()])
    )


async def _edit_caption(bot: Bot, chat: int) -> object:
    return await bot.edit_message_caption(chat, (await bot.send_message(chat, "a")).message_id, caption="b")


async def _edit_photo_text(bot: Bot, chat: int) -> object:
    return await bot.edit_message_text("b", chat, (await bot.send_photo(chat, SMALL)).message_id)


async def _react(bot: Bot, chat: int, *emoji: str | ReactionTypeEmoji) -> object:
    return await bot.set_message_reaction(chat, (await bot.send_message(chat, "a")).message_id, list(emoji))


@pytest.mark.parametrize("name", ACCEPTED)
async def test_the_limit_itself_is_allowed(bot: Bot, people: People, ada: int, name: str) -> None:
    assert await ACCEPTED[name](bot, ada)


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_over_a_limit_is_refused(bot: Bot, people: People, ada: int, name: str) -> None:
    attempt, words = REFUSED[name]
    with refused(words):
        await attempt(bot, ada)


async def test_a_poll_is_closed_once(bot: Bot, ada: int, people: People) -> None:
    sent = await bot.send_poll(ada, "which?", ["a", "b"])
    await people.vote(ada, sent.message_id, 1)
    with pytest.raises(Impossible):
        await people.vote(ada, sent.message_id, 0, 1)
    assert [one.voter_count for one in (await bot.stop_poll(ada, sent.message_id)).options] == [0, 1]
    with refused("poll has already been closed"):
        await bot.stop_poll(ada, sent.message_id)
    with pytest.raises(Impossible):
        await people.vote(ada, sent.message_id, 0)


async def test_uploads_end_at_50_megabytes_and_downloads_at_20(bot: Bot, ada: int) -> None:
    sent = await bot.send_document(ada, b"\0" * (20 << 20) + b"x", filename="big.bin")
    assert sent.document
    with refused("file is too big"):
        await bot.get_file(sent.document.file_id)
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(ada, b"\0" * ((50 << 20) + 1), filename="huge.bin")


async def test_a_file_keeps_its_kind(bot: Bot, ada: int) -> None:
    document = (await bot.send_document(ada, SMALL, filename="a.png")).document
    assert document
    with refused("can't use file of type Document as Photo"):
        await bot.send_photo(ada, document.file_id)


async def test_people_who_do_not_want_the_bot_are_not_written_to(bot: Bot, people: People, ada: int) -> None:
    shy = await people.create_user("Shy", started=False)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(shy, "hello")
    await people.say(shy, "/start")
    assert await bot.send_message(shy, "hello")
    await people.block(ada)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(ada, "hello")
    await people.block(ada, blocked=False)
    assert await bot.send_message(ada, "hello")
    await people.delete_chat(ada)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_chat_action(ada, "typing")


async def test_groups_that_lost_the_bot_or_ended_forbid_writing(bot: Bot, people: People, ada: int) -> None:
    group = await people.create_group("Authors", [ada], kind="group")
    await people.set_bot(ada, group, "kicked")
    with pytest.raises(Forbidden, match="kicked from the group chat"):
        await bot.send_message(group, "hello")
    await people.set_bot(ada, group, "member")
    await people.delete_chat(group)
    with pytest.raises(Forbidden, match="group chat was deleted"):
        await bot.send_message(group, "hello")
    channel = await people.create_group("News", [ada], kind="channel", bot="member")
    with refused("need administrator rights in the channel chat"):
        await bot.send_message(channel, "hello")


async def test_a_migrated_group_names_its_successor(bot: Bot, people: People, ada: int) -> None:
    group = await people.create_group("Authors", [ada], kind="group")
    old = await bot.send_message(group, "before")
    supergroup = await people.migrate(group)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group, "after")
    assert moved.value.new_chat_id == supergroup
    sent = await bot.send_message(supergroup, "after")
    assert sent.chat.type == "supergroup" and sent.message_id != old.message_id
    updates = [update.message for update in await bot.get_updates() if update.message]
    assert [(m.migrate_to_chat_id, m.migrate_from_chat_id) for m in updates] == [(supergroup, None), (None, group)]


async def test_a_closed_topic_is_for_administrators(bot: Bot, people: People, ada: int) -> None:
    forum = await people.create_group("Forum", [ada], forum=True)
    topic = await people.create_topic(ada, forum, "Cats")
    await people.close_topic(forum, topic)
    with refused("TOPIC_CLOSED"):
        await bot.send_message(forum, "meow", message_thread_id=topic)
    with refused("not enough rights"):
        await bot.create_forum_topic(forum, "Dogs")
    with pytest.raises(Impossible):
        await people.say(ada, "meow", chat=forum, thread=topic)
    await people.set_bot(ada, forum, "administrator")
    assert await bot.send_message(forum, "meow", message_thread_id=topic)


async def test_groups_have_neither_drafts_nor_mini_apps_and_protect_other_peoples_messages(
    bot: Bot, people: People, ada: int
) -> None:
    group = await people.create_group("Authors", [ada])
    with refused("TEXTDRAFT_PEER_INVALID"):
        await bot.send_message_draft(group, 1, "Once")
    app = keyboard([InlineKeyboardButton("Paint", web_app=WebAppInfo("https://a.org"))])
    with refused("BUTTON_TYPE_INVALID"):
        await bot.send_message(group, "a", reply_markup=app)
    theirs = await people.say(ada, "hello", chat=group)
    with refused("message can't be deleted"):
        await bot.delete_message(group, theirs)
    with refused("message can't be edited"):
        await bot.edit_message_text("a", group, theirs)
    await people.set_bot(ada, group, "administrator")
    assert await bot.delete_message(group, theirs)


async def refused_for(attempt: Awaitable[object]) -> int:
    """Seconds after which a flood limit lets this through; 0 if at once."""
    try:
        await attempt
    except RetryAfter as flood:
        seconds = flood._retry_after
        return int(seconds.total_seconds())
    return 0


async def test_one_chat_takes_a_burst_and_then_one_message_a_second(bot: Bot, people: People, ada: int) -> None:
    await people.flood_limits(True)
    bob = await people.create_user("Bob")
    assert [await refused_for(bot.send_message(ada, "a")) for _ in range(4)] == [0, 0, 0, 1]
    assert await refused_for(bot.send_message(bob, "a")) == 0
    await people.advance(1)
    assert [await refused_for(bot.send_message(ada, "a")) for _ in range(2)] == [0, 1]
    assert [await refused_for(bot.send_chat_action(ada, "typing")) for _ in range(9)] == [0] * 9
    assert (await people.requests("sendMessage"))["counts"] == {"200": 5, "429": 2}


async def test_an_album_counts_as_many_messages(bot: Bot, people: People, ada: int) -> None:
    await people.flood_limits(True)
    assert await refused_for(bot.send_media_group(ada, [InputMediaPhoto(SMALL)] * 6)) == 0
    assert await refused_for(bot.send_message(ada, "a")) == 4
    await people.advance(4)
    assert await refused_for(bot.send_message(ada, "a")) == 0


async def test_a_group_takes_20_messages_and_edits_a_minute(bot: Bot, people: People, ada: int) -> None:
    await people.flood_limits(True)
    group = await people.create_group("Authors", [ada])
    first = await bot.send_message(group, "0")
    for number in range(1, 20):
        await people.advance(2)
        await bot.edit_message_text(f"{number}", group, first.message_id)
    await people.advance(2)
    assert await refused_for(bot.send_message(group, "a")) == 20
    assert await refused_for(bot.edit_message_text("a", group, first.message_id)) == 20
    await people.advance(20)
    assert await refused_for(bot.send_message(group, "a")) == 0


async def test_all_chats_together_take_30_a_second(bot: Bot, people: People) -> None:
    await people.flood_limits(True)
    chats = [await people.create_user(f"Person{number}") for number in range(31)]
    assert [await refused_for(bot.send_message(chat, "a")) for chat in chats] == [0] * 30 + [1]
    assert await refused_for(bot.send_message_draft(chats[0], 1, "a")) == 1
    await people.advance(1)
    assert await refused_for(bot.send_message(chats[30], "a")) == 0
