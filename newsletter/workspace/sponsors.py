"""sponsors.toml, as text: composing reads it, so that a fault in it is a finding of the issue that shows a sponsor.

In: the workspace's root. Out: its text, empty when there is none. Called by pipeline.build.
"""

from __future__ import annotations

from pathlib import Path

from newsletter.workspace.texts import read_text

SPONSORS_FILE = "sponsors.toml"


def read_sponsors(root: Path) -> str:
    """The text of the file. Raises AuthorError for a file that is too large, no text, or a link."""
    path = root / SPONSORS_FILE
    return read_text(root, path) if path.exists() or path.is_symlink() else ""
