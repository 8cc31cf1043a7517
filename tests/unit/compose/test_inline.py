"""Inlining: premailer's settings, the proof behind it, and an independent inliner as oracle."""

from __future__ import annotations

import time

import css_inline
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsletter.compose import inline, inline_fast
from newsletter.compose.inline import InlineFault, inlined
from newsletter.compose.tokens import Kind, Tokens

PAGE = """<!doctype html><html><head><title>t</title>
<style type="text/css">@media (max-width:480px) { .a { color: red !important } } u + .body .b { color: red }</style>
<!--[if mso]><style>.x { width: 1px }</style><![endif]-->
<link rel="stylesheet" href="https://fonts.example/never-fetched"></head>
<body><!--[if mso | IE]><table><tr><td><![endif]-->
<table><tr><td class="a"><p>One</p><img width="550" style="width:100%" src="https://ngen.example/a.png" alt=""></td><td><p class="a">Two</p></td></tr></table>
<!--[if mso | IE]></td></tr></table><![endif]--><a href="https://ngen.example/?a=1&amp;b=%20">x</a></body></html>"""


def styles(html: str) -> list[tuple[str, dict[str, str]]]:
    """The style of every element, in order, as declarations."""
    body = etree.fromstring(html, etree.HTMLParser()).find("body")
    assert body is not None
    return [
        (str(element.tag), _declarations(element.get("style", "")))
        for element in body.iter()
        if isinstance(element.tag, str) and element.tag != "tbody"
    ]


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return {name.strip(): value.strip().replace(" !important", "!important") for name, _, value in pairs}


def test_what_must_survive_survives() -> None:
    html = inlined(PAGE, "p { color: blue } .a { margin: 0 }", Tokens([]))
    assert html.startswith("<!DOCTYPE html>")
    assert "@media (max-width:480px) { .a { color: red !important } } u + .body .b { color: red }" in html
    assert '<p style="color:blue">One</p>' in html
    assert '<p class="a" style="color:blue; margin:0">Two</p>' in html
    assert '<img width="550" style="width:100%"' in html
    assert html.count("<!--[if") == PAGE.count("<!--[if")
    assert "data-premailer" not in html
    assert 'href="https://ngen.example/?a=1&amp;b=%20"' in html


def test_nothing_at_all_cannot_be_inlined() -> None:
    with pytest.raises(InlineFault, match="no HTML"):
        inlined("  ", "", Tokens([]))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda html, token: html.replace("<!DOCTYPE html>", ""), "the doctype was lost"),
        (lambda html, token: html.replace(token, ""), "a personal field or a mark was lost"),
        (lambda html, token: html.replace(token, token * 2), "a personal field or a mark was lost"),
        (lambda html, token: html.replace("<!--[if mso]>", "<!--"), "a conditional comment was lost"),
        (lambda html, token: html.replace("%20", "%7B%20"), "an address with braces was altered"),
        (lambda html, token: html.replace("Two", "{{ x }}"), "a placeholder was altered"),
        (
            lambda html, token: html.replace('width="550"', 'width="100%"'),
            "the width of an image was altered",
        ),
        (lambda html, token: html.replace(" !important", ""), "a style block was altered"),
    ],
)
def test_every_proof_can_fail(spoil: object, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens([])
    token = tokens.put(Kind.RAW, "x", "x")

    class Spoiling(inline._Inliner):
        def transform(self, *arguments: object, **named: object) -> str:
            return spoil(super().transform(*arguments, **named), token)

    monkeypatch.setattr(inline, "_Inliner", Spoiling)
    with pytest.raises(InlineFault, match=told):
        inlined(PAGE.replace("One", token), "p { color: blue }", tokens)


def test_rules_that_were_read_before_give_the_same() -> None:
    css = (
        "p { color: blue; margin: 1px !important } .a:hover { color: red } @media print { p { color: red } }"
    )
    first, second = (inlined(PAGE, css, Tokens([])) for _ in range(2))
    inline._rules.cache_clear()
    assert first == second == inlined(PAGE, css, Tokens([]))
    assert inlined(PAGE, css.replace("blue", "green"), Tokens([])) == first.replace("blue", "green")


@pytest.mark.parametrize("css", ["img { float: right }", "img { FLOAT: right }"])
def test_a_floating_image_is_aligned_for_outlook(css: str) -> None:
    html = '<!doctype html><html><head></head><body><img src="a.png" width="20" style="width: 20px"></body></html>'
    assert 'align="right"' in inlined(html, css, Tokens([]))


SELECTORS = st.sampled_from(["p", "td", ".a", "td.a", ".a p", "table p", "p.a", "a", "body p", "tr > td"])
DECLARATIONS = st.sampled_from(
    [
        "color: red",
        "color: blue",
        "margin: 1px",
        "font-weight: bold",
        "padding: 2px 3px",
        "text-decoration: none",
    ]
)
RULES = st.lists(st.tuples(SELECTORS, DECLARATIONS), min_size=1, max_size=6)


@given(RULES)
@pytest.mark.ci
def test_another_inliner_comes_to_the_same_styles(rules: list[tuple[str, str]]) -> None:
    """css-inline (html5ever and its own cascade) as oracle, over rules in the order of their specificity."""
    css = "\n".join(f"{selector} {{ {declaration} }}" for selector, declaration in rules)
    ours = styles(inlined(PAGE, css, Tokens([])))
    other = css_inline.CSSInliner(inline_style_tags=False, load_remote_stylesheets=False, extra_css=css)
    theirs = styles(other.inline(PAGE))
    assert ours == theirs


def test_the_faster_inliner_keeps_what_must_survive() -> None:
    html = inlined(PAGE, "p { color: blue } .a { margin: 0 }", Tokens([]), fast=True)
    assert html.startswith("<!DOCTYPE html>")
    assert "@media (max-width:480px) { .a { color: red !important } } u + .body .b { color: red }" in html
    assert '<p style="color: blue;">One</p>' in html.replace('blue"', 'blue;"')
    assert '<link rel="stylesheet" href="https://fonts.example/never-fetched">' in html
    assert '<img width="550" style="width:100%"' in html
    assert html.count("<!--[if") == PAGE.count("<!--[if")
    assert 'href="https://ngen.example/?a=1&amp;b=%20"' in html


BLUE = "p { color: blue }"


@pytest.mark.parametrize(
    "css",
    [
        "p { color: blue ! important }",
        "p { color: blue !\nimportant }",
        "p { color: blue !/**/important }",
        "p { color: blue !\\69mportant }",
        "p { color: blue; color: rgb(1 2 3 / 40%) }",
        "p { color: red; color: blue }",
        "p { color: #12 }",
        "p { color: invalid( }",
        'p { font-family: "D\'Arial", serif }',
        "p { background: url(a.png) }",
        "* { margin: 0 }",
        "a:link { color: blue }",
        "p:not(.x) { color: blue }",
        "td:nth-child(2) { color: blue }",
        "table > tr { color: blue }",
        "tbody { color: blue }",
        "P { color: blue }",
        "p,,a { color: blue }",
        '[class="a"] { color: blue }',
        "@layer a { p { color: blue } }",
        "@media print { p { color: blue } }",
        "@import url(https://fonts.example/a.css); p { color: blue }",
        "p { color: blue",
        "p { --c: blue }",
        "img { FLOAT: right }",
        "img { fl\\6f at: right }",
    ],
)
def test_rules_of_which_both_may_make_something_else_are_left_to_premailer(css: str) -> None:
    assert inline_fast.styled(PAGE, css) is None
    assert inlined(PAGE, css, Tokens([]), fast=True) == inlined(PAGE, css, Tokens([]))


@pytest.mark.parametrize(
    "html",
    [
        PAGE.replace("<tr><td class", "<tr>between rows<td class"),
        PAGE.replace("<p>One</p>", "<p>One<p>and one that is left open"),
        PAGE.replace("?a=1", "é?a=1"),
        PAGE.replace("?a=1", "?a= 1"),
        PAGE.replace("a.png", "à.png"),
        PAGE.replace("width:100%", "float: left"),
        PAGE.replace("<p>", "<p data-css-inline='ignore'>"),
        PAGE.replace("<p>", "<p id='i'style='color:red!important'>"),
        PAGE.replace("<p>One</p>", "<noscript><p>One</p></noscript>"),
        PAGE.replace("<p>One</p>", "<pre>\n\nOne</pre>"),
        *(
            PAGE.replace("<p>", f"<p style='{style}'>")
            for style in (
                *("color:red; text", "*zoom:1", "color", "color:red!important;color:green"),
                *("font-family:&quot;D", "color:red;color:green", "fl&#111;at:left"),
            )
        ),
    ],
)
def test_pages_of_which_both_may_make_something_else_are_left_to_premailer(html: str) -> None:
    assert inline_fast.styled(html, BLUE) is None
    assert inlined(html, BLUE, Tokens([]), fast=True) == inlined(html, BLUE, Tokens([]))


@pytest.mark.parametrize(
    "html",
    [
        "<a" * 20_000,
        "<tbody " * 20_000,
        "<!--" * 20_000,
        "-->" + "<!--" * 20_000,
        '<a "' * 20_000,
        "<" + "a" * 50_000,
        f'<p style="margin:{"1" * 50_000}!">',
    ],
    ids=["tags", "bodies", "comments", "comments behind", "quotes", "a name", "a number"],
)
def test_no_page_takes_the_faster_one_long(html: str) -> None:
    begun = time.process_time()
    inline_fast.styled(f"<!DOCTYPE html><html><body>{html}</body></html>", BLUE)
    assert time.process_time() - begun < 5


def test_else_it_is_the_faster_one_that_did_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(inline, "_Inliner")
    assert "color: blue" in inlined(PAGE, "p { color: blue }", Tokens([]), fast=True)


@given(RULES)
def test_both_of_ours_come_to_the_same_styles(rules: list[tuple[str, str]]) -> None:
    css = "\n".join(f"{selector} {{ {declaration} }}" for selector, declaration in rules)
    assert styles(inlined(PAGE, css, Tokens([]), fast=True)) == styles(inlined(PAGE, css, Tokens([])))
