"""Members in the store: what is written is found, page by page; numbers are given once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from newsletter.audience.parsing import parse
from newsletter.model.folding import fold
from newsletter.model.member import Consent, ConsentBasis, Member, SuppressionReason
from newsletter.store import Store, consents, facts, members, suppressions, writing
from newsletter.store.bulk import Bulk, Lookup
from newsletter.store.consents import Grant
from newsletter.store.facts import Leaving
from newsletter.store.scratch import Remark, Scratch
from newsletter.store.segments import compile_predicate
from newsletter.store.tables import member_tags
from newsletter.store.tables import members as table
from tests import databases
from tests.audiences import hostile
from tests.audiences import members as any_member

NOW = datetime(2020, 12, 16, 14, tzinfo=UTC)


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = databases.fresh(tmp_path_factory.mktemp("members") / "n.db")
    yield opened
    opened.close()


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


@given(st.lists(any_member(hostile()), min_size=1, max_size=8))
def test_what_is_written_is_found(store: Store, found: list[Member]) -> None:
    with store.write() as db:
        db.execute(member_tags.delete())
        db.execute(table.delete())
        writing.add(db, [(key(n), member) for n, member in enumerate(found)], NOW)
        kept = members.known(db, [key(n) for n in range(len(found) + 3)])
        assert [kept[key(n)]._replace(id=0) for n in range(len(found))] == found
        assert members.find(db, key(99)) is None
        assert [member for page in members.pages(db) for member in page] == [
            kept[key(n)] for n in range(len(found))
        ]
        assert members.attribute_names(db) >= {name for member in found for name in member.attributes}


@given(any_member(), any_member())
def test_a_change_is_written_and_found_by_segments(store: Store, before: Member, after: Member) -> None:
    with store.write() as db:
        db.execute(member_tags.delete())
        db.execute(table.delete())
        writing.add(db, [(key(1), before)], NOW)
        number = members.known(db, [key(1)])[key(1)].id
        after = after._replace(id=number)
        writing.change(db, [after], NOW)
        writing.set_tags(db, after)
        assert members.find(db, key(1)) == after
        for name in ("company", "province"):
            if value := fold(getattr(after, name)):
                found = (
                    compile_predicate(parse(f'{name} contains "{value[0]}"'))
                    if value[0] not in '"\\'
                    else None
                )
                assert members.count(db, found) == 1


def test_pages_follow_one_another(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "PAGE", 7)
    with store.write() as db:
        writing.add(
            db, [(key(n), Member(f"p{n}@x.ca", province="ON" if n % 3 else "QC")) for n in range(50)], NOW
        )
        pages = list(members.pages(db, compile_predicate(parse('province == "ON"'))))
        assert [len(page) for page in pages] == [7] * 4 + [5]
        numbers = [member.id for page in pages for member in page]
        assert numbers == sorted(set(numbers))
        assert [member.email for page in members.pages(db, after=numbers[-1]) for member in page] == []


def test_a_number_is_never_given_twice(store: Store) -> None:
    with store.write() as db:
        writing.add(db, [(key(n), Member(f"p{n}@x.ca")) for n in range(3)], NOW)
        gone = members.known(db, [key(2)])[key(2)].id
        db.execute(table.delete().where(table.c.id == gone))
    with store.write() as db:
        writing.add(db, [(key(9), Member("new@x.ca"))], NOW)
        assert members.known(db, [key(9)])[key(9)].id > gone


def test_a_search_looks_into_address_and_names(store: Store) -> None:
    with store.write() as db:
        writing.add(
            db, [(key(1), Member("a@acier.ca")), (key(2), Member("b@x.ca", company="Aciérie 100%"))], NOW
        )
        assert members.count(db, members.searched("ACIER")) == 2
        assert members.count(db, members.searched("100%")) == 1
        assert members.searched("  ") is None


def test_the_log_of_consent_is_a_story(store: Store) -> None:
    given_ = Consent(ConsentBasis.EXPRESS, date(2020, 1, 15), "form")
    with store.write() as db:
        consents.grant(db, [Grant(key(1), given_, "import a.csv:2"), Grant(key(2), given_, "x")], NOW, "me")
        facts.withdraw(
            db, [Leaving(key(1), SuppressionReason.UNSUBSCRIBED, NOW, "page")], "by link", "reader"
        )
        found = consents.history(db, key(1))
    assert [
        (line.kind, line.basis, line.effective_on, line.source, line.actor, line.at) for line in found
    ] == [
        ("granted", ConsentBasis.EXPRESS, date(2020, 1, 15), "import a.csv:2", "me", NOW),
        ("withdrawn", None, None, "page", "reader", NOW),
    ]


def test_the_list_is_read_in_pages_and_lifted_lines_stay_in_the_story(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suppressions, "PAGE", 3)
    with store.write() as db:
        facts.suppress(
            db, [Leaving(key(n), SuppressionReason.MANUAL, NOW, "x", f"p{n}@x.ca") for n in range(8)]
        )
        facts.suppress(db, [Leaving(key(3), SuppressionReason.COMPLAINT, NOW, "x")])
        assert suppressions.lift(db, key(3), [SuppressionReason.MANUAL], NOW) == 1
        assert suppressions.lift(db, key(3), [SuppressionReason.MANUAL], NOW) == 0
        listed = [one for page in suppressions.pages(db) for one in page]
        assert [(one.address_key, one.reason) for one in listed] == [
            (key(n), SuppressionReason.COMPLAINT if n == 3 else SuppressionReason.MANUAL) for n in range(8)
        ]
        assert suppressions.standing(db, [key(3), key(4), key(99)]) == {
            key(3): frozenset({SuppressionReason.COMPLAINT}),
            key(4): frozenset({SuppressionReason.MANUAL}),
        }
        assert [(one.reason, one.lifted_at) for one in suppressions.of(db, key(3))] == [
            (SuppressionReason.COMPLAINT, None),
            (SuppressionReason.MANUAL, NOW),
        ]
        only = [one for page in suppressions.pages(db, [SuppressionReason.COMPLAINT]) for one in page]
        assert [one.address_key for one in only] == [key(3)]
        assert suppressions.count(db) == {SuppressionReason.COMPLAINT: 1, SuppressionReason.MANUAL: 7}


def test_scratch_remembers_where_an_address_stood_last() -> None:
    one, two, three, far = (number.to_bytes(8, "big") + bytes(8) for number in (1, 2, 3, 1 << 63))
    scratch = Scratch()
    assert scratch.see({one: (2, ""), two: (3, "no-consent")}) == {}
    assert scratch.see({three: (4, ""), far: (5, "")}) == {}
    assert scratch.see({two: (6, ""), key(7): (7, "")}) == {two: (3, "no-consent")}
    assert scratch.see({two: (9, "")}) == {two: (6, "")}
    scratch.keep([(one, b"one")])
    scratch.keep([(one, b"two")])
    assert scratch.kept([one, three]) == {one: b"two"}
    scratch.remark("refused", [Remark(2, "x", "y")])
    assert list(scratch.remarks("refused")) == [Remark(2, "x", "y")]
    assert list(scratch.remarks("other")) == []
    scratch.close()


class _Connection:
    def __init__(self, dialect: object) -> None:
        self.dialect = dialect


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
@pytest.mark.parametrize(
    "bulk", [writing._ADD, writing._CHANGE, writing._ADD_TAG, writing._ADD_NAME, consents._ADD]
)
def test_bulk_statements_take_their_values_in_the_order_of_their_names(
    bulk: Bulk, dialect: sqlite.dialect
) -> None:
    _, arrange = bulk._prepare(_Connection(dialect))  # type: ignore[arg-type]
    values = tuple(range(len(bulk.names)))
    arranged = arrange(values)
    if isinstance(arranged, dict):
        assert arranged == dict(zip(bulk.names, values, strict=True))
    else:
        assert sorted(arranged) == list(values)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
@pytest.mark.parametrize("lookup", [members._BY_KEY, members._TAGS_OF, suppressions._BY_KEY])
def test_look_ups_have_a_place_for_every_key(lookup: Lookup, dialect: sqlite.dialect) -> None:
    sql, names = lookup._prepared(_Connection(dialect))  # type: ignore[arg-type]
    places = sql.count("?") if names is None else sum(sql.count(f"%({name})s") for name in names)
    assert places == lookup.size
