"""Keys and names of holidays, in both languages, however they are written; names of calendars."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.errors import AuthorError
from newsletter.planning.calendars import CALENDARS, calendar_named
from newsletter.planning.catalogue import HOLIDAYS
from newsletter.planning.holidays import find, holidays_of, table
from newsletter.planning.spelling import fold


def test_keys_are_plain_and_names_are_ours_in_both_languages() -> None:
    for key, holiday in HOLIDAYS.items():
        assert key == holiday.key
        assert fold(key) == key.replace("-", "")
        assert holiday.name("en") == holiday.english
        assert holiday.name("fr") == holiday.french
        assert "'" not in holiday.french, "French takes the curly apostrophe"


def test_no_name_means_two_holidays() -> None:
    owners: dict[str, str] = {}
    for holiday in HOLIDAYS.values():
        for name in holiday.names:
            assert owners.setdefault(fold(name), holiday.key) == holiday.key, name


@pytest.mark.parametrize("calendar", CALENDARS)
def test_every_holiday_of_a_calendar_is_found_by_its_key_and_by_every_name(calendar: str) -> None:
    for holiday in holidays_of(calendar):
        assert {find(name, calendar).key for name in holiday.names} == {holiday.key}


FORMS: list[Literal["NFC", "NFD", "NFKC", "NFKD"]] = ["NFC", "NFD", "NFKC", "NFKD"]
NAMES = st.sampled_from([(name, holiday) for holiday in HOLIDAYS.values() for name in holiday.names])


@given(named=NAMES, data=st.data())
def test_case_accents_apostrophes_and_hyphens_do_not_matter(
    named: tuple[str, object], data: st.DataObject
) -> None:
    name, holiday = named
    form = data.draw(st.sampled_from(FORMS))
    written = "".join(data.draw(st.sampled_from([sign.lower(), sign.upper(), sign])) for sign in name)
    for sign in "'’-":
        written = written.replace(sign, data.draw(st.sampled_from(["'", "’", "ʼ", "", "-", "‑", " "])))
    if data.draw(st.booleans()):
        written = "".join(c for c in unicodedata.normalize("NFD", written) if not unicodedata.combining(c))
    calendar = next(each for each in CALENDARS if holiday in holidays_of(each))
    assert find(f" {unicodedata.normalize(form, written)} ", calendar) is holiday


@pytest.mark.parametrize(
    ("written", "calendar", "key"),
    [
        ("Christmas Day", "CA-ON", "christmas-day"),
        ("Jour de Noël", "CA-QC", "christmas-day"),
        ("NOEL", "CA", "christmas-day"),
        ("Jour de l'an", "CA-QC", "new-years-day"),
        ("Labor Day", "CA", "labour-day"),
        ("Lendemain de Noël", "CA-QC", "boxing-day"),
        ("St-Jean-Baptiste", "CA-QC", "saint-jean-baptiste"),
        ("Fête nationale du Québec", "CA-QC", "saint-jean-baptiste"),
        ("Victoria Day", "CA-QC", "victoria-day"),
        ("National Day for Truth and Reconciliation", "CA-ON", "truth-and-reconciliation"),
        ("Mothers' Day", "CA-NU", "mothers-day"),
        ("semaine de l'action benevole", "CA-ON", "national-volunteer-week"),
    ],
)
def test_names_that_staff_write(written: str, calendar: str, key: str) -> None:
    assert find(written, calendar).key == key


def test_a_misspelt_name_gets_the_nearest() -> None:
    with pytest.raises(AuthorError, match="no holiday 'Chrismas Day' in calendar CA-ON") as caught:
        find("Chrismas Day", "CA-ON")
    assert caught.value.code == "schedule-holiday"
    assert "Christmas Day" in caught.value.hint


def test_a_holiday_of_another_calendar_names_that_calendar() -> None:
    with pytest.raises(AuthorError, match="not in calendar CA-ON") as caught:
        find("Saint-Jean-Baptiste", "CA-ON")
    assert "CA-QC" in caught.value.hint


@pytest.mark.parametrize("hostile", ["", " ", "'", "💥", "a" * 5000, "\x00", "../..", "{{ 7 * 7 }}"])
def test_what_is_no_name_is_refused(hostile: str) -> None:
    with pytest.raises(AuthorError):
        find(hostile, "CA-ON")


@pytest.mark.parametrize("written", ["CA-ON", "ca-on", " Ca_On ", "ca-On"])
def test_a_calendar_in_any_case(written: str) -> None:
    assert calendar_named(written) == "CA-ON"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("ON", "CA-ON"), ("Québec", "CA-QC"), ("nouvelle ecosse", "CA-NS"), ("CA-OM", "CA-ON")],
)
def test_an_unknown_calendar_gets_the_nearest(written: str, meant: str) -> None:
    with pytest.raises(AuthorError) as caught:
        calendar_named(written)
    assert caught.value.code == "schedule-calendar"
    assert meant in caught.value.hint


def test_a_calendar_that_is_near_to_none_gets_the_list() -> None:
    with pytest.raises(AuthorError) as caught:
        calendar_named("US")
    assert all(calendar in caught.value.hint for calendar in CALENDARS)


#: every key in English and French, as people of Canada call the day: written here by hand, not read from the catalogue
SPOKEN = {
    "new-years-day": ("New Year's Day", "Jour de l’An"),
    "family-day": ("Family Day", "Jour de la Famille"),
    "louis-riel-day": ("Louis Riel Day", "Journée Louis Riel"),
    "islander-day": ("Islander Day", "Fête des Insulaires"),
    "heritage-day": ("Heritage Day", "Fête du patrimoine"),
    "good-friday": ("Good Friday", "Vendredi saint"),
    "easter-monday": ("Easter Monday", "Lundi de Pâques"),
    "victoria-day": ("Victoria Day", "Fête de la Reine"),
    "national-patriots-day": ("National Patriots' Day", "Journée nationale des patriotes"),
    "national-indigenous-peoples-day": (
        "National Indigenous Peoples Day",
        "Journée nationale des peuples autochtones",
    ),
    "saint-jean-baptiste": ("Saint-Jean-Baptiste Day", "Fête nationale du Québec"),
    "canada-day": ("Canada Day", "Fête du Canada"),
    "memorial-day": ("Memorial Day", "Jour commémoratif"),
    "nunavut-day": ("Nunavut Day", "Jour du Nunavut"),
    "civic-holiday": ("Civic Holiday", "Congé civique"),
    "terry-fox-day": ("Terry Fox Day", "Journée Terry Fox"),
    "british-columbia-day": ("British Columbia Day", "Fête de la Colombie-Britannique"),
    "new-brunswick-day": ("New Brunswick Day", "Fête du Nouveau-Brunswick"),
    "saskatchewan-day": ("Saskatchewan Day", "Fête de la Saskatchewan"),
    "natal-day": ("Natal Day", "Fête de la Fondation"),
    "discovery-day": ("Discovery Day", "Fête de la Découverte"),
    "labour-day": ("Labour Day", "Fête du Travail"),
    "truth-and-reconciliation": (
        "National Day for Truth and Reconciliation",
        "Journée nationale de la vérité et de la réconciliation",
    ),
    "thanksgiving": ("Thanksgiving", "Action de grâce"),
    "remembrance-day": ("Remembrance Day", "Jour du Souvenir"),
    "christmas-day": ("Christmas Day", "Jour de Noël"),
    "boxing-day": ("Boxing Day", "Lendemain de Noël"),
    "orangemens-day": ("Orangemen's Day", "Fête des orangistes"),
    "saint-georges-day": ("Saint George's Day", "Fête de la Saint-Georges"),
    "queen-elizabeth-funeral": (
        "National Day of Mourning for Queen Elizabeth II",
        "Jour de deuil national pour la reine Elizabeth II",
    ),
    "valentines-day": ("Valentine's Day", "Saint-Valentin"),
    "flag-day": ("National Flag of Canada Day", "Jour du drapeau national du Canada"),
    "international-womens-day": ("International Women's Day", "Journée internationale des femmes"),
    "saint-patricks-day": ("Saint Patrick's Day", "Saint-Patrick"),
    "easter-sunday": ("Easter Sunday", "Dimanche de Pâques"),
    "national-volunteer-week": ("National Volunteer Week", "Semaine de l’action bénévole"),
    "earth-day": ("Earth Day", "Jour de la Terre"),
    "mothers-day": ("Mother's Day", "Fête des Mères"),
    "fathers-day": ("Father's Day", "Fête des Pères"),
    "national-acadian-day": ("National Acadian Day", "Fête nationale de l’Acadie"),
    "franco-ontarian-day": ("Franco-Ontarian Day", "Jour des Franco-Ontariens et des Franco-Ontariennes"),
    "manufacturing-day": ("Manufacturing Day", "Journée de la fabrication"),
    "small-business-week": ("Small Business Week", "Semaine de la PME"),
    "halloween": ("Halloween", "Halloween"),
    "christmas-eve": ("Christmas Eve", "Veille de Noël"),
    "new-years-eve": ("New Year's Eve", "Veille du jour de l’An"),
    "orthodox-christmas": ("Orthodox Christmas", "Noël orthodoxe"),
    "lunar-new-year": ("Lunar New Year", "Nouvel An lunaire"),
    "ramadan": ("Beginning of Ramadan", "Début du ramadan"),
    "eid-al-fitr": ("Eid al-Fitr", "Aïd el-Fitr"),
    "passover": ("Passover", "Pessah"),
    "orthodox-easter": ("Orthodox Easter", "Pâques orthodoxes"),
    "vaisakhi": ("Vaisakhi", "Vaisakhi"),
    "eid-al-adha": ("Eid al-Adha", "Aïd el-Adha"),
    "rosh-hashanah": ("Rosh Hashanah", "Roch Hachana"),
    "yom-kippur": ("Yom Kippur", "Yom Kippour"),
    "diwali": ("Diwali", "Diwali"),
    "hanukkah": ("Hanukkah", "Hanoukka"),
}


@pytest.mark.parametrize("calendar", CALENDARS)
def test_every_key_of_every_calendar_is_called_as_people_call_it(calendar: str) -> None:
    assert set(SPOKEN) == set(HOLIDAYS)
    for year in range(2026, 2036):
        for row in table(calendar, [year]):
            names = (row.holiday.name("en"), row.holiday.name("fr"))
            assert names == SPOKEN[row.holiday.key], (calendar, year)
