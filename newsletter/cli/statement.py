"""The statement of a mailing: the report as text: one sentence that can be defended, then where each number comes from.

In: a Report. Out: lines of at most 72 characters (addresses of links may be longer). Called by `report`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.cli.output import plain as plain_text
from newsletter.cli.output import spaced
from newsletter.model.approval import How
from newsletter.model.sequel import SequelKind
from newsletter.pipeline.reasons import language, plain
from newsletter.pipeline.report import Report
from newsletter.pipeline.whole import Whole

WIDTH = 72
_HOW = {How.TERMINAL: "at the terminal", How.STUDIO: "in the studio", How.EMAIL: "by the link in an email"}
Line = tuple[int, str, int]  #: how far it is set in, what it says, how many


def statement(report: Report, name: str, zone: str) -> str:
    """The whole statement. `name` is the publication's, `zone` the one that its times are told in."""
    parts: list[Iterable[str]] = [
        (name, report.title, "─" * WIDTH, _when(report, zone)),
        textwrap.wrap(headline(report), WIDTH),
        _decided(report),
        _columns(_audience(report)),
        _columns(_afterwards(report)),
        _reading(report),
        _languages(report),
        _accepted(report),
        _approved(report, zone),
        _closing(report),
    ]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


KINDS = {
    SequelKind.RETRY: "tried again those who were refused",
    SequelKind.LATE: "those who joined since",
    SequelKind.CORRECTED: "the corrected text, to those not reached",
    SequelKind.REST: "the same text, to those not reached",
    SequelKind.TOLD: "a short correction, to those who had it",
}


def together(found: Whole) -> str:
    """One account over all mailings of a family: each in a line, then everybody once."""
    lines = ["Together with what completes it", "─" * WIDTH]
    for part in (*found.parts, *found.told):
        kind = KINDS[part.sequel.kind] if part.sequel else "the first"
        status = part.report.campaign.status.value
        lines.extend(
            _columns([(0, f"Mailing {part.report.campaign.id}, {kind} ({status})", part.books.accepted)])
        )
    lines += ["", *textwrap.wrap(headline(found.total), WIDTH)]
    lines += [
        f"The count does not close: {fault}. Please report this as a fault of the program."
        for fault in found.total.books.faults()
    ]
    return "\n".join(lines) + "\n"


def headline(report: Report) -> str:
    """The sentence that the rest explains."""
    books = report.books
    if report.campaign.started_at is None and not report.campaign.status.over:
        return "Nobody has been mailed yet: the recipients are counted when it goes out."
    not_mailed = sum(report.not_mailed.values())
    going = f"; {spaced(books.pending)} still to go" if books.pending else ""
    once = ", once each" if report.decided.nobody else ""
    return (
        f"{spaced(books.accepted)} {_people(books.accepted)}{once}; {spaced(not_mailed)} not mailed, and why; "
        f"{spaced(report.unexplained)} unexplained{going}."
    )


def _decided(report: Report) -> Iterator[str]:
    """What stands on a person's word alone: who looks at the sums must know it."""
    found = report.decided
    if found.assumed:
        one = "One person was" if found.assumed == 1 else f"{spaced(found.assumed)} people were"
        yield from textwrap.wrap(
            f"{one} counted as handed over by a person's decision: nothing has confirmed it.", WIDTH
        )
    if found.again:
        one = "One person was" if found.again == 1 else f"{spaced(found.again)} people were"
        yield from textwrap.wrap(
            f"{one} handed over once more by a person's decision, when nobody knew what became of the first: there may be two copies.",
            WIDTH,
        )


def _people(number: int) -> str:
    return "person" if number == 1 else "people"


def _when(report: Report, zone: str) -> str:
    """Number and status; on a line of its own, its time."""
    campaign = report.campaign
    standing = f"Mailing {campaign.id} · {campaign.status.value}"
    began = campaign.started_at or campaign.due_at
    if began is None:
        return standing
    local = began.astimezone(ZoneInfo(zone))
    told = f"{local:%A} {local.day} {local:%B %Y}, {_time(local)}"
    if campaign.ended_at:
        ended = campaign.ended_at.astimezone(ZoneInfo(zone))
        day = "" if ended.date() == local.date() else f"{ended.day} {ended:%B}, "
        until = f"{day}{_time(ended)}"
        told += f" to {until}" if until != _time(local) else ""
    return f"{standing}\n{told} ({zone})"


def _time(at: datetime) -> str:
    return f"{at.hour}:{at:%M}"


def _columns(lines: Iterable[Line]) -> Iterator[str]:
    for indent, text, number in lines:
        left = "  " * indent + text
        yield f"{left:<{WIDTH - 10}}{spaced(number):>10}"


def _audience(report: Report) -> Iterator[Line]:
    books = report.books
    if not books.candidates:
        return
    yield 0, "In the audience", books.candidates
    yield 1, f"handed over to {report.campaign.provider}", books.accepted
    for text, number in (
        ("delivered", books.delivered),
        ("no news yet", books.no_news),
        ("delayed by the receiving server", books.deferred),
        ("bounced", books.bounced),
        ("dropped by the provider", books.dropped),
    ):
        if number:
            yield 2, text, number
    yield 1, "not mailed", sum(report.not_mailed.values())
    for reason, number in report.not_mailed.items():
        yield 2, plain(reason), number
    for text, number in (
        ("still to go", books.pending),
        ("not confirmed", books.in_doubt),
        ("waiting for a person", books.held),
    ):
        if number:
            yield 1, text, number


def _afterwards(report: Report) -> Iterator[Line]:
    if not report.books.accepted:
        return
    yield 0, "Left the list by this mailing", report.unsubscribed
    yield 0, "Complained (marked it as spam)", report.complained
    if report.left:
        yield 0, "Left while it was being handed over", report.left


def _reading(report: Report) -> Iterator[str]:
    if not report.books.accepted:
        return
    found = report.figures
    if found is None:
        yield "Reading is not measured."
        return
    yield from _columns(
        (
            (0, "Clicks by people", found.clicks.human),
            (1, "by machines (mail gateways, previews)", found.clicks.machine),
            (1, "of whom nobody can tell", found.clicks.unknown),
        )
    )
    low, high = found.opens.human, found.opens.human + found.opens.unknown
    told = f"{spaced(low)} to {spaced(high)}" if high > low else spaced(low)
    yield f"{'Opens':<{WIDTH - len(told)}}{told}"
    if report.opened is not None:
        told = "{:.0f} % to {:.0f} %".format(*report.opened)
        whose = f"  of the {spaced(report.followed)} whose reading may be followed"
        yield f"{whose:<{WIDTH - len(told)}}{told}"
    yield ""
    yield from textwrap.wrap(report.counting, WIDTH)
    clicked = [line for line in found.links if line.readers.human or line.readers.machine]
    if clicked:
        yield ""
        yield f"{'Links':<{WIDTH - 20}}{'people':>10}{'machines':>10}"
        for line in sorted(clicked, key=lambda one: -one.readers.human):
            numbers = f"{spaced(line.readers.human):>10}{spaced(line.readers.machine):>10}"
            url = f"  {line.url}"
            yield (
                f"{url:<{WIDTH - 20}}{numbers}"
                if len(url) < WIDTH - 20
                else f"{url}\n{'':<{WIDTH - 20}}{numbers}"
            )


def _languages(report: Report) -> Iterator[str]:
    if not report.languages:
        return
    told = [
        f"{language(name)} {spaced(number)}"
        for name, number in sorted(report.languages.items(), key=lambda one: -one[1])
    ]
    yield from textwrap.wrap("Recipients by language: " + ", ".join(told) + ".", WIDTH)
    if report.only:
        spoken = " and ".join(language(name) for name in report.only.languages)
        yield from textwrap.wrap(f"It was written in {spoken} only: {report.only.signed}.", WIDTH)


def _accepted(report: Report) -> Iterator[str]:
    """The remarks that its issue accepted, with the reasons that were approved."""
    if report.waived:
        yield "Accepted when it was approved"
    for one in report.waived:
        told = f"{one.finding.check}: {one.finding.message}. {plain_text(one.reason)}"
        yield from textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _approved(report: Report, zone: str) -> Iterator[str]:
    """Who approved it, where that was more than one person's word at the terminal; a yes from paper says so."""
    said = report.approvals
    if len(said) < 2 and all(one.how is How.TERMINAL for one in said):
        return
    yield "Approved by"
    for one in said:
        local = one.at.astimezone(ZoneInfo(zone))
        how = (
            f"on paper, recorded by {plain_text(one.recorded_by)}" if one.how is How.PAPER else _HOW[one.how]
        )
        proof = f"; {plain_text(one.evidence_name)}, SHA-256 {one.evidence[:16]}" if one.evidence else ""
        told = f"{plain_text(one.person)}, {local.day} {local:%B %Y}, {_time(local)}, {how}{proof}"
        yield from textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _closing(report: Report) -> Iterator[str]:
    books = report.books
    for fault in books.faults():
        yield f"The count does not close: {fault}. Please report this as a fault of the program."
    if books.faults() or not books.candidates:
        return
    excluded = sum(books.excluded.values())
    sums = f"{spaced(books.candidates)} in the audience = {spaced(books.prepared)} recipients + {spaced(excluded)} not mailed"
    if report.closed:
        yield f"The count closes: {sums}."
        return
    yield f"So far: {sums}. The count is not closed yet."
    if books.in_doubt or books.held:
        yield f"`newsletter settle {report.campaign.id}` clears up what is not confirmed."
