"""Lanes: receiving domains that share one pace, so that a mailbox service is never handed more an hour than staff allow.

In: the items of a setting such as "outlook.com: 2000/hour". Out: lanes, by name; the size of their batches; how long they take. Called
by pipeline.lanes.

Which domains are one service is told here by name, for nothing is asked of the network: whoever hosts a domain of its own at one of
them names it too ("example.org + outlook.com: 2000/hour").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from newsletter.model.errors import ConfigurationError
from newsletter.model.said import Said

SETTING = "send.domains"
#: names of one service; the first names the lane
GROUPS = (
    (
        "outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.ca", "live.ca", "outlook.fr", "hotmail.fr", "live.fr",
        "hotmail.co.uk", "live.co.uk",
    ),
    ("gmail.com", "googlemail.com"),
    ("yahoo.com", "ymail.com", "rocketmail.com", "yahoo.ca", "yahoo.fr", "yahoo.co.uk", "aol.com"),
    ("icloud.com", "me.com", "mac.com"),
)  # fmt: skip
PARTS = 12  #: an hour's mails leave in so many batches, one every five minutes
_FORM = re.compile(r"\s*([^:/]+?)\s*:\s*([1-9][0-9]{0,8})\s*/\s*(?:hour|h|heure)\s*", re.IGNORECASE)
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))+")


@dataclass(frozen=True, slots=True)
class Lane:
    """Members of these domains; at most `per_hour` of them leave in an hour."""

    name: str
    domains: tuple[str, ...]
    per_hour: int

    @property
    def most(self) -> int:
        """The most members of one batch."""
        return max(self.per_hour // PARTS, 1)

    def lasts(self, members: int) -> timedelta:
        """How long so many of its members take: the last batch leaves when all before it are paid for."""
        return timedelta(hours=max(members - self.most, 0) / self.per_hour)


def read_lanes(items: Iterable[str]) -> Mapping[str, Lane]:
    """The lanes of a setting by name. Raises ConfigurationError (`send-domains`)."""
    lanes: dict[str, Lane] = {}
    taken: dict[str, str] = {}
    for item in items:
        lane = _read(item)
        for domain in lane.domains:
            if domain in taken:
                raise _fault(
                    Said(
                        f"{domain} stands in two of them ({taken[domain]}, {lane.name})",
                        f"{domain} figure dans deux d’entre eux ({taken[domain]}, {lane.name})",
                    )
                )
            taken[domain] = lane.name
        lanes[lane.name] = lane
    return lanes


def _read(item: str) -> Lane:
    form = _FORM.fullmatch(item)
    if form is None:
        raise _fault(Said(f"{item.strip()!r} names no pace", f"{item.strip()!r} n’indique aucune cadence"))
    named = [one.strip().lower() for one in form[1].split("+")]
    for one in named:
        if not _DOMAIN.fullmatch(one):
            raise _fault(Said(f"{one!r} is no domain", f"{one!r} n’est pas un domaine"))
    domains = tuple(dict.fromkeys(domain for one in named for domain in _service(one)))
    return Lane(domains[0], domains, int(form[2]))


def _service(domain: str) -> tuple[str, ...]:
    return next((group for group in GROUPS if domain in group), (domain,))


def _fault(sentence: Said) -> ConfigurationError:
    return ConfigurationError(
        Said(f"{SETTING}: {sentence.en}", f"{SETTING}\u00a0: {sentence.fr}"),
        code="send-domains",
        hint=Said(
            'Write for example "outlook.com: 2000/hour"; several domains of one service with a plus sign.',
            'Écrivez par exemple "outlook.com: 2000/hour"; plusieurs domaines d’un même service avec le signe plus.',
        ),
    )
