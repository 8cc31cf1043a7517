"""`newsletter proof ISSUE --docx|--html`: the issue for readers on paper.

In: an issue. Out: one file, with the digest by which a signed sheet is matched to what is sent. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli.check import summary
from newsletter.model.errors import NotAllowed


@click.command()
@click.argument("issue")
@click.option(
    "--docx", "kind", flag_value="docx", default=None, help="A Word document (when neither is said)."
)
@click.option("--html", "kind", flag_value="html", help="One HTML file, to be printed.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to; var/proof/<issue>.docx or .html when left out.",
)
def command(issue: str, kind: str | None, out: Path | None) -> int:
    """Write an issue out for readers on paper."""
    kind = kind or "docx"
    with app.authoring() as desk:
        desk.renderer().begin()  # it gets ready while we import the rest
        from newsletter.pipeline import build, paper

        slug = build.find(desk, issue, Path.cwd())
        made = paper.printed(desk, slug, kind)
        target = out or desk.root / "var" / "proof" / f"{slug}.{kind}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made.content)
    except OSError as error:
        raise NotAllowed(
            f"{error.filename} cannot be written: {error.strerror}",
            code="out-unwritable",
            hint="Name another file with --out.",
        ) from None
    click.echo(str(target))
    click.echo(f"{slug}: edition {made.edition.short}, {summary(made.findings)}", err=True)
    return cli.DONE
