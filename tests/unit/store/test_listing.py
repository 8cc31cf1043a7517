"""The list of members: every page together is everybody who meets the filters, once, as the reference judges them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.consent import exclusion
from newsletter.model.folding import fold
from newsletter.model.listing import WITHOUT, Filters, Mark, Order, Standing
from newsletter.model.member import Member, SuppressionReason
from newsletter.pipeline.listing import read_mark
from newsletter.store import Store, facts, listing, writing
from newsletter.store.facts import Leaving
from newsletter.store.tables import member_tags, suppressions
from newsletter.store.tables import members as table
from tests import databases
from tests.audiences import hostile
from tests.audiences import members as any_member

NOW = datetime(2020, 12, 16, 14, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = databases.fresh(tmp_path_factory.mktemp("listing") / "n.db")
    yield opened
    databases.away(opened)


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def judged(member: Member, listed: set[SuppressionReason], filters: Filters) -> bool:
    """The reference: what filters mean, one member at a time."""
    fields = [member.email, member.first_name, member.last_name, member.company]
    for word in fold(filters.search).split()[:8]:
        inside = any(word in fold(text) for text in fields)
        if not inside and not any(fold(text).startswith(word) for text in member.attributes.values()):
            return False
    for wanted, value in ((filters.language, member.language), (filters.province, member.province)):
        if wanted and fold(value) != ("" if wanted == WITHOUT else fold(wanted)):
            return False
    reason = exclusion(member.consent, listed, TODAY)
    stands = Standing(reason.value) if reason else Standing.MAILABLE
    return filters.standing in {None, stands}


def walked(store: Store, filters: Filters, order: Order, size: int) -> tuple[list[int], int]:
    """All numbers, page by page to the end and back again."""
    where = listing.condition(filters, None, TODAY) if filters else None
    found: list[int] = []
    mark: Mark | None = None
    pages = []
    with store.read() as db:
        while True:
            if filters == Filters(standing=Standing.MAILABLE):
                page = listing.mailable(db, order, mark, TODAY, size)
            else:
                page = listing.page(db, where, order, mark, TODAY, size)
            pages.append(page)
            found += [row.member.id for row in page.rows]
            if not page.after:
                break
            mark = page.rows[-1].mark
        for earlier, later in zip(pages[-2::-1], pages[:0:-1], strict=True):
            first = later.rows[0].mark
            back = listing.page(db, where, order, Mark(first.values, first.number, back=True), TODAY, size)
            assert [row.member.id for row in back.rows] == [row.member.id for row in earlier.rows]
            assert back.after
        assert not pages[0].before
    assert len({page.total for page in pages}) == 1
    return found, pages[0].total


@given(
    st.lists(
        st.tuples(any_member(hostile()), st.sets(st.sampled_from(SuppressionReason), max_size=2)), max_size=9
    ),
    st.builds(
        Filters,
        search=st.sampled_from(["", "", "on", "a", "québec a", "%", '"', "x ca"]),
        language=st.sampled_from(["", "", "on", WITHOUT]),
        province=st.sampled_from(["", "", "ON", WITHOUT]),
        standing=st.sampled_from([None, *Standing]),
    ),
    st.sampled_from(Order),
)
def test_the_pages_are_everybody_who_meets_the_filters(
    store: Store, people: list[tuple[Member, set[SuppressionReason]]], filters: Filters, order: Order
) -> None:
    with store.write() as db:
        for one in (member_tags, table, suppressions):
            db.execute(one.delete())
        new = [(key(n), member._replace(email=f"a{n}@x.ca")) for n, (member, _) in enumerate(people)]
        writing.add(db, new, NOW)
        facts.suppress(
            db,
            [Leaving(key(n), reason, NOW, "x") for n, (_, listed) in enumerate(people) for reason in listed],
        )
        first = db.execute(table.select().with_only_columns(table.c.id).order_by(table.c.id)).scalars().all()
    wanted = [
        number
        for number, (_, member), (_, listed) in zip(first, new, people, strict=True)
        if judged(member, listed, filters)
    ]
    found, total = walked(store, filters, order, 2)
    assert sorted(found) == wanted, "everybody, and nobody twice"
    assert total == (len(wanted) if wanted else 0)
    if order is Order.NEWEST:
        assert found == sorted(wanted, reverse=True)


def test_orders(store: Store) -> None:
    names = [("Zoé", "Roy"), ("Ana", "Côté"), ("Ben", "cote"), ("", "")]
    with store.write() as db:
        rows = [(key(n), Member(f"{9 - n}@x.ca", first, last)) for n, (first, last) in enumerate(names)]
        writing.add(db, rows, NOW)
        by_name = listing.page(db, None, Order.NAME, None, TODAY, 9)
        by_address = listing.page(db, None, Order.ADDRESS, None, TODAY, 9)
    assert [row.member.first_name for row in by_name.rows] == ["", "Ana", "Ben", "Zoé"]
    assert [row.member.email for row in by_address.rows] == ["6@x.ca", "7@x.ca", "8@x.ca", "9@x.ca"]
    assert by_name.rows[0].reason == "no-consent"
    assert by_name.rows[0].since == NOW
    assert by_name.total == 4


def test_consent_that_ends_today_has_ended(store: Store) -> None:
    with store.write() as db:
        writing.add(db, [(key(1), Member("a@x.ca"))], NOW)
        db.execute(table.update().values(consent_basis="purchase", consent_expires_on=date(2020, 12, 16)))
        ended = listing.condition(Filters(standing=Standing.CONSENT_EXPIRED), None, TODAY)
        assert listing.page(db, ended, Order.NEWEST, None, TODAY, 9).total == 1
        assert listing.mailable(db, Order.NEWEST, None, TODAY, 9).total == 0


@given(st.text(max_size=30))
def test_any_name_of_a_page_is_a_place_or_the_beginning(text: str) -> None:
    mark = read_mark(text)
    assert mark is None or mark.number >= 0


def test_places_that_are_no_places(store: Store) -> None:
    with store.write() as db:
        writing.add(db, [(key(1), Member("a@x.ca"))], NOW)
        for mark in (Mark(("a", "b", "c"), 1), Mark((), 2**62), Mark(("x" * 5000,), 0)):
            for order in Order:
                listing.page(db, None, order, mark, TODAY, 9)
