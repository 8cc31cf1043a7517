"""The page of a *Hold* link: GET shows, POST holds that one mailing, a stranger learns nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from newsletter.model import hold_token
from newsletter.model.campaign import CampaignStatus
from newsletter.model.token import sign
from newsletter.pipeline import control, freeze
from newsletter.pipeline.schedule import Timetable
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.zones import wall_clock
from newsletter.store import tables
from newsletter.web.public.app import Public
from tests.corpora import naughty_strings
from tests.ledger import Bench, bench
from tests.seed import people, seed

SENT = {"confirm": "yes", "lang": "en"}


class Phone:
    """A browser, a link, and the mailing that it is for."""

    def __init__(self, desk: Bench) -> None:
        self.desk = desk
        seed(desk.ctx, people(12))
        local = wall_clock(desk.clock[0] + timedelta(hours=20), "America/Toronto")
        plan = LocalPlan(local=local, zone="America/Toronto", readers_time=True, expiry=Expiry.LOCAL_MIDNIGHT)
        self.number = desk.mailing(when=Timetable(plan, desk.clock[0])).id
        self.path = f"/h/{self.token(self.number)}"
        self.app = Public(desk.ctx)

    def token(self, number: int, **lasts: float) -> str:
        keys = self.desk.ctx.keys
        until = self.desk.clock[0] + timedelta(**(lasts or {"days": 2}))
        return hold_token.sign(keys.signing, keys.current, number, until)

    def ask(self, method: str, path: str = "", **options: Any) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://news.test") as client:
                return await client.request(method, path or self.path, **options)

        return asyncio.run(call())

    @property
    def status(self) -> CampaignStatus:
        return self.desk.campaign(self.number).status


@pytest.fixture
def phone(tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phone]:
    monkeypatch.setattr(freeze, "differs", lambda *_: False)
    with bench(tmp_path, database) as desk:
        yield Phone(desk)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(phone: Phone, method: str) -> None:
    for _ in range(3):
        assert phone.ask(method).status_code == 200
    assert phone.status is CampaignStatus.SCHEDULED
    assert len(phone.desk.rows(tables.notices)) == 0


def test_it_shows_what_it_is_about(phone: Phone) -> None:
    page = phone.ask("GET").text
    assert "<h1>Hold this mailing?</h1>" in page
    assert "Goes out Thursday 17 December 2020 at 5:00 in each reader&#39;s own time." in page
    french = phone.ask("GET", f"{phone.path}?lang=fr")
    assert "<h1>Retenir cet envoi?</h1>" in french.text
    assert "Part le jeudi 17 décembre 2020" in french.text
    assert french.headers["content-language"] == "fr"
    assert french.headers["cache-control"] == "no-store"
    assert french.headers["referrer-policy"] == "no-referrer"
    assert french.headers["x-robots-tag"] == "noindex, nofollow"


def test_the_button_holds(phone: Phone) -> None:
    answer = phone.ask("POST", data=SENT)
    assert (answer.status_code, phone.status) == (200, CampaignStatus.PAUSED)
    assert "It is held" in answer.text
    assert phone.desk.campaign(phone.number).reason == "person: the link in a notice"
    (line,) = [row for row in phone.desk.rows(tables.audit) if row.act == "pause"]
    assert (line.actor, line.subject) == ("hold-link", str(phone.number))
    again = phone.ask("POST", data=SENT)
    assert (again.status_code, phone.status) == (200, CampaignStatus.PAUSED)
    assert "held before" in again.text
    assert len([row for row in phone.desk.rows(tables.notices) if row.kind == "paused"]) == 1


def test_a_mailing_that_is_on_its_way_stops(phone: Phone) -> None:
    phone.desk.later(hours=20, minutes=1)
    phone.desk.start()
    assert submit_next(Desk(phone.desk.ctx, "me"))
    answer = phone.ask("POST", data=SENT | {"lang": "fr"})
    assert "L’envoi est retenu" in answer.text
    taken = phone.desk.books(phone.number).accepted
    assert 0 < taken < 12
    assert f"Déjà remis\u00a0: {taken}\u00a0destinataires." in answer.text
    assert not submit_next(Desk(phone.desk.ctx, "me"))
    assert phone.desk.books(phone.number).accepted == taken


@pytest.mark.parametrize(
    "options",
    [{}, {"data": {"confirm": "no"}}, {"data": {"lang": "fr"}}, {"content": b"\xff" * 100}, {"json": SENT}],
)
def test_a_post_that_does_not_say_so_holds_nothing(phone: Phone, options: dict[str, Any]) -> None:
    assert phone.ask("POST", **options).status_code == 400
    assert phone.status is CampaignStatus.SCHEDULED


def test_an_altered_token_and_one_of_a_reader_lead_nowhere(phone: Phone) -> None:
    keys = phone.desk.ctx.keys
    own = sign(keys.signing, keys.current, phone.number).own
    token = phone.path.removeprefix("/h/")
    other = hold_token.sign(b"x" * 32, 1, phone.number, phone.desk.clock[0] + timedelta(days=1))
    for path in (
        own,
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        other,
        phone.token(999),
        "x",
        "%00",
        token + "A",
    ):
        for method in ("GET", "POST"):
            answer = phone.ask(method, f"/h/{path}", data=SENT if method == "POST" else None)
            assert answer.status_code == 404
            assert path not in answer.text or len(path) < 5
    assert phone.status is CampaignStatus.SCHEDULED


def test_an_expired_link_holds_nothing(phone: Phone) -> None:
    path = f"/h/{phone.token(phone.number, seconds=0)}"
    for method in ("GET", "POST"):
        answer = phone.ask(method, path, data=SENT if method == "POST" else None)
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
    assert phone.status is CampaignStatus.SCHEDULED


def test_a_mailing_that_is_over(phone: Phone) -> None:
    control.cancel(phone.desk.ctx, phone.number)
    for method in ("GET", "POST"):
        answer = phone.ask(method, data=SENT if method == "POST" else None)
        assert "nothing left to hold" in answer.text
    assert phone.status is CampaignStatus.CANCELLED


def test_hostile_tokens_are_answered(phone: Phone) -> None:
    for text in naughty_strings()[::7]:
        name = quote(text.encode("utf-8", "surrogatepass")[:200], safe="")
        if name.strip("."):  # a browser takes dots for folders
            assert phone.ask("GET", f"/h/{name}").status_code == 404
