"""Hits: bounded, judged, written without their reader unless the reader said yes; links lead nowhere but where the mail says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from newsletter.model.artwork import Link
from newsletter.model.event import HitKind
from newsletter.model.publication import TrackingMode
from newsletter.model.token import of_variant
from newsletter.pipeline import record
from newsletter.pipeline.hits import Hits, Seen, network_of
from newsletter.pipeline.links import Links, location, table_of
from newsletter.store import Connection, Store, editions, tables
from newsletter.store import hits as stored
from tests.corpora import naughty_strings
from tests.mailed import START, Mailed, Person, edition, hand_over, world

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
INDIVIDUAL = TrackingMode.INDIVIDUAL
YES = Person("yes@example.org", "Yes", tracking=INDIVIDUAL, consent="granted")
TWO = Person("two@example.org", "Two", tracking=INDIVIDUAL, consent="granted")
ASKED = Person("asked@example.org", "Asked", tracking=INDIVIDUAL, consent="unknown")
NO = Person("no@example.org", "No", tracking=INDIVIDUAL, consent="refused")
COUNTED = Person("counted@example.org", "Counted")
QUIET = Person("quiet@example.org", "Quiet", tracking=TrackingMode.OFF)


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        yield hand_over(made, (YES, TWO, ASKED, NO, COUNTED, QUIET), tracking=INDIVIDUAL)


def click(mailed: Mailed, number: int, link: int = 0, **more: object) -> Seen:
    base = Seen(
        mailed.clock(),
        HitKind.CLICK,
        number,
        mailed.edition.short,
        link,
        links=3,
        agent=CHROME,
        address="8.8.8.8",
    )
    return replace(base, **more)


def own(mailed: Mailed, person: Person, link: int = 0, **more: object) -> Seen:
    return click(mailed, mailed.deliveries[person.email], link, **more)


def variant(mailed: Mailed, mode: TrackingMode = TrackingMode.AGGREGATE) -> int:
    return mailed.variants["en", mode]


def written(mailed: Mailed, *seen: Seen) -> list[dict[str, object]]:
    buffer = Hits(mailed.ctx)
    for one in seen:
        assert buffer.add(one)
    buffer.flush()
    return mailed.rows(tables.hits)


def test_a_click_with_a_yes_is_the_members(mailed: Mailed) -> None:
    (row,) = written(mailed, own(mailed, YES, 2))
    assert (row["delivery_id"], row["variant_id"], row["link"]) == (
        mailed.deliveries[YES.email],
        variant(mailed, INDIVIDUAL),
        2,
    )
    assert (row["kind"], row["reader"], row["rule"], row["at"]) == ("click", "human", "", START)


def test_a_click_in_aggregate_mode_is_nobodys(mailed: Mailed) -> None:
    (row,) = written(mailed, click(mailed, of_variant(variant(mailed))))
    assert (row["delivery_id"], row["variant_id"]) == (None, variant(mailed))


def test_the_person_decides_also_after_the_mail_has_left(mailed: Mailed) -> None:
    (row,) = written(mailed, own(mailed, ASKED), own(mailed, NO))
    assert row["delivery_id"] is None
    with mailed.ctx.store.write() as db:
        db.execute(tables.members.delete().where(tables.members.c.email == YES.email))
    assert len(written(mailed, own(mailed, YES))) == 1


def test_what_was_never_sent_is_not_counted(mailed: Mailed) -> None:
    off, individual = variant(mailed, TrackingMode.OFF), variant(mailed, INDIVIDUAL)
    seen = [
        own(mailed, COUNTED),  # its mail carries the variant's token
        own(mailed, QUIET),
        click(mailed, of_variant(off)),
        click(mailed, of_variant(individual)),
        click(mailed, of_variant(999)),
        click(mailed, 999),
        own(mailed, YES, edition="0" * 12),  # the link of another mail, with this reader's token
    ]
    assert written(mailed, *seen) == []


def test_neither_address_nor_agent_reaches_the_store(mailed: Mailed) -> None:
    written(
        mailed,
        own(mailed, YES, address="203.0.113.77", agent="Canary/7"),
        own(mailed, YES, kind=HitKind.LEAVE),
    )
    dump = repr(mailed.everything("hooks"))
    assert "203.0.113.77" not in dump
    assert "Canary" not in dump
    assert len(mailed.rows(tables.hits)) == 1


def test_a_later_hit_gives_earlier_ones_away_in_the_store_too(mailed: Mailed) -> None:
    buffer = Hits(mailed.ctx)
    for link in (0, 2):
        buffer.add(own(mailed, YES, link))
        buffer.flush()
    assert {row["reader"] for row in mailed.rows(tables.hits)} == {"human"}
    buffer.add(own(mailed, YES, 3))
    buffer.flush()
    assert {(row["reader"], row["rule"]) for row in mailed.rows(tables.hits)} == {("machine", "burst")}


@pytest.mark.parametrize("hook_first", [True, False])
@pytest.mark.parametrize(
    ("seconds", "expected"), [(5, ("machine", "fast")), (30, ("unknown", "quick")), (90, ("human", ""))]
)
def test_speed_is_measured_from_delivery_whichever_comes_first(
    mailed: Mailed, hook_first: bool, seconds: int, expected: tuple[str, str]
) -> None:
    delivered = mailed.signer.hook([mailed.event("delivered", YES.email)])
    seen = own(mailed, YES, at=START + timedelta(seconds=seconds))
    if hook_first:
        record.receive(mailed.ctx, "sendgrid", *delivered)
        record.apply_new(mailed.ctx)
        written(mailed, seen)
    else:
        written(mailed, seen)
        record.receive(mailed.ctx, "sendgrid", *delivered)
        record.apply_new(mailed.ctx)
    (row,) = mailed.rows(tables.hits)
    assert (row["reader"], row["rule"]) == expected


@pytest.mark.parametrize("order", list(permutations(("first", "second", "click"))), ids="-".join)
def test_a_mail_that_was_delivered_twice_was_read_in_between(mailed: Mailed, order: tuple[str, ...]) -> None:
    """A person decided that a batch in doubt goes again: both copies came."""
    again = START + timedelta(hours=30)
    told = {
        "first": mailed.event("delivered", YES.email),
        "second": mailed.event("delivered", YES.email, at=again, nl_a="2"),
    }
    for what in order:
        if what == "click":
            read = [
                own(mailed, YES, at=START + timedelta(hours=2)),
                own(mailed, YES, 2, at=again + timedelta(seconds=4)),
            ]
            written(mailed, own(mailed, YES, 3, at=START + timedelta(seconds=3)), *read)
        else:
            record.receive(mailed.ctx, "sendgrid", *mailed.signer.hook([told[what]]))
            record.apply_new(mailed.ctx)
    assert [row["reader"] for row in mailed.rows(tables.hits)] == ["machine", "human", "machine"]


def test_a_full_buffer_drops_and_counts(mailed: Mailed) -> None:
    buffer = Hits(mailed.ctx, capacity=2)
    taken = [buffer.add(own(mailed, YES)) for _ in range(5)]
    assert taken == [True, True, False, False, False]
    assert (buffer.dropped, len(buffer)) == (3, 2)
    assert buffer.flush() == 2
    assert buffer.add(own(mailed, YES))


def test_hits_wait_while_the_store_fails(mailed: Mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = Hits(mailed.ctx)
    buffer.add(own(mailed, YES))

    def full(_: Store) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", full)
        with pytest.raises(OSError, match="no space"):
            buffer.flush()
    assert len(buffer) == 1
    assert buffer.flush() == 1
    assert buffer.flush() == 0
    assert len(mailed.rows(tables.hits)) == 1


def test_many_hits_in_one_flush(mailed: Mailed) -> None:
    many = [own(mailed, YES, at=START + timedelta(seconds=100 * n)) for n in range(7000)]
    assert len(written(mailed, *many)) == 7000


def test_pairs_are_counted_once_and_by_their_best_hit(mailed: Mailed) -> None:
    far = timedelta(hours=1)
    written(
        mailed,
        own(mailed, YES, 0, head=True),
        own(mailed, YES, 0, at=START + far),
        own(mailed, YES, 0, at=START + 2 * far),
        own(mailed, YES, 2, agent="", at=START + 3 * far),
        own(mailed, TWO, 0, agent="curl/8"),
        click(mailed, of_variant(variant(mailed)), 0),
        click(mailed, of_variant(variant(mailed)), 0, at=START + far),
        own(mailed, YES, kind=HitKind.OPEN, link=None, edition=""),
        own(mailed, YES, kind=HitKind.OPEN, link=None, edition="", at=START + far),
    )
    with mailed.ctx.store.read() as db:
        counted = sorted(
            (
                (kind, link, reader.value, number, named)
                for kind, link, reader, number, named in found(db, mailed)
            ),
            key=repr,
        )
        doubled = [row for row in found(db, mailed, {2: 0}) if row[0] == "click" and row[4]]
    assert counted == [
        ("click", 0, "human", 1, True),
        ("click", 0, "human", 2, False),
        ("click", 0, "machine", 1, True),
        ("click", 2, "unknown", 1, True),
        ("open", None, "human", 1, True),
    ]
    # Both links lead to one place: the member followed one, and their best hit stands.
    assert sorted((link, reader.value, number) for _, link, reader, number, _ in doubled) == [
        (0, "human", 1),
        (0, "machine", 1),
    ]


def found(db: Connection, mailed: Mailed, same: dict[int, int] | None = None) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in stored.counted(db, mailed.campaign, same or {})]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("8.8.8.8", "8.8.8.0/24"),
        ("::ffff:8.8.8.8", "8.8.8.0/24"),
        ("2607:f8b0:4004:800::200e", "2607:f8b0:4004::/48"),
        ("2001:db8:7::1", "2001:db8:7::/48"),
        ("127.0.0.1", ""),
        ("10.1.2.3", ""),
        ("::1", ""),
        ("", ""),
        ("testclient", ""),
        ("8.8.8.8:80", ""),
    ],
)
def test_networks(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_network_of_naughty_strings_is_none() -> None:
    assert {network_of(text) for text in naughty_strings()} <= {"", "1.0.0.0/24", "8.8.8.0/24"}


def test_links_are_read_once(mailed: Mailed) -> None:
    links = Links(mailed.ctx)
    assert links.known(mailed.edition.short) is None
    table = links.load(mailed.edition.short)
    assert links.known(mailed.edition.short) is table
    assert [target.location if target else None for target in table] == [
        b"https://www.ngen.ca/impact?a=1&b=2#top",
        b"https://www.ngen.ca/fr/%C3%A9quipe",
        b"https://www.ngen.ca",
        b"https://example.org/a",
        None,
    ]
    assert [target.siblings for target in table if target] == [3, 1, 3, 3]
    assert links.load("f" * 12) == ()
    assert links.known("f" * 12) is None, "what is not there yet may be written by another process"


def test_an_edition_that_is_written_later_is_found(mailed: Mailed) -> None:
    links = Links(mailed.ctx)
    later = replace(edition("later"), id="e" * 64)
    assert links.load(later.short) == ()
    with mailed.ctx.store.write() as db:
        editions.put(db, later, {}, mailed.ctx.now())
    assert links.load(later.short) == table_of(later) != ()
    assert links.known(later.short) == table_of(later)


def test_no_link_leaves_its_header(mailed: Mailed) -> None:
    for text in (
        *naughty_strings(),
        "https://a.example/\r\nX-Injected: yes",
        "javascript:alert(1)",
        "//evil.example",
    ):
        for url in (text, f"https://ngen.ca/{text}", f"https://{text}/"):
            found = location(Link(url))
            if found is not None:
                assert found.startswith((b"https://", b"http://"))
                assert all(0x21 <= byte <= 0x7E for byte in found)
    assert len(table_of(edition())) == 5
