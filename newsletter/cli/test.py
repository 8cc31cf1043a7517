"""`newsletter test`: a test message to addresses of your choice, through the real provider.

In: an issue, addresses. Out: messages marked [TEST] or [ESSAI]. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli import asking
from newsletter.cli.output import counted, json_out
from newsletter.cli.real import require_ready
from newsletter.model.address import parse
from newsletter.model.edition import Artwork
from newsletter.model.errors import Explained
from newsletter.pipeline import build, last_time, schedule, series
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen, freeze
from newsletter.pipeline.personas import USUAL, worst
from newsletter.pipeline.schedule import Timetable
from newsletter.pipeline.showing import member_named
from newsletter.pipeline.testing import Shown, send_tests


def _addresses(_ctx: click.Context, _option: click.Parameter, value: str) -> list[str]:
    found = []
    for text in value.split(","):
        try:
            found.append(parse(text.strip()).text)
        except Explained as error:
            raise click.BadParameter(error.message) from None
    return found


@click.command()
@click.argument("issue")
@click.option("--to", required=True, callback=_addresses, help="Addresses, separated by commas.")
@click.option("--as", "as_email", metavar="EMAIL", help="Show it as this member gets it.")
@click.option("--worst", "worst_case", is_flag=True, help="Show it as the member with the most awkward data.")
@click.option("--lang", type=click.Choice(["en", "fr", "both"]), help="Which text; without it, each in turn.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    to: list[str], issue: str, as_email: str | None, worst_case: bool, lang: str | None, as_json: bool
) -> int:
    """Send a test message to addresses of your choice."""
    with app.opened() as ctx:
        slug = build.find(ctx, issue, Path.cwd())
        planned = series.planned_for(ctx, slug)
        frozen = _frozen(ctx, slug, planned)
        if not as_json:
            asking.show_frozen(ctx, frozen)
        if frozen.edition is None:
            if as_json:
                json_out({"sent": [], "findings": [finding.as_json() for finding in frozen.findings]})
            return cli.REFUSED
        require_ready(ctx)
        artwork = frozen.edition.artwork
        member = member_named(ctx, as_email) if as_email else USUAL
        if worst_case:
            member = worst(slot.field for slot in artwork.slots)
        texts = _texts(artwork, lang, member.language if as_email else "")
        sent = []
        for text in texts:
            receipts = send_tests(ctx, frozen.edition, frozen.files, to, Shown(member, text))
            sent += [
                {"to": address, "language": text, "reference": receipt.reference}
                for address, receipt in zip(to, receipts, strict=True)
            ]
        if as_json:
            local = planned[1].plan.local.isoformat(timespec="minutes") if planned else None
            json_out({"sent": sent, "edition": frozen.edition.id, "planned_for": local})
        else:
            judged = f", as for mailing {planned[0]} on {planned[1].plan.day}" if planned else ""
            click.echo(
                f"{counted(len(sent), 'test message')} to {', '.join(to)} ({', '.join(texts)}){judged}."
            )
        return cli.DONE


def _frozen(ctx: Context, slug: str, planned: tuple[int, Timetable] | None) -> Frozen:
    """The issue as it is now, judged for the day on which it is planned to go out."""
    if planned is None:
        return freeze(ctx, slug)
    number, table = planned
    return freeze(ctx, slug, schedule.instant(table), last_time.occasion(ctx, slug, table, number))


def _texts(artwork: Artwork, lang: str | None, of_member: str) -> list[str]:
    """Which texts of the edition are sent."""
    if lang == "both":
        return [artwork.bilingual]
    if lang:
        if lang not in artwork.texts:
            raise click.BadParameter(f"the issue has no text in {lang!r}", param_hint="--lang")
        return [lang]
    return [artwork.language_for(of_member)] if of_member else list(artwork.languages)
