"""Campaigns: listed, planned, approved, paused, resumed, cancelled; everything held and released; and what came of each.

In: a Call. Out: answers. Called by web.api.app.
"""

from __future__ import annotations

import msgspec

from newsletter.model.account import Right
from newsletter.model.errors import NotAllowed
from newsletter.model.issue import ScheduleWish
from newsletter.model.said import Said
from newsletter.pipeline import control, drafting, hold, paging, report
from newsletter.web.api import answers, shapes
from newsletter.web.api.operations import Call, Operation

_TIMES = ("at", "holiday", "calendar", "offset", "zone", "every", "expires", "day", "window")


def every(call: Call) -> answers.Mailings:
    """A page of campaigns."""
    page = paging.of_campaigns(call.ctx, call.query.cursor, call.query.limit)
    return answers.Mailings([answers.mailing(one) for one in page.items], page.next)


def one(call: Call) -> answers.Mailing:
    """One campaign."""
    return answers.mailing(control.find(call.ctx, call.path["number"]))


def plan(call: Call) -> answers.Plan:
    """A draft, which waits for its approval."""
    body: shapes.CampaignPlan = call.body
    wish = ScheduleWish(year=body.year, **{name: getattr(body, name) for name in _TIMES})
    wanted = drafting.Wanted(body.issue, tuple(body.include), tuple(body.exclude), wish, body.gentle)
    made = drafting.draft(call.ctx, wanted)
    remarks = (*made.findings, *made.outlook.remarks)
    return answers.Plan(
        answers.mailing(made.campaign),
        made.fresh,
        made.counts.mailed,
        made.counts.languages,
        {reason: number for reason, number in made.counts.excluded.items() if number},
        made.outlook.lines,
        [answers.remark(found) for found in remarks],
    )


def approve(call: Call) -> answers.Mailing:
    """From now on it goes out by itself. For real people the scope `send` is wanted as well."""
    if call.ctx.settings.official and not call.access.may(Right.SEND):
        raise NotAllowed(
            Said(
                "a mailing to real people wants the scope send",
                "un envoi à de vraies personnes demande la portée send",
            ),
            code="scope-missing",
            hint=Said("Make a token that has it.", "Créez un jeton qui l’a."),
        )
    body: shapes.CampaignApproval = call.body
    return answers.mailing(drafting.approve(call.ctx, call.path["number"], body.count, body.edition))


def pause(call: Call) -> answers.Mailing:
    """What is under way ends; nothing new leaves."""
    return answers.mailing(control.pause(call.ctx, call.path["number"], call.body.reason))


def resume(call: Call) -> answers.Mailing:
    """It goes on, with the text that was approved."""
    return answers.mailing(control.resume(call.ctx, call.path["number"]))


def cancel(call: Call) -> answers.Mailing:
    """What has not been handed over stays unsent, for good."""
    return answers.mailing(control.cancel(call.ctx, call.path["number"]))


def reported(call: Call) -> answers.Report:
    """What came of it."""
    return msgspec.convert(report.as_json(report.report(call.ctx, call.path["number"])), answers.Report)


def held(call: Call) -> answers.Standing:
    """Whether everything is held."""
    return answers.standing(hold.standing(call.ctx))


def place(call: Call) -> answers.Standing:
    """Hold everything, at once."""
    body: shapes.HoldPlaced = call.body
    until = body.until
    if until is not None and until.tzinfo is None:
        raise NotAllowed(
            Said("the moment has no zone", "le moment n’a pas de fuseau"),
            code="hold-until",
            hint=Said("End it with Z or +00:00.", "Terminez-le par Z ou +00:00."),
        )
    return answers.standing(hold.hold(call.ctx, body.reason, until).hold)


def release(call: Call) -> answers.Standing:
    """End the hold, or let one mailing out of it."""
    body: shapes.Release = call.body
    hold.release(call.ctx, body.campaign, late=body.late)
    return answers.standing(hold.standing(call.ctx))


def _act(
    name: str, summary: str, need: Right, endpoint: object, body: type[msgspec.Struct] = shapes.Nothing
) -> Operation:
    return Operation(
        "POST", f"/campaigns/{{number}}/{name}", f"{name}Campaign", summary, need, endpoint, answers.Mailing, body=body, refusals=(404, 409)  # type: ignore[arg-type]
    )  # fmt: skip


OPERATIONS = (
    Operation("GET", "/campaigns", "listCampaigns", "List campaigns, the newest first.", Right.LOOK, every, answers.Mailings, query=shapes.Paged),
    Operation(
        "POST", "/campaigns", "planCampaign", "Plan a mailing: a draft, which goes out once it is approved.", Right.WRITE, plan, answers.Plan,
        body=shapes.CampaignPlan, refusals=(404, 409),
    ),
    Operation("GET", "/campaigns/{number}", "getCampaign", "One campaign.", Right.LOOK, one, answers.Mailing, refusals=(404,)),
    _act("approve", "Approve a draft for exactly these people and this version: it then goes out by itself.", Right.APPROVE, approve, shapes.CampaignApproval),
    _act("pause", "Pause: what is under way ends, nothing new leaves.", Right.WRITE, pause, shapes.Reason),
    _act("resume", "Let a paused or held mailing go on, with the approved text.", Right.SEND, resume),
    _act("cancel", "Cancel what has not been handed over.", Right.SEND, cancel),
    Operation("GET", "/campaigns/{number}/report", "getReport", "What came of a mailing.", Right.LOOK, reported, answers.Report, refusals=(404,)),
    Operation("GET", "/hold", "getHold", "Whether everything is held.", Right.LOOK, held, answers.Standing),
    Operation("POST", "/hold", "placeHold", "Hold everything, at once.", Right.LOOK, place, answers.Standing, body=shapes.HoldPlaced, refusals=(409,)),
    Operation(
        "POST", "/hold/release", "releaseHold", "End the hold, or let one mailing out of it.", Right.SEND, release, answers.Standing,
        body=shapes.Release, refusals=(404, 409),
    ),
)  # fmt: skip
