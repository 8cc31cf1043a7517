"""What an import, or a form, changes about a member, field by field.

In: a member before and after. Out: differences as text. Called by pipeline.import_plan.
"""

from __future__ import annotations

from typing import NamedTuple

from newsletter.model.member import FIELDS, Consent, Member


class Difference(NamedTuple):
    """One field: what stood there (empty: nothing) and what will."""

    field: str
    was: str
    becomes: str


def differences(old: Member, new: Member) -> tuple[Difference, ...]:
    """Every field that differs, in the order of the columns."""
    names = [*FIELDS, *sorted(old.attributes.keys() | new.attributes.keys())]
    found = [Difference(name, old.value(name), new.value(name)) for name in names]
    found += [
        Difference("tags", "; ".join(sorted(old.tags)), "; ".join(sorted(new.tags))),
        Difference("consent", _consent(old.consent), _consent(new.consent)),
        Difference("tracking_consent", old.tracking_consent.value, new.tracking_consent.value),
    ]
    return tuple(one for one in found if one.was != one.becomes)


def _consent(consent: Consent | None) -> str:
    if consent is None:
        return ""
    on = consent.on.isoformat() if consent.on else ""
    return " · ".join(part for part in (consent.basis.value, on, consent.evidence) if part)
