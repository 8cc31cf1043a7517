"""A workspace with its database, copied; and put back in the place of the other.

In: a stage. Out: another stage, before the same emulator. Called by tests/faults.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import make_url

from tests import databases
from tests.faults.stage import Stage


def backup(stage: Stage, target: Path) -> Stage:
    """A backup of the whole workspace, its database copied as one does it while programs run: a stage of its own."""
    shutil.copytree(stage.folder, target, ignore=shutil.ignore_patterns("newsletter.db*", ".local"))
    extra = dict(stage.extra)
    if stage.shared:
        copied = databases.url(target, made=make_url(stage.extra["NEWSLETTER_DATABASE_URL"]))
        extra["NEWSLETTER_DATABASE_URL"] = copied.render_as_string(hide_password=False)
    else:
        with (
            closing(sqlite3.connect(stage.folder / "var/newsletter.db")) as source,
            closing(sqlite3.connect(target / "var/newsletter.db")) as copy,
        ):
            source.backup(copy)
    return replace(stage, folder=target, extra=extra)


def restore(stage: Stage, saved: Stage) -> None:
    """The disk was lost; the backup is put back. What the machine remembers lies elsewhere."""
    for path in stage.folder.iterdir():
        if path.name != ".local":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(saved.folder, stage.folder, dirs_exist_ok=True)
    stage.extra |= saved.extra
