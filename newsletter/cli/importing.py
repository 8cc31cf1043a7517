"""What an import says of a file: to people in lines, to programs as one JSON object.

In: reports of pipeline.importing and pipeline.suppressions. Out: stdout and stderr. Called by members and suppressions.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.asking import CONSENT_HINT
from newsletter.cli.output import counted, plain, spaced

if TYPE_CHECKING:
    from newsletter.pipeline.importing import Remark, Report

_SHOWN = 20

#: reasons of `not_mailable`, for people
REASONS = {
    "no-consent": "no consent on file",
    "unsubscribed": "unsubscribed",
    "suppressed": "on the do-not-mail list",
    "consent-expired": "consent has expired",
    "no-evidence": "express consent without evidence",
    "no-date": "a purchase or inquiry without its day",
    "date-ahead": "a consent date that lies ahead",
    "unclear-date": "a consent date that is unclear",
    "unknown-basis": "a ground of consent that is not known here",
}


@contextmanager
def progress_of(path: Path) -> Iterator[Callable[[int, int], None]]:
    """A progress line on stderr, when a person is there to see it."""
    if not sys.stderr.isatty():
        yield lambda _rows, _size: None
        return
    total = max(path.stat().st_size, 1)

    def show(rows: int, size: int) -> None:
        click.echo(f"\r{size * 100 // total:>3} %  {counted(rows, 'row')}", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo("\r" + " " * 40 + "\r", nl=False, err=True)


def stream_json(
    head: Mapping[str, object],
    lists: Mapping[str, Iterable[Mapping[str, object]]],
    tail: Mapping[str, object],
) -> None:
    """One JSON object whose lists may be longer than memory."""
    out = sys.stdout
    out.write(_text(head)[:-1])
    for name, items in lists.items():
        out.write(f', "{name}": [')
        for number, item in enumerate(items):
            out.write((", " if number else "") + _text(item))
        out.write("]")
    out.write(f", {_text(tail)[1:]}\n")
    out.flush()


def _text(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def members_json(report: Report, *, dry_run: bool) -> None:
    """The object that `members import --json` promises, and what else is known."""
    stream_json(
        {kind.value: number for kind, number in report.kinds.items()},
        {
            "refused": (
                {"line": one.line, "email": one.email, "reason": one.text} for one in report.refused()
            ),
            "repeated": (
                {"line": one.line, "email": one.email, "reason": one.text} for one in report.repeated()
            ),
            "notes": ({"line": note.line, "rows": note.rows, "text": note.text} for note in report.notes),
            "columns": (
                {"header": header, "name": name} for header, name in report.columns.understood if header
            ),
        },
        {
            "not_mailable": {reason: number for reason, number in report.not_mailable.items() if number},
            "encoding": report.decoding.encoding,
            "dry_run": dry_run,
        },
    )


def members_text(report: Report, name: str, *, dry_run: bool) -> None:
    """The same for people: what was done, then what to look at."""
    counts = ", ".join(f"{spaced(number)} {kind.value}" for kind, number in report.kinds.items())
    would = "would be: " if dry_run else ""
    click.echo(f"{name}: {would}{counts}, {spaced(report.refused_count)} refused")
    for reason, number in report.not_mailable.most_common():
        if number:
            click.echo(f"  not mailable, {REASONS.get(reason, reason)}: {spaced(number)}")
    if report.decoding.encoding == "Windows-1252":
        click.echo(
            "  Not all of it was UTF-8: those letters were read as Windows-1252. Look at the accents.",
            err=True,
        )
    _columns(report)
    if report.not_mailable["no-consent"] and "consent_basis" not in report.columns.known:
        click.echo(f"  {CONSENT_HINT}", err=True)
    remarks("refused", report.refused(), report.refused_count)
    _notes(report)
    remarks("repeated", report.repeated())


def _columns(report: Report) -> None:
    """How each column was read: what went astray here explains most of what follows."""
    ours: list[str] = []
    further: list[str] = []
    unread: list[str] = []
    for header, name in report.columns.understood:
        shown = f"“{plain(header)}”"
        if not name and header:
            unread.append(shown)
        elif name:
            written = name if header.lower() == name else f"{name} ({shown})"
            (ours if name in report.columns.known else further).append(written)
    for title, found in (("columns", ours), ("kept as further fields", further), ("not read", unread)):
        if found:
            click.echo(f"  {title}: {', '.join(found)}", err=True)


def _notes(report: Report) -> None:
    """What was not understood, the most frequent first."""
    found = sorted(report.notes, key=lambda note: -note.rows)
    for note in found[:_SHOWN]:
        rows = f"{spaced(note.rows)} rows, first in line" if note.rows > 1 else "line"
        click.echo(f"  {plain(note.text)} ({rows} {note.line})", err=True)
    if len(found) > _SHOWN:
        click.echo(f"  … and {spaced(len(found) - _SHOWN)} more remarks; --json lists them all.", err=True)


def remarks(title: str, found: Iterable[Remark], count: int | None = None) -> None:
    """The first rows of a kind, and how many more there are."""
    shown = 0
    for shown, one in enumerate(found, start=1):
        if shown <= _SHOWN:
            click.echo(f"  line {one.line}: {title}: {plain(one.email) or '–'}: {plain(one.text)}", err=True)
        elif count is not None:
            break
    more = (count if count is not None else shown) - _SHOWN
    if more > 0:
        click.echo(f"  … and {spaced(more)} more {title}; --json lists them all.", err=True)
