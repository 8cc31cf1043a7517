"""Illustrating: a picture that was dropped or chosen becomes a file of the issue.

In: an issue, a file's name and bytes. Out: the picture, and the lines that show it. Called by the studio.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from newsletter import workspace
from newsletter.compose.body import quoting
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.context import Context
from newsletter.store import audit
from newsletter.workspace import uploads


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an issue by its file's name."""

    name: str

    def markdown(self, alt: str) -> str:
        """The lines that show it. Without a text for those who do not see it, it is said to be decoration."""
        words = f"alt={quoting.attribute(alt)}" if alt.strip() else "decorative=yes"
        return f'::: image src="{self.name}" {words}\n:::\n'


def add(ctx: Context, slug: str, name: str, data: bytes) -> Picture:
    """Put a picture into an issue's folder. Raises AuthorError, NotFound."""
    made = Picture(uploads.add_upload(ctx.root, slug, name, data))
    with ctx.store.write() as db:
        audit.note(db, ctx.now(), ctx.actor, "picture", slug, {"file": made.name, "bytes": len(data)})
    return made


def listed(desk: Authoring, slug: str) -> tuple[str, ...]:
    """The pictures of an issue by name; dark twins are not named: they come by themselves."""
    folder = f"issues/{slug}/"
    names = [path.removeprefix(folder) for path in workspace.read_images(desk.root, slug)]
    known = set(names)
    return tuple(name for name in names if not _twin(name, known))


def _twin(name: str, known: set[str]) -> bool:
    stem, dash, rest = PurePosixPath(name).stem.rpartition("-")
    return rest == "dark" and bool(dash) and name.replace("-dark.", ".") in known and bool(stem)
