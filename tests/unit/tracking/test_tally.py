"""Figures are sums of counts, nothing else."""

from __future__ import annotations

from newsletter.model.event import HitKind, Reader
from newsletter.tracking.tally import Count, Figures, LinkFigures, Readers, figures, same_links


def test_no_hits() -> None:
    assert figures([], ["https://a.example", None]) == Figures(
        Readers(), Readers(), (LinkFigures("https://a.example", Readers()),)
    )


def test_links_to_one_address_are_one_line_in_the_order_of_the_mail() -> None:
    click = HitKind.CLICK
    counts = [
        Count(click, 0, Reader.HUMAN, 3),
        Count(click, 2, Reader.HUMAN, 4),
        Count(click, 1, Reader.MACHINE, 5),
        Count(click, 1, Reader.UNKNOWN, 1),
        Count(HitKind.OPEN, None, Reader.UNKNOWN, 9),
        Count(click, 99, Reader.HUMAN, 1),
    ]
    made = figures(counts, ["https://a.example", "https://b.example", "https://a.example"])
    assert made.links == (
        LinkFigures("https://a.example", Readers(human=7)),
        LinkFigures("https://b.example", Readers(machine=5, unknown=1)),
    )
    assert made.clicks == Readers(8, 5, 1)
    assert made.opens == Readers(0, 0, 9)


def test_members_are_told_from_hits() -> None:
    opens = [
        Count(HitKind.OPEN, None, Reader.HUMAN, 2, named=True),
        Count(HitKind.OPEN, None, Reader.HUMAN, 5),
    ]
    made = figures(opens, [])
    assert (made.opens, made.opened_by, made.hits) == (Readers(human=7), Readers(human=2), True)
    assert figures(opens[:1], []).hits is False


def test_links_that_lead_to_one_place() -> None:
    assert same_links(["https://a.example", None, "https://b.example", "https://a.example", None]) == {3: 0}
