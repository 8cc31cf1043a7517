"""Why: the whole story of one address in plain words: what we may do, and what every mailing did.

In: an address, perhaps a campaign. Out: a Story of sentences. Called by `why`, later by the staff pages.

It works for an address that is no member: the ledger remembers addresses by their key, also after a member is erased.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from newsletter.audience.consent import exclusion
from newsletter.audience.evaluating import matches
from newsletter.model.address import Address, parse
from newsletter.model.campaign import Campaign
from newsletter.model.errors import Explained
from newsletter.model.keys import address_key
from newsletter.model.member import Member
from newsletter.model.predicate import EVERYONE
from newsletter.pipeline import control, passage
from newsletter.pipeline.context import Context
from newsletter.pipeline.passage import moment
from newsletter.pipeline.reasons import plain
from newsletter.pipeline.segments import defined
from newsletter.store import Connection, campaigns, consents, members, stories, suppressions
from newsletter.store.suppressions import Listed


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one mailing did with the address: `outcome` is stable (`mailed`, `excluded`, `absent` …), `told` are sentences."""

    campaign: int
    issue: str
    outcome: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """`may_be_mailed` is today's answer, `why_not` its reason (empty when they may)."""

    email: str
    member: bool
    may_be_mailed: bool
    why_not: str
    told: tuple[str, ...]
    segments: tuple[str, ...]
    campaigns: tuple[Chapter, ...] = field(default=())


def why(ctx: Context, email: str, campaign_id: int | None = None) -> Story:
    """The story of an address, in one mailing or in all. Raises AddressFault, NotFound."""
    address = parse(email)
    key = address_key(ctx.keys.suppression, address.matching)
    chosen = None if campaign_id is None else [control.find(ctx, campaign_id)]
    segments, faults = segments_of(ctx, key)
    with ctx.store.read() as db:
        member = members.find(db, key)
        listed = suppressions.of(db, key)
        standing = [one.reason for one in listed if one.lifted_at is None]
        reason = exclusion(member.consent if member else None, standing, ctx.now().date())
        return Story(
            email=address.text,
            member=member is not None,
            may_be_mailed=reason is None,
            why_not=reason.value if reason else "",
            told=(
                *_person(ctx, db, key, address, member),
                *_list(ctx, listed),
                *_today(member, reason),
                *faults,
            ),
            segments=segments,
            campaigns=_chapters(ctx, db, key, member.id if member else 0, chosen),
        )


def as_json(story: Story) -> dict[str, object]:
    """The object of `why --json`."""
    return asdict(story)


def segments_of(ctx: Context, key: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The segments that the member is in today, and what is wrong with those that cannot be read."""
    with ctx.store.read() as db:
        member = members.find(db, key)
    if member is None:
        return (), ()
    found, faults = [EVERYONE], []
    try:
        segments = defined(ctx)
    except Explained as error:
        return (EVERYONE,), (f"The segments cannot be read: {error.message}.",)
    for name in segments.by_name:
        try:
            if matches(segments.predicate(name), member):
                found.append(name)
        except Explained as error:
            faults.append(f"Segment {name} cannot be read: {error.message}.")
    return tuple(found), tuple(faults)


def _person(ctx: Context, db: Connection, key: bytes, address: Address, member: Member | None) -> list[str]:
    """Who it is, and what their consent rests on."""
    if member is None:
        told = [f"{address.text} is no member."]
    else:
        name = f"{member.first_name} {member.last_name}".strip()
        since = stories.known_since(db, key)
        told = [f"{name or address.text} is a member" + (f" since {moment(ctx, since)}." if since else ".")]
        language = member.language or "unknown: gets both in one mail"
        told.append(f"Language {language}; reading may be measured: {member.tracking_consent.value}.")
    for line in consents.history(db, key):
        basis = (
            f" ({line.basis.value}{f', {line.effective_on}' if line.effective_on else ''})"
            if line.basis
            else ""
        )
        proof = f": {line.evidence}" if line.evidence else ""
        source = f" [{line.source}]" if line.source else ""
        told.append(f"{moment(ctx, line.at)}: consent {line.kind}{basis}{proof}{source}.")
    return told


def _list(ctx: Context, listed: list[Listed]) -> list[str]:
    told = []
    for one in listed:
        source = f" ({one.source})" if one.source else ""
        line = f"On the do-not-mail list since {moment(ctx, one.at)}: {one.reason.value}{source}"
        told.append(f"{line}; taken off it {moment(ctx, one.lifted_at)}." if one.lifted_at else f"{line}.")
    return told


def _today(member: Member | None, reason: str | None) -> list[str]:
    if member is None:
        return []
    return [f"Today they are not mailed: {plain(reason)}." if reason else "Today they may be mailed."]


def _chapters(
    ctx: Context, db: Connection, key: bytes, member: int, chosen: list[Campaign] | None
) -> tuple[Chapter, ...]:
    """One chapter a mailing, the newest first; without a choice those only that had to do with the address, or with an earlier
    one of the same member."""
    sent, excluded = stories.sent(db, key, member), stories.excluded(db, key, member)
    found = campaigns.listed(db) if chosen is None else chosen
    chapters = []
    for campaign in found:
        if campaign.id in sent:
            outcome, told = passage.mailed(ctx, db, campaign, sent[campaign.id])
        elif campaign.id in excluded:
            outcome, told = passage.left_out(ctx, campaign, excluded[campaign.id])
        elif chosen is not None:
            outcome, told = passage.absent(ctx, db, campaign, key)
        else:
            continue
        chapters.append(Chapter(campaign.id, campaign.slug, outcome, tuple(told)))
    return tuple(chapters)
