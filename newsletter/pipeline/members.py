"""Members, one at a time: found, added, edited, unsubscribed; all of them: listed, exported.

In: addresses as people type them, values. Out: members; rows in store and in the audit log. Called by `members`, previews, staff pages.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from zoneinfo import available_timezones

from newsletter.audience import entering, sheets
from newsletter.audience.consent import Unproven, exclusion, judge
from newsletter.model.address import Address, Role, parse, role
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.keys import address_key
from newsletter.model.member import (
    Consent,
    ConsentBasis,
    Exclusion,
    Member,
    SuppressionReason,
    TrackingConsent,
)
from newsletter.model.said import Said
from newsletter.pipeline import segments
from newsletter.pipeline.context import Context
from newsletter.store import Connection, audit, consents, facts, members, suppressions, writing
from newsletter.store.consents import Grant
from newsletter.store.facts import Leaving
from newsletter.store.gathering import SqlCondition
from newsletter.store.segments import compile_predicate
from newsletter.store.suppressions import Listed


@dataclass(frozen=True, slots=True)
class Grounds:
    """Consent as a person states it."""

    basis: ConsentBasis
    on: date | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different. An empty text clears a field or attribute; what is not named stays."""

    fields: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    untag: frozenset[str] = frozenset()
    consent: Grounds | None = None
    tracking: TrackingConsent | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of an address. `member` is None for one that is no member."""

    address: str
    member: Member | None
    suppressions: list[Listed]
    consents: list[consents.Line]
    exclusion: Exclusion | None


def key_of(ctx: Context, email: str) -> tuple[Address, bytes]:
    """An address and its key. Raises AddressFault."""
    address = parse(email)
    return address, address_key(ctx.keys.suppression, address.matching)


def find(ctx: Context, email: str) -> Member | None:
    """The member with an address, if there is one. Raises AddressFault."""
    _, key = key_of(ctx, email)
    with ctx.store.read() as db:
        return members.find(db, key)


def get(ctx: Context, email: str) -> Member:
    """The member with an address. Raises NotFound, AddressFault."""
    found = find(ctx, email)
    if found is None:
        raise _unknown(email)
    return found


def story(ctx: Context, email: str) -> Story:
    """All that is known of an address, whether it is a member's or not. Raises AddressFault."""
    address, key = key_of(ctx, email)
    with ctx.store.read() as db:
        member = members.find(db, key)
        listed = suppressions.of(db, key)
        standing = {one.reason for one in listed if one.lifted_at is None}
        consent = member.consent if member else None
        return Story(
            member.email if member else address.text,
            member,
            listed,
            consents.history(db, key),
            exclusion(consent, standing, ctx.now().date()),
        )


def add(ctx: Context, email: str, changes: Changes) -> Story:
    """A new member. Raises NotAllowed for an address that is there, or that its owner had erased; AddressFault."""
    address, key = key_of(ctx, email)
    _check_role(address)
    with ctx.store.write() as db:
        if members.find(db, key) is not None:
            raise NotAllowed(
                Said(f"{address.text} is a member already", f"{address.text} est déjà membre"),
                code="member-exists",
                hint=Said(
                    "`newsletter members edit` changes them.", "`newsletter members edit` modifie un membre."
                ),
            )
        _check_suppressions(db, key, changes)
        member = _changed(Member(address.text), changes, _consent(ctx, changes.consent))
        writing.add(db, [(key, member)], ctx.now())
        _granted(ctx, db, key, None, member.consent)
        audit.note(db, ctx.now(), ctx.actor, "member-add", address.text)
    return story(ctx, address.text)


def edit(ctx: Context, email: str, changes: Changes) -> Story:
    """Change a member. A new address under `fields["email"]` must be nobody's, and brings its own suppressions.

    Raises NotFound, NotAllowed, AddressFault.
    """
    _, key = key_of(ctx, email)
    with ctx.store.write() as db:
        old = members.find(db, key)
        if old is None:
            raise _unknown(email)
        _check_suppressions(db, key, changes)
        if "email" in changes.fields:
            old, key = _moved(ctx, db, old, key, changes.fields["email"])
        new = _changed(old, changes, _consent(ctx, changes.consent))
        writing.change(db, [new], ctx.now())
        writing.set_tags(db, new)
        _granted(ctx, db, key, old.consent, new.consent)
        audit.note(db, ctx.now(), ctx.actor, "member-edit", new.email, _difference(old, new))
    return story(ctx, new.email)


def unsubscribe(ctx: Context, email: str, evidence: str) -> Story:
    """Somebody asked us, by phone or mail, to be left in peace: at once, also in a running mailing. Any address will do; whoever
    was written to there and has another address by now leaves with both."""
    address, key = key_of(ctx, email)
    now = ctx.now()
    with ctx.store.write() as db:
        leaving = [
            Leaving(one, SuppressionReason.UNSUBSCRIBED, now, "asked us", text)
            for one, text in [(key, address.text), *facts.addresses_of_now(db, key)]
            if not facts.is_suppressed(db, one, SuppressionReason.UNSUBSCRIBED)
        ]
        facts.suppress(db, leaving)
        facts.withdraw(db, leaving, evidence, ctx.actor)
        for one in leaving:
            audit.note(db, now, ctx.actor, "unsubscribe", one.address, {"evidence": evidence})
    return story(ctx, email)


def listing(ctx: Context, segment: str = "", search: str = "", limit: int = 0) -> tuple[int, list[Member]]:
    """How many members are in a segment (or an expression; empty: all) and hold every word of
    `search` in address, name, company or at the beginning of a further field; and the first of them (0: all)."""
    condition = compile_predicate(segments.defined(ctx).read(segment)) if segment else None
    wanted = members.searched(search, condition)
    with ctx.store.read() as db:
        found = chain.from_iterable(members.pages(db, wanted))
        return members.count(db, wanted), list(islice(found, limit or None))


def exported(ctx: Context, where: SqlCondition | None = None) -> Iterator[str]:
    """The lines of a CSV file that an import reads back unchanged, header first; of all members, or of those that meet a condition."""
    with ctx.store.read() as db:
        attributes = sorted(members.attribute_names(db))
        yield _line([sheets.header(attributes)])
        for page in members.pages(db, where):
            yield _line([sheets.row(member, attributes) for member in page])


def _line(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _unknown(email: str) -> NotFound:
    return NotFound(
        Said(f"no member has the address {email}", f"aucun membre n’a l’adresse {email}"),
        code="member-unknown",
        hint=Said(
            "`newsletter members list` shows who is there.", "`newsletter members list` montre qui y est."
        ),
    )


def _check_role(address: Address) -> None:
    if role(address) is Role.REFUSED:
        raise NotAllowed(
            Said(
                f"nobody reads a newsletter at {address.text}",
                f"personne ne lit d’infolettre à {address.text}",
            ),
            code="address-role",
        )


def _check_suppressions(db: Connection, key: bytes, changes: Changes) -> None:
    """Nobody is brought back by staff: only their own act counts."""
    standing = suppressions.standing(db, [key]).get(key, frozenset())
    if SuppressionReason.ERASED in standing:
        raise NotAllowed(
            Said(
                "the owner of this address asked to be forgotten",
                "la personne à cette adresse a demandé l’effacement",
            ),
            code="member-erased",
        )
    if standing and changes.consent:
        raise NotAllowed(
            Said(
                f"this address is on the do-not-mail list ({', '.join(sorted(standing))}): no new consent can be entered",
                f"cette adresse est sur la liste d’exclusion ({', '.join(sorted(standing))})\u00a0: aucun nouveau consentement ne peut être inscrit",
            ),
            code="member-suppressed",
            hint=Said(
                "Only the person can come back, by subscribing again.",
                "Seule la personne peut revenir, en s’abonnant de nouveau.",
            ),
        )


def _consent(ctx: Context, grounds: Grounds | None) -> Consent | None:
    if grounds is None:
        return None
    found = judge(grounds.basis, grounds.on, grounds.evidence.strip(), ctx.now().date())
    if isinstance(found, Unproven):
        raise NotAllowed(
            Said(
                f"this consent cannot be taken: {found.reason.en}",
                f"ce consentement ne peut être retenu\u00a0: {found.reason.fr}",
            ),
            code="consent-unproven",
            hint=Said(
                "Give --evidence, and --consent-date for a purchase or an inquiry.",
                "Donnez --evidence, et --consent-date pour un achat ou une demande.",
            ),
        )
    return found


def _moved(ctx: Context, db: Connection, old: Member, key: bytes, email: str) -> tuple[Member, bytes]:
    address, new_key = key_of(ctx, email)
    _check_role(address)
    if new_key != key:
        if members.find(db, new_key) is not None:
            raise NotAllowed(
                Said(
                    f"{address.text} is another member's address",
                    f"{address.text} est l’adresse d’un autre membre",
                ),
                code="member-exists",
            )
        if suppressions.standing(db, [new_key, key]):
            raise NotAllowed(
                Said(
                    "an address on the do-not-mail list cannot be given away or taken",
                    "une adresse de la liste d’exclusion ne peut être ni cédée ni reprise",
                ),
                code="member-suppressed",
                hint=Said(
                    "Add the new address as a member of its own.",
                    "Ajoutez la nouvelle adresse comme un membre à part.",
                ),
            )
        writing.move(db, old, new_key)
        if old.consent:  # the log follows addresses: this one's begins with what stands
            consents.grant(
                db,
                [Grant(new_key, old.consent, "moved from an earlier address", consents.CORRECTED)],
                ctx.now(),
                ctx.actor,
            )
    return old._replace(email=address.text), new_key


def _changed(old: Member, changes: Changes, consent: Consent | None) -> Member:
    zones = {name.lower(): name for name in available_timezones()}
    typed = {name: value for name, value in changes.fields.items() if name != "email"}
    attributes = {**old.attributes, **entering.attributes(changes.attributes)}
    return old._replace(
        **entering.fields(typed, zones),  # type: ignore[arg-type] # names of text fields only
        attributes={name: value for name, value in attributes.items() if value},
        tags=entering.tags(old.tags, changes.tags, changes.untag),
        consent=consent or old.consent,
        tracking_consent=changes.tracking or old.tracking_consent,
    )


def _granted(ctx: Context, db: Connection, key: bytes, old: Consent | None, new: Consent | None) -> None:
    if new is not None and new != old:
        kind = consents.CORRECTED if old and old.basis is new.basis else consents.GRANTED
        consents.grant(db, [Grant(key, new, "entered by hand", kind)], ctx.now(), ctx.actor)


def _difference(old: Member, new: Member) -> dict[str, object]:
    """The names of what was changed: the audit log holds no second copy of people's data."""
    names = (
        "email",
        "first_name",
        "last_name",
        "company",
        "province",
        "language",
        "timezone",
        "tags",
        "attributes",
    )
    found = [
        name for name in (*names, "consent", "tracking_consent") if getattr(old, name) != getattr(new, name)
    ]
    return {"changed": found}
