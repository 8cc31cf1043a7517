"""Confirming: a person's word about the day of a feast, without which no greeting for it goes out.

In: a holiday, a day, a person. Out: the word in the store; a mailing refused that lacks it. Called by `holidays`, schedule, due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from newsletter.model.errors import NotAllowed
from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.said import Said, alike
from newsletter.pipeline.context import Context
from newsletter.planning.calendars import calendar_named
from newsletter.planning.concerns import FRESH, to_confirm
from newsletter.planning.holidays import HolidayDay, Settled, days_of, find
from newsletter.planning.phrases import long_day
from newsletter.planning.plan import LocalPlan
from newsletter.planning.zones import wall_clock
from newsletter.store import audit, holidays

_FARTHEST = timedelta(days=15)  #: a word about a day farther from the reckoned one is a slip
_JUST_BEEN = timedelta(
    days=3
)  #: a feast is still this year's so long: the moon may be seen a day or two later


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A word that was stored: the reckoned day, the day on which it is kept, and until when it counts for a mailing."""

    found: HolidayDay
    day: date
    until: date


def settled(ctx: Context) -> Settled:
    """The newest word about each reckoned day."""
    with ctx.store.read() as db:
        return {about: word.day for about, word in holidays.words(db).items()}


def confirm(
    ctx: Context, name: str, *, calendar: str = "", year: int | None = None, day: date | None = None
) -> Confirmed:
    """A person confirms the day of a holiday, or names another near it; audited. Without a year it is the next one.

    Raises AuthorError for a holiday that is none, NotAllowed for one whose day nobody needs to confirm, or a day too far off.
    """
    chosen = calendar_named(calendar or ctx.publication.calendar)
    now = ctx.now()
    found = _reckoned(
        _candidates(name, chosen, wall_clock(now, ctx.publication.time_zone).date(), year, day), day
    )
    if not found.unsure:
        raise NotAllowed(
            Said(
                f"the day of {found.holiday.english} is certain: nobody needs to confirm it",
                f"le jour de {found.holiday.name('fr')} est certain\u00a0: personne n’a à le confirmer",
            ),
            code="holiday-certain",
            hint=Said(
                "`newsletter holidays` marks those that want a person's word.",
                "`newsletter holidays` marque ceux qui attendent la confirmation de quelqu’un.",
            ),
        )
    kept = day or found.day
    with ctx.store.write() as db:
        holidays.say(db, found.holiday.key, found.day, kept, now, ctx.actor)
        detail = {"reckoned": found.day.isoformat(), "day": kept.isoformat()}
        audit.note(db, now, ctx.actor, "confirm-holiday", found.holiday.key, detail)
    return Confirmed(found, kept, (now + FRESH).date())


def _candidates(
    name: str, calendar: str, today: date, year: int | None, day: date | None
) -> list[HolidayDay]:
    holiday = find(name, calendar)
    first = year or (day.year if day else today.year)
    years = (first,) if year else range(first - 1, first + 3)
    days = [each for one in years for each in days_of(holiday, calendar, one)]
    ahead = [each for each in days if each.day >= today - _JUST_BEEN] if day is None else days
    if not (ahead or days):
        raise NotAllowed(
            Said(
                f"{holiday.english} has no day in calendar {calendar} in {first}",
                f"{holiday.name('fr')} n’a pas de jour au calendrier {calendar} en {first}",
            ),
            code="holiday-no-day",
            hint=Said(
                "`newsletter holidays --year` lists what the data holds.",
                "`newsletter holidays --year` énumère ce que les données contiennent.",
            ),
        )
    return ahead or days


def _reckoned(candidates: list[HolidayDay], day: date | None) -> HolidayDay:
    if day is None:
        return candidates[0]
    found = min(candidates, key=lambda each: abs(each.day - day))
    if abs(found.day - day) > _FARTHEST:
        raise NotAllowed(
            Said(
                f"{found.holiday.english} is reckoned as {long_day(found.day, 'en')}, far from {day}",
                f"{found.holiday.name('fr')} est estimé au {long_day(found.day, 'fr')}, loin du {day}",
            ),
            code="holiday-far",
            hint=Said("Check the year and the month.", "Vérifiez l’année et le mois."),
        )
    return found


def remarks(ctx: Context, plan: LocalPlan, at: datetime, language: str) -> list[Finding]:
    """That somebody still has to confirm the day, unless their word is fresh enough for a mailing at this instant; or that they
    confirmed another one."""
    fault = _fault(ctx, plan, at)
    if fault and fault.code == "holiday-otherwise":
        return [finding("holiday-confirm", Severity.WARNING, fault.said[0], plan.place, hint=fault.said[1])]
    return to_confirm(plan, language) if fault else []


def require(ctx: Context, plan: LocalPlan, at: datetime) -> None:
    """Raise NotAllowed (`holiday-unconfirmed`, `holiday-otherwise`) for a greeting whose day nobody confirmed, or not as this one."""
    fault = _fault(ctx, plan, at)
    if fault:
        raise fault


def _fault(ctx: Context, plan: LocalPlan, at: datetime) -> NotAllowed | None:
    found = plan.holiday
    if found is None or not found.unsure:
        return None
    with ctx.store.read() as db:
        word = holidays.words(db).get((found.holiday.key, found.by_data))
    if word is None or at - word.at > FRESH:
        return NotAllowed(
            Said(
                f"nobody confirmed {found.holiday.english} as {long_day(found.day, 'en')} within {FRESH.days} days of the mailing",
                f"personne n’a confirmé {found.holiday.name('fr')} au {long_day(found.day, 'fr')} dans les {FRESH.days} jours avant l’envoi",
            ),
            code="holiday-unconfirmed",
            hint=alike(f"newsletter holidays confirm {found.holiday.key} --day {found.day}"),
        )
    if word.day != found.day:
        return NotAllowed(
            Said(
                f"{found.holiday.english} was confirmed as {long_day(word.day, 'en')}, and this was planned for {long_day(found.day, 'en')}",
                f"{found.holiday.name('fr')} a été confirmé au {long_day(word.day, 'fr')}, et ceci était planifié pour le {long_day(found.day, 'fr')}",
            ),
            code="holiday-otherwise",
            hint=Said(
                "`newsletter schedule` plans it anew for that day; `newsletter cancel` drops it.",
                "`newsletter schedule` le planifie de nouveau pour ce jour; `newsletter cancel` l’abandonne.",
            ),
        )
    return None
