"""Correct: what is left of a mailing does not leave; those whom it did not reach get the corrected text, once that is approved.

In: a mailing's number, a person. Out: the mailing ended, and a draft that completes it; for those who have it, on request, a short
correction of its own. Called by `newsletter correct` and the studio.

Stopping and opening are one transaction: no crash leaves a mailing stopped without its sequel. Nothing of the sequel leaves before
somebody approved a text that differs (pipeline.sequels.require_text).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from newsletter import workspace
from newsletter.model.campaign import Books, Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said
from newsletter.model.sequel import Sequel, SequelKind
from newsletter.pipeline import control, lease, sequels
from newsletter.pipeline.context import Context
from newsletter.store import Connection, audit, books, campaigns, editions
from newsletter.store import sequels as rows
from newsletter.workspace import brought, correcting

_REPLACING = {SequelKind.CORRECTED, SequelKind.REST}


@dataclass(frozen=True, slots=True)
class Correction:
    """What a stop meant. `stopped`: the mailing as it stands; `sequel`: the draft for those whom it did not reach; `books`: of the
    stopped one; `files`: what is to be corrected; `under_way`: calls that end, whose people are still counted to it."""

    stopped: Campaign
    sequel: Campaign
    books: Books
    files: tuple[str, ...]
    under_way: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """The short correction to those who have it: its draft, its files, and whether they were made now."""

    sequel: Campaign
    files: tuple[str, ...]
    fresh: bool


def look(ctx: Context, number: int) -> Books:
    """The books of what would be stopped. Raises NotFound; NotAllowed where there is nothing to correct."""
    with ctx.store.read() as db:
        found = sequels.last(db, control.get(db, number), _REPLACING)
        _require(db, found)
        return books.books(db, found.id)


def correct(ctx: Context, number: int, reason: str = "", *, unchanged: bool = False) -> Correction:
    """Stop what is left of a mailing and open its correction, or find the one that is open. `unchanged`: those not reached get the
    text as it was approved. Raises NotFound; NotAllowed where everybody was handed over, or nobody has it yet."""
    kind = SequelKind.REST if unchanged else SequelKind.CORRECTED
    with lease.acting(ctx) as db:
        found = sequels.last(db, control.get(db, number), _REPLACING)
        _require(db, found)
        if not found.status.over:
            control.end(ctx, db, found)
            audit.note(db, ctx.now(), ctx.actor, "correct", str(found.id), {"reason": reason})
        sequel = _open(ctx, db, found, kind)
        done = control.get(db, found.id)
        counted, under_way = books.books(db, found.id), rows.under_way(db, found.id)
    return Correction(done, sequel, counted, _files(ctx, done.slug), under_way)


def _open(ctx: Context, db: Connection, found: Campaign, kind: SequelKind) -> Campaign:
    root = sequels.root_of(db, found.id)
    for one in rows.unfinished(db, root):
        if one.kind in _REPLACING and one.follows == found.id:
            known = control.get(db, one.campaign)
            if known.status is CampaignStatus.DRAFT:
                rows.turn(db, one.campaign, kind)
            return known
    return sequels.derive(ctx, db, Sequel(kind, found.id, root), found.edition)


def _require(db: Connection, found: Campaign) -> None:
    if found.started_at is None:
        raise NotAllowed(
            Said(
                f"mailing {found.id} is {found.status.value}: nobody has it yet",
                f"l’envoi {found.id} est {found.status.french}\u00a0: personne ne l’a encore reçu",
            ),
            code="correct-early",
            hint=Said(
                f"Correct the issue; `newsletter approve {found.id}` then approves the new text.",
                f"Corrigez le numéro; `newsletter approve {found.id}` approuve ensuite le nouveau texte.",
            ),
        )
    pending = 0 if found.status.over else books.books(db, found.id).pending
    left = rows.left_over(db, Sequel(SequelKind.REST, found.id, found.id))
    if pending or left or rows.under_way(db, found.id):
        return
    raise NotAllowed(
        Said(
            f"nobody is left of mailing {found.id}: everybody was handed over, or is not mailed for another reason",
            f"il ne reste personne de l’envoi {found.id}\u00a0: il a été remis à tout le monde, ou les autres ne le reçoivent pas pour une autre raison",
        ),
        code="nothing-to-correct",
        hint=Said(
            f"newsletter correct {found.id} --tell prepares a short correction to those who have it.",
            f"`newsletter correct {found.id} --tell` prépare un court rectificatif pour les personnes qui l’ont reçu.",
        ),
    )


def tell(ctx: Context, number: int) -> Telling:
    """A short correction to those who have, or may have, a mailing: its issue is written once, its draft waits for approval.

    Raises NotFound; NotAllowed while the mailing is still going out.
    """
    with ctx.store.read() as db:
        found = control.get(db, number)
        _require_stopped(found)
        edition = editions.get(db, found.edition)
        slug = _slug_of(db, found)
    fresh = not any(one.slug == slug for one in workspace.list_issues(ctx.root))
    if fresh:
        brought.write_texts(ctx.root, slug, _texts(ctx, found, edition), {})
    with lease.acting(ctx) as db:
        sequel = _told(ctx, db, found, slug)
    return Telling(sequel, _files(ctx, slug), fresh)


def _slug_of(db: Connection, found: Campaign) -> str:
    """The issue of its short correction. Another mailing's is another issue: it says something else, and who was told of that one is
    told of this one too."""
    before = _all_told(db, found)
    if before:
        return before[-1].slug
    slug = f"{found.slug}-correction"
    free = campaigns.known_occasion(db, found.publication, slug, "") is None
    return slug if free else f"{slug}-{found.id}"


def _all_told(db: Connection, found: Campaign) -> list[Campaign]:
    """The short corrections of a mailing, oldest first."""
    family = rows.family(db, sequels.root_of(db, found.id))
    theirs = [one.campaign for one in family if (one.kind, one.follows) == (SequelKind.TOLD, found.id)]
    return [control.get(db, number) for number in theirs]


def _told(ctx: Context, db: Connection, found: Campaign, slug: str) -> Campaign:
    for known in _all_told(db, found):
        if known.status is not CampaignStatus.CANCELLED:
            return known
    occasion = campaigns.occasion(db, found.publication, slug, "")
    told = Sequel(SequelKind.TOLD, found.id, sequels.root_of(db, found.id))
    return sequels.derive(ctx, db, told, found.edition, occasion_id=occasion, copy=0, again_reason="")


def _require_stopped(found: Campaign) -> None:
    if found.status.over and found.started_at is not None:
        return
    raise NotAllowed(
        Said(
            f"mailing {found.id} is {found.status.value}: it is not at its end yet",
            f"l’envoi {found.id} est {found.status.french}\u00a0: il n’est pas encore terminé",
        ),
        code="sequel-early",
        hint=Said(
            f"newsletter settle {found.id} clears up what is not confirmed, newsletter correct {found.id} stops it.",
            f"`newsletter settle {found.id}` règle ce qui n’est pas confirmé, `newsletter correct {found.id}` l’arrête.",
        ),
    )


def _texts(ctx: Context, found: Campaign, edition: Edition) -> dict[str, str]:
    sent, today = _day(ctx, found.started_at or ctx.now()), _day(ctx, ctx.now())
    several = len(ctx.publication.languages) > 1
    return {
        language if several else "": correcting.correction(
            language, _title(edition, language), sent, today, _only(edition)
        )
        for language in edition.artwork.languages
    }


def _only(edition: Edition) -> str:
    """A mailing in one language is corrected in that one, for the reason that was given then."""
    only = edition.only
    return (
        ""
        if only is None
        else f"only: {json.dumps({'language': only.languages[0], 'by': only.by, 'reason': only.reason}, ensure_ascii=False)}"
    )


def _title(edition: Edition, language: str) -> str:
    return edition.artwork.texts[language].title or edition.artwork.slug


def _day(ctx: Context, at: datetime) -> date:
    return at.astimezone(ZoneInfo(ctx.publication.time_zone)).date()


def _files(ctx: Context, slug: str) -> tuple[str, ...]:
    """The files of an issue, as they are named in the workspace; none where the issue is gone."""
    if not any(one.slug == slug for one in workspace.list_issues(ctx.root)):
        return ()
    return tuple(str(file.path) for file in workspace.read_issue(ctx.root, slug))


def left(ctx: Context, number: int) -> int:
    """How many of a mailing that was stopped have nothing, and no correction that was begun."""
    with ctx.store.read() as db:
        found = control.get(db, number)
        if sequels.last(db, found, _REPLACING).id != number:
            return 0
        return rows.left_over(db, Sequel(SequelKind.REST, number, number))
