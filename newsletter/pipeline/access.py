"""Access tokens of the API: made, listed, revoked, and what one opens.

In: names, scopes, secrets. Out: Access values; a secret once, when it is made. Called by `newsletter token` and the API.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from newsletter.model.access import PREFIX, Access
from newsletter.model.account import Right
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.store import access as tokens
from newsletter.store import audit

DAYS = 90  #: how long a token opens when nobody says
MOST_DAYS = 730
NAME = 60  #: characters
_SECRET = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True, slots=True)
class Made:
    """A token that was just made, with its secret: shown once, and kept nowhere."""

    access: Access
    secret: str


def add(ctx: Context, name: str, scopes: Collection[Right], days: int = DAYS) -> Made:
    """A new token. Raises NotAllowed for a name that is taken or no name, no scope, or a time that is too long."""
    now, called = ctx.now(), " ".join(name.split())
    _require(called, scopes, days)
    secret = PREFIX + secrets.token_urlsafe(32)
    fresh = Access(0, called, frozenset(scopes), now, ctx.actor, now + timedelta(days=days))
    with ctx.store.write() as db:
        if tokens.named(db, called) is not None:
            raise NotAllowed(
                Said(f"there is a token “{called}” already", f"il y a déjà un jeton «\u00a0{called}\u00a0»"),
                code="token-exists",
                hint=Said(
                    f"Give it another name, or end that one: newsletter token revoke {called}",
                    f"Donnez-lui un autre nom, ou révoquez celui-là\u00a0: newsletter token revoke {called}",
                ),
            )
        made = replace(fresh, id=tokens.put(db, fresh, _digest(secret)))
        detail = {"scopes": sorted(made.scopes), "until": made.until.isoformat(timespec="seconds")}
        audit.note(db, now, ctx.actor, "make token", called, detail)
    return Made(made, secret)


def _require(name: str, scopes: Collection[Right], days: int) -> None:
    if not name or len(name) > NAME or not name.isprintable():
        raise NotAllowed(
            Said(
                f"a token wants a name of at most {NAME} characters",
                f"un jeton demande un nom d’au plus {NAME} caractères",
            ),
            code="token-name",
            hint=Said("Say what it is for: crm-sync", "Dites à quoi il sert\u00a0: crm-sync"),
        )
    if not scopes:
        raise NotAllowed(
            Said("a token wants at least one scope", "un jeton demande au moins une portée"),
            code="token-scopes",
            hint=Said(
                "--scope look lets it read, and hold everything in an emergency; nothing else.",
                "--scope look lui permet de lire, et de tout retenir en cas d’urgence; rien d’autre.",
            ),
        )
    if not 1 <= days <= MOST_DAYS:
        raise NotAllowed(
            Said(f"a token lasts from 1 to {MOST_DAYS} days", f"un jeton dure de 1 à {MOST_DAYS} jours"),
            code="token-days",
            hint=Said("Make a new one before it ends.", "Créez-en un nouveau avant qu’il prenne fin."),
        )


def every(ctx: Context) -> Sequence[Access]:
    """All tokens, the newest first; those that have ended too."""
    with ctx.store.read() as db:
        return tokens.every(db)


def revoke(ctx: Context, name: str) -> Access:
    """End a token at once: requests that are under way are answered, no further one is. Raises NotFound."""
    now = ctx.now()
    with ctx.store.write() as db:
        found = tokens.named(db, name)
        if found is None:
            raise NotFound(
                Said(f"there is no token “{name}”", f"il n’y a pas de jeton «\u00a0{name}\u00a0»"),
                code="token-unknown",
                hint=Said("`newsletter token list` shows them.", "`newsletter token list` les montre."),
            )
        tokens.end(db, found.id, now, ctx.actor)
        audit.note(db, now, ctx.actor, "revoke token", found.name)
    return replace(found, ended_at=now)


def enter(ctx: Context, secret: str) -> Access | None:
    """What a secret opens now; None for one that is none of ours, has ended or was revoked. Nothing is written."""
    if not _SECRET.fullmatch(secret):  # what cannot be one causes no look into the database
        return None
    with ctx.store.read() as db:
        found = tokens.by_digest(db, _digest(secret))
    return found if found is not None and found.valid(ctx.now()) else None


def _digest(secret: str) -> bytes:
    # 256 random bits cannot be guessed: a slow hash would protect nothing more, and cost every request its time.
    return hashlib.sha256(secret.encode()).digest()
