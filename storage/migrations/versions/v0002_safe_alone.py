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
    op.add_column("jobs", sa.Column("recipe", sa.Integer(), nullable=False, server_default="1"))
    installation = op.create_table(
        "installation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.bulk_insert(installation, [{"name": "secret", "value": secrets.token_hex(32)}])
