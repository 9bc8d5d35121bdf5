"""The parameters of every method that the stand-in knows, and reading a request's values by that table.

Telegram takes each value as JSON or as a string (in a query or a form), so the table's types decide how a string is read.
Unlike the real server, which ignores names it does not know, this one refuses them: a misspelt option should show in a test.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from standins.telegram.errors import Refused, bad_request
from standins.telegram.state import Json

T = TypeVar("T")

_PLACE = "business_connection_id:text chat_id:chat! message_thread_id:int"
_EXTRAS = (
    "direct_messages_topic_id:int disable_notification:flag protect_content:flag allow_paid_broadcast:flag message_effect_id:text "
    "suggested_post_parameters:object reply_parameters:object reply_markup:object"
)
_CAPTION = "caption:text parse_mode:text caption_entities:list"
_EDITED = "business_connection_id:text chat_id:chat message_id:int inline_message_id:text reply_markup:object"
_LANGUAGE = "language_code:text"

_FILM = "duration:int width:int height:int thumbnail:file"

# name:type, `!` where required (Bot API 10.1, 2026-06-11; sorted as on that page).
_TABLE = {
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:list",
    "setWebhook": "url:text! certificate:file ip_address:text max_connections:int allowed_updates:list drop_pending_updates:flag secret_token:text",
    "deleteWebhook": "drop_pending_updates:flag",
    "getWebhookInfo": "",
    "getMe": "",
    "logOut": "",
    "close": "",
    "sendMessage": f"{_PLACE} text:text! parse_mode:text entities:list link_preview_options:object {_EXTRAS}",
    "sendPhoto": f"{_PLACE} photo:file! {_CAPTION} show_caption_above_media:flag has_spoiler:flag {_EXTRAS}",
    "sendDocument": f"{_PLACE} document:file! thumbnail:file {_CAPTION} disable_content_type_detection:flag {_EXTRAS}",
    "sendAnimation": f"{_PLACE} animation:file! {_FILM} {_CAPTION} show_caption_above_media:flag has_spoiler:flag {_EXTRAS}",
    "sendMediaGroup": f"{_PLACE} media:list! {_EXTRAS.replace(' suggested_post_parameters:object', '').replace(' reply_markup:object', '')}",
    "sendMessageDraft": "chat_id:int! message_thread_id:int draft_id:int! text:text parse_mode:text entities:list",
    "sendPoll": (
        f"{_PLACE} question:text! question_parse_mode:text question_entities:list options:list! is_anonymous:flag type:text "
        "allows_multiple_answers:flag allows_revoting:flag shuffle_options:flag allow_adding_options:flag hide_results_until_closes:flag "
        "members_only:flag country_codes:list correct_option_ids:list explanation:text explanation_parse_mode:text explanation_entities:list "
        "explanation_media:object open_period:int close_date:int is_closed:flag description:text description_parse_mode:text "
        f"description_entities:list media:object {_EXTRAS}"
    ),
    "stopPoll": _EDITED.replace(" inline_message_id:text", "").replace(
        "chat_id:chat message_id:int", "chat_id:chat! message_id:int!"
    ),
    "sendChatAction": f"{_PLACE} action:text!",
    "setMessageReaction": "chat_id:chat! message_id:int! reaction:list is_big:flag",
    "getFile": "file_id:text!",
    "leaveChat": "chat_id:chat!",
    "getChat": "chat_id:chat!",
    "getChatAdministrators": "chat_id:chat! return_bots:flag",
    "getChatMemberCount": "chat_id:chat!",
    "getChatMember": "chat_id:chat! user_id:int!",
    "createForumTopic": "chat_id:chat! name:text! icon_color:int icon_custom_emoji_id:text",
    "closeForumTopic": "chat_id:chat! message_thread_id:int!",
    "reopenForumTopic": "chat_id:chat! message_thread_id:int!",
    "answerCallbackQuery": "callback_query_id:text! text:text show_alert:flag url:text cache_time:int",
    "setMyCommands": f"commands:list! scope:object {_LANGUAGE}",
    "deleteMyCommands": f"scope:object {_LANGUAGE}",
    "getMyCommands": f"scope:object {_LANGUAGE}",
    "setMyName": f"name:text {_LANGUAGE}",
    "getMyName": _LANGUAGE,
    "setMyDescription": f"description:text {_LANGUAGE}",
    "getMyDescription": _LANGUAGE,
    "setMyShortDescription": f"short_description:text {_LANGUAGE}",
    "getMyShortDescription": _LANGUAGE,
    "editMessageText": f"{_EDITED} text:text! parse_mode:text entities:list link_preview_options:object rich_message:object",
    "editMessageCaption": f"{_EDITED} {_CAPTION} show_caption_above_media:flag",
    "editMessageMedia": f"{_EDITED} media:object!",
    "editMessageReplyMarkup": _EDITED,
    "deleteMessage": "chat_id:chat! message_id:int!",
    "deleteMessages": "chat_id:chat! message_ids:list!",
}

# What the real server says where a required value is missing, as far as it has words of its own for it.
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "action": "wrong parameter action in request",
    "file_id": "invalid file_id",
    "user_id": "invalid user_id specified",
}
_TRUE = {"true", "True", "1", "yes"}
_FALSE = {"false", "False", "0", "no", ""}


@dataclass(frozen=True)
class Upload:
    """A file in a multipart request."""

    name: str
    data: bytes
    mime: str | None


@dataclass(frozen=True)
class Parameter:
    """One row of the table."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True)
class Arguments:
    """A call's values, read by type, and the files that `attach://` refers to."""

    values: Json
    uploads: Mapping[str, Upload]

    def __getitem__(self, name: str) -> Any:
        """A required value."""
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A value that may be missing."""
        return self.values.get(name, default)

    def file(self, value: object) -> "Upload | str":
        """The upload that a `file` value names, or the value itself (a file_id or URL). Raises `Refused` (400)."""
        if isinstance(value, Upload):
            return value
        if not isinstance(value, str) or not value:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if not value.startswith("attach://"):
            return value
        attached = self.uploads.get(value.removeprefix("attach://"))
        if attached is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return attached


class Violation(Refused):
    """A request that breaks the API's contract, whatever the state of the world: noted for tests, answered with 400."""


def _parameters(line: str) -> dict[str, Parameter]:
    rows = (word.partition(":") for word in line.split())
    return {name: Parameter(name, kind.rstrip("!"), kind.endswith("!")) for name, _, kind in rows}


TABLE: dict[str, dict[str, Parameter]] = {method: _parameters(line) for method, line in _TABLE.items()}
"""Method → its parameters by name."""

METHODS: dict[str, str] = {method.lower(): method for method in TABLE}
"""Methods by lower-case name: Telegram does not mind the case."""


def read(method: str, raw: Mapping[str, object], uploads: Mapping[str, Upload]) -> Arguments:
    """A call's arguments by the table. Raises `Violation`: unknown name, missing value, wrong type."""
    known = TABLE[method]
    values: Json = {}
    for name, value in raw.items():
        parameter = known.get(name)
        if parameter is None:
            raise violation(f'{method} has no parameter "{name}"')
        if value is not None:
            values[name] = _typed(parameter, value)
    for name, upload in uploads.items():
        if name in known and known[name].type == "file":
            values[name] = upload
        elif f"attach://{name}" not in json.dumps(values, default=str):
            raise violation(f'{method} was sent a file "{name}" that nothing refers to')
    for parameter in known.values():
        if parameter.required and parameter.name not in values:
            raise violation(_MISSING.get(parameter.name, f'parameter "{parameter.name}" is required'))
    return Arguments(values, uploads)


def violation(reason: str) -> Violation:
    """400 for a request that no state of the world could make right."""
    return Violation(400, f"Bad Request: {reason}")


def _typed(parameter: Parameter, value: object) -> object:
    """The value in the table's type. A wrong one is refused although the real server often takes a default instead."""
    match parameter.type:
        case "text" if isinstance(value, str):
            return value
        case "file" if isinstance(value, str):
            return value
        case "flag" if isinstance(value, bool):
            return value
        case "flag" if isinstance(value, str) and value in _TRUE | _FALSE:
            return value in _TRUE
        case "int" | "chat" if isinstance(value, int) and not isinstance(value, bool):
            return value
        case "int" | "chat" if isinstance(value, str) and value.removeprefix("-").isdecimal():
            return int(value)
        case "chat" if isinstance(value, str):
            return value
        case "list":
            return _json(parameter, value, list)
        case "object":
            return _json(parameter, value, dict)
    raise violation(f'parameter "{parameter.name}" must be of type {parameter.type}')


def _json(parameter: Parameter, value: object, kind: type[T]) -> T | None:
    """A list or an object, perhaps written as a JSON string; an empty string counts as not given."""
    if isinstance(value, str):
        if not value:
            return None
        try:
            value = json.loads(value)
        except ValueError:
            raise violation(f"can't parse {parameter.name} JSON object") from None
    if not isinstance(value, kind):
        raise violation(f"can't parse {parameter.name}: expected {'an Array' if kind is list else 'an Object'}")
    return value
