"""Settings: what newsletter.toml says, where it is changed, and whether a real mailing would go well.

In: visits. Out: pages, one act. Called by web.studio.sections.
"""

from __future__ import annotations

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.pipeline import doctor
from newsletter.settings import Settings
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit

_SEEN = "settings health"


def newsletter(visit: Visit) -> Response:
    """What newsletter.toml says of the newsletter, sending, calendars, keys."""
    ctx = visit.studio.ctx
    return visit.page(
        "settings/newsletter.html",
        title=visit.w.settings_title,
        publication=ctx.publication,
        official=ctx.settings.official,
        given=_given(ctx.settings),
        calendars=ctx.settings.items("holidays.calendars") or (ctx.publication.calendar,),
        fingerprints=ctx.keys.fingerprints(),
    )


def _given(settings: Settings) -> dict[str, object]:
    texts = {"provider", "web.base_url", "quiet.hours", "blackout.holidays", "send.window"}
    lists = {"blackout.days", "notices.channel", "notices.people", "send.domains"}
    return (
        {name: settings.text(name) for name in texts}
        | {name: settings.items(name) for name in lists}
        | {"rate": settings.whole("send.rate_per_minute")}
    )


def health(visit: Visit) -> Response:
    """What was found when somebody last looked."""
    seen = visit.studio.kept.get(_SEEN)
    return visit.page("settings/health.html", title=visit.w.settings_title, seen=seen)


def look(visit: Visit) -> Response:
    """Ask the provider and the public address now; nothing is sent."""
    found = doctor.examine(visit.ctx)
    with visit.studio.lock:
        visit.studio.kept[_SEEN] = (visit.ctx.now(), found)
    return visit.to("/settings/health")


ROUTES: tuple[Way, ...] = (
    Page("/settings", newsletter, need=Right.LOOK),
    Page("/settings/health", health, need=Right.LOOK),
    Act("/settings/health", look, need=Right.WRITE),
)
