"""The preview in a real browser, started as a person starts it: renewed at a save, usable at every width, safe from mails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_layout import SCREENS, TEXTS
from tests.unit.templates.test_contrast import contrast
from tests.writing import GREETING, ROOT, copied

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SLUG = f"issues/{GREETING}"
SHOWN = "iframe:not(.behind)"
VIEWS = ("both", "text", "source")
#: seconds from a save to the new text in the frame, best of several: 0.3 on a machine at rest, room for one that is not
BLINK = 1.5
TARGETS = """() => [...document.querySelectorAll('button, select, input, .segments a, summary, .tongue')]
  .filter(one => one.getClientRects().length && one.type !== 'hidden')
  .map(one => ({text: one.textContent.trim().slice(0, 30), height: Math.max(one.getBoundingClientRect().height,
    one.closest('.segments')?.getBoundingClientRect().height ?? 0)}))"""
UNNAMED = """() => [...document.querySelectorAll('input:not([type=hidden]), select, a, button, iframe')]
  .filter(one => !(one.labels?.length || one.getAttribute('aria-label') || one.title || one.textContent.trim())).length"""


@dataclass
class Looked:
    """A running preview, its workspace, a browser."""

    root: Path
    url: str
    browser: Browser
    said: list[str] = field(default_factory=list)

    def page(
        self, path: str = SLUG, width: int = 1280, scheme: str = "light", *, script: bool = True
    ) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
            locale="en-CA",
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: self.said.append(f"dialog {dialog.message}"))
        page.goto(self.url + path)
        if script:
            page.wait_for_selector("body[data-connected=yes]")
        return page

    def file(self, language: str = "en") -> Path:
        return self.root / "issues" / f"{GREETING}.{language}.md"

    def edit(self, old: str, new: str) -> None:
        text = self.file().read_text(encoding="utf-8")
        assert old in text
        self.file().write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Looked]:
    root = copied(tmp_path_factory.mktemp("preview"))
    process = start(root)
    try:
        yield Looked(root, address(process), browser)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stdout is not None
        process.stdout.close()


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return subprocess.Popen(
        [sys.executable, "-m", "newsletter", "preview", *arguments, "--port", "0", "--no-open"],
        cwd=root,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Preview: http://127.0.0.1:"), line
    return "/".join(line.split()[1].split("/")[:3]) + "/"


@pytest.fixture(autouse=True)
def mended(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test leaves the workspace as it was."""
    found: Looked = request.getfixturevalue("looked")
    kept = {path: path.read_bytes() for path in found.root.rglob("*") if path.is_file()}
    found.said.clear()
    yield
    for path, content in kept.items():
        if path.read_bytes() != content:
            path.write_bytes(content)


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
@pytest.mark.ci
def test_every_page_fits_and_can_be_read(width: int, scheme: str, looked: Looked) -> None:
    paths = [
        "issues",
        "issues/nothing",
        *(f"{SLUG}?view={view}&ui={ui}" for view, ui in zip(VIEWS, ("en", "fr", "en"), strict=True)),
    ]
    looked.edit("Thank you", "TODO")
    page = looked.page(paths[0], width, scheme)
    for path in paths:
        page.goto(looked.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        for text in page.evaluate(TEXTS):
            assert contrast(text["colour"], text["ground"]) >= 4.5, (path, text)
            assert text["size"] >= 12.5, (path, text)
        assert page.locator("h1").count() == 1
        assert page.evaluate(UNNAMED) == 0
        if width < 600:
            assert [target for target in page.evaluate(TARGETS) if target["height"] < 44] == []
    page.context.close()


def test_a_save_is_seen_at_once_and_nothing_jumps(looked: Looked) -> None:
    page = looked.page()
    frame = page.frame_locator(f".desktop {SHOWN}")
    expect(frame.locator("h1")).to_be_visible()
    page.evaluate("scrollTo(0, 600)")
    took = []
    for number in range(6):
        begun = time.monotonic()
        looked.edit("A year" if not number else f"Year {number - 1}", f"Year {number}")
        expect(frame.get_by_text(f"Year {number} of making it work")).to_be_attached()
        took.append(time.monotonic() - begun)
        expect(page.locator("iframe")).to_have_count(2)
    assert min(took) < BLINK, took
    assert page.evaluate("scrollY") == 600
    assert "Renewed" in (page.locator("[data-live]").text_content() or "")
    expect(page.locator("h1")).to_have_text("Year 5 of making it work")
    assert page.title().startswith("Year 5")
    page.context.close()


@pytest.mark.ci
def test_a_save_of_template_picture_and_settings_is_seen(looked: Looked) -> None:
    page = looked.page(f"{SLUG}?view=phone")
    frame = page.frame_locator(f".phone {SHOWN}")
    words = looked.root / "templates" / "words.toml"
    words.write_text(
        words.read_text(encoding="utf-8").replace('"View online"', '"Look online"'), encoding="utf-8"
    )
    expect(frame.get_by_text("Look online")).to_be_attached()
    settings = looked.root / "newsletter.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('en = "NGen News"', 'en = "Other News"'),
        encoding="utf-8",
    )
    expect(page.locator(".home")).to_have_text("Other News")
    page.context.close()


def test_a_broken_file_is_told_and_the_last_good_mail_stays(looked: Looked) -> None:
    page = looked.page()
    frame = page.frame_locator(f".desktop {SHOWN}")
    expect(frame.locator("h1")).to_be_visible()
    looked.edit("template: greeting", "template: greting")
    expect(page.locator(".broken .here")).to_contain_text("template: greting")
    expect(page.locator(".broken")).to_contain_text(f"{GREETING}.en.md:5:1")
    expect(frame.locator("h1")).to_have_count(1)
    looked.edit("template: greting", "template: greeting")
    expect(page.locator(".broken")).to_have_count(0)
    page.context.close()


def test_remarks_lead_to_the_authors_line(looked: Looked) -> None:
    looked.edit("Thank you for your", "TODO for your")
    page = looked.page()
    remark = page.locator(".remarks li").first
    remark.locator("summary").click()
    expect(remark.locator(".here")).to_contain_text("TODO for your")
    looked.edit("TODO for your", "\nTODO for your")  # one line further down
    expect(page.locator(".remarks .where")).to_contain_text(":37:")
    looked.edit("TODO for your", "Thank you for your")
    expect(page.locator(".remarks")).to_have_count(0)
    page.context.close()


@pytest.mark.ci
def test_choices_stand_in_the_address(looked: Looked) -> None:
    page = looked.page()
    frame = page.frame_locator(f".desktop {SHOWN}")
    expect(frame.get_by_text("Dear Alex,")).to_be_attached()
    page.locator("#lang-2").click()
    expect(frame.get_by_text("Bonjour Alex,")).to_be_attached()
    assert "lang=fr" in page.url
    page.get_by_label("As", exact=True).select_option("nameless")
    expect(frame.get_by_text("Bonjour à vous,")).to_be_attached()
    page.get_by_role("switch", name="Dark").click()
    expect(page.get_by_role("switch", name="Dark")).to_have_attribute("aria-checked", "true")
    body = frame.locator("body")
    expect(body).not_to_have_css("background-color", "rgb(244, 241, 236)")
    page.get_by_role("link", name="Plain text").click()
    expect(page.locator(".sheet")).to_contain_text("Bonjour à vous,")
    assert page.url.endswith("?lang=fr&view=text&dark=1&reader=nameless")
    page.go_back()
    expect(page.locator("iframe")).to_have_count(2)
    page.context.close()


@pytest.mark.ci
def test_a_phone_shows_every_choice_whole(looked: Looked) -> None:
    page = looked.page(width=375)
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.segments a')].filter(a => {
            const own = a.getBoundingClientRect(), around = a.parentElement.getBoundingClientRect();
            return own.right > Math.min(around.right, innerWidth) + 0.5;
        }).map(a => a.textContent)"""
    )
    assert cut == []
    narrow = page.evaluate(
        "() => [...document.querySelectorAll('.toolbar select')].filter(s => s.clientWidth < 180).length"
    )
    assert narrow == 0
    page.context.close()


@pytest.mark.ci
def test_images_off(looked: Looked) -> None:
    page = looked.page()
    loaded = "[...document.images].map(one => one.naturalWidth > 0)"
    expect(page.frame_locator(f".desktop {SHOWN}").locator("h1")).to_be_visible()
    assert all(page.frames[1].evaluate(loaded))
    page.get_by_role("switch", name="No images").click()
    expect(page.locator(f".desktop {SHOWN}")).to_have_attribute(
        "src", f"/mail/{GREETING}/{_version(page)}?lang=en&images=off"
    )
    assert not any(page.frames[-1].evaluate(loaded))
    page.context.close()


def _version(page: Page) -> str:
    return (page.locator(f".desktop {SHOWN}").get_attribute("src") or "").split("/")[3].split("?")[0]


def test_by_keyboard_alone(looked: Looked) -> None:
    page = looked.page(width=375)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the mail")).to_be_focused()
    page.locator("#lang-2").focus()
    page.keyboard.press("Enter")
    expect(page.frame_locator(f".phone {SHOWN}").get_by_text("Bonjour Alex,")).to_be_attached()
    expect(page.locator("#lang-2")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "2px"
    page.context.close()


@pytest.mark.ci
def test_without_script_every_choice_is_a_link(looked: Looked) -> None:
    page = looked.page(script=False)
    page.get_by_role("link", name="Plain text").click()
    expect(page.locator(".sheet")).to_contain_text("Dear Alex,")
    page.get_by_label("As", exact=True).select_option("nameless")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".sheet")).to_contain_text("Dear friend,")
    page.context.close()


HOSTILE = """<!DOCTYPE html><html><head><meta http-equiv="refresh" content="0;url=http://evil.invalid/refresh"></head>
<body onload="alert(1)"><script>top.document.title = "taken"; fetch("http://evil.invalid/fetch")</script>
<img src="http://evil.invalid/image" alt="" onerror="alert(2)"><style>@import "http://evil.invalid/style";</style>
<iframe src="http://evil.invalid/frame"></iframe><form action="http://evil.invalid/form"><button>Send</button></form>
<p><a href="http://evil.invalid/top" target="_top">Out</a> <a href="javascript:alert(3)">Script</a></p></body></html>"""


def test_a_mail_runs_no_script_and_asks_no_other_host(looked: Looked) -> None:
    """Whatever a mail holds: the answer's own headers, with a body that no composing would let through."""
    asked: list[str] = []
    context = looked.browser.new_context()
    page = context.new_page()
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.route("**/mail/**", lambda route: route.fulfill(response=route.fetch(), body=HOSTILE))
    context.route("http://evil.invalid/**", lambda route: (asked.append(route.request.url), route.abort()))
    page.goto(looked.url + f"{SLUG}?view=desktop")
    frame = page.frame_locator(SHOWN)
    expect(frame.get_by_text("Out")).to_be_attached()
    for name in ("Out", "Script", "Send"):
        frame.get_by_text(name).dispatch_event("click")
        frame.get_by_text(name).click(force=True, no_wait_after=True)
    page.wait_for_timeout(400)  # a refresh of zero seconds would have come by now
    assert asked == []
    assert page.url == looked.url + f"{SLUG}?view=desktop"
    assert page.title().startswith("A year of making it work")
    context.close()


@pytest.mark.ci
def test_no_page_breaks_its_own_policy(looked: Looked) -> None:
    for path in ("issues", SLUG, f"{SLUG}?dark=1", f"{SLUG}?view=text&ui=fr"):
        page = looked.page(path)
        page.wait_for_load_state("load")
        page.context.close()
    assert looked.said == []


def test_the_end_is_told(tmp_path: Path, looked: Looked) -> None:
    process = start(copied(tmp_path), GREETING)
    url = address(process)
    context = looked.browser.new_context(locale="fr-CA")
    page = context.new_page()
    page.goto(url)
    assert page.url == f"{url}{SLUG}"
    page.wait_for_selector("body[data-connected=yes]")
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert time.monotonic() - begun < 5  # an open page does not hold it
    expect(page.locator("[data-live]")).to_have_text("L’aperçu s’est arrêté")
    context.close()
    assert process.stdout is not None
    process.stdout.close()


def pictures(looked: Looked, folder: Path) -> None:
    """Pictures of the pages, to be looked at."""
    paths = {
        "list": "issues",
        "issue": SLUG,
        "text": f"{SLUG}?view=text",
        "french": f"{SLUG}?lang=fr&ui=fr&dark=1",
    }
    for (name, path), width, scheme in product(paths.items(), (375, 1280), ("light", "dark")):
        page = looked.page(path, width, scheme)
        page.screenshot(path=folder / f"preview-{name}-{width}-{scheme}.png")
        page.context.close()
