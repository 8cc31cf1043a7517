"""Looking at all recipients together finds what looking at each one finds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.readers import gathered
from newsletter.providers import rules
from newsletter.providers.conformance import sample_recipient
from newsletter.providers.sendgrid.limits import RESERVED_HEADERS

_SIGNS = st.sampled_from(
    ["a", " ", "=", "?", "=?", "\n", "\r", "\t", "\x00", "\x7f", "é", "\ud800", "\u2028", "<", "~"]
)
_texts = st.one_of(st.just("plain"), st.lists(_SIGNS, max_size=5).map("".join), st.text(max_size=5))
_long = st.integers(rules.MAX_HEADER - 40, rules.MAX_HEADER + 5).map("x".__mul__)
_names = st.sampled_from(["List-Unsubscribe", "List-Unsubscribe-Post", "X-A", "Subject", "x a", ""])
_headers = st.dictionaries(_names, st.one_of(_texts, _long), max_size=2)


@given(st.lists(st.tuples(st.lists(_texts, max_size=3), _headers), min_size=1, max_size=4))
def test_all_are_sound_when_each_is(people: list[tuple[list[str], dict[str, str]]]) -> None:
    rows = [replace(sample_recipient(1), values=tuple(values), headers=headers) for values, headers in people]
    each = [rules._values_fault(row) or rules.headers_fault(row.headers, RESERVED_HEADERS) for row in rows]
    assert rules._all_sound(gathered(rows), RESERVED_HEADERS) == (not any(each))
