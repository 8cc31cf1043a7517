"""The Mailbox in a real browser: mails of both languages are read, hostile ones do nothing, every page is looked at in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from newsletter.model.account import Role
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import mailbox, proposal
from newsletter.store import tables
from tests.browser.studio import GREETING, Studio, check, served
from tests.emulated import Emulated

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]

expect.set_options(
    timeout=30_000
)  # an issue is built for each look, on machines that do other things as well
Checked = Callable[[Page, str], None]
SCRIPTS = "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
HOSTILE = f"""<html><head><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<script>parent.document.title='ran'; top.location='https://evil.example/'</script></head>
<body onload="parent.document.title='ran'"><form action="https://evil.example/"><button>Go</button></form>
<a id="out" href="https://evil.example/" target="_top">Out</a><img src="https://evil.example/pixel">{SCRIPTS}</body></html>"""


@pytest.fixture
def studio(tmp_path: Path, far: Emulated) -> Iterator[Studio]:
    """A studio that sends as fast as it can."""
    with served(tmp_path, far, NEWSLETTER_SEND_RATE_PER_MINUTE="0") as made:
        yield made


def sent(studio: Studio) -> None:
    wanted = proposal.Wanted(GREETING, ScheduleWish(at="2020-12-14 11:00"), ("everyone",))
    made = proposal.propose(studio.ctx, proposal.timed(studio.ctx, wanted))
    proposal.make(studio.ctx, made, approved=True)
    studio.clock.forward(3600)
    studio.work()


def put(studio: Studio, name: str, source: bytes) -> str:
    folder = studio.root / "var" / "outbox" / "greeting" / "batch-1-1-0123456789ab"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.eml").write_bytes(source)
    return f"greeting/{folder.name}/{name}.eml"


def hostile() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "NGen <n@ngen.example>", "a@b.example", SCRIPTS
    mail["X-Scripts"] = SCRIPTS
    mail.set_content(SCRIPTS)
    mail.add_alternative(HOSTILE, subtype="html")
    mail.add_attachment(HOSTILE.encode(), maintype="text", subtype="html", filename="../<script>.html")
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="next-shift.ics")
    return mail.as_bytes()


def test_mails_of_a_mailing_are_read_in_both_languages(studio: Studio, page: Page) -> None:
    sent(studio)
    studio.sign_in(page, Role.VIEWER)
    page.goto(f"{studio.url}/mailbox")
    expect(page.locator(".list-head .note")).to_contain_text("39 mails")
    for subject, greeting in (
        ("A year of making it work", "This was a year like no other."),
        ("Une année à se retrousser les manches", "L’année qui s’achève n’a ressemblé à aucune autre."),
    ):
        page.locator(".inbox a", has=page.locator(".subject", has_text=subject)).first.click()
        page.get_by_role("heading", level=1, name=subject).wait_for()
        frame = page.frame_locator(".sheet iframe")
        expect(frame.locator("body")).to_contain_text(greeting)
        shown = page.evaluate("async () => (await fetch(document.querySelector('iframe').src)).text()")
        assert "/i/" in shown, "pictures are asked for"
    page.get_by_role("link", name="Headers").click()
    expect(page.locator(".headers")).to_contain_text("List-Unsubscribe-Post")
    page.get_by_role("link", name="Plain text").click()
    expect(page.locator(".plain-text")).to_contain_text("L’année qui s’achève")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download the source").click()
    assert b"List-Unsubscribe" in Path(saved.value.path()).read_bytes()
    page.locator("#f-q").fill("member0010@")
    page.keyboard.press("Enter")
    expect(page.locator(".inbox a")).to_have_count(1)


def test_looking_counts_as_no_open(studio: Studio, page: Page) -> None:
    sent(studio)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    studio.sign_in(page, Role.VIEWER)
    page.goto(f"{studio.url}/mailbox")
    page.locator(".inbox a").first.click()
    page.frame_locator(".sheet iframe").locator("img").first.wait_for()
    page.wait_for_load_state("networkidle")
    pictures = [url for url in asked if url.startswith(studio.public_url)]
    assert pictures, "the mail's own pictures are shown"
    assert {url.split("/")[3] for url in pictures} == {"i"}
    assert studio.rows(tables.hits) == []


def test_a_hostile_mail_does_nothing(studio: Studio, page: Page) -> None:
    key = put(studio, "0001-a@b.example", hostile())
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    studio.sign_in(page, Role.VIEWER)
    page.goto(f"{studio.url}/mailbox?box=outbox")
    expect(page.locator(".inbox .subject")).to_have_text(SCRIPTS)
    for view in ("html", "phone", "text", "headers"):
        page.goto(f"{studio.url}/mailbox/read/outbox/{key}?box=outbox&view={view}")
        page.wait_for_load_state("networkidle")
        assert page.title().startswith(SCRIPTS[:20])
    page.goto(f"{studio.url}/mailbox/read/outbox/{key}?box=outbox")
    page.frame_locator(".sheet iframe").locator("#out").click()
    page.wait_for_load_state("networkidle")
    assert page.url.startswith(studio.url)
    assert len(page.context.pages) == 1
    evil = [request.failure for request in asked if "evil.example" in request.url]
    assert set(evil) == {"csp"}, "the policy lets nothing of it leave"
    page.goto(f"{studio.url}/mailbox/frame/outbox/{key}")
    assert page.title() != "ran"
    for name, text in (("_script_.html", b"evil"), ("next-shift.ics", b"VCALENDAR")):
        page.goto(f"{studio.url}/mailbox/read/outbox/{key}?box=outbox")
        with page.expect_download() as saved:
            page.get_by_role("link", name=name).click()
        assert saved.value.suggested_filename == name
        assert text in Path(saved.value.path()).read_bytes()


def test_the_mailbox_in_every_way(studio: Studio, page: Page, checked: Checked) -> None:
    studio.sign_in(page, Role.AUTHOR)
    checked(page, "/mailbox")
    sent(studio)
    checked(page, "/mailbox")
    key = mailbox.listing(studio.ctx, "emulator").lines[0].key
    for view in ("html", "phone", "text", "headers"):
        checked(page, f"/mailbox/read/emulator/{key}?box=emulator&view={view}")
    put(studio, "0001-a@b.example", hostile())
    checked(page, "/mailbox?box=outbox")


def test_an_emulator_that_is_gone_is_told(tmp_path: Path, far: Emulated, page: Page) -> None:
    gone = "http://127.0.0.1:9"
    with served(tmp_path, far, NEWSLETTER_SENDGRID_BASE_URL=gone) as studio:
        studio.sign_in(page, Role.VIEWER)
        check(studio, page, "/mailbox?box=emulator")
        expect(page.locator(".empty")).to_contain_text(gone)
