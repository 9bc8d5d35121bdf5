"""What all kept values have in common."""

from __future__ import annotations

import secrets

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Base of every kept value: immutable, and strict about unknown fields so that a misspelt one cannot hide.

    What is wrong with one is told without what it holds: errors come into logs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def new_id() -> str:
    """A random public identifier: 120 bits in 20 URL-safe characters, so it cannot be guessed and fits into a button (64 bytes)."""
    return secrets.token_urlsafe(15)
