"""The token of a page: only ours, only unaltered, only for its purpose."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import hold_token, page_token, token
from newsletter.model.page_token import PagePurpose

KEY, OTHER = b"k" * 32, b"o" * 32
NUMBERS = st.integers(0, 2**63 - 1)
PURPOSES = st.sampled_from(list(PagePurpose))


@given(number=NUMBERS, purpose=PURPOSES)
def test_it_names_its_row_and_no_other_purpose(number: int, purpose: PagePurpose) -> None:
    made = page_token.sign(KEY, 1, purpose, number)
    assert page_token.read(made, purpose, {1: KEY}) == number
    (other,) = set(PagePurpose) - {purpose}
    assert page_token.read(made, other, {1: KEY}) is None
    assert page_token.read(made, purpose, {1: OTHER}) is None
    assert page_token.read(made, purpose, {2: KEY}) is None


@given(number=NUMBERS, purpose=PURPOSES, place=st.integers(0, 35), sign=st.sampled_from("AZaz09-_"))
def test_altered_it_is_none_of_ours(number: int, purpose: PagePurpose, place: int, sign: str) -> None:
    made = page_token.sign(KEY, 1, purpose, number)
    altered = made[:place] + sign + made[place + 1 :]
    assert altered == made or page_token.read(altered, purpose, {1: KEY}) is None


@given(text=st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    assert page_token.read(text, PagePurpose.REVIEW, {1: KEY}) is None


def test_no_other_token_of_ours_opens_a_page() -> None:
    from datetime import UTC, datetime

    others = [
        hold_token.sign(KEY, 1, 7, datetime(2030, 1, 1, tzinfo=UTC)),
        token.sign(KEY, 1, 7).own,
        urlsafe_b64encode(bytes(27)).decode(),
    ]
    for one in others:
        assert page_token.read(one, PagePurpose.APPROVAL, {1: KEY}) is None
