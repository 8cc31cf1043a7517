"""A picture from elsewhere beside an issue's own: written once, under a name of ours, never over another.

In: the workspace's root, an issue, bytes. Out: the file's name, or an error. Called by pipeline.teaser.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from newsletter.model.errors import AuthorError
from newsletter.model.place import Place
from newsletter.model.said import Said, system
from newsletter.workspace.issues import list_issues
from newsletter.workspace.paths import ISSUES, inside, shown

_KINDS = (
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF87a", ".gif"),
    (b"GIF89a", ".gif"),
)


def kind_of(data: bytes) -> str:
    """The ending that the bytes themselves ask for; empty for what is no PNG, JPEG or GIF."""
    return next((ending for mark, ending in _KINDS if data.startswith(mark)), "")


def add_picture(root: Path, slug: str, stem: str, data: bytes) -> str:
    """Write a picture into an issue's folder. `stem` is a name that an issue could have. Returns the file's name; the same bytes are
    written once. Raises AuthorError for what is no picture, or cannot be written."""
    ending = kind_of(data)
    if not ending or not any(issue.slug == slug for issue in list_issues(root)):
        raise AuthorError(
            Said(
                "this is no PNG, JPEG or GIF for an issue that exists",
                "ce n’est pas un PNG, JPEG ou GIF d’un numéro qui existe",
            ),
            code="picture-kind",
        )
    name = f"{stem[:40].strip('-')}-{hashlib.sha256(data).hexdigest()[:8]}{ending}"
    folder = root / ISSUES / slug
    path = inside(root, folder / name)
    try:
        folder.mkdir(exist_ok=True)
        path.write_bytes(data)  # the name holds the digest: what stands there already is the same
    except OSError as error:
        reason = system(error)
        raise AuthorError(
            Said(f"cannot be written: {reason.en}", f"ne peut pas être écrit\u00a0: {reason.fr}"),
            code="file-unwritable",
            place=Place(shown(root, path)),
        ) from None
    return name
