"""Which message an event of the web page shows, and whom alone it was said to, in columns: each press and each page asks for them."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_EVENTS = sa.table("events", sa.column("seq"), sa.column("data"), sa.column("message"), sa.column("only"))
_TOGETHER = 1000


def upgrade() -> None:
    """Add the columns and the index, and fill them from what is kept of each event."""
    op.add_column("events", sa.Column("message", sa.Text(), nullable=False, server_default=""))
    op.add_column("events", sa.Column("only", sa.Text(), nullable=False, server_default=""))
    there = sa.text("message <> ''")
    op.create_index("events_message", "events", ["chat", "message"], sqlite_where=there, postgresql_where=there)
    connection, after = op.get_bind(), 0
    shown = (
        sa.update(_EVENTS)
        .where(_EVENTS.c.seq == sa.bindparam("of"))
        .values(message=sa.bindparam("shows"), only=sa.bindparam("to"))
    )
    some = sa.select(_EVENTS.c.seq, _EVENTS.c.data).order_by(_EVENTS.c.seq).limit(_TOGETHER)
    while rows := connection.execute(some.where(_EVENTS.c.seq > after)).all():
        after = rows[-1].seq
        connection.execute(shown, [{"of": row.seq, **_told(row.data)} for row in rows])


def _told(data: str) -> dict[str, str]:
    """What an event shows, and to whom; of one that cannot be read nothing is known."""
    try:
        event = json.loads(data)
        alone = event.get("private") and event.get("kind") != "end"
        return {"shows": str(event.get("message") or ""), "to": str(event.get("user", "")) if alone else ""}
    except (ValueError, AttributeError):
        return {"shows": "", "to": ""}
