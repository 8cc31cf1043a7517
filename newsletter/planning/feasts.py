"""Feasts of other calendars: lunar, lunisolar, Julian. Our keys and names; the days of the `holidays` package and of dateutil.

In: a key, a year. Out: the days of that feast in that Gregorian year: none, one or two. Called by catalogue and holidays.

The package's classes of calendars are the only ones that say the days without a country around them; tests hold every day of ten
years against the calendars' own arithmetic. Its tables end (Diwali's in 2035): a year without data has no day, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache

from dateutil.easter import EASTER_ORTHODOX, easter

from newsletter.planning.entries import Holiday, fixed

_JULIAN = "orthodoxwiki.org"
_HEBREW = "hebcal.com"
_CRESCENT = "fiqhcouncil.org"

FEASTS = (
    Holiday(
        "orthodox-christmas",
        "Orthodox Christmas",
        "Noël orthodoxe",
        rule=fixed(1, 7),
        source=_JULIAN,
        feast=True,
    ),
    Holiday(
        "lunar-new-year",
        "Lunar New Year",
        "Nouvel An lunaire",
        also=("Chinese New Year", "Nouvel An chinois", "Tết"),
        source="hko.gov.hk",
        feast=True,
    ),
    Holiday(
        "ramadan",
        "Beginning of Ramadan",
        "Début du ramadan",
        also=("Ramadan",),
        source=_CRESCENT,
        feast=True,
        sighted=True,
    ),
    Holiday(
        "eid-al-fitr",
        "Eid al-Fitr",
        "Aïd el-Fitr",
        also=("Aïd al-Fitr",),
        source=_CRESCENT,
        feast=True,
        sighted=True,
    ),
    Holiday("passover", "Passover", "Pessah", also=("Pesach",), source=_HEBREW, feast=True, evening=True),
    Holiday(
        "orthodox-easter",
        "Orthodox Easter",
        "Pâques orthodoxes",
        also=("Pascha",),
        source=_JULIAN,
        feast=True,
    ),
    Holiday(
        "vaisakhi",
        "Vaisakhi",
        "Vaisakhi",
        rule=fixed(4, 14),
        also=("Baisakhi",),
        source="sgpc.net",
        feast=True,
    ),
    Holiday(
        "eid-al-adha",
        "Eid al-Adha",
        "Aïd el-Adha",
        also=("Aïd al-Adha", "Aïd el-Kébir"),
        source=_CRESCENT,
        feast=True,
        sighted=True,
    ),
    Holiday(
        "rosh-hashanah",
        "Rosh Hashanah",
        "Roch Hachana",
        also=("Rosh Hachana",),
        source=_HEBREW,
        feast=True,
        evening=True,
    ),
    Holiday(
        "yom-kippur", "Yom Kippur", "Yom Kippour", also=("Kippour",), source=_HEBREW, feast=True, evening=True
    ),
    Holiday(
        "diwali", "Diwali", "Diwali", also=("Divali", "Deepavali"), source="drikpanchang.com", feast=True
    ),
    Holiday(
        "hanukkah",
        "Hanukkah",
        "Hanoukka",
        also=("Chanukah", "Hanouka"),
        source=_HEBREW,
        feast=True,
        evening=True,
    ),
)


@cache
def feast_days(key: str, year: int) -> tuple[date, ...]:
    """The days of a feast in a Gregorian year, first to last: a lunar year is eleven days short, so that some come twice."""
    if key == "orthodox-easter":
        return (easter(year, EASTER_ORTHODOX),)
    found = _calendars().get(key)
    days = found(year) if found else ()
    return tuple(sorted(day for day in days if day.year == year))


_Days = Callable[[int], Iterable[date]]


@cache
def _calendars() -> dict[str, _Days]:
    # Here and not above: it takes 0.1 s to load, and few plans ask for a feast.
    from holidays.calendars.chinese import _ChineseLunisolar
    from holidays.calendars.hebrew import _HebrewLunisolar
    from holidays.calendars.hindu import _HinduLunisolar
    from holidays.calendars.islamic import _IslamicLunar

    chinese, hebrew = _ChineseLunisolar(), _HebrewLunisolar()
    hindu, islamic = _HinduLunisolar(), _IslamicLunar()
    return {
        "lunar-new-year": lambda year: _one(chinese.lunar_new_year_date(year)[0]),
        "passover": lambda year: _one(hebrew.passover_date(year)),
        "rosh-hashanah": lambda year: _one(hebrew.rosh_hashanah_date(year)),
        "yom-kippur": lambda year: _one(hebrew.yom_kippur_date(year)),
        # The first of its days by daylight, the day after the first candle.
        "hanukkah": hebrew.hanukkah_date,
        # The day of Diwali as India keeps it; the package's other table is that of South-East Asia.
        "diwali": lambda year: _one(hindu.diwali_india_date(year)[0]),
        "ramadan": lambda year: [day for day, _ in islamic.ramadan_beginning_dates(year)],
        "eid-al-fitr": lambda year: [day for day, _ in islamic.eid_al_fitr_dates(year)],
        "eid-al-adha": lambda year: [day for day, _ in islamic.eid_al_adha_dates(year)],
    }


def _one(day: date | None) -> tuple[date, ...]:
    return () if day is None else (day,)
