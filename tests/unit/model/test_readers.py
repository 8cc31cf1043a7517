"""Recipients by columns are the same recipients, and give a provider the same bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.model.errors import Refused
from newsletter.model.outbound import OutboundBatch, Recipient
from newsletter.model.readers import Readers, gathered
from newsletter.providers.conformance import sample_batch
from newsletter.providers.sendgrid.send import encode

_TEXTS = st.text(max_size=8) | st.sampled_from(
    ['"', "\\", '","', 'a",', '",', '"\n"', '\\"', "é", "\u2028", "\x7f", "\x1f", "…", ""]
)
_TOKENS = st.text(alphabet="abcXYZ019-_", min_size=1, max_size=6)
_OWN = st.sampled_from(["<https://n.example/u/", "<https://n.example/u/a=b?c="])


@st.composite
def _readers(draw: st.DrawFn) -> Readers:
    count = draw(st.integers(1, 5))
    names = draw(st.lists(_TOKENS, min_size=count, max_size=count))
    own = draw(st.lists(_TOKENS, min_size=count, max_size=count))
    shown = draw(st.lists(_TEXTS, min_size=count, max_size=count))
    mailto = (">, <mailto:l@n.example?subject=unsubscribe%20", own) if draw(st.booleans()) else ()
    return Readers(
        [draw(st.integers(1, 2**62)) for _ in range(count)],
        [f"{name}.{at}@n.example".replace("..", ".") for at, name in enumerate(names, 1)],
        (own, shown),
        {"List-Unsubscribe": (draw(_OWN), own, *mailto, ">"), "X-One": ("List-Unsubscribe=One-Click",)},
    )


def test_a_row_has_what_its_columns_have() -> None:
    readers = Readers([1, 2], ["a@x", "b@x"], (["A", "B"],), {"X": ("<", ["s", "t"], ">")})
    assert list(readers) == [
        Recipient(1, "a@x", ("A",), {"X": "<s>"}),
        Recipient(2, "b@x", ("B",), {"X": "<t>"}),
    ]
    assert (readers[1], readers[-2:], len(readers)) == (tuple(readers)[1], tuple(readers), 2)
    assert list(Readers([7], ["c@x"], (), {})) == [Recipient(7, "c@x", (), {})]


@pytest.mark.parametrize(
    "columns", [(["a"], (["A", "B"],), {}), (["a", "b"], (["A"],), {}), (["a", "b"], (), {"X": (["A"],)})]
)
def test_columns_are_of_one_length(columns: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="beside 2 deliveries"):
        Readers([1, 2], *columns)


@given(_readers())
def test_gathered_rows_are_the_columns(readers: Readers) -> None:
    assert [tuple(group) for group in gathered(tuple(readers))] == [tuple(readers)]


@given(_readers(), st.integers(1, 6))
def test_parts_are_the_same_in_a_row_and_share_a_column_as_the_whole_does(
    readers: Readers, size: int
) -> None:
    parts = list(readers.parts(size))
    assert [row for part in parts for row in part] == list(readers)
    assert max(len(part) for part in parts) <= size
    assert all(part.values[0] is part.headers["List-Unsubscribe"][1] for part in parts)


def _encoded(batch: OutboundBatch) -> bytes | tuple[int, ...]:
    """The bytes, or whose rows are refused."""
    try:
        return encode(batch).body
    except Refused as refusal:
        return refusal.members


@pytest.mark.parametrize("together", [2, 250])
@given(readers=_readers())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_columns_and_rows_give_the_bytes_of_the_plain_structure(
    monkeypatch: pytest.MonkeyPatch, readers: Readers, together: int
) -> None:
    monkeypatch.setattr("newsletter.providers.sendgrid.send._TOGETHER", together)
    batch = sample_batch(1)
    message = replace(batch.message, tags=batch.message.tags[:2], subject=("S",))
    batch = replace(batch, message=message, recipients=readers)
    found = _encoded(batch)
    assert found == _encoded(replace(batch, recipients=tuple(readers)))
    if isinstance(found, bytes):
        assert json.loads(found)["personalizations"] == [
            {
                "custom_args": {"nl_d": str(one.delivery)},
                "headers": dict(one.headers),
                "substitutions": dict(zip(message.tags, one.values, strict=True)),
                "to": [{"email": one.address}],
            }
            for one in readers
        ]
