"""What each row of the ledger keeps, as constraints. Rows that an older release left otherwise are put right first, in favour of not
sending: what cannot say who answers for it or since when it is in doubt is in doubt from the beginning of time."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UNDER_WAY = "(state = 'claimed' OR state = 'in_flight')"

_FIRST = (
    "UPDATE campaigns SET again_reason = '-' WHERE copy > 0 AND again_reason = ''",
    "UPDATE campaigns SET started_at = created_at WHERE started_at IS NULL AND status IN ('sending', 'finished')",
    "UPDATE campaigns SET ended_at = created_at WHERE ended_at IS NULL AND status IN ('finished', 'cancelled', 'expired')",
    "UPDATE batches SET state = 'in_doubt' WHERE state = 'in_flight' AND (owner = '' OR lease_until IS NULL)",
    "UPDATE batches SET state = 'ready', epoch = epoch + 1 WHERE state = 'claimed' AND (owner = '' OR lease_until IS NULL)",
    "UPDATE batches SET owner = '', lease_until = NULL WHERE state <> 'claimed' AND state <> 'in_flight'",
    "UPDATE batches SET doubt_since = 0 WHERE state = 'in_doubt' AND doubt_since IS NULL",
    "UPDATE batches SET waiting = '' WHERE state <> 'retry_wait'",
    "UPDATE batches SET due_at = 0 WHERE state = 'retry_wait' AND waiting = '' AND due_at IS NULL",
    "UPDATE deliveries SET holds = false WHERE state <> 'batched' AND holds",
    "UPDATE attempts SET finished_at = started_at WHERE outcome <> '' AND finished_at IS NULL",
    "UPDATE attempts SET outcome = 'in_doubt' WHERE outcome = '' AND (finished_at IS NOT NULL OR sha256 = '')",
    "UPDATE attempts SET finished_at = started_at WHERE outcome <> '' AND finished_at IS NULL",
)

_RULES = {
    "campaigns": {
        "copy": "copy = 0 OR copy > 0 AND again_reason <> ''",
        "begun": "started_at IS NOT NULL OR status <> 'sending' AND status <> 'finished'",
        "ended": "ended_at IS NOT NULL OR status <> 'finished' AND status <> 'cancelled' AND status <> 'expired'",
    },
    "batches": {
        "owned": f"{_UNDER_WAY} = (owner <> '')",
        "leased": f"{_UNDER_WAY} = (lease_until IS NOT NULL)",
        "doubted": "state <> 'in_doubt' OR doubt_since IS NOT NULL",
        "aside": "waiting = '' OR state = 'retry_wait'",
        "waits": "state <> 'retry_wait' OR waiting <> '' OR due_at IS NOT NULL",
        "counts": "epoch >= 0 AND requests >= 0 AND failures >= 0 AND depth >= 0",
        "rooted": "root_id IS NULL AND depth = 0 OR root_id IS NOT NULL AND root_id <> id",
    },
    "deliveries": {
        "placed": "state = 'batched' OR NOT holds",
        "counts": "copy >= 0 AND progress >= 0 AND progress < 5",
    },
    "attempts": {
        "counts": "number > 0 AND epoch >= 0 AND members >= 0",
        "outcome": " OR ".join(
            f"outcome = '{word}'"
            for word in ("", "accepted", "in_doubt", "again", "account", "named", "refused", "absent")
        ),
        "ended": "(outcome = '') = (finished_at IS NULL)",
        "digested": "length(sha256) = 64 OR sha256 = '' AND outcome <> ''",
    },
}


def upgrade() -> None:
    """Apply. SQLite has no way to add a constraint: it copies each table once (a million deliveries: some ten seconds)."""
    for statement in _FIRST:
        op.execute(statement)
    for table, rules in _RULES.items():
        with op.batch_alter_table(table) as changed:
            for name, condition in rules.items():
                changed.create_check_constraint(op.f(f"ck_{table}_{name}"), condition)
