"""What is shown and asked before a mailing counts: who, how many in which language, who not and why, and from where each answer came.

In: what was settled, counts. Out: a person's yes, given by typing the number. Called by `send`, `schedule`, `approve`.
"""

from __future__ import annotations

import sys

import click

from newsletter.cli import surveying
from newsletter.cli.output import print_findings, print_waived, spaced, spoken
from newsletter.model.edition import Edition
from newsletter.model.errors import NotAllowed
from newsletter.model.survey import Survey
from newsletter.pipeline.asked import Asked
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen
from newsletter.pipeline.plan import Counts
from newsletter.pipeline.ready import CONSENT_HINT as CONSENT_HINT
from newsletter.pipeline.ready import require_somebody as require_somebody
from newsletter.pipeline.reasons import plain

MANY_VARIANTS = 64


def show_frozen(ctx: Context, frozen: Frozen) -> None:
    """The remarks on an issue, and those that it accepts, in the language of staff."""
    language = staff_language(ctx)
    print_findings(frozen.findings, language)
    print_waived(frozen.waived, language)


def show(asked: Asked, edition: Edition, counts: Counts, times: list[str], survey: Survey) -> None:
    """Everything that the yes is about, on stderr."""
    artwork = edition.artwork
    subjects = {
        language: text.title or language for language, text in artwork.texts.items() if "+" not in language
    }
    lines = {
        "Issue": (f"{artwork.slug} ({', '.join(subjects.values())})", asked.origins.get("template", "")),
        "Recipients": (spoken(asked.audience), asked.origins["recipients"]),
        "From": (
            f"{next(iter(artwork.sender.name.values()))} <{artwork.sender.address}>",
            asked.origins["sender"],
        ),
        "Handed to": (asked.provider, asked.origins["provider"]),
        "Measured": (asked.tracking.value, asked.origins["tracking"]),
    }
    if edition.only:
        lines["Language"] = (f"{', '.join(edition.only.languages)} only: {edition.only.signed}", "")
    if edition.archive is not None:
        told = "everybody may read it once it has gone out" if edition.archive else "never shown"
        lines["Archive"] = (told, asked.origins.get("archive", ""))
    for label, (value, origin) in lines.items():
        source = click.style(f"   ← {origin}", dim=True) if origin else ""
        click.echo(f"{label:>11}  {value}{source}", err=True)
    for line in times:
        click.echo(f"{'When':>11}  {line}", err=True)
    show_counts(counts)
    surveying.show_beside(survey)


def show_counts(counts: Counts) -> None:
    """How many, by language and by reason excluded."""
    languages = ", ".join(f"{spaced(number)} in {name}" for name, number in sorted(counts.languages.items()))
    people = "person" if counts.mailed == 1 else "people"
    click.echo(
        f"{'Mailed':>11}  {click.style(spaced(counts.mailed), bold=True)} {people} ({languages or 'nobody'})",
        err=True,
    )
    for reason, number in sorted(counts.excluded.items(), key=lambda item: -item[1]):
        click.echo(f"{'Not mailed':>11}  {spaced(number)}: {plain(reason)}", err=True)


def as_json(counts: Counts) -> dict[str, object]:
    """The counts for programs."""
    return {"recipients": counts.mailed, "languages": counts.languages, "excluded": counts.excluded}


def reason(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str:
    """The reason for another copy: not empty, where it is given."""
    if value is not None and not value.strip():
        raise click.BadParameter("it wants a reason")
    return (value or "").strip()


def can_ask(*, yes: bool) -> bool:
    """True when there is a yes already, or somebody to ask."""
    return yes or sys.stdin.isatty()


def confirm_at_once(counts: Counts, *, yes: bool) -> None:
    """To reach all real people at once, without a first group of 50, wants a yes of its own."""
    if not yes:
        click.confirm(
            f"All {spaced(counts.mailed)} at once, without a first group of 50?", abort=True, err=True
        )


def confirm(counts: Counts, *, yes: bool, quiet: bool = False) -> None:
    """The typed count. Raises NotAllowed without a yes; `--yes` gives it."""
    require_somebody(counts)
    if counts.variants > MANY_VARIANTS and not quiet:
        click.echo(
            f"The conditional blocks make {counts.variants} different texts: at least that many calls to the provider.",
            err=True,
        )
    if yes:
        return
    if not can_ask(yes=yes):
        raise NotAllowed(
            "a mailing wants a person's yes",
            code="not-confirmed",
            hint="Call it from a terminal, or add --yes.",
        )
    try:
        typed = click.prompt(f"Type {counts.mailed} to confirm", default="", show_default=False, err=True)
    except click.Abort:
        click.echo(err=True)
        raise NotAllowed("not confirmed: nothing was sent", code="not-confirmed") from None
    if typed.replace(",", "").replace(" ", "").replace("\u202f", "").replace("\u00a0", "") != str(
        counts.mailed
    ):
        raise NotAllowed(
            "not confirmed: nothing was sent", code="not-confirmed", hint="The number was not typed as shown."
        )
