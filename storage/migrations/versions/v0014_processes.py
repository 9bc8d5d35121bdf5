"""Several processes over one database: which there are, and which of them has a job or an update."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, the index and the table."""
    op.add_column("inbox", sa.Column("taker", sa.Text(), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("lane", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("worker", sa.Text(), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("fence", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("begun", sa.Float(), nullable=True))
    there = sa.text("begun IS NOT NULL")
    op.create_index("jobs_begun", "jobs", ["user", "begun"], sqlite_where=there, postgresql_where=there)
    op.create_table(
        "processes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
