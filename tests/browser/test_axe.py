"""Every mail, and a page of the archive, by the rules of WCAG 2.1 AA as axe-core reads them: no violation.

In: every template in both languages, the sheet of all components. Out: nothing. Landmarks are not asked for: mail programs put a mail within their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import open_page
from tests.browser.mails import SPECIMEN, TEMPLATES, Mail, rendered
from tests.browser.states import state
from tests.unit.compose.kit import preview

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {rules: {'landmark-one-main': {enabled: false}, region: {enabled: false}}, resultTypes: ['violations']}))
  .violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`)"""
MAILS = [*(Mail(template, "en+fr") for template in TEMPLATES), Mail(SPECIMEN, "en"), Mail(SPECIMEN, "fr")]
PAGES = [
    pytest.param(mail, id=str(mail), marks=[] if mail == Mail("greeting", "en+fr") else [pytest.mark.ci])
    for mail in MAILS
]


def violations(browser: Browser, html: str, width: int = 375) -> Any:
    with open_page(browser, html, width) as page:
        page.evaluate(AXE)
        return page.evaluate(RUN)


@pytest.mark.parametrize("mail", PAGES)
def test_a_mail_breaks_no_rule(browser: Browser, mail: Mail) -> None:
    assert violations(browser, preview(rendered(mail.template), mail.language)) == []


@pytest.mark.ci
@pytest.mark.parametrize("name", ["archive-page-fr", "ended-event-bilingual"])
def test_a_page_breaks_no_rule(browser: Browser, name: str) -> None:
    html, _language = state(name)
    assert violations(browser, html) == []


def test_the_rules_are_asked(browser: Browser) -> None:
    spoilt = '<html><head><title>x</title></head><body><img src="x"><p style="color:#ccc;background:#fff">faint</p></body></html>'
    found = " ".join(violations(browser, spoilt))
    assert all(rule in found for rule in ("image-alt", "html-has-lang", "color-contrast"))
