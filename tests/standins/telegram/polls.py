"""Polls: sendPoll and stopPoll, how people vote, and what the bot is told of it (Bot API 10.1)."""

import secrets

from standins.telegram.api import Telegram, method
from standins.telegram.entities import units
from standins.telegram.errors import Impossible, bad_request
from standins.telegram.keyboards import read_keyboard
from standins.telegram.objects import message_object, user_object
from standins.telegram.parameters import Arguments
from standins.telegram.places import demand_kind, target, writable_chat
from standins.telegram.state import Content, Json, Message

OPTIONS = range(1, 13)
LONGEST_QUESTION, LONGEST_OPTION = 300, 100
OPEN_SECONDS = range(5, 2_628_001)


@method
async def send_poll(telegram: Telegram, call: Arguments) -> Json:
    """A regular poll of 1–12 options; what is optional and shapes only how it looks is taken and forgotten."""
    question, texts = call["question"], [_text(option) for option in call["options"]]
    if not question.strip() or units(question) > LONGEST_QUESTION:
        raise bad_request(
            f"poll question length must not exceed {LONGEST_QUESTION}"
            if question.strip()
            else "poll question must be non-empty"
        )
    if len(texts) not in OPTIONS:
        raise bad_request(
            f"poll can't have more than {OPTIONS[-1]} options" if texts else "poll must have at least 1 option"
        )
    if any(not text.strip() or units(text) > LONGEST_OPTION for text in texts):
        raise bad_request(f"poll options length must not exceed {LONGEST_OPTION}")
    if (period := call.get("open_period")) is not None and period not in OPEN_SECONDS:
        raise bad_request("wrong open period specified")
    if call.get("type", "regular") != "regular":
        raise bad_request("the stand-in has no quizzes")
    where = target(telegram, call)
    demand_kind(where.chat, "polls")
    if where.chat.kind == "channel" and not call.get("is_anonymous", True):
        raise bad_request("non-anonymous polls can't be sent to channel chats")
    poll: Json = {
        "id": str(5_000_000_000_000_000_000 + secrets.randbelow(10**18)),
        "question": question,
        "options": [{"persistent_id": str(place), "text": text, "voter_count": 0} for place, text in enumerate(texts)],
        "total_voter_count": 0,
        "is_closed": call.get("is_closed", False),
        "is_anonymous": call.get("is_anonymous", True),
        "type": "regular",
        "allows_multiple_answers": call.get("allows_multiple_answers", False),
        "allows_revoting": call.get("allows_revoting", True),
        "members_only": False,
    }
    keyboard = read_keyboard(call.get("reply_markup"), where.chat)
    telegram.flood.admit("send", where.chat.id, group=where.chat.kind != "private")
    content = Content("", (), None, keyboard, {"poll": poll})
    sent = telegram.world.post(where.chat, telegram.world.bot, content, reply_to=where.reply_to, thread=where.thread)
    return message_object(telegram.world, sent)


@method
async def stop_poll(telegram: Telegram, call: Arguments) -> Json:
    """Close one of the bot's polls, once; the bot is told in an update too."""
    message = telegram.world.find(writable_chat(telegram, call["chat_id"]), call["message_id"])
    poll = message.content.options.get("poll") if message is not None else None
    if message is None or poll is None or message.sender is not telegram.world.bot:
        raise bad_request("message with poll to stop not found")
    if poll["is_closed"]:
        raise bad_request("poll has already been closed")
    poll["is_closed"] = True
    _tell(telegram, message)
    told: Json = _copy(poll)
    return told


def vote(telegram: Telegram, user: int, message: Message, chosen: list[int]) -> None:
    """Somebody chooses these options, in place of what they chose before; none takes it back. The bot is told as it would be."""
    poll = message.content.options.get("poll")
    if poll is None or poll["is_closed"]:
        raise Impossible("there is no open poll in that message")
    if not set(chosen) <= set(range(len(poll["options"]))) or len(chosen) > (
        len(poll["options"]) if poll["allows_multiple_answers"] else 1
    ):
        raise Impossible("that cannot be chosen")
    votes = telegram.world.votes.setdefault(poll["id"], {})
    votes.pop(user, None)
    if chosen:
        votes[user] = chosen
    for place, option in enumerate(poll["options"]):
        option["voter_count"] = sum(place in own for own in votes.values())
    poll["total_voter_count"] = len(votes)
    _tell(telegram, message)
    if not poll["is_anonymous"]:
        ids = {"option_ids": chosen, "option_persistent_ids": list(map(str, chosen))}
        person = user_object(telegram.world.users[user])
        telegram.updates.push("poll_answer", {"poll_id": poll["id"], "user": person, **ids})


def _tell(telegram: Telegram, message: Message) -> None:
    telegram.world.feed.note("poll", message.chat, message.message_id)
    telegram.updates.push("poll", _copy(message.content.options["poll"]))


def _copy(poll: Json) -> Json:
    return poll | {"options": [dict(option) for option in poll["options"]]}


def _text(option: object) -> str:
    text = option.get("text") if isinstance(option, dict) else None
    if not isinstance(text, str):
        raise bad_request("can't parse poll options JSON object")
    return text
