"""What commands print: text for people, one JSON object for programs.

In: values. Out: stdout (results) and stderr (progress, errors). Called by every command.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping

import click

from newsletter.model.campaign import AudienceRule
from newsletter.model.errors import Explained
from newsletter.model.finding import Finding, Severity
from newsletter.model.said import Said
from newsletter.model.waiver import Waived

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_MARKS = {
    Severity.ERROR: (Said("error", "erreur"), "red"),
    Severity.WARNING: (Said("warning", "avertissement"), "yellow"),
    Severity.INFO: (Said("info", "à noter"), "cyan"),
}


def json_out(value: Mapping[str, object]) -> None:
    """The one JSON object of `--json`."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None, default=str))


def explain(error: Explained, *, as_json: bool) -> None:
    """An error, for people on stderr and, with --json, for programs on stdout."""
    if as_json:
        place = str(error.place) if error.place else None
        json_out(
            {
                "error": {
                    "code": error.code,
                    "message": error.message,
                    "place": place,
                    "hint": error.hint or None,
                }
            }
        )
    where = f"{error.place}: " if error.place else ""
    click.echo(click.style("Error: ", fg="red", bold=True) + where + error.message, err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)


def print_findings(findings: Iterable[Finding], language: str = "en") -> None:
    """Findings as lines that editors can jump to: `issues/x.md:14: error: …`, in the language of staff."""
    for finding in findings:
        words, colour = _MARKS[finding.severity]
        where = f"{finding.place}: " if finding.place else ""
        text = f" [{finding.language}]" if finding.language else ""
        message, hint = finding.told(language)
        mark, stop = click.style(words.told(language), fg=colour), "\u00a0:" if language == "fr" else ":"
        click.echo(f"{where}{mark}{text}{stop} {message} ({finding.check})", err=True)
        if hint:
            click.echo(f"    {hint}", err=True)


def print_waived(waived: Iterable[Waived], language: str = "en") -> None:
    """What was accepted, by which words: whoever approves a mailing approves these, too."""
    accepted = Said("accepted", "accepté").told(language)
    stop = "\u00a0:" if language == "fr" else ":"
    for one in waived:
        where = f"{one.finding.place}: " if one.finding.place else ""
        text = f" [{one.finding.language}]" if one.finding.language else ""
        message, _hint = one.finding.told(language)
        mark = click.style(accepted, fg="green")
        click.echo(f"{where}{mark}{text}{stop} {message} ({one.finding.check})", err=True)
        click.echo(f"    {plain(one.reason)}", err=True)


def spaced(number: int) -> str:
    """A count for reading: `3,000`."""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """A count of things: `1 member`, `3,000 members`."""
    return f"{spaced(number)} {noun}{'' if number == 1 else 's'}"


def plain(text: str) -> str:
    """Text from elsewhere, unable to steer a terminal: without control characters."""
    return _CONTROLS.sub("", text)


def spoken(rule: AudienceRule) -> str:
    """An audience rule for reading."""
    out = f" without {', '.join(rule.exclude)}" if rule.exclude else ""
    return " + ".join(rule.include) + out
