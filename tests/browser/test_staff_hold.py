"""The studio while everything is held, in a real browser: pressed as a person would, measured in light and dark."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from newsletter.model.account import Account, Role
from newsletter.store import accounts, tables
from newsletter.web.serving import listen, serve
from tests.browser.studio import signed_in
from tests.browser.test_layout import TEXTS
from tests.mailed import Mailed, hand_over, world
from tests.unit.templates.test_contrast import contrast

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

REASON = "A day of mourning: nothing festive goes out before the board has met, whatever the calendar says"
COOKIE: dict[str, str] = {}  #: the session of who looks
LOOKS = list(product((375, 1280), ("light", "dark")))
SMALL = """() => [...document.querySelectorAll('main button, main input:not([type=hidden])')]
  .map(one => one.getBoundingClientRect().height).filter(height => height < 44)"""
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[tuple[Mailed, str]]:
    with world(tmp_path) as mailed:
        hand_over(mailed)
        with mailed.ctx.store.write() as db:  # something of it is still to go
            db.execute(tables.batches.update().values(state="ready"))
            person = Account(0, "Sam", "sam@ngen.example", frozenset({Role.SENDER}))
            number = accounts.put(db, person, mailed.clock(), "tester")
        COOKIE["value"] = signed_in(mailed.ctx, number)
        listeners = listen("127.0.0.1", 0, 0)
        stop = threading.Event()
        thread = threading.Thread(target=serve, args=(mailed.ctx, listeners, stop))
        thread.start()
        try:
            yield mailed, listeners.staff_url
        finally:
            stop.set()
            thread.join(20)


def opened(browser: Browser, url: str, width: int, scheme: str) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    context.add_cookies([{"name": "newsletter-session", "url": url, **COOKIE}])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(url)
    return page


def measured(browser: Browser, url: str) -> None:
    """No sideways scrolling, nothing too small to press, every text readable; in both widths and schemes."""
    for width, scheme in LOOKS:
        page = opened(browser, url, width, scheme)
        assert not page.evaluate(WIDE), (url, width)
        assert page.evaluate(SMALL) == []
        for found in page.evaluate(TEXTS):
            assert contrast(found["colour"], found["ground"]) >= 4.5, (scheme, found)
        page.context.close()


@pytest.mark.ci
def test_one_button_stops_everything_and_each_mailing_is_let_go(
    browser: Browser, staff: tuple[Mailed, str]
) -> None:
    mailed, url = staff
    measured(browser, url)
    measured(browser, f"{url}/hold")
    page = opened(browser, url, 375, "light")
    page.get_by_role("link", name="Hold everything").click()
    page.get_by_label("Why").fill(REASON)
    page.get_by_role("button", name="Hold everything").click()
    page.locator("#held").wait_for()
    assert REASON in page.inner_text("main")
    assert page.get_by_role("link", name="Hold everything").count() == 0
    assert mailed.rows(tables.campaigns)[0]["status"] == "held"
    measured(browser, url)
    measured(browser, f"{url}/mailings/1")
    page.get_by_role("button", name="End the hold").click()
    page.get_by_text("was held, and waits to be let go").first.wait_for()
    assert mailed.rows(tables.campaigns)[0]["status"] == "held"
    page.get_by_role("link", name="Look at it").click()
    page.locator("summary", has_text="Let it go on").click()
    page.get_by_label("Type 3 to confirm").fill("3")
    page.get_by_role("button", name="Let it go on").click()
    page.get_by_text("going out").first.wait_for()
    assert mailed.rows(tables.campaigns)[0]["status"] == "sending"
