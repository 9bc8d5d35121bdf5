"""Where our pages are reached from outside, and what is shown where they are not."""

from __future__ import annotations

from bots.board_links import BoardLinks
from core.rows import PAGE_VERBS
from core.settings import Settings
from core.types import AnyButton, BoardLink, Button, KeptReply, Link, PageLink


class Pages:
    """The addresses of pages that other platforms lead to: over ``https``, under the public address, or not at all."""

    def __init__(self, settings: Settings, boards: BoardLinks) -> None:
        """``boards`` signs the links to boards' read-only pages."""
        self._boards = boards
        url = settings.public_url or ""
        self._base = url if url.startswith("https://") else ""

    @property
    def reachable(self) -> bool:
        """Whether there is an address that messengers may lead to."""
        return bool(self._base)

    def address(self, link: PageLink) -> str:
        """The address that a button for a page leads to."""
        return f"{self._base}/{link.page}/{link.ticket}"

    async def with_boards(self, reply: KeptReply) -> KeptReply:
        """A reply with plain links to boards' read-only pages; without them where those are not reached from outside, or were taken back."""
        buttons: list[AnyButton] = []
        for button in reply.reply.buttons:
            if not isinstance(button, BoardLink):
                buttons.append(button)
            elif self.reachable and button.beamer:
                path = await self._boards.path(button.board, button.beamer)
                buttons.append(Link(url=f"{self._base}{path}", label=button.label))
        return _with_buttons(reply, tuple(buttons))

    def linked(self, reply: KeptReply) -> KeptReply:
        """A reply as it is said where pages open by plain links: without them where they are not reached from outside."""
        if not self.reachable:
            return without_pages(reply)
        return _with_buttons(
            reply,
            tuple(
                Link(url=self.address(button), label=button.label) if isinstance(button, PageLink) else button
                for button in reply.reply.buttons
            ),
        )


def without_pages(reply: KeptReply) -> KeptReply:
    """A reply as it is said where no page of ours can be opened: without the buttons that would open one."""
    return _with_buttons(reply, tuple(button for button in reply.reply.buttons if not _opens_a_page(button)))


def _with_buttons(reply: KeptReply, buttons: tuple[AnyButton, ...]) -> KeptReply:
    if buttons == reply.reply.buttons:
        return reply
    return reply.model_copy(update={"reply": reply.reply.model_copy(update={"buttons": buttons})})


def _opens_a_page(button: AnyButton) -> bool:
    if isinstance(button, Button):
        return button.action.partition(":")[0] in PAGE_VERBS
    return isinstance(button, PageLink)
