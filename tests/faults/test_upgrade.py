"""F21: a newer program migrates the database under one that sends, and an older one finds it so. Judged from the emulator's log."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from newsletter.store.database import HEAD
from tests.faults.conftest import PEOPLE
from tests.faults.inside import approved, gone, once, requests, work
from tests.faults.stage import Stage

pytestmark = [pytest.mark.ci, pytest.mark.fault("F21")]

NEWER = "9999"


def migrate(stage: Stage, revision: str = NEWER) -> None:
    """What another program does to the database, while others have it open; no newer one is there to do it."""
    url = stage.extra.get("NEWSLETTER_DATABASE_URL") or f"sqlite:///{stage.folder / 'var' / 'newsletter.db'}"
    engine = create_engine(url)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE IF NOT EXISTS of_another_release (id INTEGER PRIMARY KEY)")
        db.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    engine.dispose()


def everybody_once(stage: Stage) -> None:
    """What was under way is settled by events, the others get it, and nobody twice."""
    with stage.context() as ctx:
        work(ctx)
        stage.deliver_events()
        work(ctx)
        told = once(stage, ctx, PEOPLE)
        assert (told.accepted, told.closed) == (PEOPLE, True)


@pytest.mark.parametrize(
    "command",
    [pytest.param(("work",), marks=pytest.mark.faults), ("serve", "--port", "0", "--staff-port", "0")],
    ids=["work", "serve"],
)
def test_who_outlives_a_migration_ends_and_hands_nothing_over_any_more(
    stage: Stage, command: tuple[str, ...]
) -> None:
    """With a call under way: it ends, nothing else leaves, and of that one nobody guesses."""
    rule = {"action": "hold", "id": "k", "at": "received", "request": 2}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    with stage.context() as ctx:
        approved(ctx)
    process = stage.start(*command)
    try:
        assert stage.emulated.ask("GET", "/holds/k?wait=30")["held"], "the request never came"
        migrate(stage)
        stage.emulated.ask("POST", "/holds/k/release", {"then": "accept"})
        _, said = process.communicate(timeout=60)
    finally:
        gone(process)
    assert process.returncode == 1, said
    assert f"schema {HEAD} is now {NEWER}" in said
    assert "Traceback" not in said
    assert len(requests(stage)) == 2
    migrate(stage, HEAD)
    everybody_once(stage)


def test_who_only_waits_ends_as_well(stage: Stage) -> None:
    """Nothing is to be sent: the pages could not write down that somebody leaves, so they go."""
    process = stage.start("serve", "--port", "0", "--staff-port", "0")
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Readers and hooks:")
        migrate(stage)
        _, said = process.communicate(timeout=60)
    finally:
        gone(process)
    assert (process.returncode, "Traceback" in said) == (1, False), said
    assert f"is now {NEWER}" in said


def test_an_older_program_refuses_a_newer_database(stage: Stage) -> None:
    """Rolled back without its backup: not a byte leaves, and it says what to install."""
    with stage.context() as ctx:
        approved(ctx)
    migrate(stage)
    done = stage.run("work", "--once")
    assert done.returncode == 1
    assert f"schema {NEWER}, which this version does not know" in done.stderr
    assert "Traceback" not in done.stderr
    assert requests(stage) == []
    migrate(stage, HEAD)
    everybody_once(stage)
