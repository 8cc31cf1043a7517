"""The *Hold* link on a phone, in a real browser without script: looked at, pressed, and what it says then."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline import foresee, notice_facts
from newsletter.pipeline.schedule import Timetable
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.zones import wall_clock
from newsletter.web.serving import listen, serve
from tests.ledger import Bench, bench
from tests.seed import people, seed

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture
def planned(tmp_path: Path, database: Path) -> Iterator[tuple[Bench, str]]:
    """A mailing of tomorrow, its Hold link, and a program that answers."""
    with bench(tmp_path, database) as desk:
        seed(desk.ctx, people(2911))
        local = wall_clock(desk.clock[0] + timedelta(hours=19), "America/Toronto")
        plan = LocalPlan(local=local, zone="America/Toronto", readers_time=True, expiry=Expiry.LOCAL_MIDNIGHT)
        number = desk.mailing(when=Timetable(plan, desk.clock[0])).id
        foresee.foresee(desk.ctx)
        path = notice_facts.hold_url(desk.ctx, desk.campaign(number), "fr").partition("/h/")[2]
        listeners = listen("127.0.0.1", 0, 0)
        stop = threading.Event()
        thread = threading.Thread(target=serve, args=(desk.ctx, listeners, stop))
        url = listeners.public_url
        thread.start()
        try:
            yield desk, f"{url}/h/{path}"
        finally:
            stop.set()
            thread.join()


def test_a_mailing_is_held_with_one_thumb(planned: tuple[Bench, str], browser: Browser) -> None:
    desk, url = planned
    pictures = os.environ.get("HOLD_PICTURES", "")
    for scheme in ("light", "dark"):
        for width in (375, 1280):
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=False
            )
            page = context.new_page()
            for language in ("en", "fr"):
                page.goto(url.replace("lang=fr", f"lang={language}"))
                assert page.locator("html").get_attribute("lang") == language
                button = page.get_by_role("button")
                box = button.bounding_box()
                assert box
                assert box["height"] >= 48
                assert box["y"] + box["height"] <= 800, "within a thumb's reach, without scrolling"
                if pictures:
                    page.screenshot(path=f"{pictures}/ask-{language}-{width}-{scheme}.png", full_page=True)
            context.close()
    assert desk.campaign(1).status is CampaignStatus.SCHEDULED
    page = browser.new_context(viewport={"width": 375, "height": 800}, java_script_enabled=False).new_page()
    page.goto(url)
    assert "2\u202f911" in (page.locator("dl").text_content() or "").replace("\u00a0", "\u202f")
    page.get_by_role("button", name="Retenir l’envoi").click()
    assert page.locator("h1").text_content() == "L’envoi est retenu"
    assert desk.campaign(1).status is CampaignStatus.PAUSED
    if pictures:
        page.screenshot(path=f"{pictures}/held-fr-375-light.png", full_page=True)
    page.context.close()
