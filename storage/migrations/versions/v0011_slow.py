"""Calls that may take a day, and the files that they went to a service in."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and an index that tells by itself how far a batch is."""
    op.create_index("batch_rows_counts", "batch_rows", ["batch", "state", "usd"])
    op.create_table(
        "slow_calls",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("batch", sa.Text(), sa.ForeignKey("batches.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("beside", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("wave", sa.Text(), nullable=False),
    )
    op.create_index("slow_calls_batch", "slow_calls", ["batch", "number"])
    op.create_index("slow_calls_job", "slow_calls", ["job", "answer"])
    op.create_index("slow_calls_wave", "slow_calls", ["wave", "id"])
    op.create_table(
        "slow_waves",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("batch", sa.Text(), sa.ForeignKey("batches.id", ondelete="CASCADE"), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("remote", sa.Text(), nullable=False),
    )
    op.create_index("slow_waves_batch", "slow_waves", ["batch"])
