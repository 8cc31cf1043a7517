"""The stage of the demo: an emulator, `serve`, and the commands that a person would type, each a process of its own.

In: a folder. Out: what the commands printed. Called by `newsletter demo`. Nothing of it reaches beyond this machine.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import httpx

from newsletter.model.errors import NotAllowed

RATE = 120  #: emulated seconds in a second: readers take their time, and we need not
#: when readers do what they do, in seconds after delivery: machines at once, people in the next half hour
READERS = {
    "prefetch": (1, 30),
    "scan": (1, 20),
    "open": (60, 900),
    "click": (120, 1500),
    "unsubscribe": (120, 1800),
}
_PATIENCE = 60.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stage:
    """Processes that are started for the demo, and stopped at its end. All share one emulated clock."""

    def __init__(self, folder: Path, start: datetime) -> None:
        self.folder = folder
        self._start = start
        self._begun = time.monotonic()
        self._stack = ExitStack()
        self._settings: dict[str, str] = {}

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def now(self) -> datetime:
        """Emulated time."""
        return self._start + timedelta(seconds=(time.monotonic() - self._begun) * RATE)

    def _environment(self, *, set_clock: bool = True) -> dict[str, str]:
        """Ours, without any key or setting that is exported: the demo never reaches a real account."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("NEWSLETTER_") and name != "SENDGRID_API_KEY"
        }
        clock = {"NEWSLETTER_CLOCK": self.now().isoformat(), "NEWSLETTER_CLOCK_RATE": str(RATE)}
        return kept | self._settings | (clock if set_clock else {})

    def settle_in(self) -> None:
        """Let nothing of this workspace stay under the home: what the machine remembers of it lies within it."""
        file = self.folder / "newsletter.toml"
        state = json.dumps(str(self.folder / "var" / "state"))
        file.write_text(f"state_dir = {state}\n\n{file.read_text(encoding='utf-8')}", encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command that goes on until the end of the demo."""
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "newsletter", *arguments],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        self._stack.callback(self._stop, process)
        return process

    @staticmethod
    def _stop(process: subprocess.Popen[str]) -> None:
        process.terminate()
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def play(self, port: int) -> str:
        """Start the emulator with its readers, and `serve` as its far end. Returns the inbox's address."""
        hook = f"http://127.0.0.1:{port}/hooks/sendgrid"
        (self.folder / "readers.json").write_text(json.dumps({"delays": READERS}), encoding="utf-8")
        emulator = self.start(
            *("emulator", "--port", "0", "--seed", "2020", "--clock", self.now().isoformat()),
            *(
                "--behaviour",
                "lifelike",
                "--readers",
                "readers.json",
                "--event-interval",
                "10",
                "--webhook",
                hook,
            ),
        )
        line = emulator.stdout.readline() if emulator.stdout else ""
        if not line:
            raise NotAllowed("the emulator did not start", code="demo-failed")
        hello = json.loads(line)
        self.control = httpx.Client(
            base_url=f"{hello['control']}/_emulator", trust_env=False, timeout=_PATIENCE
        )
        self._stack.callback(self.control.close)
        self.control.put("/clock", json={"now": self.now().isoformat(), "rate": RATE}).raise_for_status()
        self._settings = {
            "NEWSLETTER_PROVIDER": "sendgrid",
            "NEWSLETTER_SENDGRID_BASE_URL": hello["url"],
            "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": hello["webhook_public_key"],
            "NEWSLETTER_WEB_BASE_URL": f"http://127.0.0.1:{port}",
            "SENDGRID_API_KEY": "SG.this-is-no-key",
        }
        self.start("serve", "--port", str(port), "--staff-port", str(free_port()))
        self._await_pages(port)
        return str(hello["inbox"])

    def _await_pages(self, port: int) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
        raise NotAllowed("`newsletter serve` did not answer", code="demo-failed")

    def run(self, *arguments: str, show: bool = True, today: bool = False) -> str:
        """One command as a person would type it; what it printed on stdout. `today`: by the real clock, for what is used after the
        demo. Raises NotAllowed when it fails."""
        if show:
            typed = " ".join(f'"{word}"' if " " in word else word for word in arguments)
            click.echo(click.style(f"\n$ newsletter {typed}", bold=True))
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "newsletter", *arguments],
            cwd=self.folder,
            env=self._environment(set_clock=not today),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if show and done.stdout:
            click.echo(done.stdout.rstrip())
        if done.returncode:
            raise NotAllowed(f"`newsletter {arguments[0]}` ended with {done.returncode}", code="demo-failed")
        return done.stdout

    def asked(self, *arguments: str) -> Any:
        """A command's JSON."""
        return json.loads(self.run(*arguments, "--json", show=False))

    def readers_done(self) -> bool:
        """True when the emulator has nothing planned any more: every event posted, every reader done."""
        return bool(self.control.get("/idle").json()["idle"])
