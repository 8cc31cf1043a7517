"""Segments as SQL: for any member and any predicate, the database says what the reference evaluator says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from newsletter.audience.evaluating import matches
from newsletter.audience.parsing import parse
from newsletter.audience.writing import quoted
from newsletter.model.folding import fold
from newsletter.model.member import Member
from newsletter.model.predicate import InSegment, Predicate, Text, TextTest
from newsletter.store import Connection, Store, members, segments, writing
from newsletter.store.segments import compile_predicate
from newsletter.store.tables import member_tags
from newsletter.store.tables import members as table
from tests import databases
from tests.audiences import members as any_member
from tests.audiences import predicates
from tests.corpora import naughty_strings

NOW = datetime(2020, 12, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = databases.fresh(tmp_path_factory.mktemp("segments") / "n.db")
    yield opened
    opened.close()


def fill(db: Connection, found: Sequence[Member]) -> list[Member]:
    """Exactly these members, with addresses of their own, as they are in the store."""
    db.execute(member_tags.delete())
    db.execute(table.delete())
    named = [member._replace(email=f"p{n}@example.ca") for n, member in enumerate(found)]
    writing.add(db, [(n.to_bytes(16, "big"), member) for n, member in enumerate(named)], NOW)
    return [member for page in members.pages(db) for member in page]


def selected(db: Connection, predicate: Predicate) -> list[str]:
    return [member.email for page in members.pages(db, compile_predicate(predicate)) for member in page]


@given(st.lists(any_member(), min_size=1, max_size=12), st.lists(predicates(), min_size=1, max_size=6))
@pytest.mark.ci
def test_the_database_agrees_with_the_reference(
    store: Store, found: list[Member], asked: list[Predicate]
) -> None:
    with store.write() as db:
        kept = fill(db, found)
        assert [member._replace(id=0, email="a@example.ca") for member in kept] == list(found)
        for predicate in asked:
            expected = [member.email for member in kept if matches(predicate, member)]
            assert selected(db, predicate) == expected
            assert members.count(db, compile_predicate(predicate)) == len(expected)
            assert members.count(db, ~compile_predicate(predicate)) == len(kept) - len(expected)


def test_naughty_strings_as_values_and_as_literals(store: Store) -> None:
    texts = [text for text in naughty_strings() if text.isprintable() and fold(text)]
    with store.write() as db:
        kept = fill(db, [Member("x@x.ca", company=text, tags=frozenset({text})) for text in texts])
        for text in texts[::7]:
            for written in (
                f"company == {quoted(text)}",
                f"company contains {quoted(text[1:-1] or text)}",
                f"{quoted(text)} in tags",
            ):
                predicate = parse(written)
                assert selected(db, predicate) == [
                    member.email for member in kept if matches(predicate, member)
                ]
        assert members.count(db) == len(texts)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('sector contains "100%"', [0]),
        ('sector contains "%"', [0]),
        ('sector contains "_"', [1]),
        ('sector contains "/"', [2]),
        (r'sector contains "\\"', [3]),
        ('sector ends with "%"', [0]),
        ('sector starts with "_"', []),
        ('sector == "100 %"', []),
        ("sector is empty", [4]),
        ('sector != "100%"', [1, 2, 3, 4]),
        ('sector not contains "%"', [1, 2, 3, 4]),
        ('sector not in ["100%", "a_b"]', [2, 3, 4]),
        ('nowhere == "x"', []),
        ('nowhere != "x"', [0, 1, 2, 3, 4]),
        ("consent_on < 2030-01-01", []),
        ("not consent_on < 2030-01-01", [0, 1, 2, 3, 4]),
    ],
)
def test_signs_that_mean_something_to_like(store: Store, written: str, expected: list[int]) -> None:
    values = ["100%", "a_b", "a/b", "a\\b", ""]
    with store.write() as db:
        fill(db, [Member("x@x.ca", attributes={"sector": text} if text else {}) for text in values])
        assert selected(db, parse(written)) == [f"p{n}@example.ca" for n in expected]


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
@given(predicate=predicates())
def test_no_text_of_an_expression_is_in_the_statement(dialect: sqlite.dialect, predicate: Predicate) -> None:
    hostile = Text("company", TextTest.CONTAINS, ("'; DROP TABLE members; --",))
    for each in (predicate, hostile):
        statement = str(compile_predicate(each).compile(dialect=dialect))
        assert "DROP" not in statement
        assert {text.strip("%") for text in re.findall("'([^']*)'", statement)} <= {"", "/"}


def test_a_name_that_no_attribute_has_is_no_way_into_the_statement(store: Store) -> None:
    with store.write() as db:
        fill(db, [Member("x@x.ca")])
        for name in ('a") OR 1=1 --', "$.x", "a b", "", "a'"):
            assert selected(db, Text(name, TextTest.EQUALS, ("x",))) == []


def test_a_predicate_that_names_a_segment_must_be_resolved_first() -> None:
    with pytest.raises(ValueError, match="resolved"):
        compile_predicate(InSegment("x"))


def test_days_of_any_year_compare_as_days(store: Store) -> None:
    assert date.min.isoformat() == "0001-01-01"  # SQLite compares the text
    with store.read() as db:
        assert members.count(db, compile_predicate(parse("consent_on >= 0001-01-01"))) == 0


def test_the_module_is_the_only_way_from_names_to_columns(store: Store) -> None:
    assert segments.text_of("company").key == "company"
    assert segments.text_of("company", folded=True).key == "company_folded"
    assert store.engine.dialect.name in {"sqlite", "postgresql"}
