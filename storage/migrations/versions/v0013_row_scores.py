"""How each row of a batch was found, in a column: rows are looked for by it."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ROWS = sa.table("batch_rows", sa.column("batch"), sa.column("number"), sa.column("score"), sa.column("value"))


def upgrade() -> None:
    """Add the column, and fill it from what is kept of each row."""
    op.add_column("batch_rows", sa.Column("score", sa.Float(), nullable=True))
    connection = op.get_bind()
    scored = sa.select(_ROWS.c.batch, _ROWS.c.number, _ROWS.c.value).where(_ROWS.c.value.contains('"score":'))
    for batch, number, value in connection.execute(scored).all():
        try:
            score = json.loads(value).get("score")
        except ValueError:
            continue  # it could not be read before either
        if score is not None:
            row = (_ROWS.c.batch == batch) & (_ROWS.c.number == number)
            connection.execute(sa.update(_ROWS).where(row).values(score=score))
