"""nginx with one worker, giving the same redirect to everybody: where it is installed, what clicks are measured against.

In: a folder for its files. Out: a port, and at the end the CPU and memory it took. Called by bench.suites.clicking.
"""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_CONFIGURATION = """
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 1000000000; {temporary}
  server {{ listen 127.0.0.1:{port} backlog=512; return 302 https://www.ngen.ca/; }}
}}
"""


def _program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def lacks() -> str:
    """What is missing to run it."""
    return "" if _program() else "nginx is not installed"


class Nginx:
    """nginx, for as long as the `with` lasts; `told` afterwards holds what it took."""

    def __init__(self, folder: Path) -> None:
        self._home = folder / "nginx"
        self.told: dict[str, Any] = {}

    def __enter__(self) -> Self:
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as line:
            self.port: int = line.getsockname()[1]
        temporary = " ".join(f"{kind}_temp_path {self._home}/{kind};" for kind in _KINDS)
        written = self._home / "nginx.conf"
        written.write_text(_CONFIGURATION.format(home=self._home, port=self.port, temporary=temporary))
        program = _program()
        assert program is not None
        self._process = subprocess.Popen(
            [program, "-p", str(self._home), "-c", str(written)], stderr=subprocess.DEVNULL
        )
        self._wait()
        return self

    def _wait(self) -> None:
        until = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        peak = max(_peak(one) for one in _with_children(self._process.pid))
        self._process.terminate()
        self._process.wait()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)  # of a process that has no other
        self.told = {"cpu": used.ru_utime + used.ru_stime, "peak_mb": peak}


def _with_children(process: int) -> list[int]:
    known = Path(f"/proc/{process}/task/{process}/children")
    return [process, *map(int, known.read_text().split())] if known.exists() else [process]


def _peak(process: int) -> float:
    """Megabytes at most; 0 where the system does not tell."""
    known = Path(f"/proc/{process}/status")
    lines = known.read_text().splitlines() if known.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
