"""The issues of a workspace: which there are, their files by language, their images.

In: the workspace's root, and a name as somebody typed it. Out: names, and files as values. Called by pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from newsletter.model.errors import AuthorError, NotFound
from newsletter.model.place import Place
from newsletter.model.said import NBSP, NOTHING, Said
from newsletter.workspace.paths import (
    IMAGE_ENDINGS,
    ISSUES,
    LANGUAGE,
    inside,
    is_slug,
    shown,
    slug_rule,
)
from newsletter.workspace.texts import IMAGE_LIMIT, read_bytes, read_text

_MOST_IMAGES = 200
_ONE_FILE = Said(
    "Keep one file without a language in its name, or one for each language.",
    "Gardez un seul fichier sans langue dans son nom, ou un par langue.",
)


@dataclass(frozen=True, slots=True)
class IssueName:
    """An issue and its files by language (empty: the file's name says none), relative to the workspace."""

    slug: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class IssueFile:
    """One file of an issue, as text."""

    path: str
    language: str
    text: str


def list_issues(root: Path) -> tuple[IssueName, ...]:
    """Every issue, newest name first. Files whose names no issue may have are left out; `strays` lists them."""
    found: dict[str, dict[str, str]] = {}
    for path in _markdown(root):
        slug, language = _parts(path.name)
        if is_slug(slug):
            found.setdefault(slug, {})[language] = shown(root, path)
    return tuple(IssueName(slug, dict(sorted(found[slug].items()))) for slug in sorted(found, reverse=True))


def strays(root: Path) -> tuple[str, ...]:
    """Markdown files in issues/ whose names no issue may have."""
    return tuple(shown(root, path) for path in _markdown(root) if not is_slug(_parts(path.name)[0]))


def find_issue(root: Path, given: str, here: Path) -> str:
    """The slug of an issue named by its slug, its file, or a path from `here` or from the workspace.

    Raises NotFound with the nearest names, AuthorError for a name that no issue may have.
    """
    slugs = [issue.slug for issue in list_issues(root)]
    slug = _slug_of(root, given, here)
    if slug in slugs:
        return slug
    if not is_slug(slug):
        raise slug_rule(given)
    near = get_close_matches(slug, slugs, n=3, cutoff=0.4)
    english, french = (word.join(near) for word in (" or ", " ou "))
    hint = Said(f"Did you mean {english}?", f"Vouliez-vous dire {french}?") if near else _make(slug)
    raise NotFound(_unknown(slug), code="issue-unknown", hint=hint)


def read_issue(root: Path, slug: str) -> tuple[IssueFile, ...]:
    """The texts of an issue, one or one a language. Raises NotFound for a slug that no issue has, AuthorError for its files."""
    files = next((issue.files for issue in list_issues(root) if issue.slug == slug), None)
    if files is None:
        hint = _make(slug) if is_slug(slug) else NOTHING
        raise NotFound(_unknown(slug[:80]), code="issue-unknown", hint=hint)
    if "" in files and len(files) > 1:
        other = next(path for language, path in files.items() if language)
        message = Said(
            f"stands beside {other}: which one is the issue?",
            f"le fichier côtoie {other}{NBSP}: lequel est le numéro?",
        )
        raise AuthorError(message, code="issue-twice", place=Place(files[""]), hint=_ONE_FILE)
    return tuple(IssueFile(path, language, read_text(root, root / path)) for language, path in files.items())


def read_images(root: Path, slug: str) -> dict[str, bytes]:
    """The images beside an issue, by path relative to the workspace."""
    return images_in(root, root / ISSUES / slug)


def images_in(root: Path, folder: Path) -> dict[str, bytes]:
    """Every image under a folder of the workspace."""
    if not folder.is_dir():
        return {}
    inside(root, folder)
    paths = [path for path in sorted(folder.rglob("*")) if _is_image(path)]
    if len(paths) > _MOST_IMAGES:
        message = Said(
            f"holds more than {_MOST_IMAGES} images", f"le dossier contient plus de {_MOST_IMAGES} images"
        )
        raise AuthorError(message, code="folder-too-large", place=Place(shown(root, folder)))
    return {shown(root, path): read_bytes(root, path, IMAGE_LIMIT) for path in paths}


def _unknown(slug: str) -> Said:
    return Said(f"there is no issue {slug}", f"il n’y a pas de numéro {slug}")


def _make(slug: str) -> Said:
    return Said(f"Make it: newsletter new {slug}", f"Pour le créer{NBSP}: newsletter new {slug}")


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_ENDINGS and not path.name.startswith(".") and path.is_file()


def _markdown(root: Path) -> Iterator[Path]:
    folder = root / ISSUES
    if not folder.is_dir():
        return
    inside(root, folder)
    for path in sorted(folder.iterdir()):
        if path.suffix == ".md" and not path.name.startswith(".") and path.is_file():
            yield path


def _parts(name: str) -> tuple[str, str]:
    """`x.en.md` → (x, en); `x.md` → (x, "")."""
    stem = name.removesuffix(".md")
    slug, dot, language = stem.rpartition(".")
    return (slug, language) if dot and LANGUAGE.fullmatch(language) else (stem, "")


def _slug_of(root: Path, given: str, here: Path) -> str:
    """The slug that a typed name means, whether or not there is such an issue."""
    if is_slug(given):
        return given
    if "\0" in given:
        raise slug_rule(given)
    for base in (here, root, root / ISSUES):
        path = Path(base, given)
        if path.suffix == ".md" and _in_issues(root, path):
            return _parts(path.name)[0]
    return _parts(given)[0] if "/" not in given and "\\" not in given else given


def _in_issues(root: Path, path: Path) -> bool:
    try:
        return path.parent.resolve() == (root / ISSUES).resolve() and path.is_file()
    except (OSError, ValueError):  # a name too long, or not one the system knows
        return False
