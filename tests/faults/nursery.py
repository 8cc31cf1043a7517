"""Processes of the program without the second that its start takes: a server that has imported everything forks one for each command.

In: commands with folder and environment. Out: real processes, which die of real signals. Called by tests/faults/stage.py.

Each is the child of a minder that waits for nobody else, so its end is told at once, and by the number that `waitpid` gives.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("cli", "pipeline", "worker", "store", "providers", "web")
BESIDE = (
    *("uvicorn", "httpcore", "procrastinate", "psycopg", "sqlalchemy.dialects.sqlite", "alembic.config"),
    *(
        "holidays.countries",
        "spellchecker",
        "encodings.idna",
        "encodings.utf_8_sig",
        "newsletter.renderer.parent",
    ),
)


class Child:
    """A command that runs, as `subprocess.Popen` shows one. Times are seconds."""

    def __init__(self, line: socket.socket, folder: Path, pid: int) -> None:
        self._line, self._folder = line, folder
        self.pid = pid
        self.returncode: int | None = None

    def wait(self, timeout: float = 120.0) -> int:
        """Its exit code; the negative number of the signal that it died of. Raises TimeoutError."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            told = self._line.recv(64)
            assert told, "the minder of this process is gone"
            self.returncode = os.waitstatus_to_exitcode(int(told))
            self._line.close()
        return self.returncode

    def fileno(self) -> int:
        """What can be read from once it has ended."""
        return self._line.fileno()

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        try:
            return self.wait(timeout=1e-6)
        except TimeoutError:
            return None

    def send_signal(self, number: int) -> None:
        """Signal it, if it lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL: no clean-up runs."""
        self.send_signal(signal.SIGKILL)

    def said(self, stream: str = "out") -> str:
        """What it has said so far, on stdout or stderr (`err`)."""
        return (self._folder / stream).read_text("utf-8", "replace")

    def communicate(self, timeout: float = 120.0) -> tuple[str, str]:
        """What it said on stdout and stderr, once it has ended."""
        self.wait(timeout)
        return self.said(), self.said("err")


def ended(children: Iterable[Child], timeout: float = 120.0) -> list[Child]:
    """Those that have ended; waits for the first. Raises TimeoutError."""
    found, _, _ = select.select(list(children), [], [], timeout)
    if not found:
        raise TimeoutError("no process ends")
    for child in found:
        child.wait()
    return found


class Nursery:
    """The server, and the way to it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="newsletter-nursery-"))
        self._count = 0
        self._children: list[Child] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", str(self._folder / "door")],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"open\n", "the nursery did not start"
        atexit.register(self.close)

    def start(
        self,
        folder: Path,
        environ: dict[str, str],
        command: list[str],
        point: str = "never:1",
        fuse: str = "",
    ) -> Child:
        """Run a command in a folder; it dies when it reaches a point (`NAME:N`) the Nth time, alone or with those that burn the same fuse."""
        self._count += 1
        said = self._folder / str(self._count)
        said.mkdir()
        for stream in ("out", "err"):
            (said / stream).touch(0o600)
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(self._folder / "door"))
        order = {
            "folder": str(folder),
            "environ": environ,
            "command": command,
            "point": point,
            "fuse": fuse,
            "said": str(said),
        }
        line.sendall(json.dumps(order).encode() + b"\n")
        line.settimeout(60)
        made = Child(line, said, int(_line(line)))
        self._children.append(made)
        return made

    def empty(self) -> None:
        """Whoever still runs dies."""
        for child in self._children:
            child.send_signal(signal.SIGCONT)
            child.kill()
            child.wait()
        self._children.clear()

    def close(self) -> None:
        """End the server, and whoever came of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate(timeout=20)
        shutil.rmtree(self._folder, ignore_errors=True)


@cache
def nursery() -> Nursery:
    """The one of this process."""
    return Nursery()


def leave_nobody() -> None:
    """After a test: none of its processes runs on."""
    if nursery.cache_info().currsize:
        nursery().empty()


def _line(source: socket.socket) -> bytes:
    """One line, byte by byte: what follows it belongs to somebody else."""
    read = b""
    while not read.endswith(b"\n"):
        got = source.recv(1)
        assert got, "the other end is gone"
        read += got
    return read


# --- the server's own process ---


def _serve(door: str) -> None:
    _import_everything()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # minders are nobody's concern once they have spoken
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(door)
        listening.listen(64)
        print("open", flush=True)
        while True:
            ready, _, _ = select.select([listening, sys.stdin], [], [])
            if sys.stdin in ready:  # whoever started it is gone, and says no more
                os.killpg(0, signal.SIGKILL)
            line, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                return _mind(line)
            line.close()


def _import_everything() -> None:
    for name in PACKAGES:
        package = importlib.import_module(f"newsletter.{name}")
        for found in pkgutil.walk_packages(package.__path__, f"newsletter.{name}."):
            if not found.name.startswith("newsletter.store.migrations"):
                importlib.import_module(found.name)
    for name in (*BESIDE, "tests.faults.killed"):
        importlib.import_module(name)


def _mind(line: socket.socket) -> None:
    """Fork the command's process, tell its number, and in the end how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    order = json.loads(_read_order(line))
    pid = os.fork()
    if pid == 0:
        line.close()
        _become(order)
        code = _run(order)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # taking everything down that was imported takes longer than most commands
    line.sendall(f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(OSError):  # nobody asks any more
        line.sendall(str(status).encode())
    os._exit(0)


def _read_order(line: socket.socket) -> bytes:
    read = b""
    while not read.endswith(b"\n"):
        read += line.recv(65536)
    return read


def _become(order: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(order["environ"])
    os.chdir(order["folder"])
    streams = [(os.devnull, os.O_RDONLY)]
    streams += [(f"{order['said']}/{name}", os.O_WRONLY) for name in ("out", "err")]
    for number, (path, how) in enumerate(streams):
        opened = os.open(path, how, 0o600)
        os.dup2(opened, number)
        os.close(opened)


def _run(order: dict[str, Any]) -> int:
    from newsletter import cli
    from tests.faults import killed

    sys.argv = ["newsletter", *order["command"]]
    killed.arm(order["point"], order["fuse"])
    return cli.main(order["command"])


if __name__ == "__main__":
    _serve(sys.argv[1])
