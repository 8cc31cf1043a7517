"""Columns and rows: headers in two languages, values in many spellings, consent judged, faults told."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience import accepted, cells, sheets
from newsletter.audience.columns import Columns, attribute_name, read_header
from newsletter.audience.parsing import KEYWORDS, parse
from newsletter.audience.records import Record
from newsletter.audience.rows import Defaults, Reader, Refusal, Row, read_tags
from newsletter.model.errors import AuthorError
from newsletter.model.member import (
    COLUMNS,
    Consent,
    ConsentBasis,
    Member,
    SuppressionReason,
    TrackingConsent,
)
from newsletter.model.place import Place
from newsletter.model.predicate import Known
from tests.audiences import hostile, members
from tests.corpora import naughty_strings

TODAY = date(2020, 12, 16)
DEFAULTS = Defaults(TODAY, zones={"america/toronto": "America/Toronto"})
AT = Place("members.csv", 1)


def header(*names: str) -> Columns:
    return read_header(names, AT)


def read(values: dict[str, str], defaults: Defaults = DEFAULTS) -> tuple[Row | Refusal, Reader]:
    reader = Reader(header(*values), defaults)
    return reader.read(Record(2, list(values.values()))), reader


def taken(values: dict[str, str], defaults: Defaults = DEFAULTS) -> Row:
    found, _ = read({"email": "a@x.ca", **values}, defaults)
    assert isinstance(found, Row)
    return found


def test_headers_in_french_as_a_spreadsheet_has_them() -> None:
    found = header(
        "Prénom",
        "NOM ",
        "Adresse courriel",
        "Nom de l’entreprise",
        "Province",
        "Langue préférée",
        "Étiquettes",
    )
    assert list(found.names) == [
        "first_name",
        "last_name",
        "email",
        "company",
        "province",
        "language",
        "tags",
    ]


def test_our_own_header_is_read_as_it_stands() -> None:
    found = header(*COLUMNS, "sector", "numero_de_membre")
    assert list(found.names) == [*COLUMNS, "sector", "numero_de_membre"]
    assert not found.attributes[0][0].startswith("consent")


def test_further_columns_become_attributes_under_names_that_segments_can_say() -> None:
    found = header(
        "email", "No de membre", "2020 revenue", "in", "Sector", "sector", "", "consent_expires_on", "Email"
    )
    assert [name for name, _ in found.attributes] == [
        "no_de_membre",
        "n_2020_revenue",
        "in_",
        "sector",
        "sector_2",
        "email_",
    ]
    for name, _ in found.attributes:
        assert parse(f"{name} is not empty", attributes=[name]) == Known(name)


@given(st.one_of(st.text(max_size=20), st.sampled_from(sorted(KEYWORDS | set(COLUMNS)))))
def test_the_name_of_an_attribute_is_its_own_name(text: str) -> None:
    name = attribute_name(text)
    assert attribute_name(name) == name
    if name:
        assert parse(f"{name} is empty", attributes=[name])


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        (("name", "phone"), "email, or courriel"),
        (("jay@ngen.ca", "Jay"), "first line"),
        (("e\x00m\x00a\x00i\x00l\x00", "x"), "CSV UTF-8"),
    ],
)
def test_no_column_for_the_address(names: tuple[str, ...], hint: str) -> None:
    with pytest.raises(AuthorError) as caught:
        header(*names)
    assert hint in caught.value.hint
    assert str(caught.value.place) == "members.csv:1"


def test_too_many_columns() -> None:
    with pytest.raises(AuthorError, match="200"):
        header("email", *(f"c{n}" for n in range(200)))
    with pytest.raises(AuthorError, match="200"):
        header("email", *[""] * 20_000)


def test_columns_without_a_name_are_no_columns_but_what_stands_there_is_noted() -> None:
    reader = Reader(header("email", "", "company", *[""] * 300), DEFAULTS)
    for line in (2, 3):
        row = reader.read(Record(line, ["a@x.ca", "lost", "Acme", *[""] * 299, "x"]))
        assert isinstance(row, Row)
        assert row.member.company == "Acme"
    assert [(note.text, note.line, note.rows) for note in reader.notes] == [
        ("column B has no name: what stands there was not read", 2, 2),
        ("column KQ has no name: what stands there was not read", 2, 2),
    ]


def test_a_name_of_a_column_is_one_line() -> None:
    assert header("\ufeffAdresse\n courriel", "No\tde  membre").headers == (
        "Adresse courriel",
        "No de membre",
    )


def test_when_a_card_ends_is_kept_and_when_consent_ends_is_worked_out() -> None:
    found = header("email", "Expires on", "consent_expires_on")
    assert found.attributes == (("expires_on", 1),)


def test_a_row_in_full() -> None:
    row = taken(
        {
            "email": "Zoé.".replace("é", "e") + "Cote@X.ca",
            "first_name": " Zoé ",
            "province": "Québec",
            "language": "français",
            "timezone": "america/TORONTO",
            "tags": "aerospace; SME ;;Aerospace",
            "consent_basis": "exprès",
            "consent_date": "2020-01-15",
            "consent_evidence": "form",
            "tracking_consent": "oui",
            "Sector": "agri-food",
        }
    )
    consent = Consent(ConsentBasis.EXPRESS, date(2020, 1, 15), "form")
    assert row.member == Member(
        "Zoe.Cote@x.ca", "Zoé", "", "", "QC", "fr", "America/Toronto", frozenset({"aerospace", "SME"}),
        {"sector": "agri-food"}, consent, TrackingConsent.GRANTED,
    )  # fmt: skip
    assert row.address.matching == "zoe.cote@x.ca"


@pytest.mark.parametrize(
    ("cells_found", "reason"),
    [
        (["a@x.ca", "b", "c"], "3 cells for 2 columns"),
        (["nobody", ""], "no @"),
        (["noreply@x.ca", ""], "nobody reads"),
        (["a@x.ca", "x" * 1_001], "first_name is longer"),
        (["", "Jay"], "no address"),
        (["mailto:a@x.ca", ""], "without mailto:"),
    ],
)
def test_rows_that_are_refused(cells_found: list[str], reason: str) -> None:
    found = Reader(header("email", "first_name"), DEFAULTS).read(Record(7, cells_found))
    assert isinstance(found, Refusal)
    assert found.line == 7
    assert reason in found.reason


def test_rows_that_are_too_short_or_only_seem_too_long_are_taken() -> None:
    reader = Reader(header("email", "first_name", "company"), DEFAULTS)
    for row in (["a@x.ca"], ["a@x.ca", "Jay"], ["a@x.ca", "Jay", "", "", ""]):
        assert isinstance(reader.read(Record(2, row)), Row)


@pytest.mark.parametrize(
    ("values", "unproven"),
    [
        ({"consent_basis": "express"}, "no-evidence"),
        ({"consent_basis": "purchase"}, "no-date"),
        ({"consent_basis": "inquiry", "consent_date": "2021-01-01"}, "date-ahead"),
        ({"consent_basis": "purchase", "consent_date": "03/04/2020"}, "unclear-date"),
        ({"consent_basis": "purchase", "consent_date": "2020-02-30"}, "unclear-date"),
        ({"consent_basis": "because"}, "unknown-basis"),
    ],
)
def test_consent_that_cannot_be_taken_leaves_the_member(values: dict[str, str], unproven: str) -> None:
    found, reader = read({"email": "a@x.ca", **values})
    assert isinstance(found, Row)
    assert found.member.consent is None
    assert found.unproven == unproven
    assert reader.notes


def test_defaults_stand_in_for_rows_that_bring_none() -> None:
    defaults = Defaults(TODAY, ConsentBasis.EXPRESS, "Form of 2020")
    assert taken({}, defaults).member.consent == Consent(ConsentBasis.EXPRESS, None, "Form of 2020")
    own = taken({"consent_basis": "membership", "consent_evidence": "card"}, defaults)
    assert own.member.consent == Consent(ConsentBasis.MEMBERSHIP, None, "card")
    other = taken({"consent_basis": "membership"}, defaults)
    assert other.member.consent == Consent(ConsentBasis.MEMBERSHIP)  # evidence of one ground proves no other
    evidence = Defaults(TODAY, None, "Form of 2020")
    assert taken({"consent_basis": "express"}, evidence).member.consent == Consent(
        ConsentBasis.EXPRESS, None, "Form of 2020"
    )
    assert taken({}, evidence).member.consent is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": "unsubscribed"}, SuppressionReason.UNSUBSCRIBED),
        ({"statut": "Désabonnée"}, SuppressionReason.UNSUBSCRIBED),
        ({"status": "bounced"}, SuppressionReason.INVALID),
        ({"status": "complained"}, SuppressionReason.COMPLAINT),
        ({"status": "do not mail"}, SuppressionReason.MANUAL),
        ({"unsubscribed": "yes"}, SuppressionReason.UNSUBSCRIBED),
        ({"unsubscribed": "2020-01-01 10:00"}, SuppressionReason.UNSUBSCRIBED),
        ({"désabonné": "oui"}, SuppressionReason.UNSUBSCRIBED),
        ({"unsubscribed": "no"}, None),
        ({"unsubscribed": "faux"}, None),
        ({"status": "subscribed"}, None),
        ({"status": "confirmed"}, None),
        ({"status": ""}, None),
    ],
)
def test_status_columns_count_only_against_mailing(
    values: dict[str, str], expected: SuppressionReason | None
) -> None:
    row = taken({"consent_basis": "membership", **values})
    assert row.leaving is expected
    assert not row.member.attributes


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"unsubscribed": "", "Do not mail": "yes"}, SuppressionReason.UNSUBSCRIBED),
        ({"Opt-out": "no", "désabonné": "2020-01-01"}, SuppressionReason.UNSUBSCRIBED),
        ({"status": "subscribed", "Email status": "bounced"}, SuppressionReason.INVALID),
        # What the person said weighs more than what we found: the latter staff may take back.
        ({"status": "bounced", "unsubscribed": "yes"}, SuppressionReason.UNSUBSCRIBED),
        ({"unsubscribed": "yes", "status": "complained"}, SuppressionReason.COMPLAINT),
    ],
)
def test_of_several_status_columns_each_counts(values: dict[str, str], expected: SuppressionReason) -> None:
    row = taken(values)
    assert row.leaving is expected
    assert not row.member.attributes


def test_a_status_that_says_nothing_of_mailing_is_kept() -> None:
    row = taken({"Statut": "Membre corporatif", "company": "Acme"})
    assert row.leaving is None
    assert row.member.attributes == {"status": "Membre corporatif"}
    again = Reader(header(*sheets.header(["status"])), DEFAULTS).read(
        Record(2, sheets.row(row.member, ["status"]))
    )
    assert isinstance(again, Row)
    assert again.member == row.member


@pytest.mark.parametrize("text", ["abonné", "Abonnée", "inscrit", "-", "N", "n/a", "0", "Subscribed", "FAUX"])
def test_who_has_not_left(text: str) -> None:
    assert taken({"désabonné": text}).leaving is None


def test_a_tag_with_commas_is_noted() -> None:
    found, reader = read({"email": "a@x.ca", "tags": "aerospace, SME"})
    assert isinstance(found, Row)
    assert found.member.tags == frozenset({"aerospace, SME"})
    assert [note.text for note in reader.notes] == [
        "“aerospace, SME” was taken for one tag; separate tags by semicolons"
    ]
    assert not read({"email": "a@x.ca", "tags": "aerospace; SME, small"})[1].notes


def test_a_mark_of_encoding_in_the_middle_of_a_file_is_no_letter() -> None:
    row = taken({"first_name": "\ufeffAnn", "company": "A\ufeffB"})
    assert (row.member.first_name, row.member.company) == ("Ann", "AB")


def test_unclear_dates_are_one_remark_however_many() -> None:
    reader = Reader(header("email", "consent_basis", "consent_date"), DEFAULTS)
    for line in range(2, 300):
        reader.read(Record(line, ["a@x.ca", "purchase", f"{line % 28}/{line % 12}/{line}"]))
    (note,) = reader.notes
    assert (note.line, note.rows) == (2, 298)
    assert "“2/2/2”" in note.text


def test_values_that_nobody_knows_are_kept_and_noted_once() -> None:
    reader = Reader(header("email", "province", "language", "timezone"), DEFAULTS)
    for line in (2, 3):
        row = reader.read(Record(line, [f"a{line}@x.ca", "Bavière", "bilingue", "Eastern"]))
        assert isinstance(row, Row)
        assert (row.member.province, row.member.language, row.member.timezone) == (
            "Bavière",
            "bilingue",
            "Eastern",
        )
    assert [(note.line, note.rows) for note in reader.notes] == [(2, 2)] * 3


def test_notes_do_not_grow_with_the_file() -> None:
    reader = Reader(header("email", "province"), DEFAULTS)
    for line in range(1_000):
        reader.read(Record(line, ["a@x.ca", f"Place {line}"]))
    assert len(reader.notes) == 11
    assert sum(note.rows for note in reader.notes) == 1_000
    *_, last = reader.notes
    assert (last.rows, last.line) == (990, 10)
    assert "“Place 10”" in last.text
    assert last.text.endswith("and further ones like it")


@pytest.mark.parametrize(
    "text", ["NO", "no", "null", "N/A", "None", "=1+1", "\x00\x01", "'", "ʼ", "é\u0301", "a\u2028b"]
)
@pytest.mark.parametrize("column", COLUMNS[1:])
def test_awkward_cells_stay_text(column: str, text: str) -> None:
    row = taken({column: text})
    for value in (*sheets.row(row.member, []), *row.member.tags):
        assert "\x00" not in value
        assert "\u2028" not in value


def test_the_big_list_of_naughty_strings_in_every_column() -> None:
    names = ("email", *COLUMNS[1:], "status", "unsubscribed", "further")
    for text in naughty_strings():
        for column in names[1:]:
            row = taken({name: text if name == column else "" for name in names[1:]})
            assert all(value == cells.clean(value) for value in sheets.row(row.member, ["further"]))


@given(members(hostile()))
def test_an_export_is_read_back_as_it_was(member: Member) -> None:
    names = sorted(member.attributes)
    reader = Reader(header(*sheets.header(names)), Defaults(date(2030, 1, 1)))
    found = reader.read(Record(2, sheets.row(member, names)))
    assert isinstance(found, Row)
    for name in ("first_name", "last_name", "company", "attributes", "tags", "tracking_consent"):
        assert getattr(found.member, name) == getattr(member, name)
    if not found.unproven:  # a purchase without its day may stand in the store by hand; a file must prove it
        assert found.member.consent == member.consent


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''=1",
    "'",
    "'quoted'",
    "x=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_an_export_is_a_formula(text: str) -> None:
    for held in (text, f"a;{text}", f"a; {text};{text}"):
        guarded = cells.guarded(held)
        # French spreadsheets begin a cell at every semicolon, also in a file that separates by commas.
        assert not any(part.lstrip(" ")[:1] in set("=+-@\t\r＝＋－＠") for part in guarded.split(";"))
        assert cells.unguarded(guarded) == held


@given(st.text(st.sampled_from("'=+-@ab＝\t; "), max_size=8))
def test_guarding_is_undone(text: str) -> None:
    assert cells.unguarded(cells.guarded(text)) == text


def test_hostile_cells_take_no_time() -> None:
    start = time.process_time()
    for text in ("'" * 10**6, "; " * 10**6, ";" + " " * 10**6, ";" + "'" * 10**6):
        cells.guarded(text)
        cells.unguarded(text)
        cells.clean(text)
    assert time.process_time() - start < 2


@given(st.text())
def test_cleaning_is_idempotent_and_leaves_one_line(text: str) -> None:
    once = cells.clean(text)
    assert cells.clean(once) == once
    assert len(once.splitlines()) <= 1
    once.encode()


def test_plain_texts_need_no_cleaning() -> None:
    for text in [*naughty_strings(), "Zoé", "e\u0301", "a\u00a0b"]:
        if cells.is_plain(text):
            assert cells.clean(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a; b ;;A;c", {"a", "b", "c"}), ("", set()), (" ; ", set()), ("é;E\u0301", {"é"})],
)
def test_tags(text: str, expected: set[str]) -> None:
    assert read_tags(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2020-12-16", date(2020, 12, 16)), ("2020/1/5", date(2020, 1, 5)), ("2020-12-16T10:00:00Z", date(2020, 12, 16)),
     ("2020-12-16 10:00", date(2020, 12, 16)), ("16-12-2020", None), ("12/16/2020", None), ("2020-13-01", None), ("0000-01-01", None)],
)  # fmt: skip
def test_days(text: str, expected: date | None) -> None:
    assert accepted.day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ont.", "ON"), ("ontario", "ON"), ("QUÉBEC", "QC"), ("Î.-P.-É.", "PE"), ("T.N.-O.", "NT"), ("nl", "NL"), ("Bavière", None), ("", None)],
)  # fmt: skip
def test_provinces(text: str, expected: str | None) -> None:
    assert accepted.province(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("FR", "fr"), ("fr-CA", "fr"), ("fr_CA", "fr"), ("Français", "fr"), ("anglais", "en"), ("zh-Hant-TW", "zh"), ("xx", None), ("both", None)],
)  # fmt: skip
def test_languages(text: str, expected: str | None) -> None:
    assert accepted.language(text) == expected
