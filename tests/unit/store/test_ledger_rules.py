"""What each row of the ledger keeps by itself: a row that breaks it is refused, whoever writes it; older rows are put right first.

L2, L3 and L11 in part, and what they rest on (docs/explanation/ledger.md). Fencing (L5) for every state at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Engine, create_engine, inspect
from sqlalchemy.exc import IntegrityError

from newsletter.model.campaign import BatchState
from newsletter.model.errors import RefusalScope, Refused, Uncertain
from newsletter.model.outbound import Receipt
from newsletter.pipeline import submit
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import Store, batches
from newsletter.store.migrations import runner
from newsletter.store.tables import metadata
from tests import databases, kept
from tests.ledger import START, Bench
from tests.seed import people, seed

RULED = ("campaigns", "batches", "deliveries", "attempts")

# A row that is as it should be, and what nobody may make of it.
BROKEN = {
    "ck_campaigns_copy": "UPDATE campaigns SET copy = 1",
    "ck_campaigns_begun": "UPDATE campaigns SET started_at = NULL",
    "ck_campaigns_ended": "UPDATE campaigns SET status = 'finished', ended_at = NULL",
    "ck_batches_owned": "UPDATE batches SET owner = '' WHERE state = 'claimed'",
    "ck_batches_owned ": "UPDATE batches SET owner = 'me' WHERE state = 'accepted'",
    "ck_batches_leased": "UPDATE batches SET lease_until = NULL WHERE state = 'in_flight'",
    "ck_batches_leased ": "UPDATE batches SET lease_until = 1 WHERE state = 'in_doubt'",
    "ck_batches_doubted": "UPDATE batches SET doubt_since = NULL WHERE state = 'in_doubt'",
    "ck_batches_aside": "UPDATE batches SET waiting = 'named' WHERE state = 'accepted'",
    "ck_batches_waits": "UPDATE batches SET state = 'retry_wait' WHERE state = 'accepted'",
    "ck_batches_counts": "UPDATE batches SET epoch = -1 WHERE state = 'planned'",
    "ck_batches_rooted": "UPDATE batches SET root_id = id WHERE state = 'accepted'",
    "ck_batches_rooted ": "UPDATE batches SET depth = 1 WHERE root_id IS NULL",
    "ck_batches_state": "UPDATE batches SET state = 'sent' WHERE state = 'accepted'",
    "ck_deliveries_placed": "UPDATE deliveries SET state = 'rejected' WHERE holds",
    "ck_deliveries_counts": "UPDATE deliveries SET progress = 5",
    "ck_attempts_counts": "UPDATE attempts SET number = 0",
    "ck_attempts_outcome": "UPDATE attempts SET outcome = 'perhaps' WHERE outcome = 'accepted'",
    "ck_attempts_ended": "UPDATE attempts SET finished_at = NULL WHERE outcome = 'accepted'",
    "ck_attempts_ended ": "UPDATE attempts SET outcome = '' WHERE outcome = 'accepted'",
    "ck_attempts_digested": "UPDATE attempts SET sha256 = '' WHERE outcome = ''",
    "ck_attempts_digested ": "UPDATE attempts SET sha256 = 'abc'",
    "uq_attempts_batch_id_number": (
        "INSERT INTO attempts (batch_id, number, epoch, sha256, members, started_at)"
        " SELECT batch_id, number, epoch, sha256, members, started_at FROM attempts"
    ),
    "uq_deliveries_place": (
        "INSERT INTO deliveries (id, campaign_id, occasion_id, copy, batch_id, member_id, address_key, address, merge)"
        " SELECT id + 1000, campaign_id, occasion_id, copy, batch_id, member_id, address_key, address, merge FROM deliveries"
    ),
}


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    return {"NEWSLETTER_SEND_BATCH_SIZE": "2"}


def answered(raised: Exception | None, _body: object) -> Receipt:
    """A yes, or this."""
    if raised is not None:
        raise raised
    return Receipt("ok")


@pytest.fixture
def mixed(desk: Bench) -> Bench:
    """A mailing with a batch in every state that a call can lead to."""
    seed(desk.ctx, [one | {"language": "en"} for one in people(14)])
    desk.mailing()
    desk.start()
    worker = Desk(desk.ctx, "one")
    refusal = Refused("400", code="x", scope=RefusalScope.REQUEST)
    for raised in (None, Uncertain("reset", code="x"), refusal):
        desk.witness.answer = partial(answered, raised)
        submit_next(worker)
    batch = submit.claim_next(desk.ctx, "two", None)
    assert batch is not None
    assert submit._begin(Desk(desk.ctx, "two"), batch) is not None
    submit.claim_next(desk.ctx, "three", None)
    with desk.ctx.store.write() as db:
        last = "(SELECT max(id) FROM batches WHERE state = 'ready')"
        db.exec_driver_sql(f"UPDATE batches SET state = 'planned' WHERE id = {last}")
        db.exec_driver_sql("DELETE FROM batch_moves")  # that one was ours
    return desk


def test_a_row_that_breaks_a_rule_is_refused(mixed: Bench) -> None:
    with mixed.ctx.store.write() as db:
        states = set(db.exec_driver_sql("SELECT state FROM batches").scalars())
        assert states >= {"planned", "claimed", "in_flight", "in_doubt", "accepted"}
        for name, statement in BROKEN.items():
            with pytest.raises(IntegrityError) as caught, db.begin_nested():
                db.exec_driver_sql(statement)
            said = str(caught.value.orig)
            of_sqlite = name.removeprefix("uq_").split("_")[0] if name.startswith("uq_") else name.strip()
            assert (name.strip() if mixed.ctx.store.shared else of_sqlite) in said, name


def test_every_rule_of_the_tables_has_a_row_that_breaks_it_here() -> None:
    rules = {
        str(rule.name)
        for table in RULED
        for rule in metadata.tables[table].constraints
        if isinstance(rule, CheckConstraint)
    }
    words = {"ck_batches_waiting", "ck_campaigns_status", "ck_campaigns_tracking", "ck_deliveries_state"}
    assert rules - words <= {name.strip() for name in BROKEN}


def test_the_database_has_the_rules_that_the_code_has(desk: Bench) -> None:
    looked = inspect(desk.ctx.store.engine)
    for name, table in metadata.tables.items():
        ours = {str(rule.name) for rule in table.constraints if isinstance(rule, CheckConstraint)}
        assert {str(rule["name"]) for rule in looked.get_check_constraints(name)} == ours, name


def test_whoever_holds_another_epoch_or_another_state_changes_nothing(mixed: Bench) -> None:
    """L5, for every state that there is here and every state that a stale worker may want it to have."""
    with mixed.ctx.store.write() as db:
        before = db.exec_driver_sql("SELECT * FROM batches ORDER BY id").all()
        for row, state in product(before, BatchState):
            now = batches.get(db, row.id)
            for stale in (replace(now, epoch=now.epoch - 1), replace(now, epoch=now.epoch + 1)):
                assert not batches.move(db, stale, list(BatchState), state, reason="stale")
            others = [one for one in BatchState if one is not now.state]
            assert not batches.move(db, now, others, state, reason="stale")
        assert db.exec_driver_sql("SELECT * FROM batches ORDER BY id").all() == before


def test_only_the_next_epoch_is_claimed_and_only_once(mixed: Bench) -> None:
    with mixed.ctx.store.write() as db:
        ready = set(db.exec_driver_sql("SELECT id FROM batches WHERE state = 'ready'").scalars())
        claimed: list[int] = []
        while batch := batches.claim(db, START, "me", START + timedelta(minutes=5)):
            claimed.append(batch.id)
        assert set(claimed) == ready
        assert len(claimed) == len(ready)


# --- the migration ---

_FILLED = (
    "INSERT INTO occasions (id, publication, slug) VALUES (1, 'ngen', 'old')",
    "INSERT INTO editions (id, publication, slug, content, created_at) VALUES ('e', 'ngen', 'old', '', 1)",
    *(
        "INSERT INTO campaigns (id, occasion_id, copy, edition_id, include, exclude, provider, tracking, key_id, status,"
        f" grace_seconds, created_at) VALUES ({number}, 1, {number - 1}, 'e', '[]', '[]', 'witness', 'off', 1, '{status}', 1, 7)"
        for number, status in enumerate(("sending", "finished", "cancelled", "draft"), 1)
    ),
    "INSERT INTO variants (id, campaign_id, language, answers, tracking) VALUES (1, 1, 'en', '', 'off')",
    "INSERT INTO waves (id, campaign_id, due_at, zones) VALUES (1, 1, 1, '[]')",
    *(
        "INSERT INTO batches (id, campaign_id, wave_id, variant_id, state, owner, lease_until, waiting, epoch)"
        f" VALUES ({number}, 1, 1, 1, '{state}', '{owner}', {lease}, '{waiting}', 3)"
        for number, (state, owner, lease, waiting) in enumerate(
            (
                ("in_flight", "", "NULL", ""),
                ("claimed", "me", "NULL", ""),
                ("accepted", "me", "5", ""),
                ("in_doubt", "", "NULL", ""),
                ("held", "", "NULL", "named"),
                ("retry_wait", "", "NULL", ""),
                ("in_flight", "me", "5", ""),
            ),
            1,
        )
    ),
    *(
        "INSERT INTO deliveries (id, campaign_id, occasion_id, batch_id, member_id, address_key, address, merge, state)"
        f" VALUES ({number}, 1, 1, 3, {number}, '{number:016}', 'p{number}@reader.example', '[]', '{state}')"
        for number, state in enumerate(("batched", "skipped", "rejected"), 1)
    ),
    "INSERT INTO attempts (batch_id, number, epoch, sha256, members, started_at) VALUES (1, 1, 3, '', 1, 9)",
    "INSERT INTO attempts (batch_id, number, epoch, sha256, members, started_at, outcome)"
    " VALUES (3, 1, 3, '" + "0" * 64 + "', 1, 9, 'accepted')",
)


def revision() -> tuple[str, str]:
    """The migration's own number, and the one before it."""
    for script in ScriptDirectory.from_config(runner.configuration()).walk_revisions():
        if script.path.endswith("rules_of_the_ledger.py"):
            return script.revision, str(script.down_revision)
    raise AssertionError("there is no such migration")


def _without(db: Connection, tables: tuple[str, ...]) -> None:
    """A database of PostgreSQL as it was before: without the rules."""
    for name in BROKEN:
        table = name.split("_")[1]
        if name.startswith("ck_") and name.strip() != "ck_batches_state" and table in tables:
            db.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name.strip()}")
    db.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision()[1]}'")


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Engine]:
    """A filled database of before, with rows that no release should have left."""
    if databases.POSTGRES:
        url = databases.url(tmp_path / "old.db")
        engine = create_engine(url)
        with engine.begin() as db:
            _without(db, RULED)
    else:
        engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
        with engine.begin() as db:
            command.upgrade(runner.configuration(db), revision()[1])
    with engine.begin() as db:
        for statement in _FILLED:
            db.exec_driver_sql(statement)
    yield engine
    engine.dispose()


def test_a_filled_database_is_put_right_in_favour_of_not_sending(old: Engine) -> None:
    if (
        databases.POSTGRES
    ):  # from an older schema the newest one would miss what came after: only this step is taken
        with old.begin() as db:
            command.upgrade(runner.configuration(db), revision()[0])
        shared = Store(old)
    else:
        shared = Store.open(str(old.url))
    with shared.read() as db:
        found = db.exec_driver_sql("SELECT state, epoch, owner, doubt_since FROM batches ORDER BY id").all()
        assert [tuple(row) for row in found] == [
            ("in_doubt", 3, "", 0),
            ("ready", 4, "", None),
            ("accepted", 3, "", None),
            ("in_doubt", 3, "", 0),
            ("held", 3, "", None),
            ("retry_wait", 3, "", None),
            ("in_flight", 3, "me", None),
        ]
        places = db.exec_driver_sql("SELECT state, holds FROM deliveries ORDER BY id").all()
        assert [(state, bool(holds)) for state, holds in places] == [
            ("batched", True),
            ("skipped", False),
            ("rejected", False),
        ]
        assert db.exec_driver_sql("SELECT outcome, finished_at FROM attempts ORDER BY id").all() == [
            ("in_doubt", 9),
            ("accepted", 9),
        ]
        assert db.exec_driver_sql("SELECT count(*) FROM campaigns").scalar() == 4
    shared.close()


def test_the_documented_changes_are_read() -> None:
    """The page's table is what the ledgers of all tests are held against: were it not read, nothing would be."""
    changes = kept.documented()
    assert ("claimed", "in_flight") in changes
    assert ("", "planned") in changes
    assert ("in_flight", "ready") not in changes
    assert {after for _, after in changes} == {state.value for state in BatchState}
    over = {"accepted", "rejected", "split", "cancelled", "expired"}
    assert not over & {before for before, _ in changes}, "what is over stays over"


def test_a_ledger_that_is_broken_is_noticed(mixed: Bench) -> None:
    """A test of the tests: each rule of tests/kept.py finds what breaks it."""
    wrong = {
        "a batch went from in_flight to ready": (
            "UPDATE batches SET state = 'ready', owner = '', lease_until = NULL WHERE state = 'in_flight'"
        ),
        "the epoch changed by -1": "UPDATE batches SET epoch = epoch - 1 WHERE state = 'claimed'",
        "left doubt to be sent": "UPDATE batches SET state = 'ready' WHERE state = 'in_doubt'",
        "still has deliveries": "UPDATE batches SET state = 'split' WHERE state = 'planned'",
        "has a place, or none": "UPDATE deliveries SET holds = false",
        "of another mailing than its batch": "UPDATE deliveries SET copy = 7",
        "without an open attempt": "DELETE FROM attempts WHERE outcome = ''",
        "never called with": "DELETE FROM attempts",
        "numbered from one on": "UPDATE attempts SET number = number + 1",
        "took 30 requests": "UPDATE batches SET requests = 30",
    }
    with mixed.ctx.store.write() as db:
        for said, statement in wrong.items():
            trial = db.begin_nested()
            db.exec_driver_sql(statement)
            assert any(said in line for line in kept.broken(db)), said
            trial.rollback()
