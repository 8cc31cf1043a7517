"""Files with people's data that are kept for a while: in var/, readable by nobody else, gone when they are dropped.

In: a name of ours, bytes or pieces of text. Out: paths. Called by pipeline.intake.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said, system
from newsletter.workspace.paths import inside

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,80}")


def private_path(root: Path, folder: str, name: str) -> Path:
    """Where such a file lies. `folder` and `name` are ours, never a person's. Raises ValueError for any other."""
    if not (_NAME.fullmatch(folder) and _NAME.fullmatch(name)) or ".." in name:
        raise ValueError(f"{folder}/{name} is no name of ours")
    return inside(root, root / "var" / folder / name)


def keep_private(root: Path, folder: str, name: str, pieces: Iterable[bytes]) -> Path:
    """Write a file that only its owner may read. Raises NotAllowed when the disk does not take it."""
    path = private_path(root, folder, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise NotAllowed(
            Said(
                f"the file cannot be kept: {error.strerror}",
                f"le fichier ne peut pas être conservé\u00a0: {system(error).fr}",
            ),
            code="private-file",
        ) from None
    return path


def forget_private(root: Path, folder: str, name: str) -> None:
    """Take such a file away, if it is there."""
    private_path(root, folder, name).unlink(missing_ok=True)
