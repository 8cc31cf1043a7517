"""One mailing: what it is doing right now, second by second; when it is at its end, what came of it.

In: visits. Out: a page, a live line. Called by web.studio.mailing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar, cast

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import (
    conclude,
    control,
    correct,
    curves,
    hold,
    notice_facts,
    places,
    reason_words,
    sequels,
    settle,
    whole,
)
from newsletter.pipeline.watching import Watch, watch
from newsletter.pipeline.whole import Whole
from newsletter.web.studio.mailing.listing import TONES
from newsletter.web.studio.routing import Page, Stream, Way
from newsletter.web.studio.visit import Visit

CASES = 12  #: batches that are told one by one
_LIGHT = 10  #: a look at a million people takes its time: so many times as long is waited for the next
SHARE = 20  #: what took long to reckon stands so many times as long
_NOT_YET = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.PREPARING)
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Unclear:
    """What is not confirmed: the cases, how many people they are, what is recommended for all of them."""

    cases: Sequence[settle.Case]
    people: int
    more: int
    advice: str


def one(visit: Visit) -> Response:
    """`/mailings/7`."""
    number = visit.path["number"]
    now = watch(visit.ctx, number)
    found = now.campaign
    values = _shared(visit, now) | {"unclear": unclear(visit, found)}
    if found.status in _NOT_YET or now.moving:
        return visit.page("mailing/going.html", **values)
    return visit.page("mailing/one.html", **values, **_account(visit, number))


def live(visit: Visit) -> Response:
    """What changes while it goes out. `was`: the mark that the page was drawn with; another one asks for the page anew."""
    number = visit.path["number"]
    since = monotonic()
    was = visit.query.get("was") or watch(visit.ctx, number).mark

    def draw() -> str:
        now = watch(visit.ctx, number)
        return visit.draw("mailing/live.html", now=now, ended=now.mark != was, told=told(visit, now))

    draw()
    return visit.stream(draw, max(1.0, _LIGHT * (monotonic() - since)))


def _shared(visit: Visit, now: Watch) -> dict[str, Any]:
    """What every form of the page shows."""
    found = now.campaign
    edition = sequels.edition_of(visit.ctx, found)
    look = next((kept for kept in hold.every_waiting(visit.ctx) if kept.campaign.id == found.id), None)
    return {
        "title": notice_facts.title(edition, visit.language),
        "now": now,
        "campaign": found,
        "places": places.places(visit.ctx, found.slug, found),
        "tone": TONES.get(found.status, ""),
        "told": told(visit, now),
        "look": look,
        "sequel": sequels.of(visit.ctx, found.id),
        "parts": parts(visit, found.id),
        "ended": False,
    }


def parts(visit: Visit, number: int) -> list[dict[str, Any]]:
    """The mailings of a family, where there are several."""
    numbers = sequels.family(visit.ctx, number)
    if len(numbers) == 1:
        return []
    found = [watch(visit.ctx, each) for each in numbers]
    kinds = sequels.every(visit.ctx)
    return [
        {
            "campaign": each.campaign,
            "kind": kinds[each.campaign.id].kind.value if each.campaign.id in kinds else "first",
            "taken": each.taken,
            "tone": TONES.get(each.campaign.status, ""),
        }
        for each in found
    ]


def told(visit: Visit, now: Watch) -> str:
    """Why it stands still, in a sentence."""
    reason = now.campaign.reason
    by = reason.removeprefix(control.PERSON)
    if by not in {reason, reason_words.THE_LINK}:
        return visit.w("mailing_stopped_by", who=by)
    if reason == conclude.NOT_CONFIRMED:
        return visit.w("mailing_not_confirmed", n=now.unclear)
    return reason_words.sentence(reason, visit.language)


def unclear(visit: Visit, found: Campaign) -> Unclear | None:
    """What waits for a decision; None where everything is known."""
    cases = settle.cases(visit.ctx, found.id)
    if not cases:
        return None
    advice = {case.advice for case in cases}
    best = next(iter(advice)) if len(advice) == 1 else settle.Advice.WAIT
    return Unclear(cases[:CASES], sum(case.people for case in cases), max(0, len(cases) - CASES), best.value)


def _account(visit: Visit, number: int) -> dict[str, Any]:
    made = kept(visit, f"mailing {number} whole", lambda: whole.whole(visit.ctx, number))
    own = next(part for part in (*made.parts, *made.told) if part.report.campaign.id == number)
    people = own.report.languages
    drawn = kept(visit, f"mailing {number} curves", lambda: curves.curves(visit.ctx, number, people))
    return {
        "whole": made,
        "own": own.report,
        "curves": drawn,
        "not_mailed": reason_words.whom_not(shown(made, number).books, visit.language),
        "total": shown(made, number),
        "counting": own.report.manner,
        "zone": visit.ctx.publication.time_zone,
        "offers": _offers(visit, own.report.campaign, made),
    }


def shown(made: Whole, number: int) -> Any:
    """The account that a page tells: of the whole family for its first mailing, of the part itself for a part."""
    if made.parts[0].report.campaign.id == number:
        return made.total
    return next(part.report for part in (*made.parts, *made.told) if part.report.campaign.id == number)


def _offers(visit: Visit, found: Campaign, made: Whole) -> dict[str, int]:
    """What could complete it now, with how many it would be about where that is known at once."""
    undone = [part for part in made.parts if not part.report.campaign.status.over]
    if undone or found.started_at is None or not found.status.over:
        return {}
    offers = {} if made.parts[0].sequel else {SequelKind.LATE.value: 0}  # nobody joins a short correction
    counted = {
        SequelKind.RETRY: sequels.people(visit.ctx, found.id, SequelKind.RETRY),
        SequelKind.CORRECTED: correct.left(visit.ctx, found.id),
        SequelKind.TOLD: _untold(visit, found, made),
    }
    return offers | {kind.value: number for kind, number in counted.items() if number}


def _untold(visit: Visit, found: Campaign, made: Whole) -> int:
    """Of this very mailing: its own text may be the wrong one. 0 where they are told, or are being told."""
    theirs = [part for part in made.told if part.sequel and part.sequel.follows == found.id]
    if any(part.report.campaign.status is not CampaignStatus.CANCELLED for part in theirs):
        return 0
    return sequels.people(visit.ctx, found.id, SequelKind.TOLD)


def kept(visit: Visit, key: str, make: Callable[[], Made]) -> Made:
    """What was reckoned a moment ago, for as long as it is worth: a mailing of a million takes seconds, one of a thousand none."""
    now = monotonic()
    until, value = visit.studio.kept.get(key, (0.0, None))
    if value is not None and now < until:
        return cast("Made", value)
    made = make()
    took = monotonic() - now
    visit.studio.kept[key] = (monotonic() + SHARE * took if took > _QUICK else 0.0, made)
    return made


def forget(visit: Visit) -> None:
    """Somebody acted: what was reckoned before is not shown any more."""
    for key in [key for key in list(visit.studio.kept) if key.endswith((" whole", " curves"))]:
        visit.studio.kept.pop(key, None)


_QUICK = 0.3  #: seconds that a page may take to reckon each time

ROUTES: tuple[Way, ...] = (
    Page("/mailings/{number:int}", one, need=Right.LOOK),
    Stream("/mailings/{number:int}/live", live, need=Right.LOOK),
)
