"""`newsletter work`: send what is due, without web pages, until it is stopped.

In: nothing. Out: planned mailings go out in their time. Called by the command line, or by a service manager.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import click

from newsletter import app, cli
from newsletter.host import when_told_to_end
from newsletter.pipeline import record
from newsletter.worker.embedded import Runner

LOOK = 0.2  #: seconds between two looks at whether the process was told to end


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def command(once: bool) -> int:
    """Send what is due, without web pages."""
    told: list[
        bool
    ] = []  # by a signal handler, which must take no lock that this thread may hold: so no Event
    with app.opened() as ctx:
        record.try_again(ctx)
        runner = Runner(ctx)
        with (
            ThreadPoolExecutor(1, thread_name_prefix="runner") as pool,
            when_told_to_end(lambda: told.append(True), by_keyboard=True),
        ):
            working = pool.submit(_work, runner, once=once)
            while not wait([working], timeout=LOOK).done:
                if told:
                    runner.stop.set()
            return cli.DONE if working.result() or told else cli.REFUSED


def _work(runner: Runner, *, once: bool) -> bool:
    """Be the runner until it is told to end, or nothing is due; False when another process is."""
    if not _start(runner, once=once):
        return False
    click.echo(
        "Working: planned mailings go out in their time. Ctrl-C ends, after what is under way.", err=True
    )
    try:
        runner.run(runner.idle if once else lambda: False)
    finally:
        runner.close()
    return True


def _start(runner: Runner, *, once: bool) -> bool:
    """Become the runner; wait for another one to end, unless it is for once only."""
    waited = False
    while not runner.start():
        if once:
            click.echo("Another process is sending already.", err=True)
            return False
        if runner.stop.wait(1.0):
            return False
        if not waited:
            click.echo("Another process is sending; waiting for it to end.", err=True)
            waited = True
    return True
