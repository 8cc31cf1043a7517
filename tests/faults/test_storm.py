"""F13: a storm of events while a mailing is sent. Every event is in the books afterwards, memory stays bounded, answers are quick, nobody
is mailed twice; judged from the emulator's log.

The soak has NEWSLETTER_STORM_EVENTS events (a million), NEWSLETTER_STORM_PEOPLE people (20,000), and also compares the speed of the send with that of one in calm.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from newsletter.pipeline import record
from newsletter.pipeline.context import Context
from newsletter.store import tables
from tests.emulated import Emulated
from tests.faults.inside import approved, gone, mailing, requests, until
from tests.faults.stage import NOTE, HookCatcher, Stage, make_workspace
from tests.mailed import Signer

EVENTS = int(os.environ.get("NEWSLETTER_STORM_EVENTS", "1000000"))
PEOPLE = int(os.environ.get("NEWSLETTER_STORM_PEOPLE", "20000"))
pytestmark = pytest.mark.fault("F13")

TOGETHER = 500  #: events in one post, 150 kB
POSTERS = 4
OWN = 2  #: runnable processes of a storm for each core: serve, the far end, who posts
MEGABYTES = 150  #: by which serve may grow


@dataclass
class Storm:
    """Posts of signed events about deliveries of mailing 1, each with an id of its own; one post in ten comes twice."""

    url: str
    signer: Signer
    instance: str
    deliveries: list[int]
    events: int
    took: list[float] = field(default_factory=list)  #: seconds of each answer, whatever it was
    again: int = 0  #: posts that were to be posted again
    lines: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=60))

    def post(self, number: int) -> None:
        headers, body = self.signer.hook(self._body(number), int(time.time()))
        for _ in range(2 if number % 10 == 0 else 1):
            while not self._posted(headers, body):
                self.again += 1
                time.sleep(0.05)

    def _body(self, number: int) -> bytes:
        at, ids = int(time.time()), self.deliveries
        first = number * TOGETHER
        lines = (
            f'{{"email":"p{n}@reader.example","timestamp":{at},"event":"open","sg_event_id":"storm-{n}",'
            f'"sg_message_id":"m.{n}","useragent":"Mail/{n}","ip":"192.0.2.1","nl_i":"{self.instance}",'
            f'"nl_b":"1","nl_a":"1","nl_d":"{ids[n % len(ids)]}"}}'
            for n in range(first, min(first + TOGETHER, self.events))
        )
        return f"[{','.join(lines)}]".encode()

    def _posted(self, headers: dict[str, str], body: bytes) -> bool:
        begun = time.monotonic()
        answer = self.lines.post(self.url, headers=headers, content=body)
        self.took.append(time.monotonic() - begun)
        assert answer.status_code in {200, 429, 503}, answer.text
        return answer.status_code == 200

    def blow(self) -> None:
        """All of it, from several lines."""
        with self.lines, ThreadPoolExecutor(POSTERS) as pool:
            list(pool.map(self.post, range(-(-self.events // TOGETHER))))

    def percentile(self, share: float) -> float:
        """Seconds within which that share was answered."""
        return sorted(self.took)[int(len(self.took) * share)]


@contextmanager
def serving(stage: Stage) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`newsletter serve`, and where it takes events; it ends well."""
    process = stage.start("serve", "--port", "0", "--staff-port", "0")
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        yield process, f"{url}/hooks/sendgrid"
        process.terminate()
        _, said = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in said) == (0, False), said
    finally:
        gone(process)


def megabytes(process: subprocess.Popen[str], what: str) -> float:
    """`VmRSS` or `VmHWM` of a process."""
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def stored(ctx: Context) -> int:
    """How many events of the storm are in the books."""
    theirs = tables.events.c.event_id.startswith("storm-")
    with ctx.store.read() as db:
        return int(db.execute(select(func.count()).where(theirs)).scalar_one())


def seconds(stage: Stage, slug: str) -> float:
    """From the first request of a mailing to its last, by the far end's clock."""
    at = [one["at"] for one in requests(stage) if any(slug in name for name in one["categories"])]
    return float(at[-1] - at[0])


@pytest.fixture
def signer() -> Signer:
    return Signer()


def staged(folder: Path, far_end: Emulated, hooks: HookCatcher, signer: Signer, people: int) -> Stage:
    far_end.reset()
    extra = {
        "NEWSLETTER_SEND_BATCH_SIZE": "10",
        "NEWSLETTER_SEND_SLOTS": "2",
        "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": signer.public,
        "NEWSLETTER_STATE_DIR": str(folder / "state"),
    }
    return Stage(make_workspace(folder / "workspace", people), far_end, hooks, extra)


def storm(stage: Stage, signer: Signer, people: int, events: int) -> Storm:
    """A mailing goes out while it blows; what must hold whatever its size."""
    with stage.context() as ctx, serving(stage) as (process, url):
        first = approved(ctx)
        until(lambda: mailing(ctx, first).status.over, 300)
        calm = megabytes(process, "VmRSS")
        with ctx.store.read() as db:
            ids = list(db.execute(select(tables.deliveries.c.id)).scalars())
        made = Storm(url, signer, ctx.instance, ids, events)
        blowing = threading.Thread(target=made.blow)
        blowing.start()
        second = approved(ctx, slug="second")
        until(lambda: mailing(ctx, second).status.over, 1200)
        blowing.join()
        until(lambda: not record.waiting(ctx), 1200)
        grown = megabytes(process, "VmHWM") - calm
        assert stored(ctx) == events
        assert once_each(stage, people)
        for number in (first, second):
            assert not mailing(ctx, number).reason
    print(
        f"storm: {events} events, {made.again} posts again, p99 {made.percentile(0.99):.3f} s, "
        f"{grown:.0f} MB more, calm {seconds(stage, 'note'):.1f} s, in the storm {seconds(stage, 'second'):.1f} s"
    )
    assert grown < MEGABYTES, f"serve grew by {grown:.0f} MB"
    assert made.percentile(0.99) < patience()
    return made


def patience() -> float:
    """Within how many seconds events are answered: one, where the machine has nothing else to do than what this test starts."""
    return max(1.0, os.getloadavg()[0] / (OWN * (os.cpu_count() or 1)))


def once_each(stage: Stage, people: int) -> bool:
    """Everybody has both mailings, each once."""
    return len(stage.accepted()) == 2 * people and set(stage.accepted().values()) == {1}


@pytest.mark.ci
def test_thirty_thousand_events(
    tmp_path: Path, far_end: Emulated, hooks: HookCatcher, signer: Signer
) -> None:
    stage = staged(tmp_path, far_end, hooks, signer, 50)
    (stage.folder / "issues" / "second.md").write_text(NOTE.replace("A word", "Another"), encoding="utf-8")
    storm(stage, signer, 50, 30_000)


@pytest.mark.faults
def test_a_million_events(tmp_path: Path, far_end: Emulated, hooks: HookCatcher, signer: Signer) -> None:
    stage = staged(tmp_path, far_end, hooks, signer, PEOPLE)
    stage.extra["NEWSLETTER_SEND_BATCH_SIZE"] = "100"  # still a tenth of the usual
    (stage.folder / "issues" / "second.md").write_text(NOTE.replace("A word", "Another"), encoding="utf-8")
    alone = os.getloadavg()[0] <= OWN * (os.cpu_count() or 1)
    storm(stage, signer, PEOPLE, EVENTS)
    if not alone:
        pytest.skip("the machine has much else to do: speeds are not compared, all the rest held")
    assert seconds(stage, "second") <= 2 * seconds(stage, "note"), "the send keeps half its speed"
