"""What is said of a document that came back: each with its row, in both languages.

In: a row's number and texts. Out: findings. Called by exchange, writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.said import NBSP, NOTHING, Said
from newsletter.model.translation import Part

EXCHANGE: Final = "translation-document"
_FIELD: Final = re.compile(r"\{\{\s*member\s*\.\s*(\w+)")
_LINK: Final = re.compile(r"\]\((?!\s*\))")
_SHOWN: Final = 70


def short(text: str) -> str:
    """A text for use within a sentence."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1].rstrip() + "…"


def _quoted(text: str) -> tuple[str, str]:
    return f"“{short(text)}”", f"«{NBSP}{short(text)}{NBSP}»"


def _row(
    number: int, severity: Severity, said: tuple[str, str], part: Part | None, hint: Said = NOTHING
) -> Finding:
    message = Said(f"row {number}: {said[0]}", f"ligne {number}{NBSP}: {said[1]}")
    return finding(EXCHANGE, severity, message, part.place if part else None, hint=hint)


def no_key(number: int, text: str) -> Finding:
    """A row whose first column was lost, or that somebody added."""
    told, dit = _quoted(text)
    said = (
        f"its number is missing, so {told} has no place",
        f"son numéro manque, {dit} n’a donc pas de place",
    )
    hint = Said(
        "Put the text into one of the numbered rows; rows cannot be added.",
        "Mettez le texte dans une des lignes numérotées; on ne peut pas en ajouter.",
    )
    return _row(number, Severity.ERROR, said, None, hint)


def gone(number: int, source: str, text: str) -> Finding:
    """A row whose source is not in the issue any more."""
    told, dit = _quoted(source)
    said = (
        f"the issue no longer has {told}; its translation stays in the document",
        f"le numéro n’a plus {dit}; sa traduction reste dans le document",
    )
    return _row(number, Severity.WARNING if text.strip() else Severity.INFO, said, None)


def twice(number: int, first: int) -> Finding:
    """Two rows for one text."""
    said = (
        f"it stands for the same text as row {first}",
        f"elle vaut pour le même texte que la ligne {first}",
    )
    hint = Said("Keep one of the two.", "Gardez l’une des deux.")
    return _row(number, Severity.ERROR, said, None, hint)


def source_changed(number: int, part: Part, text: str) -> Finding:
    """Somebody wrote in the column that is only for reading."""
    told, dit = _quoted(text)
    said = (
        f"the left column was changed and is not read back; it says {told} now",
        f"la colonne de gauche a été modifiée et n’est pas relue; on y lit {dit}",
    )
    hint = Said("Where it is right, change the issue.", "Si elle a raison, corrigez le numéro.")
    return _row(number, Severity.WARNING, said, part, hint)


def source_newer(number: int, part: Part) -> Finding:
    """The issue went on while the document was away."""
    said = (
        "this text was changed in the issue after the document was made",
        "ce texte a été modifié dans le numéro après la création du document",
    )
    hint = Said(
        "Its translation is taken over, and counts as outdated until somebody looks at it.",
        "Sa traduction est reprise, et reste à revoir tant que personne ne l’a relue.",
    )
    return _row(number, Severity.WARNING, said, part, hint)


def emptied(number: int, part: Part | None) -> Finding:
    """A translation that was there and is empty in the document."""
    said = (
        "the translation is empty here; the issue keeps the one it has",
        "la traduction est vide ici; le numéro garde la sienne",
    )
    return _row(number, Severity.WARNING, said, part)


def both_changed(number: int, part: Part | None, now: str, text: str) -> Finding:
    """A translation that was changed in the file and in the document."""
    (told, dit), (other, autre) = _quoted(now), _quoted(text)
    said = (
        f"changed in the file and in the document: {told} / {other}",
        f"modifiée dans le fichier et dans le document{NBSP}: {dit} / {autre}",
    )
    hint = Said(
        "Nothing is written. Settle on one text, in both places.",
        "Rien n’est écrit. Choisissez un texte, aux deux endroits.",
    )
    return _row(number, Severity.ERROR, said, part, hint)


def absent(parts: Sequence[Part]) -> Finding:
    """Texts of the issue that the document does not hold."""
    first = parts[0]
    message = Said(
        f"the document has no row for {len(parts)} of the texts, {first.what} at {first.place} first; they stay as they are",
        f"le document n’a pas de ligne pour {len(parts)} des textes, d’abord {first.what} à {first.place}; ils restent tels quels",
    )
    return finding(EXCHANGE, Severity.WARNING, message, first.place)


def half_done(number: int, part: Part) -> Finding:
    """A new block of which only some texts were translated."""
    said = (
        f"the block at {part.place} is new, and {part.what} has no translation yet",
        f"le bloc à {part.place} est nouveau, et {part.what} n’a pas encore de traduction",
    )
    hint = Said(
        "Translate all of its rows, or none: nothing is written until then.",
        "Traduisez toutes ses lignes, ou aucune; rien n’est écrit d’ici là.",
    )
    return _row(number, Severity.ERROR, said, part, hint)


def unread(number: int, part: Part, text: str) -> Finding:
    """A text that would not be read as one text of its kind where it stands."""
    told, dit = _quoted(text)
    said = (
        f"as {part.what}, {told} would not be read back as it is",
        f"comme {part.what}, {dit} ne serait pas relu tel quel",
    )
    hint = Said(
        "Keep the marks of the left column: #, -, |, :::, and no empty line where it has none.",
        f"Gardez les signes de la colonne de gauche{NBSP}: #, -, |, :::, et aucune ligne vide où elle n’en a pas.",
    )
    return _row(number, Severity.ERROR, said, part, hint)


def fields(number: int, part: Part, text: str) -> Iterator[Finding]:
    """Personal fields and links that were lost or made up."""
    wanted, got = set(_FIELD.findall(part.text)), set(_FIELD.findall(text))
    for name in sorted(got - wanted):
        said = (f"there is no member.{name} on the left", f"il n’y a pas de member.{name} à gauche")
        hint = Said(
            "Of a personal field only the words in quotes are translated.",
            "D’un champ personnel, on ne traduit que les mots entre guillemets.",
        )
        yield _row(number, Severity.ERROR, said, part, hint)
    for name in sorted(wanted - got):
        said = (
            f"the personal field {{{{ member.{name} }}}} is lost",
            f"le champ personnel {{{{ member.{name} }}}} a disparu",
        )
        hint = Said("Copy it from the left column.", "Copiez-le de la colonne de gauche.")
        yield _row(number, Severity.ERROR if not got else Severity.WARNING, said, part, hint)
    before, after = len(_LINK.findall(part.text)), len(_LINK.findall(text))
    if before != after:
        said = (f"{after} links in place of {before}", f"{after} liens au lieu de {before}")
        yield _row(number, Severity.WARNING, said, part)
