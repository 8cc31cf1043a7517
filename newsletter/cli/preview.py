"""`newsletter preview [ISSUE]`: issues in the browser, renewed at every save.

In: an issue, a port. Out: a server on this machine until Ctrl-C. Called by the command line.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType

import click
import uvicorn

from newsletter import app, cli
from newsletter.model.errors import Explained, NotAllowed
from newsletter.model.member import Member

HOST, PORT = "127.0.0.1", 8027


@click.command()
@click.argument("issue", required=False)
@click.option(
    "--port", type=click.IntRange(0, 65535), help=f"The port; {PORT}, or a free one when that is taken."
)
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
def command(issue: str | None, port: int | None, no_open: bool) -> int:
    """Show issues in the browser, renewed at every save."""
    with app.authoring() as desk:
        desk.renderer().begin()  # it gets ready while we import the rest
        from newsletter.pipeline import build, showing
        from newsletter.web.preview.app import Preview, create
        from newsletter.web.preview.live import Live
        from newsletter.web.showing.shelf import Shelf

        slug = build.find(desk, issue, Path.cwd()) if issue else ""
        shelf = Shelf(desk, app.refreshed)
        live = Live(shelf, partial(showing.watch, desk))
        find = _finder(desk.root) if app.has_database(desk) else None
        line = listener(port)
        url = f"http://{HOST}:{line.getsockname()[1]}/"
        config = uvicorn.Config(
            create(Preview(shelf, live, named=slug, find=find)),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        click.echo(f"Preview: {url}" + (f"issues/{slug}" if slug else ""))
        click.echo("Ctrl-C ends it.", err=True)
        if not no_open:
            _open_soon(url)
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again once it has ended
            Stopping(config, live.stop).run(sockets=[line])
    return cli.DONE


def listener(port: int | None) -> socket.socket:
    """A listening socket on this machine only. Raises NotAllowed when the port asked for is taken."""
    for candidate in (PORT, 0) if port is None else (port,):
        try:
            return socket.create_server((HOST, candidate))
        except OSError:
            continue
    raise NotAllowed(
        f"port {port} is taken",
        code="port-taken",
        hint="Name another with --port, or 0 for any that is free.",
    )


class Stopping(uvicorn.Server):
    """Ends open live lines first, so that the server need not wait for them."""

    def __init__(self, config: uvicorn.Config, stop: threading.Event) -> None:
        super().__init__(config)
        self._stop = stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C, or the end of the terminal."""
        self._stop.set()
        super().handle_exit(sig, frame)


def _finder(root: Path) -> Callable[[str], Member | None]:
    """Looks members up in the workspace's database, opened for each question: the preview holds nothing open."""
    from newsletter.pipeline.showing import member_named

    def find(email: str) -> Member | None:
        try:
            with app.opened(root) as ctx:
                return member_named(ctx, email)
        except Explained:
            return None

    return find


def _open_soon(url: str) -> None:
    import webbrowser

    timer = threading.Timer(0.5, webbrowser.open, [url])
    timer.daemon = True
    timer.start()
