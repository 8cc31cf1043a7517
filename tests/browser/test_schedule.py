"""Schedule in a real browser: a greeting planned with the keyboard alone, moved, cancelled; every page looked at in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from newsletter.model.account import Role
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import proposal
from newsletter.store import tables
from tests.browser.studio import GREETING, Studio, served
from tests.emulated import Emulated

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]

expect.set_options(
    timeout=30_000
)  # an issue is built for each look, on machines that do other things as well
Checked = Callable[[Page, str], None]
DIGEST = "2021-01-20-january-digest"
PLAN = "/schedule/plan?issue={}&by=holiday&holiday=CA-ON/christmas-day:2020&side=before&steps=3&unit=working%20day&time=09:00&zone=member"
CALENDARS = {
    "NEWSLETTER_HOLIDAYS_CALENDARS": "CA-ON,CA-QC",
    "NEWSLETTER_BLACKOUT_DAYS": "2020-12-27/2021-01-02",
    "NEWSLETTER_QUIET_HOURS": "21:00-07:00",
}


@pytest.fixture
def studio(tmp_path: Path, far: Emulated) -> Iterator[Studio]:
    """A studio with two calendars, days on which nothing leaves, and quiet hours."""
    with served(tmp_path, far, **CALENDARS) as made:
        yield made


def planned(
    studio: Studio, slug: str = GREETING, at: str = "2020-12-16 09:00", *, approved: bool = True
) -> int:
    wanted = proposal.Wanted(slug, ScheduleWish(at=at, zone="member", every="year"), ("everyone",))
    made = proposal.propose(studio.ctx, proposal.timed(studio.ctx, wanted))
    return proposal.make(studio.ctx, made, approved=approved).campaign.id


def campaigns(studio: Studio) -> list[dict[str, object]]:
    return studio.rows(tables.campaigns)


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until something has the focus, as a person without a pointer does."""
    for _ in range(most):
        if page.evaluate(
            "(wanted) => !!document.activeElement && document.activeElement.matches(wanted)", selector
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_greeting_in_two_languages_is_planned_with_the_keyboard_alone(studio: Studio, page: Page) -> None:
    studio.sign_in(page, Role.AUTHOR)
    page.goto(f"{studio.url}/schedule")
    tab_to(page, ".month .date")
    focused = "() => document.activeElement.closest('td')?.dataset.day"
    assert page.evaluate(focused) == "2020-12-14"
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate(focused) == "2020-12-25"
    page.keyboard.press("Enter")
    page.locator("#day").wait_for()
    tab_to(page, "#day a[href*='christmas-day']")
    page.keyboard.press("Enter")
    page.locator("#wish").wait_for()
    tab_to(page, "#f-issue")
    page.keyboard.type("A year of making it work")
    tab_to(page, "#f-steps")
    page.keyboard.type("3")
    tab_to(page, "#f-side")
    page.keyboard.type("before")
    expect(page.locator("#outlook .sentence")).to_contain_text("Goes out Tuesday 22 December 2020 at 9:00")
    expect(page.locator("#outlook .sentence")).to_contain_text("39 people, 6 time groups.")
    rows = page.locator(".groups tbody tr")
    expect(rows).to_have_count(6)
    assert [each.split() for each in rows.locator("td:nth-child(4)").all_inner_texts()] == [
        [hour] for hour in ("12:30", "13:00", "14:00", "15:00", "16:00", "17:00")
    ]
    assert set(rows.locator("td:nth-child(2)").all_inner_texts()) == {"9:00"}
    assert campaigns(studio) == [], "looking makes nothing"
    tab_to(page, ".confirming button")
    page.keyboard.press("Enter")
    page.get_by_text("is planned and waits for approval").wait_for()
    (made,) = campaigns(studio)
    assert (made["status"], made["include"]) == ("draft", ["everyone"])
    expect(page.locator("td[data-day='2020-12-22'] .entry")).to_contain_text("Waits for approval")


def test_who_may_approve_plans_and_approves_at_once(studio: Studio, page: Page) -> None:
    studio.sign_in(page, Role.APPROVER, "fr")
    page.goto(studio.url + PLAN.format(GREETING))
    expect(page.locator(".sentence")).to_contain_text("Part le mardi 22 décembre 2020 à 9\u00a0h")
    page.get_by_role("button", name="Planifier et approuver").click()
    page.get_by_text("est approuvé. Il part à son heure").wait_for()
    (made,) = campaigns(studio)
    assert (made["status"], made["approved_by"]) == ("scheduled", "Approver")


def test_a_mailing_is_dragged_to_another_day_and_confirmed_there(studio: Studio, page: Page) -> None:
    number = planned(studio)
    studio.sign_in(page, Role.AUTHOR)
    page.goto(f"{studio.url}/schedule?month=2020-12")
    page.locator("td[data-day='2020-12-16'] .entry").drag_to(page.locator("td[data-day='2020-12-18']"))
    page.wait_for_url(f"**/schedule/{number}/move?date=2020-12-18*")
    page.get_by_text("With another time it wants approval again").wait_for()
    assert campaigns(studio)[0]["status"] == "scheduled", "dragging alone moves nothing"
    page.get_by_label("Time", exact=True).fill("10:30")
    expect(page.locator(".sentence")).to_contain_text("Friday 18 December 2020 at 10:30")
    page.get_by_role("button", name="Move it").click()
    page.get_by_text("has its new time and waits for approval").wait_for()
    assert campaigns(studio)[0]["status"] == "draft"
    expect(page.locator("td[data-day='2020-12-18'] .entry")).to_contain_text("10:30")


def test_a_mailing_is_cancelled_after_its_consequences_were_seen(studio: Studio, page: Page) -> None:
    planned(studio)
    studio.sign_in(page, Role.AUTHOR)
    page.goto(f"{studio.url}/schedule?month=2020-12&day=2020-12-16")
    page.get_by_role("link", name="Cancel it").click()
    page.get_by_text("Nobody has it yet, and nobody will get it.").wait_for()
    page.get_by_role("button", name="Cancel this mailing").click()
    page.get_by_text("only who may approve or send cancels it").wait_for()
    assert campaigns(studio)[0]["status"] == "scheduled"
    studio.sign_in(page, Role.SENDER)
    page.goto(f"{studio.url}/schedule/1/cancel")
    page.get_by_role("button", name="Cancel this mailing").click()
    page.get_by_text("is cancelled").wait_for()
    assert campaigns(studio)[0]["status"] == "cancelled"


def test_the_clocks_change_and_a_feast_wants_a_persons_word(studio: Studio, page: Page) -> None:
    studio.sign_in(page, Role.AUTHOR)
    page.goto(f"{studio.url}/schedule?month=2021-03")
    expect(page.locator("td[data-day='2021-03-14']")).to_contain_text("Clocks go forward one hour")
    page.goto(f"{studio.url}/schedule?month=2021-05")
    feast = page.locator("td[data-day='2021-05-13']")
    expect(feast).to_contain_text("Eid al-Fitr")
    expect(feast).to_contain_text("to confirm")
    feast.locator(".date").click()
    page.get_by_role("link", name="Confirm the day").click()
    page.locator("#eid-al-fitr summary").click()
    page.locator("#eid-al-fitr input[type=date]").fill("2021-05-14")
    page.locator("#eid-al-fitr button").click()
    page.get_by_text("Eid al-Fitr: Friday 14 May 2021, confirmed.").wait_for()
    page.goto(f"{studio.url}/schedule?month=2021-05")
    expect(page.locator("td[data-day='2021-05-14']")).to_contain_text("Eid al-Fitr")
    expect(page.locator("td[data-day='2021-05-14']")).not_to_contain_text("to confirm")


def test_a_time_at_which_nothing_leaves_is_told_where_it_is_chosen(studio: Studio, page: Page) -> None:
    studio.sign_in(page, Role.AUTHOR)
    page.goto(f"{studio.url}/schedule/plan?issue={GREETING}&by=date&date=2020-12-29&time=09:00&zone=member")
    expect(page.locator("#outlook")).to_contain_text("Tuesday 29 December 2020 is a blackout day")
    assert page.locator(".confirming").count() == 0
    page.get_by_label("Date", exact=True).fill("2020-12-22")
    page.get_by_label("Time", exact=True).fill("06:00")
    expect(page.locator(".remarks")).to_contain_text("Quiet hours")
    page.locator("summary", has_text="More choices").click()
    page.get_by_label("Sending window").fill("lun-jeu 10:00-17:00")
    page.get_by_label("Sending window").press("Tab")
    expect(page.locator("#outlook")).to_contain_text(
        "within these hours only: Monday to Thursday, 10:00 to 17:00"
    )


def test_the_secret_address_opens_changes_and_closes(studio: Studio, page: Page) -> None:
    studio.sign_in(page, Role.AUTHOR)
    page.goto(f"{studio.url}/schedule/feed")
    page.get_by_role("button", name="Open an address").click()
    first = page.get_by_label("Secret address").input_value()
    page.locator("summary", has_text="Change the address").click()
    page.get_by_role("button", name="Change the address").click()
    page.get_by_text("The address is another one now.").wait_for()
    assert page.get_by_label("Secret address").input_value() != first
    page.locator("summary", has_text="Close the address").click()
    page.get_by_role("button", name="Close the address").click()
    page.get_by_text("No address is open.").wait_for()


def test_everything_works_without_a_script(studio: Studio, page: Page) -> None:
    without = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    try:
        plain = studio.sign_in(without.new_page(), Role.AUTHOR)
        plain.goto(studio.url + PLAN.format(DIGEST))
        plain.get_by_label("How many").fill("2")
        plain.get_by_role("button", name="Show what would happen").click()
        expect(plain.locator(".sentence")).to_contain_text("Wednesday 23 December 2020")
        plain.get_by_role("button", name="Plan it").click()
        plain.get_by_text("is planned and waits for approval").wait_for()
    finally:
        without.close()
    assert [one["status"] for one in campaigns(studio)] == ["draft"]


@pytest.mark.parametrize(
    "path",
    [
        "/schedule?month=2020-12",
        "/schedule?month=2020-12&day=2020-12-16",
        "/schedule?month=2021-05&day=2021-05-13",
        "/schedule/plan",
        PLAN.format(DIGEST),
        "/schedule/1/move?date=2020-12-18&time=10:00&zone=member",
        "/schedule/1/cancel",
        "/schedule/series",
        "/schedule/holidays",
        "/schedule/feed",
    ],
)
def test_pages_of_schedule(studio: Studio, page: Page, checked: Checked, path: str) -> None:
    planned(studio)
    studio.sign_in(page, Role.APPROVER)
    checked(page, path)
