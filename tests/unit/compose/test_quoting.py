"""Words from elsewhere stay words: whatever a stranger writes, one teaser with one paragraph of plain text comes of it."""

from __future__ import annotations

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.body.blocks import Fenced
from newsletter.compose.body.completing import Completer
from newsletter.compose.body.read import read
from newsletter.compose.findings import Findings
from newsletter.compose.images import Images
from newsletter.compose.tokens import Tokens
from newsletter.compose.typography.typeset import Typesetter
from newsletter.fetching.page import PageFacts, clean
from newsletter.model.issue import IssueText
from newsletter.pipeline.teaser import Teaser
from tests.corpora import naughty_strings
from tests.unit.compose.kit import tiny

HOSTILE = (
    "{{ member.email }}",
    "{{{ member.email }}}",
    '" href="https://evil.example',
    "“ href=“https://evil.example",
    ":::",
    "::: when everyone",
    "[x](https://evil.example)",
    "![x](x.png)",
    "<a href='https://evil.example'>x</a>",
    "<https://evil.example>",
    "&lt;b&gt; &amp; &#123;",
    "{% include 'x' %} {# x #}",
    "# Heading",
    "1. One",
    "1) One",
    "- one",
    "+ one",
    "> quoted",
    "***",
    "---",
    "===",
    "~~~",
    "```",
    "`code`",
    "a | b",
    "\\",
    "\\{{ x }}",
    "{" * 9 + "}" * 9,
    "[ref]: https://evil.example",
    "*|FNAME|*",
    "a\u2028b\x85c\r\nd\te",
    "    four spaces",
)


def teaser(text: str) -> Teaser:
    words = clean(text)
    return Teaser(
        "en",
        "https://www.ngen.ca/a?b={{x}}&c=“d”",
        PageFacts(title=words, summary=words, alt=words),
        found=True,
    )


def stays_words(text: str) -> None:
    written = f"Before.\n\n{teaser(text).markdown}\nAfter.\n"
    tokens = Tokens([written])
    findings = Findings(tokens.pattern)
    request = tiny("x")
    images = Images(request, tokens, findings)
    body = read(
        IssueText("en", "issues/x.md", "s", "p", "t", written, 1),
        tokens,
        images,
        findings,
        Typesetter("", tokens.pattern),
        Completer("en", request.publication, {}, tokens, images, findings),
    )
    assert findings.all() == (), findings.all()
    assert len(body.blocks) == 3
    block = body.blocks[1]
    assert isinstance(block, Fenced)
    assert block.component.name == "teaser"
    assert list(body.links) == [block.attributes["href"]]
    assert ada_url.URL(block.attributes["href"]).hostname == "www.ngen.ca"
    assert not any(block.attributes[name] for name in ("image", "kicker"))
    assert block.prose is not None
    kinds = [child.type for token in block.prose.tokens for child in token.children or ()]
    assert set(kinds) <= {"text", "text_special"}, kinds
    shown = "".join(child.content for token in block.prose.tokens for child in token.children or ())
    expected = clean(text).replace("{", "").replace("}", "").replace(" ", "").replace("–", "")
    assert (
        shown.partition("]")[2].replace("{", "").replace("}", "").replace(" ", "").replace("–", "")
        == expected
    )
    title = block.attributes["title"].translate(str.maketrans("", "", "{} ″“”–"))
    if expected.replace('"', ""):
        assert title == expected.translate(str.maketrans("", "", '"″“”–'))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words(text: str) -> None:
    stays_words(text)
    stays_words(f"A story {text} with more")


def test_every_naughty_string() -> None:
    for text in naughty_strings():
        stays_words(text)


@given(
    st.text(st.one_of(st.sampled_from("{}%#:[]()<>\"'`*_~|\\&!-+=1.\n \t“”«»"), st.characters()), max_size=60)
)
def test_no_words_become_anything_else(text: str) -> None:
    stays_words(text)
