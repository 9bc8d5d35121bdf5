"""The web page's token in a file, for where nobody is there to invent one: in a container."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from core.errors import OperatorFault

TOKEN_LEAST = 16
"""Characters that the page's token has to have: beyond this machine anybody may guess at it."""


def token_in(path: Path) -> str:
    """The token in a file; where there is no file, one with a random token is made, its owner's alone (mode 0600).

    Raises ``OperatorFault("token-file-unusable")`` where it can neither be read nor made, or is empty.
    """
    try:
        if not path.exists():
            _make(path)
        token = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorFault("token-file-unusable", file=str(path)) from error
    if not token:
        raise OperatorFault("token-file-unusable", file=str(path))
    return token


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.half")  # a kill while writing must not leave an empty token
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{secrets.token_urlsafe(24)}\n")
    half.replace(path)
