"""In: orders about faults, holds, the clock and the account. Out: what now holds.

Called by control.py through ROUTES.
"""

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from newsletter.emulator.answers import Answer
from newsletter.emulator.calls import Call, Route, WrongError, fine
from newsletter.emulator.clock import run_until_idle, settle
from newsletter.emulator.faults import Script, read_script
from newsletter.emulator.letter import Json
from newsletter.emulator.scheduling import Manner
from newsletter.emulator.suppressions import List
from newsletter.emulator.world import World


async def _faults(call: Call) -> Answer:
    """The fault script: GET shows it with how often each rule fired, PUT replaces it, DELETE ends it."""
    if call.head.method == "PUT":
        call.world.use_script(read_script(call.json()))
    elif call.head.method == "DELETE":
        call.world.use_script(Script())
    faults = call.world.faults
    return fine({"script": faults.script, "fired": faults.fired})


async def _hold(call: Call) -> Answer:
    """Wait until a request has reached a hold. Query: `wait` (seconds), `seen` (how many are known already)."""
    return fine(
        await call.world.holds.wait(
            call.found, min(call.number("wait", 0), 300), seen=int(call.number("seen", 0))
        )
    )


async def _release(call: Call) -> Answer:
    """Let held requests go on: {"then": "accept" | "drop"}."""
    decision = call.object("then").get("then")
    if decision not in (None, "accept", "drop"):
        raise WrongError('then should be "accept" or "drop"')
    return fine({"released": call.world.holds.release(call.found, decision)})


async def _clock(call: Call) -> Answer:
    """Emulated time: GET shows it, PUT {"now": ISO, "rate": n} sets it; rate 0 freezes."""
    if call.head.method == "PUT":
        asked = call.object("now", "rate")
        rate = asked.get("rate")
        if rate is not None and not (isinstance(rate, (int, float)) and rate >= 0):
            raise WrongError("rate should be a number of emulated seconds per second, 0 or more")
        call.world.clock.set(now=_instant(asked.get("now")), rate=rate)
    return fine(_shown_clock(call))


def _instant(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise WrongError("now should be an ISO instant such as 2020-12-16T14:00:00Z") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _shown_clock(call: Call) -> Json:
    now = call.world.clock.now()
    return {"now": _iso(now), "unix": now, "rate": call.world.clock.rate}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


async def _advance(call: Call) -> Answer:
    """Move on: {"seconds": n}, or {"until_idle": true, "limit": seconds} from due to due until nothing is planned."""
    asked, world = call.object("seconds", "until_idle", "limit"), call.world
    seconds = asked.get("seconds", 0)
    limit = asked.get("limit", 7 * 24 * 3600)
    if not all(isinstance(each, (int, float)) and each >= 0 for each in (seconds, limit)):
        raise WrongError("seconds and limit should be numbers, 0 or more")
    if seconds:
        world.clock.advance(seconds)
    if asked.get("until_idle"):
        await run_until_idle(world.clock, world.agenda, world.activity, limit)
    else:
        await settle(world.agenda, world.activity)
    return fine(_shown_clock(call))


async def _idle(call: Call) -> Answer:
    """Is anything planned, due or under way? Query: `wait` (real seconds) waits for the end of it.

    `idle`: nothing under way and nothing planned. `settled`: nothing under way and nothing due now.
    """
    world = call.world
    if seconds := min(call.number("wait", 0), 300):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _until_idle(world)
    due = world.agenda.next_due
    settled = not world.activity.busy and not world.agenda.any_due()
    return fine(
        {
            "idle": settled and not world.agenda.planned and not world.posting.held,
            "settled": settled,
            "planned": world.agenda.planned,
            "next_due": None if due is None else _iso(due),
            "under_way": world.activity.busy,
            "buffered": world.posting.buffered,
            "posts_waiting": world.posting.waiting,
            "posts_held": world.posting.held,
            "readers_queued": world.readers.queued,
        }
    )


async def _until_idle(world: World) -> None:
    await settle(world.agenda, world.activity)
    while world.agenda.planned:
        await asyncio.sleep(0.02)
        await settle(world.agenda, world.activity)


class AccountChange(msgspec.Struct, forbid_unknown_fields=True):
    """What may be changed of the account; what is not named stays."""

    key: str | UnsetType | None = UNSET
    scopes: tuple[str, ...] | UnsetType = UNSET
    senders: tuple[str, ...] | UnsetType = UNSET
    groups: tuple[int, ...] | UnsetType = UNSET
    pools: tuple[str, ...] | UnsetType = UNSET
    substitution_limit: Literal["10k", "50k", "50k-request", "8k-bare", "none"] | UnsetType = UNSET
    errors: Literal["full", "bare"] | UnsetType = UNSET


async def _account(call: Call) -> Answer:
    """The account: GET shows, PUT changes key, scopes, senders, groups, pools, substitution_limit, errors."""
    account = call.world.account
    if call.head.method == "PUT":
        change = msgspec.convert(call.json(), AccountChange)
        for name in ("key", "scopes", "senders", "groups", "pools"):
            if (value := getattr(change, name)) is not UNSET:
                setattr(account, name, value)
        call.world.intake.use(change.substitution_limit or None, change.errors or None)
        # A changed key or scope is the answer to a refusal: what follows is no longer "after" it.
        account.refused = False
    return fine({name: getattr(account, name) for name in ("scopes", "senders", "groups", "pools")})


async def _suppressions(call: Call) -> Answer:
    """The account's lists: GET shows, PUT {"list", "address"} adds, DELETE {"address"} takes off all of them."""
    lists, asked = call.world.suppressions, call.object("list", "address")
    names: tuple[List, ...] = ("bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes")
    if call.head.method == "PUT":
        chosen = next((name for name in names if name == asked.get("list")), None)
        if chosen is None or not isinstance(asked.get("address"), str):
            raise WrongError(f"give an address and a list: {', '.join(names)}")
        lists.add(chosen, asked["address"], call.world.clock.now())
    elif call.head.method == "DELETE":
        lists.remove(str(asked.get("address", "")))
    return fine(lists.to_json())


class Delay(msgspec.Struct, forbid_unknown_fields=True):
    """How long the Email Logs lag behind, in emulated seconds."""

    index_delay: float


async def _logs(call: Call) -> Answer:
    """The Email Logs: GET shows how far they lag behind, PUT {"index_delay": seconds} changes it."""
    if call.head.method == "PUT":
        call.world.index_delay = max(0.0, msgspec.convert(call.json(), Delay).index_delay)
    return fine({"index_delay": call.world.index_delay})


async def _scheduling(call: Call) -> Answer:
    """Scheduled sends: GET shows what is paused or cancelled, PUT changes what the documents leave open (`most`, `late`, `arrivals`)."""
    scheduling = call.world.scheduling
    if call.head.method == "PUT":
        scheduling.manner = msgspec.convert(call.json(), Manner)
    return fine({"standing": dict(scheduling.standing()), "manner": scheduling.manner})


async def _reset(call: Call) -> Answer:
    """Forget requests, events, lists and faults; {"keep_faults": true} keeps the script."""
    call.world.reset(keep_faults=bool(call.object("keep_faults").get("keep_faults")))
    return fine()


async def _summary(call: Call) -> Answer:
    """Where things stand."""
    world = call.world
    counts = {"requests": len(world.history.records), "accepted": len(world.history.accepted())}
    return fine(
        {
            **counts,
            **_shown_clock(call),
            "state": str(world.folder),
            "webhook_public_key": world.signer.public_key(),
        }
    )


ROUTES: tuple[Route, ...] = (
    ("GET", "", _summary),
    ("GET", "/faults", _faults),
    ("PUT", "/faults", _faults),
    ("DELETE", "/faults", _faults),
    ("GET", "/holds/{id}", _hold),
    ("POST", "/holds/{id}/release", _release),
    ("GET", "/clock", _clock),
    ("PUT", "/clock", _clock),
    ("POST", "/clock/advance", _advance),
    ("GET", "/idle", _idle),
    ("GET", "/account", _account),
    ("PUT", "/account", _account),
    ("GET", "/suppressions", _suppressions),
    ("PUT", "/suppressions", _suppressions),
    ("DELETE", "/suppressions", _suppressions),
    ("GET", "/logs", _logs),
    ("PUT", "/logs", _logs),
    ("GET", "/scheduling", _scheduling),
    ("PUT", "/scheduling", _scheduling),
    ("POST", "/reset", _reset),
)
