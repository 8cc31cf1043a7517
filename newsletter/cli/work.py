"""`newsletter work`: send what is due, without web pages, until it is stopped.

In: nothing. Out: planned mailings go out in their time. Called by the command line, or by a service manager.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click

from newsletter import app, cli
from newsletter.pipeline import record
from newsletter.worker.embedded import Runner


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def command(once: bool) -> int:
    """Send what is due, without web pages."""
    with app.opened() as ctx:
        record.try_again(ctx)
        runner = Runner(ctx)
        stop = runner.stop

        def end(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)
        if not _start(runner, once=once):
            return cli.REFUSED
        click.echo(
            "Working: planned mailings go out in their time. Ctrl-C ends, after what is under way.", err=True
        )
        try:
            runner.run(runner.idle if once else lambda: False)
        finally:
            runner.close()
    return cli.DONE


def _start(runner: Runner, *, once: bool) -> bool:
    """Become the runner; wait for another one to end, unless it is for once only."""
    waited = threading.Event()
    while not runner.start():
        if once:
            click.echo("Another process is sending already.", err=True)
            return False
        if runner.stop.wait(1.0):
            return False
        if not waited.is_set():
            click.echo("Another process is sending; waiting for it to end.", err=True)
            waited.set()
    return True
