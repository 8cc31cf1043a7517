"""`newsletter demo`: the whole way of a holiday greeting on this machine, from the file to the closed books.

In: nothing. Out: a printed story, and files under var/demo. Called by the command line and `make demo`.

The mail goes through the real SendGrid provider, over HTTP, to the local emulator; its signed events, and its readers' opens,
clicks and unsubscribes, come back to a real `serve`. No key is used; an exported one is removed.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from newsletter import app, cli
from newsletter.cli.demo_people import members_csv
from newsletter.cli.demo_stage import Stage, free_port
from newsletter.model.errors import ConfigurationError, NotFound

SLUG = "2020-12-16-holiday-greeting"
NEXT = "2021-12-22-holiday-greeting"
MORNING = datetime(2020, 12, 16, 14, 0, tzinfo=UTC)  # nine o'clock in Toronto
_PATIENCE = 45.0


@click.command()
@click.option(
    "--members", "count", type=click.IntRange(1, 100_000), default=3000, help="How many synthetic members."
)
def command(count: int) -> int:
    """The whole way of a holiday greeting, on this machine only."""
    begun = time.monotonic()
    folder = _folder()
    with Stage(folder, MORNING) as stage:
        click.echo(f"A workspace in {folder}. It is 16 December 2020, nine in the morning in Toronto.")
        stage.run("init", str(folder), show=False)
        stage.settle_in()
        (folder / "members.csv").write_text(members_csv(count), encoding="utf-8")
        inbox = stage.play(free_port())
        stage.run("check", SLUG)
        stage.run("build", SLUG, "--out", "built")
        stage.run("members", "import", "members.csv")
        stage.run("send", SLUG, "--segment", "everyone", "--yes")
        _wait_for_readers(stage)
        stage.run("report", "1")
        click.echo(f"\n{_books(stage)}")
        _schedule(stage)
        click.echo(f"The inbox of the emulator was {inbox}; `newsletter emulator` starts one that stays.")
        click.echo(f"Done in {time.monotonic() - begun:.0f} s. See the greeting in the browser:")
        click.echo(click.style(f"  cd {folder} && {_program()} preview {SLUG}", bold=True))
        _to_the_studio(stage, folder)
    return cli.DONE


def _to_the_studio(stage: Stage, folder: Path) -> None:
    """How to enter the studio, where this mailing's report is: the link of the first account, made by the clock of today."""
    first = stage.run("staff", "link", "--first", show=False, today=True).strip()
    click.echo("Or go into the studio: start it, and open the link, which works once, within 24 hours:")
    click.echo(click.style(f"  cd {folder} && {_program()} serve", bold=True))
    click.echo(f"  {first}")


def _program() -> str:
    """How to call this program from another folder."""
    beside = Path(sys.executable).with_name("newsletter")
    return str(beside) if beside.exists() else f"{sys.executable} -m newsletter"


def _folder() -> Path:
    """var/demo of the workspace we are in, emptied; else a temporary folder."""
    try:
        folder = app.locate().root / "var" / "demo"
    except (NotFound, ConfigurationError):
        return Path(tempfile.mkdtemp(prefix="newsletter-demo-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _wait_for_readers(stage: Stage) -> None:
    """Readers open, click and unsubscribe in emulated time; their events arrive and are applied."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Readers open, click, unsubscribe; signed events come back")
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and not stage.readers_done():
            time.sleep(0.5)
            bar.update(
                task, description=f"Readers open, click, unsubscribe (it is {stage.now():%H:%M} UTC there)"
            )
        time.sleep(1.5)  # the worker looks at new hooks twice a second


def _books(stage: Stage) -> str:
    """The line that says that everybody is accounted for, computed from the report."""
    report = stage.asked("report", "1")
    excluded = sum(report["excluded"].values())
    words = "books closed" if report["closed"] else "books open"
    handed = f"{report['accepted']:,} accepted + {sum(report['skipped'].values()):,} skipped + {report['rejected']:,} rejected"
    return (
        f"{words}: candidates = {report['candidates']:,} = {report['prepared']:,} prepared + {excluded:,} excluded; "
        f"prepared = {handed} + {report['in_doubt'] + report['held']:,} not confirmed"
    )


def _schedule(stage: Stage) -> None:
    """Next year's greeting, begun with the text of this one: three working days before Christmas, in each reader's own time."""
    for path in sorted((stage.folder / "issues").glob(f"{SLUG}*")):
        copy = path.with_name(path.name.replace(SLUG, NEXT))
        if path.is_dir():
            shutil.copytree(path, copy)
        else:
            text = path.read_text(encoding="utf-8").replace(SLUG, NEXT).replace("2020-12-16", "2021-12-22")
            copy.write_text(text.replace("2020", "2021"), encoding="utf-8")
    click.echo(f"\nNext year's greeting, begun with this year's text: issues/{NEXT}.en.md and .fr.md")
    stage.run(
        *("schedule", NEXT, "--segment", "everyone", "--holiday", "Christmas Day", "--year", "2021"),
        *("--offset", "-3 working days", "--at", "09:00", "--zone", "member", "--yes"),
    )
