"""Bodies: blocks, components, and the line of everything that is wrong."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from newsletter.compose.body.fences import Fence, Lines, cut
from newsletter.compose.body.pairs import Pair, Unreadable, pairs
from newsletter.compose.components import CATALOGUE
from newsletter.compose.steps import compose
from tests.corpora import naughty_strings
from tests.unit.compose.kit import complaints, pixel, preview, preview_text, tiny

_INLINE = {"a", "b", "br", "code", "em", "i", "img", "s", "small", "strong", "sub", "sup", "u"}
_BLOCKS = {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
_TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
_PAGE = {"body", "head", "html", "meta", "noscript", "style", "title", "xml"}
_HARMLESS = _INLINE | _BLOCKS | _TABLES | _PAGE


def shape(text: str) -> object:
    def shown(items: list[Lines | Fence]) -> list[object]:
        return [
            (item.start, item.end) if isinstance(item, Lines) else (item.name, shown(item.items))
            for item in items
        ]

    items, stray = cut(text.split("\n"))
    return shown(items), stray


@pytest.mark.parametrize(
    ("text", "items", "stray"),
    [
        ("a\nb", [(0, 2)], []),
        ("a\n::: quote\nb\n:::\nc", [(0, 1), ("quote", [(2, 3)]), (4, 5)], []),
        ("::: divider :::\na", [("divider", []), (1, 2)], []),
        ("::: when x\n::: quote\nb\n:::\nc\n:::", [("when", [("quote", [(2, 3)]), (4, 5)])], []),
        ("```\n::: quote\n```", [(0, 3)], []),
        ("~~~~\n::: quote\n~~~\n:::\n~~~~", [(0, 5)], []),
        ("a\n:::", [(0, 1)], [1]),
        ("   ::: .quote\n   b\n  :::", [("quote", [(1, 2)])], []),
        (":::::quote who='x'\n:::::", [("quote", [])], []),
        ("a ::: quote", [(0, 1)], []),
    ],
)
def test_fences(text: str, items: object, stray: list[int]) -> None:
    assert shape(text) == (items, stray)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (' a="b"', [("a", "b")]),
        (" a='b c' d=e", [("a", "b c"), ("d", "e")]),
        (' a="{{ member.x | default("y") }}" b="z"', [("a", '{{ member.x | default("y") }}'), ("b", "z")]),
        (" a=“curly” b=« guillemets »", [("a", "curly"), ("b", "guillemets")]),
        (' a = "b"', [("a", "b")]),
        (' a="x = y"', [("a", "x = y")]),
        (' a=""', [("a", "")]),
    ],
)
def test_attributes(text: str, found: list[tuple[str, str]]) -> None:
    assert [(pair.name, pair.value) for pair in pairs(text)] == found


@pytest.mark.parametrize(("text", "at"), [(' a="b', 3), (" a", 1), (" =b", 1), (' "b"', 1), (" a='b\"", 3)])
def test_attributes_that_cannot_be_read(text: str, at: int) -> None:
    with pytest.raises(Unreadable) as caught:
        list(pairs(text))
    assert caught.value.at == at


def test_an_attribute_knows_where_it_stands() -> None:
    assert list(pairs(' a="b"')) == [Pair("a", "b", 1, 4)]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("::: buton\n:::", "issues/x.md:4:1: there is no component “buton”"),
        ("a\n\n  ::: button hrf=x\nGo\n:::", "issues/x.md:6:14: button has no attribute “hrf”"),
        ("::: button\nGo\n:::", 'issues/x.md:4:11: button needs href="…"'),
        ("::: button href=https://a.example\n:::", "issues/x.md:4:1: button needs a line of text"),
        ("::: divider\nx\n:::", "issues/x.md:5:1: divider holds no text"),
        ("::: quote", "issues/x.md:4:1: “::: quote” is never closed"),
        ("::: quote\n::: divider :::\n:::", "issues/x.md:4:1: quote cannot hold another component"),
        ("text\n:::", "issues/x.md:5:1: this ::: closes nothing"),
        ('::: quote who="x\n:::', "issues/x.md:4:15: this cannot be read as attributes"),
        ("::: quote who=a who=b\nx\n:::", "issues/x.md:4:17: “who” stands here a second time"),
        ("::: figures\n1 | 2 | 3\n:::", "issues/x.md:5:1: a row of figures has 2 cells, this one 3"),
        ("::: figures\n:::", "issues/x.md:4:1: figures needs at least one row"),
        ("::: callout kind=dedline\nx\n:::", "issues/x.md:4:13: callout has no kind “dedline”"),
        ("::: event title=x date=soon\n:::", "issues/x.md:4:19: “soon” is not a date"),
        ("::: image src=a.png\n:::", "issues/x.md:4:11: there is no image “a.png”"),
        ("![x](a.png)", "issues/x.md:4: there is no image “a.png”"),
        ("text ![x](a.png)", "issues/x.md:4: there is no image “a.png”"),
        (
            "[x](javascript:alert(1))",
            "issues/x.md:4: “javascript:alert(1)” begins with javascript:, which mail programs block",
        ),
        (
            "a\n[x](data:text/html,x)",
            "issues/x.md:5: “data:text/html,x” begins with data:, which mail programs block",
        ),
        ("::: when\nx\n:::", "issues/x.md:4:1: a conditional block needs a condition"),
        ("::: when a\n::: when b\nx\n:::\n:::", "issues/x.md:5:1: a conditional block stands inside another"),
        ("<div>x</div>", "issues/x.md:4:1: HTML is shown as text: <div>x</div>"),
        ("a\nb <blink>x</blink>", "issues/x.md:5: HTML is shown as text: <blink>"),
    ],
)
def test_a_mistake_is_named_with_its_line(body: str, told: str) -> None:
    looks = {
        f"components/{name}.{ending}": ""
        for name in ("quote", "event", "divider")
        for ending in ("mjml", "txt")
    }
    found = complaints(tiny(body, templates=looks))
    assert told in found


@pytest.mark.parametrize(("wrong", "meant"), [("buton", "button"), ("figurs", "figures"), ("wen", "when")])
def test_did_you_mean(wrong: str, meant: str) -> None:
    finding = compose(tiny(f"::: {wrong}\nx\n:::")).findings[0]
    assert finding.hint == f"Did you mean “{meant}”?"


def test_more_than_eight_conditional_blocks_are_an_error() -> None:
    body = "\n".join(f"::: when s{number}\nx\n:::" for number in range(9))
    assert complaints(tiny(body)) == ["issues/x.md:28:1: more than 8 conditional blocks"]


def test_markdown_becomes_safe_well_formed_html() -> None:
    body = """## Heading

Text with **bold**, *italics*, ~~gone~~, H<sub>2</sub>O and a [link](https://ngen.example/a?b=1&c=é "title").

1. one
2. two
   - deep

> quoted

| a | b |
|:--|--:|
| 1 | 2 |

<!-- a note of the author's -->

[ref]: https://ngen.example/ref
A [ref] and <https://ngen.example/auto>.
"""
    html = preview(compose(tiny(body)), "en")
    for part in (
        "<h2>Heading</h2>",
        "<strong>bold</strong>",
        "<em>italics</em>",
        "<s>gone</s>",
        "H<sub>2</sub>O",
        'href="https://ngen.example/a?b=1&amp;c=%C3%A9"',
        '<td class="num" align="right">2</td>',
        'href="https://ngen.example/ref"',
    ):
        assert part in html, part
    assert "a note of the author" not in html


def test_references_are_found_across_components() -> None:
    html = preview(compose(tiny("A [ref].\n\n::: callout\nx\n:::\n\n[ref]: https://ngen.example/ref")), "en")
    assert 'href="https://ngen.example/ref"' in html


def test_an_image_that_is_not_there_is_told_once() -> None:
    body = "![x](a.png)\n\n::: image src=a.png alt=x\n:::"
    assert complaints(tiny(body)) == ["issues/x.md:4: there is no image “a.png”"]


@pytest.mark.parametrize(
    "written",
    [
        "![x](été.png)",
        "![x](./été.png)",
        "![x](%C3%A9t%C3%A9.png)",
        "![x](x/été.png)",
        "![x](issues/x/été.png)",
        "![x](<my summer.png>)",
        "![x](my%20summer.png)",
        '::: image src="my summer.png" alt=x :::',
        "Amid ![x](été.png) text",
    ],
)
def test_an_image_is_found_however_an_editor_writes_its_name(written: str) -> None:
    images = {"issues/x/été.png": pixel(), "issues/x/my summer.png": pixel()}
    assert complaints(tiny(written, images=images)) == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("a\n![x](my summer.png)", "issues/x.md:5: “![x](my summer.png)” is written like an image, and is none"),
        ("[x](https://ngen.example/a b)", "issues/x.md:4: “[x](https://ngen.example/a b)” is written like a link, and is none"),
        ("[x] (https://ngen.example)", "issues/x.md:4: “[x] (https://ngen.example)” is written like a link, and is none"),
        ("(x)[https://ngen.example]", "issues/x.md:4: “(x)[https://ngen.example]” is written like a link, and is none"),
        ("[x](https://ngen.example/(a", "issues/x.md:4: “[x](https://ngen.example/(a” is written like a link, and is none"),
        ("![x](https://ngen.example/été.png)", "issues/x.md:4: there is no image “https://ngen.example/été.png”"),
    ],
)  # fmt: skip
def test_markdown_that_came_to_nothing_is_told(written: str, told: str) -> None:
    assert complaints(tiny(written)) == [told]


@pytest.mark.parametrize(
    "written", ["`[x](a b)`", "See [1] (page 2).", "[sic] (https)", "a[0] and b(1)", "[x]: (y)"]
)
def test_brackets_that_mean_nothing_are_left(written: str) -> None:
    assert complaints(tiny(written)) == []


def test_an_image_alone_in_its_paragraph_is_an_image_component() -> None:
    rendering = compose(
        tiny("Before\n\n![A view](view.png)\n\nAfter", images={"issues/x/view.png": pixel(8, 4)})
    )
    assert rendering.findings == ()
    assert rendering.artwork is not None
    assert [(image.name, image.width, image.height) for image in rendering.artwork.images] == [
        ("issues/x/view.png", 8, 4)
    ]
    assert '<img alt="A view"' in preview(rendering, "en")
    assert "[A view]" in preview_text(rendering, "en")
    assert [(use.source, use.alt, str(use.place)) for use in rendering.image_uses] == [
        ("issues/x/view.png", "A view", "issues/x.md:6:1")
    ]


def test_an_image_without_alt_text_is_told_to_the_checks_at_its_line() -> None:
    rendering = compose(
        tiny("a\n\n![](view.png) text\n\n::: image src=view.png\n:::", images={"issues/x/view.png": pixel()})
    )
    uses = [(use.alt, str(use.place), use.decorative) for use in rendering.image_uses]
    assert uses == [(None, "issues/x.md:6", False), (None, "issues/x.md:8:1", False)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "cannot be read as an image"),
        (b"no picture", "cannot be read as an image"),
        (b"<svg/>", "is SVG, which cannot stand in a mail"),
        (pixel(9000, 9000), "has 9000 × 9000 pixels"),
    ],
)
def test_an_image_that_cannot_be_used(content: bytes, told: str) -> None:
    found = complaints(tiny("![x](a.png)", images={"issues/x/a.png": content}))
    assert any(told in one for one in found), found


def photo(kind: str) -> bytes:
    """A picture that is not one colour, so that it has something to lose."""
    picture = Image.effect_noise((160, 120), 60).convert("RGB")
    out = io.BytesIO()
    picture.save(out, kind, **({"save_all": True, "append_images": [picture]} if kind == "MPO" else {}))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_an_image_that_was_saved_by_half_is_refused(kind: str, share: float) -> None:
    whole = photo(kind)
    assert complaints(tiny("![x](a.png)", images={"issues/x/a.png": whole})) == []
    half = whole[: int(len(whole) * share)]
    found = complaints(tiny("![x](a.png)", images={"issues/x/a.png": half}))
    assert found == ["issues/x.md:4: “issues/x/a.png” breaks off: the file is damaged or not whole"]


def test_a_photograph_of_a_camera_that_writes_several_pictures_into_one_file() -> None:
    rendering = compose(tiny("![x](a.jpg)", images={"issues/x/a.jpg": photo("MPO")}))
    assert rendering.findings == ()
    assert rendering.artwork is not None
    assert rendering.artwork.images[0].media_type == "image/jpeg"


def test_every_component_of_the_catalogue_is_named_once_and_has_sound_choices() -> None:
    assert len(CATALOGUE) == 21
    for component in CATALOGUE.values():
        for attribute in component.attributes.values():
            assert not (attribute.required and attribute.choices)


@given(st.text(max_size=200))
def test_any_body_is_composed_or_refused_and_never_raises(body: str) -> None:
    rendering = compose(tiny(body))
    for finding in rendering.findings:
        assert finding.place is None or finding.place.file.startswith(("issues/", "templates/"))


@pytest.mark.ci
def test_naughty_strings_as_bodies_become_text_and_nothing_else() -> None:
    for naughty in naughty_strings():
        rendering = compose(tiny(naughty, front=f"subject: {naughty}".replace("\n", " ")))
        if rendering.artwork is None:
            assert rendering.findings
            continue
        page = etree.fromstring(preview(rendering, "en"), etree.HTMLParser())
        names = {str(element.tag) for element in page.iter() if isinstance(element.tag, str)}
        assert names <= _HARMLESS, (naughty, names - _HARMLESS)
        for element in page.iter():
            assert not any(name.startswith("on") for name in element.attrib), naughty
            assert not str(element.get("href", "")).lower().startswith(("javascript", "data", "vbscript")), (
                naughty
            )
