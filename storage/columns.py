"""Of what tables are made: the columns that there are, and the list of all tables."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, Text, text

metadata = MetaData()


def words(name: str, *, key: bool = False) -> Column[str]:
    """A text."""
    return Column(name, Text, primary_key=key, nullable=False)


def number(name: str, *, key: bool = False) -> Column[int]:
    """A whole number."""
    return Column(name, Integer, primary_key=key, nullable=False)


def real(name: str, *, null: bool = False) -> Column[float]:
    """A number, such as a time or money."""
    return Column(name, Float, nullable=null)


def part_of(name: str, owner: str, *, key: bool = False) -> Column[str]:
    """A column that names a row of another table and is deleted with it."""
    return Column(name, ForeignKey(owner, ondelete="CASCADE"), primary_key=key, nullable=False)


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that something holds of. It is SQLite's, and read by ``storage.postgresql`` too: to name that one here would load it."""
    return Index(name, *columns, sqlite_where=text(where))
