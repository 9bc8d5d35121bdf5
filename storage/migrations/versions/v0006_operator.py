"""What an operator rules and sees: which command a job was, why it failed, which requests wait for a word; and what old rows are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, the table and the indexes."""
    op.add_column("jobs", sa.Column("command", sa.Text(), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("failure", sa.Text(), nullable=False, server_default=""))
    op.add_column("quotas", sa.Column("command", sa.Text(), nullable=False, server_default=""))
    op.add_column("quotas", sa.Column("requests", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("jobs_created", "jobs", ["created"])
    op.create_index(
        "jobs_ended",
        "jobs",
        ["ended"],
        sqlite_where=sa.text("ended IS NOT NULL"),
        postgresql_where=sa.text("ended IS NOT NULL"),
    )
    op.create_index("events_at", "events", ["at"])
    op.create_table(
        "asks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("asks_user", "asks", ["user"])
    op.create_index("asks_at", "asks", ["at"])
