"""The do-not-mail list: shown, added to, imported, exported; and a mistake of our own taken back.

In: addresses, files of other programs. Out: rows in store and in the audit log. Called by `suppressions`, staff pages.

An import only adds. What a person said (unsubscribed, complaint, erased) is never lifted here: their own act does that.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from newsletter.audience import accepted, cells
from newsletter.audience.columns import read_header
from newsletter.audience.consent import WITHDRAWALS
from newsletter.audience.encodings import Decoding, lines
from newsletter.audience.records import Record, records
from newsletter.model.address import Address, AddressFault, parse
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.keys import address_key
from newsletter.model.member import SuppressionReason
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.pipeline.importing import PIECE, pages
from newsletter.pipeline.members import key_of
from newsletter.store import Connection, audit, facts, suppressions
from newsletter.store.columns import microseconds
from newsletter.store.facts import Leaving
from newsletter.store.scratch import Remark, Scratch
from newsletter.store.suppressions import Listed

COLUMNS = ("email", "reason", "source", "at")
#: reasons that staff set, and may take back
OURS = frozenset({SuppressionReason.MANUAL, SuppressionReason.INVALID})

_WITHIN = re.compile(r"(?:mailto:|[^<>]*<)\s*([^<>\s]+?)\s*>?", re.IGNORECASE)


@dataclass(slots=True)
class Report:
    """What came of a file: `added` by reason, rows that were on the list already, rows refused. Readable while it is open."""

    scratch: Scratch
    added: Counter[SuppressionReason] = field(default_factory=Counter)
    known: int = 0
    refused_count: int = 0

    def refused(self) -> Iterator[Remark]:
        """The rows that hold no address, and why."""
        return self.scratch.remarks("refused")


def add(ctx: Context, email: str, reason: SuppressionReason, source: str) -> bool:
    """Put an address on the list. False when it stood there for this reason already. Raises AddressFault."""
    address, key = key_of(ctx, email)
    leaving = Leaving(key, reason, ctx.now(), source, address.text)
    with ctx.store.write() as db:
        fresh = _suppress(ctx, db, [leaving])
        if fresh:
            audit.note(
                db, ctx.now(), ctx.actor, "suppress", address.text, {"reason": reason.value, "source": source}
            )
    return bool(fresh)


def lift(ctx: Context, email: str, why: str) -> None:
    """Take back an entry of our own. Raises NotFound, NotAllowed for what the person said."""
    address, key = key_of(ctx, email)
    with ctx.store.write() as db:
        standing = suppressions.standing(db, [key]).get(key, frozenset())
        if not standing:
            raise NotFound(
                Said(
                    f"{address.text} is not on the do-not-mail list",
                    f"{address.text} n’est pas sur la liste d’exclusion",
                ),
                code="suppression-unknown",
            )
        if not standing & OURS:
            raise NotAllowed(
                Said(
                    f"{address.text} is there because the person said so ({', '.join(sorted(standing))})",
                    f"{address.text} y est parce que la personne l’a voulu ({', '.join(sorted(standing))})",
                ),
                code="suppression-theirs",
                hint=Said(
                    "Only the person can come back, by subscribing again.",
                    "Seule la personne peut revenir, en s’abonnant de nouveau.",
                ),
            )
        suppressions.lift(db, key, OURS, ctx.now())
        audit.note(db, ctx.now(), ctx.actor, "suppression-lift", address.text, {"why": why})


def listed(ctx: Context, reasons: Collection[SuppressionReason] = ()) -> Iterator[Listed]:
    """The list as it stands, in no order that says anything."""
    with ctx.store.read() as db:
        for page in suppressions.pages(db, reasons):
            yield from page


def newest(
    ctx: Context, reasons: Collection[SuppressionReason] = (), at: str = "", size: int = 50
) -> tuple[list[Listed], str]:
    """A page of the list, the newest entries first, and the name of the page behind it (empty: none). `at` is such a name."""
    moment, _, key = at.partition("-")
    try:
        before = (datetime.fromtimestamp(int(moment) / 1_000_000, UTC), bytes.fromhex(key)) if at else None
    except (ValueError, OverflowError, OSError):
        before = None
    with ctx.store.read() as db:
        found = suppressions.newest(db, reasons, before, size + 1)
    last = found[size - 1] if len(found) > size else None
    return found[:size], f"{microseconds(last.at)}-{last.address_key.hex()}" if last else ""


def standing(ctx: Context, email: str) -> list[Listed]:
    """The lines that stand about one address. Raises AddressFault."""
    _, key = key_of(ctx, email)
    with ctx.store.read() as db:
        return [one for one in suppressions.of(db, key) if one.lifted_at is None]


def counted(ctx: Context, reasons: Collection[SuppressionReason] = ()) -> dict[str, int]:
    """How many stand on the list, by reason."""
    with ctx.store.read() as db:
        found = suppressions.count(db)
    return {reason.value: number for reason, number in found.items() if not reasons or reason in reasons}


def exported(ctx: Context) -> Iterator[str]:
    """The lines of a CSV file, header first. Erased addresses are known by their key only, and are not in it."""
    yield _csv([list(COLUMNS)])
    for one in listed(ctx):
        if one.address:
            row = [one.address, one.reason.value, one.source, one.at.isoformat(timespec="seconds")]
            yield _csv([[cells.guarded(cell) for cell in row]])


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


@contextmanager
def import_suppressions(
    ctx: Context, path: Path, default: SuppressionReason = SuppressionReason.MANUAL
) -> Iterator[Report]:
    """Add the addresses of a file: our own export, a provider's, or one address a line. A reason that is not ours is `default`.

    Raises AuthorError when no column holds addresses.
    """
    scratch = Scratch()
    try:
        with path.open("rb") as file:
            found = records(lines(iter(lambda: file.read(PIECE), b""), Decoding(path.name)))
            report = Report(scratch)
            try:
                for page in pages(_rows(found, path.name, default)):
                    _take(ctx, page, report)
            finally:
                _audit(ctx, path.name, report)
        yield report
    finally:
        scratch.close()


def _audit(ctx: Context, name: str, report: Report) -> None:
    if report.added:
        detail = {reason.value: number for reason, number in report.added.items()}
        with ctx.store.write() as db:
            audit.note(db, ctx.now(), ctx.actor, "suppressions-import", name, detail)


class Row(NamedTuple):
    """One row of a file; `fault` says why it cannot be read."""

    line: int
    email: str
    reason: SuppressionReason
    source: str
    fault: str


def _rows(found: Iterator[Record], name: str, default: SuppressionReason) -> Iterator[Row]:
    header = next(found, Record(1, []))
    if _is_address(header.cells[0] if header.cells else ""):
        found, at, reason_at, source_at = chain([header], found), 0, -1, -1
    else:
        columns = read_header(header.cells, Place(name, header.line))
        names = dict(zip(columns.names, range(columns.width), strict=True))
        at, source_at = names["email"], names.get("source", -1)
        reason_at = next(
            (names[name] for name in ("reason", "raison", "motif", "status") if name in names), -1
        )
    for line, raw, fault in found:
        values = [*map(cells.unguarded, map(cells.clean, raw)), ""]
        reason = accepted.status(_at(values, reason_at)) or default
        source = _at(values, source_at) or f"import {name}:{line}"
        yield Row(line, _at(values, at), reason, source, fault)


def _at(values: list[str], position: int) -> str:
    return values[position] if position < len(values) else ""


def _is_address(text: str) -> bool:
    try:
        _address(text)
    except AddressFault:
        return False
    return True


def _address(text: str) -> Address:
    """The address in a text, also in `Ann <a@b.ca>` and `mailto:a@b.ca`: nobody stays off the list for how they were written."""
    inside = _WITHIN.fullmatch(text)
    return parse(inside.group(1) if inside else text)


def _take(ctx: Context, page: list[Row], report: Report) -> None:
    leaving, refused = [], []
    for line, email, reason, source, fault in page:
        try:
            address = _address(email)
        except AddressFault as error:
            refused.append(Remark(line, email[:254], fault or error.message))
            continue
        key = address_key(ctx.keys.suppression, address.matching)
        leaving.append(Leaving(key, reason, ctx.now(), source, address.text))
    with ctx.store.write() as db:
        fresh = _suppress(ctx, db, leaving)
    report.added.update(one.reason for one in fresh)
    report.known += len(leaving) - len(fresh)
    report.refused_count += len(refused)
    report.scratch.remark("refused", refused)


def _suppress(ctx: Context, db: Connection, leaving: list[Leaving]) -> list[Leaving]:
    """Put on the list who is not there yet for this reason; withdrawals go into the log of consent too."""
    standing = suppressions.standing(db, [one.address_key for one in leaving])
    new: dict[tuple[bytes, SuppressionReason], Leaving] = {}
    for one in leaving:
        if one.reason not in standing.get(one.address_key, frozenset()):
            new.setdefault((one.address_key, one.reason), one)
    fresh = list(new.values())
    facts.suppress(db, fresh)
    withdrawn = [one for one in fresh if one.reason in WITHDRAWALS]
    facts.withdraw(db, withdrawn, "put on the do-not-mail list", ctx.actor)
    return fresh
