"""Django's bulk_create, 1,000 a batch: a file read by csv, one plain model, no validation.

In: a CSV file, a database to make, a number of rows. Out: a Reading as JSON. Run by the peers' own Python; imports nothing of ours.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from itertools import islice
from pathlib import Path

import django
from django.conf import settings
from django.db import connection, models, transaction


def main() -> None:
    """Measure and tell."""
    file, database, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    database.unlink(missing_ok=True)
    default = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}
    settings.configure(DATABASES={"default": default}, INSTALLED_APPS=[])
    django.setup()
    with file.open(encoding="utf-8", newline="") as lines:
        names = next(csv.reader(lines))
    fields = {name: models.TextField(unique=name == "email") for name in names}
    meta = type("Meta", (), {"app_label": "bench"})
    member = type("Member", (models.Model,), {**fields, "Meta": meta, "__module__": "bench"})
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
    with connection.schema_editor() as editor:
        editor.create_model(member)
    used, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    with file.open(encoding="utf-8", newline="") as lines, transaction.atomic():
        rows = csv.DictReader(lines)
        while page := [member(**row) for row in islice(rows, 1000)]:
            member.objects.bulk_create(page)
    seconds, spent = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime
    print(json.dumps({"units": size, "seconds": seconds, "cpu": cpu, "peak_mb": spent.ru_maxrss / 1024}))


main()
