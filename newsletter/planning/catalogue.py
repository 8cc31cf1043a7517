"""The catalogue of holidays: our own keys and names, and where each one's date comes from.

In: nothing. Out: HOLIDAYS by key. Called by holidays.

A key never changes. `package` is the name in the `holidays` package (its data, our words); `rule` is an RRULE (RFC 5545, with
dateutil's BYEASTER) for days that the package lacks, or lacks in some calendars, where the day is kept but nobody is off. Feasts
whose days other calendars give stand in feasts.
"""

from __future__ import annotations

from newsletter.planning.entries import Holiday as Holiday  # the others know it from here
from newsletter.planning.entries import easter as _easter
from newsletter.planning.entries import fixed as _fixed
from newsletter.planning.entries import nth as _nth
from newsletter.planning.feasts import FEASTS

_STATUTORY = (
    Holiday(
        "new-years-day", "New Year's Day", "Jour de l’An", "New Year's Day", also=("New Year", "Nouvel An")
    ),
    Holiday("family-day", "Family Day", "Jour de la Famille", "Family Day", also=("Fête de la famille",)),
    Holiday("louis-riel-day", "Louis Riel Day", "Journée Louis Riel", "Louis Riel Day"),
    Holiday("islander-day", "Islander Day", "Fête des Insulaires", "Islander Day"),
    Holiday("heritage-day", "Heritage Day", "Fête du patrimoine", "Heritage Day"),
    Holiday("good-friday", "Good Friday", "Vendredi saint", "Good Friday"),
    Holiday("easter-monday", "Easter Monday", "Lundi de Pâques", "Easter Monday", rule=_easter(1)),
    Holiday("victoria-day", "Victoria Day", "Fête de la Reine", "Victoria Day", also=("Fête de Victoria",)),
    Holiday(
        "national-patriots-day",
        "National Patriots' Day",
        "Journée nationale des patriotes",
        "National Patriots' Day",
    ),
    Holiday(
        "national-indigenous-peoples-day",
        "National Indigenous Peoples Day",
        "Journée nationale des peuples autochtones",
        "National Aboriginal Day",
        rule=_fixed(6, 21),
        since=1996,
        also=("Indigenous Peoples Day", "Journée nationale des Autochtones"),
    ),
    Holiday(
        "saint-jean-baptiste",
        "Saint-Jean-Baptiste Day",
        "Fête nationale du Québec",
        "Saint Jean Baptiste Day",
        also=(
            "Quebec National Holiday",
            "National Holiday of Quebec",
            "Fête nationale",
            "Saint-Jean",
            "La Saint-Jean",
            "St-Jean-Baptiste",
            "La Saint-Jean-Baptiste",
            "Fête de la Saint-Jean-Baptiste",
        ),
    ),
    Holiday("canada-day", "Canada Day", "Fête du Canada", "Canada Day"),
    Holiday("memorial-day", "Memorial Day", "Jour commémoratif", "Memorial Day"),
    Holiday("nunavut-day", "Nunavut Day", "Jour du Nunavut", "Nunavut Day"),
    Holiday("civic-holiday", "Civic Holiday", "Congé civique", "Civic Holiday"),
    Holiday("terry-fox-day", "Terry Fox Day", "Journée Terry Fox", "Terry Fox Day"),
    Holiday(
        "british-columbia-day",
        "British Columbia Day",
        "Fête de la Colombie-Britannique",
        "British Columbia Day",
        also=("BC Day",),
    ),
    Holiday("new-brunswick-day", "New Brunswick Day", "Fête du Nouveau-Brunswick", "New Brunswick Day"),
    Holiday("saskatchewan-day", "Saskatchewan Day", "Fête de la Saskatchewan", "Saskatchewan Day"),
    Holiday("natal-day", "Natal Day", "Fête de la Fondation", "Natal Day"),
    Holiday("discovery-day", "Discovery Day", "Fête de la Découverte", "Discovery Day"),
    Holiday("labour-day", "Labour Day", "Fête du Travail", "Labour Day", also=("Labor Day",)),
    Holiday(
        "truth-and-reconciliation",
        "National Day for Truth and Reconciliation",
        "Journée nationale de la vérité et de la réconciliation",
        "National Day for Truth and Reconciliation",
        also=(
            "Truth and Reconciliation Day",
            "Vérité et réconciliation",
            "Orange Shirt Day",
            "Journée du chandail orange",
        ),
    ),
    Holiday(
        "thanksgiving",
        "Thanksgiving",
        "Action de grâce",
        "Thanksgiving Day",
        also=("Action de grâces", "Jour de l’Action de grâce"),
    ),
    Holiday("remembrance-day", "Remembrance Day", "Jour du Souvenir", "Remembrance Day"),
    Holiday("christmas-day", "Christmas Day", "Jour de Noël", "Christmas Day", also=("Christmas", "Noël")),
    Holiday(
        "boxing-day",
        "Boxing Day",
        "Lendemain de Noël",
        "Boxing Day",
        rule=_fixed(12, 26),
        also=("L’après-Noël", "Après-Noël"),
    ),
    Holiday("orangemens-day", "Orangemen's Day", "Fête des orangistes", "Orangemen's Day"),
    Holiday(
        "saint-georges-day",
        "Saint George's Day",
        "Fête de la Saint-Georges",
        "Saint George's Day",
        also=("St. George's Day",),
    ),
    Holiday(
        "queen-elizabeth-funeral",
        "National Day of Mourning for Queen Elizabeth II",
        "Jour de deuil national pour la reine Elizabeth II",
        "Funeral of Her Majesty the Queen Elizabeth II",
    ),
)

_OBSERVANCES = (
    Holiday(
        "valentines-day", "Valentine's Day", "Saint-Valentin", rule=_fixed(2, 14), also=("La Saint-Valentin",)
    ),
    Holiday(
        "flag-day",
        "National Flag of Canada Day",
        "Jour du drapeau national du Canada",
        rule=_fixed(2, 15),
        since=1996,
        also=("Flag Day", "Jour du drapeau"),
    ),
    Holiday(
        "international-womens-day",
        "International Women's Day",
        "Journée internationale des femmes",
        rule=_fixed(3, 8),
        also=("Women's Day", "Journée internationale des droits des femmes"),
    ),
    Holiday(
        "saint-patricks-day",
        "Saint Patrick's Day",
        "Saint-Patrick",
        "Saint Patrick's Day",
        rule=_fixed(3, 17),
        also=("St. Patrick's Day", "Fête de la Saint-Patrick"),
    ),
    Holiday(
        "easter-sunday", "Easter Sunday", "Dimanche de Pâques", rule=_easter(0), also=("Easter", "Pâques")
    ),
    Holiday(
        "national-volunteer-week",
        "National Volunteer Week",
        "Semaine de l’action bénévole",
        rule=_nth(4, "3SU"),
        also=("Volunteer Week", "Semaine nationale de l’action bénévole"),
        # volunteer.ca, benevoles.ca: the Sunday on which it begins. Usually the third of April, and never Easter.
        announced={
            2021: (4, 18),
            2022: (4, 24),
            2023: (4, 16),
            2024: (4, 14),
            2025: (4, 27),
            2026: (4, 19),
            2027: (4, 18),
        },
        source="volunteer.ca",
    ),
    Holiday("earth-day", "Earth Day", "Jour de la Terre", rule=_fixed(4, 22), since=1970),
    Holiday("mothers-day", "Mother's Day", "Fête des Mères", rule=_nth(5, "2SU")),
    Holiday("fathers-day", "Father's Day", "Fête des Pères", rule=_nth(6, "3SU")),
    Holiday(
        "national-acadian-day",
        "National Acadian Day",
        "Fête nationale de l’Acadie",
        rule=_fixed(8, 15),
        also=("Acadian Day",),
    ),
    Holiday(
        "franco-ontarian-day",
        "Franco-Ontarian Day",
        "Jour des Franco-Ontariens et des Franco-Ontariennes",
        rule=_fixed(9, 25),
        since=2010,
        also=("Jour des Franco-Ontariens",),
    ),
    Holiday(
        "manufacturing-day",
        "Manufacturing Day",
        "Journée de la fabrication",
        rule=_nth(10, "1FR"),
        since=2012,
    ),
    Holiday(
        "small-business-week",
        "Small Business Week",
        "Semaine de la PME",
        rule=_nth(10, "3SU"),
        source="bdc.ca",
    ),
    Holiday("halloween", "Halloween", "Halloween", rule=_fixed(10, 31), also=("L’Halloween",)),
    Holiday(
        "christmas-eve", "Christmas Eve", "Veille de Noël", rule=_fixed(12, 24), also=("Réveillon de Noël",)
    ),
    Holiday(
        "new-years-eve",
        "New Year's Eve",
        "Veille du jour de l’An",
        rule=_fixed(12, 31),
        also=("Saint-Sylvestre", "La Saint-Sylvestre"),
    ),
)

HOLIDAYS = {holiday.key: holiday for holiday in (*_STATUTORY, *_OBSERVANCES, *FEASTS)}
