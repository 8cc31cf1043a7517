"""What a request for an approval says, in English and French: the same sentences in its mail and on its page.

In: what would go out. Out: short texts. Called by pipeline.request_mail, the public pages, the studio, `approve`.

French of Canada: a no-break space before a colon and inside « », none before ; ! ?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from newsletter.model.approval import Approval, How
from newsletter.model.campaign import AudienceRule, Books
from newsletter.model.edition import BOTH
from newsletter.model.said import NOTHING, Said
from newsletter.pipeline import approve, conclude, control, notice_facts, reason_words
from newsletter.pipeline.considering import Proposal
from newsletter.pipeline.context import Context
from newsletter.planning import words as planned
from newsletter.planning.phrases import NBSP, day_and_clock, listed, long_day, number
from newsletter.planning.zones import wall_clock

_HOW = {
    How.TERMINAL: ("at the terminal", "au terminal"),
    How.STUDIO: ("in the studio", "dans le studio"),
    How.EMAIL: ("by the link in an email", "par le lien d’un courriel"),
    How.PAPER: ("on paper", "sur papier"),
}
_LANGUAGES = {"en": ("English", "anglais"), "fr": ("French", "français")}


def language_name(name: str, language: str) -> str:
    """English; French; English and French."""
    parts = [_LANGUAGES.get(part, (part, part))[language == "fr"] for part in name.split(BOTH)]
    return listed(parts, language)


def moment(ctx: Context, at: datetime, language: str) -> str:
    """A moment by the publication's clock."""
    return day_and_clock(wall_clock(at, ctx.publication.time_zone), language)


def day(ctx: Context, at: datetime, language: str) -> str:
    """Its day."""
    return long_day(wall_clock(at, ctx.publication.time_zone).date(), language)


def when(seen: Proposal, language: str) -> str:
    """When it goes out."""
    if seen.table is None:
        return "As soon as it is approved" if language == "en" else "Dès qu’il est approuvé"
    return planned.sentences(seen.table.plan, language)[0]


def departs(ctx: Context, number: int, language: str) -> str:
    """When an approved mailing goes out."""
    table = approve.timetable_of(ctx, number)
    if table is None:
        return "It goes out now." if language == "en" else "Il part maintenant."
    return planned.sentences(table.plan, language)[0]


def recipients(rule: AudienceRule, language: str) -> str:
    """Whom it is for, by the names of their segments."""
    english = language == "en"
    everyone = "everyone" if english else "tout le monde"
    names = [everyone if name == "everyone" else name for name in rule.include]
    out = listed(list(rule.exclude), language)
    said = listed(names, language)
    return said + (f" {'without' if english else 'sauf'} {out}" if out else "")


def people(count: int, language: str) -> str:
    """2,911 people; 2 911 personnes."""
    if language == "fr":
        return f"{number(count, 'fr')}{NBSP}personne{'s' if count > 1 else ''}"
    return f"{number(count, 'en')} {'person' if count == 1 else 'people'}"


def audience(seen: Proposal, language: str) -> str:
    """How many, how many of them new and gone since the last mailing, who is not mailed and why, in one sentence."""
    parts = [
        f"{number(count, language)} {_part(kind, count, language)}"
        for kind, count in (
            ("new", seen.compared.new if seen.compared else 0),
            ("left", seen.compared.left if seen.compared else 0),
        )
        if count
    ]
    parts += reason_words.apart(Books(excluded=seen.counts.excluded), language) if seen.counts else []
    told = people(seen.people, language)
    colon = f"{NBSP}: " if language == "fr" else ": "
    return f"{told}{colon}{', '.join(parts)}." if parts else f"{told}."


def _part(kind: str, count: int, language: str) -> str:
    if language == "en":
        return kind
    plural = "s" if count > 1 else ""
    return {"new": f"nouvelle{plural}", "left": f"partie{plural}"}[kind]


def compared_with(ctx: Context, seen: Proposal, language: str) -> str:
    """What the numbers are compared with: the mailing before, and its last approval; empty where nothing is."""
    return " ".join([*_mailing_before(ctx, seen, language), *_last_yes(ctx, seen, language)])


def _mailing_before(ctx: Context, seen: Proposal, language: str) -> Iterator[str]:
    if seen.compared is None:
        return
    at = day(ctx, seen.compared.at, language)
    title = notice_facts.title_of(ctx, control.find(ctx, seen.compared.campaign), language)
    same = not (seen.compared.new or seen.compared.left)
    then = people(seen.compared.people, language)
    if language == "fr":
        which = f"«{NBSP}{title}{NBSP}» du {at}"
        yield (
            f"Exactement les personnes de l’envoi {which}."
            if same
            else f"Nouvelles et parties{NBSP}: par rapport à l’envoi {which}, qui comptait {then}."
        )
        return
    which = f"“{title}” of {at}"
    yield f"Exactly those of {which}." if same else f"New and left: since {which}, which was for {then}."


def _last_yes(ctx: Context, seen: Proposal, language: str) -> Iterator[str]:
    """How many more or fewer than somebody approved."""
    was = seen.was.people if seen.was else None
    if was is None or seen.was is None or was == seen.people:
        return
    at, then = day(ctx, seen.was.at, language), people(was, language)
    apart, more = number(abs(seen.people - was), language), seen.people > was
    if language == "fr":
        yield f"Approuvé le {at} pour {then}{NBSP}: {apart} de {'plus' if more else 'moins'} maintenant."
        return
    yield f"Approved on {at} for {then}: {apart} {'more' if more else 'fewer'} now."


def again(ctx: Context, seen: Proposal, language: str) -> str:
    """Why what was approved is asked for once more; empty where it is not, or where the text is the reason (the changes say that)."""
    return _again(ctx, seen, language).told(language)


def _again(ctx: Context, seen: Proposal, language: str) -> Said:
    if seen.again == conclude.APPROVAL_OLD and seen.was is not None:
        at, days = day(ctx, seen.was.at, language), ctx.settings.whole("approval.days")
        return Said(
            f"It was approved on {at}, more than {days} day{'s' if days > 1 else ''} before it goes out: please confirm.",
            f"Il a été approuvé le {at}, plus de {days}{NBSP}jour{'s' if days > 1 else ''} avant l’envoi{NBSP}: veuillez confirmer.",
        )
    if seen.again == conclude.COUNT_OFF:
        share = number(round(100 * ctx.settings.share("approval.difference")), language)
        return Said(
            f"The number of recipients is more than {share}% off the one that was approved: please confirm.",
            f"Le nombre de destinataires s’écarte de plus de {share}{NBSP}% de celui qui a été approuvé{NBSP}: veuillez confirmer.",
        )
    if seen.again == conclude.SEGMENT_DIFFERS:
        return Said(
            "A segment of it says something else than when it was approved: please confirm.",
            f"Un de ses segments ne dit plus ce qui a été approuvé{NBSP}: veuillez confirmer.",
        )
    return NOTHING


def waiting(missing: int, names: Sequence[str], language: str) -> str:
    """For whose approval a mailing waits."""
    enough = len(names) <= missing
    whom = _joined(names, language, "and" if enough else "or", "et" if enough else "ou")
    if language == "fr":
        count = "une approbation" if missing == 1 else f"{missing} approbations"
        return f"Attend encore {count}{f'{NBSP}: {whom}' if whom else ''}."
    if not whom:
        return f"Waits for the approval of {'one more person' if missing == 1 else f'{missing} people'}."
    among = "" if missing == 1 or enough else f"{missing} of: "
    return f"Waits for the approval of {among}{whom}."


def _joined(names: Sequence[str], language: str, english: str, french: str) -> str:
    """A, B or C."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {french if language == 'fr' else english} {names[-1]}"


def given(ctx: Context, one: Approval, language: str) -> str:
    """Who approved, when and how; on paper also who wrote it down."""
    how = _HOW[one.how][language == "fr"]
    at = moment(ctx, one.at, language)
    if language == "fr":
        by = f", consignée par {one.recorded_by}" if one.how is How.PAPER else ""
        return f"{one.person}, le {at}, {how}{by}"
    by = f", recorded by {one.recorded_by}" if one.how is How.PAPER else ""
    return f"{one.person}, {at}, {how}{by}"
