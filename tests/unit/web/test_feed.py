"""The calendar feed on the public listener: the secret name answers, and every other is as if it had never been there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from icalendar import Calendar

from newsletter.model.feed import sign as sign_feed
from newsletter.model.token import sign
from newsletter.pipeline import agenda
from newsletter.web.public.app import Public
from tests.corpora import naughty_strings
from tests.mailed import KEYS, Mailed, hand_over, world


class Site:
    def __init__(self, mailed: Mailed) -> None:
        self.ctx = mailed.ctx
        self.app = Public(mailed.ctx)

    def ask(self, path: str, method: str = "GET") -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://news.test") as client:
                return await client.request(method, path)

        return asyncio.run(call())

    def path(self) -> str:
        return httpx.URL(agenda.address(self.ctx)).path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with world(tmp_path) as mailed:
        yield Site(hand_over(mailed))


def test_the_secret_address_answers_with_the_calendar(site: Site) -> None:
    answer = site.ask(site.path())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    found = Calendar.from_ical(answer.content)
    assert any("greeting" in str(event["SUMMARY"]) for event in found.walk("VEVENT"))
    french = site.ask(site.path() + "?lang=fr").content
    assert "Jour de Noël".encode() in french
    assert site.ask(site.path() + "?lang=xx").content == answer.content
    head = site.ask(site.path(), "HEAD")
    assert (head.status_code, head.content) == (200, b"")


def test_it_names_no_member(site: Site) -> None:
    assert b"@reader" not in site.ask(site.path()).content


def test_a_revoked_address_is_gone_like_one_that_never_was(site: Site) -> None:
    path = site.path()
    agenda.revoke(site.ctx)
    gone = site.ask(path)
    never = site.ask("/calendar/nothing.ics")
    assert gone.status_code == never.status_code == 404
    assert gone.content == never.content
    assert path.encode() not in gone.content


def test_no_other_name_opens_it(site: Site) -> None:
    path = site.path()
    other = sign(KEYS.signing, KEYS.current, 1)
    for name in (
        path.removesuffix(".ics"),
        path + "x",
        f"/calendar/{sign_feed(KEYS.signing, KEYS.current, 2)}.ics",
        f"/calendar/{sign_feed(b'x' * 32, KEYS.current, 1)}.ics",
        f"/calendar/{other.own}.ics",
        f"/calendar/{other.track}.ics",
        "/calendar/.ics",
        "/calendar/",
    ):
        assert site.ask(name).status_code == 404, name
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert site.ask(f"/u/{token}").status_code == 404
    assert site.ask(path, "POST").status_code == 405


def test_hostile_names_are_refused(site: Site) -> None:
    for text in naughty_strings()[:200]:
        assert site.ask(f"/calendar/{quote(text, safe='')}.ics").status_code in {404, 405}, text
