"""Record: what a provider tells us is kept first, and understood later.

In: a hook as it came; then the spool. Out: a row before the answer; events, progress and suppressions after it. Called by
web.hooks (receive) and by the worker (apply_new). Both may run in several processes: applying twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from newsletter.model.errors import Explained, NotFound
from newsletter.model.event import Event, HookRequest
from newsletter.model.said import Said
from newsletter.pipeline import applying, control, judging
from newsletter.pipeline.context import Context
from newsletter.providers import registry
from newsletter.store import hooks

TOGETHER = 10  #: hooks that are applied in one transaction
KEPT = timedelta(days=7)  #: how long a body is kept after it was applied: long enough to mend a fault of ours
_PRIVATE = frozenset({"authorization", "cookie", "forwarded", "user-agent", "x-forwarded-for", "x-real-ip"})

Pause = Callable[[Context, str], object]


@dataclass(frozen=True, slots=True)
class Applied:
    """What one call did: hooks applied, events in them (known ones too), hooks that could not be read."""

    hooks: int = 0
    events: int = 0
    failed: int = 0


def receive(ctx: Context, provider: str, headers: Mapping[str, str], body: bytes) -> int:
    """Verify a hook over its raw bytes and keep it, durably; its number.

    Raises NotFound for a provider that is none, HookRejected when the signature does not match. Nothing else is looked at.
    """
    if provider not in registry.PROVIDERS:
        raise NotFound(
            Said("there is no such provider", "ce service d’envoi n’existe pas"), code="provider-unknown"
        )
    request = HookRequest({name.lower(): value for name, value in headers.items()}, body, ctx.now())
    ctx.provider(provider).verify(request)
    kept = {name: value for name, value in request.headers.items() if name not in _PRIVATE}
    with ctx.store.write() as db:
        return hooks.spool(db, provider, kept, body, request.received_at)


def waiting(ctx: Context) -> int:
    """How many hooks wait to be applied."""
    with ctx.store.read() as db:
        return hooks.waiting(db)


def apply_new(ctx: Context, *, most: int = 100, pause: Pause = control.pause_all) -> Applied:
    """Apply the oldest hooks that wait, at most so many. Call again while it applies any.

    `pause` is called when the provider has suspended the account. What is being sent is judged by what came.
    """
    done = Applied()
    while done.hooks + done.failed < most:
        with ctx.store.read() as db:
            fresh = hooks.fresh(db, min(TOGETHER, most - done.hooks - done.failed))
        if not fresh:
            break
        step = _apply(ctx, [_read(ctx, *one) for one in fresh], pause)
        done = Applied(done.hooks + step.hooks, done.events + step.events, done.failed + step.failed)
    if done.events:
        judging.judge(ctx)
    _forget(ctx, most)
    return done


def _forget(ctx: Context, most: int) -> None:
    """Drop bodies whose time is over, also when nothing new comes: a look costs no lock."""
    before = ctx.now() - KEPT
    with ctx.store.read() as db:
        oldest = hooks.oldest(db)
    if oldest is not None and oldest < before:
        with ctx.store.write() as db:
            hooks.forget(db, before, most)


def try_again(ctx: Context) -> int:
    """Hooks that could not be read before are to be read once more; how many. Called when `serve` and `work` start."""
    with ctx.store.write() as db:
        return hooks.revive(db)


@dataclass(frozen=True, slots=True)
class _Readable:
    number: int
    hook: applying.Hook
    error: str = ""


def _read(ctx: Context, number: int, provider: str, request: HookRequest) -> _Readable:
    """The events of one hook. One that cannot be read must not hold up the rest, whatever is wrong with it."""
    events: tuple[Event, ...] = ()
    error = ""
    try:
        events = tuple(ctx.provider(provider).read_events(request))
    except Explained as refused:
        error = refused.message
    except Exception as fault:  # noqa: BLE001 - a body that trips our reader is parked, and the rest goes on
        error = f"{type(fault).__name__}: {fault}"
    return _Readable(number, applying.Hook(provider, request.received_at, events), error)


def _apply(ctx: Context, read: list[_Readable], pause: Pause) -> Applied:
    good = [one for one in read if not one.error]
    bad = [one for one in read if one.error]
    if good:
        suspended = applying.suspension(ctx, [one.hook for one in good])
        if suspended:
            pause(ctx, suspended)
        try:
            with ctx.store.write() as db:
                applying.apply(ctx, db, [one.hook for one in good])
                hooks.conclude(db, [one.number for one in good], hooks.APPLIED)
        except applying.UNSTORABLE as fault:
            return _one_by_one(ctx, good, bad, pause, fault)
    for one in bad:
        with ctx.store.write() as db:
            hooks.conclude(db, [one.number], hooks.FAILED, one.error[:500])
    return Applied(len(good), sum(len(one.hook.events) for one in good), len(bad))


def _one_by_one(
    ctx: Context, good: list[_Readable], bad: list[_Readable], pause: Pause, fault: Exception
) -> Applied:
    """Something in these hooks cannot be stored: find out in which, and park that one."""
    if len(good) == 1:
        error = f"{type(fault).__name__}: {fault}"
        return _apply(ctx, [*bad, _Readable(good[0].number, good[0].hook, error)], pause)
    parts = [_apply(ctx, [one], pause) for one in good] + [_apply(ctx, bad, pause)]
    return Applied(
        sum(part.hooks for part in parts),
        sum(part.events for part in parts),
        sum(part.failed for part in parts),
    )
