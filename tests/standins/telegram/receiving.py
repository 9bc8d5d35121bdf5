"""Methods by which the bot receives: getMe, getUpdates, webhooks, files, callback answers, logOut and close."""

import re
from typing import Any
from urllib.parse import urlsplit

from standins.telegram.api import Telegram, method
from standins.telegram.entities import units
from standins.telegram.errors import bad_request, conflict
from standins.telegram.objects import file_object, user_object
from standins.telegram.parameters import Arguments
from standins.telegram.state import Json
from standins.telegram.webhook import Hook, on_loopback
from standins.telegram.world import LINK_LIFETIME

PRESS_LIFETIME = 15.0
"""Seconds in which a callback query wants its answer. Telegram publishes no number; its apps stop waiting after about that."""

ANSWER_UNITS = 200
"""UTF-16 units of a callback answer's text (Bot API, answerCallbackQuery)."""


@method
async def get_me(telegram: Telegram, call: Arguments) -> Json:
    """The bot itself."""
    return user_object(telegram.world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_guest_queries": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_join_request_queries": False,
    }


@method
async def get_updates(telegram: Telegram, call: Arguments) -> list[Json]:
    """Long polling; a second poll ends the first with 409."""
    if telegram.webhook.hook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    telegram.updates.allow(call.get("allowed_updates"))
    limit = min(max(call.get("limit", 100), 1), 100)
    return await telegram.updates.poll(call.get("offset", 0), limit, call.get("timeout", 0))


@method
async def set_webhook(telegram: Telegram, call: Arguments) -> bool:
    """Deliver by POST from now on; an empty URL ends that."""
    url, secret = call["url"], call.get("secret_token")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if url:
        _check_url(url)
    telegram.updates.allow(call.get("allowed_updates"))
    telegram.updates.interrupt("setWebhook request")
    if call.get("drop_pending_updates"):
        telegram.updates.pending.clear()
    hook = Hook(url, secret, call.get("max_connections", 40), call.get("certificate") is not None) if url else None
    telegram.webhook.use(hook)
    return True


@method
async def delete_webhook(telegram: Telegram, call: Arguments) -> bool:
    """Back to getUpdates."""
    if call.get("drop_pending_updates"):
        telegram.updates.pending.clear()
    telegram.webhook.use(None)
    return True


@method
async def get_webhook_info(telegram: Telegram, call: Arguments) -> Json:
    """Where updates go and how many wait."""
    hook, updates = telegram.webhook.hook, telegram.updates
    updates.expire()
    info: Json = {"url": hook.url if hook else "", "has_custom_certificate": bool(hook and hook.certificate)}
    info["pending_update_count"] = len(updates.pending)
    if updates.allowed:
        info["allowed_updates"] = list(updates.allowed)
    if hook:
        info |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
        if hook.last_error is not None:
            info |= {"last_error_date": int(hook.last_error_at), "last_error_message": hook.last_error}
    return info


@method
async def log_out(telegram: Telegram, call: Arguments) -> bool:
    """No other call works afterwards (the real server lets the bot log in again after ten minutes)."""
    telegram.logged_out = True
    return True


@method
async def close(telegram: Telegram, call: Arguments) -> bool:
    """Ends a running poll; nothing else changes here."""
    telegram.updates.interrupt("close request")
    return True


@method
async def get_file(telegram: Telegram, call: Arguments) -> Json:
    """Prepare a download of up to 20 MB: its link works for an hour."""
    file = telegram.world.files.get(call["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > telegram.sizes.download:
        raise bad_request("file is too big")
    telegram.world.links[file.path] = file, telegram.clock.now() + LINK_LIFETIME
    return file_object(file) | {"file_path": file.path}


def download(telegram: Telegram, path: str) -> bytes | None:
    """What a download link leads to; None where there is no such link (any more)."""
    file, until = telegram.world.links.get(path, (None, 0.0))
    return file.data if file and telegram.clock.now() < until else None


@method
async def answer_callback_query(telegram: Telegram, call: Arguments) -> bool:
    """Answer a pressed button: once, and within the time that the person's app waits."""
    press = telegram.world.presses.get(call["callback_query_id"])
    if press is None or press.answer is not None or telegram.clock.now() > press.at + PRESS_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if units(call.get("text", "")) > ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    answer: dict[str, Any] = {"text": call.get("text", ""), "show_alert": call.get("show_alert", False)}
    if url := call.get("url"):
        if not url.startswith(("t.me/", "https://t.me/")):
            raise bad_request("URL_INVALID")
        answer["url"] = url
    press.answer = answer
    telegram.world.feed.note("answer", press.chat, press.message_id, press=press.id, answer=answer)
    return True


def _check_url(url: str) -> None:
    """Refuse what Telegram refuses; on this machine, any port and plain HTTP will do."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: invalid webhook URL specified")
    if on_loopback(url):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in (443, 80, 88, 8443):
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise bad_request("bad webhook: Failed to resolve host: No address associated with hostname")
