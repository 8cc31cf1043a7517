"""Figures of reading, derived each time from the hits; nothing is counted up by hand.

In: counts of hits by kind, link and reader, as the store groups them. Out: figures. Called by pipeline.report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.model.event import HitKind, Reader


@dataclass(frozen=True, slots=True)
class Count:
    """So many of one kind, on one link (None: opens), by one class of reader.

    `named`: pairs of a member and a link (or mail), each in the class of its best hit; else hits.
    """

    kind: HitKind
    link: int | None
    reader: Reader
    number: int
    named: bool = False


@dataclass(frozen=True, slots=True)
class Readers:
    """Opens or clicks by who they were."""

    human: int = 0
    machine: int = 0
    unknown: int = 0

    def as_json(self) -> dict[str, int]:
        """As `report --json` promises."""
        return {"human": self.human, "machine": self.machine, "unknown": self.unknown}


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """What came of one address, in the order of the mail; several links to one address are one line."""

    url: str
    readers: Readers


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of the reading of one campaign. `opened_by` are those of the opens that are of members, once each; `hits`:
    hits of nobody in particular are among the figures, and who opens or clicks twice counts twice in them."""

    opens: Readers
    clicks: Readers
    links: tuple[LinkFigures, ...]
    opened_by: Readers = Readers()
    hits: bool = False


def _readers(counted: Counter[Reader]) -> Readers:
    return Readers(counted[Reader.HUMAN], counted[Reader.MACHINE], counted[Reader.UNKNOWN])


def same_links(urls: Sequence[str | None]) -> dict[int, int]:
    """Links that lead where an earlier one of the mail does, with that one's number: a member who follows both followed one."""
    first: dict[str, int] = {}
    return {
        number: first[url]
        for number, url in enumerate(urls)
        if url and first.setdefault(url, number) != number
    }


def figures(counts: Iterable[Count], urls: Sequence[str | None]) -> Figures:
    """Add the counts up. `urls[n]` is where link n leads; None for links that are never counted."""
    opens: Counter[Reader] = Counter()
    opened_by: Counter[Reader] = Counter()
    clicks: Counter[Reader] = Counter()
    by_url: dict[str, Counter[Reader]] = {url: Counter() for url in urls if url}
    hits = False
    for count in counts:
        hits = hits or not count.named
        if count.kind is HitKind.OPEN:
            opens[count.reader] += count.number
            opened_by[count.reader] += count.number if count.named else 0
            continue
        clicks[count.reader] += count.number
        url = urls[count.link] if count.link is not None and count.link < len(urls) else None
        if url:
            by_url[url][count.reader] += count.number
    links = tuple(LinkFigures(url, _readers(counted)) for url, counted in by_url.items())
    return Figures(_readers(opens), _readers(clicks), links, _readers(opened_by), hits)
