"""Schedule: the month, planning a mailing, moving and cancelling it, holidays, what comes back every year, the calendar feed.

In: visits. Out: pages; mailings planned and moved by verbs. Called by web.studio.sections.
"""

from __future__ import annotations

from newsletter.model.account import Right
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.schedule import days, moving, planning
from newsletter.web.studio.schedule.months import shown

ROUTES: tuple[Way, ...] = (
    Page("/schedule", shown, need=Right.LOOK),
    Page("/schedule/plan", planning.looked_at, need=Right.WRITE),
    Act("/schedule/plan", planning.confirmed, need=Right.WRITE),
    Page("/schedule/{number:int}/move", moving.looked_at, need=Right.WRITE),
    Act("/schedule/{number:int}/move", moving.moved, need=Right.WRITE),
    Page("/schedule/{number:int}/cancel", moving.asked, need=Right.WRITE),
    Act("/schedule/{number:int}/cancel", moving.cancelled, need=Right.WRITE),
    Page("/schedule/series", days.every_year, need=Right.LOOK),
    Act("/schedule/series/{number:int}/end", days.ended, need=Right.WRITE),
    Page("/schedule/holidays", days.holidays_listed, need=Right.LOOK),
    Act("/schedule/holidays/confirm", days.confirmed, need=Right.WRITE),
    Page("/schedule/feed", days.feed, need=Right.WRITE),
    Act("/schedule/feed", days.feed_changed, need=Right.WRITE),
)
