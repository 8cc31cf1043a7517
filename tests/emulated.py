"""An emulator in a process of its own, as a far end for tests: started, asked, reset, stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.no_tls import NO_TLS

KEY = "SG.emulated-key.canary-0123456789"


class Emulated:
    """A running emulator. `url` is the API's base, `webhook_key` what its events are signed for."""

    def __init__(self, process: subprocess.Popen[str], hello: dict[str, str]) -> None:
        self._process = process
        self.url = hello["url"]
        self.webhook_key = hello["webhook_public_key"]
        self._control = httpx.Client(
            base_url=hello["control"] + "/_emulator", trust_env=False, verify=NO_TLS, timeout=30
        )

    def ask(self, method: str, path: str, value: object = None) -> Any:
        """One call of the control API; the answer's JSON."""
        answer = self._control.request(method, path, json=value)
        assert answer.is_success, answer.text
        return answer.json()

    def reset(self) -> None:
        """Forget everything that was sent, and all faults."""
        self.ask("POST", "/reset")

    def stop(self) -> None:
        """End the process that was started here."""
        self._control.close()
        self._process.terminate()
        self._process.communicate(timeout=20)


@contextmanager
def emulator(*flags: str) -> Iterator[Emulated]:
    """An emulator on a free port, with further flags."""
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter.emulator", "--port", "0", "--key", KEY, *flags],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the emulator did not start"
    running = Emulated(process, json.loads(line))
    try:
        yield running
    finally:
        running.stop()
