"""The repository's own workspace, copied for a test that edits it, with surroundings for writing.

In: a folder. Out: a Desk, and edits by name. Called by tests of build, check and preview.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newsletter import workspace
from newsletter.pipeline.authoring import Desk
from newsletter.renderer import Renderer
from newsletter.settings import resolve

ROOT = Path(__file__).resolve().parent.parent
GREETING = "2020-12-16-holiday-greeting"
NOW = datetime(2020, 12, 14, 15, tzinfo=UTC)


def copied(root: Path) -> Path:
    """The sample workspace in a folder of its own."""
    for name in ("newsletter.toml", "segments.toml"):
        shutil.copy(ROOT / name, root / name)
    for name in ("issues", "templates"):
        shutil.copytree(ROOT / name, root / name)
    return root


@dataclass
class Writing:
    """A workspace that a test writes in."""

    root: Path
    desk: Desk

    def issue(self, language: str = "en", slug: str = GREETING) -> Path:
        """An issue's file."""
        return self.root / "issues" / f"{slug}.{language}.md"

    def edit(self, old: str, new: str, language: str = "en") -> None:
        """Replace words of the greeting; they must be there."""
        self.change(self.issue(language), lambda text: text.replace(old, new), old)

    def change(self, path: Path, edit: Callable[[str], str], needle: str = "") -> None:
        """Rewrite a file."""
        text = path.read_text(encoding="utf-8")
        assert needle in text
        path.write_text(edit(text), encoding="utf-8")


def writing(root: Path, renderer: Renderer) -> Writing:
    """A copied workspace and its surroundings."""
    copied(root)
    publication = workspace.read_publication(workspace.read_configuration(root))
    return Writing(root, Desk(root, resolve({}, {}, {}), publication, lambda: NOW, lambda: renderer))
