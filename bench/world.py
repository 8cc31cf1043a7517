"""The ground that suites stand on: a workspace, synthetic members, a campaign whose recipients are written down.

In: a folder, a number of members. Out: files and databases in it, made by the program's own verbs. Called by the suites.

What only some of them need is imported where it is used: what a process brings counts as its memory.
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from newsletter import app
from newsletter.pipeline.context import Context

SLUG = "2020-12-16-holiday-greeting"
CLOCK = datetime(2020, 12, 16, 14, tzinfo=UTC)
LATER = datetime(2020, 12, 16, 15, tzinfo=UTC)  #: when what was prepared is sent
EMPTY, PREPARED = "empty.db", "prepared.db"  #: databases that are kept for copying
_STATE = "state"
CSV = "members.csv"
CHECKING = "checking"

_FIRST = ("Amelia", "Noah", "Étienne", "Priya", "Zoé", "Liam", "Océane", "Jack", "Wei", "Noémie")
_LAST = ("Campbell", "O'Brien", "Bélanger", "Singh", "Nguyen", "Tremblay", "MacDonald", "Côté")
_COMPANIES = ("Northern Precision Ltd.", "Ateliers Nœud & Fils inc.", "Maple Robotics", "Boréal Composites")
_PLACES = (("ON", "America/Toronto"), ("QC", "America/Montreal"), ("BC", "America/Vancouver"), ("", ""))
_COLUMNS = (
    "email", "first_name", "last_name", "company", "province", "language", "timezone", "tags", "consent_basis",
    "consent_date", "consent_evidence",
)  # fmt: skip


def members(count: int) -> Iterator[tuple[str, ...]]:
    """So many members as rows of a file: a tenth without a language, a third with letters outside ASCII."""
    for number in range(count):
        province, zone = _PLACES[number % 4]
        yield (
            f"{_FIRST[number % 10].lower().encode('ascii', 'ignore').decode()}.{number}@plant{number % 997}.example",
            _FIRST[number % 10],
            _LAST[number % 8],
            f"{_COMPANIES[number % 4]} {number % 500}",
            province,
            "" if number % 10 == 9 else ("en", "fr")[number % 3 == 1],
            zone,
            "aerospace;automotive" if number % 5 == 0 else "",
            "express",
            "2019-05-01",
            f"form {number}",
        )


def write_csv(path: Path, count: int) -> None:
    """The same as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(members(count))


def workspace(folder: Path) -> Path:
    """A workspace with the sample issues; the greeting shows three fields of its reader. Also an empty database."""
    from newsletter.pipeline import start

    if not (folder / "newsletter.toml").exists():
        start.init(folder)
        for language, words in (("en", "your company"), ("fr", "votre entreprise")):
            path = folder / "issues" / f"{SLUG}.{language}.md"
            more = f'\n\n{{{{ member.company | default("{words}") }}}}, {{{{ member.province | default("Canada") }}}}\n'
            path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
        with opened(folder):
            pass
        keep(folder, EMPTY)
    return folder


def settings(folder: Path, sink: str = "http://127.0.0.1:9", clock: datetime = LATER) -> dict[str, str]:
    """What the program is told by its environment."""
    return {
        "NEWSLETTER_PROVIDER": "sendgrid",
        "NEWSLETTER_SENDGRID_BASE_URL": sink,
        "NEWSLETTER_SEND_RATE_PER_MINUTE": "0",
        "NEWSLETTER_CLOCK": clock.isoformat(),
        "SENDGRID_API_KEY": "SG.this-is-no-key",
        "NEWSLETTER_STATE_DIR": str(folder / _STATE),
    }


@contextmanager
def opened(
    folder: Path, sink: str = "http://127.0.0.1:9", clock: datetime = LATER, **more: str
) -> Iterator[Context]:
    """The program in this workspace, with a clock in 2020 and a provider that is a sink."""
    with app.opened(folder, settings(folder, sink, clock) | more) as ctx:
        yield ctx


def imported(folder: Path, count: int, clock: datetime = LATER) -> None:
    """A workspace in whose database so many members are."""
    from newsletter.pipeline.importing import import_members

    workspace(folder)
    write_csv(folder / CSV, count)
    restore(folder, EMPTY)
    with opened(folder, clock=clock) as ctx, import_members(ctx, folder / CSV):
        pass


def campaign(folder: Path, count: int) -> None:
    """Make the database of an approved mailing of the greeting to so many members, all batches written down."""
    from newsletter.pipeline import due

    imported(folder, count, CLOCK)
    with opened(folder, clock=CLOCK) as ctx:
        due.start_due(ctx, scheduled(ctx))
    keep(folder, PREPARED)


def scheduled(ctx: Context, slug: str = SLUG) -> int:
    """Approve an issue (the greeting) to everyone, at once; the number of the campaign."""
    from newsletter.model.campaign import AudienceRule
    from newsletter.pipeline import approve, plan
    from newsletter.pipeline.freeze import freeze

    frozen = freeze(ctx, slug)
    assert frozen.edition is not None, frozen.findings
    ask = plan.Ask(frozen.edition, AudienceRule(("everyone",)), "sendgrid")
    number = plan.plan(ctx, ask, frozen.files).campaign.id
    approve.approve(ctx, number, plan.count(ctx, ask).zones)
    return number


def checking(folder: Path) -> bool:
    """True in the round that is not measured, in which results are looked at."""
    return (folder / CHECKING).exists()


def database(folder: Path) -> Path:
    """Where a workspace's database is."""
    return folder / "var" / "newsletter.db"


def restore(folder: Path, name: str) -> None:
    """Put a kept database in place."""
    for ending in ("-wal", "-shm"):
        database(folder).with_name(f"newsletter.db{ending}").unlink(missing_ok=True)
    shutil.copyfile(folder / name, database(folder))
    shutil.rmtree(folder / _STATE, ignore_errors=True)
    shutil.copytree(
        folder / f"{name}.{_STATE}", folder / _STATE
    )  # else it would be a backup that was put back


def keep(folder: Path, name: str) -> None:
    """Keep the database as it is now, for copying."""
    with sqlite3.connect(database(folder)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    shutil.copyfile(database(folder), folder / name)
    (folder / _STATE).mkdir(exist_ok=True)
    shutil.rmtree(folder / f"{name}.{_STATE}", ignore_errors=True)
    shutil.copytree(folder / _STATE, folder / f"{name}.{_STATE}")


def raw(folder: Path) -> sqlite3.Connection:
    """The database by the bare driver, tuned as the program tunes it."""
    db = sqlite3.connect(database(folder), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-2048"):
        db.execute(f"PRAGMA {pragma}")
    return db


def dicts(path: Path, count: int) -> list[dict[str, str]]:
    """The first rows of a member file, ready in memory, for those who do not read a database."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(islice(csv.DictReader(file), count))
