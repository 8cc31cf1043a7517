"""In: a fault script (JSON or TOML, or a PUT). Out: for each connection and request, the rules that fire.

Called by server.py at four moments. A script is {"rules": [...], "latency": {...}, "bucket": {...}}, or the list alone.

Each rule names one `action`, says which traffic it matches, and how it acts. It fires on everything it matches,
at most `times` times. Matching (all that are given must hold; numbers count from 1):

    connection   "3", "2-5", "7-", [1, 4]   accepted connections (only for actions on connections)
    request      the same                   requests with the same method and path
    path         glob, "/v3/mail/send"      method: "POST"
    batch, args, address   globs            value of the batch arg; of named custom args; of any recipient
    probability  0..1, drawn from the seed and the request's index

Actions on connections: `refuse` (listen again after `seconds`), `close` (accept, then close before reading),
`slow_accept` (wait `seconds` before accepting the next). On heads, before the body is read: `too_large`
(413 page), `slow_read` (`bytes_per_second`), `reset_mid_body` (after `bytes`, or half), `hold` at `mid-body`.
On whole requests: `status` (`status`, `body` json|html, `headers`, `message`), `rate_limit` (429; `reset`
seconds for the headers), `redirect` (`location`, `status`), `bare_400`, `refuse_address` (400 for the matching
recipients), `reset`, `hang`, `truncate`; each of these with `accepted: true` happens after acceptance.
`slow_response` (`seconds`), `close_idle` (close silently after the answer, `seconds` later), `events_first`
(post this request's events before answering), `hold` at `received`, `accepted` or `answered`.
"""

import fnmatch
import math
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec

from newsletter.emulator.account import BucketRule
from newsletter.emulator.dice import Dice
from newsletter.emulator.history import SEND, Record
from newsletter.emulator.letter import Letter, Person

Stage = Literal["connection", "head", "body"]
Action = Literal[
    "refuse",
    "close",
    "slow_accept",
    "too_large",
    "slow_read",
    "reset_mid_body",
    "status",
    "rate_limit",
    "redirect",
    "bare_400",
    "refuse_address",
    "reset",
    "hang",
    "truncate",
    "slow_response",
    "close_idle",
    "events_first",
    "hold",
]
HoldPoint = Literal["mid-body", "received", "accepted", "answered"]
Numbers = int | str | list[int] | None

_CONNECTION = ("refuse", "close", "slow_accept")
_HEAD = ("too_large", "slow_read", "reset_mid_body")
ENDINGS: tuple[Action, ...] = (
    "status",
    "rate_limit",
    "redirect",
    "bare_400",
    "refuse_address",
    "reset",
    "hang",
    "truncate",
)
"""Actions that take the place of the service's own answer."""


class Rule(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a script; the module's text says what the fields mean."""

    action: Action
    id: str = ""
    connection: Numbers = None
    request: Numbers = None
    path: str = SEND
    method: str = "POST"
    batch: str | None = None
    args: dict[str, str] = {}
    address: str | None = None
    probability: float = 1.0
    times: int | None = None
    accepted: bool = False
    seconds: float = 1.0
    status: int = 500
    body: Literal["json", "html"] = "json"
    headers: dict[str, str] = {}
    message: str = ""
    reset: float | None = None
    location: str = "https://example.org/elsewhere"
    bytes: int | None = None
    bytes_per_second: float = 100_000.0
    at: HoldPoint = "received"
    then: Literal["accept", "drop"] = "accept"
    timeout: float = 30.0

    def stage(self) -> Stage:
        """When the rule is asked."""
        if self.action in _CONNECTION:
            return "connection"
        return "head" if self.action in _HEAD or (self.action, self.at) == ("hold", "mid-body") else "body"

    def reads_body(self) -> bool:
        """True if the match depends on the body's content."""
        return bool(self.batch is not None or self.args or self.address is not None)


class Latency(msgspec.Struct, forbid_unknown_fields=True):
    """Real seconds added before each answer: fixed `low`..`high`, or a tail with this `mean` on top of `low`."""

    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0
    kind: Literal["uniform", "exponential"] = "uniform"

    def seconds(self, dice: Dice) -> float:
        """One draw."""
        if self.kind == "exponential":
            return self.low - self.mean * math.log(1 - dice.chance())
        return dice.between(self.low, max(self.low, self.high))


class Script(msgspec.Struct, forbid_unknown_fields=True):
    """A whole fault script."""

    rules: list[Rule] = []
    latency: Latency | None = None
    bucket: BucketRule | None = None


class ScriptError(ValueError):
    """A script that cannot be followed; the text says which rule and why."""


def read_script(value: Any) -> Script:
    """A script from JSON values. ScriptError names the rule."""
    try:
        script = msgspec.convert({"rules": value} if isinstance(value, list) else value, Script)
    except msgspec.ValidationError as error:
        raise ScriptError(f"fault script: {error}") from error
    for number, rule in enumerate(script.rules, 1):
        if why := _nonsense(rule):
            raise ScriptError(f"fault script, rule {number} ({rule.action}): {why}")
    return script


def load_script(path: Path) -> Script:
    """A script from a .toml or .json file. OSError, ScriptError."""
    text = path.read_text(encoding="utf-8")
    try:
        value = tomllib.loads(text) if path.suffix == ".toml" else msgspec.json.decode(text)
    except (tomllib.TOMLDecodeError, msgspec.DecodeError) as error:
        raise ScriptError(f"{path}: {error}") from error
    return read_script(value)


def _nonsense(rule: Rule) -> str | None:
    if rule.stage() != "body" and rule.reads_body():
        return "acts before the body is read, so it cannot match batch, args or address"
    if rule.stage() == "connection" and rule.request is not None:
        return "acts on a connection: match `connection`, not `request`"
    if rule.action == "refuse_address" and rule.address is None:
        return "needs `address`"
    if rule.action == "hold" and not rule.id:
        return "needs an `id`, by which it is waited for and released"
    try:
        matches_number(rule.request, 1)
        matches_number(rule.connection, 1)
    except ValueError:
        return 'numbers look like 3, "2-5", "7-" or [1, 4]'
    return None


def matches_number(wanted: Numbers, number: int) -> bool:
    """True if `number` is among the wanted ones; everything is among None. ValueError for a malformed range."""
    if wanted is None or isinstance(wanted, int):
        return wanted in (None, number)
    if isinstance(wanted, list):
        return number in wanted
    low, dash, high = wanted.partition("-")
    return int(low) <= number and (number <= int(high) if high else bool(dash) or number == int(low))


class Faults:
    """A script in use: counts what has fired, draws probabilities from the seed."""

    def __init__(self, seed: int, batch_arg: str) -> None:
        self._seed, self._batch_arg = seed, batch_arg
        self.script = Script()
        self.fired: list[int] = []
        self.on_change: list[Callable[[], None]] = []

    def use(self, script: Script) -> None:
        """Follow another script from now on."""
        self.script = script
        self.fired = [0] * len(script.rules)
        for told in self.on_change:
            told()

    def refuses(self, number: int) -> list[Rule]:
        """Rules that close the door before this connection."""
        return self._for_connection(number, "refuse")

    def slows(self, number: int) -> list[Rule]:
        """Rules that keep this connection waiting before it is served."""
        return self._for_connection(number, "slow_accept")

    def closes(self, number: int) -> bool:
        """True if this connection is closed before anything is read."""
        return bool(self._for_connection(number, "close"))

    def _for_connection(self, number: int, action: Action) -> list[Rule]:
        rules = (each for each in self.script.rules if each.action == action)
        return self._fire(
            "connection", number, (each for each in rules if matches_number(each.connection, number))
        )

    def at_head(self, record: Record) -> list[Rule]:
        """Rules for a request whose body has not been read."""
        return self._fire("head", record.number, self._for_request(record))

    def at_body(self, record: Record, letter: Letter | None) -> list[Rule]:
        """Rules for a request with a whole body; `letter` is None where it has none."""
        rules = (
            rule for rule in self._for_request(record) if not rule.reads_body() or self._matches(rule, letter)
        )
        return self._fire("body", record.number, rules)

    def wants_body(self) -> bool:
        """True if any rule looks into bodies."""
        return any(rule.reads_body() for rule in self.script.rules)

    def _for_request(self, record: Record) -> Iterable[Rule]:
        return (
            rule
            for rule in self.script.rules
            if rule.method == record.method
            and fnmatch.fnmatchcase(record.path, rule.path)
            and matches_number(rule.request, record.index)
            and matches_number(rule.connection, record.connection)
        )

    def _matches(self, rule: Rule, letter: Letter | None) -> bool:
        if letter is None:
            return False
        wanted = {**rule.args, **({self._batch_arg: rule.batch} if rule.batch is not None else {})}
        shared = letter.custom_args if isinstance(letter.custom_args, dict) else {}
        return any(
            all(
                fnmatch.fnmatchcase(str({**shared, **each.custom_args}.get(name, "")), wanted[name])
                for name in wanted
            )
            and (rule.address is None or any(matches_address(rule, person) for person in each.people()))
            for each in letter.personalizations
        )

    def _fire(self, stage: Stage, number: int, rules: Iterable[Rule]) -> list[Rule]:
        firing = []
        for rule in rules:
            place = next(at for at, known in enumerate(self.script.rules) if known is rule)
            spent = rule.times is not None and self.fired[place] >= rule.times
            if rule.stage() == stage and not spent and self._drawn(rule, place, number):
                self.fired[place] += 1
                firing.append(rule)
        return firing

    def _drawn(self, rule: Rule, place: int, number: int) -> bool:
        return rule.probability >= 1 or Dice(self._seed, "fault", place, number).happens(rule.probability)


def matches_address(rule: Rule, person: Person) -> bool:
    """True if a recipient's address matches the rule's glob, whatever its case."""
    return fnmatch.fnmatchcase(person.email.lower(), (rule.address or "").lower())
