"""A segment changed: opened as rows or as text, weighed while it is written, saved into segments.toml.

In: rows or an expression. Out: what it means and whom it reaches; the file with that segment changed. Called by the studio, by
`segments save`.

The file is the staff's: a segment that somebody changed meanwhile is shown beside one's own, and never overwritten.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace

from newsletter.audience import accepted, cells
from newsletter.audience.faults import SegmentFault
from newsletter.audience.parsing import parse
from newsletter.audience.rowwise import predicate_of, rows_of
from newsletter.audience.segments import Segment, Segments
from newsletter.audience.writing import to_text
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.folding import fold
from newsletter.model.predicate import DATE_FIELDS, EVERYONE, TAGS
from newsletter.model.said import Said
from newsletter.model.segment_row import SEGMENT, RowTest, SegmentRow, SegmentRows
from newsletter.pipeline.context import Context
from newsletter.pipeline.segments import Explanation, defined, explain, fields
from newsletter.planning.provinces import PROVINCES
from newsletter.store import audit, values
from newsletter.workspace import save_segment

MAX_LABEL = 200
_SPELLINGS = {"province": accepted.province, "language": accepted.language}


@dataclass(frozen=True, slots=True)
class Draft:
    """A segment to be changed. `rows` is None where only text can say it; `seal` is what it was opened with (empty: a new one)."""

    name: str
    label: str
    where: str
    rows: SegmentRows | None
    seal: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a row can ask for: fields with their kind, and values that are worth offering by field."""

    texts: tuple[str, ...]
    days: tuple[str, ...]
    segments: tuple[str, ...]
    offered: dict[str, tuple[str, ...]] = field(default_factory=dict)


def opened(ctx: Context, name: str) -> Draft:
    """A segment as it is now. Raises NotFound."""
    segments = defined(ctx)
    if name == EVERYONE:
        raise NotAllowed(
            Said(
                "`everyone` is built in and cannot be changed",
                "`everyone` est intégré et ne peut être changé",
            ),
            code="segment-name",
        )
    return _draft(segments, segments.named(name))


def _draft(segments: Segments, segment: Segment) -> Draft:
    where = segment.where.strip()
    try:
        rows, fault = rows_of(parse(where, attributes=segments.attributes)), ""
    except SegmentFault as error:
        rows, fault = None, str(error)
    return Draft(segment.name, segment.label, where, rows, _seal(segment), fault)


def _seal(segment: Segment) -> str:
    return hashlib.sha256(f"{segment.label}\0{segment.where}".encode("utf-8", "replace")).hexdigest()[:32]


def written(rows: SegmentRows) -> str:
    """The expression that rows say, values in our spelling (`Ontario` is `ON`). Raises SegmentFault."""
    return to_text(predicate_of(replace(rows, rows=tuple(_spelt(row) for row in rows.rows))))


def _spelt(row: SegmentRow) -> SegmentRow:
    spelling = _SPELLINGS.get(row.field)
    texts = tuple(" ".join(cells.clean(value).split()) for value in row.values)
    if spelling is None or row.test not in {RowTest.IS, RowTest.IS_NOT}:
        return replace(row, values=texts)
    return replace(row, values=tuple(spelling(text) or text for text in texts))


def read_rows(ctx: Context, where: str) -> SegmentRows | None:
    """An expression as rows; None where rows cannot say it, or where it cannot be read."""
    try:
        return rows_of(parse(where, attributes=defined(ctx).attributes))
    except SegmentFault:
        return None


def weigh(ctx: Context, where: str, name: str = "") -> Explanation:
    """What an expression would mean as the segment of that name. Raises NotFound, AuthorError (a circle of names too)."""
    return explain(ctx, f"({where})" if _is_name(where) else where, _with(ctx, name, where))


def _is_name(where: str) -> bool:
    """A lone word would be taken for the name of a segment; as an expression it is a fault that should be told as such."""
    return re.fullmatch(r"[\w.-]+", where.strip()) is not None and fold(where) != EVERYONE


def _with(ctx: Context, name: str, where: str, label: str = "") -> Segments:
    segments = defined(ctx)
    if not name:
        return segments
    changed = Segments({**segments.by_name, name: Segment(name, where, label)}, segments.attributes)
    changed.predicate(name)
    return changed


def save(ctx: Context, name: str, label: str, where: str, seal: str = "") -> Draft | None:
    """Write a segment into segments.toml. `seal` is that of the Draft it was opened as; empty for a new one.

    Returns None when it is written; where somebody changed it meanwhile, theirs, and nothing is written. Raises AuthorError for an
    expression that cannot be read, NotAllowed for a name that cannot be, or a file that cannot be changed safely.
    """
    where, label = where.strip(), " ".join(cells.clean(label).split())[:MAX_LABEL]
    there = defined(ctx).by_name.get(name)
    if there is not None and _seal(there) != seal:
        return _draft(defined(ctx), there)
    if there is None and seal:
        raise NotFound(
            Said(
                f"the segment “{name}” was taken out of segments.toml meanwhile",
                f"le segment «\u00a0{name}\u00a0» a été retiré de segments.toml entre-temps",
            ),
            code="segment-unknown",
            hint=Said("Save it as a new one.", "Enregistrez-le comme un nouveau segment."),
        )
    weigh(ctx, where, name)
    if there is None or (there.where.strip(), there.label) != (where, label):
        save_segment(ctx.root, name, {"label": label, "where": where})
        with ctx.store.write() as db:
            audit.note(db, ctx.now(), ctx.actor, "segment-save", name, {"where": where})
    return None


def name_for(ctx: Context, label: str) -> str:
    """A name that no segment has yet, made from its label: `Aerospace in Ontario` becomes `aerospace-in-ontario`."""
    taken = defined(ctx).by_name
    base = re.sub(r"[^a-z0-9]+", "-", fold(label)).strip("-")[:48].strip("-") or "segment"
    base = f"{base}-1" if base == EVERYONE else base
    free, number = base, 2
    while free in taken:
        free, number = f"{base}-{number}", number + 1
    return free


def choices(ctx: Context, but: str = "") -> Choices:
    """What the rows of a segment can ask for. `but` is the segment itself, which cannot name itself."""
    segments = defined(ctx)
    texts = tuple(name for name in fields(ctx) if name not in {*DATE_FIELDS, TAGS})
    with ctx.store.read() as db:
        tags = values.tags(db)
    offered = {
        "province": tuple(PROVINCES),
        "language": tuple(ctx.publication.languages),
        TAGS: tags,
        SEGMENT: tuple(name for name in segments.by_name if name != but),
    }
    return Choices(texts, DATE_FIELDS, offered[SEGMENT], offered)
