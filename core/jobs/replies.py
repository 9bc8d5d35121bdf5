"""What is said about a job: addressed to where its request came from, and the sentence for what went wrong."""

from __future__ import annotations

from core import texts
from core.errors import FabulaError
from core.ports import NewReply
from core.types import Reply, Request


def new_reply(request: Request, key: str, reply: Reply, job: str | None = None) -> NewReply:
    """A reply addressed to where a request came from; for its person alone, where that is hidden."""
    reply = reply.model_copy(update={"private": True}) if request.hidden else reply
    return NewReply(
        key=key,
        place=request.place,
        user=request.author.key,
        in_reply_to=request.message,
        job=job,
        reply=reply,
        language=private_language(request) if reply.private else request.language,
    )


def private_language(request: Request) -> str:
    """The language of what the person of a request alone reads: in a room with a language of its own, theirs, where it is known."""
    return texts.language_of(request.author.language, request.language) if request.shared else request.language


def failure(error: FabulaError, language: str, job: str | None = None) -> Reply:
    """The one sentence (or two) that a person gets: what happened, whether money was spent, and the job's id where the log has more."""
    values = {
        name: texts.number(value, language) if isinstance(value, int) else value for name, value in error.values.items()
    }
    sentence = texts.say(f"error-{error.code}", language, **values)
    if error.spent:
        sentence += " " + texts.say("error-spent", language)
    if job and error.turn != "person":
        sentence += "\n" + texts.say("error-job", language, job=job)
    return Reply(text=sentence, code=error.code)
