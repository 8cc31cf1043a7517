"""The letter's own date.

In: the front matter and the text, the day of the send. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from newsletter.checks.context import CheckContext, short, warning
from newsletter.checks.dates_in_text import days
from newsletter.model.finding import Finding
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said

NAME = "dateline"

_HINT = Said("Change the date, or the time of the mailing.", "Changez la date, ou le moment de l’envoi.")
_HOUR = Said(
    "Choose another hour, or `zone: member`: each reader's own time.",
    f"Choisissez une autre heure, ou `zone: member`{NBSP}: l’heure de chaque lecteur.",
)
# A place is a name, of at most four words: "See you on …" is a sentence.
_NAMED = r"\(?(?![a-zß-öø-ÿœ])[^\W\d_][^\d\s,]*"
_LINKS = "(?:de|du|des|la|le|les|sur|sous|en|et|of|the|and|upon)"
_PLACE_BEFORE = re.compile(
    rf"[\s*_>#–—-]*(?:{_NAMED}(?: (?:{_NAMED}|{_LINKS})){{0,3}},?\s*)?(?:le\s|on\s|the\s)?\s*(?:\w+[,\s]\s*)?",
    re.UNICODE,
)
_AFTER = re.compile(r"[\s*_.\\]*")


def check(context: CheckContext) -> Iterator[Finding]:
    """A letter bears the day on which its reader gets it.

    Level: warning, when `date:` is not the day of the send; when a line of the text that holds nothing but a date (and perhaps a place:
    "Hamilton, 16 December 2020") names another one; and when readers in some zone get it on another day than the one it bears. The day of
    the send is the local day: with `zone: member` it is the same for everybody.
    """
    sent = context.occasion.day if context.occasion else context.planned_at.date()
    yield from _front_matter(context, sent)
    yield from _lines(context, sent)


def _front_matter(context: CheckContext, sent: date) -> Iterator[Finding]:
    issue = context.rendering.issue
    if issue is None or issue.date is None:
        return
    place = context.key("date", context.artwork.languages[0])
    if issue.date != sent:
        message = Said(
            f"the issue is dated {issue.date}, but goes out on {sent}",
            f"le numéro est daté du {issue.date}, mais part le {sent}",
        )
        yield warning(NAME, message, place, hint=_HINT)
    elsewhere = context.occasion.elsewhere if context.occasion else ()
    if issue.date == sent and elsewhere:
        zones = ", ".join(f"{zone} ({day})" for zone, day in elsewhere[:4])
        message = Said(
            f"the issue is dated {issue.date}, but it is another day where some readers get it: {zones}",
            f"le numéro est daté du {issue.date}, mais c’est un autre jour là où certains le reçoivent{NBSP}: {zones}",
        )
        yield warning(NAME, message, place, hint=_HOUR)


def _lines(context: CheckContext, sent: date) -> Iterator[Finding]:
    issue = context.rendering.issue
    for language, text in issue.texts.items() if issue else ():
        above = ""
        for number, line in enumerate(text.body.splitlines(), text.body_line):
            begins, above = _ends(above), line
            for written, day in days(line) if begins else ():
                if day != sent and _alone(line, written):
                    message = Said(
                        f"the letter is dated “{short(written)}”, but goes out on {sent}",
                        f"la lettre est datée «{NBSP}{short(written)}{NBSP}», mais part le {sent}",
                    )
                    yield warning(NAME, message, Place(text.path, number), language, hint=_HINT)


def _ends(line: str) -> bool:
    """True when the next line begins anew: behind nothing, a heading, a directive, or a line that its author broke."""
    return not line.strip() or line.endswith(("\\", "  ")) or line.lstrip().startswith(("#", ":::"))


def _alone(line: str, written: str) -> bool:
    """True when a line is a dateline: a date with at most a place and a day of the week before it."""
    before, _, after = line.partition(written)
    return bool(_PLACE_BEFORE.fullmatch(before)) and bool(_AFTER.fullmatch(after))
