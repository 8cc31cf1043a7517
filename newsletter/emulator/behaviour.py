"""In: shares and rules (a preset, a file, or a PUT), an address and dice. Out: the steps that this recipient's mail takes.

Called by events.py for each recipient. Pure: the same dice give the same steps.

A behaviour is {"shares": {...}, "delays": {...}, "rules": [...], "category": "array" | "string" | "mixed"}.
`shares` are probabilities: dropped, deferred, bounce, blocked, late_bounce, spamreport, unsubscribe,
group_unsubscribe, group_resubscribe, open, machine_open, click, unknown. `delays` are [low, high] seconds by event.
A rule matches addresses by a glob; the first that matches decides. It gives an `outcome` (delivered, dropped,
bounce, blocked, late_bounce), `deferrals`, a `classification`, a `reason`, what happens `then` (a list of events),
or, instead of all that, `events`: a list of {"event", "after", ...any fields}, posted exactly so.
"""

import fnmatch
from pathlib import Path
from typing import Any, Literal

import msgspec

from newsletter.emulator.dice import Dice

Outcome = Literal["delivered", "dropped", "bounce", "blocked", "late_bounce"]
CLASSIFICATIONS = (
    "Invalid Address",
    "Technical",
    "Content",
    "Reputation",
    "Frequency/Volume",
    "Mailbox Unavailable",
    "Unclassified",
)
_FAILURES: tuple[Outcome, ...] = ("dropped", "bounce", "blocked", "late_bounce")
_HARD = ("Invalid Address", "Mailbox Unavailable")
_AFTERWARDS = ("spamreport", "unsubscribe", "group_unsubscribe", "group_resubscribe")
_DELAYS: dict[str, tuple[float, float]] = {
    "processed": (0.0, 1.0),
    "dropped": (0.0, 1.0),
    "deferred": (1.0, 20.0),
    "delivered": (0.5, 4.0),
    "bounce": (0.5, 4.0),
    "late_bounce": (60.0, 600.0),
    "machine_open": (0.2, 2.0),
    "open": (2.0, 30.0),
    "click": (1.0, 20.0),
    "unknown": (1.0, 10.0),
}
_LATER = (20.0, 120.0)


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes of mail to addresses like this one."""

    address: str
    outcome: Outcome = "delivered"
    deferrals: int = 0
    classification: str = "Unclassified"
    reason: str = ""
    then: list[str] = []
    events: list[dict[str, Any]] | None = None


class Behaviour(msgspec.Struct, forbid_unknown_fields=True):
    """Everything about recipients; the module's text says what the fields mean."""

    shares: dict[str, float] = {}
    delays: dict[str, tuple[float, float]] = {}
    rules: list[Rule] = []
    category: Literal["array", "string", "mixed"] = "array"

    def share(self, name: str) -> float:
        """The probability of an event; 0 unless given."""
        return self.shares.get(name, 0.0)

    def delay(self, event: str, dice: Dice) -> float:
        """Seconds from the step before."""
        return dice.between(*self.delays.get(event, _DELAYS.get(event, _LATER)))


class Step(msgspec.Struct):
    """One event, `after` seconds since the step before it. `fields` go into the event as they are."""

    event: str
    after: float
    fields: dict[str, Any] = {}


PRESETS: dict[str, Behaviour] = {
    "plain": Behaviour(),
    "lifelike": Behaviour(
        shares={
            "deferred": 0.03,
            "bounce": 0.008,
            "blocked": 0.006,
            "late_bounce": 0.001,
            "dropped": 0.002,
            "spamreport": 0.0005,
            "open": 0.35,
            "machine_open": 0.3,
            "click": 0.08,
        }
    ),
}
"""`plain`: everything is processed and delivered. `lifelike`: shares as a healthy list would see them."""


def read_behaviour(value: Any) -> Behaviour:
    """A behaviour from JSON values. msgspec.ValidationError says what is wrong."""
    return (
        PRESETS[value] if isinstance(value, str) and value in PRESETS else msgspec.convert(value, Behaviour)
    )


def load_behaviour(name: str) -> Behaviour:
    """A preset by name, or a JSON file. OSError, msgspec.DecodeError."""
    if name in PRESETS:
        return PRESETS[name]
    return read_behaviour(msgspec.json.decode(Path(name).read_bytes()))


def plan(
    behaviour: Behaviour, address: str, dice: Dice, *, suppressed: str, opens: bool, clicks: bool
) -> list[Step]:
    """The steps of one recipient's mail.

    `suppressed` is the reason why the service will not try, or empty. `opens` and `clicks`: the message is tracked.
    """
    rule = next(
        (each for each in behaviour.rules if fnmatch.fnmatchcase(address.lower(), each.address.lower())), None
    )
    if rule and rule.events is not None:
        return [_exact(event) for event in rule.events]
    if suppressed:
        return [Step("dropped", behaviour.delay("dropped", dice), {"reason": suppressed})]
    if rule:
        return _story(behaviour, rule, dice)
    return _story(behaviour, _drawn(behaviour, address, dice, opens=opens, clicks=clicks), dice)


def _exact(event: dict[str, Any]) -> Step:
    fields = {name: value for name, value in event.items() if name not in ("event", "after")}
    return Step(str(event.get("event", "")), float(event.get("after", 0)), fields)


def _drawn(behaviour: Behaviour, address: str, dice: Dice, *, opens: bool, clicks: bool) -> Rule:
    drawn = Rule(address, deferrals=dice.happens(behaviour.share("deferred")) * (1 + int(dice.chance() * 3)))
    fate = dice.chance()
    for outcome in _FAILURES:
        fate -= behaviour.share(outcome)
        if fate < 0:
            drawn.outcome = outcome
            break
    drawn.classification = dice.pick(_HARD if drawn.outcome == "bounce" else CLASSIFICATIONS)
    wanted = {
        "machine_open": opens,
        "open": opens,
        "click": clicks,
        "unknown": True,
        **dict.fromkeys(_AFTERWARDS, True),
    }
    drawn.then = [
        name for name, possible in wanted.items() if dice.happens(behaviour.share(name)) and possible
    ]
    return drawn


def _story(behaviour: Behaviour, rule: Rule, dice: Dice) -> list[Step]:
    if rule.outcome == "dropped":
        return [Step("dropped", behaviour.delay("dropped", dice), {"reason": rule.reason or "Invalid"})]
    steps = [Step("processed", behaviour.delay("processed", dice))]
    steps += [_deferral(behaviour, attempt, dice) for attempt in range(1, rule.deferrals + 1)]
    if rule.outcome in ("bounce", "blocked"):
        return [*steps, _bounce(behaviour, rule, dice)]
    steps.append(Step("delivered", behaviour.delay("delivered", dice), {"response": "250 2.0.0 OK"}))
    if rule.outcome == "late_bounce":
        return [*steps, _bounce(behaviour, rule, dice)]
    return steps + [Step(name, behaviour.delay(name, dice)) for name in rule.then]


def _deferral(behaviour: Behaviour, attempt: int, dice: Dice) -> Step:
    fields = {"attempt": str(attempt), "response": "451 4.3.2 try again later"}
    return Step("deferred", behaviour.delay("deferred", dice), fields)


def _bounce(behaviour: Behaviour, rule: Rule, dice: Dice) -> Step:
    kind = "blocked" if rule.outcome == "blocked" else "bounce"
    late = rule.outcome == "late_bounce"
    fields: dict[str, Any] = {
        "type": kind,
        "reason": rule.reason
        or ("550 5.1.1 no such user here" if kind == "bounce" else "421 4.7.0 message refused for now"),
        "bounce_classification": rule.classification,
    }
    # Some bounces come without a status, as the service leaves it out (Discourse met them).
    if not late and dice.happens(0.9):
        fields["status"] = "5.1.1" if kind == "bounce" else "4.7.0"
    return Step(
        "late_bounce" if late else "bounce",
        behaviour.delay("late_bounce" if late else "bounce", dice),
        fields,
    )
