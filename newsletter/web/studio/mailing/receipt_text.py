"""The receipt as text: for a mail, a chat, a file that outlives every program.

In: the values of the receipt's page. Out: lines of at most 72 characters, where no word is longer. Called by mailing.receipt.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from newsletter.model.campaign import Books
from newsletter.pipeline.report import Report
from newsletter.web.studio.drawing import count, moment
from newsletter.web.studio.visit import Visit

WIDTH = 72
Line = tuple[int, str, int]  #: how far it is set in, what it says, how many


def written(visit: Visit, values: Mapping[str, Any]) -> str:
    """The whole receipt."""
    total = values["total"]
    parts = [
        [str(values["title"]), "─" * WIDTH, *_when(visit, total)],
        textwrap.wrap(values["mail"], WIDTH),
        list(_lines(visit, _account(visit, total, values["not_mailed"]))),
        list(_lines(visit, _afterwards(visit, total))),
        list(_parts(visit, values)),
        textwrap.wrap(_closing(visit, values), WIDTH),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _when(visit: Visit, total: Report) -> Iterator[str]:
    zone = visit.studio.zone
    found = total.campaign
    if found.started_at is None:
        return
    told = moment(found.started_at, visit.language, zone)
    if found.ended_at is not None:
        told += f" – {moment(found.ended_at, visit.language, zone)}"
    yield told


def _account(visit: Visit, total: Report, not_mailed: list[tuple[str, int]]) -> Iterator[Line]:
    w, books = visit.w, total.books
    yield 0, w.report_in_audience, books.candidates
    yield 1, w("report_to_provider", provider=total.campaign.service), books.accepted
    for text, number in _after(visit, books):
        if number:
            yield 2, text, number
    yield 1, w.report_not_mailed, sum(number for _, number in not_mailed)
    for why, number in not_mailed:
        yield 2, why, number
    if books.pending:
        yield 1, w.report_pending, books.pending
    yield 1, w.receipt_unexplained_line, total.unexplained


def _after(visit: Visit, books: Books) -> list[tuple[str, int]]:
    w = visit.w
    return [
        (w.report_delivered, books.delivered),
        (w.report_no_news, books.no_news),
        (w.report_deferred, books.deferred),
        (w.report_bounced, books.bounced),
        (w.report_dropped, books.dropped),
    ]


def _afterwards(visit: Visit, total: Report) -> Iterator[Line]:
    yield 0, visit.w.receipt_left, total.unsubscribed
    yield 0, visit.w.receipt_complained, total.complained


def _parts(visit: Visit, values: Mapping[str, Any]) -> Iterator[str]:
    w, whole = visit.w, values["whole"]
    if not (values["first"] and whole.several):
        return
    yield w.receipt_parts
    lines: list[Line] = []
    for part in (*whole.parts, *whole.told):
        kind = part.sequel.kind.value if part.sequel else "first"
        name = f"{getattr(w, f'mailing_kind_{kind}')}, {w('mailing_number', number=part.report.campaign.id)}"
        lines.append((1, name, part.books.accepted))
    yield from _lines(visit, lines)


def _closing(visit: Visit, values: Mapping[str, Any]) -> str:
    w, total = visit.w, values["total"]
    found = total.campaign
    closed = w.receipt_closed if values["closed"] else w.receipt_not_closed
    counted = w("receipt_counted", at=moment(total.at, visit.language, visit.studio.zone))
    source = w("receipt_source", number=found.id, provider=found.provider, edition=found.edition[:12])
    return f"{closed} {counted} {source}"


def _lines(visit: Visit, lines: Iterator[Line] | list[Line]) -> Iterator[str]:
    for indent, text, number in lines:
        shown = count(number, visit.language)
        left = "  " * indent + text
        dots = "." * max(WIDTH - len(left) - len(shown) - 2, 2)
        yield f"{left} {dots} {shown}"
