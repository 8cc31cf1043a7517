"""The database: opened, tuned, migrated, and handed out by transaction.

In: a URL and the workspace. Out: a Store whose `read()` and `write()` give connections. Called by app.

Writers take turns, and what is committed survives a power cut: store.transactions says how, for SQLite and PostgreSQL.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, create_engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from newsletter.model.errors import ConfigurationError, Superseded
from newsletter.model.said import Said
from newsletter.store import transactions
from newsletter.store.faults import explained
from newsletter.store.tables import meta
from newsletter.store.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

__all__ = ["Connection", "Store"]

#: the newest migration; a test holds it against the migrations' own head
HEAD = "0015"
_REVISION = "SELECT version_num FROM alembic_version"


class Store:
    """An open database at the newest schema."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite has one writer at a time and lets the others sleep and try again: threads of one process queue up instead.
        self._turn = Turns() if engine.dialect.name == "sqlite" else nullcontext()

    @property
    def shared(self) -> bool:
        """True for a database of a server, which several machines may send from at one time."""
        return self.engine.dialect.name != "sqlite"

    @classmethod
    def open(cls, url: str) -> Store:
        """Open (creating and migrating where needed) the database at an SQLAlchemy URL.

        Raises ConfigurationError for a URL that cannot be used, or a database newer than this program; StoreUnavailable for one
        that cannot be opened.
        """
        try:
            parsed = make_url(url)
            engine = create_engine(parsed, **transactions.options(parsed.get_backend_name()))
        except (ArgumentError, NoSuchModuleError, ImportError, LookupError) as error:
            raise ConfigurationError(
                Said(
                    f"the database address is not one that can be used: {error}",
                    f"l’adresse de la base de données est inutilisable\u00a0: {error}",
                ),
                code="database-url",
                hint=Said(
                    "Leave database_url empty for a file in the workspace.",
                    "Laissez database_url vide pour un fichier dans le dossier.",
                ),
            ) from None
        transactions.tune(engine)
        store = cls(engine)
        store._migrate()
        return store

    @classmethod
    def open_file(cls, path: Path) -> Store:
        """Open the SQLite database at a path; the folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls.open(f"sqlite:///{path}")

    def _migrate(self) -> None:
        with explained():
            with self.engine.connect() as db:
                found = self._revision(db)
            if found == HEAD:
                return
            # Alembic takes 0.2 s to import: only when there is something to do.
            from newsletter.store.migrations import runner

            runner.upgrade(self.engine, found)

    @staticmethod
    def _revision(db: Connection) -> str | None:
        if not inspect(db).has_table("alembic_version"):
            return None
        return db.exec_driver_sql(_REVISION).scalar()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: one unchanging view. Raises StoreUnavailable, Superseded."""
        try:
            with explained(), self.engine.connect() as db, db.begin():
                yield db
        except DBAPIError:  # a mistake of ours, unless the tables are not those any more that we know
            with explained(), self.engine.connect() as db, db.begin():
                _require_head(self._revision(db))
            raise

    def require_current(self) -> None:
        """Raises Superseded when a newer program has changed the database since it was opened, StoreUnavailable."""
        with self.read() as db:
            _require_current(db)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; committed at the end, rolled back on any exception.

        Raises StoreUnavailable, and Superseded (a process that outlives a migration writes nothing any more: what it knows of the
        tables is not true of them).
        """
        with (
            explained(),
            self._turn,
            self.engine.connect().execution_options(writing=True) as db,
            db.begin(),
        ):
            _require_current(db)
            yield db

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _require_current(db: Connection) -> None:
    _require_head(db.exec_driver_sql(_REVISION).scalar())


def _require_head(found: str | None) -> None:
    if found == HEAD:
        return
    raise Superseded(
        Said(
            f"another version of newsletter has changed the database (schema {HEAD} is now {found}): this process ends",
            f"une autre version de newsletter a modifié la base de données (le schéma {HEAD} est devenu {found})\u00a0: ce processus se termine",
        ),
        code="database-changed",
        hint=Said(
            "Start it again with the version that is installed now. Whatever was under way is settled from events.",
            "Relancez-le avec la version maintenant installée. Ce qui était en cours se règle d’après les événements.",
        ),
    )


# Put together once: these run for every batch.
_VALUE = select(meta.c.value).where(meta.c.name == bindparam("of"))
_SET_VALUE = meta.update().where(meta.c.name == bindparam("of")).values(value=bindparam("to"))


def get_meta(db: Connection, name: str) -> str | None:
    """A named value of this database."""
    return db.execute(_VALUE, {"of": name}).scalar()


def set_meta(db: Connection, name: str, value: str) -> None:
    """Set a named value of this database."""
    changed = db.execute(_SET_VALUE, {"of": name, "to": value})
    if changed.rowcount == 0:
        db.execute(meta.insert().values(name=name, value=value))
