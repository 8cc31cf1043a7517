"""The lease: a restored backup or a copied machine never sends by itself.

In: a Context. Out: whether it may send, or NotAllowed that names `newsletter claim`. Called by submit, approve, control, the runner.

It is looked at in the transaction that lets a batch leave. The counter grows there and is on this machine's disk before the call:
so a database that is behind it was put back (docs/explanation/lease.md).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Lock

from newsletter import host
from newsletter.model.errors import ConfigurationError, NotAllowed
from newsletter.model.lease import Lease, Tenure, tenure
from newsletter.model.said import NOTHING, Said
from newsletter.pipeline.context import Context
from newsletter.store import Connection, leases
from newsletter.workspace.state import keep_lease, read_lease

log = logging.getLogger(__name__)

_SENTENCES = {
    Tenure.MACHINE: Said(
        "this database was last used on another machine ({host}, {path})",
        "cette base de données a servi en dernier sur un autre ordinateur ({host}, {path})",
    ),
    Tenure.PATH: Said(
        "this database was last used in another folder ({path})",
        "cette base de données a servi en dernier dans un autre dossier ({path})",
    ),
    Tenure.ABSENT: Said(
        "this machine remembers nothing of this database, which was used here before",
        "cet ordinateur ne se souvient de rien de cette base de données, qui a pourtant servi ici",
    ),
    Tenure.BEHIND: Said(
        "this database is older than what was done with it: a backup was put back",
        "cette base de données est plus ancienne que ce qu’on a fait avec elle\u00a0: une sauvegarde a été rétablie",
    ),
}
_keeping = Lock()  # of two slots, the one that counted further writes last


class NotOurs(NotAllowed):
    """This copy of the database may not send from here."""


@dataclass(frozen=True, slots=True)
class Look:
    """`known`: what the database says; `kept`: what this machine remembers; `here`: where we are."""

    tenure: Tenure
    known: Lease | None
    kept: Lease | None
    here: Lease

    @property
    def counter(self) -> int:
        """The furthest that anybody has counted."""
        return max(one.counter if one else 0 for one in (self.known, self.kept))

    @property
    def sentence(self) -> Said:
        """Why it may not send; empty when it may."""
        last = self.kept if self.known is not None and self.known.same_place(self.here) else self.known
        place = last or self.here
        told = _SENTENCES.get(self.tenure, NOTHING)
        return Said(*(text.format(host=place.host, path=place.path) for text in (told.en, told.fr)))


def look(ctx: Context) -> Look:
    """How the database of this workspace stands to this machine. Raises ConfigurationError."""
    with ctx.store.read() as db:
        return look_in(ctx, db)


def look_in(ctx: Context, db: Connection) -> Look:
    """The same, in a transaction."""
    where = _here(ctx.root)
    # The file first: another slot that counts on between the two looks must not make the database seem older than it is.
    kept = read_lease(folder(ctx), ctx.instance, where.path)
    known = leases.known(db, where)
    return Look(tenure(known, kept, where), known, kept, where)


def folder(ctx: Context) -> Path:
    """Where this machine keeps what it remembers."""
    given = ctx.settings.text("state_dir")
    return Path(given).expanduser() if given else host.state_home() / "newsletter"


@cache
def _machine() -> tuple[str, str]:
    return host.machine()


def _here(root: Path) -> Lease:
    return Lease(*_machine(), str(root.resolve()))


def place(ctx: Context) -> str:
    """How the names of workers of this machine and folder begin, in the ledger."""
    here = _here(ctx.root)
    digest = hashlib.sha256(f"{here.machine}\0{here.path}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{here.host}:{digest}:"


def require(ctx: Context) -> None:
    """Raises NotOurs where nothing may be sent from this database, ConfigurationError where that cannot be told (Superseded: by this
    program any more)."""
    ctx.store.require_current()
    _require(look(ctx))


def _require(found: Look) -> None:
    if found.tenure.may_send:
        return
    raise NotOurs(
        Said(f"{found.sentence.en}: nothing is sent from it", f"{found.sentence.fr}\u00a0: rien n’en part"),
        code="not-claimed",
        hint=Said(
            "`newsletter claim` shows what is known, and lets this copy send. The other one must never send again.",
            "`newsletter claim` montre ce qu’on en sait, et laisse cette copie envoyer. L’autre ne doit plus jamais envoyer.",
        ),
    )


def step(ctx: Context, db: Connection) -> Lease:
    """Count one act further, in its own transaction; what is returned is to be kept (`keep`) before anything leaves.

    Raises NotOurs where nothing may be sent from this database.
    """
    found = look_in(ctx, db)
    _require(found)
    if (
        found.tenure is Tenure.FREE
    ):  # before the database knows: so that a crash in between leaves nothing to claim
        keep_lease(folder(ctx), ctx.instance, found.here.path, found.here)
    counted = replace(found.here, counter=found.counter + 1, at=ctx.now())
    leases.put(db, counted)
    return counted


def keep(ctx: Context, counted: Lease) -> None:
    """Remember on this machine how far was counted. Raises ConfigurationError."""
    with _keeping:
        kept = read_lease(folder(ctx), ctx.instance, counted.path)
        if kept is None or kept.counter < counted.counter:
            keep_lease(folder(ctx), ctx.instance, counted.path, counted)


def take_from(ctx: Context, found: Look, taken: Lease) -> None:
    """After a claim: the other copies of this machine find that they may send no more."""
    for other in (found.known, found.kept):
        if other is not None and other.machine == taken.machine and other.path != taken.path:
            keep_lease(folder(ctx), ctx.instance, other.path, taken)


@contextmanager
def acting(ctx: Context) -> Iterator[Connection]:
    """A transaction of a person's act, after which a backup that was made before is known to be old. A copy that may not send may
    still be paused, held, cancelled: then nothing is counted."""
    counted = None
    with ctx.store.write() as db:
        try:
            if look_in(ctx, db).tenure is Tenure.OURS:
                counted = step(ctx, db)
        except ConfigurationError as error:
            log.warning("%s", error)
        yield db
    if counted is not None:
        try:
            keep(ctx, counted)
        except ConfigurationError as error:
            log.warning("%s", error)
