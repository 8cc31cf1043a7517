"""The list of members, adding and changing one.

In: visits. Out: pages, acts. Called by web.studio.people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.errors import Explained, NotAllowed
from newsletter.model.listing import WITHOUT, Filters, Order, Standing
from newsletter.model.member import FIELDS, ConsentBasis, Member, TrackingConsent
from newsletter.model.said import Said
from newsletter.pipeline import exporting, listing, members, segments
from newsletter.pipeline.listing import PROVINCE_NAMES, Shelf
from newsletter.pipeline.members import Changes, Grounds
from newsletter.web.studio.people.shown import Names, as_file
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit

MAX_SEARCH = 200
_KEYS = ("search", "language", "province", "segment", "standing", "order")
_ATTRIBUTE = "attribute-"  # begins the names of the fields of a form that hold further fields
_TEXTS = FIELDS[1:]


def every(visit: Visit) -> Response:
    """`/recipients`: a page of members."""
    asked, order = _asked(visit)
    trouble: Explained | None = None
    try:
        shelf = listing.page(visit.ctx, asked, order, visit.query.get("at", "")[:500])
    except Explained as error:  # a segment that is gone or cannot be read
        trouble, shelf = error, Shelf((), 0)
    given = _given(visit)

    def url(**more: str) -> str:
        return f"/recipients?{urlencode(given | more)}"

    return visit.page(
        "people/rows.html" if visit.partial else "people/list.html",
        title=visit.w.people_title,
        trouble=trouble or visit.trouble,
        shelf=shelf,
        partial=visit.partial,
        asked=asked,
        order=order,
        orders=[(one.value, visit.w(f"people_order_{one.value}")) for one in Order],
        standings=[("", visit.w.people_any), *((one.value, _standing(visit, one)) for one in Standing)],
        languages=_languages(visit),
        provinces=_provinces(visit),
        segments=_segments(visit),
        names=Names(visit),
        url=url,
        export=f"/recipients/members.csv?{urlencode(given)}",
    )


def _asked(visit: Visit) -> tuple[Filters, Order]:
    query = visit.query
    standing = query.get("standing", "")
    order = query.get("order", "")
    filters = Filters(
        search=query.get("search", "")[:MAX_SEARCH],
        language=query.get("language", "")[:MAX_SEARCH],
        province=query.get("province", "")[:MAX_SEARCH],
        segment=query.get("segment", "")[:MAX_SEARCH],
        standing=Standing(standing) if standing in set(Standing) else None,
    )
    return filters, Order(order) if order in set(Order) else Order.NEWEST


def _standing(visit: Visit, standing: Standing) -> str:
    return visit.w.people_mailable if standing is Standing.MAILABLE else Names(visit).why(standing.value)


def _languages(visit: Visit) -> list[tuple[str, str]]:
    names = Names(visit)
    known = [(code, names.language(code)) for code in visit.ctx.publication.languages]
    return [("", visit.w.people_any), *known, (WITHOUT, visit.w.people_without)]


def _provinces(visit: Visit) -> list[tuple[str, str]]:
    known = sorted((name.told(visit.language), code) for code, name in PROVINCE_NAMES.items())
    return [
        ("", visit.w.people_any),
        *((code, name) for name, code in known),
        (WITHOUT, visit.w.people_without),
    ]


def _segments(visit: Visit) -> list[tuple[str, str]]:
    try:
        found = segments.defined(visit.ctx).by_name.values()
    except Explained:
        return [("", visit.w.people_any)]
    return [("", visit.w.people_any), *((one.name, one.label or one.name) for one in found)]


def _given(visit: Visit) -> dict[str, str]:
    """The filters that stand in the address."""
    return {key: visit.query[key] for key in _KEYS if visit.query.get(key)}


def export(visit: Visit) -> Response:
    """The members that are listed, as a CSV file."""
    asked, _ = _asked(visit)
    told: dict[str, object] = {key: text for key, text in _given(visit).items() if key != "search"}
    searched = {"searched": True} if visit.query.get("search") else {}  # what for may be somebody's address
    exporting.note(visit.ctx, exporting.Export.MEMBERS, detail=told | searched)
    return as_file(listing.exported(visit.ctx, asked), "members.csv")


# --- one member, written ---


def new(visit: Visit) -> Response:
    """`/recipients/add`."""
    return visit.page("people/edit.html", title=visit.w.people_add, member=None, **_choices(visit, None))


def edited(visit: Visit) -> Response:
    """`/recipients/7/edit`."""
    member = listing.numbered(visit.ctx, visit.path["number"])
    return visit.page("people/edit.html", title=visit.w.people_edit, member=member, **_choices(visit, member))


def _choices(visit: Visit, member: Member | None) -> dict[str, Any]:
    names = Names(visit)
    none = ("", visit.w.people_unknown)
    known = [(code, names.language(code)) for code in visit.ctx.publication.languages]
    languages = [("", visit.w.people_both), *known]
    provinces = [none, *_provinces(visit)[1:-1]]
    if member and member.language not in dict(languages):
        languages.append((member.language, member.language))
    if member and member.province not in dict(provinces):
        provinces.append((member.province, member.province))
    bases = [(one.value, names.basis(one)) for one in ConsentBasis]
    return {
        "languages": languages,
        "provinces": provinces,
        "bases": [("", visit.w.people_consent_as_is if member else visit.w.people_consent_none), *bases],
        "trackings": [(one.value, names.tracking(one)) for one in TrackingConsent],
    }


def add(visit: Visit) -> Response:
    """A new member."""
    story = members.add(visit.ctx, visit.form.get("email", ""), _changes(visit, None))
    number = story.member.id if story.member else 0
    return visit.to(f"/recipients/{number}", visit.w("people_added", who=story.address))


def edit(visit: Visit) -> Response:
    """What was changed about a member."""
    member = listing.numbered(visit.ctx, visit.path["number"])
    changes = _changes(visit, member)
    if changes != Changes(tracking=member.tracking_consent):
        members.edit(visit.ctx, member.email, changes)
    return visit.to(f"/recipients/{member.id}", visit.w.people_saved)


def _changes(visit: Visit, member: Member | None) -> Changes:
    """What the form says differently from what is known; a form that names a field says what it is to be."""
    form = visit.form
    old = member or Member("")
    fields = {name: form[name] for name in _TEXTS if name in form and form[name] != old.value(name)}
    if member and form.get("email", "").strip() not in {"", member.email}:
        fields["email"] = form["email"]
    further = {
        name.removeprefix(_ATTRIBUTE): value
        for name, value in form.items()
        if name.startswith(_ATTRIBUTE) and value != old.attributes.get(name.removeprefix(_ATTRIBUTE), "")
    }
    if form.get("new-name", "").strip():
        further[form["new-name"].strip()] = form.get("new-value", "")
    tags = frozenset(tag.strip() for tag in form.get("tags", "").split(";") if tag.strip())
    tracking = form.get("tracking", "")
    return Changes(
        fields=fields,
        attributes=further,
        tags=tags - old.tags,
        untag=old.tags - tags if "tags" in form else frozenset(),
        consent=_grounds(form),
        tracking=TrackingConsent(tracking) if tracking in set(TrackingConsent) else None,
    )


def _grounds(form: Mapping[str, str]) -> Grounds | None:
    basis, day = form.get("basis", ""), form.get("consent-day", "").strip()
    if basis not in set(ConsentBasis):
        return None
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        raise NotAllowed(
            Said(f"“{day[:40]}” is no day", f"«\u00a0{day[:40]}\u00a0» n’est pas un jour"),
            code="consent-day",
            hint=Said("Write it as 2020-12-16.", "Écrivez-le ainsi\u00a0: 2020-12-16."),
        ) from None
    return Grounds(ConsentBasis(basis), on, form.get("evidence", ""))


def _number(visit: Visit) -> Member:
    return listing.numbered(visit.ctx, visit.path["number"])


def unsubscribe(visit: Visit) -> Response:
    """They asked us to be left in peace."""
    member, evidence = _number(visit), visit.form.get("evidence", "").strip()
    if not evidence:
        raise NotAllowed(visit.w.people_evidence_missing, code="evidence-missing")
    members.unsubscribe(visit.ctx, member.email, evidence)
    return visit.to(f"/recipients/{member.id}", visit.w.people_unsubscribed)


ROUTES: tuple[Way, ...] = (
    Page("/recipients", every, need=Right.LOOK),
    Act("/recipients/members.csv", export, need=Right.LOOK, once=False),
    Page("/recipients/add", new, need=Right.WRITE),
    Act("/recipients/add", add, need=Right.WRITE),
    Page("/recipients/{number:int}/edit", edited, need=Right.WRITE),
    Act("/recipients/{number:int}/edit", edit, need=Right.WRITE),
    Act("/recipients/{number:int}/unsubscribe", unsubscribe, need=Right.WRITE),
)
