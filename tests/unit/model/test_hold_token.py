"""The token of a *Hold* link: one mailing, one expiry, our keys, one spelling."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import token
from newsletter.model.hold_token import HoldPermit, read, sign

KEY, OTHER = b"k" * 32, b"o" * 32
AT = datetime(2026, 12, 22, 14, tzinfo=UTC)
_SECONDS = st.datetimes(datetime(1970, 1, 2), datetime(2105, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC, microsecond=0)
)


@given(st.integers(0, 2**63), st.integers(0, 255), _SECONDS)
def test_what_is_signed_is_read(campaign: int, key_id: int, at: datetime) -> None:
    made = sign(KEY, key_id, campaign, at)
    assert len(made) == 40
    assert read(made, {key_id: KEY}) == HoldPermit(campaign, at)
    assert read(made, {key_id: OTHER}) is None
    assert read(made, {}) is None


@given(st.integers(0, 39), st.characters())
def test_a_letter_changed_is_another_token(place: int, letter: str) -> None:
    made = sign(KEY, 1, 12, AT)
    spoiled = made[:place] + letter + made[place + 1 :]
    assert (read(spoiled, {1: KEY}) is None) == (spoiled != made)


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    assert read(text, {1: KEY}) is None


def test_a_readers_token_is_none_of_these_and_the_other_way_round() -> None:
    links = token.sign(KEY, 1, 12)
    made = sign(KEY, 1, 12, AT)
    for one in (links.own, links.track, links.own + "A" * 5, links.track + "=" * 5):
        assert read(one, {1: KEY}) is None
    for purpose in token.Purpose:
        assert token.read(made, purpose, {1: KEY}) is None
        assert token.read(made[:35], purpose, {1: KEY}) is None
