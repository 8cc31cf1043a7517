"""Was it a person? The rules by which one click or open is judged on its own, and the words for those that need company.

In: what one request said of itself. Out: a verdict, with the rule that gave it. Called by tracking.window and pipeline.hits.

Nothing is deleted, and no verdict alters what the reader gets. The rules are published: docs/explanation/tracking.md. A rule
that changes gets a new name, since the names are stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.model.event import HitKind, Reader
from newsletter.tracking.agents import Agent, agent_of

FAST, QUICK = 10.0, 60.0  #: seconds after `delivered`: surely a machine; perhaps one
EARLY = 600.0  #: seconds before it, at most, in which the receiving server looks while it accepts


class Rule(StrEnum):
    """Why a verdict is what it is."""

    HEAD = "head"  #: a HEAD request: nobody reads that
    PREFETCH = "prefetch"  #: the browser says that it fetches ahead
    SCANNER = "scanner"  #: a mail gateway, a messenger's preview or a crawler, by name
    LIBRARY = "library"  #: a script, by name
    NO_AGENT = "no-agent"  #: no User-Agent at all
    PRIVACY = "privacy-proxy"  #: Apple's proxy, read or not
    BURST = "burst"  #: three links of one mail within ten seconds
    SWEEP = "sweep"  #: every link of a mail within a minute
    GATEWAY = "gateway"  #: five readers' mails from one network within a minute
    EXIT = "exit"  #: content and the unsubscribe page within five seconds
    FAST = "fast"  #: clicked within ten seconds of delivery
    QUICK = "quick"  #: clicked within a minute of delivery


_STRENGTH = {Reader.HUMAN: 0, Reader.UNKNOWN: 1, Reader.MACHINE: 2}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who it was, and by which rule (none: nothing spoke against a person)."""

    reader: Reader
    rule: Rule | None = None

    def or_stronger(self, other: Verdict) -> Verdict:
        """The one that says more surely that it was no person; on a tie, this one."""
        return other if _STRENGTH[other.reader] > _STRENGTH[self.reader] else self


HUMAN = Verdict(Reader.HUMAN)


@dataclass(slots=True)  # not frozen: one is made for each request, and that would cost twice as much
class Visit:
    """One click, open or look at the unsubscribe page, as the endpoint saw it.

    `at` in seconds; `number` is the token's, `personal` when it names one delivery; `links` is how many links the mail has;
    `network` a keyed digest of the address's /24 (IPv6: /48), empty when that says nothing. `device` tells readers of one
    network apart, where the token does not.
    """

    at: float
    kind: HitKind
    number: int
    personal: bool
    link: int = 0
    links: int = 0
    head: bool = False
    prefetch: bool = False
    agent: str = ""
    network: bytes = b""
    device: bytes = b""


def alone(visit: Visit) -> Verdict:
    """The verdict that one request allows by itself."""
    if visit.head:
        return Verdict(Reader.MACHINE, Rule.HEAD)
    if visit.prefetch:
        return Verdict(Reader.MACHINE, Rule.PREFETCH)
    return by_agent(visit.kind, visit.agent)


def by_agent(kind: HitKind, line: str) -> Verdict:
    """The verdict that a User-Agent line allows. Gmail's and Yahoo's image proxies count as people: they ask when one reads."""
    match agent_of(line):
        case Agent.SCANNER | Agent.PREVIEW | Agent.CRAWLER:
            return Verdict(Reader.MACHINE, Rule.SCANNER)
        case Agent.LIBRARY:
            return Verdict(Reader.MACHINE, Rule.LIBRARY)
        case Agent.EMPTY:
            return Verdict(Reader.MACHINE if kind is HitKind.OPEN else Reader.UNKNOWN, Rule.NO_AGENT)
        case Agent.PRIVACY_PROXY:
            return Verdict(Reader.UNKNOWN, Rule.PRIVACY)
        case _:
            return HUMAN


def by_speed(after_delivery: float) -> Verdict:
    """The verdict on a click so many seconds after `delivered` (negative: before it; a scanner looks while it accepts).

    Long before it says nothing: a mail that was handed over twice is delivered twice, and the first one was read meanwhile.
    """
    if after_delivery < -EARLY:
        return HUMAN
    if after_delivery < FAST:
        return Verdict(Reader.MACHINE, Rule.FAST)
    if after_delivery < QUICK:
        return Verdict(Reader.UNKNOWN, Rule.QUICK)
    return HUMAN
