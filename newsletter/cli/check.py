"""`newsletter check [ISSUE]`: the remarks of all checks.

In: an issue, or none for all. Out: findings as lines or JSON; exit 1 when one is an error. Called by the command line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out, print_findings
from newsletter.model.finding import Finding, Severity, has_errors
from newsletter.model.link_result import LinkResult, Skip

if TYPE_CHECKING:
    from newsletter.pipeline.authoring import Desk
    from newsletter.pipeline.build import Asker

_SKIPPED: dict[str, str] = {
    Skip.PERSONAL: "personal",
    Skip.OURS: "our own pages",
    Skip.LEAVING: "they may sign somebody off",
    Skip.MANY: "too many",
}


@click.command()
@click.argument("issue", required=False)
@click.option("--links", "ask_links", is_flag=True, help="Ask where the links lead, over the network.")
@click.option("--refresh", is_flag=True, help="With --links: ask again what was asked not long ago.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(issue: str | None, ask_links: bool, refresh: bool, as_json: bool) -> int:
    """Check an issue and list the remarks."""
    if refresh and not ask_links:
        raise click.UsageError("--refresh says how --links asks")
    with app.authoring() as desk:
        desk.renderer().begin()  # it gets ready while we import the rest
        from newsletter.pipeline import build

        ask = asker(desk, refresh=refresh) if ask_links else None
        slugs = [build.find(desk, issue, Path.cwd())] if issue else [name.slug for name in build.issues(desk)]
        strays = () if issue else build.strays(desk)
        built = {slug: build.build(desk, slug, ask=ask) for slug in slugs}
        found = {slug: one.findings for slug, one in built.items()}
    if as_json:
        reports = [
            report(slug, one.findings) | ({"links": links_json(one.links)} if ask else {})
            for slug, one in built.items()
        ]
        json_out(reports[0] if issue else {"issues": reports})
    else:
        for slug, findings in found.items():
            print_findings(findings)
            if ask:
                click.echo(f"{slug}: {links_summary(built[slug].links)}", err=True)
            click.echo(f"{slug}: {summary(findings)}", err=True)
        for path in strays:
            click.echo(f"{path}: not looked at, for an issue cannot have this name", err=True)
        if not found:
            click.echo("There are no issues yet. Start one: newsletter new my-first-issue", err=True)
    return cli.REFUSED if any(has_errors(findings) for findings in found.values()) else cli.DONE


def asker(desk: Desk, *, refresh: bool) -> Asker:
    """Asks links through the safe fetcher."""
    from newsletter.pipeline import asking_links

    fetcher = asking_links.fetcher_of(desk.settings)
    return lambda links: asking_links.ask(desk, links, refresh=refresh, fetcher=fetcher)


def links_json(results: Mapping[str, LinkResult]) -> list[dict[str, object]]:
    """What became of each address, by address."""
    return [results[url].as_json() for url in sorted(results)]


def links_summary(results: Mapping[str, LinkResult]) -> str:
    """`12 links: 10 answer well, 1 does not; 1 not asked (personal)`."""
    asked = [result for result in results.values() if not result.skip]
    well = sum(result.well for result in asked)
    bad = len(asked) - well
    parts = [f"{counted(len(results), 'link')}: {well} {'answers' if well == 1 else 'answer'} well"]
    parts += [f"{bad} {'does' if bad == 1 else 'do'} not"] if bad else []
    skipped = Counter(result.skip for result in results.values() if result.skip)
    parts += [f"{count} not asked ({_SKIPPED[skip]})" for skip, count in sorted(skipped.items())]
    return ", ".join(parts)


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
