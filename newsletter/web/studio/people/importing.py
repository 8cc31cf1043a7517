"""The import of a list: the file handed in, its columns decided, the plan read, applied.

In: visits. Out: pages, acts. Called by web.studio.people.
"""

from __future__ import annotations

import re

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.errors import Explained, NotAllowed
from newsletter.model.intake import Intake, IntakeState
from newsletter.model.member import ConsentBasis
from newsletter.pipeline import intake
from newsletter.pipeline.intake import FURTHER, NOTHING, TARGETS
from newsletter.web.studio.people.shown import Names, as_file
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit

_COLUMN = re.compile(r"column-([0-9]{1,6})")
_MOST = intake.MAX_SIZE + (1 << 20)  # the file, and the form around it


def start(visit: Visit) -> Response:
    """`/recipients/import`: hand a file in; those that wait."""
    return visit.page(
        "people/import.html",
        title=visit.w.intake_title,
        files=intake.listed(visit.ctx),
        most=intake.MAX_SIZE,
        states=IntakeState,
    )


def receive(visit: Visit) -> Response:
    """A file that was handed in."""
    file = visit.files.get("file")
    if file is None or not file.data:
        raise NotAllowed(visit.w.intake_no_file, code="import-no-file")
    found = intake.receive(visit.ctx, file.name, file.data)
    return visit.to(f"/recipients/import/{found.id}")


def one(visit: Visit) -> Response:
    """`/recipients/import/7`: the step at which it stands."""
    found = intake.find(visit.ctx, visit.path["number"])
    if not found.is_open:
        return visit.page("people/import_done.html", title=found.name, file=found, states=IntakeState)
    if found.state is IntakeState.NEW or visit.query.get("step") == "columns":
        return _columns(visit, found)
    return _plan(visit, found)


def _columns(visit: Visit, found: Intake, trouble: Explained | None = None) -> Response:
    names = Names(visit)
    w = visit.w
    ours = [(name, w(f"intake_as_{name}")) for name in TARGETS if name not in {FURTHER, NOTHING}]
    sight = intake.sight(visit.ctx, found)
    picked = {one.position: visit.typed.get(f"column-{one.position}", one.target) for one in sight.columns}
    return visit.page(
        "people/import_columns.html",
        title=found.name,
        file=found,
        sight=sight,
        picked=picked,
        targets=[(FURTHER, w.intake_as_further), *ours, (NOTHING, w.intake_as_nothing)],
        bases=[("", w.intake_basis_none), *((one.value, names.basis(one)) for one in ConsentBasis)],
        trouble=trouble or visit.trouble,
    )


def _plan(visit: Visit, found: Intake) -> Response:
    try:
        plan = intake.planned(visit.ctx, found)
    except Explained as error:
        if not intake.find(visit.ctx, found.id).is_open:
            raise
        return _columns(visit, found, error)
    return visit.page(
        "people/import_plan.html",
        title=found.name,
        file=found,
        plan=plan,
        names=Names(visit),
        nothing=not (plan.added or plan.changed),
    )


def decide(visit: Visit) -> Response:
    """What the columns become, and the ground of consent."""
    number = visit.path["number"]
    columns = {
        int(found[1]): target
        for name, target in visit.form.items()
        if (found := _COLUMN.fullmatch(name)) is not None
    }
    intake.decide(visit.ctx, number, columns, visit.form.get("basis", ""), visit.form.get("evidence", ""))
    return visit.to(f"/recipients/import/{number}")


def apply(visit: Visit) -> Response:
    """Do what the plan says."""
    number = visit.path["number"]
    intake.apply(visit.ctx, number, visit.form.get("digest", ""))
    return visit.to(f"/recipients/import/{number}")


def drop(visit: Visit) -> Response:
    """Forget the file."""
    intake.drop(visit.ctx, visit.path["number"])
    return visit.to("/recipients/import", visit.w.intake_dropped)


def refused(visit: Visit) -> Response:
    """The rows that cannot be taken, to be mended and handed in again."""
    found = intake.find(visit.ctx, visit.path["number"])
    return as_file(intake.refused(visit.ctx, found), f"refused-{found.id}.csv")


ROUTES: tuple[Way, ...] = (
    Page("/recipients/import", start, need=Right.WRITE),
    Act("/recipients/import", receive, need=Right.WRITE, most=_MOST, files=1),
    Page("/recipients/import/{number:int}", one, need=Right.WRITE),
    Page("/recipients/import/{number:int}/refused.csv", refused, need=Right.WRITE),
    Act("/recipients/import/{number:int}/columns", decide, need=Right.WRITE),
    Act("/recipients/import/{number:int}/apply", apply, need=Right.WRITE),
    Act("/recipients/import/{number:int}/drop", drop, need=Right.WRITE),
)
