"""Members as rows of a file: the columns that an import reads, each cell harmless to a spreadsheet.

In: members. Out: cells. Called by pipeline.members for `members export`. What is written here, rows reads back unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.audience.cells import guarded
from newsletter.model.member import COLUMNS, FIELDS, Member, TrackingConsent


def header(attributes: Sequence[str]) -> list[str]:
    """The names of the columns."""
    return [*COLUMNS, *attributes]


def row(member: Member, attributes: Sequence[str]) -> list[str]:
    """One member, in the order of the header."""
    consent = member.consent
    measured = member.tracking_consent
    texts = [
        *(getattr(member, name) for name in FIELDS),
        ";".join(sorted(member.tags)),
        consent.basis.value if consent else "",
        consent.on.isoformat() if consent and consent.on else "",
        consent.evidence if consent else "",
        "" if measured is TrackingConsent.UNKNOWN else measured.value,
        *(member.attributes.get(name, "") for name in attributes),
    ]
    return [guarded(text) for text in texts]
