"""The list of members: searched, filtered, in an order, by the page; what is shown of it, as a file.

In: Filters, an Order, where a page begins. Out: a Shelf of members with the reason why they are not mailed. Called by the studio,
by `members list`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.model.errors import NotFound
from newsletter.model.listing import Filters, Mark, Order, Standing
from newsletter.model.member import Member
from newsletter.model.said import Said
from newsletter.pipeline import members, segments
from newsletter.pipeline.context import Context
from newsletter.planning.provinces import PROVINCES
from newsletter.store import listing, suppressions
from newsletter.store import members as rows
from newsletter.store.listing import Listed
from newsletter.store.segments import compile_predicate

PAGE = 50
EVERYBODY = Filters()
#: provinces and territories by their code, as people call them
PROVINCE_NAMES = {code: Said(one.english, one.french) for code, one in PROVINCES.items()}


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page: members in their order, how many meet the filters; `before` and `after` name the neighbouring pages (empty: none)."""

    rows: tuple[Listed, ...]
    total: int
    before: str = ""
    after: str = ""


def page(
    ctx: Context, filters: Filters = EVERYBODY, order: Order = Order.NEWEST, at: str = "", size: int = PAGE
) -> Shelf:
    """A page of the list. `at` is a name that an earlier page gave; one that cannot be read begins at the first page.

    Raises NotFound, AuthorError for the segment.
    """
    today, mark = ctx.now().date(), read_mark(at)
    where = _condition(ctx, filters) if filters else None
    with ctx.store.read() as db:
        if filters == Filters(standing=Standing.MAILABLE):
            found = listing.mailable(db, order, mark, today, size)
        else:
            found = listing.page(db, where, order, mark, today, size)
    if not found.rows and mark is not None:  # they left meanwhile
        return page(ctx, filters, order, "", size)
    first, last = (found.rows[0], found.rows[-1]) if found.rows else (None, None)
    return Shelf(
        found.rows,
        found.total,
        _written(first.mark, back=True) if first and found.before else "",
        _written(last.mark, back=False) if last and found.after else "",
    )


def _condition(ctx: Context, filters: Filters) -> listing.Condition:
    segment = None
    if filters.segment:
        segment = compile_predicate(segments.defined(ctx).read(filters.segment))
    return listing.condition(filters, segment, ctx.now().date())


def _written(mark: Mark, *, back: bool) -> str:
    text = json.dumps([int(back), mark.number, *mark.values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_mark(text: str) -> Mark | None:
    """Where a page begins, as an address has it; None for what no page gave."""
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        back, number, *values = found
        return Mark(tuple(map(str, values)), int(number), bool(back)) if 0 <= int(number) < 1 << 63 else None
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None


def exported(ctx: Context, filters: Filters = EVERYBODY) -> Iterator[str]:
    """The lines of a CSV file with the members that meet the filters, header first; an import reads it back unchanged."""
    return members.exported(ctx, _condition(ctx, filters) if filters else None)


def numbered(ctx: Context, number: int) -> Member:
    """The member with a number. Raises NotFound."""
    with ctx.store.read() as db:
        found = rows.numbered(db, [number]) if 0 < number < 1 << 63 else []
    if not found:
        raise NotFound(
            Said(
                f"there is no member with the number {number}",
                f"il n’y a pas de membre qui porte le numéro {number}",
            ),
            code="member-unknown",
            hint=Said(
                "They may have been erased; the list of members shows who is there.",
                "Ses données ont peut-être été effacées; la liste des membres montre qui y est.",
            ),
        )
    return found[0]


def counts(ctx: Context) -> tuple[int, dict[str, int]]:
    """How many members there are, and how many addresses stand on the do-not-mail list, by reason."""
    with ctx.store.read() as db:
        listed = suppressions.count(db)
        return rows.count(db), {reason.value: number for reason, number in listed.items()}
