"""One person's story in order of time, in sentences of both languages: how they came, what they consented to, each mailing, how they left.

In: an address. Out: a Tale of moments. Called by the studio.

It works for an address that is no member: the ledger remembers addresses by their key, also after a member is erased.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from newsletter.audience import english, french
from newsletter.audience.consent import WITHDRAWALS, exclusion
from newsletter.model.address import Address, parse
from newsletter.model.campaign import BatchState, Campaign, DeliveryState
from newsletter.model.event import EventKind
from newsletter.model.keys import address_key
from newsletter.model.member import Exclusion, Member
from newsletter.model.said import Said
from newsletter.pipeline import answer_words, why
from newsletter.pipeline import tale_words as words
from newsletter.pipeline.context import Context
from newsletter.pipeline.tale_words import BY, FROM, PROOF, with_details
from newsletter.store import Connection, campaigns, consents, editions, members, stories, suppressions
from newsletter.store.consents import Line
from newsletter.store.decided import ASSUMED
from newsletter.store.stories import Sent
from newsletter.store.suppressions import Listed

GOOD, WARNING, WRONG, PLAIN = "good", "warning", "wrong", ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `tone`: good, warning, wrong or nothing; `campaign` and `title` where it is about a mailing."""

    at: datetime
    said: Said
    tone: str = PLAIN
    campaign: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Tale:
    """`member` is None for who is none; `reason` is why they are not mailed today (None: they may be). Moments: the oldest first."""

    address: str
    member: Member | None
    since: datetime | None
    reason: Exclusion | None
    listed: tuple[Listed, ...]
    segments: tuple[str, ...]
    moments: tuple[Moment, ...]

    @property
    def why_not(self) -> Said | None:
        """Why they are not mailed today, in words."""
        return words.WHY[self.reason.value] if self.reason else None


def tale(ctx: Context, email: str) -> Tale:
    """The story of an address. Raises AddressFault."""
    address = parse(email)
    key = address_key(ctx.keys.suppression, address.matching)
    segments = why.segments_of(ctx, key)[0]
    with ctx.store.read() as db:
        member = members.find(db, key)
        listed = suppressions.of(db, key)
        standing = [one.reason for one in listed if one.lifted_at is None]
        return Tale(
            address=member.email if member else address.text,
            member=member,
            since=stories.known_since(db, key),
            reason=exclusion(member.consent if member else None, standing, ctx.now().date())
            if member or standing
            else None,
            listed=tuple(listed),
            segments=segments,
            moments=tuple(_moments(db, key, address, member, listed)),
        )


def _moments(
    db: Connection, key: bytes, address: Address, member: Member | None, listed: list[Listed]
) -> list[Moment]:
    """All of them. What happened in one instant stands as it was done: who came in, then their consent, then the mail."""
    log = consents.history(db, key)
    found = [
        *_arrived(db, key, address, member, log),
        *(_consent(line) for line in log),
        *_list(listed, log),
        *_mailings(db, key, member.id if member else 0),
    ]
    return sorted(found, key=lambda one: one.at)


def _arrived(
    db: Connection, key: bytes, address: Address, member: Member | None, log: list[Line]
) -> Iterator[Moment]:
    subjects = {address.text, address.matching, *((member.email, str(member.id)) if member else ())}
    added = False
    for row in stories.acts_about(db, sorted(subjects)):
        told = _act(row.act, row.detail)
        added = added or row.act == "member-add"
        if told is not None and (row.act == "preferences") == row.subject.isdigit():
            yield Moment(row.at, with_details(told, *([(BY, row.actor)] if row.actor != "reader" else [])))
    since = stories.known_since(db, key)
    if since is not None and not added:
        file = next((words.of_list(line.source) for line in log if line.at == since), "")
        yield Moment(since, _came(file), GOOD)


def _came(file: str) -> Said:
    if file:
        return Said(f"Became a member with the list {file}.", f"Devient membre avec la liste {file}.")
    return Said("Became a member.", "Devient membre.")


def _act(act: str, detail: dict[str, object]) -> Said | None:
    match act:
        case "member-add":
            return Said("Added as a member", "Ajout comme membre")
        case "member-edit":
            changed = detail.get("changed")
            names = [str(name) for name in changed] if isinstance(changed, list) else []
            fields = Said(", ".join(map(_field, names)), ", ".join(map(_champ, names)))
            return Said(f"Changed: {fields.en}", f"Modification\u00a0: {fields.fr}") if names else None
        case "preferences":
            return _wishes(str(detail.get("language", "")), str(detail.get("tracking_consent", "")))
        case _:
            return None


def _field(name: str) -> str:
    return english.name_of(name).replace("_", " ")


def _champ(name: str) -> str:
    known = {"attributes": "autres champs", "consent": "consentement", "email": "adresse"}
    return known.get(name) or re.sub("^(?:l’|la |le |les )", "", french.NAMES.get(name, name))


def _wishes(language: str, tracking: str) -> Said:
    spoken = {
        "en": Said("English", "anglais"),
        "fr": Said("French", "français"),
        "": Said("both languages", "les deux langues"),
    }
    wanted = spoken.get(language, Said(language, language))
    measured = tracking != "refused"
    return Said(
        f"Set their preferences: {wanted.en}; reading {'may' if measured else 'may not'} be measured",
        f"A choisi ses préférences\u00a0: {wanted.fr}; mesure de la lecture {'permise' if measured else 'refusée'}",
    )


def _consent(line: Line) -> Moment:
    proof, known = (PROOF, line.evidence), (FROM, words.source(line.source))
    actor = (BY, "" if line.actor in {"reader", "provider"} else line.actor)
    if line.basis is None:
        erased = line.kind == "erased"
        told = (
            Said("Asked to be forgotten", "A demandé l’effacement")
            if erased
            else Said("Consent withdrawn", "Consentement retiré")
        )
        return Moment(line.at, with_details(told, known, proof, actor), WARNING)
    basis = words.BASES[line.basis]
    dated = words.day(line.effective_on) if line.effective_on else Said("", "")
    since = Said(f", {dated.en}", f", {dated.fr}") if dated else dated
    corrected = line.kind == "corrected"
    told = Said(
        f"Consent {'corrected' if corrected else 'on file'}: {basis.en}{since.en}",
        f"Consentement {'corrigé' if corrected else 'au dossier'}\u00a0: {basis.fr}{since.fr}",
    )
    return Moment(line.at, with_details(told, proof, known, actor), GOOD)


def _list(listed: list[Listed], log: list[Line]) -> Iterator[Moment]:
    withdrawn = {line.at for line in log if line.kind == "withdrawn"}
    for one in listed:
        if one.reason not in WITHDRAWALS or one.at not in withdrawn:  # else the log of consent tells it
            why_listed = words.LISTED[one.reason]
            told = Said(
                f"Put on the do-not-mail list: {why_listed.en}",
                f"Ajout à la liste d’exclusion\u00a0: {why_listed.fr}",
            )
            yield Moment(one.at, with_details(told, (FROM, words.source(one.source))), WRONG)
        if one.lifted_at is not None:
            yield Moment(
                one.lifted_at,
                Said("Taken off the do-not-mail list.", "Retrait de la liste d’exclusion."),
                GOOD,
            )


def _mailings(db: Connection, key: bytes, member: int) -> Iterator[Moment]:
    sent, excluded = stories.sent(db, key, member), stories.excluded(db, key, member)
    titles: dict[str, str] = {}
    for campaign in campaigns.listed(db):
        if campaign.id not in sent and campaign.id not in excluded:
            continue
        title = titles.get(campaign.edition) or titles.setdefault(campaign.edition, _title(db, campaign))
        at = campaign.started_at or campaign.created_at
        if campaign.id in excluded and campaign.id not in sent:
            told = words.WHY.get(excluded[campaign.id], Said(excluded[campaign.id], excluded[campaign.id]))
            said = Said(f"Not mailed: {told.en}.", f"Aucun envoi\u00a0: {told.fr}.")
            yield Moment(at, said, WARNING, campaign.id, title)
            continue
        yield from (
            Moment(when, said, tone, campaign.id, title)
            for when, said, tone in _passage(db, campaign, sent[campaign.id], at)
        )


def _title(db: Connection, campaign: Campaign) -> str:
    artwork = editions.get(db, campaign.edition).artwork
    return artwork.texts[artwork.languages[0]].title or campaign.slug


Told = tuple[datetime, Said, str]


def _passage(db: Connection, campaign: Campaign, sent: Sent, at: datetime) -> Iterator[Told]:
    last = at
    if sent.state is DeliveryState.BATCHED:
        for attempt in stories.attempts_of(db, sent.batch):
            last = attempt.finished_at or attempt.started_at
        if sent.batch_state is BatchState.ACCEPTED:
            assumed = sent.batch_reason == ASSUMED
            yield last, _handed(campaign.service, sent, assumed=assumed), GOOD
        else:
            state = words.MAIL_ALIKE.get(sent.batch_state.value, sent.batch_state.value)
            yield last, words.MAIL[state], WARNING
    else:
        yield at, _left_out(sent), WARNING
    yield from _news(db, sent.delivery)
    yield from _reading(db, sent.delivery)


def _handed(to: str, sent: Sent, *, assumed: bool) -> Said:
    where = Said(f", for {sent.address}", f", pour {sent.address}") if sent.address else Said("", "")
    if assumed:
        return Said(
            f"Handed over to {to}{where.en}: a person decided that it was.",
            f"Remis à {to}{where.fr}\u00a0: une personne en a décidé ainsi.",
        )
    return Said(f"Handed over to {to}{where.en}.", f"Remis à {to}{where.fr}.")


def _left_out(sent: Sent) -> Said:
    answer = answer_words.in_words(sent.reason)
    answer = Said(words.short(answer.en), words.short(answer.told("fr")))
    why_not = words.WHY.get(sent.reason, answer)
    if sent.state is DeliveryState.SKIPPED:
        return Said(
            f"Left out at the last look before the hand-over: {why_not.en}.",
            f"Écarté au dernier contrôle avant la remise\u00a0: {why_not.fr}.",
        )
    return Said(
        f"The mail service refused this address: {why_not.en}.",
        f"Le service d’envoi a refusé cette adresse\u00a0: {why_not.fr}.",
    )


_TONES = {
    EventKind.DELIVERED: GOOD,
    EventKind.BOUNCED: WRONG,
    EventKind.DROPPED: WRONG,
    EventKind.COMPLAINED: WRONG,
    EventKind.DEFERRED: WARNING,
    EventKind.UNSUBSCRIBED: WARNING,
}


def _news(db: Connection, delivery: int) -> Iterator[Told]:
    for event in stories.events_of(db, delivery):
        kind = EventKind(event.kind)
        if kind in words.EVENTS:
            more = " ".join(part for part in (event.status, event.reason) if part)
            yield event.occurred_at, with_details(words.EVENTS[kind], (words.ANSWER, more)), _TONES[kind]
    for fact, at in stories.facts_of(db, delivery):
        if fact == "left":
            yield at, Said("Left while it was being handed over.", "Départ pendant la remise."), WARNING


_READERS = {
    "human": Said("", ""),
    "machine": Said(" (a machine)", " (une machine)"),
    "unknown": Said(" (a person or a machine)", " (une personne ou une machine)"),
}


def _reading(db: Connection, delivery: int) -> Iterator[Told]:
    for hit in stories.hits_of(db, delivery):
        who = _READERS.get(str(hit.reader), Said("", ""))
        if hit.kind == "open":
            yield hit.at, Said(f"Opened{who.en}.", f"Ouvert{who.fr}."), PLAIN
        else:
            yield (
                hit.at,
                Said(f"Followed link {hit.link}{who.en}.", f"A suivi le lien {hit.link}{who.fr}."),
                PLAIN,
            )
