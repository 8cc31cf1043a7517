"""An issue that was brought in from a letter: its files, its pictures, and the text as it was brought, to compare later letters with.

In: texts by language, pictures, front matter as values. Out: files written, never over others but on purpose. Called by pipeline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said
from newsletter.workspace.issues import list_issues, read_issue
from newsletter.workspace.paths import ISSUES, inside, is_slug, shown, slug_rule
from newsletter.workspace.texts import IMAGE_LIMIT, read_bytes, read_text

_EDGE = "---"


def refuse_taken(root: Path, slug: str) -> None:
    """Raises AuthorError for a name that no issue may have, NotAllowed for one that an issue has."""
    if not is_slug(slug):
        raise slug_rule(slug)
    if any(issue.slug == slug for issue in list_issues(root)):
        hint = Said(
            f"For a newer letter to the same issue: newsletter letter update {slug} FILE",
            f"Pour une lettre plus récente au même numéro\u00a0: newsletter letter update {slug} FICHIER",
        )
        raise NotAllowed(
            Said(f"the issue {slug} is there already", f"le numéro {slug} existe déjà"),
            code="issue-exists",
            hint=hint,
        )


def front_matter(values: Mapping[str, str]) -> str:
    """Front matter of one line a key. Values are text from elsewhere: on one line, and without personal fields."""
    lines = "\n".join(f"{key}: {_value(value)}" for key, value in values.items())
    return f"{_EDGE}\n{lines}\n{_EDGE}\n"


def _value(text: str) -> str:
    flat = " ".join(text.split()).replace("{{", "\\{{")
    if flat[:1] in {'"', "'", "[", "{", "|", ">"}:
        return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return flat


def write_brought(
    root: Path,
    slug: str,
    texts: Mapping[str, tuple[str, str]],
    pictures: Mapping[str, bytes],
    *,
    several: bool,
) -> tuple[str, ...]:
    """Write an issue: `texts` is (front matter, body) by language; `several`: the publication has languages. Returns the paths."""
    whole = {language if several else "": f"{front}\n{body}" for language, (front, body) in texts.items()}
    paths = write_texts(root, slug, whole, pictures)
    keep(root, slug, {language: body for language, (_, body) in texts.items()})
    return paths


def write_texts(
    root: Path, slug: str, texts: Mapping[str, str], pictures: Mapping[str, bytes]
) -> tuple[str, ...]:
    """Write the files of a new issue by language (empty: the file's name says none), and its pictures. Returns the paths."""
    refuse_taken(root, slug)
    folder = inside(root, root / ISSUES)
    folder.mkdir(exist_ok=True)
    paths = []
    for language, text in texts.items():
        path = folder / (f"{slug}.{language}.md" if language else f"{slug}.md")
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        paths.append(shown(root, path))
    return (*paths, *write_pictures(root, slug, pictures))


def write_pictures(root: Path, slug: str, pictures: Mapping[str, bytes]) -> list[str]:
    """Put pictures beside an issue. Raises NotAllowed rather than write one over another."""
    folder = inside(root, root / ISSUES / slug)
    paths = []
    for name, content in pictures.items():
        folder.mkdir(exist_ok=True)
        path = inside(root, folder / name)
        if path.exists():
            raise NotAllowed(
                Said(f"{shown(root, path)} is there already", f"{shown(root, path)} existe déjà"),
                code="picture-exists",
                hint=Said("Rename or remove it.", "Renommez-le ou retirez-le."),
            )
        path.write_bytes(content)
        paths.append(shown(root, path))
    return paths


def pictures_of(root: Path, slug: str) -> dict[str, str]:
    """The names of the pictures beside an issue, by the SHA-256 of their bytes."""
    folder = root / ISSUES / slug
    if not folder.is_dir():
        return {}
    files = [
        path for path in sorted(inside(root, folder).iterdir()) if path.is_file() and path.suffix != ".txt"
    ]
    return {hashlib.sha256(read_bytes(root, path, IMAGE_LIMIT)).hexdigest(): path.name for path in files}


def keep(root: Path, slug: str, bodies: Mapping[str, str]) -> None:
    """Remember the text as the letter had it: issues/<slug>/letter.<language>.txt, so that it travels with the issue."""
    folder = inside(root, root / ISSUES / slug)
    folder.mkdir(exist_ok=True)
    for language, body in bodies.items():
        inside(root, _kept(root, slug, language)).write_text(body, encoding="utf-8", newline="\n")


def kept(root: Path, slug: str, language: str) -> str | None:
    """The text as the last letter had it; None when the issue was not brought in."""
    path = _kept(root, slug, language)
    return read_text(root, path) if path.is_file() else None


def _kept(root: Path, slug: str, language: str) -> Path:
    return root / ISSUES / slug / f"letter.{language}.txt"


def parts_of(root: Path, slug: str, first: str) -> dict[str, tuple[str, str, str]]:
    """By language: the path of an issue's file, its front matter with both edges, its body. `first` is the language of a lone file."""
    found = {}
    for file in read_issue(root, slug):
        lines = file.text.split("\n")
        end = lines.index(_EDGE, 1) if lines[0] == _EDGE and _EDGE in lines[1:] else -1
        front = "\n".join(lines[: end + 1])
        found[file.language or first] = (file.path, front, "\n".join(lines[end + 1 :]).strip("\n") + "\n")
    return found


def rewrite(root: Path, path: str, front: str, body: str) -> None:
    """Give an issue's file another body; its front matter stays as it is."""
    inside(root, root / path).write_text(f"{front}\n\n{body}", encoding="utf-8", newline="\n")
