"""Import a file of members: one pass, a page at a time, every row accounted for.

In: a CSV file. Out: members, consents, suppressions in the store; a Report. Called by `members import` and staff pages.

A page of rows is read and judged before the transaction that writes it begins, so that a running mailing waits milliseconds only. An
import that is interrupted has written whole pages; the same file again writes the rest and changes nothing else.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

import msgspec

from newsletter.audience import mapping
from newsletter.audience.columns import Columns, read_header
from newsletter.audience.consent import WITHDRAWALS
from newsletter.audience.encodings import Decoding, check_size, lines
from newsletter.audience.importing import UNKNOWN, Kind, Known, Page, Repeat, plan_page
from newsletter.audience.notes import Notes
from newsletter.audience.records import Record, records
from newsletter.audience.rows import Defaults, Reader, Refusal, Row
from newsletter.audience.sealing import seal
from newsletter.model.errors import AuthorError, NotAllowed
from newsletter.model.keys import address_key
from newsletter.model.member import ConsentBasis, Member
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.pipeline.import_words import in_words
from newsletter.pipeline.steady import steady
from newsletter.store import Connection, audit, consents, facts, members, suppressions, writing
from newsletter.store.consents import Grant
from newsletter.store.facts import Leaving
from newsletter.store.scratch import Remark, Scratch

__all__ = ["Options", "Remark", "Report", "import_members"]

PAGE = 4000  #: rows of one transaction
PIECE = 1 << 18  #: bytes read at once
_REFUSED, _REPEATED = "refused", "repeated"
_decode_known = msgspec.msgpack.Decoder(Known).decode

Progress = Callable[[int, int], None]  #: rows and bytes read so far
Watch = Callable[[Page, Mapping[bytes, Known]], None]  #: a planned page, and what was known before it
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be taken. `basis` and `evidence` stand in for rows that bring none; a `dry_run` writes nothing.

    `columns` decides what a column becomes, by its position, `headers` by its header; `name` is the file's where its path has
    another. `agreed`: only pages that have these seals, one after the other, are written.
    """

    basis: ConsentBasis | None = None
    evidence: str = ""
    dry_run: bool = False
    columns: Mapping[int, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    agreed: tuple[bytes, ...] | None = None


@dataclass(slots=True)
class Report:
    """What came of a file: `added + changed + unchanged + refused` is the number of its rows.

    `not_mailable` counts members of the file that are stored and may not be mailed now, by reason. Readable while it is open.
    """

    columns: Columns
    decoding: Decoding
    notes: Notes
    scratch: Scratch
    kinds: Counter[Kind] = field(default_factory=lambda: Counter(dict.fromkeys(Kind, 0)))
    not_mailable: Counter[str] = field(default_factory=Counter)
    refused_count: int = 0

    @property
    def taken(self) -> int:
        """How many rows were taken."""
        return self.kinds.total()

    def refused(self) -> Iterator[Remark]:
        """The rows that were not, and why."""
        return self.scratch.remarks(_REFUSED)

    def repeated(self) -> Iterator[Remark]:
        """Rows about an address that stood in the file before; the later row counts."""
        return self.scratch.remarks(_REPEATED)


@contextmanager
def import_members(
    ctx: Context,
    path: Path,
    options: Options = Options(),
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> Iterator[Report]:
    """Import a CSV file. Raises AuthorError for a file that cannot be read as members at all; else every bad row is in the report.

    The report can be read until the end of the `with`. `watch` is told of every page before it is written. Raises NotAllowed for
    a page that is not the agreed one; those before it are written.
    """
    scratch, name = Scratch(), options.name or path.name
    try:
        with path.open("rb") as file:
            decoding = Decoding(name)
            check_size(os.fstat(file.fileno()).st_size, decoding)
            found = records(lines(iter(lambda: file.read(PIECE), b""), decoding))
            columns = _columns(next(found, None), name, options)
            reader = Reader(columns, _defaults(ctx, options))
            report = Report(columns, decoding, reader.notes, scratch)
            with steady():
                _Import(ctx, name, options, report, watch).run(reader, found, progress)
        yield report
    finally:
        scratch.close()


def _columns(header: Record | None, name: str, options: Options) -> Columns:
    decided = bool(options.columns or options.headers)
    columns, place = header_of(header, name, decided=decided)
    choices = {**mapping.by_header(columns, options.headers, place), **options.columns}
    return mapping.chosen(columns, choices, place) if decided else columns


def header_of(header: Record | None, name: str, *, decided: bool) -> tuple[Columns, Place]:
    """What the first record of a file says. Raises AuthorError where it says nothing."""
    if header is None:
        raise AuthorError(
            Said("the file is empty", "le fichier est vide"), code="members-empty", place=Place(name)
        )
    place = Place(name, header.line)
    if header.fault:
        raise AuthorError(in_words(header.fault), code="members-header", place=place)
    return read_header(header.cells, place, decided=decided), place


def _defaults(ctx: Context, options: Options) -> Defaults:
    zones = {name.lower(): name for name in available_timezones()}
    return Defaults(ctx.now().date(), options.basis, options.evidence.strip(), zones)


class _Import:
    def __init__(
        self, ctx: Context, name: str, options: Options, report: Report, watch: Watch | None
    ) -> None:
        self.ctx = ctx
        self.name = name
        self.options = options
        self.report = report
        self.watch = watch
        self.agreed = None if options.agreed is None else iter(options.agreed)
        self.now = ctx.now()

    def run(self, reader: Reader, found: Iterator[Record], progress: Progress | None) -> None:
        """All pages, then one line in the audit log; that line also where the import was interrupted."""
        rows = 0
        try:
            for page in pages(map(reader.read, found)):
                self._take(page)
                rows += len(page)
                del page  # else it stays until the next one is read: twice the memory
                if progress:
                    progress(rows, self.report.decoding.size)
        finally:
            self._audit()

    def _take(self, page: list[Row | Refusal]) -> None:
        suppression = self.ctx.keys.suppression
        rows = [(address_key(suppression, row.address.matching), row) for row in page if isinstance(row, Row)]
        # A dry run reads only: it must not make a mailing wait.
        with self.ctx.store.read() if self.options.dry_run else self.ctx.store.write() as db:
            before = self._known(db, list({key: None for key, _ in rows}))
            planned = plan_page(rows, before, self.now.date())
            self._check(planned, before)
            if not self.options.dry_run:
                self._write(db, planned, before)
        planned.refused.extend(row for row in page if isinstance(row, Refusal))
        self._remember(planned)

    def _check(self, planned: Page, before: dict[bytes, Known]) -> None:
        if self.agreed is not None and next(self.agreed, b"") != seal(planned, before):
            raise NotAllowed(
                Said(
                    "members were changed since the plan was made: this part of it was not written",
                    "des membres ont été modifiés depuis ce plan\u00a0: cette partie n’a pas été écrite",
                ),
                code="import-changed",
                hint=Said(
                    "Look at the plan as it is now, and apply that.",
                    "Regardez le plan tel qu’il est maintenant, puis appliquez-le.",
                ),
            )
        if self.watch is not None:
            self.watch(planned, before)

    def _known(self, db: Connection, keys: list[bytes]) -> dict[bytes, Known]:
        found = members.known(db, keys)
        listed = suppressions.standing(db, keys)
        known = {
            key: Known(found.get(key), listed.get(key, frozenset()))
            for key in chain(found, listed.keys() - found)
        }
        if self.options.dry_run:
            kept = self.report.scratch.kept(keys)
            known |= {key: _decode_known(state) for key, state in kept.items()}
        return known

    def _write(self, db: Connection, page: Page, before: dict[bytes, Known]) -> None:
        new: list[tuple[bytes, Member]] = []
        changed: list[Member] = []
        for key, (member, *_) in page.after.items():
            old = before.get(key, UNKNOWN).member
            if member is not None and old is None:
                new.append((key, member))
            elif member is not None and member != old:
                changed.append(member)
        writing.add(db, new, self.now)
        writing.change(db, changed, self.now)
        source = f"import {self.name}:"
        consents.grant(
            db,
            (Grant(key, consent, f"{source}{line}") for key, consent, line in page.grants),
            self.now,
            self.ctx.actor,
        )
        leaving = [
            Leaving(key, reason, self.now, f"{source}{line}", _email(page, key))
            for key, reason, line in page.leaving
        ]
        facts.suppress(db, leaving)
        withdrawn = [one for one in leaving if one.reason in WITHDRAWALS]
        facts.withdraw(db, withdrawn, "said so in a file", self.ctx.actor)

    def _remember(self, page: Page) -> None:
        report = self.report
        seen = {key: (known.line, known.reason) for key, known in page.after.items()}
        report.not_mailable.update(reason for _, reason in seen.values() if reason)
        for key, (line, reason) in report.scratch.see(seen).items():
            page.repeated.append(Repeat(seen[key][0], _email(page, key), line))
            if reason:  # counted before, in another page
                report.not_mailable[reason] -= 1
        if self.options.dry_run:
            report.scratch.keep((key, msgspec.msgpack.encode(known)) for key, known in page.after.items())
        for kind in Kind:
            report.kinds[kind] += page.kinds.count(kind)
        report.refused_count += len(page.refused)
        report.scratch.remark(_REFUSED, (Remark(*row) for row in sorted(page.refused)))
        report.scratch.remark(_REPEATED, (_remark(row) for row in sorted(page.repeated)))

    def _audit(self) -> None:
        if self.options.dry_run or not self.report.taken:
            return
        detail = {kind.value: number for kind, number in self.report.kinds.items()}
        with self.ctx.store.write() as db:
            audit.note(
                db,
                self.now,
                self.ctx.actor,
                "import",
                self.name,
                detail | {"refused": self.report.refused_count},
            )


def pages(rows: Iterator[R]) -> Iterator[list[R]]:
    """Rows by the page. Where the file cannot be read on, what was read of it is a page too, and then the fault is raised."""
    while True:
        page: list[R] = []
        try:
            for row in islice(rows, PAGE):
                page.append(row)  # noqa: PERF402 - kept when reading breaks off
        except AuthorError:
            if page:
                yield page
            raise
        if not page:
            return
        yield page


def _email(page: Page, key: bytes) -> str:
    member = page.after[key].member
    return member.email if member else ""


def _remark(row: Repeat) -> Remark:
    return Remark(row.line, row.email, f"stands in line {row.earlier} too; the later line counts")
