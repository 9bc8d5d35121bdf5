"""``POST /v1/chat/completions``: the rules for messages and options, the storybook's answer, and the bill.

Not offered, though the real API has it, and refused with ``unsupported_parameter``: tools and functions, audio, web search,
predictions, log probabilities, several choices. The storybook does not know which model was named. Picture parts take ``data:`` URLs only.
"""

import asyncio
import re
import time
import uuid
from bisect import bisect_right
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from embedded.brief import HEADER, Brief, read_brief
from embedded.openai import judge
from embedded.openai.errors import ApiError, invalid, missing, not_offered, unknown, unsupported, wrong_type
from embedded.openai.fields import Body, Fields
from embedded.openai.models import ALL_EFFORTS, Model, find_model
from embedded.openai.pictures import read_data_url
from embedded.openai.schema import check_strict
from embedded.openai.tokens import REASONING_TOKENS, seen_tokens, text_tokens

if TYPE_CHECKING:
    from embedded.storybook import Answered

_OFFERED = (
    "frequency_penalty",
    "logit_bias",
    "max_completion_tokens",
    "messages",
    "metadata",
    "model",
    "n",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "top_p",
    "user",
    "verbosity",
)
_NOT_OFFERED = (
    "audio",
    "function_call",
    "functions",
    "logprobs",
    "modalities",
    "moderation",
    "parallel_tool_calls",
    "prediction",
    "tool_choice",
    "tools",
    "top_logprobs",
    "web_search_options",
)
_SAMPLING = {
    "temperature": (0, 2, 1),
    "top_p": (0, 1, 1),
    "presence_penalty": (-2, 2, 0),
    "frequency_penalty": (-2, 2, 0),
}
"""Lowest, highest, default."""
_ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_MESSAGE_TOKENS = 4
"""Tokens around each message."""
_LARGEST_PICTURE = 50_000_000
_WORDS = re.compile(r"\s*[^\s\u2e80-\u9fff\uff00-\uffef]+|\s*[\u2e80-\u9fff\uff00-\uffef]{1,2}|\s+")


@dataclass(frozen=True)
class Conversation:
    """A request that keeps every rule."""

    model: Model
    messages: list[dict[str, object]]
    schema: dict[str, object] | None
    """The JSON schema the answer must follow, if any."""
    effort: str
    limit: int | None
    """Most completion tokens, thinking included."""
    streams: bool
    with_usage: bool
    """Whether the stream ends with a chunk of usage."""
    prompt_tokens: int
    brief: Brief | None = None
    """What Fabula told beside the messages."""

    def usage(self, text: str) -> dict[str, object]:
        """What the request costs with this much of an answer."""
        thought = self._thought()
        completion = thought + text_tokens(text)
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion,
            "total_tokens": self.prompt_tokens + completion,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": thought, "audio_tokens": 0},
        }

    def within_limit(self, pieces: list[str]) -> tuple[list[str], str]:
        """As many of the pieces as the limit allows, and the finish reason (``stop`` or ``length``)."""
        if self.limit is None:
            return pieces, "stop"
        room = self.limit - self._thought()
        counts = range(1, len(pieces) + 1)
        kept = bisect_right(counts, room, key=lambda count: text_tokens("".join(pieces[:count])))
        return pieces[:kept], "stop" if kept == len(pieces) else "length"

    def _thought(self) -> int:
        tokens = REASONING_TOKENS[self.effort]
        return tokens if self.limit is None else min(tokens, self.limit)


def read_conversation(body: Body, today: date, told_beside: str | None = None) -> Conversation:
    """Check a request and the header ``told_beside`` it; raises ``ApiError`` at the first broken rule. Decodes pictures: run it in a thread."""
    _refuse_not_offered(body)
    fields = Fields(body, _OFFERED)
    model = find_model(fields.raw("model"), today, "chat")
    messages, prompt_tokens = _read_messages(fields.raw("messages"))
    if fields.integer("n", 1, 128, 1) != 1:
        raise unsupported("n", "Unsupported value: 'n' must be 1 on this server.", code="unsupported_value")
    effort = _read_effort(fields, model)
    _read_sampling(fields, model, effort)
    fields.choice("verbosity", ("low", "medium", "high"), "medium")
    fields.text("safety_identifier", longest=128)
    streams = fields.flag("stream")
    limit = None
    if "max_completion_tokens" in fields:
        limit = fields.integer("max_completion_tokens", 1, 1_000_000, 1)
    return Conversation(
        model=model,
        messages=messages,
        schema=_read_format(fields.raw("response_format"), messages),
        effort=effort,
        limit=limit,
        streams=streams,
        with_usage=_read_stream_options(fields, streams=streams),
        prompt_tokens=prompt_tokens,
        brief=_read_brief(told_beside),
    )


@dataclass(frozen=True)
class Writing:
    """An answer in word-sized pieces, its finish reason, and what is told beside it to whoever sent a brief."""

    pieces: list[str]
    reason: str
    notes: dict[str, object]

    @property
    def text(self) -> str:
        """The whole answer."""
        return "".join(self.pieces)


async def written(conversation: Conversation, seed: int, *, always_yes: bool = False) -> Writing:
    """What the storybook answers. ``always_yes``: whoever looks at a picture says yes to everything."""
    answered = await asyncio.to_thread(_write, conversation, seed, always_yes)
    pieces, reason = conversation.within_limit(split_words(answered.text))
    told = {"used": answered.known.used, "unused": answered.known.unused}
    notes: dict[str, object] = {"fabula_notes": told} if answered.known.unused and conversation.brief else {}
    return Writing(pieces, reason, notes)


def completion(conversation: Conversation, writing: Writing) -> dict[str, object]:
    """The JSON of an answer that is not streamed."""
    text = writing.text
    message: dict[str, object] = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": writing.reason}
    return {
        **_envelope(conversation, "chat.completion"),
        "choices": [choice],
        "usage": conversation.usage(text),
        "service_tier": "default",
        **writing.notes,
    }


async def chunks(
    conversation: Conversation, writing: Writing, seconds_each: float
) -> AsyncGenerator[dict[str, object]]:
    """The answer as a stream's chunks: the role, the pieces, the finish reason, and the usage where it was asked for."""
    envelope = _envelope(conversation, "chat.completion.chunk")
    if conversation.with_usage:
        envelope["usage"] = None

    def chunk(delta: dict[str, object], finish: str | None = None) -> dict[str, object]:
        return envelope | {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for piece in writing.pieces:
        await asyncio.sleep(seconds_each)
        yield chunk({"content": piece})
    yield chunk({}, writing.reason) | writing.notes
    if conversation.with_usage:
        yield envelope | {"choices": [], "usage": conversation.usage(writing.text)}


def split_words(text: str) -> list[str]:
    """The text in pieces of a word, or of two Chinese characters, that join to exactly itself."""
    return _WORDS.findall(text)


def _write(conversation: Conversation, seed: int, always_yes: bool) -> "Answered":
    from embedded import storybook

    schema = conversation.schema
    if schema and schema.get("name") == judge.NAME:
        return storybook.Answered(judge.judge(conversation.messages, schema, always_yes=always_yes))
    return storybook.answered(conversation.messages, schema=schema, seed=seed, brief=conversation.brief)


def _envelope(conversation: Conversation, kind: str) -> dict[str, object]:
    identifier = f"chatcmpl-{uuid.uuid4().hex[:29]}"
    return {"id": identifier, "object": kind, "created": int(time.time()), "model": conversation.model.id}


def _read_brief(header: str | None) -> Brief | None:
    try:
        return read_brief(header)
    except (ValueError, RecursionError) as error:
        raise invalid(f"Invalid header '{HEADER}'.", param=HEADER) from error


def _refuse_not_offered(body: Body) -> None:
    if "max_tokens" in body.values:
        message = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        raise unsupported("max_tokens", message)
    for name in _NOT_OFFERED:
        if body.values.get(name) is not None:
            raise unsupported(name, f"Unsupported parameter: '{name}' is not offered by this server.")


def _read_effort(fields: Fields, model: Model) -> str:
    """The reasoning effort. A model that does not reason refuses the parameter itself."""
    if "reasoning_effort" not in fields:
        return model.effort
    if not model.efforts:
        raise unsupported("reasoning_effort", "Unrecognized request argument supplied: reasoning_effort", code=None)
    effort = fields.choice("reasoning_effort", ALL_EFFORTS, model.effort)
    if effort not in model.efforts:
        listed = ", ".join(f"'{choice}'" for choice in model.efforts)
        message = f"Unsupported value: '{effort}' is not supported with the '{model.id}' model. Supported values are: {listed}."
        raise unsupported("reasoning_effort", message, code="unsupported_value")
    return effort


def _read_sampling(fields: Fields, model: Model, effort: str) -> None:
    """Sampling options work only where nothing is thought: on a reasoning model with effort ``none``, or a plain one."""
    for name, (lowest, highest, default) in _SAMPLING.items():
        value = fields.number(name, lowest, highest, default)
        if effort != "none" and value != default:
            message = (
                f"Unsupported value: '{name}' does not support {value:g} with this model and effort. "
                f"Only the default ({default}) value is supported."
            )
            raise unsupported(name, message, code="unsupported_value")
    if "stop" in fields and model.efforts:
        raise unsupported("stop", "Unsupported parameter: 'stop' is not supported with this model.")


def _read_stream_options(fields: Fields, *, streams: bool) -> bool:
    options = fields.raw("stream_options")
    if options is None:
        return False
    if not streams:
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise invalid(message, param="stream_options", code=None)
    if not isinstance(options, Mapping):
        raise wrong_type("stream_options", "an object", options)
    for name, value in options.items():
        if name not in ("include_usage", "include_obfuscation"):
            raise unknown(f"stream_options.{name}")
        if not isinstance(value, bool):
            raise wrong_type(f"stream_options.{name}", "a boolean", value)
    return bool(options.get("include_usage", False))


def _read_format(given: object, messages: list[dict[str, object]]) -> dict[str, object] | None:
    """The ``json_schema`` object (name and schema) that the answer has to fit, or None for plain text."""
    if given is None:
        return None
    if not isinstance(given, dict):
        raise wrong_type("response_format", "an object", given)
    kind = given.get("type")
    if kind is None:
        raise missing("response_format.type")
    if kind == "text":
        return None
    if kind == "json_object":
        if "json" not in str(messages).lower():
            message = (
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
            )
            raise invalid(message, param="messages", code=None)
        return {"schema": {"type": "object"}}
    if kind != "json_schema":
        raise not_offered("response_format.type", kind, ("json_object", "json_schema", "text"))
    return check_strict(given.get("json_schema"))


def _read_messages(given: object) -> tuple[list[dict[str, object]], int]:
    """The messages as they came, and their tokens."""
    if given is None:
        raise missing("messages")
    if not isinstance(given, list):
        raise wrong_type("messages", "an array of objects", given)
    if not given:
        message = (
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead."
        )
        raise invalid(message, param="messages", code="empty_array")
    return given, sum(_MESSAGE_TOKENS + _message_tokens(message, f"messages[{i}]") for i, message in enumerate(given))


def _message_tokens(message: object, where: str) -> int:
    if not isinstance(message, dict):
        raise wrong_type(where, "an object", message)
    for name in message:
        if name not in ("role", "content", "name", "refusal"):
            raise unknown(f"{where}.{name}")
    role = message.get("role")
    if role is None:
        raise missing(f"{where}.role")
    if role not in _ROLES:
        raise not_offered(f"{where}.role", role, _ROLES)
    if role in ("tool", "function"):
        text = f"Invalid parameter: messages with role '{role}' must be a response to a preceding message with 'tool_calls'."
        raise invalid(text, param=f"{where}.role", code=None)
    content = message.get("content")
    if content is None:
        raise missing(f"{where}.content")
    if isinstance(content, str):
        return text_tokens(content)
    if not isinstance(content, list) or not content:
        raise wrong_type(f"{where}.content", "one of a string or a non-empty array of objects", content)
    return sum(_part_tokens(part, str(role), f"{where}.content[{index}]") for index, part in enumerate(content))


def _part_tokens(part: object, role: str, where: str) -> int:
    if not isinstance(part, dict):
        raise wrong_type(where, "an object", part)
    kind = part.get("type")
    if kind == "text":
        if not isinstance(part.get("text"), str):
            raise wrong_type(f"{where}.text", "a string", part.get("text"))
        return text_tokens(part["text"])
    if kind != "image_url":
        raise not_offered(f"{where}.type", kind, ("text", "image_url"))
    if role != "user":
        raise _picture_from(role, where)
    picture = part.get("image_url")
    if not isinstance(picture, dict):
        raise wrong_type(f"{where}.image_url", "an object", picture)
    if picture.get("detail", "auto") not in ("auto", "low", "high", "original"):
        raise not_offered(f"{where}.image_url.detail", picture["detail"], ("auto", "low", "high", "original"))
    return seen_tokens(*read_data_url(picture.get("url"), f"{where}.image_url.url", largest=_LARGEST_PICTURE))


def _picture_from(role: str, where: str) -> ApiError:
    message = (
        f"Invalid '{where}': image URLs are only allowed for messages with role 'user', but this message has '{role}'."
    )
    return invalid(message, param=where)
