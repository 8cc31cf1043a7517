"""`newsletter check [ISSUE]`: the remarks of all checks.

In: an issue, or none for all. Out: findings as lines, JSON or SARIF; exit 1 when one is an error. Called by the command line.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli import links, surveying
from newsletter.cli.output import json_out, print_findings, print_waived
from newsletter.model.finding import Finding, Severity, has_errors
from newsletter.model.said import Said
from newsletter.model.waiver import Waived

_LANGUAGES = click.Choice(("en", "fr"))
_COUNTED = {
    Severity.ERROR: (Said("error", "erreur"), Said("errors", "erreurs")),
    Severity.WARNING: (Said("warning", "avertissement"), Said("warnings", "avertissements")),
    Severity.INFO: (Said("note", "note"), Said("notes", "notes")),
}
_NONE = Said("no remarks", "aucune remarque")
_NO_ISSUES = Said(
    "There are no issues yet. Start one: newsletter new my-first-issue",
    "Il n’y a pas encore de numéro. Pour en commencer un\u00a0: newsletter new mon-premier-numero",
)
_STRAY = Said(
    "not looked at, for an issue cannot have this name", "non examiné, car un numéro ne peut porter ce nom"
)


@click.command()
@click.argument("issue", required=False)
@click.option("--links", "ask_links", is_flag=True, help="Ask where the links lead, over the network.")
@click.option("--refresh", is_flag=True, help="With --links: ask again what was asked not long ago.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--sarif", is_flag=True, help="SARIF 2.1.0 on stdout, for code review and editors.")
@click.option(
    "--audience/--no-audience",
    default=None,
    help="Count the real audience: who sees a fallback, the largest mail. Done wherever there is a database.",
)
@click.option("--language", type=_LANGUAGES, help="The language of the remarks; the setting `language` else.")
def command(
    issue: str | None,
    ask_links: bool,
    refresh: bool,
    as_json: bool,
    sarif: bool,
    audience: bool | None,
    language: str | None,
) -> int:
    """Check an issue and list the remarks."""
    if refresh and not ask_links:
        raise click.UsageError("--refresh says how --links asks")
    with app.authoring() as desk, ExitStack() as stack:
        desk.renderer().begin()  # it gets ready while we import the rest
        from newsletter.pipeline import build
        from newsletter.pipeline.authoring import staff_language

        slugs = [build.find(desk, issue, Path.cwd())] if issue else [name.slug for name in build.issues(desk)]
        strays = () if issue else build.strays(desk)
        ask = links.asker(desk, refresh=refresh) if ask_links else None
        survey = surveying.surveyor(desk, stack, asked=audience)
        found = {slug: build.build(desk, slug, ask=ask, survey=survey, filtered=True) for slug in slugs}
        spoken = language or staff_language(desk)
    if sarif:
        from newsletter.cli.sarif import log

        json_out(log([one for built in found.values() for one in built.findings], spoken))
    elif as_json:
        reports = [
            report(slug, built.findings, built.waived)
            | surveying.as_json(built.survey, asked=survey is not None)
            | ({"links": links.as_json(built.links)} if ask_links else {})
            for slug, built in found.items()
        ]
        json_out(reports[0] if issue else {"issues": reports})
    else:
        for slug, built in found.items():
            print_findings(built.findings, spoken)
            print_waived(built.waived, spoken)
            if ask_links:
                click.echo(f"{slug}{_stop(spoken)} {links.summary(built.links, spoken)}", err=True)
            surveying.show(built.survey, spoken)
            click.echo(f"{slug}{_stop(spoken)} {summary(built.findings, spoken)}", err=True)
        _say(strays, bool(found), spoken)
    return cli.REFUSED if any(has_errors(built.findings) for built in found.values()) else cli.DONE


def report(slug: str, findings: tuple[Finding, ...], waived: tuple[Waived, ...] = ()) -> dict[str, object]:
    """The JSON object of one issue."""
    return {
        "issue": slug,
        "counts": {severity.value: _count(findings, severity) for severity in Severity},
        "findings": [finding.as_json() for finding in findings],
        "accepted": [one.as_json() for one in waived],
    }


def summary(findings: tuple[Finding, ...], language: str = "en") -> str:
    """`2 errors, 1 warning`; `2 erreurs, 1 avertissement`."""
    counts = {severity: _count(findings, severity) for severity in Severity}
    parts = [
        f"{count} {_COUNTED[severity][count > 1].told(language)}"
        for severity, count in counts.items()
        if count
    ]
    return ", ".join(parts) or _NONE.told(language)


def _count(findings: tuple[Finding, ...], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _stop(language: str) -> str:
    return "\u00a0:" if language == "fr" else ":"


def _say(strays: tuple[str, ...], any_issue: bool, language: str) -> None:
    for path in strays:
        click.echo(f"{path}{_stop(language)} {_STRAY.told(language)}", err=True)
    if not any_issue:
        click.echo(_NO_ISSUES.told(language), err=True)
