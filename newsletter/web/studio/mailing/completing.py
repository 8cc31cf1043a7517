"""Stop and correct; a short correction to those who have it; only the refused, only late joiners; the last look before it leaves.

In: visits, forms. Out: pages, acts. Called by web.studio.mailing.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.approval import How, Yes
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.finding import has_errors
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import (
    approve,
    barring,
    correct,
    doctor,
    lease,
    notice_facts,
    plan,
    reason_words,
    sequels,
)
from newsletter.pipeline.freeze import Frozen, freeze
from newsletter.pipeline.plan import Counts
from newsletter.web.studio.mailing.acts import require_typed
from newsletter.web.studio.mailing.one import forget
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.schedule.planning import may_approve
from newsletter.web.studio.visit import Visit

_OFFERED = {"retry": SequelKind.RETRY, "late": SequelKind.LATE}
_WRITTEN = {SequelKind.CORRECTED, SequelKind.TOLD}


def ask_correct(visit: Visit) -> Response:
    """`/mailings/7/correct`: what it would mean, before it counts."""
    number = visit.path["number"]
    books = correct.look(visit.ctx, number)
    return visit.page(
        "mailing/correct.html",
        title=visit.w.mailing_correct_title,
        number=number,
        books=books,
        unclear=books.in_doubt + books.held,
        left=books.pending + books.cancelled,
    )


def do_correct(visit: Visit) -> Response:
    """Stop what is left, open its correction; on request the short correction to those who have it."""
    done = correct.correct(
        visit.ctx,
        visit.path["number"],
        visit.form.get("reason", ""),
        unchanged=visit.form.get("text") == "same",
    )
    if visit.form.get("tell") == "yes":
        correct.tell(visit.ctx, done.stopped.id)
    forget(visit)
    said = visit.w("mailing_corrected", n=done.books.accepted, rest=done.books.cancelled)
    return visit.to(f"/mailings/{done.sequel.id}", said)


def do_tell(visit: Visit) -> Response:
    """The short correction: its issue is written once, its draft waits."""
    made = correct.tell(visit.ctx, visit.path["number"])
    return visit.to(f"/mailings/{made.sequel.id}", visit.w("mailing_told_made", issue=made.sequel.slug))


def ask_complete(visit: Visit) -> Response:
    """`/mailings/7/complete/late`: who it would be."""
    offered = sequels.offer(visit.ctx, visit.path["number"], _kind(visit))
    if offered.open is not None:
        return visit.to(f"/mailings/{offered.open.id}")
    counts = plan.count(visit.ctx, offered.ask)
    return visit.page(
        "mailing/complete.html",
        title=getattr(visit.w, f"completing_complete_{_kind(visit).value}"),
        number=visit.path["number"],
        kind=_kind(visit).value,
        counts=counts,
        not_mailed=_not_mailed(counts, visit.language),
        subject=notice_facts.subject(offered.ask.edition, visit.language),
    )


def do_complete(visit: Visit) -> Response:
    """Written down, approved, and on its way."""
    _require_free(visit)
    offered = sequels.offer(visit.ctx, visit.path["number"], _kind(visit))
    counts = plan.count(visit.ctx, offered.ask)
    require_typed(visit, counts.mailed)
    _require_somebody(visit, counts)
    found = sequels.begin(visit.ctx, offered)
    if found.status is CampaignStatus.DRAFT:
        approve.approve(visit.ctx, found.id, counts.zones, yes=Yes(How.STUDIO))
    return visit.to(f"/mailings/{found.id}", visit.w.mailing_goes_out)


def _kind(visit: Visit) -> SequelKind:
    kind = _OFFERED.get(visit.path["kind"])
    if kind is None:
        raise NotFound("there is no such way to complete a mailing", code="complete-unknown")
    return kind


def ask_go(visit: Visit) -> Response:
    """`/mailings/8/go`: the last look at a draft: its text as it is now, whom it would reach, what keeps it back."""
    found = approve.waiting(visit.ctx, visit.path["number"])
    frozen, ask = _draft(visit, found)
    counts = plan.count(visit.ctx, ask) if ask else None
    return visit.page("mailing/go.html", **_going(visit, found, frozen, ask, counts))


def _draft(visit: Visit, found: Campaign) -> tuple[Frozen | None, plan.Ask | None]:
    """The text that would leave: what the files say now where a person corrects it, else the one that others have."""
    sequel = sequels.of(visit.ctx, found.id)
    if sequel is not None and sequel.kind not in _WRITTEN:
        return None, approve.ask_of(visit.ctx, found, sequels.edition_of(visit.ctx, found))
    frozen = freeze(visit.ctx, found.slug, approve.planned_at(visit.ctx, found.id))
    return frozen, approve.ask_of(visit.ctx, found, frozen.edition) if frozen.edition else None


def _going(
    visit: Visit, found: Campaign, frozen: Frozen | None, ask: plan.Ask | None, counts: Counts | None
) -> dict[str, Any]:
    sequel = sequels.of(visit.ctx, found.id)
    standing = hold_sentence(visit)
    same = ask is not None and sequels.unchanged(visit.ctx, found.id, ask.edition)
    empty = ask is not None and sequels.unfilled(visit.ctx, found.id, ask.edition)
    return {
        "title": visit.w.mailing_go_title,
        "campaign": found,
        "sequel": sequel,
        "findings": [one for one in frozen.findings if one.severity.value == "error"] if frozen else [],
        "refused": frozen is not None and (frozen.edition is None or has_errors(frozen.findings)),
        "unchanged": same,
        "unfilled": empty,
        "subject": notice_facts.subject(ask.edition, visit.language) if ask else "",
        "counts": counts,
        "not_mailed": _not_mailed(counts, visit.language) if counts else [],
        "when": approve.outlook_of(visit.ctx, ask, counts).lines if ask and ask.when and counts else [],
        "standing": standing,
        "shown": ask.edition.id if ask else "",
        "may_approve": may_approve(visit),
    }


def hold_sentence(visit: Visit) -> bool:
    """Whether everything is held, so that nothing approved leaves yet."""
    return barring.standing(visit.ctx) is not None


def do_go(visit: Visit) -> Response:
    """Approved by the person who typed the number, with the text that the page showed."""
    if not may_approve(visit):
        raise NotAllowed(visit.w.mailing_wants_sender, code="send-right")
    _require_free(visit)
    found = approve.waiting(visit.ctx, visit.path["number"])
    frozen, ask = _draft(visit, found)
    if ask is None:
        raise NotAllowed(visit.w.mailing_go_refused, code="text-refused")
    if visit.form.get("shown") != ask.edition.id:
        raise NotAllowed(visit.w.mailing_go_differs, code="text-differs")
    counts = plan.count(visit.ctx, ask)
    require_typed(visit, counts.mailed)
    _require_somebody(visit, counts)
    if frozen is not None:
        plan.keep(visit.ctx, ask.edition, frozen.files)
    approve.approve(
        visit.ctx, found.id, counts.zones, edition=ask.edition.id if frozen else None, yes=Yes(How.STUDIO)
    )
    return visit.to(f"/mailings/{found.id}", visit.w.mailing_goes_out)


def _require_somebody(visit: Visit, counts: Counts) -> None:
    if counts.mailed == 0:
        raise NotAllowed(visit.w.mailing_nobody, code="nobody")


def _require_free(visit: Visit) -> None:
    """What `send` asks before anything counts: ours to send, nothing held, real people only when doctor finds nothing wrong."""
    lease.require(visit.ctx)
    barring.require_none(visit.ctx)
    wrong = doctor.ready_for_real(visit.ctx) if visit.ctx.settings.official else []
    if wrong:
        raise NotAllowed(wrong[0].sentence, code="not-ready", hint=wrong[0].next_step)


def _not_mailed(counts: Counts, language: str) -> list[tuple[str, int]]:
    found = sorted(counts.excluded.items(), key=lambda one: -one[1])
    return [(reason_words.why_not(reason, language), number) for reason, number in found]


ROUTES: tuple[Way, ...] = (
    Page("/mailings/{number:int}/correct", ask_correct, need=Right.WRITE),
    Act("/mailings/{number:int}/correct", do_correct, need=Right.WRITE),
    Act("/mailings/{number:int}/tell", do_tell, need=Right.WRITE),
    Page("/mailings/{number:int}/complete/{kind}", ask_complete, need=Right.LOOK),
    Act("/mailings/{number:int}/complete/{kind}", do_complete, need=Right.SEND),
    Page("/mailings/{number:int}/go", ask_go, need=Right.LOOK),
    Act("/mailings/{number:int}/go", do_go, need=Right.APPROVE),
)
