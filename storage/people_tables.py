"""The tables of people who come in by the web."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table

from storage.columns import metadata, part_of, partial_index, real, words

people = Table(  # who may come in by the web; ``name`` is for display alone
    "people",
    metadata,
    words("id", key=True),
    words("name"),
    Column("operator", Boolean, nullable=False),
    Column("guest", Boolean, nullable=False),
    real("created"),
    partial_index("people_operator", "id", where="operator"),
)

invitations = Table(  # a used one is deleted; secrets are kept as hashes alone, here and below
    "invitations",
    metadata,
    words("hash", key=True),
    words("name"),
    words("room"),
    words("person"),
    words("inviter"),
    real("expires"),
    Index("invitations_expires", "expires"),
)

members = Table("members", metadata, words("room", key=True), part_of("person", "people.id", key=True))
Index("members_person", members.c.person)

tokens = Table(
    "tokens",
    metadata,
    words("id", key=True),
    words("hash"),
    part_of("person", "people.id"),
    words("label"),
    real("created"),
    Index("tokens_hash", "hash", unique=True),
    Index("tokens_person", "person"),
)

logins = Table(  # ``token``: the token it was made with, which takes it along when it is revoked
    "logins",
    metadata,
    words("hash", key=True),
    part_of("person", "people.id"),
    Column("token", ForeignKey("tokens.id", ondelete="CASCADE"), nullable=True),
    real("expires"),
    Index("logins_person", "person"),
    Index("logins_token", "token"),
    Index("logins_expires", "expires"),
)
