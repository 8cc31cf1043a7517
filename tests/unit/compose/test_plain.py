"""Plain text: the width of lines, links, tables, and what a template of text is handed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.body.wrapping import WIDTH, Wrapper
from newsletter.compose.steps import compose
from newsletter.compose.tokens import Tokens
from newsletter.model.artwork import Slot
from tests.unit.compose.kit import preview_text, tiny

WRAPPER = Wrapper(Tokens([]))


def text(body: str, **templates: str) -> str:
    return preview_text(compose(tiny(body, templates=templates)), "en")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("# Title", "Title\n=====\n"),
        ("## Title", "Title\n-----\n"),
        ("### Title", "Title\n"),
        ("*a* **b** ~~c~~ `d`", "a b c d\n"),
        ("a\nb  \nc", "a b\nc\n"),
        ("- a\n- b\n  - c", "- a\n- b\n  - c\n"),
        ("- a\n\n- b", "- a\n\n- b\n"),
        ("3. a\n4. b", "3. a\n4. b\n"),
        ("- a\n\n  b", "- a\n\n  b\n"),
        ("> a\n>\n> b", "> a\n>\n> b\n"),
        ("```\nx  y\n  z\n```", "    x  y\n      z\n"),
        ("***", "* * *\n"),
        ("[x](https://a.example/)", "x:\nhttps://a.example/\n"),
        ("see [x](https://a.example/)", "see x [1]\n\n[1] https://a.example/\n"),
        ("<https://a.example/x>", "https://a.example/x\n"),
        ("see [a.example/x](https://www.a.example/x)", "see https://www.a.example/x\n"),
        ("[me](mailto:a@b.example?subject=x)", "me (a@b.example)\n"),
        ("[+1 416](tel:+1416)", "+1 416 (+1416)\n"),
        ("[top](#top)", "top\n"),
        ("H<sub>2</sub>O", "H2O\n"),
        ("a &amp; b &lt; c", "a & b < c\n"),
        ("::: figures\n1 | *one*\n2 | two\n:::", "1 one\n2 two\n"),
    ],
)
def test_prose(body: str, expected: str) -> None:
    assert text(body) == expected


def test_links_are_numbered_through_the_whole_part_and_listed_once() -> None:
    body = "a [x](https://a.example/1) b\n\n::: figures\n1 | one\n:::\n\nc [y](https://a.example/2) and [x](https://a.example/1) again"
    assert text(body) == (
        "a x [1] b\n\n[1] https://a.example/1\n\n1 one\n\nc y [2] and x [1] again\n\n[2] https://a.example/2\n"
    )


def test_a_frame_of_text_is_the_templates_own_else_the_base() -> None:
    assert text("Body", **{"base.txt": "base {{ content }}"}) == "base Body\n"
    assert (
        text("Body", **{"base.txt": "base", "letter.txt": "own\n\n\n\n{{ content }}   \n"}) == "own\n\nBody\n"
    )
    listed = "{% for block in body %}<{{ block.kind }}:{{ block }}>{% endfor %}"
    assert text("One\n\n::: figures\n1 | one\n:::", **{"base.txt": listed}) == "<prose:One><figures:1 one>\n"


def test_text_is_not_escaped() -> None:
    assert text("a & b", **{"base.txt": "{{ issue.title }} & <{{ content }}>"}) == "Hi & <a & b>\n"


def test_filters_of_text_reckon_with_what_slots_show() -> None:
    frame = "{{ issue.title | underline('=') }}\n{{ issue.title | columns }}"
    request = tiny(
        front="subject: Dear {{ member.first_name | default('friend') }}", templates={"base.txt": frame}
    )
    assert preview_text(compose(request), "en") == "Dear friend\n===========\n11\n"


def test_a_component_without_a_text_look_is_an_error() -> None:
    (finding,) = compose(
        tiny("::: divider :::", templates={"components/divider.mjml": "<mj-divider />"})
    ).findings
    assert (finding.message, str(finding.place)) == ("the theme has no text for “divider”", "issues/x.md:4:1")


WORDS = st.text(st.characters(blacklist_categories=("Z", "C")), min_size=1, max_size=30)


@given(st.lists(WORDS, max_size=30))
def test_no_line_is_wider_than_it_may_be_and_no_word_is_lost(words: list[str]) -> None:
    lines = WRAPPER.wrap(" ".join(words)).split("\n")
    assert " ".join(lines).split() == words
    for line in lines:
        assert WRAPPER.width(line) <= WIDTH or " " not in line


def test_an_address_is_never_broken() -> None:
    url = f"https://a.example/{'x' * 100}"
    assert f"\n{url}\n" in text(f"{'word ' * 10} <{url}> {'word ' * 10}")


def test_a_slot_is_reckoned_as_wide_as_its_fallback() -> None:
    tokens = Tokens([])
    wrapper = Wrapper(tokens)
    assert wrapper.width(tokens.slot(Slot("first_name", "friend"))) == 6
    assert wrapper.width(tokens.slot(Slot("first_name"))) == 8
    assert (wrapper.width("日本"), wrapper.width("e\u0301"), wrapper.width("é")) == (4, 1, 1)
