"""A message's poll: what Discord checks of a new one, and how it looks on the wire (documentation, "Poll Resource", read 2026-11)."""

from datetime import UTC, datetime

from standins.discord.errors import Form
from standins.discord.state import Json, Poll

ANSWERS, LONGEST_QUESTION, LONGEST_ANSWER = 10, 300, 55
HOURS, USUAL_HOURS = range(1, 32 * 24 + 1), 24


def new_poll(form: Form, given: object, now: float) -> Poll | None:
    """The poll of a new message, or none. What is wrong is noted in the form."""
    if given is None:
        return None
    wish: Json = given if isinstance(given, dict) else {}
    question = form.length("poll.question.text", (wish.get("question") or {}).get("text"), LONGEST_QUESTION, 1)
    listed = form.count("poll.answers", wish.get("answers"), ANSWERS, 1)
    answers = tuple(
        form.length(
            f"poll.answers.{place}.poll_media.text", (one.get("poll_media") or {}).get("text"), LONGEST_ANSWER, 1
        )
        for place, one in enumerate(listed)
    )
    hours = wish.get("duration") or USUAL_HOURS
    if hours not in HOURS:
        form.wrong("poll.duration", "NUMBER_TYPE_MAX", f"int value should be between 1 and {HOURS[-1]}.")
    return Poll(question, answers, bool(wish.get("allow_multiselect")), now + float(hours) * 3600)


def poll_object(poll: Poll) -> Json:
    """Poll with its results. Answers are numbered from 1."""
    media = [{"answer_id": number, "poll_media": {"text": text}} for number, text in enumerate(poll.answers, 1)]
    counts = [
        {"id": number, "count": len(voters), "me_voted": False}
        for number in range(1, len(poll.answers) + 1)
        if (voters := poll.voters(number))
    ]
    return {
        "question": {"text": poll.question},
        "answers": media,
        "expiry": datetime.fromtimestamp(poll.expires, UTC).isoformat(),
        "allow_multiselect": poll.several,
        "layout_type": 1,
        "results": {"answer_counts": counts, "is_finalized": poll.counted},
    }
