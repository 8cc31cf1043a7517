"""A segment that is given another name, or taken out of segments.toml: only while nothing that is still to come leans on it.

In: a name. Out: the file without it, or with its new name; or who uses it. Called by the studio, by `segments rename` and `remove`.

What was mailed keeps the names that it had: the ledger holds who got it, whatever the segments are called by now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.audience.faults import SegmentFault
from newsletter.audience.parsing import parse
from newsletter.audience.segments import Segment, Segments
from newsletter.model.campaign import AudienceRule, Campaign
from newsletter.model.errors import Explained, NotAllowed
from newsletter.model.place import Place
from newsletter.model.predicate import EVERYONE, And, InSegment, Not, Or, Predicate
from newsletter.model.said import NBSP, Said
from newsletter.pipeline import fronts
from newsletter.pipeline.context import Context
from newsletter.pipeline.segments import defined
from newsletter.store import audit, campaigns, series
from newsletter.workspace import SEGMENTS_FILE, read_issue, remove_segment, rename_segment

_WHEN = re.compile(r":{3,}[ \t]*when[ \t]+(.+)")
_NAMED = 6  #: how many places a refusal names


@dataclass(frozen=True, slots=True)
class Uses:
    """Where a segment is used: mailings with it in their audience, the newest first; open series; segments and issues that name it."""

    mailings: tuple[Campaign, ...] = ()
    segments: tuple[str, ...] = ()
    series: tuple[tuple[int, str], ...] = ()
    issues: tuple[str, ...] = ()

    @property
    def planned(self) -> tuple[Campaign, ...]:
        """The mailings that are not over."""
        return tuple(one for one in self.mailings if not one.status.over)

    @property
    def holds(self) -> bool:
        """True while it has to stay: an issue that names it only says so when it is checked."""
        return bool(self.planned or self.segments or self.series)


def uses(ctx: Context, name: str) -> Uses:
    """Where a segment is used."""
    with ctx.store.read() as db:
        found, open_series = campaigns.listed(db), series.opened(db)
    segments = defined(ctx)
    return Uses(
        tuple(one for one in found if _in(one.audience, name)),
        tuple(other for other, one in segments.by_name.items() if name in _named(segments, one)),
        tuple((row.id, row.slug) for row in open_series if name in (*row.include, *row.exclude)),
        tuple(_issues(ctx, segments, name)),
    )


def _in(rule: AudienceRule | None, name: str) -> bool:
    return rule is not None and name in (*rule.include, *rule.exclude)


def _named(segments: Segments, segment: Segment) -> set[str]:
    try:
        return set(_names(parse(segment.where, attributes=segments.attributes)))
    except SegmentFault:
        return set()


def _names(predicate: Predicate) -> list[str]:
    match predicate:
        case And(parts) | Or(parts):
            return [name for part in parts for name in _names(part)]
        case Not(part):
            return _names(part)
        case InSegment(name):
            return [name]
        case _:
            return []


def _issues(ctx: Context, segments: Segments, name: str) -> Iterator[str]:
    for front in fronts.every(ctx):
        if _in(front.issue.audience if front.issue else None, name) or _asks(ctx, segments, front.slug, name):
            yield front.slug


def _asks(ctx: Context, segments: Segments, slug: str, name: str) -> bool:
    """True where an issue has a block for the segment."""
    try:
        texts = [one.text for one in read_issue(ctx.root, slug)]
    except (Explained, OSError):  # `check` says what is wrong with it
        return False
    asked = (found[1].strip() for text in texts for found in _WHEN.finditer(text))
    return any(source == name or name in _named(segments, Segment("", source)) for source in asked)


def rename(ctx: Context, name: str, fresh: str) -> None:
    """Give a segment another name. Raises NotFound; NotAllowed while it is used, for a name that is taken or cannot be one, or where
    the file cannot be changed safely."""
    _require_free(ctx, name)
    if fresh in defined(ctx).by_name or fresh == EVERYONE:
        raise NotAllowed(
            Said(
                f"there is a segment “{fresh}” already",
                f"il y a déjà un segment «{NBSP}{fresh}{NBSP}»",
            ),
            code="segment-taken",
            hint=Said("Choose another name.", "Choisissez un autre nom."),
        )
    rename_segment(ctx.root, name, fresh)
    _note(ctx, "segment-rename", name, {"to": fresh})


def remove(ctx: Context, name: str) -> None:
    """Take a segment out of segments.toml. Raises NotFound; NotAllowed while it is used, or where the file cannot be changed safely."""
    where = _require_free(ctx, name).where.strip()
    remove_segment(ctx.root, name)
    _note(ctx, "segment-remove", name, {"where": where})


def _note(ctx: Context, act: str, name: str, detail: dict[str, object]) -> None:
    with ctx.store.write() as db:
        audit.note(db, ctx.now(), ctx.actor, act, name, detail)


def _require_free(ctx: Context, name: str) -> Segment:
    if name == EVERYONE:
        raise NotAllowed(
            Said("`everyone` is built in and stays", "`everyone` est intégré, et reste"), code="segment-name"
        )
    found = defined(ctx).named(name)
    used = uses(ctx, name)
    if used.holds:
        places = _places(used)
        raise NotAllowed(
            Said(
                f"the segment “{name}” is used by {places.en}",
                f"le segment «{NBSP}{name}{NBSP}» sert ailleurs{NBSP}: {places.fr}",
            ),
            code="segment-used",
            place=found.place or Place(SEGMENTS_FILE),
            hint=Said(
                "Change or cancel those first; nothing was written.",
                "Modifiez ou annulez d’abord ceux-là; rien n’a été écrit.",
            ),
        )
    return found


def _places(used: Uses) -> Said:
    """mailing 7 (2020-12-16-holiday-greeting), the segment “nested”"""
    places = [
        *(Said(f"mailing {one.id} ({one.slug})", f"l’envoi {one.id} ({one.slug})") for one in used.planned),
        *(Said(f"series {number} ({slug})", f"la série {number} ({slug})") for number, slug in used.series),
        *(Said(f"the segment “{one}”", f"le segment «{NBSP}{one}{NBSP}»") for one in used.segments),
    ]
    rest = len(places) - _NAMED
    more = [Said(f"{rest} more", f"{rest} de plus")] if rest > 0 else []
    named = [*places[:_NAMED], *more]
    return Said(", ".join(one.en for one in named), ", ".join(one.fr for one in named))
