"""`newsletter work`: send what is due, without web pages, until it is stopped.

In: nothing. Out: planned mailings go out in their time. Called by the command line, or by a service manager, on one machine or many.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from typing import Protocol

import click

from newsletter import app, cli
from newsletter.host import when_told_to_end
from newsletter.pipeline import due, record
from newsletter.pipeline.context import Context
from newsletter.worker.embedded import Runner
from newsletter.worker.house import PATIENCE

LOOK = 0.2  #: seconds between two looks at whether the process was told to end


class Worker(Protocol):
    """The embedded runner, or one machine's part of the distributed work."""

    stop: Event

    def start(self) -> bool:
        """Take the place; False when another process has it."""
        ...

    def run(self, over: Callable[[], bool]) -> None:
        """Work until it is over."""
        ...

    def close(self) -> None:
        """Give the place up."""
        ...


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option(
    "--slots",
    type=click.IntRange(1, 64),
    help="How many requests may be under way here; send.slots when not given.",
)
def command(once: bool, slots: int | None) -> int:
    """Send what is due, without web pages."""
    told: list[
        bool
    ] = []  # by a signal handler, which must take no lock that this thread may hold: so no Event
    with app.opened() as ctx:
        record.try_again(ctx)
        worker = _worker(ctx, slots, PATIENCE if once else None)
        with (
            ThreadPoolExecutor(1, thread_name_prefix="runner") as pool,
            when_told_to_end(lambda: told.append(True), by_keyboard=True),
        ):
            working = pool.submit(_work, ctx, worker, once=once)
            while not wait([working], timeout=LOOK).done:
                if told:
                    worker.stop.set()
            return cli.DONE if working.result() or told else cli.REFUSED


def _worker(ctx: Context, slots: int | None, patience: int | None) -> Worker:
    """On a database of a server this machine is one of any number; a file has one runner."""
    wanted = slots or ctx.settings.whole("send.slots")
    if not ctx.store.shared:
        return Runner(ctx, slots=wanted, patience=patience)
    from newsletter.worker.distributed import Host

    return Host(ctx, wanted, patience)


def _work(ctx: Context, worker: Worker, *, once: bool) -> bool:
    """Work until it is told to end, or nothing is due; False when another process does."""
    if not _start(worker, once=once):
        return False
    click.echo(
        "Working: planned mailings go out in their time. Ctrl-C ends, after what is under way.", err=True
    )
    try:
        worker.run((lambda: not due.busy(ctx)) if once else lambda: False)
    finally:
        worker.close()
    return True


def _start(worker: Worker, *, once: bool) -> bool:
    """Take the place; wait for another process to end, unless it is for once only."""
    waited = False
    while not worker.start():
        if once:
            click.echo("Another process is sending already.", err=True)
            return False
        if worker.stop.wait(1.0):
            return False
        if not waited:
            click.echo("Another process is sending; waiting for it to end.", err=True)
            waited = True
    return True
