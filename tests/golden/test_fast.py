"""The faster inliner gives the mail that premailer gives: every golden case and every template, element by element."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import pytest
from lxml import etree

from newsletter.compose import inline, inline_fast
from newsletter.compose.request import Request
from newsletter.compose.steps import compose
from newsletter.model.artwork import Link
from newsletter.model.edition import Artwork
from tests.browser.mails import ALL, request_for
from tests.golden.test_cases import CASES, request, shown
from tests.unit.compose.kit import told

_ZERO = re.compile(r"(?<![\d.])0px\b")  # premailer shortens it
_TEMPLATES = sorted({one.template for one in ALL})
_SHORT = re.compile(r"#([0-9A-F])([0-9A-F])([0-9A-F])(?![0-9A-F])", re.IGNORECASE)  # so is this
Element = tuple[str, str, str, dict[str, object]]


def elements(html: str) -> list[Element]:
    """Every element: its name, its text, what follows it, its attributes."""
    return [
        (str(one.tag), _text(one.text), _text(one.tail), {k: _value(k, v) for k, v in one.attrib.items()})
        for one in etree.fromstring(html, etree.HTMLParser()).iter()
        if one.tag != "tbody"
    ]


def _text(text: str | None) -> str:
    return " ".join((text or "").split())


def _value(name: str, value: str) -> object:
    if name != "style":
        return value or name  # of one without a value, such as `disabled`
    families: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for part in _ZERO.sub("0", _SHORT.sub(r"#\1\1\2\2\3\3", value)).split(";"):
        one, _, given = part.partition(":")
        families[one.strip().partition("-")[0]].append(
            (one.strip(), given.replace(" ", "").replace('"', "'"))
        )
    # which one stands last matters only where one of them is for all (margin, margin-top)
    return {key: pairs if key in dict(pairs) else sorted(pairs) for key, pairs in families.items() if key}


def alike(asked: Request) -> tuple[Artwork, Artwork]:
    """Both ways, which must agree in all but how the HTML is written."""
    careful, fast = compose(asked), compose(replace(asked, fast=True))
    assert told(fast) == told(careful)
    assert (fast.artwork is None) == (careful.artwork is None)
    if careful.artwork is None or fast.artwork is None:
        pytest.skip("no mail comes of it")
    for language, text in careful.artwork.texts.items():
        other = fast.artwork.texts[language]
        assert (other.subject, other.text) == (text.subject, text.text)
        made = elements(shown(fast.artwork, other.html)), elements(shown(careful.artwork, text.html))
        assert [pair for pair in zip(*made, strict=True) if pair[0] != pair[1]] == []
    return careful.artwork, fast.artwork


@pytest.mark.parametrize(
    "case", [one if n % 4 == 0 else pytest.param(one, marks=pytest.mark.ci) for n, one in enumerate(CASES)]
)
def test_a_golden_case(case: str) -> None:
    alike(request(case))


@pytest.mark.ci
@pytest.mark.parametrize("template", _TEMPLATES)
def test_a_template(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    careful = inline._by_premailer
    monkeypatch.setattr(inline, "_by_premailer", lambda *given: asked.append("") or careful(*given))
    one, other = alike(request_for(template))
    assert links(one) == links(other)
    assert len(asked) == len(one.texts), "the faster one left a mail of ours to premailer"


def links(artwork: Artwork) -> list[Link]:
    """Where it leads, in the order in which it is written."""
    return list(artwork.links)


def test_the_oracle_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    styled = inline_fast.styled
    monkeypatch.setattr(
        inline_fast, "styled", lambda html, css: (styled(html, css) or "").replace("margin:0", "margin:1px")
    )
    with pytest.raises(AssertionError):
        alike(request_for("letter"))
