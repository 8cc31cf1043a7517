"""The compiler's defects (rendering research 2, D1 to D17): each is cured before it is met, or told at its exact place.

‸ marks where the finding stands.
"""

from __future__ import annotations

import re

import pytest

from newsletter.compose.mjml.tables import DROPPED, FRESH
from newsletter.compose.steps import compose
from newsletter.model.edition import Rendering
from newsletter.model.finding import Finding, Severity
from tests.unit.compose.kit import preview, tiny, told

PICTURE = '<mj-image src="https://ngen.example/a.png" alt=""'


def document(inner: str, head: str = "") -> str:
    return f"<mjml>\n<mj-head>{head}</mj-head>\n<mj-body>\n{inner}\n</mj-body>\n</mjml>"


def column(inner: str) -> str:
    return f"<mj-section><mj-column>\n{inner}\n</mj-column></mj-section>"


def rendered(source: str, **more: str) -> Rendering:
    return compose(tiny(templates={"letter.mjml": source, **more}))


def made(source: str, **more: str) -> str:
    rendering = rendered(source, **more)
    assert not [one for one in rendering.findings if one.severity is Severity.ERROR], told(rendering)
    return preview(rendering, "en")


# -- cured --


def test_d1_signs_in_attributes_stay_what_they_are() -> None:
    html = made(
        document(
            column(f"{PICTURE.replace(chr(34) * 2, chr(34) + 'a' + chr(10) + 'b ❤️ नमस्ते é' + chr(34))} />")
        )
    )
    assert 'alt="a b ❤️ नमस्ते é"' in html
    assert "\\u{" not in html
    assert "\\n" not in html
    inner = made(
        document(
            column(
                '<mj-text><a title="a\nb" style="\n color:red;\n font-weight:bold" href="#x">x</a></mj-text>'
            )
        )
    )
    assert re.search(r'style="\s*color:red;\s*font-weight:bold"', inner)


def test_d2_quotes_in_attributes_do_not_end_them() -> None:
    html = made(
        document(column("<mj-image src='https://ngen.example/a.png' alt='say \"hi\"' title='\\ \"' />"))
    )
    assert 'alt="say &quot;hi&quot;"' in html or "alt='say \"hi\"'" in html
    assert '\\"' not in html


def test_d3_a_zero_without_unit_counts_as_padding() -> None:
    html = made(
        document(
            f'<mj-section padding="0 15px"><mj-column>{PICTURE} padding="0 15px" /></mj-column></mj-section>'
        )
    )
    assert 'width="540"' in html
    assert "width:570px" in html


def test_d4_a_picture_without_alternative_text_gets_an_empty_one_and_is_told() -> None:
    rendering = rendered(document(column('\n <mj-image src="https://ngen.example/a.png" />')))
    (use,) = rendering.image_uses
    assert (use.alt, str(use.place)) == (None, "templates/letter.mjml:6:2")
    assert 'alt=""' in preview(rendering, "en")


def test_d7_defaults_of_the_body_count() -> None:
    html = made(
        document(
            column("<mj-text>x</mj-text>"),
            '<mj-attributes><mj-body width="500px" background-color="#eeeeee" /></mj-attributes>',
        )
    )
    assert "max-width:500px" in html
    assert "background-color:#eeeeee" in html


@pytest.mark.parametrize(
    ("defaults", "inner", "shown"),
    [
        ('<mj-social color="#111111" /><mj-social-element color="#ff0000" />', '<mj-social><mj-social-element name="x" href="#a">x</mj-social-element></mj-social>', "color:#ff0000"),
        ('<mj-divider align="left" padding="0px" />', '<mj-divider width="50%" />', "margin:0px"),
        (
            '<mj-accordion border="none" /><mj-accordion-element background-color="#00ff00" />',
            '<mj-accordion icon-wrapped-url="https://a.example/a.png" icon-unwrapped-url="https://a.example/b.png"><mj-accordion-element><mj-accordion-title>t</mj-accordion-title><mj-accordion-text>x</mj-accordion-text></mj-accordion-element></mj-accordion>',
            "background-color:#00ff00",
        ),
    ],
)  # fmt: skip
def test_d8_defaults_of_inner_elements_count(defaults: str, inner: str, shown: str) -> None:
    images = {"templates/images/social/x.png": _icon()}
    source = document(column(inner), f"<mj-attributes>{defaults}</mj-attributes>")
    rendering = compose(tiny(templates={"letter.mjml": source}, images=images))
    assert shown in preview(rendering, "en"), told(rendering)


def test_a_section_of_false_full_width_is_no_wider_than_the_mail() -> None:
    section = "<mj-section{}><mj-column><mj-text>x</mj-text></mj-column></mj-section>"
    assert made(document(section.format(' full-width="false"'))) == made(document(section.format("")))
    assert made(document(section.format(' full-width="full-width"'))) != made(document(section.format("")))


def _icon() -> bytes:
    from tests.unit.compose.kit import pixel

    return pixel()


def test_d13_no_font_is_fetched_whoever_names_it() -> None:
    html = made(document(column('<mj-text font-family="Roboto"><b style="font-family:Lato">x</b></mj-text>')))
    assert "https://fonts" not in html
    assert "<link" not in html
    assert "@import" not in html


def test_d16_windows_line_ends_are_as_good_as_others() -> None:
    source = document(column("<mj-text>a<br />\nb</mj-text>\n<mj-divider />"), "\n<mj-title>t</mj-title>\n")
    assert made(source.replace("\n", "\r\n")) == made(source) == made(source.replace("\n", "\r"))


# -- told --

TOLD = [
    ("D5", "two classes both set color", document(column('<mj-text ‸mj-class="a b">x</mj-text>'), '<mj-attributes><mj-class name="a" color="red" /><mj-class name="b" color="blue" /></mj-attributes>')),
    ("D6", "color stands here a second time", document(column('<mj-text color="red"\n ‸color="blue">x</mj-text>'))),
    ("D10", "cellspacing is reckoned differently", document(column('<mj-table\n  ‸cellspacing="3"><tr><td>x</td></tr></mj-table>'))),
    ("D10", "inner-border-radius is reckoned differently", document('<mj-section>\n<mj-column ‸inner-border-radius="3px"><mj-text>x</mj-text></mj-column></mj-section>')),
    ("D11", "a fractional width", document(f'<mj-section><mj-column ‸width="33.33%">{PICTURE} /></mj-column></mj-section>')),
    ("D12", "an image in mj-hero needs its width", document(f"<mj-hero>\n  ‸{PICTURE} /></mj-hero>")),
    ("D13", "mj-font fetches a font", document(column("<mj-text>x</mj-text>"), '\n ‸<mj-font name="x" href="https://a.example/x.css" />')),
    ("D14", "the compiler drops mj-raw that stands directly in mj-wrapper", document("<mj-wrapper>\n ‸<mj-raw>x</mj-raw></mj-wrapper>")),
    ("D15", "more than 60 elements are nested here", document(column(f"<mj-text>\n{'<div>' * 60}‸<div>{'</div>' * 61}</mj-text>"))),
    ("D17", "rules are nested in this style", document(column("<mj-text>x</mj-text>"), "<mj-style>\n.a { color: red }\n.b {\n  ‸.c { color: red } }</mj-style>")),
    ("D9", "shows no thumbnails", document(column('<mj-carousel\n ‸thumbnails="supported"><mj-carousel-image src="https://a.example/a.png" /></mj-carousel>'))),
    ("refused", "does not know mj-html-attributes", document(column("<mj-text>x</mj-text>"), "\n ‸<mj-html-attributes></mj-html-attributes>")),
    ("refused", "refuses position on mj-raw", document('<mj-raw ‸position="file-start">x</mj-raw>')),
    ("refused", "refuses elements inside mj-class", document(column("<mj-text>x</mj-text>"), '<mj-attributes><mj-class name="a">\n‸<mj-text color="red" /></mj-class></mj-attributes>')),
    *(
        ("D9", f"the compiler drops {name} of <{tag}>", tag + "‸" + name)
        for tag, names in [*DROPPED.items(), *FRESH.items()]
        for name in names.split()
    ),
]  # fmt: skip

_HOMES = {
    "mj-section": "{}<mj-column><mj-text>x</mj-text></mj-column></mj-section>",
    "mj-wrapper": "{}<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-wrapper>",
    "mj-hero": "{}<mj-text>x</mj-text></mj-hero>",
    "mj-social": "<mj-section><mj-column>{}</mj-social></mj-column></mj-section>",
    "mj-social-element": "<mj-section><mj-column><mj-social>{}x</mj-social-element></mj-social></mj-column></mj-section>",
    "mj-accordion-title": (
        '<mj-section><mj-column><mj-accordion icon-wrapped-url="a" icon-unwrapped-url="b"><mj-accordion-element>'
        "{}x</mj-accordion-title></mj-accordion-element></mj-accordion></mj-column></mj-section>"
    ),
}


def sources(planted: str) -> str:
    """The document of a case; `tag‸attribute` stands for the smallest one that has this attribute."""
    if planted.startswith("<"):
        return planted
    tag, name = planted.split("‸")
    value = {"role": "presentation", "id": "a"}.get(name, "3px" if "rad" in name or "g" in name else "x")
    opened = f'<{tag}\n  ‸{name}="{value}">'
    if tag == "mj-body":
        return f"<mjml>{opened}<mj-section></mj-section></mj-body></mjml>"
    home = _HOMES.get(tag, f"<mj-section><mj-column>{{}}</{tag}></mj-column></mj-section>")
    return document(home.format(opened))


@pytest.mark.parametrize(("number", "said", "planted"), TOLD, ids=[f"{one[0]}-{one[1][:40]}" for one in TOLD])
def test_a_defect_that_would_show_is_told_at_its_line_and_column(
    number: str, said: str, planted: str
) -> None:
    source = sources(planted)
    before = source[: source.index("‸")]
    expected = f"templates/letter.mjml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    rendering = rendered(source.replace("‸", ""))
    places = [str(one.place) for one in _said(rendering, said)]
    assert places == [expected], (number, told(rendering))
    assert not _said(rendered(document(column("<mj-text>x</mj-text>"))), said)


def _said(rendering: Rendering, said: str) -> list[Finding]:
    return [one for one in rendering.findings if said in one.message]


def test_d15_a_circle_is_told_where_it_closes() -> None:
    more = {
        "a.mjml": '\n\n<mj-include path="b.mjml" />',
        "b.mjml": '<mj-text>x</mj-text>\n  <mj-include path="./a.mjml" />',
    }
    rendering = rendered(document(column('<mj-include path="a.mjml" />')), **more)
    (finding,) = rendering.findings
    assert str(finding.place) == "templates/b.mjml:2:3"
    assert "a.mjml → b.mjml → a.mjml" in finding.message
