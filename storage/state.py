"""What an operator set while it runs, kept over restarts: named values in ``installation``, beside its secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

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
        return await self._database.read(partial(_names, of))

    async def keep(self, of: str, names: frozenset[str]) -> None:
        """Keep a set, in place of what it was."""
        await self._database.write(partial(_keep, of, names))

    async def change(self, of: str, revise: Callable[[frozenset[str]], frozenset[str]]) -> frozenset[str]:
        """Make a set of what it is in that moment, and keep it: two who change it at once lose nothing of each other's."""

        def write(connection: Connection) -> frozenset[str]:
            names = revise(_names(of, connection))
            _keep(of, names, connection)
            return names

        return await self._database.write(write)


def _names(of: str, connection: Connection) -> frozenset[str]:
    value = connection.execute(_READ, {"wanted": f"set {of}"}).scalar()
    try:
        read = json.loads(value or "[]")
    except ValueError:
        read = []
    return frozenset(map(str, read)) if isinstance(read, list) else frozenset()


def _keep(of: str, names: frozenset[str], connection: Connection) -> None:
    connection.execute(_KEEP, {"name": f"set {of}", "value": json.dumps(sorted(names), ensure_ascii=False)})
