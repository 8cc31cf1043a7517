"""Paths that stay inside the workspace.

In: the workspace's root and a name that somebody typed or a file gave. Out: a path that is surely inside, or an error. Called
by every module of this folder.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from newsletter.model.errors import AuthorError, ConfigurationError
from newsletter.model.said import NBSP, Said, quoted

SETTINGS_FILE = "newsletter.toml"
ISSUES = "issues"
TEMPLATES = "templates"
IMAGE_ENDINGS = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    ".svg",
    ".bmp",
    ".tif",
    ".tiff",
    ".avif",
    ".heic",
    ".heif",
)

#: what an issue may be called: it stands in file names, in URLs and in the records
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
#: names that Windows gives to devices, whatever follows the dot
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_ITSELF = Said(
    "Put the file itself there: what goes into a mail must lie in the workspace.",
    f"Mettez-y le fichier lui-même{NBSP}: ce qui entre dans un courriel doit se trouver dans l’espace de travail.",
)


def find(start: Path) -> Path:
    """The workspace around a folder: the nearest one, upwards, that holds newsletter.toml.

    Raises ConfigurationError when there is none.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise ConfigurationError(
        Said(
            f"there is no {SETTINGS_FILE} in {here} or in any folder above it",
            f"il n’y a pas de {SETTINGS_FILE} dans {here} ni dans aucun dossier au-dessus",
        ),
        code="workspace-missing",
        hint=Said(
            "Change into a workspace, or make one: newsletter init my-newsletter",
            "Passez dans un dossier de travail, ou créez-en un\u00a0: newsletter init mon-infolettre",
        ),
    )


def is_slug(text: str) -> bool:
    """True for a name that an issue may have."""
    return SLUG.fullmatch(text) is not None and _DEVICES.fullmatch(text) is None


def slug_rule(text: str) -> AuthorError:
    """The error for a name that no issue may have."""
    made = _slug(text)
    such = made if is_slug(made) else "2020-12-16-greeting"
    shown = quoted(text[:80])
    return AuthorError(
        Said(f"{shown.en} cannot be the name of an issue", f"{shown.fr} ne peut être le nom d’un numéro"),
        code="issue-name",
        hint=Said(
            f"Use small letters a–z, digits and hyphens, at most 80, beginning with a letter or digit: {such}",
            f"Employez des minuscules a–z, des chiffres et des traits d’union, 80 signes au plus, en commençant par une lettre ou "
            f"un chiffre{NBSP}: {such}",
        ),
    )


def _slug(text: str) -> str:
    """The nearest name that an issue may have: `Été 2026` → `ete-2026`."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign)
    )
    return "-".join(re.findall("[a-z0-9]+", plain.removesuffix(".md")))[:80].strip("-")


def inside(root: Path, path: Path) -> Path:
    """The same path, once it is sure that neither it nor a folder on its way is a link or lies outside the workspace.

    Raises AuthorError. The root itself may be reached through a link.
    """
    try:
        steps = path.relative_to(root).parts
    except ValueError:
        raise _outside(path) from None
    if ".." in steps or "\0" in str(path):
        raise _outside(path)
    if not _named(path):
        readable = path.relative_to(root).as_posix().encode("utf-8", "replace").decode()
        message = Said(
            f"the name of {readable} is not readable text", f"le nom de {readable} n’est pas un texte lisible"
        )
        hint = Said(
            "Rename it, best with plain letters and digits.",
            "Renommez-le, de préférence en lettres et chiffres simples.",
        )
        raise AuthorError(message, code="path-name", hint=hint)
    here = root
    for step in steps:
        here = here / step
        if here.is_symlink():
            name = here.relative_to(root).as_posix()
            message = Said(f"{name} is a link to somewhere else", f"{name} est un lien vers un autre endroit")
            raise AuthorError(message, code="path-link", hint=_ITSELF)
    return path


def _named(path: Path) -> bool:
    """False for a name whose bytes are no UTF-8, as old ZIP programs leave them behind."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _outside(path: Path) -> AuthorError:
    shown = quoted(str(path))
    message = Said(f"{shown.en} lies outside the workspace", f"{shown.fr} est hors de l’espace de travail")
    return AuthorError(message, code="path-outside")


def shown(root: Path, path: Path) -> str:
    """A path as findings and pages show it, and as authors write it: POSIX, relative to the workspace, accents composed (NFC; macOS
    and its ZIP files take them apart)."""
    return unicodedata.normalize("NFC", path.relative_to(root).as_posix())
