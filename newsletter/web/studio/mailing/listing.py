"""The list of mailings: where each stands, what completes what, how many have it.

In: visits. Out: a page; rows for the desk. Called by web.studio.mailing and desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.sequel import Sequel
from newsletter.pipeline import control, pressing, sequels, watching
from newsletter.web.studio.routing import Page, Way
from newsletter.web.studio.visit import Visit

PAGE = 50  #: mailings on a page
TONES = {
    CampaignStatus.DRAFT: "warning",
    CampaignStatus.PAUSED: "warning",
    CampaignStatus.HELD: "warning",
    CampaignStatus.FINISHED: "good",
    CampaignStatus.CANCELLED: "quiet",
    CampaignStatus.EXPIRED: "quiet",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One mailing of the list. `people`: everybody written down; `taken`: handed over. `sequel`: what it completes."""

    campaign: Campaign
    title: str
    people: int
    taken: int
    sequel: Sequel | None

    @property
    def tone(self) -> str:
        """The colour of its status."""
        return TONES.get(self.campaign.status, "")


def listed(visit: Visit) -> Sequence[Row]:
    """The newest mailings, and where each stands."""
    return rows(visit, control.every(visit.ctx)[:PAGE])


def rows(visit: Visit, found: Sequence[Campaign]) -> list[Row]:
    """These mailings with their sizes; of one that is over they are counted once."""
    kept = visit.studio.kept
    unknown = [one.id for one in found if _key(one) not in kept]
    sizes = watching.sizes(visit.ctx, unknown)
    for one in found:
        if one.status is CampaignStatus.FINISHED and one.id in sizes:
            kept[_key(one)] = sizes[one.id]
    completing = sequels.every(visit.ctx)
    titles = pressing.titles_of(visit.ctx, found, visit.language)
    return [
        Row(
            one,
            titles[one.edition],
            *(sizes.get(one.id) or cast("tuple[int, int]", kept[_key(one)])),
            completing.get(one.id),
        )
        for one in found
    ]


def _key(one: Campaign) -> str:
    return f"mailing {one.id} size"


def every(visit: Visit) -> Response:
    """`/mailings`, newest first."""
    all_ = control.every(visit.ctx)
    page = max(1, _whole(visit.query.get("page", "1")))
    shown = all_[(page - 1) * PAGE : page * PAGE]
    return visit.page(
        "mailing/list.html",
        title=visit.w.mailing_title,
        rows=rows(visit, shown),
        newer=f"/mailings?page={page - 1}" if page > 1 else "",
        older=f"/mailings?page={page + 1}" if len(all_) > page * PAGE else "",
    )


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < len("1000000") else 1


ROUTES: tuple[Way, ...] = (Page("/mailings", every, need=Right.LOOK),)
