"""The stage of a rehearsal: a copy of the workspace and of its database, an emulator with its faults, and what hears its events.

In: a workspace, faults. Out: a Context that reaches nobody, and what the emulator saw. Called by cli.rehearsal.

Everything lies in one private folder under var, which is removed at the end; the real database is only read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter import app
from newsletter.host import FileLock
from newsletter.model.errors import NotAllowed
from newsletter.pipeline.rehearsal import Seen

if TYPE_CHECKING:
    import httpx

    from newsletter.pipeline.context import Context
    from newsletter.web.serving import Listeners

_PREFIX = "rehearsal-"
_LOST = {"action": "reset", "accepted": True, "probability": 0.2}
_REVOKED = {"action": "status", "status": 401, "request": 2, "times": 1, "message": "the key was revoked"}
#: what can be wished for by name; anything else is a file with a fault script (docs/reference/emulator.md)
FAULTS: Mapping[str, Any] = {
    "none": {},
    "busy": {"bucket": {"rate": 2, "burst": 2, "header": True}},
    "unclear": {"rules": [_LOST]},
    "outage": {"rules": [{"action": "refuse", "seconds": 10, "connection": 2, "times": 1}]},
    "refused": {"rules": [_REVOKED]},
}
_ALONE = {
    "NEWSLETTER_PROVIDER": "sendgrid",
    "NEWSLETTER_DATABASE_URL": "",
    "NEWSLETTER_NOTICES_CHANNEL": "",
    "NEWSLETTER_SEND_RATE_PER_MINUTE": "0",
    "NEWSLETTER_SEND_DOMAINS": "",
    "SENDGRID_API_KEY": "SG.this-is-no-key",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """`ctx` is the copy's."""

    ctx: Context
    _control: httpx.Client

    def flush(self) -> None:
        """Let the emulator post what it has to tell, and wait for our answers."""
        self._control.post("/events/flush").raise_for_status()

    def seen(self) -> Seen:
        """What the emulator saw."""
        report = self._ask("/report")
        log = self._ask("/requests")["requests"]
        sends = [one for one in log if one["path"] == "/v3/mail/send"]
        twice = [one for one in report["findings"] if one["kind"] == "address twice"]
        told = sorted({one["kind"] for one in report["findings"]} - {"address twice", "delivery twice"})
        return Seen(
            requests=len(sends),
            refused=sum(one["verdict"] in {"refused", "fault"} for one in sends),
            size=sum(one["size"] for one in sends),
            people=report["recipients_accepted"] - sum(len(one["requests"]) - 1 for one in twice),
            twice=len(twice),
            remarks=tuple(told),
            faults=report["faults"],
        )

    def _ask(self, path: str) -> Any:
        answer = self._control.get(path)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def stage(place: app.Place, faults: str) -> Iterator[Stage]:
    """A copy that plays against an emulator. Raises ConfigurationError, NotAllowed."""
    import httpx

    from newsletter.web.serving import listen

    with ExitStack() as stack:
        folder = _folder(place.root, stack)
        app.copy(place, folder)
        listeners = listen("127.0.0.1", 0, 0)
        hello = _emulator(folder, _script(faults), listeners.public_url, stack)
        environ = (
            dict(os.environ)
            | _ALONE
            | {
                "NEWSLETTER_STATE_DIR": str(folder / "var" / "state"),
                "NEWSLETTER_SENDGRID_BASE_URL": hello["url"],
                "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": hello["webhook_public_key"],
            }
        )
        ctx = stack.enter_context(app.opened(folder, environ))
        _answer(ctx, listeners, stack)
        address = f"{hello['control']}/_emulator"
        yield Stage(ctx, stack.enter_context(httpx.Client(base_url=address, trust_env=False, timeout=120)))


def _folder(root: Path, stack: ExitStack) -> Path:
    """A private folder, gone at the end; what a rehearsal that was killed left behind goes now. Raises NotAllowed."""
    var = root / "var"
    lock = FileLock(var / "rehearsal.lock")
    if not lock.acquire():
        raise NotAllowed(
            "another rehearsal is going on", code="rehearsal-busy", hint="It ends by itself; then try again."
        )
    stack.callback(lock.release)
    for left in var.glob(f"{_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=var))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _script(faults: str) -> Any:
    """The fault script of a name, or the path of a file for the emulator to read."""
    return FAULTS[faults] if faults in FAULTS else Path(faults).resolve()


def _emulator(folder: Path, script: Any, hook: str, stack: ExitStack) -> dict[str, str]:
    file = script
    if not isinstance(script, Path):
        file = folder / "faults.json"
        file.write_text(json.dumps(script), encoding="utf-8")
    flags = ("--port", "0", "--faults", str(file), "--webhook", f"{hook}/hooks/sendgrid")
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "newsletter", "emulator", *flags, "--event-interval", "1"],
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(_stop, process)
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise NotAllowed(
            "the emulator did not start",
            code="rehearsal-failed",
            hint="What it said stands above; `newsletter emulator --faults FILE` shows it alone.",
        )
    hello: dict[str, str] = json.loads(line)
    return hello


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _answer(ctx: Context, listeners: Listeners, stack: ExitStack) -> None:
    """Hear the emulator's events, as `serve` does."""
    from newsletter.web.serving import serve

    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(ctx, listeners, stop), name="rehearsal")
    thread.start()
    stack.callback(thread.join)
    stack.callback(stop.set)
