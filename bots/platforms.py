"""The platforms there are, beside our own page: a new one is a folder with a ``connect``, and one more name here."""

from __future__ import annotations

from bots import discord, telegram

CONNECTS = (telegram.connect, discord.connect)
"""Each makes its platform, or nothing where the operator has not set it up."""

SECRETS = (telegram.CREDENTIAL, discord.CREDENTIAL)
"""What no log may hold."""

LIBRARIES = ("telegram", "discord")
"""Whose loggers chatter."""
