"""Export: lines of text into a file that is either whole or not there; and who took what away, in the audit log.

In: a path, pieces of text. Out: the file, readable by its owner only; a line of the log. Called by whatever exports.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said, system
from newsletter.pipeline.context import Context
from newsletter.store import audit

_EXCEL_MARK = "\ufeff"  # without it, Excel takes UTF-8 for Windows-1252


class Export(StrEnum):
    """What is taken away, as the audit log calls the act."""

    MEMBERS = "export-members"
    DO_NOT_MAIL = "export-suppressions"
    RECEIPT = "export-receipt"


def note(ctx: Context, what: Export, subject: str = "", detail: Mapping[str, object] | None = None) -> None:
    """Write down that somebody takes this away, before they have it."""
    with ctx.store.write() as db:
        audit.note(db, ctx.now(), ctx.actor, what.value, subject, detail)


def write(path: Path, pieces: Iterable[str], *, for_excel: bool = False) -> None:
    """Write a file beside its place and move it there at the end. It holds people's data: nobody else may read it.

    Raises NotAllowed when the folder cannot be written to.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise NotAllowed(
            Said(
                f"{path} cannot be written: {error.strerror}",
                f"{path} ne peut pas être écrit\u00a0: {system(error).fr}",
            ),
            code="export-path",
        ) from None
    part = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(_EXCEL_MARK if for_excel else "")
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise NotAllowed(
            Said(
                f"{path} cannot be written: {error.strerror}",
                f"{path} ne peut pas être écrit\u00a0: {system(error).fr}",
            ),
            code="export-path",
        ) from None
    finally:
        part.unlink(missing_ok=True)
