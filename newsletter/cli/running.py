"""Carry one campaign to its end while a person watches: progress, the countdown, Ctrl-C.

In: a Context and a campaign. Out: an exit code. Called by `send` and `resume`.

This process becomes the runner, or follows the one that lives (`work`, `serve`, another `send`).
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from newsletter import cli
from newsletter.cli.output import counted, spaced
from newsletter.host import when_told_to_end
from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import control
from newsletter.pipeline.context import Context
from newsletter.pipeline.progress import Glance, Progress, glance, progress, stands_still
from newsletter.worker.embedded import Runner
from newsletter.worker.house import PATIENCE

LOOK = 0.25  #: seconds between two looks at the books
SHARE = (
    10  #: and so many times as long as a look takes: counting a million people must not hold up the sending
)


class Watch:
    """Runs, or follows, until the campaign stands still."""

    def __init__(self, ctx: Context, campaign: int) -> None:
        self.ctx = ctx
        self.campaign = campaign
        self.runner = Runner(ctx, only=campaign, patience=PATIENCE)
        self.working: threading.Thread | None = None
        self.done = (
            threading.Event()
        )  # Python 3.11 takes a thread for ended when Ctrl-C falls into its join()
        self.failure: BaseException | None = None
        self.detached = False
        self.sizes: dict[int, int] = {}  # of batches, as of the last look

    def state(self) -> Progress:
        """Where the campaign stands."""
        return progress(self.ctx, self.campaign)

    def still(self) -> bool:
        """True when nothing more happens by itself."""
        return stands_still(self.ctx, self.campaign)

    def work_if_free(self) -> None:
        """Become the runner when nobody is."""
        if self.working is None and self.runner.start():
            self.working = threading.Thread(target=self._work, name="runner")
            self.working.start()

    def _work(self) -> None:
        try:
            self.runner.run(self.still)
        except BaseException as error:  # noqa: BLE001 - carried to the main thread, which raises it
            self.failure = error
        finally:
            self.done.set()

    def pause(self, seconds: float) -> None:
        """Wait so long, while the campaign moves."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not (self.detached or self.failure or self.still()):
            if self.done.wait(LOOK):
                self.runner.stop.wait(LOOK)

    def detach(self) -> None:
        """The campaign goes on with the next runner. Called by signal handlers too, so it takes no lock."""
        self.detached = True

    def end(self) -> None:
        """Calls under way end; nothing new starts here."""
        self.runner.stop.set()
        if self.detached and self.working is not None:
            click.echo("Detached: what is under way ends, nothing new leaves.", err=True)
        while self.working is not None and not self.done.is_set():
            try:
                self.done.wait()
            except KeyboardInterrupt:
                click.echo("What is under way ends first: else nobody would know who got it.", err=True)
        self.runner.close()
        if self.failure is not None:
            raise self.failure

    def interrupted(self) -> None:
        """Ctrl-C asks: pause, detach, or go on. Without a terminal it detaches: nothing is lost either way."""
        if not sys.stdin.isatty():
            self.detach()
            return
        with self._resting() as paused:
            answer = self._asked()
            if answer == "p":
                self._paused()
            elif paused:
                control.resume(self.ctx, self.campaign)
            self.detached = answer == "d"

    def _paused(self) -> bool:
        """Pause the campaign; False when it has just come to its end."""
        try:
            control.pause(self.ctx, self.campaign)
        except NotAllowed:
            return False
        return True

    @contextmanager
    def _resting(self) -> Iterator[bool]:
        """Nothing new leaves while a person is being asked; whether the campaign had to be paused for that."""
        if self.working is None:  # another process sends: only the ledger can stop it
            yield self._paused()
            return
        self.runner.rest.set()
        try:
            yield False
        finally:
            self.runner.rest.clear()

    @staticmethod
    def _asked() -> str:
        """The answer; whoever presses Ctrl-C again, or whose terminal is gone, wants to be left alone."""
        try:
            answer: str = click.prompt(
                "\nNothing new leaves while you decide. Pause the mailing, detach (it goes on with `work`, `serve` or `resume`), "
                "or continue?",
                type=click.Choice(["p", "d", "c"]),
                default="p",
                err=True,
            )
        except click.Abort:
            return "p"
        return answer


def run_to_end(ctx: Context, campaign: int, *, quiet: bool = False) -> int:
    """Send until the campaign stands still; the exit code of the command line."""
    watch = Watch(ctx, campaign)
    with when_told_to_end(watch.detach):
        try:
            with _bar(quiet=quiet) as bar:
                _follow(watch, bar)
        finally:
            watch.end()
    return conclusion(watch.state(), quiet=quiet)


def _follow(watch: Watch, bar: Bar) -> None:
    task = bar.add_task("Preparing", total=None)
    while not watch.detached:
        try:
            watch.work_if_free()
            began = time.monotonic()
            now = glance(watch.ctx, watch.campaign, watch.sizes)
            _show(bar, task, now, watch)
            if now.still or watch.failure:
                return
            watch.pause(max(LOOK, SHARE * (time.monotonic() - began)))
        except KeyboardInterrupt:
            bar.stop()
            watch.interrupted()
            bar.start()


def _show(bar: Bar, task: object, now: Glance, watch: Watch) -> None:
    text = "Handing over"
    if now.campaign.status in {CampaignStatus.SCHEDULED, CampaignStatus.PREPARING}:
        text = "Counting the recipients" if watch.working else "Waiting for the process that sends now"
    elif now.not_before and now.not_before > watch.ctx.now():
        left = int((now.not_before - watch.ctx.now()).total_seconds())
        text = f"First {spaced(now.handed_over)} are out. The rest follows in {left} s: Ctrl-C stops"
    elif now.proof_at:
        text = f"Some are not confirmed: revoked, and again once that is proven ({now.proof_at:%H:%M} UTC)"
    bar.update(task, description=text, completed=now.handed_over, total=now.prepared or None)  # type: ignore[arg-type]


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), disable=quiet, transient=False) as bar:
        yield bar


def conclusion(now: Progress, *, quiet: bool = False) -> int:
    """Say how it ended; the exit code (0 done, 1 the program stopped it, 3 something waits for a person)."""
    books, campaign = now.books, now.campaign
    if not quiet:
        click.echo(f"Mailing {campaign.id}: {campaign.status.value}. {now.sentence()}".rstrip(), err=True)
        if books.prepared:
            click.echo(_sums(now), err=True)
    if campaign.status is CampaignStatus.FINISHED:
        return cli.DONE
    if campaign.status is CampaignStatus.CANCELLED:
        return cli.REFUSED if not books.in_doubt + books.held else cli.OPEN
    if campaign.status is CampaignStatus.PAUSED and not now.paused_by_person:
        return cli.REFUSED
    return cli.OPEN


def _sums(now: Progress) -> str:
    books = now.books
    parts = {
        "handed over": books.accepted,
        "still to go": books.pending,
        "skipped": sum(books.skipped.values()),
        "refused": books.rejected,
        "not confirmed": books.in_doubt,
        "waiting for you": books.held,
        "cancelled": books.cancelled,
        "expired": books.expired,
    }
    said = ", ".join(f"{spaced(count)} {name}" for name, count in parts.items() if count)
    return f"  {counted(books.prepared, 'recipient')}: {said}."
