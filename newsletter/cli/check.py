"""`newsletter check [ISSUE]`: the remarks of all checks.

In: an issue, or none for all. Out: findings as lines or JSON; exit 1 when one is an error. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli.output import json_out, print_findings
from newsletter.model.finding import Finding, Severity, has_errors


@click.command()
@click.argument("issue", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(issue: str | None, as_json: bool) -> int:
    """Check an issue and list the remarks."""
    with app.authoring() as desk:
        desk.renderer().begin()  # it gets ready while we import the rest
        from newsletter.pipeline import build

        slugs = [build.find(desk, issue, Path.cwd())] if issue else [name.slug for name in build.issues(desk)]
        strays = () if issue else build.strays(desk)
        found = {slug: build.build(desk, slug).findings for slug in slugs}
    if as_json:
        reports = [report(slug, findings) for slug, findings in found.items()]
        json_out(reports[0] if issue else {"issues": reports})
    else:
        for slug, findings in found.items():
            print_findings(findings)
            click.echo(f"{slug}: {summary(findings)}", err=True)
        for path in strays:
            click.echo(f"{path}: not looked at, for an issue cannot have this name", err=True)
        if not found:
            click.echo("There are no issues yet. Start one: newsletter new my-first-issue", err=True)
    return cli.REFUSED if any(has_errors(findings) for findings in found.values()) else cli.DONE


def report(slug: str, findings: tuple[Finding, ...]) -> dict[str, object]:
    """The JSON object of one issue."""
    return {"issue": slug, "findings": [finding.as_json() for finding in findings]}


def summary(findings: tuple[Finding, ...]) -> str:
    """`2 errors, 1 warning`."""
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    words = {
        Severity.ERROR: ("error", "errors"),
        Severity.WARNING: ("warning", "warnings"),
        Severity.INFO: ("note", "notes"),
    }
    parts = [f"{count} {words[severity][count != 1]}" for severity, count in counts.items() if count]
    return ", ".join(parts) or "no remarks"
