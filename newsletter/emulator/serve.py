"""In: Options. Out: a running emulator until SIGINT or SIGTERM, and one JSON line on standard output once it listens.

Called by the command line through `run`, and by tests through `launch`, which runs it in a thread.
"""

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from newsletter.emulator.journal import open_journal
from newsletter.emulator.options import Options
from newsletter.emulator.server import HOST, Door
from newsletter.emulator.world import World


class Running(msgspec.Struct, frozen=True):
    """Where a started emulator is. `control` has the same routes as `url` but no fault touches it."""

    url: str
    webhook_public_key: str
    inbox: str
    control: str


async def _main(options: Options, ready: Callable[[Running], None], stop: asyncio.Event) -> None:
    async with contextlib.AsyncExitStack() as open_things:
        folder = options.state or Path(
            open_things.enter_context(TemporaryDirectory(prefix="newsletter-emulator-"))
        )
        journal = open_journal(folder, options.journal)
        open_things.callback(journal.close)
        world = World(options, journal)
        open_things.callback(world.stop)
        front = Door(world, options.port, faulty=True)
        open_things.callback(front.close)
        back = Door(world, options.control_port, faulty=False)
        open_things.callback(back.close)
        world.press.base = f"http://{HOST}:{front.port}"
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each.run()) for each in (front, back, world.agenda)]
            world.begin()
            ready(_describe(world, front.port, back.port))
            await stop.wait()
            for task in tasks:
                task.cancel()


def _describe(world: World, front: int, back: int) -> Running:
    url = f"http://{HOST}:{front}"
    return Running(url, world.signer.public_key(), f"{url}/inbox", f"http://{HOST}:{back}")


def run(options: Options) -> None:
    """Run until SIGINT or SIGTERM. Prints {"url", "webhook_public_key", "inbox", "control"} as one line.

    OSError if a port is taken; ScriptError, msgspec.DecodeError or OSError for a file that cannot be followed.
    """
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_until_signal(options))


async def _until_signal(options: Options) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    before = [
        (number, signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set)))
        for number in (signal.SIGINT, signal.SIGTERM)
    ]
    try:
        await _main(options, _print, stop)
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _print(running: Running) -> None:
    sys.stdout.write(msgspec.json.encode(running).decode() + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def launch(options: Options) -> Iterator[Running]:
    """Run an emulator in a thread for the length of a `with` block. Errors at start are raised here."""
    started: list[Running] = []
    failed: list[BaseException] = []
    told, handle = threading.Event(), _Handle()

    def ready(running: Running) -> None:
        started.append(running)
        told.set()

    def work() -> None:
        try:
            asyncio.run(handle.live(options, ready))
        except Exception as error:  # noqa: BLE001 - handed over to the thread that waits
            failed.append(error)
        finally:
            told.set()

    thread = threading.Thread(target=work, name="emulator", daemon=True)
    thread.start()
    told.wait()
    try:
        if started:
            yield started[0]
    finally:
        handle.stop()
        thread.join()
    if failed:
        raise failed[0]


class _Handle:
    """Stops an emulator that runs in another thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    async def live(self, options: Options, ready: Callable[[Running], None]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await _main(options, ready, self._stop)

    def stop(self) -> None:
        if self._loop and self._stop:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)
