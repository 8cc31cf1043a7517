"""Signing in and out: a password becomes a session, a session's token becomes an account.

In: an address, a password, where it came from. Out: a token, once; later whose it is. Called by the studio.

Whoever guesses is slowed, by account and network, by network, and a little by all together; nobody who knows a password is locked
out by strangers, for what strangers fail from elsewhere does not count against their network.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from newsletter.model.account import Account
from newsletter.model.address import MAX_LENGTH
from newsletter.model.errors import NotAllowed
from newsletter.model.folding import fold_part
from newsletter.pipeline import passwords
from newsletter.pipeline.context import Context
from newsletter.store import Connection, accounts, audit, sessions, throttle

LASTS = timedelta(hours=12)  #: a session ends after it, whatever is done meanwhile
FORGIVEN = timedelta(hours=24)  #: failures older than this count no more
_FREE = {"account": 4, "network": 20, "everybody": 200}  #: failures that cost nothing
_LONGEST = {"account": 900.0, "network": 900.0, "everybody": 4.0}  #: seconds


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def sign_in(ctx: Context, email: str, password: str, network: str) -> str:
    """The token of a new session. Raises NotAllowed, alike for an unknown address and a wrong password; after many failures,
    for some time, without looking at the password."""
    email = email.strip()[:MAX_LENGTH]
    keys = _keys(ctx, email, network)
    now = ctx.now()
    with ctx.store.read() as db:
        _require_turn(db, keys, now)
        found = accounts.by_email(db, email)
    known = found[1] if found else ""
    if not passwords.fits(password, known) or found is None:
        with ctx.store.write() as db:
            throttle.add(db, list(keys.values()), now)
            throttle.forget(db, now - FORGIVEN)
        raise NotAllowed("the address or the password is wrong", code="sign-in-wrong")
    fresh = passwords.hashed(password) if passwords.outgrown(known) else ""
    with ctx.store.write() as db:
        if accounts.password_of(db, found[0].id) != known:  # changed while this one was compared
            raise NotAllowed("the address or the password is wrong", code="sign-in-wrong")
        if fresh:
            accounts.set_password(db, found[0].id, fresh)
        throttle.clear(db, [keys["account"]])
        return begin(ctx, db, found[0], network)


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
    name = hashlib.blake2b(fold_part(email).encode(), key=ctx.keys.studio, digest_size=12).hexdigest()
    return {"account": f"a:{name}:{network}", "network": f"n:{network}", "everybody": "everybody"}


def _require_turn(db: Connection, keys: dict[str, str], now: datetime) -> None:
    counted = throttle.counts(db, list(keys.values()))
    waits = [_wait(scope, *counted[key], now) for scope, key in keys.items() if key in counted]
    seconds = max(waits, default=0.0)
    if seconds > 0:
        raise NotAllowed(
            f"too many attempts failed: try again in {_told(seconds)}",
            code="sign-in-throttled",
            hint="Who has forgotten the password asks an administrator for a new link.",
        )


def _wait(scope: str, failed: int, last: datetime, now: datetime) -> float:
    """Seconds until the next attempt is looked at: doubled with each failure beyond those that are free."""
    if failed < _FREE[scope] or now - last > FORGIVEN:
        return 0.0
    pause = min(2.0 ** min(failed - _FREE[scope], 16), _LONGEST[scope])
    return pause - (now - last).total_seconds()


def _told(seconds: float) -> str:
    whole = int(seconds) + 1
    return f"{whole} s" if whole < 90 else f"{(whole + 59) // 60} minutes"
