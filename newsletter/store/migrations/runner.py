"""Bring a database to the newest schema.

In: an engine and the revision found in it. Out: the database at HEAD, a copy of the file made before. Called by store.database.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from newsletter.model.errors import ConfigurationError
from newsletter.model.said import Said

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, found: str | None) -> None:
    """Apply what is missing. Refuses a database that is newer than this program."""
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if found is not None and found not in known:
        raise ConfigurationError(
            Said(
                f"the database has schema {found}, which this version does not know",
                f"la base de données a le schéma {found}, que cette version ne connaît pas",
            ),
            code="database-newer",
            hint=Said(
                "Install the newer version of newsletter that made it.",
                "Installez la version plus récente de newsletter qui l’a faite.",
            ),
        )
    if found is not None:
        _back_up(engine, found)
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:  # has no effect inside a transaction: set on the connection before one begins
            _foreign_keys(connection, on=False)
        with connection.execution_options(writing=True).begin():
            command.upgrade(configuration(connection), "head")
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise ConfigurationError(
                    Said("the migration would break references", "la migration romprait des références"),
                    code="database-migration",
                )
        if sqlite:
            _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    raw = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _back_up(engine: Engine, found: str) -> None:
    """Copy an SQLite file beside itself before it is changed."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return
    target = Path(path).with_suffix(f".before-{found}.db")
    with sqlite3.connect(path) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
