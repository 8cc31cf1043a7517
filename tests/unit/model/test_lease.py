"""Whether a database may send from here: every pair of what it says and what the machine remembers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.lease import Lease, Tenure, tenure

HERE = Lease("m", "host", "/ws")
LEASES = st.builds(
    Lease, st.sampled_from("mn"), st.just("host"), st.sampled_from(["/ws", "/copy"]), st.integers(0, 4)
)


@pytest.mark.parametrize(
    ("known", "kept", "expected"),
    [
        (None, None, Tenure.FREE),
        (None, replace(HERE, counter=0), Tenure.FREE),
        (None, replace(HERE, counter=1), Tenure.BEHIND),
        (replace(HERE, counter=3), replace(HERE, counter=3), Tenure.OURS),
        (replace(HERE, counter=4), replace(HERE, counter=3), Tenure.OURS),
        (replace(HERE, counter=2), replace(HERE, counter=3), Tenure.BEHIND),
        (replace(HERE, counter=3), None, Tenure.ABSENT),
        (replace(HERE, machine="n"), replace(HERE), Tenure.MACHINE),
        (replace(HERE, machine="n"), None, Tenure.MACHINE),
        (replace(HERE, path="/copy"), replace(HERE), Tenure.PATH),
        (replace(HERE), replace(HERE, path="/copy"), Tenure.PATH),
        (replace(HERE), replace(HERE, machine="n"), Tenure.MACHINE),
    ],
)
def test_each_case(known: Lease | None, kept: Lease | None, expected: Tenure) -> None:
    assert tenure(known, kept, HERE) is expected


@given(st.none() | LEASES, st.none() | LEASES)
def test_it_sends_only_where_both_speak_of_here_and_nothing_is_missing(
    known: Lease | None, kept: Lease | None
) -> None:
    may = tenure(known, kept, HERE).may_send
    if known is None:
        assert may == (kept is None or kept.counter == 0)
    else:
        both = known.same_place(HERE) and kept is not None and kept.same_place(HERE)
        assert may == (both and kept is not None and kept.counter <= known.counter)
