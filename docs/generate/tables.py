"""Tables of what the code knows: settings, checks, holidays, segments, columns, states, addresses.

In: the package's own tables. Out: Markdown. Called by docs.generate.pages.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from types import ModuleType

from newsletter.audience import columns, parsing
from newsletter.checks import catalog
from newsletter.compose import findings
from newsletter.model import campaign, event, member, predicate
from newsletter.model.publication import Publication
from newsletter.planning import catalogue, provinces, remarks
from newsletter.planning import holidays as days
from newsletter.planning.calendars import CALENDARS, Standing
from newsletter.settings import SETTINGS, Secret


def row(*cells: str) -> str:
    """A row of a table; bars in cells are escaped."""
    return "| " + " | ".join(cell.replace("\n", " ").replace("|", "\\|") for cell in cells) + " |"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table."""
    return "\n".join([row(*head), row(*("---" for _ in head)), *(row(*cells) for cells in rows)])


def remarks_of(module: ModuleType, name: str) -> dict[str, str]:
    """The names of a class or module with the `#:` remark or comment that stands behind each."""
    source = inspect.getsource(getattr(module, name) if name else module)
    found = re.findall(r'^\s*\w+ = \(?\s*"([\w-]*)"\s*(?:#:? ?(.*))?$', source, re.MULTILINE)
    return {value: remark.strip() for value, remark in found}


def _enum(module: ModuleType, name: str, heading: str) -> str:
    said = remarks_of(module, name)
    members: type[StrEnum] = getattr(module, name)
    return table((heading, "meaning"), ((f"`{one.value}`", said.get(one.value, "")) for one in members))


def settings() -> str:
    """Every setting."""
    rows = []
    for one in SETTINGS:
        default = "" if isinstance(one.default, Secret) else one.default
        shown = ", ".join(default) if isinstance(default, tuple) else str("" if default is None else default)
        where = "environment or `secrets/` only" if one.secret else f"`{one.variable}`"
        rows.append(
            (
                f"`{one.name}`",
                f"`{shown}`" if shown else "",
                where if not one.secret else f"`{one.variable}`; {where}",
                one.help,
            )
        )
    return table(("setting", "default", "variable", "meaning"), rows)


def publication() -> str:
    """The keys of [publication]."""
    said = {
        "key": "short, never changed: it stands in the records",
        "name": "the newsletter's name",
        "sender": "a table: `name` (each language), `address`",
        "postal_address": "stands in every mail: the law asks for it",
        "contact": "how readers reach you, in the footer",
        "list_id": "RFC 2919, never renamed: readers' filters rest on it",
        "languages": "codes; the first stands on top of a bilingual mail",
        "time_zone": "an IANA name",
        "website": "shown in the footer",
        "reply_to": "where answers go, when not to the sender",
        "unsubscribe_mailbox": "an inbound mailbox that somebody reads; adds `mailto:` to List-Unsubscribe",
        "reason": "why you get this, in the footer",
        "calendar": "whose holidays and working days count: `CA`, `CA-ON` …",
        "tracking": "`off`, `aggregate`, `individual`",
        "typography": 'how languages are set, by language: `{ fr = "fr-FR" }`; `fr-CA`, `fr-FR`, `en`, or `none` (as typed)',
        "staff": "addresses that get test copies first in a gentle start",
    }
    localized = {"name", "postal_address", "contact", "reason"}
    return table(
        ("key", "each language its own", "meaning"),
        (
            (f"`{one.name}`", "yes" if one.name in localized else "", said[one.name])
            for one in fields(Publication)
        ),
    )


def composing_checks() -> str:
    """What composing itself remarks on."""
    return table(
        ("check", "what"), ((f"`{name}`", said) for name, said in remarks_of(findings, "").items() if said)
    )


def schedule_remarks() -> str:
    """What is remarked of a plan."""
    names = re.findall(
        r"[a-z]+(?:-[a-z]+)+", (inspect.getdoc(remarks.findings) or "").partition("Checks:")[2]
    )
    said = {
        "clock-gap": "the clocks of some zones skip this time: it goes out as much later",
        "clock-overlap": "the clocks of some zones show this time twice: it goes out the first time",
        "time-passed": "the time has passed already in some readers' zones; what happens to them is said",
        "zone-unknown": "some members have a time zone that does not exist",
        "zone-guessed": "the time zone of some members is guessed from their province",
        "zone-default": "some members have neither zone nor province: the publication's zone is taken",
        "holiday-estimated": "somebody announces this day each year; the usual one was taken",
        "quiet-hours": "quiet hours or a blackout day hold it back in some zones; until when is said",
        "holiday-evening": "the feast begins on the evening before its day",
        "holiday-confirm": "a person must confirm the day within 30 days of the mailing; without that it is held",
        "holiday-moved": "the data has another day for the holiday than when the mailing was planned; the plan stays",
        "readers-holiday": "a fifth of the readers or more have the day off, by the calendars of their provinces",
        "mailings-close": "the same people get another mailing within `schedule.days_apart` days",
        "leap-day": "29 February was asked for in a year that has none",
    }
    return table(("remark", "what"), ((f"`{name}`", said[name]) for name in names))


def holidays() -> str:
    """Every key with its names, and the calendars that have it off."""
    rows = []
    for one in catalogue.HOLIDAYS.values():
        off = [name for name in CALENDARS if _standing(one, name) is Standing.STATUTORY]
        known = [name for name in CALENDARS if _standing(one, name) is not None]
        where = (
            ", ".join(off)
            if off
            else ("none" if len(known) == len(CALENDARS) else f"none; known in {', '.join(known)}")
        )
        rows.append((f"`{one.key}`", one.english, one.french, where))
    return table(("key", "English", "French", "a day off in"), rows)


def _standing(holiday: catalogue.Holiday, calendar: str) -> Standing | None:
    found = [days.day_of(holiday, calendar, year) for year in range(2026, 2030)]
    return next((day.standing for day in found if day), None)


def holiday_dates() -> str:
    """The days of Ontario's calendar in two years, as an example."""
    rows = (
        (
            f"{one.day:%Y-%m-%d}",
            one.holiday.english,
            one.standing.value,
            f"{one.observed:%Y-%m-%d}" if one.observed else "",
        )
        for one in days.table("CA-ON", (2026, 2027))
    )
    return table(("day", "holiday", "standing", "observed on"), rows)


def province_zones() -> str:
    """The zone that a province stands for."""
    rows = (
        (code, one.english, f"`{one.zone}`", "yes" if one.split else "")
        for code, one in provinces.PROVINCES.items()
    )
    return table(("province", "name", "zone", "has others, too"), rows)


def segment_fields() -> str:
    """What a condition can ask for."""
    texts = ", ".join(f"`{name}`" for name in predicate.TEXT_FIELDS)
    dates = ", ".join(f"`{name}`" for name in predicate.DATE_FIELDS)
    also = ", ".join(f"`{name}` for `{field}`" for name, field in parsing.ALIASES.items())
    words = ", ".join(f"`{word}`" for word in sorted(parsing.KEYWORDS))
    return (
        f"- Text: {texts}, and every further column of the member list.\n- Days: {dates}.\n- Tags: `{predicate.TAGS}`.\n"
        f"- Other spellings: {also}.\n- Words with a meaning, which no column may have as its name: {words}.\n"
    )


def segment_grammar() -> str:
    """The grammar as the parser states it."""
    lines = (parsing.__doc__ or "").splitlines()
    grammar = [line for line in lines if re.match(r"\s{4,}", line)]
    return (
        "```\n"
        + "\n".join(line.strip() if "=" in line[:16] else "            " + line.strip() for line in grammar)
        + "\n```"
    )


def member_columns() -> str:
    """The columns of a member file, with the spellings that are understood."""
    rows = [
        (f"`{name}`", ", ".join(spelling for spelling in many.split(",")[:8]))
        for name, many in columns._SPELLINGS.items()
    ]
    return table(("column", "also understood"), rows)


def consent() -> str:
    """The grounds of consent."""
    return _enum(member, "ConsentBasis", "basis")


def exclusions() -> str:
    """Why somebody is not mailed."""
    said = {
        "suppressed": "on the do-not-mail list: complaint, invalid address, or put there by hand",
        "unsubscribed": "left, by our link, at the provider, or by telling us",
        "no-consent": "no grounds of consent on file",
        "consent-expired": "the grounds on file have ended",
        "already-had-it": "had this issue already, by another mailing",
        "time-passed": "in this member's zone the time had passed when the recipients were written down",
    }
    return table(("reason", "meaning"), ((f"`{one.value}`", said[one.value]) for one in member.Exclusion))


def statuses() -> str:
    """Where a mailing stands."""
    said = remarks_of(campaign, "CampaignStatus") | {
        "sending": "going out",
        "cancelled": "a person cancelled what had not left",
        "expired": "its time had passed before anything left",
    }
    return table(
        ("status", "meaning"), ((f"`{one.value}`", said[one.value]) for one in campaign.CampaignStatus)
    )


def batch_states() -> str:
    """The states of a batch."""
    said = remarks_of(campaign, "BatchState") | {
        "accepted": "the provider took it",
        "rejected": "nobody of it can be sent to; each with the reason",
        "cancelled": "a person cancelled it, or nobody of it may be mailed any more",
        "expired": "its time had passed before it left",
    }
    return table(("state", "meaning"), ((f"`{one.value}`", said[one.value]) for one in campaign.BatchState))


def event_kinds() -> str:
    """What a provider may tell."""
    said = remarks_of(event, "EventKind") | {
        "deferred": "a server refused for now; the provider tries again",
        "delivered": "the receiving server took it",
        "complained": "marked as spam",
        "clicked": "the provider's own measurement (we switch it off)",
    }
    return table(("kind", "meaning"), ((f"`{one.value}`", said[one.value]) for one in event.EventKind))


def _routes(path: str) -> list[tuple[str, str]]:
    """The paths of an application and the first line that describes each answer, read from its source."""
    source = Path(inspect.getfile(catalog)).parents[1] / "web" / path
    found = []
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Route":
            where = node.args[0]
            methods = next(
                (ast.literal_eval(one.value) for one in node.keywords if one.arg == "methods"), ["GET"]
            )
            if isinstance(where, ast.Constant):
                found.append((f"{', '.join(methods)} {where.value}", str(where.value)))
    return found


_ANSWERS = {
    "/u/{token}": "unsubscribe: GET asks, POST acts (RFC 8058 one-click, or the page's own form)",
    "/p/{token}": "the reader's preferences: GET shows, POST changes",
    "/own": "where the footer of an issue in the archive leads: your own link is in your mail",
    "/archive": "past issues, for everybody; `?lang=fr` in French",
    "/archive/{name}": "one of them, with nobody's data in it; `?lang=fr` in the other language",
    "/archive/{name}/{language}": "the same in that language",
    "/archive/{language}.atom": "the newest of them as a feed",
    "/v/{token}": "the mail in the browser; `?lang=fr` in the other language",
    "/h/{token}": "the *Hold* link of a notice: GET asks, POST holds that one mailing; after its expiry 410",
    "/calendar/{name}": "the calendar feed, under its secret name (`newsletter calendar --url`); `?lang=fr` in French",
    "/i/{file}": "an image of an edition, by the digest of its content",
    "/f/{key}/{name}": "a hosted file of an edition, by content and name; PDF is shown, all else is saved",
    "/hooks/{provider}": "a provider's signed events",
    "/.well-known/newsletter": "the probe by which `doctor` knows this database",
    "/healthz": "whether the program answers",
    "/robots.txt": "nothing here is for crawlers",
    "/": "the list of mailings",
    "/hold": "POST: hold everything, with a reason",
    "/release": "POST: end the hold; what it stopped goes on waiting",
    "/campaigns/{number:int}": "one mailing: progress, report",
    "/campaigns/{number:int}/{act}": "pause or resume it",
    "/look/{name}": "style and script of these pages",
}


def public_urls() -> str:
    """What the public listener answers."""
    hot = [
        (
            "GET, HEAD /c/{edition}-{link}/{token}",
            "a click: 302 to the author's link; an altered token is 404",
        ),
        ("GET, HEAD /o/{token}.gif", "an open: always the same image"),
    ]
    return table(("address", "answer"), [(f"`{a}`", b) for a, b in hot] + _answers("public/app.py"))


def staff_urls() -> str:
    """What the staff listener answers."""
    return table(("address", "answer"), _answers("staff/app.py"))


def _answers(path: str) -> list[tuple[str, str]]:
    return [(f"`{shown}`", _ANSWERS[where]) for shown, where in _routes(path)]


def limits() -> str:
    """How large things may be."""
    return table(
        ("what", "most"),
        (
            ("conditions of an expression, with those of the segments it names", str(parsing.MAX_TERMS)),
            ("nesting of an expression", str(parsing.MAX_DEPTH - 1)),
            ("texts of a list in brackets", str(parsing.MAX_CHOICES)),
            ("columns of a member file", str(columns.MAX_COLUMNS)),
        ),
    )
