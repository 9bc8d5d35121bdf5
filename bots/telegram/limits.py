"""Telegram's limits. Source, where no other is named: https://core.telegram.org/bots/api and /bots/faq, as of 2026-11-22."""

TEXT = 4096
"""UTF-16 units of a message, after its entities are parsed."""

CAPTION = 1024
"""UTF-16 units of a caption, after its entities are parsed."""

MOVING = "image/gif"
"""What is sent as an animation: as a photo it would stand still, and an album takes none."""

ALBUM = 10
"""Pictures in one album; at least two."""

PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_EDGES = 10_000
"""Width and height of a photo together, in pixels."""

DOCUMENT_BYTES = 50 * 1024 * 1024
ALBUM_BYTES = 45 * 1024 * 1024
"""All pictures of an album together: a request takes 50 MB, and some of it is not pictures."""

ALERT = 200
"""Signs that flash up over a pressed button (Bot API, answerCallbackQuery)."""

DOWNLOAD_BYTES = 20 * 1024 * 1024
"""What ``getFile`` brings from the public server."""

BUTTON_ROW = 4
"""Buttons side by side that a phone still shows whole (our own rule)."""

PER_CHAT_SECONDS = 1.0
"""Seconds between two messages in one chat; an album counts as many as it has pictures (the page does not say; our own, careful rule)."""

PER_GROUP = (20, 60.0)
OVERALL = (30, 1.0)
"""Messages in so many seconds."""

DRAFT_SECONDS = 30
"""A draft is shown so long; then it is renewed."""

ACTION_SECONDS = 5
"""A chat action ("typing …") is shown so long."""

ALBUM_PATIENCE = 1.0
"""Seconds to wait for more pictures of an album: its updates arrive one by one (our own rule)."""

LONG_TEXT = 4000
PASTE_PATIENCE = 1.0
"""UTF-16 units from which on a text may be the first part of one that did not fit (apps cut where a word ends), and seconds to wait for the next."""

FORWARD_PATIENCE = 0.3
"""Seconds that words wait for what is forwarded with them: apps send both at once, and asking for the second takes a way to Telegram and back."""

MOMENT = 1.0
"""Seconds between what is sent at once, by Telegram's dates, which are whole ones."""

ANSWERS, ANSWER, QUESTION = 12, 100, 300
"""Answers of a poll, and characters of one and of the question (Bot API 10.1, sendPoll)."""

UPDATES = ("message", "edited_message", "callback_query", "message_reaction", "poll")
"""Updates to ask for; reactions come only when named."""
