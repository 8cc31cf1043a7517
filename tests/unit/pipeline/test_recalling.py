"""What was counted a moment ago stands for those who only look: until somebody acts, or a segment changes. Whoever acts counts anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.model.member import ConsentBasis
from newsletter.pipeline import members, memory
from newsletter.pipeline.context import Context
from newsletter.pipeline.members import Changes, Grounds
from newsletter.pipeline.memory import Memory
from newsletter.pipeline.recalling import recalled
from tests.mailed import Mailed, world

SEGMENTS = "[ontario]\nwhere = 'province == \"ON\"'\n"


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        (tmp_path / "segments.toml").write_text(SEGMENTS, encoding="utf-8")
        yield made


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that every count takes a second of."""
    at = [100.0]
    monkeypatch.setattr(memory, "monotonic", lambda: at[0])
    return at


class Counted:
    """Counts, and how often it did."""

    def __init__(self, at: list[float], seconds: float = 1.0) -> None:
        self.at, self.seconds, self.times = at, seconds, 0

    def __call__(self) -> int:
        self.times += 1
        self.at[0] += self.seconds
        return self.times


def looking(mailed: Mailed) -> Context:
    return replace(mailed.ctx, memory=Memory())


def test_a_count_stands_for_a_while_and_then_is_made_anew(mailed: Mailed, slow: list[float]) -> None:
    ctx, count = looking(mailed), Counted(slow)
    assert [recalled(ctx, ("x",), count) for _ in range(3)] == [1, 1, 1]
    slow[0] += memory.SHARE * count.seconds - 0.1
    assert recalled(ctx, ("x",), count) == 1
    slow[0] += 0.2
    assert recalled(ctx, ("x",), count) == 2


def test_no_count_stands_longer_than_a_minute(mailed: Mailed, slow: list[float]) -> None:
    ctx, count = looking(mailed), Counted(slow, 30)
    recalled(ctx, ("x",), count)
    slow[0] += memory.LONGEST + 0.1
    assert recalled(ctx, ("x",), count) == 2


def test_what_is_counted_quickly_is_counted_each_time(mailed: Mailed, slow: list[float]) -> None:
    ctx, count = looking(mailed), Counted(slow, memory.QUICK / 2)
    assert [recalled(ctx, ("x",), count) for _ in range(3)] == [1, 2, 3]


def test_any_act_and_any_other_segment_ends_it(mailed: Mailed, slow: list[float]) -> None:
    ctx, count = looking(mailed), Counted(slow)
    assert recalled(ctx, ("x",), count) == 1
    members.add(mailed.ctx, "a@x.ca", Changes(fields={}, consent=Grounds(ConsentBasis.EXPRESS, None, "form")))
    assert recalled(ctx, ("x",), count) == 2
    (mailed.ctx.root / "segments.toml").write_text(SEGMENTS.replace("ON", "QC"), encoding="utf-8")
    assert recalled(ctx, ("x",), count) == 3
    assert recalled(ctx, ("another",), count) == 4
    assert recalled(ctx, ("x",), count) == 3


def test_whoever_acts_remembers_nothing(mailed: Mailed, slow: list[float]) -> None:
    count = Counted(slow)
    assert mailed.ctx.memory is None
    assert [recalled(mailed.ctx, ("x",), count) for _ in range(2)] == [1, 2]


def test_only_so_many_are_remembered(mailed: Mailed, slow: list[float]) -> None:
    ctx, count = looking(mailed), Counted(slow, 3)
    for number in range(memory.MOST + 1):
        recalled(ctx, (number,), count)
    assert ctx.memory is not None
    assert len(ctx.memory._known) == memory.MOST
    before = count.times
    recalled(ctx, (0,), count)
    assert count.times == before + 1
