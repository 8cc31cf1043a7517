"""Chunks: contexts read off the finished HTML, links and pages whole, cuts balanced, and no value able to leave its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsletter.compose.balance import imbalance
from newsletter.compose.scan import What, scan
from newsletter.compose.slicing.plain import trimmed
from newsletter.compose.steps import compose
from newsletter.dispatch.values import escape, one_line
from newsletter.model.artwork import Chunks, Mark, MarkKind
from newsletter.model.edition import Artwork, Rendering
from tests.corpora import naughty_strings
from tests.unit.compose.kit import complaints, framed, pixel, preview, preview_text, tiny, told

EVERYWHERE = tiny(
    'Dear {{ member.first_name }}, [go](https://ngen.example/{{ member.company }}?x={{ member.company }}#{{ member.company }} "{{ member.last_name }}")'
    '\n\n::: button href="https://ngen.example/?b={{ member.company }}"\nFor {{ member.first_name }}\n:::\n\n![{{ member.first_name }}](a.png) x',
    front="subject: For {{ member.first_name }}\npreheader: {{ member.last_name }}",
    templates={
        "components/button.mjml": '<mj-text><!--[if mso]><v:roundrect href="{{ block.attributes.href }}"><center>{{ block.content }}</center>'
        '</v:roundrect><![endif]--><!--[if !mso]><!--><a href="{{ block.attributes.href }}">{{ block.content }}</a><!--<![endif]--></mj-text>'
    },
    images={"issues/x/a.png": pixel()},
)


def artwork(rendering: Rendering) -> Artwork:
    assert rendering.artwork is not None, rendering.findings
    return rendering.artwork


def with_value(chunks: Chunks, value: str) -> str:
    """Chunks whose every slot shows one value, as dispatch would write it."""
    pieces = []
    for piece in chunks:
        if isinstance(piece, str):
            pieces.append(piece)
        elif piece.kind is MarkKind.SLOT:
            pieces.append(escape(one_line(value), piece.context))
    return "".join(pieces)


def skeleton(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page with the names of their attributes, conditional comments opened."""
    opened = (
        html.replace("<!--[if mso]>", "<span>")
        .replace("<!--[if mso | IE]>", "<span>")
        .replace("<![endif]-->", "</span>")
    )
    page = etree.fromstring(opened, etree.HTMLParser(huge_tree=True))
    return [
        (str(element.tag), tuple(sorted(element.attrib)))
        for element in page.iter()
        if isinstance(element.tag, str)
    ]


TEXT = artwork(compose(EVERYWHERE)).texts["en"]
BASELINE = skeleton(with_value(TEXT.html, "x"))


def judged(value: str) -> None:
    html = with_value(TEXT.html, value)
    assert skeleton(html) == BASELINE
    assert not imbalance(html)
    assert html.count("<!--") == with_value(TEXT.html, "x").count("<!--")
    subject = with_value(TEXT.subject, value)
    assert "\n" not in subject
    assert "\r" not in subject


def test_no_naughty_string_changes_the_shape_of_a_page() -> None:
    for value in naughty_strings():
        judged(value)


@given(st.text())
def test_no_text_at_all_changes_the_shape_of_a_page(value: str) -> None:
    judged(value)


@pytest.mark.parametrize(
    "value",
    [
        "-->",
        "<![endif]-->",
        "]]>",
        "--!>",
        "</title>",
        "</style><script>",
        "\"'><img onerror=x>",
        "&lt;",
        "javascript:",
    ],
)
def test_what_would_end_its_surroundings_stays_inside_them(value: str) -> None:
    judged(value)


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        (
            '<mj-text><p style="color:{{ member.company }}">x</p></mj-text>',
            "something that is filled in later cannot stand in style=…",
        ),
        (
            '<mj-text><p onclick="{{ member.company }}">x</p></mj-text>',
            "something that is filled in later cannot stand in onclick=…",
        ),
        ("<mj-text><p {{ member.company }}>x</p></mj-text>", "nothing can be filled in where this stands"),
        (
            "<mj-text><p{{ member.company }}>x</p{{ member.company }}></mj-text>",
            "nothing can be filled in where this stands",
        ),
        (
            "<mj-text><!-- {{ member.company }} -->x</mj-text>",
            "something that is filled in later cannot stand in a comment",
        ),
        (
            '<mj-text><a href="{{ member.website }}">x</a></mj-text>',
            "a personal field stands where the address has its scheme or host",
        ),
        (
            '<mj-text><a href="https://{{ member.company }}/">x</a></mj-text>',
            "a personal field stands where the address has its scheme or host",
        ),
        (
            '<mj-text><a href="{{ links.view }}/more">x</a></mj-text>',
            "nothing can be added to the address of “view”",
        ),
        (
            '<mj-text><a href="https://ngen.example/{{ links.view }}">x</a></mj-text>',
            "nothing can be added to the address of “view”",
        ),
        (
            '<mj-image src="{{ image("a.png") }}?x" alt="a" />',
            "nothing can be added to the address of “image”",
        ),
        (
            '<mj-image src="{{ member.picture }}" alt="a" />',
            "a personal field stands where the address has its scheme or host",
        ),
    ],
)
def test_where_nothing_can_be_filled_in_is_an_error_with_its_line(inner: str, told: str) -> None:
    found = complaints(tiny(templates=framed(f"\n{inner}"), images={"issues/x/a.png": pixel()}))
    assert any(one.endswith(told) for one in found), found
    if "member." in inner:
        assert any(one.startswith("templates/letter.mjml:2") for one in found), found


def test_a_slot_in_the_head_styles_is_an_error() -> None:
    letter = "<mjml><mj-head><mj-style>\n.a { color: {{ member.company }} }</mj-style></mj-head><mj-body>{{ content }}</mj-body></mjml>"
    assert complaints(tiny(templates={"letter.mjml": letter})) == [
        "templates/letter.mjml:2: something that is filled in later cannot stand in a style or script"
    ]


def test_the_body_cannot_stand_in_an_attribute() -> None:
    found = complaints(
        tiny(templates=framed('<mj-image src="https://ngen.example/a.png" alt="{{ content }}" />'))
    )
    assert found == ["templates/letter.mjml:1:82: the body of an issue cannot stand in alt"]


def test_an_image_may_stand_in_styles() -> None:
    letter = "<mjml><mj-head><mj-style>.a { background: url({{ image('a.png') }}) }</mj-style></mj-head><mj-body>{{ content }}</mj-body></mjml>"
    made = artwork(compose(tiny(templates={"letter.mjml": letter}, images={"issues/x/a.png": pixel()})))
    assert [piece.kind for piece in made.texts["en"].html if isinstance(piece, Mark)] == [
        MarkKind.IMAGE,
        MarkKind.PIXEL,
    ]


def test_links_are_numbered_by_address_and_language_and_know_what_readers_see() -> None:
    rendering = compose(
        tiny(
            "[one](https://ngen.example/1) [![pic](a.png)](https://ngen.example/2) [**b** c](https://ngen.example/1)",
            french="[un](https://ngen.example/1) [perso](https://ngen.example/?c={{ member.company | default('x y') }})",
            images={"issues/x/a.png": pixel()},
        )
    )
    links = [
        (link.url, link.label, link.language, link.personal, str(link.place))
        for link in artwork(rendering).links
    ]
    assert links == [
        ("https://ngen.example/1", "one", "en", False, "issues/x.en.md:4"),
        ("https://ngen.example/2", "pic", "en", False, "issues/x.en.md:4"),
        ("https://ngen.example/1", "un", "fr", False, "issues/x.fr.md:4"),
        ("https://ngen.example/?c=x%20y", "perso", "fr", True, "issues/x.fr.md:4"),
    ]
    both = artwork(rendering).texts["en+fr"]
    numbers = [piece.number for piece in both.html if isinstance(piece, Mark) and piece.kind is MarkKind.LINK]
    assert numbers == [0, 1, 0, 2]


def test_mail_telephone_and_anchors_stay_as_they_are() -> None:
    rendering = compose(
        tiny("[a](mailto:a@ngen.example) [b](tel:+14165550123) [c](#top) [d](sms:+14165550123)")
    )
    assert artwork(rendering).links == ()
    for href in ("mailto:a@ngen.example", "tel:+14165550123", "#top", "sms:+14165550123"):
        assert f'href="{href}"' in preview(rendering, "en")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://a.example/x.", "https://a.example/x"),
        ("https://a.example/x),", "https://a.example/x"),
        ("https://a.example/x_(y)", "https://a.example/x_(y)"),
        ("https://a.example/?q=1!", "https://a.example/?q=1"),
        ("https://a.example/…", "https://a.example/"),
    ],
)
def test_an_address_in_running_text_ends_before_the_sentence_does(written: str, url: str) -> None:
    assert trimmed(written) == url


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("::: when everyone\nSee https://ngen.example\n:::", "See https://ngen.example\n"),
        (
            "::: when everyone\nSee https://ngen.example/{{ member.company }}\n:::\n\nBye",
            "See https://ngen.example/\n\nBye\n",
        ),
        ("https://ngen.example/a<https://ngen.example/b>", "https://ngen.example/ahttps://ngen.example/b\n"),
    ],
)
def test_an_address_in_running_text_ends_where_a_block_or_a_link_begins(body: str, text: str) -> None:
    rendering = compose(tiny(body))
    assert told(rendering) == ""
    assert preview_text(rendering, "en") == text


def test_a_block_cut_out_leaves_the_rest_as_if_it_had_never_been_there() -> None:
    body = "Before\n\n::: when everyone\nInside\n\n::: figures\n1 | one\n:::\n:::\n\nAfter"
    rendering = compose(tiny(body))
    without = compose(tiny("Before\n\nAfter"))
    for page in (preview(rendering, "en"), preview(rendering, "en", hide=frozenset({0}))):
        assert not imbalance(page)
    assert "Inside" in preview(rendering, "en")
    assert "Inside" not in preview(rendering, "en", hide=frozenset({0}))
    assert preview_text(rendering, "en", hide=frozenset({0})) == preview_text(without, "en")


@pytest.mark.parametrize(
    "place",
    [
        "{{ content }}",
        "<mj-section><mj-column>{{ content }}</mj-column></mj-section>",
        "<mj-section><mj-column><mj-text>{{ content }}</mj-text></mj-column></mj-section>",
        "<mj-section>{{ content }}</mj-section>",
        "{% for block in body %}{{ block }}{% endfor %}",
        "<mj-hero><mj-text>x</mj-text>{{ content }}</mj-hero>",
        '<mj-section full-width="full-width">{{ content }}</mj-section>',
    ],
)
@given(
    st.lists(
        st.sampled_from(["Prose", "::: when a\nInside a\n:::", "::: when b\n**Inside** b\n:::"]),
        min_size=1,
        max_size=4,
    )
)
@pytest.mark.ci
def test_every_choice_of_blocks_is_a_whole_page_wherever_they_stand(place: str, parts: list[str]) -> None:
    rendering = compose(
        tiny("\n\n".join(parts), templates={"letter.mjml": f"<mjml><mj-body>{place}</mj-body></mjml>"})
    )
    assert rendering.findings == ()
    count = len(artwork(rendering).conditions)
    for choice in range(2**count):
        hidden = frozenset(number for number in range(count) if choice >> number & 1)
        page = preview(rendering, "en", hide=hidden)
        assert not imbalance(page)
        for number, condition in enumerate(artwork(rendering).conditions):
            shown = ("Inside</strong> b" if condition.source == "b" else "Inside a") in page
            assert shown is (number not in hidden)


def test_an_empty_item_of_a_list_can_be_cut_out() -> None:
    """lxml leaves its end tag out."""
    rendering = compose(tiny("::: when everyone\n- a\n-\n:::"))
    assert told(rendering) == ""
    assert "<li> </li>" in preview(rendering, "en")


def test_a_cut_that_would_leave_something_open_is_an_error() -> None:
    look = "<mj-raw><!--[if mso]><td><![endif]--></mj-raw><mj-text>{{ block.content }}</mj-text>"
    body = "::: when everyone\n::: callout\nx\n:::\n:::"
    found = complaints(tiny(body, templates={"components/callout.mjml": look}))
    assert "issues/x.md:4:1: this block cannot be taken out whole: <td> is not closed" in found


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>a<br>b</p>", ""),
        ("<p>", "<p> is not closed"),
        ("</p>", "</p> closes nothing"),
        ("<b><i></b></i>", "<i> is not closed"),
        ("<!--[if mso]><td><![endif]-->", "<td> is not closed"),
        ("<!--[if mso]><td><![endif]-->x<!--[if mso]></td><![endif]-->", ""),
        ("<!--[if !mso]><!--><a><!--<![endif]-->", "<a> is not closed"),
        ("<!--[if !mso]><!--><a></a><!--<![endif]--><!--[if mso]><v:x/><![endif]-->", ""),
        ("<style>a > b {}</style><title>a<b</title>", ""),
        ("<v:fill/><img>", ""),
        ("3 < 4", ""),
    ],
)
def test_balance(html: str, told: str) -> None:
    assert str(imbalance(html)) == told


@given(st.text("<>!-[]/ab=\"' if mso endif", max_size=80))
def test_scanning_covers_every_character_of_any_text_in_order(html: str) -> None:
    position = 0
    for span in scan(html):
        if span.what is What.ATTRIBUTE:
            continue
        assert span.start >= position or span.start == position
        position = max(position, span.end)
    assert position == len(html)
