"""Links to the read-only page of a board, for a beamer: signed with what the board keeps for that, so a board that keeps another has another link."""

from __future__ import annotations

import base64
import hashlib
import hmac

from bots.links import Secret

PATH = "/beamer/"
"""What the address of every such page begins with."""


class BoardLinks:
    """Signs links and looks at those that people bring. Neither what is kept of a board nor its id is enough to make one."""

    def __init__(self, store: Secret) -> None:
        self._store = store

    async def path(self, board: str, beamer: str) -> str:
        """Where the page of a board is, of which ``beamer`` is kept."""
        return f"{PATH}{board}/{await self._sign(board, beamer)}"

    async def is_good(self, board: str, beamer: str, sign: str) -> bool:
        """Whether this is the sign of such a page. Without a ``beamer`` none is."""
        right = await self._sign(board, beamer)
        return bool(beamer) and hmac.compare_digest(sign.encode("utf-8", "replace"), right.encode())

    async def _sign(self, board: str, beamer: str) -> str:
        """144 bits, keyed with a key of its own, so that no other signature of this installation can be taken for one of these."""
        key = hmac.new(await self._store.secret(), b"links to boards", hashlib.sha256).digest()
        told = hmac.new(key, f"{board}\n{beamer}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(told[:18]).decode()
