"""Selection: the database excludes whom audience.consent excludes, for the same reason; an audience is counted to the last one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from newsletter.audience.consent import exclusion, expires_on
from newsletter.audience.evaluating import matches
from newsletter.audience.parsing import parse
from newsletter.model.member import Consent, ConsentBasis, Exclusion, Member, SuppressionReason
from newsletter.store import Store, facts, selection, writing
from newsletter.store.facts import Leaving
from newsletter.store.segments import compile_predicate
from newsletter.store.suppressions import lift
from newsletter.store.tables import member_tags, members, suppressions
from tests import databases
from tests.audiences import ATTRIBUTES, DAYS
from tests.audiences import members as any_member

NOW = datetime(2020, 12, 1, tzinfo=UTC)
TODAY = date(2020, 12, 16)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = databases.fresh(tmp_path_factory.mktemp("selection") / "n.db")
    yield opened
    opened.close()


PEOPLE = st.lists(
    st.tuples(
        any_member(),
        st.frozensets(st.sampled_from(SuppressionReason), max_size=2),
        st.frozensets(st.sampled_from(SuppressionReason), max_size=2),
    ),
    min_size=1,
    max_size=10,
)


@given(PEOPLE, st.sampled_from([*DAYS, *(day + timedelta(days=1) for day in DAYS), TODAY]))
def test_reasons_are_those_of_the_pure_rule(
    store: Store,
    found: list[tuple[Member, frozenset[SuppressionReason], frozenset[SuppressionReason]]],
    day: date,
) -> None:
    with store.write() as db:
        for table in (member_tags, members, suppressions):
            db.execute(table.delete())
        keys = [number.to_bytes(16, "big") for number in range(len(found))]
        people = [one._replace(email=f"p{n}@example.ca") for n, (one, _, _) in enumerate(found)]
        writing.add(db, list(zip(keys, people, strict=True)), NOW)
        expected = []
        for key, (member, standing, lifted) in zip(keys, found, strict=True):
            facts.suppress(db, [Leaving(key, reason, NOW, "test") for reason in standing | lifted])
            lift(db, key, lifted, NOW)
            expected.append(exclusion(member.consent, standing - lifted, day))
        rows = db.execute(
            selection.candidates([compile_predicate(parse("everyone"))], [], day).order_by(members.c.id)
        ).all()
        assert [row.reason for row in rows] == [why.value if why else None for why in expected]
        counted = selection.counts(db, [compile_predicate(parse("everyone"))], [], day)
        assert counted.excluded == Counter(why.value for why in expected if why)
        assert counted.languages == Counter(
            member.language for (member, _, _), why in zip(found, expected, strict=True) if why is None
        )
        assert counted.candidates == len(found)


@given(st.lists(any_member(), min_size=1, max_size=10))
def test_an_audience_is_in_one_and_out_of_all(store: Store, found: list[Member]) -> None:
    inside = [parse('province == "ON"'), parse("tags is not empty")]
    outside = [parse('company contains "a"'), parse("consent_on is empty")]
    with store.write() as db:
        for table in (member_tags, members, suppressions):
            db.execute(table.delete())
        people = [one._replace(email=f"p{n}@example.ca") for n, one in enumerate(found)]
        writing.add(db, [(n.to_bytes(16, "big"), one) for n, one in enumerate(people)], NOW)
        wanted = selection.audience([*map(compile_predicate, inside)], [*map(compile_predicate, outside)])
        emails = db.execute(select(members.c.email).where(wanted).order_by(members.c.id)).scalars().all()
        assert emails == [
            one.email
            for one in people
            if any(matches(each, one) for each in inside) and not any(matches(each, one) for each in outside)
        ]
        assert db.execute(select(members.c.id).where(selection.audience([], []))).all() == []


@given(st.lists(any_member(), min_size=1, max_size=6))
def test_merge_gives_the_texts_of_fields_and_attributes_in_their_order(
    store: Store, found: list[Member]
) -> None:
    fields = ("first_name", ATTRIBUTES[2], "company", "nowhere", ATTRIBUTES[0])
    with store.write() as db:
        for table in (member_tags, members):
            db.execute(table.delete())
        people = [one._replace(email=f"p{n}@example.ca") for n, one in enumerate(found)]
        writing.add(db, [(n.to_bytes(16, "big"), one) for n, one in enumerate(people)], NOW)
        merged = db.execute(select(selection.merge(fields)).order_by(members.c.id)).scalars().all()
    assert [json.loads(text) for text in merged] == [[one.value(name) for name in fields] for one in people]


@pytest.mark.parametrize(
    ("days", "expected"), [(-1, None), (0, Exclusion.CONSENT_EXPIRED), (1, Exclusion.CONSENT_EXPIRED)]
)
@pytest.mark.parametrize("on", [date(2018, 12, 16), date(2020, 2, 29), date(2019, 1, 31)])
def test_the_day_of_expiry_in_the_database(
    store: Store, on: date, days: int, expected: Exclusion | None
) -> None:
    end = expires_on(ConsentBasis.PURCHASE, on)
    assert end is not None
    with store.write() as db:
        for table in (member_tags, members, suppressions):
            db.execute(table.delete())
        consent = Consent(ConsentBasis.PURCHASE, on, "", end)
        writing.add(db, [(b"k" * 16, Member("a@b.ca", consent=consent))], NOW)
        why = db.execute(
            select(selection.reason(end + timedelta(days=days))).select_from(members)
        ).scalar_one()
    assert why == (expected.value if expected else None)
