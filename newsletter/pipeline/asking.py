"""Asking: named people are asked to approve a mailing, by a mail with a page of their own; what they said.

In: a mailing, people. Out: requests in the store, whose mails the worker delivers; answers. Called by `approve --ask`, the studio, the
public pages, the worker's courier.

The token of a link is the proof, for this person and this mailing, until the request ends. Whoever opens it changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from newsletter.channels import people, registry
from newsletter.model import page_token
from newsletter.model.account import Right
from newsletter.model.approval import Answer, Approver, Asked, How, Yes, person_key
from newsletter.model.campaign import Campaign
from newsletter.model.errors import ConfigurationError, NotAllowed
from newsletter.model.notice import NoticeKind, Person
from newsletter.model.page_token import PagePurpose
from newsletter.model.said import Said
from newsletter.pipeline import build, commenting, considering, control, foresee, plan, reviewing, signing
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.context import Context
from newsletter.store import Connection, accounts, audit, campaigns, notices, requests

WORDS = 1000  #: the longest answer, in characters
_OPEN_ENDED = timedelta(days=14)  #: how long a link works for a mailing without a time


def approvers(ctx: Context) -> list[Approver]:
    """Everybody who may be asked: accounts with the right to approve, who stands in the settings, deputies last; an address once.

    Raises ConfigurationError for a setting that names nobody."""
    language = staff_language(ctx)
    with ctx.store.read() as db:
        staff = [one for one in accounts.every(db) if one.may(Right.APPROVE)]
    found = [
        *(Approver(one.name, one.email, one.language) for one in staff),
        *_named(ctx, "approvers", language, deputy=False),
        *_named(ctx, "approval.deputies", language, deputy=True),
    ]
    return list({one.address.casefold(): one for one in reversed(found)}.values())[::-1]


def _named(ctx: Context, setting: str, language: str, *, deputy: bool) -> list[Approver]:
    told = people.read(ctx.settings.items(setting), language, setting)
    return [Approver(one.name or one.address, one.address, one.language, deputy) for one in told]


def ask(
    ctx: Context, number: int, names: Sequence[str] = (), deadline: datetime | None = None
) -> list[Asked]:
    """Ask people, by name or address, to approve a mailing as it is now; nobody named: everybody but deputies, and whoever approved it.

    Whoever was asked before and has not answered is asked anew, about what it is now. Raises NotAllowed when it cannot be approved or a
    name is nobody's, ConfigurationError when nobody may be asked, or no mail can reach them.
    """
    chosen = _chosen(ctx, number, names)
    for one in chosen:
        registry.mailbox(ctx.settings, ctx.publication.sender.address, _person(one))
    seen = considering.proposal(ctx, number)
    if seen.edition is None or seen.signed is None:
        raise considering.refused(seen)
    now = ctx.now()
    plan.keep(ctx, seen.edition, dict(seen.files))
    until = deadline or _deadline(ctx, seen.campaign, now)
    if until <= now:
        raise NotAllowed(
            Said("that moment has passed", "ce moment est passé"),
            code="approval-deadline",
            hint=Said("Name a later one.", "Indiquez-en un plus tardif."),
        )
    expires = _expires(ctx, seen.campaign, until)
    to = (seen.signed.edition, seen.signed.digest)
    with ctx.store.write() as db:
        waiting = [one for one in requests.of_campaign(db, number) if one.open]
        made: list[Asked] = []
        for one in chosen:
            for before in waiting:
                if before.address == one.address:
                    requests.withdraw(db, before.number, now)
            asked = _row(number, one, ctx.actor, (now, until, expires), to)
            made.append(_kept(ctx, db, asked))
    return made


def ask_again(
    ctx: Context, number: int, chosen: Sequence[Approver], deadline: datetime | None
) -> list[Asked]:
    """Ask people, in nobody's name, to approve once more what is planned; nobody, when somebody waits for an answer already."""
    now = ctx.now()
    found = control.find(ctx, number)
    until = deadline or _deadline(ctx, found, now)
    times = (now, until, _expires(ctx, found, until))
    with ctx.store.write() as db:
        if any(one.open for one in requests.of_campaign(db, number)):
            return []
        to = signing.signed(ctx, db, campaigns.detail(db, number))
        return [_kept(ctx, db, _row(number, one, "", times, (to.edition, to.digest))) for one in chosen]


def _person(one: Approver) -> Person:
    return Person("" if one.name == one.address else one.name, one.address, one.language)


def _chosen(ctx: Context, number: int, names: Sequence[str]) -> list[Approver]:
    known = approvers(ctx)
    if not known:
        raise ConfigurationError(
            Said(
                "nobody is named who may be asked to approve",
                "aucune personne à qui demander l’approbation n’est nommée",
            ),
            code="approvers-none",
            hint=Said(
                'approvers = ["Name <address>", "Name <address> fr"] in newsletter.toml.',
                'approvers = ["Nom <adresse>", "Nom <adresse> fr"] dans newsletter.toml.',
            ),
        )
    if names:
        return [_one(known, name) for name in names]
    done = {person_key(one.person) for one in signing.count(ctx, number).given}
    return [one for one in known if not one.deputy and person_key(one.name) not in done]


def _one(known: Sequence[Approver], name: str) -> Approver:
    wanted = person_key(name)
    found = next((one for one in known if wanted in {person_key(one.name), person_key(one.address)}), None)
    if found is None:
        raise NotAllowed(
            Said(
                f"{name} is not among those who may be asked",
                f"{name} n’est pas parmi les personnes à qui l’approbation peut être demandée",
            ),
            code="approver-unknown",
            hint=Said(
                f"They are: {', '.join(one.name for one in known)}.",
                f"Ce sont\u00a0: {', '.join(one.name for one in known)}.",
            ),
        )
    return found


def _row(
    campaign: int, one: Approver, by: str, times: tuple[datetime, datetime, datetime], to: tuple[str, str]
) -> Asked:
    """A request that is not kept yet. `times`: now, deadline, end; `to`: edition and digest of what is shown."""
    now, until, expires = times
    edition, digest = to
    return Asked(
        number=0,
        campaign=campaign,
        person=one.name,
        address=one.address,
        language=one.language,
        asked_by=by,
        asked_at=now,
        deadline=until,
        expires_at=expires,
        edition=edition,
        digest=digest,
    )


def _kept(ctx: Context, db: Connection, asked: Asked) -> Asked:
    number = requests.put(db, asked)
    detail = {"request": number, "person": asked.person, "deadline": asked.deadline.isoformat()}
    deputy = {"deputy_for": asked.deputy_for} if asked.deputy_for else {}
    audit.note(db, ctx.now(), ctx.actor, "ask for approval", str(asked.campaign), detail | deputy)
    found = requests.get(db, number)
    if found is None:
        raise LookupError(number)
    return found


def _deadline(ctx: Context, found: Campaign, now: datetime) -> datetime:
    """After the hours that are set; an hour before its time where that comes sooner; half of what is left where even that has passed."""
    wanted = now + timedelta(hours=max(ctx.settings.whole("approval.hours"), 1))
    due = _due(ctx, found)
    if due is None or due <= now:
        return wanted
    hour_before = due - timedelta(hours=1)
    return min(wanted, hour_before if hour_before > now else now + (due - now) / 2)


def _expires(ctx: Context, found: Campaign, deadline: datetime) -> datetime:
    due = _due(ctx, found)
    return max(due, deadline) if due is not None else deadline + _OPEN_ENDED


def _due(ctx: Context, found: Campaign) -> datetime | None:
    with ctx.store.read() as db:
        return foresee.time_of(campaigns.detail(db, found.id))


def url(ctx: Context, asked: Asked) -> str:
    """The address of somebody's page."""
    token = page_token.sign(ctx.keys.signing, ctx.keys.current, PagePurpose.APPROVAL, asked.number)
    return f"{ctx.settings.text('web.base_url')}/a/{token}"


def by_token(ctx: Context, token: str) -> Asked | None:
    """The request that a token is of, over or not; None when it is not ours. Raises ConfigurationError as `approvers` does."""
    number = page_token.read(token, PagePurpose.APPROVAL, ctx.keys.tokens)
    if number is None:
        return None
    with ctx.store.read() as db:
        found = requests.get(db, number)
    if found is None or not found.open or _may_answer(ctx, found):
        return found
    return replace(found, ended_at=ctx.now())


def require_may_answer(ctx: Context, asked: Asked) -> None:
    """Raises NotAllowed for somebody who was asked and may not be asked any more: their account ended, or lost that right."""
    if not _may_answer(ctx, asked):
        raise signing.answered()


def _may_answer(ctx: Context, asked: Asked) -> bool:
    return asked.address.casefold() in {one.address.casefold() for one in approvers(ctx)}


def of_campaign(ctx: Context, number: int) -> list[Asked]:
    """All requests about a mailing, oldest first."""
    with ctx.store.read() as db:
        return requests.of_campaign(db, number)


def mails(ctx: Context, number: int) -> Sequence[Any]:
    """The mails of all requests about a mailing, oldest first: request_id, kind, state, detail."""
    with ctx.store.read() as db:
        return requests.mails_of(db, number)


def withdraw(ctx: Context, number: int, request: int) -> None:
    """Nobody waits for somebody's answer any more; their link tells so. Raises NotAllowed when it was given."""
    now = ctx.now()
    with ctx.store.write() as db:
        found = requests.get(db, request)
        if found is None or found.campaign != number or not requests.withdraw(db, request, now):
            raise signing.answered()
        audit.note(
            db, now, ctx.actor, "withdraw request", str(number), {"request": request, "person": found.person}
        )


def approve(ctx: Context, asked: Asked, shown: str, words: str = "") -> Campaign:
    """Somebody who was asked says yes to what they were shown (the digest of it). Raises NotAllowed."""
    _require_open(ctx, asked)
    said = commenting.cleaned(words, WORDS)
    yes = Yes(How.EMAIL, asked.person, shown, said, request=asked.number)
    return considering.say_yes(ctx, asked.campaign, yes)


def change(ctx: Context, asked: Asked, words: str) -> None:
    """Somebody who was asked wants something changed: an open comment on the issue, which stands in the way of any approval, and a
    notice to staff. Raises NotAllowed without words."""
    _require_open(ctx, asked)
    said = commenting.cleaned(words, WORDS)
    if not said:
        raise NotAllowed(
            Said("say what should be changed", "dites ce qu’il faut changer"),
            code="change-empty",
            hint=Said("Nothing was sent yet.", "Rien n’a encore été envoyé."),
        )
    seen = considering.proposal(ctx, asked.campaign, asked=asked)
    edition = seen.edition.id if seen.edition else asked.edition
    now = ctx.now()
    if seen.edition is not None:
        plan.keep(ctx, seen.edition, dict(seen.files))
    with ctx.store.write() as db:
        kept = asked.edition if seen.edition is None else edition
        if not requests.answer(db, asked.number, Answer.CHANGE, at=now, edition=kept, words=said):
            raise signing.answered()
        audit.note(
            db,
            now,
            "approval-link",
            "ask for a change",
            str(asked.campaign),
            {"request": asked.number, "person": asked.person},
        )
        told = {"change": said, "person": asked.person}
        notices.tell(
            db,
            NoticeKind.APPROVAL,
            f"{asked.campaign}:change:{asked.number}",
            campaign=asked.campaign,
            data=told,
        )
    _comment(ctx, seen.campaign.slug, asked, said)


def _comment(ctx: Context, slug: str, asked: Asked, words: str) -> None:
    built = build.build(ctx, slug)
    outline = reviewing.outline_of(built, asked.language) or next(iter(built.rendering.outlines), None)
    if outline is not None and outline.pieces:
        commenting.say(ctx, outline, (0, outline.pieces[0].digest), (asked.person, words), slug)


def deputies(ctx: Context, asked: Asked) -> list[Approver]:
    """Who could decide in somebody's place."""
    with ctx.store.read() as db:
        others = {one.address for one in requests.of_campaign(db, asked.campaign) if one.open}
    return [one for one in approvers(ctx) if one.address not in {asked.address, *others}]


def hand_over(ctx: Context, asked: Asked, name: str) -> Asked:
    """Somebody who was asked names who decides in their place. Raises NotAllowed."""
    _require_open(ctx, asked)
    chosen = _one(deputies(ctx, asked), name)
    now = ctx.now()
    with ctx.store.write() as db:
        if not requests.answer(db, asked.number, Answer.DEPUTY, at=now, words=chosen.name):
            raise signing.answered()
        return in_place_of(ctx, db, asked, chosen)


def in_place_of(ctx: Context, db: Connection, asked: Asked, chosen: Approver) -> Asked:
    """Ask somebody in another's place, by the same time."""
    times = (ctx.now(), asked.deadline, asked.expires_at)
    made = _row(asked.campaign, chosen, asked.person, times, (asked.edition, asked.digest))
    return _kept(ctx, db, replace(made, deputy_for=asked.number))


def _require_open(ctx: Context, asked: Asked) -> None:
    if not asked.open or ctx.now() >= asked.expires_at:
        raise signing.answered()


def waiting_for(ctx: Context, number: int) -> tuple[int, list[str]]:
    """How many people's approval a mailing still wants, and the names of those who may give it: who was asked, else who may be asked."""
    count = signing.count(ctx, number)
    done = {person_key(one.person) for one in count.given}
    asked = [one.person for one in of_campaign(ctx, number) if one.open]
    names = asked or [one.name for one in approvers(ctx) if not one.deputy]
    return count.missing, [name for name in dict.fromkeys(names) if person_key(name) not in done]
