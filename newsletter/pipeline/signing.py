"""Signing: what a person's yes is to, whether enough people gave theirs, and whether it still holds.

In: a campaign's row, a yes. Out: what was signed, kept for ever; who is still missing. Called by approve, reschedule, due, foresee,
the shells.

A yes is to edition, audience rule (the names of its segments, and what they say), schedule, provider, and to the remarks that were
accepted. It counts while exactly that is what
would go out, while it is not too old, and while about as many people would get it as when it was given (settings `approval.…`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from newsletter.model.approval import Answer, Approval, Signed, Yes, person_key
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import conclude, segments
from newsletter.pipeline.context import Context
from newsletter.store import Connection, approvals, audit, campaigns, comments, editions, requests, sequels

_NAMES = {
    "edition": Said("the text", "le texte"),
    "waivers": Said("the remarks that are accepted", "les remarques acceptées"),
    "include": Said("who gets it", "qui le reçoit"),
    "exclude": Said("who does not get it", "qui ne le reçoit pas"),
    "segments": Said("what a segment means", "ce que veut dire un segment"),
    "schedule": Said("when it goes out", "le moment du départ"),
    "provider": Said("the mail service", "le service d’envoi"),
    "only": Said("why a language is missing", "pourquoi une langue manque"),
}


@dataclass(frozen=True, slots=True)
class Count:
    """How many people must approve, and whose yes counts now, oldest first."""

    needed: int
    given: tuple[Approval, ...]

    @property
    def complete(self) -> bool:
        """True when nobody is missing."""
        return len(self.given) >= self.needed

    @property
    def missing(self) -> int:
        """How many people are."""
        return max(self.needed - len(self.given), 0)


def signed(ctx: Context, db: Connection, row: Any, edition: str = "", people: int | None = None) -> Signed:
    """What a yes would be to, now; `edition`: in place of the one that the mailing was planned with."""
    return signed_as(ctx, db, row, editions.get(db, edition or row.edition_id), people)


def signed_as(ctx: Context, db: Connection, row: Any, frozen: Edition, people: int | None = None) -> Signed:
    """The same with an edition that nobody may have kept yet."""
    content: dict[str, object] = {
        "edition": frozen.id,
        "include": row.include,
        "exclude": row.exclude,
        "schedule": row.schedule,
        "provider": row.provider,
    }
    if frozen.only:
        only = frozen.only
        content["only"] = {"languages": list(only.languages), "by": only.by, "reason": only.reason}
    if frozen.waived:
        content["waivers"] = [
            {"check": one.finding.check, "language": one.finding.language, "reason": one.reason}
            for one in frozen.waived
        ]
    if meant := _meant(ctx, db, row):
        content["segments"] = meant
    return Signed(content, _digest(content), people)


def _meant(ctx: Context, db: Connection, row: Any) -> dict[str, str]:
    """What its segments say. Whom a sequel is for stands in the ledger; only late joiners are sought by them anew."""
    sequel = sequels.of(db, row.id)
    sought = sequel is None or sequel.kind is SequelKind.LATE
    return segments.meant(ctx, (*row.include, *row.exclude)) if sought else {}


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def differing(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Said]:
    """What is not as it was shown, in words."""
    return [words for name, words in _NAMES.items() if was.get(name) != now.get(name)]


def give(ctx: Context, db: Connection, row: Any, yes: Yes, to: Signed) -> Count:
    """Keep a yes, in the transaction that acts on it; whose counts then. The same person twice counts once.

    Raises NotAllowed when something else was shown than would be approved, or while comments are open.
    """
    now = ctx.now()
    _require_shown(db, row, yes, to)
    _require_no_comments(ctx, db, row)
    _require_asked(db, yes, to, now)
    at = _judged_at(row, now)
    before = counting(ctx, approvals.of_campaign(db, row.id), to, at)
    person = yes.person or ctx.actor
    if person_key(person) not in {person_key(one.person) for one in before.given} or before.complete:
        number = approvals.put(db, row.id, yes, to, now, ctx.actor)
        audit.note(db, now, ctx.actor, "approve", str(row.id), _noted(number, yes, to, person))
    after = counting(ctx, approvals.of_campaign(db, row.id), to, at)
    if after.complete:
        requests.end(db, row.id, now)
    return after


def _judged_at(row: Any, now: datetime) -> datetime:
    """When a yes must still be fresh: of a mailing that waits for its time, then."""
    waits = row.status == CampaignStatus.SCHEDULED.value and row.due_at is not None
    return max(row.due_at, now) if waits else now


def _noted(number: int, yes: Yes, to: Signed, person: str) -> dict[str, object]:
    how: dict[str, object] = {"approval": number, "person": person, "how": yes.how.value}
    proof: dict[str, object] = {"evidence": yes.evidence} if yes.evidence else {}
    return {"sha256": to.digest, **to.content, **how, **proof}


def _require_shown(db: Connection, row: Any, yes: Yes, to: Signed) -> None:
    if yes.shown in {"", to.digest}:
        return
    what = _changed(db, row, yes.shown, to)
    english, french = (", ".join(one.told(tongue) for one in what) for tongue in ("en", "fr"))
    raise NotAllowed(
        Said(
            f"mailing {row.id} is not any more what you were shown{f': {english} changed' if what else ''}",
            f"l’envoi {row.id} n’est plus ce qui vous a été montré{f' ({french})' if what else ''}",
        ),
        code="approval-shown",
        hint=Said(
            "Look at it as it is now; nothing was approved.",
            "Regardez-le tel qu’il est maintenant; rien n’a été approuvé.",
        ),
    )


def require_shown(ctx: Context, campaign: int, yes: Yes, to: Signed) -> None:
    """Raises NotAllowed when somebody was shown something else than would be approved."""
    with ctx.store.read() as db:
        _require_shown(db, campaigns.detail(db, campaign), yes, to)


def _changed(db: Connection, row: Any, shown: str, to: Signed) -> list[Said]:
    """What is not as it was shown, as far as anybody wrote down what that was."""
    for one in approvals.of_campaign(db, row.id):
        if one.digest == shown:
            return differing(one.signed, to.content)
    for asked in requests.of_campaign(db, row.id):
        if asked.digest == shown:
            same = asked.edition == to.edition
            return [_NAMES["schedule"] if same else _NAMES["edition"]]
    return []


def _require_asked(db: Connection, yes: Yes, to: Signed, now: datetime) -> None:
    """An answer to a request is given once, while that stands."""
    if yes.request and not requests.answer(
        db, yes.request, Answer.APPROVED, at=now, edition=to.edition, words=yes.words
    ):
        raise answered()


def answered() -> NotAllowed:
    """A request has its answer, or is withdrawn."""
    return NotAllowed(
        Said(
            "this request has been answered, or was withdrawn",
            "cette demande a reçu une réponse, ou a été retirée",
        ),
        code="request-over",
        hint=Said("Nothing was changed.", "Rien n’a été changé."),
    )


def _require_no_comments(ctx: Context, db: Connection, row: Any) -> None:
    """Of a mailing that some have the text stays as it is: a comment stands in nobody's way."""
    found = campaigns.get(db, row.id)
    if found is not None and found.started_at is None:
        _refuse_open(ctx, db, found.slug)


def require_reviewed(ctx: Context, slug: str) -> None:
    """Raises NotAllowed while a comment on an issue is open."""
    with ctx.store.read() as db:
        _refuse_open(ctx, db, slug)


def _refuse_open(ctx: Context, db: Connection, slug: str) -> None:
    waiting = comments.open_on(db, ctx.publication.key, slug)
    if waiting:
        words = (
            Said("1 comment on it is open", "un commentaire est ouvert")
            if waiting == 1
            else Said(f"{waiting} comments on it are open", f"{waiting} commentaires sont ouverts")
        )
        raise NotAllowed(
            Said(
                f"{slug} cannot be approved: {words.en}",
                f"{slug} ne peut pas être approuvé\u00a0: {words.fr}",
            ),
            code="comments-open",
            hint=Said(
                f"`newsletter comments {slug}` shows them; resolve each, with a word where it helps.",
                f"`newsletter comments {slug}` les montre; réglez chacun, avec un mot là où cela aide.",
            ),
        )


def counting(ctx: Context, given: Sequence[Approval], to: Signed, at: datetime) -> Count:
    """Whose yes counts at a moment: the newest of each person, to exactly this, and still fresh."""
    newest = {person_key(one.person): one for one in given if one.digest == to.digest}
    fresh = [one for one in newest.values() if not _stale(ctx, one, to.people, at)]
    return Count(ctx.settings.whole("approval.people"), tuple(sorted(fresh, key=lambda one: one.number)))


def _stale(ctx: Context, one: Approval, people: int | None, at: datetime) -> str:
    days = ctx.settings.whole("approval.days")
    if days and at - one.at > timedelta(days=days):
        return conclude.APPROVAL_OLD
    return conclude.COUNT_OFF if off(ctx, one.people, people) else ""


def off(ctx: Context, was: int | None, now: int | None) -> bool:
    """True when a number of recipients is too far from the one that was approved. 0 of then: nobody counted."""
    share = ctx.settings.share("approval.difference")
    if not was or now is None or share >= 1:
        return False
    return abs(now - was) > share * was


def stale(ctx: Context, db: Connection, row: Any, people: int | None, at: datetime) -> str:
    """Why a mailing that was approved wants to be approved again at a moment (a reason of conclude.CONFIRM); empty: it does not.

    One that was approved before approvals were kept goes out by the rules of then.
    """
    to, every = signed(ctx, db, row, people=people), approvals.of_campaign(db, row.id)
    given = [one for one in every if one.digest == to.digest]
    if counting(ctx, given, to, at).complete:
        return ""
    if not given and any(_means_another(one.signed, to.content) for one in every):
        return conclude.SEGMENT_DIFFERS
    return next((why for one in reversed(given) if (why := _stale(ctx, one, people, at))), "")


def _means_another(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """True where all is as it was approved, but for what its segments mean."""
    return "segments" in was and {**was, "segments": None} == {**now, "segments": None}


def count(ctx: Context, campaign: int, people: int | None = None) -> Count:
    """Whose yes to a campaign counts now, as it is planned now; of one that is held for another text: to the one approved last."""
    with ctx.store.read() as db:
        row = campaigns.detail(db, campaign)
        given = approvals.of_campaign(db, campaign)
        held = row.status == CampaignStatus.HELD.value and row.started_at is None
        edition = given[-1].edition if given and held else ""
        return counting(ctx, given, signed(ctx, db, row, edition, people), ctx.now())


def again_from(ctx: Context, found: Campaign) -> datetime | None:
    """From when on an approval is fresh enough for a mailing that was approved now; None: it is already."""
    days = timedelta(days=ctx.settings.whole("approval.days"))
    far = found.due_at is not None and found.status is CampaignStatus.SCHEDULED
    if not days or not far or found.due_at is None or found.due_at - ctx.now() <= days:
        return None
    return found.due_at - days


def history(ctx: Context, campaign: int) -> list[Approval]:
    """Everybody's yes to a campaign, oldest first, those that do not count any more included."""
    with ctx.store.read() as db:
        return approvals.of_campaign(db, campaign)


def evidence(ctx: Context, number: int) -> tuple[str, str, bytes] | None:
    """Name, media type and bytes of the file that proves an approval."""
    with ctx.store.read() as db:
        return approvals.evidence_of(db, number)
