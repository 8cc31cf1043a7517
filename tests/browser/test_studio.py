"""The frame of the studio in a real browser: signing in, the rail, holding everything, every page of the frame looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from newsletter.model.account import Role
from newsletter.pipeline import accounts, control
from newsletter.store import editions, tables
from tests.browser.studio import PASSWORD, Studio
from tests.mailed import GIF, Mailed, Signer, edition, hand_over

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]

Checked = Callable[[Page, str], None]


def test_a_person_signs_in_and_out(studio: Studio, page: Page) -> None:
    page.goto(f"{studio.url}/mailings")
    page.get_by_label("Email address").fill("author@ngen.example")
    page.get_by_label("Password").fill("not this one at all")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("The address or the password is wrong").wait_for()
    assert page.get_by_label("Email address").input_value() == "author@ngen.example"
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Mailings").wait_for()
    page.get_by_text("Author", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out").wait_for()
    page.goto(f"{studio.url}/mailings")
    assert page.url.endswith("/sign-in?next=%2Fmailings")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/mailings",
        "/hold",
        "/account",
        "/settings",
        "/settings/people",
        "/settings/health",
        "/settings/log",
    ],
)
def test_pages_of_the_frame(studio: Studio, page: Page, checked: Checked, path: str) -> None:
    studio.sign_in(page, Role.SENDER)
    checked(page, path)


def test_pages_of_who_is_not_signed_in(studio: Studio, page: Page, checked: Checked) -> None:
    checked(page, "/sign-in")
    link = accounts.link(studio.ctx, studio.accounts[Role.VIEWER].id)
    checked(page, link.path)


@pytest.mark.parametrize("path", ["/settings/people/add", "/settings/people/1"])
def test_pages_of_administrators(studio: Studio, page: Page, checked: Checked, path: str) -> None:
    studio.sign_in(page, Role.ADMIN)
    checked(page, path)


def test_a_person_is_added_and_begins(studio: Studio, page: Page) -> None:
    studio.sign_in(page, Role.ADMIN)
    page.goto(f"{studio.url}/settings/people")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Name", exact=True).fill("Zoé <script>alert(1)</script>")
    page.get_by_label("Email address").fill("author@ngen.example")
    page.get_by_label("Author").check()
    page.get_by_role("button", name="Make the account").click()
    page.get_by_text("has this name or this address").wait_for()
    assert page.get_by_label("Author").is_checked()
    page.get_by_label("Email address").fill("zoe@ngen.example")
    page.get_by_role("button", name="Make the account").click()
    link = page.get_by_label("Link").input_value()
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("heading", level=1).wait_for()
    assert page.url == f"{studio.url}/"
    assert "Zoé <script>alert(1)</script>" in page.locator(".self-name").inner_text()


def test_one_button_stops_everything_on_every_page(studio: Studio, page: Page, checked: Checked) -> None:
    studio.sign_in(page, Role.SENDER)
    page.goto(f"{studio.url}/settings")
    page.get_by_role("link", name="Hold everything").click()
    page.get_by_label("Why").fill("A day of mourning, whatever the calendar says")
    page.get_by_role("button", name="Hold everything").dblclick()
    page.locator("#held").wait_for()
    assert len(studio.rows(tables.holds)) == 1
    checked(page, "/")
    checked(page, "/account")
    page.goto(f"{studio.url}/mailings")
    page.get_by_role("button", name="End the hold").click()
    page.get_by_text("The hold has ended.").wait_for()
    page.reload()
    assert page.get_by_text("The hold has ended.").count() == 0


def test_the_desk_changes_while_one_looks(studio: Studio, page: Page) -> None:
    studio.sign_in(page, Role.SENDER)
    page.goto(f"{studio.url}/")
    page.get_by_role("heading", name="Begin with the sample").wait_for()
    half_way(studio)
    page.get_by_text("3 of 3 handed over").wait_for()
    control.pause(studio.ctx, 1)
    page.get_by_text("1 thing needs you").wait_for()
    page.get_by_role("link", name="Look at it").focus()
    control.resume(studio.ctx, 1)
    page.get_by_text("Nothing needs you now").wait_for()


def test_the_desk_with_work_on_it(studio: Studio, page: Page, checked: Checked) -> None:
    half_way(studio)
    control.pause(studio.ctx, 1)
    studio.sign_in(page, Role.APPROVER)
    checked(page, "/")


def test_everything_works_without_scripts(studio: Studio, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto(f"{studio.url}/sign-in?lang=fr")
    page.get_by_label("Adresse courriel").fill("sender@ngen.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Ouvrir la session").click()
    page.locator(".self summary").click()
    page.locator(".self").get_by_role("button", name="Français").click()
    page.get_by_role("heading", name="Commencez par l’exemple").wait_for()
    page.get_by_role("link", name="Tout retenir").click()
    page.get_by_label("Pourquoi").fill("Une erreur")
    page.get_by_role("button", name="Tout retenir").click()
    page.get_by_text("Tout est retenu. 0 envoi a été arrêté.").wait_for()
    context.close()


def test_the_keyboard_reaches_everything(studio: Studio, page: Page) -> None:
    studio.sign_in(page, Role.SENDER)
    page.goto(f"{studio.url}/hold")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "f-reason"
    seen = set()
    page.goto(f"{studio.url}/account")
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate("(document.activeElement.textContent || document.activeElement.name || '').trim()")
        )
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none" or page.evaluate("document.activeElement === document.body")
    assert {"Desk", "Hold everything", "Change the password", "Sign out everywhere"} <= seen


def half_way(studio: Studio) -> None:
    """A mailing that is going out."""
    frozen = edition("2020-12-09-specimen")
    with studio.ctx.store.write() as db:
        editions.put(db, frozen, {frozen.artwork.images[0].digest: GIF}, studio.clock())
    hand_over(Mailed(studio.ctx, studio.clock, Signer(), frozen))
