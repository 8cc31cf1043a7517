"""Tables and parts: headings that head, numbers flush right, labels that only a phone shows; components that hold others."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.steps import compose
from tests.unit.compose.kit import complaints, framed, preview, preview_text, tiny

LOOKS = framed(
    "{{ content }}",
    **{
        "components/table.mjml": "<mj-text>{{ block.attributes.title }} {{ block.content }}</mj-text>",
        "components/table.txt": "{{ block.text }}",
        "components/teaser.mjml": "<mj-section><mj-column><mj-text>{{ block.attributes.title }}</mj-text></mj-column></mj-section>",
        "components/teaser.txt": "{{ block.attributes.title }}: {{ block.text }}",
        "components/two-up.mjml": "<mj-section>{% for part in block.blocks %}<mj-column><mj-text>{{ part.attributes.title }} {{ part.content }}</mj-text></mj-column>{% endfor %}</mj-section>",
        "components/two-up.txt": "{% for part in block.blocks %}{{ part }}\n{% endfor %}",
    },
)
FOUR = '| Region | 2019 | 2020 | Note |\n|---|---|---|---|\n| Ontario | 61.5 | $74.2 | rising |\n| Québec | 8.1 |  | {{ member.company | default("new") }} |'


def shown(body: str) -> str:
    rendering = compose(tiny(body, templates=LOOKS))
    assert not rendering.findings, rendering.findings
    return preview(rendering, "en")


def cells(page: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}\b([^>]*)>", page[page.index("<thead") :])


def test_a_heading_says_that_it_heads_its_column() -> None:
    page = shown("| a | b |\n|---|---|\n| x | y |")
    assert all('scope="col"' in one for one in re.findall(r"<th\b[^>]*>", page))
    assert not re.findall(r"<td\b[^>]*(?:scope|num)", page)


@pytest.mark.parametrize(
    "value",
    ["1", "3,000+", "$148 M", "148 M$", "95%", "95\u00a0%", "−2.5", "+21 %", "10–12", "1\u202f234,5", "2 MB"],
)
def test_numbers_stand_flush_right(value: str) -> None:
    page = shown(f"| a | b |\n|---|---|\n| x | {value} |")
    assert re.search(r'<td class="num" align="right"', page)


@pytest.mark.parametrize("value", ["2021-01-20", "12 March", "n/a", "No. 5", "–"])
def test_what_is_no_number_does_not(value: str) -> None:
    assert 'class="num"' not in shown(f"| a | b |\n|---|---|\n| x | {value} |")


def test_the_author_places_a_column_where_it_is_to_stand() -> None:
    page = shown("| a | b |\n|---|:---|\n| x | 5 |")
    assert '<td align="left">5' in page


def test_four_columns_carry_their_headings_for_a_phone_and_the_text_has_them_once() -> None:
    rendering = compose(tiny(FOUR, templates=LOOKS))
    page, text = preview(rendering, "en"), preview_text(rendering, "en")
    assert '<table class="wide">' in page
    assert page.count('<span class="tag">2019</span>') == 2
    assert page.count('<span class="tag">2020</span>') == 1, "an empty cell has no label"
    assert '<span class="tag">Region' not in page, "the first cell names the row"
    assert text.count("2019") == 1
    assert "new" in text
    assert "tag" not in shown("| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |").partition("<thead")[2]


def test_the_first_column_names_its_rows_when_it_is_asked_to() -> None:
    page = shown("::: table names=yes\n| a | b |\n|---|---|\n| x | 1 |\n:::")
    assert re.search(r'<th[^>]*scope="row"[^>]*>x</th>', page)
    assert 'scope="row"' not in shown("::: table\n| a | b |\n|---|---|\n| x | 1 |\n:::")


def test_numbers_are_aligned_in_plain_text() -> None:
    text = preview_text(
        compose(tiny("| a | amount |\n|---|---|\n| x | 5 |\n| y | 500 |", templates=LOOKS)), "en"
    )
    assert "x       5\ny     500" in text


@pytest.mark.parametrize("body", ["Only words.", "| a |\n|---|\n| b |\n\nWords below.", ""])
def test_a_table_component_holds_a_table(body: str) -> None:
    assert complaints(tiny(f"::: table\n{body}\n:::", templates=LOOKS)) == [
        "issues/x.md:4:1: table holds one Markdown table, and nothing else"
    ]


def test_an_author_cannot_write_what_only_tables_get() -> None:
    page = preview(compose(tiny('<span class="tag">x</span> <td class="num">', templates=LOOKS)), "en")
    assert "&lt;span class=" in page


TEASER = "::: teaser title={0}\nText {0}.\n:::\n"


def test_two_stories_stand_in_their_order_in_html_and_text() -> None:
    rendering = compose(tiny(f"::: two-up\n{TEASER.format('A')}{TEASER.format('B')}:::", templates=LOOKS))
    assert not rendering.findings
    page, text = preview(rendering, "en"), preview_text(rendering, "en")
    assert page.index("Text A.") < page.index("Text B.")
    assert text.index("A: Text A.") < text.index("B: Text B.")


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("", ["4:1: two-up holds 2"]),
        (TEASER.format("A"), ["4:1: two-up holds 2"]),
        (TEASER.format("A") * 3, ["4:1: two-up holds 2"]),
        (TEASER.format("A") * 2 + "Stray words.\n", ["11:1: two-up holds “::: teaser”, and nothing else"]),
        (TEASER.format("A") * 2 + "::: divider :::\n", ["11:1: two-up holds “::: teaser”, and nothing else"]),
        ("::: teaser titel=A\n:::\n" + TEASER.format("B"), ["5:", "5:"]),
    ],
)
def test_what_else_stands_in_two_up_is_told_with_its_line(inside: str, told: list[str]) -> None:
    found = complaints(tiny(f"::: two-up\n{inside}:::", templates=LOOKS))
    assert len(found) == len(told), found
    assert all(one.startswith(f"issues/x.md:{start}") for one, start in zip(found, told, strict=True)), found


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), min_size=1, max_size=6
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_table_keeps_its_words_and_closes_its_tags(rows: list[list[str]]) -> None:
    width = len(rows[0])
    lines = ["|" + "|".join(f" h{index} " for index in range(width)) + "|", "|" + "---|" * width]
    lines += ["|" + "|".join(cell.replace("|", "") for cell in row) + "|" for row in rows]
    rendering = compose(tiny("\n".join(lines), templates=LOOKS))
    assert rendering.artwork is not None
    page = preview(rendering, "en")
    for tag in ("table", "tr", "th", "td", "span"):
        assert len(re.findall(rf"<{tag}\b", page)) >= len(re.findall(rf"</{tag}>", page))
    assert all(f"h{index}" in page for index in range(width))
