"""What is needed to be left alone safely: counted tries, reserved money, recipe versions, a secret of the installation."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them, with values that are right for what was there before."""
    op.add_column("inbox", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("reserved", sa.Float(), nullable=True))
    op.add_column("jobs", sa.Column("unpriced", sa.Float(), nullable=True))
    op.add_column("jobs", sa.Column("press", sa.Text(), nullable=True))
    pressed = sa.text("press IS NOT NULL")
    op.create_index("jobs_press", "jobs", ["press"], sqlite_where=pressed, postgresql_where=pressed)
    op.create_table(
        "quotas",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=False),
        sa.Column("unpriced", sa.Integer(), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("quotas_who", "quotas", ["who", "at"])
    op.create_index("quotas_at", "quotas", ["at"])
    op.add_column("jobs", sa.Column("recipe", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("jobs_session", "jobs", ["session"])
    op.add_column("pieces", sa.Column("parent", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":  # no other database was there before
        op.execute("UPDATE pieces SET parent = json_extract(value, '$.piece.parent') WHERE json_valid(value)")
    with_parent = sa.text("parent IS NOT NULL")
    op.create_index("pieces_parent", "pieces", ["parent"], sqlite_where=with_parent, postgresql_where=with_parent)
    op.add_column("shown", sa.Column("person", sa.Text(), nullable=False, server_default=""))
    to_one = sa.text("person != ''")
    op.create_index("shown_person", "shown", ["person"], sqlite_where=to_one, postgresql_where=to_one)
    installation = op.create_table(
        "installation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.bulk_insert(installation, [{"name": "secret", "value": secrets.token_hex(32)}])
    op.add_column("media", sa.Column("home", sa.Text(), nullable=False, server_default=""))
    _add_people()


def _add_people() -> None:
    """People of the web door, with what lets them in."""
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("operator", sa.Boolean(), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    where = sa.text("operator")
    op.create_index("people_operator", "people", ["id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "invitations",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("hash", "name", "room", "person", "inviter")),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("invitations_expires", "invitations", ["expires"])
    op.create_table(
        "members",
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room", "person"),
    )
    op.create_index("members_person", "members", ["person"])
    _add_tokens_and_logins()


def _add_tokens_and_logins() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tokens_hash", "tokens", ["hash"], unique=True)
    op.create_index("tokens_person", "tokens", ["person"])
    op.create_table(
        "logins",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["token"], ["tokens.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("logins_person", "logins", ["person"])
    op.create_index("logins_token", "logins", ["token"])
    op.create_index("logins_expires", "logins", ["expires"])
