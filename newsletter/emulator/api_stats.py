"""In: requests for the numbers of categories. Out: numbers by day, counted from accepted requests and events.

Called by api.py. Shapes: the official document tsg_stats (v3).
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

from newsletter.emulator.answers import Answer, Complaint, as_json
from newsletter.emulator.events import Event
from newsletter.emulator.http1 import Head
from newsletter.emulator.letter import Json
from newsletter.emulator.routes import Route, refuse
from newsletter.emulator.world import World

MOST = 10
METRICS = (
    *("blocks", "bounce_drops", "bounces", "clicks", "deferred", "delivered", "invalid_emails", "opens"),
    *("processed", "requests", "spam_report_drops", "spam_reports", "unique_clicks", "unique_opens"),
    *("unsubscribe_drops", "unsubscribes"),
)
_NAMES = {
    "processed": "processed",
    "deferred": "deferred",
    "delivered": "delivered",
    "open": "opens",
    "click": "clicks",
    "spamreport": "spam_reports",
    "unsubscribe": "unsubscribes",
}
_DROPS = {
    "Bounced Address": "bounce_drops",
    "Spam Reporting Address": "spam_report_drops",
    "Unsubscribed Address": "unsubscribe_drops",
    "Invalid": "invalid_emails",
}
Key = tuple[str, date, str]


def _stats(world: World, head: Head, _: bytes, __: str) -> Answer:
    categories = _named(head)
    if not 1 <= len(categories) <= MOST:
        return refuse(400, Complaint(f"give 1 to {MOST} categories", "categories"))
    today = datetime.fromtimestamp(world.clock.now(), UTC).date()
    first, last = _day(head, "start_date"), _day(head, "end_date") or today
    if first is None:
        return refuse(400, Complaint("start_date should be a date such as 2020-12-16", "start_date"))
    step = head.query.get("aggregated_by", "day")
    if step not in ("day", "week", "month"):
        return refuse(400, Complaint("aggregated_by should be day, week or month", "aggregated_by"))
    counts = _counted(world, step)
    days = sorted({_begin(first + timedelta(n), step) for n in range(max(0, (last - first).days + 1))})
    return as_json(200, [_of_day(counts, day, categories) for day in days])


def _named(head: Head) -> list[str]:
    """`categories=a&categories=b`, or one of them."""
    given = parse_qs(head.target.partition("?")[2]).get("categories", [])
    return [name for each in given for name in each.split(",") if name]


def _day(head: Head, name: str) -> date | None:
    try:
        return date.fromisoformat(head.query.get(name, ""))
    except ValueError:
        return None


def _begin(day: date, step: str) -> date:
    """The first day of its week or month."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _counted(world: World, step: str) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for record in world.history.accepted():
        day = _begin(datetime.fromtimestamp(record.at, UTC).date(), step)
        for category in record.categories:
            counts[category, day, "requests"] += record.personalizations
    seen: set[tuple[str, ...]] = set()
    for event in world.events.recent:
        day = _begin(datetime.fromtimestamp(event["timestamp"], UTC).date(), step)
        names = _metrics(event, seen)
        for category in _categories(event):
            counts.update((category, day, name) for name in names)
    return counts


def _categories(event: Event) -> Iterable[str]:
    found = event.get("category", [])
    return [found] if isinstance(found, str) else found


def _metrics(event: Event, seen: set[tuple[str, ...]]) -> list[str]:
    kind = str(event.get("event"))
    if kind == "bounce":
        return ["blocks" if event.get("type") == "blocked" else "bounces"]
    if kind == "dropped":
        return [_DROPS[reason]] if (reason := str(event.get("reason"))) in _DROPS else []
    names = [_NAMES[kind]] if kind in _NAMES else []
    key = (kind, str(event.get("sg_message_id")), str(event.get("email")))
    if kind in ("open", "click") and key not in seen:
        seen.add(key)
        names.append(f"unique_{_NAMES[kind]}")
    return names


def _of_day(counts: Counter[Key], day: date, categories: list[str]) -> Json:
    return {
        "date": day.isoformat(),
        "stats": [
            {"type": "category", "name": name, "metrics": {each: counts[name, day, each] for each in METRICS}}
            for name in categories
        ],
    }


ROUTES: tuple[Route, ...] = (("GET", re.compile(r"/v3/categories/stats"), "categories.stats.read", _stats),)
