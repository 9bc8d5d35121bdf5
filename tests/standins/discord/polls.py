"""Routes about polls, and how people vote (Discord's documentation, "Poll Resource", read 2026-11)."""

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.errors import NO_POLL, NOT_OWN_MESSAGE, POLL_EXPIRED, Impossible, bad_form
from standins.discord.objects import message_object, user_object
from standins.discord.permissions import Permission
from standins.discord.state import Message, Poll

MOST_AT_ONCE = 100


@route("POST", "/channels/{channel_id}/polls/{message_id}/expire")
async def end_poll(discord: Discord, call: Call) -> Answer:
    """End one of the bot's polls at once, where it is not over. Its votes are counted a moment later: the answer still says that they are not."""
    message, poll = _poll(discord, call)
    if message.author is not discord.world.bot:
        raise NOT_OWN_MESSAGE
    if _is_over(discord, poll):
        raise POLL_EXPIRED
    poll.ended, poll.expires = True, discord.clock.now()
    discord.world.feed.note("poll", message.channel.id, message=message.id)
    discord.events.message_changed(message)
    told = message_object(discord.world, message)
    poll.counted = True
    return told


@route("GET", "/channels/{channel_id}/polls/{message_id}/answers/{answer_id}")
async def list_voters(discord: Discord, call: Call) -> Answer:
    """Who chose an answer: 25 or `limit` people, those `after` an id."""
    _, poll = _poll(discord, call)
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 25))
    if not 1 <= limit <= MOST_AT_ONCE:
        raise bad_form("limit", "NUMBER_TYPE_MAX", f"int value should be between 1 and {MOST_AT_ONCE}.")
    voters = [number for number in poll.voters(call.number("answer_id")) if number > after]
    return {"users": [user_object(discord.world.users[number]) for number in voters[:limit]]}


def vote(discord: Discord, user: int, message: Message, answers: list[int]) -> None:
    """Somebody chooses answers, in place of what they chose before; none takes their vote back."""
    poll = message.content.poll
    if poll is None or _is_over(discord, poll):
        raise Impossible("there is no open poll in that message")
    numbers = range(1, len(poll.answers) + 1)
    if not set(answers) <= set(numbers) or (len(answers) > 1 and not poll.several):
        raise Impossible("that cannot be chosen")
    poll.votes.pop(user, None)
    if answers:
        poll.votes[user] = tuple(answers)
    discord.world.feed.note("poll", message.channel.id, message=message.id, user=user)


def _poll(discord: Discord, call: Call) -> tuple[Message, Poll]:
    channel = discord.channel(call.number("channel_id"), Permission.READ_MESSAGE_HISTORY)
    message = discord.message(channel, call.number("message_id"))
    if message.content.poll is None:
        raise NO_POLL
    return message, message.content.poll


def _is_over(discord: Discord, poll: Poll) -> bool:
    return poll.ended or poll.expires <= discord.clock.now()
