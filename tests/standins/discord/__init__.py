"""The parts of the Discord stand-in that `standins/discord_server.py` puts together.

Reading order: `state` (what exists), `world` (what holds it), `objects` (how it looks on the wire), `api` (a request's way to its
route), the routes themselves (`applications`, `channels`, `messages`, `reactions`, `threads`, `guilds`, `commands`,
`interactions`, `webhooks`), `gateway` and `events` (what the bot hears), and for the other side `people` and `interacting` (what
a person can do), `views` (what a person sees), `control` (both over HTTP) and `client` with `seen` (both from Python).
"""
