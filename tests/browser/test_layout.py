"""Every template in a real browser: no horizontal overflow, type and buttons large enough, contrast in light and dark.

In: the repository's issues and templates. Out: nothing. Skips without Chromium, and fails where REQUIRE_BROWSER is set.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import open_page
from tests.browser.mails import ALL, EVERY, SAMPLES, SPECIMEN, TEMPLATES, Mail, rendered
from tests.unit.compose.kit import preview
from tests.unit.templates.test_contrast import contrast

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

WIDTHS = (320, 375, 600, 1280)
#: width and scheme of the preview's pages: in the short suite the narrowest is seen light and the widest dark
SCREENS = [
    pytest.param(width, scheme, marks=[] if short else [pytest.mark.ci])
    for width, scheme, short in (
        (320, "light", True),
        (320, "dark", False),
        (375, "light", False),
        (375, "dark", False),
        (1280, "light", False),
        (1280, "dark", True),
    )
]

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


#: the size of running text: of the paragraphs that have no class, the smallest
BODY_SIZES = """all => Math.min(...all.filter(one => !one.className && !one.closest('.quiet') && one.textContent.trim())
  .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
#: every line of text of type for reading, as the browser breaks it: how many characters, and whether its block goes on below
LINES = """() => {
  const blocks = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, block = node.parentElement.closest('p, li, td, th, h1, h2, h3, h4, div');
    if (!block || !node.textContent.trim() || node.parentElement.closest('pre')) continue;
    const lines = blocks.get(block) || blocks.set(block, new Map()).get(block);
    for (const word of node.textContent.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const box = range.getBoundingClientRect();
      if (!box.height) continue;
      const line = Math.round((box.top + box.bottom) / 12);
      lines.set(line, (lines.get(line) || -1) + word[0].length + 1);
    }
  }
  return [...blocks.values()].flatMap(lines => [...lines.values()].map((count, at, all) => ({count, full: at + 1 < all.length})));
}"""
#: characters of a line: of an average one, and of one that is full of narrow letters
MEASURE, NARROW = 70, 74


def shown(mail: Mail) -> str:
    return preview(rendered(mail.template), mail.language)


#: of the templates that this file has samples for, one in one language stands for all in the short suite
REPRESENTATIVE = Mail("observance", "fr")
#: and of the long mails in two languages, which take longest, the other language
LONG = {Mail("digest", "en"), Mail("digest", "en+fr"), Mail("specimen", "fr")}
#: the same words as the greeting's, in two further frames
SAME_WORDS = {"letter", "plain"}
SHORT_SUITE = [
    pytest.param(
        mail,
        id=str(mail),
        marks=[pytest.mark.ci]
        if mail in LONG
        or (mail.template in SAME_WORDS and mail.language != "fr")
        or (mail.template in SAMPLES and mail != REPRESENTATIVE)
        else [],
    )
    for mail in ALL
]


@pytest.mark.parametrize("mail", SHORT_SUITE)
def test_light_and_dark(browser: Browser, mail: Mail) -> None:
    with open_page(browser, shown(mail), 1280) as page:
        fits_every_width(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        has_measure(page)
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
        assert page.locator("p, li").evaluate_all(BODY_SIZES) >= 16
        assert wide == 0
        assert page.eval_on_selector_all(".dark-only", SEEN) == 0
        page.emulate_media(color_scheme="dark")
        reads(page)
        assert page.eval_on_selector_all(".light-only", SEEN) == 0
        assert page.eval_on_selector_all(".dark-only", SEEN) == page.locator(".dark-only").count()


#: which colours follow that hook is one style sheet's affair: the template with most looks stands for all in the short suite
HOOKED = [
    pytest.param(one, marks=[] if one == SPECIMEN else [pytest.mark.ci]) for one in (*TEMPLATES, SPECIMEN)
]


@pytest.mark.parametrize("template", HOOKED)
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


@pytest.mark.parametrize(
    "mail",
    # French is longer, and both languages longest: English by itself in a soak
    [pytest.param(one, marks=[pytest.mark.faults] * (one.language == "en")) for one in EVERY],
    ids=str,
)
@pytest.mark.ci
def test_the_first_thing_is_fine_without_pictures(browser: Browser, mail: Mail) -> None:
    """With images off the sender's name, the title and what it is about stand in the first screen of a phone, and read."""
    with open_page(browser, shown(mail), 375, images=False) as page:
        fits_every_width(page)
        page.set_viewport_size({"width": 375, "height": 800})
        reads(page)
        title = page.locator("h1").bounding_box()
        assert title is not None
        assert title["y"] + title["height"] < 400
        assert page.locator("h1").inner_text().strip()


@pytest.mark.parametrize(
    "template", ["greeting", *(pytest.param(one, marks=pytest.mark.ci) for one in ("digest", "event"))]
)
def test_without_pictures_the_letter_stands(browser: Browser, template: str) -> None:
    with open_page(browser, shown(Mail(template, "en+fr")), 1280, images=False) as page:
        fits_every_width(page)
        alts = page.eval_on_selector_all("img.light-only", "all => all.map(one => one.alt)")
    assert alts
    assert all(alts)


def fits_every_width(page: Page, widths: tuple[int, ...] = WIDTHS) -> None:
    """Nothing is wider than the screen."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def reads(page: Page, least: float = 4.5) -> None:
    """Every visible text has contrast (WCAG 2.1, 1.4.3) and size."""
    texts: list[dict[str, Any]] = page.evaluate(TEXTS)
    assert len(texts) > 10
    assert not [text for text in texts if contrast(text["colour"], text["ground"]) < least]
    assert not [text for text in texts if text["size"] < 13]


def has_measure(page: Page) -> None:
    """No line is too long to find the next one from its end."""
    lines: list[dict[str, Any]] = page.evaluate(LINES)
    full = [line["count"] for line in lines if line["full"] and line["count"] > 40]
    assert not full or sum(full) / len(full) <= MEASURE
    assert max(line["count"] for line in lines) <= NARROW


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
        + f"<p>{'faint ' * 40}</p>" * 11
    )
    with open_page(browser, spoiled, 375) as page:
        for measure in (fits_every_width, reads, is_sound, has_measure):
            with pytest.raises(AssertionError):
                measure(page)
