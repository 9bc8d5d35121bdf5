"""Reactions: which emoji Telegram knows, and their JSON."""

from collections.abc import Iterable

from standins.telegram.errors import bad_request
from standins.telegram.state import Json

EMOJI = frozenset(
    {
        "❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮", "💩", "🙏", "👌", "🕊", "🤡",
        "🥱", "🥴", "😍", "🐳", "❤‍🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈",
        "😴", "😭", "🤓", "👻", "👨‍💻", "👀", "🎃", "🙈", "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿",
        "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷‍♂", "🤷", "🤷‍♀", "😡",
    }
)  # fmt: skip
"""The emoji that can be reactions (Bot API, ReactionTypeEmoji, 10.1), written without variation selectors as Telegram does."""


def emoji_reaction(emoji: str) -> Json:
    """ReactionTypeEmoji, or ReactionTypeCustomEmoji for a number (a custom emoji's id)."""
    if emoji.isdigit():
        return {"type": "custom_emoji", "custom_emoji_id": emoji}
    return {"type": "emoji", "emoji": emoji}


def check_reactions(reactions: Iterable[Json], most: int) -> list[Json]:
    """The list, if Telegram takes it. Raises `Refused` (400): REACTIONS_TOO_MANY, REACTION_INVALID."""
    checked = list(reactions)
    if len(checked) > most:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in checked:
        match reaction:
            case {"type": "emoji", "emoji": emoji} if emoji in EMOJI:
                continue
            case {"type": "custom_emoji", "custom_emoji_id": str()}:
                continue
        raise bad_request("REACTION_INVALID")
    return checked
