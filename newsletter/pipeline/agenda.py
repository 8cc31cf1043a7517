"""Agenda: what is scheduled, what is planned and not yet approved, and the holidays of the chosen calendars, as a calendar.

In: the ledger, the calendars. Out: an RFC 5545 document; the secret address that serves it. Called by `calendar` and the public pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from newsletter.model import feed as tokens
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.pipeline import almanac, schedule
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.confirming import settled
from newsletter.pipeline.context import Context
from newsletter.pipeline.schedule import Timetable
from newsletter.planning import listing, words
from newsletter.planning.feed import Entry, document
from newsletter.planning.holidays import HolidayDay, settle, table
from newsletter.planning.phrases import day_and_clock, long_day, spoken
from newsletter.planning.zones import wall_clock
from newsletter.store import audit, campaigns
from newsletter.store.database import get_meta, set_meta

_SERIAL = "calendar.feed"  #: the serial of the address that is open, negative once it is closed
_BACK = timedelta(days=31)  #: what has been stays for so long
_GONE = (CampaignStatus.CANCELLED, CampaignStatus.EXPIRED)
_STANDS = {
    CampaignStatus.DRAFT: ("planned, not approved", "planifié, non approuvé"),
    CampaignStatus.SCHEDULED: ("approved", "approuvé"),
    CampaignStatus.PREPARING: ("going out", "en cours d’envoi"),
    CampaignStatus.SENDING: ("going out", "en cours d’envoi"),
    CampaignStatus.PAUSED: ("paused", "en pause"),
    CampaignStatus.HELD: ("waiting for you", "en attente de vous"),
    CampaignStatus.FINISHED: ("finished", "terminé"),
}


def entries(ctx: Context, language: str) -> list[Entry]:
    """Everything from a month back to eighteen months ahead, by day. `language` is en or fr."""
    found = [*_mailings(ctx, language), *_holidays(ctx, language)]
    return sorted(found, key=lambda each: (each.start.isoformat()[:10], each.uid))


def _language(ctx: Context, asked: str) -> str:
    return spoken(asked) if asked else staff_language(ctx)


def lines(ctx: Context, language: str = "") -> list[str]:
    """What is coming, one line an entry, in the publication's time; what has been is left out."""
    chosen, zone = _language(ctx, language), ctx.publication.time_zone
    return [f"{_when(each, zone, chosen)}  {each.summary}" for each in _coming(ctx, chosen)]


def _when(entry: Entry, zone: str, language: str) -> str:
    if not isinstance(entry.start, datetime):
        return long_day(entry.start, language)
    if entry.start.tzinfo:
        return f"{day_and_clock(wall_clock(entry.start, zone), language)} ({zone})"
    where = "à l’heure de chaque destinataire" if language == "fr" else "in each reader's own time"
    return f"{day_and_clock(entry.start, language)}, {where}"


def _coming(ctx: Context, language: str) -> list[Entry]:
    first = almanac.today(ctx).isoformat()
    return [each for each in entries(ctx, language) if _start(each)[:10] >= first]


def as_json(ctx: Context, language: str = "") -> list[dict[str, object]]:
    """What is coming, in the form that `calendar --json` promises: `start` is a day, a local time, or an instant in UTC."""
    return [
        {
            "start": _start(each),
            "summary": each.summary,
            "description": each.description,
            "firm": each.firm,
        }
        for each in _coming(ctx, _language(ctx, language))
    ]


def _start(entry: Entry) -> str:
    if isinstance(entry.start, datetime):
        return words.instant(entry.start) if entry.start.tzinfo else entry.start.isoformat(timespec="minutes")
    return entry.start.isoformat()


def calendar(ctx: Context, language: str = "") -> bytes:
    """The document."""
    chosen = _language(ctx, language)
    name = ctx.publication.name.get(chosen) or next(iter(ctx.publication.name.values()))
    return document(entries(ctx, chosen), name)


def _mailings(ctx: Context, language: str) -> Iterator[Entry]:
    since = ctx.now() - _BACK
    with ctx.store.read() as db:
        rows = [(one, campaigns.detail(db, one.id).schedule) for one in campaigns.listed(db)]
    for one, kept in rows:
        times = schedule.read(kept)
        at = schedule.instant(times) if times else one.started_at or one.due_at
        if at is not None and at >= since and one.status not in _GONE:
            yield _mailing(ctx, one, times, at, language)


def _mailing(ctx: Context, one: Campaign, times: Timetable | None, at: datetime, language: str) -> Entry:
    said = words.understood(times.plan, language) if times else ""
    stands = _STANDS[one.status][language == "fr"]
    what = "Envoi" if language == "fr" else "Mailing"
    return Entry(
        uid=f"mailing-{one.id}-{ctx.instance}@{ctx.publication.list_id}",
        start=times.plan.local if times and times.plan.readers_time else at,
        summary=f"{one.slug} ({stands})",
        stamp=one.started_at or one.created_at,
        description=f"{what} {one.id}. {said}".strip(),
        firm=one.status is not CampaignStatus.DRAFT,
    )


def _holidays(ctx: Context, language: str) -> Iterator[Entry]:
    first = almanac.today(ctx) - _BACK
    last = almanac.today(ctx) + almanac.AHEAD
    known = settled(ctx)
    told: dict[str, list[HolidayDay]] = {}
    for calendar in almanac.calendars(ctx):
        for found in table(calendar, range(first.year, last.year + 1)):
            each = settle(found, known)
            if first <= each.day <= last:
                told.setdefault(f"{each.holiday.key}-{found.day:%Y%m%d}", []).append(each)
    stamp = datetime.combine(almanac.today(ctx), time(), UTC)
    for name, days in told.items():
        yield from _holiday(ctx, name, days, stamp, language)


def _holiday(
    ctx: Context, name: str, days: list[HolidayDay], stamp: datetime, language: str
) -> Iterator[Entry]:
    first = days[0]
    title = first.holiday.name(language)
    said = [
        f"{each.calendar}: {', '.join([listing.standing(each, language), *listing.notes(each, language)])}"
        for each in days
    ]
    likely = (" (date estimée)" if language == "fr" else " (estimated)") if first.estimated else ""
    yield Entry(
        f"{name}@{ctx.publication.list_id}",
        first.day,
        f"{title}{likely}",
        stamp,
        "\n".join(said),
    )
    for observed in sorted({each.observed for each in days if each.observed}):
        kept = "jour observé" if language == "fr" else "observed"
        where = ", ".join(each.calendar for each in days if each.observed == observed)
        yield Entry(
            f"{name}-{observed:%Y%m%d}@{ctx.publication.list_id}", observed, f"{title} ({kept})", stamp, where
        )


# --- the secret address ---


def _serial(ctx: Context) -> int:
    with ctx.store.read() as db:
        return int(get_meta(db, _SERIAL) or 0)


def address(ctx: Context) -> str:
    """The secret address, opened on first use; whoever knows it reads the calendar, so it can be revoked."""
    serial = _serial(ctx)
    if serial <= 0:
        serial = 1 - serial
        _set(ctx, serial, "open-calendar")
    return _address(ctx, serial)


def opened_address(ctx: Context) -> str:
    """The secret address that is open now; empty when none is. Opens none."""
    serial = _serial(ctx)
    return _address(ctx, serial) if serial > 0 else ""


def renew(ctx: Context) -> str:
    """Another address takes the place of the one that is open, which answers no more."""
    revoke(ctx)
    return address(ctx)


def _address(ctx: Context, serial: int) -> str:
    token = tokens.sign(ctx.keys.signing, ctx.keys.current, serial)
    return f"{ctx.settings.text('web.base_url')}/calendar/{token}.ics"


def revoke(ctx: Context) -> bool:
    """Close the address for ever; the next one is another. False when none was open."""
    serial = _serial(ctx)
    if serial > 0:
        _set(ctx, -serial, "revoke-calendar")
    return serial > 0


def _set(ctx: Context, serial: int, act: str) -> None:
    with ctx.store.write() as db:
        set_meta(db, _SERIAL, str(serial))
        audit.note(db, ctx.now(), ctx.actor, act, "", {"serial": abs(serial)})


def opened(ctx: Context, token: str) -> bool:
    """True for the token of the address that is open now."""
    serial = tokens.read(token, ctx.keys.tokens)
    return serial is not None and serial > 0 and serial == _serial(ctx)
