"""Provinces and territories: names for sentences, and the zone in which most people of each live.

In: nothing. Out: a table. Called by calendars, zones and words.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.planning.spelling import fold


@dataclass(frozen=True, slots=True)
class Province:
    """A province or territory. `of_french` is its name after "calendrier"; `split` when it spans several zones."""

    code: str
    english: str
    french: str
    of_french: str
    zone: str
    split: bool = False


# The zone is that of the majority. Split: BC (Peace River and the Kootenays), ON (the north-west), QC (Lower North Shore),
# NU (three zones), NL (Labrador), SK (Lloydminster).
PROVINCES = {
    province.code: province
    for province in (
        Province("AB", "Alberta", "Alberta", "de l’Alberta", "America/Edmonton"),
        Province(
            "BC",
            "British Columbia",
            "Colombie-Britannique",
            "de la Colombie-Britannique",
            "America/Vancouver",
            split=True,
        ),
        Province("MB", "Manitoba", "Manitoba", "du Manitoba", "America/Winnipeg"),
        Province("NB", "New Brunswick", "Nouveau-Brunswick", "du Nouveau-Brunswick", "America/Moncton"),
        Province(
            "NL",
            "Newfoundland and Labrador",
            "Terre-Neuve-et-Labrador",
            "de Terre-Neuve-et-Labrador",
            "America/St_Johns",
            split=True,
        ),
        Province("NS", "Nova Scotia", "Nouvelle-Écosse", "de la Nouvelle-Écosse", "America/Halifax"),
        Province(
            "NT",
            "Northwest Territories",
            "Territoires du Nord-Ouest",
            "des Territoires du Nord-Ouest",
            "America/Yellowknife",
        ),
        Province("NU", "Nunavut", "Nunavut", "du Nunavut", "America/Iqaluit", split=True),
        Province("ON", "Ontario", "Ontario", "de l’Ontario", "America/Toronto", split=True),
        Province(
            "PE",
            "Prince Edward Island",
            "Île-du-Prince-Édouard",
            "de l’Île-du-Prince-Édouard",
            "America/Halifax",
        ),
        Province("QC", "Quebec", "Québec", "du Québec", "America/Toronto", split=True),
        Province("SK", "Saskatchewan", "Saskatchewan", "de la Saskatchewan", "America/Regina", split=True),
        Province("YT", "Yukon", "Yukon", "du Yukon", "America/Whitehorse"),
    )
}

_BY_NAME = {
    fold(name): province
    for province in PROVINCES.values()
    for name in (province.code, f"CA-{province.code}", province.english, province.french)
}


def province_named(text: str) -> Province | None:
    """The province that a member's row names, by code or name in either language; None when it is none of ours."""
    return _BY_NAME.get(fold(text))
