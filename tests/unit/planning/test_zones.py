"""Readers' zones: their own, their province's, the publication's."""

from __future__ import annotations

import pytest

from newsletter.planning.provinces import PROVINCES, province_named
from newsletter.planning.zones import Guess, ReaderZone, known_zone, reader_zone


@pytest.mark.parametrize(
    ("timezone", "province", "zone"),
    [
        ("America/Vancouver", "ON", ReaderZone("America/Vancouver")),
        ("america/vancouver", "ON", ReaderZone("America/Vancouver")),
        ("", "BC", ReaderZone("America/Vancouver", Guess.PROVINCE)),
        ("", "Québec", ReaderZone("America/Toronto", Guess.PROVINCE)),
        ("", "CA-NS", ReaderZone("America/Halifax", Guess.PROVINCE)),
        ("Eastern", "nb", ReaderZone("America/Moncton", Guess.PROVINCE, unknown=True)),
        ("Eastern", "", ReaderZone("Europe/Paris", Guess.PUBLICATION, unknown=True)),
        ("", "Ohio", ReaderZone("Europe/Paris", Guess.PUBLICATION)),
        ("Factory", "", ReaderZone("Europe/Paris", Guess.PUBLICATION, unknown=True)),
        ("../localtime", "", ReaderZone("Europe/Paris", Guess.PUBLICATION, unknown=True)),
        (" \t", " ", ReaderZone("Europe/Paris", Guess.PUBLICATION)),
    ],
)
def test_a_readers_zone_is_their_own_else_their_provinces_else_the_publications(
    timezone: str, province: str, zone: ReaderZone
) -> None:
    assert reader_zone(timezone, province, "Europe/Paris") == zone


def test_every_province_has_a_zone_and_every_split_one_is_marked() -> None:
    assert len(PROVINCES) == 13
    assert all(known_zone(province.zone) == province.zone for province in PROVINCES.values())
    assert {code for code, province in PROVINCES.items() if province.split} == {
        "BC",
        "ON",
        "QC",
        "NU",
        "NL",
        "SK",
    }
    assert province_named("terre-neuve et labrador") is PROVINCES["NL"]


def test_zones_that_differ_by_a_sign_are_not_confused() -> None:
    assert known_zone("Etc/GMT+5") == "Etc/GMT+5"
    assert known_zone("etc/gmt-5") == "Etc/GMT-5"
