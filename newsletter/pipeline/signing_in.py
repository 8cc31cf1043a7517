"""Signing in and out: a password becomes a session, a session's token becomes an account.

In: an address, a password, where it came from. Out: a token, once; later whose it is. Called by the studio.

Whoever guesses is slowed: each failure of one network at one account, and of one network at all, doubles the wait for the next. Nobody
who knows a password is locked out by strangers: what fails elsewhere costs them two seconds at most. An attempt is counted before
it is looked at, so that a hundred at one time are a hundred.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from threading import BoundedSemaphore

from newsletter.model.account import Account
from newsletter.model.address import MAX_LENGTH
from newsletter.model.errors import NotAllowed
from newsletter.model.folding import fold_part
from newsletter.model.said import Said, alike
from newsletter.pipeline import passwords
from newsletter.pipeline.context import Context
from newsletter.store import Connection, accounts, audit, sessions, throttle

LASTS = timedelta(hours=12)  #: a session ends after it, whatever is done meanwhile
FORGIVEN = timedelta(hours=24)  #: failures older than this count no more
_FREE = {"account": 4, "network": 20}  #: failures that cost nothing
_LONGEST = {"account": 900.0, "network": 60.0}  #: seconds
_BUSY, _BUSY_FOR, _SLOWED = (
    100,
    timedelta(minutes=10),
    2.0,
)  #: failures of everybody; how long they count; seconds
_AT_ONCE = BoundedSemaphore(4)  #: each comparison takes the memory of passwords.MEMORY


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def sign_in(ctx: Context, email: str, password: str, network: str) -> str:
    """The token of a new session. Raises NotAllowed, alike for an unknown address and a wrong password; after many failures,
    for some time, without looking at the password."""
    with proved(ctx, email, password, network) as (db, found):
        return begin(ctx, db, found, network)


@contextmanager
def proved(ctx: Context, email: str, password: str, network: str) -> Iterator[tuple[Connection, Account]]:
    """Who knows this password, in a transaction. Raises NotAllowed as `sign_in` does: whoever guesses is slowed."""
    email = email.strip()[:MAX_LENGTH]
    keys = _keys(ctx, email, network)
    found, known = _take_turn(ctx, email, keys)
    with _AT_ONCE:
        right = passwords.fits(password, known)
        fresh = passwords.hashed(password) if right and passwords.outgrown(known) else ""
    if not right or found is None:
        raise _wrong()
    with ctx.store.write() as db:
        if accounts.password_of(db, found.id) != known:  # changed while this one was compared
            raise _wrong()
        if fresh:
            accounts.set_password(db, found.id, fresh)
        throttle.clear(db, [keys["account"]])
        throttle.take_back(db, [keys["network"], keys["everybody"]])
        yield db, found


def _wrong() -> NotAllowed:
    return NotAllowed(
        Said("the address or the password is wrong", "l’adresse ou le mot de passe est erroné"),
        code="sign-in-wrong",
    )


def _take_turn(ctx: Context, email: str, keys: dict[str, str]) -> tuple[Account | None, str]:
    """The account and its password's hash, if there is one; the attempt counts as failed until it is proved not to be."""
    now = ctx.now()
    with ctx.store.write() as db:
        throttle.forget(db, now - FORGIVEN)
        counted = throttle.counts(db, list(keys.values()))
        _require_turn(counted, keys, now)
        throttle.add(db, list(keys.values()), now)
        found = accounts.by_email(db, email)
    failed, last = counted.get(keys["everybody"], (0, now))
    if failed >= _BUSY and now - last < _BUSY_FOR:
        ctx.sleep(_SLOWED)
    return found or (None, "")


def begin(ctx: Context, db: Connection, account: Account, network: str) -> str:
    """A new session for an account, in the transaction that proved who it is; its token."""
    token, now = secrets.token_urlsafe(32), ctx.now()
    sessions.begin(db, account.id, digest(token), now, now + LASTS, network)
    sessions.forget(db, now - FORGIVEN)
    audit.note(db, now, account.name, "sign in", account.name, {"network": network})
    return token


def who(ctx: Context, token: str) -> Account | None:
    """Whose session it is; None when it ended, or never was."""
    with ctx.store.read() as db:
        return sessions.account(db, digest(token), ctx.now())


def sign_out(ctx: Context, token: str, account: Account) -> None:
    """End this session."""
    with ctx.store.write() as db:
        sessions.end(db, digest(token), ctx.now(), "signed out")
        audit.note(db, ctx.now(), account.name, "sign out", account.name)


def sign_out_everywhere(ctx: Context, account: Account) -> int:
    """End all sessions of an account, this one too; how many there were."""
    with ctx.store.write() as db:
        ended = sessions.end_all(db, account.id, ctx.now(), "signed out everywhere")
        audit.note(db, ctx.now(), account.name, "sign out everywhere", account.name, {"sessions": ended})
        return ended


def _keys(ctx: Context, email: str, network: str) -> dict[str, str]:
    """What a failure is counted under. Of addresses that were tried only a digest is kept: they may be anybody's."""
    # spelled as the accounts are looked up: no spelling of one address brings further guesses
    name = hashlib.blake2b(
        fold_part(email).strip().encode("utf-8", "replace"), key=ctx.keys.studio, digest_size=12
    ).hexdigest()
    near = near_by(network)
    return {"account": f"a:{name}:{near}", "network": f"n:{near}", "everybody": "everybody"}


def near_by(network: str) -> str:
    """The network that an address belongs to: itself (of IPv4, also where it is written as IPv6), or the /56 that a line of IPv6 is given."""
    try:
        found = ip_address(network.partition("%")[0])
    except ValueError:
        return "unknown"
    found = (found.version == 6 and found.ipv4_mapped) or found
    return str(found) if found.version == 4 else str(ip_network((found, 56), strict=False))


def _require_turn(counted: Mapping[str, tuple[int, datetime]], keys: dict[str, str], now: datetime) -> None:
    waits = [_wait(scope, *counted[keys[scope]], now) for scope in _FREE if keys[scope] in counted]
    seconds = max(waits, default=0.0)
    if seconds > 0:
        raise NotAllowed(
            Said(
                f"too many attempts failed: try again in {_told(seconds).en}",
                f"trop de tentatives ont échoué\u00a0: réessayez dans {_told(seconds).fr}",
            ),
            code="sign-in-throttled",
            hint=Said(
                "Who has forgotten the password asks an administrator for a new link.",
                "Mot de passe oublié? Une personne qui administre les comptes peut créer un nouveau lien.",
            ),
        )


def _wait(scope: str, failed: int, last: datetime, now: datetime) -> float:
    """Seconds until the next attempt is looked at: doubled with each failure beyond those that are free."""
    if failed < _FREE[scope]:
        return 0.0
    pause = min(2.0 ** min(failed - _FREE[scope], 16), _LONGEST[scope])
    return pause - (now - last).total_seconds()


def _told(seconds: float) -> Said:
    whole = int(seconds) + 1
    return Said(f"{whole} s", f"{whole}\u00a0s") if whole < 90 else alike(f"{(whole + 59) // 60} minutes")
