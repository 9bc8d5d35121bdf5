"""A stand-in for the Telegram Bot API (10.1) on loopback, spoken to over HTTP by the real client libraries.

    python -m standins.telegram_server --port 0 --token 4242:anything [--spec FILE] [--no-flood-limits] [--keep-photos]

prints `{"url", "file_url", "token", "control", "control_key"}` as one line of JSON when it is ready, and ends when its stdin does.
`telegram.Bot(token, base_url=url, base_file_url=file_url)` talks to it; tests act as people with `standins.telegram.client.People`,
and `standins.telegram.process.start_telegram_server` starts it. It serves receiving (getUpdates, webhooks, files), texts,
photos, documents, albums, drafts, chat actions, edits, deletions, reactions, buttons, the bot's profile, and a little of
chats and forum topics (`standins.telegram.parameters` has the list). It refuses what Telegram refuses, with Telegram's
words where they are known: sizes and lengths, markup, buttons, replies, topics, rights, moved and ended chats, flood limits.

Where it is stricter than the real one, so that mistakes show: parameters that a method does not have, and values of a wrong
type, are refused and noted as `spec_violations` (the real one ignores them or takes a default); an album of one item is refused.

Where it is not as strict or able:

- Kinds of messages: text, photo and document only; no rich messages, stickers, voice, polls, payments, business accounts, inline mode.
- Other methods are "not found", though the real server has them; so is the legacy parse mode Markdown ("unsupported parse_mode").
- Links and commands in texts are found by simple rules; phone numbers, cashtags and bare domains are not marked.
- URLs as files are refused, as nothing is ever fetched; a webhook must lead to this machine, where any port and plain HTTP will do.
- A webhook gets one update at a time, and an answer that carries a method call is not obeyed.
- Administrators have every right; permissions of members, anonymous administrators, slow mode and linked channels do not exist.
- Rights to see a chat's members are not checked. Privacy mode is kept per group, and a bare command always counts as meant for the bot.
- Flood limits are Telegram's published numbers with a guessed burst: see `standins.telegram.flood`; there is no growing penalty.
- The lifetime of a callback query (15 s) and pauses between webhook deliveries are guesses, as Telegram publishes none.
- A reaction stays on the very message of an album that a person reacted to.
- After logOut nothing works until a reset; close only ends the running poll.
"""

import argparse
import json
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from embedded.wire import end_with_parent, listen, serve
from standins.telegram.api import Telegram
from standins.telegram.server import create_app
from standins.telegram.spec import Spec


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stdin ends."""
    options = _options(arguments)
    telegram = Telegram(
        options.token,
        Spec.load(options.spec) if options.spec else None,
        flood_limits=options.flood_limits,
        keep_photos=options.keep_photos,
    )
    key = secrets.token_urlsafe(24)
    listener = listen(options.port)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    ready = {
        "url": f"{base}/bot",
        "file_url": f"{base}/file/bot",
        "token": options.token,
        "control": f"{base}/_control",
        "control_key": key,
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    end_with_parent()
    serve(create_app(telegram, key), listener)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A stand-in for the Telegram Bot API on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--token", type=_token, required=True, help="the bot's token, digits:anything")
    parser.add_argument("--spec", type=Path, help="JSON description of the API to check requests against")
    parser.add_argument("--no-flood-limits", dest="flood_limits", action="store_false")
    parser.add_argument("--keep-photos", action="store_true", help="do not re-encode photos, for benchmarks")
    return parser.parse_args(arguments)


def _token(text: str) -> str:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", text):
        raise argparse.ArgumentTypeError("a token looks like 4242:letters")
    return text


if __name__ == "__main__":
    main()
