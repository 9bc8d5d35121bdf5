"""Who runs a group, asked of Telegram."""

from __future__ import annotations

from telegram import Bot
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden, TelegramError

from core.errors import Unavailable
from core.ports import Standing
from core.types import Place, User

_RUNS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class TelegramStanding(Standing):
    """Implements ``core.ports.Standing``."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def administers(self, user: User, place: Place) -> bool:
        """Whether a person is the group's owner or an administrator of it. A group that does not tell of its members: nobody is."""
        if not user.id.isdecimal():
            return False
        try:
            member = await self._bot.get_chat_member(int(place.chat), int(user.id))
        except (BadRequest, Forbidden):
            return False
        except TelegramError as error:
            raise Unavailable("service-down") from error
        return member.status in _RUNS
