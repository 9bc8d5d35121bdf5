"""Discord's limits. Source: https://discord.com/developers/docs and discord.py 2.7, as of 2026-11-22."""

WORDS = 1600
"""Signs of a reply's words in one message, which takes 2000: what is left is for lines below them that say what went differently."""

FILES = 10
FILE_BYTES = 10 * 1024 * 1024
"""Of one file, where nothing is known of a place's own limit."""

REQUEST_BYTES = 25 * 1024 * 1024
ALT_TEXT = 1024
ROW = 5
"""Buttons in a row."""

ROWS = 5
BUTTONS = 25
"""Buttons under a message; more of them become select menus, 25 choices each."""

ANSWER_SECONDS = 3.0
"""An interaction that was not acknowledged in this time has failed."""

TOKEN_SECONDS = 15 * 60 - 30
"""An interaction's token is good for 15 minutes; half a minute is kept in hand."""

TYPING_SECONDS = 10
CHOICES = 25
"""Choices of an option, and of an autocompletion."""

CHOICE = 100
"""Signs of the name and of the value of a choice."""

DESCRIPTION = 100
THREAD_NAME = 100
EPOCH_MS = 1_420_070_400_000
"""Discord's epoch: an id tells its time in milliseconds since then, in its upper bits."""

ANSWERS, ANSWER, QUESTION = 10, 55, 300
"""Answers of a poll, and characters of one and of the question."""

POLL_HOURS = 14 * 24
"""Hours for which a poll is open unless it is closed before: as long as a board lasts (Discord: 768 at most)."""

UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
TOO_LARGE = 40005
FOLLOWUPS_USED = 40094
INVALID_TOKEN = 50027
EXPLICIT = 20009
AUTOMOD, AUTOMOD_TITLE, HARMFUL_LINK = 200000, 200001, 240000
FILE_TOO_LARGE = 50045
THREAD_LOCKED, THREAD_ARCHIVED, VERIFICATION = 160005, 50083, 50009
CANNOT_SEND_TO_USER, MISSING_ACCESS = 50007, 50001
POLL_EXPIRED = 520001
"""Error codes (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json)."""
