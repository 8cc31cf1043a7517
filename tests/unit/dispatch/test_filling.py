"""One way from an edition to what a reader gets: variants, values in their contexts, tags that nobody can forge."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.dispatch import values as values_of
from newsletter.dispatch.filling import Filler, compile_message, fields_of, fill_recipient, text_of
from newsletter.dispatch.values import escape, neutralise, one_line, slot_text
from newsletter.dispatch.variants import Variant, chosen, strictest, tracking_for
from newsletter.model.artwork import (
    Condition,
    Image,
    Link,
    Mark,
    MarkKind,
    Slot,
    SlotContext,
    SlotFilter,
)
from newsletter.model.edition import Artwork, Edition, EditionText
from newsletter.model.member import TrackingConsent
from newsletter.model.publication import Publication, Sender, TrackingMode
from newsletter.model.token import sign
from tests.corpora import naughty_strings

BASE = "https://news.ngen.example"
PUBLICATION = Publication(
    key="ngen-news",
    name={"en": "NGen News", "fr": "Nouvelles NGen"},
    sender=Sender({"en": "NGen", "fr": "NGen"}, "news@ngen.example"),
    postal_address={"en": "1 Main St", "fr": "1, rue Principale"},
    contact={"en": "x", "fr": "x"},
    list_id="news.ngen.example",
    languages=("en", "fr"),
    time_zone="America/Toronto",
)
TOKENS = sign(b"k" * 32, 1, 7)


def edition(html_chunks: tuple[str | Mark, ...], **changes: object) -> Edition:
    text = EditionText(
        language="en",
        subject=("Hello ", Mark(MarkKind.SLOT, 0, SlotContext.SUBJECT)),
        preheader="",
        title="",
        html=html_chunks,
        text=(
            "Hello ",
            Mark(MarkKind.SLOT, 0, SlotContext.PLAIN),
            "\n",
            Mark(MarkKind.LINK, 0, SlotContext.PLAIN_URL),
        ),
    )
    artwork = Artwork(
        slug="2020-12-16-holiday-greeting",
        template="greeting",
        languages=("en",),
        texts={"en": text},
        slots=(Slot("first_name", "friend"), Slot("company", None, (SlotFilter("upper"),))),
        links=(Link("https://www.ngen.ca/?a=1&b=2"),),
        conditions=(Condition('province == "ON"'), Condition("everyone")),
        images=(Image("ab" * 32, "image/png", 10, 10, 99, "x.png"),),
        sender=PUBLICATION.sender,
        reply_to="",
        tracking=None,
    )
    return Edition("e" * 64, "ngen-news", replace(artwork, **changes))  # type: ignore[arg-type]


BODY: tuple[str | Mark, ...] = (
    "<p>Dear ",
    Mark(MarkKind.SLOT, 0, SlotContext.TEXT),
    '</p><img src="',
    Mark(MarkKind.IMAGE, 0, SlotContext.URL),
    '" alt="',
    Mark(MarkKind.SLOT, 1, SlotContext.ATTRIBUTE),
    '"><a href="',
    Mark(MarkKind.LINK, 0, SlotContext.URL),
    '">x</a><a href="https://ngen.ca/?n=',
    Mark(MarkKind.SLOT, 0, SlotContext.URL),
    '">y</a><a href="',
    Mark(MarkKind.UNSUBSCRIBE, 0, SlotContext.URL),
    '">u</a>',
    Mark(MarkKind.WHEN, 0),
    "<p>Ontario",
    Mark(MarkKind.LINK, 0, SlotContext.URL),
    "</p>",
    Mark(MarkKind.END, 0),
    Mark(MarkKind.PIXEL),
)


def filled(
    merge: dict[str, str],
    *,
    tracking: TrackingMode = TrackingMode.INDIVIDUAL,
    answers: str = "11",
    track: str | None = None,
) -> tuple[str, str, str]:
    compiled = compile_message(
        edition(BODY), Variant("en", answers, tracking), PUBLICATION, BASE, track=track
    )
    row = fill_recipient(compiled, 7, "a@ngen.example", merge, TOKENS)
    message = compiled.message
    return (
        text_of(message.subject, row.values),
        text_of(message.html, row.values),
        text_of(message.text, row.values),
    )


def test_every_mark_is_written_out() -> None:
    subject, rich, plain = filled({"first_name": "Zoë", "company": "Acier & Fils"})
    assert subject == "Hello Zoë"
    assert plain == f"Hello Zoë\n{BASE}/c/eeeeeeeeeeee-0/{TOKENS.track}"
    assert f'src="{BASE}/i/{"ab" * 12}.png" alt="ACIER &amp; FILS"' in rich
    assert f'href="{BASE}/c/eeeeeeeeeeee-0/{TOKENS.track}"' in rich
    assert "?n=Zo%C3%AB" in rich
    assert f'href="{BASE}/u/{TOKENS.own}"' in rich
    assert rich.endswith(
        f'<img src="{BASE}/o/{TOKENS.track}.gif" width="1" height="1" alt="" style="display:block;border:0;width:1px;height:1px">'
    )


def test_a_fallback_stands_where_there_is_no_value() -> None:
    assert filled({"first_name": "  ", "company": ""})[0] == "Hello friend"


def test_off_leaves_the_authors_urls_and_shows_no_pixel() -> None:
    _, rich, plain = filled({}, tracking=TrackingMode.OFF)
    assert 'href="https://www.ngen.ca/?a=1&amp;b=2"' in rich
    assert plain.endswith("https://www.ngen.ca/?a=1&b=2")
    assert not any(part in rich + plain for part in ("/c/", "/o/", TOKENS.track))


def test_in_aggregate_mode_two_members_differ_only_in_their_own_pages() -> None:
    compiled = compile_message(
        edition(BODY), Variant("en", "11", TrackingMode.AGGREGATE), PUBLICATION, BASE, track="T" * 35
    )
    one = fill_recipient(compiled, 1, "a@x.example", {}, sign(b"k" * 32, 1, 1))
    two = fill_recipient(compiled, 2, "b@x.example", {}, sign(b"k" * 32, 1, 2))
    differing = {compiled.needs[n].what for n in range(len(one.values)) if one.values[n] != two.values[n]}
    assert differing == {-2}
    assert "T" * 35 in text_of(compiled.message.html, one.values)


def test_a_conditional_block_is_a_choice_of_chunks() -> None:
    assert "Ontario" in filled({})[1]
    assert "Ontario" not in filled({}, answers="01")[1]


def test_nested_marks_inside_a_hidden_block_go_with_it() -> None:
    chunks = (
        "a",
        Mark(MarkKind.WHEN, 0),
        "b",
        Mark(MarkKind.WHEN, 1),
        "c",
        Mark(MarkKind.END, 1),
        Mark(MarkKind.END, 0),
        "d",
    )
    assert chosen(chunks, "01") == ("a", "d")
    assert chosen(chunks, "10") == ("a", "b", "d")


def test_tags_are_unique_of_one_length_and_not_in_the_text() -> None:
    message = compile_message(
        edition(BODY), Variant("en", "11", TrackingMode.INDIVIDUAL), PUBLICATION, BASE
    ).message
    assert len(set(message.tags)) == len(message.tags) > 4
    assert len({len(tag) for tag in message.tags}) == 1
    first = message.tags[0]
    salted = compile_message(
        edition((*BODY, f"<!-- {first} -->")), Variant("en", "11", TrackingMode.INDIVIDUAL), PUBLICATION, BASE
    ).message
    assert not set(salted.tags) & set(message.tags)


def test_headers() -> None:
    compiled = compile_message(edition(BODY), Variant("en", "11", TrackingMode.OFF), PUBLICATION, BASE)
    row = fill_recipient(compiled, 7, "a@x.example", {}, TOKENS)
    assert compiled.message.headers["List-Id"] == '"NGen News" <news.ngen.example>'
    assert row.headers == {
        "List-Unsubscribe": f"<{BASE}/u/{TOKENS.own}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mailbox = replace(PUBLICATION, unsubscribe_mailbox="u@ngen.example")
    compiled = compile_message(edition(BODY), Variant("en", "11", TrackingMode.OFF), mailbox, BASE)
    assert (
        "<mailto:u@ngen.example?subject=unsubscribe%20"
        in fill_recipient(compiled, 7, "a@x", {}, TOKENS).headers["List-Unsubscribe"]
    )


class _Shape(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def shape(text: str) -> _Shape:
    parser = _Shape()
    parser.feed(text)
    parser.close()
    return parser


def check_value(value: str) -> None:
    """Whatever a member's field holds: structure, other chunks, and the number of lines in the subject stay as they are."""
    subject, rich, plain = filled({"first_name": value, "company": value})
    _, usual, _ = filled({"first_name": "A", "company": "A"})
    assert shape(rich).shape == shape(usual).shape
    assert len(subject.splitlines()) == 1
    assert not any(unicodedata.category(sign_) in {"Cc", "Cs", "Zl", "Zp"} for sign_ in subject)
    assert "=?" not in subject
    assert plain.split("\n")[-1] == f"{BASE}/c/eeeeeeeeeeee-0/{TOKENS.track}"
    assert len(plain.split("\n")) == 2
    (subject + rich + plain).encode("utf-8")


@given(st.text())
def test_any_text_stays_in_its_place(value: str) -> None:
    check_value(value)


def test_naughty_strings_stay_in_their_place() -> None:
    for value in naughty_strings():
        check_value(value)


@given(st.text(), st.sampled_from(list(SlotContext)))
def test_a_value_that_looks_like_a_tag_is_neutralised(value: str, context: SlotContext) -> None:
    opening = "zqab12"
    safe = neutralise(escape(one_line(value + opening + "00q" + value), context), opening, context)
    assert opening not in safe
    if context in {SlotContext.TEXT, SlotContext.ATTRIBUTE}:
        assert opening in html.unescape(safe)
    if context in {SlotContext.URL, SlotContext.PLAIN_URL}:
        assert opening in unquote(safe)


def test_bidirectional_controls_are_left_out_and_names_kept() -> None:
    assert one_line("\u202eevil\u2066 ליאת\u200f") == "evil ליאת"
    assert one_line("a\r\nb\x00c\ud800") == "a  bc"


@given(st.text(st.characters(max_codepoint=0x2FFF)))
def test_the_quick_way_for_letters_gives_what_the_slow_one_gives(value: str) -> None:
    quick = one_line(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values_of, "_LETTERS", values_of._PLAIN)
        assert one_line(value) == quick


def test_the_quick_way_knows_no_controls_and_nothing_unassigned() -> None:
    every = [chr(number) for number in range(0x3000)]
    quick = [letter for letter in every if values_of._LETTERS.fullmatch(letter)]
    assert {"é", "œ", "Ž", "ѓ", "’", "…"} < set(quick)
    assert not [one for one in quick if unicodedata.category(one) in {"Cc", "Cs", "Cn", "Zl", "Zp"}]
    assert not [one for one in quick if ord(one) in values_of._BIDI]


def test_a_filler_takes_values_in_the_order_of_its_fields() -> None:
    compiled = compile_message(edition(BODY), Variant("en", "11", TrackingMode.INDIVIDUAL), PUBLICATION, BASE)
    for fields in (("company", "first_name"), ("first_name", "province", "company")):
        values = {"company": "Acier & Fils", "first_name": "Zoë", "province": "QC"}
        row = Filler(compiled, fields).recipient(7, "a@x.example", [values[one] for one in fields], TOKENS)
        assert row == fill_recipient(compiled, 7, "a@x.example", values, TOKENS)


def test_a_row_of_another_length_never_moves_a_value_into_the_next_place() -> None:
    compiled = compile_message(edition(BODY), Variant("en", "11", TrackingMode.INDIVIDUAL), PUBLICATION, BASE)
    for values in ([], ["Acier"], ["Acier", "Zoë", "QC"]):
        with pytest.raises(ValueError, match="for 2 fields"):
            Filler(compiled, ("company", "first_name")).recipient(7, "a@x.example", values, TOKENS)


def test_filters_in_the_authors_order() -> None:
    slot = Slot("x", "nobody", (SlotFilter("truncate", (5,)), SlotFilter("upper")))
    assert slot_text(slot, "abcdefgh") == "ABCD…"
    assert slot_text(slot, " ") == "NOBO…"


def test_fields_of_an_edition() -> None:
    assert fields_of(edition(BODY)) == ("company", "first_name")


def test_the_strictest_wins() -> None:
    modes = TrackingMode
    assert strictest(None, modes.INDIVIDUAL, modes.AGGREGATE) is modes.AGGREGATE
    assert strictest(None) is modes.AGGREGATE
    assert tracking_for(modes.INDIVIDUAL, TrackingConsent.GRANTED) is modes.INDIVIDUAL
    assert tracking_for(modes.INDIVIDUAL, TrackingConsent.UNKNOWN) is modes.AGGREGATE
    assert tracking_for(modes.AGGREGATE, TrackingConsent.REFUSED) is modes.OFF
    assert tracking_for(modes.AGGREGATE, TrackingConsent.GRANTED) is modes.AGGREGATE
