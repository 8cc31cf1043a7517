"""`newsletter build ISSUE --out DIR`: the email as files.

In: an issue, a folder, whom it is shown as. Out: HTML, text and .eml files, build.json; exit 1 when a finding is an error. Called
by the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli.check import summary
from newsletter.cli.output import json_out, print_findings, print_waived
from newsletter.model.finding import has_errors
from newsletter.model.member import Member
from newsletter.pipeline.authoring import Authoring, staff_language


@click.command()
@click.argument("issue")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to; var/build/<issue> when left out.",
)
@click.option(
    "--as", "email", metavar="EMAIL", help="Show it as this member gets it; a sample reader when left out."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(issue: str, out: Path | None, email: str | None, as_json: bool) -> int:
    """Write an issue out as HTML, text and .eml files."""
    with _surroundings(email) as (desk, member):
        desk.renderer().begin()  # it gets ready while we import the rest
        from newsletter.pipeline import build
        from newsletter.pipeline.write_out import write_out

        slug = build.find(desk, issue, Path.cwd())
        built = build.build(desk, slug)
        folder = out or desk.root / "var" / "build" / slug
        written = write_out(desk, built, member, folder)
        language = staff_language(desk)
    findings = (*built.findings, *written.findings)
    if as_json:
        json_out(
            {
                "issue": slug,
                "out": str(folder),
                "as": member.email,
                "files": list(written.files),
                "languages": written.languages,
                "findings": [finding.as_json() for finding in findings],
            }
        )
    else:
        print_findings(findings, language)
        print_waived(built.waived, language)
        for name in written.files:
            click.echo(str(folder / name))
        click.echo(f"{slug}: {summary(findings)}", err=True)
    return cli.REFUSED if has_errors(findings) else cli.DONE


@contextmanager
def _surroundings(email: str | None) -> Iterator[tuple[Authoring, Member]]:
    """A sample reader needs no database; a member does."""
    if email is None:
        from newsletter.pipeline import personas

        with app.authoring() as desk:
            yield desk, personas.USUAL
    else:
        from newsletter.pipeline.showing import member_named

        with app.opened() as ctx:
            yield ctx, member_named(ctx, email)
