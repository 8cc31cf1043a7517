"""People of the staff: their accounts, roles and links. Only administrators change them.

In: visits. Out: pages, acts. Called by web.studio.sections.
"""

from __future__ import annotations

from starlette.responses import Response

from newsletter.model.account import Right, Role
from newsletter.pipeline import accounts, inviting
from newsletter.pipeline.accounts import Invitation
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit


def everybody(visit: Visit) -> Response:
    """Who may do what."""
    found = accounts.every(visit.ctx)
    return visit.page(
        "settings/people.html", title=visit.w.settings_title, people=found, roles_in_order=list(Role)
    )


def ask(visit: Visit) -> Response:
    """A form for a new person."""
    return visit.page("settings/person.html", title=visit.w.settings_add, person=None, roles=list(Role))


def add(visit: Visit) -> Response:
    """Make the account; its link is shown once, and mailed where that is set up."""
    form = visit.form
    made = accounts.add(
        visit.ctx, form.get("name", ""), form.get("email", ""), _roles(visit), form.get("language", "en")
    )
    return _invited(visit, made)


def person(visit: Visit) -> Response:
    """One person's account."""
    found = accounts.find(visit.ctx, visit.path["number"])
    return visit.page("settings/person.html", title=found.name, person=found, roles=list(Role))


def change(visit: Visit) -> Response:
    """Another name, address or other roles; the person's sessions end."""
    form = visit.form
    number = visit.path["number"]
    after = accounts.change(visit.ctx, number, form.get("name", ""), form.get("email", ""), _roles(visit))
    return visit.to("/settings/people", visit.w("settings_kept", name=after.name))


def link(visit: Visit) -> Response:
    """A new link for setting a password."""
    return _invited(visit, accounts.link(visit.ctx, visit.path["number"]))


def end(visit: Visit) -> Response:
    """End an account."""
    ended = accounts.remove(visit.ctx, visit.path["number"])
    return visit.to("/settings/people", visit.w("settings_ended", name=ended.name))


def _roles(visit: Visit) -> frozenset[Role]:
    known = {role.value for role in Role}
    return frozenset(Role(one) for one in visit.many("role") if one in known)


def _invited(visit: Visit, made: Invitation) -> Response:
    passed = inviting.pass_on(visit.ctx, made, visit.origin)
    name = made.account.name if made.account else ""
    title = visit.w("settings_invited", name=name)
    return visit.once("settings/invited.html", title=title, person=made.account, passed=passed)


ROUTES: tuple[Way, ...] = (
    Page("/settings/people", everybody, need=Right.LOOK),
    Page("/settings/people/add", ask, need=Right.ADMIN),
    Act("/settings/people/add", add, need=Right.ADMIN),
    Page("/settings/people/{number:int}", person, need=Right.ADMIN),
    Act("/settings/people/{number:int}", change, need=Right.ADMIN),
    Act("/settings/people/{number:int}/link", link, need=Right.ADMIN),
    Act("/settings/people/{number:int}/end", end, need=Right.ADMIN),
)
