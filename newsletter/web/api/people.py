"""Members, the do-not-mail list, and what providers told.

In: a Call. Out: answers. Called by web.api.app.
"""

from __future__ import annotations

from msgspec import UNSET

from newsletter.model.account import Right
from newsletter.model.member import ConsentBasis, SuppressionReason, TrackingConsent
from newsletter.pipeline import members, paging, suppressions
from newsletter.pipeline.members import Changes
from newsletter.web.api import answers, shapes
from newsletter.web.api.operations import Call, Operation

_FIELDS = ("first_name", "last_name", "company", "province", "language", "timezone")


def every(call: Call) -> answers.People:
    """A page of members."""
    wanted: shapes.MembersWanted = call.query
    page = paging.of_members(call.ctx, wanted.segment, wanted.search, wanted.cursor, wanted.limit)
    return answers.People([answers.person(one) for one in page.items], page.next)


def story(call: Call) -> answers.Known:
    """All that is known of an address, a member's or not."""
    return answers.known(members.story(call.ctx, call.path["email"]))


def add(call: Call) -> answers.Known:
    """A new member."""
    body: shapes.MemberNew = call.body
    return answers.known(members.add(call.ctx, body.email, _changes(body)))


def edit(call: Call) -> answers.Known:
    """Change a member."""
    return answers.known(members.edit(call.ctx, call.path["email"], _changes(call.body)))


def unsubscribe(call: Call) -> answers.Known:
    """At once, also in a running mailing."""
    return answers.known(members.unsubscribe(call.ctx, call.path["email"], call.body.evidence))


def _changes(body: shapes.MemberChange) -> Changes:
    texts = {name: getattr(body, name) for name in _FIELDS}
    grounds = body.consent
    return Changes(
        fields={name: text for name, text in texts.items() if text is not UNSET},
        attributes=body.attributes,
        tags=frozenset(body.tags),
        untag=frozenset(body.untag),
        consent=members.Grounds(ConsentBasis(grounds.basis), grounds.on, grounds.evidence)
        if grounds
        else None,
        tracking=TrackingConsent(body.tracking) if body.tracking else None,
    )


def listed(call: Call) -> answers.Suppressions:
    """A page of the do-not-mail list."""
    wanted: shapes.SuppressionsWanted = call.query
    reasons = [SuppressionReason(wanted.reason)] if wanted.reason else []
    page = paging.of_suppressions(call.ctx, reasons, wanted.cursor, wanted.limit)
    items = [answers.Suppressed(one.address, one.reason.value, one.source, one.at) for one in page.items]
    return answers.Suppressions(items, page.next)


def suppress(call: Call) -> answers.Known:
    """An address that is not mailed from now on."""
    body: shapes.SuppressionNew = call.body
    suppressions.add(call.ctx, body.email, SuppressionReason(body.reason), body.source)
    return answers.known(members.story(call.ctx, body.email))


def told(call: Call) -> answers.Events:
    """A page of events."""
    wanted: shapes.EventsWanted = call.query
    page = paging.of_events(call.ctx, wanted.campaign or None, wanted.cursor, wanted.limit)
    items = [
        answers.Event(
            one.id, one.provider, one.kind, one.campaign, one.delivery, one.occurred_at, one.received_at, one.status, one.reason
        )
        for one in page.items
    ]  # fmt: skip
    return answers.Events(items, page.next)


OPERATIONS = (
    Operation("GET", "/members", "listMembers", "List members, in the order in which they came.", Right.LOOK, every, answers.People, query=shapes.MembersWanted, refusals=(404,)),
    Operation("POST", "/members", "addMember", "Add a member.", Right.WRITE, add, answers.Known, body=shapes.MemberNew, status=201, refusals=(409,)),
    Operation("GET", "/members/{email}", "getMember", "All that is known of an address, a member's or not.", Right.LOOK, story, answers.Known),
    Operation("PATCH", "/members/{email}", "editMember", "Change a member.", Right.WRITE, edit, answers.Known, body=shapes.MemberChange, refusals=(404, 409)),
    Operation(
        "POST", "/members/{email}/unsubscribe", "unsubscribeMember", "Somebody asked to be left in peace: at once, also in a running mailing.",
        Right.WRITE, unsubscribe, answers.Known, body=shapes.Leaving,
    ),
    Operation("GET", "/suppressions", "listSuppressions", "List who must not be mailed, and why.", Right.LOOK, listed, answers.Suppressions, query=shapes.SuppressionsWanted),
    Operation("POST", "/suppressions", "addSuppression", "Put an address on the do-not-mail list.", Right.WRITE, suppress, answers.Known, body=shapes.SuppressionNew, status=201),
    Operation("GET", "/events", "listEvents", "List what providers told, in the order in which it came.", Right.LOOK, told, answers.Events, query=shapes.EventsWanted),
)  # fmt: skip
