"""`newsletter serve`: answer readers and the provider, give staff the studio, and send what is due.

In: two addresses. Out: a server until Ctrl-C. Called by the command line, or by a service manager.
"""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

import click

from newsletter import app, cli
from newsletter.host import when_told_to_end
from newsletter.model.errors import Explained, Superseded

if TYPE_CHECKING:
    from newsletter.pipeline.context import Context
    from newsletter.worker.embedded import Runner


@click.command()
@click.option("--host", help="The address for readers and hooks; the setting web.host when not given.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port for readers and hooks (web.port).")
@click.option(
    "--staff-port",
    type=click.IntRange(0, 65535),
    help="The port of the studio (web.staff_port).",
)
def command(host: str | None, port: int | None, staff_port: int | None) -> int:
    """Answer readers and the provider, and send what is due."""
    from newsletter.pipeline import record
    from newsletter.web.serving import listen, serve, staff_host
    from newsletter.worker.embedded import Runner

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    with app.opened() as ctx:
        listeners = listen(
            host or ctx.settings.text("web.host"),
            ctx.settings.whole("web.port") if port is None else port,
            ctx.settings.whole("web.staff_port") if staff_port is None else staff_port,
            staff_host(ctx.settings),
        )
        record.try_again(ctx)
        runner = Runner(ctx)
        superseded: list[Superseded] = []
        working = threading.Thread(target=_work, args=(runner, superseded), name="runner")
        working.start()
        click.echo(f"Readers and hooks: {listeners.public_url}")
        _tell_staff(ctx, ctx.settings.text("studio.base_url") or listeners.staff_url)
        click.echo("Planned mailings go out in their time. Ctrl-C ends, after what is under way.", err=True)
        # Whoever asks again while what is under way ends would leave calls behind of which nobody knows what became.
        with when_told_to_end(lambda: None, by_keyboard=True):
            try:
                serve(ctx, listeners, runner.stop)
            finally:
                runner.stop.set()
                working.join()
    if superseded:
        raise superseded[0]
    return cli.DONE


def _tell_staff(ctx: Context, studio: str) -> None:
    """Where the studio is; while nobody has an account, the link by which the first administrator makes one."""
    from newsletter.pipeline import accounts

    click.echo(f"Studio:            {studio}")
    first = accounts.first_link(ctx)
    if first is not None:
        click.echo(f"First account:     {studio}{first.path}")
        click.echo("That link works once, within 24 hours; it makes you the administrator.", err=True)
    sys.stdout.flush()  # whoever started us reads the link from a pipe


def _work(runner: Runner, superseded: list[Superseded]) -> None:
    """Be the runner, as soon as no other process is; what fails is logged and tried anew, for the pages must stay up. Only a database
    that a newer program has changed ends them: nothing could be written down any more, not even that somebody leaves."""
    while not runner.stop.is_set():
        try:
            if runner.start():
                runner.run(lambda: False)
            else:
                runner.ctx.store.require_current()
                runner.stop.wait(1.0)
        except Superseded as error:
            superseded.append(error)
            runner.stop.set()
        except Explained as error:  # the database is away, or this copy of it may not send
            logging.getLogger(__name__).warning("nothing is sent; it is tried anew in ten seconds: %s", error)
            runner.stop.wait(10.0)
        except Exception:
            logging.getLogger(__name__).exception("sending was interrupted; it starts anew in ten seconds")
            runner.stop.wait(10.0)
        finally:
            runner.close()
