"""A stand-in for Discord (REST API v10, gateway, file server) on loopback, spoken to over HTTP and WebSocket by real clients.

    python -m standins.discord_server --port 0 --token anything [--spec FILE] [--no-rate-limits]

prints `{"url", "gateway", "cdn", "token", "control", "control_key", "application_id"}` as one line of JSON when it is ready, and
ends when its stdin does. discord.py talks to it with `discord.http.Route.BASE = url` and
`discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)`; tests act as people with `standins.discord.client.People`,
and `standins.discord.process.start_discord_server` starts it.

It serves commands and all kinds of interactions with their deadlines, follow-ups and edits by token, messages with embeds,
components of both generations and files, reactions, threads, private conversations, permissions per channel, rate limits, and
a gateway with shards, intents, compression, resumes and close codes. It refuses what Discord refuses, with its codes.

Where it is stricter than the real one, so that mistakes show: with `--spec` every request's body is held against Discord's
OpenAPI document and violations are noted; links to attachments end after exactly a day.

Where it is not as strict or able:

- Kinds of channels: text channels, their threads, private conversations. No forums, voice, announcements, categories, groups.
- No stickers, polls, voice messages, webhooks other than an interaction's, invites, moderation, audit logs, slow mode, pins;
  custom emoji are believed by their form; link previews are never made; role and everyone mentions ping nobody.
- The sizes of rate-limit buckets, the nonce's memory, a link's lifetime and the events kept for a resume are guesses, as Discord
  publishes none; the ban after 10,000 invalid requests, the limit of identifies and that of gateway sends are not enforced.
- Error texts inside a form (50035) are Discord's where they are known; their paths are right, their codes not always.
- Sessions wait for a resume without end; heartbeats are timed by the real clock, everything else by the server's own.
- Permissions of roles above or below each other, timeouts and verification do not exist; threads never archive by themselves.
- Answers to user-installed commands are as public as the bot wishes, also where the person may not use external apps publicly.
- The bot's profile, guilds, roles and members cannot be changed by the bot.
"""

import argparse
import asyncio
import json
import secrets
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from embedded.wire import end_with_parent, listen
from standins.discord.api import APPLICATION_ID, Discord
from standins.discord.server import API, create_app
from standins.discord.spec import Spec


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stdin ends."""
    options = _options(arguments)
    listener = listen(options.port)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    spec = Spec.load(options.spec) if options.spec else None
    discord = Discord(options.token, base, spec, rate_limits=options.rate_limits)
    key = secrets.token_urlsafe(24)
    ready = {
        "url": base + API,
        "gateway": discord.gateway.url,
        "cdn": base,
        "token": options.token,
        "control": f"{base}/_control",
        "control_key": key,
        "application_id": APPLICATION_ID,
    }
    asyncio.run(_serve(discord, key, listener, json.dumps(ready)))


async def _serve(discord: Discord, key: str, listener: socket.socket, ready: str) -> None:
    runner = web.AppRunner(create_app(discord, key), access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    sys.stdout.write(ready + "\n")
    sys.stdout.flush()
    end_with_parent()
    await asyncio.Event().wait()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A stand-in for Discord on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--token", required=True, help="the bot's token")
    parser.add_argument("--spec", type=Path, help="Discord's OpenAPI document to check requests against")
    parser.add_argument("--no-rate-limits", dest="rate_limits", action="store_false")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
