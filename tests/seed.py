"""Members for tests, written straight into the store: what an import would leave behind, in one statement.

In: an open Context and rows. Out: members that may be mailed. Called by tests of the ledger, where the import is not the subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from newsletter.model.address import parse
from newsletter.model.folding import fold
from newsletter.model.keys import address_key
from newsletter.model.member import FIELDS
from newsletter.pipeline.context import Context
from newsletter.store.tables import member_tags, members

NOW = datetime(2020, 12, 1, tzinfo=UTC)


def row(ctx: Context, values: Mapping[str, object]) -> dict[str, object]:
    email = parse(str(values["email"]))
    texts = {name: str(values.get(name, "")) for name in FIELDS} | {"email": email.text}
    attributes = dict(values.get("attributes", {}))  # type: ignore[call-overload]
    return {
        **texts,
        **{f"{name}_folded": fold(text) for name, text in texts.items()},
        "address_key": address_key(ctx.keys.suppression, email.matching),
        "attributes": attributes,
        "attributes_folded": {name: fold(text) for name, text in attributes.items()},
        "consent_basis": values.get("consent_basis", "express"),
        "consent_evidence": "form",
        "consent_expires_on": values.get("consent_expires_on"),
        "tracking_consent": values.get("tracking_consent", "unknown"),
        "created_at": NOW,
        "updated_at": NOW,
    }


def seed(ctx: Context, wanted: Iterable[Mapping[str, object]]) -> None:
    wanted = list(wanted)
    with ctx.store.write() as db:
        db.execute(members.insert(), [row(ctx, values) for values in wanted])
        keys = dict(db.execute(members.select().with_only_columns(members.c.email, members.c.id)).all())
        tags = [
            {"member_id": keys[parse(str(values["email"])).text], "folded": fold(tag), "tag": tag}
            for values in wanted
            for tag in values.get("tags", ())  # type: ignore[attr-defined]
        ]
        if tags:
            db.execute(member_tags.insert(), tags)


def people(count: int, **common: object) -> list[dict[str, object]]:
    """So many members, half of them French-speaking, every tenth without a language."""
    return [
        {
            "email": f"p{number}@reader.example",
            "first_name": f"Pat{number}",
            "company": f"Works {number}",
            "language": "" if number % 10 == 9 else ("en", "fr")[number % 2],
            "province": ("ON", "QC", "BC")[number % 3],
        }
        | common
        for number in range(count)
    ]
