"""What differs between operating systems: the only module that calls POSIX-only functions.

In: paths. Out: answers that hold on every system. Called by workspace, store, renderer, worker.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

# --- files ---


def is_private(path: Path) -> bool:
    """True when nobody but the owner can read a file. On Windows the folder's own rights decide, so always true there."""
    if os.name != "posix":
        return True
    return not stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)


def publish(draft: Path, path: Path) -> None:
    """Give a finished file its name, unless a file of that name exists: then the draft is left and nothing changes."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            draft.replace(path)
