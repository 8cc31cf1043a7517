"""Link rewriting: every case of the WHATWG corpus through it, doing it twice changes nothing, and each pitfall of its own test."""

from __future__ import annotations

import html
import json

import ada_url
import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.link_malformed import fault_of
from newsletter.checks.page import Page
from newsletter.compose.findings import Findings
from newsletter.compose.freeze import freeze
from newsletter.compose.images import Images
from newsletter.compose.numbers import Numbers
from newsletter.compose.slicing.cuts import Marker, Where
from newsletter.compose.slicing.markup import HtmlSlicer
from newsletter.compose.slicing.plain import PlainSlicer
from newsletter.compose.steps import compose
from newsletter.compose.tokens import Tokens
from newsletter.compose.urls import WEB, encoded, judged, meant, scheme
from newsletter.dispatch.filling import compile_message, text_of
from newsletter.dispatch.variants import Variant
from newsletter.model.artwork import Chunks, Link, Mark, MarkKind, SlotContext
from newsletter.model.publication import TrackingMode
from newsletter.pipeline.links import location
from tests.corpora import shared
from tests.unit.compose.kit import PUBLICATION, framed, preview, preview_text, tiny, told

BASE = "https://news.example"
_EMPTY = Page(elements=(), text="", code=())
_HERE = Where("en", ((0, "en"),))


def cases() -> list[dict[str, str]]:
    found = json.loads(shared("corpora/whatwg-url/urltestdata.json").read_text(encoding="utf-8"))
    return [case for case in found if isinstance(case, dict)]


def browsed(url: str) -> str:
    try:
        return ada_url.URL(url).href
    except ValueError:
        return ""


def sliced(text: str, *, plain: bool = False) -> tuple[Chunks, tuple[Link, ...]]:
    """A document cut, with fresh numbers."""
    tokens = Tokens([text])
    findings = Findings(tokens.pattern)
    numbers = Numbers(Images(tiny(), tokens, findings), {})
    slicer = (PlainSlicer if plain else HtmlSlicer)(Marker(tokens, numbers, findings))
    return slicer.chunks(text, _HERE), numbers.links


def written(chunks: Chunks, links: tuple[Link, ...]) -> str:
    """The document with its links as they are kept."""
    pieces = []
    for piece in chunks:
        if isinstance(piece, str):
            pieces.append(piece)
        elif piece.kind is MarkKind.LINK:
            url = links[piece.number].url
            pieces.append(url if piece.context is SlotContext.PLAIN_URL else html.escape(url, quote=True))
    return "".join(pieces)


def anchor(href: str) -> str:
    return f'<html><body><p>a <a href="{html.escape(href, quote=True)}">b</a></p></body></html>'


# --- the corpus ---


def test_every_whatwg_case_through_slicing_and_the_redirect() -> None:
    """What is rewritten is kept so that a click leads where a browser would have gone, or the check says that it leads nowhere."""
    kept = 0
    for case in cases():
        url = judged(case["input"], None, Findings(), Tokens([""]))
        fault = fault_of(url, _EMPTY)
        chunks, links = sliced(anchor(url))
        if scheme(url) not in WEB:
            assert links == (), url
            continue
        (link,) = links
        target = location(link)
        if (fault and fault.sure) or not browsed(url):
            continue
        kept += 1
        assert target is not None, url
        assert browsed(target.decode("ascii")) == browsed(url)
        assert all(0x21 <= byte <= 0x7E for byte in target)
        assert sum(isinstance(piece, Mark) and piece.kind is MarkKind.LINK for piece in chunks) == 1
    assert kept > 60


def test_every_whatwg_case_twice() -> None:
    for case in cases():
        once(case["input"])


@given(st.text(st.one_of(st.sampled_from("htps:/?#&%@[]\\ \t\n.aé…{}+;=\"'<>"), st.characters(codec="utf-8")), max_size=50), st.sampled_from(["", "https://ngen.ca/", "http:\\\\", "https://École.ca/?"]))  # fmt: skip
def test_no_address_is_changed_by_a_second_time(text: str, before: str) -> None:
    once(before + text)


def once(url: str) -> None:
    first = encoded(url)
    assert encoded(first) == first
    assert encoded(html.unescape(html.escape(first, quote=True))) == first
    chunks, links = sliced(anchor(url))
    again, kept = sliced(written(chunks, links))
    assert [link.url for link in kept] == [link.url for link in links]
    assert written(again, kept) == written(chunks, links)
    if " " not in first and first == url and scheme(first) in WEB:
        text = f"See <{first}> for more"
        chunks, links = sliced(text, plain=True)
        again, kept = sliced(written(chunks, links), plain=True)
        assert written(again, kept) == written(chunks, links)


# --- the pitfalls, each for itself ---


@pytest.mark.parametrize(
    "href",
    ["mailto:a@ngen.example?subject=x%20y", "tel:+14165550123", "sms:+14165550123", "#part", "geo:1,2", "cid:a@b", "data:text/plain,x", ""],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_left_alone(href: str) -> None:
    document = anchor(href)
    chunks, links = sliced(document)
    assert links == ()
    assert written(chunks, links) == document


@pytest.mark.parametrize("href", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "cid:a@b"])  # fmt: skip
def test_what_mail_programs_block_is_refused_where_authors_write(href: str) -> None:
    findings = Findings()
    assert judged(href, None, findings, Tokens([""])) == ""
    assert findings.failed


def test_the_readers_own_pages_are_never_counted() -> None:
    letter = '<mj-text><a href="{{ links.unsubscribe }}">u</a><a href="{{ links.preferences }}">p</a><a href="{{ links.view }}">v</a></mj-text>'
    rendering = compose(tiny(templates=framed(letter)))
    assert told(rendering) == ""
    assert rendering.artwork is not None
    assert rendering.artwork.links == ()


def test_a_link_without_an_address_stays_one() -> None:
    document = '<html><body><a name="x">a</a><a>b</a><a href>c</a></body></html>'
    assert written(*sliced(document)) == document


@pytest.mark.parametrize(
    "document",
    [
        '<map name="m"><area href="https://ngen.ca/a" alt="x"></map>',
        '<!--[if mso]><v:roundrect href="https://ngen.ca/a"></v:roundrect><![endif]-->',
        '<!--[if mso]><a href="https://ngen.ca/a">x</a><![endif]--><!--[if !mso]><!--><a href="https://ngen.ca/a">x</a><!--<![endif]-->',
        "<a href='https://ngen.ca/a'>x</a>",
        "<A HREF=https://ngen.ca/a>x</A>",
        '<a href=" https://ngen.ca/a ">x</a>',
    ],
)
def test_every_copy_of_a_link_is_rewritten_to_the_same(document: str) -> None:
    chunks, links = sliced(f"<html><body>{document}</body></html>")
    marks = [piece for piece in chunks if isinstance(piece, Mark) and piece.kind is MarkKind.LINK]
    assert [link.url for link in links] == ["https://ngen.ca/a"]
    assert len(marks) == document.lower().count("href=")
    assert {mark.number for mark in marks} == {0}


def test_what_loads_is_no_link() -> None:
    document = '<html><head><link href="https://ngen.ca/a.css"><base href="https://ngen.ca/"></head><body><img src="https://ngen.ca/a.png"></body></html>'
    assert sliced(document)[1] == ()


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://ngen.ca/?a=1&amp;b=2", "https://ngen.ca/?a=1&b=2"),
        ("https://ngen.ca/?a=1&b=2", "https://ngen.ca/?a=1&b=2"),
        ("https://ngen.ca/?a=1&copy=2", "https://ngen.ca/?a=1&copy=2"),
        ("https://ngen.ca/?a=1&copyright&reg;=2&lt", "https://ngen.ca/?a=1&copyright%C2%AE=2%3C"),
        ("https://ngen.ca/a%2Fb+c?d=e%20f+g", "https://ngen.ca/a%2Fb+c?d=e%20f+g"),
        ("https://ngen.ca/a#b?c&amp;d", "https://ngen.ca/a#b?c&d"),
        ("https://École.ca/é", "https://xn--cole-9oa.ca/%C3%A9"),
        ("https://ngen.ca/a b", "https://ngen.ca/a%20b"),
        ("https://ngen.ca/a&#x2F;b", "https://ngen.ca/a/b"),
        ("https://ngen.ca/?sig=AbC%3D%3D&amp;exp=1", "https://ngen.ca/?sig=AbC%3D%3D&exp=1"),
    ],
)
def test_an_address_is_kept_as_it_was_meant(href: str, url: str) -> None:
    """`&copy=` is no sign of copyright in an attribute (WHATWG HTML 13.2.5.73); signed queries keep every byte."""
    chunks, links = sliced(f'<html><body><a href="{href}">x</a></body></html>')
    assert [link.url for link in links] == [url]
    back = ada_url.URL(html.unescape(written(chunks, links).partition('href="')[2].partition('"')[0])).href
    assert back == ada_url.URL(url).href


def test_signs_of_other_programs_stop_the_mail() -> None:
    for left in ("{{ url }}", "%7B%7Burl%7D%7D"):
        rendering = compose(
            tiny(templates=framed(f'<mj-text><a href="https://ngen.ca/{left}">x</a></mj-text>'))
        )
        shown = preview(rendering, "en") if rendering.artwork else ""
        assert (
            rendering.artwork is None or "%7B%7B" in shown
        )  # which the check unresolved-placeholder does not let out
        assert "{{" not in shown


def _sent(body: str, tracking: TrackingMode) -> tuple[str, str]:
    rendering = compose(tiny(body))
    assert rendering.artwork is not None, told(rendering)
    edition = freeze(rendering.artwork, PUBLICATION.key)
    made = compile_message(edition, Variant("en", (), tracking), PUBLICATION, BASE).message
    return text_of(made.html, ["T"] * 9), text_of(made.text, ["T"] * 9)


def test_our_own_pages_and_what_was_rewritten_once_are_not_rewritten() -> None:
    inner = f"{BASE}/c/abcdef012345-3/TOKEN"
    for url in (inner, f"{BASE}/archive", BASE):
        rich, plain = _sent(f"[x]({url})", TrackingMode.INDIVIDUAL)
        assert f'href="{url}"' in rich
        assert url in plain
    rich, _ = _sent(f"[x]({BASE}.evil.example/a)", TrackingMode.INDIVIDUAL)
    assert f"{BASE}/c/" in rich


def test_both_parts_have_the_same_links_with_the_same_tokens() -> None:
    rich, plain = _sent("[x](https://ngen.ca/a?b=c&d=e) and [y](https://ngen.ca/f)", TrackingMode.INDIVIDUAL)
    assert f"{BASE}/c/" in plain
    for line in plain.splitlines():
        for word in line.split():
            if word.strip("<>[]()").startswith(f"{BASE}/c/"):
                number = word.partition("-")[2].partition("/")[0]
                assert f"-{number}/" in rich


def test_a_long_address_in_the_plain_text_stays_on_its_line() -> None:
    url = "https://ngen.ca/" + "a" * 200 + "?b=c"
    rendering = compose(
        tiny(f"Some words before that fill most of the line, and then [more]({url}) of them.")
    )
    assert any(url in line for line in preview_text(rendering, "en").splitlines())


def test_off_means_as_the_author_wrote_it() -> None:
    rich, plain = _sent("[x](https://ngen.ca/a?b=c&d=%2F+#g)", TrackingMode.OFF)
    assert 'href="https://ngen.ca/a?b=c&amp;d=%2F+#g"' in rich
    assert "https://ngen.ca/a?b=c&d=%2F+#g" in plain


@given(st.text("&#;=xXcopyregltamp0123 <", max_size=30))
def test_references_are_read_as_a_browser_reads_them(value: str) -> None:
    """An independent parser of HTML (html5ever, in nh3) reads the same."""
    held = nh3.clean(f'<a title="{value}">x</a>', link_rel=None).removeprefix("<a").partition(">x</a>")[0]
    title = held.partition('title="')[2].removesuffix('"')
    assert html.unescape(title) == meant(value)


def test_an_ampersand_comes_through_composing_from_every_place_that_it_is_written_in() -> None:
    inner = (
        '<mj-text><a href="https://ngen.ca/?a=1&copy=2">x</a></mj-text><mj-button href="https://ngen.ca/?a=1&copy=3">b</mj-button>'
        '<mj-text><!--[if mso]><a href="https://ngen.ca/?a=1&copy=4">x</a><![endif]--></mj-text>{{ content }}'
    )
    rendering = compose(tiny("[m](https://ngen.ca/?b&copy=5)", templates=framed(inner)))
    assert rendering.artwork is not None, told(rendering)
    found = [(link.url, str(link.place).partition(":")[0]) for link in rendering.artwork.links]
    template, issue = "templates/letter.mjml", "issues/x.md"
    assert found == [
        ("https://ngen.ca/?a=1&copy=2", template),
        ("https://ngen.ca/?a=1&copy=3", template),
        ("https://ngen.ca/?a=1&copy=4", template),
        ("https://ngen.ca/?b&copy=5", issue),
    ]
