"""Review and approval on a phone and at a desk, in a real browser: a reviewer without an account comments; an approver decides by the
link of a mail that a real SMTP server took; a second look shows only the difference."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from newsletter.model.account import Role
from newsletter.model.campaign import AudienceRule, CampaignStatus
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import asking, commenting, considering, plan, reminding, requests_sent, schedule
from newsletter.pipeline.freeze import freeze
from tests.browser.studio import GREETING, LOOKS, Studio, objections, served
from tests.emulated import Emulated
from tests.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]

Checked = Callable[[Page, str], None]
ISSUE = f"issues/{GREETING}"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> \u202egnp.exe"


@pytest.fixture
def post() -> Iterator[MailServer]:
    """The mail server of notices."""
    with mail_server() as made:
        yield made


@pytest.fixture
def studio(tmp_path: Path, far: Emulated, post: MailServer) -> Iterator[Studio]:
    """A served studio that can ask Ann, in English, and Line, in French."""
    with served(
        tmp_path,
        far,
        NEWSLETTER_APPROVERS="Ann Lee <ann@ngen.example>, Line Roy <line@ngen.example> fr",
        NEWSLETTER_APPROVAL_DEPUTIES="Jay Myers <jay@ngen.example>",
        NEWSLETTER_NOTICES_SMTP_HOST="127.0.0.1",
        NEWSLETTER_NOTICES_SMTP_PORT=str(post.port),
        NEWSLETTER_NOTICES_SMTP_SECURITY="none",
    ) as made:
        yield made


def planned(studio: Studio) -> int:
    """The greeting for the 16th at nine, waiting for approval."""
    ctx = studio.ctx
    table = schedule.timetable(ctx, ScheduleWish(at="2020-12-16 09:00"))
    frozen = freeze(ctx, GREETING, schedule.instant(table))
    assert frozen.edition, frozen.findings
    ask = plan.Ask(frozen.edition, AudienceRule(("everyone",)), "sendgrid", when=table)
    return plan.plan(ctx, ask, frozen.files).campaign.id


def write(studio: Studio, language: str, old: str, new: str) -> None:
    path = studio.root / f"{ISSUE}.{language}.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def link_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return re.findall(r"https?://\S+", body.get_content())[-1]


def mail_to(post: MailServer, address: str) -> EmailMessage:
    """The last mail to somebody."""
    return [one for one in post.mails if address in str(one["To"])][-1]


#: one look of each language, all where pictures are wanted
SHOWN = LOOKS if os.environ.get("REVIEW_PICTURES") else LOOKS[::3]


def picture(page: Page, name: str, **more: object) -> None:
    if folder := os.environ.get("REVIEW_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True, **more)  # type: ignore[arg-type]


def phone(browser: Browser, language: str = "en", *, dark: bool = False) -> Page:
    context = browser.new_context(
        viewport={"width": 375, "height": 740},
        locale=f"{language}-CA",
        color_scheme="dark" if dark else "light",
    )
    return context.new_page()


def test_a_reviewer_without_an_account_comments(studio: Studio, browser: Browser) -> None:
    _, url = commenting.make_link(studio.ctx, GREETING)
    page = phone(browser)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(url)
    picture(page, "review-375-en-light")
    block = page.locator("li.block").filter(has_text="Heading").first
    block.get_by_text("Comment", exact=True).click()
    page.get_by_label("Your name").locator("visible=true").fill(HOSTILE)
    page.get_by_label("Your comment").locator("visible=true").fill(f"Is this right?\n{HOSTILE}")
    page.get_by_role("button", name="Send the comment").locator("visible=true").click()
    page.get_by_text("Your comment was sent.").wait_for()
    assert page.get_by_text("1 open comment").is_visible()
    assert page.locator(".thread script, .thread img").count() == 0
    page.locator("li.block").filter(has_text="Subject").first.get_by_text("Comment", exact=True).click()
    assert page.get_by_label("Your name").locator("visible=true").count() == 0, "asked once"
    assert dialogs == []
    picture(page, "review-375-en-said")
    (said,) = commenting.of_issue(studio.ctx, GREETING)
    assert "\u202e" not in said.author + said.body
    commenting.resolve(studio.ctx, said.number, "It is.")
    page.goto(url)
    assert page.get_by_text("It is.").is_visible()
    assert commenting.revoke(studio.ctx, GREETING) == 1
    assert page.goto(url).status == 410  # type: ignore[union-attr]
    page.context.close()


def test_the_pages_of_review_and_approval(
    studio: Studio, page: Page, checked: Checked, post: MailServer
) -> None:
    _, url = commenting.make_link(studio.ctx, GREETING)
    checked(page, url)
    number = planned(studio)
    asking.ask(studio.ctx, number)
    requests_sent.deliver(studio.ctx)
    mine = link_in(mail_to(post, "line")).partition("?")[0]
    for width, scheme, language in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(f"{mine}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert objections(page) == [], (width, scheme, language)
        assert not page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        picture(page, f"approve-{width}-{scheme}-{language}")
        if (width, scheme, language) not in SHOWN:
            continue
        page.goto(f"{url}?lang={language}&text={language}&scheme={scheme}")
        page.wait_for_function("document.querySelector('iframe.mail').height > 700")
        picture(page, f"review-{width}-{scheme}-{language}")


def test_approved_by_the_link_of_a_mail(studio: Studio, browser: Browser, post: MailServer) -> None:
    number = planned(studio)
    asking.ask(studio.ctx, number)
    assert requests_sent.deliver(studio.ctx) == 3
    assert requests_sent.deliver(studio.ctx) == 0, "once each"
    assert {str(mail["To"]) for mail in post.mails} == {
        "Approver <approver@ngen.example>",
        "Ann Lee <ann@ngen.example>",
        "Line Roy <line@ngen.example>",
    }
    french = mail_to(post, "line")
    assert str(french["Subject"]).startswith("À approuver")
    html = french.get_body(("html",))
    assert html is not None
    page = phone(browser, "fr")
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_content(html.get_content())
        assert not page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        picture(page, f"mail-375-fr-{'dark' if dark else 'light'}")
    url = link_in(french)
    before = studio.everything()
    for _ in range(3):  # programs that look where links lead
        assert httpx.get(url, trust_env=False, timeout=30).status_code == 200
        assert httpx.head(url, trust_env=False, timeout=30).status_code == 200
    assert studio.everything() == before, "whoever opens it changes nothing"
    page.goto(url)
    assert page.locator("html").get_attribute("lang") == "fr"
    box = page.get_by_role("button", name="Approuver").bounding_box()
    assert box
    assert box["height"] >= 48
    assert box["y"] + box["height"] <= 740, "within a thumb's reach"
    page.get_by_role("button", name="Approuver").click()
    page.get_by_role("heading", name="Approuvé").wait_for()
    picture(page, "approved-375-fr")
    assert studio.ctx.store is not None
    status = {row["id"]: row["status"] for row in studio.rows(_campaigns())}
    assert status[number] == CampaignStatus.SCHEDULED.value
    assert page.goto(link_in(mail_to(post, "ann"))).status == 410, "not needed any more"  # type: ignore[union-attr]
    page.context.close()


def _campaigns() -> object:
    from newsletter.store import tables

    return tables.campaigns


def test_a_change_is_asked_for_and_the_next_look_shows_only_that(
    studio: Studio, browser: Browser, post: MailServer
) -> None:
    number = planned(studio)
    asking.ask(studio.ctx, number, ["Ann Lee"])
    requests_sent.deliver(studio.ctx)
    page = phone(browser)
    page.goto(link_in(mail_to(post, "ann")))
    page.get_by_label("What should be changed?").fill("Say how many members we are.")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Your words were sent").wait_for()
    assert commenting.open_on(studio.ctx, GREETING) == 1
    asking.ask(studio.ctx, number, ["Line Roy"])
    requests_sent.deliver(studio.ctx)
    page.goto(f"{link_in(mail_to(post, 'line'))}&lang=en")
    assert page.get_by_role("button", name="Approve").count() == 0
    picture(page, "approve-375-comments-open")
    (said,) = commenting.of_issue(studio.ctx, GREETING)
    commenting.resolve(studio.ctx, said.number)
    write(studio, "en", "members", "members, more than ever,")
    asking.ask(studio.ctx, number, ["Ann Lee"])
    requests_sent.deliver(studio.ctx)
    page.goto(link_in(mail_to(post, "ann")))
    assert page.get_by_text("Changes since you last answered").is_visible()
    assert [text.strip() for text in page.locator("ins").all_inner_texts()] == [
        "members, more than ever,"
    ] or page.locator("ins").count()
    assert not page.locator("iframe.mail").is_visible(), "only the difference"
    picture(page, "approve-375-difference")
    write(studio, "en", "more than ever", "more than before")
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("It changed while you were looking").wait_for()
    picture(page, "approve-375-otherwise")
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("heading", name="Approved").wait_for()
    assert considering.state(studio.ctx, number) == "nothing-to-approve"
    page.context.close()


def test_reminders_and_a_deputy_each_once(studio: Studio, browser: Browser, post: MailServer) -> None:
    number = planned(studio)
    asking.ask(studio.ctx, number, ["Ann Lee"])
    for hours in (0, 21, 6, 8, 5):
        studio.clock.forward(hours * 3600)
        reminding.sweep(studio.ctx)
        reminding.sweep(studio.ctx)
        requests_sent.deliver(studio.ctx)
    told = [f"{mail['To']}: {mail['Subject']}" for mail in post.mails]
    assert len(told) == len(set(told))
    assert any("jay@ngen.example" in one for one in told), told
    assert any("Reminder" in one for one in told), told
    page = phone(browser)
    page.goto(link_in(mail_to(post, "jay")))
    assert page.get_by_text("You are asked in the place of Ann Lee").is_visible()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("heading", name="Approved").wait_for()
    page.context.close()


def test_a_comment_in_the_studio(studio: Studio, page: Page, checked: Checked) -> None:
    """Comments beside the mail, at every width, in both schemes and languages; they come before an approval."""
    number = planned(studio)
    studio.sign_in(page, Role.APPROVER)
    page.goto(f"{studio.url}/issues/{GREETING}/review")
    page.get_by_label("Comment on: What you set in motion").click()
    page.get_by_label("Your comment").locator("visible=true").fill(f"Is this right? {HOSTILE}")
    page.get_by_role("button", name="Send").locator("visible=true").click()
    page.get_by_text("1 open comment. Nobody can approve").wait_for()
    page.get_by_role("button", name="Make a link").click()
    page.get_by_text("The link is made").wait_for()
    address = page.get_by_label("Address").input_value()
    assert httpx.get(address, trust_env=False, timeout=30).status_code == 200
    checked(page, f"/issues/{GREETING}/review?text=fr")
    for look in SHOWN:
        shown(studio, page, look, f"/issues/{GREETING}/review?text=en")
        picture(page, "studio-review-{}-{}-{}".format(*look))
    studio.speak(Role.APPROVER, "en")
    page.goto(f"{studio.url}/mailings/{number}/approval")
    assert page.get_by_text("1 comment is open: it comes first.").is_visible()
    page.get_by_role("link", name="See them").click()
    page.get_by_text("Answer or resolve").click()
    page.get_by_label("Your words").fill("It is.")
    page.get_by_role("button", name="Resolve").click()
    page.get_by_text("No open comments.").wait_for()


def test_an_approval_in_the_studio(studio: Studio, page: Page, checked: Checked) -> None:
    """From asking to the history; the number of people is typed."""
    number = planned(studio)
    studio.sign_in(page, Role.APPROVER)
    page.goto(f"{studio.url}/mailings/{number}/approval")
    page.get_by_label("Approver").uncheck()
    page.get_by_role("button", name="Ask").click()
    page.get_by_text("2 people are asked.").wait_for()
    checked(page, f"/mailings/{number}/approval")
    for look in SHOWN:
        shown(studio, page, look, f"/mailings/{number}/approval")
        picture(page, "studio-approval-{}-{}-{}".format(*look))
    studio.speak(Role.APPROVER, "en")
    page.goto(f"{studio.url}/mailings/{number}/approval")
    page.get_by_label("Type 39 to confirm").fill("38")
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("the number was not typed as shown").wait_for()
    page.get_by_label("Type 39 to confirm").fill("39")
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("It is approved, and goes out at its time.").wait_for()
    assert page.get_by_text("in the studio").is_visible()
    checked(page, f"/mailings/{number}/approval")
    picture(page, "studio-approved-1280")


def shown(studio: Studio, page: Page, look: tuple[int, str, str], path: str) -> None:
    width, scheme, language = look
    studio.speak(Role.APPROVER, language)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(studio.url + path)
    page.wait_for_function("document.querySelector('iframe.mail').height > 700")
