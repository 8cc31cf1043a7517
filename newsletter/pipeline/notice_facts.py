"""What a notice tells of, gathered when it is told.

In: the kind of a notice, its campaign, what was written with it. Out: Facts for its words. Called by pipeline.notices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from newsletter.checks.subject_missing import subject_text
from newsletter.model import hold_token
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.notice import NoticeKind
from newsletter.pipeline import schedule
from newsletter.pipeline.context import Context
from newsletter.pipeline.notice_words import Facts
from newsletter.planning.zones import wall_clock
from newsletter.store import books, campaigns, editions

LINK_LASTS = timedelta(days=2)  #: after the time of the mailing
_WAITING = (CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING)
_WITH_LINK = frozenset({NoticeKind.DAY, NoticeKind.HOUR})


def gather(
    ctx: Context, kind: NoticeKind, campaign: int | None, data: Mapping[str, Any], language: str
) -> Facts:
    """The facts of one notice, with titles in `language` where the mailing has them. Raises LookupError for a campaign that is gone."""
    zone = ctx.publication.time_zone
    facts = Facts(
        slug=str(data.get("slug", "")),
        title=str(data.get("title") or data.get("slug", "")),
        zone=zone,
        reason=str(data.get("reason", "")),
        people=data.get("people"),
        local=_local(data.get("local")),
        since=_wall(data.get("since"), zone),
        person=str(data.get("person", "")),
        change=str(data.get("change", "")),
        undecided=int(data.get("undecided", 0)),
        days=tuple(datetime.fromisoformat(day) for day in data.get("days", ())),
    )
    if kind is NoticeKind.SILENT:
        return replace(facts, waiting=waiting(ctx, language))
    if campaign is None:
        return facts
    return _of_campaign(ctx, kind, campaign, facts, language)


def _local(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _wall(text: str | None, zone: str) -> datetime | None:
    return wall_clock(datetime.fromisoformat(text), zone) if text else None


def _of_campaign(ctx: Context, kind: NoticeKind, campaign: int, facts: Facts, language: str) -> Facts:
    with ctx.store.read() as db:
        row = campaigns.detail(db, campaign)
        found = campaigns.get(db, campaign)
        edition = editions.get(db, row.edition_id)
        told = books.books(db, campaign) if kind is NoticeKind.FINISHED else facts.books
    if found is None:
        raise LookupError(campaign)
    table = schedule.read(row.schedule)
    zone = table.plan.zone if table else facts.zone
    return replace(
        facts,
        number=campaign,
        slug=found.slug,
        title=title(edition, language),
        subject=subject(edition, language),
        local=table.plan.local if table else None,
        first=wall_clock(found.due_at, zone) if found.due_at else None,
        zone=zone,
        readers_time=table.plan.readers_time if table else False,
        books=told,
        url=_studio_url(ctx, campaign)
        if facts.undecided
        else hold_url(ctx, found, language)
        if kind in _WITH_LINK
        else "",
    )


def _studio_url(ctx: Context, campaign: int) -> str:
    """Where staff decide; empty where only this machine reaches the studio."""
    base = ctx.settings.text("studio.base_url")
    return f"{base}/mailings/{campaign}#unclear" if base else ""


def title(edition: Edition, language: str) -> str:
    """What staff call a mailing: the title of its issue, else its subject, else its name."""
    artwork = edition.artwork
    text = artwork.texts.get(language) or artwork.texts[artwork.languages[0]]
    return text.title.strip() or subject_text(text.subject, artwork).strip() or artwork.slug


def title_of(ctx: Context, found: Campaign, language: str) -> str:
    """The same, of a mailing."""
    with ctx.store.read() as db:
        return title(editions.get(db, found.edition), language)


def subject(edition: Edition, language: str) -> str:
    """The subject as readers see it, in every language that the mailing has; that of the notice comes first."""
    artwork = edition.artwork
    order = sorted(artwork.languages, key=lambda one: one != language)
    return " | ".join(subject_text(artwork.texts[one].subject, artwork).strip() for one in order)


def hold_url(ctx: Context, found: Campaign, language: str) -> str:
    """The *Hold* link of one mailing; it ends two days after the mailing's time."""
    expires_at = (found.due_at or ctx.now()) + LINK_LASTS
    token = hold_token.sign(ctx.keys.signing, ctx.keys.current, found.id, expires_at)
    return f"{ctx.settings.text('web.base_url')}/h/{token}?lang={language}"


def waiting(ctx: Context, language: str) -> tuple[str, ...]:
    """The mailings that wait for a runner, by name."""
    with ctx.store.read() as db:
        found = campaigns.listed(db, _WAITING)
        return tuple(
            f"{title(editions.get(db, one.edition), language)} ({one.id})" for one in reversed(found)
        )
