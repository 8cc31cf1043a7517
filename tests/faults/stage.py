"""A workspace, an emulator, and commands in processes of their own: what the fault tests play on, on either kind of database.

In: a folder, an emulator. Out: exit codes, reports, and the emulator's log, which is the only judge (tests/faults/judging.py). Called by
tests/faults.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from newsletter import app
from newsletter.model.campaign import AudienceRule
from newsletter.pipeline import approve, claim, plan, record, report
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen, freeze
from tests import databases
from tests.emulated import KEY, Emulated
from tests.faults.hooks import HookCatcher, Post
from tests.faults.judging import Known, Log, approved, violations, w6
from tests.faults.killed import NEVER
from tests.faults.nursery import Child, ended, nursery
from tests.faults.tally import TALLY

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


def run(folder: Path, environ: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """One command, in a process that starts from nothing."""
    return subprocess.run(
        [sys.executable, "-m", "newsletter", *command],
        cwd=folder,
        env=bare(folder) | environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def bare(folder: Path) -> dict[str, str]:
    """What every process is told."""
    return {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": str(folder)}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@dataclass
class Stage:
    """One test's workspace before a shared emulator. On PostgreSQL a second machine may work beside the first (`machines`)."""

    folder: Path
    emulated: Emulated
    hooks: HookCatcher
    extra: dict[str, str] = field(
        default_factory=lambda: {"NEWSLETTER_SEND_BATCH_SIZE": "10", "NEWSLETTER_SEND_SLOTS": "1"}
    )
    beside: Stage | None = None
    fault: str = "others"
    known: Known = field(default_factory=Known)
    rate: int = 0  #: seconds in one, of a clock that all processes share; 0: the machine's
    begun: tuple[float, datetime] = field(default_factory=lambda: (time.monotonic(), datetime.now(UTC)))

    @property
    def environ(self) -> dict[str, str]:
        own = {"NEWSLETTER_STATE_DIR": str(self.folder / ".local" / "state" / "newsletter")}
        if self.rate:
            now = self.begun[1] + timedelta(seconds=(time.monotonic() - self.begun[0]) * self.rate)
            own |= {"NEWSLETTER_CLOCK": now.isoformat(), "NEWSLETTER_CLOCK_RATE": str(self.rate)}
        return bare(self.folder) | environment(self.emulated, own | self.extra)

    @property
    def shared(self) -> bool:
        """True on a database of a server."""
        return "NEWSLETTER_DATABASE_URL" in self.extra

    @property
    def machines(self) -> list[Stage]:
        """Who may send: this one, and the one beside it."""
        return [self, self.beside] if self.beside else [self]

    def run(self, *command: str, point: str = NEVER) -> Done:
        """One command, to its end; it dies at a point (tests/faults/killed.py) if told."""
        child = self.fork(*command, point=point)
        try:
            out, err = child.communicate()
        finally:
            child.kill()
        assert child.returncode is not None
        if child.returncode == -signal.SIGKILL:
            TALLY.died(self.fault, point)
        return Done(child.returncode, out, err)

    def start(self, *command: str) -> subprocess.Popen[str]:
        """A command in a process that starts from nothing."""
        return subprocess.Popen(
            [sys.executable, "-m", "newsletter", *command],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def fork(self, *command: str, point: str = NEVER, fuse: str = "") -> Child:
        """The same in a process that is forked: it need not import anything, and may die at a point."""
        return nursery().start(self.folder, self.environ, list(command), point, fuse)

    def plan(self, segment: str = "everyone") -> int:
        """The issue approved for a segment, and nobody sends yet; the mailing's number. On PostgreSQL the second machine is let in."""
        with self.context() as ctx:
            frozen = _frozen(ctx)
            assert frozen.edition is not None
            ask = plan.Ask(frozen.edition, AudienceRule((segment,)), "sendgrid")
            number = plan.plan(ctx, ask, frozen.files).campaign.id
            approve.approve(ctx, number, plan.count(ctx, ask).zones)
            self.known.texts = approved(frozen.edition, ctx.publication, ctx.settings.text("web.base_url"))
        if self.shared:
            self.beside = self.other("two")
            with self.beside.context() as ctx:
                claim.share(ctx)
        return number

    def other(self, name: str) -> Stage:
        """The same workspace on another machine of the same database: another folder, and a memory of its own."""
        folder = self.folder.with_name(f"{self.folder.name}-{name}")
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("var", ".local"))
        return replace(self, folder=folder, extra=dict(self.extra), beside=None)

    def work(self, *, point: str = NEVER) -> int:
        """The runner (on PostgreSQL two, on two machines), until nothing is due; how many of them died at the point.

        Who dies is started again, as whoever looks after a service does.
        """
        fuse = str(self.folder / "fuse") if self.shared else ""
        at_work = {one.fork("work", "--once", point=point, fuse=fuse): one for one in self.machines}
        deaths = 0
        while at_work:
            for child in ended(at_work):
                machine = at_work.pop(child)
                if child.returncode == -signal.SIGKILL:
                    deaths += 1
                    TALLY.died(self.fault, point)
                    at_work[machine.fork("work", "--once")] = machine
                else:
                    assert child.returncode == 0, child.communicate()[1]
        return deaths

    def send(self, *, point: str = NEVER) -> Done:
        return self.run("send", SLUG, "--segment", "everyone", "--yes", point=point)

    def report(self, campaign: int = 1) -> dict[str, Any]:
        """What `newsletter report --json` says, without its process."""
        with self.context() as ctx:
            found: dict[str, Any] = json.loads(
                json.dumps(report.as_json(report.report(ctx, campaign)), default=str)
            )
        return found

    def deliver_events(self) -> int:
        """Everything that the emulator has to tell reaches the program's spool; how many posts."""
        posts = self.posts()
        self.receive(*posts)
        return len(posts)

    def posts(self) -> list[Post]:
        """All that the emulator has to tell."""
        self.emulated.ask("POST", "/clock/advance", {"until_idle": True, "limit": 86400})
        self.emulated.ask("POST", "/events/flush")
        posts, self.hooks.caught[:] = list(self.hooks.caught), []
        return posts

    def receive(self, *posts: Post) -> None:
        """Posts reach the program's spool, and are acknowledged."""
        with self.context() as ctx:
            for headers, body in posts:
                record.receive(ctx, "sendgrid", headers, body)
                self.known.told |= delivered(body)

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

    def now(self) -> float:
        """The emulator's time, which its log has."""
        return float(self.emulated.ask("GET", "/clock")["unix"])

    def judge(self, *campaigns: int, again: Iterable[Sequence[str]] = ()) -> dict[str, Any]:
        """W1–W7 by the log; the report of the first mailing. `again`: commands that must change nothing any more (W6)."""
        numbers = campaigns or (1,)
        log = Log.read(self.emulated)
        books = [self.report(number) for number in numbers]
        found = violations(log, self.known, books)
        for command in again:
            assert "Traceback" not in self.run(*command).stderr, command
        if again:
            for number, before in zip(numbers, books, strict=True):
                found += w6(log, Log.read(self.emulated), before, self.report(number))
        TALLY.judged(self.fault, len(found))
        assert not found, "\n".join(found)
        return books[0]

    def settled(self) -> dict[str, Any]:
        """Evidence arrives and is looked at; then the judge."""
        self.deliver_events()
        assert self.run("settle", "1").returncode in {0, 3}
        return self.judge(again=[("settle", "1"), ("work", "--once")])


def _frozen(ctx: Context) -> Frozen:
    """The issue, frozen: once for each text that it has, for nothing else differs between stages."""
    files = sorted((ctx.root / "issues").glob(f"{SLUG}*.md"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    if text not in _FROZEN:
        _FROZEN[text] = freeze(ctx, SLUG)
    return _FROZEN[text]


_FROZEN: dict[str, Frozen] = {}


def delivered(body: bytes) -> set[str]:
    """The deliveries of which a hook says that they were delivered."""
    return {
        str(event["nl_d"]) for event in json.loads(body) if event["event"] == "delivered" and "nl_d" in event
    }


def judge(stage: Stage, people: int) -> dict[str, Any]:
    """W1–W7, and of so many people nobody is pending."""
    report = stage.judge()
    assert (report["prepared"], report["pending"]) == (people, 0)
    return report
