"""A picture that somebody drops into an issue: its kind is told by its bytes, its name is made safe, no file is written over.

In: the workspace's root, an issue, a file's name and bytes. Out: the name it got. Called by pipeline.illustrating.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath

from newsletter.model.errors import AuthorError, NotFound
from newsletter.model.place import Place
from newsletter.model.said import Said, system
from newsletter.workspace.issues import list_issues
from newsletter.workspace.paths import ISSUES, inside, shown
from newsletter.workspace.pictures import kind_of
from newsletter.workspace.texts import IMAGE_LIMIT

_LONGEST = 48
_MOST_OF_A_NAME = 99


def safe_stem(name: str) -> str:
    """What a file's own name becomes: small letters, digits, hyphens. `Équipe & Cie.PNG` → `equipe-cie`."""
    last = PurePosixPath(name.replace("\\", "/")).name.rpartition(".")
    plain = unicodedata.normalize("NFKD", (last[0] or last[2]).lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", plain))[:_LONGEST].strip("-") or "picture"


def add_upload(root: Path, slug: str, name: str, data: bytes) -> str:
    """Write a picture into an issue's folder; the same picture is written once. Returns its name there.

    Raises AuthorError for what is no PNG, JPEG or GIF, or too large; NotFound for an issue that is not there.
    """
    ending = kind_of(data[:16])
    if not ending:
        raise AuthorError(
            Said(
                f"{name[:80]!r} is no PNG, JPEG or GIF",
                f"{name[:80]!r} n’est ni un PNG, ni un JPEG, ni un GIF",
            ),
            code="picture-kind",
            hint=Said(
                "Save it as one of these: mail programs show no other kind everywhere.",
                "Enregistrez-la sous l’un de ces formats\u00a0: les autres ne s’affichent pas partout.",
            ),
        )
    if len(data) > IMAGE_LIMIT:
        raise AuthorError(
            Said(
                f"{name[:80]!r} is larger than {IMAGE_LIMIT >> 20} MB",
                f"{name[:80]!r} dépasse {IMAGE_LIMIT >> 20}\u00a0Mo",
            ),
            code="file-too-large",
            hint=Said(
                "Save it smaller: 2400 pixels across are plenty.",
                "Enregistrez-la plus petite\u00a0: 2400\u00a0pixels de large suffisent amplement.",
            ),
        )
    if not any(issue.slug == slug for issue in list_issues(root)):
        raise NotFound(
            Said(f"there is no issue {slug[:80]!r}", f"il n’y a pas de numéro {slug[:80]!r}"),
            code="issue-unknown",
        )
    return _written(root, root / ISSUES / slug, f"{safe_stem(name)}{ending}", data)


def _written(root: Path, folder: Path, name: str, data: bytes) -> str:
    inside(root, folder).mkdir(exist_ok=True)
    stem, _, ending = name.rpartition(".")
    for number in range(1, _MOST_OF_A_NAME):
        fresh = name if number == 1 else f"{stem}-{number}.{ending}"
        path = inside(root, folder / fresh)
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            if path.is_file() and path.read_bytes() == data:
                return fresh
            continue
        except OSError as error:
            path.unlink(missing_ok=True)
            reason = system(error)
            place = Place(shown(root, path))
            raise AuthorError(
                Said(f"cannot be written: {reason.en}", f"ne peut pas être écrit\u00a0: {reason.fr}"),
                code="file-unwritable",
                place=place,
            ) from None
        return fresh
    raise AuthorError(
        Said(
            f"there are {_MOST_OF_A_NAME - 1} pictures of the name {stem} already",
            f"il y a déjà {_MOST_OF_A_NAME - 1} images nommées {stem}",
        ),
        code="picture-exists",
        hint=Said("Rename the file, then drop it again.", "Renommez le fichier, puis déposez-le de nouveau."),
    )
