"""What the API answers with. The document is made from these very types.

In: values of the pipeline. Out: structs. Called by the endpoints.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from newsletter.model.campaign import Campaign
from newsletter.model.finding import Finding
from newsletter.model.hold import Hold
from newsletter.model.member import Member
from newsletter.pipeline.members import Story

Next = Annotated[str | None, Meta(description="The cursor of the next page; null at the end.")]


class Given(Struct):
    """What the API answers with."""


class Issue(Given):
    """One issue: its files by language (empty: one file for all)."""

    slug: str
    files: dict[str, str]


class Issues(Given):
    """A page of issues, the newest name first."""

    items: list[Issue]
    next: Next


class Remark(Given):
    """One remark of one check, in English and French."""

    check: str
    severity: str
    message: str
    message_fr: str
    hint: str | None = None
    hint_fr: str | None = None
    language: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None


class Checked(Given):
    """What all checks say of an issue. `sound`: no error stands in the way of planning it."""

    issue: str
    sound: bool
    counts: dict[str, int]
    remarks: list[Remark]
    accepted: list[Remark]


class Mailing(Given):
    """One campaign. `reason`: why it stands still, where it does."""

    id: int
    issue: str
    occurrence: str
    copy: int
    status: str
    reason: str
    include: list[str]
    exclude: list[str]
    provider: str
    tracking: str
    edition: str
    gentle: bool
    created_at: datetime
    due_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


class Mailings(Given):
    """A page of campaigns, the newest first."""

    items: list[Mailing]
    next: Next


class Plan(Given):
    """A campaign that was planned (`new`), or was planned before and stands as it is; and whom it would reach now.

    `members`, and `edition` of the campaign, are what an approval names."""

    campaign: Mailing
    new: bool
    members: int
    languages: dict[str, int]
    excluded: dict[str, int]
    times: list[str]
    remarks: list[Remark]


class Standing(Given):
    """The hold on everything: whether one stands, and why."""

    held: bool
    reason: str | None = None
    by: str | None = None
    at: datetime | None = None
    until: datetime | None = None


class Consent(Given):
    """The grounds on file. `expires_on`: the first day on which they no longer hold."""

    basis: str
    on: date | None
    evidence: str
    expires_on: date | None


class Person(Given):
    """A member."""

    email: str
    first_name: str
    last_name: str
    company: str
    province: str
    language: str
    timezone: str
    tags: list[str]
    attributes: dict[str, str]
    consent: Consent | None
    tracking: str


class People(Given):
    """A page of members."""

    items: list[Person]
    next: Next


class Suppressed(Given):
    """Why an address must not be mailed. `email` is empty where only its key is known: its owner asked to be forgotten."""

    email: str
    reason: str
    source: str
    at: datetime
    lifted_at: datetime | None = None


class Suppressions(Given):
    """A page of the do-not-mail list."""

    items: list[Suppressed]
    next: Next


class Known(Given):
    """All that is known of an address. `excluded`: why it is not mailed; null where it is."""

    email: str
    member: Person | None
    excluded: str | None
    suppressions: list[Suppressed]


class Event(Given):
    """What a provider told. `campaign` and `delivery` are null where it is about no mailing of ours."""

    id: int
    provider: str
    kind: str
    campaign: int | None
    delivery: int | None
    occurred_at: datetime
    received_at: datetime
    status: str
    reason: str


class Events(Given):
    """A page of events, in the order in which they came."""

    items: list[Event]
    next: Next


class Readers(Given):
    """How many: surely people, surely machines, and those whom nobody can tell (for opens)."""

    human: int
    machine: int
    unknown: int = 0


class LinkCount(Given):
    """Who followed one link."""

    url: str
    human: int
    machine: int


class OneLanguage(Given):
    """Who says why a language is missing."""

    languages: list[str]
    by: str
    reason: str


class Report(Given):
    """What came of a mailing: the same figures as `newsletter report --json`."""

    campaign: int
    issue: str
    status: str
    closed: bool
    candidates: int
    excluded: dict[str, int]
    prepared: int
    pending: int
    skipped: dict[str, int]
    cancelled: int
    expired: int
    accepted: int
    rejected: int
    in_doubt: int
    held: int
    no_news: int
    deferred: int
    delivered: int
    bounced: int
    dropped: int
    complained: int
    unsubscribed: int
    opens: Readers | None
    clicks: Readers | None
    links: list[LinkCount]
    languages: dict[str, int]
    only: OneLanguage | None


class Problem(Given):
    """What went wrong (RFC 9457). `code` is stable; `hint` is the next step; `remarks` says what is wrong with an issue."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    remarks: list[Remark] | None = None


def remark(one: Finding) -> Remark:
    """A finding."""
    place, (message, hint) = one.place, one.told("fr")
    return Remark(
        one.check,
        one.severity.value,
        one.message,
        message,
        one.hint or None,
        hint or None,
        one.language or None,
        place.file or None if place else None,
        place.line or None if place else None,
        place.column or None if place else None,
    )


def mailing(one: Campaign) -> Mailing:
    """A campaign."""
    return Mailing(
        id=one.id,
        issue=one.slug,
        occurrence=one.occurrence,
        copy=one.copy,
        status=one.status.value,
        reason=one.reason.partition("\n")[0],
        include=list(one.audience.include),
        exclude=list(one.audience.exclude),
        provider=one.provider,
        tracking=one.tracking.value,
        edition=one.edition,
        gentle=one.gentle,
        created_at=one.created_at,
        due_at=one.due_at,
        started_at=one.started_at,
        ended_at=one.ended_at,
    )


def person(one: Member) -> Person:
    """A member."""
    grounds = one.consent
    consent = (
        Consent(grounds.basis.value, grounds.on, grounds.evidence, grounds.expires_on) if grounds else None
    )
    texts = (one.email, one.first_name, one.last_name, one.company, one.province, one.language, one.timezone)
    return Person(*texts, sorted(one.tags), dict(one.attributes), consent, one.tracking_consent.value)


def known(story: Story) -> Known:
    """All that is known of an address."""
    return Known(
        story.address,
        person(story.member) if story.member else None,
        story.exclusion.value if story.exclusion else None,
        [
            Suppressed(one.address, one.reason.value, one.source, one.at, one.lifted_at)
            for one in story.suppressions
        ],
    )


def standing(hold: Hold | None) -> Standing:
    """A hold, or none."""
    if hold is None:
        return Standing(held=False)
    return Standing(held=True, reason=hold.reason, by=hold.by, at=hold.at, until=hold.until)
