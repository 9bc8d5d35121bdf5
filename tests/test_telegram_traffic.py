"""What is ordinary at Telegram and no request: nobody is answered who was not talking to the bot, nothing is paid, no log line complains."""

from __future__ import annotations

import time
from typing import Any

import structlog

from standins.telegram.client import People
from studio import Studio, paid
from telegram_talker import asked, quiet, somebody

pytest_plugins = ("telegram_studio",)

Json = dict[str, Any]
CHANNEL = {"id": -1009000000001, "type": "channel", "title": "The Owl Post"}
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90, "file_size": 100}]
STORY = {"chat": CHANNEL, "id": 7}
FROM_CHANNEL = {"type": "channel", "chat": CHANNEL, "message_id": 5, "date": 1}
OTHER_BOT = {"id": 77, "is_bot": True, "first_name": "Other", "username": "other_bot"}
SENDS = ("sendMessage", "sendPhoto", "sendDocument", "sendMessageDraft", "sendChatAction", "sendMediaGroup")
GIFT = {"gift": {"id": "g", "sticker": {}, "star_count": 1}}


def group_traffic(me: Json, group: Json) -> dict[str, Json]:
    """Updates of a group, by what happened there; ``me`` is one of its members."""

    def message(**fields: object) -> Json:
        return {"message": {"from": me, "chat": group, **fields}}

    named = "@fabula_standin_bot"
    mention = [{"type": "mention", "offset": 0, "length": len(named)}]
    command = {"text": "/image a cat", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
    return {
        "somebody came": message(new_chat_members=[me]),
        "somebody left": message(left_chat_member=me),
        "a new title": message(new_chat_title="Owls"),
        "a new photo": message(new_chat_photo=PHOTO),
        "no photo": message(delete_chat_photo=True),
        "it was pinned": message(pinned_message={"message_id": 1, "date": 0, "chat": group}),
        "a topic": message(
            forum_topic_created={"name": "t", "icon_color": 1}, message_thread_id=9, is_topic_message=True
        ),
        "a topic closed": message(forum_topic_closed={}, message_thread_id=9, is_topic_message=True),
        "the general topic hidden": message(general_forum_topic_hidden={}),
        "a video chat": message(video_chat_started={}),
        "invited to it": message(video_chat_participants_invited={"users": [me]}),
        "a boost": message(boost_added={"boost_count": 1}),
        "a timer": message(message_auto_delete_timer_changed={"message_auto_delete_time": 60}),
        "what it was before": message(migrate_from_chat_id=-5),
        "a gift": message(**GIFT),
        "a giveaway": message(giveaway_created={}),
        "a checklist": message(checklist_tasks_done={"marked_as_done_task_ids": [1]}),
        "a die": message(dice={"emoji": "🎲", "value": 3}),
        "a story": message(story=STORY),
        "paid media": message(paid_media={"star_count": 1, "paid_media": []}),
        "a place that moves": message(location={"latitude": 1.0, "longitude": 2.0, "live_period": 60}),
        "plain talk": message(text="hello all"),
        "another bot's words by somebody": message(via_bot=OTHER_BOT, **command),
        "a forwarded command": message(forward_origin=FROM_CHANNEL, **command),
        "a forwarded mention": message(forward_origin=FROM_CHANNEL, text=f"{named} draw a cat", entities=mention),
        "a forwarded caption": message(forward_origin=FROM_CHANNEL, photo=PHOTO, caption="/edit a hat"),
        "the channel's post in its group": message(
            sender_chat=CHANNEL, is_automatic_forward=True, forward_origin=FROM_CHANNEL, **command
        ),
        "another bot": {"message": {"from": OTHER_BOT, "chat": group, **command}},
        "a channel's post": {"channel_post": {"sender_chat": CHANNEL, "chat": CHANNEL, **command}},
        "an edited one": {"edited_channel_post": {"sender_chat": CHANNEL, "chat": CHANNEL, "edit_date": 2, **command}},
        "business": {"business_message": {"from": me, "chat": group, "business_connection_id": "b", **command}},
        "inline": {"inline_query": {"id": "1", "from": me, "query": "cat", "offset": ""}},
        "chosen": {"chosen_inline_result": {"result_id": "1", "from": me, "query": "cat"}},
        "a membership": {
            "my_chat_member": {
                "chat": group,
                "from": me,
                "date": 1,
                "old_chat_member": {"user": me, "status": "member"},
                "new_chat_member": {"user": me, "status": "kicked", "until_date": 0},
            }
        },
        "counted reactions": {"message_reaction_count": {"chat": CHANNEL, "message_id": 1, "date": 1, "reactions": []}},
        "a bot's reaction": {
            "message_reaction": {
                "chat": group,
                "message_id": 1,
                "user": OTHER_BOT,
                "date": 1,
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": "👍"}],
            }
        },
        "a button of no message": {"callback_query": {"id": "1", "from": me, "chat_instance": "c", "data": "x:y"}},
        "an unknown kind": {"something_new": {"chat": group, "from": me}},
    }


def alone(me: Json) -> tuple[dict[str, Json], dict[str, Json]]:
    """Messages of somebody in their private chat, by what they bring: those that get a sentence, and what the app tells by itself."""
    place = {"latitude": 1.0, "longitude": 2.0}
    file = {"file_id": "f", "file_unique_id": "u", "duration": 1, "width": 1, "height": 1, "length": 1}
    question = {
        "id": "p",
        "question": "?",
        "options": [],
        "total_voter_count": 0,
        "is_closed": False,
        "type": "regular",
    }
    question |= {
        "is_anonymous": True,
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    }
    checklist = {"title": "t", "tasks": [{"id": 1, "text": "a"}]}
    paid_media = {"star_count": 1, "paid_media": [{"type": "preview", "width": 1, "height": 1}]}
    brings = {
        "dice": {"emoji": "🎲", "value": 3},
        "poll": question,
        "contact": {"phone_number": "1", "first_name": "B"},
        "location": place,
        "venue": {"location": place, "title": "t", "address": "a"},
        "story": STORY,
        "voice": file,
        "video_note": file,
        "paid_media": paid_media,
        "checklist": checklist,
    }
    told = {
        "gift": GIFT["gift"],
        "web_app_data": {"data": "/image a cat", "button_text": "b"},
        "users_shared": {"request_id": 1, "users": [{"user_id": 5}]},
        "chat_shared": {"request_id": 1, "chat_id": -5},
        "write_access_allowed": {},
        "connected_website": "example.org",
        "chat_background_set": {"type": {"type": "chat_theme", "theme_name": "t"}},
        "pinned_message": {"message_id": 1, "date": 0, "chat": {"id": me["id"], "type": "private"}},
        "message_auto_delete_timer_changed": {"message_auto_delete_time": 60},
        "proximity_alert_triggered": {"traveler": me, "watcher": me, "distance": 5},
        "refunded_payment": {
            "currency": "XTR",
            "total_amount": 1,
            "invoice_payload": "",
            "telegram_payment_charge_id": "",
        },
        "successful_payment": {
            "currency": "XTR",
            "total_amount": 1,
            "invoice_payload": "",
            "telegram_payment_charge_id": "",
            "provider_payment_charge_id": "",
        },
    }
    return tuple(  # type: ignore[return-value]
        {
            name: {"message": {"from": me, "chat": {"id": me["id"], "type": "private"}, name: value}}
            for name, value in of
        }
        for of in (brings.items(), told.items())
    )


async def tell(crowd: People, *updates: Json) -> None:
    """Let the bot hear of things, each under a number of its own."""
    for number, update in enumerate(updates, 500):
        for told in update.values():
            told.setdefault("message_id", number)
            told.setdefault("date", int(time.time()))
        await crowd.inject(update)


async def test_nobody_is_answered_who_was_not_talking_to_the_bot(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    me = {"id": ada.user, "is_bot": False, "first_name": "Ada"}
    brings, told = alone(me)
    await quiet(crowd, fabula)
    before = len(await asked(crowd, *SENDS))
    with structlog.testing.capture_logs() as logged:
        for kind in ("supergroup", "group"):
            chat = await crowd.create_group("Owls", [ada.user], kind=kind, privacy=False)
            await tell(crowd, *group_traffic(me, {"id": chat, "type": kind, "title": "Owls"}).values())
        await tell(crowd, *told.values())
        await quiet(crowd, fabula)
        assert [row["params"].get("text", "")[:5] for row in (await asked(crowd, *SENDS))[before:]] == ["Today"]
        await tell(crowd, *brings.values())
        await quiet(crowd, fabula)
    sent = (await asked(crowd, *SENDS))[before + 1 :]
    answered = [row["params"]["reply_parameters"]["message_id"] for row in sent if "reply_parameters" in row["params"]]
    assert sorted(answered)[1:] == list(range(500, 500 + len(brings))), "each with one sentence"
    assert len(sent) == len(brings) + 1, "and somebody asked what they have spent"
    assert paid(await fabula.requests()) == []
    assert [entry for entry in logged if entry["log_level"] not in ("debug", "info")] == []
