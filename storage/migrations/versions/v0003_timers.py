"""What is to be done at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of timers."""
    op.create_table(
        "timers",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("timers_id", "timers", ["id"], unique=True)
    op.create_index("timers_owner", "timers", ["owner"])
    to_come, over = sa.text("ended IS NULL"), sa.text("ended IS NOT NULL")
    op.create_index("timers_to_come", "timers", ["at", "seq"], sqlite_where=to_come, postgresql_where=to_come)
    op.create_index("timers_over", "timers", ["ended"], sqlite_where=over, postgresql_where=over)
