"""Link targets as authors write them: refused, or leading where a browser would have gone."""

from __future__ import annotations

import json

import ada_url
import pytest

from newsletter.checks.link_malformed import fault_of
from newsletter.checks.page import Page
from newsletter.compose.findings import Findings
from newsletter.compose.steps import compose
from newsletter.compose.tokens import Tokens
from newsletter.compose.urls import WEB, encoded, judged, scheme
from newsletter.model.artwork import Mark, MarkKind
from tests.corpora import shared
from tests.unit.compose.kit import framed, tiny, told

EMPTY = Page(elements=(), text="", code=())


def browsed(url: str) -> str:
    """The address that a browser goes to; empty when it goes nowhere."""
    try:
        return ada_url.URL(url).href
    except ValueError:
        return ""


def test_every_address_of_the_whatwg_cases_is_refused_or_leads_where_browsers_go() -> None:
    cases = json.loads(shared("corpora/whatwg-url/urltestdata.json").read_text(encoding="utf-8"))
    followed = 0
    for case in (case for case in cases if isinstance(case, dict)):
        findings = Findings()
        url = judged(case["input"], None, findings, Tokens([""]))
        fault = fault_of(url, EMPTY)
        if findings.failed or (fault and fault.sure) or scheme(url) not in WEB:
            continue
        followed += 1
        assert browsed(url)
        # A backslash is a slash to browsers; it is kept as the sign that was written.
        assert browsed(url).replace("%5C", "/") == browsed(case["input"].strip())
    assert followed > 50


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://École.ca/É", "https://xn--cole-9oa.ca/%C3%89"),
        ("https://moi@École.ca:8443", "https://moi@xn--cole-9oa.ca:8443"),
        ("HTTPS://NGEN.ca/a b", "HTTPS://NGEN.ca/a%20b"),
        ("https://ngen.ca/a\tb", "https://ngen.ca/ab"),
        ("  https://ngen.ca/%2F+ ", "https://ngen.ca/%2F+"),
        ("https://ngen.ca/?q=École", "https://ngen.ca/?q=%C3%89cole"),
    ],
)
def test_an_address_is_written_in_ascii_and_otherwise_left(written: str, address: str) -> None:
    assert encoded(written) == address


def test_an_address_with_spaces_around_it_is_a_link_like_any_other() -> None:
    inner = '<mj-text><a href="\n  https://ngen.example/a ">a</a></mj-text><mj-button href=" https://ngen.example/b">b</mj-button>'
    rendering = compose(tiny(templates=framed(inner)))
    assert told(rendering) == ""
    assert rendering.artwork is not None
    links = rendering.artwork.links
    assert [(link.url, str(link.place)) for link in links] == [
        ("https://ngen.example/a", "templates/letter.mjml:1:57"),
        ("https://ngen.example/b", "templates/letter.mjml:2:54"),
    ]
    marks = [piece for piece in rendering.artwork.texts["en"].html if isinstance(piece, Mark)]
    assert [mark.kind for mark in marks] == [MarkKind.LINK, MarkKind.LINK, MarkKind.PIXEL]
