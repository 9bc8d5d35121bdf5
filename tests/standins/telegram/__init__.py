"""The parts of the Telegram stand-in that `standins/telegram_server.py` puts together.

Reading order: `state` (what exists), `world` (what holds it), `api` (a request's way to its method), the methods themselves
(`sending`, `editing`, `places`, `profile`, `receiving`), and for the other side `people` (what a person can do), `views` (what a
person sees), `control` (both over HTTP) and `client` (both from Python).
"""
