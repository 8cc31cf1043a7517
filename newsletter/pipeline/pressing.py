"""What needs somebody now, what comes next, what came of the rest: the studio's first page.

In: a Context, a language. Out: matters, mailings to come, rows of issues and mailings. Called by the studio.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.model.campaign import Books, Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.errors import Explained
from newsletter.model.hold import CLAIMED, HELD_BY
from newsletter.pipeline import build, conclude, heartbeat, holidays, schedule
from newsletter.pipeline.context import Context
from newsletter.planning import words
from newsletter.store import books as ledger
from newsletter.store import campaigns, editions, notices
from newsletter.workspace.issues import IssueName, read_issue

LISTED = 12  #: rows of issues and mailings on the page
_HEADER = re.compile(r"^(title|subject)\s*:\s*(.+?)\s*$", re.MULTILINE)


class Kind(StrEnum):
    """Why something needs somebody, the most urgent first."""

    NOT_CONFIRMED = "not_confirmed"  #: nobody knows whether some people got it
    SILENT = "silent"  #: mailings wait, and nothing is sending
    DIFFERS = "differs"  #: the issue's files are not what was approved
    LATE = "late"  #: its time passed while nothing was running
    HELD = "held"  #: a hold, or a claim, keeps it back
    WAITING = "waiting"  #: it stands still for another reason, which is said
    APPROVAL = "approval"  #: it waits for an approval
    PAUSED = "paused"
    HOLIDAY = "holiday"  #: the day of a feast wants a person's word
    NOTICES = "notices"  #: notices to staff do not arrive


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that needs somebody. `count` is of people or things, `said` a sentence of its own, `at` since or for when."""

    kind: Kind
    campaign: Campaign | None = None
    title: str = ""
    count: int = 0
    said: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """A mailing that goes out by itself, or goes out now. `said`: when, in a sentence; empty when no time was planned."""

    campaign: Campaign
    title: str
    said: str
    at: datetime | None
    books: Books


@dataclass(frozen=True, slots=True)
class Row:
    """An issue, with its newest mailing if there is one."""

    slug: str
    title: str
    languages: tuple[str, ...]
    campaign: Campaign | None = None
    books: Books | None = None
    written: bool = False  #: its files are there


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page."""

    matters: Sequence[Matter]
    coming: Sequence[Coming]
    rows: Sequence[Row]
    more: bool
    mailed: bool  #: there was a mailing, whatever came of it


def look(ctx: Context, language: str) -> Overview:
    """How things stand. `language` is en or fr."""
    with ctx.store.read() as db:
        found = list(campaigns.listed(db))
    titles = titles_of(ctx, found, language)
    matters = sorted(_matters(ctx, found, titles, language), key=lambda one: list(Kind).index(one.kind))
    known = _known(build.issues(ctx), found)
    rows = [_row(ctx, *one, titles, language) for one in known[:LISTED]]
    return Overview(
        matters, list(_coming(ctx, found, titles, language)), rows, len(known) > LISTED, bool(found)
    )


# --- what needs somebody ---


def _matters(
    ctx: Context, found: Sequence[Campaign], titles: Mapping[str, str], language: str
) -> Iterator[Matter]:
    for one in found:
        kind = _kind(one)
        if kind is not None:
            yield _matter(ctx, kind, one, titles[one.edition], language)
    last, waiting = heartbeat.silence(ctx)
    overdue = [one for one in waiting if one.due_at is not None and one.due_at <= ctx.now()]
    if overdue:
        yield Matter(Kind.SILENT, count=len(overdue), at=last)
    for number, slug, said in holidays.concerned(ctx, language):
        campaign = next((one for one in found if one.id == number), None)
        title = titles[campaign.edition] if campaign else slug
        yield Matter(Kind.HOLIDAY, campaign, title, said=" ".join(each.told(language)[0] for each in said))
    with ctx.store.read() as db:
        failing = notices.failing(db)
    if failing:
        yield Matter(Kind.NOTICES, count=failing)


_BY_REASON = {
    conclude.NOT_CONFIRMED: Kind.NOT_CONFIRMED,
    conclude.TEXT_DIFFERS: Kind.DIFFERS,
    conclude.LATE: Kind.LATE,
    conclude.RESCHEDULED: Kind.APPROVAL,
    conclude.NOT_APPROVED: Kind.APPROVAL,
}


def _kind(one: Campaign) -> Kind | None:
    match one.status:
        case CampaignStatus.DRAFT:
            return Kind.APPROVAL
        case CampaignStatus.PAUSED:
            return Kind.PAUSED
        case CampaignStatus.HELD if one.reason.startswith((HELD_BY, CLAIMED)):
            return Kind.HELD
        case CampaignStatus.HELD:
            return _BY_REASON.get(one.reason, Kind.WAITING)
    return None


def _matter(ctx: Context, kind: Kind, one: Campaign, title: str, language: str) -> Matter:
    with ctx.store.read() as db:
        counted = ledger.books(db, one.id)
        planned = campaigns.detail(db, one.id).schedule
    people = counted.in_doubt + counted.held if kind is Kind.NOT_CONFIRMED else counted.pending
    return Matter(kind, one, title, people, _said(planned, language), one.due_at)


def _said(planned: dict[str, object] | None, language: str) -> str:
    """When it goes out: the first sentence of its plan."""
    table = schedule.read(planned)
    return words.sentences(table.plan, language)[0] if table else ""


# --- what comes next ---


def _coming(
    ctx: Context, found: Sequence[Campaign], titles: Mapping[str, str], language: str
) -> Iterator[Coming]:
    moving = {CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING}
    chosen = [one for one in found if one.status in moving]
    for one in sorted(chosen, key=lambda each: (each.due_at or each.created_at, each.id)):
        with ctx.store.read() as db:
            counted = ledger.books(db, one.id)
            said = _said(campaigns.detail(db, one.id).schedule, language)
        yield Coming(one, titles[one.edition], said, one.started_at or one.due_at, counted)


# --- issues, and what came of them ---


def _known(
    names: Iterable[IssueName], found: Sequence[Campaign]
) -> list[tuple[str, IssueName | None, Campaign | None]]:
    """Every issue in the folder or the ledger, newest name first, each with its newest mailing."""
    newest: dict[str, Campaign] = {}
    for one in found:  # newest first
        newest.setdefault(one.slug, one)
    files = {name.slug: name for name in names}
    slugs = sorted(files.keys() | newest.keys(), reverse=True)
    return [(slug, files.get(slug), newest.get(slug)) for slug in slugs]


def _row(
    ctx: Context,
    slug: str,
    name: IssueName | None,
    campaign: Campaign | None,
    titles: Mapping[str, str],
    language: str,
) -> Row:
    languages = tuple(one for one in name.files if one) if name else ()
    if campaign is None:
        return Row(slug, _written_title(ctx, slug, language), languages, written=True)
    with ctx.store.read() as db:
        counted = ledger.books(db, campaign.id)
    return Row(slug, titles[campaign.edition], languages, campaign, counted, name is not None)


def _written_title(ctx: Context, slug: str, language: str) -> str:
    """What an issue is called by its own first lines; its file's name where it cannot be read."""
    try:
        files = read_issue(ctx.root, slug)
    except Explained:
        return slug
    chosen = next((file for file in files if file.language == language), files[0])
    lines = dict(reversed(_HEADER.findall(chosen.text.partition("\n---")[0])))
    return (lines.get("title") or lines.get("subject") or slug).strip("\"'")


# An edition never changes: its titles are read once. A few hundred short texts.
_KNOWN: dict[str, dict[str, str]] = {}


def titles_of(ctx: Context, found: Sequence[Campaign], language: str) -> dict[str, str]:
    """What the edition of each mailing is called, by its digest."""
    with ctx.store.read() as db:
        for one in found:
            if one.edition not in _KNOWN:
                _KNOWN[one.edition] = _named(editions.get(db, one.edition))
    return {
        one.edition: _KNOWN[one.edition].get(language) or next(iter(_KNOWN[one.edition].values()), one.slug)
        for one in found
    }


def _named(edition: Edition) -> dict[str, str]:
    texts = edition.artwork.texts
    return {name: texts[name].title for name in edition.artwork.languages if texts[name].title}
