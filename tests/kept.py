"""What the ledger of every test keeps: each change of a batch is one of the documented ones, and the rows agree with each other.

In: an open Store. Out: a record of every change of a batch, made by the database itself; sentences about what is wrong. Called by
tests.ledger, so that every test with a ledger of its own is also a test of L2, L3, L5 and L11 (docs/explanation/ledger.md).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect

from newsletter.store import Store

_PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "ledger.md"
_RECORD = "CREATE TABLE {} (id {}, batch BIGINT, was TEXT, became TEXT, was_epoch INTEGER, epoch INTEGER)"
_NAME = "batch_moves"
_ROW = "INSERT INTO batch_moves (batch, was, became, was_epoch, epoch) VALUES (NEW.id, {}, NEW.state, {}, NEW.epoch)"
_BORN, _MOVED = _ROW.format("''", "NEW.epoch"), _ROW.format("OLD.state", "OLD.epoch")
_CHANGED = "OLD.state <> NEW.state OR OLD.epoch <> NEW.epoch"
_SQLITE = (
    _RECORD.format(_NAME, "INTEGER PRIMARY KEY"),
    f"CREATE TRIGGER batch_born AFTER INSERT ON batches BEGIN {_BORN}; END",
    f"CREATE TRIGGER batch_moved AFTER UPDATE ON batches WHEN {_CHANGED} BEGIN {_MOVED}; END",
)
_FUNCTION = "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {}; RETURN NULL; END'"
_POSTGRES = (
    _RECORD.format(_NAME, "BIGSERIAL PRIMARY KEY"),
    _FUNCTION.format("batch_born", _BORN.replace("'", "''")),
    _FUNCTION.format("batch_moved", _MOVED),
    "CREATE TRIGGER batch_born AFTER INSERT ON batches FOR EACH ROW EXECUTE FUNCTION batch_born()",
    f"CREATE TRIGGER batch_moved AFTER UPDATE ON batches FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION batch_moved()",
)

#: what no single row can keep; each query finds the rows that break it
_RULES = {
    "a split batch still has deliveries": (
        "SELECT b.id FROM batches b JOIN deliveries d ON d.batch_id = b.id WHERE b.state = 'split' AND d.state = 'batched'"
    ),
    "a delivery has a place, or none, against its state": (
        "SELECT d.id FROM deliveries d JOIN batches b ON b.id = d.batch_id WHERE d.holds <>"
        " (d.state = 'batched' AND b.state <> 'cancelled' AND b.state <> 'expired' AND b.state <> 'rejected')"
    ),
    "a delivery is of another mailing than its batch": (
        "SELECT d.id FROM deliveries d JOIN batches b ON b.id = d.batch_id JOIN campaigns c ON c.id = b.campaign_id"
        " WHERE d.campaign_id <> b.campaign_id OR d.occasion_id <> c.occasion_id OR d.copy <> c.copy"
    ),
    "a batch is of another mailing than its wave, its variant or its root": (
        "SELECT b.id FROM batches b JOIN waves w ON w.id = b.wave_id JOIN variants v ON v.id = b.variant_id"
        " LEFT JOIN batches r ON r.id = b.root_id"
        " WHERE w.campaign_id <> b.campaign_id OR v.campaign_id <> b.campaign_id OR r.campaign_id <> b.campaign_id"
    ),
    "a batch is on its way without an open attempt of its epoch": (
        "SELECT b.id FROM batches b WHERE b.state = 'in_flight' AND NOT EXISTS (SELECT 1 FROM attempts a"
        " WHERE a.batch_id = b.id AND a.epoch = b.epoch AND a.outcome = '' AND length(a.sha256) = 64)"
    ),
    "a batch is accepted or in doubt, and was never called with, nor what it was cut from": (
        "SELECT b.id FROM batches b WHERE (b.state = 'accepted' OR b.state = 'in_doubt')"
        " AND NOT EXISTS (SELECT 1 FROM attempts a JOIN batches f ON f.id = a.batch_id WHERE f.id = b.id"
        " OR (f.state = 'split' AND coalesce(f.root_id, f.id) = coalesce(b.root_id, b.id)))"
    ),
    "the attempts of a batch are not numbered from one on": (
        "SELECT batch_id FROM attempts GROUP BY batch_id HAVING count(*) <> max(number) OR min(number) <> 1"
    ),
}


def watch(store: Store) -> None:
    """From now on the database itself writes down every change of a batch."""
    if inspect(store.engine).has_table(_NAME):
        return
    with store.write() as db:
        for statement in _POSTGRES if store.shared else _SQLITE:
            db.exec_driver_sql(statement)


@cache
def documented() -> frozenset[tuple[str, str]]:
    """The changes that docs/explanation/ledger.md names: from, to. A new batch comes from nothing."""
    text = _PAGE.read_text(encoding="utf-8")
    _, found, table = text.partition("| from | to | when |\n")
    assert found, f"{_PAGE.name} names no changes"
    changes: set[tuple[str, str]] = set()
    for line in table.splitlines()[1:]:
        if not line.startswith("|"):
            break
        before, after = (re.findall(r"`(\w*)`", cell) or [""] for cell in line.split("|")[1:3])
        changes |= {(one, other) for one in before for other in after}
    return frozenset(changes)


def broken(db: Connection) -> list[str]:
    """What the ledger should keep and does not, in words."""
    found = [*_moved_wrongly(db), *_let_go_unsaid(db), *_too_often(db)]
    for rule, query in _RULES.items():
        if numbers := db.exec_driver_sql(query).scalars().all():
            found.append(f"{rule}: {numbers}")
    return found


def _moved_wrongly(db: Connection) -> list[str]:
    """L3, L5: a change that stands in no diagram; an epoch that falls; a claim that does not take a new one."""
    found = []
    rows = db.exec_driver_sql("SELECT DISTINCT was, became, epoch - was_epoch FROM batch_moves").all()
    for was, became, risen in rows:
        if was != became and (was, became) not in documented():
            found.append(f"a batch went from {was or 'nothing'} to {became}")
        if risen < 0 or (became == "claimed" and risen != 1):
            found.append(f"from {was} to {became} the epoch changed by {risen}")
    return found


def _let_go_unsaid(db: Connection) -> list[str]:
    """L11: out of doubt and to be sent once more only as often as a person said so, by name, in the audit log; or as a call was
    revoked and proven absent, which the log and its attempt say both."""
    said: Counter[int] = Counter()
    for (detail,) in db.exec_driver_sql("SELECT detail FROM audit WHERE act = 'settle' AND actor <> ''"):
        told = json.loads(detail)
        said.update(told["batches"] if told["decision"] == "again" else ())
    absent = db.exec_driver_sql(
        "SELECT batch_id, number FROM attempts WHERE outcome = 'absent' AND handle <> ''"
    )
    proven = {tuple(row) for row in absent}
    for (detail,) in db.exec_driver_sql("SELECT detail FROM audit WHERE act = 'absence-proven'"):
        told = json.loads(detail)
        said.update([told["batch"]] if (told["batch"], told["attempt"]) in proven else ())
    gone = db.exec_driver_sql(
        "SELECT batch FROM batch_moves WHERE became = 'ready' AND (was = 'in_doubt' OR was = 'held')"
    )
    again = Counter(gone.scalars())
    return [
        f"batch {one} left doubt to be sent, and nobody said so" for one in again if again[one] > said[one]
    ]


def _too_often(db: Connection) -> list[str]:
    """I11 of the facts: what one bad address may cost (docs/explanation/ledger.md, One bad address)."""
    rows = db.exec_driver_sql(
        "SELECT r.id, r.requests, count(d.id) FROM batches r JOIN batches b ON b.id = r.id OR b.root_id = r.id"
        " LEFT JOIN deliveries d ON d.batch_id = b.id WHERE r.requests > 10 GROUP BY r.id, r.requests"
    )
    return [
        f"batch {root} of {people} people took {requests} requests"
        for root, requests, people in rows
        if requests > 2 * math.ceil(math.log2(max(people, 1))) + 10
    ]
