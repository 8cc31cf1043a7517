"""Every state that a mail is read in, in a real browser: it fits, it reads, its buttons can be pressed, in light and in the dark.

In: tests/browser/states.py. Out: nothing. All but one state and one of each kind are in the long suite.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import open_page
from tests.browser.mails import EVERY, Mail, rendered
from tests.browser.states import INVERT, STATES, TWICE, state
from tests.browser.test_layout import fits_every_width, has_measure, is_sound, reads
from tests.unit.compose.kit import preview

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

ONE = {"french-longer"}
NAMES = [pytest.param(name, marks=[] if name in ONE else [pytest.mark.ci]) for name in STATES]
MAILS = [mail for mail in EVERY if mail.language != "en+fr"]
#: words that stand beyond the edge of the box which holds them, or upon other words
CUT = """() => [...document.querySelectorAll('p, li, h1, h2, h3, a.button')].filter(one => {
  const style = getComputedStyle(one);
  return style.display !== 'none' && one.scrollWidth > one.clientWidth + 1 && style.display !== 'inline';
}).map(one => one.textContent.trim().slice(0, 40))"""
#: figures that take more than one line, or stand upon those beside them
BROKEN = """() => {
  const boxes = [...document.querySelectorAll('.number')].filter(one => one.tagName === 'P').map(one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return [one, range.getBoundingClientRect(), parseFloat(getComputedStyle(one).lineHeight)];
  });
  const upon = (a, b) => a !== b && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.filter(([one, box, line]) => box.height > 1.5 * line || boxes.some(([, other]) => upon(box, other)))
    .map(([one]) => one.textContent.trim());
}"""


@pytest.mark.parametrize("name", NAMES)
def test_a_state_fits_and_reads(browser: Browser, name: str) -> None:
    html, _language = state(name)
    with open_page(browser, html, 1280) as page:
        fits_every_width(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        has_measure(page)
        page.set_viewport_size({"width": 320, "height": 800})
        reads(page)
        is_sound(page)
        assert page.evaluate(CUT) == []
        heights = page.eval_on_selector_all(
            ".button", "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert all(height >= 44 for height in heights)
        page.emulate_media(color_scheme="dark")
        reads(page)


@pytest.mark.ci
@pytest.mark.parametrize(
    ("mail", "mode"),
    [
        # each template in both ways in every run; each text in each way in a soak
        pytest.param(mail, mode, marks=[pytest.mark.faults] * ((mail.language == "en") == (mode == "full")))
        for mail in MAILS
        for mode in ("partial", "full")
    ],
    ids=str,
)
def test_a_program_that_recolours_by_itself_leaves_it_readable(
    browser: Browser, mail: Mail, mode: str
) -> None:
    with open_page(browser, preview(rendered(mail.template), mail.language), 375) as page:
        page.evaluate(INVERT, mode)
        reads(page, least=3.0)  # theirs, not ours: the least that the standard asks of large type


@pytest.mark.ci
@pytest.mark.parametrize("mail", MAILS, ids=str)
def test_type_twice_as_large_still_fits(browser: Browser, mail: Mail) -> None:
    with open_page(browser, preview(rendered(mail.template), mail.language), 1280) as page:
        page.evaluate(TWICE)
        for width in (1280, 600, 375):
            fits_every_width(page, (width,))
            assert page.evaluate(BROKEN) == [], width
        assert page.evaluate(CUT) == []


def test_the_simulations_do_what_they_say(browser: Browser) -> None:
    plain = '<html lang="en"><body style="background:#fff;color:#000"><p style="font-size:16px;line-height:24px">Words</p><p style="background:#111">Dark</p></body></html>'
    with open_page(browser, plain, 375) as page:
        page.evaluate(INVERT, "partial")
        assert page.locator("p").first.evaluate("one => getComputedStyle(one).color") == "rgb(219, 219, 219)"
        assert (
            page.locator("p").last.evaluate("one => getComputedStyle(one).backgroundColor")
            == "rgb(17, 17, 17)"
        )
    with open_page(browser, plain, 375) as page:
        page.evaluate(INVERT, "full")
        assert (
            page.locator("p").last.evaluate("one => getComputedStyle(one).backgroundColor")
            != "rgb(17, 17, 17)"
        )
        page.evaluate(TWICE)
        assert page.locator("p").first.evaluate("one => getComputedStyle(one).fontSize") == "32px"
        assert page.evaluate(CUT) == []
        page.evaluate("document.querySelector('p').style.cssText += ';width:30px'")
        assert page.evaluate(CUT) == ["Words"]
