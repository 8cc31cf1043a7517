"""The unsubscribe and preferences pages in a real browser, without script: used as a reader would, measured in light and dark."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from newsletter.model import hold_token
from newsletter.model.token import sign
from newsletter.pipeline.leave import leave
from newsletter.store import tables
from newsletter.web.serving import listen, serve
from tests.browser.test_layout import TEXTS, fits_every_width, is_sound, reads
from tests.mailed import ANA, BASE_URL, BEN, CLO, KEYS, PUBLICATION, Mailed, Person, hand_over, world
from tests.published import frozen, publish
from tests.unit.templates.test_contrast import contrast

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

OVER = datetime(2021, 2, 12, tzinfo=UTC)  #: when the events of these issues are over, or some of them
DAN = Person("dan@example.org", "Dan")
_CONTACT = "communications.relations.membres@infolettre.ngen.example"
WORDY = replace(PUBLICATION, contact={"en": _CONTACT, "fr": _CONTACT})
WIDTHS, SCHEMES = (320, 375, 1280), ("light", "dark")
#: what can be pressed or ticked, and how high the part is that takes the press
TARGETS = """() => [...document.querySelectorAll('button, label.choice, .utility a, .row a')].map(one => ({
  text: one.textContent.trim(), height: one.getBoundingClientRect().height}))"""
UNNAMED = """() => [...document.querySelectorAll('input:not([type=hidden])')].filter(one => !one.labels.length).length"""


@dataclass
class Looked:
    """A running program and a browser to look with."""

    mailed: Mailed
    browser: Browser
    public: str
    said: list[str] = field(default_factory=list)

    def page(self, path: str, width: int = 375, scheme: str = "light") -> Page:
        """A page without script, as many readers' browsers are set."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=False,
            locale="en-CA",
        )
        page = context.new_page()
        page.on("console", lambda message: self.said.append(message.text))

        # The mail names the program's public address, as a reverse proxy would answer it.
        def answer(route: Route) -> None:
            url = route.request.url.replace(BASE_URL, self.public)
            route.fulfill(response=context.request.get(url))

        page.route(f"{BASE_URL}/**", answer)
        page.goto(self.public + path)
        return page

    def own(self, email: str) -> str:
        return self.mailed.tokens(email).own

    def hold(self, days: int = 1) -> str:
        until = self.mailed.ctx.now() + timedelta(days=days)
        return hold_token.sign(KEYS.signing, KEYS.current, self.mailed.campaign, until)


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Looked]:
    with world(tmp_path_factory.mktemp("pages"), publication=WORDY) as mailed:
        hand_over(mailed, (ANA, BEN, CLO, DAN))
        leave(mailed.ctx, mailed.deliveries[DAN.email], "page")
        for days, template in enumerate(("greeting", "digest", "event", "observance")):
            publish(mailed, frozen(template), days=200 * days)
        mailed.clock.at = OVER
        listeners = listen("127.0.0.1", 0, 0)
        stop = threading.Event()
        thread = threading.Thread(target=serve, args=(mailed.ctx, listeners, stop))
        url = listeners.public_url
        thread.start()
        try:
            yield Looked(mailed, browser, url)
        finally:
            stop.set()
            thread.join()


#: issues in the archive: each is a mail below our one line
ISSUES = {
    "archive-event": "/archive/2021-01-27-next-shift/en",
    "archive-event-fr": "/archive/2021-01-27-next-shift/fr",
    "archive-digest-fr": "/archive/2021-01-20-january-digest/fr",
    "archive-greeting": "/archive/2020-12-16-holiday-greeting/en",
}


def paths(looked: Looked) -> dict[str, str]:
    """Every kind of page."""
    return {
        "ask": f"/u/{looked.own(ANA.email)}",
        "ask-fr": f"/u/{looked.own(BEN.email)}",
        "done": f"/u/{looked.own(DAN.email)}",
        "done-fr": f"/u/{looked.own(DAN.email)}?lang=fr",
        "preferences": f"/p/{looked.own(ANA.email)}",
        "preferences-fr": f"/p/{looked.own(BEN.email)}",
        "test": f"/u/{sign(KEYS.signing, KEYS.current, 0).own}",
        "unknown": f"/u/{sign(KEYS.signing, KEYS.current, 999).own}?lang=fr",
        "missing": "/u/nonsense",
        "own": "/own",
        "archive": "/archive?lang=en",
        "archive-fr": "/archive?lang=fr",
        "hold": f"/h/{looked.hold()}",
        "hold-fr": f"/h/{looked.hold()}?lang=fr",
        "hold-expired": f"/h/{looked.hold(-1)}?lang=fr",
    }


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.ci
def test_every_page_fits_and_can_be_read(looked: Looked, scheme: str) -> None:
    page = looked.page("/robots.txt", scheme=scheme)
    for name, path in paths(looked).items():
        page.goto(looked.public + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            for text in page.evaluate(TEXTS):
                assert contrast(text["colour"], text["ground"]) >= 4.5, (name, text)
                assert text["size"] >= 13, (name, text)
            for target in page.evaluate(TARGETS):
                assert target["height"] >= 44, (name, width, target)
        assert page.locator("h1").count() == 1
        assert page.evaluate(UNNAMED) == 0
        assert page.locator("html").get_attribute("lang") in {"en", "fr"}
    page.context.close()


@pytest.mark.ci
def test_an_issue_of_the_archive_fits_and_can_be_read(looked: Looked) -> None:
    page = looked.page("/robots.txt")
    for path in ISSUES.values():
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(looked.public + path)
            fits_every_width(page)
            page.set_viewport_size({"width": 375, "height": 800})
            is_sound(page)
            reads(page)
        assert page.locator(".nl-way a").bounding_box()["y"] < 40  # type: ignore[index]
        assert page.evaluate("[...document.images].every(one => one.naturalWidth > 1)")
    page.goto(looked.public + ISSUES["archive-event"])
    assert not page.get_by_role("link", name="View online").is_visible()
    page.get_by_role("link", name="Version française").click()
    assert page.locator("h1").inner_text() == "La relève à\u00a0l’atelier"
    page.get_by_role("link", name="Tous les numéros parus").click()
    assert page.locator("h1").inner_text() == "Numéros parus"
    page.context.close()


def test_a_reader_changes_preferences_and_leaves_by_keyboard(looked: Looked) -> None:
    page = looked.page(f"/p/{looked.own(CLO.email)}?lang=en", 1280)
    page.get_by_label("Français").focus()
    page.keyboard.press("Space")
    page.get_by_label("Do not measure my reading").focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    page.keyboard.press("Space")
    assert outline == "2px"
    page.get_by_role("button", name="Save").press("Enter")
    assert page.get_by_role("status").text_content() == "Saved."
    assert page.get_by_label("Français").is_checked()
    page.get_by_role("link", name="Unsubscribe from NGen News").click()
    assert page.locator("h1").text_content() == "Leave NGen News?"
    assert "c•••@e•••.org" in (page.locator("main").text_content() or "")
    page.get_by_role("button", name="Unsubscribe").click()
    assert page.locator("h1").text_content() == "You are unsubscribed"
    page.get_by_role("link", name="Lire en français").click()
    assert page.locator("h1").text_content() == "Désabonnement confirmé"
    page.context.close()
    (listed,) = [row for row in looked.mailed.rows(tables.suppressions) if row["address"] == CLO.email]
    assert (listed["reason"], listed["source"]) == ("unsubscribed", "page")


def test_the_mail_in_the_browser_shows_its_image_and_keeps_within_its_policy(looked: Looked) -> None:
    page = looked.page(f"/v/{looked.own(ANA.email)}")
    assert "Dear Ana" in (page.text_content("body") or "")
    assert page.evaluate("[...document.images].map(one => one.naturalWidth)") == [1, 1]
    page.context.close()


@pytest.mark.ci
def test_no_page_breaks_its_own_policy(looked: Looked) -> None:
    looked.said.clear()
    for path in (*paths(looked).values(), *ISSUES.values()):
        looked.page(path).context.close()
    assert not [text for text in looked.said if "Content Security Policy" in text]


def pictures(looked: Looked, folder: Path) -> None:
    """Pictures of every page, to be looked at."""
    for (name, path), width, scheme in product({**paths(looked), **ISSUES}.items(), (375, 1280), SCHEMES):
        page = looked.page(path, width, scheme)
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
        page.context.close()
