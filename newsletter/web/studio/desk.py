"""The desk: what needs me now; what goes out next; then issues and mailings with date and result.

In: visits. Out: a page. Called by web.studio.sections.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.pipeline import pressing, reason_words
from newsletter.pipeline.pressing import Kind, Matter
from newsletter.web.studio.routing import Page, Stream, Way
from newsletter.web.studio.visit import Visit

SAMPLE = "2020-12-16-holiday-greeting"
_TONES = {Kind.NOT_CONFIRMED: "wrong", Kind.SILENT: "wrong", Kind.DIFFERS: "wrong", Kind.APPROVAL: "calm"}


def desk(visit: Visit) -> Response:
    """What needs me now, what is coming, what came of the rest."""
    return visit.page("desk/desk.html", title=visit.w.desk_title, **_values(visit))


def live(visit: Visit) -> Response:
    """The same, while it changes."""
    return visit.stream(lambda: visit.draw("desk/parts.html", **_values(visit)), every=3.0)


def _values(visit: Visit) -> dict[str, Any]:
    found = pressing.look(visit.ctx, visit.language)
    return {
        "now": visit.ctx.now().astimezone(visit.studio.zone),
        "found": found,
        "matters": [_shown(visit, one) for one in found.matters],
        "sample": next((row for row in found.rows if row.slug == SAMPLE), None),
        "open_sections": {entry.name for entry in visit.studio.rail},
    }


def _shown(visit: Visit, one: Matter) -> dict[str, object]:
    """A matter in words: what it is, what is known of it, where to go, what is done there."""
    mine = one.kind is not Kind.APPROVAL or visit.account.may(Right.APPROVE)
    act = f"desk_{one.kind}_act" if mine else "places_ask" if visit.account.may(Right.WRITE) else "desk_look"
    return {
        "text": visit.w(f"desk_{one.kind}", n=one.count, title=one.title),
        "said": one.said or _reason(visit, one),
        "at": one.at if one.kind is Kind.SILENT or not one.said else None,
        "kind": one.kind,
        "tone": _TONES.get(one.kind, ""),
        "url": _where(visit, one),
        "act": visit.w(act),
    }


def _reason(visit: Visit, one: Matter) -> str:
    waits = one.campaign if one.kind is Kind.WAITING else None
    return reason_words.sentence(waits.reason, visit.language) if waits else ""


def _where(visit: Visit, one: Matter) -> str:
    if one.campaign is not None and one.kind is Kind.APPROVAL:
        asks = "" if visit.account.may(Right.APPROVE) else "#ask"
        return f"/mailings/{one.campaign.id}/approval{asks}"
    if one.campaign is not None:
        return f"/mailings/{one.campaign.id}"
    return "/settings/health"


ROUTES: tuple[Way, ...] = (
    Page("/", desk, need=Right.LOOK),
    Stream("/desk/live", live, need=Right.LOOK),
)
