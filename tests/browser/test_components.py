"""Components on a desktop and on a phone: what stands side by side, what stacks and in which order, what a thumb can press.

In: the specimen, in both languages. Out: nothing. Skips without Chromium, and fails where REQUIRE_BROWSER is set.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.chromium import open_page
from tests.browser.mails import SPECIMEN, rendered
from tests.unit.compose.kit import preview

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

STORIES = ("The first of two", "The second of two, under a longer title")


@pytest.fixture(scope="module")
def mail(browser: Browser) -> Iterator[Page]:
    with open_page(browser, preview(rendered(SPECIMEN), "en"), 1280) as page:
        yield page


def box(found: Locator) -> tuple[float, float, float, float]:
    """Left, top, width and height."""
    there = found.first.bounding_box()
    assert there is not None
    return there["x"], there["y"], there["width"], there["height"]


def at(page: Page, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    return page


def test_two_stories_stand_side_by_side_and_stack_in_reading_order(mail: Page) -> None:
    first, second = (mail.get_by_role("heading", name=title) for title in STORIES)
    at(mail, 1280)
    assert abs(box(first)[1] - box(second)[1]) < 40
    assert box(first)[0] + box(first)[2] <= box(second)[0]
    at(mail, 375)
    assert box(first)[0] == box(second)[0]
    assert box(first)[1] < box(second)[1]
    assert box(first)[2] > 300, "each has the whole width"


@pytest.mark.ci
def test_two_signatories_stand_side_by_side_and_stack(mail: Page) -> None:
    first, second = (mail.locator(".signed", has_text=name).last for name in ("Jay Myers", "A. Colleague"))
    at(mail, 1280)
    ends = [box(one)[1] + box(one)[3] for one in (first, second)]
    assert abs(ends[0] - ends[1]) < 2, "they stand on one line, whatever is above"
    assert box(first)[0] + box(first)[2] <= box(second)[0]
    at(mail, 375)
    assert box(first)[1] < box(second)[1]
    assert box(first)[0] == box(second)[0]


@pytest.mark.ci
def test_a_wide_table_becomes_rows_of_labels_on_a_phone(mail: Page) -> None:
    table = mail.locator("table.wide", has_text="Ontario")
    at(mail, 1280)
    assert table.locator("th[scope=col]").all_inner_texts() == ["Region", "2019", "2020", "Change"]
    assert not any(one.is_visible() for one in table.locator(".tag").all())
    rights = [
        cell["x"] + cell["width"]
        for cell in map(Locator.bounding_box, table.locator("td.num:nth-child(3)").all())
        if cell
    ]
    assert len(set(rights)) == 1, "numbers end on one line"
    at(mail, 375)
    assert not table.locator("th[scope=col]").first.is_visible()
    assert [one.inner_text() for one in table.locator(".tag").all()[:3]] == ["2019", "2020", "Change"]
    assert box(table)[2] <= 335


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_to_be_pressed_is_large_enough(mail: Page, width: int) -> None:
    at(mail, width)
    heights = [box(one)[3] for one in mail.locator(".button").all()]
    assert len(heights) == 2
    assert all(44 <= height <= 72 for height in heights), "one line of 48, or two on the smallest phone"


def test_outlook_on_windows_gets_a_twin_of_each_button_of_the_same_height(mail: Page) -> None:
    html = preview(rendered(SPECIMEN), "en")
    assert html.count("<v:roundrect") == mail.locator(".button").count()
    assert html.count("height:48px;v-text-anchor:middle") == mail.locator(".button").count()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sponsor_is_labelled_in_every_form(browser: Browser, language: str) -> None:
    word = {"en": "Sponsored", "fr": "Commandité"}[language]
    with open_page(browser, preview(rendered(SPECIMEN), language), 375, images=False) as page:
        shown = [one.inner_text() for one in page.locator(".frame", has=page.locator(".mute")).all()]
    assert shown
    assert all(text.lower().startswith(word.lower()) for text in shown)
