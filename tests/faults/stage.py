"""A workspace, an emulator, and commands in processes of their own: what the fault tests play on.

In: a folder, an emulator. Out: exit codes, reports, and the emulator's log, which is the only judge. Called by tests/faults.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from newsletter import app
from newsletter.pipeline import record
from newsletter.pipeline.context import Context
from tests import databases
from tests.emulated import KEY, Emulated

ROOT = Path(__file__).parents[2]
SLUG = "note"
NOTE = """---
subject: A word about our work
preheader: Something short, and what comes of it.
title: A word
template: plain
only: {language: en, by: Ann Lee, reason: A note for one office}
---

Dear {{ member.first_name | default("friend") }}, see [our site](https://www.ngen.ca).
"""


class HookCatcher:
    """Where the emulator posts events: kept as they came, to be handed to the program when the test says so."""

    def __init__(self) -> None:
        caught = self.caught = list[tuple[dict[str, str], bytes]]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                caught.append((dict(self.headers.items()), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks/sendgrid"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def make_workspace(folder: Path, people: int) -> Path:
    """A workspace with one short issue and so many members, imported by the program itself."""
    return shutil.copytree(_workspace(people), folder)


@cache
def _workspace(people: int) -> Path:
    """Such a workspace, made once a process."""
    above = Path(tempfile.mkdtemp(prefix="newsletter-workspace-"))
    atexit.register(shutil.rmtree, above, ignore_errors=True)
    folder = above / "workspace"
    folder.mkdir()
    shutil.copy(ROOT / "newsletter.toml", folder)
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "issues").mkdir()
    (folder / "issues" / f"{SLUG}.md").write_text(NOTE, encoding="utf-8")
    lines = ["email,first_name,language,consent_basis,consent_evidence"]
    lines += [f"p{number}@reader.example,Pat{number},en,express,form" for number in range(people)]
    (folder / "members.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    databases.laid(folder / "var" / "newsletter.db")
    run(folder, {"NEWSLETTER_STATE_DIR": str(above / "state")}, "members", "import", "members.csv")
    return folder


def environment(emulated: Emulated | None, extra: dict[str, str]) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("NEWSLETTER_", "SENDGRID"))
    }
    far = {}
    if emulated is not None:
        far = {
            "NEWSLETTER_PROVIDER": "sendgrid",
            "NEWSLETTER_SENDGRID_BASE_URL": emulated.url,
            "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": emulated.webhook_key,
            "SENDGRID_API_KEY": KEY,
            "NEWSLETTER_SEND_RATE_PER_MINUTE": "0",
            "PYTHONPATH": str(ROOT),
        }
    return kept | far | extra


def run(
    folder: Path, environ: dict[str, str], *command: str, point: str = "never:1"
) -> subprocess.CompletedProcess[str]:
    """One command; dies at a point if told."""
    name, _, count = point.partition(":")
    return subprocess.run(
        [sys.executable, "-m", "tests.faults.killed", name, count, "--", *command],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": str(folder)} | environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass
class Stage:
    """One test's workspace before a shared emulator."""

    folder: Path
    emulated: Emulated
    hooks: HookCatcher
    extra: dict[str, str] = field(
        default_factory=lambda: {"NEWSLETTER_SEND_BATCH_SIZE": "10", "NEWSLETTER_SEND_SLOTS": "1"}
    )

    @property
    def environ(self) -> dict[str, str]:
        return environment(self.emulated, self.extra)

    def run(self, *command: str, point: str = "never:1") -> subprocess.CompletedProcess[str]:
        return run(self.folder, self.environ, *command, point=point)

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "newsletter", *command],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder)} | self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def send(self, *, point: str = "never:1") -> subprocess.CompletedProcess[str]:
        return self.run("send", SLUG, "--segment", "everyone", "--yes", point=point)

    def report(self, campaign: int = 1) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("report", str(campaign), "--json").stdout)
        return found

    def deliver_events(self) -> int:
        """Everything that the emulator has to tell reaches the program's spool; how many posts."""
        self.emulated.ask("POST", "/clock/advance", {"until_idle": True, "limit": 86400})
        self.emulated.ask("POST", "/events/flush")
        posts, self.hooks.caught[:] = list(self.hooks.caught), []
        with self.context() as ctx:
            for headers, body in posts:
                record.receive(ctx, "sendgrid", headers, body)
        return len(posts)

    @contextmanager
    def context(self) -> Iterator[Context]:
        with ExitStack() as stack:
            place = app.locate(self.folder, self.environ)
            yield app.build(place, stack)

    def accepted(self) -> Counter[str]:
        """How many copies the emulator took for each delivery id."""
        return Counter(str(row["delivery"]) for row in self.emulated.ask("GET", "/deliveries")["deliveries"])

    def addresses(self) -> Counter[str]:
        """How many copies the emulator took for each address."""
        return Counter(row["address"] for row in self.emulated.ask("GET", "/deliveries")["deliveries"])


def judge(stage: Stage, people: int) -> dict[str, Any]:
    """W1 and W3, from the emulator's log: nobody twice; everybody who is not accounted for otherwise was taken once."""
    report = stage.report()
    taken = stage.accepted()
    assert max(taken.values(), default=0) <= 1, f"twice: {[who for who, n in taken.items() if n > 1]}"
    assert max(stage.addresses().values(), default=0) <= 1
    assert report["prepared"] == people
    assert report["pending"] == 0
    unclear = report["in_doubt"] + report["held"]
    skipped = sum(report["skipped"].values())
    assert len(taken) == report["prepared"] - skipped - unclear - report["rejected"], (report, len(taken))
    assert report["accepted"] == len(taken)
    return report
