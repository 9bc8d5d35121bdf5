"""Batches: tables of which a work is made row by row."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "batches",
        sa.Column("seq", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.create_index("batches_id", "batches", ["id"], unique=True)
    op.create_index("batches_home", "batches", ["home", "user", "seq"])
    op.create_index("batches_user", "batches", ["user"])
    op.create_table(
        "batch_rows",
        sa.Column("batch", sa.Text(), sa.ForeignKey("batches.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch", "number"),
    )
    op.create_index("batch_rows_state", "batch_rows", ["batch", "state", "number"])
    op.create_index("batch_rows_key", "batch_rows", ["key"])
