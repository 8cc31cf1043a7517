"""Imports can only add or tighten: for any history and any file."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.columns import read_header
from newsletter.audience.consent import allowed, exclusion
from newsletter.audience.importing import UNKNOWN, Kind, Known, plan, plan_page
from newsletter.audience.records import Record
from newsletter.audience.rows import Defaults, Reader, Refusal, Row
from newsletter.model.folding import fold
from newsletter.model.member import (
    COLUMNS,
    Consent,
    ConsentBasis,
    Exclusion,
    Member,
    SuppressionReason,
    TrackingConsent,
)
from newsletter.model.place import Place
from tests.audiences import hostile, members

TODAY = date(2020, 12, 16)
HEADER = (*COLUMNS, "status", "unsubscribed", "sector")
KEY = b"k" * 16

#: any cell of a file, with the words that mean something in each column
CELLS = st.one_of(
    st.sampled_from(["", "express", "membership", "form", "2020-01-01", "2030-01-01", "granted", "refused", "unsubscribed",
                     "subscribed", "active", "yes", "no", "a;b", "ON", "fr"]),
    hostile(),
)  # fmt: skip
FILES = st.lists(st.lists(CELLS, min_size=len(HEADER) - 1, max_size=len(HEADER) - 1), max_size=4)
HISTORIES = st.builds(
    Known,
    st.one_of(st.none(), members()),
    st.frozensets(st.sampled_from(SuppressionReason), max_size=3),
)


def rows(file: list[list[str]]) -> list[tuple[bytes, Row]]:
    reader = Reader(read_header(HEADER, Place("f")), Defaults(TODAY))
    read = [reader.read(Record(n, ["a@example.ca", *cells])) for n, cells in enumerate(file, 2)]
    return [(KEY, row) for row in read if isinstance(row, Row)]


def consent_of(known: Known) -> Consent | None:
    return known.member.consent if known.member else None


@given(HISTORIES, FILES)
def test_who_may_not_be_mailed_because_of_a_suppression_is_not_brought_back(
    history: Known, file: list[list[str]]
) -> None:
    page = plan_page(rows(file), {KEY: history}, TODAY)
    after = page.after.get(KEY, history)
    assert after.suppressions >= history.suppressions
    if history.suppressions:
        assert not allowed(consent_of(after), after.suppressions, TODAY)
        assert consent_of(after) == consent_of(
            history
        )  # nothing is saved up for the day the suppression is lifted
        assert not page.grants


@given(HISTORIES, FILES)
def test_a_file_only_adds_or_tightens(history: Known, file: list[list[str]]) -> None:
    page = plan_page(rows(file), {KEY: history}, TODAY)
    after = page.after.get(KEY, history)
    old, new = history.member, after.member
    if old is None or new is None:
        return
    assert {fold(tag) for tag in new.tags} >= {fold(tag) for tag in old.tags}
    assert new.attributes.keys() >= old.attributes.keys()
    assert new.email == old.email
    if old.tracking_consent is TrackingConsent.REFUSED:
        assert new.tracking_consent is TrackingConsent.REFUSED
    for name in ("first_name", "company", "province"):
        assert getattr(new, name) or not getattr(old, name)
    assert old.consent is None or new.consent is not None


@given(HISTORIES, FILES)
@pytest.mark.ci
def test_every_row_is_accounted_for_and_its_last_state_has_its_reason(
    history: Known, file: list[list[str]]
) -> None:
    found = rows(file)
    page = plan_page(found, {KEY: history}, TODAY)
    assert len(page.kinds) + len(page.refused) == len(found)
    if SuppressionReason.ERASED in history.suppressions:
        assert [row.reason for row in page.refused] == ["suppressed (erased)"] * len(found)
        return
    assert len(page.repeated) == max(len(found) - 1, 0)
    if found:
        after = page.after[KEY]
        reason = exclusion(consent_of(after), after.suppressions, TODAY)
        assert bool(page.after[KEY].reason) == (reason is not None)
        assert page.after[KEY].line == found[-1][1].line


@given(HISTORIES, FILES)
def test_the_same_row_again_changes_nothing(history: Known, file: list[list[str]]) -> None:
    found = rows(file)[-1:]
    once = plan_page(found, {KEY: history}, TODAY)
    twice = plan_page(found, {KEY: once.after.get(KEY, history)}, TODAY)
    assert all(kind is Kind.UNCHANGED for kind in twice.kinds)
    assert not twice.grants
    assert not twice.leaving


def row(**values: str) -> Row:
    reader = Reader(read_header(("email", *values), Place("f")), Defaults(TODAY))
    found = reader.read(Record(2, ["a@example.ca", *values.values()]))
    assert isinstance(found, Row)
    return found


@pytest.mark.parametrize("reason", [one for one in SuppressionReason if one is not SuppressionReason.ERASED])
def test_express_consent_in_a_file_lifts_no_suppression(reason: SuppressionReason) -> None:
    again = row(
        consent_basis="express", consent_date="2020-12-15", consent_evidence="they asked", status="active"
    )
    for member in (None, Member("a@example.ca", consent=Consent(ConsentBasis.MEMBERSHIP))):
        step = plan(again, Known(member, frozenset({reason})))
        assert not isinstance(step, Refusal)
        assert step.granted is None
        assert step.member.consent == (member.consent if member else None)


def test_an_erased_address_is_refused() -> None:
    step = plan(row(first_name="Jay"), Known(None, frozenset({SuppressionReason.ERASED})))
    assert step == Refusal(2, "a@example.ca", "suppressed (erased)")


def test_an_unsubscribed_row_suppresses_a_member_with_consent() -> None:
    known = Known(Member("a@example.ca", consent=Consent(ConsentBasis.EXPRESS, None, "form")))
    page = plan_page([(KEY, row(unsubscribed="yes"))], {KEY: known}, TODAY)
    assert page.leaving == [(KEY, SuppressionReason.UNSUBSCRIBED, 2)]
    assert page.kinds == [Kind.CHANGE]
    assert page.after[KEY].reason == Exclusion.UNSUBSCRIBED.value


def test_an_empty_cell_leaves_what_is_there() -> None:
    old = Member(
        "A@example.ca", "Jay", company="NGen", tags=frozenset({"Sme"}), attributes={"sector": "steel"}
    )
    step = plan(row(first_name="", last_name="Myers", tags="aero;sme", sector=""), Known(old))
    assert not isinstance(step, Refusal)
    assert step.kind is Kind.CHANGE
    assert step.member == Member(
        "A@example.ca",
        "Jay",
        "Myers",
        "NGen",
        tags=frozenset({"Sme", "aero"}),
        attributes={"sector": "steel"},
    )


def test_the_later_of_two_rows_counts() -> None:
    two = rows([["Jay", *[""] * 13], ["Zoé", *[""] * 13]])
    page = plan_page(two, {}, TODAY)
    assert page.after[KEY].member is not None
    assert page.after[KEY].member.first_name == "Zoé"
    assert page.kinds == [Kind.ADD, Kind.CHANGE]
    assert [(one.line, one.earlier) for one in page.repeated] == [(3, 2)]
    assert plan_page(two, {KEY: UNKNOWN}, TODAY).kinds == [Kind.ADD, Kind.CHANGE]
