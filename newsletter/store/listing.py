"""Lists of members by the page, with their number; also for 200,000 of them.

In: filters, an order, where a page begins. Out: members with the reason why they are not mailed, how many there are. Called by
pipeline.listing.

A filter is judged once for all members: from what is found both the count and the page are taken. (An index for each order makes
a rare filter four times slower: SQLite then walks the index and looks every member up.) Who may be mailed is nearly everybody: there
the page is cut at once, and the count is all with grounds less those on the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, false, func, literal, select, true, tuple_

from newsletter.model.folding import fold
from newsletter.model.listing import WITHOUT, Filters, Mark, Order, Standing
from newsletter.model.member import Member, SuppressionReason
from newsletter.store import members as found_members
from newsletter.store import selection
from newsletter.store.tables import members, suppressions

if TYPE_CHECKING:
    from sqlalchemy import CTE, ColumnElement, Connection, Select, Table

    Condition = ColumnElement[bool]

_ORDERS = {
    Order.NEWEST: (),
    Order.NAME: ("last_name_folded", "first_name_folded"),
    Order.ADDRESS: ("email_folded",),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One member of a page. `reason` is a value of model.member.Exclusion; empty: may be mailed. `mark` names the place."""

    member: Member
    reason: str
    since: datetime
    mark: Mark


@dataclass(frozen=True, slots=True)
class Page:
    """Members in their order, how many meet the filters, and whether there are more behind and before them."""

    rows: tuple[Listed, ...]
    total: int
    before: bool
    after: bool


def condition(filters: Filters, segment: Condition | None, today: date) -> Condition:
    """What filters say, as SQL over members. `segment` is the segment's own condition.

    What costs least stands first: the database leaves a member at the first test that fails.
    """
    asked: list[Condition | None] = []
    for name, value in (("language", filters.language), ("province", filters.province)):
        if value:
            asked.append(members.c[f"{name}_folded"] == ("" if value == WITHOUT else fold(value)))
    if filters.standing is not None:
        asked.append(_grounds(filters.standing, today))
    asked += [found_members.searched(filters.search), segment]
    if filters.standing is not None:
        asked.append(_listed_or_not(filters.standing))
    return and_(true(), *(one for one in asked if one is not None))


def _grounds(standing: Standing, today: date) -> Condition:
    none = members.c.consent_basis == ""
    ended = func.coalesce(members.c.consent_expires_on <= today, false())
    found = {
        Standing.NO_CONSENT: none,
        Standing.CONSENT_EXPIRED: and_(~none, ended),
        Standing.MAILABLE: and_(~none, ~ended),
    }
    return found.get(standing, true())


def _listed_or_not(standing: Standing) -> Condition:
    left = case((suppressions.c.reason == SuppressionReason.UNSUBSCRIBED.value, 0), else_=1)
    listed = select(suppressions.c.address_key).where(suppressions.c.lifted_at.is_(None))
    if standing not in {Standing.UNSUBSCRIBED, Standing.SUPPRESSED}:
        return ~_on_the_list()
    worst = func.max(left) == (0 if standing is Standing.UNSUBSCRIBED else 1)
    return members.c.address_key.in_(listed.group_by(suppressions.c.address_key).having(worst))


def page(
    db: Connection, where: Condition | None, order: Order, mark: Mark | None, today: date, size: int
) -> Page:
    """One page of the members that meet a condition (None: all), and how many do."""
    keys = (*_ORDERS[order], "id")
    if where is None:  # counted without a look at any of them
        return _page(db, _cut(members, keys, order, mark, size), found_members.count(db), mark, today, size)
    found = select(*(members.c[name] for name in keys)).where(where).cte("found")
    total = select(func.count()).select_from(found).scalar_subquery().label("total")
    return _page(db, _cut(found, keys, order, mark, size).add_columns(total), None, mark, today, size)


def mailable(db: Connection, order: Order, mark: Mark | None, today: date, size: int) -> Page:
    """One page of the members who may be mailed today, and how many may."""
    grounds = _grounds(Standing.MAILABLE, today)
    counted = select(func.count()).select_from(members).where(grounds)
    total = db.execute(counted).scalar_one() - db.execute(counted.where(_on_the_list())).scalar_one()
    query = _cut(members, (*_ORDERS[order], "id"), order, mark, size).where(grounds, ~_on_the_list())
    return _page(db, query, total, mark, today, size)


def _on_the_list() -> Condition:
    listed = select(suppressions.c.address_key).where(suppressions.c.lifted_at.is_(None))
    return members.c.address_key.in_(listed)


def _page(
    db: Connection, query: Select[Any], total: int | None, mark: Mark | None, today: date, size: int
) -> Page:
    rows = db.execute(query).all()
    keys = len(query.column_descriptions) - (total is None)
    if total is None:
        total = rows[0].total if rows else 0
    back = mark is not None and mark.back
    more, rows = len(rows) > size, rows[:size]
    marks = [Mark(tuple(row[: keys - 1]), row.id) for row in (rows[::-1] if back else rows)]
    return Page(
        tuple(_listed(db, marks, today)),
        total,
        before=bool(rows) and (more if back else mark is not None),
        after=bool(rows) and (back or more),
    )


def _cut(
    found: CTE | Table, keys: tuple[str, ...], order: Order, mark: Mark | None, size: int
) -> Select[Any]:
    columns = [found.c[name] for name in keys]
    query = select(*columns).limit(size + 1)
    falling = order is Order.NEWEST
    if mark is not None and len(mark.values) == len(keys) - 1:
        here = tuple_(*(literal(value) for value in (*mark.values, mark.number)))
        falling = falling != mark.back
        query = query.where(tuple_(*columns) < here if falling else tuple_(*columns) > here)
    return query.order_by(*(column.desc() if falling else column for column in columns))


def _listed(db: Connection, marks: list[Mark], today: date) -> list[Listed]:
    numbers = [mark.number for mark in marks]
    known = {member.id: member for member in found_members.numbered(db, numbers)}
    query = select(members.c.id, selection.reason(today), members.c.created_at)
    rows = {row[0]: row for row in db.execute(query.where(members.c.id.in_(numbers)))}
    return [
        Listed(known[mark.number], rows[mark.number][1] or "", rows[mark.number][2], mark) for mark in marks
    ]
