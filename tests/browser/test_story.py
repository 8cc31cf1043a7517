"""The whole story of a greeting, from `newsletter init` in a fresh folder to its receipt, by five people in their own browsers, judged
from the emulator's log alone: everyone once, nobody who left, each in their language, and no correction that nobody asked for.

The program runs as it is installed, in processes of its own; the night between approval and departure is a restart with a later clock.
With STORY_PICTURES=FOLDER every page on the way is pictured.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.browser.greeting import FIRST, LEAVING, RIGHT, TEXTS, WRONG, judge, mailed, write_list
from tests.browser.office import Office, messages, office
from tests.browser.studio import PASSWORD
from tests.emulated import Emulated
from tests.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]

expect.set_options(
    timeout=30_000
)  # an issue is built for each look, on machines that do other things as well
SLUG = "2020-12-22-thank-you"
ISSUE = f"/issues/{SLUG}"
FRAME = "#pane iframe:not(.behind)"
BEFORE = "2020-12-21T15:00:00Z"  #: a Monday; three working days before Christmas is the day after
#: two seconds before nine in Toronto
DUE = "2020-12-22T13:59:58Z"
LATER = "2020-12-22T14:20:00Z"  #: the minute in which the corrected text can be stopped is over
PEOPLE = {
    "Maya Chen": ("maya@ngen.example", ["Author"]),
    "Luc Roy": ("luc@ngen.example", ["Approver"]),
    "Sam Ng": ("sam@ngen.example", ["Sender", "Approver"]),
}


@pytest.fixture
def post() -> Iterator[MailServer]:
    """The mail server of the staff."""
    with mail_server() as made:
        yield made


@pytest.fixture
def place(tmp_path: Path, browser: Browser, far: Emulated, post: MailServer) -> Iterator[Office]:
    """An office in a fresh folder."""
    with office(tmp_path, browser, far, post) as made:
        yield made


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("STORY_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def to(page: Page, name: str) -> None:
    """Follow a link of the strip that leads from one place of an issue to the next."""
    page.locator("nav.places").get_by_role("link", name=name).click()


def begin(place: Office) -> Page:
    """The first account by the link of the terminal; it works once."""
    page = place.person()
    page.goto(place.first_link)
    picture(page, "01-first-account")
    page.get_by_label("Your name").fill("Ada Moss")
    page.get_by_label("Email address").fill("ada@ngen.example")
    for also in ("approve mailings", "send mailings"):
        page.get_by_label(also).uncheck()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("heading", name="Begin with the sample").wait_for()
    picture(page, "02-desk")
    answer = httpx.get(place.first_link, trust_env=False, timeout=30)
    assert answer.status_code != 200, "the link was used up"
    return page


def invite(place: Office, admin: Page, name: str) -> Page:
    """An account, and its person, who chooses a password."""
    email, roles = PEOPLE[name]
    admin.goto(f"{place.url}/settings/people/add")
    admin.get_by_label("Name", exact=True).fill(name)
    admin.get_by_label("Email address").fill(email)
    for role in roles:
        admin.get_by_label(role).check()
    admin.get_by_role("button", name="Make the account").click()
    page = place.person()
    page.goto(admin.get_by_label("Link").input_value())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.locator(".self-name").wait_for()
    return page


def bring_members(place: Office, page: Page) -> None:
    path = place.root.parent / "Membres d’été.csv"
    write_list(path)
    page.goto(f"{place.url}/recipients/import")
    page.get_by_label("The file").set_input_files(path)
    page.get_by_role("button", name="Look into it").click()
    page.get_by_text("This is how the columns were understood").wait_for()
    picture(page, "03-import-columns")
    page.get_by_role("button", name="Show the plan").click()
    page.get_by_text("Nothing is written yet").wait_for()
    picture(page, "04-import-plan")
    page.get_by_role("button", name="Apply to 103 members").dblclick()
    page.get_by_text("103 members are new.").wait_for()


def write(page: Page, language: str, old: str, new: str) -> None:
    """Replace some words where they stand in the editor, with the keyboard."""
    page.locator(f"#language-{language}").click()
    page.wait_for_selector(f"[data-paper={language}] .cm-content")
    page.evaluate(
        """([language, old]) => { const view = issuePapers.get(language).view; const at = view.state.doc.toString().indexOf(old);
        if (at < 0) throw new Error('not there: ' + old);
        view.dispatch({selection: {anchor: at, head: at + old.length}, scrollIntoView: true}); view.focus(); }""",
        [language, old],
    )
    page.keyboard.insert_text(new)


def saved(place: Office, page: Page, language: str, words: str) -> None:
    """Wait until the file of a language holds some words, and the page says so."""
    path, until = place.root / f"issues/{SLUG}.{language}.md", time.monotonic() + 20
    while words not in path.read_text(encoding="utf-8"):
        assert time.monotonic() < until, f"never saved: {words}"
        time.sleep(0.05)
    expect(page.locator("[data-status]")).to_have_text("Saved")


def write_greeting(place: Office, page: Page) -> None:
    """A new issue, written in both languages, seen as three members, its remark mended."""
    page.goto(f"{place.url}/issues")
    page.get_by_role("link", name="New issue").click()
    page.get_by_label("Name of the files").fill(SLUG)
    page.get_by_label("Title").fill("Thank you for this year")
    page.locator("#f-template").select_option("greeting")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_selector("#issue[data-ready=yes]")
    for language, words in TEXTS.items():
        page.locator(f"#language-{language}").click()
        page.evaluate(
            """([language, words]) => { const view = issuePapers.get(language).view;
            view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: words}}); view.focus(); }""",
            [language, words],
        )
        saved(place, page, language, words)
    page.locator("#language-en").click()
    frame = page.frame_locator(FRAME)
    expect(frame.locator("body")).to_contain_text("Forty apprentices")
    remark = page.locator("#remarks .remark", has_text="Thursday").first
    remark.wait_for()
    picture(page, "05-issue-remark")
    remark.get_by_role("button", name="line").click()
    write(page, "en", "Friday, December 24", "Thursday, December 24")
    saved(place, page, "en", "Thursday, December 24")
    expect(page.locator("#remarks .remark", has_text="Thursday")).to_have_count(0)
    for language, reader, seen in (
        ("en", "nameless", "Dear friend,"),
        ("fr", "french", "Bonjour"),
        ("en", "markup", "Dear <"),
        ("en", "rtl", "Forty apprentices"),
    ):
        page.goto(f"{place.url}{ISSUE}?lang={language}&reader={reader}")
        expect(page.frame_locator(FRAME).locator("body")).to_contain_text(seen)
    picture(page, "06-issue-rtl")


def comment(place: Office, author: Page) -> None:
    """A reviewer without an account comments, on a phone."""
    to(author, "Review")
    author.get_by_role("button", name="Make a link").click()
    author.get_by_text("The link is made").wait_for()
    reviewer = place.person(width=375, height=740)
    reviewer.goto(author.get_by_label("Address").input_value())
    block = reviewer.locator("li.block").filter(has_text="Forty apprentices").first
    block.get_by_text("Comment", exact=True).click()
    reviewer.get_by_label("Your name").locator("visible=true").fill("René <b>D</b>")
    reviewer.get_by_label("Your comment").locator("visible=true").fill(
        "Is forty right? <script>alert(3)</script>"
    )
    reviewer.get_by_role("button", name="Send the comment").locator("visible=true").dblclick()
    reviewer.get_by_text("Your comment was sent.").wait_for()
    picture(reviewer, "07-reviewer")


def choose(author: Page) -> None:
    """Three working days before Christmas, nine o'clock by each reader's own clock."""
    author.get_by_role("link", name="Plan the mailing").click()
    author.locator("#f-by-holiday").check()
    author.locator("#f-holiday").select_option(label="Christmas Day – Friday 25 December 2020")
    author.locator("#f-steps").fill("3")
    author.locator("#f-unit").select_option("working day")
    author.locator("#f-side").select_option("before")
    author.get_by_text("More choices").click()
    author.get_by_label("Start gently").check()
    expect(author.locator("#outlook .sentence")).to_contain_text("Tuesday 22 December 2020 at 9:00")
    expect(author.locator("#outlook .sentence")).to_contain_text("101 people, 2 time groups.")


def settle(place: Office, author: Page) -> None:
    """What was said is open: nothing can be planned before it is resolved."""
    author.goto(f"{place.url}{ISSUE}")
    choose(author)
    author.get_by_text("1 comment is open: it comes first.").wait_for()
    assert author.get_by_role("button", name="Plan it").count() == 0
    picture(author, "08-plan-comment")
    author.get_by_role("link", name="See them").click()
    author.get_by_text("1 open comment.").wait_for()
    picture(author, "10-review")
    author.get_by_text("Answer or resolve").click()
    author.get_by_label("Your words").fill("It is: the list was counted.")
    author.get_by_role("button", name="Resolve").click()
    author.get_by_text("No open comments.").wait_for()


def ask(place: Office, author: Page) -> None:
    """Planned now; the approver is asked by email, from the desk."""
    to(author, "Issue")
    choose(author)
    picture(author, "09-plan")
    author.get_by_role("button", name="Plan it").dblclick()
    author.get_by_text("is planned and waits for approval").wait_for()
    picture(author, "11-month")
    author.goto(place.url)
    author.get_by_role("link", name="Ask for approval").click()
    author.get_by_role("heading", name="Ask by email").wait_for()
    picture(author, "12-approval")
    author.get_by_label("Sam Ng").uncheck()
    author.get_by_role("button", name="Ask", exact=True).dblclick()
    author.get_by_text("1 person is asked.").wait_for()


def approve(place: Office, post: MailServer) -> None:
    """On a phone, by the link of the mail: whoever opens it changes nothing, and one press says yes."""
    until = time.monotonic() + 60
    while not post.mails:
        assert time.monotonic() < until, "the request was never mailed"
        time.sleep(0.1)
    (mail,) = post.mails
    body = mail.get_body(("plain",))
    assert body is not None
    link = re.findall(r"https?://\S+", body.get_content())[-1]
    for _ in range(2):  # programs that look where links lead
        assert httpx.get(link, trust_env=False, timeout=30).status_code == 200
    phone = place.person(width=375, height=740)
    phone.goto(link)
    phone.locator("iframe.mail").wait_for()
    picture(phone, "13-approve-phone")
    phone.get_by_role("button", name="Approve").click()
    phone.get_by_role("heading", name="Approved").wait_for()
    picture(phone, "14-approved-phone")


def put_on_the_list(place: Office, author: Page) -> None:
    """Somebody writes to the office: no more mail, please."""
    author.goto(f"{place.url}/recipients/do-not-mail")
    author.get_by_text("Add an address").click()
    author.locator("#f-address").last.fill(LEAVING)
    author.get_by_label("Why, for whoever reads this later").fill("asked by telephone")
    author.get_by_role("button", name="Put on the do-not-mail list").click()
    author.get_by_text(f"{LEAVING} is on the do-not-mail list.").wait_for()


def stop(place: Office, sender: Page, far: Emulated) -> None:
    """Watched from the desk; stopped while the first fifty have it."""
    place.sign_in(sender, "sam@ngen.example")
    sender.locator(".coming a, .rows.coming a").first.click()
    expect(sender.locator(".countdown")).to_contain_text("seconds to stop")
    assert len(mailed(far)) == FIRST
    picture(sender, "15-countdown")
    sender.get_by_role("button", name="Stop", exact=True).dblclick()
    sender.get_by_text("Stopped. 50 people have it, 50 do not.").wait_for()
    picture(sender, "16-stopped")
    sender.get_by_role("link", name="Stop and correct").click()
    sender.get_by_label("What is wrong?").fill("the day on which we are back")
    picture(sender, "17-correct")
    sender.get_by_role("button", name="Stop and correct").dblclick()
    sender.get_by_text("Their mailing is this one.").wait_for()
    picture(sender, "18-correction")


def correct(place: Office, sender: Page) -> list[Request]:
    """The text is corrected where it is written, looked at again, and goes to the others when their number is typed."""
    sender.get_by_role("link", name="A last look, then send").click()
    sender.get_by_text("nothing was corrected yet").wait_for()
    sender.get_by_role("link", name="Open the issue").click()
    sender.wait_for_selector("#issue[data-ready=yes]")
    for language in ("en", "fr"):
        write(sender, language, WRONG[language], RIGHT[language])
        saved(place, sender, language, RIGHT[language])
    to(sender, "Mailing 2")
    sender.get_by_role("link", name="A last look, then send").click()
    expect(sender.locator(".great-number")).to_have_text("50 people get it")
    picture(sender, "19-last-look")
    sent: list[Request] = []

    def keep(request: Request) -> None:
        sent.append(request)

    sender.on("request", keep)
    sender.get_by_label("Type 50 to confirm").fill("50")
    sender.get_by_role("button", name="Send to 50 people").dblclick()
    sender.get_by_text("Approved. It goes out now.").wait_for()
    sender.remove_listener("request", keep)
    return [one for one in sent if one.method == "POST"]


def replay(sender: Page, sent: list[Request]) -> None:
    """The same forms once more, byte for byte, as a browser that lost its line sends them."""
    cookies = {one["name"]: one["value"] for one in sender.context.cookies()}
    for one in sent:
        headers = {
            name: value
            for name, value in one.headers.items()
            if name in {"content-type", "origin", "referer"}
        }
        with httpx.Client(trust_env=False, timeout=30, cookies=cookies) as client:
            answer = client.post(one.url, content=one.post_data_buffer or b"", headers=headers)
        assert answer.status_code in {303, 409}, answer.text


def report(place: Office, sender: Page) -> None:
    """One report in two parts, and a receipt whose count closes."""
    sender.goto(f"{place.url}/mailings/2")
    sender.get_by_role("link", name="Receipt").wait_for()
    picture(sender, "20-part")
    sender.locator(".family").get_by_role("link", name="first text").click()
    expect(sender.locator(".headline")).to_contain_text(
        "100 people, once each. 3 not mailed, and why. 0 unexplained."
    )
    expect(sender.locator("tr.sum")).to_contain_text("the count closes")
    parts = sender.locator("table", has_text="corrected text").locator("tbody tr")
    assert [figures(row) for row in parts.all()[:2]] == [[103, 50, 53], [50, 50, 0]]
    picture(sender, "21-report")
    sender.get_by_role("link", name="Receipt").click()
    expect(sender.locator(".receipt .sum")).to_contain_text("100")
    picture(sender, "22-receipt")


def figures(row: Locator) -> list[int]:
    return [int(cell) for cell in row.locator("td.number").all_inner_texts()]


@pytest.mark.timeout(300)
def test_from_an_empty_folder_to_the_receipt(place: Office, post: MailServer, far: Emulated) -> None:
    with place.served(BEFORE):
        admin = begin(place)
        author, _, sender = (invite(place, admin, name) for name in PEOPLE)
        bring_members(place, author)
        write_greeting(place, author)
        comment(place, author)
        settle(place, author)
        ask(place, author)
        approve(place, post)
        put_on_the_list(place, author)
        assert messages(far) == [], "nothing leaves before its time"
    with place.served(DUE):
        stop(place, sender, far)
        first = mailed(far)
        sent = correct(place, sender)
        expect(sender.locator(".countdown")).to_contain_text("seconds to stop")
        replay(sender, sent)
    with place.served(LATER):
        replay(sender, sent)
        report(place, sender)
    judge(far, first)
    assert len(post.mails) == 1, "the approver was asked once"
    assert place.complaints == []
