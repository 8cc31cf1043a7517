"""A file of members handed in through the studio: kept, its columns decided, planned, applied once, forgotten.

In: bytes, choices, the digest of a plan. Out: an Intake; what its columns hold; a Plan. Called by the studio; swept by the
worker, too.

The file lies in var/imports/, readable by nobody else, until it is applied or dropped, and a week at the most.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from newsletter.audience import cells, mapping
from newsletter.audience.encodings import Decoding, lines, refuse_workbook
from newsletter.audience.mapping import FURTHER, NOTHING, TARGETS
from newsletter.audience.records import records
from newsletter.model.errors import AuthorError, NotAllowed, NotFound
from newsletter.model.intake import Intake, IntakeState
from newsletter.model.member import ConsentBasis
from newsletter.model.said import Said
from newsletter.pipeline import import_plan
from newsletter.pipeline.context import Context
from newsletter.pipeline.import_plan import Options, Plan
from newsletter.pipeline.importing import PIECE, header_of
from newsletter.store import audit
from newsletter.store import intake as rows
from newsletter.workspace import forget_private, keep_private, private_path

__all__ = [
    "FURTHER", "MAX_SIZE", "NOTHING", "TARGETS", "Column", "Sight", "apply", "decide", "drop", "find", "listed", "planned",
    "receive", "refused", "sight", "sweep",
]  # fmt: skip

FOLDER = "imports"
MAX_SIZE = 20_000_000  #: bytes of one file; `newsletter members import` takes longer ones
KEPT = timedelta(days=7)
MAX_OPEN = 20  #: files that wait at one time
STUCK = timedelta(minutes=30)  #: after which an import that never ended may be planned again
MAX_EVIDENCE = 1000
_SAMPLES, _LOOKED_AT = 3, 500
_OPEN = (IntakeState.NEW, IntakeState.MAPPED)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its header, the first few values, what it is taken for, and what a person decided."""

    position: int
    header: str
    samples: tuple[str, ...]
    guess: str
    target: str


@dataclass(frozen=True, slots=True)
class Sight:
    """The first look into a file. `separator` is the sign between its cells as a word of the header line shows it."""

    columns: tuple[Column, ...]
    encoding: str
    nameless: int


def receive(ctx: Context, name: str, data: bytes) -> Intake:
    """Keep a file that was uploaded. Raises NotAllowed when it is too large or no CSV file, AuthorError when its header cannot be read."""
    sweep(ctx)
    shown = cells.clean(name.replace("\\", "/").rpartition("/")[2])[-120:] or "members.csv"
    _check(data, shown)
    digest = hashlib.sha256(data).hexdigest()
    now = ctx.now()
    with ctx.store.write() as db:
        if sum(one.is_open for one in rows.listed(db, MAX_OPEN * 2)) >= MAX_OPEN:
            raise NotAllowed(
                Said(f"{MAX_OPEN} files wait already", f"{MAX_OPEN} fichiers attendent déjà"),
                code="import-too-many",
                hint=Said("Apply or drop some of them.", "Appliquez-en ou abandonnez-en quelques-uns."),
            )
        number = rows.put(db, rows.File(shown, len(data), digest, now + KEPT), now, ctx.actor)
        keep_private(ctx.root, FOLDER, _file(number), [data])
        audit.note(db, now, ctx.actor, "import-upload", shown, {"bytes": len(data)})
    try:
        sight(ctx, find(ctx, number))
    except AuthorError:
        drop(ctx, number)
        raise
    return find(ctx, number)


def _check(data: bytes, name: str) -> None:
    if len(data) > MAX_SIZE:
        raise NotAllowed(
            Said(
                f"{name} is larger than {MAX_SIZE // 1_000_000} MB",
                f"{name} dépasse {MAX_SIZE // 1_000_000}\u00a0Mo",
            ),
            code="import-too-large",
            hint=Said(
                "Cut it into several files, or use `newsletter members import`.",
                "Divisez-le en plusieurs fichiers, ou utilisez `newsletter members import`.",
            ),
        )
    refuse_workbook(data[:8], Decoding(name))
    if not data.strip():
        raise NotAllowed(
            Said(f"{name} is empty", f"{name} est vide"),
            code="import-empty",
            hint=Said("Choose the file again.", "Choisissez le fichier de nouveau."),
        )


def _file(number: int) -> str:
    return f"{number}.csv"


def _refused(number: int) -> str:
    return f"{number}.refused.csv"


def find(ctx: Context, number: int) -> Intake:
    """The file with a number. Raises NotFound."""
    with ctx.store.read() as db:
        found = rows.get(db, number)
    if found is None:
        raise NotFound(
            Said(
                f"there is no import with the number {number}",
                f"il n’y a pas d’importation qui porte le numéro {number}",
            ),
            code="import-unknown",
        )
    return found


def listed(ctx: Context) -> list[Intake]:
    """The newest files that were handed in."""
    with ctx.store.read() as db:
        return [one for one in rows.listed(db) if one.state is not IntakeState.DROPPED]


def sight(ctx: Context, intake: Intake) -> Sight:
    """What stands in the columns of a file, and what each is taken for. Raises AuthorError."""
    with _path(ctx, intake).open("rb") as file:
        decoding = Decoding(intake.name)
        found = records(lines(iter(lambda: file.read(PIECE), b""), decoding))
        columns, _ = header_of(next(found, None), intake.name, decided=True)
        guesses = mapping.guessed(columns)
        looked = [record.cells for record in islice(found, _LOOKED_AT) if record.cells]
    return Sight(
        tuple(
            Column(n, columns.headers[n], _samples(looked, n), guess, intake.columns.get(n, guess))
            for n, guess in guesses.items()
        ),
        decoding.encoding,
        len(columns.nameless),
    )


def _samples(looked: list[list[str]], n: int) -> tuple[str, ...]:
    values = (cells.clean(row[n])[:80] for row in looked if n < len(row))
    return tuple(islice(dict.fromkeys(value for value in values if value), _SAMPLES))


def _path(ctx: Context, intake: Intake) -> Path:
    path = private_path(ctx.root, FOLDER, _file(intake.id))
    if not intake.is_open or not path.exists():
        raise NotAllowed(
            Said(
                f"{intake.name} was applied or dropped already",
                f"{intake.name} a déjà été appliqué ou abandonné",
            ),
            code="import-closed",
            hint=Said("Hand the file in again.", "Remettez le fichier."),
        )
    return path


def decide(ctx: Context, number: int, columns: Mapping[int, str], basis: str, evidence: str) -> Intake:
    """Write down what the columns become, and the ground of consent for rows that bring none.

    Raises AuthorError for choices that cannot be, NotAllowed for express consent without evidence, or a file that is closed.
    """
    intake = find(ctx, number)
    path, told = _path(ctx, intake), cells.clean(evidence)[:MAX_EVIDENCE]
    ground = ConsentBasis(basis) if basis in set(ConsentBasis) else None
    if ground is ConsentBasis.EXPRESS and not told:
        raise NotAllowed(
            Said("express consent needs proof", "un consentement exprès demande une preuve"),
            code="consent-unproven",
            hint=Said(
                "Say how these people consented: the form, the event, the date.",
                "Indiquez comment ces personnes ont consenti\u00a0: le formulaire, l’événement, la date.",
            ),
        )
    with path.open("rb") as file:
        found = records(lines(iter(lambda: file.read(PIECE), b""), Decoding(intake.name)))
        header, place = header_of(next(found, None), intake.name, decided=True)
        mapping.chosen(header, columns, place)
    chosen = {str(n): target for n, target in columns.items()}
    with ctx.store.write() as db:
        values = {
            "columns": chosen,
            "basis": ground.value if ground else "",
            "evidence": told if ground else "",
        }
        if not rows.change(db, number, _OPEN, IntakeState.MAPPED, ctx.now(), **values):
            raise _busy(intake)
        ground_told = {"basis": values["basis"], "evidence": values["evidence"]}
        audit.note(db, ctx.now(), ctx.actor, "import-columns", intake.name, ground_told)
    return find(ctx, number)


def planned(ctx: Context, intake: Intake) -> Plan:
    """What the file would do now. Raises AuthorError, NotAllowed."""
    return import_plan.plan(ctx, _path(ctx, intake), _options(intake))


def _options(intake: Intake) -> Options:
    return Options(
        basis=ConsentBasis(intake.basis) if intake.basis else None,
        evidence=intake.evidence,
        columns=intake.columns,
        name=intake.name,
    )


def apply(ctx: Context, number: int, digest: str) -> Intake:
    """Do what the plan with this digest said, once: a second call finds it done. Raises NotAllowed when the plan no longer holds."""
    intake = find(ctx, number)
    if intake.state is IntakeState.APPLIED:
        return intake
    path, options = _path(ctx, intake), _options(intake)
    with ctx.store.write() as db:
        if not rows.change(db, number, [IntakeState.MAPPED], IntakeState.APPLYING, ctx.now()):
            raise _busy(intake)
    try:
        refused = b"".join(line.encode() for line in import_plan.refused_rows(ctx, path, options))
        done = import_plan.apply(ctx, path, options, digest)
    except BaseException:
        with ctx.store.write() as db:
            rows.change(db, number, [IntakeState.APPLYING], IntakeState.MAPPED, ctx.now())
        raise
    if done.refused:
        keep_private(ctx.root, FOLDER, _refused(number), [b"\xef\xbb\xbf", refused])
    result = {
        "added": done.added,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "refused": done.refused,
        "listed": done.listed,
        "leaving": done.leaving,
    }
    with ctx.store.write() as db:
        rows.change(db, number, [IntakeState.APPLYING], IntakeState.APPLIED, ctx.now(), result=result)
    forget_private(ctx.root, FOLDER, _file(number))
    return find(ctx, number)


def _busy(intake: Intake) -> NotAllowed:
    return NotAllowed(
        Said(
            f"{intake.name} is just being applied, or its columns are not decided",
            f"{intake.name} est en cours d’application, ou ses colonnes ne sont pas décidées",
        ),
        code="import-busy",
        hint=Said("Look at it again in a moment.", "Regardez-le de nouveau dans un instant."),
    )


def refused(ctx: Context, intake: Intake) -> Iterator[str]:
    """The rows that cannot be taken, or were not, as CSV. Raises NotAllowed when they are kept no longer."""
    if intake.is_open:
        yield "\ufeff"
        yield from import_plan.refused_rows(ctx, _path(ctx, intake), _options(intake))
        return
    path = private_path(ctx.root, FOLDER, _refused(intake.id))
    if not path.exists():
        raise NotAllowed(
            Said(
                f"the refused rows of {intake.name} are kept no longer",
                f"les lignes refusées de {intake.name} ne sont plus conservées",
            ),
            code="import-closed",
        )
    yield path.read_text(encoding="utf-8")


def drop(ctx: Context, number: int) -> None:
    """Forget a file that was not applied. A second time changes nothing."""
    with ctx.store.write() as db:
        dropped = rows.change(db, number, _OPEN, IntakeState.DROPPED, ctx.now())
        found = rows.get(db, number)
        if dropped and found is not None:
            audit.note(db, ctx.now(), ctx.actor, "import-drop", found.name)
    if dropped:
        forget_private(ctx.root, FOLDER, _file(number))


def sweep(ctx: Context) -> int:
    """Forget files that nobody came back to, and refused rows that are a week old; open again what broke off. How many were forgotten."""
    now = ctx.now()
    with ctx.store.read() as db:
        found = rows.with_files(db)
    broken = [one for one in found if one.state is IntakeState.APPLYING and one.changed_at + STUCK < now]
    late = [one for one in found if one.expires_at <= now and one.state is not IntakeState.APPLYING]
    forgotten = 0
    if broken or any(one.is_open for one in late):
        with ctx.store.write() as db:
            for one in broken:
                rows.change(db, one.id, [IntakeState.APPLYING], IntakeState.MAPPED, now)
            forgotten = sum(rows.change(db, one.id, _OPEN, IntakeState.DROPPED, now) for one in late)
    for one in late:
        forget_private(ctx.root, FOLDER, _file(one.id))
        forget_private(ctx.root, FOLDER, _refused(one.id))
    return forgotten
