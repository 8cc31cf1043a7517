"""Letters: a document becomes an issue; nothing is written before everything in it is decided.

In: files, what their bringer decided. Out: a Letter; files under issues/. Called by `new --from` and `letter update`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter import letters, workspace
from newsletter.letters.parting import MAIN
from newsletter.model.errors import AuthorError, NotAllowed
from newsletter.model.place import Place
from newsletter.model.said import Said, alike, quoted, system
from newsletter.pipeline.authoring import Authoring
from newsletter.workspace import brought

LARGEST = 26 << 20


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the bringer decided. `changes`: accept or reject; `boxes`: inline or drop; empty where nothing was.

    `languages` are those that the letter is said to hold; `whole`: it is not parted.
    """

    changes: str = ""
    comments: str = ""
    boxes: str = ""
    languages: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """A document by its name and its bytes."""

    name: str
    data: bytes


def refuse_taken(desk: Authoring, slug: str) -> None:
    """Raises AuthorError for a name that no issue may have, NotAllowed for one that an issue has."""
    brought.refuse_taken(desk.root, slug)


def read(desk: Authoring, files: Sequence[Path], wishes: Wishes, slug: str = "") -> letters.Letter:
    """One letter, or one a language, read. `slug` is the issue whose pictures are there already.

    Raises NotAllowed with the list of what must be decided first, AuthorError for a file that is not taken.
    """
    return read_given(desk, [Given(path.name, _bytes(path)) for path in files], wishes, slug)


def read_given(desk: Authoring, files: Sequence[Given], wishes: Wishes, slug: str = "") -> letters.Letter:
    """The same from bytes that are at hand, as when somebody uploads them."""
    known = brought.pictures_of(desk.root, slug) if slug else {}
    found: list[letters.Letter] = []
    for given in files:
        found.append(_read(desk, given, wishes, known, frozenset(known.values())))
        # a picture that stands in both languages is one file
        pictures = found[-1].pictures
        known |= {hashlib.sha256(picture.content).hexdigest(): picture.name for picture in pictures}
    letter = found[0] if len(found) == 1 else _joined(desk, files, found)
    _refuse_other_languages(letter, wishes)
    return letter


def _read(
    desk: Authoring, given: Given, wishes: Wishes, known: dict[str, str], taken: frozenset[str]
) -> letters.Letter:
    only = wishes.languages[0] if len(wishes.languages) == 1 else MAIN if wishes.whole else ""
    choices = letters.Choices(
        desk.publication.languages, wishes.changes, wishes.comments, wishes.boxes, only, known, taken
    )
    letter = letters.read(given.name, given.data, choices)
    if letter.points:
        raise _open(given.name, letter.points)
    return letter


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        reason = system(error)
        raise AuthorError(
            Said(f"cannot be read: {reason.en}", f"ne peut pas être lu\u00a0: {reason.fr}"),
            code="file-unreadable",
            place=Place(str(path)),
        ) from None


_STEPS = {
    "change": Said("--accept-changes or --reject-changes", "--accept-changes ou --reject-changes"),
    "comment": alike("--drop-comments"),
    "text box": Said("--text-boxes inline or --text-boxes drop", "--text-boxes inline ou --text-boxes drop"),
}


#: what a point of a letter is, and where it stands, in French
_WHAT = {
    "inserted": "inséré",
    "deleted": "supprimé",
    "moved away": "déplacé d’ici",
    "moved here": "déplacé ici",
    "cell inserted": "cellule insérée",
    "cell deleted": "cellule supprimée",
    "cells merged": "cellules fusionnées",
    "row inserted": "ligne insérée",
    "row deleted": "ligne supprimée",
    "format changed": "mise en forme changée",
    "comment": "commentaire",
    "text box": "zone de texte",
    "in the header": "dans l’en-tête",
    "in the footer": "dans le pied de page",
    "in the footnotes": "dans les notes de bas de page",
    "in the endnotes": "dans les notes de fin",
}


def _open(name: str, points: Sequence[letters.OpenPoint]) -> NotAllowed:
    """What somebody must decide, one line each, and how."""
    english_points = "\n".join(f"  {told(point)}" for point in points)
    french_points = "\n".join(f"  {_in_french(point)}" for point in points)
    steps = [step for kind, step in _STEPS.items() if any(point.kind == kind for point in points)]
    english, french = ("; ".join(step.told(tongue) for step in steps) for tongue in ("en", "fr"))
    many = "s" if len(points) > 1 else ""
    return NotAllowed(
        Said(
            f"{name} is not finished: {len(points)} point{many} to decide first\n{english_points}",
            f"{name} n’est pas terminé\u00a0: {len(points)} point{many} à décider d’abord\n{french_points}",
        ),
        code="letter-unresolved",
        hint=Said(
            f"Settle them in Word and save, or decide for all of them: {english}",
            f"Réglez-les dans Word et enregistrez, ou décidez pour tous\u00a0: {french}",
        ),
    )


def told(point: letters.OpenPoint) -> str:
    """`paragraph 4: inserted by Ana Roy: “You made it work.” (in “As we come…”)`."""
    where = f"paragraph {point.paragraph}: " if point.paragraph else ""
    who = f" by {point.who}" if point.who else ""
    text = f": “{point.text}”" if point.text else ""
    near = f" (in “{point.near}”)" if point.near and point.near != point.text else ""
    return f"{where}{point.what}{who}{text}{near}"


def _in_french(point: letters.OpenPoint) -> str:
    where = f"paragraphe {point.paragraph}\u00a0: " if point.paragraph else ""
    who = f" par {point.who}" if point.who else ""
    text = f"\u00a0: {quoted(point.text).fr}" if point.text else ""
    near = f" (dans {quoted(point.near).fr})" if point.near and point.near != point.text else ""
    what = ", ".join(_WHAT.get(part, part) for part in point.what.split(", "))
    return f"{where}{what}{who}{text}{near}"


def _joined(desk: Authoring, files: Sequence[Given], found: list[letters.Letter]) -> letters.Letter:
    """One letter of several, each in its own language."""
    by_language: dict[str, letters.LetterText] = {}
    for given, letter in zip(files, found, strict=True):
        for text in letter.texts:
            if text.language in by_language:
                raise NotAllowed(
                    Said(
                        f"{given.name} is in “{text.language}”, and so is one before it",
                        f"{given.name} est en «\u00a0{text.language}\u00a0», et un autre avant lui aussi",
                    ),
                    code="letter-languages",
                    hint=Said("Bring one document for each language.", "Apportez un document par langue."),
                )
            by_language[text.language] = text
    texts = tuple(by_language[name] for name in desk.publication.languages if name in by_language)
    day = next((letter.day for letter in found if letter.day), None)
    pictures = {picture.name: picture for letter in found for picture in letter.pictures}
    remarks = tuple(remark for letter in found for remark in letter.remarks)
    return letters.Letter(texts, tuple(pictures.values()), remarks, day, how_parted="in a document each")


def _refuse_other_languages(letter: letters.Letter, wishes: Wishes) -> None:
    found = {text.language for text in letter.texts}
    if wishes.languages and found != set(wishes.languages):
        raise NotAllowed(
            Said(
                f"the letter holds {' and '.join(sorted(found))}, not {' and '.join(wishes.languages)}",
                f"la lettre contient {' et '.join(sorted(found))}, non {' et '.join(wishes.languages)}",
            ),
            code="letter-languages",
            hint=Said(
                "Look at the document; --languages names what it holds, --one-file keeps it in one.",
                "Regardez le document; --languages nomme ce qu’il contient, --one-file le garde en un seul fichier.",
            ),
        )


def write(
    desk: Authoring, slug: str, letter: letters.Letter, *, template: str, title: str = ""
) -> tuple[str, ...]:
    """Make the issue. Returns its files and pictures. Raises AuthorError, NotAllowed, NotFound."""
    workspace.check_template(desk.root, template)
    today = desk.now().astimezone(ZoneInfo(desk.publication.time_zone)).date()
    texts = {
        text.language: (
            brought.front_matter(_front(text, slug, template, title, letter.day or today)),
            text.body,
        )
        for text in letter.texts
    }
    pictures = {picture.name: picture.content for picture in letter.pictures}
    return brought.write_brought(
        desk.root, slug, texts, pictures, several=len(desk.publication.languages) > 1
    )


def _front(text: letters.LetterText, slug: str, template: str, title: str, day: date) -> dict[str, str]:
    heading = title or text.title or workspace.title_of(slug)
    subject = text.own.get("subject") or heading
    french = text.language.startswith("fr")
    write_here = (
        "Écrivez ici la phrase qui suit l’objet dans la boîte de réception."
        if french
        else "Write here the sentence that stands beside the subject in the inbox."
    )
    opening = text.own.get("preheader") or (text.opening if text.opening != subject else "")
    return {
        "subject": subject,
        "preheader": opening or write_here,
        "title": heading,
        "template": template,
        "date": day.isoformat(),
    }
