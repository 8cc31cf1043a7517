"""One step of a whole journey: import, approve, prepare, send, hear, settle, report, export; each in a process of its own.

In: a step's name, a workspace, how many members. Out: its Reading as the last line of the output. Called by bench.million.

`database_s` is time spent in statements, of all threads together. The database is the one that NEWSLETTER_DATABASE_URL names, else a
file in the workspace. A step imports what it needs by itself: what a process brings counts as its memory.
"""

from __future__ import annotations

import base64
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from bench import world
from bench.measuring import Meter, Reading
from newsletter.pipeline.context import Context

_CAMPAIGN = 1
KEY = "webhook.pem"
_PUBLIC = "webhook.pub"
_FOLLOWING = text("SELECT id, batch_id, address FROM deliveries WHERE id > :last ORDER BY id LIMIT :page")
_OPENED = ("NEWSLETTER_DATABASE_URL", "NEWSLETTER_SENDGRID_BASE_URL")


class _Spent:
    """Seconds that an engine's statements took."""

    def __init__(self, engine: Engine) -> None:
        self.seconds = 0.0
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)

    def _before(self, connection: Any, *_: object) -> None:
        connection.info["bench"] = time.perf_counter()

    def _after(self, connection: Any, *_: object) -> None:
        self.seconds += time.perf_counter() - connection.info["bench"]


def settings(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What a step is told beside the workspace's own settings, of these variables."""
    own = {name: given[name] for name in _OPENED if name in given}
    return own | {"NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": (folder / _PUBLIC).read_text()}


@contextmanager
def opened(folder: Path, given: Mapping[str, str]) -> Iterator[Context]:
    """The program in this workspace."""
    with world.opened(folder, clock=world.CLOCK, **settings(folder, given)) as ctx:
        yield ctx


def _import(ctx: Context, folder: Path) -> None:
    from newsletter.pipeline.importing import import_members

    with import_members(ctx, folder / world.CSV):
        pass


def _approve(ctx: Context, _folder: Path) -> None:
    world.scheduled(ctx)


def _prepare(ctx: Context, _folder: Path) -> None:
    from newsletter.pipeline import due

    due.start_due(ctx, _CAMPAIGN)


def _send(ctx: Context, _folder: Path) -> None:
    from newsletter.cli import running

    assert running.run_to_end(ctx, _CAMPAIGN, quiet=True) == 0


def _hear(ctx: Context, folder: Path) -> None:
    """Signed posts about everybody are verified, kept, and applied as they come."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    from bench import hooks
    from newsletter.pipeline import record

    key = serialization.load_pem_private_key((folder / KEY).read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    last = 0
    while rows := _following(ctx, last, hooks.EACH // 2):  # each tells of two events
        last = rows[-1][0]
        post = hooks.signed_post(key, hooks.about(rows, ctx.instance))
        record.receive(ctx, "sendgrid", post["headers"], post["body"].encode())
        hooks.apply(ctx)


def _following(ctx: Context, last: int, page: int) -> list[tuple[int, int, str]]:
    with ctx.store.read() as db:
        return [tuple(row) for row in db.execute(_FOLLOWING, {"last": last, "page": page})]


def _settle(ctx: Context, _folder: Path) -> None:
    from newsletter.pipeline import settle

    found = settle.settle(ctx)
    assert (found.held, found.unclear) == (0, 0), found


def _report(ctx: Context, _folder: Path) -> None:
    from newsletter.pipeline import report

    report.as_json(report.report(ctx, _CAMPAIGN))


def _export(ctx: Context, folder: Path) -> None:
    from newsletter.pipeline import exporting, members

    exporting.write(folder / "export.csv", members.exported(ctx))


STEPS: Mapping[str, Callable[[Context, Path], None]] = {
    "import": _import,
    "approve": _approve,
    "prepare": _prepare,
    "send": _send,
    "hear": _hear,
    "settle": _settle,
    "report": _report,
    "export": _export,
}


def make(folder: Path, count: int) -> None:
    """A workspace with the file of so many members, and a key that events are signed with."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    world.workspace(folder)
    world.write_csv(folder / world.CSV, count)
    private = ec.generate_private_key(ec.SECP256R1())
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / KEY).write_bytes(private.private_bytes(*form))
    (folder / KEY).chmod(0o600)
    public = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    (folder / _PUBLIC).write_bytes(base64.b64encode(private.public_key().public_bytes(*public)))


def run(name: str, folder: Path, count: int) -> Reading:
    """One step; afterwards the ledger is asked whether it did what it should."""
    with opened(folder, os.environ) as ctx:
        ctx.provider("sendgrid")
        spent = _Spent(ctx.store.engine)
        meter = Meter()
        STEPS[name](ctx, folder)
        reading = meter.read(count, database_s=spent.seconds)
        if name in {"prepare", "send", "hear"}:
            _look(ctx, name, count)
    return reading


def _look(ctx: Context, name: str, count: int) -> None:
    from newsletter.pipeline.progress import progress
    from newsletter.store import campaigns

    with ctx.store.read() as db:
        candidates = campaigns.detail(db, _CAMPAIGN).candidates
    books = progress(ctx, _CAMPAIGN).books
    assert (candidates, books.prepared) == (count, count), books
    if name != "prepare":
        assert (books.accepted, books.pending) == (count, 0), books


if __name__ == "__main__":
    print(run(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])).as_json())
