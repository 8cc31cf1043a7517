"""`newsletter test`: a test message to addresses of your choice, through the real provider.

In: an issue, addresses. Out: messages marked [TEST] or [ESSAI]. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out, print_findings
from newsletter.cli.real import require_ready
from newsletter.model.address import parse
from newsletter.model.edition import Artwork
from newsletter.model.errors import Explained
from newsletter.pipeline import build
from newsletter.pipeline.freeze import freeze
from newsletter.pipeline.personas import USUAL, worst
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
        frozen = freeze(ctx, build.find(ctx, issue, Path.cwd()))
        if not as_json:
            print_findings(frozen.findings)
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
            json_out({"sent": sent, "edition": frozen.edition.id})
        else:
            click.echo(f"{counted(len(sent), 'test message')} to {', '.join(to)} ({', '.join(texts)}).")
        return cli.DONE


def _texts(artwork: Artwork, lang: str | None, of_member: str) -> list[str]:
    """Which texts of the edition are sent."""
    if lang == "both":
        return [artwork.bilingual]
    if lang:
        if lang not in artwork.texts:
            raise click.BadParameter(f"the issue has no text in {lang!r}", param_hint="--lang")
        return [lang]
    return [artwork.language_for(of_member)] if of_member else list(artwork.languages)
