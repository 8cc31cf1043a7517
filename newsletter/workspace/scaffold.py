"""Making things: a new workspace, a new issue.

In: a folder, a slug. Out: files written, never over others. Called by pipeline for `init` and `new`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from importlib import resources
from pathlib import Path

from newsletter.model.errors import ConfigurationError, NotAllowed, NotFound
from newsletter.model.publication import Publication
from newsletter.model.said import Said, alike, perhaps, system
from newsletter.workspace.issues import list_issues
from newsletter.workspace.keys import read_keys
from newsletter.workspace.paths import ISSUES, SETTINGS_FILE, TEMPLATES, inside, is_slug, shown, slug_rule
from newsletter.workspace.segments import SEGMENTS_FILE
from newsletter.workspace.skeletons import Begun, skeleton
from newsletter.workspace.theme import template_names

_PARTS = (SETTINGS_FILE, SEGMENTS_FILE, ISSUES, TEMPLATES)
_IGNORED = "# made while running\nvar/\n# keys: keep a copy in a safe place, never in git\nsecrets/\n"


def starter() -> Path:
    """The sample workspace: inside the installed package, or the repository around a checkout."""
    package = Path(str(resources.files("newsletter")))
    for folder in (package / "_starter", package.parent):
        if all((folder / part).exists() for part in _PARTS):
            return folder
    raise ConfigurationError(
        Said(
            "the sample workspace is missing from this installation",
            "le dossier d’exemple manque à cette installation",
        ),
        code="starter-missing",
        hint=Said("Install the package again.", "Installez le programme de nouveau."),
    )


def make_workspace(target: Path) -> tuple[str, ...]:
    """Copy the sample workspace into a folder and give it keys of its own. Returns what was written.

    Raises NotAllowed when any of it is there already: nothing is ever written over.
    """
    source = starter()
    present = [part for part in _PARTS if (target / part).exists()]
    if present:
        raise NotAllowed(
            Said(f"{target / present[0]} is there already", f"{target / present[0]} existe déjà"),
            code="init-exists",
            hint=Said(
                "Name a new folder. Nothing was written.", "Nommez un nouveau dossier. Rien n’a été écrit."
            ),
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        for part in _PARTS:
            _copy(source / part, target / part)
        written = (*_PARTS, *_ignore(target))
    except OSError as error:
        raise NotAllowed(
            Said(
                f"{error.filename} cannot be written: {error.strerror}",
                f"{error.filename} ne peut pas être écrit\u00a0: {system(error).fr}",
            ),
            code="init-unwritable",
        ) from None
    read_keys(target.resolve(), "", fresh=True)
    return written


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*", "__pycache__", "*~"))
    else:
        shutil.copyfile(source, target)


def _ignore(target: Path) -> Iterator[str]:
    path = target / ".gitignore"
    if not path.exists():
        path.write_text(_IGNORED, encoding="utf-8", newline="\n")
        yield path.name


def make_issue(
    root: Path, publication: Publication, slug: str, template: str, title: str, on: date
) -> tuple[str, ...]:
    """Start an issue: one file for each language of the publication. Returns their paths.

    `title` may be empty (made of the slug). Raises NotAllowed when the issue exists, NotFound for an unknown template.
    """
    if not is_slug(slug):
        raise slug_rule(slug)
    if any(issue.slug == slug for issue in list_issues(root)):
        raise NotAllowed(
            Said(f"the issue {slug} is there already", f"le numéro {slug} existe déjà"),
            code="issue-exists",
            hint=alike(f"newsletter preview {slug}"),
        )
    check_template(root, template)
    folder = inside(root, root / ISSUES)
    folder.mkdir(exist_ok=True)
    website = publication.website or f"https://{publication.sender.address.partition('@')[2]}"
    contact = publication.reply_to or publication.sender.address
    begun = Begun(publication.languages, title or title_of(slug), on, website, contact)
    paths = []
    for language in publication.languages:
        ending = f".{language}.md" if len(publication.languages) > 1 else ".md"
        path = folder / f"{slug}{ending}"
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(skeleton(language, template, begun))
        paths.append(shown(root, path))
    return tuple(paths)


def check_template(root: Path, template: str) -> None:
    """Raises NotFound, with the nearest name, for a template that the workspace has not."""
    names = template_names(root)
    if template not in names:
        near = get_close_matches(template, names, n=1)
        hint = perhaps(
            near,
            Said(
                f"There are: {', '.join(names) or 'none'}.", f"Il y a\u00a0: {', '.join(names) or 'aucun'}."
            ),
        )
        raise NotFound(
            Said(f"there is no template {template}", f"il n’y a pas de gabarit {template}"),
            code="template-unknown",
            hint=hint,
        )


def title_of(slug: str) -> str:
    """`2021-02-01-spring-news` → `Spring news`."""
    words = [part for part in slug.split("-") if not part.isdigit()]
    return " ".join(words).capitalize() or slug
