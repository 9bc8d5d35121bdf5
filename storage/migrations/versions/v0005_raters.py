"""Who rated, as people are called, and in which chat: what was rated before is told of nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and what finds a chat's ratings where it moves."""
    op.add_column("ratings", sa.Column("name", sa.Text(), nullable=False, server_default=""))
    op.add_column("ratings", sa.Column("home", sa.Text(), nullable=False, server_default=""))
    in_a_chat = sa.text("home != ''")
    op.create_index("ratings_home", "ratings", ["home"], sqlite_where=in_a_chat, postgresql_where=in_a_chat)
