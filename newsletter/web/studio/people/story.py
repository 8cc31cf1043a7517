"""One person's whole story: what we may do today, what is known of them, everything that happened.

In: visits. Out: a page. Called by web.studio.people.
"""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from newsletter.model.account import Right
from newsletter.pipeline import listing
from newsletter.pipeline.tale import Tale, tale
from newsletter.web.studio.people.shown import Names
from newsletter.web.studio.routing import Page, Way
from newsletter.web.studio.visit import Visit


def of_member(visit: Visit) -> Response:
    """`/recipients/7`. Raises NotFound."""
    return _page(visit, tale(visit.ctx, listing.numbered(visit.ctx, visit.path["number"]).email))


def of_address(visit: Visit) -> Response:
    """`/recipients/who?address=…`: also of somebody who is no member. Raises AddressFault."""
    found = tale(visit.ctx, visit.query.get("address", "")[:400])
    if found.member is not None:
        return RedirectResponse(f"/recipients/{found.member.id}", 303)
    return _page(visit, found)


def _page(visit: Visit, found: Tale) -> Response:
    member = found.member
    name = f"{member.first_name} {member.last_name}".strip() if member else ""
    oldest = visit.query.get("order") == "oldest"
    return visit.page(
        "people/story.html",
        title=name or found.address,
        named=bool(name),
        tale=found,
        member=member,
        moments=found.moments if oldest else found.moments[::-1],
        oldest=oldest,
        names=Names(visit),
    )


ROUTES: tuple[Way, ...] = (
    Page("/recipients/who", of_address, need=Right.LOOK),
    Page("/recipients/{number:int}", of_member, need=Right.LOOK),
)
