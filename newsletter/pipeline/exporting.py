"""Export: lines of text into a file that is either whole or not there.

In: a path, pieces of text. Out: the file, readable by its owner only. Called by the commands that export.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said, system

_EXCEL_MARK = "\ufeff"  # without it, Excel takes UTF-8 for Windows-1252


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
