"""Segments: all of them, one as rows or as text, its count while it is written, saved into segments.toml.

In: visits. Out: pages, fragments, acts. Called by web.studio.people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.errors import Explained, NotAllowed, NotFound
from newsletter.model.segment_row import (
    BARE,
    DAY_TESTS,
    SEGMENT,
    SEPARATOR,
    RowTest,
    SegmentRow,
    SegmentRows,
)
from newsletter.pipeline import segment_editing as editing
from newsletter.pipeline import segment_removing as removing
from newsletter.pipeline import segments
from newsletter.pipeline.segment_editing import Draft
from newsletter.pipeline.segments import Explanation
from newsletter.web.studio.people.shown import Names
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit
from newsletter.web.studio.words import Words

MAX_ROWS = 40
_INCOMPLETE = "segment-incomplete"
_EMPTY = SegmentRow("province", RowTest.IS, ("",))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A segment in its form. `name` is empty for a new one; `rows` is None where it is edited as text."""

    name: str = ""
    label: str = ""
    rows: tuple[SegmentRow, ...] | None = (_EMPTY,)
    any: bool = False
    where: str = ""
    seal: str = ""
    fault: Explained | None = None
    theirs: Draft | None = None
    weight: Explanation | None = field(default=None)


def every(visit: Visit) -> Response:
    """`/recipients/segments`."""
    found = []
    for line in segments.listed(visit.ctx):
        said = None
        if line.count is not None:
            said = segments.said_of(visit.ctx, line.name)
        found.append((line, said))
    return visit.page("people/segments.html", title=visit.w.segments_title, lines=found)


def one(visit: Visit) -> Response:
    """`/recipients/segments/ontario`, or `/recipients/new-segment`."""
    name = visit.path.get("name", "")
    sheet = _of(editing.opened(visit.ctx, name)) if name else Sheet()
    if visit.typed:  # a save that was refused: what was typed stays
        sheet = replace(
            _read(visit.typed, visit.w), name=sheet.name, seal=visit.typed.get("seal", sheet.seal)
        )
    return _page(visit, sheet)


def _of(draft: Draft) -> Sheet:
    rows = draft.rows.rows if draft.rows else None
    either = bool(draft.rows and draft.rows.any)
    return Sheet(draft.name, draft.label, rows, either, draft.where, draft.seal)


def _read(form: Mapping[str, str], w: Words) -> Sheet:
    """The form as it was typed."""
    if form.get("mode") == "text":
        where, rows = form.get("where", ""), None
    else:
        where, rows = "", tuple(_row(form, n) for n in range(MAX_ROWS) if f"field-{n}" in form)
    sheet = Sheet(
        form.get("name", ""),
        form.get("label", ""),
        rows,
        form.get("join") == "any",
        where,
        form.get("seal", ""),
    )
    open_rows = [n for n, row in enumerate(rows or (), start=1) if row.test not in BARE and not row.values]
    if open_rows:
        told = NotAllowed(w("segments_incomplete", number=open_rows[0]), code=_INCOMPLETE)
        return replace(sheet, fault=told)
    try:
        return replace(sheet, where=sheet.where if rows is None else editing.written(_rows(sheet)))
    except Explained as error:
        return replace(sheet, fault=error)


def _row(form: Mapping[str, str], n: int) -> SegmentRow:
    test = form.get(f"test-{n}", "")
    values = tuple(part.strip() for part in form.get(f"value-{n}", "").split(SEPARATOR) if part.strip())
    wanted = RowTest(test) if test in set(RowTest) else RowTest.IS
    return SegmentRow(form[f"field-{n}"][:100], wanted, () if wanted in BARE else values)


def _rows(sheet: Sheet) -> SegmentRows:
    return SegmentRows(sheet.rows or (), sheet.any)


def _weighed(visit: Visit, sheet: Sheet) -> Sheet:
    if sheet.fault is not None or not sheet.where.strip():
        return sheet
    try:
        return replace(sheet, weight=editing.weigh(visit.ctx, sheet.where, sheet.name))
    except Explained as error:
        return replace(sheet, fault=error)


def _page(visit: Visit, sheet: Sheet) -> Response:
    w = visit.w
    choices = editing.choices(visit.ctx, sheet.name)
    names = Names(visit)
    known = [(name, names.field(name)) for name in choices.texts]
    fields = [
        (w.segments_group_member, [*known, ("tags", w.segments_field_tags)]),
        (w.segments_group_days, [(name, names.field(name)) for name in choices.days]),
    ]
    if choices.segments:
        fields.append((w.segments_group_segments, [(SEGMENT, w.segments_field_segment)]))
    offered = {
        "province": [(code, names.province(code)) for code in choices.offered["province"]],
        "language": [(code, names.language(code)) for code in choices.offered["language"]],
        "tags": [(tag, "") for tag in choices.offered["tags"]],
        SEGMENT: [(name, "") for name in choices.offered[SEGMENT]],
    }
    uses = removing.uses(visit.ctx, sheet.name) if sheet.name else removing.Uses()
    return visit.page(
        "people/segment.html",
        title=sheet.label or sheet.name or w.segments_new,
        sheet=_weighed(visit, sheet),
        base=f"/recipients/segments/{sheet.name}" if sheet.name else "/recipients/new-segment",
        fields=fields,
        all_fields=[key for _, group in fields for key, _ in group],
        tests=[
            (
                one.value,
                w(f"segments_test_{one.value.replace('-', '_')}"),
                one in DAY_TESTS and one not in BARE,
            )
            for one in RowTest
        ],
        bare=[one.value for one in BARE],
        offered=offered,
        separator=SEPARATOR,
        uses=uses,
        names=names,
        may=visit.account.may(Right.WRITE),
    )


def draw(visit: Visit) -> Response:
    """The form again with a row more or less, or the other way of writing; nothing is saved."""
    sheet = _read(visit.form, visit.w)
    act = visit.form.get("act", "")
    rows = sheet.rows
    if act == "add" and rows is not None and len(rows) < MAX_ROWS:
        sheet = replace(sheet, rows=(*rows, _EMPTY), fault=None)
    elif act.startswith("remove-") and rows is not None:
        kept = tuple(row for n, row in enumerate(rows) if str(n) != act.removeprefix("remove-"))
        sheet = replace(sheet, rows=kept)
        sheet = replace(_rewritten(sheet), fault=None)
    elif act == "text":
        sheet = replace(sheet, rows=None, fault=None)
    elif act == "rows":
        found = editing.read_rows(visit.ctx, sheet.where)
        if found is not None:
            sheet = replace(sheet, rows=found.rows, any=found.any)
    return _page(visit, sheet)


def _rewritten(sheet: Sheet) -> Sheet:
    try:
        return replace(sheet, where=editing.written(_rows(sheet)))
    except Explained:
        return replace(sheet, where="")


def weigh(visit: Visit) -> Response:
    """The sentence and the count of the form as it stands; a fragment."""
    sheet = _weighed(visit, _read(visit.form, visit.w))
    return visit.page("people/segment_weight.html", title="", sheet=sheet, names=Names(visit))


def save(visit: Visit) -> Response:
    """Write the segment into segments.toml."""
    sheet = _read(visit.form, visit.w)
    if sheet.fault is not None:
        raise sheet.fault
    wanted = visit.path.get("name", "") or editing.name_for(visit.ctx, sheet.label)
    try:
        theirs = editing.save(visit.ctx, wanted, sheet.label, sheet.where, sheet.seal)
    except NotFound as error:
        if error.code != "segment-unknown" or not sheet.seal:
            raise
        return _page(visit, replace(sheet, name="", seal="", fault=error))
    if theirs is not None:
        return _page(visit, replace(sheet, name=wanted, seal=theirs.seal, theirs=theirs))
    return visit.to(f"/recipients/segments/{wanted}", visit.w.segments_saved)


def rename(visit: Visit) -> Response:
    """Another name in segments.toml."""
    fresh = visit.form.get("to", "").strip()
    removing.rename(visit.ctx, visit.path["name"], fresh)
    return visit.to(f"/recipients/segments/{fresh}", visit.w("segments_renamed", name=fresh))


def remove(visit: Visit) -> Response:
    """Out of segments.toml."""
    removing.remove(visit.ctx, visit.path["name"])
    return visit.to("/recipients/segments", visit.w("segments_removed", name=visit.path["name"]))


ROUTES: tuple[Way, ...] = (
    Page("/recipients/segments", every, need=Right.LOOK),
    Page("/recipients/segments/{name}", one, need=Right.LOOK),
    Page("/recipients/new-segment", one, need=Right.WRITE),
    Act("/recipients/new-segment/draw", draw, need=Right.WRITE, once=False),
    Act("/recipients/new-segment", save, need=Right.WRITE),
    Act("/recipients/weigh-segment", weigh, need=Right.LOOK, once=False),
    Act("/recipients/segments/{name}/draw", draw, need=Right.WRITE, once=False),
    Act("/recipients/segments/{name}", save, need=Right.WRITE),
    Act("/recipients/segments/{name}/rename", rename, need=Right.WRITE),
    Act("/recipients/segments/{name}/remove", remove, need=Right.WRITE),
)
