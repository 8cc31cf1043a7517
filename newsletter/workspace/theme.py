"""Templates and their images.

In: the workspace's root. Out: texts by path relative to templates/, images by path relative to the workspace. Called by pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newsletter.model.errors import AuthorError
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.workspace.issues import images_in
from newsletter.workspace.paths import TEMPLATES, inside, shown
from newsletter.workspace.texts import read_text

_TEXT_ENDINGS = (".mjml", ".txt", ".css", ".toml")
_MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class Theme:
    """Everything under templates/ that composing reads."""

    texts: dict[str, str]
    images: dict[str, bytes]


def read_theme(root: Path) -> Theme:
    """The whole of templates/. Raises AuthorError for a file that is too large, no text, or a link."""
    folder = root / TEMPLATES
    if not folder.is_dir():
        return Theme({}, {})
    inside(root, folder)
    paths = [path for path in sorted(folder.rglob("*")) if _is_text(path)]
    if len(paths) > _MOST_FILES:
        message = Said(
            f"holds more than {_MOST_FILES} files", f"le dossier contient plus de {_MOST_FILES} fichiers"
        )
        raise AuthorError(message, code="folder-too-large", place=Place(TEMPLATES))
    texts = {shown(folder, path): read_text(root, path) for path in paths}
    return Theme(texts, images_in(root, folder / "images"))


def template_names(root: Path) -> tuple[str, ...]:
    """The templates that an issue may name: those at the top of templates/ but the shared base."""
    folder = root / TEMPLATES
    names = (path.stem for path in folder.glob("*.mjml") if path.is_file() and not path.name.startswith("."))
    return tuple(sorted(name for name in names if name != "base"))


def _is_text(path: Path) -> bool:
    return path.suffix in _TEXT_ENDINGS and not path.name.startswith(".") and path.is_file()
