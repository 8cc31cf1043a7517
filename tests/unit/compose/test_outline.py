"""The outline: pieces in order, with kind, place, text, links, images, and a digest that only other words change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.steps import compose
from newsletter.model.edition import Rendering
from newsletter.model.outline import Outline, Piece, PieceImage, PieceKind, PieceLink, digest
from newsletter.renderer.wire import decode_rendering, encode_rendering
from tests.unit.compose.kit import pixel, request_from, tiny
from tests.writing import GREETING, ROOT

BODY = """\
Dear {{ member.first_name | default("friend") }}, see [our
page](https://www.ngen.ca/a b) and `{{ code }}`.

## A heading

- one [link](https://a.example/)
- two

1. first

> Somebody *said* it.

| Year | Sum |
| --- | ---: |
| 2020 | $148 |

---

```
code
```

![A robot](robot.png)

::: when members
::: button href="https://a.example/?x={{ member.company | default("") }}"
Take part
:::

Only for members.
:::

::: figures
3,000+ | members
95% | small
:::

::: callout kind="deadline" title="By May 1"
Be *quick*.
:::
::: divider :::
Last.
"""


def made(body: str = BODY) -> tuple[Rendering, Outline]:
    rendering = compose(tiny(body, images={"issues/x/robot.png": pixel()}))
    return rendering, rendering.outlines[0]


def bodies(outline: Outline) -> list[Piece]:
    return [piece for piece in outline.pieces if piece.kind not in {"subject", "preheader", "title"}]


def test_pieces_in_order_with_their_kinds() -> None:
    found = [piece.name or f"{piece.kind}{piece.level or ''}" for piece in bodies(made(BODY)[1])]
    assert found == (
        [
            "paragraph",
            "heading2",
            "list",
            "list1",
            "quote",
            "table",
            "rule",
            "code",
            "image",
            "when",
            "button",
            "paragraph",
            "figures",
            "callout",
            "divider",
            "paragraph",
        ]
    )


def test_texts_links_and_attributes() -> None:
    pieces = bodies(made(BODY)[1])
    greeting, heading, bullets, *_ = pieces
    assert greeting.text.startswith('Dear {{ member.first_name | default("friend") }}, see')
    assert greeting.text.endswith("{{ code }}.")
    assert (heading.text, heading.level) == ("A heading", 2)
    assert bullets.text == "one link\ntwo"
    assert bullets.links == (PieceLink("https://a.example/", "link"),)
    table = next(piece for piece in pieces if piece.kind is PieceKind.TABLE)
    assert table.rows == (("Year", "Sum"), ("2020", "$148"))
    button = next(piece for piece in pieces if piece.name == "button")
    assert button.links == (
        PieceLink('https://a.example/?x={{ member.company | default("") }}', "Take part"),
    )
    assert button.condition == "members"
    callout = next(piece for piece in pieces if piece.name == "callout")
    assert callout.attributes == {"kind": "deadline", "title": "By May 1"}
    assert callout.wording == "By May 1\nBe quick."
    figures = next(piece for piece in pieces if piece.name == "figures")
    assert figures.rows == (("3,000+", "members"), ("95%", "small"))


def test_an_image_of_its_own_is_a_component_with_its_alternative_text() -> None:
    image = next(piece for piece in bodies(made(BODY)[1]) if piece.name == "image")
    assert image.images == (PieceImage("issues/x/robot.png", "A robot"),)


def test_each_piece_points_at_its_own_lines() -> None:
    rendering, outline = made(BODY)
    assert rendering.issue is not None
    text = rendering.issue.texts[outline.language]
    lines = text.body.split("\n")
    for piece in bodies(outline):
        begun = piece.place.line - text.body_line
        height = piece.source.count("\n") + 1
        assert "\n".join(lines[begun : begun + height]).rstrip() == piece.source
    callout = next(piece for piece in bodies(outline) if piece.name == "callout")
    assert callout.source.endswith("\n:::")
    assert callout.place_of("quick").line == callout.place.line + 1
    assert callout.place_of("quick").column == len("Be *") + 1
    assert callout.place_of("nowhere") == callout.place


def test_the_sample_issue_has_equal_outlines_in_both_languages() -> None:
    request = request_from(ROOT, GREETING)
    rendering = compose(request)
    english, french = rendering.outlines
    assert [(piece.kind, piece.name) for piece in english.pieces] == [
        (piece.kind, piece.name) for piece in french.pieces
    ]
    assert english.pieces[0].text == "A year of making it work"
    signature = english.pieces[-1]
    assert signature.images == (PieceImage(f"issues/{GREETING}/jay-myers.png", "Signature of Jay Myers"),)
    assert decode_rendering(encode_rendering(rendering), request).outlines == rendering.outlines


@given(
    st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1),
    st.sampled_from(" \n\u00a0\t"),
)
def test_a_digest_forgets_spaces_and_nothing_else(words: list[str], space: str) -> None:
    assert digest(" ".join(words)) == digest(f"{space} ".join(words) + space)
    assert digest(" ".join(words)) != digest(" ".join([*words, "x"]))
    assert digest("“it’s”") == digest('"it\'s"')
