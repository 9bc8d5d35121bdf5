"""The history of the schema, run by Alembic from inside the program (there is no ``alembic.ini``)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for these migrations, to run on a connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def known() -> frozenset[str]:
    """All revisions this program knows."""
    script = ScriptDirectory.from_config(configuration())
    return frozenset(revision.revision for revision in script.walk_revisions())


def upgrade(connection: Connection) -> None:
    """Bring a database to the newest revision, inside the transaction that the connection has begun."""
    command.upgrade(configuration(connection), "head")
