"""Days of every year: what comes back, the holidays with a person's word about feasts, the calendar feed.

In: visits. Out: pages; a series ended, a day confirmed, an address opened or closed. Called by web.studio.schedule.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from newsletter.model.errors import AuthorError
from newsletter.model.said import Said
from newsletter.pipeline import agenda, almanac, confirming, forecast, holidays, series
from newsletter.web.studio.schedule.months import KINDS, day_of
from newsletter.web.studio.visit import Visit


def every_year(visit: Visit) -> Response:
    """What comes back, each with its next day."""
    found = [(one, forecast.next_words(one, visit.language)) for one in series.listed(visit.ctx)]
    return visit.page("schedule/series.html", title=visit.w.schedule_tab_series, series=found, kinds=KINDS)


def ended(visit: Visit) -> Response:
    """It does not come back any more."""
    series.end(visit.ctx, visit.path["number"])
    return visit.to("/schedule/series", visit.w.schedule_series_ended)


def holidays_listed(visit: Visit) -> Response:
    """The days of a calendar, eighteen months ahead."""
    chosen = almanac.calendars(visit.ctx)
    asked = visit.query.get("calendar", "")
    calendar = asked if asked in chosen else visit.ctx.publication.calendar
    found = holidays.seen(visit.ctx, calendar=calendar, language=visit.language)
    return visit.page(
        "schedule/holidays.html",
        title=visit.w.schedule_tab_holidays,
        found=found,
        calendars=[(one, forecast.place_words(one, visit.language)) for one in chosen],
        calendar=found.calendar,
        calendar_name=forecast.calendar_words(found.calendar, visit.language),
        about=[holidays.about(row, visit.language) for row in found.rows],
        changes=[holidays.change_line(one, visit.language) for one in found.changes],
    )


def confirmed(visit: Visit) -> Response:
    """A person's word about the day of a feast."""
    calendar, key = visit.form.get("calendar", ""), visit.form.get("holiday", "")
    day = day_of(visit.form.get("day", ""))
    if day is None:
        raise AuthorError(Said("at: that is not a day", "at\u00a0: ce n’est pas un jour"), code="schedule-at")
    done = confirming.confirm(visit.ctx, key, calendar=calendar, day=day)
    said = visit.w(
        "schedule_confirmed",
        name=done.found.holiday.name(visit.language),
        day=forecast.day_words(done.day, visit.language),
    )
    return visit.to(f"/schedule/holidays?{urlencode({'calendar': calendar})}", said)


def feed(visit: Visit) -> Response:
    """The secret address, if one is open."""
    return visit.page(
        "schedule/feed.html", title=visit.w.schedule_tab_feed, address=agenda.opened_address(visit.ctx)
    )


def feed_changed(visit: Visit) -> Response:
    """Open, change or close the address."""
    match visit.form.get("do", ""):
        case "renew":
            agenda.renew(visit.ctx)
            said = visit.w.schedule_feed_renewed
        case "close":
            agenda.revoke(visit.ctx)
            said = visit.w.schedule_feed_closed
        case _:
            agenda.address(visit.ctx)
            said = visit.w.schedule_feed_opened
    return visit.to("/schedule/feed", said)
