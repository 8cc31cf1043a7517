"""Moving and cancelling: the consequences are shown before anything counts.

In: a visit with a mailing's number, a new time in its query. Out: pages; the mailing with another time, or cancelled. Called by
web.studio.schedule.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.approval import How, Yes
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import Explained, NotAllowed
from newsletter.model.finding import Finding
from newsletter.pipeline import (
    approve,
    control,
    forecast,
    lease,
    notice_facts,
    progress,
    ready,
    reschedule,
    wishes,
)
from newsletter.pipeline.forecast import Forecast
from newsletter.pipeline.reschedule import Move
from newsletter.web.studio.schedule.months import day_of
from newsletter.web.studio.schedule.planning import may_approve, month_of
from newsletter.web.studio.visit import Visit

_FIELDS = ("by", "date", "time", "zone", "past")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the move would do, or why there is none."""

    move: Move | None = None
    forecast: Forecast | None = None
    lines: tuple[str, ...] = ()
    remarks: tuple[Finding, ...] = ()
    trouble: Explained | None = None


def looked_at(visit: Visit) -> Response:
    """The new time's form, and what it would do. `?date=2026-12-18` fills it in, as dragging does."""
    number = visit.path["number"]
    found = control.find(visit.ctx, number)
    table = approve.timetable_of(visit.ctx, number)
    before = wishes.of_plan(table.plan) if table else wishes.fields(visit.ctx, None)
    chosen = {name: before.get(name, "") for name in ("date", "time", "zone")}
    chosen |= {name: visit.query[name][:60] for name in _FIELDS if visit.query.get(name)}
    asked_for = any(visit.query.get(name) for name in _FIELDS)
    official = visit.ctx.settings.official
    return visit.page(
        "schedule/move.html",
        title=visit.w("schedule_move_title", title=notice_facts.title_of(visit.ctx, found, visit.language)),
        found=found,
        before=forecast.understood(table, visit.language) if table else "",
        chosen=chosen,
        shown=_shown(visit, number, chosen) if asked_for else None,
        zone=visit.ctx.publication.time_zone,
        zone_name=forecast.zone_words(visit.ctx.publication.time_zone, visit.language),
        official=official,
        approved=found.status is not CampaignStatus.DRAFT,
        may_approve=may_approve(visit),
        back=month_of(before.get("date", "")) if before.get("date") else "/schedule",
    )


def _move(visit: Visit, number: int, chosen: dict[str, str]) -> Move:
    past = chosen.get("past", "")
    wish = wishes.wish({**chosen, "by": "date"})
    table = reschedule.timetable(visit.ctx, number, wish, past if past in {"now", "next-day"} else "now")
    return reschedule.look(visit.ctx, number, table)


def _shown(visit: Visit, number: int, chosen: dict[str, str]) -> Shown:
    try:
        move = _move(visit, number, chosen)
        outlook = reschedule.outlook(visit.ctx, move, visit.language)
    except Explained as trouble:
        return Shown(trouble=trouble)
    made = forecast.forecast(move.table, move.zones, None, visit.language)
    return Shown(move, made, tuple(forecast.sentences(move.table, visit.language)), tuple(outlook.remarks))


def moved(visit: Visit) -> Response:
    """Give it the new time; approved by the same person where they may and say so."""
    number = visit.path["number"]
    chosen = {name: visit.form[name][:60] for name in _FIELDS if visit.form.get(name)}
    move = _move(visit, number, chosen)
    approving = bool(visit.form.get("approve")) and may_approve(visit)
    lease.require(visit.ctx)
    if approving:
        ready.require_ready(visit.ctx)
        ready.require_people(move.moved)
        ready.require_typed(visit.ctx, move.moved, visit.form.get("typed", ""))
    found = reschedule.reschedule(visit.ctx, move)
    if approving:
        found = _approved(visit, found, move)
    key = "schedule_moved_approved" if approving else "schedule_moved_draft"
    return visit.to(month_of(move.table.plan.day.isoformat()), visit.w(key, number=str(found.id)))


def _approved(visit: Visit, found: Campaign, move: Move) -> Campaign:
    yes = Yes(How.STUDIO, visit.account.name)
    if reschedule.begun(found):
        return reschedule.approve_rest(visit.ctx, found.id, yes)
    return approve.approve(visit.ctx, found.id, dict(move.zones), yes=yes)


def asked(visit: Visit) -> Response:
    """What cancelling would mean."""
    number = visit.path["number"]
    found = progress.progress(visit.ctx, number)
    table = approve.timetable_of(visit.ctx, number)
    title = notice_facts.title_of(visit.ctx, found.campaign, visit.language)
    return visit.page(
        "schedule/cancel.html",
        title=visit.w("schedule_cancel_title", title=title),
        found=found.campaign,
        books=found.books,
        before=forecast.understood(table, visit.language) if table else "",
        back=month_of(table.plan.day.isoformat()) if table else "/schedule",
    )


def cancelled(visit: Visit) -> Response:
    """Cancel it. What is approved, only by who may approve or send."""
    number = visit.path["number"]
    found = control.find(visit.ctx, number)
    may = visit.account.may(Right.APPROVE) or visit.account.may(Right.SEND)
    if found.status is not CampaignStatus.DRAFT and not may:
        raise NotAllowed(visit.w.schedule_cancel_right, code="cancel-right")
    table = approve.timetable_of(visit.ctx, number)
    control.cancel(visit.ctx, number)
    day = table.plan.day.isoformat() if table else ""
    there = month_of(day) if day_of(day) else "/schedule"
    return visit.to(there, visit.w("schedule_cancelled", number=str(number)))
