"""The plan of an import: what a file would do, row by row, before anything is written; and doing just that.

In: a file, what its columns become, the ground of consent. Out: a Plan with a digest; the members, when the plan still holds. Called by
pipeline.intake for the studio, by `members import --plan`.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from newsletter.audience import cells
from newsletter.audience.differences import Difference, differences
from newsletter.audience.encodings import Decoding, lines
from newsletter.audience.importing import UNKNOWN, Known, Page
from newsletter.audience.notes import Note
from newsletter.audience.records import records
from newsletter.audience.sealing import seal
from newsletter.model.errors import NotAllowed
from newsletter.model.member import Member
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.pipeline.importing import PIECE, Options, Remark, import_members

SHOWN = 50  #: rows of each kind that a plan holds one by one

__all__ = [
    "SHOWN",
    "Changed",
    "Difference",
    "Listed",
    "Note",
    "Options",
    "Plan",
    "Remark",
    "apply",
    "plan",
    "refused_rows",
]


class Changed(NamedTuple):
    """A member who is there already, and what would be different."""

    line: int
    member: Member
    differences: tuple[Difference, ...]


class Listed(NamedTuple):
    """An address of the file that is on the do-not-mail list and stays there, with the reasons."""

    line: int
    email: str
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What a file would do. `added + changed + unchanged` count rows, and with `refused` all of them; the lists hold the first few.

    `leaving` counts addresses that the file itself says left. `digest` names this very plan.
    """

    digest: str = ""
    encoding: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    repeated: int = 0
    listed: int = 0
    leaving: int = 0
    not_mailable: dict[str, int] = field(default_factory=dict)
    new_rows: list[tuple[int, Member]] = field(default_factory=list)
    changed_rows: list[Changed] = field(default_factory=list)
    listed_rows: list[Listed] = field(default_factory=list)
    refused_rows: list[Remark] = field(default_factory=list)
    repeated_rows: list[Remark] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    seals: tuple[bytes, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return self.added + self.changed + self.unchanged + self.refused


class _Witness:
    """Sees every page before it is written, and keeps what is shown of it."""

    def __init__(self) -> None:
        self.plan = Plan()
        self.seals: list[bytes] = []

    def __call__(self, page: Page, before: Mapping[bytes, Known]) -> None:
        self.seals.append(seal(page, before))
        self.plan.leaving += len(page.leaving)
        for key, known in page.after.items():
            old = before.get(key, UNKNOWN)
            if old.suppressions:
                self.plan.listed += not old.line  # an address that an earlier page named is counted there
                self._keep_listed(old, known)
            if known.member is not None:
                self._keep(old.member, known.member, known.line)

    def _keep_listed(self, old: Known, known: Known) -> None:
        if known.member and not old.line and len(self.plan.listed_rows) < SHOWN:
            reasons = tuple(sorted(reason.value for reason in old.suppressions))
            self.plan.listed_rows.append(Listed(known.line, known.member.email, reasons))

    def _keep(self, old: Member | None, new: Member, line: int) -> None:
        if old is None:
            if len(self.plan.new_rows) < SHOWN:
                self.plan.new_rows.append((line, new))
        elif old != new and len(self.plan.changed_rows) < SHOWN:
            self.plan.changed_rows.append(Changed(line, old, differences(old, new)))


def plan(ctx: Context, path: Path, options: Options) -> Plan:
    """What a file would do now; nothing is written. Raises AuthorError for a file that cannot be read as members at all."""
    return _run(ctx, path, replace(options, dry_run=True, agreed=None))


def apply(ctx: Context, path: Path, options: Options, digest: str) -> Plan:
    """Do what the plan with this digest said, or nothing. Raises NotAllowed when members were changed since.

    Where somebody changes a member while it is written, what follows is not: what was written was as agreed, and the new plan holds the rest.
    """
    found = plan(ctx, path, options)
    if found.digest != digest:
        raise NotAllowed(
            Said(
                "members were changed since this plan was made, and it would not do the same any more",
                "des membres ont été modifiés depuis ce plan, et il ne ferait plus la même chose",
            ),
            code="import-changed",
            hint=Said(
                "Look at the plan as it is now, and apply that. Nothing was written.",
                "Regardez le plan tel qu’il est maintenant, puis appliquez-le. Rien n’a été écrit.",
            ),
        )
    done = _run(ctx, path, replace(options, dry_run=False, agreed=found.seals))
    # Written pages no longer tell an address that stands twice from one that stood on the list before.
    done.listed, done.listed_rows = found.listed, found.listed_rows
    return done


def _run(ctx: Context, path: Path, options: Options) -> Plan:
    witness = _Witness()
    with import_members(ctx, path, options, watch=witness) as report:
        found = witness.plan
        found.encoding = report.decoding.encoding
        found.columns = tuple(report.columns.understood)
        found.added, found.changed, found.unchanged = report.kinds.values()
        found.refused = report.refused_count
        found.not_mailable = {why: number for why, number in report.not_mailable.items() if number}
        found.refused_rows = _first(report.refused())
        found.repeated_rows = _first(report.repeated())
        found.repeated = report.scratch.count("repeated")
        found.notes = sorted(report.notes, key=lambda note: -note.rows)[:SHOWN]
        found.seals = tuple(witness.seals)
        found.digest = _digest(path, options, found)
        return found


def _first(remarks: Iterator[Remark]) -> list[Remark]:
    return [one for one, _ in zip(remarks, range(SHOWN), strict=False)]


def _digest(path: Path, options: Options, found: Plan) -> str:
    """Of the file's bytes, of what was decided about it, and of every page."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    chosen = (
        sorted(options.columns.items()),
        sorted(options.headers.items()),
        options.basis,
        options.evidence,
    )
    digest.update(msgspec.msgpack.encode((chosen, found.seals)))
    return digest.hexdigest()


def refused_rows(ctx: Context, path: Path, options: Options) -> Iterator[str]:
    """The rows of a file that cannot be taken, as CSV: their line, the reason, and their cells as they stand; header first."""
    with import_members(ctx, path, replace(options, dry_run=True, agreed=None)) as report:
        wanted = report.refused()
        one = next(wanted, None)
        with path.open("rb") as file:
            found = records(lines(iter(lambda: file.read(PIECE), b""), Decoding(options.name or path.name)))
            header = next(found)
            yield _csv(["line", "reason", *header.cells])
            for record in found:
                if one is None:
                    return
                if record.line == one.line:
                    yield _csv([str(one.line), one.text, *(record.cells or [one.email])])
                    one = next(wanted, None)


def _csv(row: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([cells.guarded(cells.clean(cell)) for cell in row])
    return text.getvalue()
