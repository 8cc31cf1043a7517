"""A copy of what was written in a workspace, without its database and its secrets.

In: a workspace's root, an empty folder. Out: the files, in the copy. Called by app.
"""

from __future__ import annotations

import shutil
from pathlib import Path

_FOLDERS = ("issues", "templates")
_KEY = Path("secrets") / "instance.key"


def copy_written(root: Path, target: Path) -> None:
    """Settings, segments, issues and templates; of the secrets only the instance's key, which suppressions are known by."""
    for file in root.glob("*.toml"):
        shutil.copy2(file, target / file.name)
    for name in _FOLDERS:
        if (root / name).is_dir():
            shutil.copytree(root / name, target / name, symlinks=True)
    if (root / _KEY).exists():
        (target / _KEY).parent.mkdir(mode=0o700)
        shutil.copy2(root / _KEY, target / _KEY)
