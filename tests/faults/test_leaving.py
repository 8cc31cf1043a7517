"""F19: people leave, complain and move while they are being mailed, at random, many at a time. Who was answered before the commit gets none."""

from __future__ import annotations

import random
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from newsletter.model.token import sign
from newsletter.pipeline import members, record
from newsletter.pipeline.members import Changes
from newsletter.store import tables
from tests.faults.conftest import PEOPLE
from tests.faults.engines import on_postgresql_too
from tests.faults.inside import books, until
from tests.faults.judging import Log
from tests.faults.nursery import Child
from tests.faults.signer import Signer
from tests.faults.stage import Stage
from tests.faults.tally import TALLY

pytestmark = [pytest.mark.ci, pytest.mark.fault("F19")]

SEEDS = [*range(2), *(pytest.param(seed, marks=pytest.mark.faults) for seed in range(2, 30))]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}  #: RFC 8058 section 3.1
LISTENS = re.compile(r"Readers and hooks: (\S+)")


@dataclass
class Crowd:
    """Readers of a mailing that is going out, before the program's own pages."""

    stage: Stage
    signer: Signer
    tokens: dict[str, str] = field(default_factory=dict)  #: of each address: what its unsubscribe link holds
    serving: Child = field(init=False)
    web: httpx.Client = field(init=False)

    def opens(self) -> None:
        """`serve` runs: pages, hooks, and the mailing."""
        self.serving = self.stage.fork("serve", "--port", "0", "--staff-port", "0")
        until(lambda: LISTENS.search(self.serving.said()))
        url = LISTENS.search(self.serving.said())
        assert url
        self.web = httpx.Client(base_url=url[1], trust_env=False, timeout=30)

    def dies(self) -> None:
        """SIGKILL: what it has acknowledged is all that stays."""
        self.web.close()
        self.serving.kill()
        assert self.serving.wait() == -signal.SIGKILL
        TALLY.killed("F19")

    def closes(self) -> None:
        """It ends, and well."""
        self.web.close()
        self.serving.send_signal(signal.SIGTERM)
        assert self.serving.wait() == 0, self.serving.communicate()[1]

    def leaves(self, address: str) -> None:
        """The button of a mailbox, pressed (twice, by some)."""
        for _ in range(1 + len(address) % 2):
            answer = self.web.post(f"/u/{self.tokens[address]}", data=ONE_CLICK)
            assert answer.is_success, answer.text
        self.known(address)

    def complains(self, address: str) -> None:
        """The provider tells of a complaint about an earlier mail. It is told as soon as it is applied."""
        event = {
            "event": "spamreport",
            "email": address,
            "sg_event_id": f"c-{address}",
            "timestamp": int(time.time()),
        }
        headers, body = self.signer.post([event])
        assert self.web.post("/hooks/sendgrid", content=body, headers=headers).is_success
        with self.stage.context() as ctx:
            until(lambda: not record.waiting(ctx))
        self.known(address)

    def moves(self, address: str) -> None:
        """Staff write down another address: whoever has it, or is about to, gets no second copy there."""
        with self.stage.context() as ctx:
            members.edit(ctx, address, Changes({"email": f"new-{address}"}))

    def known(self, address: str) -> None:
        self.stage.known.left[address] = self.stage.now()


@contextmanager
def crowd(stage: Stage) -> Iterator[Crowd]:
    """`serve` runs, and stands still in its first request: everybody is written down. In the end the mailing has ended."""
    readers = Crowd(stage, Signer())
    keys = f"{stage.emulated.webhook_key},{readers.signer.public}"
    stage.extra["NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY"] = keys
    readers.opens()
    try:
        assert stage.emulated.ask("GET", "/holds/k?wait=60")["held"], "the request never came"
        readers.tokens = tokens(stage)
        yield readers
        with stage.context() as ctx:
            until(lambda: not books(ctx).pending)
    finally:
        readers.closes()


def tokens(stage: Stage) -> dict[str, str]:
    """What the unsubscribe link of each reader will hold: those of the mails to come, too."""
    rows = select(tables.deliveries.c.id, tables.deliveries.c.address)
    with stage.context() as ctx, ctx.store.read() as db:
        key = db.execute(select(tables.campaigns.c.key_id)).scalar_one()
        return {address: sign(ctx.keys.tokens[key], key, number).own for number, address in db.execute(rows)}


def at_random(deeds: Sequence[tuple[Callable[[str], Any], str]], chance: random.Random) -> None:
    """Each at a moment of its own, several at a time, within the second that the mailing takes."""
    moments = [chance.uniform(0, 0.8) for _ in deeds]

    def act(deed: Callable[[str], Any], address: str, moment: float) -> None:
        time.sleep(moment)
        deed(address)

    with ThreadPoolExecutor(8) as pool:
        acts = [
            pool.submit(act, *deed, moment)
            for deed, moment in sorted(zip(deeds, moments, strict=True), key=lambda one: one[1])
        ]
    for one in acts:
        one.result()


@on_postgresql_too("0")
@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_was_told_that_they_left_gets_none(stage: Stage, seed: int) -> None:
    """The first ten deeds are done while the first request stands still; then every other `serve` dies, and another goes on."""
    chance = random.Random(seed)
    stage.extra["NEWSLETTER_SEND_BATCH_SIZE"] = "2"
    stage.plan()
    stage.beside = None
    rule = {"action": "hold", "id": "k", "at": "received", "request": 1}
    latency = {"low": 0.02, "high": 0.04}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule], "latency": latency})
    with crowd(stage) as readers:
        picked = chance.sample(sorted(stage.known.people), 35)
        deeds = [(readers.leaves, one) for one in picked[:20]]
        deeds += [(readers.complains, one) for one in picked[20:28]]
        deeds += [(readers.moves, one) for one in picked[28:]]
        chance.shuffle(deeds)
        first, later = deeds[:10], deeds[10:]
        at_random(first, random.Random(seed))
        if seed % 2:
            readers.dies()
        stage.emulated.ask("POST", "/holds/k/release", {"then": "accept"})
        if seed % 2:
            readers.opens()
        at_random(later, chance)
    report = stage.settled()
    gone = sum(report["skipped"].values())
    assert gone >= len([one for deed, one in first if deed != readers.moves]) - 2, (
        "two were in the request that stood still"
    )
    assert report["accepted"] == PEOPLE - gone
    log = Log.read(stage.emulated)
    assert not [copy for copy in log.copies if copy["address"].startswith("new-")], (
        "nobody gets one at another address"
    )
    assert {one for one in stage.known.left if log.addresses()[one]}, (
        "some were mailed before they left: else nothing was at risk"
    )
