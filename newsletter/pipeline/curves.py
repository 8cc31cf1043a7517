"""Curves: what came of a mailing over time, by link and by language, as rows that a chart and the table behind it share.

In: a campaign's number. Out: Curves. Called by the studio's report.

Opens stand as a range, as the report counts them: surely people; and with those of whom nobody can tell. Machines are left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from newsletter.model.event import HitKind, Reader
from newsletter.pipeline import control, report
from newsletter.pipeline.context import Context
from newsletter.store import editions, watching
from newsletter.store import reading as reads
from newsletter.tracking.tally import same_links

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_POINTS = 60  #: of a curve of calls, at most
_STEPS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=28),
    timedelta(days=364),
)
_MOST = 96  #: steps of a curve of reading


@dataclass(frozen=True, slots=True)
class Handed:
    """How many people were handed over until a moment."""

    at: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in the step that begins at `at`."""

    at: datetime
    clicks: int
    opens: int
    perhaps: int  #: opens of people, and of those of whom nobody can tell


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was read in one language, beside how many got it."""

    language: str
    people: int
    clicks: int
    opens: int
    perhaps: int


@dataclass(frozen=True, slots=True)
class Curves:
    """`step`: how long each step of `reading` is."""

    handed: Sequence[Handed]
    reading: Sequence[Reading]
    step: timedelta
    languages: Sequence[Spoken]


def curves(ctx: Context, number: int, people: Mapping[str, int]) -> Curves:
    """The curves of one mailing. `people`: how many got it in each language, as its report has counted. Raises NotFound."""
    found = control.find(ctx, number)
    with ctx.store.read() as db:
        calls = watching.handed_over(db, number)
        same = same_links(report.urls_of(editions.get(db, found.edition).artwork))
        hours = reads.over_time(db, number, _microseconds(_STEPS[0]), same)
        read = reads.by_language(db, number, same)
    begun = found.started_at or found.created_at
    counted = {(_EPOCH + row.step * _STEPS[0], row.kind, Reader(row.reader)): row.number for row in hours}
    step, reading = _reading(counted, begun)
    spoken: Counter[tuple[str, str, Reader]] = Counter()
    for row in read:
        spoken[row.language, row.kind, Reader(row.reader)] += row.number
    languages = [Spoken(name, count, *_read(spoken, name)) for name, count in people.items()]
    return Curves(handed(calls), reading, step, languages)


def _microseconds(step: timedelta) -> int:
    return step // timedelta(microseconds=1)


def handed(calls: Sequence[tuple[datetime, int]]) -> list[Handed]:
    """The sum over the calls, at no more than so many moments."""
    if not calls:
        return []
    first, last = calls[0][0], calls[-1][0]
    moments = [at for at, _ in calls]
    sums, total = [0], 0
    for _, members in calls:
        total += members
        sums.append(total)
    if len(calls) <= _POINTS:
        return [
            Handed(first, 0),
            *(Handed(at, sums[bisect_right(moments, at)]) for at in dict.fromkeys(moments)),
        ]
    steps = [first + (last - first) * n / _POINTS for n in range(_POINTS)] + [last]
    return [Handed(at, sums[bisect_right(moments, at)]) for at in steps]


def _reading(
    counted: dict[tuple[datetime, str, Reader], int], begun: datetime
) -> tuple[timedelta, list[Reading]]:
    """By hours at first, by days when it has been read for long."""
    if not counted:
        return _STEPS[0], []
    last = max(at for at, _, _ in counted)
    first = min(begun, *(at for at, _, _ in counted))
    step = next((one for one in _STEPS if (last - first) / one <= _MOST), _STEPS[-1])
    start = _EPOCH + (first - _EPOCH) // step * step
    sums: Counter[tuple[datetime, str, Reader]] = Counter()
    for (at, kind, reader), number in counted.items():
        sums[start + (at - start) // step * step, kind, reader] += number
    count = (last - start) // step + 1
    return step, [Reading(at, *_read(sums, at)) for at in (start + n * step for n in range(count))]


def _read(sums: Counter[tuple[Any, str, Reader]], key: object) -> tuple[int, int, int]:
    """Clicks by people; opens: surely, perhaps."""
    clicks = sums[key, HitKind.CLICK.value, Reader.HUMAN]
    opens = sums[key, HitKind.OPEN.value, Reader.HUMAN]
    return clicks, opens, opens + sums[key, HitKind.OPEN.value, Reader.UNKNOWN]
