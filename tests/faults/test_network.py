"""F24: the provider's name is unknown, nobody answers there, its certificate has expired. Nothing is dropped in silence; judged from the
emulator's log.

The address is always this machine's, for a mailing that was approved for here goes nowhere else.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import certifi
import httpx
import pytest
from sqlalchemy import select

from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline.context import Context
from newsletter.providers import http
from newsletter.store import tables
from tests.faults.conftest import PEOPLE
from tests.faults.engines import SQLITE
from tests.faults.inside import approved, mailing, once, requests, sending, until, work
from tests.faults.stage import Stage
from tests.mail_server import trust
from tests.web_server import web_server

ENGINES = (SQLITE,)
pytestmark = [pytest.mark.ci, pytest.mark.fault("F24")]

TRIES = 3


@contextmanager
def nameless(stage: Stage, patch: pytest.MonkeyPatch) -> Iterator[str]:
    """The resolver knows no such name."""
    known = socket.getaddrinfo

    def unknown(host: object, *more: object, **named: object) -> object:
        if host in ("localhost", b"localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known(host, *more, **named)  # type: ignore[arg-type]

    patch.setattr(socket, "getaddrinfo", unknown)
    yield f"http://localhost:{urlsplit(stage.emulated.url).port}"


@contextmanager
def black_hole(_stage: Stage, patch: pytest.MonkeyPatch) -> Iterator[str]:
    """A listener that accepts nobody, before a full queue: a connection is neither made nor refused."""
    patch.setattr(http, "TIMEOUT", httpx.Timeout(0.2))
    patch.setattr(http.pooled, "__kwdefaults__", {**http.pooled.__kwdefaults__, "timeout": http.TIMEOUT})
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        queue = [socket.socket() for _ in range(8)]
        try:
            for one in queue:
                one.setblocking(False)
                one.connect_ex(listener.getsockname())
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for one in queue:
                one.close()


@contextmanager
def expired(stage: Stage, patch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its certificate, by an authority that is trusted, was good until yesterday."""
    with web_server({}, tls=trust(stage.folder, days=-1).server) as served:
        patch.setattr(certifi, "where", lambda: str(stage.folder / "server.pem"))
        yield served.url("", scheme="https")
        assert served.asked == [], "not a byte of a request, nor the key"


def tries(ctx: Context) -> int:
    """How often somebody tried to hand over."""
    with ctx.store.read() as db:
        return len(db.execute(select(tables.attempts.c.id)).all())


@pytest.mark.parametrize("broken", [nameless, black_hole, expired])
def test_a_provider_that_cannot_be_reached_is_tried_again_until_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, broken: object
) -> None:
    """Nothing can have been taken: nobody is rejected, nothing is in doubt, it is said why; and then everybody gets it."""
    now = datetime.now(UTC)
    stage.extra |= {"NEWSLETTER_CLOCK": now.isoformat(), "NEWSLETTER_CLOCK_RATE": "60"}
    well = stage.emulated.url
    with stage.context() as ctx:
        approved(ctx)
    with monkeypatch.context() as patch, broken(stage, patch) as url:  # type: ignore[operator]
        stage.extra["NEWSLETTER_SENDGRID_BASE_URL"] = url
        with stage.context() as ctx:
            with sending(ctx):
                until(lambda: tries(ctx) >= TRIES)
            told = once(stage, ctx, PEOPLE)
            assert (told.accepted, told.in_doubt, told.rejected, told.pending) == (0, 0, 0, PEOPLE)
            assert mailing(ctx).status is CampaignStatus.SENDING
            assert reasons(ctx) != {""}
    assert requests(stage) == []
    later = (now + timedelta(hours=1)).isoformat()  # than any of them is tried again
    stage.extra |= {"NEWSLETTER_SENDGRID_BASE_URL": well, "NEWSLETTER_CLOCK": later}
    with stage.context() as ctx:
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE


def reasons(ctx: Context) -> set[str]:
    """Why batches wait."""
    with ctx.store.read() as db:
        waiting = select(tables.batches.c.reason).where(tables.batches.c.state == "retry_wait")
        return set(db.execute(waiting).scalars())
