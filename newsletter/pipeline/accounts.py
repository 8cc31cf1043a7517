"""Staff accounts: added, changed, ended; the links by which people set their own passwords.

In: names, addresses, roles, tokens of links. Out: accounts, links. Called by the studio and `newsletter staff`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsletter.model.account import Account, Role
from newsletter.model.address import AddressFault, parse
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.said import Said
from newsletter.pipeline import passwords, signing_in
from newsletter.pipeline.context import Context
from newsletter.store import Connection, audit, sessions
from newsletter.store import accounts as people
from newsletter.store.accounts import Link

LINK_LASTS = timedelta(hours=24)
NAME = 80  #: characters
LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that was just made: `path` is shown once, and kept nowhere."""

    account: Account | None
    path: str
    until: datetime


def every(ctx: Context) -> Sequence[Account]:
    """All accounts, by name."""
    with ctx.store.read() as db:
        return people.every(db)


def find(ctx: Context, number: int) -> Account:
    """One account. Raises NotFound."""
    with ctx.store.read() as db:
        return _get(db, number)


def named(ctx: Context, email: str) -> Account:
    """One account by its address. Raises NotFound."""
    with ctx.store.read() as db:
        found = people.by_email(db, email)
    if found is None:
        raise NotFound(
            Said(
                f"nobody of the staff has the address {email}", f"personne de l’équipe n’a l’adresse {email}"
            ),
            code="account-unknown",
            hint=Said("`newsletter staff list` shows them.", "`newsletter staff list` montre qui en est."),
        )
    return found[0]


def add(ctx: Context, name: str, email: str, roles: Collection[Role], language: str = "en") -> Invitation:
    """A new account, and the link by which its person sets a password. Raises NotAllowed."""
    fresh = _judged(Account(0, name, email, frozenset(roles), language, ready=False))
    now = ctx.now()
    with ctx.store.write() as db:
        _require_free(db, fresh)
        made = replace(fresh, id=people.put(db, fresh, now, ctx.actor))
        detail = {"email": made.email, "roles": sorted(made.roles)}
        audit.note(db, now, ctx.actor, "add account", made.name, detail)
        return _link(ctx, db, made)


def change(ctx: Context, number: int, name: str, email: str, roles: Collection[Role]) -> Account:
    """Name, address and roles anew; other roles or another address end the person's sessions. Raises NotFound, NotAllowed."""
    now = ctx.now()
    with ctx.store.write() as db:
        before = _get(db, number)
        after = _judged(replace(before, name=name, email=email, roles=frozenset(roles)))
        _require_free(db, after)
        _require_admin_left(db, before, after.roles)
        people.change(db, after)
        if (before.roles, before.email) != (after.roles, after.email):
            sessions.end_all(db, number, now, "account changed")
            people.end_links(db, number, now)
        detail = {
            "name": after.name,
            "email": after.email,
            "roles": sorted(after.roles),
            "was": sorted(before.roles),
        }
        audit.note(db, now, ctx.actor, "change account", before.name, detail)
        return after


def set_language(ctx: Context, account: Account, language: str) -> None:
    """The language of a person's interface."""
    _judged(replace(account, language=language))
    with ctx.store.write() as db:
        people.set_language(db, account.id, language)
        audit.note(db, ctx.now(), ctx.actor, "choose language", account.name, {"language": language})


def remove(ctx: Context, number: int) -> Account:
    """End an account and its sessions; what was done by it stays in the log. Raises NotFound, NotAllowed for the last admin."""
    now = ctx.now()
    with ctx.store.write() as db:
        found = _get(db, number)
        _require_admin_left(db, found, frozenset())
        people.end(db, number, now)
        people.end_links(db, number, now)
        sessions.end_all(db, number, now, "account ended")
        audit.note(db, now, ctx.actor, "end account", found.name, {"email": found.email})
        return found


def link(ctx: Context, number: int) -> Invitation:
    """A new link for a person who has forgotten the password, or let the first one lapse. Raises NotFound."""
    with ctx.store.write() as db:
        found = _get(db, number)
        audit.note(db, ctx.now(), ctx.actor, "make account link", found.name)
        return _link(ctx, db, found)


def first_link(ctx: Context) -> Invitation | None:
    """The link of the first admin, where no account exists yet. All such links end with the first account."""
    with ctx.store.write() as db:
        return None if people.count(db) else _link(ctx, db, None)


def opened(ctx: Context, token: str) -> Link:
    """What a link is for. Raises NotFound when it was used or replaced, or is too old."""
    with ctx.store.read() as db:
        return _opened(db, token, ctx.now())


def accept(ctx: Context, token: str, password: str, network: str) -> str:
    """Set the password of the link's account, once; the token of a new session. Raises NotFound, NotAllowed."""
    found = opened(ctx, token).account
    if found is None:
        raise _link_gone()
    passwords.judge(password, found.name, found.email)
    return _settle(ctx, token, found, passwords.hashed(password), network)


def _settle(ctx: Context, token: str, found: Account, password: str, network: str) -> str:
    now = ctx.now()
    with ctx.store.write() as db:
        _opened(db, token, now)
        people.end_links(db, found.id, now)
        people.set_password(db, found.id, password)
        sessions.end_all(db, found.id, now, "password changed")
        audit.note(db, now, found.name, "set password", found.name, {"by": "link"})
        return signing_in.begin(ctx, db, found, network)


def accept_first(ctx: Context, token: str, fresh: Account, password: str, network: str) -> str:
    """The first admin makes their account; the token of a new session. Raises NotFound, NotAllowed."""
    wanted = _judged(replace(fresh, roles=fresh.roles | {Role.ADMIN}))
    if opened(ctx, token).account is not None:
        raise _link_gone()
    passwords.judge(password, wanted.name, wanted.email)
    kept = passwords.hashed(password)
    now = ctx.now()
    with ctx.store.write() as db:
        _opened(db, token, now)
        if people.count(db):
            raise _link_gone()
        people.end_links(db, None, now)
        made = replace(wanted, id=people.put(db, wanted, now, wanted.name))
        people.set_password(db, made.id, kept)
        detail = {"email": made.email, "roles": sorted(made.roles), "first": True}
        audit.note(db, now, made.name, "add account", made.name, detail)
        return signing_in.begin(ctx, db, made, network)


def change_password(ctx: Context, account: Account, now_used: str, wanted: str, network: str) -> str:
    """A person changes their own password; all their sessions end, and a new one begins: its token. Raises NotAllowed."""
    passwords.judge(wanted, account.name, account.email)
    kept = passwords.hashed(wanted)
    now = ctx.now()
    with signing_in.proved(ctx, account.email, now_used, network) as (db, found):
        people.set_password(db, found.id, kept)
        sessions.end_all(db, found.id, now, "password changed")
        audit.note(db, now, found.name, "set password", found.name, {"by": "themselves"})
        return signing_in.begin(ctx, db, found, network)


def _get(db: Connection, number: int) -> Account:
    found = people.get(db, number)
    if found is None:
        raise NotFound(
            Said("there is no such account", "ce compte n’existe pas"),
            code="account-unknown",
            hint=Said("`newsletter staff list` shows all.", "`newsletter staff list` les montre tous."),
        )
    return found


def _link(ctx: Context, db: Connection, account: Account | None) -> Invitation:
    token, now = secrets.token_urlsafe(32), ctx.now()
    number = None if account is None else account.id
    people.put_link(db, number, signing_in.digest(token), (now, ctx.actor), now + LINK_LASTS)
    return Invitation(account, f"/welcome/{token}", now + LINK_LASTS)


def _opened(db: Connection, token: str, now: datetime) -> Link:
    found = people.link(db, signing_in.digest(token), now)
    if found is None or (found.account is None and people.count(db)):
        raise _link_gone()
    return found


def _link_gone() -> NotFound:
    return NotFound(
        Said("this link was used already, or is too old", "ce lien a déjà servi, ou il est trop ancien"),
        code="link-gone",
        hint=Said(
            "An administrator makes another one under Settings, or `newsletter staff link ADDRESS` does.",
            "Une personne qui administre les comptes peut en créer un autre dans les réglages, ou avec `newsletter staff link ADRESSE`.",
        ),
    )


def _judged(one: Account) -> Account:
    """The account with its texts in order. Raises NotAllowed."""
    name = " ".join("".join(c for c in one.name if c.isprintable()).split())
    if not 1 <= len(name) <= NAME:
        raise NotAllowed(
            Said(f"a name has 1 to {NAME} characters", f"un nom compte de 1 à {NAME} caractères"),
            code="account-name",
        )
    try:
        email = parse(one.email.strip())
    except AddressFault as fault:
        raise NotAllowed(
            Said(
                f"this is not an email address: {fault.message}",
                f"ce n’est pas une adresse courriel\u00a0: {fault.told('fr')[0]}",
            ),
            code="account-email",
        ) from None
    if not one.roles:
        raise NotAllowed(
            Said("an account has at least one role", "un compte a au moins un rôle"), code="account-roles"
        )
    if one.language not in LANGUAGES:
        raise NotAllowed(
            Said("the interface is in English and French", "l’interface existe en anglais et en français"),
            code="account-language",
        )
    return replace(one, name=name, email=email.text)


def _require_free(db: Connection, one: Account) -> None:
    if people.taken(db, one.name, one.email, but=one.id):
        raise NotAllowed(
            Said(
                "somebody of the staff has this name or this address",
                "ce nom ou cette adresse appartient déjà à quelqu’un de l’équipe",
            ),
            code="account-taken",
            hint=Said(
                "The log calls people by their names: add an initial, or the place where they work.",
                "Le journal désigne les gens par leur nom\u00a0: ajoutez une initiale ou le lieu de travail.",
            ),
        )


def _require_admin_left(db: Connection, before: Account, after: Collection[Role]) -> None:
    if Role.ADMIN in before.roles and Role.ADMIN not in after and len(people.of_role(db, Role.ADMIN)) < 2:
        raise NotAllowed(
            Said("nobody would be left who can give roles", "il ne resterait personne pour gérer les rôles"),
            code="account-last-admin",
            hint=Said(
                "Make somebody else an administrator first.", "Donnez d’abord ce rôle à quelqu’un d’autre."
            ),
        )
