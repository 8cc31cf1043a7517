"""A survey of the real audience, as people and programs read it.

In: a Survey. Out: lines on stderr, an object for JSON. Called by `check --audience`, and by `send`, `schedule`, `approve` beside the counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import click

from newsletter import app
from newsletter.cli.output import spaced
from newsletter.model.errors import Explained, NotFound
from newsletter.model.said import NBSP, Said
from newsletter.model.survey import SlotSurvey, Survey
from newsletter.pipeline.authoring import staff_language

if TYPE_CHECKING:
    from newsletter.pipeline.authoring import Desk
    from newsletter.pipeline.build import Surveyor

_KILOBYTE: Final = 1024
_CUT: Final = 102  # kilobytes: Gmail
_LONGEST: Final = 40  # characters of a value that are shown
_UNCOUNTED: Final = Said("The audience was not counted:", f"Les destinataires n’ont pas été comptés{NBSP}:")
_NOTHING: Final = Said("nothing", "rien")
_NOBODY: Final = Said("Nobody would be mailed now.", "Personne ne recevrait ce courriel maintenant.")


def surveyor(desk: Desk, stack: ExitStack, *, asked: bool | None) -> Surveyor | None:
    """What counts an issue's audience; None where nobody is to be counted. `asked`: None means wherever there is a database that can be
    opened; what stands in the way of that is told, and is no remark on the issue. Raises NotFound where it was asked for and there is none:
    none is made to check a text."""
    if asked is None:
        return _if_there(desk, stack) if app.has_database(desk) else None
    if not asked:
        return None
    if not app.has_database(desk):
        raise NotFound(
            "there is no database yet, so there is nobody to count",
            code="no-database",
            hint="`newsletter members import FILE.csv` makes one; without --audience, no members are asked.",
        )
    return _counting(desk, stack)


def _if_there(desk: Desk, stack: ExitStack) -> Surveyor | None:
    try:
        return _counting(desk, stack)
    except Explained as error:
        message, hint = error.told(staff_language(desk))
        click.echo(f"{_UNCOUNTED.told(staff_language(desk))} {message}\n  {hint}".rstrip(), err=True)
        return None


def _counting(desk: Desk, stack: ExitStack) -> Surveyor:
    ctx = stack.enter_context(app.opened(desk.root))
    from newsletter.pipeline import survey

    return lambda issue, artwork: survey.of_issue(ctx, issue, artwork)


def as_json(survey: Survey | None, *, asked: bool) -> dict[str, object]:
    """`audience`, where it was asked for; null where nobody could be counted."""
    return {"audience": survey.as_json() if survey else None} if asked else {}


def show(survey: Survey | None, language: str) -> None:
    """The survey below the remarks of an issue."""
    for line in lines(survey) if survey else ():
        click.echo(line.told(language), err=True)


def show_beside(survey: Survey) -> None:
    """The survey in the column of what is asked before a mailing counts."""
    for slot in survey.slots:
        click.echo(f"{'Personal':>11}  {_slot(slot).en}", err=True)
    if survey.largest:
        click.echo(f"{'Largest':>11}  {_largest(survey).en}", err=True)


def lines(survey: Survey) -> Iterator[Said]:
    """One line for the audience, one for each slot, one for the largest mail."""
    if not survey.members:
        yield _NOBODY
        return
    number, zones = spaced(survey.members), survey.zones
    yield Said(
        f"Audience: {number} member{'' if survey.members == 1 else 's'} in {zones} time zone{'' if zones == 1 else 's'}",
        f"Destinataires{NBSP}: {_french(survey.members)} membre{'s' if survey.members > 1 else ''}, "
        f"{zones} fuseau{'x' if zones > 1 else ''} horaire{'s' if zones > 1 else ''}",
    )
    for slot in survey.slots:
        told = _slot(slot)
        yield Said(f"  {told.en}", f"  {told.fr}")
    largest = _largest(survey)
    yield Said(f"  Largest mail: {largest.en}", f"  Plus gros courriel{NBSP}: {largest.fr}")


def _slot(slot: SlotSurvey) -> Said:
    """`first_name (en): 312 of 4,103 (8%) see “friend”; the longest is “…” (34 characters)`."""
    shown = _words(slot.shown) if slot.shown else _NOTHING
    share = _share(slot)
    english = f"{slot.field} ({slot.language}): {spaced(slot.fallback)} of {spaced(slot.members)} ({share}%) see {shown.en}"
    french = (
        f"{slot.field} ({slot.language}){NBSP}: {_french(slot.fallback)} sur {_french(slot.members)} "
        f"({share}{NBSP}%) voient {shown.fr}"
    )
    if slot.longest:
        value, length = _words(slot.longest), len(slot.longest)
        english += f"; the longest is {value.en} ({length} characters)"
        french += f"; la plus longue valeur est {value.fr} ({length} caractères)"
    return Said(english, french)


def _share(slot: SlotSurvey) -> str:
    """A share that never says 0 or 100 of what is not nobody or everybody."""
    if 0 < slot.share < 1:
        return "<1"
    return ">99" if 99 < slot.share < 100 else f"{slot.share:.0f}"


def _words(words: str) -> Said:
    told = words if len(words) <= _LONGEST else words[: _LONGEST - 1].rstrip() + "…"
    return Said(f"“{told}”", f"«{NBSP}{told}{NBSP}»")


def _largest(survey: Survey) -> Said:
    size = survey.largest.size / _KILOBYTE if survey.largest else 0
    language = survey.largest.language if survey.largest else ""
    told = f"{size:.0f}" if size >= 10 else f"{size:.1f}"
    return Said(
        f"{told} KB of HTML ({language}); Gmail cuts at {_CUT} KB",
        f"{told.replace('.', ',')}{NBSP}Ko de HTML ({language}); Gmail coupe à {_CUT}{NBSP}Ko",
    )


def _french(number: int) -> str:
    return spaced(number).replace(",", NBSP)
