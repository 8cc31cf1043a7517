"""The do-not-mail list: shown, added to, a mistake of our own taken back.

In: visits. Out: pages, acts. Called by web.studio.people.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.errors import NotAllowed
from newsletter.model.member import SuppressionReason
from newsletter.pipeline import exporting, suppressions
from newsletter.web.studio.people.shown import Names, as_file
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit


def every(visit: Visit) -> Response:
    """`/recipients/do-not-mail`."""
    reason, address = visit.query.get("reason", ""), visit.query.get("address", "").strip()[:400]
    reasons = [SuppressionReason(reason)] if reason in set(SuppressionReason) else []
    rows, after = suppressions.newest(visit.ctx, reasons, visit.query.get("at", "")[:100])
    if address:
        rows, after = suppressions.standing(visit.ctx, address), ""
    counts = suppressions.counted(visit.ctx)
    names = Names(visit)
    older = f"/recipients/do-not-mail?{urlencode({'reason': reason, 'at': after})}" if after else ""
    return visit.page(
        "people/do_not_mail.html",
        title=visit.w.people_listed_title,
        rows=rows,
        older=older,
        asked=reason,
        address=address,
        total=sum(counts.values()),
        reasons=[("", visit.w.people_any)]
        + [
            (one.value, f"{names.reason(one)} ({visit.w.shown(counts.get(one.value, 0))})")
            for one in SuppressionReason
        ],
        ours=suppressions.OURS,
        offered=[
            (one.value, visit.w(f"people_list_{one.value}"))
            for one in (SuppressionReason.MANUAL, SuppressionReason.INVALID)
        ],
        names=names,
    )


def export(visit: Visit) -> Response:
    """The list as a CSV file."""
    exporting.note(visit.ctx, exporting.Export.DO_NOT_MAIL)
    return as_file(suppressions.exported(visit.ctx), "do-not-mail.csv")


def add(visit: Visit) -> Response:
    """Put an address on the list."""
    why, address = visit.form.get("why", "").strip(), visit.form.get("address", "").strip()
    reason = visit.form.get("reason", "")
    if not why:
        raise NotAllowed(visit.w.people_why_missing, code="evidence-missing")
    wanted = SuppressionReason(reason) if reason in suppressions.OURS else SuppressionReason.MANUAL
    fresh = suppressions.add(visit.ctx, address, wanted, why)
    said = visit.w("people_list_added" if fresh else "people_list_there", who=address)
    return visit.to(_back(visit), said)


def lift(visit: Visit) -> Response:
    """Take back an entry of our own."""
    why, address = visit.form.get("why", "").strip(), visit.form.get("address", "").strip()
    if not why:
        raise NotAllowed(visit.w.people_why_missing, code="evidence-missing")
    suppressions.lift(visit.ctx, address, why)
    return visit.to(_back(visit), visit.w("people_list_lifted", who=address))


def _back(visit: Visit) -> str:
    return visit.here if visit.here.startswith("/recipients") else "/recipients/do-not-mail"


ROUTES: tuple[Way, ...] = (
    Page("/recipients/do-not-mail", every, need=Right.LOOK),
    Act("/recipients/do-not-mail.csv", export, need=Right.LOOK, once=False),
    Act("/recipients/do-not-mail", add, need=Right.WRITE),
    Act("/recipients/do-not-mail/lift", lift, need=Right.WRITE),
)
