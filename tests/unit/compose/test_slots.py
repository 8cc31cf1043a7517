"""The small grammar of personal fields, and where it reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.body.slots import FILTERS, SlotFault, parse
from newsletter.compose.steps import compose
from newsletter.dispatch.values import FILTERS as APPLIED
from newsletter.model.artwork import Mark, MarkKind, Slot, SlotContext, SlotFilter
from newsletter.model.finding import Severity
from tests.unit.compose.kit import complaints, preview, preview_text, tiny


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("{{ member.first_name }}", Slot("first_name")),
        ("{{member.first_name}}", Slot("first_name")),
        ('{{ member.first_name | default("friend") }}', Slot("first_name", "friend")),
        (
            "{{ member.first_name|default('friend')|upper }}",
            Slot("first_name", "friend", (SlotFilter("upper"),)),
        ),
        ("{{ member.first_name | default(“chère amie”) }}", Slot("first_name", "chère amie")),
        ("{{ member.first_name | default(«\u00a0chère amie\u00a0») }}", Slot("first_name", "chère amie")),
        (r'{{ member.company | default("a \"b\" c") }}', Slot("company", 'a "b" c')),
        ('{{ member.company | default("}} | x") }}', Slot("company", "}} | x")),
        ('{{ member.company | default("") }}', Slot("company", "")),
        (
            "{{ member.company | truncate(20) | title }}",
            Slot("company", None, (SlotFilter("truncate", (20,)), SlotFilter("title"))),
        ),
        ("{{ member.sector }}", Slot("sector")),
        (
            "{{ member.__class__ }}",
            Slot("__class__"),
        ),  # a name like any other: looked up among attributes, never in Python
        ("{{ member . company | trim() }}", Slot("company", None, (SlotFilter("trim"),))),
    ],
)
def test_what_is_a_slot(text: str, slot: Slot) -> None:
    assert parse(text + " rest", 0) == (slot, len(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ first_name }}", "this is not a personal field"),
        ("{{ }}", "this is not a personal field"),
        ("{{ membr.first_name }}", "this is not a personal field"),
        ("{{ member.first_name", "this personal field is not closed as it should be"),
        ("{{ member.first_name | default(friend) }}", "the filter's argument cannot be read"),
        ('{{ member.first_name | default("a" }}', "the filter's argument cannot be read"),
        ("{{ member.first_name | default }}", "default takes one argument, and has 0"),
        ('{{ member.first_name | default("a", "b") }}', "default takes one argument, and has 2"),
        ("{{ member.first_name | upper(1) }}", "upper takes no argument, and has 1"),
        ("{{ member.first_name | truncate('x') }}", "truncate takes a number above 0"),
        ("{{ member.first_name | truncate(0) }}", "truncate takes a number above 0"),
        ("{{ member.first_name | uper }}", "there is no filter “uper” for personal fields"),
        ('{{ member.first_name | upper | default("x") }}', "default(…) comes first"),
        ("{{ member.tags }}", "member.tags is not a text that can be shown"),
        ("{{ member.first_name + 1 }}", "this personal field is not closed as it should be"),
        ("{{ member.first_name[0] }}", "this personal field is not closed as it should be"),
    ],
)
def test_what_is_none(text: str, message: str) -> None:
    with pytest.raises(SlotFault, match=message.replace("(", r"\(").replace(")", r"\)")):
        parse(text, 0)


def test_the_closed_list_is_the_one_that_is_applied_when_filling() -> None:
    assert FILTERS.keys() - {"default"} == APPLIED


@given(st.text(max_size=40))
def test_no_text_behind_braces_does_anything_but_be_refused(text: str) -> None:
    try:
        slot, end = parse("{{" + text + "}}", 0)
    except SlotFault:
        return
    assert slot.field
    assert end <= len(text) + 4


def contexts(body: str, **more: str) -> set[SlotContext]:
    rendering = compose(tiny(body, **more))
    assert rendering.artwork is not None, rendering.findings
    text = rendering.artwork.texts["en"]
    pieces = (*text.subject, *text.html, *text.text)
    return {piece.context for piece in pieces if isinstance(piece, Mark) and piece.kind is MarkKind.SLOT}


def test_a_slot_knows_every_context_it_stands_in() -> None:
    assert contexts("Dear {{ member.first_name }}") == {SlotContext.TEXT, SlotContext.PLAIN}
    # The title of a page is the issue's, and the compiler writes it into an attribute as well.
    subject = contexts("Hi", front="subject: For {{ member.first_name }}")
    assert subject == {SlotContext.SUBJECT, SlotContext.TEXT, SlotContext.ATTRIBUTE}
    link = "[Go](https://ngen.example/?c={{ member.company }})"
    assert contexts(link) == {SlotContext.URL, SlotContext.PLAIN_URL}
    title = '[Go](https://ngen.example/ "For {{ member.company }}")'
    assert contexts(title) == {SlotContext.ATTRIBUTE}


def test_slots_in_every_place_of_markdown() -> None:
    body = """# Hello {{ member.first_name | default("you") }}

> {{ member.first_name | default("you") }}, *{{ member.last_name | default("too") }}*

- one {{ member.first_name | default("you") }}

| a | b |
|---|---|
| {{ member.first_name | default("you") }} | x |

`{{ member.first_name }}` and \\{{ this }}

```
{{ member.first_name }}
```
"""
    rendering = compose(tiny(body))
    assert rendering.findings == ()
    html = preview(rendering, "en", {"first_name": "<Zoë>"})
    assert html.count("&lt;Zoë&gt;") == 4
    assert html.count("{{ member.first_name }}") == 2
    assert "{{ this }}" in html
    assert "> <Zoë>, too" in preview_text(rendering, "en", {"first_name": "<Zoë>"})


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Dear {{ membr.first_name }}", "issues/x.md:4:6: this is not a personal field"),
        (
            "Dear\nfriend {{ member.first_name | uper }}",
            "issues/x.md:5:8: there is no filter “uper” for personal fields",
        ),
        ("> - deep {{ x }}", "issues/x.md:4:10: this is not a personal field"),
        ("| a |\n|---|\n| {{ x }} |", "issues/x.md:6:3: this is not a personal field"),
        ("::: figures\n1 | {{ x }}\n:::", "issues/x.md:5:5: this is not a personal field"),
        ('::: callout title="{{ x }}"\nText\n:::', "issues/x.md:4:20: this is not a personal field"),
    ],
)
def test_a_wrong_slot_is_told_with_line_and_column(body: str, told: str) -> None:
    assert complaints(tiny(body)) == [told]


def test_a_field_that_is_nearly_a_usual_one_is_a_warning() -> None:
    (finding,) = compose(tiny("{{ member.firstname | default('x') }}")).findings
    assert (finding.severity, finding.hint) == (Severity.WARNING, "Did you mean “first_name”?")


def test_a_slot_in_front_matter_is_told_with_its_column() -> None:
    assert complaints(tiny(front="subject: Hi {{ x }}")) == ["issues/x.md:2:13: this is not a personal field"]


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("{{ member.company }}", "4:6"),
        ("https://{{ member.company }}", "4:14"),
        ("https://a.{{ member.company }}.example/", "4:16"),
        ("{{ member.company }}://a.example/", "4"),
    ],
)
def test_a_slot_may_not_be_the_scheme_or_the_host_of_a_link(target: str, place: str) -> None:
    told = complaints(tiny(f"[Go]({target})"))
    assert told[0] == f"issues/x.md:{place}: a personal field stands where the address has its scheme or host"


def test_the_same_slot_has_one_number_everywhere_and_its_first_place() -> None:
    body = "{{ member.first_name | default('a') }}\n\n{{ member.first_name | default('a') }} {{ member.first_name | default('b') }}"
    rendering = compose(tiny(body, french=body))
    assert rendering.artwork is not None
    assert [slot.fallback for slot in rendering.artwork.slots] == ["a", "b"]
    assert str(rendering.artwork.slots[0].place) == "issues/x.en.md:4:1"


def test_braces_that_are_kept_lose_their_backslash_in_front_matter_as_in_the_text() -> None:
    text = '\\{{ name }} and {{ member.first_name | default("friend") }}'
    rendering = compose(tiny(f"Written {text}", front=f"subject: Subject {text}\npreheader: Row {text}"))
    assert rendering.artwork is not None
    shown = preview(rendering, "en")
    assert "Written {{ name }} and friend" in shown
    assert rendering.artwork.texts["en"].preheader == "Row {{ name }} and friend"
    assert rendering.artwork.texts["en"].subject[0] == "Subject {{ name }} and "
