"""The files beside an issue that are no text and no image: what a mail may link to and this program hosts.

In: the workspace's root, a slug, how large a file may be. Out: facts by path, later the bytes. Called by pipeline.build.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from newsletter.model.errors import AuthorError
from newsletter.model.hosted import HEAD, FileFact
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.workspace.paths import IMAGE_ENDINGS, ISSUES, inside, shown
from newsletter.workspace.texts import read_bytes, unreadable

_MOST_FILES = 200


def read_files(root: Path, slug: str, most: int) -> dict[str, FileFact]:
    """Facts of the files beside an issue, by path relative to the workspace; one larger than `most` bytes is not read.

    Raises AuthorError for a link, for one that cannot be read, and for more than 200.
    """
    folder = root / ISSUES / slug
    if not folder.is_dir():
        return {}
    inside(root, folder)
    paths = [path for path in sorted(folder.rglob("*")) if _is_hosted(path)]
    if len(paths) > _MOST_FILES:
        message = Said(
            f"holds more than {_MOST_FILES} files", f"le dossier contient plus de {_MOST_FILES} fichiers"
        )
        raise AuthorError(message, code="folder-too-large", place=Place(shown(root, folder)))
    return {shown(root, path): _fact(root, path, most) for path in paths}


def read_file(root: Path, name: str, most: int) -> bytes:
    """The bytes of one of them. Raises AuthorError."""
    return read_bytes(root, root / name, most)


def _is_hosted(path: Path) -> bool:
    named = not path.name.startswith((".", "~$"))  # "~$" is what Office leaves beside a file that is open
    return named and path.suffix.lower() not in (*IMAGE_ENDINGS, ".md") and path.is_file()


def _fact(root: Path, path: Path, most: int) -> FileFact:
    inside(root, path)
    try:
        state = path.stat()
    except OSError as error:
        place = Place(shown(root, path))
        raise AuthorError(unreadable(error), code="file-unreadable", place=place) from None
    if state.st_size > most:
        return FileFact("", state.st_size, b"")
    return _read(root, path, most, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _read(root: Path, path: Path, most: int, _changed: int, _size: int) -> FileFact:
    """Read once for as long as the file keeps its time and size: a preview builds at every save."""
    content = read_bytes(root, path, most)
    return FileFact(hashlib.sha256(content).hexdigest(), len(content), content[:HEAD])
