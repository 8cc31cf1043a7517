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
from newsletter.model.said import Said
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import (
    approve,
    barring,
    considering,
    correct,
    doctor,
    lease,
    notice_facts,
    plan,
    reason_words,
    sequels,
)
from newsletter.pipeline.considering import Proposal
from newsletter.pipeline.plan import Counts
from newsletter.web.studio.mailing.acts import require_typed
from newsletter.web.studio.mailing.one import forget
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.schedule.planning import may_approve
from newsletter.web.studio.visit import Visit

_OFFERED = {"retry": SequelKind.RETRY, "late": SequelKind.LATE}


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
        yes = Yes(How.STUDIO, visit.account.name)
        found = approve.approve(visit.ctx, found.id, counts.zones, yes=yes)
    return visit.to(f"/mailings/{found.id}", _said(visit, found))


def _said(visit: Visit, approved: Campaign) -> str:
    """That it goes out; or that another person must say yes as well."""
    waits = approved.status in {CampaignStatus.DRAFT, CampaignStatus.HELD}
    return visit.w.review_thanks if waits else visit.w.mailing_goes_out


def _kind(visit: Visit) -> SequelKind:
    kind = _OFFERED.get(visit.path["kind"])
    if kind is None:
        raise NotFound(
            Said(
                "there is no such way to complete a mailing",
                "il n’y a pas de telle façon de compléter un envoi",
            ),
            code="complete-unknown",
        )
    return kind


def ask_go(visit: Visit) -> Response:
    """`/mailings/8/go`: the last look at a draft: its text as it is now, whom it would reach, what keeps it back."""
    return visit.page("mailing/go.html", **_going(visit, _seen(visit)))


def _seen(visit: Visit) -> Proposal:
    """What would leave. Raises NotAllowed where there is nothing to approve."""
    found = approve.waiting(visit.ctx, visit.path["number"])
    return considering.proposal(visit.ctx, found.id, visit.account.name)


def _going(visit: Visit, seen: Proposal) -> dict[str, Any]:
    found, text = seen.campaign, seen.edition
    return {
        "title": visit.w.mailing_go_title,
        "campaign": found,
        "sequel": sequels.of(visit.ctx, found.id),
        "findings": [one for one in seen.findings if one.severity.value == "error"],
        "refused": text is None,
        "unchanged": text is not None and sequels.unchanged(visit.ctx, found.id, text),
        "unfilled": text is not None and sequels.unfilled(visit.ctx, found.id, text),
        "subject": notice_facts.subject(text, visit.language) if text else "",
        "counts": seen.counts,
        "not_mailed": _not_mailed(seen.counts, visit.language) if seen.counts else [],
        "when": _when(visit, seen),
        "shown": seen.signed.digest if seen.signed else "",
        "standing": hold_sentence(visit),
        "may_approve": may_approve(visit),
    }


def _when(visit: Visit, seen: Proposal) -> list[str]:
    if seen.edition is None or seen.counts is None or seen.table is None:
        return []
    ask = approve.ask_of(visit.ctx, seen.campaign, seen.edition)
    return approve.outlook_of(visit.ctx, ask, seen.counts).lines


def hold_sentence(visit: Visit) -> bool:
    """Whether everything is held, so that nothing approved leaves yet."""
    return barring.standing(visit.ctx) is not None


def do_go(visit: Visit) -> Response:
    """Approved by the person who typed the number: exactly what the page showed, or nothing."""
    if not may_approve(visit):
        raise NotAllowed(visit.w.mailing_wants_sender, code="send-right")
    _require_free(visit)
    seen = _seen(visit)
    if seen.edition is None or seen.counts is None:
        raise NotAllowed(visit.w.mailing_go_refused, code="text-refused")
    require_typed(visit, seen.counts.mailed)
    _require_somebody(visit, seen.counts)
    yes = Yes(How.STUDIO, visit.account.name, visit.form.get("shown") or "-")
    done = considering.say_yes(visit.ctx, seen.campaign.id, yes)
    return visit.to(f"/mailings/{done.id}", _said(visit, done))


def _require_somebody(visit: Visit, counts: Counts) -> None:
    if counts.mailed == 0:
        raise NotAllowed(visit.w.mailing_nobody, code="nobody")


def _require_free(visit: Visit) -> None:
    """What `send` asks before anything counts: ours to send, nothing held, real people only when doctor finds nothing wrong."""
    lease.require(visit.ctx)
    barring.require_none(visit.ctx)
    wrong = doctor.ready_for_real(visit.ctx) if visit.ctx.settings.official else []
    if wrong:
        raise NotAllowed(wrong[0].found, code="not-ready", hint=wrong[0].advice)


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
