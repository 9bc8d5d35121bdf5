"""What people can do on the stand-in Telegram server, what of it reaches the bot, and what they see."""

import io
from pathlib import Path

import pytest
from PIL import Image
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update, WebAppInfo

from standin_telegram import heard
from standins.telegram.client import Impossible, People

pytest_plugins = ("telegram_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

DATA = Path(__file__).parent / "data"


def picture(width: int, height: int, colour: object = "teal", mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height), colour).save(file, "PNG")
    return file.getvalue()


async def messages(bot: Bot) -> list[Message]:
    return [update.message for update in await heard(bot) if update.message]


async def test_a_text_arrives_with_its_entities(bot: Bot, people: People, ada: int) -> None:
    await people.say(ada, "🐱 /story@fabula_standin_bot for @lovelace #cats https://a.org/x, a@b.org")
    [message] = await messages(bot)
    assert message.from_user and (message.from_user.full_name, message.from_user.language_code) == (
        "Ada Lovelace",
        "en",
    )
    assert [(entity.type, message.parse_entity(entity)) for entity in message.entities] == [
        ("bot_command", "/story@fabula_standin_bot"),
        ("mention", "@lovelace"),
        ("hashtag", "#cats"),
        ("url", "https://a.org/x"),
        ("email", "a@b.org"),
    ]


async def test_many_act_in_the_same_moment(bot: Bot, people: People, ada: int) -> None:
    before = (await people.events(seconds=0))["seq"]
    said = await people.acts([("say", {"user": ada, "text": text}) for text in ("one", "two")])
    assert [message.text for message in await messages(bot)] == ["one", "two"]
    seen = (await people.events(after=before))["events"]
    assert [(event["kind"], event["chat"], event["message_id"], event["by_bot"]) for event in seen] == [
        ("message", ada, number, False) for number in said
    ]
    with pytest.raises(ValueError, match="no act fly"):
        await people.acts([("fly", {"user": ada})])


async def test_a_persons_photo_is_scaled_and_loses_its_transparency(bot: Bot, people: People, ada: int) -> None:
    await people.send_photo(ada, picture(2000, 1000, (0, 0, 0, 0), "RGBA"), "/edit bluer", backdrop="white")
    await people.send_photo(ada, picture(2000, 1000, (255, 0, 0, 0), "RGBA"), hd=True, backdrop="black")
    usual, sharp = await messages(bot)
    assert (usual.photo[-1].width, sharp.photo[-1].width) == (1280, 2000)
    assert usual.caption == "/edit bluer" and [entity.type for entity in usual.caption_entities] == ["bot_command"]
    pixels = []
    for message in (usual, sharp):
        file = await (await bot.get_file(message.photo[-1].file_id)).download_as_bytearray()
        with Image.open(io.BytesIO(bytes(file))) as image:
            pixels.append((image.format, image.getpixel((5, 5))))
    assert pixels == [("JPEG", (255, 255, 255)), ("JPEG", (0, 0, 0))]


async def test_a_persons_document_stays_untouched(bot: Bot, people: People, ada: int) -> None:
    mask = (DATA / "cat-mask-alpha.png").read_bytes()
    await people.send_document(ada, mask, "mask.png", "the mask")
    [message] = await messages(bot)
    assert message.document and (message.document.file_name, message.caption) == ("mask.png", "the mask")
    assert bytes(await (await bot.get_file(message.document.file_id)).download_as_bytearray()) == mask


async def test_an_album_arrives_as_separate_updates_of_one_group(bot: Bot, people: People, ada: int) -> None:
    ids = await people.send_album(ada, [picture(50, 40), picture(50, 41), picture(50, 42)], "mix these")
    await people.send_album(ada, [("a.png", picture(50, 40)), ("b.png", picture(50, 41))])
    arrived = await messages(bot)
    photos, documents = arrived[:3], arrived[3:]
    assert [message.message_id for message in photos] == ids
    assert [message.caption for message in photos] == ["mix these", None, None]
    assert (
        len({message.media_group_id for message in photos})
        == len({message.media_group_id for message in documents})
        == 1
    )
    assert [message.document.file_name for message in documents if message.document] == ["a.png", "b.png"]
    with pytest.raises(Impossible):
        await people.send_album(ada, [picture(50, 40)])


async def test_a_reply_brings_what_it_replies_to(bot: Bot, people: People, ada: int) -> None:
    asked = await people.say(ada, "a cat please")
    shown = await bot.send_photo(ada, picture(64, 64), caption="a cat", reply_to_message_id=asked)
    await people.say(ada, "bigger", reply_to=shown.message_id)
    [_, message] = await messages(bot)
    original = message.reply_to_message
    assert original and original.photo == shown.photo and original.from_user and original.from_user.id == bot.id
    assert original.reply_to_message is None


async def test_an_edited_message_arrives_again(bot: Bot, people: People, ada: int) -> None:
    number = await people.say(ada, "a cat")
    await people.edit(ada, number, "a dog")
    mine = await bot.send_message(ada, "mine")
    first, second = await heard(bot)
    assert first.message and second.edited_message
    assert (second.edited_message.message_id, second.edited_message.text) == (number, "a dog")
    assert second.edited_message.edit_date
    with pytest.raises(Impossible):
        await people.edit(ada, mine.message_id, "yours")


async def test_a_long_text_arrives_in_messages_that_fit(bot: Bot, people: People, ada: int) -> None:
    words = [f"word{number}🦊" for number in range(1000)]
    ids = await people.paste(ada, " ".join(words))
    parts = [message.text or "" for message in await messages(bot)]
    assert len(ids) == len(parts) == 3 and " ".join(parts).split() == words
    assert all(4000 <= len(part.encode("utf-16-le")) // 2 <= 4096 for part in parts[:-1])
    await people.paste(ada, "狐" * 4097)
    assert [len(message.text or "") for message in await messages(bot)] == [4096, 1]


async def test_what_is_forwarded_names_its_origin_and_comes_behind_the_comment(
    bot: Bot, people: People, ada: int
) -> None:
    group = await people.create_group("Cats", [ada], bot="left")
    album = await people.send_album(ada, [picture(50, 40), picture(50, 41)], "two cats", chat=group)
    ids = await people.forward(ada, *album, source=group, comment="look")
    comment, first, second = await messages(bot)
    assert [comment.message_id, first.message_id, second.message_id] == ids
    assert (comment.text, comment.forward_origin) == ("look", None)
    assert first.forward_origin and first.forward_origin.type == "user" and first.photo and first.caption == "two cats"
    assert first.media_group_id == second.media_group_id and first.from_user and first.from_user.id == ada
    with pytest.raises(Impossible):
        await people.forward(ada, 99, source=group)


async def test_a_message_that_is_only_stirred_arrives_as_edited_with_the_same_words(
    bot: Bot, people: People, ada: int
) -> None:
    number = await people.say(ada, "a cat")
    await people.stir(ada, number)
    first, second = await heard(bot)
    assert first.message and second.edited_message
    assert (second.edited_message.message_id, second.edited_message.text) == (number, "a cat")


async def test_reactions_come_with_old_and_new_from_private_chats(bot: Bot, people: People, ada: int) -> None:
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    sent = await bot.send_message(ada, "rate me")
    await people.react(ada, sent.message_id, "❤")
    await people.react(ada, sent.message_id)
    with pytest.raises(Impossible, match="REACTION_INVALID"):
        await people.react(ada, sent.message_id, "🐱")
    with pytest.raises(Impossible, match="REACTIONS_TOO_MANY"):
        await people.react(ada, sent.message_id, "❤", "👍")
    changes = [update.message_reaction for update in await heard(bot)]
    assert [([o.emoji for o in c.old_reaction], [n.emoji for n in c.new_reaction]) for c in changes if c] == [
        ([], ["❤"]),
        (["❤"], []),
    ]


async def test_reactions_in_groups_are_for_administrators(bot: Bot, people: People, ada: int) -> None:
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    group = await people.create_group("Authors", [ada])
    sent = await bot.send_message(group, "rate me")
    await people.react(ada, sent.message_id, "👍", chat=group)
    assert await heard(bot) == []
    await people.set_bot(ada, group, "administrator")
    await people.react(ada, sent.message_id, "👎", chat=group)
    promoted, reacted = await heard(bot)
    assert promoted.my_chat_member and promoted.my_chat_member.new_chat_member.status == "administrator"
    assert reacted.message_reaction and reacted.message_reaction.user and reacted.message_reaction.user.id == ada


async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(bot: Bot, people: People, ada: int) -> None:
    group = await people.create_group("Authors", [ada])
    mine = await bot.send_message(group, "ask me")
    theirs = await people.say(ada, "just talking", chat=group)
    for text in (
        "/story a cat",
        "/vary@fabula_standin_bot",
        "/vary@other_bot",
        "hey @Fabula_standin_bot",
        "hey @other_bot",
    ):
        await people.say(ada, text, chat=group)
    await people.say(ada, "a reply to the bot", chat=group, reply_to=mine.message_id)
    await people.say(ada, "a reply to another", chat=group, reply_to=theirs)
    await people.send_photo(ada, picture(9, 9), "/edit this", chat=group)
    assert [message.text or message.caption for message in await messages(bot)] == [
        "/story a cat",
        "/vary@fabula_standin_bot",
        "hey @Fabula_standin_bot",
        "a reply to the bot",
        "/edit this",
    ]


@pytest.mark.parametrize("kind", ["open", "administrator"])
async def test_without_privacy_or_as_administrator_the_bot_hears_everything(
    bot: Bot, people: People, ada: int, kind: str
) -> None:
    group = await people.create_group(
        "Authors", [ada], privacy=kind != "open", bot="administrator" if kind == "administrator" else "member"
    )
    await people.say(ada, "just talking", chat=group)
    assert [message.text for message in await messages(bot)] == ["just talking"]


async def test_being_added_and_removed_is_told(bot: Bot, people: People, ada: int) -> None:
    group = await people.create_group("Authors", [ada], bot="left")
    await people.say(ada, "/story nobody hears", chat=group)
    await people.set_bot(ada, group, "member")
    await people.set_bot(ada, group, "kicked")
    added, joined, kicked = await heard(bot)
    assert added.my_chat_member and added.my_chat_member.difference()["status"] == ("left", "member")
    assert joined.message and [user.id for user in joined.message.new_chat_members] == [bot.id]
    assert kicked.my_chat_member and kicked.my_chat_member.new_chat_member.status == "kicked"


async def test_messages_in_a_topic_reply_to_its_opening(bot: Bot, people: People, ada: int) -> None:
    forum = await people.create_group("Forum", [ada], forum=True, privacy=False)
    topic = await people.create_topic(ada, forum, "Cats")
    await people.say(ada, "meow", chat=forum, thread=topic)
    opened, message = await messages(bot)
    assert opened.forum_topic_created and opened.forum_topic_created.name == "Cats"
    assert (message.message_thread_id, message.is_topic_message) == (topic, True)
    assert message.reply_to_message and message.reply_to_message.forum_topic_created


async def test_only_buttons_that_are_there_can_be_pressed(bot: Bot, people: People, ada: int) -> None:
    app = InlineKeyboardButton("Paint", web_app=WebAppInfo("https://a.org/paint"))
    row = InlineKeyboardMarkup([[app, InlineKeyboardButton("Vary", callback_data="vary:1")]])
    sent = await bot.send_message(ada, "a cat", reply_markup=row)
    assert await people.press(ada, sent.message_id, "Paint") == "https://a.org/paint"
    await people.press(ada, sent.message_id, "Vary")
    await bot.edit_message_reply_markup(ada, sent.message_id)
    with pytest.raises(Impossible, match="there is no button"):
        await people.press(ada, sent.message_id, "Vary")
    assert [update.callback_query.data for update in await heard(bot) if update.callback_query] == ["vary:1"]


async def test_small_chats_share_one_count_of_messages_and_supergroups_have_their_own(
    bot: Bot, people: People, ada: int
) -> None:
    bob = await people.create_user("Bob")
    rooms = [await people.create_group(title, [ada]) for title in ("One", "Two")]
    numbers = [(await bot.send_message(chat, "a")).message_id for chat in (ada, bob, *rooms)]
    assert numbers == [1, 2, 1, 1]


async def test_strangers_cannot_act_in_a_chat(bot: Bot, people: People, ada: int) -> None:
    bob = await people.create_user("Bob")
    group = await people.create_group("Authors", [ada])
    with pytest.raises(Impossible, match="is not in chat"):
        await people.say(bob, "hello", chat=group)
    await people.join(bob, group)
    assert await people.say(bob, "hello", chat=group)
    channel = await people.create_group("News", [ada, bob], kind="channel", bot="administrator")
    with pytest.raises(Impossible, match="only administrators post"):
        await people.say(bob, "news", chat=channel)
    with pytest.raises(ValueError, match="there is no act"):
        await people.act("dance")


async def test_anything_can_be_injected_as_an_update(bot: Bot, people: People, ada: int) -> None:
    number = await people.inject({"message": {"chat": "nonsense"}})
    after = await people.inject({"unheard_of": {}})
    with pytest.raises(KeyError):
        await bot.get_updates()
    [odd] = await bot.get_updates(offset=number + 1)
    assert odd.update_id == after and "unheard_of" in odd.api_kwargs


async def test_waiting_ends_with_the_change_it_waits_for(bot: Bot, people: People, ada: int) -> None:
    sent = await bot.send_message(ada, "one")
    assert (await people.next_answer(ada)).text == "one"
    with pytest.raises(TimeoutError, match="one"):
        await people.next_answer(ada, after=sent.message_id, seconds=0.01)
    await bot.edit_message_text("two", ada, sent.message_id)
    room = await people.until(ada, lambda room: room.by_bot[0].text == "two")
    assert room.by_bot[0].edited


async def test_the_transcript_reads_like_the_chat(bot: Bot, people: People, ada: int) -> None:
    asked = await people.say(ada, "/image a cat")
    row = InlineKeyboardMarkup(
        [[InlineKeyboardButton("👍", callback_data="up"), InlineKeyboardButton("Vary", callback_data="v")]]
    )
    shown = await bot.send_photo(ada, picture(90, 60), caption="A cat.", reply_to_message_id=asked, reply_markup=row)
    await people.react(ada, shown.message_id, "🔥")
    gone = await bot.send_message(ada, "drawing…")
    await bot.edit_message_text("checking…", ada, gone.message_id)
    await bot.delete_message(ada, gone.message_id)
    await bot.send_message_draft(ada, 1, "Once upon")
    lines = [line[9:] if line[:1].isdigit() else line for line in (await people.transcript(ada)).splitlines()]
    assert lines == [
        "── Fabula · Ada ──",
        "#1 Ada:",
        "  /image a cat",
        "#2 Fabula (in reply to #1):",
        "  🖼 90×60",
        "  A cat.",
        "  [👍] [Vary]",
        "  🔥",
        "#3 Fabula (edited ×1, deleted):",
        "  checking…",
        "  … Once upon",
    ]
