"""Who runs a group and who is in it, asked of Telegram."""

from __future__ import annotations

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden, TelegramError

from bots.outbound import Undeliverable
from bots.telegram.errors import mapped
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
        member = await self._known(user, place)
        return member is not None and member.status in _RUNS

    async def attends(self, user: User, place: Place) -> bool:
        """Whether a person is in the group."""
        member = await self._known(user, place)
        if isinstance(member, ChatMemberRestricted):
            return member.is_member
        return member is not None and member.status in (*_RUNS, ChatMemberStatus.MEMBER)

    async def has_left(self, user: User, place: Place) -> bool:
        """Whether a person left the group, or was removed from it; or the bot was, or it ended: nobody gets anything there any more."""
        try:
            member = await self._member(user, place)
        except Undeliverable:
            return True
        if isinstance(member, ChatMemberRestricted):
            return not member.is_member
        return member is not None and member.status in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)

    async def _known(self, user: User, place: Place) -> ChatMember | None:
        """As ``_member``; ``None`` also where the bot is not in the group."""
        try:
            return await self._member(user, place)
        except Undeliverable:
            return None

    async def _member(self, user: User, place: Place) -> ChatMember | None:
        """What a person is in a group; ``None`` where it does not tell. Raises ``Unavailable``, and ``Undeliverable`` where the bot is not in it."""
        if not user.id.isdecimal():
            return None
        try:
            return await self._bot.get_chat_member(int(place.chat), int(user.id))
        except (BadRequest, Forbidden) as error:
            fault = mapped(error)
            if type(fault) is Undeliverable and "user not found" not in str(error).lower():
                raise fault from error
            return None
        except TelegramError as error:
            raise Unavailable("service-down") from error
