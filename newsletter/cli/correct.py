"""`newsletter correct`: stop what is left of a mailing; those whom it did not reach get the corrected text, once it is approved.

In: a campaign's number. Out: the mailing stopped, a draft that completes it. Called by the command line.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from newsletter import app, cli
from newsletter.cli import asking
from newsletter.cli.output import counted, json_out, spaced
from newsletter.model.campaign import Books
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import correct
from newsletter.pipeline.context import Context
from newsletter.pipeline.correct import Correction, Telling


@click.command()
@click.argument("campaign", type=int)
@click.option("--reason", default="", help="What is wrong, for those who look later.")
@click.option(
    "--unchanged", is_flag=True, help="Nothing was wrong: the others get the text as it was approved."
)
@click.option("--tell", is_flag=True, help="Also prepare a short correction to those who have it.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(campaign: int, reason: str, unchanged: bool, tell: bool, yes: bool, as_json: bool) -> int:
    """Stop a mailing; those not reached get the corrected text."""
    with app.opened() as ctx:
        done = _stopped(ctx, campaign, reason, unchanged=unchanged, tell=tell, yes=yes)
        told = correct.tell(ctx, done.stopped.id if done else campaign) if tell else None
    if as_json:
        json_out(_as_json(done, told))
        return cli.DONE
    for line in (*_said(done), *_told(told)):
        click.echo(line)
    return cli.DONE


def _stopped(
    ctx: Context, campaign: int, reason: str, *, unchanged: bool, tell: bool, yes: bool
) -> Correction | None:
    """None where nobody is left, and only those who have it are to be told."""
    try:
        books = correct.look(ctx, campaign)
    except NotAllowed as error:
        if tell and error.code == "nothing-to-correct":
            return None
        raise
    if not yes and books.pending:
        _ask(campaign, books)
    return correct.correct(ctx, campaign, reason, unchanged=unchanged)


def _ask(campaign: int, books: Books) -> None:
    if not asking.can_ask(yes=False):
        raise NotAllowed(
            "stopping a mailing for good wants a person's yes",
            code="not-confirmed",
            hint=f"Call it from a terminal, or add --yes. `newsletter pause {campaign}` stops it at once, without a question.",
        )
    have = f"{counted(books.accepted, 'person')} have it, {spaced(books.pending)} do not."
    click.confirm(f"Stop mailing {campaign} and correct it? {have}", abort=True, err=True)


def _said(done: Correction | None) -> Sequence[str]:
    if done is None:
        return ()
    books, number = done.books, done.sequel.id
    lines = [
        f"Mailing {done.stopped.id} is stopped: {spaced(books.accepted)} have it, {spaced(books.cancelled)} do not."
    ]
    if done.under_way:
        lines.append(f"{counted(books.pending, 'person')} are under way; that is known in a moment.")
    if books.in_doubt + books.held:
        unclear = books.in_doubt + books.held
        lines.append(
            f"{spaced(unclear)} are not confirmed and get nothing more: newsletter settle {done.stopped.id}"
        )
    lines.append(f"For those who do not have it: mailing {number}, a draft.")
    lines.append(f"Correct {' and '.join(done.files) or 'the issue'}, then: newsletter approve {number}")
    return lines


def _told(told: Telling | None) -> Sequence[str]:
    if told is None:
        return ()
    verb = "Written" if told.fresh else "There already"
    return (
        f"{verb}: {', '.join(told.files)}, a short correction to those who have it.",
        f"Fill it in, then: newsletter approve {told.sequel.id}",
    )


def _as_json(done: Correction | None, told: Telling | None) -> dict[str, object]:
    books = done.books if done else None
    return {
        "stopped": done.stopped.id if done else None,
        "campaign": done.sequel.id if done else None,
        "accepted": books.accepted if books else None,
        "not_reached": books.cancelled if books else None,
        "under_way": books.pending if books else None,
        "not_confirmed": books.in_doubt + books.held if books else None,
        "files": list(done.files) if done else [],
        "tell": {"campaign": told.sequel.id, "files": list(told.files), "fresh": told.fresh}
        if told
        else None,
    }
