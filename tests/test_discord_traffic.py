"""What is ordinary at Discord and no request: nobody is answered who was not talking to the bot, nothing is paid, no log line complains."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import structlog

from discord_people import Gathering
from studio import paid

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, Any]
NOTES = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    14,
    15,
    16,
    17,
    18,
    20,
    21,
    22,
    23,
    24,
    25,
    26,
    27,
    28,
    29,
    31,
    32,
    36,
    37,
    38,
    39,
    44,
    46,
)
"""Types of messages that Discord writes itself, or that stand for something else than what somebody wrote, and some that nobody knows yet."""

_NUMBERS = itertools.count(1)


def number() -> str:
    return str((1_500_000_000_000 << 22) + next(_NUMBERS))


def traffic(base: Json, mention: str, bot: Json) -> list[tuple[str, Json]]:
    """Events in a channel, each with what names the bot where that is possible; ``base`` is what every message has."""
    asks = base | {"content": f"{mention} draw a cat", "mentions": [bot]}
    other = base["author"] | {"id": "77", "bot": True}
    here = {"channel_id": base["channel_id"], "guild_id": base["guild_id"]}
    emoji = {"id": None, "name": "👍"}
    messages = [
        *(asks | {"type": kind} for kind in NOTES),
        asks | {"author": other},
        asks | {"webhook_id": "78", "author": other | {"bot": False}},
        asks
        | {
            "webhook_id": "78",
            "author": other,
            "flags": 2,
            "message_reference": {"channel_id": "5", "message_id": "6"},
        },
        base | {"content": "/image a cat", "message_snapshots": [], "author": other},
        base | {"content": "hello all"},
        base | {"message_snapshots": [{"message": base | {"content": f"{mention} draw a cat"}}]},
        base | {"message_snapshots": [{"message": base | {"content": "/image a cat"}}]},
        base | {"sticker_items": [{"id": "5", "name": "wave", "format_type": 3}]},
        base
        | {
            "poll": {
                "question": {"text": "?"},
                "answers": [],
                "expiry": "2026-12-01T12:00:00+00:00",
                "allow_multiselect": False,
                "layout_type": 1,
            }
        },
    ]
    return [
        *(("MESSAGE_CREATE", message | {"id": number()}) for message in messages),
        ("MESSAGE_UPDATE", asks | {"id": number(), "edited_timestamp": base["timestamp"]}),
        ("MESSAGE_DELETE", here | {"id": number()}),
        ("MESSAGE_DELETE_BULK", here | {"ids": [number()]}),
        (
            "MESSAGE_REACTION_ADD",
            here | {"message_id": number(), "user_id": "77", "emoji": emoji, "type": 0, "burst": False},
        ),
        ("MESSAGE_POLL_VOTE_ADD", here | {"message_id": number(), "user_id": "77", "answer_id": 1}),
        ("CHANNEL_PINS_UPDATE", here | {"last_pin_timestamp": None}),
        (
            "THREAD_CREATE",
            {
                "id": number(),
                "guild_id": base["guild_id"],
                "parent_id": base["channel_id"],
                "type": 11,
                "name": "t",
                "owner_id": "77",
                "member_count": 1,
                "message_count": 0,
                "newly_created": True,
                "thread_metadata": {
                    "archived": True,
                    "locked": True,
                    "auto_archive_duration": 60,
                    "archive_timestamp": base["timestamp"],
                },
            },
        ),
        ("VOICE_CHANNEL_EFFECT_SEND", here | {"user_id": "77", "sound_id": 5}),
        (
            "GUILD_SOUNDBOARD_SOUND_CREATE",
            {
                "guild_id": base["guild_id"],
                "sound_id": "5",
                "name": "s",
                "volume": 1.0,
                "emoji_id": None,
                "emoji_name": None,
                "available": True,
            },
        ),
        (
            "STAGE_INSTANCE_CREATE",
            here | {"id": number(), "topic": "t", "privacy_level": 2, "discoverable_disabled": True},
        ),
        (
            "GUILD_SCHEDULED_EVENT_USER_ADD",
            {"guild_id": base["guild_id"], "user_id": "77", "guild_scheduled_event_id": "5"},
        ),
        ("SOMETHING_NEW", here),
    ]


async def test_nobody_is_answered_who_was_not_talking_to_the_bot(
    gathering: Gathering, caplog: pytest.LogCaptureFixture
) -> None:
    ada, me = gathering.ada, gathering.client.user
    assert me
    author = {"id": str(ada.user), "username": "ada", "discriminator": "0", "avatar": None, "global_name": "Ada"}
    bot = {"id": str(me.id), "username": me.name, "discriminator": "0", "avatar": None, "bot": True}
    base = {
        "channel_id": str(ada.channel),
        "guild_id": str(gathering.guild.id),
        "type": 0,
        "content": "",
        "author": author,
    }
    base |= {
        "timestamp": "2026-11-30T12:00:00+00:00",
        "edited_timestamp": None,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
    }
    base |= {"attachments": [], "embeds": [], "pinned": False, "tts": False, "components": [], "flags": 0}
    base |= {
        "member": {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
    }
    newest = await ada.newest()
    with structlog.testing.capture_logs() as logged:
        for event, data in traffic(base, f"<@{me.id}>", bot):
            await ada.people.act("tell", event=event, data=data)
        alone = await gathering.privately()
        assert "Today" in (await alone.says("/usage"))[-1].text
        await gathering.all_sent()
    assert [seen.text for seen in (await ada.room()).by_bot if seen.id > newest] == []
    assert paid(await gathering.studio.requests()) == []
    troubles = [entry for entry in logged if entry["log_level"] not in ("debug", "info")]
    assert troubles == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    asks = base | {"content": f"<@{me.id}> hello", "mentions": [bot], "id": number()}
    await ada.people.act("tell", event="MESSAGE_CREATE", data=asks)
    assert (await ada.hears(newest))[-1].text, "what somebody wrote to the bot is heard"
