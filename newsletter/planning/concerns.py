"""Concerns: what a plan means for other mailings, for its readers' holidays, and for whoever must confirm a day.

In: a plan, readers by province, other mailings as counted. Out: findings, or a refusal with the next step. Called by pipeline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from newsletter.model.errors import AuthorError
from newsletter.model.finding import Finding, Severity
from newsletter.model.said import Said
from newsletter.planning.blackout import Closed
from newsletter.planning.calendars import Standing, days_off
from newsletter.planning.holidays import HolidayDay, now_on, table
from newsletter.planning.hours import Hours
from newsletter.planning.phrases import NBSP, clock, day_and_clock, listed, long_day, recipients, spoken
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.provinces import province_named

FRESH = timedelta(days=30)  #: a person's word about a day counts for mailings so soon after it
MANY = 0.2  #: the share of the readers from which their holiday is worth a warning


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another mailing near in time, by its number and issue, when it goes out in the plan's zone, and how many get both."""

    campaign: int
    slug: str
    local: datetime
    both: int


def require_open(plan: LocalPlan, hours: Hours, closed: Mapping[date, Closed]) -> None:
    """Raise AuthorError (`schedule-blackout`, `schedule-quiet`) for a plan that could not go out on its day, with the next open one."""
    opens = hours.opens(plan.local)
    if plan.day in closed:
        raise AuthorError(
            Said(
                f"{long_day(plan.day, 'en')} is a blackout day ({closed[plan.day].reason('en')}).",
                f"le {long_day(plan.day, 'fr')} est un jour sans envoi ({closed[plan.day].reason('fr')}).",
            ),
            code="schedule-blackout",
            place=plan.place,
            hint=Said(
                f"The next open time is {day_and_clock(opens, 'en')}. `newsletter settings` shows blackout.holidays and blackout.days.",
                f"La prochaine heure libre est {day_and_clock(opens, 'fr')}. `newsletter settings` montre blackout.holidays et blackout.days.",
            ),
        )
    if plan.expiry is Expiry.LOCAL_MIDNIGHT and opens.date() != plan.day:
        raise AuthorError(
            Said(
                f"{_when(plan, 'en')} lies in the quiet hours or outside the sending window, and what has not left by midnight "
                "does not leave.",
                f"{_when(plan, 'fr')} tombe dans les heures calmes ou hors de la plage d’envoi, et ce qui n’est pas parti à minuit "
                "ne part pas.",
            ),
            code="schedule-quiet",
            place=plan.place,
            hint=Said(
                "Choose a time outside quiet.hours and within send.window (`newsletter settings` shows them), or give this mailing "
                "`window: none`.",
                "Choisissez une heure hors de quiet.hours et dans send.window (`newsletter settings` les montre), ou donnez "
                "`window: none` à cet envoi.",
            ),
        )


def _when(plan: LocalPlan, language: str) -> str:
    day = long_day(plan.day, language)
    return (
        f"{clock(plan.local.time(), language)}, {day}"
        if language == "en"
        else f"{day}, {clock(plan.local.time(), language)}"
    )


def hours_now(plan: LocalPlan, planned: Hours, now: Hours, language: str) -> list[Finding]:
    """That quiet hours, blackout days or a window were set since this was planned, and would hold it back."""
    opens = now.opens(plan.local)
    if opens == planned.opens(plan.local):
        return []
    english = f"By the quiet hours, blackout days and sending window of now it leaves {day_and_clock(opens, 'en')} at the earliest."
    french = f"Selon les heures calmes, les jours sans envoi et la plage d’envoi actuels, l’envoi part au plus tôt le {day_and_clock(opens, 'fr')}."
    if plan.expiry is Expiry.LOCAL_MIDNIGHT and opens.date() > plan.day:
        english += " It expires before: schedule it anew."
        french += " Il expire avant cela : à planifier de nouveau.".replace(" :", f"{NBSP}:")
    return [_finding("quiet-hours", plan, language, english, french)]


def to_confirm(plan: LocalPlan, language: str) -> list[Finding]:
    """That a person must confirm the day of this plan's holiday, and from when on their word counts."""
    if not plan.holiday or not plan.holiday.unsure:
        return []
    found = plan.holiday
    begins = plan.day - FRESH
    command = f"newsletter holidays confirm {found.holiday.key} --day {found.day}"
    english = (
        f"Somebody must confirm {found.holiday.english} as {long_day(found.day, 'en')} (see {found.holiday.source}), "
        f"from {long_day(begins, 'en')} on: `{command}`. Without that it is held."
    )
    french = (
        f"Quelqu’un doit confirmer la date de {found.holiday.french}, {long_day(found.day, 'fr')} (voir {found.holiday.source}), "
        f"à partir du {long_day(begins, 'fr')}{NBSP}: `{command}`. Sinon, l’envoi est retenu."
    )
    return [_finding("holiday-confirm", plan, language, english, french)]


def moved(plan: LocalPlan, language: str) -> list[Finding]:
    """That the data has another day for this plan's holiday by now, or none: an approved plan stays as it is, and it is said."""
    day = now_on(plan.holiday) if plan.holiday else None
    if not plan.holiday or plan.holiday.by_data == day:
        return []
    name = plan.holiday.holiday
    was_en, was_fr = long_day(plan.holiday.by_data, "en"), long_day(plan.holiday.by_data, "fr")
    on_en, on_fr = (
        (long_day(day, "en"), f"le {long_day(day, 'fr')}") if day else ("on no day", "à aucune date")
    )
    english = f"{name.english} was {was_en} when this was planned, and is {on_en} by the data of now. The plan stays as it was."
    french = f"{name.french} tombait le {was_fr} à la planification et tombe {on_fr} selon les données actuelles. L’envoi reste tel quel."
    return [_finding("holiday-moved", plan, language, english, french)]


def readers_holiday(plan: LocalPlan, provinces: Mapping[str, int], language: str) -> list[Finding]:
    """That many readers have the day off, by the calendars of their provinces. `provinces`: readers by what their rows hold."""
    total = sum(provinces.values())
    off: defaultdict[str, int] = defaultdict(int)
    names: dict[str, HolidayDay] = {}
    for written, members in provinces.items():
        home = province_named(written)
        found = _off(f"CA-{home.code}", plan) if home else None
        if home and found:
            off[home.code] += members
            names[found.holiday.key] = found
    count = sum(off.values())
    if not total or count < total * MANY:
        return []
    english = listed([each.holiday.english for each in names.values()], "en")
    french = listed([each.holiday.french for each in names.values()], "fr")
    return [
        _finding(
            "readers-holiday",
            plan,
            language,
            f"{long_day(plan.day, 'en')} is a holiday ({english}) for {recipients(count, 'en')} of {total:,}, in {listed(sorted(off), 'en')}.",
            f"Le {long_day(plan.day, 'fr')} est férié ({french}) pour {recipients(count, 'fr')} sur {total}, dans {listed(sorted(off), 'fr')}.",
        )
    ]


def _off(calendar: str, plan: LocalPlan) -> HolidayDay | None:
    """The statutory holiday of a calendar on the plan's day, unless it is the one that the mailing is for."""
    if plan.day not in days_off(calendar, plan.day.year):
        return None  # nearly always: naming the days of thirteen calendars takes a second
    own = plan.holiday.holiday.key if plan.holiday else ""
    statutory = (each for each in table(calendar, [plan.day.year]) if each.standing is Standing.STATUTORY)
    return next(
        (each for each in statutory if each.holiday.key != own and plan.day in {each.day, each.kept}), None
    )


def close_mailings(
    plan: LocalPlan, neighbours: Iterable[Neighbour], days: int, language: str
) -> list[Finding]:
    """That the same people get another mailing within so many days."""
    return [
        _finding(
            "mailings-close",
            plan,
            language,
            f"Mailing {each.campaign} ({each.slug}), {day_and_clock(each.local, 'en')}, reaches {recipients(each.both, 'en')} of "
            f"this one, too: two within {days} days.",
            f"L’envoi {each.campaign} ({each.slug}), le {day_and_clock(each.local, 'fr')}, rejoint aussi "
            f"{recipients(each.both, 'fr')} de celui-ci{NBSP}: deux en {days} jours.",
        )
        for each in neighbours
        if each.both
    ]


def _finding(check: str, plan: LocalPlan, language: str, english: str, french: str) -> Finding:
    return Finding(check, Severity.WARNING, french if spoken(language) == "fr" else english, plan.place)
