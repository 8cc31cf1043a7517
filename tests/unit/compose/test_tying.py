"""What must not part at the end of a line, and what is left alone: addresses, code, tags, tokens, years."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.body.markdown import html, parsed
from newsletter.compose.body.tying import headed, prose_tied, tied
from newsletter.compose.steps import compose
from tests.unit.compose.kit import preview, preview_text, tiny


def shown(text: str) -> str:
    """A text with its ties made visible."""
    return text.replace("\u00a0", "~").replace("\u2011", "=")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$148 million in 65 projects led by industry", "$148~million in 65~projects led by industry"),
        (
            "plus de 3 000 membres, dont 95 % de petite taille",
            "plus de 3~000~membres, dont 95~% de petite taille",
        ),
        ("148 M$ investis, 1 234 567 $ en tout", "148~M$ investis, 1~234~567~$ en tout"),
        ("on February 11, from 1:00 to 2:30 p.m.", "on February~11, from 1:00 to 2:30~p.m."),
        ("le 11 février 2021, de 13 h à 14 h 30", "le 11~février~2021, de 13~h à 14~h~30"),
        ("le 1er juillet, bureau 200", "le 1er~juillet, bureau~200"),
        ("10,000+ jobs over the next 5 years", "10,000+~jobs over the next 5~years"),
        (
            "In 2020 the year was like no other; in 2021 we meet",
            "In 2020 the year was like no other; in 2021 we meet",
        ),
        ("In 2020 members met", "In 2020 members met"),
        ("COVID-19 changed it, and 95% of them", "COVID=19 changed it, and 95% of them"),
        ("the A-320, the CF-18s, G-7", "the A=320, the CF-18s, G=7"),
        (
            "ISO-9001-2015, x/COVID-19/y, B-12@x.example, RX-12.pdf",
            "ISO-9001-2015, x/COVID-19/y, B-12@x.example, RX-12.pdf",
        ),
        ("Hamilton (Ontario)  L0L 0L0", "Hamilton (Ontario)~L0L~0L0"),
        ("Buffalo, NY 14201-1234, or L0L 0L0", "Buffalo,~NY~14201-1234, or~L0L~0L0"),
        ("L0L 0L0B and XL0L 0L0", "L0L 0L0B and XL0L 0L0"),
        ("100 Sample Street", "100 Sample Street"),
        ("https://ngen.example/65 projects", "https://ngen.example/65 projects"),
        ("see 3 and 4 or 5 of them", "see 3 and 4 or 5 of them"),
        ("<code>65 projects</code>, <b>65 projects</b>", "<code>65 projects</code>, <b>65~projects</b>"),
        (
            '<a href="https://x.example/?q=65 projects" title="65 jobs">65 jobs</a>',
            '<a href="https://x.example/?q=65 projects" title="65 jobs">65~jobs</a>',
        ),
        ("&#39; &amp; 5 km", "&#39; &amp; 5~km"),
    ],
)
def test_numbers_keep_their_units(text: str, wanted: str) -> None:
    assert shown(tied(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Notre bureau ferme pour les Fêtes", "Notre bureau ferme pour les~Fêtes"),
        ("A good start", "A good~start"),
        ("Good start", "Good start"),
        ("More than 3,000 members", "More than 3,000~members"),
        ("Programs of extraordinary internationalization", "Programs of extraordinary internationalization"),
        ("What <em>you set</em> in <b>motion</b>", "What <em>you set</em> in~<b>motion</b>"),
        ("What to run: <code>make all</code>", "What to run: <code>make all</code>"),
        ("Encore une année à fabriquer ensemble", "Encore une année à fabriquer ensemble"),
        ("", ""),
    ],
)
def test_the_last_word_of_a_heading_does_not_stand_alone(text: str, wanted: str) -> None:
    assert shown(headed(text)) == wanted


def test_headings_in_prose() -> None:
    source = "<p>a b c d</p>\n<h2>What you set in motion</h2>\n<p>in 65 projects</p>"
    wanted = "<p>a b c d</p>\n<h2>What you set in~motion</h2>\n<p>in 65~projects</p>"
    assert shown(prose_tied(source)) == wanted


PIECES = st.sampled_from(
    [
        "3",
        "000",
        "65",
        "2020",
        "11",
        "février",
        "May",
        "h",
        "30",
        "p.m.",
        "$",
        "%",
        "million",
        "the",
        "<b>",
        "</b>",
        "<code>",
        "</code>",
        "<h2>",
        "</h2>",
        "\xa0",
        "&nbsp;",
        "No.",
        "é",
        ",",
        "1er",
        "//",
        "&#65;",
        "-5",
        "1.2",
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=20).map(" ".join),
    st.lists(st.one_of(PIECES, st.just(" ")), max_size=20).map("".join),
    st.text(max_size=60),
)


@given(TEXTS)
def test_a_second_time_changes_nothing_and_only_spaces_ever_change(text: str) -> None:
    for change in (tied, headed, prose_tied):
        once = change(text)
        assert change(once) == once
        assert once.replace("\u00a0", " ") == text.replace("\u00a0", " ")
        assert re.findall(r"<[^>]*>", once) == re.findall(r"<[^>]*>", text)


def test_a_long_line_of_numbers_takes_no_time() -> None:
    assert tied("1 " * 20_000 + "1." * 20_000).count(" ")


def test_in_html_and_not_in_plain_text() -> None:
    rendering = compose(
        tiny(
            "## Where we stand in 2021\n\nWe count 65 projects, [65 more](https://ngen.example/65%20projects) `65 projects`."
        )
    )
    page = preview(rendering, "en")
    assert "stand in\u00a02021" in page.replace("&nbsp;", "\u00a0")
    assert "65\u00a0projects" in page.replace("&nbsp;", "\u00a0")
    assert "<code>65 projects</code>" in re.sub(r"<code[^>]*>", "<code>", page)
    assert "\u00a0" not in preview_text(rendering, "en")


def test_a_paragraph_with_a_picture_is_marked_for_outlook() -> None:
    """An exact line height, which every other paragraph gets there, would cut the picture."""
    source = "a ![x](y.png) b\n\nplain\n\n- one\n- [![x](y.png)](https://a.example)\n\n1. loose\n\n   ![x](y.png)\n"
    found = html(parsed(source, {}))
    assert re.findall(r"<(?:p|li)\b[^>]*>", found) == [
        '<p class="holds">',
        "<p>",
        "<li>",
        '<li class="holds">',
        "<li>",
        "<p>",
        '<p class="holds">',
    ]
