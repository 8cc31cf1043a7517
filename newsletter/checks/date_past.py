"""What is over when the mail arrives: events, deadlines, the year of the time before.

In: the author's words in both languages, the planned time. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from newsletter.checks import dates_told
from newsletter.checks.calendar_words import GAP, MONTH, MONTHS, SPACE
from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.checks.dates_in_text import Mention, mentions
from newsletter.checks.pieces import Part, parts
from newsletter.checks.times_in_text import clocks
from newsletter.model.finding import Finding
from newsletter.model.outline import FRONT, Piece, PieceKind
from newsletter.model.said import NBSP, Said, quoted

NAME = "date-past"

_HINT = Said(
    "Change the date, take the piece out, or send earlier.",
    "Changez la date, retirez le passage ou devancez l’envoi.",
)
_YEAR_HINT = Said("Change the year, or the time of the mailing.", "Changez l’année, ou le moment de l’envoi.")
#: words that ask for something, in the sentence before its date
_ASKING = re.compile(
    r"\b(?:register|registration|apply|applications?|submit|submissions?|rsvp|reply|respond|answer|nominate|nominations?|sign\sup|book|"
    r"reserve|enter|enrol|save\s(?:my|your)\s(?:place|seat|spot)|let\sus\sknow|deadline|closing\sdate|closes?|"
    r"inscri(?:vez|re|ption|ptions)|réserve[rz]|réservations?|soume(?:ttez|ttre)|dépos(?:ez|er)|répond(?:ez|re)|postule[rz]|candidatures?|"
    r"confirme[rz]|date\slimite|échéance|clôture|avise[rz]-nous|écrivez-nous)\b",
    re.IGNORECASE,
)
#: what stands before the last day: “by”, “no later than”, “d’ici le”, “date limite : le”
_LIMIT = re.compile(
    rf"(?:\b(?:by|before|until|till|no{SPACE}later{SPACE}than|deadline(?:{SPACE}is)?|closing{SPACE}date(?:{SPACE}is)?|closes?(?:{SPACE}on)?|"
    rf"avant|d[’']ici|jusqu[’']au?|au{SPACE}plus{SPACE}tard|date{SPACE}limite|échéance|clôture)\b){GAP}:?{GAP}"
    rf"(?:[^.!?;]{{0,25}}?\b(?:on|the|le|au)\b)?{GAP}$",
    re.IGNORECASE,
)
_FAR = 300  # characters before a day: longer sentences are read from there on
_SENTENCE = re.compile(r"[.!?](?=\s)|\n")
_MONTH_YEAR = re.compile(rf"\b(?P<month>{MONTH})\.?{SPACE}(?P<year>(?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_WISH = re.compile(
    rf"\b(?:happy(?:{SPACE}new{SPACE}year)?(?:{SPACE}in)?|new{SPACE}year|all{SPACE}the{SPACE}best{SPACE}(?:for|in)|best{SPACE}wishes{SPACE}for|"
    rf"bonne{SPACE}année|heureuse{SPACE}année|meilleurs{SPACE}vœux{SPACE}pour)[\s\u00a0\u202f,:]*(?P<year>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_COMING = re.compile(
    rf"\b(?:in|during|throughout){SPACE}(?P<year>(?:19|20)\d\d),?{SPACE}(?:\w+{SPACE}){{0,2}}(?:will|shall)\b|"
    rf"\b(?:this|next){SPACE}year,?{SPACE}\(?(?:in{SPACE})?(?P<year2>(?:19|20)\d\d)\b|"
    rf"\b(?:cette{SPACE}année|l[’']an{SPACE}prochain|l[’']année{SPACE}prochaine),?{SPACE}\(?(?:en{SPACE})?(?P<year3>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Nothing that readers should do or attend is over when they get the mail, and no year is that of the time before.

    Levels: error for an event (`end`, else `date`) on a day before the planned send, and for a deadline in a callout of the kind
    `deadline`; warning for an event of the same day whose time is past, for a sentence that asks for something "by", "before",
    "d’ici" or "avant" a day that is past, and for a stale year: "Happy New Year 2020" in December 2020, the month of the send with
    another year in the subject, title or a heading, "in 2020 we will". What the past tense tells ("founded in 1998") is left alone.
    A day without a year is the one nearest to the send.
    """
    planned = context.planned_at
    for outline in context.rendering.outlines:
        for piece in outline.pieces:
            yield from _event(planned, context.day, piece, outline.language)
    for part in parts(context):
        yield from _deadlines(context.day, part)
        yield from _years(context.day, part)


def _event(planned: datetime, day: date, piece: Piece, language: str) -> Iterator[Finding]:
    written = piece.attributes.get("end") or piece.attributes.get("date") or ""
    if piece.name != "event" or not written:
        return
    last = datetime.fromisoformat(written)
    title = quoted(short(piece.attributes.get("title", "")))
    if last.date() < day:
        yield error(NAME, _over(title, last.date(), day), piece.place_of(written), language, hint=_HINT)
    elif last.date() == day:
        until = _until(piece, last)
        if until and until < planned.replace(tzinfo=None):
            message = Said(
                f"the event {title.en} is over at the hour at which the mail goes out",
                f"l’activité {title.fr} est terminée à l’heure où part le courriel",
            )
            yield warning(NAME, message, piece.place_of(written), language, hint=_HINT)


def _until(piece: Piece, last: datetime) -> datetime | None:
    """When an event is over, by its `time` or the hour of its date; None when neither is said."""
    times = [time for clock in clocks(piece.attributes.get("time", "")) for time in clock.times]
    if times and times[-1] < 24 * 60:
        return last.replace(hour=times[-1] // 60, minute=times[-1] % 60)
    return last if last.time() != datetime.min.time() else None


def _over(title: Said, last: date, day: date) -> Said:
    told, sent = dates_told.day(last), dates_told.day(day)
    return Said(
        f"the event {title.en} is over on {told.en}, and the mail goes out on {sent.en}",
        f"l’activité {title.fr} se termine le {told.fr}, et le courriel part le {sent.fr}",
    )


def _deadlines(day: date, part: Part) -> Iterator[Finding]:
    callout = part.piece.attributes.get("kind") == "deadline"
    titled = callout and bool(mentions(part.piece.attributes.get("title", "")))
    for mention in mentions(part.text):
        last = mention.days[-1].near(day)
        if last is None or last >= day:
            continue
        if callout and (part.name == "title" or not titled):
            yield error(
                NAME, _missed(mention, last, day), part.place(mention.text), part.language, hint=_HINT
            )
        elif _asked_by(part.text, mention):
            yield warning(
                NAME, _missed(mention, last, day), part.place(mention.text), part.language, hint=_HINT
            )


def _asked_by(text: str, mention: Mention) -> bool:
    """True where a sentence asks for something by a day."""
    near = max(0, mention.start - _FAR)
    begun = max((found.end() for found in _SENTENCE.finditer(text, near, mention.start)), default=near)
    before = text[begun : mention.start]
    return bool(_LIMIT.search(before)) and bool(_ASKING.search(before))


def _missed(mention: Mention, last: date, day: date) -> Said:
    words, told, sent = quoted(short(mention.text)), dates_told.day(last), dates_told.day(day)
    return Said(
        f"{words.en} ({told.en}) is past when the mail goes out, on {sent.en}",
        f"{words.fr} ({told.fr}) est passé quand le courriel part, le {sent.fr}",
    )


def _years(day: date, part: Part) -> Iterator[Finding]:
    for found, expected in _stale(day, part):
        words = quoted(short(found.group()))
        message = Said(
            f"{words.en}: the mail goes out in {day.year}, and {expected} was to be expected",
            f"{words.fr}{NBSP}: le courriel part en {day.year}, et on attendait {expected}",
        )
        yield warning(NAME, message, part.place(found.group()), part.language, hint=_YEAR_HINT)


def _stale(day: date, part: Part) -> Iterator[tuple[re.Match[str], int]]:
    wished = day.year + (day.month >= 11)
    for found in _WISH.finditer(part.text):
        if int(found["year"]) < wished:
            yield found, wished
    for found in _COMING.finditer(part.text):
        if int(found["year"] or found["year2"] or found["year3"]) < day.year:
            yield found, day.year
    if part.piece.kind in {*FRONT, PieceKind.HEADING}:
        for found in _MONTH_YEAR.finditer(part.text):
            if MONTHS[found["month"].lower()] == day.month and int(found["year"]) < day.year:
                yield found, day.year
