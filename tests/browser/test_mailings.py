"""Mailings in a real browser, judged from the emulator's log: watched live, stopped in the gentle start, decided, stopped and corrected."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.model.account import Role
from newsletter.model.campaign import AudienceRule, CampaignStatus
from newsletter.pipeline import approve, control, correct, due, freeze, plan, settle
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store.tables import hits, variants
from newsletter.worker.embedded import Runner
from tests.browser.studio import GREETING, WIDE, Studio

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]
Checked = Callable[[Page, str], None]
DIGEST = "2021-01-20-january-digest"
WHO = 39  #: of the members, one has no consent on file


def by_fives(studio: Studio) -> None:
    values = dict(studio.ctx.settings.values) | {"send.batch_size": 5, "send.rate_per_minute": 0}
    studio.ctx = replace(studio.ctx, settings=replace(studio.ctx.settings, values=values))


@pytest.fixture
def in_fives(studio: Studio) -> Desk:
    """Batches of five, so that a mailing can be seen on its way."""
    by_fives(studio)
    return Desk(studio.ctx, "test")


def mailing(studio: Studio, slug: str = GREETING, *, gentle: bool = False) -> int:
    frozen = freeze.freeze(studio.ctx, slug)
    assert frozen.edition, [one.message for one in frozen.findings]
    ask = plan.Ask(frozen.edition, AudienceRule(("everyone",)), "sendgrid", gentle=gentle)
    number = plan.plan(studio.ctx, ask, frozen.files).campaign.id
    approve.approve(studio.ctx, number, plan.count(studio.ctx, ask).zones)
    return number


def send_all(studio: Studio, desk: Desk) -> None:
    due.start_due(studio.ctx)
    while submit_next(desk):
        studio.clock.forward(3)


def finished(studio: Studio, desk: Desk) -> int:
    number = mailing(studio)
    send_all(studio, desk)
    return number


def got(studio: Studio) -> Counter[str]:
    """How many copies each address was sent, by the emulator's log."""
    return Counter(row["address"] for row in studio.emulated.ask("GET", "/deliveries")["deliveries"])


def subjects(studio: Studio) -> Counter[str]:
    found = studio.emulated.ask("GET", "/messages?size=1000")["messages"]
    return Counter(str(row["subject"]) for row in found)


def status(studio: Studio, number: int) -> CampaignStatus:
    return control.find(studio.ctx, number).status


def typed(page: Page, number: int, name: str) -> None:
    page.get_by_label(f"Type {number} to confirm").fill(str(number))
    page.get_by_role("button", name=name).click()


def test_a_mailing_is_watched_live_to_its_end(studio: Studio, page: Page, in_fives: Desk) -> None:
    number = mailing(studio)
    studio.sign_in(page, Role.VIEWER)
    due.start_due(studio.ctx)
    page.goto(f"{studio.url}/mailings/{number}")
    shown = page.locator(".great-number b")
    expect(shown).to_have_text("0")
    assert page.get_by_role("button", name="Stop").count() == 0, "who may only look cannot stop"
    for people in (5, 10):
        submit_next(in_fives)
        expect(shown).to_have_text(str(people))
        assert sum(got(studio).values()) == people
    while submit_next(in_fives):
        pass
    page.get_by_role("link", name="Receipt").wait_for()
    expect(page.locator(".headline")).to_contain_text(
        f"{WHO} people, once each. 1 not mailed, and why. 0 unexplained."
    )
    assert set(got(studio).values()) == {1}


def test_a_page_that_is_older_than_the_mailing_renews_itself(
    studio: Studio, page: Page, in_fives: Desk
) -> None:
    """It ended between the page and its live line."""
    number = mailing(studio)
    due.start_due(studio.ctx)
    studio.sign_in(page, Role.VIEWER)
    page.route("**/live?*", lambda route: route.abort())
    page.goto(f"{studio.url}/mailings/{number}")
    expect(page.locator(".great-number b")).to_have_text("0")
    send_all(studio, in_fives)
    page.unroute("**/live?*")
    page.get_by_role("link", name="Receipt").wait_for()


def test_stop_in_the_gentle_start(studio: Studio, page: Page) -> None:
    """The first group is out, the runner counts down, a person stops: nobody else gets it, by the emulator's log."""
    number = mailing(studio, gentle=True)
    by_fives(studio)
    studio.sign_in(page, Role.AUTHOR)
    with working(studio):
        page.goto(f"{studio.url}/mailings/{number}")
        expect(page.locator(".countdown")).to_contain_text("seconds to stop")
        first = sum(got(studio).values())
        assert first == 5
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_text("Stopped. 5 people have it, 34 do not.").wait_for()
        studio.clock.forward(120)
        for _ in range(20):
            assert not submit_next(Desk(studio.ctx, "another"))
    assert sum(got(studio).values()) == first
    assert status(studio, number) is CampaignStatus.PAUSED
    assert page.get_by_text("Let it go on").count() == 0, "an author stops; to let go takes the right to send"


@contextmanager
def working(studio: Studio) -> Iterator[None]:
    """A runner beside the studio."""
    runner = Runner(studio.ctx)
    assert runner.start()
    thread = threading.Thread(target=runner.run, args=(lambda: False,))
    thread.start()
    try:
        yield
    finally:
        runner.stop.set()
        thread.join(30)
        runner.close()
        assert not thread.is_alive()


def test_what_was_stopped_goes_on_when_the_number_is_typed(
    studio: Studio, page: Page, in_fives: Desk
) -> None:
    number = mailing(studio)
    due.start_due(studio.ctx)
    submit_next(in_fives)
    control.pause(studio.ctx, number)
    studio.sign_in(page, Role.SENDER)
    page.goto(f"{studio.url}/mailings/{number}")
    page.get_by_text("Let it go on").first.click()
    page.get_by_label("Type 34 to confirm").fill("33")
    page.get_by_role("button", name="Let it go on").click()
    page.get_by_text("The number was not typed as it is now: 34").wait_for()
    assert status(studio, number) is CampaignStatus.PAUSED
    page.get_by_text("Let it go on").first.click()
    typed(page, 34, "Let it go on")
    page.get_by_text("It goes on.").wait_for()
    assert status(studio, number) is CampaignStatus.SENDING


def test_ending_says_who_has_it_and_who_will_not(studio: Studio, page: Page, in_fives: Desk) -> None:
    number = mailing(studio)
    due.start_due(studio.ctx)
    submit_next(in_fives)
    control.pause(studio.ctx, number)
    studio.sign_in(page, Role.AUTHOR)
    page.goto(f"{studio.url}/mailings/{number}")
    page.get_by_text("End it", exact=True).click()
    page.get_by_text("5 people have it and keep it. 34 will not get it.").wait_for()
    page.get_by_role("button", name="End it for good").click()
    page.get_by_text("Ended. 5 people have it, nobody else gets it.").wait_for()
    assert status(studio, number) is CampaignStatus.CANCELLED


def lost(studio: Studio, desk: Desk) -> int:
    """A mailing whose first two calls broke after the far end had taken them."""
    rules = [{"action": "reset", "accepted": True, "request": "1-2"}]
    studio.emulated.ask("PUT", "/faults", {"rules": rules})
    number = mailing(studio)
    due.start_due(studio.ctx)
    while submit_next(desk):
        pass
    studio.emulated.ask("DELETE", "/faults")
    return number


def test_what_is_not_confirmed_is_decided(studio: Studio, page: Page, in_fives: Desk) -> None:
    number = lost(studio, in_fives)
    studio.clock.forward(timedelta(hours=25).total_seconds())
    settle.settle(studio.ctx)
    studio.sign_in(page, Role.SENDER)
    page.goto(f"{studio.url}/mailings/{number}")
    page.get_by_role("heading", name="We do not know whether these 10 people got it").wait_for()
    assert page.locator(".case").count() == 2
    page.locator(".case").first.get_by_role("button", name="Count as handed over").click()
    page.get_by_role("heading", name="We do not know whether these 5 people got it").wait_for()
    page.locator(".decide").get_by_text("Hand over once more").first.click()
    page.get_by_text("whoever has it gets two copies").wait_for()
    typed(page, 5, "Hand over once more")
    page.get_by_text("It is handed over once more.").wait_for()
    while submit_next(in_fives):
        pass
    copies = Counter(got(studio).values())
    assert copies == {1: WHO - 5, 2: 5}, "the five of whom a person said so, and nobody else"
    page.goto(f"{studio.url}/mailings/{number}/receipt")
    expect(page.locator(".receipt .sum")).to_have_text(re.compile(rf"{WHO}\s*people"))
    expect(page.locator(".receipt .word").first).to_contain_text(
        "5 people were counted as handed over by a person’s"
    )
    expect(page.locator(".receipt .word").last).to_contain_text("there may be two copies")
    assert status(studio, number) is CampaignStatus.FINISHED


@pytest.fixture
def one_time(studio: Studio) -> Iterator[None]:
    """The mail service has the time of the studio, and stands still with it."""
    before, lag = studio.emulated.ask("GET", "/clock")["now"], studio.emulated.ask("GET", "/logs")
    studio.emulated.ask("PUT", "/clock", {"now": studio.clock.at.isoformat(), "rate": 0})
    yield
    studio.emulated.ask("PUT", "/logs", lag)
    studio.emulated.ask("PUT", "/clock", {"now": before, "rate": 1})


@pytest.mark.usefixtures("one_time")
def test_what_the_mail_service_was_asked_is_shown_and_settles_it(
    studio: Studio, page: Page, in_fives: Desk
) -> None:
    """Its log lags behind at first, which proves nothing; then it knows the people, and nobody has to decide."""
    studio.emulated.ask("PUT", "/logs", {"index_delay": 9e5})
    number = lost(studio, in_fives)
    studio.clock.forward(timedelta(minutes=20).total_seconds())
    studio.sign_in(page, Role.SENDER)
    page.goto(f"{studio.url}/mailings/{number}")
    page.get_by_role("button", name="Look for news now").click()
    case = page.locator(".case").first
    case.get_by_text("What the mail service was asked").click()
    expect(case.locator(".asked li").first).to_contain_text(
        "looked up in the service’s log: nothing is known of it there, which is no proof"
    )
    page.get_by_role("heading", name="We do not know whether these 10 people got it").wait_for()
    studio.emulated.ask("PUT", "/logs", {"index_delay": 0})
    studio.clock.forward(timedelta(minutes=40).total_seconds())
    page.get_by_role("button", name="Look for news now").click()
    expect(page.locator(".unclear")).to_have_count(0)
    while submit_next(in_fives):
        pass
    assert set(got(studio).values()) == {1}
    assert status(studio, number) is CampaignStatus.FINISHED


def mend(studio: Studio, slug: str = GREETING) -> None:
    for path in (studio.root / "issues").glob(f"{slug}.*.md"):
        text = path.read_text(encoding="utf-8")
        head = next(line for line in text.splitlines() if line.startswith("subject: "))
        path.write_text(text.replace(head, f"{head} (2)"), encoding="utf-8")


def test_stop_and_correct_to_the_end(studio: Studio, page: Page, in_fives: Desk) -> None:
    number = mailing(studio)
    due.start_due(studio.ctx)
    for _ in range(3):
        submit_next(in_fives)
    before = subjects(studio)
    had = set(got(studio))
    control.pause(studio.ctx, number)
    studio.sign_in(page, Role.APPROVER)
    page.goto(f"{studio.url}/mailings/{number}")
    page.get_by_role("link", name="Stop and correct").click()
    page.get_by_label("What is wrong?").fill("a wrong date")
    page.get_by_role("button", name="Stop and correct").click()
    page.get_by_text("Stopped. 15 people have it, 24 do not.").wait_for()
    page.get_by_role("link", name="A last look, then send").click()
    page.get_by_text("nothing was corrected yet").wait_for()
    mend(studio)
    page.reload()
    expect(page.locator(".great-number")).to_have_text("24 people get it")
    typed(page, 24, "Send to 24 people")
    page.get_by_text("Approved. It goes out now.").wait_for()
    due.start_due(studio.ctx)
    while submit_next(in_fives):
        pass
    copies = got(studio)
    assert set(copies.values()) == {1}
    assert len(copies) == WHO
    after = subjects(studio) - before
    assert sum(before.values()) == 15
    assert all(subject.endswith("(2)") for subject in after), after
    assert sum(after.values()) == 24
    assert not had & set(copies) or len(had) == 15
    page.goto(f"{studio.url}/mailings/{number}")
    expect(page.locator(".headline")).to_contain_text(
        f"{WHO} people, once each. 1 not mailed, and why. 0 unexplained."
    )
    expect(page.locator("tr.sum")).to_contain_text("the count closes")
    page.get_by_role("link", name="Receipt").click()
    expect(page.locator(".receipt .sum")).to_contain_text(str(WHO))


def test_late_joiners_and_a_short_correction(studio: Studio, page: Page, in_fives: Desk) -> None:
    from tests.seed import seed

    number = finished(studio, in_fives)
    seed(studio.ctx, [{"email": f"late{n}@reader.example", "language": "en"} for n in range(3)])
    studio.sign_in(page, Role.SENDER)
    page.goto(f"{studio.url}/mailings/{number}")
    page.get_by_role("link", name="Send it to them").click()
    expect(page.locator(".great-number")).to_have_text("3 people get it")
    typed(page, 3, "Send to 3 people")
    page.get_by_text("Approved. It goes out now.").wait_for()
    send_all(studio, in_fives)
    assert set(got(studio).values()) == {1}
    assert len(got(studio)) == WHO + 3
    page.goto(f"{studio.url}/mailings/{number}")
    page.get_by_role("button", name="Begin a short correction").click()
    page.get_by_text("The short correction is begun").wait_for()
    page.get_by_role("link", name="A last look, then send").click()
    page.get_by_text("It still says where something is to be written").wait_for()
    assert page.get_by_role("button", name="Send to").count() == 0


def read(studio: Studio, number: int) -> None:
    """Some opens and clicks over two days."""
    with studio.ctx.store.write() as db:
        chosen = db.execute(variants.select().where(variants.c.campaign_id == number)).all()
        for hour in range(48):
            for variant in chosen:
                for kind, reader, link in (
                    ("open", "human", None),
                    ("open", "unknown", None),
                    ("click", "human", 2),
                ):
                    row = {
                        "at": studio.clock() + timedelta(hours=hour),
                        "kind": kind,
                        "variant_id": variant.id,
                    }
                    db.execute(hits.insert().values(row | {"reader": reader, "link": link}))


def planned(studio: Studio, _desk: Desk) -> int:
    return mailing(studio)


def counting_down(studio: Studio, desk: Desk) -> int:
    number = mailing(studio, gentle=True)
    due.start_due(studio.ctx)
    submit_next(desk)
    return number


def stopped(studio: Studio, desk: Desk) -> int:
    number = counting_down(studio, desk)
    control.pause(studio.ctx, number)
    return number


def drafted(studio: Studio, desk: Desk) -> int:
    number = stopped(studio, desk)
    mend(studio)
    return correct.correct(studio.ctx, number).sequel.id


def been_read(studio: Studio, desk: Desk) -> int:
    number = finished(studio, desk)
    read(studio, number)
    return number


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("state", "path"),
    [
        (planned, "/mailings"),
        (planned, "/mailings/{}"),
        (counting_down, "/mailings/{}"),
        (stopped, "/mailings/{}"),
        (stopped, "/mailings/{}/correct"),
        (drafted, "/mailings/{}"),
        (drafted, "/mailings/{}/go"),
        (lost, "/mailings/{}"),
        (been_read, "/mailings/{}"),
        (been_read, "/mailings/{}/receipt"),
        (been_read, "/mailings/{}/complete/late"),
    ],
)
def test_pages_in_every_state(
    studio: Studio, page: Page, checked: Checked, in_fives: Desk, state: Callable[..., int], path: str
) -> None:
    number = state(studio, in_fives)
    studio.sign_in(page, Role.SENDER)
    checked(page, path.format(number))


def test_the_charts_are_drawn_from_the_tables_behind_them(studio: Studio, page: Page, in_fives: Desk) -> None:
    number = mailing(studio)
    due.start_due(studio.ctx)
    while submit_next(in_fives):
        studio.clock.forward(3)
    read(studio, number)
    studio.sign_in(page, Role.VIEWER)
    page.goto(f"{studio.url}/mailings/{number}")
    expect(page.locator(".chart canvas")).to_have_count(2)
    for chart in page.locator(".chart").all():
        chart.get_by_text("The numbers").click()
        assert chart.locator("tr[data-x]").count() > 2
        assert chart.locator(".plot").get_attribute("aria-label")
    last = page.locator("[data-chart=handed] tr[data-x]").last
    expect(last).to_contain_text(str(WHO))
    page.set_viewport_size(
        {"width": 375, "height": 800}
    )  # turned round: no moment in which it is wider than the screen
    assert not page.evaluate(WIDE)


def test_without_javascript(studio: Studio, browser: Browser, in_fives: Desk) -> None:
    """Stopped, let go and read without a script: the page renews itself, forms post, the numbers stand in tables."""
    number = mailing(studio)
    due.start_due(studio.ctx)
    submit_next(in_fives)
    context = browser.new_context(java_script_enabled=False)
    page = studio.sign_in(context.new_page(), Role.SENDER)
    page.goto(f"{studio.url}/mailings/{number}")
    assert 'http-equiv="refresh"' in page.content()
    page.get_by_role("button", name="Stop", exact=True).click()
    assert "Stopped. 5 people have it, 34 do not." in page.content()
    page.get_by_text("Let it go on").first.click()
    typed(page, 34, "Let it go on")
    assert status(studio, number) is CampaignStatus.SENDING
    while submit_next(in_fives):
        studio.clock.forward(1)
    page.goto(f"{studio.url}/mailings/{number}")
    page.get_by_text("The numbers").first.click()
    assert page.locator("tr[data-x]").first.is_visible()
    context.close()


def test_the_receipt_is_downloaded(studio: Studio, page: Page, in_fives: Desk) -> None:
    number = finished(studio, in_fives)
    with studio.client(Role.VIEWER) as client:
        text = client.post(f"/mailings/{number}/receipt.txt")
        assert "attachment" in text.headers["content-disposition"]
        assert f"{WHO} people, once each; 1 not mailed, and why; 0 unexplained." in text.text
        assert max(map(len, text.text.splitlines())) <= 72
        studio.speak(Role.VIEWER, "fr")
        french = " ".join(client.post(f"/mailings/{number}/receipt.txt").text.split())
        assert (
            f"{WHO} personnes, une fois chacune; 1 sans envoi, avec la raison; 0 sans explication." in french
        )
        file = client.post(f"/mailings/{number}/receipt.html").text
    page.set_content(file)
    expect(page.locator(".receipt .sum b")).to_have_text(str(WHO))
    assert "src=" not in file, "one file that needs no other"
    assert "<link" not in file
