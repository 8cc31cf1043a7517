"""Putting styles into elements moves no pixel: every template and every golden case, before and after, at two widths.

Before: the same mail with inline.css as the last style block of its head.
"""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from newsletter.compose import parts
from newsletter.compose.request import Request
from newsletter.compose.steps import compose
from newsletter.compose.tokens import Tokens
from newsletter.model.edition import BOTH, Rendering
from tests.browser.chromium import open_page
from tests.browser.mails import ALL, SPECIMEN, Mail, rendered
from tests.golden.test_cases import CASES, HERE, request
from tests.unit.compose.kit import preview

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.ci]
WIDTHS = (375, 1280)
#: what no style attribute can hold is lost, and told: that is what this case shows
_LOSES = "style-that-cannot-be-inlined"
DRAWN = [case for case in CASES if (HERE / case / "edition.html").exists() and case != _LOSES]


def beside(html: str, css: str, _tokens: Tokens, *, fast: bool) -> str:
    """In place of inlining: the rules as the last block of the head, for what stands in an element wins over every rule."""
    upper = html.replace("<!doctype html>", "<!DOCTYPE html>", 1)
    return upper.replace("</head>", f"<style>{css}</style></head>", 1)


def not_inlined(asked: Request) -> Rendering:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "inlined", beside)
        made = compose(asked)
    assert made.artwork is not None
    return made


@cache
def asked_of(template: str) -> Request:
    """The very request of a template's issue."""
    found: list[Request] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.browser.mails.compose", lambda one: found.append(one) or compose(one))
        rendered.__wrapped__(template)
    return found[0]


def differing(
    browser: Browser, before: str, after: str, widths: tuple[int, ...] = WIDTHS
) -> dict[int, object]:
    """The box of the pixels that differ, by width."""
    found: dict[int, object] = {}
    for width, one, other in zip(
        widths, pictured(browser, before, widths), pictured(browser, after, widths), strict=True
    ):
        if one.size != other.size:
            found[width] = (one.size, other.size)
        elif box := ImageChops.difference(one, other).getbbox():
            found[width] = box
    return found


def pictured(browser: Browser, html: str, widths: tuple[int, ...]) -> list[Image.Image]:
    """The whole of a mail in each width."""
    shots = []
    with open_page(browser, html, widths[0]) as page:
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            shots.append(Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB"))
    return shots


#: what holds both languages, in every run; each language by itself in a soak
_SINGLE = {"en", "fr"}
LOOKED_AT = Mail(SPECIMEN, "fr")  #: by the faster inliner, in every run


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(one, marks=pytest.mark.faults)
        if one.language in _SINGLE and one.template != SPECIMEN
        else one
        for one in ALL
    ],
    ids=str,
)
def test_no_pixel_of_a_template_moves(browser: Browser, mail: object) -> None:
    template, language = str(mail).rsplit("-", 1)
    before, after = not_inlined(asked_of(template)), rendered(template)
    assert differing(browser, preview(before, language), preview(after, language)) == {}


@pytest.mark.parametrize(
    "mail", [one if one == LOOKED_AT else pytest.param(one, marks=pytest.mark.faults) for one in ALL], ids=str
)
def test_nor_does_one_by_the_faster_inliner(browser: Browser, mail: Mail) -> None:
    asked = asked_of(mail.template)
    before, after = not_inlined(asked), compose(replace(asked, fast=True))
    assert differing(browser, preview(before, mail.language), preview(after, mail.language)) == {}


@pytest.mark.parametrize(
    "case",
    # a third of them in every run, the others in a soak
    [case if n % 3 == 0 else pytest.param(case, marks=pytest.mark.faults) for n, case in enumerate(DRAWN)],
)
def test_no_pixel_of_a_golden_case_moves(browser: Browser, case: str) -> None:
    before, after = not_inlined(request(case)), compose(request(case))
    assert after.artwork is not None
    language = BOTH.join(after.artwork.languages)
    assert differing(browser, preview(before, language), preview(after, language), (375,)) == {}


def test_what_cannot_be_inlined_is_told(browser: Browser) -> None:
    before, after = not_inlined(request(_LOSES)), compose(request(_LOSES))
    assert [finding.check for finding in after.findings] == ["style"] * len(after.findings)
    assert differing(browser, preview(before, "en"), preview(after, "en"), (375,))


def test_a_moved_pixel_would_be_seen(browser: Browser) -> None:
    html = preview(rendered("letter"), "en")
    moved = html.replace("</body>", '<p style="margin:0;line-height:1px">.</p></body>')
    assert set(differing(browser, html, moved)) == set(WIDTHS)
