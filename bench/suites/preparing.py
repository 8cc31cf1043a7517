"""Prepare: an approved mailing's recipients are written down.

In: members, an approved campaign. Out: recipients a second. Called by bench.child.

The ceiling is one INSERT … SELECT into the same table: no reasons for who is left out, no waves, no variants, no batches.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bench import world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from newsletter.pipeline import due
from newsletter.store import campaigns, deliveries

_APPROVED = "approved.db"
_RAW = """
INSERT INTO deliveries (campaign_id, occasion_id, copy, batch_id, member_id, address_key, address, merge)
SELECT 1, 1, 0, 1, id, address_key, email, json_array(company, first_name, province) FROM members ORDER BY id
"""


def _make(folder: Path, size: int) -> None:
    world.imported(folder, size, world.CLOCK)
    with world.opened(folder, clock=world.CLOCK) as ctx:
        world.scheduled(ctx)
    world.keep(folder, _APPROVED)


def _prepare(folder: Path, size: int) -> Reading:
    world.restore(folder, _APPROVED)
    with world.opened(folder, clock=world.CLOCK) as ctx:
        ctx.provider("sendgrid")
        meter = Meter()
        assert due.start_due(ctx) == 1
        reading = meter.read(size)
        with ctx.store.read() as db:
            assert campaigns.detail(db, 1).candidates == size
            assert deliveries.of_batch(db, 1).numbers
        return reading


def _raw(folder: Path, size: int) -> Reading:
    world.restore(folder, _APPROVED)
    with closing(world.raw(folder)) as db:
        meter = Meter()
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO waves (id, campaign_id, due_at, zones) VALUES (1, 1, 0, '[]')")
        db.execute(
            "INSERT INTO variants (id, campaign_id, language, answers, tracking) VALUES (1, 1, 'en', '', 'off')"
        )
        db.execute(
            "INSERT INTO batches (id, campaign_id, wave_id, variant_id, state) VALUES (1, 1, 1, 1, 'planned')"
        )
        db.execute(_RAW)
        db.execute("COMMIT")
        return meter.read(size)


SUITE = Suite(
    name="prepare",
    title="Prepare: write the recipients of a mailing down",
    unit="recipient",
    size=100_000,
    make=_make,
    candidates=(
        Candidate("INSERT … SELECT alone", Role.CEILING, _raw),
        Candidate("newsletter, prepare", Role.OURS, _prepare),
    ),
)
