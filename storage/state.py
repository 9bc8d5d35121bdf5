"""What an operator set while it runs, kept over restarts: named values in ``installation``, beside its secret."""

from __future__ import annotations

import json

from sqlalchemy import Connection, bindparam, select

from storage.database import Database
from storage.tables import insert, installation

_READ = select(installation.c.value).where(installation.c.name == bindparam("wanted"))
_new = insert(installation)
_KEEP = _new.on_conflict_do_update(index_elements=[installation.c.name], set_={"value": _new.excluded.value})


class State:
    """Sets of names, each under a name of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def names(self, of: str) -> frozenset[str]:
        """A set; empty where nothing was set, or nothing that can be read."""
        value = await self._database.read(
            lambda connection: connection.execute(_READ, {"wanted": f"set {of}"}).scalar()
        )
        try:
            read = json.loads(value or "[]")
        except ValueError:
            read = []
        return frozenset(map(str, read)) if isinstance(read, list) else frozenset()

    async def keep(self, of: str, names: frozenset[str]) -> None:
        """Keep a set, in place of what it was."""
        row = {"name": f"set {of}", "value": json.dumps(sorted(names), ensure_ascii=False)}

        def write(connection: Connection) -> None:
            connection.execute(_KEEP, row)

        await self._database.write(write)
