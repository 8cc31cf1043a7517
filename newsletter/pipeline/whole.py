"""The whole of a mailing: the first one and all that completed it, as one account in parts that adds up.

In: a campaign's number, of any part. Out: a Whole. Called by `report`, `correct`, the studio's report and receipt.

Whoever a part takes over from the one before stands in both their books; in the whole, once: as what became of them in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.model.campaign import Books, Decided
from newsletter.model.sequel import Sequel, SequelKind
from newsletter.pipeline import control, report, sequels
from newsletter.pipeline.context import Context
from newsletter.pipeline.report import Report
from newsletter.store import sequels as rows

_COUNTED = (
    "candidates", "prepared", "pending", "cancelled", "expired", "accepted", "rejected", "in_doubt", "held", "no_news", "deferred",
    "delivered", "bounced", "dropped",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One mailing of a family. `sequel` is None for the first, but of a family that begins with a short correction."""

    report: Report
    sequel: Sequel | None

    @property
    def books(self) -> Books:
        """Its own."""
        return self.report.books


@dataclass(frozen=True, slots=True)
class Whole:
    """All parts that share one issue and its places, in order; `told`: short corrections, which are mailings of their own, each with
    all that completed it.

    `total` is the first part's report with the books of all.
    """

    parts: tuple[Part, ...]
    told: tuple[Part, ...]
    total: Report

    @property
    def several(self) -> bool:
        """True when there is more than the first mailing."""
        return len(self.parts) + len(self.told) > 1

    @property
    def closed(self) -> bool:
        """True when everybody is accounted for in every part."""
        return all(part.report.closed for part in self.parts) and self.total.books.closed


def whole(ctx: Context, campaign: int) -> Whole:
    """All parts of a mailing, as of now. Raises NotFound."""
    with ctx.store.read() as db:
        control.get(db, campaign)
        root = sequels.root_of(db, campaign)
        found, itself = rows.family(db, root), rows.of(db, root)
    first = report.report(ctx, root)
    others = [Part(report.report(ctx, one.campaign), one) for one in found]
    parts = (Part(first, itself), *(part for part in others if part.sequel and part.sequel.kind.same_issue))
    told = tuple(
        _with_its_own(ctx, part) for part in others if part.sequel and not part.sequel.kind.same_issue
    )
    total = replace(
        first,
        campaign=replace(first.campaign, ended_at=_ended(parts)),
        books=together(parts),
        complained=sum(part.report.complained for part in parts),
        unsubscribed=sum(part.report.unsubscribed for part in parts),
        left=sum(part.report.left for part in parts),
        decided=sum((part.report.decided for part in parts), Decided()),
    )
    return Whole(parts, told, total)


def _with_its_own(ctx: Context, told: Part) -> Part:
    """A short correction, with what completed that in turn."""
    return replace(told, report=whole(ctx, told.report.campaign.id).total)


def _ended(parts: Sequence[Part]) -> datetime | None:
    """When the last part ended; None while one goes on."""
    ends = [part.report.campaign.ended_at for part in parts]
    known = [at for at in ends if at is not None]
    return max(known) if len(known) == len(ends) else None


def together(parts: Sequence[Part]) -> Books:
    """The books of all parts as one: who was taken over is counted where they were last."""
    values = Counter({name: sum(getattr(part.books, name) for part in parts) for name in _COUNTED})
    for part in parts:
        if part.sequel is None or not part.sequel.kind.takes_over:
            continue
        again = part.books.candidates
        before = "rejected" if part.sequel.kind is SequelKind.RETRY else "cancelled"
        values.subtract({"candidates": again, "prepared": again, before: again})
    return Books(
        excluded=_added(part.books.excluded for part in parts),
        skipped=_added(part.books.skipped for part in parts),
        **values,
    )


def _added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)


def as_json(found: Whole) -> dict[str, object]:
    """The whole for programs: the total as of `report --json`, and each part with what it is."""
    return {
        "total": report.as_json(found.total) | {"closed": found.closed},
        "parts": [_part(part) for part in found.parts],
        "told": [_part(part) for part in found.told],
    }


def _part(part: Part) -> dict[str, object]:
    sequel = part.sequel
    kind = {"kind": sequel.kind.value if sequel else "first", "follows": sequel.follows if sequel else None}
    return kind | report.as_json(part.report)
