"""Every template in a real browser: no horizontal overflow, type and buttons large enough, contrast in light and dark.

In: the repository's issues and templates. Out: nothing. Skips without Chromium, and fails where REQUIRE_BROWSER is set.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import chromium, installed, open_page
from tests.browser.mails import ALL, SPECIMEN, TEMPLATES, Mail, rendered
from tests.unit.compose.kit import preview
from tests.unit.templates.test_contrast import contrast

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

WIDTHS = (320, 375, 600, 1280)

SEEN = "all => all.filter(one => getComputedStyle(one).display !== 'none').length"
#: every piece of visible text: its colour, the ground below it, its size and weight
TEXTS = """() => {
  const hex = colour => '#' + colour.match(/[\\d.]+/g).slice(0, 3).map(part => Number(part).toString(16).padStart(2, '0')).join('');
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$/.test(colour) && colour !== 'transparent') return hex(colour);
    }
    return '#ffffff';
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement, style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (!text || style.visibility === 'hidden' || box.width === 0 || box.height === 0 || element.closest('[style*="display:none"]')) continue;
    found.push({text: text.slice(0, 40), colour: hex(style.color), ground: ground(element), size: parseFloat(style.fontSize)});
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if installed() is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with chromium() as running:
        yield running


def shown(mail: Mail) -> str:
    return preview(rendered(mail.template), mail.language)


@pytest.mark.parametrize("mail", ALL, ids=str)
def test_light(browser: Browser, mail: Mail) -> None:
    with open_page(browser, shown(mail), 1280) as page:
        fits_every_width(page)
        page.set_viewport_size({"width": 375, "height": 800})
        reads(page)
        is_sound(page)
        heights = page.eval_on_selector_all(
            ".button", "all => all.map(one => one.getBoundingClientRect().height)"
        )
        wide = page.eval_on_selector_all(
            "img", "all => all.filter(one => one.getBoundingClientRect().right > 375).length"
        )
        assert all(height >= 48 for height in heights)
        assert wide == 0
        assert page.eval_on_selector_all(".dark-only", SEEN) == 0


@pytest.mark.parametrize("mail", ALL, ids=str)
@pytest.mark.ci
def test_dark(browser: Browser, mail: Mail) -> None:
    with open_page(browser, shown(mail), 375, scheme="dark") as page:
        reads(page)
        assert page.eval_on_selector_all(".light-only", SEEN) == 0
        assert page.eval_on_selector_all(".dark-only", SEEN) == page.locator(".dark-only").count()


@pytest.mark.parametrize("template", [*TEMPLATES, SPECIMEN])
def test_outlook_on_the_web_in_the_dark(browser: Browser, template: str) -> None:
    """Its dark mode marks what it recoloured with data-ogsc and data-ogsb, whatever the screen says; ours must win there."""
    with open_page(browser, shown(Mail(template, "en")), 375) as page:
        page.evaluate(
            "() => { for (const name of ['data-ogsc', 'data-ogsb']) document.documentElement.setAttribute(name, '') }"
        )
        reads(page)
        assert page.eval_on_selector_all(".light-only", SEEN) == 0
        card = page.locator(".card").first.evaluate("one => getComputedStyle(one).backgroundColor")
    assert card == "rgb(29, 35, 39)"


@pytest.mark.parametrize("template", ["greeting", "digest", "event"])
def test_without_pictures_the_letter_stands(browser: Browser, template: str) -> None:
    with open_page(browser, shown(Mail(template, "en+fr")), 1280, images=False) as page:
        fits_every_width(page)
        alts = page.eval_on_selector_all("img.light-only", "all => all.map(one => one.alt)")
    assert alts
    assert all(alts)


def fits_every_width(page: Page) -> None:
    """Nothing is wider than the screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def reads(page: Page) -> None:
    """Every visible text has contrast (WCAG 2.1, 1.4.3) and size."""
    texts: list[dict[str, Any]] = page.evaluate(TEXTS)
    assert len(texts) > 10
    assert not [text for text in texts if contrast(text["colour"], text["ground"]) < 4.5]
    assert not [text for text in texts if text["size"] < 13]


def is_sound(page: Page) -> None:
    """One h1, no level skipped; language and direction; names for pictures and links; tables of layout say so."""
    levels = page.eval_on_selector_all(
        "h1, h2, h3, h4, h5, h6", "all => all.map(one => Number(one.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.locator("body > :not([lang][dir])").count() == 0
    assert page.locator("img:not([alt])").count() == 0
    assert page.locator("table:not([role=presentation]):not(:has(th))").count() == 0
    assert (
        page.eval_on_selector_all(
            "a", "all => all.filter(one => !one.textContent.trim() && !one.querySelector('img[alt]')).length"
        )
        == 0
    )


def test_the_measures_can_fail(browser: Browser) -> None:
    spoiled = (
        '<html lang="en"><body><div style="width:700px;color:#999;background:#fff;font-size:11px">'
        + "<p>faint</p>" * 11
    )
    with open_page(browser, spoiled, 375) as page:
        for measure in (fits_every_width, reads, is_sound):
            with pytest.raises(AssertionError):
                measure(page)
