"""A storm of events while a mailing is sent: `python -m bench.million --members 50000 --storm 1000000`.

In: a workspace with a file of members, an emulator, how many events. Out: a Storm; exits when an event was lost, or somebody missing or taken twice.
Called by bench.million.

`newsletter serve` does all of it, as it would in earnest: it sends two mailings, the second while signed posts about the first one come in from four
lines, and makes of the events what is to be made of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text

from bench import hooks, journey, world
from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline import record
from newsletter.pipeline.context import Context
from newsletter.pipeline.progress import glance, progress

SECOND = "2020-12-15-again"
_LINES = 4
_LOOK = 0.1  #: seconds between two looks
_LONG = 7200.0  #: seconds after which something stands still
_ROWS = text("SELECT id, batch_id, address FROM deliveries WHERE campaign_id = 1 ORDER BY id")
_STORED = text("SELECT count(*) FROM events WHERE event_id LIKE 'storm-%'")


@dataclass(frozen=True, slots=True)
class Storm:
    """What it came to. Rates are recipients handed over in a second; `taken`: mails of both; `again`: posts that were told to come again."""

    taken: int
    calm: float
    sending: float
    posted: float
    applied: float
    again: int
    peak_mb: float

    def __str__(self) -> str:
        share = self.sending / self.calm
        return (
            f"calm: {self.calm:,.0f} recipients a second; in the storm {self.sending:,.0f} ({share:.2f} times as many)\n"
            f"posts answered after {self.posted:,.0f} s ({self.again:,} were to come again), all events in the books after "
            f"{self.applied:,.0f} s; `newsletter serve` held {self.peak_mb:,.0f} MB"
        )


def blow(folder: Path, count: int, events: int, environment: Mapping[str, str]) -> Storm:
    """All of it. Members are there already."""
    shutil.copytree(folder / "issues" / world.SLUG, folder / "issues" / SECOND, dirs_exist_ok=True)
    for language in ("en", "fr"):
        told = (folder / "issues" / f"{world.SLUG}.{language}.md").read_text(encoding="utf-8")
        dated = told.replace("date: 2020-12-16", f"date: {SECOND[:10]}")
        (folder / "issues" / f"{SECOND}.{language}.md").write_text(dated, encoding="utf-8")
    with journey.opened(folder, environment) as ctx, _serve(folder, environment) as (process, url):
        calm = _sent(ctx, world.SLUG, count)
        with ThreadPoolExecutor(_LINES) as lines:
            posts = _Posts(folder, ctx, url, events)
            began = time.perf_counter()
            posting = [lines.submit(posts.line, number) for number in range(_LINES)]
            _until(lambda: posts.answered > 0 or _failed(posting))
            sending = _sent(ctx, SECOND, count)
        for one in posting:
            one.result()
        posted = time.perf_counter() - began
        _until(lambda: not record.waiting(ctx))
        applied = time.perf_counter() - began
        peak = _peak(process.pid)
        taken = sum(_accounted(ctx, number, count) for number in (1, 2))
        with ctx.store.read() as db:
            stored = db.execute(_STORED).scalar_one()
    if stored != events:
        sys.exit(f"{stored:,} of {events:,} events are in the books")
    return Storm(taken, calm, sending, posted, applied, posts.again, peak)


def _failed(posting: list[Future[None]]) -> bool:
    return any(one.done() and one.exception() for one in posting)


def _sent(ctx: Context, slug: str, count: int) -> float:
    """Approve a mailing, and look until it is handed over; recipients a second between the first and the last look that counts."""
    number = world.scheduled(ctx, slug)
    _until(lambda: glance(ctx, number).handed_over > 0)
    first, began = glance(ctx, number).handed_over, time.perf_counter()
    _until(lambda: glance(ctx, number).campaign.status is CampaignStatus.FINISHED)
    took = time.perf_counter() - began
    return (glance(ctx, number).handed_over - first) / took


def _accounted(ctx: Context, number: int, count: int) -> int:
    """How many mails of a mailing were taken; of all others the books say why (who bounced in the storm gets none)."""
    books = progress(ctx, number).books
    if books.accepted + sum(books.skipped.values()) + sum(books.excluded.values()) != count:
        sys.exit(f"of {count:,} members, the books of mailing {number} know {books}")
    return books.accepted


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _LONG
    while not holds():
        if time.monotonic() > end:
            sys.exit("something stands still")
        time.sleep(_LOOK)


@contextmanager
def _serve(folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    flags = ("serve", "--port", "0", "--staff-port", "0")
    own = os.environ | world.settings(folder, clock=world.CLOCK) | journey.settings(folder, environment)
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter", *flags], cwd=folder, env=own, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process, f"{process.stdout.readline().split()[-1]}/hooks/sendgrid"
    finally:
        process.terminate()
        process.communicate(timeout=120)


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


class _Posts:
    """Signed posts about the first mailing's deliveries; each event has an id of its own. Posted again until they are taken."""

    def __init__(self, folder: Path, ctx: Context, url: str, events: int) -> None:
        key = serialization.load_pem_private_key((folder / journey.KEY).read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self._key, self._url, self._events, self._instance = key, url, events, ctx.instance
        with ctx.store.read() as db:
            self._rows = [tuple(row) for row in db.execute(_ROWS)]
        self._lock = Lock()
        self.answered = self.again = 0

    def line(self, number: int) -> None:
        """One line's share of the posts, one after the other."""
        with httpx.Client(trust_env=False, timeout=120) as client:
            for start in range(number * hooks.EACH, self._events, _LINES * hooks.EACH):
                self._post(client, start, min(start + hooks.EACH, self._events))

    def _post(self, client: httpx.Client, start: int, end: int) -> None:
        rows = self._rows
        chosen = [rows[n % len(rows)] for n in range(start // 2, (end + 1) // 2)]
        told = hooks.about(chosen, self._instance)[: end - start]
        for number, one in enumerate(told, start):
            one["sg_event_id"] = f"storm-{number}"
        post = hooks.signed_post(self._key, told)
        while (
            answer := client.post(self._url, headers=post["headers"], content=post["body"])
        ).status_code in {429, 503}:
            with self._lock:
                self.again += 1
            time.sleep(1.0)
        if not answer.is_success:
            raise AssertionError(f"{answer.status_code}: {answer.text}")
        with self._lock:
            self.answered += 1
