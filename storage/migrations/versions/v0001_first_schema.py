"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables and their indexes."""
    op.create_table(
        "chats",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_table("doomed", sa.Column("sha", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("sha"))
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_chat", "events", ["chat", "seq"], unique=False)
    op.create_index("events_key", "events", ["chat", "key"], unique=True)
    op.create_index("events_user", "events", ["user"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("taken", sa.Float(), nullable=False),
        sa.Column("handled", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(
        "inbox_handled",
        "inbox",
        ["handled"],
        unique=False,
        sqlite_where=sa.text("handled IS NOT NULL"),
        postgresql_where=sa.text("handled IS NOT NULL"),
    )
    op.create_index("inbox_id", "inbox", ["id"], unique=True)
    op.create_index("inbox_user", "inbox", ["user"], unique=False)
    op.create_index(
        "inbox_waiting",
        "inbox",
        ["platform", "seq"],
        unique=False,
        sqlite_where=sa.text("handled IS NULL"),
        postgresql_where=sa.text("handled IS NULL"),
    )
    op.create_table(
        "jobs",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("ended", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("jobs_id", "jobs", ["id"], unique=True)
    op.create_index(
        "jobs_open",
        "jobs",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.create_index("jobs_user", "jobs", ["user", "created"], unique=False)
    op.create_index("jobs_origin", "jobs", ["origin"], unique=False)
    op.create_table(
        "marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "media",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("media_id", "media", ["id"], unique=True)
    op.create_index("media_owner", "media", ["owner"], unique=False)
    op.create_index("media_sha", "media", ["sha"], unique=False)
    op.create_table(
        "pieces",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("pieces_author", "pieces", ["author"], unique=False)
    op.create_index("pieces_id", "pieces", ["id"], unique=True)
    op.create_index("pieces_session", "pieces", ["session", "seq"], unique=False)
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("said", sa.Float(), nullable=False),
        sa.Column("sent", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("replies_key", "replies", ["key"], unique=True)
    op.create_index(
        "replies_sent",
        "replies",
        ["sent"],
        unique=False,
        sqlite_where=sa.text("sent IS NOT NULL"),
        postgresql_where=sa.text("sent IS NOT NULL"),
    )
    op.create_index(
        "replies_unsent",
        "replies",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sent IS NULL"),
        postgresql_where=sa.text("sent IS NULL"),
    )
    op.create_index("replies_user", "replies", ["user"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("sessions_owner", "sessions", ["owner"], unique=False)
    op.create_table(
        "spends",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=True),
        sa.Column("usage", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("spends_at", "spends", ["at", "usd"], unique=False)
    op.create_index("spends_user", "spends", ["user", "at", "usd"], unique=False)
    op.create_table(
        "piece_media",
        sa.Column("piece", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["piece"], ["pieces.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("piece", "media"),
    )
    op.create_index("piece_media_media", "piece_media", ["media"], unique=False)
    op.create_table(
        "ratings",
        sa.Column("piece", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["piece"], ["pieces.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("piece", "user", "emoji"),
    )
    op.create_index("ratings_user", "ratings", ["user"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("reply", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reply"], ["replies.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reply", "part"),
    )
    op.create_table(
        "shown",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("piece", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["piece"], ["pieces.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("shown_message", "shown", ["place", "message", "piece"], unique=True)
    op.create_index("shown_piece", "shown", ["piece", "place"], unique=False)
    op.create_table(
        "steps",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("finished", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "name"),
    )
    op.create_index("steps_finished", "steps", ["finished"], unique=False)
