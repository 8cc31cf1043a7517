"""A ledger for tests: a real store, a small edition, and a provider whose answers the test chooses and whose log is the witness.

In: answers. Out: a Context, and what the provider took. Called by tests of the ledger; kill tests use the emulator instead.
"""

from __future__ import annotations

import atexit
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Row, Table, select

from newsletter.compose.freeze import freeze
from newsletter.model.artwork import Condition, Link, Mark, MarkKind, Slot, SlotContext
from newsletter.model.campaign import AudienceRule, Books, Campaign
from newsletter.model.edition import Artwork, Edition, EditionText
from newsletter.model.errors import HookRejected
from newsletter.model.event import Event, EventKind, HookRequest
from newsletter.model.keys import Keys
from newsletter.model.outbound import (
    Capabilities,
    OutboundBatch,
    OutboundMessage,
    Parcel,
    Receipt,
    Recipient,
)
from newsletter.model.publication import Publication, Sender
from newsletter.pipeline import approve, due, plan
from newsletter.pipeline.context import Context
from newsletter.settings import resolve
from newsletter.store import Store, campaigns
from newsletter.store import books as ledger
from newsletter.store import events as store_events
from tests import databases, kept

START = datetime(2020, 12, 16, 14, tzinfo=UTC)
PUBLICATION = Publication(
    key="ngen",
    name={"en": "NGen News", "fr": "Nouvelles"},
    sender=Sender({"en": "NGen", "fr": "NGen"}, "news@ngen.example"),
    postal_address={"en": "x", "fr": "x"},
    contact={"en": "x", "fr": "x"},
    list_id="news.ngen.example",
    languages=("en", "fr"),
    time_zone="America/Toronto",
)


def text(language: str) -> EditionText:
    slot = Mark(MarkKind.SLOT, 0, SlotContext.TEXT)
    body = ("<p>Dear ", slot, "</p>", Mark(MarkKind.LINK, 0, SlotContext.URL), Mark(MarkKind.PIXEL))
    return EditionText(
        language, ("Hello",), "", "", body, ("Dear ", Mark(MarkKind.SLOT, 0, SlotContext.PLAIN))
    )


def edition(slug: str = "greeting", word: str = "", conditions: tuple[Condition, ...] = ()) -> Edition:
    artwork = Artwork(
        slug=slug,
        template=f"letter{word}",
        languages=("en", "fr"),
        texts={name: text(name) for name in ("en", "fr", "en+fr")},
        slots=(Slot("first_name", "friend"),),
        links=(Link("https://www.ngen.ca/"),),
        conditions=conditions,
        images=(),
        sender=PUBLICATION.sender,
        reply_to="",
        tracking=None,
    )
    return freeze(artwork, "ngen")


class _Body(msgspec.Struct):
    batch: int
    attempt: int
    people: list[tuple[int, str]]


Answer = Callable[[_Body], Receipt]


@dataclass
class Witness:
    """A provider that does as told and remembers what it took. `answer` raises, or returns a receipt."""

    name: str = "witness"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(max_recipients=1000, events=True))
    answer: Answer = lambda _body: Receipt("ok")
    taken: list[tuple[int, int, int, str]] = field(default_factory=list)  #: batch, attempt, delivery, address
    posted: list[tuple[int, int]] = field(default_factory=list)

    def encode(self, batch: OutboundBatch) -> Parcel:
        people = [(row.delivery, row.address) for row in batch.recipients]
        body = msgspec.msgpack.encode(_Body(batch.batch, batch.attempt, people))
        return Parcel(body, "0" * 64, len(people))

    def weigh(self, message: OutboundMessage, recipient: Recipient) -> int:
        return sum(map(len, recipient.values))

    def submit(self, parcel: Parcel) -> Receipt:
        body = msgspec.msgpack.decode(parcel.body, type=_Body)
        self.posted.append((body.batch, body.attempt))
        receipt = self.answer(body)
        self.take(body)
        return receipt

    def take(self, body: _Body) -> None:
        self.taken += [(body.batch, body.attempt, delivery, address) for delivery, address in body.people]

    def verify(self, request: HookRequest) -> None:
        raise HookRejected("none", code="none")

    def read_events(self, request: HookRequest) -> Sequence[Event]:
        raise HookRejected("none", code="none")

    def examine(self, circumstances: object) -> list[object]:
        return []

    def close(self) -> None:
        pass

    def copies(self) -> Counter[str]:
        """How many copies each address got."""
        return Counter(address for _, _, _, address in self.taken)


@dataclass
class Bench:
    """A Context with a clock that the test turns, its witness, and shortcuts."""

    ctx: Context
    witness: Witness
    clock: list[datetime]
    provider: str = "witness"

    def later(self, **delta: float) -> None:
        self.clock[0] += timedelta(**delta)

    def mailing(
        self, frozen: Edition | None = None, include: tuple[str, ...] = ("everyone",), **ask: object
    ) -> Campaign:
        """Planned and approved, at once."""
        wanted = plan.Ask(frozen or edition(), AudienceRule(include), self.provider, **ask)  # type: ignore[arg-type]
        planned = plan.plan(self.ctx, wanted, {})
        if planned.fresh:
            approve.approve(self.ctx, planned.campaign.id, plan.count(self.ctx, wanted).zones)
        return planned.campaign

    def keep(self, frozen: Edition) -> str:
        """An edition that is stored and that no mailing has yet; its id."""
        plan.keep(self.ctx, frozen, {})
        return frozen.id

    def start(self) -> None:
        due.start_due(self.ctx)

    def books(self, campaign: int) -> Books:
        with self.ctx.store.read() as db:
            found = ledger.books(db, campaign)
        assert found.faults() == []
        return found

    def campaign(self, number: int) -> Campaign:
        with self.ctx.store.read() as db:
            found = campaigns.get(db, number)
        assert found is not None
        return found

    def rows(self, table: Table) -> Sequence[Row[Any]]:
        """All rows of a table."""
        with self.ctx.store.read() as db:
            return db.execute(select(table)).all()

    def event(
        self, batch: int, attempt: int, kind: EventKind = EventKind.PROCESSED, delivery: int | None = None
    ) -> None:
        """An event that came back and was recorded."""
        now = self.clock[0]
        with self.ctx.store.write() as db:
            row = store_events.Row(
                provider="witness",
                event_id=f"{batch}.{attempt}.{kind}.{delivery}",
                kind=kind,
                delivery=delivery,
                batch=batch,
                attempt=attempt,
                occurred_at=now,
                received_at=now,
                reason="",
                status="",
                data={},
            )
            store_events.put(db, [row])


@cache
def _watched() -> Path:
    """A migrated file of SQLite that writes down every change of a batch."""
    path = databases.migrated().with_name("watched.db")
    databases.laid(path)
    store = Store.open_file(path)
    kept.watch(store)
    with store.engine.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


def template(_folder: Path) -> Path:
    """A migrated database, made once a process and copied for each test."""
    return _watched()


@contextmanager
def bench(folder: Path, made: Path, environ: dict[str, str] | None = None) -> Iterator[Bench]:
    """A Bench in an empty folder, with a copy of a migrated database."""
    store = databases.fresh(folder / "var" / "newsletter.db", made, watched=True)
    try:
        with bench_of(store, folder, environ) as found:
            yield found
    finally:
        databases.away(store)


class Benches:
    """Benches one after the other, in one database that is as new for each: what state machines need by the hundred."""

    def __init__(self) -> None:
        self._above = tempfile.TemporaryDirectory(
            prefix="benches-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None
        )
        self._path = Path(self._above.name) / "newsletter.db"
        self._store: Store | None = None

    @contextmanager
    def another(self, environ: dict[str, str]) -> Iterator[Bench]:
        """A Bench in an empty folder; in memory where there is such a place, for the commits are the point here, not the disk."""
        made = template(self._path.parent)
        if self._store is None:
            self._store = databases.fresh(self._path, made, watched=True)
            atexit.register(databases.away, self._store)
        else:
            databases.renewed(self._store, self._path, made)
        with (
            tempfile.TemporaryDirectory(dir=self._above.name) as folder,
            bench_of(self._store, Path(folder), environ) as found,
        ):
            yield found


@contextmanager
def bench_of(store: Store, folder: Path, environ: dict[str, str] | None) -> Iterator[Bench]:
    """A Bench with this database. In the end it is looked at: what a ledger keeps, it has kept."""
    kept.watch(store)
    clock = [START]
    witness = Witness()

    def no_renderer() -> object:
        raise AssertionError("nothing is rendered here")

    ctx = Context(
        root=folder,
        settings=resolve(
            {},
            {"NEWSLETTER_SEND_RATE_PER_MINUTE": "0", "NEWSLETTER_STATE_DIR": str(folder / "state")}
            | (environ or {}),
            {},
        ),
        publication=PUBLICATION,
        store=store,
        keys=Keys(b"s" * 32, {1: b"t" * 32}, 1),
        instance="test",
        actor="tester",
        now=lambda: clock[0],
        sleep=lambda seconds: clock.__setitem__(0, clock[0] + timedelta(seconds=seconds)),
        renderer=no_renderer,  # type: ignore[arg-type]
        provider=lambda _name: witness,  # type: ignore[arg-type,return-value]
    )
    yield Bench(ctx, witness, clock)
    with store.read() as db:
        found = kept.broken(db)
        assert not found, found
