"""What is stale is outlined in the mail itself: found by its letters, in the smallest block, and nothing else is touched."""

from __future__ import annotations

import re

import pytest

from newsletter.web.showing.marking import Mark, marked

LABELS = {"stale": 'À "revoir"', "source": "Changed", "missing": "Missing"}
MAIL = (
    "<html><head><title>Hello world</title></head><body>"
    '<div style="display:none">We grew this year.</div>'
    "<!--[if mso]><p>We grew this year.</p><![endif]-->"
    '<table><tr><td><p class="a">Dear Zoé,</p><p>We <strong>grew</strong> this&nbsp;year.</p>'
    "<ul><li>One thing<br>and more</li><li>Another — “thing”</li></ul></td></tr></table>"
    '<a href="https://x.example/">Read the story</a></body></html>'
)
_MARKED = re.compile(r'<(\w+)( data-standing="([^"]*)" data-kind="(\w+)")')


def found(text: str, kind: str = "stale") -> list[tuple[str, str]]:
    html = marked(MAIL, [Mark(text, kind)], LABELS)
    bare = re.sub(r"<style>\[data-standing\].*?</style>", "", _MARKED.sub(r"<\1", html))
    assert bare == MAIL, "but for the outline and its style nothing has changed"
    return [(one[1], html[one.end() :].partition(">")[2][:12]) for one in _MARKED.finditer(html)]


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("We **grew** this year.", ("p", "We <strong>g")),
        ('Dear {{ member.first_name | default("friend") }},', ("p", "Dear Zoé,</p")),
        ("Another – *thing*", ("li", "Another — “t")),
        ("* One thing\n  and more\n* [Another](https://y.example/) “thing”", ("ul", "<li>One thin")),
    ],
)
def test_a_text_is_found_as_it_is_shown(text: str, block: tuple[str, str]) -> None:
    assert found(text) == [block]


@pytest.mark.parametrize(
    "text", ["Hello world", "Something else entirely", "—", "{{ member.first_name }}", ""]
)
def test_what_is_not_shown_or_too_short_is_not_marked(text: str) -> None:
    assert found(text) == []


def test_a_text_that_fills_no_block_of_its_own_marks_no_large_one() -> None:
    page = f"<head></head><div>{'a' * 500} Read the story {'b' * 500}</div>"
    assert marked(page, [Mark("Read the story", "stale")], LABELS) == page


def test_the_same_words_twice_are_marked_in_order_and_labels_are_escaped() -> None:
    page = "<head></head><p>Now</p><p>Then</p><p>Now</p>"
    html = marked(page, [Mark("Now", "source"), Mark("Then", "missing"), Mark("Now", "stale")], LABELS)
    assert [one[4] for one in _MARKED.finditer(html)] == ["source", "missing", "stale"]
    assert 'data-standing="À &quot;revoir&quot;"' in html
    assert html.count("<style>") == 1
