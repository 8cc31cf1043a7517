"""Considering: all that a person must see before they approve, and their yes to exactly that.

In: a mailing, whom it is shown to. Out: a Proposal; the mailing approved, or waiting for the next person. Called by `approve`, the
studio, the public pages, the mails of requests.

What is shown is the text of now, as `newsletter approve` freezes it; nothing is written while it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.model.approval import Approval, Asked, Signed, Yes, person_key
from newsletter.model.campaign import AudienceRule, Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.errors import Explained, NotAllowed
from newsletter.model.finding import Finding
from newsletter.model.said import Said, alike
from newsletter.model.waiver import Waived
from newsletter.pipeline import (
    approve,
    changes,
    control,
    doctor,
    last_time,
    notice_facts,
    plan,
    reschedule,
    schedule,
    sequels,
    signing,
)
from newsletter.pipeline.changes import Difference
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen, freeze
from newsletter.pipeline.plan import Ask, Counts
from newsletter.pipeline.schedule import Timetable
from newsletter.store import Connection, approvals, campaigns, comments, earlier, editions, requests
from newsletter.store.gathering import Zone


@dataclass(frozen=True, slots=True)
class Compared:
    """The recipients beside those of an earlier mailing (`campaign`, of `at`), which was for so many `people`: how many did not get
    that one, how many got it and would not get this. So people + new - left would be mailed now."""

    campaign: int
    at: datetime
    people: int
    new: int
    left: int


@dataclass(frozen=True, slots=True)
class Since:
    """What is compared with: the version that this person last answered for (`own`), or that anybody approved."""

    edition: Edition
    person: str
    at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mailing as it would go out. `edition` is None when errors forbid it (`findings` say which). `counts`: who would get it;
    `was`: the yes that was given last, to this or to what it was before; `since`, `difference`: what changed, None where nothing was seen before;
    `again`: why it must be approved once more; `begun`: some have it, and only the new time of the others is to be approved."""

    campaign: Campaign
    table: Timetable | None
    edition: Edition | None
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes]
    signed: Signed | None
    counts: Counts | None
    zones: dict[Zone, int]
    compared: Compared | None
    was: Approval | None
    since: Since | None
    difference: Difference | None
    count: signing.Count
    comments: int
    again: str = ""
    begun: bool = False

    @property
    def people(self) -> int:
        """How many would get it."""
        return sum(self.zones.values())

    @property
    def waived(self) -> tuple[Waived, ...]:
        """The remarks that are accepted with it."""
        return self.edition.waived if self.edition else ()

    @property
    def ready(self) -> bool:
        """True when a yes would be taken."""
        return self.edition is not None and not self.comments and self.people > 0


def proposal(ctx: Context, number: int, person: str = "", asked: Asked | None = None) -> Proposal:
    """A mailing as it is now, for somebody (by name, or by the request that they got). Raises NotFound; NotAllowed when there is nothing
    to approve; what counting raises where a segment is gone."""
    begun = reschedule.begun(control.find(ctx, number))
    found = control.find(ctx, number) if begun else approve.waiting(ctx, number)
    frozen = _as_it_is(sequels.edition_of(ctx, found)) if begun else text_of(ctx, found)
    made = _empty(ctx, found, frozen, begun=begun)
    if frozen.edition is None:
        return made
    made = _counted(ctx, replace(made, edition=frozen.edition))
    with ctx.store.read() as db:
        row = campaigns.detail(db, number)
        given = approvals.of_campaign(db, number)
        since = _since(ctx, given, found, person, asked)
        signed = signing.signed_as(ctx, db, row, frozen.edition, made.people or None)
        count = signing.counting(ctx, given, signed, ctx.now())
    difference = changes.between(ctx, since.edition, frozen.edition) if since else None
    return replace(
        made,
        signed=signed,
        count=count,
        since=since,
        difference=difference,
        was=given[-1] if given else None,
    )


def text_of(ctx: Context, found: Campaign, rule: AudienceRule | None = None) -> Frozen:
    """What an approval would be to: the text as the files have it now; of a sequel that nobody writes, the one that the others have.

    `rule`: by whose largest mail its size is judged (freeze). Raises NotFound.
    """
    kept = sequels.kept(ctx, found)
    if kept is not None:
        return _as_it_is(kept)
    table = approve.timetable_of(ctx, found.id)
    occasion = last_time.occasion(ctx, found.slug, table, found.id) if table else None
    return freeze(ctx, found.slug, approve.planned_at(ctx, found.id), occasion, rule)


def _as_it_is(edition: Edition) -> Frozen:
    """The others have this text: it stays."""
    return Frozen(None, edition, (), {}, edition.waived)


def _empty(ctx: Context, found: Campaign, frozen: Frozen, *, begun: bool) -> Proposal:
    with ctx.store.read() as db:
        row = campaigns.detail(db, found.id)
        again = _again(ctx, db, found, row)
        waits = 0 if begun else comments.open_on(db, ctx.publication.key, found.slug)
    return Proposal(
        campaign=found,
        table=schedule.read(row.schedule),
        edition=None,
        findings=frozen.findings,
        files=frozen.files,
        signed=None,
        counts=None,
        zones={},
        compared=None,
        was=None,
        since=None,
        difference=None,
        count=signing.Count(ctx.settings.whole("approval.people"), ()),
        comments=waits,
        again=again,
        begun=begun,
    )


def _again(ctx: Context, db: Connection, found: Campaign, row: object) -> str:
    """Why it must be approved once more; of a mailing that waits for its time: why it would be held then."""
    if found.status is CampaignStatus.SCHEDULED and found.due_at is not None:
        return signing.stale(ctx, db, row, approvals.last_counted(db, found.id), found.due_at)
    return found.reason if found.status is CampaignStatus.HELD else ""


def _counted(ctx: Context, made: Proposal) -> Proposal:
    if made.begun:
        return replace(made, zones=dict(reschedule.planned(ctx, made.campaign.id).zones))
    if made.edition is None:
        return made
    ask = approve.ask_of(ctx, made.campaign, made.edition)
    counts, beside = _counts(ctx, made.campaign, ask)
    return replace(made, counts=counts, zones=counts.zones, compared=beside)


def compared(ctx: Context, found: Campaign, ask: Ask) -> Compared | None:
    """The recipients of a mailing beside those of the last one of its kind; None where there was none, and for one that completes
    another: it is for some of those on purpose."""
    last = _earlier(ctx, found, ask)
    return None if last is None else _beside(ctx, ask, last)[1]


def _counts(ctx: Context, found: Campaign, ask: Ask) -> tuple[Counts, Compared | None]:
    last = _earlier(ctx, found, ask)
    return (plan.count(ctx, ask), None) if last is None else _beside(ctx, ask, last)


def _beside(ctx: Context, ask: Ask, last: Campaign) -> tuple[Counts, Compared]:
    counts, new, left = plan.compared(ctx, ask, last.id)
    at = last.due_at or last.started_at or last.created_at
    return counts, Compared(last.id, at, counts.mailed - new + left, new, left)


def _earlier(ctx: Context, found: Campaign, ask: Ask) -> Campaign | None:
    if ask.sequel is not None:
        return None
    with ctx.store.read() as db:
        return earlier.of_kind(db, ctx.publication.key, found.slug, found.audience, found.id)


def _since(
    ctx: Context, given: list[Approval], found: Campaign, person: str, asked: Asked | None
) -> Since | None:
    name = asked.person if asked else person
    with ctx.store.read() as db:
        if asked:
            own = [one for one in requests.of_person(db, asked.address, found.id) if one.answered_edition]
            if own and own[-1].answered_at:
                edition = editions.get(db, own[-1].answered_edition)
                return Since(edition, own[-1].person, own[-1].answered_at, own=True)
        mine = [one for one in given if name and person_key(one.person) == person_key(name)]
        if mine or given:
            last = (mine or given)[-1]
            return Since(editions.get(db, last.edition), last.person, last.at, own=bool(mine))
    return None


def title(ctx: Context, found: Campaign, language: str) -> str:
    """What staff call a mailing, by the text that it has now."""
    with ctx.store.read() as db:
        return notice_facts.title(editions.get(db, found.edition), language)


def files_of(ctx: Context, seen: Proposal) -> dict[str, bytes]:
    """The pictures of what is shown, by digest; of an edition that is kept they are asked of the store."""
    if seen.files or seen.edition is None:
        return dict(seen.files)
    with ctx.store.read() as db:
        kept = [editions.file(db, image.file_name) for image in seen.edition.artwork.images]
    return {one[0]: one[2] for one in kept if one is not None}


def say_yes(ctx: Context, number: int, yes: Yes) -> Campaign:
    """A person's yes to a mailing as it is now. Raises NotAllowed when it is not what they were shown, or may not be approved."""
    seen = proposal(ctx, number, yes.person)
    if seen.edition is None or seen.signed is None:
        raise refused(seen)
    signing.require_shown(ctx, number, yes, seen.signed)
    _require_somebody(seen)
    _require_ready(ctx)
    excluded = dict(seen.counts.excluded) if seen.counts else {}
    given = replace(yes, excluded=excluded)
    if seen.begun:
        return reschedule.approve_rest(ctx, number, given)
    plan.keep(ctx, seen.edition, dict(seen.files))
    return approve.approve(ctx, number, seen.zones, edition=seen.edition.id, yes=given)


def refused(seen: Proposal) -> NotAllowed:
    """The text has errors: nobody can approve it."""
    return NotAllowed(
        Said(
            f"{seen.campaign.slug} has errors: it cannot be approved",
            f"{seen.campaign.slug} contient des erreurs\u00a0: il ne peut pas être approuvé",
        ),
        code="approval-errors",
        hint=Said(
            f"`newsletter check {seen.campaign.slug}` lists them.",
            f"`newsletter check {seen.campaign.slug}` les énumère.",
        ),
    )


def _require_somebody(seen: Proposal) -> None:
    if not seen.people:
        raise NotAllowed(
            Said("nobody would be mailed", "personne ne le recevrait"),
            code="nobody",
            hint=alike("`newsletter segments explain NAME`"),
        )


def _require_ready(ctx: Context) -> None:
    """Before real people get mail, `doctor` must find nothing wrong."""
    if ctx.settings.official and (wrong := doctor.ready_for_real(ctx)):
        raise NotAllowed(
            Said(
                f"not ready for real people: {wrong[0].sentence}",
                f"pas prêt pour de vraies personnes\u00a0: {wrong[0].found.fr}",
            ),
            code="not-ready",
            hint=wrong[0].advice
            or Said("`newsletter doctor` shows all.", "`newsletter doctor` montre tout."),
        )


def state(ctx: Context, number: int) -> str:
    """Why there is nothing to approve, as the code of an error; empty where there is."""
    try:
        if not reschedule.begun(control.find(ctx, number)):
            approve.waiting(ctx, number)
    except Explained as error:
        return error.code
    return ""
