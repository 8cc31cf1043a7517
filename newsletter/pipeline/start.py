"""Start: a new workspace, a new issue.

In: a folder; a slug, a template. Out: files, never over others. Called by `init` and `new`.
"""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter import workspace
from newsletter.pipeline.authoring import Authoring


def init(target: Path) -> tuple[str, ...]:
    """Make a workspace with the sample issues and templates. Returns what was written. Raises NotAllowed."""
    return workspace.make_workspace(target)


def new(desk: Authoring, slug: str, *, template: str, title: str = "") -> tuple[str, ...]:
    """Start an issue in every language of the publication. Returns its files. Raises AuthorError, NotAllowed, NotFound."""
    today = desk.now().astimezone(ZoneInfo(desk.publication.time_zone)).date()
    return workspace.make_issue(desk.root, desk.publication, slug, template, title, today)
