"""Everything about one person as a ZIP archive that people and programs can read, and nothing of anybody else.

What others said is in it nowhere: of a request only what its person said and chose, of a room only what was asked by them and answered to them.
"""

from __future__ import annotations

import json
import mimetypes
import os
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from core import texts
from core.errors import StorageFault
from core.types import KeptPiece, Request, Session
from storage.faults import faults
from storage.folder import DATABASE
from storage.keeping.archive import media_name
from storage.values import load

_SAID = ("message", "edited_message", "channel_post")
"""What a platform's update calls what somebody said."""

_EVENTS = frozenset({"message", "reply", "failure"})

Rows = list[dict[str, Any]]


class Exported(NamedTuple):
    """What an export came to: pieces, kept files, and files of theirs that are lost."""

    pieces: int
    files: int
    lost: int


def person_called(data_dir: Path, said: str) -> str:
    """The key of a person (``telegram:42``), who may also be named by their id on the page. Raises ``StorageFault("person-unknown")``."""
    with faults(), closing(_reading(data_dir)) as database:
        for key in (said, f"web:{said}"):
            if ":" in key and any(_is_known(database, key)):
                return key
    raise StorageFault("person-unknown", id=said)


def export(data_dir: Path, person: str, file: Path, language: str) -> Exported:
    """Write the archive of a person (by their key), also while everything goes on. The ``file`` must not be there yet; raises ``StorageFault``."""
    with faults():
        if file.exists() or file.is_symlink():
            raise StorageFault("backup-there", file=str(file.absolute()))
        handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        os.close(handle)
        try:
            with closing(_reading(data_dir)) as database, zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
                database.execute("BEGIN")  # all of it as it is at one moment
                exported = _write(database, archive, data_dir, person, language)
            os.link(name, file)
            return exported
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()


def _reading(data_dir: Path) -> sqlite3.Connection:
    if not (data_dir / DATABASE).is_file():
        raise StorageFault("backup-nothing")
    database = sqlite3.connect(data_dir / DATABASE, isolation_level=None, timeout=30)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA query_only = ON")
    return database


def _is_known(database: sqlite3.Connection, person: str) -> Iterable[bool]:
    platform, _, name = person.partition(":")
    if platform == "web":
        yield bool(_rows(database, "SELECT id FROM people WHERE id = ?", name))
    for table, column in (("jobs", "user"), ("pieces", "author"), ("spends", "user"), ("ratings", "user")):
        yield bool(_rows(database, f'SELECT 1 FROM {table} WHERE "{column}" = ? LIMIT 1', person))  # noqa: S608
    for table, column in (("inbox", "user"), ("sessions", "owner"), ("media", "owner"), ("timers", "owner")):
        yield bool(_rows(database, f'SELECT 1 FROM {table} WHERE "{column}" = ? LIMIT 1', person))  # noqa: S608


def _write(
    database: sqlite3.Connection, archive: zipfile.ZipFile, data_dir: Path, person: str, language: str
) -> Exported:
    made = _pieces(database, person)
    names, lost = _files(database, archive, data_dir, person, made)
    told: dict[str, object] = {
        "person": _profile(database, person),
        "pieces": [_piece(kept, names) for kept in made],
        "requests": _requests(database, person),
        "messages": _messages(database, person),
        "conversations": _conversations(database, person),
        "answers": _answers(database, person),
        "ratings": _rows(database, "SELECT piece, emoji, value, home AS chat FROM ratings WHERE user = ?", person),
        "spending": _rows(
            database, "SELECT at, model, usd, usage, step FROM spends WHERE user = ? ORDER BY seq", person
        ),
        "timers": _rows(
            database, "SELECT at, what, home AS chat, ended FROM timers WHERE owner = ? ORDER BY seq", person
        ),
    }
    for name, value in told.items():
        archive.writestr(f"{name}.json", json.dumps(value, ensure_ascii=False, indent=1, default=str))
    archive.writestr("README.md", _readable(person, made, names, told, language))
    return Exported(len(made), len(names), lost)


def _rows(database: sqlite3.Connection, query: str, *values: object) -> Rows:
    return [dict(row) for row in database.execute(query, values)]


def _profile(database: sqlite3.Connection, person: str) -> dict[str, object]:
    platform, _, name = person.partition(":")
    profile: dict[str, object] = {"person": person, "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    if platform == "web":
        profile["people"] = _rows(database, "SELECT id, name, operator, guest, created FROM people WHERE id = ?", name)
        profile["rooms"] = [row["room"] for row in _rows(database, "SELECT room FROM members WHERE person = ?", name)]
        profile["tokens"] = _rows(database, "SELECT id, label, created FROM tokens WHERE person = ?", name)
        profile["signed_in"] = _rows(database, "SELECT expires FROM logins WHERE person = ?", name)
    return profile


def _pieces(database: sqlite3.Connection, person: str) -> Sequence[KeptPiece]:
    rows = _rows(database, "SELECT id, value FROM pieces WHERE author = ? AND NOT deleted ORDER BY seq", person)
    return [kept for row in rows if (kept := load(KeptPiece, row["value"], f"pieces {row['id']}"))]


def _files(
    database: sqlite3.Connection, archive: zipfile.ZipFile, data_dir: Path, person: str, made: Sequence[KeptPiece]
) -> tuple[dict[str, str], int]:
    """Put the bytes of their pieces and what they sent into the archive: the name of each by its id, and how many are lost."""
    own = _rows(database, "SELECT id, sha, mime FROM media WHERE owner = ?", person)
    of_pieces = (media for kept in made for media in kept.piece.media)
    asked = "SELECT id, sha, mime FROM media WHERE id = ?"
    rows = {row["id"]: row for row in (*own, *(row for media in of_pieces for row in _rows(database, asked, media)))}
    names: dict[str, str] = {}
    by_digest: dict[str, str] = {}
    lost = 0
    for row in rows.values():
        if (sha := row["sha"]) not in by_digest:
            name = f"files/{len(by_digest) + 1:05}{mimetypes.guess_extension(row['mime']) or ''}"
            try:
                archive.write(data_dir / media_name(sha), name, zipfile.ZIP_STORED)
            except OSError:
                lost += 1
                continue
            by_digest[sha] = name
        names[row["id"]] = by_digest[sha]
    return names, lost


def _piece(kept: KeptPiece, names: Mapping[str, str]) -> dict[str, object]:
    piece = kept.piece
    told = piece.model_dump(mode="json", exclude_defaults=True, exclude={"prompt", "picture", "own", "document"})
    files = [names[media] for media in piece.media if media in names]
    return {**told, "prompt": piece.shown_prompt, "files": files, "chat": kept.place.home, "created": kept.created}


def _requests(database: sqlite3.Connection, person: str) -> Rows:
    """What they asked for: their own words and choices, not what they answered to."""
    rows = _rows(database, "SELECT id, state, created, ended, request FROM jobs WHERE user = ? ORDER BY seq", person)
    told = []
    for row in rows:
        request = load(Request, row.pop("request"), f"jobs {row['id']}")
        own = {"command": request.command, "words": request.words, "options": dict(request.options)} if request else {}
        told.append({**row, **own, **({"chat": request.place.home} if request else {})})
    return told


def _messages(database: sqlite3.Connection, person: str) -> Rows:
    """What they sent within the last hours, as far as it is kept: the words alone, since an update also quotes others."""
    rows = _rows(database, "SELECT platform, taken, payload FROM inbox WHERE user = ? ORDER BY seq", person)
    return [{"platform": row["platform"], "at": row["taken"], "text": _words(row["payload"])} for row in rows]


def _words(payload: str) -> str:
    try:
        update = json.loads(payload or "{}")
        said = next((update[name] for name in _SAID if isinstance(update.get(name), dict)), update)
        return str(said.get("text") or said.get("caption") or "")
    except (ValueError, AttributeError, RecursionError):
        return ""


def _conversations(database: sqlite3.Connection, person: str) -> Rows:
    """What is remembered of their own conversations; those of a whole room are the room's."""
    rows = _rows(database, "SELECT key, value, changed FROM sessions WHERE owner = ?", person)
    told: Rows = []
    for row in rows:
        session = load(Session, row["value"], f"sessions {row['key']}")
        if session:
            turns = [{"role": turn.role, "text": turn.text} for turn in session.turns]
            chosen = session.preferences.model_dump(exclude_none=True)
            told.append({"key": row["key"], "changed": row["changed"], "settings": chosen, "turns": turns})
    return told


def _answers(database: sqlite3.Connection, person: str) -> Rows:
    """What they said and were answered on the page."""
    rows = _rows(database, "SELECT chat, at, data FROM events WHERE user = ? ORDER BY seq", person)
    told: Rows = []
    for row in rows:
        with suppress(ValueError, AttributeError, RecursionError):
            event = json.loads(row["data"] or "{}")
            if event.get("kind") in _EVENTS and event.get("text"):
                told.append({"chat": row["chat"], "at": row["at"], "kind": event["kind"], "text": str(event["text"])})
    return told


def _readable(
    person: str, made: Sequence[KeptPiece], names: Mapping[str, str], told: Mapping[str, Any], language: str
) -> str:
    """What was made, with its pictures, to be read; what else there is, by its file."""
    lines = [f"# {person}", texts.say("export-about", language)]
    lines += [f"- `{name}.json`: {len(value)}" for name, value in told.items() if isinstance(value, list)]
    for kept in made:
        piece = kept.piece
        title = texts.shortened(piece.caption or piece.request or piece.kind)
        lines += [
            f"\n## {texts.day(kept.created, language)} · {title}",
            *([f"> {piece.request}"] if piece.request else []),
        ]
        lines += [piece.words] if piece.words else []
        lines += [f"![]({names[media]})" for media in piece.media if media in names]
    return "\n\n".join(lines) + "\n"
