"""Tokens: one spelling, one purpose, one number; a variant and a delivery of the same number never share one."""

from __future__ import annotations

import base64
import hmac
import struct

from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.model.token import Purpose, of_variant, read, sign, sign_all, variant_of

KEYS = {1: b"a" * 32, 2: b"b" * 32}
numbers = st.integers(0, 2**64 - 1)


@given(numbers, st.sampled_from(sorted(KEYS)))
def test_what_is_signed_is_read_back_for_its_purpose_only(number: int, key_id: int) -> None:
    tokens = sign(KEYS[key_id], key_id, number)
    assert (len(tokens.track), len(tokens.own)) == (35, 35)
    assert read(tokens.track, Purpose.TRACK, KEYS) == read(tokens.own, Purpose.OWN, KEYS) == number
    assert read(tokens.track, Purpose.OWN, KEYS) is None
    assert read(tokens.own, Purpose.TRACK, KEYS) is None
    assert read(tokens.track, Purpose.TRACK, {3 - key_id: KEYS[3 - key_id]}) is None


@given(numbers, st.sampled_from(sorted(KEYS)))
def test_a_token_is_head_and_mac_as_rfc_2104_says(number: int, key_id: int) -> None:
    head = struct.pack(">BBQ", 1, key_id, number)
    mac = hmac.digest(KEYS[key_id], head, "sha512")
    tokens = sign(KEYS[key_id], key_id, number)
    for token, part in ((tokens.track, mac[:16]), (tokens.own, mac[16:32])):
        assert base64.urlsafe_b64decode(token + "=") == head + part


@given(numbers, st.integers(0, 34), st.characters(codec="utf-8"))
def test_any_altered_character_is_noticed(number: int, place: int, other: str) -> None:
    for token, purpose in zip(
        (sign(KEYS[1], 1, number).track, sign(KEYS[1], 1, number).own),
        (Purpose.TRACK, Purpose.OWN),
        strict=True,
    ):
        altered = token[:place] + other + token[place + 1 :]
        assert (read(altered, purpose, KEYS) is None) == (altered != token)


@given(st.text(max_size=80))
@example("!" * 32 + "AAA")
@example("=" * 35)
def test_any_text_is_a_token_or_not(text: str) -> None:
    assert read(text, Purpose.TRACK, KEYS) is None


@given(st.text(st.sampled_from("AQz09-_=!~ %+/\x7f"), min_size=35, max_size=35))
def test_any_text_of_its_length_is_a_token_or_not(text: str) -> None:
    assert read(text, Purpose.TRACK, KEYS) is None
    assert read(text, Purpose.OWN, KEYS) is None


@given(st.integers(1, 2**63 - 1))
def test_variants_and_deliveries_have_numbers_of_their_own(number: int) -> None:
    assert variant_of(of_variant(number)) == number
    assert variant_of(number) is None
    assert sign(KEYS[1], 1, number).track != sign(KEYS[1], 1, of_variant(number)).track


@given(st.lists(numbers, max_size=5), st.sampled_from(sorted(KEYS)))
def test_many_tokens_are_those_of_each_number(asked: list[int], key_id: int) -> None:
    many = sign_all(KEYS[key_id], key_id, asked)
    each = [sign(KEYS[key_id], key_id, number) for number in asked]
    assert many.track == [one.track for one in each]
    assert many.own == [one.own for one in each]
