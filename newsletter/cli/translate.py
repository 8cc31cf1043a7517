"""`newsletter translate ISSUE`: how its other language stands; a Word table for a translator, out and back in.

In: an issue, a document, a name. Out: a list, a document, or the other language's file. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out, print_findings
from newsletter.model.errors import NotAllowed
from newsletter.model.finding import has_errors
from newsletter.model.translation import Standing, State, Translation
from newsletter.pipeline.authoring import Authoring

if TYPE_CHECKING:
    from newsletter.pipeline.translating import Outcome

_COLOURS = {State.MISSING: "red", State.STALE: "red", State.DRAFT: "yellow", State.REVIEWED: "green"}
_MOST = 60  # signs of a text in the list


@click.command()
@click.argument("issue")
@click.option(
    "--to", "language", default="", metavar="fr", help="Into which language; else the publication's second."
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write a Word table for a translator."
)
@click.option(
    "--in", "came", type=click.Path(path_type=Path, dir_okay=False), help="Take over a table that came back."
)
@click.option("--reviewed", is_flag=True, help="Say that every translation is right as it stands now.")
@click.option("--by", default="", metavar="NAME", help="Who translated (--in) or reviewed (--reviewed).")
@click.option("--dry-run", is_flag=True, help="With --in: show the difference; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    issue: str,
    language: str,
    out: Path | None,
    came: Path | None,
    reviewed: bool,
    by: str,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Show how a translation stands; exchange it as a Word table."""
    if sum((out is not None, came is not None, reviewed)) > 1:
        raise click.UsageError("--out, --in and --reviewed exclude one another.")
    with app.authoring() as desk:
        desk.renderer().begin()  # it gets ready while we import the rest
        from newsletter.pipeline import build

        slug = build.find(desk, issue, Path.cwd())
        if came is not None:
            return _take(desk, slug, language, came, by=by, rehearsal=dry_run, as_json=as_json)
        if out is not None:
            return _write(desk, slug, language, out, as_json=as_json)
        return _show(desk, slug, language, by if reviewed else None, as_json=as_json)


def _show(desk: Authoring, slug: str, language: str, reviewer: str | None, *, as_json: bool) -> int:
    from newsletter.pipeline import translating

    work = translating.look(desk, slug, language)
    if reviewer is not None:
        work = translating.review(desk, work, reviewer)
    translation = work.translation
    if as_json:
        json_out(_json(slug, translation, recorded=work.recorded))
        return cli.DONE
    for one in translation.standings:
        click.echo(_line(one))
    click.echo(f"{slug}, {translation.source} → {translation.language}: {_summary(translation)}", err=True)
    if not work.recorded:
        click.echo(
            "Nothing is recorded yet: later changes of the source go unnoticed. `--out FILE.docx` begins the record; so does "
            '`--reviewed --by "NAME"`.',
            err=True,
        )
    return cli.DONE


def _line(one: Standing) -> str:
    mark = click.style(f"{one.state.value:<9}", fg=_COLOURS[one.state])
    place = (one.target or one.source).place
    by = f"  ({one.memory.by}, {one.memory.on})" if one.state is State.REVIEWED and one.memory else ""
    changed = f"  ← {one.source.place}" if one.state is State.STALE else ""
    return f"{mark} {place}: {one.source.what}: {_short(one.source.text)}{changed}{by}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MOST else flat[: _MOST - 1].rstrip() + "…"


def _summary(translation: Translation) -> str:
    return ", ".join(f"{number} {state.value}" for state, number in translation.counted().items() if number)


def _json(slug: str, translation: Translation, *, recorded: bool) -> dict[str, object]:
    return {
        "issue": slug,
        "from": translation.source,
        "to": translation.language,
        "recorded": recorded,
        "counts": {state.value: number for state, number in translation.counted().items()},
        "texts": [
            {
                "what": one.source.what,
                "state": one.state.value,
                "source": str(one.source.place),
                "translation": str(one.target.place) if one.target else None,
                "by": (one.memory.by or None) if one.memory else None,
                "on": (one.memory.on or None) if one.memory else None,
            }
            for one in translation.standings
        ],
    }


def _write(desk: Authoring, slug: str, language: str, out: Path, *, as_json: bool) -> int:
    from newsletter.pipeline import translating

    if out.exists():
        raise NotAllowed(
            f"{out} is there already: somebody's work may be in it",
            code="file-exists",
            hint="Name another file, or move that one away.",
        )
    work = translating.look(desk, slug, language)
    out.write_bytes(translating.table(desk, work))
    if as_json:
        json_out({"issue": slug, "out": str(out), "rows": len(work.translation.standings)})
    else:
        click.echo(str(out))
        click.echo(
            f"{counted(len(work.translation.standings), 'row')}: {_summary(work.translation)}. When it comes back: "
            f'newsletter translate {slug} --in {out.name} --by "NAME"',
            err=True,
        )
    return cli.DONE


def _take(
    desk: Authoring, slug: str, language: str, came: Path, *, by: str, rehearsal: bool, as_json: bool
) -> int:
    from newsletter.pipeline import translating

    work = translating.look(desk, slug, language)
    data = translating.read_document(came)
    outcome = translating.take(desk, work, data, by=" ".join(by.split()), rehearsal=rehearsal)
    failed = has_errors(outcome.findings)
    if as_json:
        json_out(
            {
                "issue": slug,
                "file": work.path,
                "files": list(outcome.files),
                "changed": len(outcome.changes),
                "written": outcome.written,
                "findings": [finding.as_json() for finding in outcome.findings],
            }
        )
        return cli.REFUSED if failed else cli.DONE
    print_findings(outcome.findings)
    for line in outcome.difference:
        click.echo(click.style(line, fg=_DIFFERENCE.get(line[:1])))
    click.echo(_result(outcome, rehearsal=rehearsal, failed=failed), err=True)
    return cli.REFUSED if failed else cli.DONE


_DIFFERENCE = {"+": "green", "-": "red", "@": "cyan"}


def _result(outcome: Outcome, *, rehearsal: bool, failed: bool) -> str:
    if failed:
        return "Nothing was written: the errors above come first."
    if not outcome.changes:
        return f"Nothing to change: {outcome.work.path} says what the document says."
    what = counted(len(outcome.changes), "text")
    paths = " and ".join(outcome.files)
    return (
        f"{what} would change in {paths}."
        if rehearsal
        else f"{paths}: {what} changed. What it was lies in var/replaced/."
    )
