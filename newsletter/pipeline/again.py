"""Again: a new issue built as the last one was, emptied, its days moved on by the rhythm of those before.

In: a slug, a template. Out: files under issues/. Called by `new --from-last`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath
from zoneinfo import ZoneInfo

from newsletter import workspace
from newsletter.letters.emptying import Mover, emptied
from newsletter.model.errors import AuthorError, NotFound
from newsletter.model.said import Said, alike
from newsletter.pipeline.authoring import Authoring
from newsletter.workspace import brought

_KEY = r"^{key}:[ \t]*[\"']?([^\"'\n]+?)[\"']?[ \t]*$"
_RHYTHMS = {
    "week": (6, 8),
    "fortnight": (12, 16),
    "month": (25, 36),
    "quarter": (80, 100),
    "year": (340, 390),
}
_YEARLY = {"greeting", "renewal", "observance"}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Past:
    slug: str
    template: str
    day: date | None


def new(desk: Authoring, slug: str, *, template: str = "", title: str = "") -> tuple[str, ...]:
    """Start an issue like the newest one (of a template). Returns its files. Raises AuthorError, NotAllowed, NotFound."""
    brought.refuse_taken(desk.root, slug)
    past = [one for one in _past(desk) if not template or one.template == template]
    if not past:
        what = (
            Said(f"no issue has the template {template}", f"aucun numéro n’a le gabarit {template}")
            if template
            else Said("there is no issue yet", "il n’y a pas encore de numéro")
        )
        raise NotFound(
            Said(f"{what.en}, so there is none to build on", f"{what.fr}\u00a0: rien sur quoi s’appuyer"),
            code="issue-unknown",
            hint=alike(f"newsletter new {slug}"),
        )
    last = max(past, key=lambda one: (one.day or date.min, one.slug))
    move = mover(
        last.day,
        rhythm([one.day for one in past if one.day and one.template == last.template], last.template),
        _today(desk),
    )
    website = desk.publication.website or f"https://{desk.publication.sender.address.partition('@')[2]}"
    texts: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    for file in workspace.read_issue(desk.root, last.slug):
        language = file.language or desk.publication.languages[0]
        made = emptied(file.text, language, move, title=title, website=website)
        texts[file.language] = made.text
        pictures |= _kept(desk, last.slug, made.pictures)
    return brought.write_texts(desk.root, slug, texts, pictures)


def _today(desk: Authoring) -> date:
    return desk.now().astimezone(ZoneInfo(desk.publication.time_zone)).date()


def _past(desk: Authoring) -> Iterator[_Past]:
    for issue in workspace.list_issues(desk.root):
        try:
            texts = [file.text for file in workspace.read_issue(desk.root, issue.slug)]
        except AuthorError:  # another issue that cannot be read is no reason not to begin one
            continue
        day = next((found for text in texts if (found := _value(text, "date"))), "")
        template = next((found for text in texts if (found := _value(text, "template"))), "letter")
        try:
            yield _Past(issue.slug, template, date.fromisoformat(day))
        except ValueError:
            yield _Past(issue.slug, template, None)


def _value(text: str, key: str) -> str:
    front = text.split("\n---", 1)[0]
    found = re.search(_KEY.format(key=key), front, re.MULTILINE)
    return found[1] if found else ""


def rhythm(days: list[date], template: str) -> str:
    """How far apart issues of a template are: week, fortnight, month, quarter or year; by its kind where there are not two."""
    ordered = sorted(set(days))
    if len(ordered) > 1:
        apart = (ordered[-1] - ordered[-2]).days
        return next((name for name, (least, most) in _RHYTHMS.items() if least <= apart <= most), "month")
    return "year" if template in _YEARLY else "month"


def mover(last: date | None, name: str, today: date) -> Mover:
    """What moves a day of the last issue to the next: as many steps as bring the issue's own day to today or later."""
    steps = 1
    while last and moved(last, name, steps) < today:
        steps += 1
    return lambda day: moved(day, name, steps)


def moved(day: date, name: str, steps: int) -> date:
    """A day some weeks, months or years on. A working day that would fall on a weekend is the Friday before."""
    if name not in _MONTHS:
        return day + timedelta(weeks=(2 if name == "fortnight" else 1) * steps)
    months = day.month - 1 + _MONTHS[name] * steps
    year, month = day.year + months // 12, months % 12 + 1
    found = day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
    if day.weekday() < _SATURDAY <= found.weekday():
        found -= timedelta(days=found.weekday() - _SATURDAY + 1)
    return found


def _kept(desk: Authoring, slug: str, names: list[str]) -> dict[str, bytes]:
    """The pictures that stay (a signature), with their dark twins."""
    images = {PurePath(path).name: data for path, data in workspace.read_images(desk.root, slug).items()}
    wanted = {PurePath(name).name for name in names}
    wanted |= {f"{PurePath(name).stem}-dark{PurePath(name).suffix}" for name in wanted}
    return {name: images[name] for name in sorted(wanted) if name in images}
