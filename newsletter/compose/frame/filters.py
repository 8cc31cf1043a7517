"""Filters of our own: dates, numbers and zones in the language of the text, and the shaping of plain text.

In: values of an issue. Out: text. Called by frame.context, which binds the language. Babel; Unicode CLDR.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, get_timezone, get_timezone_name
from babel.numbers import format_decimal

from newsletter.compose.body.tying import headed, tied
from newsletter.compose.body.wrapping import WIDTH, Wrapper
from newsletter.compose.frame.values import Misuse
from newsletter.model.said import Said


def locale_for(language: str, calendar: str) -> Locale:
    """The locale of a language in the publication's country: `fr` and `CA-ON` give fr_CA."""
    country = calendar.split("-")[0]
    for name in (f"{language}_{country}", language):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def _moment(value: Any) -> date:
    if isinstance(value, date):
        return value
    if value is None or value == "":
        raise Misuse(
            Said("there is no date here", "il n’y a pas de date ici"),
            Said("Ask first: {% if issue.date %}.", "Vérifiez d’abord\u00a0: {% if issue.date %}."),
        )
    try:
        return datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise Misuse(
            Said(f"“{value}” is not a date", f"«\u00a0{value}\u00a0» n’est pas une date"),
            Said(
                "Write it as 2020-12-16, or 2020-12-16 09:00.",
                "Écrivez-la ainsi\u00a0: 2020-12-16, ou 2020-12-16 09:00.",
            ),
        ) from None


def date_filters(locale: Locale) -> dict[str, Callable[..., str]]:
    """`longdate`, `fulldate` (with the weekday) and `dateformat("d MMM")` (CLDR patterns)."""

    def dateformat(value: Any, pattern: str) -> str:
        moment = _moment(value)
        if isinstance(moment, datetime):
            return format_datetime(moment, pattern, locale=locale)
        return format_date(moment, pattern, locale=locale)

    return {
        "longdate": lambda value: format_date(_moment(value), "long", locale=locale),
        "fulldate": lambda value: format_date(_moment(value), "full", locale=locale),
        "dateformat": dateformat,
    }


def zone_filter(locale: Locale) -> Callable[[Any], str]:
    """`zonename`: America/Toronto as Eastern Time or heure de l’Est; what is no IANA name as it stands."""

    def zonename(value: Any) -> str:
        name = str(value)
        if "/" not in name:
            return name
        try:
            return get_timezone_name(get_timezone(name), width="long", zone_variant="generic", locale=locale)
        except LookupError:
            return name

    return zonename


def text_filters(wrapper: Wrapper) -> dict[str, Callable[..., Any]]:
    """`wrap`, `wrap(60)`, `underline`, `underline("=")` and `aligned` (rows in columns) for plain text, `columns` (the width of a text):
    all reckon with what slots will show."""

    def wrap(value: Any, width: int = WIDTH, first: str = "", rest: str | None = None) -> str:
        return wrapper.wrap(str(value), width, first, rest)

    def underline(value: Any, sign: str = "-") -> str:
        return wrapper.underlined(str(value), sign)

    def aligned(rows: Any) -> str:
        return wrapper.aligned([[str(cell) for cell in row] for row in rows])

    def columns(value: Any) -> int:
        return wrapper.width(str(value))

    return {"wrap": wrap, "underline": underline, "aligned": aligned, "columns": columns}


def shaping_filters() -> dict[str, Callable[..., Any]]:
    """For HTML: `heading` keeps the last two words of a title together, `tied` a number and its unit."""

    def shaped(change: Callable[[str], str]) -> Callable[[Any], Any]:
        return lambda value: type(value)(change(value)) if isinstance(value, str) else value

    return {"heading": shaped(headed), "tied": shaped(tied)}


def number_filter(locale: Locale) -> Callable[[Any], str]:
    """`number`: 3000 as 3,000 or 3 000."""

    def number(value: Any) -> str:
        try:
            return format_decimal(Decimal(str(value).replace(",", "")), locale=locale)
        except InvalidOperation:
            message = Said(f"“{value}” is not a number", f"«\u00a0{value}\u00a0» n’est pas un nombre")
            raise Misuse(message) from None

    return number
