"""Where people go in the studio, and programs in the API: every page, and those that have much to look through in several ways.

In: a staged workspace. Out: addresses by name. Called by bench.suites.visiting.

A page that nobody is told how to reach here is missed loudly: a new one cannot stay unmeasured.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from bench import stage, world
from bench.stage import Known
from newsletter.web.api.table import OPERATIONS
from newsletter.web.studio import sections
from newsletter.web.studio.routing import Page, Stream

_SLOT = re.compile(r"\{(\w+)(?::\w+)?\}")
#: a file of everybody is written line by line: how long it takes is said, and nothing is promised
FILES = {"/recipients/members.csv", "/recipients/do-not-mail.csv"}
#: why a page is not asked for
LEFT_OUT = {
    "/sign-in": "whoever is signed in is led away",
    "/recipients/import/{number}": "an import that is under way: its page is of one file, not of all members",
    "/recipients/import/{number}/refused.csv": "the same",
    "/issues/at/f/{key}/{name}": "no sample issue hosts a file",
    "/mailings/{number}/approval/evidence/{approval}": "a file that somebody sent, as it came",
    "/mailbox/enclosed/{number}/{box}/{key}": "nothing is enclosed in the greeting",
}
_SEARCHES = ("t", "tre", "tremblay", "amelia.1234", "robotics 17", "nobody-like-this")
_WAYS = {
    "/recipients": (
        *(f"?search={one.replace(' ', '+')}" for one in _SEARCHES),
        "?standing=mailable", "?standing=unsubscribed", "?standing=no-consent", "?province=ON&language=fr", "?segment=robotics",
        "?segment=everywhere-else", "?order=name", "?order=address",
        "?search=tremblay&segment=aerospace&standing=mailable&order=name",
    ),
    "/recipients/do-not-mail": ("?reason=unsubscribed", "?address={email}"),
    "/recipients/who": ("?address=stranger@nowhere.example",),
    "/schedule": ("?month=2021-01&day=2021-01-27",),
    "/schedule/plan": (
        f"?issue={stage.COPIES[4]}&by=date&date=2020-12-21&time=09:00&zone=member&chosen=1&include=everyone",
        f"?issue={stage.COPIES[4]}&by=date&date=2020-12-21&time=09:00&zone=member&chosen=1&include=ontario&exclude=aerospace",
    ),
    "/schedule/{number}/move": ("?by=date&date=2021-01-28&time=10:00",),
    "/issues/{slug}": ("?tab=inbox", "?tab=text", "?tab=source", "?tab=languages", "?tab=changes", "?reader=member&member={email}"),
    "/mailbox": ("?box=outbox", "?box=outbox&q=maple"),
    "/settings/log": ("?about=import",),
}  # fmt: skip
_ONLY_SO = {"/recipients/who"}  #: without a query they only lead elsewhere
#: mailings that a page is asked for, where it is not asked for all
_OF = {
    "/mailings/{number}/correct": ("running",),
    "/mailings/{number}/complete/{kind}": ("finished",),
    "/mailings/{number}/go": ("draft",),
    "/mailings/{number}/receipt": ("finished", "some"),
    "/mailings/{number}/receipt.txt": ("finished",),
    "/mailings/{number}/receipt.html": ("finished",),
    "/mailings/{number}/approval": ("draft", "scheduled"),
    "/mailings/{number}/approval/mail/{language}": ("draft",),
    "/mailings/{number}/live": ("running",),
    "/schedule/{number}/move": ("scheduled", "draft"),
    "/schedule/{number}/cancel": ("scheduled",),
}
_QUERIES = {
    "listMembers": ("", "?search=tremblay", "?segment=robotics", "?limit=200"),
    "listEvents": ("", "?campaign={finished}&limit=200"),
    "listSuppressions": ("", "?reason=unsubscribed"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One address; `stream`: only until its first line."""

    name: str
    path: str
    stream: bool = False


def pages(known: Known) -> list[Visit]:
    """Every page and live line of the studio."""
    found: list[Visit] = []
    for _section, way in sections.every():
        if isinstance(way, Page | Stream):
            plain = _SLOT.sub(r"{\1}", way.path)
            if plain not in LEFT_OUT:
                found += _visits(plain, known, stream=isinstance(way, Stream))
    return found


def _visits(path: str, known: Known, *, stream: bool) -> list[Visit]:
    made = []
    queries = dict.fromkeys(("", *_WAYS.get(path, ()))) if path not in _ONLY_SO else _WAYS[path]
    for mailing in _mailings(path, known):
        values = _values(path, known) | ({"number": str(known.mailings[mailing])} if mailing else {})
        for query in queries:
            name = f"{path}{query}".replace("{number}", mailing or "{number}")
            made.append(Visit(name, f"{path}{query}".format_map(values), stream))
    return made


def _mailings(path: str, known: Known) -> tuple[str, ...]:
    if not path.startswith(("/mailings/{number}", "/schedule/{number}")):
        return ("",)
    return _OF.get(path, tuple(known.mailings))


def _values(path: str, known: Known) -> dict[str, str]:
    """What stands in place of the parts of an address; the same word means something else in some of them."""
    return {
        "slug": world.SLUG, "email": known.email, "language": "en", "kind": "late", "box": "outbox",
        "token": known.welcome.rpartition("/")[2],
        "number": "1" if path.startswith("/settings/people") else str(known.member),
        "name": known.image if path.startswith("/issues/at") else "ontario",
        "key": known.mail if path.startswith("/mailbox") else "saved",
    }  # fmt: skip


def lists(known: Known) -> list[Visit]:
    """What the API lists, and one of each."""
    values = _values("", known) | {name: str(number) for name, number in known.mailings.items()}
    values["number"] = values["finished"]
    reading = [one for one in OPERATIONS if one.method == "GET"]
    return list(
        chain.from_iterable(
            (
                Visit(f"/api/v1{one.path}{query}", f"/api/v1{one.path}{query}".format_map(values))
                for query in _QUERIES.get(one.name, ("",))
            )
            for one in reading
        )
    )
