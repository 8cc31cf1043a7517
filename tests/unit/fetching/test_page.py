"""What a page says of itself, in every spelling, from hands that mean ill as well."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.fetching.page import PageFacts, cut, read, without_site

AT = "https://www.ngen.ca/en/news/story?x=1"
HEAD = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body><p>Body</p></body></html>"""


def facts(head: str, lang: str = "en-CA") -> PageFacts:
    return read(HEAD.format(lang=lang, head=head).encode(), "", AT)


def test_open_graph_counts_before_the_rest() -> None:
    found = facts(
        '<title>Plain | NGen</title><meta name="description" content="Plain summary">'
        '<meta property="og:title" content="The  story &amp; more"><meta property="og:description" content="What&nbsp;happened">'
        '<meta property="og:image" content="/pictures/a.jpg"><meta property="og:image:alt" content="A robot">'
        '<meta name="twitter:title" content="Card"><link rel="canonical" href="https://www.ngen.ca/en/news/story">'
        '<link rel="alternate" hreflang="fr-CA" href="/fr/nouvelles/article"><link rel="alternate" hreflang="x-default" href="/">'
    )
    assert found == PageFacts(
        "The story & more",
        "What happened",
        "https://www.ngen.ca/pictures/a.jpg",
        "A robot",
        "en",
        "https://www.ngen.ca/en/news/story",
        {"fr": "https://www.ngen.ca/fr/nouvelles/article"},
    )


def test_what_there_is_when_there_is_less() -> None:
    assert (
        facts("<title>\n A story |\u00a0NGen </title><meta property='og:site_name' content='NGen'>").title
        == "A story"
    )
    assert facts(
        '<meta name="twitter:title" content="Card"><meta name="twitter:image" content="b.png">'
    ).image.endswith("/news/b.png")
    ld = {
        "@graph": [
            {"@type": "WebSite"},
            {"headline": "Told", "description": "Why", "image": [{"url": "https://x.example/c.png"}]},
        ]
    }
    told = facts(f'<script type="application/ld+json">{json.dumps(ld)}</script>')
    assert (told.title, told.summary, told.image) == ("Told", "Why", "https://x.example/c.png")
    assert read(b"", "", AT) == PageFacts()
    assert read(b"\x00\xff\xfe\x00" * 50, "", AT).image == ""


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("<title>Été à Montréal</title>".encode(), ""),
        ("<title>Été à Montréal</title>".encode("cp1252"), ""),
        ("<title>Été à Montréal</title>".encode("latin-1"), "ISO-8859-1"),
        ('<meta charset="windows-1252"><title>Été à Montréal</title>'.encode("cp1252"), ""),
        ("<title>Été à Montréal</title>".encode("utf-16"), ""),
        ("<title>Été à Montréal</title>".encode("utf-8-sig"), "iso-8859-1"),
        ("<title>Été à Montréal</title>".encode(), "zip"),
        ("<title>Été à Montréal</title>".encode(), "rot13"),
        ("<title>Été à Montréal</title>".encode(), "undefined"),
        ('<?xml version="1.0" encoding="latin-1"?><html><title>Été à Montréal</title>'.encode(), "utf-8"),
    ],
)
def test_every_encoding(body: bytes, charset: str) -> None:
    assert read(body, charset, AT).title == "Été à Montréal"


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://user:secret@x.example/",
        "http://[",
        " ",
        "x" * 5000,
    ],
)
def test_addresses_that_are_none(href: str) -> None:
    found = facts(
        f'<meta property="og:image" content="{href}"><link rel="canonical" href="{href}"><link rel="alternate" hreflang="fr" href="{href}">'
    )
    assert (found.image, found.canonical, found.alternates) == ("", "", {})


def test_text_cannot_steer_a_terminal_and_has_an_end() -> None:
    found = facts(f'<meta property="og:title" content="a\u202e\x1b[31mb\u200b&#7;{"word " * 90}">')
    assert found.title.startswith("a[31mbword word")
    assert len(found.title) <= 160
    assert found.title.endswith("word…")


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 400_000,
        b"<" * 2_000_000,
        b"<!--" * 500_000,
        b"<a " + b"x=y " * 450_000,
        b"<title>" + b"&amp;" * 390_000,
        b"<script type='application/ld+json'>" + b"[" * 190_000 + b"</script>",
        b"<meta name=a content=b>" * 80_000,
        b"&" * 2_000_000,
        b"<![CDATA[" * 200_000,
        b"<!DOCTYPE a [" + b"<!ENTITY a 'b'>" * 100_000 + b"]><title>&a;</title>",
    ],
    ids=["deep", "open", "comments", "attributes", "entities", "json", "many", "ampersands", "cdata", "doctype"],
)  # fmt: skip
def test_two_megabytes_of_ill_will_take_no_time(body: bytes) -> None:
    begun = time.process_time()
    read(body, "utf-8", AT)
    assert time.process_time() - begun < 3


def test_entities_of_a_pages_own_are_not_expanded() -> None:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "'
        + b"b" * 1000
        + b'"><!ENTITY c "&a;&a;&a;&a;">]><html><title>&c;&c;</title><meta property="og:image" content="&ext;">'
    )
    assert len(read(bomb, "", AT).title) < 100
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><title>&e;</title>'
    assert "root" not in read(outside, "", AT).title


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "utf-16", "gb18030", "utf-7", "idna", "hex"]))
def test_no_page_is_too_odd(body: bytes, charset: str) -> None:
    found = read(b"<title>x</title>" + body, charset, AT)
    assert all(text.isprintable() for text in (found.title, found.summary, found.alt))


def test_words_are_cut_between_words() -> None:
    assert cut("one two three", 9) == "one two…"
    assert cut("onetwothree", 5) == "onet…"
    assert without_site("A – b – NGen", "NGen") == "A – b"
