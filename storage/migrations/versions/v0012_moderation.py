"""How strictly the service looks at what is drawn for a room, where its administrators have chosen."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("chats", sa.Column("moderation", sa.Text(), nullable=False, server_default=""))
