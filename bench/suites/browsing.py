"""Recipients: pages of the list of members, searched, filtered and paged, with 200,000 of them.

In: a filled database. Out: pages a second. Called by bench.child.

Each candidate asks for the first page and the one behind it, in each order. The ceiling is the same first page by the bare driver,
without a count and without knowing whether anybody may be mailed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from bench import world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from newsletter.model.listing import Filters, Order, Standing
from newsletter.pipeline import listing, members
from newsletter.pipeline.tale import tale

_FILLED = "browsed.db"
_ROUNDS = 3
#: pages of one reading
_PAGES = _ROUNDS * len(Order) * 2


def _make(folder: Path, size: int) -> None:
    world.imported(folder, size)
    with closing(world.raw(folder)) as db:
        db.execute(
            "INSERT INTO suppressions (address_key, reason, address, source, at)"
            " SELECT address_key, 'unsubscribed', email, 'page', created_at FROM members WHERE id % 50 = 0"
        )
    world.keep(folder, _FILLED)


def _browse(filters: Filters, folder: Path, size: int) -> Reading:
    world.restore(folder, _FILLED)
    with world.opened(folder) as ctx:
        listing.page(ctx, filters)  # the database's own pages come into memory
        meter = Meter()
        for _ in range(_ROUNDS):
            for order in Order:
                first = listing.page(ctx, filters, order)
                listing.page(ctx, filters, order, first.after)
        return meter.read(_PAGES)


def _story(folder: Path, size: int) -> Reading:
    world.restore(folder, _FILLED)
    with world.opened(folder) as ctx:
        shelf = listing.page(ctx, Filters(), size=_PAGES)
        meter = Meter()
        for row in shelf.rows:
            tale(ctx, row.member.email)
        return meter.read(len(shelf.rows))


def _change(folder: Path, size: int) -> Reading:
    world.restore(folder, _FILLED)
    with world.opened(folder) as ctx:
        shelf = listing.page(ctx, Filters(), size=_PAGES)
        meter = Meter()
        for row in shelf.rows:
            members.edit(ctx, row.member.email, members.Changes({"company": "Elsewhere"}))
        return meter.read(len(shelf.rows))


def _bare(folder: Path, size: int) -> Reading:
    world.restore(folder, _FILLED)
    with closing(sqlite3.connect(world.database(folder))) as db:
        meter = Meter()
        for order in ("id DESC", "last_name_folded, first_name_folded, id", "email_folded, id") * _ROUNDS * 2:
            db.execute(f"SELECT * FROM members ORDER BY {order} LIMIT 50").fetchall()
        return meter.read(_PAGES)


def _ours(name: str, filters: Filters) -> Candidate:
    asked: Callable[[Path, int], Reading] = partial(_browse, filters)
    return Candidate(name, Role.OURS, asked)


SUITE = Suite(
    name="recipients",
    title="Pages of recipients, 200,000 members",
    unit="page",
    size=200_000,
    make=_make,
    candidates=(
        Candidate("bare driver, no count, no filter", Role.CEILING, _bare),
        _ours("newsletter: everybody", Filters()),
        _ours("newsletter: search, one in 4", Filters(search="robotics")),
        _ours("newsletter: search, one of all", Filters(search="amelia.12340")),
        _ours("newsletter: one province", Filters(province="ON")),
        _ours("newsletter: may be mailed", Filters(standing=Standing.MAILABLE)),
        _ours("newsletter: unsubscribed", Filters(standing=Standing.UNSUBSCRIBED)),
        _ours("newsletter: a segment", Filters(segment="aerospace")),
        _ours(
            "newsletter: everything at once", Filters("tremblay", "fr", "QC", "aerospace", Standing.MAILABLE)
        ),
        Candidate("newsletter: one member's story", Role.OURS, _story),
        Candidate("newsletter: one member changed", Role.OURS, _change),
    ),
)
