"""Buttons under messages: what Telegram takes, and which of them a person can press."""

from urllib.parse import urlsplit

from standins.telegram.errors import bad_request
from standins.telegram.state import Chat, Json

MOST_BUTTONS = 100
"""Buttons of one inline keyboard; more are refused (not on the API's page; as reported for REPLY_MARKUP_TOO_LONG)."""

DATA_BYTES = 64
"""Bytes of callback_data in UTF-8 (Bot API, InlineKeyboardButton: 1–64)."""

_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
_LOOKS = ("text", "style", "icon_custom_emoji_id")
_OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")


def read_keyboard(markup: Json | None, chat: Chat, *, inline_only: bool = False) -> Json | None:
    """The inline keyboard a message gets, checked; None for none, and for the other kinds of markup, which are taken as they are.

    Raises `Refused` (400): BUTTON_DATA_INVALID, BUTTON_URL_INVALID, BUTTON_TYPE_INVALID, REPLY_MARKUP_TOO_LONG …
    """
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        if inline_only or not any(name in markup for name in _OTHER_MARKUPS):
            raise bad_request("object expected as reply markup" if not inline_only else "inline keyboard expected")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be an Array of Arrays')
    checked = [[_button(button, chat) for button in row] for row in rows if row]
    if sum(map(len, checked)) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": checked} if checked else None


def buttons(keyboard: Json | None) -> list[Json]:
    """All buttons, row by row."""
    return [button for row in (keyboard or {}).get("inline_keyboard", []) for button in row]


def _button(button: object, chat: Chat) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if name in button]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1 or set(button) - {*_ACTIONS, *_LOOKS}:
        raise bad_request("can't parse inline keyboard button: exactly one action is expected")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not _opens(button["url"], ("http", "https", "tg")):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "web_app" in button:
        _check_web_app(button["web_app"], chat)
    if "style" in button and button["style"] not in ("danger", "success", "primary"):
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    return button


def _check_web_app(web_app: object, chat: Chat) -> None:
    """Mini Apps open from private chats only, over HTTPS."""
    url = web_app.get("url") if isinstance(web_app, dict) else None
    if not _opens(url, ("https",)):
        raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    if chat.kind != "private":
        raise bad_request("BUTTON_TYPE_INVALID")


def _opens(url: object, schemes: tuple[str, ...]) -> bool:
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return (
        parts.scheme in schemes
        and bool(parts.netloc)
        and (parts.scheme == "tg" or "." in parts.netloc or "localhost" in parts.netloc)
    )
