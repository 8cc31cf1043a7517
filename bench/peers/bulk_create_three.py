"""Django's bulk_create, 1,000 a batch, into the three tables that our import writes: members, their tags, the log of consent.

In: a CSV file, a copy of our empty database, a number of rows. Out: a Reading as JSON. Run by the peers' own Python; imports nothing of ours.

The tables are ours, with their constraints and indexes, and hold what ours hold (a key of each address, each text folded by `lower`). Nothing is
validated, nobody is looked up, no report is made.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import resource
import sys
import time
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import models, transaction

FIELDS = ("email", "first_name", "last_name", "company", "province", "language", "timezone")
NOW = 1608130800000000


def _model(name: str, table: str, **fields: object) -> type[models.Model]:
    meta = type("Meta", (), {"app_label": "bench", "managed": False, "db_table": table})
    return type(name, (models.Model,), {**fields, "Meta": meta, "__module__": "bench"})


def _texts(*names: str) -> dict[str, models.Field]:
    return {name: models.TextField(default="") for name in names}


def main() -> None:
    """Measure and tell."""
    file, database, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    import django

    default = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}
    settings.configure(DATABASES={"default": default}, INSTALLED_APPS=[])
    django.setup()
    member = _model(
        "Member",
        "members",
        address_key=models.BinaryField(unique=True),
        **_texts(*FIELDS, *(f"{name}_folded" for name in FIELDS)),
        attributes=models.TextField(default="{}"),
        attributes_folded=models.TextField(default="{}"),
        **_texts("consent_basis", "consent_evidence"),
        consent_on=models.DateField(null=True),
        consent_expires_on=models.DateField(null=True),
        tracking_consent=models.TextField(default="unknown"),
        created_at=models.BigIntegerField(),
        updated_at=models.BigIntegerField(),
    )
    tag = _model(
        "Tag",
        "member_tags",
        pk=models.CompositePrimaryKey("member_id", "folded"),
        member_id=models.BigIntegerField(),
        **_texts("folded", "tag"),
    )
    consent = _model(
        "Consent",
        "consents",
        address_key=models.BinaryField(),
        at=models.BigIntegerField(),
        **_texts("kind", "basis", "evidence", "source", "actor"),
        effective_on=models.DateField(null=True),
    )
    used, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    with file.open(encoding="utf-8", newline="") as lines, transaction.atomic():
        rows = csv.DictReader(lines)
        line = 1
        while page := list(islice(rows, 1000)):
            _write(page, line, member, tag, consent)
            line += len(page)
    seconds, spent = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    assert (member.objects.count(), consent.objects.count()) == (size, size)
    cpu = spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime
    print(json.dumps({"units": size, "seconds": seconds, "cpu": cpu, "peak_mb": spent.ru_maxrss / 1024}))


def _write(page: list[dict[str, str]], line: int, member: type, tag: type, consent: type) -> None:
    keys = [hmac.digest(b"k", row["email"].lower().encode(), hashlib.sha256)[:16] for row in page]
    people = [
        member(
            address_key=key,
            **{name: row[name] for name in FIELDS},
            **{f"{name}_folded": row[name].lower() for name in FIELDS},
            consent_basis=row["consent_basis"],
            consent_on=row["consent_date"],
            consent_evidence=row["consent_evidence"],
            created_at=NOW,
            updated_at=NOW,
        )
        for key, row in zip(keys, page, strict=True)
    ]
    member.objects.bulk_create(people)
    tag.objects.bulk_create(
        tag(member_id=one.id, folded=text.lower(), tag=text)
        for one, row in zip(people, page, strict=True)
        for text in filter(None, row["tags"].split(";"))
    )
    consent.objects.bulk_create(
        consent(
            address_key=key,
            at=NOW,
            kind="granted",
            basis=row["consent_basis"],
            effective_on=row["consent_date"],
            evidence=row["consent_evidence"],
            source=f"import members.csv:{number}",
            actor="bench",
        )
        for number, (key, row) in enumerate(zip(keys, page, strict=True), line + 1)
    )


main()
