"""The frame of the studio in a real browser: signing in, the rail, holding everything, every page of the frame looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from newsletter.model.account import Role
from newsletter.pipeline import accounts
from tests.browser.studio import PASSWORD, Studio

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


@pytest.mark.parametrize("path", ["/", "/mailings", "/hold", "/account"])
def test_pages_of_the_frame(studio: Studio, page: Page, checked: Checked, path: str) -> None:
    studio.sign_in(page, Role.SENDER)
    checked(page, path)


def test_pages_of_who_is_not_signed_in(studio: Studio, page: Page, checked: Checked) -> None:
    checked(page, "/sign-in")
    link = accounts.link(studio.ctx, studio.accounts[Role.VIEWER].id)
    checked(page, link.path)
